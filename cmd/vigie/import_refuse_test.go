package main

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"vigie/tui/lang"
)

// TestRefusedForOneReason: a reason that many lines share does not hide the
// lines that are broken.
func TestRefusedForOneReason(t *testing.T) {
	var err, all bytes.Buffer
	r := refusals{p: lang.For(lang.English), err: &err, all: &all}
	for i := range 100 {
		r.add(i, "unknown account")
	}
	r.add(100, "not JSON")
	r.end()
	told := err.String()
	if n := strings.Count(told, "unknown account"); n != refusedAlike {
		t.Errorf("told %d times", n)
	}
	if !strings.Contains(told, "line 100 refused: not JSON") || !strings.Contains(told, "97 other lines") {
		t.Errorf("told %q", told)
	}
	if n := strings.Count(all.String(), "\n"); n != 101 {
		t.Errorf("%d lines in the list of all", n)
	}
	err.Reset()
	r = refusals{p: lang.For(lang.English), err: &err}
	for i := range 50 {
		r.add(i, fmt.Sprint("reason ", i))
	}
	if n := strings.Count(err.String(), "\n"); n != refusedTold {
		t.Errorf("%d lines told of 50 with a reason each", n)
	}
}
