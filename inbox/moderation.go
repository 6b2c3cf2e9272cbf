package inbox

import (
	"slices"
	"time"
)

// Shelved reports whether a message of that status is out of the way: nobody
// is to do anything about it.
func (s Status) Shelved() bool { return s == StatusSpam || s == StatusTrash }

// Statuses lists those that have a word, the one that most wants to be looked
// at first.
func Statuses() []Status {
	return []Status{StatusHeld, StatusSuspect, StatusHidden, StatusSpam, StatusTrash}
}

// StatusCounts says how many of a thread's messages of theirs have a status.
type StatusCounts struct{ Held, Suspect, Hidden, Spam, Trash int }

func (c *StatusCounts) of(s Status) *int {
	switch s {
	case StatusHeld:
		return &c.Held
	case StatusSuspect:
		return &c.Suspect
	case StatusHidden:
		return &c.Hidden
	case StatusSpam:
		return &c.Spam
	case StatusTrash:
		return &c.Trash
	}
	return nil
}

// Of is how many have the status; 0 for the zero Status, which is not counted.
func (c StatusCounts) Of(s Status) int {
	if n := c.of(s); n != nil {
		return *n
	}
	return 0
}

// First is the status that most wants to be looked at, of those that some
// message has; zero: none has one.
func (c StatusCounts) First() Status {
	for _, s := range Statuses() {
		if c.Of(s) > 0 {
			return s
		}
	}
	return ""
}

// count adds a message that came, or takes one away that is other now.
func (c *StatusCounts) count(m Message, by int) {
	if m.Outgoing || m.Deleted {
		return
	}
	if n := c.of(m.Status); n != nil {
		*n = max(0, *n+by)
	}
}

// away reports whether a message of theirs is out of the way.
func (m Message) away() bool { return !m.Outgoing && m.Status.Shelved() }

// Asks reports whether a message of theirs is one that an answer can be for: a
// person wrote it, and nothing says that it was somebody else.
func (m Message) Asks() bool {
	return !m.Outgoing && m.Auto == ByHand && m.Status != StatusSuspect
}

// held reports whether a message of theirs waits for somebody to decide.
func (m Message) held() bool { return !m.Outgoing && m.Status == StatusHeld }

// dealt reports whether a message of theirs is out of the way or hidden: when
// somebody did that elsewhere, nothing is left to do about it.
func (m Message) dealt() bool { return m.away() || !m.Outgoing && m.Status == StatusHidden }

// Moderate works a changed status of a message into its thread's head, which
// Edit saw before. list are the thread's messages as they are now; it is looked
// at only when m is shelved or hidden. ours tells that it was done in vigie,
// where an event of its own tells of it and people go on themselves; else the
// events returned do. What is held elsewhere waits for a decision.
func Moderate(t *Thread, old, m Message, list []Message, ours bool, now time.Time) []Event {
	switch {
	case m.Status == old.Status:
		return nil
	case m.Outgoing:
		return moderateOwn(t, old, m, list, ours, now)
	case m.away() && !old.away():
		PutAway(t, list)
	case m.dealt() && !old.dealt() && !ours:
		putAway(t, list, Message.dealt)
	case !m.away() && old.away(), m.held() && !ours, !m.dealt() && old.dealt() && !ours:
		unread := t.Unread
		t.SortAt = later(t.SortAt, m.At)
		unseen := t.State == Done && !m.At.Before(t.OutAt) && (t.DoneAt.IsZero() || m.At.After(t.InAt))
		hear(t, m)
		if unseen { // nobody could know of it when the thread was finished
			t.claim(m)
		} else {
			moveOn(t, m, false)
		}
		t.Unread = unread || t.Unread && !ours
	}
	if ours || m.Origin != Live {
		return nil
	}
	return []Event{{At: now, Actor: System, Verb: Moderated, Message: m.Remote, Args: []string{string(m.Status), string(old.Status)}}}
}

