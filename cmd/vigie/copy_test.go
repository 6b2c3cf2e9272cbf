package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"vigie/inbox"
)

// TestCopiedStoreSendsNothing takes the store and its configuration to another
// directory while an answer waits, and starts a server on both: the original
// sends it, the copy asks a person.
func TestCopiedStoreSendsNothing(t *testing.T) {
	r := newRig(t, "")
	r.say("miette-mastodon", inbox.KindMention, "Vous ouvrez demain matin ?")
	r.must("sync", "miette-mastodon")
	at := time.Now().Add(time.Second)
	r.must("reply", "1", "--text", "Oui, dès 7 h.", "--at", at.Format(time.RFC3339Nano), "--no-wait")
	copied := *r
	copied.dir = t.TempDir()
	for _, name := range []string{"vigie.db", "config.yaml"} {
		b, err := os.ReadFile(filepath.Join(r.dir, name))
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(copied.dir, name), b, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	first := copied.run("", "outbox", "--json")
	if !strings.Contains(first.err, "copy of the one last seen here") {
		t.Errorf("not told: %+v", first)
	}
	stopCopy := copied.serve()
	copied.eventually("the copy asks", func() bool {
		list := rows(t, copied.must("outbox", "--json"))
		return time.Now().After(at) && len(list) == 1 && list[0]["state"] == "needs_human"
	})
	stop := r.serve()
	r.eventually("the original sent it", func() bool { return len(r.answers("miette-mastodon")) > 0 })
	stop()
	stopCopy()
	if n := len(r.answers("miette-mastodon")); n != 1 {
		t.Errorf("%d answers on the network", n)
	}
	copied.givesUp("1", "Oui, dès 7 h.")
}

// givesUp drops the one answer of a thread that may have left: that is said,
// the thread keeps it, and the same words are not sent again unasked.
func (r *rig) givesUp(thread, words string) {
	r.t.Helper()
	id := r.one("outbox", "--json")["id"].(string)
	if said := r.must("outbox", "drop", id); !strings.Contains(said, "may have left all the same") {
		r.t.Errorf("drop: %s", said)
	}
	if shown := r.must("show", thread); !strings.Contains(shown, "doubtful, given up, may have left") {
		r.t.Errorf("show: %s", shown)
	}
	r.refused(exitGuard, "has answered already", "reply", thread, "--text", words, "--no-wait")
	r.refused(exitGuard, "has answered already", "reply", thread, "--draft", r.one("drafts", "--json")["id"].(string), "--no-wait")
	r.must("reply", thread, "--text", words, "--hold", "1h", "--no-wait", "--anyway")
}
