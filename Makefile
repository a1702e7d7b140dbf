# Every command here installs what it needs first; a second call finds it and goes on at once.
.DEFAULT_GOAL := help
SHELL := /bin/bash
PYTHON := .venv/bin/python

.PHONY: help run test coverage bench week setup check fix translations

help: ## Show these commands
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-13s %s\n", $$1, $$2 }' Makefile

run: ## Install what is missing, then start server and worker on http://127.0.0.1:8000 (PORT=…)
	@scripts/setup run
	@exec $(PYTHON) -m scripts.run

test: ## Run every gate and test: lint, types, SQLite, PostgreSQL, Chromium
	@scripts/setup test
	@exec $(PYTHON) -m scripts.test

coverage: ## Run the tests on SQLite with coverage of branches: at least 95 %
	@scripts/setup test
	@exec $(PYTHON) -m pytest -q -n auto -m "not browser" --cov --cov-report=term --cov-report=html:build/coverage

bench: ## Seed a nation on a PostgreSQL of its own and print ratios (OPTIONS=--activities=10000000)
	@scripts/setup test
	@exec $(PYTHON) -m bench.measure $(OPTIONS)

week: ## Measure how long a week of a community takes to log: by form, by table, by timetable
	@scripts/setup test
	@exec $(PYTHON) -m bench.week

setup: ## Install everything for development, and the hooks for git
	@scripts/setup test
	@scripts/setup hooks

check: ## Run the fast gates: format, lint, types, import contracts, templates, translations
	@scripts/setup check
	@exec $(PYTHON) -m scripts.test gates

fix: ## Mend what tools can mend: format and lint
	@scripts/setup check
	@exec $(PYTHON) -m scripts.test fix

translations: ## Collect new texts into the catalogue, and compile it
	@scripts/setup check
	@exec $(PYTHON) -m scripts.translations update
