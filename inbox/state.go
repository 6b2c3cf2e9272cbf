package inbox

import (
	"strconv"
	"strings"
	"time"

	"vigie/inbox/courtesy"
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
	t.Statuses.count(m, 1)
	if first {
		begin(t, m)
	}
	newest := first || !m.At.Before(t.LastAt)
	if m.At.Before(t.FirstAt) {
		t.FirstAt = m.At
	}
	if newest {
		t.LastAt, t.LastOut = m.At, m.Outgoing
	}
	if newest && (first || !m.away()) {
		t.SortAt = later(t.SortAt, m.At)
		t.Snippet, t.Status = snippet(m), m.Status
	}
	if m.URL != "" && (t.URL == "" || newest) {
		t.URL = m.URL
	}
	moveOn(t, m, first)
	if m.Outgoing {
		if !m.At.Before(t.OutAt) {
			t.OutAt, t.OutSent = m.At, m.Origin == Sent
		}
	} else if first || !m.away() {
		hear(t, m)
	}
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

// hear keeps what a message of theirs tells of them, and until when it can be
// answered. Who joins a thread and cannot be answered does not become who is.
func hear(t *Thread, m Message) {
	if m.Asks() && !m.At.Before(t.InAt) {
		t.Author = m.Author
		if lang, _, _ := strings.Cut(strings.ToLower(m.Lang), "-"); lang != "" {
			t.Lang = lang
		}
	}
	t.InAt = later(t.InAt, m.At)
	if m.ReplyUntil.After(t.Window) {
		t.Window, t.Alarm = m.ReplyUntil, AlarmNone
		if t.WaitAt.IsZero() && m.Origin != Backfill { // it only thanks, or came late
			t.Alarm = AlarmOver
		}
	}
}

// moveOn lets the state follow from a new message, and what it waits for.
func moveOn(t *Thread, m Message, first bool) {
	switch {
	case m.away():
		if first { // nobody finished it: what comes opens it
			t.State, t.DoneAt = Done, time.Time{}
		}
	case m.held(): // somebody must decide, however old it is
		t.claim(m)
	case m.Origin == Backfill:
		if first || (t.State == Done && t.DoneAt.Before(m.At)) {
			t.State, t.DoneAt = Done, m.At
		}
	case m.Outgoing:
		answered := !m.At.Before(t.InAt)
		if answered {
			settle(t)
		}
	case t.State == Done && !first && !m.At.After(t.DoneAt) && !t.unseen(m):
		// a late delivery of what was there when it was done
	case t.State != Ours && !first && m.At.Before(t.OutAt) && !t.unseen(m):
		t.Unread = true // older than our answer: read it, but the move stays theirs
	case m.Auto == AutoReply && !first: // whoever we wait for has not answered
		t.Unread = t.Unread || t.State != Done
	case t.State == Snoozed && t.Dozes && !first && courtesy.Thanks(m.Text.String()):
		// it may sleep on
	default:
		t.claim(m)
	}
}

// unseen reports whether nobody can have seen a message that came late: whoever
// answered on the network itself had before them what was there, who answered or
// finished the thread in vigie only what was collected.
func (t *Thread) unseen(m Message) bool {
	return m.Origin == Live && (t.OutSent || !m.At.Before(t.OutAt))
}

// claim makes the next move ours, for a message of theirs. What a machine wrote
// is to be read, and makes nobody wait.
func (t *Thread) claim(m Message) {
	live := m.Origin != Backfill
	switch {
	case m.Auto != ByHand && t.State == Done:
		t.wait(time.Time{})
	case live && m.Auto == ByHand && (t.WaitAt.IsZero() || t.State == Done):
		t.wait(m.At)
	}
	t.State, t.Unread = Ours, live || t.Unread
	t.rouse()
}

// settle works an answer of ours in: nobody waits for us any more. Who wants to
// be reminded when they do not answer still does.
func settle(t *Thread) {
	t.WaitAt, t.Target = time.Time{}, time.Time{}
	if !t.Window.IsZero() {
		t.Alarm = AlarmOver
	}
	if t.State == Ours || t.State == Snoozed && t.Nap != NapNoReply {
		t.State, t.Unread = Theirs, false
		t.rouse()
	}
}

// wait lets them wait for us since a time.
func (t *Thread) wait(since time.Time) {
	t.WaitAt, t.Target = since, time.Time{}
	if t.Alarm == AlarmOver {
		t.Alarm = AlarmNone
	}
}

// rouse ends a snooze and what came of one.
func (t *Triage) rouse() {
	t.Until, t.Nap, t.Dozes, t.WokeAt = time.Time{}, NapPlain, false, time.Time{}
}

// Aim gives a thread the target it has none of yet: by when its client wants
// the first message answered that waits.
func (in Ingest) Aim(t *Thread) {
	if in.Target != nil && t.Target.IsZero() && !t.WaitAt.IsZero() {
		t.Target = in.Target(t.Client, t.Kind, t.WaitAt)
	}
}

func tell(t *Thread, m Message, actor Actor, now time.Time) []Event {
	if m.Origin != Live || m.away() {
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
	before, was, counted := t.Snippet, t.Status, t.Statuses
	t.Statuses.count(old, -1)
	t.Statuses.count(m, 1)
	if m.At.Equal(t.LastAt) && m.Outgoing == t.LastOut && (!m.away() || t.Messages == 1) {
		t.Snippet, t.Status = snippet(m), m.Status
	}
	if t.PostID == "" && t.Title == snippet(old) {
		t.Title = snippet(m)
	}
	if t.Author.ID == m.Author.ID && (m.Asks() || t.Messages == 1) {
		t.Author = m.Author
	}
	return before != t.Snippet || was != t.Status || counted != t.Statuses || old.Author != m.Author
}

// Append numbers an event, gives it what undo needs and applies it. The store
// calls it for every event it writes about a thread.
func Append(t *Thread, e *Event) error {
	before := t.Triage
	if len(e.Args) == 1 {
		switch e.Verb {
		case Prior:
			e.Args = []string{e.Args[0], strconv.Itoa(t.Priority)}
		case Felt:
			e.Args = []string{e.Args[0], t.Feeling.String()}
		}
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
		t.Tags = Retag(t.Tags, e.Args)
	case Noted:
		t.Notes++
	case Snoozing:
		t.rouse()
		t.State, t.Until, t.Unread = Snoozed, e.Until, false
		t.Nap, t.Dozes = napOf(e.Args)
	case Woke:
		t.State, t.Unread, t.SortAt = Ours, true, later(t.SortAt, e.At)
		t.WokeAt, t.Until, t.Dozes = e.At, time.Time{}, false
	case Alarmed:
		if len(e.Args) > 0 {
			n, err := strconv.ParseUint(e.Args[0], 10, 8)
			t.Alarm = Alarm(n)
			return err
		}
	case Felt:
		if len(e.Args) > 0 {
			t.Feeling, _ = ParseFeeling(e.Args[0])
		}
	case Escalate:
		t.rouse()
		t.State, t.Unread = Escalated, false
		t.Escalation = &Escalation{At: e.At, Due: e.Until, Question: e.Text}
		if len(e.Args) > 0 {
			t.Escalation.Contact = ContactID(e.Args[0])
		}
		if len(e.Args) > 1 {
			t.Escalation.Name = text.CleanLine(e.Args[1])
		}
	case Overdue:
		t.State, t.Unread, t.SortAt = Ours, true, later(t.SortAt, e.At)
		t.rouse()
		if t.Escalation != nil {
			t.WokeAt = t.Escalation.Due
		}
	case Finished:
		t.rouse()
		t.State, t.Unread = Done, false
		t.DoneAt = e.Until
		if t.DoneAt.IsZero() {
			t.DoneAt = t.LastAt
		}
	case Reopened:
		t.State = Ours
		t.rouse()
		t.rewait(e)
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
		if e.Message == "" {
			settle(t)
		}
	case Failed:
		if t.State == Escalated && len(e.Args) > 0 && e.Args[0] == string(ActEscalate) {
			t.State, t.Unread, t.Escalation = Ours, true, nil
		}
	}
	return nil
}

// rewait lets them wait again since the time of an event, if it has one, for an
// answer until the time among its arguments.
func (t *Thread) rewait(e Event) {
	if e.Until.IsZero() {
		return
	}
	t.wait(e.Until)
	for _, a := range e.Args {
		if target, err := time.Parse(time.RFC3339Nano, a); err == nil {
			t.Target = target
		}
	}
}

// napOf reads what Nap.Args writes.
func napOf(args []string) (rule NapRule, dozes bool) {
	for _, a := range args {
		if a == "dozes" {
			dozes = true
		} else if r, ok := ParseNapRule(a); ok {
			rule = r
		}
	}
	return rule, dozes
}

// Args are the arguments of the Snoozing event of a nap.
func (n Nap) Args() []string {
	var args []string
	if n.Rule != NapPlain {
		args = append(args, n.Rule.String())
	}
	if n.Dozes {
		args = append(args, "dozes")
	}
	return args
}

func snippet(m Message) text.Safe {
	s := m.Text.String()
	switch {
	case !m.Warning.Empty(): // what its author wants folded is not shown in a list either
		s = "[" + m.Warning.String() + "]"
	case s == "" && len(m.Media) > 0:
		s = "[" + m.Media[0].Kind + "] " + m.Media[0].Alt.String()
	case s == "" && m.Poll != nil:
		for i, o := range m.Poll.Options {
			if i > 0 {
				s += " / "
			}
			s += o.Text.String()
		}
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
