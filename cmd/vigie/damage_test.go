package main

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"go.etcd.io/bbolt"
)

// hurt changes a record of a closed store behind its back.
func (r *rig) hurt(bucket string, change func(b *bbolt.Bucket, key, value []byte) error) {
	r.t.Helper()
	db, err := bbolt.Open(filepath.Join(r.dir, "vigie.db"), 0o600, &bbolt.Options{Timeout: time.Second})
	if err != nil {
		r.t.Fatal(err)
	}
	err = db.Update(func(tx *bbolt.Tx) error {
		b := tx.Bucket([]byte(bucket))
		key, value := b.Cursor().First()
		return change(b, []byte(string(key)), []byte(string(value)))
	})
	if err != nil {
		r.t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		r.t.Fatal(err)
	}
}

// spoil flips bits of a bucket's first record, lose takes it away.
func spoil(b *bbolt.Bucket, key, value []byte) error {
	value[len(value)/2] ^= 0x55
	return b.Put(key, value)
}

func lose(b *bbolt.Bucket, key, _ []byte) error { return b.Delete(key) }

// damagedRig has three threads of one message each; the first has a note.
func damagedRig(t *testing.T) *rig {
	t.Helper()
	r := newRig(t, "")
	for _, s := range []string{"première", "deuxième", "troisième"} {
		r.say("miette-mastodon", "mention", s)
	}
	r.must("sync")
	r.must("note", "1", "fidèle")
	return r
}

func TestExportGoesOnAfterDamage(t *testing.T) {
	for name, change := range map[string]func(b *bbolt.Bucket, key, value []byte) error{"spoilt": spoil, "lost": lose} {
		for _, bucket := range []string{"messages", "events", "threads"} {
			t.Run(bucket+" "+name, func(t *testing.T) {
				r := damagedRig(t)
				all := r.must("export")
				r.hurt(bucket, change)
				got := r.run("", "export")
				if got.code != exitPartly {
					t.Errorf("exit %d: %s", got.code, got.err)
				}
				said := map[string]string{
					"messages": "thread 1: left out as damaged: messages 1, events 0",
					"events":   "thread 1: left out as damaged: messages 0, events 1",
					"threads":  "1 thread cannot be read and is left out",
				}
				if !strings.Contains(got.err, said[bucket]) {
					t.Errorf("stderr: %s", got.err)
				}
				missing := strings.Count(all, "\n") - strings.Count(got.out, "\n")
				if n := strings.Count(got.out, `"type":"message"`); (bucket == "events") != (n == 3) || n < 2 {
					t.Errorf("%d messages left:\n%s", n, got.out)
				}
				if missing < 1 || (bucket != "threads" && missing > 1) {
					t.Errorf("%d lines less:\n%s", missing, got.out)
				}
				for line := range strings.Lines(got.out) {
					if !strings.Contains(all, line) {
						t.Errorf("not in the whole export: %s", line)
					}
				}
			})
		}
	}
}

func TestShowNamesADamagedMessage(t *testing.T) {
	r := damagedRig(t)
	r.hurt("messages", spoil)
	shown := r.must("show", "1")
	if !strings.Contains(shown, "damaged record") || !strings.Contains(shown, "fidèle") || strings.Contains(shown, "première") {
		t.Errorf("show:\n%s", shown)
	}
	got := r.run("", "show", "--json", "1")
	if got.code != exitPartly || !strings.Contains(got.err, "messages 1, events 0") || !strings.Contains(got.out, `"type":"note"`) {
		t.Errorf("show --json: exit %d\n%s%s", got.code, got.out, got.err)
	}
}

// rollBack overwrites one of the store's two tables of contents.
func (r *rig) rollBack() {
	r.t.Helper()
	f, err := os.OpenFile(filepath.Join(r.dir, "vigie.db"), os.O_RDWR, 0)
	if err != nil {
		r.t.Fatal(err)
	}
	size := int64(os.Getpagesize())
	if _, err := f.WriteAt(make([]byte, size), size); err != nil {
		r.t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		r.t.Fatal(err)
	}
}

func TestRolledBackStoreIsTold(t *testing.T) {
	r := damagedRig(t)
	if quiet := r.run("", "list"); quiet.err != "" {
		t.Fatalf("a whole store: %s", quiet.err)
	}
	const sentence = "the newest change may be missing"
	r.rollBack()
	got := r.run("", "list")
	if got.code != exitOK || strings.Count(got.err, sentence) != 1 || strings.Count(got.err, "\n") != 1 {
		t.Errorf("list: exit %d, stderr: %s", got.code, got.err)
	}
	log, err := os.ReadFile(filepath.Join(r.dir, "vigie.log"))
	if err != nil || !strings.Contains(string(log), `"level":"WARN","msg":"store rolled back"`) {
		t.Errorf("the log: %s, %v", log, err)
	}
	r.rollBack()
	if got := r.run("", "doctor"); !strings.Contains(got.out, "look") || !strings.Contains(got.out, sentence) {
		t.Errorf("doctor:\n%s%s", got.out, got.err)
	}
}

func TestRolledBackStoreIsInStatus(t *testing.T) {
	for _, back := range []bool{false, true} {
		t.Run(strconv.FormatBool(back), func(t *testing.T) {
			r := damagedRig(t)
			if back {
				r.rollBack()
			}
			defer r.serve()()
			if shown := r.must("status"); strings.Contains(shown, "the newest change may be missing") != back {
				t.Errorf("status:\n%s", shown)
			}
			if shown := r.must("status", "--json"); !strings.Contains(shown, `"rolled_back":`+strconv.FormatBool(back)) {
				t.Errorf("status --json:\n%s", shown)
			}
		})
	}
}

func TestUnusableStoreNamesTheNextStep(t *testing.T) {
	for name, content := range map[string]string{"not a vigie store": strings.Repeat("no store ", 1000), "damaged": ""} {
		t.Run(name, func(t *testing.T) {
			r := damagedRig(t)
			path := filepath.Join(r.dir, "vigie.db")
			older, newer := path+".schema-0.backup", path+".before-restore-20261122T080000.000Z"
			for i, copied := range []string{older, newer} {
				r.must("backup", copied)
				at := time.Date(2026, 11, 22, 8+i, 0, 0, 0, time.UTC)
				if err := os.Chtimes(copied, at, at); err != nil {
					t.Fatal(err)
				}
			}
			if content == "" {
				raw, err := os.ReadFile(path)
				if err != nil {
					t.Fatal(err)
				}
				content = string(raw[:4*os.Getpagesize()])
			}
			if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
				t.Fatal(err)
			}
			for _, step := range []struct{ remove, wants, names string }{
				{"", "vigie restore --newest", older}, // which a migration made
				{older, "vigie restore FICHIER", newer},
				{newer, "aucune copie à côté", "vigie restore FICHIER"},
			} {
				if step.remove != "" {
					if err := os.Remove(step.remove); err != nil {
						t.Fatal(err)
					}
				}
				got := r.run("", "--lang", "fr", "list")
				if got.code != exitFailure || !strings.Contains(got.err, step.wants) || !strings.Contains(got.err, step.names) || strings.Count(got.err, "\n") != 1 {
					t.Errorf("exit %d: %s", got.code, got.err)
				}
			}
		})
	}
}
