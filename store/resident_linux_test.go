package store

import (
	"bytes"
	"os"
	"path/filepath"
	"strconv"
	"testing"

	"go.etcd.io/bbolt"

	"vigie/inbox"
)

// mapped is how much of the process's memory is pages of files, in KiB.
func mapped(t *testing.T) int {
	t.Helper()
	raw, err := os.ReadFile("/proc/self/status")
	if err != nil {
		t.Fatal(err)
	}
	for line := range bytes.Lines(raw) {
		if rest, ok := bytes.CutPrefix(line, []byte("RssFile:")); ok {
			n, err := strconv.Atoi(string(bytes.Fields(rest)[0]))
			if err != nil {
				t.Fatal(err)
			}
			return n
		}
	}
	t.Fatal("no RssFile")
	return 0
}

// TestRelease lets pages of the file go and reads and writes on.
func TestRelease(t *testing.T) {
	ctx := t.Context()
	db, err := Open(ctx, filepath.Join(t.TempDir(), "s.db"), Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	big := bytes.Repeat([]byte("x"), 16<<20)
	if err := db.bolt.Update(func(tx *bbolt.Tx) error { return tx.Bucket([]byte(bucketNames[bMessages])).Put([]byte("big"), big) }); err != nil {
		t.Fatal(err)
	}
	read := func() {
		t.Helper()
		if err := db.view(ctx, func(r *rtx) error {
			if !bytes.Equal(r.bucket(bMessages).Get([]byte("big")), big) {
				t.Error("other bytes")
			}
			return nil
		}); err != nil {
			t.Fatal(err)
		}
	}
	read()
	before := mapped(t)
	if err := db.Release(ctx); err != nil {
		t.Fatal(err)
	}
	if after := mapped(t); before-after < 12<<10 {
		t.Errorf("%d KiB of files, then %d", before, after)
	}
	read()
	if err := db.SaveStream(ctx, inbox.StreamState{Account: "a", Stream: "s"}); err != nil {
		t.Error(err)
	}
}
