package measures

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"vigie/bench/run"
	"vigie/bench/table"
)

func TestGoBench(t *testing.T) {
	const out = `goos: linux
BenchmarkCursor/threads=1000-2         	   10000	    101234 ns/op	   20480 B/op	     310 allocs/op
BenchmarkCursor/threads=1000-2         	   10000	    101236 ns/op	   20480 B/op	     310 allocs/op
BenchmarkDraw   	    5000	    160000.5 ns/op
BenchmarkImport-2	1	0 ns/op	44000 messages/s
PASS
ok  	vigie/tui	2.345s
`
	g := goBench{}
	g.read(out)
	if got := g.median("Cursor/threads=1000", nil); got.Value != 101.235 || got.err != nil {
		t.Errorf("%+v", got)
	}
	if got := g.median("Draw", nil); got.Value != 160.0005 {
		t.Errorf("%+v", got)
	}
	var m Missing
	if got := g.median("Fly", nil); !errors.As(got.err, &m) {
		t.Errorf("a benchmark that is not there: %+v", got)
	}
}

func TestTasks(t *testing.T) {
	got := tasks{}
	for _, out := range []string{
		`{"task":"search/rare","micros":[10,30],"found":50,"total":97,"at_least":true}` + "\n" + `{"task":"tag","micros":[],"error":"it fell"}`,
		`{"task":"search/rare","micros":[20],"found":50,"total":98,"at_least":true}` + "\n" + `{"task":"one","micros":[],"error":"search: context deadline exceeded"}`,
	} {
		if err := got.read([]byte(out)); err != nil {
			t.Fatal(err)
		}
	}
	if f := got.median("search/rare", nil); f.Value != 20 || f.Unit != table.Micros {
		t.Errorf("%+v", f)
	}
	if n := got["search/rare"].note(); n != "50 of at least 98 hits" {
		t.Error(n)
	}
	for name, want := range map[string]string{
		"tag":   "broke: it fell",
		"one":   "not measured: one turn takes longer than 20 s",
		"other": "broke: nothing was told of other",
	} {
		if got := row("x", got.median(name, nil), "y", micros(1, nil), atMost(1)).Verdict(); got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
	if err := got.read([]byte("no json")); err == nil {
		t.Error("what is no JSON is read")
	}
}

func TestNumbers(t *testing.T) {
	s, err := numbers("1.5\n2\n")
	if err != nil || !slices.Equal(s, []float64{1.5, 2}) {
		t.Errorf("%v %v", s, err)
	}
	if _, err := numbers("1\nx\n"); err == nil {
		t.Error("x is a number")
	}
}

// Subjects take turns; one that fails is left alone.
func TestTurns(t *testing.T) {
	var log []string
	a := &subject{do: func(context.Context) error { log = append(log, "a"); return nil }}
	b := &subject{do: func(context.Context) error { log = append(log, "b"); return errors.New("fell") }}
	turns(t.Context(), 3, a, b)
	if got := strings.Join(log, ""); got != "abaa" || a.err != nil || b.err == nil {
		t.Errorf("%s, %v, %v", got, a.err, b.err)
	}
}

func TestWhatIsMissingIsNotBroken(t *testing.T) {
	b := &Bench{Wanted: []string{"mu"}}
	for want, err := range map[string]error{
		"not measured: alot is left out of this run":  b.absent("alot"),
		"not measured: mu is not installed":           b.absent("mu"),
		"not measured: ask: took too long":            fmt.Errorf("ask: %w", run.ErrTooLong),
		"broke: fell":                                 errors.New("fell\nand said much"),
		"not measured: wrapped: alot is not here yet": fmt.Errorf("wrapped: %w", Missing("alot is not here yet")),
	} {
		r := row("x", micros(5, nil), "peer", micros(0, err), atMost(1))
		if got := r.Verdict(); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

func TestMarkedRow(t *testing.T) {
	screen := " vigie\n▌ To do │▸To do\n        │ ● one\n        │▌● two\n        │▌  more\n"
	if got := markedRow(screen); got != 3 {
		t.Errorf("row %d", got)
	}
	if got := markedRow("nothing"); got != -1 {
		t.Errorf("row %d", got)
	}
}

func TestCount(t *testing.T) {
	for n, want := range map[int]string{10: "10", 10_000: "10k", 100_000: "100k", 1_000_000: "1M", 1_500_000: "1.5M", 1234: "1234"} {
		if got := count(n); got != want {
			t.Errorf("%d: %s, want %s", n, got, want)
		}
	}
}

// What is made is there whole or not at all, and is made once.
func TestMade(t *testing.T) {
	b := &Bench{Tell: func(string) {}}
	path := filepath.Join(t.TempDir(), "thing")
	if _, err := b.made(path, func(p string) error {
		return errors.Join(os.WriteFile(p, []byte("half"), 0o600), errors.New("fell"))
	}); err == nil {
		t.Error("the failure is lost")
	}
	if _, err := os.Stat(path); err == nil {
		t.Error("half a thing is taken for whole")
	}
	made := 0
	for range 2 {
		if _, err := b.made(path, func(p string) error { made++; return os.WriteFile(p, nil, 0o600) }); err != nil {
			t.Fatal(err)
		}
	}
	if made != 1 {
		t.Errorf("made %d times", made)
	}
}

// Two runs in one directory would take each other's stores away.
func TestOneRunAtATime(t *testing.T) {
	dir := t.TempDir()
	first, err := New(Bench{Dir: dir, Vigie: os.Args[0]})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := New(Bench{Dir: dir, Vigie: os.Args[0]}); err == nil {
		t.Error("a second run begins")
	}
	if err := first.Close(); err != nil {
		t.Fatal(err)
	}
	again, err := New(Bench{Dir: dir, Vigie: os.Args[0]})
	if err != nil {
		t.Fatal(err)
	}
	if err := again.Close(); err != nil {
		t.Fatal(err)
	}
}

// Stores that another build imported are not kept: each is a gigabyte.
func TestStoresOfOtherBuildsGo(t *testing.T) {
	dir := t.TempDir()
	old := filepath.Join(dir, "vigie-000000000000-v1-seed42-10")
	mails := filepath.Join(dir, "mail-v1-seed42-10")
	for _, d := range []string{old, mails} {
		if err := os.Mkdir(d, 0o700); err != nil {
			t.Fatal(err)
		}
	}
	b, err := New(Bench{Dir: dir, Vigie: os.Args[0]})
	if err != nil {
		t.Fatal(err)
	}
	defer b.Close() //nolint:errcheck // the directory goes
	if _, err := os.Stat(old); err == nil {
		t.Error("the old store is still there")
	}
	if _, err := os.Stat(mails); err != nil {
		t.Error("the mails are gone")
	}
}

// Each measure has a name of its own to choose it by.
func TestNames(t *testing.T) {
	seen := map[string]bool{}
	for _, m := range All() {
		if seen[m.Name] || m.Topic == "" || m.Run == nil {
			t.Errorf("%+v", m)
		}
		seen[m.Name] = true
	}
}
