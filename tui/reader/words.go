package reader

import (
	"vigie/inbox"
	"vigie/tui/lang"
	"vigie/tui/look"
)

func kindLong(k inbox.Kind) lang.Key { return lang.Key("kind." + string(k) + ".long") }

// stateWords says who owes the next move and until when.
func stateWords(l look.Look, t inbox.Thread) string {
	word := l.P.T(lang.Key("state." + t.State.String()))
	zone := l.Client(t.Client).Zone
	switch {
	case t.State == inbox.Snoozed:
		return l.P.T("reader.snoozed", l.Time.Moment(t.Until, l.Now, zone))
	case t.State == inbox.Escalated && t.Escalation != nil:
		name := l.Cut(t.Escalation.Name.String(), 30)
		if t.Escalation.Due.IsZero() {
			return l.P.T("reader.escalated", name)
		}
		return l.P.T("reader.escalated-until", name, l.Time.Moment(t.Escalation.Due, l.Now, zone))
	}
	if t.Unread {
		word += " " + l.Glyphs.Dot + " " + l.P.T("reader.unread")
	}
	return word
}

// eventWords says what was done to the thread, in one sentence; "" for events
// that the thread shows in another way.
func eventWords(l look.Look, e inbox.Event, t inbox.Thread) string {
	zone := l.Client(t.Client).Zone
	until := func() string { return l.Time.Moment(e.Until, l.Now, zone) }
	switch e.Verb {
	case inbox.Escalate:
		name := arg(e, 1)
		if name == "" {
			name = arg(e, 0)
		}
		if e.Until.IsZero() {
			return l.P.T("event.escalated", name)
		}
		return l.P.T("event.escalated-until", name, until())
	case inbox.Snoozing:
		return l.P.T("event.snoozed", until())
	case inbox.Tagged:
		return l.P.T("event.tagged", joined(e.Args))
	case inbox.Acted:
		if k := lang.Key("act." + arg(e, 0)); l.P.Has(k) {
			return l.P.T(k)
		}
	case inbox.Failed:
		kind := inbox.ActionKind(arg(e, 0))
		if k := lang.Key("act." + string(kind)); !kind.Writes() && l.P.Has(k) {
			return l.P.T("stand.joined", l.P.T(k), l.P.T("stand.act.failed"))
		}
		return l.P.T("event.failed")
	case inbox.Woke, inbox.Overdue, inbox.Finished, inbox.Reopened, inbox.Promoted:
		return l.P.T(lang.Key("event." + string(e.Verb)))
	}
	return ""
}

func arg(e inbox.Event, i int) string {
	if i < len(e.Args) {
		return e.Args[i]
	}
	return ""
}

func joined(args []string) string {
	s := ""
	for i, a := range args {
		if i > 0 {
			s += " "
		}
		s += a
	}
	return s
}
