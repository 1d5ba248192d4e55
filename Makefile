# Outcry's commands; `make` alone lists them. Needed beforehand: Python 3.11 or newer, and make.
.POSIX:
.PHONY: help run test test-long faults check bench demo-reset screenshots lock clean venv

# The distribution's Python where it is new enough and complete: one that pyenv built without optimization takes a
# third longer for everything. Another one: make run PYTHON=python3.13
PYTHON = $$(for python in /usr/bin/python3 python3; do \
	$$python -c 'import ensurepip, sys, venv; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && break; \
	done; echo $$python)
# Processes of tests on PostgreSQL, beside which one runs on SQLite. Further arguments: make test ARGS="-k signature"
WORKERS = $$(.venv/bin/python -c 'import os; print(os.cpu_count() or 1)')
ARGS =
# Empty: every test on both databases.
SHARE = 1
# Set to --upgrade to let `make lock` take newer versions.
UPGRADE =

# Let Python keep what it compiles, or each of the many processes that run and test start compiles Django anew.
PYTHONDONTWRITEBYTECODE =

PYTEST = .venv/bin/python -m pytest

# Bring .venv to requirements/$lock.txt unless it is there already. What is for development holds all of what
# the product runs on, and stays once it is there.
SYNC = if grep -qs '^dev' .venv/installed; then lock=dev; fi; \
	wanted="$$lock $$(cksum < requirements/$$lock.txt)"; \
	test "$$(cat .venv/installed 2>/dev/null)" = "$$wanted" || { \
		echo "Installing requirements/$$lock.txt …"; \
		echo "$$lock, not complete" > .venv/installed; \
		.venv/bin/uv pip sync --quiet --compile-bytecode --require-hashes --python .venv/bin/python requirements/$$lock.txt; \
		echo "$$wanted" > .venv/installed; \
	}

# Settings as a server has them, for checks that connect to nothing.
KEY = $$(.venv/bin/python -c 'import base64, os; print(base64.urlsafe_b64encode(os.urandom(32)).decode())')
PRODUCTION = env ENV_FILE=/dev/null VAR_DIR=var/check DEBUG=0 \
	SECRET_KEY="$(KEY)$(KEY)" PII_KEYS="$(KEY)" FINGERPRINT_KEY="$(KEY)" \
	SITE_URL=https://outcry.example ALLOWED_HOSTS=outcry.example \
	DATABASE_URL='postgres://outcry:password@database.example/outcry?sslmode=verify-full' \
	REDIS_URL='rediss://redis.example:6379/0?ssl_cert_reqs=required' \
	EMAIL_URL=smtp+tls://outcry:password@mail.example:587 ALLOWED_MAIL_DOMAINS='*' \
	SECURITY_CONTACT=security@outcry.example

help: ## list these commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-12s %s\n", $$1, $$2 }' Makefile

run: venv ## start Outcry with its demonstration on PORT (8000); Ctrl-C ends it
	@lock=run; $(SYNC)
	@.venv/bin/python manage.py setup
	@exec .venv/bin/python manage.py up

# Two runs at once, each with its share of the tests (tests/shares.py). What ARGS asks for may all be in one of them:
# then the other one ends with pytest's 5, for "no tests". The one on PostgreSQL has several processes, so it takes what
# the other one leaves: at the end it can use every core.
test: venv ## on PostgreSQL and on SQLite, with Redis and Chromium
	@lock=dev; $(SYNC)
	@mkdir -p var; export TEST_SHARE=$(SHARE); code=0; empty=0; \
	is_empty() { empty=$$((empty + 1)); test "$$1$${ARGS:+ asked}$$empty" = "5 asked1"; }; \
	TEST_DATABASE=sqlite $(PYTEST) -m "not fault and not journey" $(ARGS) > var/tests-on-sqlite.log 2>&1 & \
	sqlite=$$!; trap 'kill $$sqlite 2>/dev/null || true' INT TERM EXIT; \
	TEST_DATABASE=postgresql nice -n 5 $(PYTEST) -n $(WORKERS) --dist loadscope --no-loadscope-reorder \
		-m "not fault" $(ARGS) \
		|| is_empty $$? || code=1; \
	echo "… and on SQLite, at the same time:"; wait $$sqlite || is_empty $$? || code=1; cat var/tests-on-sqlite.log; \
	exit $$code

test-long: ## every test on both databases, every walk whole, with the full counts of seeded tests
	@TEST_LONG=1 $(MAKE) test SHARE=

faults: venv ## kill processes at random and see that nothing is lost
	@lock=dev; $(SYNC)
	@.venv/bin/python -m pytest -m fault $(ARGS)

check: venv ## style, types, import contracts, migrations, templates, production settings
	@lock=dev; $(SYNC)
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	.venv/bin/lint-imports --no-logo
	@echo "mypy"; $(PRODUCTION) .venv/bin/mypy
	@echo "manage.py makemigrations --check"; \
	$(PRODUCTION) DATABASE_URL=sqlite://:memory: .venv/bin/python manage.py makemigrations --check --dry-run
	@echo "manage.py check --deploy"; \
	$(PRODUCTION) .venv/bin/python manage.py check --deploy --fail-level WARNING
	TEST_DATABASE=sqlite .venv/bin/python -m pytest --quiet tests/test_templates.py

bench: venv ## measure, each figure as a ratio to a limit of the same run; ARGS="headline --seconds 600"
	@lock=dev; $(SYNC)
	@.venv/bin/python -m benchmarks $(ARGS)

demo-reset: venv ## load the demonstration anew
	@lock=run; $(SYNC)
	@.venv/bin/python manage.py load_demo --reset

screenshots: venv ## draw the pages into docs/screenshots
	@lock=dev; $(SYNC)
	@.venv/bin/python -m pytest tests/journeys/screenshots.py

lock: venv ## write the hashed requirements anew; UPGRADE=--upgrade takes newer versions
	@for lock in run dev; do \
		.venv/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate \
			$(UPGRADE) --output-file requirements/$$lock.txt requirements/$$lock.in; \
	done

clean: ## remove what can be made again; .env and the data under var/ stay
	@rm -rf .venv .coverage htmlcov .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache
	@rm -rf var/check var/journeys var/static
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +

venv:
	@.venv/bin/python -m pip --version >/dev/null 2>&1 || { \
		python=$(PYTHON); \
		$$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
			echo "Outcry needs Python 3.11 or newer, and $$python is not: name another, as in 'make run PYTHON=python3.12'." >&2; \
			exit 1; \
		}; \
		$$python -c 'import ensurepip, venv' 2>/dev/null || { \
			echo "Python's venv module is missing (Debian and Ubuntu: apt-get install python3-venv)." >&2; \
			exit 1; \
		}; \
		echo "Making a virtual environment in .venv …"; \
		$$python -m venv --clear .venv; \
	}
	@test -x .venv/bin/uv || .venv/bin/python -m pip install --quiet --disable-pip-version-check uv
