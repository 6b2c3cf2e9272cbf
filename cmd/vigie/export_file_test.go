package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"go.etcd.io/bbolt"
)

// TestExportToAFile: the file is the export, and appears in one piece.
func TestExportToAFile(t *testing.T) {
	r := newRig(t, "")
	if got := r.run(messageLines(40), "import", "--create", "-"); got.code != exitOK {
		t.Fatalf("%+v", got)
	}
	want := r.must("export")
	dir := t.TempDir()
	file := filepath.Join(dir, "out.jsonl")
	written := func(what string) {
		t.Helper()
		got, err := os.ReadFile(file)
		if err != nil || string(got) != want {
			t.Errorf("%s: %v, %d bytes, want %d", what, err, len(got), len(want))
		}
		if list, err := os.ReadDir(dir); err != nil || len(list) != 1 {
			t.Errorf("%s: beside it %v, %v", what, list, err)
		}
	}
	if out := r.must("export", "--out", file); !strings.Contains(out, " lines written to "+file) {
		t.Errorf("told %q", out)
	}
	written("alone")
	if fi, err := os.Stat(file); err != nil || fi.Mode().Perm() != 0o600 {
		t.Errorf("%v, %v", fi.Mode(), err)
	}
	stop := r.serve()
	if out := r.must("export", "--out="+file); !strings.Contains(out, " lines written to "+file) {
		t.Errorf("told through the server %q", out)
	}
	written("through the server")
	empty := filepath.Join(t.TempDir(), "empty")
	if out := r.must("export", "zzzz", "--out", empty); out != empty+" is empty: nothing matches\n" {
		t.Errorf("told of nothing %q", out)
	}
	stop()

	if got := r.run("", "export", "--out", file, "kind:nonsense"); got.code != exitUsage {
		t.Errorf("%+v", got)
	}
	written("after a failure")
	if got := r.run("", "export", "--out", filepath.Join(dir, "none", "out")); got.code != exitFailure {
		t.Errorf("%+v", got)
	}
	if got := r.must("export", "--out", "-"); got != want {
		t.Errorf("to standard output: %d bytes", len(got))
	}
}

// TestExportOfDamageToAFile: what can be read is written.
func TestExportOfDamageToAFile(t *testing.T) {
	r := newRig(t, "")
	if got := r.run(messageLines(40), "import", "--create", "-"); got.code != exitOK {
		t.Fatalf("%+v", got)
	}
	hurt := false
	r.hurt("messages", func(b *bbolt.Bucket, key, value []byte) error {
		if hurt {
			return nil
		}
		hurt = true
		return b.Put(key, value[:len(value)/2])
	})
	file := filepath.Join(t.TempDir(), "out.jsonl")
	if got := r.run("", "export", "--out", file); got.code != exitPartly {
		t.Errorf("%+v", got)
	}
	if got, err := os.ReadFile(file); err != nil || strings.Count(string(got), `"type":"message"`) != 39 {
		t.Errorf("%v\n%s", err, got)
	}
}
