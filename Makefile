# The two commands of the README are `make report` and `make test`; `make help` lists all.
PYTHON ?= python3
BIN    := .venv/bin
READY  := .venv/.ready
CLUSTER := .venv/.cluster
DOCS   := .venv/.docs

# Bytecode is kept, but beside the environment and not in the tree.
export PYTHONPYCACHEPREFIX = $(CURDIR)/.venv/bytecode
export PYTHONDONTWRITEBYTECODE =
.DEFAULT_GOAL := help
.PHONY: report test test-all check docs lab lock evaluate bench campaign coverage clean help chromium java

report: $(READY) ## build the report into build/report
	$(BIN)/exposure report --out build/report

test: $(READY) $(CLUSTER) chromium java ## run the whole test suite, or a part: make test FILE=tests/figures
	$(BIN)/python -m pytest -n 2 --dist worksteal -p no:cacheprovider $(FILE)

test-all: $(READY) ## a part of the suite under each declared Python that is at hand
	$(PYTHON) scripts/test_all.py

check: $(READY) ## format, lint, types, layers, prose: what is quick to know
	$(BIN)/ruff format --check --quiet . && $(BIN)/ruff check --quiet . && $(BIN)/mypy && $(BIN)/lint-imports --no-cache && $(BIN)/python scripts/lint_prose.py

docs: $(READY) $(DOCS) ## build the documentation site into build/docs
	$(BIN)/python scripts/documentation build/docs

lab: $(READY) ## open JupyterLab on the notebooks
	$(BIN)/jupyter lab --notebook-dir=notebooks

lock: $(READY) ## resolve the dependencies anew into the lock files
	$(BIN)/uv pip compile pyproject.toml --extra desk --extra documents --extra reading --extra test --universal --python-version 3.11 \
	  --generate-hashes --no-emit-index-url --no-header --upgrade --quiet --output-file requirements.lock
	$(BIN)/python -c 'import tomllib; print(*tomllib.load(open("pyproject.toml", "rb"))["project"]["optional-dependencies"]["cluster"], sep="\n")' | \
	  $(BIN)/uv pip compile - --universal --python-version 3.11 \
	  --generate-hashes --no-emit-index-url --no-header --upgrade --quiet --output-file requirements-cluster.lock
	$(BIN)/python -c 'import tomllib; print(*tomllib.load(open("pyproject.toml", "rb"))["project"]["optional-dependencies"]["docs"], sep="\n")' | \
	  $(BIN)/uv pip compile - --constraint requirements.lock --universal --python-version 3.11 \
	  --generate-hashes --no-emit-index-url --no-header --upgrade --quiet --output-file requirements-docs.lock
	awk '/^[^ ]/ {uv = /^uv==/} uv && !/#/' requirements.lock > requirements-setup.lock

evaluate: $(READY) ## measure how well figures are read out of reports
	$(BIN)/python tests/intake/evaluation/score.py
	$(BIN)/python scripts/fit_confidence.py

bench: $(READY) ## measure the ratios against peers (run it on a quiet machine)
	@for script in benchmarks/*.py; do echo "== $$script"; $(BIN)/python $$script || exit 1; done

coverage: $(READY) ## say which lines and branches of figures and statistics their tests run
	$(BIN)/python -m pytest tests/figures tests/statistics -n 2 --dist loadfile -p no:cacheprovider \
	  --cov=analysis.figures --cov=analysis.statistics --cov-branch --cov-report=term-missing:skip-covered

campaign: $(READY) ## run the long tests, each with its counts (hours, not minutes)
	@for script in tests/campaigns/*.py; do echo "== $$script"; $(BIN)/python $$script || exit 1; done

clean: ## remove the environment and everything that was built
	rm -rf .venv build dist .pytest_cache .hypothesis .import_linter_cache
	find src tests benchmarks scripts -name __pycache__ -type d -prune -exec rm -rf {} +

help: ## this list
	@awk -F ':.*## ' '/^[a-z]+:.*## /{printf "make %-8s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

# Set up once, shared by all commands: pinned and hashed wheels, then this package on top. The lock is whole: nothing is to be
# resolved, and a release that came out since cannot stand in the way. `make SETUP=--with-pip` does without uv.
$(READY): requirements.lock requirements-setup.lock pyproject.toml hatch_build.py
	@$(PYTHON) scripts/set_up.py $(SETUP) && touch $(READY)

# Apache Spark is large, and only the tests of the engines need it; without it they are skipped and say so.
$(CLUSTER): requirements-cluster.lock $(READY)
	@$(PYTHON) scripts/set_up.py $(SETUP) requirements-cluster.lock && touch $(CLUSTER) \
	  || echo "Apache Spark is missing: its tests are skipped" >&2

# What builds the site is of no use to the report or the tests; versions that both have are those of requirements.lock.
$(DOCS): requirements-docs.lock $(READY)
	@$(PYTHON) scripts/set_up.py $(SETUP) requirements-docs.lock && touch $(DOCS)

# The tests of the report's pages drive a real browser; without one they are skipped and say so.
chromium:
	@if ! command -v chromium >/dev/null || ! command -v chromedriver >/dev/null; then \
	  if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
	    apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq chromium chromium-driver >/dev/null; \
	  else echo "chromium and chromedriver are missing: the tests of the pages are skipped" >&2; fi; fi

java:
	@if ! command -v java >/dev/null; then \
	  if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
	    apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq default-jre-headless >/dev/null; \
	  else echo "java is missing: the tests of Apache Spark are skipped" >&2; fi; fi
