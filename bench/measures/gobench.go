package measures

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"vigie/bench/run"
	"vigie/bench/stat"
	"vigie/bench/table"
)

// goBench are the figures of Go benchmarks in nanoseconds an operation, by
// name without "Benchmark" and the number of processors.
type goBench map[string]stat.Samples

// read adds what "go test -bench" printed.
func (g goBench) read(out string) {
	for line := range strings.Lines(out) {
		f := strings.Fields(line)
		if len(f) < 4 || !strings.HasPrefix(f[0], "Benchmark") {
			continue
		}
		name := strings.TrimPrefix(f[0], "Benchmark")
		if i := strings.LastIndexByte(name, '-'); i > 0 {
			if _, err := strconv.Atoi(name[i+1:]); err == nil {
				name = name[:i]
			}
		}
		for i := 2; i+1 < len(f); i += 2 {
			if v, err := strconv.ParseFloat(f[i], 64); err == nil && f[i+1] == "ns/op" {
				g[name] = append(g[name], v)
			}
		}
	}
}

func (g goBench) median(name string, err error) figure {
	if err == nil && len(g[name]) == 0 {
		err = Missing("there is no Go benchmark of that name: " + name)
	}
	return micros(g[name].Median()/1000, err)
}

// goTest runs Go benchmarks of a package.
func (b *Bench) goTest(ctx context.Context, pkg, pattern string, times int) (goBench, error) {
	u, err := run.Command{
		Argv: []string{"go", "test", "-run", "^$", "-bench", pattern, "-benchtime", "300ms", "-count", strconv.Itoa(times), pkg},
		Dir:  b.Root, Limit: 5 * time.Minute,
	}.Run(ctx)
	got := goBench{}
	got.read(string(u.Out))
	if err != nil {
		return got, fmt.Errorf("%w %s", err, lastWords(string(u.Out)))
	}
	return got, nil
}

// lastWords is the last line that a test run printed.
func lastWords(out string) string {
	lines := strings.Split(strings.TrimSpace(out), "\n")
	return lines[len(lines)-1]
}

// draw holds our own Update and View against what drawing one such frame
// takes in the renderer's library, by the benchmarks of package tui.
func draw(ctx context.Context, b *Bench) ([]table.Row, error) {
	got, err := b.goTest(ctx, "./tui", "^Benchmark(Cursor|Draw)$", b.Rounds)
	big, small := got.median("Cursor/threads=100000", err), got.median("Cursor/threads=1000", err)
	return []table.Row{
		row("Update + View, 120×40", big, "one ultraviolet Draw", got.median("Draw", err), atMost(1)),
		row("the same, 100k ÷ 1k rows", big, "vigie 1k", small, atMost(1.1)),
	}, nil
}
