#!/usr/bin/env bash
# config.sh webhook|runner: prints how an image is run, and its labels, as the "config" of an OCI image. The Dockerfiles say the same.
set -euo pipefail
repo=$(cd "$(dirname "$0")/.." && pwd)
image=$1
jq -n --arg image "stash-$image" --arg version "$(sed -n 's/.*<Version>\(.*\)<.*/\1/p' "$repo/Directory.Build.props")" \
  --arg revision "$(git -C "$repo" rev-parse HEAD 2>/dev/null || echo unknown)" \
  '{User: "65532:65532", WorkingDir: "/", Entrypoint: ["/usr/local/bin/\($image)"],
    Env: ["PATH=/usr/local/bin:/usr/bin:/bin", "DOTNET_EnableDiagnostics=0"],
    Labels: {"org.opencontainers.image.title": $image, "org.opencontainers.image.version": $version,
      "org.opencontainers.image.revision": $revision, "org.opencontainers.image.description":
        {"stash-webhook": "Puts backup sidecars into labelled pods and judges backup objects.",
         "stash-runner": "Backs up Kubernetes workloads with restic: sync, run, sidecar and certificates."}[$image],
      "com.appscode.stash.sbom": "/usr/share/doc/\($image)/sbom.cdx.json"}}
  + if $image == "stash-webhook" then {ExposedPorts: {"8443/tcp": {}, "8080/tcp": {}}} else {} end'
