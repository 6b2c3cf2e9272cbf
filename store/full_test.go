package store

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"syscall"
	"testing"

	"vigie/inbox"
)

// TestFullDiskIsGotOver limits how long files may be: of a store that cannot
// be enlarged, and of one that was and cannot be written.
func TestFullDiskIsGotOver(t *testing.T) {
	for _, what := range []string{"full to enlarge", "full to write"} {
		cmd := exec.Command(os.Args[0], filepath.Join(t.TempDir(), "vigie.db"))
		cmd.Env = append(os.Environ(), childEnv+"="+what)
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Errorf("%s: %v: %s", what, err, out)
		}
	}
}

func TestIOErrorStopsWriting(t *testing.T) {
	db, ctx := testDB(t), context.Background()
	fill(t, db, corpus(10), 10, inbox.Live, inbox.Native)
	next := readMetas(db.file)[0].txn + 1
	if err := db.commitFailed(db.file, next, syscall.ENOSPC); !errors.Is(err, syscall.ENOSPC) || !errors.Is(err, inbox.ErrFull) {
		t.Fatal(err)
	}
	if _, err := db.NewEpoch(ctx); err != nil {
		t.Errorf("a full disk stopped the store: %v", err)
	}
	if err := db.commitFailed(db.file, next+1, &os.PathError{Op: "write", Path: db.Path(), Err: syscall.EIO}); !errors.Is(err, syscall.EIO) {
		t.Fatal(err)
	}
	if _, err := db.NewEpoch(ctx); !errors.Is(err, syscall.EIO) || !errors.Is(err, errStopped) {
		t.Errorf("after an input/output error: %v", err)
	}
	if _, err := db.Thread(ctx, 1); err != nil {
		t.Errorf("reading stopped: %v", err)
	}
}

// limitFiles says how long a file may be; 0: as long as it likes.
func limitFiles(bytes uint64) error {
	var l syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_FSIZE, &l); err != nil {
		return err
	}
	if l.Cur = bytes; bytes == 0 {
		l.Cur = l.Max
	}
	return syscall.Setrlimit(syscall.RLIMIT_FSIZE, &l)
}

// fullDisk fills the store up to a limit, beginning with so many messages.
func fullDisk(db *DB, first int) error {
	signal.Ignore(syscall.SIGXFSZ)
	ctx, msgs, stored := context.Background(), corpus(10_000), 0
	ingest := func(upTo int) (err error) {
		for ; stored < upTo && err == nil; stored += 100 {
			_, err = db.Ingest(ctx, inbox.Ingest{Account: benchAccount(), Messages: msgs[stored : stored+100]})
		}
		return err
	}
	if err := errors.Join(ingest(first), limitFiles(1<<20)); err != nil {
		return err
	}
	for range 3 { // as often as somebody tries
		if err := ingest(len(msgs)); !errors.Is(err, inbox.ErrFull) {
			return fmt.Errorf("the disk is full: %w", err)
		}
		stored -= 100
	}
	rep, err := db.Check(ctx)
	if err != nil || rep.Total > 0 {
		return fmt.Errorf("after the disk was full: %v %w", rep.Faults, err)
	}
	info, err := db.Info(ctx)
	if err != nil || info.Messages != uint64(stored) {
		return fmt.Errorf("%d messages, want %d: %w", info.Messages, stored, err)
	}
	if err := noHalfBackup(ctx, db); err != nil {
		return err
	}
	if err := limitFiles(0); err != nil {
		return err
	}
	return ingest(len(msgs))
}

func noHalfBackup(ctx context.Context, db *DB) error {
	if err := limitFiles(8 << 10); err != nil {
		return err
	}
	dir := filepath.Join(filepath.Dir(db.Path()), "backups")
	if _, err := (Backups{Dir: dir, Clock: wall{}}).Backup(ctx, db); !errors.Is(err, inbox.ErrFull) {
		return fmt.Errorf("a backup on a full disk: %w", err)
	}
	if left, err := os.ReadDir(dir); err != nil || len(left) > 0 {
		return fmt.Errorf("half a backup: %v %w", left, err)
	}
	return nil
}
