// Bench measures vigie beside terminal mail programs and beside the least
// that its parts allow, in one run on this machine, and prints one table:
// figure, peer or floor, ratio, goal, verdict. docs/performance.md says how to
// read it.
//
//	go run ./bench [-quick] [-only REGEXP] [-dir DIR] [-docs docs/performance.md]
//
// It ends with 0 when everything could be measured, whatever the verdicts,
// and with 1 when a measurement itself went wrong. It must be run from the root of the
// repository. What it builds stays in its directory for the next run.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"time"

	"vigie/bench/measures"
	"vigie/bench/peers"
	"vigie/bench/table"
)

type options struct {
	quick     bool
	only, dir string
	vigie     string
	docs      string
	peers     string
	n, index  int
}

func main() {
	var o options
	flag.BoolVar(&o.quick, "quick", false, "smaller corpora, fewer turns, notmuch and neomutt only")
	flag.StringVar(&o.only, "only", ".", "measures whose name matches")
	flag.StringVar(&o.dir, "dir", "/var/tmp/vigie-bench", "where corpora, databases and results are kept")
	flag.StringVar(&o.vigie, "vigie", "bin/vigie", "the program to measure")
	flag.StringVar(&o.docs, "docs", "", "page whose figures are written anew")
	flag.StringVar(&o.peers, "peers", "", "mail programs to compare with, with commas between; without: all, quick: notmuch,neomutt")
	flag.IntVar(&o.n, "n", 0, "messages of vigie's own measures; 0: 1,000,000, quick 100,000")
	flag.IntVar(&o.index, "index", 0, "messages that notmuch and mu index; 0: 100,000, quick 10,000")
	flag.Parse()
	if flag.NArg() > 0 {
		fmt.Fprintf(os.Stderr, "bench: what is %q?\n", flag.Arg(0))
		os.Exit(2)
	}
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
	defer stop()
	broken, err := run(ctx, o)
	switch {
	case err != nil:
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	case broken > 0:
		fmt.Fprintf(os.Stderr, "bench: %d measurements went wrong\n", broken)
		os.Exit(1)
	}
}

// run measures, prints and keeps the results, and returns how many
// measurements went wrong.
func run(ctx context.Context, o options) (broken int, err error) {
	only, err := regexp.Compile(o.only)
	if err != nil {
		return 0, fmt.Errorf("read -only: %w", err)
	}
	b, err := o.bench(ctx)
	if err != nil {
		return 0, err
	}
	r := table.Report{At: time.Now(), Kind: "full", Machine: append(machine(), versions(ctx, b)...)}
	if o.quick {
		r.Kind = "quick"
	}
	r.Rows = b.Run(ctx, only)
	r.Took = time.Since(r.At)
	if err := errors.Join(b.Close(), ctx.Err()); err != nil {
		return 0, err
	}
	if len(r.Rows) == 0 {
		return 0, fmt.Errorf("no measure is called %q", o.only)
	}
	if err := r.Text(os.Stdout); err != nil {
		return 0, err
	}
	kept, err := keep(b.Dir, r)
	if err != nil {
		return 0, err
	}
	fmt.Println("Kept in", kept)
	if o.docs != "" {
		err = write(o.docs, r)
	}
	return r.Broken(), err
}

// bench is what the options ask for.
func (o options) bench(ctx context.Context) (*measures.Bench, error) {
	vigie, err := filepath.Abs(o.vigie)
	if err != nil {
		return nil, err
	}
	dir, err := filepath.Abs(o.dir)
	if err != nil {
		return nil, err
	}
	b := measures.Bench{
		Root: ".", Dir: dir, Vigie: vigie, Tell: tell, Wanted: peers.All(),
		Sizes:  measures.Sizes{Big: 1_000_000, Mid: 100_000, Small: 10_000, Peer: 100_000, Index: 100_000},
		Effort: measures.Effort{Starts: 7, Imports: 2, Rounds: 3, Keys: 50, Turns: 40},
	}
	if o.quick {
		b.Sizes = measures.Sizes{Big: 100_000, Mid: 10_000, Small: 10_000, Peer: 10_000, Index: 10_000}
		b.Effort = measures.Effort{Starts: 4, Imports: 2, Rounds: 2, Keys: 30, Turns: 20}
		b.Wanted = []string{peers.Notmuch, peers.Neomutt}
	}
	if o.peers != "" {
		b.Wanted = strings.Split(o.peers, ",")
	}
	if o.n > 0 {
		b.Big = o.n
	}
	if o.index > 0 {
		b.Index = o.index
	}
	b.Programs = peers.Install(ctx, b.Wanted, tell)
	return measures.New(b)
}

func tell(line string) {
	fmt.Fprintf(os.Stderr, "%s %s\n", time.Now().Format(time.TimeOnly), line)
}

// keep writes the results as JSON lines and returns where.
func keep(dir string, r table.Report) (path string, err error) {
	path = filepath.Join(dir, "results-"+r.At.UTC().Format("20060102T150405Z")+".jsonl")
	f, err := os.Create(path)
	if err != nil {
		return "", err
	}
	return path, errors.Join(r.JSON(f), f.Close())
}
