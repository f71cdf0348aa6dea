# `make test` and `make run` need nothing but Python 3.11 or newer and a first download.
PYTHON ?= python3
JOBS ?= 2

VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
BENCHES := measure commits committing serving checking specs engines
PIP := $(BIN)/python -m pip --disable-pip-version-check

.PHONY: run serve test bench soak lint docs clean

run: $(READY) ## the example: a marketing centre, its charter and who may decide what
	$(BIN)/python -m features.marketing_centre

serve: $(READY) ## the service on this machine alone, with a token for it; of the example where no ledger is here
	@if [ -n "$$REMIT_LEDGER" ] || [ -e remit.db ]; then exec $(BIN)/remit serve --with-token; fi; \
	mkdir -p build && { [ -e build/example.db ] || $(BIN)/python -m features.marketing_centre build/example.db >/dev/null; } \
	&& REMIT_LEDGER=build/example.db exec $(BIN)/remit serve --with-token

test: lint ## every check there is
	$(BIN)/python -m pytest -n $(JOBS)

bench: $(READY) ## the speed promised, each figure beside a baseline taken in the same run
	for one in $(BENCHES); do $(BIN)/python -m tests.bench.$$one || exit 1; done

soak: $(READY) ## many more random histories, kills under load and hostile requests than `test` has
	REMIT_LAW_EXAMPLES=10000 $(BIN)/python -m pytest tests/test_laws.py tests/test_laws_conduct.py -n $(JOBS) --timeout=0
	REMIT_FAULT_ROUNDS=200 $(BIN)/python -m pytest tests/test_faults.py tests/test_killed_server.py --timeout=0 \
		--log-cli-level=INFO --log-disable=httpx2
	REMIT_HTTP_EXAMPLES=60 $(BIN)/python -m pytest tests/test_http_schemathesis.py

lint: $(READY) ## the rules of pyproject.toml
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

docs: $(READY) ## the pages of docs/ that are written from the code
	$(BIN)/python -m api.reference docs
	$(BIN)/python -m api.cli steps --markdown > docs/steps.md
	$(BIN)/python -m features.spec.codes > docs/checks.md

clean: ## what the commands above made; never a ledger
	rm -rf $(VENV) build dist *.egg-info .benchmarks .hypothesis .mypy_cache .pytest_cache .ruff_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(READY): pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.version_info >= (3, 11) or sys.exit("Python 3.11 or newer is needed: make PYTHON=...")'
	$(PYTHON) -m venv --clear $(VENV)
	$(PIP) install -qq -c constraints.txt -e '.[dev,postgres]'
	@touch $@
