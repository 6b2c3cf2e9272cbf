package inbox_test

import (
	"slices"
	"testing"

	"vigie/inbox"
	"vigie/inbox/text"
)

// conversation is a thread with its messages, as a store keeps them.
type conversation struct {
	*testing.T
	head inbox.Thread
	list []inbox.Message
}

func (c *conversation) receive(m inbox.Message) []inbox.Event {
	events := inbox.Receive(&c.head, m, inbox.Native, m.At)
	c.append(events)
	c.list = append(c.list, m)
	slices.SortStableFunc(c.list, func(a, b inbox.Message) int { return a.At.Compare(b.At) })
	return events
}

func (c *conversation) append(events []inbox.Event) {
	c.Helper()
	for i := range events {
		if err := inbox.Append(&c.head, &events[i]); err != nil {
			c.Fatal(err)
		}
	}
}

// judge gives the message of a minute another status.
func (c *conversation) judge(minute int, s inbox.Status, ours bool) []inbox.Event {
	c.Helper()
	i := slices.IndexFunc(c.list, func(m inbox.Message) bool { return m.At.Equal(at(minute)) })
	old := c.list[i]
	c.list[i].Status = s
	inbox.Edit(&c.head, old, c.list[i])
	events := inbox.Moderate(&c.head, old, c.list[i], c.list, ours, at(100))
	c.append(events)
	return events
}

func (c *conversation) is(state inbox.State, unread bool) {
	c.Helper()
	if c.head.State != state || c.head.Unread != unread {
		c.Errorf("%s, unread %t; want %s, %t", c.head.State, c.head.Unread, state, unread)
	}
}

func with(s inbox.Status, m inbox.Message) inbox.Message {
	m.Status = s
	return m
}

func TestStatusOnArrival(t *testing.T) {
	live, old := inbox.Live, inbox.Backfill
	spam, trash, held, suspect := inbox.StatusSpam, inbox.StatusTrash, inbox.StatusHeld, inbox.StatusSuspect
	cases := []struct {
		name   string
		steps  []step
		state  inbox.State
		unread bool
	}{
		{"held is work", []step{in(with(held, from(0, live)))}, inbox.Ours, true},
		{"held is work though it is history", []step{in(with(held, from(0, old)))}, inbox.Ours, false},
		{"held opens what was done", []step{in(from(5, live)), done(9), in(with(held, from(3, live)))}, inbox.Ours, true},
		{"spam alone is nobody's work", []step{in(with(spam, from(0, live)))}, inbox.Done, false},
		{"nor is what lies in the bin", []step{in(with(trash, from(0, old)))}, inbox.Done, false},
		{"spam does not open", []step{in(from(0, live)), done(0), in(with(spam, from(3, live)))}, inbox.Done, false},
		{"spam does not wake", []step{in(from(0, live)), snooze(60), in(with(spam, from(3, live)))}, inbox.Snoozed, false},
		{"spam is not theirs to answer", []step{in(from(0, live)), in(ours(1, live)), in(with(spam, from(3, live)))}, inbox.Theirs, false},
		{"what comes behind spam is work", []step{in(with(spam, from(3, live))), in(from(1, live))}, inbox.Ours, true},
		{"what nothing proves is work", []step{in(with(suspect, from(0, live)))}, inbox.Ours, true},
	}
	for _, c := range cases {
		th := play(t, c.steps)
		if th.State != c.state || th.Unread != c.unread {
			t.Errorf("%s: %s, unread %t", c.name, th.State, th.Unread)
		}
	}
}

func TestSpamTellsNothing(t *testing.T) {
	c := conversation{T: t}
	if events := c.receive(with(inbox.StatusSpam, from(0, inbox.Live))); len(events) != 0 {
		t.Errorf("told %v", events)
	}
	good := from(1, inbox.Live)
	good.Author.ID = "anna"
	c.receive(good)
	c.receive(with(inbox.StatusSpam, from(2, inbox.Live)))
	if c.head.Author.ID != "anna" || !c.head.SortAt.Equal(at(1)) || c.head.Statuses.Spam != 2 {
		t.Errorf("head %+v", c.head)
	}
}

// What a machine wrote is still to be read when who waited beside it is put away.
func TestPutAwayBesideAMachine(t *testing.T) {
	back := from(2, inbox.Live)
	back.Auto, back.Remote = inbox.AutoNews, "back"
	c := conversation{T: t}
	c.receive(from(0, inbox.Live))
	c.receive(ours(1, inbox.Live))
	c.receive(back)
	c.receive(from(3, inbox.Live))
	c.judge(3, inbox.StatusSpam, true)
	c.is(inbox.Ours, true)
	if !c.head.WaitAt.IsZero() {
		t.Errorf("they wait since %s", c.head.WaitAt)
	}
	c.receive(ours(4, inbox.Live))
	c.receive(from(5, inbox.Live))
	c.judge(5, inbox.StatusSpam, true)
	c.is(inbox.Theirs, false)
}

