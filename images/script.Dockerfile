# The runner for script sidecars (sidefridge): with a shell and a package manager, because scripts install what they need, and therefore
# root. The build context is the runner's tree; BASE is Debian 12 or later, or a child of it, by digest: BASE=debian@sha256:...
ARG BASE
FROM ${BASE}
ARG VERSION
ARG REVISION
ARG RESTIC_SHA256
LABEL org.opencontainers.image.title="stash-runner-script" \
      org.opencontainers.image.description="The runner with a shell and a package manager, for script sidecars." \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}" \
      com.appscode.stash.sbom="/usr/share/doc/stash-runner/sbom.cdx.json"
RUN apt-get update \
 && DEBIAN_FRONTEND=noninteractive apt-get install --yes --no-install-recommends bash ca-certificates curl libssl3 libstdc++6 tzdata \
 && rm -rf /var/lib/apt/lists/*
COPY --chown=0:0 usr/local/bin/stash-runner /usr/local/bin/stash-runner
COPY --chown=0:0 usr/bin/restic /usr/bin/restic
COPY --chown=0:0 usr/share/doc/stash-runner /usr/share/doc/stash-runner
RUN echo "${RESTIC_SHA256}  /usr/bin/restic" | sha256sum --check --strict
ENV DOTNET_EnableDiagnostics=0
WORKDIR /
ENTRYPOINT ["/usr/local/bin/stash-runner"]
