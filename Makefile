# vigie: make demo, make test. Needs Go and make; the rest is fetched by Go.
GO ?= go
BIN := bin/vigie
# The race detector needs a C compiler; where there is none, tests run without.
RACE := $(shell command -v $${CC:-gcc} >/dev/null 2>&1 && echo -race)
FUZZTIME ?= 5s
SOURCES := $(shell find . -name '*.go' -not -path './bin/*') go.mod go.sum

.PHONY: build demo test unit lint fuzz golden e2e soak bench bench-quick bench-docs bench-go pictures walk clean

build: $(BIN)

$(BIN): $(SOURCES)
	CGO_ENABLED=0 $(GO) build -trimpath -ldflags '-s -w' -o $@ ./cmd/vigie

demo: $(BIN)
	@$(BIN) demo

test: lint unit fuzz
	@echo "make test: all passed"

unit:
	$(GO) test $(RACE) -shuffle=on -timeout 30m ./...
	$(GO) test -run '^TestDay$$' -timeout 10m ./soak

lint:
	@out=$$($(GO) tool gofumpt -l .); test -z "$$out" || { echo "not formatted (go tool gofumpt -w .):"; echo "$$out"; exit 1; }
	$(GO) vet ./...
	$(GO) vet -tags e2e ./...
	$(GO) vet -tags walk ./cmd/vigie
	$(GO) tool staticcheck ./...
	$(GO) tool staticcheck -tags e2e ./e2e/...

# Each fuzz target for a short while; FUZZTIME=1m make fuzz looks longer.
fuzz:
	@./hack/fuzz.sh $(GO) $(FUZZTIME)

golden:
	$(GO) test ./tui/... -update

# Real servers, installed by package name: see e2e/README.md. Needs root on Debian.
e2e: $(BIN)
	./e2e/run.sh

# The same tests, long: 1,000 kills, thousands of power cuts, long walks of the
# model of sending. Prints its figures; takes about an hour.
soak:
	VIGIE_SOAK=1 $(GO) test -count=1 -timeout 3h -v ./soak ./store ./inbox/engine

# vigie beside terminal mail programs and the floors of its parts: one table with
# ratios, goals and verdicts; docs/performance.md says how to read it. Installs
# the mail programs by apt where that may be. BENCH_ONLY='keys|search' chooses
# measures, BENCH_N=300000 the size of the inbox, BENCH_INDEX=300000 that of the
# Maildir which notmuch and mu index, BENCH_PEERS=notmuch,mutt the mail programs,
# BENCH_DIR where corpora are kept.
BENCH_DIR ?= /var/tmp/vigie-bench
BENCH_ONLY ?= .
BENCH_N ?= 0
BENCH_INDEX ?= 0
BENCH_PEERS ?=
BENCH = $(GO) run ./bench -vigie $(BIN) -dir '$(BENCH_DIR)' -only '$(BENCH_ONLY)' -n $(BENCH_N) -index $(BENCH_INDEX) -peers '$(BENCH_PEERS)'

bench: $(BIN)
	@$(BENCH)

# In under five minutes: smaller corpora, fewer turns, notmuch and neomutt only.
bench-quick: $(BIN)
	@$(BENCH) -quick

# The same as bench, and the table goes into docs/performance.md.
bench-docs: $(BIN)
	@$(BENCH) -docs docs/performance.md

# The inner pieces, as Go benchmarks: what benchstat compares.
bench-go:
	$(GO) test -run '^$$' -bench . -benchtime 40x -timeout 30m ./cmd/vigie
	$(GO) test -run '^$$' -bench . -timeout 30m ./store ./tui/... ./inbox/...

# The pictures of the README and the guide, from the running program. Needs tmux;
# docs/pictures.sh en/queue draws one.
pictures: $(BIN)
	BIN=$(BIN) ./docs/pictures.sh

# A community manager's day on the real program in a terminal, step by step with
# times: French and English, with colours and without, near and over a link of
# 300 ms; then among hostile people, and on other keyboards.
walk: $(BIN)
	VIGIE_WALK_BIN=$(abspath $(BIN)) $(GO) test -tags walk -run '^TestWalk' -count=1 -parallel 6 -timeout 30m -v ./cmd/vigie

clean:
	rm -rf bin dist
