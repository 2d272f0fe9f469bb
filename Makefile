# Every command of the project. The public CI calls these targets and nothing else.

SHELL := bash
.SHELLFLAGS := -eu -o pipefail -c
MAKEFLAGS += --warn-undefined-variables --no-builtin-rules
.DELETE_ON_ERROR:
.DEFAULT_GOAL := help

PYTHON ?= python3
TESTS ?= tests conformance
# All languages are compared by so many events, drawn by this chance.
N ?= 20000
SEED ?= 1
DOUBLES ?= 100000
VERSIONS := 3.11 3.12 3.13
# Spread over the processors, each of which takes from the other's share when it has done its own.
PYTEST := pytest --numprocesses=auto --dist=worksteal

# The languages beside Python, by the tools that each needs. Those whose tools are not on this machine are
# left out; with REQUIRE=all, and so with check, none is.
REQUIRE ?= $(if $(filter check,$(MAKECMDGOALS)),all)
SDKS := $(shell sed 's/:.*//' sdk/toolchains.txt)
needs = $(shell sed -n 's/^$(1): //p' sdk/toolchains.txt)
lacks = $(strip $(foreach tool,$(call needs,$(1)),$(if $(shell command -v $(tool)),,$(tool))))
HERE := $(strip $(if $(REQUIRE),$(SDKS),$(foreach sdk,$(SDKS),$(if $(call lacks,$(sdk)),,$(sdk)))))
# C++ has its stubs made when it is built.
STUBBED := $(filter-out cpp,$(HERE))
empty :=
LANGUAGES := python$(subst $(empty) ,,$(HERE:%=,%))

# The tools of the virtual environment come first, so that nothing need be activated.
export PATH := $(CURDIR)/.venv/bin:$(PATH)
export PIP_DISABLE_PIP_VERSION_CHECK := 1

SOURCES := $(shell find src proto -type f -not -name '*.pyc') pyproject.toml README.md

.PHONY: help
help: ## Show what there is to call
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 18

.PHONY: generate
generate: build/gen $(STUBBED:%=generate-%) ## Write the code of the schema in every language, and its image
	rm -rf src/telemetry_events/_proto
	cp -R build/gen/_proto build/gen/v1.py build/gen/schema src/telemetry_events/

# What the generators give, laid out as it lies in src/telemetry_events. betterproto2 also writes
# Google's own types and an __init__.py into every folder: only what is ours is taken over.
.PHONY: build/gen
build/gen: .venv/ready
	@rm -rf build/gen build/staged
	@mkdir -p build/gen/_proto build/gen/schema
	buf generate 2> build/generate.log || { cat build/generate.log >&2; exit 1; }
	@cp -R build/staged/betterproto/{__init__.py,message_pool.py,telemetry_events} build/gen/_proto/
	@cp build/staged/typed/telemetry_events/v1.py build/gen/
	@buf build proto --exclude-source-info -o build/gen/schema/telemetry_events.binpb

.PHONY: format
format: .venv/ready ## Rewrite the sources in the project's format
	buf format -w
	ruff check --fix-only --quiet
	ruff format

.PHONY: lint
lint: .venv/wheel build/schema.binpb ## Check schema, style and types; rewrites nothing
	buf lint
	buf format -d --exit-code
	buf breaking proto --against proto/released.binpb
	telemetry-events schema lint build/schema.binpb
	telemetry-events schema compat proto/released.binpb build/schema.binpb
	ruff check
	ruff format --check
	mypy
	pyright --pythonpath .venv/bin/python

build/schema.binpb: .venv/ready $(shell find proto conformance/proto -name '*.proto')
	@mkdir -p build
	buf build -o $@

.PHONY: check-generate
check-generate: build/gen $(STUBBED:%=check-generate-%) ## Fail when generated code is out of step
	@diff -r --exclude=__pycache__ build/gen/_proto src/telemetry_events/_proto && \
	diff build/gen/v1.py src/telemetry_events/v1.py && \
	cmp build/gen/schema/telemetry_events.binpb src/telemetry_events/schema/telemetry_events.binpb || \
	{ echo "generated code is not what the schema gives: run make generate" >&2; exit 1; }

generate-%: .venv/ready
	@$(MAKE) --no-print-directory -C sdk/$* generate

check-generate-%: .venv/ready
	@$(MAKE) --no-print-directory -C sdk/$* check-generate || \
	{ echo "the stubs in sdk/$* are not what the schema gives: run make generate" >&2; exit 1; }

.PHONY: demo
demo: .venv-demo/ready ## Run a small pod on real DICOM files, and show what it records
	@PYTHONDONTWRITEBYTECODE=1 PYTHONPATH=examples .venv-demo/bin/python -m dicom_pod build/demo

.PHONY: test
test: .venv/wheel sdk-test executors ## Run the tests, Python's against the built wheel, and compare all languages
	@$(foreach sdk,$(filter-out $(HERE),$(SDKS)),echo "left out: $(sdk), as there is no $(call lacks,$(sdk))";)
	$(PYTEST) $(TESTS) --languages=$(LANGUAGES)

.PHONY: executors
executors: $(HERE:%=executor-%) ## Build what prints events for each language, and its example

executor-%: .venv/ready
	@$(MAKE) --no-print-directory -C sdk/$* executor example

