# The runner and sidecar, with restic, on the tree that `make rootfs` lays out (the build context) after it checked the SHA-256 of restic:
# no base image, no shell, no package manager.
FROM scratch
ARG VERSION
ARG REVISION
LABEL org.opencontainers.image.title="stash-runner" \
      org.opencontainers.image.description="Backs up Kubernetes workloads with restic: sync, run, sidecar and certificates." \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}" \
      com.appscode.stash.sbom="/usr/share/doc/stash-runner/sbom.cdx.json"
COPY --chown=0:0 . /
ENV PATH=/usr/local/bin:/usr/bin:/bin \
    DOTNET_EnableDiagnostics=0
WORKDIR /
USER 65532:65532
ENTRYPOINT ["/usr/local/bin/stash-runner"]
