# What people run. Each target does its own set-up; nothing else is to be called first.
#
#   make run     a living hall on http://127.0.0.1:8080        make build   the release programs, in target/release
#   make test    every test that is to pass before a commit    make check   formatting, lints, docs, types, tidy
#   make bench   the table of benchmarks                        make prove   the long suites
#   make sim SEEDS=1000                                         the simulator alone
#   make fuzz FUZZ_SECONDS=60                                   arbitrary bytes for every decoder of a device
#   make pictures                                               the README's pictures, from a demo on a busy morning
#   make deb     Debian packages, amd64 and arm64, in target/deb make test-deb     installs them in Debian roots; a visit on arm64
#   make test-arm64  unit tests of the kiosk's machine on arm64  make test-kernel  real drivers in a user-mode Linux

# Packages whose programs are shipped.
PROGRAMS := server kiosk display firmware-bridge
LISTEN   ?= 127.0.0.1:8080
SEEDS    ?= 1000
FUZZ_SECONDS ?= 60

# Cargo's own rule for where it builds. Programs are started from there.
TARGET  := $(abspath $(or $(CARGO_TARGET_DIR),target))
# In CI the lock file is part of what is tested.
CARGO   := cargo
LOCKED  := $(if $(CI),--locked)
RELEASE := --release $(LOCKED)

# Stand for what a step leaves behind.
MODULES := web/node_modules/.package-lock.json
OTHERS  := tests/interop/node_modules/.package-lock.json
PAGES   := web/dist/index.html

.DEFAULT_GOAL := build
# The steps share two processors' worth of compilers already.
.NOTPARALLEL:
.DELETE_ON_ERROR:
.PHONY: build run test test-rust test-web test-browser test-interop check check-rust check-tidy check-web bench prove sim fuzz pictures web \
        deb test-deb test-arm64 test-kernel build-arm64 setup-arm64 setup-deb setup-kernel \
        setup-rust setup-sound setup-node setup-web setup-browser setup-python setup-interop clean

build: web setup-rust
	$(CARGO) build $(RELEASE) $(addprefix -p ,$(PROGRAMS))

run: build
	$(TARGET)/release/paihao demo --listen $(LISTEN)

# ---- Tests: one build in the dev profile, whose program the browser test starts too ----

test: test-rust test-web test-browser test-interop

test-rust: export PAIHAO_BIN = $(TARGET)/debug/paihao
test-rust: web setup-rust setup-sound
	$(CARGO) build $(LOCKED) --workspace --bins --tests
	@if $(CARGO) nextest --version >/dev/null 2>&1; then \
		set -ex; \
		$(CARGO) nextest run $(LOCKED) --workspace --no-fail-fast; \
		$(CARGO) test $(LOCKED) --workspace --doc; \
	else \
		set -ex; \
		$(CARGO) test $(LOCKED) --workspace --no-fail-fast; \
	fi

test-web: setup-web
	cd web && npm test

test-browser: export PAIHAO_BIN = $(TARGET)/debug/paihao
test-browser: web setup-rust setup-browser
	$(CARGO) build $(LOCKED) --workspace --bins --tests
	cd web && npm run test:browser

# Other people's programs at the other end of our devices.
test-interop: export VIRTUAL_PRINTER = $(TARGET)/debug/examples/virtual-printer
test-interop: export DIGITS_BOARD = $(TARGET)/debug/examples/digits-board
test-interop: export PAIHAO_BIN = $(TARGET)/debug/paihao
test-interop: web setup-rust setup-interop
	$(CARGO) build $(LOCKED) -p drivers --examples
	$(CARGO) build $(LOCKED) --workspace --bins
	cd tests/interop && npm test

# ---- Checks ----

check: check-rust check-tidy check-web

check-rust: export RUSTDOCFLAGS = -D warnings
check-rust: web setup-rust
	$(CARGO) fmt --all --check
	$(CARGO) clippy $(LOCKED) --workspace --all-targets -- -D warnings
	$(CARGO) doc $(LOCKED) --workspace --no-deps

check-tidy: setup-rust
	$(CARGO) xtask tidy
	$(CARGO) xtask types --check
	$(CARGO) xtask sqlx --check

check-web: setup-web
	cd web && npm run check

# ---- Long runs, on optimized programs ----

bench prove sim: export PAIHAO_BIN = $(TARGET)/release/paihao

bench: web setup-rust
	$(CARGO) build $(RELEASE) --bins $(addprefix -p ,$(PROGRAMS)) -p tests
	$(CARGO) run $(RELEASE) -p tests --bin bench
	$(CARGO) bench $(LOCKED) -p hall

