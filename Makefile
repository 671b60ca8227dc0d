# run    the demo office on this machine      check  what must hold before every commit, without services
# test   everything, with real services       bench  ratios against the hand-written floor
# docs   the reference pages, from the code   assets the browser's files, when something changed
# nightly  20,000 pairs of requests to offices that differ in hidden values alone (PAIRS=1000000: as many)
PYTHON ?= python3
BIN := .venv/bin
CODE := $(wildcard platform plugins tests benchmarks hatch_build.py)

.PHONY: run check test nightly bench docs assets lint
run: .venv/.stamp assets
	$(BIN)/regbook demo office

check: export REGBOOK_TEST_EXAMPLES ?= 20
check: .venv/.stamp lint
	$(BIN)/pytest -q -n 2 tests/architecture tests/unit tests/contract -m "not postgresql and not redis and not browser and not slow"

test: .venv/.stamp assets lint
	$(BIN)/pytest -q -n 2 tests

PAIRS ?= 20000
nightly: .venv/.stamp assets
	REGBOOK_TEST_PAIRS=$(PAIRS) $(BIN)/pytest -q tests/contract/test_non_interference.py -k "thousand or planted"

bench: .venv/.stamp
	$(BIN)/python -m benchmarks

docs: .venv/.stamp
	$(BIN)/regbook docs docs/reference

assets: .venv/.stamp
	@$(BIN)/python hatch_build.py

lint: .venv/.stamp
	$(BIN)/ruff format --check $(CODE)
	$(BIN)/ruff check $(CODE)
	$(BIN)/lint-imports
	$(BIN)/mypy -p regbook

.venv/.stamp: pyproject.toml hatch_build.py
	@command -v $(PYTHON) >/dev/null || { echo "Regbook needs Python 3.11 or newer: apt-get install python3 python3-venv"; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Regbook needs Python 3.11 or newer, and $(PYTHON) is older; name another: make PYTHON=python3.11"; exit 1; }
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || { echo "Python's venv module is incomplete here (no ensurepip): apt-get install python3-venv"; exit 1; }
	$(PYTHON) -m venv .venv
	$(BIN)/pip install -q -e '.[dev]'
	touch $@
