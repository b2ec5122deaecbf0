#!/usr/bin/env bash
# sbom.sh webhook|runner FOLDER FILES: writes what an image is made of, as CycloneDX JSON, into the image: Debian's packages behind the
# listed FILES with their copyright, and the NuGet packages of the lock file.
set -euo pipefail
repo=$(cd "$(dirname "$0")/.." && pwd)
image=$1 root=$2 files=$3
documents=$root/usr/share/doc
mkdir -p "$documents/stash-$image"

# Debian lists files where they were before /lib became a link to /usr/lib.
owner() { dpkg-query --search "$(readlink -f "$1")" "$1" "${1#/usr}" 2>/dev/null | grep -v '^diversion' | head -1 | sed 's/: \/.*//'; }

packages=$(while read -r file; do owner "$file" || true; done <"$files" | sort -u)
for name in $packages; do
  # ca-certificates.crt is made when its package is installed, so that nothing owns it.
  copyright=/usr/share/doc/${name%%:*}/copyright
  [[ ! -e $copyright ]] || { mkdir -p "$documents/${name%%:*}" && cp -L "$copyright" "$documents/${name%%:*}/"; }
done

{
  # shellcheck disable=SC2086
  dpkg-query --show --showformat '${source:Package} ${Package} ${Version} ${Architecture}\n' $packages ca-certificates |
    sort -u | jq -R 'split(" ") | {type: "library", name: .[1], version: .[2], purl: "pkg:deb/debian/\(.[1])@\(.[2])?arch=\(.[3])"}'
  jq '.dependencies[] | to_entries[] | select(.value.type != "Project" and (.key | test("Analyzer|ILLink") | not))
    | {type: "library", name: .key, version: .value.resolved, purl: "pkg:nuget/\(.key)@\(.value.resolved)"}' "$repo/$image/packages.lock.json"
  # The runtime is inside the program.
  jq '.project.frameworks[].downloadDependencies[] | select(.name | test("App.Runtime")) | (.version | ltrimstr("[") | split(",")[0]) as $version
    | {type: "framework", name, version: $version, purl: "pkg:nuget/\(.name)@\($version)"}' "$repo/$image/obj/project.assets.json"
} | jq -s --arg image "stash-$image" --arg version "$(sed -n 's/.*<Version>\(.*\)<.*/\1/p' "$repo/Directory.Build.props")" \
  '{bomFormat: "CycloneDX", specVersion: "1.5", version: 1, metadata: {component: {type: "container", name: $image, version: $version}},
    components: (unique_by(.purl) | sort_by(.purl))}' >"$documents/stash-$image/sbom.cdx.json"
