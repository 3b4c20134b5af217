# Everything runs in .venv, which the first target that needs it creates.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# Python compiles what it imports; much of what comes along never is
INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-compile

.PHONY: demo test lint bench bench-quick growth clean

demo: $(VENV)/installed  ## who is on duty and available, on the built-in sandbox
	$(BIN)/availability now --demo

test: $(VENV)/installed-test  ## every test, with coverage
	$(BIN)/python -m pytest -n 2 --cov --cov-report=term

lint: $(VENV)/installed-lint  ## style, types, import rules
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo

bench: $(VENV)/installed-bench  ## beside the peers, every target; writes benchmarks/results.md
	$(BIN)/python benchmarks/bench.py

bench-quick: $(VENV)/installed-bench  ## the same in about a minute; prints only
	$(BIN)/python benchmarks/bench.py --quick

growth: $(VENV)/installed-bench  ## how cost grows with agents and patterns, and its picture
	$(BIN)/python benchmarks/growth.py

$(BIN)/python:
	$(PYTHON) -m venv $(VENV)

$(VENV)/installed: $(BIN)/python pyproject.toml
	$(INSTALL) -e .
	touch $@

$(VENV)/installed-test: $(BIN)/python pyproject.toml
	$(INSTALL) -e '.[test]'
	touch $@ $(VENV)/installed

$(VENV)/installed-lint: $(BIN)/python pyproject.toml
	$(INSTALL) -e '.[test,lint]'
	touch $@ $(VENV)/installed-test $(VENV)/installed

$(VENV)/installed-bench: $(BIN)/python pyproject.toml
	$(INSTALL) -e '.[bench]'
	touch $@

clean:
	rm -rf $(VENV)
