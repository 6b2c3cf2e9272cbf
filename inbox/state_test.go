package inbox_test

import (
	"errors"
	"slices"
	"testing"
	"time"

	"vigie/inbox"
	"vigie/inbox/text"
)

var noon = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)

func at(minutes int) time.Time { return noon.Add(time.Duration(minutes) * time.Minute) }

func from(minutes int, origin inbox.Origin) inbox.Message {
	return inbox.Message{
		Remote: "m", Conversation: "c", Kind: inbox.KindMention, At: at(minutes), Origin: origin,
		Author: inbox.Author{ID: "lea"}, Text: text.Clean("bonjour"),
	}
}

func ours(minutes int, origin inbox.Origin) inbox.Message {
	m := from(minutes, origin)
	m.Outgoing = true
	return m
}

// a step of a thread's life: a message comes in, or an event happens.
type step struct {
	message *inbox.Message
	event   inbox.Event
}

func in(m inbox.Message) step    { return step{message: &m} }
func happens(e inbox.Event) step { return step{event: e} }
func done(upTo int) step {
	return happens(inbox.Event{Verb: inbox.Finished, At: at(upTo), Until: at(upTo)})
}

func snooze(until int) step { return happens(inbox.Event{Verb: inbox.Snoozing, Until: at(until)}) }

func play(t *testing.T, steps []step) inbox.Thread {
	t.Helper()
	var th inbox.Thread
	for _, s := range steps {
		if s.message != nil {
			for _, e := range inbox.Receive(&th, *s.message, inbox.Native, s.message.At) {
				if err := inbox.Append(&th, &e); err != nil {
					t.Fatal(err)
				}
			}
			continue
		}
		if err := inbox.Append(&th, &s.event); err != nil {
			t.Fatal(err)
		}
	}
	return th
}

func TestStateFollows(t *testing.T) {
	live, old := inbox.Live, inbox.Backfill
	escalate := happens(inbox.Event{Verb: inbox.Escalate, At: at(1), Args: []string{"marc", "Marc"}, Until: at(60)})
	cases := []struct {
		name   string
		steps  []step
		state  inbox.State
		unread bool
	}{
		{"a message makes it ours", []step{in(from(0, live))}, inbox.Ours, true},
		{"history is done and read", []step{in(from(0, old))}, inbox.Done, false},
		{"an import is work", []step{in(from(0, inbox.Imported))}, inbox.Ours, true},
		{"an answer makes it theirs", []step{in(from(0, live)), in(ours(1, inbox.Sent))}, inbox.Theirs, false},
		{"an answer on the network too", []step{in(from(0, live)), in(ours(1, live))}, inbox.Theirs, false},
		{"a late copy of an old answer changes nothing", []step{in(from(5, live)), in(ours(1, live))}, inbox.Ours, true},
		{"their next message makes it ours again", []step{in(from(0, live)), in(ours(1, live)), in(from(2, live))}, inbox.Ours, true},
		{"a late message from before an answer on the network stays theirs", []step{in(from(0, live)), in(ours(5, live)), in(from(2, live))}, inbox.Theirs, true},
		{"a late message from before an answer of vigie was seen by nobody", []step{in(from(0, live)), in(ours(5, inbox.Sent)), in(from(2, live))}, inbox.Ours, true},
		{"so it was when the thread was finished", []step{in(from(0, live)), in(ours(5, inbox.Sent)), happens(inbox.Event{Verb: inbox.Finished, At: at(6)}), in(from(2, live))}, inbox.Ours, true},
		{"a thread finished without an answer", []step{in(from(5, live)), happens(inbox.Event{Verb: inbox.Finished, At: at(6)}), in(from(2, live))}, inbox.Ours, true},
		{"history of a finished thread stays away", []step{in(from(5, live)), happens(inbox.Event{Verb: inbox.Finished, At: at(6)}), in(from(2, inbox.Backfill))}, inbox.Done, false},
		{"done stays done for what was there", []step{in(from(0, live)), in(ours(5, live)), done(5), in(from(3, live))}, inbox.Done, false},
		{"newer activity reopens", []step{in(from(0, live)), done(0), in(from(1, live))}, inbox.Ours, true},
		{"an answer of ours does not reopen", []step{in(from(0, live)), done(0), in(ours(1, inbox.Sent))}, inbox.Done, false},
		{"new on history reopens", []step{in(from(0, old)), in(from(10, live))}, inbox.Ours, true},
		{"more history does not", []step{in(from(10, live)), in(from(0, old))}, inbox.Ours, true},
		{"snoozed wakes on a message", []step{in(from(0, live)), snooze(60), in(from(5, live))}, inbox.Ours, true},
		{"an answer ends a snooze", []step{in(from(0, live)), snooze(60), in(ours(5, inbox.Sent))}, inbox.Theirs, false},
		{"an answer leaves an escalation", []step{in(from(0, live)), escalate, in(ours(5, inbox.Sent))}, inbox.Escalated, false},
		{"a message takes it back from the contact", []step{in(from(0, live)), escalate, in(from(5, live))}, inbox.Ours, true},
		{"woken on time", []step{in(from(0, live)), snooze(60), happens(inbox.Event{Verb: inbox.Woke, At: at(60)})}, inbox.Ours, true},
		{"overdue", []step{in(from(0, live)), escalate, happens(inbox.Event{Verb: inbox.Overdue, At: at(60)})}, inbox.Ours, true},
		{"read", []step{in(from(0, live)), happens(inbox.Event{Verb: inbox.Read})}, inbox.Ours, false},
		{"reopened by hand", []step{in(from(0, live)), done(0), happens(inbox.Event{Verb: inbox.Reopened})}, inbox.Ours, false},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			th := play(t, c.steps)
			if th.State != c.state || th.Unread != c.unread {
				t.Errorf("state %s unread %v, want %s %v", th.State, th.Unread, c.state, c.unread)
			}
		})
	}
}

