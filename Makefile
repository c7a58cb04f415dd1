# Steelyard: set up, build, run and test on a Debian machine that has a Swift toolchain.
#
# `make run` and `make test` need nothing done before: they install the missing Debian packages
# themselves. `make help` lists the targets.

SWIFT ?= swift
PACKAGES := libgsl-dev libcsv-dev libopenblas-dev pkg-config
SCENARIO ?= scenarios/ling-plus.yaml
SOURCES := Sources Tests Package.swift

.DEFAULT_GOAL := help
.PHONY: help setup toolchain packages build run test format lint clean

help: ## List the targets
	@echo "Steelyard weighs fleets of accelerators for Mixture-of-Experts pre-training."
	@echo
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-8s %s\n", $$1, $$2}' $(MAKEFILE_LIST)
	@echo
	@echo "  SCENARIO=FILE   the scenario of 'make run', $(SCENARIO) unless told"
	@echo "  SWIFT=PATH      the Swift toolchain's 'swift', $(SWIFT) unless told"

setup: toolchain packages ## Look for Swift and install the Debian packages that are missing

toolchain:
	@command -v $(SWIFT) >/dev/null 2>&1 || { \
	  echo "make: no Swift toolchain: '$(SWIFT)' was not found." >&2; \
	  echo "Install Swift 6.2 or later for this system from https://www.swift.org/install/" >&2; \
	  echo "and put it on the PATH, or say where it is: make SWIFT=/path/to/swift" >&2; \
	  exit 1; }

# A package counts as missing unless dpkg says that it is installed. Nothing is fetched otherwise.
packages:
	@missing=""; \
	for package in $(PACKAGES); do \
	  dpkg-query --show --showformat '$${db:Status-Status}\n' $$package 2>/dev/null \
	    | grep --quiet --line-regexp installed || missing="$$missing $$package"; \
	done; \
	if [ -z "$$missing" ]; then \
	  echo "make: all needed Debian packages are installed: $(PACKAGES)"; \
	  exit 0; \
	fi; \
	if ! command -v apt-get >/dev/null 2>&1; then \
	  echo "make: this system has no apt-get. Install what provides:$$missing" >&2; \
	  exit 1; \
	fi; \
	as_root=""; \
	if [ "$$(id -u)" -ne 0 ]; then \
	  if ! command -v sudo >/dev/null 2>&1; then \
	    echo "make: missing Debian packages:$$missing" >&2; \
	    echo "Neither root nor sudo is at hand. As root, run: apt-get install$$missing" >&2; \
	    exit 1; \
	  fi; \
	  as_root="sudo"; \
	fi; \
	echo "make: installing missing Debian packages:$$missing"; \
	$$as_root apt-get update && \
	$$as_root env DEBIAN_FRONTEND=noninteractive \
	  apt-get install --yes --no-install-recommends $$missing

build: setup ## Build the release program
	@echo "make: building the release program"
	$(SWIFT) build --configuration release --product steelyard

run: build ## Compare the fleets of a scenario
	@echo "make: running $(SCENARIO)"
	"$$($(SWIFT) build --configuration release --show-bin-path)/steelyard" run $(SCENARIO)

test: setup ## Build the debug program and run every test
	@echo "make: building and running the tests"
	$(SWIFT) test

format: toolchain ## Lay out every Swift file
	$(SWIFT) format --in-place --recursive $(SOURCES)

lint: toolchain ## Check the layout of every Swift file
	$(SWIFT) format lint --strict --recursive $(SOURCES)

clean: ## Remove what was built
	rm -rf .build
