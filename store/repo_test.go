package store

import (
	"context"
	"path/filepath"
	"testing"

	"vigie/inbox"
	"vigie/store/repotest"
)

func testDB(t *testing.T) *DB {
	t.Helper()
	db, err := Open(context.Background(), filepath.Join(t.TempDir(), "vigie.db"), Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	return db
}

// TestRepo runs the contract; every store it leaves must pass its own check.
func TestRepo(t *testing.T) {
	t.Parallel()
	repotest.Run(t, func(t *testing.T) inbox.Repo {
		db := testDB(t)
		t.Cleanup(func() {
			rep, err := db.Check(context.Background())
			if err != nil {
				t.Fatal(err)
			}
			for _, f := range rep.Faults {
				t.Error(f)
			}
		})
		return db
	})
}