// What a machine wrote, and what nothing proves, makes nobody wait, and nobody
// else be who is answered.
func TestMachinesDoNotWait(t *testing.T) {
	by := func(m inbox.Message, who string, auto inbox.Auto, s inbox.Status) step {
		m.Author.ID, m.Auto, m.Status = who, auto, s
		return in(m)
	}
	for name, c := range map[string]struct {
		steps  []step
		state  inbox.State
		author string
		waits  bool
		unread bool
	}{
		"a list":                 {[]step{by(from(1, inbox.Live), "list", inbox.AutoNews, "")}, inbox.Ours, "list", false, true},
		"who waits still does":   {[]step{in(from(1, inbox.Live)), by(from(2, inbox.Live), "list", inbox.AutoNews, "")}, inbox.Ours, "lea", true, true},
		"who is away":            {[]step{in(from(1, inbox.Live)), in(ours(2, inbox.Live)), by(from(3, inbox.Live), "lea", inbox.AutoReply, "")}, inbox.Theirs, "lea", false, true},
		"who is away, asleep":    {[]step{in(from(1, inbox.Live)), snooze(90), by(from(3, inbox.Live), "lea", inbox.AutoReply, "")}, inbox.Snoozed, "lea", true, true},
		"who is away, done":      {[]step{in(from(1, inbox.Live)), done(2), by(from(3, inbox.Live), "lea", inbox.AutoReply, "")}, inbox.Done, "lea", true, false},
		"what came back":         {[]step{in(from(1, inbox.Live)), in(ours(2, inbox.Live)), by(from(3, inbox.Live), "daemon", inbox.AutoNews, "")}, inbox.Ours, "lea", false, true},
		"what came back, done":   {[]step{in(from(1, inbox.Live)), done(2), by(from(3, inbox.Live), "daemon", inbox.AutoNews, "")}, inbox.Ours, "lea", false, true},
		"what nothing proves":    {[]step{in(from(1, inbox.Live)), by(from(2, inbox.Live), "mallory", inbox.ByHand, inbox.StatusSuspect)}, inbox.Ours, "lea", true, true},
		"a person after a robot": {[]step{by(from(1, inbox.Live), "list", inbox.AutoNews, ""), in(from(2, inbox.Live))}, inbox.Ours, "lea", true, true},
	} {
		th := play(t, c.steps)
		if th.State != c.state || th.Author.ID != c.author || th.WaitAt.IsZero() == c.waits || th.Unread != c.unread {
			t.Errorf("%s: %s of %q, waits since %v, unread %v", name, th.State, th.Author.ID, th.WaitAt, th.Unread)
		}
	}
}

