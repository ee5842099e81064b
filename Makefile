# Everything a newcomer needs: `make` lists it. Needs GNU make, git and Python 3.11; uv is fetched where it is missing.

SHELL := /bin/sh
PYTHON ?= python3
UV_VERSION := 0.13.8

# A uv that answers, else a private one in .uv/ (a shim may exist and not answer).
UV := $(shell if uv --version >/dev/null 2>&1; then echo uv; else echo .uv/bin/uv; fi)
PRIVATE_UV := $(filter .uv/bin/uv,$(UV))
RUN := $(UV) run --no-sync
VENV := $(or $(UV_PROJECT_ENVIRONMENT),.venv)
PACKAGES := platform tenants services integrations frontend tests benchmarks
SEED ?= $(shell date +%Y%m%d)
SIZE ?= 200
READS ?= 1000000
NO_DATABASE := Got an error checking a consistent migration history

.DEFAULT_GOAL := help
.PHONY: help run test check format requirements nightly mutation audit sbom campaign isolation bench reset environment chromium pgbouncer

help: ## list the targets
	@echo "Skarbnik. What make can do:"
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))
	@echo "Variables: PORT=8000 and SKARBNIK_HOME=.skarbnik for run and reset, NAME= for bench, TESTS= for test,"
	@echo "SEED= for nightly, SEED= SIZE= for campaign, READS= for isolation, MODULE= for mutation."

# Python itself is the child of make here, so that it notices when make is killed.
run: environment ## start the platform with its demo data; PORT= and SKARBNIK_HOME= override
	@exec $(VENV)/bin/python -m portal.embedded

test: environment chromium pgbouncer ## run all tests, real-browser tests included; TESTS="path -k word" narrows
	@$(RUN) pytest -q -n 2 --dist loadgroup $(TESTS)

check: environment ## ruff, mypy, import contracts, missing migrations, coverage of the requirements
	$(RUN) ruff check .
	$(RUN) ruff format --check .
	$(RUN) mypy
	$(RUN) lint-imports --no-cache
	@# The migrations are compared with the models only: no database is needed, so its absence is no news.
	DJANGO_SETTINGS_MODULE=portal.settings.test $(RUN) python -W "ignore:$(NO_DATABASE):RuntimeWarning" \
	  platform/manage.py makemigrations --check --dry-run
	$(RUN) pytest --collect-only -qq --requirements-check

format: environment ## let ruff mend and format the code
	$(RUN) ruff check --fix .
	$(RUN) ruff format .

requirements: environment ## show which tests cover which row of the two regulations; writes docs/requirements-coverage.md
	@$(RUN) pytest --collect-only -qq --requirements

nightly: environment ## try 100,000 made-up payers against the rules of money; SEED= repeats a night
	@HYPOTHESIS_PROFILE=nightly $(RUN) pytest -q tests/properties --hypothesis-seed=$(SEED)

mutation: environment ## change the money rules one by one and see whether a test notices; MODULE=interest narrows
	@$(RUN) python -m tests.mutation $(MODULE)

audit: environment ## ask the advisory databases about the libraries in uv.lock; needs the open network
	@$(UV) export --frozen --no-dev --no-emit-project --quiet | $(UV) tool run pip-audit --disable-pip --require-hashes -r /dev/stdin

sbom: environment ## print the list of all libraries of a release as CycloneDX
	@$(UV) export --frozen --no-dev --quiet --format cyclonedx1.5

messages: environment ## list all texts of the pages anew in the catalogue of frontend/locale; needs gettext
	@DJANGO_SETTINGS_MODULE=portal.settings.test $(RUN) python -m portal makemessages -l pl --no-wrap --add-location file \
	  --no-obsolete --ignore $(VENV) --ignore tests --ignore build --ignore benchmarks
	@sed -i '/^"POT-Creation-Date/d; /^"Report-Msgid-Bugs-To/d' frontend/locale/pl/LC_MESSAGES/django.po

campaign: environment ## kill processes and spoil messages under many payments, compare all books; SEED= SIZE=200
	@$(RUN) python -m tests.campaign --seed $(SEED) --payments $(SIZE)

isolation: environment pgbouncer ## let many readers ask many gminas at once and count what came from the wrong one; READS=1000000
	@$(RUN) python -m tests.isolation --reads $(READS)

bench: environment ## list the benchmarks; NAME=<name> runs benchmarks/<name>.py
	@$(RUN) python -m benchmarks $(NAME)

reset: environment ## forget the data of make run; asks first, YES=1 answers
	@exec $(VENV)/bin/python -m portal.embedded.reset

# --- what the targets stand on ------------------------------------------------------------------------------------------
environment: $(PRIVATE_UV)
	@[ -d $(VENV) ] || echo "Preparing the Python environment in .venv/ (the first time takes a minute)"
	@$(UV) sync --frozen --quiet

.uv/bin/uv:
	@echo "uv is missing: installing it into .uv/"
	@$(PYTHON) -m venv .uv >/dev/null 2>&1 || { \
	  rm -rf .uv; \
	  if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
	    echo "Python's venv module is missing: installing python3-venv"; \
	    apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends python3-venv >/dev/null \
	      && $(PYTHON) -m venv .uv; \
	  else false; fi; \
	} || { \
	  rm -rf .uv; \
	  echo "Python's venv module is missing. Install it (as root: apt-get install python3-venv)," >&2; \
	  echo "or install uv (https://docs.astral.sh/uv/), and run make again." >&2; \
	  exit 1; }
	@.uv/bin/python -m pip install --quiet --disable-pip-version-check "uv==$(UV_VERSION)"
	@echo '*' > .uv/.gitignore

# The browser tests drive Debian's Chromium; without one they are skipped loudly, or fail when CI=true.
chromium:
	@if command -v chromium >/dev/null; then :; \
	elif [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
	  echo "Chromium is missing: installing Debian's"; \
	  { apt-get update -qq \
	    && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium >/dev/null; } \
	    || echo "Chromium could not be installed: the browser tests cannot run."; \
	else \
	  echo "Chromium is missing: the browser tests cannot run (as root: apt-get install chromium)."; \
	fi

# The isolation tests share connections through Debian's PgBouncer; without one they are skipped, or fail when CI=true.
pgbouncer:
	@if command -v pgbouncer >/dev/null || [ -x /usr/sbin/pgbouncer ]; then :; \
	elif [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
	  echo "PgBouncer is missing: installing Debian's"; \
	  { apt-get update -qq \
	    && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends pgbouncer >/dev/null; } \
	    || echo "PgBouncer could not be installed: the tests of pooling cannot run."; \
	else \
	  echo "PgBouncer is missing: the tests of pooling cannot run (as root: apt-get install pgbouncer)."; \
	fi
