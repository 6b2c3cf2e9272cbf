package inbox

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// UndoOf returns the event that takes e back, for the thread as it is now.
// since are the thread's events after e. What others made of the thread since,
// and what of one's own still stands, is left as it is: a state that was set
// is ErrConflict; a message that came in is not lost from sight. Of a change
// of tags, the part that nobody touched since is taken back.
func UndoOf(t Thread, e Event, since ...Event) (Event, error) {
	u := Event{Verb: Undone, Undoes: e.N, Actor: Human}
	since = standing(e, since)
	var err error
	switch e.Verb {
	case Tagged:
		for _, a := range untouched(e.Args, since) {
			u.Args = append(u.Args, flip(a))
		}
		if len(u.Args) == 0 {
			err = ErrConflict
		}
	case Prior:
		if len(e.Args) != 2 || slices.ContainsFunc(since, ranks) {
			err = ErrConflict
			break
		}
		u.Args = []string{"=" + e.Args[1]}
	case Felt:
		if len(e.Args) != 2 || slices.ContainsFunc(since, feels) {
			err = ErrConflict
			break
		}
		u.Args = []string{"~" + e.Args[1]}
	case Noted:
	case Replied:
		if e.Message != "" { // it is there, and no word of a person's
			err = ErrUnsupported
			break
		}
		u.After, err = without(t, e, since)
	case Read, Unread, Snoozing, Finished, Reopened, Promoted, Escalate, Woke:
		u.After, err = without(t, e, since)
	default:
		err = ErrUnsupported
	}
	if err != nil {
		return Event{}, fmt.Errorf("undo %s: %w", e.Verb, err)
	}
	return u, nil
}

// RedoOf returns the event that does again what e did before it was taken
// back, for the thread as it is now. since are the thread's events after e,
// the one that took it back among them. A thread that others set to another
// state, or that received a message since, is ErrConflict, and so is a snooze
// whose end is past.
func RedoOf(e Event, now time.Time, since ...Event) (Event, error) {
	again := Event{Verb: e.Verb, Args: e.Args, Text: e.Text, Until: e.Until, Message: e.Message}
	// of the line's own there are only older steps that were done again
	since = slices.DeleteFunc(standing(e, since), func(s Event) bool { return s.Line != "" && s.Line == e.Line })
	var err error
	switch e.Verb {
	case Tagged:
		if again.Args = untouched(e.Args, since); len(again.Args) == 0 {
			err = ErrConflict
		}
	case Prior:
		if len(e.Args) == 0 || slices.ContainsFunc(since, ranks) {
			err = ErrConflict
			break
		}
		again.Args = e.Args[:1]
	case Felt:
		if len(e.Args) == 0 || slices.ContainsFunc(since, feels) {
			err = ErrConflict
			break
		}
		again.Args = e.Args[:1]
	case Noted:
	case Replied:
		if e.Message != "" || e.Action != 0 { // no mere word of a person's
			err = ErrUnsupported
			break
		}
		if slices.ContainsFunc(since, settles) || slices.ContainsFunc(since, func(s Event) bool { return s.Verb == Received || s.calls() }) {
			err = ErrConflict
		}
	case Read, Unread, Snoozing, Finished, Reopened, Promoted, Escalate:
		came := func(s Event) bool { return s.Verb == Received || s.calls() }
		late := e.Verb == Snoozing && !e.Until.IsZero() && !e.Until.After(now)
		if late || slices.ContainsFunc(since, settles) || slices.ContainsFunc(since, came) {
			err = ErrConflict
		}
	default:
		err = ErrUnsupported
	}
	if err != nil {
		return Event{}, fmt.Errorf("redo %s: %w", e.Verb, err)
	}
	return again, nil
}

