package store

import (
	"bytes"
	"context"
	"errors"
	"os"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"vigie/inbox"
)

// left takes away what says that a store was closed.
func (s spot) left() {
	s.t.Helper()
	if err := os.Remove(seenPath(s.path)); err != nil {
		s.t.Fatal(err)
	}
}

// TestOnlyWhatWasLeftIsLookedAt counts how often somebody looks.
func TestOnlyWhatWasLeftIsLookedAt(t *testing.T) {
	s, looks := newSpot(t), 0
	opts := Options{Probe: func(_ context.Context, path string) error {
		looks++
		return ProbeFile(context.Background(), path)
	}}
	expect := func(what string, want int) {
		t.Helper()
		looks = 0
		s.open(opts, func(*DB) {})
		if looks != want {
			t.Errorf("%s: %d looks, want %d", what, looks, want)
		}
	}
	expect("closed", 0)
	s.left()
	expect("nothing known of it", 1)
	expect("closed again", 0)
	was := s.read(seenPath(s.path))
	s.change(opts)
	if err := os.WriteFile(seenPath(s.path), was, 0o600); err != nil {
		t.Fatal(err)
	}
	expect("gone on", 1)
	s.put(append(s.read(s.path), make([]byte, 4096)...))
	expect("longer", 1)
	_, _, letGo := startChild(t, "change and die", s.path)
	letGo()
	expect("its process ended", 1)
}

// TestWhateverBecomesOfTheChild opens a store that a child dies of, or says
// strange things about.
func TestWhateverBecomesOfTheChild(t *testing.T) {
	for child, said := range map[string]string{
		"fault": `signal: killed, "unexpected fault address"`, "panic": `exit status 2, "panic: `, "babble": "exit status 1",
	} {
		s := newSpot(t)
		s.left()
		before := s.read(s.path)
		for range 2 {
			_, err := Open(context.Background(), s.path, lookedAt(child))
			if !errors.Is(err, inbox.ErrDamaged) || !strings.Contains(err.Error(), said) || !strings.Contains(err.Error(), s.path) {
				t.Errorf("%s: %v", child, err)
			}
		}
		if !bytes.Equal(before, s.read(s.path)) {
			t.Errorf("%s: the file was changed", child)
		}
		if _, err := os.Stat(holderPath(s.path)); !errors.Is(err, os.ErrNotExist) {
			t.Errorf("%s: holder: %v", child, err)
		}
		s.open(lookedAt("look"), func(*DB) {})
	}
}

// TestWithoutAChildThisProcessLooks has a program that cannot be started.
func TestWithoutAChildThisProcessLooks(t *testing.T) {
	s := newSpot(t)
	s.left()
	opts := Options{Probe: ProbeBy(s.path, "no program")}
	s.open(opts, func(*DB) {})
	s.left()
	page := os.Getpagesize()
	metas, _, err := probeAt(s.path)
	if err != nil {
		t.Fatal(err)
	}
	s.put(garbled(s.read(s.path), page, metas[0].root, metas[0].free))
	if _, err := Open(context.Background(), s.path, opts); !errors.Is(err, inbox.ErrDamaged) {
		t.Errorf("damaged: %v", err)
	}
}

func TestACancelledLookEnds(t *testing.T) {
	s := newSpot(t)
	s.left()
	ctx, cancel := context.WithCancel(context.Background())
	hang := ProbeBy(os.Args[0], "hang")
	_, err := Open(ctx, s.path, Options{Probe: func(ctx context.Context, path string) error {
		cancel()
		return hang(ctx, path)
	}})
	if !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	s.open(Options{}, func(*DB) {})
}

// TestALookThatHangs has a look that ends with its context, and one that does
// not even then.
func TestALookThatHangs(t *testing.T) {
	for name, limit := range map[string]time.Duration{"killed": probeLimit, "not to be killed": probeLimit + probeGrace} {
		synctest.Test(t, func(t *testing.T) {
			s, never, began := newSpot(t), make(chan struct{}), time.Now()
			s.left()
			_, err := Open(context.Background(), s.path, Options{Probe: func(ctx context.Context, _ string) error {
				<-ctx.Done()
				if limit > probeLimit {
					<-never
				}
				return ctx.Err()
			}})
			if took := time.Since(began); !errors.Is(err, ErrProbeTimeout) || took != limit {
				t.Errorf("%s: after %s: %v", name, took, err)
			}
			close(never)
			s.open(Options{}, func(*DB) {})
		})
	}
}

// TestNobodyWritesWhileOneLooks tries the store while it is looked over.
func TestNobodyWritesWhileOneLooks(t *testing.T) {
	s := newSpot(t)
	s.left()
	ctx := context.Background()
	held := func(when string) {
		t.Helper()
		var by *HeldError
		if _, err := Open(ctx, s.path, Options{Timeout: lockPoll}); !errors.As(err, &by) || by.PID != os.Getpid() {
			t.Errorf("%s: %v", when, err)
		}
	}
	s.open(Options{Probe: func(ctx context.Context, path string) error {
		held("while one looks")
		if _, err := Check(ctx, path); err != nil {
			t.Errorf("a reader: %v", err)
		}
		return ProbeBy(os.Args[0], "look")(ctx, path)
	}}, func(db *DB) {
		held("looked at")
		change(t, db)
	})
}
