# Everything a developer types. `make run` and `make test` are all a newcomer needs.
# A stamp file per environment makes the second run instant; edit a lock and it is redone.

VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
RUNTIME := $(VENV)/.runtime
DEVELOP := $(VENV)/.develop

ON_A_SCREEN := $(DISPLAY)$(WAYLAND_DISPLAY)
SYSTEM := $(shell uname -s)
ifeq ($(SYSTEM),Darwin)
ON_A_SCREEN := yes
endif

# Tests and pictures never need a screen; set QT_QPA_PLATFORM yourself to see them.
QT_QPA_PLATFORM ?= offscreen

.DEFAULT_GOAL := help
.PHONY: help run demo test test-long screenshots guide bench format lint catalogue lock wheels clean

help:  ## say what can be made
	@sed -n 's/^\([a-z-]*\):.*##/  make \1:/p' $(MAKEFILE_LIST)

run: $(RUNTIME)  ## open Kipu (without a screen: play its story and say where the files lie)
ifeq ($(ON_A_SCREEN),)
	@echo "There is no screen here, so this plays Kipu's story without windows: two minutes or less."
	@$(MAKE) --no-print-directory demo
else
	@python3 packaging/preflight.py $(if $(DISPLAY),--display)
	@$(BIN)/kipu
endif

# A picture is eight: two languages, two appearances, two sizes of letters. All are in `screenshots`.
STORY := home-facilitator household group meeting meeting-vote meeting-closed home-secretary \
	synced review compare home

demo: $(RUNTIME)  ## a ready project in build/demo, opened as its coordinator (KIPU_DEMO=small: a short one)
	@rm -rf build/demo
	@mkdir -p build
	@$(BIN)/kipu demo build/demo $(if $(filter small,$(KIPU_DEMO)),--small)
ifeq ($(ON_A_SCREEN),)
	@QT_QPA_PLATFORM=$(QT_QPA_PLATFORM) $(BIN)/python -m app.views.screenshots \
		build/demo/screenshots $(STORY)
	@echo "In $(CURDIR)/build/demo:"
	@echo "  acta, closed:    exports/acta.pdf exports/acta.docx"
	@echo "  acta, draft:     exports/acta-borrador.pdf exports/acta-borrador.docx"
	@echo "  call and list:   exports/convocatoria.pdf exports/hoja-de-asistencia.pdf"
	@echo "  field note:      exports/nota-de-campo.pdf exports/nota-de-campo.docx"
	@echo "  tables:          exports/hogares.csv exports/hogares.xlsx exports/compromisos.xlsx"
	@echo "  pictures:        screenshots/"
else
	@python3 packaging/preflight.py $(if $(DISPLAY),--display)
	@KIPU_HOME="$(CURDIR)/build/demo/coordinator" $(BIN)/kipu
endif

test: lint  ## everything that must hold, within ten minutes
	@QT_QPA_PLATFORM=$(QT_QPA_PLATFORM) $(BIN)/python -m pytest -n 2

# Seeds of the simulation beyond those in `test`; about an hour. SEEDS=A:B for others.
SEEDS ?= 1000:4000

test-long: $(DEVELOP)  ## the same with hundreds of crashes and thousands of cases
	@QT_QPA_PLATFORM=$(QT_QPA_PLATFORM) $(BIN)/python -m pytest -n 2 \
		-m "long or not long" --hypothesis-profile=long -o faulthandler_timeout=3600
	@KIPU_LANG=en $(BIN)/kipu simulate --seeds $(SEEDS)

lint: $(DEVELOP)  ## style, types and the catalogue
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/python packaging/catalogue.py check

format: $(DEVELOP)  ## put the code into its one style
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

catalogue: $(DEVELOP)  ## bring the Spanish catalogue up to date and say what lacks a translation
	@$(BIN)/python packaging/catalogue.py update

screenshots: $(DEVELOP)  ## a picture of every page, in build/screenshots
	@mkdir -p build/screenshots
	@QT_QPA_PLATFORM=$(QT_QPA_PLATFORM) $(BIN)/python -m app.views.screenshots build/screenshots

guide: $(DEVELOP)  ## take the pictures of the user guide anew
	@QT_QPA_PLATFORM=$(QT_QPA_PLATFORM) $(BIN)/python -m app.views.screenshots build/guide \
		$$($(BIN)/python -c "import runpy; \
		print(*runpy.run_path('docs/guide/pictures.py')['PAGES'])")
	@$(BIN)/python docs/guide/pictures.py build/guide

bench: $(DEVELOP)  ## Kipu against bare floors, as a table of ratios
	@QT_QPA_PLATFORM=$(QT_QPA_PLATFORM) $(BIN)/python -m benchmarks
	@QT_QPA_PLATFORM=$(QT_QPA_PLATFORM) $(BIN)/python -m benchmarks.forms
	@$(BIN)/python -m benchmarks.sync

# --universal: one lock for Linux, macOS and Windows; no index: it must not tie anyone to a mirror.
COMPILE := uv pip compile --no-config --quiet --universal --python-version 3.11 \
	--generate-hashes --no-header --no-emit-index-url --no-annotate

lock:  ## renew the hashed locks from the .in files (needs uv; LOCK=--upgrade takes newer versions)
	$(COMPILE) $(LOCK) requirements.in requirements-sftp.in requirements-web.in -o requirements.txt
	$(COMPILE) $(LOCK) requirements.in requirements-sftp.in requirements-web.in requirements-server.in requirements-dev.in \
		-c requirements.txt -o requirements-dev.txt
	$(COMPILE) $(LOCK) requirements-server.in -c requirements.txt -o requirements-server.txt
	$(COMPILE) $(LOCK) requirements-build.in -o requirements-build.txt

# Where every locked package must have a wheel: docs/decisions/0002-dependencies.md
SYSTEMS := x86_64-pc-windows-msvc x86_64-manylinux_2_34 aarch64-manylinux_2_39 aarch64-apple-darwin

wheels:  ## check that every locked package has a wheel on each system (needs uv)
	@for lock in requirements.txt requirements-dev.txt; do for python in 3.11 3.14; do \
	for system in $(SYSTEMS); do \
		uv pip install --no-config --quiet --dry-run --require-hashes --only-binary :all: \
			--python-platform $$system --python-version $$python --target build/wheels \
			-r $$lock || exit 1; \
		echo "$$lock: all wheels for $$system, Python $$python"; \
	done; done; done

clean:  ## remove the environment and everything built
	rm -rf $(VENV) build dist *.egg-info

$(VENV)/.made: packaging/preflight.py
	@python3 packaging/preflight.py
	@python3 -m venv $(VENV)
	@touch $@

$(RUNTIME): $(VENV)/.made pyproject.toml requirements.in requirements.txt requirements-build.txt
	@echo "Installing what Kipu needs (the first time takes some minutes) …"
	@$(PIP) install --require-hashes -r requirements-build.txt
	@$(PIP) install --require-hashes -r requirements.txt
	@PYTHONWARNINGS=ignore $(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@

$(DEVELOP): $(RUNTIME) requirements-dev.txt
	@echo "Installing what the tests need …"
	@$(PIP) install --require-hashes -r requirements-dev.txt
	@touch $@
