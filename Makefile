# One word for each task. Each calls the command `casebook` or a tool; no task hides anything else.
#
#   make site     set up, build the site, say where it is      make test     set up, run every test
#   make serve    build, serve, rebuild on every change        make check    lint, types, fast tests
#   make lab      JupyterLab on chapters and exercises         make links    check links to other sites
#   make setup    only set up                                  make lock     compile requirements*.txt
#   make clean    remove what was built                        make distclean  and the environment

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
TESTS ?= tests

.PHONY: site serve test check lint lab links setup lock clean distclean

site: $(VENV)/.site
	@$(BIN)/casebook site build

serve: $(VENV)/.site
	@$(BIN)/casebook site serve

test: $(VENV)/.dev
	@deploy/system-packages
	$(BIN)/python -m pytest -n auto --dist loadfile $(TESTS)

check: lint
	$(BIN)/python -m pytest -q -n auto --dist loadfile -m "not slow and not browser" $(TESTS)

lint: $(VENV)/.dev
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/pyright

lab: $(VENV)/.site
	JUPYTER_CONFIG_PATH="$(CURDIR)/deploy/lab:$$JUPYTER_CONFIG_PATH" PATH="$(CURDIR)/$(BIN):$$PATH" $(BIN)/jupyter lab

links: $(VENV)/.site
	@$(BIN)/casebook site links

setup: $(VENV)/.dev

# pip compiles bytecode as it installs, so that the first command is as quick as the second.
$(VENV)/.site: requirements.txt pyproject.toml deploy/make-environment
	@deploy/make-environment "$(PYTHON)" $(VENV) requirements.txt
	@touch $@

$(VENV)/.dev: requirements-dev.txt $(VENV)/.site
	@deploy/make-environment "$(PYTHON)" $(VENV) requirements-dev.txt
	@touch $@

# One file of exact versions for Python 3.11 and 3.12, on Linux, macOS and Windows.
lock: $(VENV)/.dev
	$(BIN)/uv pip compile pyproject.toml --universal --python-version 3.11 --no-annotate --quiet \
	  --custom-compile-command "make lock" -o requirements.txt
	$(BIN)/uv pip compile pyproject.toml --extra dev -c requirements.txt --universal --python-version 3.11 \
	  --no-annotate --quiet --custom-compile-command "make lock" -o requirements-dev.txt

clean:
	rm -rf _build .pytest_cache .ruff_cache .hypothesis

distclean: clean
	rm -rf $(VENV)
