# `make run` and `make test` are the whole set-up. They need Python 3.11 or newer and make; what else
# they need they install, into .venv and webui/frontend/node_modules (the tests' browser by apt).
PYTHON ?= python3
PORT ?= 8000

BIN := .venv/bin
DONE := .venv/done
FRONTEND := webui/frontend
DIST := webui/static/dist/manifest.json
PIP_INSTALL := $(BIN)/python -m pip install --quiet --require-hashes
LOCK := uv pip compile --universal --generate-hashes --no-header --no-emit-index-url --python-version 3.11 --quiet

# pip's own version is no news; Node and uv trust the certificates that the machine trusts.
export PIP_DISABLE_PIP_VERSION_CHECK := 1
export NODE_USE_SYSTEM_CA := 1
export UV_SYSTEM_CERTS := 1
export PATH := $(CURDIR)/$(BIN):$(PATH)

# Two pips in one .venv would tread on each other.
.NOTPARALLEL:
.PHONY: setup run test long coverage lint format bench million pages clauses bites screens lock chromium

setup: $(DONE)/stepladder $(DIST)

run: setup
	exec $(BIN)/stepladder run --demo --port $(PORT)

# pytest comes last, so that its closing line is the last one printed.
test: setup chromium lint
	$(BIN)/python -m pytest -q -n logical --dist worksteal

# Every end of every procedure in the browser, all kills and races on both stores, and the rest.
long: setup chromium
	STEPLADDER_LONG=1 $(BIN)/python -m pytest -q -n logical --dist worksteal

# Which lines no test runs. Measuring them nearly doubles what the tests cost.
coverage: setup chromium
	$(BIN)/python -m pytest -q -n logical --dist worksteal --cov --cov-report term

lint: $(DONE)/stepladder $(DONE)/test
	ruff check .
	ruff format --check .
	mypy
	lint-imports --no-logo

format: $(DONE)/test
	ruff check --fix .
	ruff format .

bench: setup $(DONE)/test
	$(BIN)/python -m tests.bench

# One million rows of history on PostgreSQL; ROWS=100000 for fewer. It takes minutes.
ROWS ?= 1000000
million: setup $(DONE)/test
	$(BIN)/python -m tests.bench.million $(ROWS)
	$(BIN)/python -m tests.bench.dashboard $(ROWS)

# Every page and every state of it, with the test that shows it.
pages: setup $(DONE)/test
	@$(BIN)/python -m tests.pages

# The table of clauses in processes/README.md; and every place that meets a clause deleted from a copy,
# which what shows the clause must notice.
clauses: setup $(DONE)/test
	@$(BIN)/python -m tests.processes.clauses

bites: setup chromium
	@$(BIN)/python -m tests.processes.bites $(CLAUSE)

# Pictures of every page, on a phone and on a desk, to be looked at.
SCREENS ?= var/screens
screens: setup chromium
	$(BIN)/python -m tests.screens $(SCREENS)

# Versions already locked stay as they are; `make lock LOCK_FLAGS=--upgrade` takes newer ones.
lock: $(DONE)/test
	$(LOCK) $(LOCK_FLAGS) requirements.in -o requirements.txt
	$(LOCK) $(LOCK_FLAGS) requirements-test.in -o requirements-test.txt
	$(LOCK) $(LOCK_FLAGS) requirements-node.in -o requirements-node.txt

# ── Python ───────────────────────────────────────────────────────────────────────────────────────
$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo 'Stepladder needs Python 3.11 or newer. Name one: make PYTHON=python3.12 …' >&2; exit 1; }
	@$(PYTHON) -m venv .venv || { rm -rf .venv; \
	  echo 'This Python cannot make a virtual environment. On Debian: apt install python3-venv' >&2; exit 1; }

$(DONE): | $(BIN)/python
	mkdir -p $@

$(DONE)/requirements: requirements.txt | $(DONE)
	$(PIP_INSTALL) -r $<
	@touch $@

$(DONE)/stepladder: pyproject.toml $(DONE)/requirements
	$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation --editable .
	@touch $@

$(DONE)/test: requirements-test.txt $(DONE)/requirements
	$(PIP_INSTALL) -r $<
	@touch $@

# ── the tests' browser ───────────────────────────────────────────────────────────────────────────
chromium: $(DONE)/test
	@$(BIN)/python -m tests.chromium >/dev/null || { \
	  apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
	  chromium fonts-liberation >/dev/null && $(BIN)/python -m tests.chromium; }

# ── the site's style sheet and script ────────────────────────────────────────────────────────────
$(DONE)/node: requirements-node.txt | $(DONE)
	@{ command -v npm && node -e 'const [major, minor] = process.versions.node.split("."); \
	  process.exit(major > 20 || (major == 20 && minor >= 19) ? 0 : 1)'; } >/dev/null 2>&1 || $(PIP_INSTALL) -r $<
	@touch $@

$(FRONTEND)/node_modules/.package-lock.json: $(FRONTEND)/package.json $(FRONTEND)/package-lock.json | $(DONE)/node
	cd $(FRONTEND) && npm ci --ignore-scripts --silent
	@touch $@

$(DIST): $(FRONTEND)/node_modules/.package-lock.json $(wildcard $(FRONTEND)/*.scss $(FRONTEND)/*.js $(FRONTEND)/*.mjs $(FRONTEND)/images/* $(FRONTEND)/modeller/*)
	cd $(FRONTEND) && npm run --silent build
