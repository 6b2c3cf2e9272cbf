package store

import (
	"bytes"
	"context"
	"path/filepath"
	"reflect"
	"testing"

	"vigie/inbox"
)

// TestCopyWithoutItsSideFile takes a store elsewhere by its file alone: both
// the copy and a copy of the copy are told, and the original is not.
func TestCopyWithoutItsSideFile(t *testing.T) {
	s := newSpot(t)
	here, _ := s.info()
	from := s
	for range 2 {
		to := spot{t, filepath.Join(t.TempDir(), "vigie.db")}
		to.put(from.read(from.path))
		before, _ := from.info()
		info, noticed := to.info()
		if !noticed || info.Rollback != inbox.RollbackCopy || info.Epoch == before.Epoch {
			t.Errorf("noticed %v: %+v, copied from %+v", noticed, info, before)
		}
		from = to
	}
	if again, noticed := s.info(); noticed || !reflect.DeepEqual(again, here) {
		t.Errorf("the original: noticed %v, %+v, was %+v", noticed, again, here)
	}
}

// TestBackupIsNoCopy reads and restores the file of a store that had a side
// file, to a place where there was none.
func TestBackupIsNoCopy(t *testing.T) {
	ctx, s, dir := context.Background(), newSpot(t), t.TempDir()
	backup, to := filepath.Join(dir, "backup.db"), spot{t, filepath.Join(dir, "data", "vigie.db")}
	s.open(Options{}, func(db *DB) {
		if err := BackupFile(ctx, db, backup); err != nil {
			t.Fatal(err)
		}
	})
	before := s.read(backup)
	if rep, err := Check(ctx, backup); err != nil || rep.Total > 0 || rep.RolledBack {
		t.Errorf("%+v, %v", rep, err)
	}
	if _, err := RestoreFile(ctx, backup, to.path); err != nil {
		t.Fatal(err)
	}
	if info, noticed := to.info(); noticed || info.Rollback != "" {
		t.Errorf("restored: noticed %v, %+v", noticed, info)
	}
	if !bytes.Equal(before, s.read(backup)) {
		t.Error("the backup was changed")
	}
}

// TestRestoringIsNoAlarm restores an older backup the proper way.
func TestRestoringIsNoAlarm(t *testing.T) {
	ctx, s := context.Background(), newSpot(t)
	backup := filepath.Join(t.TempDir(), "backup.db")
	s.open(Options{}, func(db *DB) {
		if err := BackupFile(ctx, db, backup); err != nil {
			t.Fatal(err)
		}
	})
	for range 5 {
		s.open(Options{}, func(db *DB) { change(t, db) })
	}
	before, _ := s.info()
	if _, err := RestoreFile(ctx, backup, s.path); err != nil {
		t.Fatal(err)
	}
	after, noticed := s.info()
	if noticed || after.Rollback != "" || after.Epoch == before.Epoch {
		t.Errorf("noticed %v: %+v, was %+v", noticed, after, before)
	}
	if left, err := filepath.Glob(s.path + ".new-*"); err != nil || len(left) > 0 {
		t.Errorf("left over: %v %v", left, err)
	}
}
