# `make` lists the commands. Each sets up what it needs: `.venv` from the locked requirements, again only when they
# change, and for the tests the packages of tests/debian.txt.

PYTHON ?= python3
WRITE ?=#      `make bench WRITE=--write` puts what it measures into the README
T ?=#          what `make test` is to run, such as T="tests/html -x"
BIN := .venv/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet install
PYTEST := -m pytest --numprocesses auto --dist worksteal
LOCK = $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate
PURE := facts html rules decisions blocks

.DEFAULT_GOAL := help
.PHONY: help demo test check coverage soak shots bench lock debian
.DELETE_ON_ERROR:

help: ## list the commands
	@sed -n 's/^\([a-z]*\):.*## /  make \1\t/p' Makefile | expand -t 18

demo: .venv/demo.stamp ## serve the demo on http://127.0.0.1:8000
	@$(BIN)/python -m demo_site

test: .venv/test.stamp debian ## run the tests, or those of T="tests/html -x"
	$(BIN)/python $(PYTEST) $(T)

check: .venv/test.stamp ## ruff and mypy
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy

coverage: .venv/test.stamp debian ## run the tests: those of each pure room cover at least 95 % of it
	$(BIN)/coverage erase
	$(BIN)/coverage run $(PYTEST) $(PURE:%=tests/%)
	$(BIN)/coverage combine --quiet
	@failed=0; for room in $(PURE); do \
	    $(BIN)/coverage report --skip-covered --include="edge/$$room/*" --fail-under=95 || failed=1; \
	done; exit $$failed
	$(BIN)/python $(PYTEST) $(PURE:%=--ignore=tests/%)

soak: .venv/test.stamp debian ## run the long versions of the tests
	$(BIN)/python $(PYTEST) -m soak --timeout 3600 $(T)

bench: .venv/test.stamp debian ## measure how fast pages are scanned, made, passed on and served
	$(BIN)/python -m tests.bench.html
	$(BIN)/python -m tests.bench.pages $(WRITE)
	$(BIN)/python -m tests.bench.growth $(WRITE)
	$(BIN)/python -m tests.bench.origin
	$(BIN)/python -m tests.bench.gate
	$(BIN)/python -m tests.bench.door

shots: .venv/test.stamp debian ## take the README's pictures anew, from the demo
	$(BIN)/python -m tests.browser.shots

lock: .venv/test.stamp ## write requirements/ anew from pyproject.toml
	$(LOCK) pyproject.toml --extra server --group test --output-file requirements/test.txt
	$(LOCK) pyproject.toml --extra server --group build --constraints requirements/test.txt \
	    --output-file requirements/server.txt
	cd tests/bench/wagtail_site && $(CURDIR)/$(LOCK) --constraints $(CURDIR)/requirements/test.txt requirements.in \
	    --output-file requirements.txt

debian:
	@.ci/debian || true

.venv/demo.stamp: pyproject.toml requirements/server.txt | $(BIN)/pip
	@echo 'Installing what the demo needs into .venv'
	@$(PIP) --require-hashes --requirement requirements/server.txt
	@$(PIP) --no-deps --no-build-isolation --editable .
	@touch $@

.venv/test.stamp: pyproject.toml requirements/test.txt | $(BIN)/pip
	@echo 'Installing what the tests need into .venv (a minute or two, once)'
	@$(PIP) --require-hashes --requirement requirements/test.txt
	@$(PIP) --no-deps --no-build-isolation --editable .
	@touch .venv/demo.stamp $@

$(BIN)/pip:
	@$(PYTHON) -c 'import sys; sys.version_info >= (3, 11) or sys.exit("Edge needs Python 3.11 or newer: make PYTHON=…")'
	@$(PYTHON) -c 'import ensurepip' 2>/dev/null || .ci/debian python3-venv
	@$(PYTHON) -m venv .venv
