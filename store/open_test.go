package store

import (
	"context"
	"errors"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"syscall"
	"testing"
	"time"

	"vigie/inbox"
)

func TestOpenMakesAStoreOnce(t *testing.T) {
	ctx := context.Background()
	path := filepath.Join(t.TempDir(), "a", "b", "vigie.db")
	db, err := Open(ctx, path, Options{})
	if err != nil {
		t.Fatal(err)
	}
	info, err := db.Info(ctx)
	if err != nil {
		t.Fatal(err)
	}
	if info.Schema != schemaOf(migrations()) || info.ID == "" || info.Epoch == "" || info.ID == info.Epoch || info.Path != path {
		t.Fatalf("new store: %+v", info)
	}
	for name, want := range map[string]os.FileMode{path: 0o600, filepath.Dir(path): 0o700, holderPath(path): 0o600} {
		fi, err := os.Stat(name)
		if err != nil {
			t.Fatal(err)
		}
		if got := fi.Mode().Perm(); got != want {
			t.Errorf("%s has mode %o, want %o", name, got, want)
		}
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(path, 0o644); err != nil {
		t.Fatal(err)
	}
	if db, err = Open(ctx, path, Options{}); err != nil {
		t.Fatal(err)
	}
	again, err := db.Info(ctx)
	if err != nil {
		t.Fatal(err)
	}
	if again.ID != info.ID || again.Epoch != info.Epoch || db.RolledBack() {
		t.Errorf("reopened %+v, was %+v", again, info)
	}
	if fi, err := os.Stat(path); err != nil || fi.Mode().Perm() != 0o600 {
		t.Errorf("mode not taken back: %v %v", fi.Mode(), err)
	}
	if err := errors.Join(db.Close(), db.Close()); err != nil {
		t.Error(err)
	}
	if _, err := db.Info(ctx); err == nil {
		t.Error("a closed store answers")
	}
	names, err := filepath.Glob(path + "*")
	if err != nil || !slices.Equal(names, []string{path, seenPath(path)}) {
		t.Errorf("left over: %v %v", names, err)
	}
}

func TestManyOpenANewStoreAtOnce(t *testing.T) {
	path := filepath.Join(t.TempDir(), "vigie.db")
	ids := make(chan string)
	for range 8 {
		go func() {
			db, err := Open(context.Background(), path, Options{Timeout: time.Minute})
			if err != nil {
				ids <- err.Error()
				return
			}
			info, err := db.Info(context.Background())
			if err := errors.Join(err, db.Close()); err != nil {
				ids <- err.Error()
				return
			}
			ids <- info.ID
		}()
	}
	first := <-ids
	for range 7 {
		if id := <-ids; id != first || len(id) != 26 {
			t.Errorf("store %s and store %s", first, id)
		}
	}
}

func TestOpenRefusesWhatIsNoFile(t *testing.T) {
	for name, make := range map[string]func(path string) error{
		"a directory": func(path string) error { return os.Mkdir(path, 0o700) },
		"a pipe":      func(path string) error { return syscall.Mkfifo(path, 0o600) },
	} {
		path := filepath.Join(t.TempDir(), "vigie.db")
		if err := make(path); err != nil {
			t.Fatal(err)
		}
		if _, err := Open(context.Background(), path, Options{}); !errors.Is(err, ErrNotStore) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestHeldByAnotherProcess(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "vigie.db")
	cmd, _, letGo := startChild(t, "hold", path)
	_, err := Open(context.Background(), path, Options{})
	var held *HeldError
	if !errors.As(err, &held) {
		t.Fatalf("error %v, want a HeldError", err)
	}
	host, err := os.Hostname()
	if err != nil {
		t.Fatal(err)
	}
	if held.PID != cmd.Process.Pid || held.Host != host || held.Since.IsZero() || held.Path != path {
		t.Errorf("held by %+v, want process %d on %s", held, cmd.Process.Pid, host)
	}
	for name, try := range map[string]func() error{
		"check":   func() error { _, err := Check(context.Background(), path); return err },
		"restore": func() error { return restoreOver(t, path) },
	} {
		if err := try(); !errors.As(err, &held) {
			t.Errorf("%s: %v, want a HeldError", name, err)
		}
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := Open(ctx, path, Options{Timeout: time.Hour}); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
	letGo()
	db, err := Open(context.Background(), path, Options{})
	if err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Error(err)
	}
}

func restoreOver(t *testing.T, path string) error {
	t.Helper()
	backup := filepath.Join(t.TempDir(), "backup.db")
	if err := BackupFile(context.Background(), testDB(t), backup); err != nil {
		t.Fatal(err)
	}
	_, err := RestoreFile(context.Background(), backup, path)
	return err
}

func TestStaleHolderIsHarmless(t *testing.T) {
	path := filepath.Join(t.TempDir(), "vigie.db")
	_, _, letGo := startChild(t, "die", path)
	letGo()
	if _, err := os.Stat(holderPath(path)); err != nil {
		t.Fatalf("no stale file to test with: %v", err)
	}
	db, err := Open(context.Background(), path, Options{})
	if err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Error(err)
	}
}

// TestKilledAtAnyMoment kills a process that stores page after page: what it
// acknowledged is there, and messages and cursor are of the same page.
func TestKilledAtAnyMoment(t *testing.T) {
	t.Parallel()
	path, rnd := filepath.Join(t.TempDir(), "vigie.db"), rand.New(rand.NewPCG(5, 6))
	for range 8 {
		cmd, lines, _ := startChild(t, "ingest", path)
		for range rnd.IntN(20) {
			lines.Scan()
		}
		acknowledged, err := strconv.Atoi(lines.Text())
		if err != nil {
			t.Fatal(err)
		}
		if err := cmd.Process.Kill(); err != nil {
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
		if err != nil || rep.Total > 0 {
			t.Fatalf("after the kill: %v, %v", rep.Faults, err)
		}
		db, err := Open(context.Background(), path, Options{})
		if err != nil {
			t.Fatal(err)
		}
		info, err1 := db.Info(context.Background())
		states, err2 := db.StreamStates(context.Background())
		if err := errors.Join(err1, err2, db.Close()); err != nil {
			t.Fatal(err)
		}
		if info.Messages < uint64(acknowledged) || states[0].Cursor != strconv.FormatUint(info.Messages, 10) {
			t.Errorf("%d messages, cursor %s, acknowledged %d", info.Messages, states[0].Cursor, acknowledged)
		}
	}
}

// TestPanicsOfCallersAreTheirOwn lets a caller's function panic: it must come
// through, and the store must go on.
func TestPanicsOfCallersAreTheirOwn(t *testing.T) {
	db, ctx := testDB(t), context.Background()
	fill(t, db, corpus(10), 10, inbox.Live, inbox.Native)
	for name, call := range map[string]func(){
		"act": func() {
			_, _ = db.Act(ctx, []inbox.ThreadID{1}, func(inbox.Thread) ([]inbox.Event, error) { panic("mine") })
		},
		"threads": func() {
			_, _ = db.Threads(ctx, inbox.ThreadQuery{Match: func(inbox.Thread) bool { panic("mine") }})
		},
	} {
		func() {
			defer func() {
				if p := recover(); p != "mine" {
					t.Errorf("%s: panic %v", name, p)
				}
			}()
			call()
		}()
	}
	if _, err := db.NewEpoch(ctx); err != nil {
		t.Error(err)
	}
}
