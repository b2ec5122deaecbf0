#!/usr/bin/env bash
# archive.sh webhook|runner FOLDER FILE.tar TAG: makes an image of a file tree, as `docker save` would: for `docker load`, `podman load`
# and `ctr --namespace k8s.io images import`. The same tree makes the same image, byte for byte.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
image=$1 root=$2 file=$3 tag=$4
work=$(mktemp -d); trap 'rm -rf "$work"' EXIT
epoch=${SOURCE_DATE_EPOCH:-$(git -C "$here" log -1 --format=%ct 2>/dev/null || echo 0)}
same=(--sort=name --mtime="@$epoch" --owner=0 --group=0 --numeric-owner --format=gnu)

tar "${same[@]}" -C "$root" -cf "$work/layer.tar" .
layer=$(sha256sum "$work/layer.tar" | cut -d' ' -f1)
jq -cn --arg layer "sha256:$layer" --arg created "$(date -u -d "@$epoch" +%Y-%m-%dT%H:%M:%SZ)" --slurpfile config <("$here/config.sh" "$image") \
  '{architecture: "amd64", os: "linux", created: $created, config: $config[0], rootfs: {type: "layers", diff_ids: [$layer]},
    history: [{created: $created, created_by: "images/archive.sh"}]}' >"$work/config.json"
config=$(sha256sum "$work/config.json" | cut -d' ' -f1)
mv "$work/config.json" "$work/$config.json"
mkdir "$work/$layer" && mv "$work/layer.tar" "$work/$layer/layer.tar"
jq -cn --arg config "$config.json" --arg tag "stash-$image:$tag" --arg layer "$layer/layer.tar" \
  '[{Config: $config, RepoTags: [$tag], Layers: [$layer]}]' >"$work/manifest.json"
mkdir -p "$(dirname "$file")"
tar "${same[@]}" -C "$work" -cf "$file" manifest.json "$config.json" "$layer"
