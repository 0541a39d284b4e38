# textgov: needs git, make and Python 3.11, 3.12 or 3.13; everything else is installed into .venv.

VENV := .venv
PY := $(VENV)/bin/python
STAMP := $(VENV)/.installed
PYTHON ?=
PYTEST_ARGS ?=
MANUAL := textgov/codebook/data/gereffi-lee/MANUAL.md

.DEFAULT_GOAL := help
.PHONY: help demo test lint format types imports check-wheel pytest docs bench models models-compare install clean

help:  ## list what can be made
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

demo: $(STAMP)  ## run the whole job on the corpus that ships, into demo-output/
	@$(VENV)/bin/textgov demo --output demo-output

test: lint check-wheel pytest  ## all that a change has to pass: lint, the wheel in a fresh place, tests

lint: $(STAMP)  ## style, format, types, direction of imports
	$(VENV)/bin/ruff check
	$(VENV)/bin/ruff format --check
	$(VENV)/bin/mypy
	$(VENV)/bin/lint-imports

pytest: $(STAMP)  ## the tests alone
	$(PY) -m pytest $(PYTEST_ARGS)

check-wheel: $(STAMP)  ## build the packages, install the wheel outside the checkout, run the demo there
	sh .ci/check-wheel $(PY)

format: $(STAMP)  ## put all files into the one format
	$(VENV)/bin/ruff check --fix --select I
	$(VENV)/bin/ruff format

docs: $(STAMP)  ## renew what is generated: the commands in the README, the codebook's manual
	$(PY) docs/commands.py README.md
	$(VENV)/bin/textgov codebook manual > $(MANUAL).new && mv $(MANUAL).new $(MANUAL)

bench: $(STAMP)  ## measure speed, memory, durability and places; takes a while
	for script in benchmarks/query.py benchmarks/startup.py benchmarks/memory.py benchmarks/durability.py; do \
		echo "== $$script"; $(PY) $$script || exit 1; done

models: $(STAMP)  ## train the models that ship, from the corpora
	$(PY) models/build.py
	$(PY) models/paths.py

models-compare: $(STAMP)  ## compare features and classifiers of the paths, by folds of authors
	$(PY) models/compare.py

install: $(STAMP)  ## make .venv and install textgov in it

# Tries the interpreters by starting them: a name on the path may stand for a version that is not installed.
$(STAMP): requirements.lock pyproject.toml
	@set -e; \
	if ! $(PY) -c '' 2>/dev/null; then \
		for python in $(PYTHON) python3.13 python3.12 python3.11 python3 python; do \
			if "$$python" -c 'import ensurepip, sys, venv; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' 2>/dev/null; \
			then found=$$python; break; fi; \
		done; \
		if [ -z "$$found" ]; then \
			echo 'make: no Python 3.11, 3.12 or 3.13 with venv was found; install one (on Debian: python3-venv), or name it: make PYTHON=/path/to/python3' >&2; \
			exit 1; \
		fi; \
		echo "making $(VENV) with $$("$$found" --version)"; \
		"$$found" -m venv --clear $(VENV); \
	fi
	@echo 'installing the packages of requirements.lock'
	@$(PY) -m pip install --quiet --disable-pip-version-check --require-hashes --requirement requirements.lock
	@$(PY) -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $(STAMP)

clean:  ## remove what was made, .venv too
	rm -rf $(VENV) build dist demo-output .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
