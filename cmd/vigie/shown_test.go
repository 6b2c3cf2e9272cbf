package main

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"vigie/inbox"
	"vigie/inbox/engine"
	"vigie/inbox/text"
	"vigie/tui/lang"
)

// desks are those of people of both languages, each with what was written.
func desks(t *testing.T, say func(d *desk) error) (fr, en string) {
	t.Helper()
	now := time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)
	eng := engine.New(engine.Options{Clock: standingClock{now}})
	defer func() {
		if err := eng.Stop(t.Context()); err != nil {
			t.Error(err)
		}
	}()
	told := map[lang.Tag]string{}
	for _, tag := range []lang.Tag{lang.French, lang.English} {
		var out bytes.Buffer
		if err := say(&desk{eng: eng, out: &out, p: lang.For(tag), clock: standingClock{now}}); err != nil {
			t.Fatal(err)
		}
		if strings.Contains(out.String(), "%!") {
			t.Errorf("%s: %s", tag, out.String())
		}
		told[tag] = out.String()
	}
	return told[lang.French], told[lang.English]
}

// TestShowTellsOfTheNetwork: what somebody says to have answered there, and what
// others made of a message there.
func TestShowTellsOfTheNetwork(t *testing.T) {
	at := time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC)
	v := inbox.ThreadView{
		Thread: inbox.Thread{ID: 1, Client: "miette", Account: "miette-mail", Network: "mail"},
		Messages: []inbox.Message{
			{Remote: "m1", At: at, Author: inbox.Author{ID: "lea", Handle: text.CleanLine("@lea")}, Text: text.Clean("Bonjour")},
			{Remote: "m2", At: at, Author: inbox.Author{ID: "erased"}, Text: text.Clean("?")},
		},
		Events: []inbox.Event{
			{N: 1, At: at, Verb: inbox.Replied, Message: "o1"},
			{N: 2, At: at, Verb: inbox.Replied, Action: 7, Args: []string{"private"}},
			{N: 3, At: at, Verb: inbox.Replied, Actor: inbox.Native, Text: text.Clean("Oui, dès 7 h.")},
			{N: 4, At: at, Verb: inbox.Replied, Actor: inbox.Native, Text: text.Clean("repris")},
			{N: 5, At: at, Verb: inbox.Undone, Undoes: 4},
			{N: 6, At: at, Verb: inbox.Moderated, Message: "m1", Args: []string{"spam", ""}},
			{N: 7, At: at, Verb: inbox.Moderated, Message: "m1", Args: []string{"", "spam"}},
			{N: 8, At: at, Verb: inbox.Moderated, Message: "gone", Args: []string{"held", ""}},
		},
	}
	fr, en := desks(t, func(d *desk) error { return d.show(v) })
	for said, wants := range map[string][]string{
		fr: {"· Courriel  [", "répondu sur Courriel, noté à la main", "Oui, dès 7 h.", "sur Courriel, un message de @lea est maintenant : spam", "sur Courriel, un message de @lea se voit à nouveau", "un message de — est maintenant : à modérer"},
		en: {"· Mail  [", "answered on Mail, noted by hand", "Oui, dès 7 h.", "on Mail a message of @lea is now: spam", "on Mail a message of @lea is seen again", "a message of — is now: held"},
	} {
		for _, want := range wants {
			if strings.Count(said, want) != 1 {
				t.Errorf("%q is not said once:\n%s", want, said)
			}
		}
		if strings.Contains(said, "repris") {
			t.Errorf("what was taken back is shown:\n%s", said)
		}
	}
}

// TestShowTellsOfMedia: their kind, what they show, and whose address it is.
func TestShowTellsOfMedia(t *testing.T) {
	v := inbox.ThreadView{
		Thread: inbox.Thread{ID: 1, Network: "mastodon"},
		Messages: []inbox.Message{{Remote: "m1", Media: []inbox.Media{
			{Kind: "image", Alt: text.Clean("une galette\n┃ dorée"), URL: "https://files.example/a.jpg?k=1"},
			{Kind: "video", URL: "javascript:alert(1)"},
			{Kind: "odd\x1b[2J"},
		}}},
	}
	fr, en := desks(t, func(d *desk) error { return d.show(v) })
	for said, wants := range map[string][]string{
		fr: {"  │ [image] une galette\n", "  │ ┃ dorée (files.example)\n", "  │ [vidéo] sans description\n"},
		en: {"  │ [picture] une galette\n", "  │ ┃ dorée (files.example)\n", "  │ [video] no description\n"},
	} {
		for _, want := range wants {
			if strings.Count(said, want) != 1 {
				t.Errorf("%q is not said once:\n%s", want, said)
			}
		}
		if strings.Contains(said, "\x1b") || strings.Contains(said, "javascript") {
			t.Errorf("not inert:\n%q", said)
		}
	}
}

// TestListTellsStatuses: what a message of theirs is stands in the row.
func TestListTellsStatuses(t *testing.T) {
	for status, want := range map[inbox.Status][2]string{
		inbox.StatusHeld: {"[à modérer] #a", "[held] #a"}, inbox.StatusSpam: {"[spam] #a", "[spam] #a"},
		inbox.StatusHidden: {"[masqué] #a", "[hidden] #a"}, inbox.StatusSuspect: {"[non prouvé] #a", "[not proven] #a"},
		inbox.StatusTrash: {"[corbeille] #a", "[bin] #a"}, "": {"  #a", "  #a"},
	} {
		th := inbox.Thread{ID: 1, Client: "miette", Network: "wordpress", Snippet: text.CleanLine("Bonjour"), LastAt: time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC)}
		th.Tags = []string{"a"}
		switch status {
		case inbox.StatusHeld:
			th.Statuses = inbox.StatusCounts{Held: 1, Spam: 2}
		case inbox.StatusSpam:
			th.Statuses.Spam = 1
		case inbox.StatusHidden:
			th.Statuses.Hidden = 1
		case inbox.StatusSuspect:
			th.Statuses.Suspect = 1
		case inbox.StatusTrash:
			th.Statuses.Trash = 1
		}
		fr, en := desks(t, func(d *desk) error { return d.row(th, listOptions{}) })
		if !strings.HasSuffix(fr, want[0]+"\n") || !strings.HasSuffix(en, want[1]+"\n") {
			t.Errorf("%q: %q, %q", status, fr, en)
		}
	}
}