.PHONY: sdk-test
sdk-test: $(HERE:%=sdk-test-%) ## Run the tests of each language's library

sdk-test-%: .venv/ready
	@$(MAKE) --no-print-directory -C sdk/$* test consumer

.PHONY: sdk-lint
sdk-lint: $(HERE:%=sdk-lint-%) ## Check style and types of each language's library

sdk-lint-%: .venv/ready
	@$(MAKE) --no-print-directory -C sdk/$* lint

.PHONY: conformance
conformance: .venv/wheel executors compare ## Compare the bytes of all languages; with N=1000000 SEED=7 at night
	$(PYTEST) conformance --languages=$(LANGUAGES)

.PHONY: compare
compare: .venv/wheel executors
	python conformance/compare.py --languages=$(LANGUAGES) --events=$(N) --seed=$(SEED) --doubles=$(DOUBLES)

# All faults at length, in one process: what is counted is printed at the end.
.PHONY: faults
faults: .venv/wheel ## Kill, fork, fill disks and break networks, and count what was lost
	FAULTS=all pytest tests/faults

.PHONY: integration
integration: .venv/wheel ## Have a real OpenTelemetry Collector, built once, read and receive what is written
	pytest tests/integration

.PHONY: polyglot-demo
polyglot-demo: .venv/wheel executors ## Run the same service in every language, and show their one stream
	@rm -rf build/polyglot
	@export TELEMETRY_EVENTS_DIR=build/polyglot; \
	python examples/polyglot/python/service.py demo-task; \
	for sdk in $(HERE); do sdk/$$sdk/build/example demo-task; done; \
	telemetry-events tail --no-follow build/polyglot; \
	telemetry-events validate build/polyglot

.PHONY: bench-sdk
bench-sdk: $(HERE:%=bench-sdk-%) ## Time each language's library against what else it has

bench-sdk-%: .venv/ready
	@$(MAKE) --no-print-directory -C sdk/$* bench

.PHONY: test-versions
test-versions: $(VERSIONS:%=test-%) ## Run Python's tests on the other Pythons of this machine

test-%: .venv/wheel
	@if python -c 'import sys; sys.exit("%d.%d" % sys.version_info[:2] != "$*")'; then \
	  echo "python$*: that of make test"; exit 0; fi; \
	if ! PYENV_VERSION=$* python$* -c '' 2>/dev/null; then echo "left out: no python$* on this machine"; exit 0; fi; \
	test -e .venv-$*/ready -a .venv-$*/ready -nt requirements-dev.txt || { \
	  PYENV_VERSION=$* python$* -m venv --clear .venv-$*; \
	  .venv-$*/bin/pip install --quiet -r requirements-dev.txt; touch .venv-$*/ready; }; \
	.venv-$*/bin/pip install --quiet --force-reinstall --no-deps dist/*.whl; \
	PATH=$(CURDIR)/.venv-$*/bin:$$PATH $(PYTEST) tests

.PHONY: check
check: lint sdk-lint check-generate test-versions compare test ## All that must hold before a change lands, in every language

.PHONY: bench
bench: .venv/wheel build/schema.binpb ## Time events, encoding, logging and shipping; write build/bench*.json
	pytest bench --benchmark-only --benchmark-quiet --benchmark-json=build/bench.json
	python bench/report.py build/bench.json
	python bench/logging_calls.py --json build/bench-logging.json
	python bench/shipping.py --json build/bench-shipping.json

.PHONY: lock
lock: ## Pin the tools of development in requirements-dev.txt
	$(PYTHON) -m venv --clear build/lock
	build/lock/bin/pip install --quiet $$($(PYTHON) -c 'import tomllib; print(*tomllib.load(open("pyproject.toml", "rb"))["dependency-groups"]["dev"])')
	{ echo "# The tools of pyproject.toml's group dev and all that they depend on. Written by make lock."; \
	  build/lock/bin/pip freeze; } > requirements-dev.txt

.PHONY: release-image
release-image: .venv/ready ## Take the schema as the one to stay compatible with
	buf build proto --exclude-source-info -o proto/released.binpb

.PHONY: clean
clean: ## Remove all that can be made again
	rm -rf .venv .venv-* build dist .hypothesis .mypy_cache .pytest_cache .ruff_cache

.PHONY: python
python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "telemetry-events needs Python 3.11 or newer; try make PYTHON=python3.12")'

.venv/ready: requirements-dev.txt | python
	$(PYTHON) -m venv --clear .venv
	pip install --quiet -r requirements-dev.txt
	@touch $@

# What the demo needs and no more, so that it is there soon.
.venv-demo/ready: examples/dicom_pod/requirements.txt $(SOURCES) | python
	$(PYTHON) -m venv --clear .venv-demo
	.venv-demo/bin/pip install --quiet '.[cli]' -r examples/dicom_pod/requirements.txt
	@touch $@

# The wheel is built from the sdist, so that both are complete; the tests run against the wheel.
.venv/wheel: .venv/ready $(SOURCES)
	rm -rf dist
	@mkdir -p build
	python -m build --no-isolation --outdir dist . > build/wheel.log 2>&1 || { cat build/wheel.log >&2; exit 1; }
	pip install --quiet --force-reinstall --no-deps dist/*.whl
	@touch $@
