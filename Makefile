# Every target sets up what it needs in .venv; nothing is installed elsewhere.
PYTHON ?= python3
BIN = .venv/bin

.PHONY: demo test lint clean

.venv/ready: pyproject.toml constraints.txt
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[all,dev]'
	touch $@

demo: .venv/ready
	$(BIN)/regard demo --out out/demo --force

test: .venv/ready lint
	$(BIN)/pytest

lint: .venv/ready
	$(BIN)/ruff check src tests benchmarks training
	$(BIN)/ruff format --check src tests benchmarks training
	$(BIN)/lint-imports
	$(BIN)/pyright

clean:
	rm -rf .venv out