func TestStatusLater(t *testing.T) {
	c := conversation{T: t}
	c.receive(from(0, inbox.Live))
	if e := c.judge(0, inbox.StatusSpam, false); len(e) != 1 || e[0].Verb != inbox.Moderated {
		t.Errorf("told %v", e)
	}
	c.is(inbox.Done, false)
	c.judge(0, "", false)
	c.is(inbox.Ours, true)

	c.receive(ours(1, inbox.Live))
	c.receive(from(2, inbox.Live))
	if !c.head.WaitAt.Equal(at(2)) {
		t.Errorf("waits since %s", c.head.WaitAt)
	}
	if e := c.judge(2, inbox.StatusTrash, true); len(e) != 0 {
		t.Errorf("told %v of an act of ours", e)
	}
	c.is(inbox.Theirs, false)
	if !c.head.WaitAt.IsZero() {
		t.Errorf("they wait since %s", c.head.WaitAt)
	}
	c.judge(2, "", true)
	c.is(inbox.Ours, false)
	if !c.head.WaitAt.Equal(at(2)) || c.head.Statuses != (inbox.StatusCounts{}) {
		t.Errorf("head %+v", c.head)
	}

	c.append([]inbox.Event{{Verb: inbox.Finished, At: at(3)}})
	c.judge(0, inbox.StatusSpam, false)
	c.judge(0, "", false)
	c.is(inbox.Done, false) // a person finished it
	c.judge(2, inbox.StatusHeld, false)
	c.is(inbox.Ours, true)
	c.append([]inbox.Event{{Verb: inbox.Finished, At: at(3)}})
	c.judge(2, "", true)
	c.judge(2, inbox.StatusHeld, true)
	c.is(inbox.Done, false) // whoever held it in vigie knows
}

// What nobody could see when the thread was finished is work once it is let
// through, also when it is of history.
func TestLetThrough(t *testing.T) {
	c := conversation{T: t}
	c.receive(from(0, inbox.Live))
	c.receive(with(inbox.StatusSpam, from(2, inbox.Live)))
	c.append([]inbox.Event{{Verb: inbox.Finished, At: at(3)}})
	c.judge(2, "", false)
	c.is(inbox.Ours, true)
	if !c.head.WaitAt.Equal(at(2)) {
		t.Errorf("waits since %s", c.head.WaitAt)
	}

	old := conversation{T: t}
	old.receive(with(inbox.StatusSpam, from(0, inbox.Backfill)))
	old.judge(0, "", false)
	old.is(inbox.Ours, false)

	answered := conversation{T: t}
	answered.receive(from(0, inbox.Live))
	answered.receive(with(inbox.StatusSpam, from(2, inbox.Live)))
	answered.receive(ours(3, inbox.Live))
	answered.append([]inbox.Event{{Verb: inbox.Finished, At: at(4)}})
	answered.judge(2, "", false)
	answered.is(inbox.Done, false)
}

func TestFirstOfTwoShelved(t *testing.T) {
	c := conversation{T: t}
	c.receive(from(0, inbox.Live))
	second := from(4, inbox.Live)
	second.Text = text.Clean("et encore")
	c.receive(second)
	c.judge(0, inbox.StatusSpam, false)
	c.is(inbox.Ours, true)
	if !c.head.WaitAt.Equal(at(4)) {
		t.Errorf("waits since %s", c.head.WaitAt)
	}
	c.judge(0, "", false)
	c.judge(4, inbox.StatusSpam, false)
	if c.head.Snippet.String() != "bonjour" {
		t.Errorf("snippet %q", c.head.Snippet)
	}
}

func TestSinceTellsStatuses(t *testing.T) {
	moderated := func(n int, now, before inbox.Status) inbox.Event {
		return inbox.Event{N: n, Verb: inbox.Moderated, Args: []string{string(now), string(before)}}
	}
	s := inbox.SinceEvent([]inbox.Event{
		moderated(1, inbox.StatusHeld, ""), moderated(2, "", inbox.StatusHeld),
		moderated(3, inbox.StatusSpam, ""), moderated(4, "", inbox.StatusSpam),
	}, 1, inbox.By{})
	if s.New != 1 || s.Removed != 1 || s.Edited != 0 {
		t.Errorf("since: %+v", s)
	}
}

func begun(t *testing.T, list ...inbox.Message) *conversation {
	c := &conversation{T: t}
	for _, m := range list {
		c.receive(m)
	}
	return c
}

// What somebody hid elsewhere is dealt with; what they showed again is not.
// Hidden in vigie, it stays for who hid it to go on with.
func TestHiddenElsewhere(t *testing.T) {
	c := begun(t, from(1, inbox.Live), from(2, inbox.Live))
	c.judge(2, inbox.StatusHidden, false)
	if c.is(inbox.Ours, true); c.head.WaitAt != at(1) {
		t.Errorf("waiting since %s", c.head.WaitAt)
	}
	c.judge(1, inbox.StatusHidden, false)
	c.is(inbox.Done, false)
	c.judge(2, "", false)
	c.is(inbox.Ours, true)
	c.judge(2, inbox.StatusHidden, true)
	c.is(inbox.Ours, true)
	c = begun(t, from(1, inbox.Live), ours(2, inbox.Live), from(3, inbox.Live))
	c.judge(3, inbox.StatusHidden, false)
	c.is(inbox.Theirs, false)
	c.judge(3, inbox.StatusHeld, false)
	c.is(inbox.Ours, true)
}

// An answer of ours that somebody else put away leaves them waiting again, when
// it was the last; brought back, it is an answer.
func TestOwnAnswerPutAway(t *testing.T) {
	c := begun(t, from(1, inbox.Live), ours(2, inbox.Live))
	c.is(inbox.Theirs, false)
	c.judge(2, inbox.StatusTrash, false)
	if c.is(inbox.Ours, false); c.head.WaitAt != at(1) {
		t.Errorf("waiting since %s", c.head.WaitAt)
	}
	c.judge(2, "", false)
	c.is(inbox.Theirs, false)
	c.judge(2, inbox.StatusHeld, false) // it waits for others
	c.is(inbox.Theirs, false)
	c = begun(t, from(1, inbox.Live), ours(2, inbox.Live), ours(3, inbox.Live))
	c.judge(2, inbox.StatusTrash, false)
	c.is(inbox.Theirs, false)
	c = begun(t, ours(1, inbox.Live), ours(2, inbox.Live))
	c.judge(2, inbox.StatusTrash, false)
	if c.head.State == inbox.Ours {
		t.Error("nobody waits")
	}
}
