# The webhook on the tree that `make rootfs` lays out (the build context): no base image, no shell, no package manager.
FROM scratch
ARG VERSION
ARG REVISION
LABEL org.opencontainers.image.title="stash-webhook" \
      org.opencontainers.image.description="Puts backup sidecars into labelled pods and judges backup objects." \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}" \
      com.appscode.stash.sbom="/usr/share/doc/stash-webhook/sbom.cdx.json"
COPY --chown=0:0 . /
ENV PATH=/usr/local/bin:/usr/bin:/bin \
    DOTNET_EnableDiagnostics=0
WORKDIR /
USER 65532:65532
EXPOSE 8443 8080
ENTRYPOINT ["/usr/local/bin/stash-webhook"]
