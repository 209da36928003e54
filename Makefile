# Each target does its own set-up in .venv, and does nothing twice.
SHELL := /bin/sh
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
ARGS ?=
BENCH ?=

.DEFAULT_GOAL := help
.PHONY: help setup demo test check bench lock clean

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-8s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: $(STAMP) ## Create .venv and install the pinned packages

$(STAMP): requirements.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "$(PYTHON) is older than 3.11; install Python 3.11 or newer, or pass PYTHON=…" >&2; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV) || { echo "python3 cannot make a virtual environment; install the package python3-venv" >&2; rm -rf $(VENV); exit 1; }
	@echo "Installing the pinned packages (about two minutes the first time) …"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-input --require-hashes -r requirements.txt
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

demo: $(STAMP) ## Start the platform with the example network and live traffic (ARGS="--port 9000")
	@exec $(BIN)/supplyscope demo $(ARGS)

test: $(STAMP) ## Run every test (ARGS="-k story")
	@$(BIN)/python -m pytest --numprocesses auto --dist loadfile $(ARGS)

check: $(STAMP) ## Lint, format, types, architecture and documents
	@$(BIN)/ruff check --no-cache .
	@$(BIN)/ruff format --no-cache --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(BIN)/python -m pytest tests/test_documentation.py

bench: $(STAMP) ## List the benchmarks, or run one (BENCH=ingest)
	@$(BIN)/supplyscope bench $(BENCH) $(ARGS)

lock: $(STAMP) ## Pin every package again, with hashes and without naming a host
	@$(BIN)/python -m pip install --quiet uv
	@$(BIN)/uv pip compile --quiet --generate-hashes --no-emit-index-url --no-header --no-annotate --extra dev --python-version 3.11 pyproject.toml --output-file requirements.txt

clean: ## Remove .venv and caches; data stays
	@rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache build *.egg-info
