package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"go.etcd.io/bbolt"
)

// zero clears the first page of a bucket of a closed store.
func (r *rig) zero(bucket string) {
	r.t.Helper()
	path := filepath.Join(r.dir, "vigie.db")
	db, err := bbolt.Open(path, 0o600, &bbolt.Options{Timeout: time.Second})
	if err != nil {
		r.t.Fatal(err)
	}
	var at, size int64
	err = db.View(func(tx *bbolt.Tx) error {
		at, size = int64(tx.Bucket([]byte(bucket)).Root()), int64(db.Info().PageSize)
		return nil
	})
	if err != nil {
		r.t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		r.t.Fatal(err)
	}
	if at == 0 {
		r.t.Fatalf("%s has no page of its own", bucket)
	}
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		r.t.Fatal(err)
	}
	if _, err := f.WriteAt(make([]byte, size), at*size); err != nil {
		r.t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		r.t.Fatal(err)
	}
}

// TestZeroedPageIsTold reads a store of which a page is gone, which a process
// that does not look it over first meets anywhere: each command names the
// file, the newest good backup and what to type.
func TestZeroedPageIsTold(t *testing.T) {
	for bucket, commands := range map[string][]string{
		"threads":  {"list", "show 3", "export", "search question", "backup FILE"},
		"messages": {"show 3", "export", "search question", "backup FILE"},
	} {
		t.Run(bucket, func(t *testing.T) {
			r := newRig(t, "")
			for i := range 40 {
				r.say("miette-mastodon", "mention", fmt.Sprintf("question %d", i))
			}
			r.must("sync")
			if err := os.Mkdir(filepath.Join(r.dir, "backups"), 0o700); err != nil {
				t.Fatal(err)
			}
			good := filepath.Join(r.dir, "backups", "vigie-20261122T070000Z.db")
			r.must("backup", good)
			r.zero(bucket)
			for _, words := range commands {
				words = strings.ReplaceAll(words, "FILE", filepath.Join(t.TempDir(), "copy.db"))
				got := r.run("", strings.Fields(words)...)
				if got.code != exitFailure || words != "export" && strings.Count(got.err, "\n") != 1 {
					t.Errorf("vigie %s: exit %d: %s", words, got.code, got.err)
				}
				for _, want := range []string{filepath.Join(r.dir, "vigie.db"), good, "vigie restore --newest"} {
					if !strings.Contains(got.err, want) {
						t.Errorf("vigie %s does not say %q: %s", words, want, got.err)
					}
				}
			}
			if got := r.run("", "doctor"); !strings.Contains(got.out, "damaged records") || !strings.Contains(got.out, "miette-bluesky") {
				t.Errorf("doctor ended early: %+v", got)
			}
		})
	}
}

// TestDamagedThreadIsTold has a thread whose record is damaged.
func TestDamagedThreadIsTold(t *testing.T) {
	r := damagedRig(t)
	r.hurt("threads", spoil)
	for words, wants := range map[string]string{
		"list":            "1 thread cannot be read and is left out — vigie doctor",
		"search première": "1 message cannot be read and is left out — vigie doctor",
	} {
		got := r.run("", strings.Fields(words)...)
		if got.code != exitOK || wants != "" && !strings.Contains(got.err, wants) {
			t.Errorf("vigie %s: %+v", words, got)
		}
	}
	for _, words := range []string{"show 1", "backup " + filepath.Join(t.TempDir(), "copy.db")} {
		got := r.run("", strings.Fields(words)...)
		if got.code != exitFailure || strings.Count(got.err, "\n") != 1 || !strings.Contains(got.err, "vigie doctor tells more") {
			t.Errorf("vigie %s: %+v", words, got)
		}
	}
	defer r.serve()()
	r.must("list")
	if st := r.one("status", "--json"); st["problem"].(map[string]any)["code"] != "damaged" {
		t.Errorf("status: %v", st["problem"])
	}
	var bad []map[string]any
	r.eventually("a marked backup is made", func() bool {
		bad = rows(t, r.must("backups", "--json"))
		return len(bad) > 0
	})
	path, _ := bad[0]["path"].(string)
	if bad[0]["damaged"] != true || !strings.HasSuffix(path, ".damaged.db") {
		t.Errorf("%v", bad)
	}
	if shown := r.must("backups"); !strings.Contains(shown, "vigie restore --damaged") {
		t.Errorf("backups:\n%s", shown)
	}
}

// TestMarkedBackupIsRestoredOnPurpose puts a copy with a damaged record back.
func TestMarkedBackupIsRestoredOnPurpose(t *testing.T) {
	r := damagedRig(t)
	copied := filepath.Join(t.TempDir(), "copy.db")
	r.hurt("threads", spoil)
	b, err := os.ReadFile(filepath.Join(r.dir, "vigie.db"))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(copied, b, 0o600); err != nil {
		t.Fatal(err)
	}
	if got := r.run("", "restore", copied); got.code != exitFailure {
		t.Errorf("restored without asking: %+v", got)
	}
	r.must("restore", copied, "--damaged")
	if n := len(rows(t, r.must("list", "--json"))); n != 2 {
		t.Errorf("%d threads", n)
	}
}
