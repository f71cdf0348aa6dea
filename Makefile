# `make test` and `make run` need nothing but Python 3.11 or newer and a first download.
PYTHON ?= python3
JOBS ?= 2

VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
PIP := $(BIN)/python -m pip --disable-pip-version-check

.PHONY: run test bench soak lint docs clean

run: $(READY) ## the example: a marketing centre, its charter and who may decide what
	$(BIN)/python -m features.marketing_centre

test: lint ## every check there is
	$(BIN)/python -m pytest -n $(JOBS)

bench: $(READY) ## the speed promised, each figure beside a baseline taken in the same run
	$(BIN)/python -m tests.bench.measure

soak: $(READY) ## the laws on many more random histories
	REMIT_LAW_EXAMPLES=10000 $(BIN)/python -m pytest tests/test_laws.py -n $(JOBS) --timeout=0

lint: $(READY) ## the rules of pyproject.toml
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

docs: $(READY) ## the pages of docs/ that are written from the code
	$(BIN)/python -m api.reference docs

clean: ## what the commands above made; never a ledger
	rm -rf $(VENV) build dist *.egg-info .benchmarks .hypothesis .mypy_cache .pytest_cache .ruff_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(READY): pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.version_info >= (3, 11) or sys.exit("Python 3.11 or newer is needed: make PYTHON=...")'
	$(PYTHON) -m venv --clear $(VENV)
	$(PIP) install -qq -c constraints.txt -e '.[dev,postgres]'
	@touch $@
