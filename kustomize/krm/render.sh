#!/bin/sh
# The KRM function for kustomize and kpt: a ResourceList in, a ResourceList out.
exec "${STASH_RUNNER:-stash-runner}" render -f -