// standing leaves out the events of since that were taken back, with what took
// them and e back, and those of e's own act.
func standing(e Event, since []Event) []Event {
	back := map[int]bool{e.N: true}
	for _, s := range since {
		if s.Verb == Undone {
			back[s.Undoes] = true
		}
	}
	in := map[int]bool{e.N: true}
	for _, s := range since {
		in[s.N] = true
	}
	var out []Event
	for _, s := range since {
		sameAct := s.Line == e.Line && e.Step != 0 && (s.Step == e.Step || s.Of == e.Step || (e.Of != 0 && s.Of == e.Of))
		paired := s.Verb == Undone && in[s.Undoes]
		if s.N > e.N && !sameAct && !paired && !back[s.N] {
			out = append(out, s)
		}
	}
	return out
}

// without is the triage as it would be had e not happened.
func without(t Thread, e Event, since []Event) (*Triage, error) {
	if e.Before == nil { // it changed nothing
		return &t.Triage, nil
	}
	if slices.ContainsFunc(since, settles) {
		return nil, ErrConflict
	}
	after := *e.Before
	for _, s := range since {
		switch {
		case s.Verb == Received, s.calls():
			after.rouse()
			after.State, after.Unread = Ours, true
		case s.Verb == Replied:
			if after.State == Ours || after.State == Snoozed {
				after.rouse()
				after.State, after.Unread = Theirs, false
			}
		case s.Verb == Read:
			after.Unread = false
		case s.Verb == Unread:
			after.Unread = true
		}
	}
	if t.Unread && t.InAt.After(e.At) { // the head knows of what came without an event
		after.Unread = true
		if t.State == Ours {
			after.rouse()
			after.State = Ours
		}
	}
	return &after, nil
}

// settles reports whether an event set who owes the next move, on somebody's
// word or by time.
func settles(s Event) bool {
	switch s.Verb {
	case Snoozing, Woke, Escalate, Overdue, Finished, Reopened, Promoted:
		return true
	case Undone:
		return s.After != nil
	case Failed:
		return s.Before != nil
	}
	return false
}

// ranks reports whether an event set the priority.
func ranks(s Event) bool {
	return s.Verb == Prior || (s.Verb == Undone && len(s.Args) == 1 && s.Args[0] != "" && s.Args[0][0] == '=')
}

// feels reports whether an event set the sentiment.
func feels(s Event) bool {
	return s.Verb == Felt || (s.Verb == Undone && len(s.Args) == 1 && strings.HasPrefix(s.Args[0], "~"))
}

// untouched are those of the tag changes whose tag no later event names.
func untouched(changes []string, since []Event) []string {
	touched := map[string]bool{}
	for _, s := range since {
		if s.Verb != Tagged && s.Verb != Undone {
			continue
		}
		for _, c := range s.Args {
			if len(c) > 1 && (c[0] == '+' || c[0] == '-') {
				touched[c[1:]] = true
			}
		}
	}
	var out []string
	for _, c := range changes {
		if len(c) > 1 && !touched[c[1:]] {
			out = append(out, c)
		}
	}
	return out
}

// undo applies an Undone event: After is a triage; with Until they wait again,
// see rewait; an argument "=2" a
// priority, "~positive" a sentiment, any other argument a change of tags; none
// of these is a note less.
func undo(t *Thread, e Event) error {
	if e.After != nil {
		t.Triage = *e.After
		t.rewait(e)
	}
	if ranks(e) {
		return rank(t, e.Args[0][1:])
	}
	if feels(e) {
		t.Feeling, _ = ParseFeeling(e.Args[0][1:])
		return nil
	}
	t.Tags = Retag(t.Tags, e.Args)
	if e.After == nil && len(e.Args) == 0 {
		t.Notes--
	}
	return nil
}

func rank(t *Thread, word string) error {
	n, err := strconv.Atoi(word)
	if err != nil {
		return fmt.Errorf("priority %q: %w", word, err)
	}
	t.Priority = n
	return nil
}

func flip(change string) string {
	if strings.HasPrefix(change, "-") {
		return "+" + change[1:]
	}
	return "-" + strings.TrimPrefix(change, "+")
}
