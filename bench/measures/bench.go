// Package measures has every measure that vigie is held to: what is timed, on
// what, beside which peer or floor, and the goal. Programs that are compared
// run in turn (A B A B) in one run on one machine, and the figures are
// medians and percentiles of all turns, so that a slow minute of the machine slows
// both.
//
// What cannot be measured for want of a peer or a command is told and passed
// over; what goes wrong is told as broken, and does not end the run.
package measures

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"

	"golang.org/x/sys/unix"

	"vigie/bench/corpus"
	"vigie/bench/floors"
	"vigie/bench/peers"
	"vigie/bench/run"
	"vigie/bench/table"
)

// Sizes are the corpora of a run, in messages.
type Sizes struct {
	Big   int // vigie's own measures
	Mid   int // the size that alot is compared at, and growth from
	Small int // growth of the start, and what mutt is compared at
	Peer  int // the mail programs' Maildir
	Index int // notmuch's and mu's Maildir for import and search
}

// Effort is how often a run turns.
type Effort struct {
	Starts  int // of each program
	Imports int // of each program
	Rounds  int // of keys, searches, acts
	Keys    int // a round
	Turns   int // of a task inside the server, a round
}

// Bench is what the measures share.
type Bench struct {
	Root  string // of the repository
	Dir   string // the cache: corpora, databases, stores
	Vigie string // the program measured
	Sizes
	Effort
	Wanted   []string // the peers to compare with
	Programs []string // those of them that there are
	Tell     func(string)

	lock  *os.File
	hash  string             // of the program measured
	built map[string]string  // programs of ours, by package
	sets  map[int]*peers.Set // by messages
	work  map[int]string     // data directories to change, by messages
}

// New makes a Bench over a cache directory, which it makes. One run uses it
// at a time; Close gives it free.
func New(b Bench) (*Bench, error) {
	for _, dir := range []string{b.Dir, filepath.Join(b.Dir, "bin")} {
		if err := os.MkdirAll(dir, 0o700); err != nil {
			return nil, err
		}
	}
	lock, err := lockDir(b.Dir)
	if err != nil {
		return nil, err
	}
	b.lock = lock
	if err := os.RemoveAll(b.workDir()); err != nil {
		return nil, err
	}
	hash, err := hashOf(b.Vigie)
	if err != nil {
		return nil, err
	}
	b.hash, b.built, b.sets, b.work = hash, map[string]string{}, map[int]*peers.Set{}, map[int]string{}
	return &b, b.dropStores()
}

// Close removes what only this run needed.
func (b *Bench) Close() error { return errors.Join(os.RemoveAll(b.workDir()), b.lock.Close()) }

// lockDir keeps other runs out: they would slow this one, and it them.
func lockDir(dir string) (*os.File, error) {
	f, err := os.OpenFile(filepath.Join(dir, "lock"), os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, err
	}
	if err := unix.Flock(int(f.Fd()), unix.LOCK_EX|unix.LOCK_NB); err != nil {
		return nil, errors.Join(fmt.Errorf("another run uses %s: %w", dir, err), f.Close())
	}
	return f, nil
}

// Version is what the program measured says of itself.
func (b *Bench) Version(ctx context.Context) string {
	u, err := b.vigie(b.Dir, "version").Run(ctx)
	if err != nil {
		return "vigie (no version)"
	}
	return strings.TrimSpace(string(u.Out))
}

// Corpora says on how many messages what is measured.
func (b *Bench) Corpora() string {
	return fmt.Sprintf("corpus %d, seed %d: vigie %s, %s and %s messages; mail programs %s; notmuch and mu %s",
		corpus.Version, corpus.Seed, count(b.Big), count(b.Mid), count(b.Small), count(b.Peer), count(b.Index))
}

func (b *Bench) workDir() string { return filepath.Join(b.Dir, "work") }

// Missing says why something cannot be measured here, which is nobody's fault.
type Missing string

func (m Missing) Error() string { return string(m) }

