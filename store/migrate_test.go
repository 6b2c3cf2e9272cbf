package store

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"testing"
	"time"

	"go.etcd.io/bbolt"

	"vigie/inbox"
)

// shelf writes and reads keys of the meta bucket that only these tests know.
func putShelf(w *txn, key string) error { return w.set(bMeta, []byte("test-"+key), []byte(key)) }

func shelf(t *testing.T, db *DB, key string) bool {
	t.Helper()
	var there bool
	err := db.view(context.Background(), func(r *rtx) error {
		there = r.bucket(bMeta).Get([]byte("test-"+key)) != nil
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return there
}

func TestMigrations(t *testing.T) {
	ctx := context.Background()
	path := filepath.Join(t.TempDir(), "vigie.db")
	db, err := Open(ctx, path, Options{})
	if err != nil {
		t.Fatal(err)
	}
	fill(t, db, corpus(50), 50, inbox.Live, inbox.Native)
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	boom := errors.New("boom")
	var fail error = boom
	runs := 0
	released := len(migrations())
	steps := append(migrations(), []migration{
		{"first", func(_ context.Context, w *txn) error { runs++; return putShelf(w, "first") }},
		{"second", func(_ context.Context, w *txn) error { return errors.Join(putShelf(w, "second"), fail) }},
		{"third", func(_ context.Context, w *txn) error {
			if w.bucket(bMeta).Get([]byte("test-second")) == nil {
				return errors.New("out of order")
			}
			return putShelf(w, "third")
		}},
	}...)
	if _, err := open(ctx, path, Options{}, steps); !errors.Is(err, boom) {
		t.Fatalf("failing step: %v", err)
	}
	fail = nil
	if db, err = open(ctx, path, Options{}, steps); err != nil {
		t.Fatal(err)
	}
	info, err := db.Info(ctx)
	if err != nil {
		t.Fatal(err)
	}
	if info.Schema != schemaOf(steps) || info.Messages != 50 || runs != 1 {
		t.Errorf("schema %d, %d messages, first step ran %d times", info.Schema, info.Messages, runs)
	}
	for _, key := range []string{"first", "second", "third"} {
		if !shelf(t, db, key) {
			t.Errorf("no trace of the %s step", key)
		}
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	checkMigrationBackups(t, path, steps, released)

	before, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := Open(ctx, path, Options{}); !errors.Is(err, inbox.ErrNewer) {
		t.Errorf("newer schema: %v", err)
	}
	if after, err := os.ReadFile(path); err != nil || !bytes.Equal(after, before) {
		t.Errorf("a newer store was changed (%v)", err)
	}
}

func checkMigrationBackups(t *testing.T, path string, steps []migration, released int) {
	t.Helper()
	for done := range 2 {
		steps := steps[:released+done]
		from := fmt.Sprintf(".schema-%d.backup", schemaOf(steps))
		db, err := open(context.Background(), path+from, Options{}, steps)
		if err != nil {
			t.Fatalf("backup %s: %v", from, err)
		}
		if shelf(t, db, "second") {
			t.Errorf("backup %s is too late", from)
		}
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	}
}

// everything is all of a store that a later schema must still tell.
type everything struct {
	Threads  []inbox.Thread
	Messages []inbox.Message
	Events   []inbox.Event
	Actions  []inbox.Action
	Drafts   []inbox.Draft
	Streams  []inbox.StreamState
	Counters inbox.Counters
	Due      time.Time
	ID       string
}

func readEverything(t *testing.T, db *DB) (e everything) {
	t.Helper()
	ctx := context.Background()
	var errs [7]error
	e.Threads, errs[0] = db.Walk(ctx, "", "", 0)
	for _, th := range e.Threads {
		msgs, err := db.Messages(ctx, th.ID, time.Time{}, 0)
		if err != nil {
			t.Fatal(err)
		}
		e.Messages = append(e.Messages, msgs...)
	}
	e.Events, errs[1] = db.EventLog(ctx, 0, 0)
	e.Actions, errs[2] = db.Actions(ctx, nil)
	e.Drafts, errs[3] = db.Drafts(ctx, 0)
	e.Streams, errs[4] = db.StreamStates(ctx)
	e.Counters, errs[5] = db.Counts(ctx)
	e.Due, errs[6] = db.NextDue(ctx)
	if err := errors.Join(errs[:]...); err != nil {
		t.Fatal(err)
	}
	info, err := db.Info(ctx)
	if err != nil {
		t.Fatal(err)
	}
	e.ID = info.ID
	return e
}

// TestStoresOfEarlierSchemas opens a file of each released schema and finds
// what was put into it then.
func TestStoresOfEarlierSchemas(t *testing.T) {
	for _, from := range []int{1, 3} {
		name := fmt.Sprint("schema-", from)
		t.Run(name, func(t *testing.T) {
			file, err := os.ReadFile(filepath.Join("testdata", name+".db"))
			if err != nil {
				t.Fatal(err)
			}
			told, err := os.ReadFile(filepath.Join("testdata", name+".json"))
			if err != nil {
				t.Fatal(err)
			}
			var want everything
			if err := json.Unmarshal(told, &want); err != nil {
				t.Fatal(err)
			}
			if from == 1 {
				want.beforeSchema2()
			}
			want.beforeSchema4()
			path := filepath.Join(t.TempDir(), "vigie.db")
			if err := os.WriteFile(path, file, 0o600); err != nil {
				t.Fatal(err)
			}
			db, err := Open(context.Background(), path, Options{})
			if err != nil {
				t.Fatal(err)
			}
			defer db.Close()
			if got := readEverything(t, db); !reflect.DeepEqual(got, want) {
				t.Errorf("got %+v\nwant %+v", got, want)
			}
			mustBeListed(t, db)
			mustBeWhole(t, db)
			if rep, err := Check(t.Context(), migrationBackup(path, from)); err != nil || rep.Total > 0 {
				t.Errorf("the backup: %v, %v", rep.Faults, err)
			}
		})
	}
}

// beforeSchema2 is what became of drafts and counters.
func (e *everything) beforeSchema2() {
	for i, d := range e.Drafts {
		e.Drafts[i].ID = fmt.Sprintf("thread-%d", d.Thread)
	}
	for i, c := range e.Counters { // which had no account
		of := slices.IndexFunc(e.Threads, func(t inbox.Thread) bool { return t.Client == c.Client })
		e.Counters[i].Account = e.Threads[of].Account
	}
}

// beforeSchema4 is what became of heads.
func (e *everything) beforeSchema4() {
	for i := range e.Threads {
		t := &e.Threads[i]
		t.Rank = inbox.Rank{Class: inbox.RankRest, At: t.SortAt}
		if t.State != inbox.Ours {
			continue
		}
		if t.InAt.After(t.OutAt) {
			t.WaitAt = t.InAt
		}
		switch {
		case t.Split() == inbox.Watches:
		case t.WaitAt.IsZero():
			t.Rank.Class = inbox.RankWaiting
		default:
			t.Rank = inbox.Rank{Class: inbox.RankWaiting, At: t.WaitAt}
		}
	}
}

// mustBeListed asserts that the lists have each thread once, in order.
func mustBeListed(t *testing.T, db *DB) {
	t.Helper()
	info, err := db.Info(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var listed uint64
	for _, split := range []inbox.Split{inbox.Inbox, inbox.Watches} {
		p, err := db.Threads(t.Context(), inbox.ThreadQuery{Split: split, States: inbox.States()})
		if err != nil {
			t.Fatal(err)
		}
		listed += uint64(len(p.Threads))
		for i := 1; i < len(p.Threads); i++ {
			if p.Threads[i-1].Rank.Compare(p.Threads[i].Rank) > 0 {
				t.Errorf("%+v after %+v", p.Threads[i].Rank, p.Threads[i-1].Rank)
			}
		}
	}
	if listed != info.Threads {
		t.Errorf("%d threads listed of %d", listed, info.Threads)
	}
}

// TestDamagedStoreIsMigrated: what is damaged of an earlier schema's records
// keeps nobody from the rest, and what a killed run left is cleared away.
func TestDamagedStoreIsMigrated(t *testing.T) {
	file, err := os.ReadFile(filepath.Join("testdata", "schema-1.db"))
	if err != nil {
		t.Fatal(err)
	}
	for _, b := range []bucket{bThreads, bMessages, bPosts, bEvents, bCounters, bActions, bDrafts} {
		t.Run(bucketNames[b], func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "vigie.db")
			if err := os.WriteFile(path, file, 0o600); err != nil {
				t.Fatal(err)
			}
			old, err := bbolt.Open(path, 0o600, nil)
			if err != nil {
				t.Fatal(err)
			}
			spoil(t, &DB{bolt: old}, b, 3, 0x10)
			if err := old.Close(); err != nil {
				t.Fatal(err)
			}
			for _, left := range []string{migrationBackup(path, 1) + ".new-1", path + ".new-compact-1"} {
				if err := os.WriteFile(left, file, 0o600); err != nil {
					t.Fatal(err)
				}
			}
			db, err := Open(context.Background(), path, Options{})
			if err != nil {
				t.Fatal(err)
			}
			defer db.Close()
			if info, err := db.Info(context.Background()); err != nil || info.Schema != schemaOf(migrations()) || info.Threads == 0 {
				t.Errorf("%+v, %v", info, err)
			}
			if _, err := db.Search(context.Background(), inbox.SearchRequest{}); err != nil {
				t.Error(err)
			}
			if left, err := filepath.Glob(path + "*.new-*"); err != nil || len(left) > 0 {
				t.Errorf("left: %v, %v", left, err)
			}
			if _, err := os.Stat(migrationBackup(path, 1)); err != nil {
				t.Error(err)
			}
		})
	}
}

// TestWhoMigratesSaysSo looks from outside while a step runs, and when all is
// done.
func TestWhoMigratesSaysSo(t *testing.T) {
	path := filepath.Join(t.TempDir(), "vigie.db")
	db, err := Open(t.Context(), path, Options{})
	if err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	if held := Held(path); held != nil {
		t.Errorf("closed: %+v", held)
	}
	var told []Migration
	released := len(migrations())
	steps := append(migrations(), migration{"one more", func(context.Context, *txn) error {
		if held := Held(path); held == nil || !held.Migrating || held.PID != os.Getpid() {
			t.Errorf("while it migrates: %+v", held)
		}
		return nil
	}})
	db, err = open(t.Context(), path, Options{Migrating: func(m Migration) { told = append(told, m) }}, steps)
	if err != nil {
		t.Fatal(err)
	}
	want := Migration{From: released + 1, To: released + 2, Backup: migrationBackup(path, released+1)}
	if len(told) != 1 || told[0].Bytes == 0 {
		t.Fatalf("told %+v", told)
	}
	if told[0].Bytes = 0; told[0] != want {
		t.Errorf("told %+v, want %+v", told[0], want)
	}
	if held := Held(path); held == nil || held.Migrating {
		t.Errorf("migrated: %+v", held)
	}
	if err := db.Close(); err != nil {
		t.Error(err)
	}
}
