package store

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"vigie/inbox"
)

func TestPlaceOfTheStore(t *testing.T) {
	dir := t.TempDir()
	if a, b := Unsafe(dir), Unsafe(filepath.Join(dir, "not", "there", "yet")); a != b {
		t.Errorf("%q, but %q of a path that is not there yet", a, b)
	}
	if kind := Unsafe("/proc/self/status"); kind != "" {
		t.Errorf("/proc is %q", kind)
	}
	for magic, kind := range unsafeKinds {
		if kind == "" || strings.ToLower(kind) != kind || magic == 0xEF53 {
			t.Errorf("%#x: %q", magic, kind)
		}
	}
}

// TestUnpackedDirectoryIsNoticed puts a store and its side file back as they
// were, as whoever restores a whole directory does.
func TestUnpackedDirectoryIsNoticed(t *testing.T) {
	s := newSpot(t)
	f, err := os.Open(s.path)
	if err != nil {
		t.Fatal(err)
	}
	want := inbox.RollbackCopy
	if born(f) == 0 { // a file system that does not say
		want = ""
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	noticedAs(t, func(t *testing.T, s spot) {
		for _, path := range []string{s.path, seenPath(s.path)} {
			file := s.read(path)
			if err := errors.Join(os.Remove(path), os.WriteFile(path, file, 0o600)); err != nil {
				t.Fatal(err)
			}
		}
	}, want)
}

// TestMovedStoreIsTheSame renames a store within its file system.
func TestMovedStoreIsTheSame(t *testing.T) {
	s := newSpot(t)
	to := spot{t, s.path + ".moved"}
	if err := errors.Join(os.Rename(s.path, to.path), os.Rename(seenPath(s.path), seenPath(to.path))); err != nil {
		t.Fatal(err)
	}
	if info, noticed := to.info(); noticed || info.Rollback != "" {
		t.Errorf("noticed %v, %+v", noticed, info)
	}
}
