# Everything a developer types. `make` alone lists it.

SHELL := /bin/sh
.DEFAULT_GOAL := help
.PHONY: help serve test test-long bench bench-quick check format translations browser

# Python 3.11 or newer; `make serve PYTHON=/path/to/python` names one.
PYTHON ?=
BIN := .venv/bin
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check
MANAGE := $(BIN)/python manage.py

# Two processes share the suite's files, each with servers of its own; servers from outside have
# one broker, which cannot be shared.
DIVIDED := $(if $(DATABASE_URL)$(REDIS_URL),,--numprocesses 2 --dist loadfile)

help: ## this list
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1	\2/p' $(MAKEFILE_LIST) | expand -t 20

serve: .venv/installed ## the whole site at http://127.0.0.1:8000/ (PORT=8001 for another port)
	@exec $(MANAGE) serve --with-parent

test: .venv/installed-dev browser ## the suite, in under 10 minutes (ARGS="-k word" for a part)
	@exec $(BIN)/python -m pytest -m "not long" $(DIVIDED) $(ARGS)

test-long: .venv/installed-dev browser ## the long half of the suite
	@exec $(BIN)/python -m pytest -m long $(ARGS)

bench: .venv/installed ## a million projects beside Datasette, psql and nginx: a table and var/bench/latest.json
	@exec $(BIN)/python -m bench $(ARGS)

bench-quick: .venv/installed ## the same with 50,000 projects, for every day
	@exec $(BIN)/python -m bench --rows 50000 --repeats 2 --seconds 1 $(ARGS)

check: .venv/installed-dev ## lint, format, types, imports, templates, migrations, deploy check, translations
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/djlint --quiet --lint templates openness/templates
	$(MANAGE) makemigrations --check --dry-run
	DEBUG=false SITE_URL=https://openness.example DATABASE_URL=postgresql://unused/unused \
	REDIS_URL=redis://unused SECRET_KEY=$$($(BIN)/python -c "import secrets; print(secrets.token_urlsafe(64))") \
	$(MANAGE) check --deploy --fail-level WARNING
	$(BIN)/python -m pytest -q tests/test_translations.py

format: .venv/installed-dev ## format Python and sort its imports
	$(BIN)/ruff check --fix-only
	$(BIN)/ruff format

translations: .venv/installed-dev ## collect texts into locale/ and compile what is translated
	@$(BIN)/python -m tests.translations

# The pins are installed again when their list changes.
.venv/installed: requirements.txt
	@$(MAKE) --no-print-directory .venv/bin/python-found
	@echo "Installing what requirements.txt lists ..."
	@$(PIP) -r requirements.txt
	@touch $@

.venv/installed-dev: requirements-dev.txt .venv/installed
	@echo "Installing what requirements-dev.txt lists ..."
	@$(PIP) -r requirements-dev.txt
	@touch $@

.PHONY: .venv/bin/python-found
.venv/bin/python-found:
	@if ! $(BIN)/python -m pip --version >/dev/null 2>&1; then \
	  for python in $(PYTHON) python3 python3.14 python3.13 python3.12 python3.11 none; do \
	    $$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && break; \
	  done; \
	  if [ $$python = none ]; then \
	    echo "Openness needs Python 3.11 or newer; name one: make $(MAKECMDGOALS) PYTHON=/path/to/python" >&2; exit 1; \
	  fi; \
	  echo "Creating .venv with $$($$python --version) ..."; \
	  $$python -m venv --clear .venv || { \
	    echo "This Python cannot make a virtual environment; on Debian: apt install python3-venv" >&2; exit 1; }; \
	fi

# Browser tests drive the system's Chromium; without one, Playwright's own.
browser: .venv/installed-dev
	@for name in chromium chromium-browser google-chrome; do \
	  if command -v $$name >/dev/null; then exit 0; fi; \
	done; \
	if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
	  echo "Installing Chromium for the browser tests ..."; \
	  apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends chromium >/dev/null; \
	else \
	  $(BIN)/playwright install chromium || \
	    echo "No Chromium found: the browser tests will fail. Install the package chromium." >&2; \
	fi
