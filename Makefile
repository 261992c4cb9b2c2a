# Each target is a line or two: what it does stands in the program it calls. PYTHON=… chooses another Python 3.11.
PYTHON ?= python3
BIN := .venv/bin
NPM := $(BIN)/python tools/npm.py
BUILT_FROM := pyproject.toml hatch_build.py $(shell find web -name node_modules -prune -o -type f -print) $(shell find src -name '*.po')

.PHONY: demo test check bench lock messages

demo: .venv/built
	$(BIN)/gemeinsinn demo $(ARGS)

test: .venv/built .venv/dev web/node_modules/.dev
	$(BIN)/python tools/browser.py
	$(BIN)/pytest -n auto --dist worksteal $(ARGS)
	$(NPM) test

check: .venv/built .venv/dev web/node_modules/.dev
	$(BIN)/ruff format --check . && $(BIN)/ruff check .
	rm -rf var/check && $(BIN)/gemeinsinn init var/check 2> /dev/null
	GEMEINSINN_INSTANCE=var/check $(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python tools/messages.py --check
	$(BIN)/python tools/reference.py --check
	$(NPM) run check

bench: .venv/built .venv/dev
	$(BIN)/python tools/browser.py
	$(BIN)/python benchmarks/report.py $(ARGS)

messages: .venv/built .venv/dev
	$(BIN)/python tools/messages.py

lock:
	$(BIN)/python tools/lock.py
	$(NPM) install --package-lock-only --ignore-scripts

.venv/installed: requirements.lock
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --disable-pip-version-check --require-hashes -r requirements.lock
	touch $@

.venv/built: .venv/installed $(BUILT_FROM)
	$(BIN)/python -m pip install --disable-pip-version-check --quiet --no-deps --no-build-isolation --editable .
	touch $@

.venv/dev: .venv/installed requirements-dev.lock
	$(BIN)/python -m pip install --disable-pip-version-check --quiet --require-hashes -r requirements-dev.lock
	touch $@

web/node_modules/.dev: .venv/installed web/package-lock.json
	$(NPM) ci --no-audit --no-fund --ignore-scripts
	touch $@
