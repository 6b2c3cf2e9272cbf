package main

import (
	"path/filepath"
	"strings"
	"testing"
	"time"

	"vigie/inbox"
	"vigie/store"
)

// eventful has the engine write events as a person's work does: triage, what
// undo makes of it, answers and acts that left and that did not.
func (r *rig) eventful() {
	r.t.Helper()
	r.say("miette-mastodon", inbox.KindMention, "Vous ouvrez demain ?")
	r.say("miette-mastodon", inbox.KindMention, "Une autre question")
	r.must("sync", "miette-mastodon")
	tomorrow := time.Now().Add(24 * time.Hour).Format("2006-01-02 15:04")
	for _, words := range [][]string{
		{"tag", "1", "+livraison"},
		{"undo"},
		{"redo"},
		{"note", "1", "à voir"},
		{"undo"},
		{"note", "1", "appeler le fournil"},
		{"snooze", "1", tomorrow},
		{"undo"},
		{"snooze", "1", "jusqu'à réponse dort"},
		{"undo"},
		{"feel", "1", "positive"},
		{"feel", "1", "negative"},
		{"undo"},
		{"done", "1"},
		{"reopen", "1"},
		{"moderate", "1", "like"},
		{"undo"},
		{"reply", "1", "--text", "Oui, dès 7 h.", "--hold", "1h", "--no-wait"},
		{"undo"},
		{"reply", "1", "--text", "Oui, dès 8 h.", "--hold", "0s"},
		{"reply", "1", "--text", "Je vous écris.", "--private", "--hold", "0s", "--anyway"},
		{"escalate", "1", "--to", "marc", "--question", "On ouvre ?", "--due", tomorrow},
	} {
		r.must(words...)
	}
}

// eventfulByTime writes what needs time, or others, to happen.
func (r *rig) eventfulByTime() {
	r.t.Helper()
	ctx := r.t.Context()
	db, err := store.Open(ctx, filepath.Join(r.dir, "vigie.db"), store.Options{})
	if err != nil {
		r.t.Fatal(err)
	}
	defer func() {
		if err := db.Close(); err != nil {
			r.t.Error(err)
		}
	}()
	write := func(e inbox.Event) inbox.Event {
		e.At, e.Actor = time.Now(), inbox.System
		done, err := db.Act(ctx, []inbox.ThreadID{2}, func(inbox.Thread) ([]inbox.Event, error) { return []inbox.Event{e}, nil })
		if err != nil {
			r.t.Fatal(err)
		}
		return done[0]
	}
	for _, e := range []inbox.Event{
		{Verb: inbox.Read},
		{Verb: inbox.Unread},
		{Verb: inbox.Alarmed, Args: []string{"1"}, Until: time.Now().Add(time.Hour)},
		{Verb: inbox.Felt, Args: []string{"negative"}},
		{Verb: inbox.Snoozing, Args: []string{"noreply", "dozes"}, Until: time.Now().Add(time.Hour)},
		{Verb: inbox.Woke},
		{Verb: inbox.Overdue},
		{Verb: inbox.Promoted},
		{Verb: inbox.Edited, Message: "7"},
		{Verb: inbox.Removed, Message: "7"},
		{Verb: inbox.Failed, Action: 1, Args: []string{string(inbox.ActLike), inbox.CodeGone}},
		{Verb: inbox.Prior, Args: []string{"-3"}},
	} {
		write(e)
	}
	rank := write(inbox.Event{Verb: inbox.Prior, Args: []string{"2"}})
	thread, err := db.Thread(ctx, 2)
	if err != nil {
		r.t.Fatal(err)
	}
	undo, err := inbox.UndoOf(thread, rank)
	if err != nil {
		r.t.Fatal(err)
	}
	write(undo)
	for _, kind := range []inbox.ActionKind{
		inbox.ActReply, inbox.ActPrivate, inbox.ActLike, inbox.ActUnlike, inbox.ActDelete, inbox.ActHide, inbox.ActUnhide,
		inbox.ActBlock, inbox.ActUnblock, inbox.ActRead, inbox.ActEscalate,
	} {
		write(inbox.Event{Verb: inbox.Undone, Action: 1, Args: []string{string(kind)}})
	}
}

// TestExportHoldsEveryEvent exports one of each event into an empty store and
// out again: nothing is left out and the bytes are the same.
func TestExportHoldsEveryEvent(t *testing.T) {
	r := newRig(t, "")
	r.eventful()
	r.eventfulByTime()
	out := r.run("", "export")
	if out.code != exitOK || out.err != "" {
		t.Fatalf("export: %d, %s", out.code, out.err)
	}
	for _, verb := range []inbox.Verb{
		inbox.Received, inbox.Edited, inbox.Removed, inbox.Read, inbox.Unread, inbox.Replied, inbox.Acted, inbox.Tagged,
		inbox.Snoozing, inbox.Woke, inbox.Escalate, inbox.Overdue, inbox.Finished, inbox.Reopened, inbox.Promoted, inbox.Undone,
		inbox.Prior, inbox.Failed, inbox.Felt, inbox.Alarmed,
	} {
		if !strings.Contains(out.out, `"verb":"`+string(verb)+`"`) {
			t.Errorf("no event %q", verb)
		}
	}
	for _, spelled := range []string{
		`"before":{"state":"snoozed","nap":"reply","dozes":true}`, `"args":["~positive"]`, `"sentiment":"positive"`,
		`"nap":"noreply","dozes":true}`, `"nap":"noreply","woke_at":"`, `"sentiment":"negative"`,
	} {
		if !strings.Contains(out.out, spelled) {
			t.Errorf("no %s", spelled)
		}
	}
	empty := newRig(t, "")
	if got := empty.run(out.out, "import", "-"); got.code != exitOK || got.err != "" {
		t.Fatalf("import: %+v", got)
	}
	if again := empty.run("", "export"); again.out != out.out || again.err != "" {
		t.Errorf("exported once more: %s\n%s\nwas\n%s", again.err, again.out, out.out)
	}
}
