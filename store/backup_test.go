package store

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"vigie/inbox"
)

func ids(t *testing.T, path string) inbox.StoreInfo {
	t.Helper()
	return idsBy(t, path, Options{})
}

func idsBy(t *testing.T, path string, opts Options) inbox.StoreInfo {
	t.Helper()
	db, err := Open(context.Background(), path, opts)
	if err != nil {
		t.Fatal(err)
	}
	info, err := db.Info(context.Background())
	if err := errors.Join(err, db.Close()); err != nil {
		t.Fatal(err)
	}
	return info
}

func TestBackupAndRestore(t *testing.T) {
	ctx, dir := context.Background(), t.TempDir()
	db := testDB(t)
	fill(t, db, corpus(300), 100, inbox.Live, inbox.Native)
	before, err := db.Info(ctx)
	if err != nil {
		t.Fatal(err)
	}
	backup, to := filepath.Join(dir, "backup.db"), filepath.Join(dir, "data", "vigie.db")
	for range 2 { // the second replaces the first
		if err := BackupFile(ctx, db, backup); err != nil {
			t.Fatal(err)
		}
	}
	saved, err := os.ReadFile(backup)
	if err != nil {
		t.Fatal(err)
	}
	if kept, err := RestoreFile(ctx, backup, to); err != nil || kept != "" {
		t.Fatalf("kept %q, %v", kept, err)
	}
	got := ids(t, to)
	if got.ID != before.ID || got.Epoch == before.Epoch || got.Messages != 300 {
		t.Errorf("restored %+v, was %+v", got, before)
	}
	kept, err := RestoreFile(ctx, backup, to)
	if err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(kept, to+".before-restore-") || idsBy(t, kept, Options{adopt: true}).Epoch != got.Epoch {
		t.Errorf("kept %s", kept)
	}
	if again := ids(t, to); again.Epoch == got.Epoch || again.Epoch == before.Epoch {
		t.Errorf("epoch %s again", again.Epoch)
	}
	if now, err := os.ReadFile(backup); err != nil || !bytes.Equal(now, saved) {
		t.Errorf("the backup was changed (%v)", err)
	}
	for _, pattern := range []string{filepath.Join(dir, "*.new-*"), filepath.Join(dir, "data", "*.new-*"), filepath.Join(dir, "data", "*.lock.json")} {
		if left, err := filepath.Glob(pattern); err != nil || len(left) > 0 {
			t.Errorf("left over: %v %v", left, err)
		}
	}
}

func TestRestoreOverADamagedStore(t *testing.T) {
	ctx, dir := context.Background(), t.TempDir()
	backup, to := filepath.Join(dir, "backup.db"), filepath.Join(dir, "vigie.db")
	if err := BackupFile(ctx, testDB(t), backup); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(to, []byte("ruin"), 0o600); err != nil {
		t.Fatal(err)
	}
	kept, err := RestoreFile(ctx, backup, to)
	if err != nil {
		t.Fatal(err)
	}
	if ruin, err := os.ReadFile(kept); err != nil || string(ruin) != "ruin" {
		t.Errorf("kept %q, %v", ruin, err)
	}
	ids(t, to)
}

func TestNothingIsRestoredFromDamage(t *testing.T) {
	ctx, dir := context.Background(), t.TempDir()
	db := testDB(t)
	sample(t, db)
	to, bad := filepath.Join(dir, "vigie.db"), filepath.Join(dir, "bad.db")
	ids(t, to)
	before, err := os.ReadFile(to)
	if err != nil {
		t.Fatal(err)
	}
	spoil(t, db, bMessages, 8, 1)
	var file bytes.Buffer
	if err := db.Backup(ctx, &file); err != nil {
		t.Fatal(err)
	}
	for name, b := range map[string][]byte{
		"a record": file.Bytes(), "cut off": file.Bytes()[:file.Len()-5000], "text": []byte("text"), "empty": nil,
	} {
		if err := os.WriteFile(bad, b, 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := RestoreFile(ctx, bad, to); !errors.Is(err, inbox.ErrDamaged) && !errors.Is(err, ErrNotStore) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if after, err := os.ReadFile(to); err != nil || !bytes.Equal(after, before) {
		t.Errorf("the store was changed (%v)", err)
	}
	if err := BackupFile(ctx, db, filepath.Join(dir, "b.db")); !errors.Is(err, inbox.ErrDamaged) {
		t.Errorf("a damaged record was backed up as good: %v", err)
	}
	if _, err := os.Stat(filepath.Join(dir, "b.db")); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("a bad backup has its name: %v", err)
	}
}

func TestBackupOverwritesNothingElse(t *testing.T) {
	ctx, dir := context.Background(), t.TempDir()
	db := testDB(t)
	letter := filepath.Join(dir, "letter.txt")
	if err := os.WriteFile(letter, []byte("dear"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{letter, db.Path(), dir} {
		if err := BackupFile(ctx, db, path); err == nil {
			t.Errorf("backed up over %s", path)
		}
	}
	if b, err := os.ReadFile(letter); err != nil || string(b) != "dear" {
		t.Errorf("letter is %q, %v", b, err)
	}
}

func TestBackupWhileOthersWrite(t *testing.T) {
	ctx := context.Background()
	db, msgs := testDB(t), corpus(4000)
	done := make(chan error, 2)
	go func() {
		for i := 0; i < len(msgs); i += 50 {
			if _, err := db.Ingest(ctx, inbox.Ingest{Account: benchAccount(), Messages: msgs[i : i+50]}); err != nil {
				done <- err
				return
			}
		}
		done <- nil
	}()
	go func() {
		for range 2000 {
			if _, err := db.Threads(ctx, inbox.ThreadQuery{Limit: 20}); err != nil {
				done <- err
				return
			}
			if _, err := db.Messages(ctx, 1, time.Time{}, 0); err != nil && !errors.Is(err, inbox.ErrNotFound) {
				done <- err
				return
			}
		}
		done <- nil
	}()
	for i := range 5 {
		path := filepath.Join(t.TempDir(), "backup.db")
		if err := BackupFile(ctx, db, path); err != nil {
			t.Errorf("backup %d: %v", i, err)
		}
		if rep, err := db.Check(ctx); err != nil || rep.Total > 0 {
			t.Errorf("check %d: %v, %v", i, rep.Faults, err)
		}
	}
	if err := errors.Join(<-done, <-done); err != nil {
		t.Error(err)
	}
}

func TestBackupEndsWithItsContext(t *testing.T) {
	db := testDB(t)
	fill(t, db, corpus(1000), 500, inbox.Live, inbox.Native)
	ctx, cancel := context.WithCancel(context.Background())
	err := db.Backup(ctx, writerFunc(func(b []byte) (int, error) { cancel(); return len(b), nil }))
	if !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}

type writerFunc func([]byte) (int, error)

func (f writerFunc) Write(b []byte) (int, error) { return f(b) }
