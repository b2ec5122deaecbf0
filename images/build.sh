#!/usr/bin/env bash
# build.sh TREES TAG: builds the images from their Dockerfiles with whichever of docker, podman and buildah works here.
#   SCRIPT_BASE    base of the image for script sidecars, by digest: debian@sha256:...; without one that image is left out
#   RESTIC_SHA256  what the SHA-256 of restic must be; default: the one in images/restic.sha256
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
trees=$1 tag=$2

tried=()
builder=
for tool in docker podman buildah; do
  command -v "$tool" >/dev/null || { tried+=("$tool: not installed"); continue; }
  if said=$("$tool" info 2>&1 >/dev/null); then builder=$tool; break; fi
  tried+=("$tool: $(tail -1 <<<"$said")")
done
if [[ -z $builder ]]; then
  printf 'images: nothing here can build an image:\n' >&2
  printf '  %s\n' "${tried[@]}" >&2
  printf 'The same images are in out/images as archives (make rootfs): load them where there is docker or podman, or\n' >&2
  printf 'import them into containerd: ctr --namespace k8s.io images import out/images/stash-runner.tar\n' >&2
  exit 1
fi
build=("$builder" build); [[ $builder != buildah ]] || build=(buildah build --layers)
arguments=(--build-arg "VERSION=$(sed -n 's/.*<Version>\(.*\)<.*/\1/p' "$here/../Directory.Build.props")"
  --build-arg "REVISION=$(git -C "$here" rev-parse HEAD 2>/dev/null || echo unknown)")

for image in webhook runner; do
  "${build[@]}" "${arguments[@]}" --file "$here/$image.Dockerfile" --tag "stash-$image:$tag" "$trees/$image"
done

case ${SCRIPT_BASE:-} in
  '') echo "images: stash-runner-script is left out; to build it too: make images SCRIPT_BASE=debian@sha256:..." ;;
  *@sha256:*)
    "${build[@]}" "${arguments[@]}" --build-arg "BASE=$SCRIPT_BASE" \
      --build-arg "RESTIC_SHA256=${RESTIC_SHA256:-$(cut -d' ' -f1 "$here/restic.sha256")}" \
      --file "$here/script.Dockerfile" --tag "stash-runner-script:$tag" "$trees/runner" ;;
  *) echo "images: SCRIPT_BASE must name a digest, NAME@sha256:..., not $SCRIPT_BASE: a tag may be another image tomorrow" >&2; exit 1 ;;
esac
