package measures

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"path/filepath"
	"strconv"
	"strings"

	"vigie/bench/floors"
	"vigie/bench/peers"
	"vigie/bench/run"
	"vigie/bench/stat"
	"vigie/bench/table"
)

// task is what the program that works inside a store tells of a task.
type task struct {
	Task    string       `json:"task"`
	Micros  stat.Samples `json:"micros"`
	Found   int          `json:"found"`
	Total   int          `json:"total"`
	AtLeast bool         `json:"at_least"`
	Error   string       `json:"error"`
}

// tasks are the turns of all rounds, by the task's name.
type tasks map[string]*task

// read adds what the program printed: a JSON line a task.
func (t tasks) read(out []byte) error {
	dec := json.NewDecoder(bytes.NewReader(out))
	for dec.More() {
		var one task
		if err := dec.Decode(&one); err != nil {
			return fmt.Errorf("read what a task took: %w", err)
		}
		if before := t[one.Task]; before != nil {
			one.Micros = append(before.Micros, one.Micros...)
		}
		t[one.Task] = &one
	}
	return nil
}

// median is the median of a task, or why there is none.
func (t tasks) median(name string, err error) figure {
	k := t[name]
	switch {
	case err != nil:
		return micros(0, err)
	case k == nil:
		return micros(0, fmt.Errorf("nothing was told of %s", name))
	case len(k.Micros) == 0 && strings.Contains(k.Error, "deadline exceeded"):
		return micros(0, Missing("one turn takes longer than 20 s"))
	case len(k.Micros) == 0 || k.Error != "":
		return micros(0, errors.New(k.Error))
	}
	return micros(k.Micros.Median(), nil)
}

// inside is the program that works inside the big store, as a subject.
func (b *Bench) inside(only string, into tasks) *subject {
	return &subject{do: func(ctx context.Context) error {
		dir, err := b.data(ctx, b.Big)
		if err != nil {
			return err
		}
		path, err := b.program(ctx, "bench/inside")
		if err != nil {
			return err
		}
		u, err := run.Command{Argv: []string{path, "-n", strconv.Itoa(b.Turns), "-only", only, dir}}.Run(ctx)
		if err != nil {
			return err
		}
		return into.read(u.Out)
	}}
}

// floor is a floor that prints a number of microseconds a line, as a subject.
func (b *Bench) floor(name string, into *stat.Samples, args func(dir string) []string) *subject {
	return &subject{do: func(ctx context.Context) error {
		dir, err := b.data(ctx, b.Big)
		if err != nil {
			return err
		}
		path, err := b.program(ctx, floors.Path(name))
		if err != nil {
			return err
		}
		u, err := run.Command{Argv: append([]string{path}, args(dir)...)}.Run(ctx)
		if err != nil {
			return err
		}
		got, err := numbers(string(u.Out))
		*into = append(*into, got...)
		return err
	}}
}

// numbers reads a number a line.
func numbers(out string) (stat.Samples, error) {
	var s stat.Samples
	for line := range strings.FieldsSeq(out) {
		v, err := strconv.ParseFloat(line, 64)
		if err != nil {
			return nil, fmt.Errorf("read a figure: %w", err)
		}
		s = append(s, v)
	}
	return s, nil
}

// open times the opening of the store beside that of its file by bbolt alone.
func open(ctx context.Context, b *Bench) ([]table.Row, error) {
	got := tasks{}
	var bolt stat.Samples
	mine := b.inside("^open$", got)
	floor := b.floor(floors.Boltfloor, &bolt, func(dir string) []string {
		return []string{filepath.Join(dir, "vigie.db"), strconv.Itoa(b.Turns)}
	})
	turns(ctx, b.Rounds, mine, floor)
	return []table.Row{
		row("open the store, "+count(b.Big), got.median("open", mine.err), "bbolt.Open", micros(bolt.Median(), floor.err), atMost(5)),
	}, nil
}

