package store

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"testing"
	"time"

	"vigie/inbox"
)

// loosened is a store with much free room in its file.
func loosened(t *testing.T) spot {
	t.Helper()
	s := newSpot(t)
	s.open(Options{}, func(db *DB) { loosen(t, db) })
	return s
}

func loosen(t *testing.T, db *DB) {
	t.Helper()
	fill(t, db, corpus(2000), 1000, inbox.Live, inbox.Native)
	for i := range 12 {
		d := inbox.Draft{ID: fmt.Sprint("gone", i), Thread: 1, Text: fmt.Sprint(noise(40 << 10))}
		if err := db.SaveDraft(context.Background(), d); err != nil {
			t.Fatal(err)
		}
	}
	for i := range 12 {
		if err := db.DropDraft(context.Background(), fmt.Sprint("gone", i)); err != nil {
			t.Fatal(err)
		}
	}
}

// sound checks a store that nobody has open, and that it is no other than the
// one last seen.
func (s spot) sound(want [32]byte) {
	s.t.Helper()
	rep, err := Check(context.Background(), s.path)
	if err != nil || rep.Total > 0 || rep.RolledBack {
		s.t.Errorf("check: %+v, %v", rep, err)
	}
	s.open(Options{}, func(db *DB) {
		if info, err := db.Info(context.Background()); err != nil || db.RolledBack() || info.Rollback != "" {
			s.t.Errorf("rolled back: %q, %v", info.Rollback, err)
		}
		if contents(s.t, db) != want {
			s.t.Error("another content")
		}
	})
	names, err := filepath.Glob(s.path + "*")
	if err != nil || !slices.Equal(names, []string{s.path, seenPath(s.path)}) {
		s.t.Errorf("left over: %v %v", names, err)
	}
}

func TestCompact(t *testing.T) {
	for _, yield := range []bool{false, true} {
		ctx, s := context.Background(), loosened(t)
		var want [32]byte
		s.open(Options{}, func(db *DB) {
			want = contents(t, db)
			before, err := db.Compaction(ctx)
			if err != nil || before.Free < 1<<20 {
				t.Fatalf("nothing to gain: %+v, %v", before, err)
			}
			after, err := db.Compact(ctx, yield)
			if err != nil {
				t.Fatal(err)
			}
			if after.Bytes > before.Bytes-before.Free || after.Free > after.Bytes/20 {
				t.Errorf("%+v after %+v", after, before)
			}
			fi, err := os.Stat(s.path)
			if err != nil || fi.Size() != after.Bytes || fi.Mode().Perm() != 0o600 {
				t.Errorf("%d bytes, mode %o, %v", fi.Size(), fi.Mode().Perm(), err)
			}
			var held *HeldError
			if _, err := Open(ctx, s.path, Options{Timeout: time.Millisecond}); !errors.As(err, &held) || held.PID != os.Getpid() {
				t.Errorf("another one opens it: %v", err)
			}
			if contents(t, db) != want {
				t.Error("another content")
			}
			change(t, db)
			want = contents(t, db)
			if rep, err := db.Check(ctx); err != nil || rep.Total > 0 {
				t.Errorf("check: %v, %v", rep.Faults, err)
			}
		})
		s.sound(want)
		s.open(Options{}, func(db *DB) { // again, at once
			if _, err := db.Compact(ctx, yield); err != nil {
				t.Error(err)
			}
		})
		s.sound(want)
	}
}

// TestWhoWaitsForAStoreGetsTheNewOne lets somebody wait for the lock of the
// file that is replaced meanwhile.
func TestWhoWaitsForAStoreGetsTheNewOne(t *testing.T) {
	ctx, s := context.Background(), loosened(t)
	ended := make(chan error, 1)
	var want [32]byte
	s.open(Options{}, func(db *DB) {
		want = contents(t, db)
		go func() {
			other, err := Open(ctx, s.path, Options{Timeout: time.Minute})
			if err == nil {
				_, err = other.Compaction(ctx)
				err = errors.Join(err, other.Close())
			}
			ended <- err
		}()
		for range 3 {
			if _, err := db.Compact(ctx, false); err != nil {
				t.Fatal(err)
			}
		}
		select {
		case err := <-ended:
			t.Fatalf("it did not wait: %v", err)
		default:
		}
	})
	if err := <-ended; err != nil {
		t.Error(err)
	}
	s.sound(want)
}

// dieCompacting takes so many steps, as "compact yield N" says, and ends the
// process.
func dieCompacting(db *DB, what string) error {
	var yield bool
	var n int
	if _, err := fmt.Sscanf(what, "compact %t %d", &yield, &n); err != nil {
		return err
	}
	c := &compaction{db: db, yield: yield, wanted: db.wanted.Load()}
	for _, s := range c.steps()[:n] {
		if err := s.do(context.Background()); err != nil {
			return err
		}
	}
	fmt.Println("dead")
	os.Exit(0)
	return nil
}

// TestKilledCompacting ends a process after each step: what is left is the
// same store, nothing lost, no alarm, and nothing lies about.
func TestKilledCompacting(t *testing.T) {
	t.Parallel()
	s := loosened(t)
	var want [32]byte
	s.open(Options{}, func(db *DB) { want = contents(t, db) })
	for _, yield := range []bool{false, true} {
		for n := range len((&compaction{}).steps()) + 1 {
			_, _, letGo := startChild(t, fmt.Sprintf("compact %t %d", yield, n), s.path)
			letGo()
			s.sound(want)
		}
	}
}

