# HOST, PORT, DEMO, BUSINESS_DATE, DATABASE_URL and the like come from the environment or this command line: make run PORT=8001

SHELL := /bin/sh
MAKEFLAGS += --no-print-directory
.PHONY: help run test check bench clean-data python packages packages-dev

PY := .venv/bin/python

help:
	@echo 'make run         serve web, worker and scheduler until Ctrl-C (PORT=8000; DEMO=0: an empty installation)'
	@echo 'make test        run all tests'
	@echo 'make check       format, lint, types, import contracts, migrations, translations, Django checks'
	@echo 'make bench       run the benchmarks; results in var/bench.json'
	@echo 'make clean-data  remove var/ and everything in it, after asking'

# The Python of .venv, or else the first on this machine that will do; $$python names it for the rest of the recipe line.
define FIND_PYTHON
python=; \
for candidate in $(PY) $(or $(PYTHON),python3 python3.12 python3.11); do \
  if $$candidate -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 12))' 2>/dev/null; \
  then python=$$candidate; break; fi; \
done; \
if [ -z "$$python" ]; then \
  echo 'Python 3.11 or 3.12 is needed and not found: install python3.11 with python3.11-venv, or name it: make run PYTHON=/path/to/python3.11' >&2; \
  exit 1; \
fi; \
if ! $$python -c 'import ensurepip, venv' 2>/dev/null; then \
  echo "Python's venv module is missing: run apt-get install -y python3-venv (or your system's package of it)" >&2; \
  exit 1; \
fi
endef

run:
	@$(FIND_PYTHON); $$python -m portfolio.setup.preflight
	@$(MAKE) packages
	@$(PY) -m portfolio.setup
	@exec $(PY) -m portfolio.serve

packages:
	@$(FIND_PYTHON); if [ "$$python" != $(PY) ]; then rm -rf .venv && $$python -m venv .venv; fi
	@$(PY) -m portfolio.setup.packages requirements.txt

packages-dev: packages
	@$(PY) -m portfolio.setup.packages requirements-dev.txt

# Browser tests run apart: Playwright leaves an event loop in its thread, which Django takes for asynchronous code.
test: packages-dev
	@$(PY) -m portfolio.setup assets
	$(PY) -m pytest -m 'not browser' -n 2 --dist loadgroup $(PYTEST_ARGS)
	DJANGO_ALLOW_ASYNC_UNSAFE=1 $(PY) -m pytest -m browser $(PYTEST_ARGS) || { [ $$? = 5 ] && [ -n "$(PYTEST_ARGS)" ]; }

check: packages-dev
	$(PY) -m ruff format --check .
	$(PY) -m ruff check .
	$(PY) -m mypy
	.venv/bin/lint-imports --no-logo
	$(PY) manage.py makemigrations --check --dry-run
	$(PY) manage.py check --fail-level WARNING
	TLS=1 DEMO=0 BUSINESS_DATE= REDIS_URL=redis://127.0.0.1 EMAIL_URL=smtp://127.0.0.1 $(PY) manage.py check --deploy --fail-level WARNING
	$(PY) -m pytest tests/architecture --ignore tests/architecture/test_every_address.py

bench: packages-dev
	$(PY) -m tests.bench

clean-data:
	@$(FIND_PYTHON); $$python -m portfolio.setup.lock
	@printf 'Remove var/ with the database, the archive, mail and logs? Type yes: '; \
	read answer; [ "$$answer" = yes ] && rm -rf var && echo 'Removed.' || { echo 'Kept.'; exit 1; }
