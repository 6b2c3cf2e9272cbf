package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func (l *logFile) line(t *testing.T, s string) {
	t.Helper()
	if n, err := l.Write([]byte(s)); n != len(s) || err != nil {
		t.Fatalf("write %q: %d, %v", s, n, err)
	}
}

func holds(t *testing.T, path, want string) {
	t.Helper()
	got, err := os.ReadFile(path)
	if err != nil || string(got) != want {
		t.Errorf("%s holds %q, %v; want %q", filepath.Base(path), got, err, want)
	}
	if info, err := os.Stat(path); err == nil && info.Mode().Perm() != 0o600 {
		t.Errorf("%s is %v", filepath.Base(path), info.Mode())
	}
}

func TestTheLogHasABound(t *testing.T) {
	path := filepath.Join(t.TempDir(), "state", "vigie.log")
	open := func() *logFile {
		l, err := openLogFile(path, 10)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = l.Close() })
		return l
	}
	one, two := open(), open()
	one.line(t, "one 1\n")
	one.line(t, "1\n")
	holds(t, path, "one 1\n1\n")
	one.line(t, "one 2\n")
	holds(t, path+".old", "one 1\n1\n")
	holds(t, path, "one 2\n")

	two.line(t, "2\n") // of before: it goes where the log was put
	two.line(t, "two 3 is long\n")
	holds(t, path, "one 2\ntwo 3 is long\n")
	holds(t, path+".old", "one 1\n1\n2\n")

	three := open()
	three.line(t, strings.Repeat("x", 20)+"\n")
	holds(t, path, strings.Repeat("x", 20)+"\n")
	holds(t, path+".old", "one 2\ntwo 3 is long\n")
}

// TestALogThatCannotBePutAside goes on.
func TestALogThatCannotBePutAside(t *testing.T) {
	path := filepath.Join(t.TempDir(), "vigie.log")
	l, err := openLogFile(path, 4)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	if err := os.MkdirAll(filepath.Join(path+".old", "full"), 0o700); err != nil {
		t.Fatal(err)
	}
	l.line(t, "a\n")
	l.line(t, "bcd\n")
	l.line(t, "e\n")
	holds(t, path, "a\nbcd\ne\n")
}
