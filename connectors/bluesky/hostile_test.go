package bluesky_test

import (
	"bufio"
	"encoding/json"
	"os"
	"testing"
)

// hostile is a part of the corpus of hostile texts: every seventh, which
// meets all of its classes.
func hostile(tb testing.TB) []string {
	tb.Helper()
	f, err := os.Open("../../inbox/text/testdata/hostile.jsonl")
	if err != nil {
		tb.Fatal(err)
	}
	defer f.Close()
	var out []string
	lines := bufio.NewScanner(f)
	lines.Buffer(nil, 4<<20)
	for n := 0; lines.Scan(); n++ {
		var h struct{ Text string }
		if err := json.Unmarshal(lines.Bytes(), &h); err != nil {
			tb.Fatal(err)
		}
		if n%7 == 0 && len(h.Text) < 10_000 {
			out = append(out, h.Text)
		}
	}
	if err := lines.Err(); err != nil || len(out) < 20 {
		tb.Fatalf("%d hostile texts: %v", len(out), err)
	}
	return out
}
