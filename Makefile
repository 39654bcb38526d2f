# Everything starts here: each target sets up what it needs in .venv. A new machine needs make and Python 3.11 or newer.

VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --quiet --disable-pip-version-check
CODE := warroom tests benchmarks

# The Python that .venv is made with: the first suitable one, unless `make PYTHON=…` names another.
PYTHON ?= $(firstword $(foreach name,$(PYTHONS),$(shell $(call suitable,$(name)) && echo $(name))))
PYTHONS := python3 python3.14 python3.13 python3.12 python3.11
suitable = $(1) -c 'import ensurepip, sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null

.DEFAULT_GOAL := help
.PHONY: help demo test test-system lint format bench corpus lock venv clean

help: ## show this list
	@awk -F ': .*## ' '/^[a-z-]+:.*## / { printf "  make %-11s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: $(VENV)/program ## play a sample incident
	@$(BIN)/warroom demo

test: lint ## run every check and every test
	@$(BIN)/pytest --numprocesses=2 --cov --cov-fail-under=80

test-system: $(VENV)/tools ## let people in by a real sshd; as root it installs openssh-server where there is none
	@$(HAS_SSHD) || { $(GET_SSHD); } >&2; $(HAS_SSHD) || { echo '$(NO_SSHD)' >&2; exit 1; }
	@$(BIN)/pytest tests/system

lint: $(VENV)/tools ## check style, types and the direction of imports
	@$(BIN)/ruff check --quiet $(CODE)
	@$(BIN)/ruff format --quiet --check $(CODE)
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-logo

format: $(VENV)/tools ## bring the code into its format
	@$(BIN)/ruff check --quiet --fix-only $(CODE)
	@$(BIN)/ruff format --quiet $(CODE)

bench: $(VENV)/tools ## measure warroom against its references
	@$(BIN)/python -m benchmarks

corpus: $(VENV)/tools ## import other people's runbooks or past incidents, count what comes across: DIR=…
	@$(BIN)/python -m tests.corpus $(or $(DIR),$(error Say which folder it is: make corpus DIR=…))

lock: $(VENV)/tools ## renew the pinned versions in requirements/
	@$(COMPILE) --output-file=requirements/runtime.lock pyproject.toml
	@$(COMPILE) --output-file=requirements/dev.lock --constraint=requirements/runtime.lock $(foreach extra,dev notify serve ical,--extra=$(extra)) pyproject.toml

venv: $(VENV)/tools ## set up .venv and do nothing else

clean: ## remove everything that can be made again
	rm -rf $(VENV) .bench .coverage .coverage.* .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache dist
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

COMPILE = CUSTOM_COMPILE_COMMAND='make lock' $(BIN)/pip-compile --quiet --upgrade --strip-extras \
	--no-emit-index-url --no-emit-find-links --no-emit-trusted-host

# A policy for Debian's scripts, by the run level: the package is there afterwards, and no server was started.
HAS_SSHD := PATH="$$PATH:/usr/sbin:/usr/local/sbin:/opt/homebrew/sbin" command -v sshd >/dev/null
GET_SSHD := apt-get update --quiet=2 && RUNLEVEL=1 DEBIAN_FRONTEND=noninteractive \
	apt-get install --quiet=2 --yes --no-install-recommends openssh-server
NO_SSHD := These tests need sshd. Debian: apt-get install openssh-server, as root.

# ── .venv, in three steps: Python, the program and what it needs, the developers' tools ──────────────────────────────

NO_PYTHON := warroom needs Python 3.11 or newer with its venv module (Debian: apt-get install python3-venv). \
	Install it, or name one: make PYTHON=/path/to/python3

$(BIN)/python:
	@$(call suitable,$(or $(PYTHON),false)) || { echo '$(NO_PYTHON)' >&2; exit 1; }
	@$(PYTHON) -m venv $(VENV)

$(VENV)/program: pyproject.toml requirements/runtime.lock | $(BIN)/python
	@echo 'Setting up warroom in $(VENV) …' >&2
	@$(PIP) install --requirement requirements/runtime.lock
	@$(PIP) install --no-deps --editable .
	@touch $@

$(VENV)/tools: requirements/dev.lock $(VENV)/program
	@echo 'Setting up the tools for developers in $(VENV) …' >&2
	@$(PIP) install --requirement requirements/dev.lock
	@touch $@
