# Every command of the project. `make` alone lists them.

# The Node that tool/setup fetched, if it had to.
export PATH := $(CURDIR)/build/node/node_modules/node/bin:$(PATH)

JOBS ?= $(shell nproc)
CRASH_ROUNDS ?= 300
RESUME_CUTS ?= 500
RESUME_KILLS ?= 100
RESUME_SEEDS ?= 500
TAKEOVER_CONNECTIONS ?= 5000
DATA ?= build/data-run
SEEDS ?= 10000
HOURS ?= 0.1
LISTEN ?= 127.0.0.1:8080
BUILD_RELEASE = cmake --preset release && cmake --build --preset release -j $(JOBS)

.DEFAULT_GOAL := help
.PHONY: help setup build pages run dev test asan tsan crash resume takeover fuzz bench lint format openapi mutants simulate clean

help: ## lists the commands
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-8s  %s\n", $$1, $$2 }' Makefile

setup: ## installs the missing apt and npm packages
	@tool/setup

build: setup pages ## builds the release program: build/antiphon
	$(BUILD_RELEASE) --target programs
	ln -f build/release/antiphon build/release/antiphon-speech build/
	ln -sfn release/share build/share

pages: setup
	@npm run build --workspace web

run: build ## builds and serves with sample data (LISTEN, DATA)
	build/antiphon serve --listen $(LISTEN) --data $(DATA)

dev: setup ## rebuilds and restarts on change, pages reload at once
	@tool/dev

test: setup pages ## builds everything and runs all tests
	@tool/test

asan: setup pages ## all tests under the address and undefined sanitizers
	cmake --preset asan && cmake --build --preset asan -j $(JOBS)
	ctest --test-dir build/asan -j $(JOBS) --output-on-failure

tsan: setup pages ## all tests under the thread sanitizer
	cmake --preset tsan && cmake --build --preset tsan -j $(JOBS)
	ctest --test-dir build/tsan -j $(JOBS) --output-on-failure

crash: setup ## 300 rounds (CRASH_ROUNDS) of power cuts and of kill -9 during writes, jobs, backups
	$(BUILD_RELEASE) --target store_test
	CRASH_ROUNDS=$(CRASH_ROUNDS) build/release/engine/store/store_test --gtest_filter='PowerCut*:*CrashTest*:BackupTest.killed*'

resume: setup ## 500 cuts (RESUME_CUTS) and 100 kills of the server (RESUME_KILLS) under live clients
	$(BUILD_RELEASE) --target programs live_test system_resume_test
	RESUME_SEEDS=$(RESUME_SEEDS) build/release/engine/live/live_test --gtest_filter='Seeds/Resume.*' --gtest_brief=1
	RESUME_CUTS=$(RESUME_CUTS) RESUME_KILLS=$(RESUME_KILLS) build/release/test/system/system_resume_test

takeover: setup ## take-overs under 5,000 live clients (TAKEOVER_CONNECTIONS)
	$(BUILD_RELEASE) --target system_takeover_test
	TAKEOVER_CONNECTIONS=$(TAKEOVER_CONNECTIONS) build/release/test/system/system_takeover_test

fuzz: setup ## every fuzzer for FUZZ_SECONDS (60)
	cmake --preset fuzz && cmake --build --preset fuzz -j $(JOBS) --target fuzzers
	@tool/fuzz

bench: ## builds and runs the benchmarks, the peers beside ours
	@tool/setup bench
	$(BUILD_RELEASE) --target benches programs bench_programs
	@tool/bench

lint: setup ## formatting, tidy test, clang-tidy on what changed since the last time
	tool/tidy
	tool/format --check
	cmake --preset lint && cmake --build --preset lint -j $(JOBS)

format: setup ## clang-format over all C++
	tool/format

openapi: setup ## writes openapi.json of each app and the generated pages of docs/
	cmake --preset dev && cmake --build --preset dev -j $(JOBS) --target apps_test system_model_faults_test
	ANTIPHON_WRITE_DOCUMENTS=1 build/dev/test/apps/apps_test --gtest_filter='DocumentsTest.*'
	ANTIPHON_WRITE_DOCUMENTS=1 build/dev/test/system/system_model_faults_test --gtest_filter='ModelFaultsTest.*'

mutants: setup ## takes each guarantee away and sees its test turn red
	tool/mutants

simulate: setup ## 1,000 hours of talk in virtual time, with faults by seed (SEEDS, HOURS of each)
	$(BUILD_RELEASE) --target programs
	build/release/antiphon testing simulate --seeds $(SEEDS) --hours $(HOURS) --threads $(JOBS)

clean: ## removes all that was built
	rm -rf build web/dist
