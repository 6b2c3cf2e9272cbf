package main

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"vigie/inbox"
	"vigie/tui/lang"
)

func TestAnsweredByCommand(t *testing.T) {
	through(t, func(t *testing.T, r *rig) {
		state := func() any { return r.one("list", "id:1 is:any", "--json")["state"] }
		r.must("answered", "1", "Oui,", "sur", "place")
		if got := state(); got != "theirs" {
			t.Errorf("answered elsewhere: %v", got)
		}
		if got := r.must("undo"); !strings.Contains(got, "kept as a draft") {
			t.Errorf("undo tells %s", got)
		}
		if got := state(); got != "ours" {
			t.Errorf("taken back: %v", got)
		}
		if got := r.must("drafts"); !strings.Contains(got, "Oui, sur place") {
			t.Errorf("the text is gone: %s", got)
		}
		if sent := r.answers("miette-mastodon"); len(sent) != 0 {
			t.Errorf("sent: %v", sent)
		}
	})
}

func TestEditByCommand(t *testing.T) {
	through(t, func(t *testing.T, r *rig) {
		sent := r.one("reply", "1", "--text", "Oui, dès 7 h.", "--json")
		id := sent["remote_id"].(string)
		r.refused(exitNotFound, "nowhere", "reply", "1", "--edit", "nowhere", "--text", "x")
		r.must("reply", "1", "--edit", id, "--text", "Oui, dès 8 h.")
		list := r.answers("miette-mastodon")
		if len(list) != 1 || !strings.Contains(list[0].Text, "dès 8 h") {
			t.Errorf("on the network: %+v", list)
		}
		if shown := r.must("show", "1"); !strings.Contains(shown, "dès 8 h") || strings.Contains(shown, "dès 7 h") {
			t.Errorf("shown: %s", shown)
		}
	})
}

func TestReportByCommand(t *testing.T) {
	through(t, func(t *testing.T, r *rig) {
		r.refused(exitUsage, "--reason", "report", "1", "--reason", "grumpy")
		r.must("report", "1", "--reason", "spam", "vend", "de", "tout")
		deeds := r.world.Deeds("miette-mastodon")
		if len(deeds) != 1 || deeds[0].Kind != inbox.ActReport || !strings.Contains(deeds[0].Text, "vend de tout") {
			t.Errorf("on the network: %+v", deeds)
		}
		r.refused(exitGuard, "reported already by ", "report", "1", "--reason", "spam")
		r.must("report", "1", "--reason", "spam", "--anyway")
		if deeds := r.world.Deeds("miette-mastodon"); len(deeds) != 2 {
			t.Errorf("all the same: %+v", deeds)
		}
	})
}

func TestFilesByCommand(t *testing.T) {
	through(t, func(t *testing.T, r *rig) {
		dir := t.TempDir()
		page := filepath.Join(dir, "page.txt")
		if err := os.WriteFile(page, []byte("du texte"), 0o600); err != nil {
			t.Fatal(err)
		}
		r.refused(exitUsage, "--attach", "reply", "1", "--text", "x", "--alt", "une galette")
		r.refused(exitFailure, "page.txt", "reply", "1", "--text", "x", "--attach", page)
		missing := []string{"reply", "1", "--text", "x", "--attach", filepath.Join(dir, "galette.png")}
		r.refused(exitNotFound, "no file “galette.png”", missing...)
		if got := r.run("", missing...).err; strings.Contains(got, "vigie list") || !strings.Contains(got, "no such file") {
			t.Errorf("a file that is not there: %s", got)
		}
		r.refused(exitNotFound, "vigie list", "reply", "99", "--text", "x", "--attach", page)
		if sent := r.answers("miette-mastodon"); len(sent) != 0 {
			t.Errorf("sent: %v", sent)
		}
	})
}

// TestFilesAreNamedFromHere: the server finds what the words of whoever types
// them name, and reads nothing for anybody else.
func TestFilesAreNamedFromHere(t *testing.T) {
	dir := t.TempDir()
	t.Chdir(dir)
	words := []string{"reply", "1", "--attach", "a.png", "--attach=b.png", "--text", "a.png", "--", "--attach", "c.png"}
	placed(words, attachFlag)
	want := []string{"reply", "1", "--attach", filepath.Join(dir, "a.png"), "--attach=" + filepath.Join(dir, "b.png"), "--text", "a.png", "--", "--attach", "c.png"}
	if !slices.Equal(words, want) {
		t.Errorf("%q", words)
	}
	for _, local := range []bool{true, false} {
		p := &program{env: func(string) string { return "" }, local: local, p: lang.For(lang.English)}
		cmd := p.replyCommand()
		if err := cmd.ParseFlags([]string{"--attach", "/etc/passwd"}); err != nil {
			t.Fatal(err)
		}
		if err := p.noPaths(cmd, []string{"1"}); (err == nil) != local {
			t.Errorf("local %t: %v", local, err)
		}
	}
}

// An account's failure is told in words for an account.
func TestAccountErrorWords(t *testing.T) {
	var out strings.Builder
	code := report(&out, lang.For(lang.French), accountError{problemFor(inbox.ErrGone, "miette-feeds")})
	if said := out.String(); strings.Contains(said, "message") || !strings.Contains(said, "ce que le compte lit n'est plus là — vérifier") || code != problemCode(inbox.Problem{Code: inbox.CodeGone}) {
		t.Errorf("%d: %s", code, said)
	}
}