func TestUndoRestores(t *testing.T) {
	verbs := []inbox.Event{
		{Verb: inbox.Finished},
		{Verb: inbox.Snoozing, Until: at(90)},
		{Verb: inbox.Tagged, Args: []string{"+a", "-b"}},
		{Verb: inbox.Noted, Text: text.Clean("note")},
		{Verb: inbox.Escalate, Args: []string{"marc", "Marc"}, Until: at(60)},
		{Verb: inbox.Read},
	}
	for _, e := range verbs {
		t.Run(string(e.Verb), func(t *testing.T) {
			th := play(t, []step{in(from(0, inbox.Live)), happens(inbox.Event{Verb: inbox.Tagged, Args: []string{"+b"}})})
			before := th
			if err := inbox.Append(&th, &e); err != nil {
				t.Fatal(err)
			}
			u, err := inbox.UndoOf(th, e)
			if err != nil {
				t.Fatal(err)
			}
			if err := inbox.Append(&th, &u); err != nil {
				t.Fatal(err)
			}
			if th.Triage != before.Triage || th.Notes != before.Notes || !slices.Equal(th.Tags, before.Tags) {
				t.Errorf("after undo %+v %v, want %+v %v", th.Triage, th.Tags, before.Triage, before.Tags)
			}
		})
	}
	th := play(t, []step{in(from(0, inbox.Live))})
	if _, err := inbox.UndoOf(th, inbox.Event{Verb: inbox.Received}); err == nil {
		t.Error("what came from the network was undone")
	}
}

func TestUndoKeepsWhatCameMeanwhile(t *testing.T) {
	th := play(t, []step{in(from(0, inbox.Live)), happens(inbox.Event{Verb: inbox.Read, At: at(1)})})
	e := inbox.Event{Verb: inbox.Finished, At: at(2)}
	if err := inbox.Append(&th, &e); err != nil {
		t.Fatal(err)
	}
	inbox.Receive(&th, from(3, inbox.Live), inbox.Native, at(3))
	u, err := inbox.UndoOf(th, e)
	if err != nil {
		t.Fatal(err)
	}
	if err := inbox.Append(&th, &u); err != nil {
		t.Fatal(err)
	}
	if th.State != inbox.Ours || !th.Unread {
		t.Errorf("state %s unread %v: the new message was lost from sight", th.State, th.Unread)
	}
}

// TestUndoKeepsWhatCameLate is about a message that was written before the act
// and came in after it: the times do not tell, the events do.
func TestUndoKeepsWhatCameLate(t *testing.T) {
	th := play(t, []step{in(from(0, inbox.Live)), done(0), happens(inbox.Event{Verb: inbox.Reopened, At: at(9)})})
	reopened := inbox.Event{N: th.Events, At: at(9), Verb: inbox.Reopened, Before: &inbox.Triage{State: inbox.Done, DoneAt: at(0)}}
	late := from(5, inbox.Live)
	var since []inbox.Event
	for _, e := range inbox.Receive(&th, late, inbox.Native, at(10)) {
		if err := inbox.Append(&th, &e); err != nil {
			t.Fatal(err)
		}
		since = append(since, e)
	}
	u, err := inbox.UndoOf(th, reopened, since...)
	if err != nil {
		t.Fatal(err)
	}
	if err := inbox.Append(&th, &u); err != nil {
		t.Fatal(err)
	}
	if th.State != inbox.Ours || !th.Unread {
		t.Errorf("state %s unread %v: the late message was lost from sight", th.State, th.Unread)
	}
}

