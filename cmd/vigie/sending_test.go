package main

import (
	"slices"
	"strings"
	"testing"
	"time"

	"vigie/inbox"
)

// through runs a test with a server and without.
func through(t *testing.T, run func(t *testing.T, r *rig)) {
	for _, way := range []string{"store", "server"} {
		t.Run(way, func(t *testing.T) {
			r := newRig(t, "")
			r.say("miette-mastodon", inbox.KindMention, "Vous ouvrez demain matin ?")
			r.must("sync")
			if way == "server" {
				defer r.serve()()
			}
			run(t, r)
		})
	}
}

// refused runs a command that must fail with a code and say something.
func (r *rig) refused(code int, says string, args ...string) {
	r.t.Helper()
	if got := r.run("", args...); got.code != code || !strings.Contains(got.err, says) || strings.Contains(got.err, "%!") {
		r.t.Errorf("vigie %q: exit %d, %q %q; want %d and %q", args, got.code, got.out, got.err, code, says)
	}
}

// one is the only object that a command prints.
func (r *rig) one(args ...string) map[string]any {
	r.t.Helper()
	list := rows(r.t, r.must(args...))
	if len(list) != 1 {
		r.t.Fatalf("vigie %q: %d objects: %v", args, len(list), list)
	}
	return list[0]
}

func TestDraftsByCommand(t *testing.T) {
	through(t, func(t *testing.T, r *rig) {
		r.refused(exitNotFound, "nothing", "undo")
		sending := r.one("reply", "1", "--text", "Oui, dès 7 h.", "--hold", "1h", "--no-wait", "--json")["id"].(string)
		if out := r.must("outbox", "drop", sending); !strings.Contains(out, "draft") {
			t.Errorf("drop: %s", out)
		}
		d := r.one("drafts", "--json")
		if d["thread"] != "1" || d["client"] != "miette" || d["account"] != "miette-mastodon" || d["text"] != "Oui, dès 7 h." || d["note"] != false || d["by"] != "command" || d["writing"] != false {
			t.Errorf("drafts --json: %v", d)
		}
		id := d["id"].(string)
		if out := r.must("drafts"); !strings.Contains(out, id) || !strings.Contains(out, "answer to thread 1, miette") ||
			!strings.Contains(out, "for @") || !strings.Contains(out, "by a command") {
			t.Errorf("drafts: %s", out)
		}
		r.say("miette-mastodon", inbox.KindMention, "Bonjour")
		r.must("sync")
		r.refused(exitUsage, "thread 1's", "reply", "2", "--draft", id)
		r.must("reply", "1", "--draft", id)
		if sent := r.answers("miette-mastodon"); len(sent) != 1 || !strings.Contains(sent[0].Text, "Oui, dès 7 h.") {
			t.Errorf("on the network: %+v", sent)
		}
		if out := r.must("drafts"); !strings.Contains(out, "no draft") {
			t.Errorf("the draft is still there: %s", out)
		}
		r.refused(exitNotFound, id, "reply", "1", "--draft", id)
		r.refused(exitNotFound, id, "drafts", "drop", id)
	})
}

func TestDraftsDrop(t *testing.T) {
	through(t, func(t *testing.T, r *rig) {
		r.must("reply", "1", "--text", "Oui", "--hold", "1h", "--no-wait")
		if out := r.must("undo"); !strings.Contains(out, "answer to thread 1") || !strings.Contains(out, "vigie drafts") {
			t.Errorf("undo: %s", out)
		}
		r.must("drafts", "drop", r.one("drafts", "--json")["id"].(string))
		if out := r.must("drafts", "--json"); out != "" {
			t.Errorf("still there: %s", out)
		}
	})
}

func TestUndoByCommand(t *testing.T) {
	through(t, func(t *testing.T, r *rig) {
		state := func() string { return r.one("list", "--json", "id:1 (state:done OR -state:done)")["state"].(string) }
		r.must("tag", "1", "+urgent")
		r.must("done", "1")
		if out := r.must("undo"); !strings.Contains(out, "done") || !strings.Contains(out, "1") || state() != "ours" {
			t.Errorf("undo: %s, now %s", out, state())
		}
		if out := r.must("redo"); !strings.Contains(out, "done") || state() != "done" {
			t.Errorf("redo: %s, now %s", out, state())
		}
		r.must("undo")
		r.must("undo")
		if tags := r.one("list", "--json")["tags"].([]any); len(tags) != 0 {
			t.Errorf("the second undo left %v", tags)
		}
		r.refused(exitNotFound, "nothing to undo", "undo")
		r.must("redo")
		r.must("redo")
		r.refused(exitNotFound, "nothing to redo", "redo")
	})
}