prove: web setup-rust
	$(CARGO) build $(RELEASE) --bins $(addprefix -p ,$(PROGRAMS)) -p tests
	$(CARGO) run $(RELEASE) -p tests --bin prove

sim: web setup-rust
	$(CARGO) run $(RELEASE) -p tests --bin sim -- --seeds $(SEEDS)

fuzz: setup-rust
	firmware-bridge/drivers/fuzz/run $(FUZZ_SECONDS)

# They are part of the tree: look at them before they are kept.
pictures: export PAIHAO_BIN = $(TARGET)/release/paihao
pictures: build setup-browser
	node tests/browser/support/pictures.mjs $(LANGUAGE)

# ---- Packages and other machines: opt-in, not part of `make test` ----

# rustup has no standard library of arm64 here, Debian's own compiler has: it builds what goes on a Raspberry Pi, into a folder
# of its own, since the two compilers do not share what they build.
ARM     := aarch64-unknown-linux-gnu
ARM_TARGET ?= $(TARGET)/arm64
ON_ARM  := kiosk display firmware-bridge
DEBS    ?= $(TARGET)/deb
FOR_ARM := env RUSTC=/usr/bin/rustc CARGO_TARGET_DIR=$(ARM_TARGET) CC_aarch64_unknown_linux_gnu=aarch64-linux-gnu-gcc \
	CARGO_TARGET_AARCH64_UNKNOWN_LINUX_GNU_LINKER=aarch64-linux-gnu-gcc \
	CARGO_TARGET_AARCH64_UNKNOWN_LINUX_GNU_RUNNER=qemu-aarch64-static /usr/bin/cargo

build-arm64: web setup-arm64
	$(FOR_ARM) build $(RELEASE) --target $(ARM) --bins $(addprefix -p ,$(ON_ARM))

deb: build build-arm64
	$(CARGO) xtask deb $(DEBS) amd64=$(TARGET)/release arm64=$(ARM_TARGET)/$(ARM)/release

test-deb: export PAIHAO_BIN = $(TARGET)/release/paihao
test-deb: export PAIHAO_DEBS = $(DEBS)
test-deb: deb setup-deb
	$(CARGO) run $(RELEASE) -p tests --bin prove -- deb

# What opens a terminal: qemu's user mode does not know the request that sets any rate (TCSETS2).
NOT_IN_QEMU := --skip port::serial::tests --skip cli::probe::tests::what_answers_is_known

test-arm64: web setup-arm64
	$(FOR_ARM) test $(RELEASE) --no-fail-fast --lib --bins --tests --target $(ARM) -p drivers -p firmware-bridge -p kiosk -- $(NOT_IN_QEMU)

test-kernel: setup-kernel
	tests/kernel/run

# ---- Pages ----

web: $(PAGES)

# Folders count too, so that a file that is gone is noticed.
$(PAGES): $(MODULES) $(wildcard web/*.html) web/vite.config.ts $(shell find web/src web/public locales -not -name '*.test.*')
	cd web && npm run build
	@touch $@

$(OTHERS): tests/interop/package.json tests/interop/package-lock.json | setup-node
	cd tests/interop && npm ci
	@touch $@

$(MODULES): web/package.json web/package-lock.json | setup-node
	cd web && npm ci
	@touch $@

# ---- What a machine must have ----

setup-rust:
	@command -v $(CARGO) >/dev/null || { echo "make: Rust 1.95 or newer is needed: cargo is not in PATH" >&2; exit 1; }
	@command -v cc >/dev/null || { echo "make: a C compiler is needed (SQLite is built in): apt-get install gcc libc6-dev" >&2; exit 1; }

setup-sound:
	@tests/setup-sound

setup-node:
	@command -v npm >/dev/null || { echo "make: Node.js 20.19 or newer with npm is needed" >&2; exit 1; }
	@node -e 'const [a, b] = process.versions.node.split(".").map(Number); process.exit(a > 20 || (a === 20 && b >= 19) ? 0 : 1)' \
		|| { echo "make: Node.js 20.19 or newer is needed, this is $$(node --version)" >&2; exit 1; }

setup-web: $(MODULES)

setup-browser: setup-web
	@tests/browser/setup

setup-arm64:
	@packaging/setup arm64

setup-deb: setup-arm64
	@packaging/setup deb

setup-kernel:
	@packaging/setup kernel

setup-python:
	@tests/interop/setup

setup-interop: setup-python $(OTHERS)

clean:
	$(CARGO) clean
	rm -rf web/dist web/node_modules tests/browser/screenshots tests/interop/node_modules tests/interop/.venv