// absent says why a program is not among those there are.
func (b *Bench) absent(name string) error {
	if slices.Contains(b.Wanted, name) {
		return Missing(name + " is not installed")
	}
	return Missing(name + " is left out of this run")
}

// Measure is one that is run as a whole, and gives some rows.
type Measure struct {
	Name  string
	Topic string
	Run   func(ctx context.Context, b *Bench) ([]table.Row, error)
}

// Run runs the measures whose name matches, in order.
func (b *Bench) Run(ctx context.Context, only *regexp.Regexp) []table.Row {
	var rows []table.Row
	for _, m := range All() {
		if !only.MatchString(m.Name) || ctx.Err() != nil {
			continue
		}
		b.Tell("measure " + m.Name)
		begun := time.Now()
		got, err := m.Run(ctx, b)
		if err != nil {
			got = append(got, failed(table.Row{Measure: m.Name}, err))
		}
		for i := range got {
			got[i].Topic = m.Topic
		}
		rows = append(rows, got...)
		b.Tell(fmt.Sprintf("        %s took %v", m.Name, time.Since(begun).Round(100*time.Millisecond)))
	}
	return rows
}

// failed puts an error into a row: as what is missing, or as what broke.
func failed(r table.Row, err error) table.Row {
	var m Missing
	why := shortened(err.Error())
	if errors.As(err, &m) || errors.Is(err, run.ErrTooLong) {
		r.Missing = why
	} else {
		r.Broken = why
	}
	return r
}

// figure is a number that was measured, or why there is none.
type figure struct {
	table.Figure
	err error
}

func micros(v float64, err error) figure {
	return figure{table.Figure{Value: v, Unit: table.Micros}, err}
}

func size(v float64, err error) figure { return figure{table.Figure{Value: v, Unit: table.Bytes}, err} }

// row puts a figure of vigie's beside another.
func row(name string, ours figure, against string, theirs figure, goal table.Goal) table.Row {
	r := table.Row{Measure: name, Against: against, Goal: goal}
	if ours.err != nil {
		return failed(r, ours.err)
	}
	r.Vigie = ours.Figure
	if theirs.err != nil {
		return failed(r, theirs.err)
	}
	r.Other = theirs.Figure
	return r
}

// alone is a row with a bound of its own.
func alone(name string, ours figure, goal table.Goal) table.Row {
	r := table.Row{Measure: name, Goal: goal}
	if ours.err != nil {
		return failed(r, ours.err)
	}
	r.Vigie = ours.Figure
	return r
}

func atMost(v float64) table.Goal  { return table.Goal{AtMost: v} }
func atLeast(v float64) table.Goal { return table.Goal{AtLeast: v} }

// subject is one of the programs that are measured in turn.
type subject struct {
	do  func(ctx context.Context) error
	err error
}

// turns lets each subject do its part in turn, so many rounds. One that fails
// is not asked again; what it gave before counts for nothing.
func turns(ctx context.Context, rounds int, subjects ...*subject) {
	for range rounds {
		for _, s := range subjects {
			if s.err == nil {
				s.err = ctx.Err()
			}
			if s.err == nil {
				s.err = s.do(ctx)
			}
		}
	}
}

func us(d time.Duration) float64 { return float64(d.Nanoseconds()) / 1000 }

// program builds a program of the repository once.
func (b *Bench) program(ctx context.Context, pkg string) (string, error) {
	if path, ok := b.built[pkg]; ok {
		return path, nil
	}
	path, err := floors.Build(ctx, b.Root, filepath.Join(b.Dir, "bin"), pkg)
	if err == nil {
		b.built[pkg] = path
	}
	return path, err
}

// shortened is the first line of a text, cut so that it fits a table.
func shortened(s string) string {
	const most = 160
	s, _, _ = strings.Cut(s, "\n")
	if r := []rune(s); len(r) > most {
		return string(r[:most]) + "…"
	}
	return s
}