func compactForEver(db *DB) {
	for {
		if _, err := db.Compact(context.Background(), false); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
	}
}

// TestKilledAtAnyMomentCompacting kills a process that stores page after page
// and compacts without end.
func TestKilledAtAnyMomentCompacting(t *testing.T) {
	t.Parallel()
	path, rnd := filepath.Join(t.TempDir(), "vigie.db"), rand.New(rand.NewPCG(7, 8))
	for range 8 {
		cmd, lines, _ := startChild(t, "ingest and compact", path)
		for range rnd.IntN(20) {
			lines.Scan()
		}
		if err := cmd.Process.Kill(); err != nil {
			t.Fatal(err)
		}
		acknowledged, err := strconv.Atoi(lines.Text())
		if err != nil {
			t.Fatal(err)
		}
		for lines.Scan() { // what it said before it died counts too
			if n, err := strconv.Atoi(lines.Text()); err == nil {
				acknowledged = n
			}
		}
		if err := cmd.Wait(); err == nil {
			t.Fatal("it was not killed")
		}
		rep, err := Check(context.Background(), path)
		if err != nil || rep.Total > 0 || rep.RolledBack {
			t.Fatalf("after the kill: %+v, %v", rep, err)
		}
		spot{t, path}.open(Options{}, func(db *DB) {
			info, err1 := db.Info(context.Background())
			states, err2 := db.StreamStates(context.Background())
			if err := errors.Join(err1, err2); err != nil {
				t.Fatal(err)
			}
			if info.Messages < uint64(acknowledged) || info.Rollback != "" || states[0].Cursor != strconv.FormatUint(info.Messages, 10) {
				t.Errorf("%+v, cursor %s, acknowledged %d", info, states[0].Cursor, acknowledged)
			}
		})
	}
}

// TestCompactWhileOthersWork reads and writes while the file is exchanged
// again and again: everybody always sees what they wrote themselves.
func TestCompactWhileOthersWork(t *testing.T) {
	ctx, db := t.Context(), testDB(t)
	loosen(t, db)
	stop := make(chan struct{})
	errs := make(chan error)
	work := func(n int) error {
		for i := 1; ; i++ {
			select {
			case <-stop:
				return nil
			default:
			}
			d := inbox.Draft{ID: fmt.Sprint("w", n), Thread: 1, Text: strconv.Itoa(i)}
			if err := db.SaveDraft(ctx, d); err != nil {
				return err
			}
			got, err := db.Draft(ctx, d.ID)
			if err != nil {
				return err
			}
			if got.Text != d.Text {
				return fmt.Errorf("draft %s reads %q, was written %q", d.ID, got.Text, d.Text)
			}
			if msgs, err := db.Messages(ctx, 1, time.Time{}, 0); err != nil || len(msgs) == 0 {
				return fmt.Errorf("%d messages: %w", len(msgs), err)
			}
		}
	}
	const workers = 3
	for n := range workers {
		go func() { errs <- work(n) }()
	}
	done := 0
	for range 6 {
		if _, err := db.Compact(ctx, false); err != nil {
			t.Error(err)
		}
		switch _, err := db.Compact(ctx, true); {
		case err == nil:
			done++
		case !errors.Is(err, inbox.ErrBusy):
			t.Error(err)
		}
	}
	close(stop)
	for range workers {
		if err := <-errs; err != nil {
			t.Error(err)
		}
	}
	t.Logf("%d of 6 went through although everybody was busy", done)
	if rep, err := db.Check(ctx); err != nil || rep.Total > 0 {
		t.Errorf("check: %v, %v", rep.Faults, err)
	}
}

// TestCompactYields lets somebody change something at each step: the change
// does not wait, and the run ends without a trace.
func TestCompactYields(t *testing.T) {
	s := loosened(t)
	var want [32]byte
	s.open(Options{}, func(db *DB) {
		for n := range 4 {
			c := &compaction{db: db, yield: true, wanted: db.wanted.Load()}
			steps := c.steps()
			steps = slices.Insert(steps, n, compactStep{"somebody", func(context.Context) error {
				change(t, db)
				return nil
			}})
			if steps[n+1].name == "announce" {
				t.Fatal("nobody can change anything any more")
			}
			if err := c.run(t.Context(), steps); !errors.Is(err, inbox.ErrBusy) {
				t.Errorf("after %d steps: %v", n, err)
			}
		}
		if names, err := filepath.Glob(s.path + ".new*"); err != nil || len(names) > 0 {
			t.Errorf("left over: %v %v", names, err)
		}
		want = contents(t, db)
	})
	s.sound(want)
}

// TestCompactFails ends a run by an error at each step: the store goes on.
func TestCompactFails(t *testing.T) {
	s, mine := loosened(t), errors.New("mine")
	var want [32]byte
	s.open(Options{}, func(db *DB) {
		for _, yield := range []bool{false, true} {
			for n := 0; ; n++ {
				c := &compaction{db: db, yield: yield, wanted: db.wanted.Load()}
				steps := c.steps()
				if steps[n].name == "exchange" {
					break // from here on nothing may fail
				}
				steps[n].do = func(context.Context) error { return mine }
				if err := c.run(t.Context(), steps); !errors.Is(err, mine) {
					t.Errorf("step %s: %v", steps[n].name, err)
				}
				change(t, db)
			}
		}
		ctx, cancel := context.WithCancel(context.Background())
		cancel()
		if _, err := db.Compact(ctx, false); !errors.Is(err, context.Canceled) {
			t.Errorf("cancelled: %v", err)
		}
		want = contents(t, db)
	})
	s.sound(want)
}
