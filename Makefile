# podviz. `make` alone lists what can be done; each of these installs what it needs first.

HOST     ?= 127.0.0.1
PORT     ?= 8000
JOBS     ?= 2
MIN      ?= 0
SEED     ?= 0
FIDELITY ?= ../shared/fidelity
PYTHON   ?= $(or $(shell command -v python3.11),$(shell command -v python3),python3)

BIN  := .venv/bin
SUDO := $(if $(filter 0,$(shell id -u)),,sudo)
PO   := $(shell find . -name '*.po' -not -path './.venv/*' -not -path './var/*')
MO   := $(PO:.po=.mo)
SANS := /usr/share/fonts/truetype/dejavu/DejaVuSans.ttf
CJK  := /usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc

# $(call apt,command,package): installs a Debian package if its command is missing.
apt = command -v $(1) >/dev/null || { echo "Installing $(2) with apt-get"; \
	$(SUDO) apt-get update -qq && \
	$(SUDO) env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $(2) >/dev/null; }

# No compression of each message: they are small, and compressing costs more than it saves.
SERVE = $(BIN)/uvicorn podviz.asgi:application --host $(HOST) --port $(PORT) --loop uvloop --http httptools \
	--ws websockets-sansio --ws-per-message-deflate false --no-access-log --timeout-graceful-shutdown 3

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help run setup test check pytest coverage fidelity score bench screenshots messages translations fix browser clean

help: ## list the targets
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## /\1|/' \
		| awk -F'|' '{ printf "  make %-13s %s\n", $$1, $$2 }'

run: setup ## serve podviz on http://127.0.0.1:8000 (HOST=, PORT=)
	@echo "Open http://$(HOST):$(PORT) in a browser; Ctrl-C stops."
	@exec $(SERVE)

setup: .venv/.runtime $(MO) ## install, compile the translations, migrate; `run` does it
	@$(BIN)/python manage.py migrate --verbosity 0

test: check pytest ## everything that has to pass: `check`, then every test, the browser's too

check: .venv/.dev $(MO) ## style, types, imports between rooms, templates, migrations
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo
	$(BIN)/djlint --quiet --lint templates
	$(BIN)/python -W error manage.py check
	$(BIN)/python manage.py makemigrations --check --dry-run

pytest: .venv/.dev $(MO) browser ## the tests alone
	$(BIN)/pytest -q -n $(JOBS)

coverage: .venv/.dev $(MO) ## which lines and branches the tests (without browser) reach
	$(BIN)/coverage run -m pytest -q -m "not browser"
	$(BIN)/coverage report

fidelity: .venv/.runtime ## score against recordings of a real cluster, into docs/fidelity.md (FIDELITY=folder, MIN=)
	@mkdir -p var
	@$(MAKE) -s score > var/fidelity.txt; \
		status=$$?; cat var/fidelity.txt; $(BIN)/python -m bench.fidelity var/fidelity.txt && exit $$status

score: .venv/.runtime ## score alone, all scenarios or some (ONLY=part of a name, SEED=)
	@test -d "$(FIDELITY)/recordings" || { \
		echo "There are no recordings in $(FIDELITY). They are kept outside this repository:" >&2; \
		echo "name the folder that holds score.py, recordings/ and scenarios/ with FIDELITY=folder" >&2; \
		exit 2; }
	@$(BIN)/python "$(FIDELITY)/score.py" --all "$(FIDELITY)/recordings" --jobs $(JOBS) --min $(MIN) --only "$(ONLY)" \
		--run "$(CURDIR)/$(BIN)/python $(CURDIR)/manage.py simulate --json --earlier 2 --seed $(SEED)"

bench: .venv/.dev browser ## how fast the simulator and its pages are, the timeline in a browser too (BENCH=--quick: without 10,000 Pods)
	@$(BIN)/python -m bench $(BENCH)

screenshots: .venv/.dev $(MO) browser ## take the pictures in docs/screenshots again, those that differ
	TAKE_SCREENSHOTS=1 $(BIN)/pytest -q tests/browser/test_screenshots.py

messages: $(MO) ## compile the translations

translations: .venv/.runtime ## collect the texts to translate into the .po files
	@$(call apt,xgettext,gettext)
	@$(BIN)/python manage.py makemessages --all --no-wrap --no-location --ignore .venv --ignore var --ignore tests

fix: .venv/.dev ## let the tools correct style and formatting
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

clean: ## remove what was built; the data in var/ stays
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache .coverage htmlcov staticfiles $(MO)
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# ---- what the above stand on ------------------------------------------------------------------------

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
		echo "podviz needs Python 3.11 or newer; name it with make PYTHON=/path/to/python3.11"; exit 1; }
	@$(PYTHON) -c 'import ensurepip' 2>/dev/null || $(call apt,no-such-command,python3-venv)
	@$(PYTHON) -m venv .venv || { rm -rf .venv; \
		echo "The virtual environment could not be made; on Debian: apt-get install python3-venv"; exit 1; }

.venv/.runtime: requirements.txt | $(BIN)/python
	@echo "Installing requirements.txt"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.txt
	@touch $@

.venv/.dev: requirements-dev.txt .venv/.runtime
	@echo "Installing requirements-dev.txt"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	@touch $@

# Without gettext the site works, in English.
%.mo: %.po
	@$(call apt,msgfmt,gettext) || echo "gettext is missing: podviz will speak English only"
	@! command -v msgfmt >/dev/null || msgfmt --check-format --output-file=$@ $<

browser: $(SANS) $(CJK)
	@$(call apt,$(or $(CHROMIUM),chromium-headless-shell),chromium-headless-shell) 2>/dev/null || $(call apt,chromium,chromium)

# The pictures in docs/screenshots are written with these.
$(SANS):
	@$(call apt,no-such-command,fonts-dejavu-core)

$(CJK):
	@$(call apt,no-such-command,fonts-noto-cjk)
