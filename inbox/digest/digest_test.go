package digest_test

import (
	"reflect"
	"testing"
	"time"

	"vigie/inbox"
	"vigie/inbox/digest"
)

var noon = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)

func thread(id inbox.ThreadID, client inbox.ClientID, kind inbox.Kind) inbox.Thread {
	return inbox.Thread{ID: id, Client: client, Account: inbox.AccountID(client + "-a"), Network: "social", Kind: kind, Author: inbox.Author{ID: "last"}}
}

func message(kind inbox.Kind, author string, origin inbox.Origin) *inbox.Message {
	return &inbox.Message{Kind: kind, Author: inbox.Author{ID: author}, Origin: origin}
}

// told is what happened, newest first.
type told struct {
	e inbox.Event
	t inbox.Thread
	m *inbox.Message
}

func tally(list ...told) inbox.ClientDigest {
	y := digest.New(noon, noon.Add(8*time.Hour))
	for _, x := range list {
		x.e.Thread = x.t.ID
		if x.e.At.IsZero() {
			x.e.At = noon.Add(time.Hour)
		}
		if y.Wants(x.e) {
			y.Add(x.e, x.t, x.m)
		}
	}
	return y.Digest([]inbox.ClientID{"miette"}).Clients[0]
}

func TestReceived(t *testing.T) {
	mention, dm, watch := thread(1, "miette", inbox.KindMention), thread(2, "miette", inbox.KindDM), thread(3, "miette", inbox.KindWatch)
	promoted := thread(5, "miette", inbox.KindWatch)
	promoted.Promoted = true
	in := func(id string) inbox.Event { return inbox.Event{Verb: inbox.Received, Message: id} }
	early := in("m0")
	early.At = noon.Add(-time.Second)
	late := in("m9")
	late.At = noon.Add(8 * time.Hour)
	imported := in("m8")
	imported.Actor = inbox.Import
	got := tally(
		told{in("m1"), mention, message(inbox.KindMention, "lea", inbox.Live)},
		told{in("m1"), mention, message(inbox.KindMention, "lea", inbox.Live)}, // told twice
		told{in("m2"), mention, message(inbox.KindMention, "lea", inbox.Live)},
		told{in("m3"), mention, message(inbox.KindComment, "bob", inbox.Live)},
		told{in("m4"), dm, nil}, // no longer there
		told{in("m5"), watch, message(inbox.KindWatch, "press", inbox.Live)},
		told{in("w2"), promoted, message(inbox.KindWatch, "blog", inbox.Live)},
		told{in("w3"), promoted, nil},
		told{in("m6"), dm, message(inbox.KindDM, "old", inbox.Imported)},
		told{in("m7"), dm, message(inbox.KindDM, "older", inbox.Backfill)},
		told{imported, dm, nil}, told{early, dm, nil}, told{late, dm, nil},
		told{in("m1"), thread(4, "nordlys", inbox.KindDM), nil}, // another client's
	)
	want := inbox.ClientDigest{
		Client: "miette", Watched: 3, Persons: 3,
		Received: []inbox.KindCount{
			{Network: "social", Kind: inbox.KindMention, Messages: 2},
			{Network: "social", Kind: inbox.KindComment, Messages: 1},
			{Network: "social", Kind: inbox.KindDM, Messages: 1},
		},
	}
	if !reflect.DeepEqual(got, want) || got.Total() != 4 {
		t.Errorf("got %+v, want %+v", got, want)
	}
}

func TestDone(t *testing.T) {
	a, b := thread(1, "miette", inbox.KindMention), thread(2, "miette", inbox.KindMention)
	act := func(verb inbox.Verb, n int, more ...string) inbox.Event {
		return inbox.Event{Verb: verb, N: n, Args: more}
	}
	on := func(e inbox.Event, action inbox.ActionID, message string) inbox.Event {
		e.Action, e.Message = action, message
		return e
	}
	got := tally(
		told{inbox.Event{Verb: inbox.Undone, N: 20, Undoes: 3}, a, nil},
		told{act(inbox.Finished, 9), a, nil},
		told{act(inbox.Finished, 8), a, nil}, // once a thread
		told{act(inbox.Finished, 4), b, nil},
		told{act(inbox.Snoozing, 3), a, nil}, // taken back
		told{act(inbox.Snoozing, 2), b, nil},
		told{act(inbox.Escalate, 5), b, nil},
		told{act(inbox.Alarmed, 6, "3"), b, nil},
		told{act(inbox.Alarmed, 5, "2"), b, nil},                                  // about to close: not missed
		told{on(act(inbox.Replied, 7), 11, "r1"), a, nil},                         // sent here
		told{on(act(inbox.Replied, 7), 0, "r1"), a, nil},                          // and seen in the feed
		told{on(act(inbox.Replied, 7), 0, "r2"), b, nil},                          // elsewhere
		told{on(act(inbox.Replied, 7, "private_reply", "r3"), 12, ""), b, nil},    // a private one
		told{on(act(inbox.Replied, 10), 13, ""), b, nil},                          // on a person's word
		told{on(act(inbox.Failed, 6, "reply"), 11, ""), a, nil},                   // that was sent after all
		told{on(act(inbox.Failed, 6, "reply"), 14, ""), a, nil},                   // twice the same
		told{on(act(inbox.Failed, 5, "reply"), 14, ""), a, nil},                   // twice the same
		told{on(act(inbox.Acted, 4, "hide"), 15, "m1"), a, nil},                   // and again
		told{on(act(inbox.Acted, 4, "unhide"), 16, "m1"), a, nil},                 // shown again
		told{on(act(inbox.Acted, 4, "hide"), 17, "m1"), a, nil},                   // at first
		told{on(act(inbox.Acted, 4, "unblock"), 18, "m2"), a, nil},                // let in again
		told{on(act(inbox.Acted, 4, "block"), 19, "m2"), a, nil},                  // at first
		told{on(act(inbox.Acted, 4, "like"), 20, "m3"), a, nil},                   // is none of it
		told{inbox.Event{Verb: inbox.Noted, N: 1}, a, nil},                        // nor this
		told{inbox.Event{Verb: inbox.Finished, At: noon.Add(-time.Hour)}, b, nil}, // nor what was before
	)
	want := inbox.ClientDigest{Client: "miette", Answered: 4, Done: 2, Snoozed: 1, Escalated: 1, Missed: 1, Hidden: 1, Failed: 1}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v, want %+v", got, want)
	}
}
