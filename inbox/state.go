package inbox

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"vigie/inbox/text"
)

// snippetRunes is how much of a message a list row keeps, in code points:
// more than the widest list shows.
const snippetRunes = 160

// Receive works a message that is new to the store into its thread's head: a
// new one when t.Messages is 0. The message must carry its Origin. It returns
// the events that tell of it, none for backfill and import.
func Receive(t *Thread, m Message, actor Actor, now time.Time) []Event {
	first := t.Messages == 0
	t.Messages++
	if first {
		begin(t, m)
	}
	newest := first || !m.At.Before(t.LastAt)
	if m.At.Before(t.FirstAt) {
		t.FirstAt = m.At
	}
	if newest {
		t.LastAt, t.SortAt = m.At, later(t.SortAt, m.At)
		t.LastOut = m.Outgoing
		t.Snippet = snippet(m)
	}
	if m.URL != "" && (t.URL == "" || newest) {
		t.URL = m.URL
	}
	if m.Outgoing {
		t.OutAt = later(t.OutAt, m.At)
	} else {
		if !m.At.Before(t.InAt) {
			t.Author = m.Author
		}
		t.InAt = later(t.InAt, m.At)
	}
	moveOn(t, m, first)
	return tell(t, m, actor, now)
}

func begin(t *Thread, m Message) {
	t.Account, t.Remote, t.Kind = m.Account, m.Conversation, m.Kind
	t.FirstAt, t.LastAt, t.SortAt = m.At, m.At, m.At
	t.Author = m.Author
	t.Title = snippet(m)
	if m.Post != nil {
		t.PostID = m.Post.ID
		if !m.Post.Text.Empty() {
			t.Title = text.CleanLine(cutRunes(m.Post.Text.String(), snippetRunes))
		}
	}
}

// moveOn lets the state follow from a new message.
func moveOn(t *Thread, m Message, first bool) {
	switch {
	case m.Origin == Backfill:
		if first || (t.State == Done && t.DoneAt.Before(m.At)) {
			t.State, t.DoneAt = Done, m.At
		}
	case m.Outgoing:
		answered := !m.At.Before(t.InAt)
		if answered && (t.State == Ours || t.State == Snoozed) {
			t.State, t.Until, t.Unread = Theirs, time.Time{}, false
		}
	case t.State == Done && !first && !m.At.After(t.DoneAt):
		// a late delivery of what was there when it was done
	case t.State != Ours && !first && m.At.Before(t.OutAt):
		t.Unread = true // older than our answer: read it, but the move stays theirs
	default:
		t.State, t.Until, t.Unread = Ours, time.Time{}, true
	}
}

func tell(t *Thread, m Message, actor Actor, now time.Time) []Event {
	if m.Origin != Live {
		return nil
	}
	e := Event{At: now, Actor: System, Verb: Received, Message: m.Remote}
	if m.Outgoing {
		e.Verb, e.Actor = Replied, actor
	}
	return []Event{e}
}

// Edit works a changed message into its thread's head. It reports whether the
// head changed.
func Edit(t *Thread, old, m Message) bool {
	before := t.Snippet
	if m.At.Equal(t.LastAt) && m.Outgoing == t.LastOut {
		t.Snippet = snippet(m)
	}
	if t.PostID == "" && t.Title == snippet(old) {
		t.Title = snippet(m)
	}
	if t.Author.ID == m.Author.ID {
		t.Author = m.Author
	}
	return before != t.Snippet || old.Author != m.Author
}

// Append numbers an event, gives it what undo needs and applies it. The store
// calls it for every event it writes about a thread.
func Append(t *Thread, e *Event) error {
	before := t.Triage
	if e.Verb == Prior && len(e.Args) == 1 {
		e.Args = []string{e.Args[0], strconv.Itoa(t.Priority)}
	}
	if err := apply(t, *e); err != nil {
		return err
	}
	t.Events++
	e.Thread, e.N = t.ID, t.Events
	if t.Triage != before && e.Before == nil {
		e.Before = &before
	}
	return nil
}

