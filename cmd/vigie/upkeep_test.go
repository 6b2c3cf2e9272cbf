package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// ruled is a rig whose client miette keeps messages for a year, with one
// conversation of long ago and one of yesterday, both done.
func ruled(t *testing.T) *rig {
	t.Helper()
	r := newRig(t, "")
	path := filepath.Join(r.dir, "config.yaml")
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	raw = []byte(strings.Replace(string(raw), "- id: miette\n", "- id: miette\n    retention: 12mo\n", 1))
	if err := os.WriteFile(path, raw, 0o600); err != nil {
		t.Fatal(err)
	}
	var lines strings.Builder
	for id, at := range map[string]time.Time{"old": time.Now().AddDate(-2, 0, 0), "young": time.Now().AddDate(0, 0, -1)} {
		fmt.Fprintf(&lines, `{"v":1,"type":"message","client":"miette","account":"miette-mastodon","network":"mastodon","kind":"mention","thread":"t-%s","id":"m-%s","at":%q,"author":{"id":"a-%s","name":"Lea %s"},"text":"text-of-%s"}`+"\n",
			id, id, at.UTC().Format(time.RFC3339), id, id, id)
	}
	if got := r.run(lines.String(), "import", "--archive", "-"); got.code != exitOK {
		t.Fatalf("import: %+v", got)
	}
	return r
}

// TestUpkeepCommands runs what looks after the store, on the store itself and
// through a server.
func TestUpkeepCommands(t *testing.T) {
	for _, served := range []bool{false, true} {
		t.Run(fmt.Sprint("served ", served), func(t *testing.T) {
			r := ruled(t)
			if served {
				defer r.serve()()
			}
			row := only(t, r.must("retention", "--json"))
			if row["messages"] != 1.0 || row["erased"] != false || row["rule"] != "12mo" || row["client"] != "miette" {
				t.Errorf("would erase %v", row)
			}
			if out := r.must("retention"); !strings.Contains(out, "1 messages") || !strings.Contains(out, "--run") {
				t.Errorf("retention: %q", out)
			}
			if out := r.must("search", "-n", "9", "text-of-old"); !strings.Contains(out, "text-of-old") {
				t.Errorf("search before: %q", out)
			}
			old := strings.TrimSpace(r.must("list", "-q", "is:done text-of-old"))
			out := r.must("retention", "--run")
			if !strings.Contains(out, "1 messages erased") || !strings.Contains(out, "vigie compact") {
				t.Errorf("certificate: %q", out)
			}
			for _, args := range [][]string{{"show", old}, {"list", "is:done"}, {"search", "client:miette"}} {
				if out := r.must(args...); !strings.Contains(out, "— ") || !strings.Contains(out, "(erased: retention)") || strings.Contains(out, "deleted on") {
					t.Errorf("vigie %v: %q", args, out)
				}
			}
			row = only(t, r.must("retention", "--run", "--json"))
			if row["messages"] != 0.0 || row["threads"] != 0.0 || row["erased"] != true {
				t.Errorf("erased again: %v", row)
			}
			if out := r.must("search", "text-of-young"); !strings.Contains(out, "text-of-young") {
				t.Errorf("what is younger went too: %q", out)
			}
			row = only(t, r.must("compact", "--if-worth", "--json"))
			if row["done"] != false || row["before"] != row["after"] {
				t.Errorf("not worth while: %v", row)
			}
			if out := r.must("compact"); !strings.Contains(out, "iB → ") {
				t.Errorf("compact: %q", out)
			}
			file, err := os.ReadFile(filepath.Join(r.dir, "vigie.db"))
			if err != nil || strings.Contains(string(file), "text-of-old") || !strings.Contains(string(file), "text-of-young") {
				t.Errorf("the file still has what was erased, or lacks what was not (%v)", err)
			}
			for _, args := range [][]string{{"reindex", "--json"}, {"reindex", "--status", "--json"}} {
				if row := only(t, r.must(args...)); row["messages"] != 2.0 || row["indexed"] != 2.0 {
					t.Errorf("vigie %v: %v", args, row)
				}
			}
			if out := r.must("reindex"); !strings.Contains(out, "whole") {
				t.Errorf("reindex: %q", out)
			}
			if out := r.must("search", "text-of-young"); !strings.Contains(out, "text-of-young") {
				t.Errorf("search after: %q", out)
			}
			if got := r.run("", "search", "--count", "text-of-old"); strings.TrimSpace(got.out) != "0" {
				t.Errorf("what was erased is found: %+v", got)
			}
		})
	}
}

// only is the one row that a command printed.
func only(t *testing.T, out string) map[string]any {
	t.Helper()
	list := rows(t, out)
	if len(list) != 1 {
		t.Fatalf("%d rows: %q", len(list), out)
	}
	return list[0]
}

func TestRetentionWithoutARule(t *testing.T) {
	r := newRig(t, "")
	for _, args := range [][]string{{"retention"}, {"retention", "--run"}} {
		if out := r.must(args...); !strings.Contains(out, "nothing is ever erased") {
			t.Errorf("vigie %v: %q", args, out)
		}
	}
}