func TestPriorityIsUndone(t *testing.T) {
	th := inbox.Thread{Priority: 3}
	e := inbox.Event{Verb: inbox.Prior, Args: []string{"7"}}
	if err := inbox.Append(&th, &e); err != nil || th.Priority != 7 {
		t.Fatalf("priority %d, %v", th.Priority, err)
	}
	u, err := inbox.UndoOf(th, e)
	if err != nil {
		t.Fatal(err)
	}
	if err := inbox.Append(&th, &u); err != nil || th.Priority != 3 || th.Notes != 0 {
		t.Fatalf("after undo: priority %d notes %d, %v", th.Priority, th.Notes, err)
	}
	again, err := inbox.RedoOf(e, noon, u)
	if err != nil {
		t.Fatal(err)
	}
	if err := inbox.Append(&th, &again); err != nil || th.Priority != 7 {
		t.Fatalf("after redo: priority %d, %v", th.Priority, err)
	}
	later := inbox.Event{N: again.N + 1, Verb: inbox.Prior, Args: []string{"1", "7"}}
	if _, err := inbox.UndoOf(th, again, later); !errors.Is(err, inbox.ErrConflict) {
		t.Errorf("a newer priority was overruled: %v", err)
	}
}

func TestFeelingIsUndone(t *testing.T) {
	th := inbox.Thread{Feeling: inbox.Negative}
	e := inbox.Event{Verb: inbox.Felt, Args: []string{"positive"}}
	if err := inbox.Append(&th, &e); err != nil || th.Feeling != inbox.Positive {
		t.Fatalf("feeling %s, %v", th.Feeling, err)
	}
	u, err := inbox.UndoOf(th, e)
	if err != nil {
		t.Fatal(err)
	}
	if err := inbox.Append(&th, &u); err != nil || th.Feeling != inbox.Negative || th.Notes != 0 {
		t.Fatalf("after undo: feeling %s notes %d, %v", th.Feeling, th.Notes, err)
	}
	again, err := inbox.RedoOf(e, noon, u)
	if err != nil {
		t.Fatal(err)
	}
	if err := inbox.Append(&th, &again); err != nil || th.Feeling != inbox.Positive {
		t.Fatalf("after redo: feeling %s, %v", th.Feeling, err)
	}
	later := inbox.Event{N: again.N + 1, Verb: inbox.Felt, Args: []string{"neutral", "positive"}}
	if _, err := inbox.UndoOf(th, again, later); !errors.Is(err, inbox.ErrConflict) {
		t.Errorf("a newer sentiment was overruled: %v", err)
	}
}

// A nap that has no moment is done again whatever the time, with its rule.
func TestNapIsDoneAgain(t *testing.T) {
	for _, nap := range []inbox.Nap{
		{Rule: inbox.NapTillReply, Dozes: true}, {Until: at(90), Rule: inbox.NapNoReply}, {Until: at(90), Dozes: true},
	} {
		th := play(t, []step{in(from(0, inbox.Live))})
		e := inbox.Event{Verb: inbox.Snoozing, Until: nap.Until, Args: nap.Args(), At: at(1)}
		if err := inbox.Append(&th, &e); err != nil {
			t.Fatal(err)
		}
		asleep := th.Triage
		u, err := inbox.UndoOf(th, e)
		if err != nil {
			t.Fatal(err)
		}
		if err := inbox.Append(&th, &u); err != nil || th.State != inbox.Ours || th.Dozes || th.Nap != inbox.NapPlain {
			t.Fatalf("after undo %+v, %v", th.Triage, err)
		}
		again, err := inbox.RedoOf(e, at(2), u)
		if err != nil {
			t.Fatal(err)
		}
		if err := inbox.Append(&th, &again); err != nil || th.Triage != asleep {
			t.Errorf("after redo %+v, want %+v, %v", th.Triage, asleep, err)
		}
	}
}

