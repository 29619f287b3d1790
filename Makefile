# make run    analyse the shipped articles: installs the base only, prints a table, writes report.html
# make test   install everything, run all linters and tests
# make lint   linters alone
# make bench  the benchmarks of speed and quality
#
# A machine needs Python 3.11 or newer and make. Where PyPI's torch is the CUDA build, take the CPU build with
#   make test PIP_ARGS="--extra-index-url https://download.pytorch.org/whl/cpu"

SHELL := /bin/bash
VENV ?= .venv
PIP_ARGS ?=
ARTICLES ?= stance/annotations/articles
MODEL ?= models/withdrawal
DATA ?=
# The first Python that is new enough; the usual name first.
PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11 python; do \
	if $$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; then echo $$p; break; fi; done)
PIP = $(VENV)/bin/python -m pip install --quiet --disable-pip-version-check $(PIP_ARGS) -c constraints.txt

.PHONY: run test lint bench clean

run: $(VENV)/.base
	$(VENV)/bin/stance report $(ARTICLES) -o report.html

test: $(VENV)/.dev
	@status=0; $(MAKE) --no-print-directory lint || status=1; \
	OMP_NUM_THREADS=1 $(VENV)/bin/python -m pytest || status=1; exit $$status

lint: $(VENV)/.dev
	@status=0; for tool in "ruff check ." "ruff format --check ." "mypy" "pydoclint --quiet stance scripts"; do \
	echo "$$tool"; $(VENV)/bin/$$tool || status=1; done; exit $$status

# DATA is a folder with a sub-folder a benchmark; what is missing is downloaded.
bench: $(VENV)/.dev
	$(VENV)/bin/python scripts/bench_extraction.py
	$(VENV)/bin/stance benchmark $(MODEL) $(if $(DATA),--data $(DATA))

$(VENV)/bin/python:
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer is needed; name one with: make PYTHON=/path/to/python3"; exit 1; }
	$(PYTHON) -m venv $(VENV)

# The base: no torch. A virtual environment that has everything already has the base.
$(VENV)/.base: pyproject.toml constraints.txt | $(VENV)/bin/python
	$(PIP) -e .
	@touch $@

$(VENV)/.dev: pyproject.toml constraints.txt | $(VENV)/bin/python
	$(PIP) -e '.[dev]'
	@touch $@ $(VENV)/.base

clean:
	rm -rf $(VENV) build dist report.html quotes.jsonl
