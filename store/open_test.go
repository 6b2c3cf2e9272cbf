package store

import (
	"bytes"
	"context"
	"errors"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"go.etcd.io/bbolt"

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

// image is a store's file with some content.
func image(t *testing.T) []byte {
	t.Helper()
	db := testDB(t)
	fill(t, db, corpus(1500), 500, inbox.Live, inbox.Native)
	var b bytes.Buffer
	if err := db.Backup(context.Background(), &b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func zeroed(b []byte, from, to int) []byte {
	b = bytes.Clone(b)
	clear(b[from:to])
	return b
}

// foreign is the file of another program that uses bbolt.
func foreign(t *testing.T) []byte {
	t.Helper()
	path := filepath.Join(t.TempDir(), "foreign.db")
	b, err := bbolt.Open(path, 0o600, nil)
	if err != nil {
		t.Fatal(err)
	}
	if err := b.Close(); err != nil {
		t.Fatal(err)
	}
	file, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return file
}

func TestOpenLeavesOtherFilesAlone(t *testing.T) {
	whole := image(t)
	other := foreign(t)
	meta := readMetas(bytes.NewReader(whole))[0]
	page := int(meta.pageSize)
	for _, c := range []struct {
		name string
		file []byte
		is   error
	}{
		{"empty", nil, ErrNotStore},
		{"one byte", whole[:1], ErrNotStore},
		{"half a page", whole[:4095], inbox.ErrDamaged},
		{"metas only", whole[:2*page], inbox.ErrDamaged},
		{"first half", whole[:len(whole)/2], inbox.ErrDamaged},
		{"first half, not at a page", whole[:len(whole)/2-137], inbox.ErrDamaged},
		{"last page missing", whole[:len(whole)-page], inbox.ErrDamaged},
		{"both metas zeroed", zeroed(whole, 0, 2*page), ErrNotStore},
		{"root zeroed", zeroed(whole, int(meta.root)*page, int(meta.root+1)*page), inbox.ErrDamaged},
		{"free list zeroed", zeroed(whole, int(meta.free)*page, int(meta.free+1)*page), inbox.ErrDamaged},
		{"text", []byte(strings.Repeat("dear diary\n", 2000)), ErrNotStore},
		{"noise", noise(40_000), ErrNotStore},
		{"another program's", other, ErrNotStore},
	} {
		t.Run(c.name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "vigie.db")
			if err := os.WriteFile(path, c.file, 0o600); err != nil {
				t.Fatal(err)
			}
			for range 2 { // the first must not keep the lock
				_, err := Open(context.Background(), path, Options{})
				if !errors.Is(err, c.is) {
					t.Fatalf("error %v, want %v", err, c.is)
				}
				if text := err.Error(); !strings.Contains(text, path) || strings.Contains(text, "\n") {
					t.Errorf("not one sentence that names the file: %q", text)
				}
			}
			if _, err := Check(context.Background(), path); err == nil {
				t.Error("check found nothing")
			}
			after, err := os.ReadFile(path)
			if err != nil || !bytes.Equal(after, c.file) {
				t.Errorf("the file was changed (%v)", err)
			}
		})
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

func noise(n int) []byte {
	r, b := rand.New(rand.NewPCG(1, 2)), make([]byte, n)
	for i := range b {
		b[i] = byte(r.Uint32())
	}
	return b
}

func TestLostMetaMakesANewEpoch(t *testing.T) {
	whole := image(t)
	page := int(readMetas(bytes.NewReader(whole))[0].pageSize)
	epoch := func(file []byte) (string, bool) {
		path := filepath.Join(t.TempDir(), "vigie.db")
		if err := os.WriteFile(path, file, 0o600); err != nil {
			t.Fatal(err)
		}
		db, err := Open(context.Background(), path, Options{})
		if err != nil {
			t.Fatal(err)
		}
		defer db.Close()
		info, err := db.Info(context.Background())
		if err != nil {
			t.Fatal(err)
		}
		return info.Epoch, db.RolledBack()
	}
	was, lost := epoch(whole)
	if lost {
		t.Error("a whole store counts as rolled back")
	}
	for i := range 2 {
		is, lost := epoch(zeroed(whole, i*page, (i+1)*page))
		if !lost || is == was {
			t.Errorf("meta %d lost: rolled back %v, epoch %s, was %s", i, lost, is, was)
		}
	}
}

func TestHeldByAnotherProcess(t *testing.T) {
	path := filepath.Join(t.TempDir(), "vigie.db")
	cmd, _, letGo := startChild(t, "hold", path)
	began := time.Now()
	_, err := Open(context.Background(), path, Options{})
	var held *HeldError
	if !errors.As(err, &held) {
		t.Fatalf("error %v, want a HeldError", err)
	}
	if took := time.Since(began); took > 2*time.Second {
		t.Errorf("it took %s to say so", took)
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

func TestFullDiskIsGotOver(t *testing.T) {
	cmd := exec.Command(os.Args[0], filepath.Join(t.TempDir(), "vigie.db"))
	cmd.Env = append(os.Environ(), childEnv+"=full")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
}

func TestIOErrorStopsWriting(t *testing.T) {
	db, ctx := testDB(t), context.Background()
	fill(t, db, corpus(10), 10, inbox.Live, inbox.Native)
	next := readMetas(db.file)[0].txn + 1
	if err := db.commitFailed(next, syscall.ENOSPC); !errors.Is(err, syscall.ENOSPC) || !errors.Is(err, inbox.ErrFull) {
		t.Fatal(err)
	}
	if _, err := db.NewEpoch(ctx); err != nil {
		t.Errorf("a full disk stopped the store: %v", err)
	}
	if err := db.commitFailed(next+1, &os.PathError{Op: "write", Path: db.Path(), Err: syscall.EIO}); !errors.Is(err, syscall.EIO) {
		t.Fatal(err)
	}
	if _, err := db.NewEpoch(ctx); !errors.Is(err, syscall.EIO) || !errors.Is(err, errStopped) {
		t.Errorf("after an input/output error: %v", err)
	}
	if _, err := db.Thread(ctx, 1); err != nil {
		t.Errorf("reading stopped: %v", err)
	}
}

// TestKilledAtAnyMoment kills a process that stores page after page: what it
// acknowledged is there, and messages and cursor are of the same page.
func TestKilledAtAnyMoment(t *testing.T) {
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