// What a message woke does not come back half asleep.
func TestUndoOverAWokenNap(t *testing.T) {
	th := play(t, []step{in(from(0, inbox.Live)), happens(inbox.Event{
		Verb: inbox.Snoozing, Until: at(90), Args: inbox.Nap{Rule: inbox.NapNoReply, Dozes: true}.Args(), At: at(1),
	})})
	e := inbox.Event{Verb: inbox.Finished, At: at(2)}
	if err := inbox.Append(&th, &e); err != nil {
		t.Fatal(err)
	}
	received := inbox.Receive(&th, from(3, inbox.Live), inbox.Native, at(3))
	for i := range received {
		if err := inbox.Append(&th, &received[i]); err != nil {
			t.Fatal(err)
		}
	}
	u, err := inbox.UndoOf(th, e, received...)
	if err != nil {
		t.Fatal(err)
	}
	if err := inbox.Append(&th, &u); err != nil {
		t.Fatal(err)
	}
	if th.State != inbox.Ours || th.Nap != inbox.NapPlain || th.Dozes || !th.Until.IsZero() || !th.WokeAt.IsZero() {
		t.Errorf("%+v: the nap is not over", th.Triage)
	}
}

// Thanks let a thread sleep on that was told to; anything else wakes it.
func TestDozing(t *testing.T) {
	for _, c := range []struct {
		nap  inbox.Nap
		says string
		want inbox.State
	}{
		{inbox.Nap{Until: at(90), Dozes: true}, "Merci beaucoup !!", inbox.Snoozed},
		{inbox.Nap{Until: at(90), Dozes: true}, "Merci, et mon colis ?", inbox.Ours},
		{inbox.Nap{Until: at(90)}, "Merci beaucoup !!", inbox.Ours},
		{inbox.Nap{Rule: inbox.NapTillReply, Dozes: true}, "🙏❤️", inbox.Snoozed},
		{inbox.Nap{Rule: inbox.NapTillReply}, "🙏❤️", inbox.Ours},
	} {
		m := from(2, inbox.Live)
		m.Text = text.Clean(c.says)
		th := play(t, []step{in(from(0, inbox.Live)), happens(inbox.Event{Verb: inbox.Snoozing, Until: c.nap.Until, Args: c.nap.Args(), At: at(1)}), in(m)})
		if th.State != c.want {
			t.Errorf("%+v, %q: %s, want %s", c.nap, c.says, th.State, c.want)
		}
		if c.want == inbox.Ours && (th.Nap != inbox.NapPlain || th.Dozes) {
			t.Errorf("%+v, %q: the nap is not over: %+v", c.nap, c.says, th.Triage)
		}
	}
}

func TestTagChange(t *testing.T) {
	th := inbox.Thread{Tags: []string{"a", "motif/livraison"}}
	got, err := inbox.TagChange(th, []string{"+a", "b", "-motif/livraison", "-zzz", "+Été"})
	if err != nil || !slices.Equal(got, []string{"+b", "-motif/livraison", "+été"}) {
		t.Errorf("effective changes = %q, %v", got, err)
	}
	for _, bad := range []string{"", "+", "a b", "a\tb", "\x1b[31m", "a\u202eb", "--x", "a,b", "x\"y"} {
		if got, err := inbox.TagChange(th, []string{bad}); err == nil {
			t.Errorf("tag %q was taken: %q", bad, got)
		}
	}
}

func TestWatchIsApart(t *testing.T) {
	m := from(0, inbox.Live)
	m.Kind = inbox.KindWatch
	th := play(t, []step{in(m)})
	if th.Split() != inbox.Watches {
		t.Error("a watch lies in the inbox")
	}
	th = play(t, []step{in(m), happens(inbox.Event{Verb: inbox.Promoted})})
	if th.Split() != inbox.Inbox || th.State != inbox.Ours {
		t.Error("a promoted watch is no thread to triage")
	}
}

func TestSecretNeverPrints(t *testing.T) {
	s := inbox.NewSecret("hunter2")
	b, err := s.MarshalText()
	if err != nil || string(b) != "***" || s.String() != "***" || s.GoString() != "***" || s.LogValue().String() != "***" {
		t.Error("a secret printed itself")
	}
	if s.Reveal() != "hunter2" {
		t.Error("the value is lost")
	}
}
