package store

import (
	"context"
	"errors"
	"fmt"
	"math"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"
	"testing"

	"vigie/inbox"
)

// fullToCompact has no room for another file, but for changes.
func fullToCompact(db *DB) error {
	ctx := context.Background()
	signal.Ignore(syscall.SIGXFSZ)
	if err := limitFiles(64 << 10); err != nil {
		return err
	}
	if _, err := db.Compact(ctx, false); !errors.Is(err, inbox.ErrFull) {
		return fmt.Errorf("on a full disk: %w", err)
	}
	if names, err := filepath.Glob(db.path + ".new*"); err != nil || len(names) > 0 {
		return fmt.Errorf("left over: %v %w", names, err)
	}
	if err := limitFiles(0); err != nil {
		return err
	}
	if _, err := db.Compact(ctx, false); err != nil {
		return fmt.Errorf("with room again: %w", err)
	}
	fmt.Println("done")
	return nil
}

func TestCompactOnAFullDisk(t *testing.T) {
	s := loosened(t)
	var want [32]byte
	s.open(Options{}, func(db *DB) { want = contents(t, db) })
	_, _, letGo := startChild(t, "full to compact", s.path)
	letGo()
	s.sound(want)
	if err := room(filepath.Dir(s.path), math.MaxInt64); !errors.Is(err, inbox.ErrFull) {
		t.Errorf("room for everything: %v", err)
	}
}

// TestCompactKeepsDamagedRecords: a record that cannot be read is copied as it
// is, since a network may bring it again.
func TestCompactKeepsDamagedRecords(t *testing.T) {
	ctx, db := context.Background(), testDB(t)
	sample(t, db)
	loosen(t, db)
	spoil(t, db, bMessages, 3, 0x10)
	want := contents(t, db)
	before, err := db.Check(ctx)
	if err != nil || !before.recordsOnly() {
		t.Fatalf("check: %+v, %v", before, err)
	}
	if _, err := db.Compact(ctx, false); err != nil {
		t.Fatal(err)
	}
	if contents(t, db) != want {
		t.Error("another content")
	}
	if rep, err := db.Check(ctx); err != nil || rep.Total != before.Total || !rep.recordsOnly() {
		t.Errorf("check: %+v, %v; before: %+v", rep, err, before)
	}
}

// TestCompactRefusesDamagedPages puts noise over a page: the store stays.
func TestCompactRefusesDamagedPages(t *testing.T) {
	ctx, db := context.Background(), testDB(t)
	loosen(t, db)
	var root int64
	err := db.view(ctx, func(r *rtx) error {
		root = int64(r.bucket(bTimelines).Root())
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	f, err := os.OpenFile(db.path, os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	if _, err = f.WriteAt(noise(page), root*page); errors.Join(err, f.Close()) != nil {
		t.Fatal(err)
	}
	if _, err := db.Compact(ctx, false); !errors.Is(err, inbox.ErrDamaged) {
		t.Errorf("compacted: %v", err)
	}
	if names, err := filepath.Glob(db.path + ".new*"); err != nil || len(names) > 0 {
		t.Errorf("left over: %v %v", names, err)
	}
	if _, err := db.NewEpoch(ctx); err != nil {
		t.Errorf("the store does not go on: %v", err)
	}
}

// TestStampNeverGoesBack gives a file of few commits the number of one of
// many, and the other way round.
func TestStampNeverGoesBack(t *testing.T) {
	for _, txn := range []uint64{1, 1000, 1001} {
		s := newSpot(t)
		f, err := os.OpenFile(s.path, os.O_RDWR, 0)
		if err != nil {
			t.Fatal(err)
		}
		was := readMetas(f)[0]
		if err := stamp(f, txn); err != nil {
			t.Fatal(err)
		}
		metas := readMetas(f)
		want := max(txn, was.txn)
		if len(metas) != 2 || metas[0].txn != want || metas[1].txn != want-1 || metas[0].root != was.root || metas[1].root != was.root {
			t.Errorf("%d: %+v of %+v", txn, metas, was)
		}
		if err := f.Close(); err != nil {
			t.Fatal(err)
		}
		if rep, err := Check(context.Background(), s.path); err != nil || rep.Total > 0 {
			t.Errorf("%d: %v, %v", txn, rep.Faults, err)
		}
	}
}