// newest times the newest 50 threads of every view beside those of notmuch.
func newest(ctx context.Context, b *Bench) ([]table.Row, error) {
	got := tasks{}
	var theirs stat.Samples
	mine := b.inside("^newest/", got)
	peer := b.asking(peers.Notmuch, &theirs, func(s *peers.Set) run.Command { return s.Threads("*") })
	turns(ctx, b.Rounds, mine, peer)
	other := micros(theirs.Median(), peer.err)
	against := "notmuch " + count(b.Index)
	if mine.err != nil {
		return []table.Row{row("newest 50 threads", micros(0, mine.err), against, other, atMost(0.01))}, nil
	}
	worst := ""
	for name, k := range got {
		if worst == "" || k.Micros.Median() > got[worst].Micros.Median() {
			worst = name
		}
	}
	_, view, _ := strings.Cut(worst, "/")
	rows := []table.Row{
		row("newest 50 threads, to do", got.median("newest/ours", nil), against, other, atMost(0.01)),
		row("newest 50 threads, slowest view", got.median(worst, nil), against, other, atMost(0.01)),
	}
	rows[1].Note = fmt.Sprintf("%s, %d threads", view, got[worst].Found)
	return rows, nil
}

// asking runs a command of a full-text program twice a round.
func (b *Bench) asking(name string, into *stat.Samples, cmd func(*peers.Set) run.Command) *subject {
	return &subject{do: func(ctx context.Context) error {
		s, err := b.indexed(ctx, name, b.Index)
		if err != nil {
			return err
		}
		for range 3 {
			u, err := cmd(s).Run(ctx)
			if err != nil {
				return err
			}
			*into = append(*into, us(u.Wall))
		}
		return nil
	}}
}

// one times a new message that is stored, found by a search, and on the disk,
// beside the two writes that are the least a commit does.
func one(ctx context.Context, b *Bench) ([]table.Row, error) {
	got := tasks{}
	var sync stat.Samples
	mine := b.inside("^one$", got)
	floor := b.floor(floors.Syncfloor, &sync, func(dir string) []string { return []string{dir, strconv.Itoa(3 * b.Turns)} })
	turns(ctx, b.Rounds, mine, floor)
	return []table.Row{
		row("one message, stored and durable", got.median("one", mine.err), "2 × fdatasync", micros(sync.Median(), floor.err), atMost(4)),
	}, nil
}

// tag times a tag on a thousand threads: inside the server, and as one command
// to it, beside "notmuch tag" of as many.
func tag(ctx context.Context, b *Bench) ([]table.Row, error) {
	got := tasks{}
	var theirs, commands stat.Samples
	mine := b.inside("^tag$", got)
	peer := b.tagging(&theirs)
	turns(ctx, b.Rounds, mine, peer)
	whole := b.tagCommand(&commands)
	turns(ctx, b.Rounds, whole, peer)
	against, other := "notmuch "+count(b.Index), micros(theirs.Median(), peer.err)
	return []table.Row{
		row("tag 1,000 threads, inside the server", got.median("tag", mine.err), against, other, atMost(0.05)),
		row("tag 1,000 threads, vigie tag as a whole", micros(commands.Median(), whole.err), against, other, table.Goal{}),
	}, nil
}

func (b *Bench) tagging(into *stat.Samples) *subject {
	i := 0
	return &subject{do: func(ctx context.Context) error {
		s, err := b.indexed(ctx, peers.Notmuch, b.Index)
		if err != nil {
			return err
		}
		ids, err := s.ThreadIDs(ctx, 1000)
		if err != nil {
			return err
		}
		for range 2 { // there and back, so that the database stays as it was
			u, err := s.Tag([]string{"+bench", "-bench"}[i%2], ids).Run(ctx)
			if err != nil {
				return err
			}
			i++
			*into = append(*into, us(u.Wall))
		}
		return nil
	}}
}

func (b *Bench) tagCommand(into *stat.Samples) *subject {
	return &subject{do: func(ctx context.Context) error {
		dir, server, err := b.served(ctx, b.Big)
		if err != nil {
			return err
		}
		defer server.Stop()
		u, err := b.vigie(dir, "list", "is:any", "-q", "-n", "1000").Run(ctx)
		if err != nil {
			return err
		}
		ids := strings.Fields(string(u.Out))
		for _, change := range []string{"+bench", "-bench"} {
			u, err := b.vigie(dir, append(append([]string{"tag"}, ids...), change)...).Run(ctx)
			if err != nil {
				return err
			}
			*into = append(*into, us(u.Wall))
		}
		return nil
	}}
}
