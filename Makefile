# Every target does its own set-up; `make demo` and `make test` are all a newcomer needs.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
OUT := out
PUBLISH := dotnet publish -c Release -r linux-x64 --self-contained -v quiet -nologo

TAG ?= dev

.PHONY: help setup build rootfs images test demo contract bench goldens clean

help: ## Show this list
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sort | awk -F':.*## ' '{printf "  make %-10s %s\n", $$1, $$2}'

setup: ## Install what the programs and the tests need from Debian (restic, bubblewrap, promtool, jq, openssl)
	@tests/setup

build: $(OUT)/stash-webhook $(OUT)/stash-runner ## Publish the two self-contained programs into out/

SOURCES := $(shell find core webhook runner Directory.*.props global.json -type f -not -path '*/bin/*' -not -path '*/obj/*')

$(OUT)/stash-webhook $(OUT)/stash-runner &: $(SOURCES)
	$(PUBLISH) webhook -o $(OUT)/publish/webhook
	$(PUBLISH) runner -o $(OUT)/publish/runner
	install -m 0755 $(OUT)/publish/webhook/stash-webhook $(OUT)/stash-webhook
	install -m 0755 $(OUT)/publish/runner/stash-runner $(OUT)/stash-runner

rootfs: setup build ## Lay out the images' file trees in out/rootfs and archive them in out/images; needs no docker
	@for image in webhook runner; do \
	  images/rootfs.sh $$image $(OUT)/stash-$$image $(OUT)/rootfs/$$image && \
	  images/archive.sh $$image $(OUT)/rootfs/$$image $(OUT)/images/stash-$$image.tar $(TAG) && \
	  echo "$(OUT)/images/stash-$$image.tar" || exit 1; \
	done

images: rootfs ## Build the images with docker, podman or buildah, whichever works here; TAG=dev, SCRIPT_BASE=debian@sha256:...
	@images/build.sh $(OUT)/rootfs $(TAG)

test: rootfs ## Build and run every test
	@tests/run

demo: setup build ## The main job, end to end, on a cluster of local processes
	@tests/demo/run

contract: setup ## The API client's contract tests against the cluster that KUBECONFIG names
	@: "$${KUBECONFIG:?set KUBECONFIG to a cluster that may be written to}"
	dotnet test tests/Stash.Contract.Tests -nologo --logger 'console;verbosity=normal'

bench: setup build ## Speed and memory, as ratios in one run
	@tests/setup wrk
	dotnet run -c Release --project tests/Stash.Benchmarks

goldens: ## Rewrite the golden files of the tests; read the diff before you commit it
	STASH_UPDATE_GOLDENS=1 dotnet test Stash.Webhook.sln -nologo -m:1

clean: ## Remove everything that was built
	rm -rf $(OUT) && find . -type d \( -name bin -o -name obj -o -name TestResults \) -not -path './.git/*' -prune -exec rm -rf {} +
