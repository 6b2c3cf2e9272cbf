package store

import (
	"context"
	"fmt"
	"path/filepath"
	"reflect"
	"testing"
	"time"

	"vigie/inbox"
)

// TestRestoreDrill loses a store after its last backup and goes on from that.
func TestRestoreDrill(t *testing.T) {
	ctx, s := context.Background(), newSpot(t)
	b := Backups{
		Dir: filepath.Join(t.TempDir(), "backups"), Store: s.path,
		Clock: &stopped{time.Date(2026, 11, 22, 8, 0, 0, 0, time.UTC)},
	}
	queue := func(db *DB, text string) inbox.ActionID {
		a, err := db.AddAction(ctx, inbox.Action{Thread: 1, Kind: inbox.ActReply, State: inbox.Queued, Text: text}, nil)
		if err != nil {
			t.Fatal(err)
		}
		return a.ID
	}
	var before everything
	var sent []inbox.ActionID
	s.open(Options{}, func(db *DB) {
		fill(t, db, corpus(300), 100, inbox.Live, inbox.Native)
		for i := range 5 {
			sent = append(sent, queue(db, fmt.Sprint("before ", i)))
		}
		before = readEverything(t, db)
		if _, err := b.Backup(ctx, db); err != nil {
			t.Fatal(err)
		}
		fill(t, db, corpus(500)[300:], 100, inbox.Live, inbox.Native)
		for _, id := range sent { // these left; the backup does not know
			if _, err := db.MoveAction(ctx, id, inbox.Queued, func(a *inbox.Action) ([]inbox.Event, *inbox.Ingest, error) {
				a.State = inbox.Accepted
				return nil, nil, nil
			}); err != nil {
				t.Fatal(err)
			}
		}
		queue(db, "after")
	})
	was, _ := s.info()
	s.put(s.read(s.path)[:20_000])
	if _, err := Open(ctx, s.path, lookedAt("look")); err == nil {
		t.Fatal("the ruin was opened")
	}
	good, err := b.NewestGood(ctx)
	if err != nil {
		t.Fatal(err)
	}
	kept, err := RestoreFile(ctx, good.Path, s.path)
	if err != nil || len(s.read(kept)) != 20_000 {
		t.Fatalf("kept %s, %v", kept, err)
	}
	s.open(lookedAt("look"), func(db *DB) {
		asBackedUp(t, db, before, was)
		if id := queue(db, "new"); id != inbox.ActionID(len(before.Actions)+1) {
			t.Errorf("a new action is %d", id)
		}
		if rep, err := db.Check(ctx); err != nil || rep.Total > 0 {
			t.Errorf("%v, %v", rep.Faults, err)
		}
	})
}

// asBackedUp asserts that a restored store holds what was backed up, and that
// its epoch is none in which anything was queued.
func asBackedUp(t *testing.T, db *DB, before everything, was inbox.StoreInfo) {
	t.Helper()
	ctx := context.Background()
	info, err := db.Info(ctx)
	if err != nil || info.Epoch == was.Epoch || info.ID != was.ID || db.RolledBack() {
		t.Errorf("%+v, was %+v, %v", info, was, err)
	}
	now := readEverything(t, db)
	if !reflect.DeepEqual(now, before) || len(now.Messages) != 300 {
		t.Errorf("%d messages, %d actions; backed up %d, %d", len(now.Messages), len(now.Actions), len(before.Messages), len(before.Actions))
	}
	open, err := db.OpenActions(ctx)
	if err != nil || len(open) != len(before.Actions) {
		t.Fatalf("%d open actions, %v", len(open), err)
	}
	for _, a := range open {
		if a.Epoch == info.Epoch || a.Epoch != was.Epoch {
			t.Errorf("%q would be sent by itself: of epoch %s, now %s", a.Text, a.Epoch, info.Epoch)
		}
	}
}
