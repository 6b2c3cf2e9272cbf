package main

import (
	"strings"
	"testing"
)

// TestAClientThatIsNot: a name that is mistyped is told with those that there
// are, and changes no exit code.
func TestAClientThatIsNot(t *testing.T) {
	r := newRig(t, "")
	in := `{"v":1,"type":"message","client":"ancien","account":"vieux","network":"forum","kind":"comment","thread":"t","id":"m","at":"2024-01-02T03:04:05Z","author":{"id":"u"},"text":"` +
		strings.Repeat("bla ", 60) + `ornithorynque"}` + "\n"
	if got := r.run(in, "import", "--create", "-"); got.code != exitOK {
		t.Fatalf("%+v", got)
	}
	for _, c := range []struct{ query, says string }{
		{"client:clinet2", "there is no client:clinet2; there are: ancien atlas clair"},
		{"net:mastodo", "bluesky forum mastodon"},
		{"account:none OR -account:vieux", "there is no account:none"},
		{"client:Miette", ""},
		{"client:ancien net:forum account:vieux", ""},
	} {
		for _, command := range []string{"search", "list", "export"} {
			got := r.run("", command, c.query)
			if got.code != exitOK || (got.err == "") != (c.says == "") || !strings.Contains(got.err, c.says) {
				t.Errorf("%s %s: %+v", command, c.query, got)
			}
		}
	}
	if out := r.must("search", "ornithorynque"); !strings.Contains(out, "…") || !strings.Contains(out, "ornithorynque") {
		t.Errorf("the row does not show what was found: %q", out)
	}
	if got := r.run("", "search", "-ornithorynque"); got.code != exitUsage || !strings.Contains(got.err, "vigie search -- -ornithorynque") {
		t.Errorf("a minus: %+v", got)
	}
	if out := r.must("search", "--", "-ornithorynque"); out != "" {
		t.Errorf("without the word: %q", out)
	}
}