// moderateOwn works it into a thread's head that somebody else put an answer of
// ours out of the way, or brought it back.
func moderateOwn(t *Thread, old, m Message, list []Message, ours bool, now time.Time) []Event {
	switch {
	case ours:
	case m.Status.Shelved() && !old.Status.Shelved():
		told := Event{At: now, Actor: System, Verb: Moderated, Message: m.Remote, Args: []string{string(m.Status), string(old.Status)}}
		return append([]Event{told}, Unanswer(*t, m, list, now)...)
	case !m.Status.Shelved() && old.Status.Shelved() && !m.At.Before(t.InAt):
		settle(t)
	}
	return nil
}

// Unanswer returns the event that follows when an answer of ours is gone or out
// of the way by somebody else's hand: when it was the last one, and they wait
// for an answer again, the move is ours. list are the thread's messages as they
// are now, oldest first.
func Unanswer(t Thread, m Message, list []Message, now time.Time) []Event {
	since := WaitingSince(list, "")
	if t.State != Theirs || m.At.Before(t.OutAt) || since.IsZero() {
		return nil
	}
	return []Event{{At: now, Actor: System, Verb: Reopened, Until: since}}
}

// PutAway works it into a thread's head that a message of theirs is out of the
// way, for good or not: when nobody waits any more the move is theirs, unless a
// machine told something since, and when nothing of theirs is left the thread
// is done. Nobody finished it then: DoneAt is zero, and what comes opens it
// again. list are its messages, oldest first.
func PutAway(t *Thread, list []Message) { putAway(t, list, Message.away) }

func putAway(t *Thread, list []Message, away func(Message) bool) {
	there := func(m Message) bool { return !m.Deleted && !m.Damaged && !away(m) }
	for _, m := range slices.Backward(list) {
		if there(m) {
			t.Snippet = snippet(m)
			break
		}
	}
	if t.State == Done || t.State == Escalated {
		return
	}
	since := waitingSince(list, "", away)
	switch {
	case t.State == Ours && since.IsZero() && untold(list, there):
		t.WaitAt, t.Target = time.Time{}, time.Time{}
		return
	case !slices.ContainsFunc(list, func(m Message) bool { return !m.Outgoing && there(m) }):
		t.State, t.DoneAt = Done, time.Time{}
	case t.State == Ours && !t.WaitAt.IsZero() && since.IsZero():
		t.State = Theirs
	case !t.WaitAt.IsZero() && since.After(t.WaitAt):
		t.wait(since)
		return
	default:
		return
	}
	t.WaitAt, t.Target, t.Unread = time.Time{}, time.Time{}, false
	t.rouse()
}

// untold reports whether something that a machine of theirs wrote stands behind
// our last answer: it is to be read, though nobody waits.
func untold(list []Message, there func(Message) bool) bool {
	for _, m := range slices.Backward(list) {
		switch {
		case m.Outgoing && there(m) && !m.Status.Shelved():
			return false
		case !m.Outgoing && m.Auto == AutoNews && there(m):
			return true
		}
	}
	return false
}

// WaitingSince is when they wrote first what no answer of ours follows, of
// messages oldest first: that with the remote id without does not count, nor do
// those that are gone, out of the way (ours among them) or automatic. Zero: nobody
// waits.
func WaitingSince(list []Message, without string) time.Time {
	return waitingSince(list, without, Message.away)
}

func waitingSince(list []Message, without string, away func(Message) bool) (since time.Time) {
	for _, m := range list {
		switch {
		case m.Deleted || m.Damaged || away(m) || m.Outgoing && m.Status.Shelved():
		case m.Outgoing && m.Remote != without:
			since = time.Time{}
		case !m.Outgoing && m.Auto == ByHand && since.IsZero():
			since = m.At
		}
	}
	return since
}

// calls reports whether an event is that a message of theirs came to be work
// by its status.
func (e Event) calls() bool {
	if e.Verb != Moderated || len(e.Args) != 2 {
		return false
	}
	now, before := Status(e.Args[0]), Status(e.Args[1])
	return now == StatusHeld || before.Shelved() && !now.Shelved()
}

// shelves reports whether an event is that a message of theirs went out of the
// way.
func (e Event) shelves() bool {
	return e.Verb == Moderated && len(e.Args) == 2 && Status(e.Args[0]).Shelved() && !Status(e.Args[1]).Shelved()
}
