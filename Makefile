# Everything a person needs; `make help` lists it. The environment lives in .venv, made from requirements.lock.
SHELL := /bin/bash
VENV := .venv
BIN := $(VENV)/bin
PYTHON ?= python3
ROOT := $(if $(filter 0,$(shell id -u)),,sudo)
DATA := $(abspath $(or $(NDR_DATA_DIR),data))
SCANS ?= 1000000
RATE ?= 500
DURATION ?= 60
HISTORY ?= 2000000
EVENTS ?= 200
ANSWERS ?= 100
MINUTES ?= 30
ROUNDS ?= 20
REFRESHES ?= 200
INSTANTS ?= 12
SHIPMENTS ?= 100000
COHORTS ?= 2000
SHUFFLES ?= 1000
HISTORIES ?= 100000
POINTS ?= 1000
FUZZ ?= 100000
FILLS ?= 20
ORDERS ?= 10000
SHARED ?= 10000
RACES ?= 5000

.DEFAULT_GOAL := help
.PHONY: help setup browser postgres demo test check format bench live prove docs lock clean

help:  ## list the targets
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## /\1\t/' | expand -t 12

setup: $(VENV)/.ready  ## make the environment alone: .venv/bin/ndr

$(VENV)/.ready: requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "Python 3.11 or later is needed, found $$($(PYTHON) --version)"; exit 1; }
	@$(PYTHON) -m venv $(VENV) 2>/dev/null \
		|| { $(ROOT) apt-get update -q && $(ROOT) apt-get install -y -q python3-venv && $(PYTHON) -m venv $(VENV); }
	@echo "Installing the pinned packages, one to three minutes ..."
	@$(BIN)/pip install -q --disable-pip-version-check --no-deps --require-hashes -r requirements.lock
	@$(BIN)/pip install -q --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

# The browser tests use any Chromium that is there; Debian's is installed where none is.
browser:
	@command -v chromium chromium-browser google-chrome >/dev/null \
		|| { echo "Installing Chromium for the browser tests ..."; \
		     $(ROOT) apt-get update -q && $(ROOT) apt-get install -y -q chromium; }

# The ledger's tests run on SQLite and on PostgreSQL alike: they start Debian's server, which is installed where none is.
postgres:
	@ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 \
		|| { echo "Installing PostgreSQL for the ledger's tests ..."; \
		     $(ROOT) apt-get update -q && $(ROOT) apt-get install -y -q --no-install-recommends postgresql; }

demo: setup  ## make a stand-in world, build the warehouse and serve the pages
	$(BIN)/ndr demo

test: setup browser postgres  ## all tests
	$(BIN)/python -m pytest -n 2 --dist loadfile --no-loadscope-reorder

check: setup  ## lint, types, import contracts
	@mkdir -p $(VENV)/lint
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	NDR_WAREHOUSE_PATH=$(VENV)/lint/warehouse.duckdb NDR_MARTS_PATH=$(VENV)/lint/marts.duckdb \
		NDR_PERSONAL_PATH=$(VENV)/lint/personal.duckdb $(BIN)/sqlfluff lint --processes 2 dbt_project/models

format: setup  ## put the code into its form
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: setup  ## time load, full and incremental build; SCANS=20000000 for the published figures
	$(BIN)/python -m benchmarks.run --scans $(SCANS)

# Their sizes: SHIPMENTS ROUNDS REFRESHES INSTANTS COHORTS SHUFFLES POINTS FUZZ FILLS HISTORIES ORDERS SHARED RACES
live: setup postgres  ## time webhooks on both databases, and a scan's way to the queue, an answer's to the courier; RATE, DURATION, EVENTS, ANSWERS, MINUTES, HISTORY
	$(BIN)/python -m benchmarks.webhooks --rate $(RATE) --seconds $(DURATION)
	$(BIN)/python -m benchmarks.webhooks --rate $(RATE) --seconds $(DURATION) --postgres
	$(BIN)/python -m benchmarks.latency --scans $(HISTORY) --events $(EVENTS) --minutes $(MINUTES)
	$(BIN)/python -m benchmarks.answers --answers $(ANSWERS) --minutes $(MINUTES)

prove: setup postgres  ## the heavy proofs; SHIPMENTS, ROUNDS and so on set their size, 0 leaves one out
	$(BIN)/python -m benchmarks.prove --shipments $(SHIPMENTS) --rounds $(ROUNDS) --refreshes $(REFRESHES) \
		--instants $(INSTANTS) --cohorts $(COHORTS) --shuffles $(SHUFFLES) --points $(POINTS) --fuzz $(FUZZ) \
		--fills $(FILLS) --histories $(HISTORIES) --orders $(ORDERS) --shared $(SHARED) --races $(RACES)

docs: setup  ## dbt's documentation of every table and column, as one page
	@test -f $(DATA)/marts.duckdb || { echo "Nothing is built in $(DATA) yet: run ndr demo, or ndr load and ndr build"; exit 1; }
	cd dbt_project && NDR_WAREHOUSE_PATH=$(DATA)/warehouse.duckdb NDR_MARTS_PATH=$(DATA)/marts.duckdb \
		NDR_PERSONAL_PATH=$(DATA)/personal.duckdb NDR_WORK_PATH=$(DATA)/work.duckdb ../$(BIN)/dbt --no-version-check docs generate --static \
		--target-path $(DATA)/docs --log-path $(DATA)/docs
	@echo "Open $(DATA)/docs/static_index.html"

lock: setup  ## pin anew what pyproject.toml asks for
	$(BIN)/pip-compile -q --all-extras --generate-hashes --allow-unsafe --no-annotate --no-header --no-emit-index-url \
		--no-emit-find-links --no-emit-trusted-host --strip-extras -o requirements.lock pyproject.toml

clean:  ## forget the environment, never the data
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache
