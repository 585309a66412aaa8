# Vuoro: everything from nothing but Python 3.11+, pip and make. `make help` lists it.

PYTHON ?= $(shell tools/python)
VENV := .venv
RUN := $(VENV)/bin/python
# Tests wait for browsers and servers now and then: more of them than two cores.
JOBS ?= 4
# Of the SDK's modules most are never imported: they are compiled when they are.
INSTALL := $(RUN) -m pip install --quiet --disable-pip-version-check --require-hashes --no-compile
# Beside each other, each one's lines together.
ASIDE := $(MAKE) --no-print-directory --jobs 3 --output-sync
# What was installed is stamped, so that doing nothing takes no time.
RUNTIME := $(VENV)/.runtime
TESTING := $(VENV)/.testing

# A module is compiled once and not by each of the many processes that tests start.
unexport PYTHONDONTWRITEBYTECODE

SHELL := /bin/bash
.DEFAULT_GOAL := help
.PHONY: help demo story test test-full bench lint types contracts fmt lock clean prepared compiled

help: ## Say what there is
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' Makefile

demo: $(RUNTIME) ## Start everything on this machine (RESET=1 begins anew)
	$(RUN) -m teams_app demo $(if $(RESET),--reset)

story: $(RUNTIME) ## Play the main job, step by step, through the same HTTP surfaces
	@mkdir -p build
	$(RUN) -m teams_app story --har build/story.har

test: ## Lint, types, import contracts and every test
	@$(ASIDE) prepared $(TESTING)
	@$(ASIDE) lint types contracts compiled
	$(RUN) -m pytest -n $(JOBS) --dist loadscope --no-loadscope-reorder

test-full: ## The same, with the whole matrix of pages and many more examples
	@$(ASIDE) prepared $(TESTING)
	@$(ASIDE) lint types contracts compiled
	$(RUN) -m pytest -n $(JOBS) --dist loadscope --no-loadscope-reorder --full --timeout 900

bench: $(TESTING) ## Measure what we claim
	$(RUN) -m benchmarks

lint: $(TESTING) ## Lint, and say what is not formatted
	$(VENV)/bin/ruff check .
	$(VENV)/bin/ruff format --check .

types: $(TESTING) ## Check the types
	$(VENV)/bin/mypy

contracts: $(TESTING) ## Check who imports whom
	$(VENV)/bin/lint-imports

fmt: $(TESTING) ## Format, and mend what can be mended
	$(VENV)/bin/ruff check --fix .
	$(VENV)/bin/ruff format .

lock: ## Resolve the dependencies anew (UPGRADE=1 takes the newest)
	$(PYTHON) -m venv build/lock-tools
	build/lock-tools/bin/python -m pip install --quiet pip-tools
	build/lock-tools/bin/python tools/lock.py $(if $(UPGRADE),--upgrade)

clean: ## Remove what was made, the demo's data not included
	rm -rf $(VENV) build .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(RUN):
	@python="$(PYTHON)"; test -n "$$python" || exit 1; \
	echo "Making $(VENV) with $$($$python --version)"; \
	$$python -m venv $(VENV)

$(RUNTIME): requirements.lock | $(RUN)
	@echo "Installing what Vuoro runs on (the first time takes a few minutes)"
	@$(INSTALL) -r requirements.lock
	@touch $@

$(TESTING): requirements.lock requirements-test.lock | $(RUN)
	@echo "Installing what Vuoro and its tests need (the first time takes a few minutes)"
	@$(INSTALL) -r requirements.lock -r requirements-test.lock
	@touch $(RUNTIME) $@

prepared:
	@tools/prepare

compiled: $(TESTING)
	@$(RUN) -m pytest --collect-only -q -n 0 >/dev/null || true # the tests say it all