func TestSendLaterByCommand(t *testing.T) {
	through(t, func(t *testing.T, r *rig) {
		r.refused(exitUsage, "purple", "reply", "1", "--text", "Oui", "--at", "purple")
		begun := time.Now()
		a := r.one("reply", "1", "--text", "Oui", "--at", "+3d", "--json")
		at, err := time.Parse(time.RFC3339, a["send_at"].(string))
		if err != nil || a["state"] != "queued" || at.Before(begun.Add(47*time.Hour)) {
			t.Errorf("%v, %v", a, err)
		}
		if out := r.must("outbox"); !strings.Contains(out, "goes at "+at.Local().Format("2006-01-02 15:04")) {
			t.Errorf("outbox: %s", out)
		}
		if sent := r.answers("miette-mastodon"); len(sent) != 0 {
			t.Errorf("sent already: %v", sent)
		}
	})
}

func TestOutboxDecisionsByCommand(t *testing.T) {
	through(t, func(t *testing.T, r *rig) {
		id := r.one("reply", "1", "--text", "Oui", "--hold", "1h", "--no-wait", "--json")["id"].(string)
		if out := r.must("outbox"); !strings.Contains(out, "held for another 59m") && !strings.Contains(out, "held for another 1 h") {
			t.Errorf("outbox: %s", out)
		}
		r.refused(exitFailure, "held", "outbox", "confirm", id)
		r.refused(exitFailure, "held", "outbox", "retry", id)
		r.refused(exitNotFound, "999", "outbox", "drop", "999")
		r.refused(exitUsage, "soon", "outbox", "drop", "soon")
		if shown := r.must("outbox", "show", id); !strings.Contains(shown, "│ Oui") || !strings.Contains(shown, "by: a command") {
			t.Errorf("show: %s", shown)
		}
		r.must("outbox", "drop", id)
		if got := r.one("outbox", "show", id, "--json"); got["state"] != "dropped" || len(got["history"].([]any)) == 0 {
			t.Errorf("show --json: %v", got)
		}
		if out := r.must("outbox", "--json"); out != "" {
			t.Errorf("outbox: %s", out)
		}
	})
}

func TestModerationByCommand(t *testing.T) {
	through(t, func(t *testing.T, r *rig) {
		r.refused(exitUsage, "frown", "moderate", "1", "frown")
		r.refused(exitUsage, "--message", "moderate", "1", "delete")
		r.refused(exitFailure, "Mastodon does not allow that (hiding)", "moderate", "1", "hide")
		r.must("moderate", "1", "like")
		deeds := func() (list []string) {
			for _, d := range r.world.Deeds("miette-mastodon") {
				list = append(list, string(d.Kind))
			}
			return list
		}
		if got := deeds(); !slices.Equal(got, []string{"like"}) {
			t.Errorf("on the network: %v", got)
		}
		if out := r.must("undo"); !strings.Contains(out, "like") {
			t.Errorf("undo: %s", out)
		}
		if got := deeds(); !slices.Equal(got, []string{"like", "unlike"}) {
			t.Errorf("on the network: %v", got)
		}
		if out := r.must("outbox", "--json"); out != "" {
			t.Errorf("left in the outbox: %s", out)
		}
	})
}

func TestGuardsByCommand(t *testing.T) {
	through(t, func(t *testing.T, r *rig) {
		const text = "Bonjour, ici Atlas FC."
		r.refused(exitGuard, "--client", "reply", "1", "--text", text)
		r.refused(exitGuard, "--client", "reply", "1", "--text", text, "--anyway")
		r.refused(exitGuard, "nothing was sent", "reply", "1", "--text", text, "--client", "Atlas FC")
		if sent := r.answers("miette-mastodon"); len(sent) != 0 {
			t.Fatalf("sent: %v", sent)
		}
		r.must("reply", "1", "--text", text, "--client", "MIETTE")
		if sent := r.answers("miette-mastodon"); len(sent) != 1 {
			t.Errorf("sent: %v", sent)
		}
	})
}

func TestAChangedThreadStopsADraft(t *testing.T) {
	through(t, func(t *testing.T, r *rig) {
		r.must("reply", "1", "--text", "Oui", "--hold", "1h", "--no-wait")
		r.must("undo")
		draft := r.one("drafts", "--json")["id"].(string)
		r.must("reply", "1", "--text", "Une autre réponse.")
		first := r.world.Items("miette-mastodon", nil)[0]
		if err := r.world.Edit(first.ID, "Vous ouvrez dimanche ?"); err != nil {
			t.Fatal(err)
		}
		r.must("sync", "miette-mastodon")
		r.refused(exitGuard, "--anyway", "reply", "1", "--draft", draft)
		r.must("reply", "1", "--draft", draft, "--anyway")
		if sent := r.answers("miette-mastodon"); len(sent) != 2 {
			t.Errorf("sent: %v", sent)
		}
	})
}
