package main

import (
	"encoding/json"
	"strings"
	"testing"
)

// TestManyThreadsAreCounted acts on more threads than anybody wants to read:
// one sentence with their number, and with --json every one.
func TestManyThreadsAreCounted(t *testing.T) {
	dir := newDir(t)
	if got := process(t, dir, messageLines(60), "import", "--create", "-"); got.code != exitOK {
		t.Fatalf("%+v", got)
	}
	ids := process(t, dir, "", "list", "-q").out
	if n := strings.Count(ids, "\n"); n != 15 {
		t.Fatalf("%d threads", n)
	}
	for _, c := range []struct{ stdin, args, want string }{
		{ids, "tag - +gros", "tagged: 15 threads\n"},
		{"", "undo", "15 threads\n"},
		{"3 4 5", "done -", "done: 3 4 5\n"},
		{"", "undo", "3 4 5\n"},
	} {
		got := process(t, dir, c.stdin, strings.Fields(c.args)...)
		if got.code != exitOK || !strings.HasSuffix(got.out, c.want) {
			t.Errorf("%s: %+v, want …%q", c.args, got, c.want)
		}
	}
	for _, args := range []string{"tag - +gros --json", "undo --json", "redo --json", "done - --json", "reopen - --json"} {
		var row struct {
			Did     string
			Threads []string
		}
		got := process(t, dir, ids, strings.Fields(args)...)
		if err := json.Unmarshal([]byte(got.out), &row); err != nil || row.Did == "" || len(row.Threads) != 15 {
			t.Errorf("%s: %+v: %v", args, got, err)
		}
	}
	if got := process(t, dir, strings.Replace(ids, "\n", "\n9999\n", 1), "done", "-"); got.code != exitNotFound || len(got.err) > 200 {
		t.Errorf("a thread that is not there: %+v", got)
	}
}
