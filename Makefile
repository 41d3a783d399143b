# The environment lives in .venv; each stamp says for which pyproject.toml and constraints it was made.
PYTHON ?= python3.11
VENV := .venv
BIN := $(VENV)/bin
CHROMIUM ?= chromium
CASES ?= ../shared/algolisp/cases.jsonl
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.PHONY: demo test test-browser docs quick check train table bench wheel clean

demo: $(VENV)/.stamp-run
	$(BIN)/saps synthesize "given numbers a and b find a+b"

test: $(VENV)/.stamp-dev
	ALGOLISP_CASES=$(CASES) $(BIN)/python -m pytest -n 2 --dist loadfile -m "not browser"

# while working: all but the tests that start processes or train for seconds
quick: $(VENV)/.stamp-dev
	ALGOLISP_CASES=$(CASES) $(BIN)/python -m pytest -n 2 --dist loadfile -m "not slow and not browser"

# the page in Chromium, Debian's or whatever CHROMIUM names
test-browser: $(VENV)/.stamp-browser
	CHROMIUM=$(CHROMIUM) $(BIN)/python -m pytest -m browser tests/web

check: $(VENV)/.stamp-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

train: $(VENV)/.stamp-run
	$(BIN)/saps train

table: $(VENV)/.stamp-run
	$(BIN)/saps table

bench: $(VENV)/.stamp-dev
	$(BIN)/python benchmarks/interpreter.py --cases $(CASES)
	$(BIN)/python benchmarks/corpus.py
	$(BIN)/python benchmarks/training.py
	$(BIN)/python benchmarks/decoding.py
	$(BIN)/python benchmarks/search.py
	$(BIN)/python benchmarks/threads.py
	$(BIN)/python benchmarks/hostile.py --programs 100000

docs: $(VENV)/.stamp-docs
	NO_COLOR=1 $(BIN)/mkdocs build --quiet

wheel: $(VENV)/.stamp-dev
	$(BIN)/pip wheel --quiet --no-deps --wheel-dir dist .

$(VENV)/bin/python:
	$(PYTHON) -m venv $(VENV) || python3 -m venv $(VENV)

$(VENV)/.stamp-run: $(VENV)/bin/python pyproject.toml constraints.txt
	$(BIN)/pip install --quiet -c constraints.txt -e .
	@touch $@

$(VENV)/.stamp-dev: $(VENV)/bin/python pyproject.toml constraints.txt
	$(BIN)/pip install --quiet -c constraints.txt -e ".[dev,plots,tensorboard,web]"
	@touch $@ $(VENV)/.stamp-run

$(VENV)/.stamp-browser $(VENV)/.stamp-docs: $(VENV)/.stamp-%: $(VENV)/.stamp-dev
	$(BIN)/pip install --quiet -c constraints.txt -e ".[$*]"
	@touch $@

clean:
	rm -rf $(VENV) dist build .pytest_cache .mypy_cache .ruff_cache .hypothesis
