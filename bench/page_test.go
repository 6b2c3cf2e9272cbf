package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"vigie/bench/table"
)

func TestValueOf(t *testing.T) {
	const text = "processor\t: 0\nmodel name\t: EPYC 7B13\nmodel name\t: other\nPRETTY_NAME=\"Debian\"\n"
	for name, want := range map[string]string{"model name": "EPYC 7B13", "PRETTY_NAME": `"Debian"`, "flags": ""} {
		if got := valueOf(text, name); got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
}

// TestPageTakesFigures: docs/performance.md has its marks, and a report goes
// between them.
func TestPageTakesFigures(t *testing.T) {
	page, err := os.ReadFile("../docs/performance.md")
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "page.md")
	if err := os.WriteFile(path, page, 0o600); err != nil {
		t.Fatal(err)
	}
	r := table.Report{At: time.Now(), Kind: "quick", Rows: []table.Row{{Topic: "Keys", Measure: "a measure of this test"}}}
	if err := write(path, r); err != nil {
		t.Fatal(err)
	}
	got, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(got), "| a measure of this test |") || !strings.HasPrefix(string(got), "# ") {
		t.Errorf("%s", got)
	}
}
