# The commands of this project. `make run` to see it work, `make test` to see that it does.
.DEFAULT_GOAL := help
.PHONY: help run web check test fmt lint bench trials schemathesis contract need tools

# schema.d.ts is made from the contract by every build and check.
WEB_SOURCES := api.openapi.yaml $(shell find web -type f -not -path 'web/node_modules/*' -not -path 'web/dist/*' -not -name schema.d.ts)
LINT := tests/api
CLIPPY := cargo clippy --all-targets -- -D warnings
# Clippy compiles as rustc does: what it has read need not be compiled once more to be tested.
LINTED := RUSTC_WORKSPACE_WRAPPER=clippy-driver CLIPPY_ARGS=-Dwarnings__CLIPPY_HACKERY__
PACKAGES := $(patsubst %/package.json,%,$(wildcard tests/browser/package.json tests/peers/package.json))

help:
	@echo "make run     build all and open the demo on http://127.0.0.1:8080"
	@echo "make check   after each change: formatting, clippy, the unit tests, and the plan of the house"
	@echo "make test    run every test (installs PostgreSQL, Chromium and other counterparts where it may)"
	@echo "make lint    formatting, clippy, and the API design rules"
	@echo "make fmt     format the code"
	@echo "make bench   the measurements"
	@echo "make contract  write api.openapi.yaml anew from the types of requests and answers"
	@echo "make schemathesis  good and bad input for every operation of the API"
	@echo "make trials  kill the real program hundreds of times, and account for everybody"
	@echo "make web     only build the web app"

run: web
	cargo run --release --bin rugdekking -- demo

web: need web/dist/index.html

check:
	cargo fmt --check
	$(LINTED) cargo test --quiet --lib

test: need tools web $(PACKAGES:=/node_modules/.installed)
	cd web && npm run check && npm test
	# Stories wait more than they work: twice as many at once as a small machine has cores.
	RUST_TEST_THREADS=4 scripts/test-postgres cargo test
	scripts/schemathesis
	scripts/scim-tester
	cd tests/browser && npm test

lint: web $(LINT)/node_modules/.installed
	cargo fmt --check
	$(CLIPPY)
	cd $(LINT) && npm run --silent lint

fmt:
	cargo fmt

bench: web
	scripts/bench

trials: web
	scripts/kill-trials

schemathesis: tools web
	scripts/schemathesis

contract:
	RUGDEKKING_WRITE_CONTRACT=1 cargo test --quiet --lib api::docs::contract

need:
	@scripts/need

tools:
	@scripts/ensure-test-tools

%/node_modules/.installed: %/package-lock.json
	cd $* && npm ci --no-audit --no-fund
	@mkdir -p $(@D) && touch $@

web/dist/index.html: $(WEB_SOURCES) web/node_modules/.installed
	cd web && npm run build
	@touch $@
