# Every target sets up what it needs in .venv; nothing is installed elsewhere.
PYTHON ?= python3
BIN = .venv/bin

.PHONY: demo docs test test-all lint pictures test-transformers5 clean

.venv/ready: pyproject.toml constraints.txt
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[all,dev,docs]'
	touch $@

demo: .venv/ready
	$(BIN)/regard demo --out out/demo --force

# One process a core, one torch thread each.
test: .venv/ready lint
	OMP_NUM_THREADS=1 $(BIN)/pytest -n auto --dist loadfile

# The slow ones too: hours. Every command is killed at 20 moments, every shipped weight is read on real data, …
test-all: .venv/ready lint
	OMP_NUM_THREADS=1 $(BIN)/pytest -n auto --dist loadfile -m 'slow or not slow'

lint: .venv/ready
	$(BIN)/ruff check src tests benchmarks training
	$(BIN)/ruff format --check src tests benchmarks training
	$(BIN)/lint-imports
	$(BIN)/pyright

# Capture on transformers 5, outside the locked versions.
test-transformers5:
	$(PYTHON) -m venv .venv5
	.venv5/bin/pip install --quiet torch==2.13.0 'transformers>=5,<6' numpy xarray pandas pytest scipy
	PYTHONPATH=src .venv5/bin/python -m pytest -o addopts=-q --noconftest tests/transformers5

# The pictures that tests/plot/test_images.py compares with; look at each before it is committed.
pictures: .venv/ready
	OMP_NUM_THREADS=1 $(BIN)/pytest tests/plot/test_images.py --mpl-generate-path=tests/plot/baseline

# The pages under docs, as a site in out/docs; a warning is an error.
docs: .venv/ready
	$(BIN)/sphinx-build -q -W --keep-going -b html docs out/docs

clean:
	rm -rf .venv .venv5 out
