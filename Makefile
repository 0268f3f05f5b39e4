# `make` alone says what there is.
PYTHON ?= python3
VENV := .venv/bin
export PORT ?= 8000
ifdef DEMO
export RELEASETRAIN_DEMO := $(DEMO)
endif

# Settings no deployment would use, but as strict: for the checks below.
AS_PRODUCTION = RELEASETRAIN_MODE=production RELEASETRAIN_ALLOWED_HOSTS=train.example \
	RELEASETRAIN_SECRET_KEY=only-for-the-checks-0123456789-abcdefghijklmnopqrstuvwxyz-9f
TESTS ?= tests

.PHONY: help setup run check test test-fast test-races test-calendar test-kill test-api test-reviews bench bench-api bench-backfill bench-calendar bench-form bench-planner bench-sql bench-start demo browser dev

help: ## Say what there is
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: ## Start everything; PORT=8123 for another port, DEMO=0 without demo data
	@$(PYTHON) scripts/bootstrap.py run

setup: dev browser ## Prepare .venv and a browser for the tests

dev:
	@$(PYTHON) scripts/bootstrap.py dev

browser: dev
	@$(VENV)/python -m tests.support.browser

check: dev ## Lint, format, types, imports, migrations, production settings
	$(VENV)/ruff check .
	$(VENV)/ruff format --check .
	$(VENV)/mypy
	$(VENV)/lint-imports
	$(VENV)/python -W ignore::RuntimeWarning manage.py makemigrations --check --dry-run
	$(AS_PRODUCTION) $(VENV)/python manage.py check --deploy --fail-level WARNING

test: dev browser ## Run all tests, the races in their short version
	$(VENV)/python -m pytest $(TESTS) -n 2 --dist worksteal

test-fast: dev ## Run the tests that need no browser, no race and no patience
	$(VENV)/python -m pytest $(TESTS) --ignore=tests/races --ignore=tests/kill -n 2 --dist worksteal -m "not browser and not slow"

test-races: dev ## Race 32 clients, 200 attempts each, through every way to a booking; every two ways in every order
	RACE_CLIENTS=32 RACE_ATTEMPTS=200 INTERLEAVE=all $(VENV)/python -m pytest -s tests/races

test-calendar: dev ## Run what keeps the calendar: rules, zones, closing, 5,000 random calendars, every order of two ways to a booking
	CALENDARS=5000 PLANNED_CALENDARS=5000 PLANNED_ROWS=500 ALL_ZONES=1 INTERLEAVE=all $(VENV)/python -m pytest tests/domain tests/calendar tests/boarding tests/trains tests/rollouts tests/races/test_interleavings.py -n 2 --dist worksteal

test-reviews: dev ## Run 10,000 longer programs of reviews against their oracle, and every attack on an approval
	REVIEW_PROGRAMS=10000 REVIEW_STEPS=16 $(VENV)/python -m pytest tests/reviews tests/domain -n 2 --dist worksteal

test-api: dev ## Ask the API a hundred examples of each question as everybody, and lose a thousand answers
	API_EXAMPLES=100 LOST_ANSWERS=1000 $(VENV)/python -m pytest -s tests/api -n 2

test-kill: dev ## Kill worker, beat and broker 20 times while 400 bookings are made; a minute without a broker
	KILL_BOOKINGS=400 KILL_TIMES=20 OUTAGE_SECONDS=60 $(VENV)/python -m pytest -s --show-capture=no tests/kill

bench: dev ## Measure every page on the demo: milliseconds and queries
	$(VENV)/python -m scripts.bench

bench-api: dev ## Measure the API beside bare views, at 10,000 and 100,000 releases
	$(VENV)/python -m scripts.bench_api

bench-backfill: dev ## Run a small backfill for real, 200,000 rows and 5 indexes: forecast beside measured
	$(VENV)/python -m scripts.bench_backfill

bench-calendar: dev ## Measure ways out at 10,000 bookings and one check of one release at 100,000
	$(VENV)/python -m scripts.bench_calendar

bench-form: dev ## Measure the form's side panel while somebody types, with 1,000 open releases
	$(VENV)/python -m scripts.bench_form

bench-planner: dev ## Measure the planner: values, bounds and how soon; repairs after 1,000 events; contradictions
	$(VENV)/python -m scripts.bench_planner
	$(VENV)/python -m scripts.bench_repair

bench-sql: dev ## Measure the SQL review: microseconds per statement, parsed and judged
	$(VENV)/python -m scripts.bench_sql

bench-start: ## Measure a first start with empty caches, and a second one
	@$(PYTHON) scripts/bench_start.py

demo: ## Fill the running start's database with the demo
	$(VENV)/python manage.py demo