func apply(t *Thread, e Event) error {
	switch e.Verb {
	case Read:
		t.Unread = false
	case Unread:
		t.Unread = true
	case Tagged:
		retag(t, e.Args)
	case Noted:
		t.Notes++
	case Snoozing:
		t.State, t.Until, t.Unread = Snoozed, e.Until, false
	case Woke:
		t.State, t.Until, t.Unread, t.SortAt = Ours, time.Time{}, true, later(t.SortAt, e.At)
	case Escalate:
		t.State, t.Unread, t.Until = Escalated, false, time.Time{}
		t.Escalation = &Escalation{At: e.At, Due: e.Until, Question: e.Text}
		if len(e.Args) > 0 {
			t.Escalation.Contact = ContactID(e.Args[0])
		}
		if len(e.Args) > 1 {
			t.Escalation.Name = text.CleanLine(e.Args[1])
		}
	case Overdue:
		t.State, t.Unread, t.SortAt = Ours, true, later(t.SortAt, e.At)
	case Finished:
		t.State, t.Unread, t.Until = Done, false, time.Time{}
		t.DoneAt = e.Until
		if t.DoneAt.IsZero() {
			t.DoneAt = t.LastAt
		}
	case Reopened:
		t.State, t.Until = Ours, time.Time{}
	case Promoted:
		t.Promoted, t.State, t.Unread = true, Ours, false
	case Prior:
		if len(e.Args) > 0 {
			return rank(t, e.Args[0])
		}
	case Undone:
		return undo(t, e)
	case Replied:
		// on a person's word; an answer seen on the network is a message
		if e.Message == "" && (t.State == Ours || t.State == Snoozed) {
			t.State, t.Until, t.Unread = Theirs, time.Time{}, false
		}
	case Failed:
		if t.State == Escalated && len(e.Args) > 0 && e.Args[0] == string(ActEscalate) {
			t.State, t.Unread, t.Escalation = Ours, true, nil
		}
	}
	return nil
}

// TagChange reduces wished changes ("+a", "b", "-c") to those that change the
// thread, each with its sign, and refuses words that cannot be a tag.
func TagChange(t Thread, wishes []string) ([]string, error) {
	var out []string
	for _, w := range wishes {
		sign, tag := byte('+'), strings.TrimSpace(w)
		if strings.HasPrefix(tag, "+") || strings.HasPrefix(tag, "-") {
			sign, tag = tag[0], tag[1:]
		}
		tag = strings.ToLower(tag)
		if !ValidTag(tag) {
			return nil, Problem{Code: CodeTag, Args: []string{text.CleanLine(tag).String()}}
		}
		if t.HasTag(tag) == (sign == '-') {
			out = append(out, string(sign)+tag)
		}
	}
	return out, nil
}

// ValidTag reports whether a word can be a tag: letters, digits and -_./
// between 1 and 64 bytes, as in "motif/livraison".
func ValidTag(tag string) bool {
	if tag == "" || len(tag) > 64 || text.CleanLine(tag).String() != tag {
		return false
	}
	return !strings.ContainsAny(tag, " \t\n\"'`,;:()[]{}<>|&$\\+") && tag[0] != '-'
}

func retag(t *Thread, changes []string) {
	tags := slices.Clone(t.Tags)
	for _, c := range changes {
		if len(c) < 2 {
			continue
		}
		i, has := slices.BinarySearch(tags, c[1:])
		switch {
		case c[0] == '+' && !has:
			tags = slices.Insert(tags, i, c[1:])
		case c[0] == '-' && has:
			tags = slices.Delete(tags, i, i+1)
		}
	}
	t.Tags = tags
}

func snippet(m Message) text.Safe {
	s := m.Text.String()
	if s == "" && len(m.Media) > 0 {
		s = "[" + m.Media[0].Kind + "] " + m.Media[0].Alt.String()
	}
	return text.CleanLine(cutRunes(s, snippetRunes))
}

func cutRunes(s string, n int) string {
	for i := range s {
		if n == 0 {
			return s[:i]
		}
		n--
	}
	return s
}

func later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}
