package main

import (
	"bytes"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"vigie/tui/lang"
)

// TestWhatAServerSaysUntilItIsReady has a server say what keeps it, and then
// that it is ready, or end.
func TestWhatAServerSaysUntilItIsReady(t *testing.T) {
	for _, ends := range []bool{false, true} {
		read, write, err := os.Pipe()
		if err != nil {
			t.Fatal(err)
		}
		var told bytes.Buffer
		p := &program{err: &told, p: lang.For(lang.English)}
		s := &starting{pipe: write}
		s.migrating("old.backup")
		if ends {
			err = write.Close()
		} else {
			err = s.ready()
		}
		if err != nil {
			t.Fatal(err)
		}
		err = p.awaitReady(read)
		if ends != errors.Is(err, io.EOF) || !ends && err != nil {
			t.Errorf("ends %t: %v", ends, err)
		}
		if !strings.Contains(told.String(), "(once)") || !strings.Contains(told.String(), "old.backup") {
			t.Errorf("told %q", told.String())
		}
		if err := read.Close(); err != nil {
			t.Error(err)
		}
	}
}

// TestAMigrationIsTold opens a store of an earlier schema: what is done and
// where the former one stays is told once, and listed later.
func TestAMigrationIsTold(t *testing.T) {
	r := newRig(t, "")
	old, err := os.ReadFile(filepath.Join("..", "..", "store", "testdata", "schema-1.db"))
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(r.dir, "vigie.db")
	if err := os.WriteFile(path, old, 0o600); err != nil {
		t.Fatal(err)
	}
	backup := path + ".schema-1.backup"
	first := r.run("", "list")
	if first.code != exitOK || !strings.Contains(first.err, "(once)") || !strings.Contains(first.err, backup) {
		t.Errorf("first: %+v", first)
	}
	if again := r.run("", "list"); again.code != exitOK || again.err != "" {
		t.Errorf("again: %+v", again)
	}
	for _, command := range []string{"backups", "doctor"} {
		if got := r.run("", command); !strings.Contains(got.out, backup) || !strings.Contains(got.out, "nothing removes it") {
			t.Errorf("%s: %+v", command, got)
		}
	}
}
