# Every target sets up what it needs (.ci/setup makes .venv from the lock, once); `make` lists them.
.DEFAULT_GOAL := help
.PHONY: help demo run test check format bench bench-large docs lock clean

BIN := .venv/bin
ARGS ?= crawl nhe pse rtm
WORKERS ?= 4
export PYTHON

help: ## list the targets
	@sed -n 's/^\([a-z-]*\):.*## /  make \1|/p' Makefile | awk -F'|' '{ printf "%-18s %s\n", $$1, $$2 }'

demo: ## crawl the bundled example outlets on two days and show what the archive knows
	@.ci/setup run
	@$(BIN)/cuttings demo

run: ## crawl the live outlets (needs CUTTINGS_CONTACT); ARGS="outlets list" runs another command
	@.ci/setup run
	@$(BIN)/cuttings $(ARGS)

test: ## run all tests, SQLite and PostgreSQL; TESTS="tests/unit -k urls" picks some, WORKERS=0 one at a time
	@.ci/setup dev
	@.ci/setup replay || echo "setup: the tests that replay exported captures are skipped" >&2
	@env -u PYTHONDONTWRITEBYTECODE $(BIN)/python -m pytest --numprocesses=$(WORKERS) --dist=worksteal --durations=15 --durations-min=1 $(TESTS)

check: ## lint, format, types, layers
	@.ci/setup dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/python -m mypy
	$(BIN)/lint-imports

format: ## mend what the linter and the formatter can mend
	@.ci/setup dev
	@$(BIN)/ruff check --fix --quiet . || true
	@$(BIN)/ruff format .

bench: ## measure speed and memory and print the tables
	@.ci/setup dev
	@$(BIN)/python -m benchmarks

bench-large: ## measure an archive of 300,000 articles on both databases (hours); LARGE="--articles 3000" tries it
	@.ci/setup dev
	@$(BIN)/python -m benchmarks.large $(LARGE)

docs: ## write the generated files: docs/commands.md and .env.example
	@.ci/setup run
	@$(BIN)/python -m cli.reference

lock: ## write the lock files anew from pyproject.toml (needs the network); UPGRADE=--upgrade moves all pins
	@.ci/lock $(UPGRADE)

clean: ## remove the environment and the caches; the archive in var/ stays
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
