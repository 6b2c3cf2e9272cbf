package store

import (
	"path/filepath"
	"strings"
	"testing"
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
