package store

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"strings"
	"syscall"
	"time"

	"go.etcd.io/bbolt"

	"vigie/inbox"
)

const (
	// probeLimit is how long a file may take to be looked over.
	probeLimit = 10 * time.Second
	// probeBudget is how long a look goes on when nothing is wrong and all
	// pages that name others were read, and probeLeast how many pages, and then
	// keys, it reads at least: somebody waits for the first frame.
	probeBudget = 300 * time.Millisecond
	probeLeast  = 4096
	// probeGrace is how long a process that is killed may take to be gone.
	probeGrace = 2 * time.Second
)

// look looks the file over that was just locked, before bbolt maps it: here
// its metas, and in a process of its own, unless it is as it was closed, all
// of it.
func (db *DB) look(ctx context.Context, opts Options, readOnly bool) error {
	metas, size, err := probe(db.file)
	if err != nil {
		return err
	}
	db.witness = newWitness(db.path, born(db.file))
	if opts.Probe != nil && !readOnly && !db.witness.said.closedAs(metas[0].txn, size) {
		if err := db.lookApart(ctx, opts); err != nil {
			return err
		}
		if metas, _, err = probe(db.file); err != nil {
			return err
		}
	}
	db.torn = len(metas) == 1
	return nil
}

// lookApart has the file looked over in a process of its own. Readers share
// the lock: under that of a writer the other process could not read. Who
// takes the store in between looks it over too.
func (db *DB) lookApart(ctx context.Context, opts Options) error {
	if err := waitLock(ctx, db.file, syscall.LOCK_SH, db.path, time.Now().Add(opts.Timeout)); err != nil {
		return err
	}
	// Best effort: a second server is to hear who looks.
	_ = writeHolder(db.path, false)
	if err := inTime(ctx, db.path, opts.Probe); err != nil {
		removeHolder(db.path)
		return err
	}
	return waitLock(ctx, db.file, syscall.LOCK_EX, db.path, time.Now().Add(opts.Timeout))
}

// inTime ends a look that takes too long, also when its process cannot even
// be killed because the disk does not answer.
func inTime(ctx context.Context, path string, look func(context.Context, string) error) error {
	limited, cancel := context.WithTimeout(ctx, probeLimit)
	defer cancel()
	done := make(chan error, 1)
	go func() { done <- look(limited, path) }()
	stuck := time.NewTimer(probeLimit + probeGrace)
	defer stuck.Stop()
	select {
	case err := <-done:
		if err != nil && limited.Err() != nil && ctx.Err() == nil {
			return ErrProbeTimeout
		}
		return err
	case <-stuck.C:
		return ErrProbeTimeout
	}
}

// errEnough ends a look that found nothing.
var errEnough = errors.New("looked long enough")

// ProbeFile looks a store over: its pages, those first on which the most
// hangs, and the keys of its buckets as bbolt sees them, for a fraction of a
// second; of a big store not all is seen. Records are not judged: a damaged
// one does no harm. It changes nothing, but a damaged file may end the
// process. Errors are those of Open.
func ProbeFile(ctx context.Context, path string) error {
	db, err := openFile(ctx, path, Options{}, true)
	if err != nil {
		return err
	}
	err = db.view(ctx, func(r *rtx) error { return r.lookOver(ctx, db.file, time.Now().Add(probeBudget)) })
	if errors.Is(err, errEnough) {
		err = nil // what was seen is whole
	}
	return errors.Join(err, db.bolt.Close())
}

func (r *rtx) lookOver(ctx context.Context, f io.ReaderAt, until time.Time) error {
	if _, err := r.identity(); err != nil {
		return err
	}
	if err := walkPages(ctx, f, readMetas(f)[0], untilEnough(ctx, until)); err != nil && !errors.Is(err, errEnough) {
		return err
	}
	more := untilEnough(ctx, until)
	return r.tx.ForEach(func(_ []byte, b *bbolt.Bucket) error {
		var last []byte
		c := b.Cursor()
		for k, _ := c.First(); k != nil; k, _ = c.Next() {
			if err := more(); err != nil {
				return err
			}
			if last != nil && bytes.Compare(last, k) >= 0 {
				return damage("keys out of order")
			}
			last = k
		}
		return nil
	})
}

// untilEnough returns what to ask before each step: errEnough after a time,
// and a number of steps.
func untilEnough(ctx context.Context, until time.Time) func() error {
	steps := 0
	return func() error {
		if steps++; steps > probeLeast && time.Now().After(until) {
			return errEnough
		}
		return ctx.Err()
	}
}

// verdict is the line that a process which looks a file over prints.
type verdict struct {
	Kind string `json:"kind"`
	Text string `json:"text"`
}

// verdicts are the kinds, and the error that each stands for.
var verdicts = [...]struct {
	kind string
	err  error
}{
	{"foreign", ErrNotStore}, {"newer", inbox.ErrNewer}, {"damaged", inbox.ErrDamaged},
}

// otherVerdict is an error that says nothing about the file.
const otherVerdict = "other"

// ProbeMain is the other side of ProbeBy: all that a command does that looks
// a file over. It returns the process's exit code: 0, with nothing written to
// out, when the store at path can be used, else 1 and one line of JSON,
//
//	{"kind":"foreign|newer|damaged|other","text":"…"}
//
// Whatever else becomes of the process is the file's doing.
func ProbeMain(ctx context.Context, path string, out io.Writer) (exit int) {
	ctx, cancel := context.WithTimeout(ctx, probeLimit)
	defer cancel()
	err := ProbeFile(ctx, path)
	if err == nil {
		return 0
	}
	v := verdict{Kind: otherVerdict, Text: strings.ReplaceAll(err.Error(), "\n", "; ")}
	for _, k := range verdicts {
		if errors.Is(err, k.err) {
			v.Kind = k.kind
			break
		}
	}
	// Without a reader nobody asks.
	_ = json.NewEncoder(out).Encode(v)
	return 1
}

// ProbeBy returns an Options.Probe that runs a program, its arguments and the
// path, which must end as ProbeMain does. A crash is inbox.ErrDamaged. When
// the program cannot be started, this process looks by itself.
func ProbeBy(argv ...string) func(ctx context.Context, path string) error {
	return func(ctx context.Context, path string) error {
		var out, complaint bytes.Buffer
		cmd := exec.CommandContext(ctx, argv[0], append(argv[1:len(argv):len(argv)], path)...)
		cmd.Stdout, cmd.Stderr = &out, &complaint
		cmd.WaitDelay = probeGrace / 2
		if err := cmd.Start(); err != nil {
			return ProbeFile(ctx, path)
		}
		err := cmd.Wait()
		if ctx.Err() != nil {
			return ctx.Err()
		}
		return judged(err, out.Bytes(), complaint.String())
	}
}

// judged makes an error of how a process ended that looked a file over.
func judged(end error, out []byte, complaint string) error {
	if end == nil {
		return nil
	}
	var exit *exec.ExitError
	if !errors.As(end, &exit) {
		return fmt.Errorf("look the file over: %w", end)
	}
	var v verdict
	if exit.ExitCode() != 1 || json.Unmarshal(out, &v) != nil {
		first, _, _ := strings.Cut(complaint, "\n")
		return damage("reading it ended the process that tried (%w, %.200q)", end, first)
	}
	for _, k := range verdicts {
		if k.kind == v.Kind {
			return &foundError{v.Text, k.err}
		}
	}
	return &foundError{text: v.Text}
}

// foundError is what another process found.
type foundError struct {
	text string
	is   error
}

func (e *foundError) Error() string { return e.text }

// Unwrap returns what is wrong.
func (e *foundError) Unwrap() error { return e.is }
