package reader

import (
	"strconv"
	"strings"

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
		words := l.P.T("reader.snoozed", l.Time.Moment(t.Until, l.Now, zone))
		switch {
		case t.Until.IsZero():
			words = l.P.T("reader.snoozed-reply")
		case t.Nap == inbox.NapNoReply:
			words = l.P.T("reader.snoozed-unless", l.Time.Moment(t.Until, l.Now, zone))
		}
		if t.Dozes {
			words += " " + l.Glyphs.Dot + " " + l.P.T("reader.dozes")
		}
		return words
	case t.State == inbox.Escalated && t.Escalation != nil:
		return escalated(l, t)
	}
	if t.Unread {
		word += " " + l.Glyphs.Dot + " " + l.P.T("reader.unread")
	}
	return word
}

// escalated says to whom a thread was taken, and until when an answer is due.
func escalated(l look.Look, t inbox.Thread) string {
	name := l.Cut(t.Escalation.Name.String(), 30)
	if t.Escalation.Due.IsZero() {
		return l.P.T("reader.escalated", l.Glyphs.To, name)
	}
	return l.P.T("reader.escalated-until", l.Glyphs.To, name, l.Time.Moment(t.Escalation.Due, l.Now, l.Client(t.Client).Zone))
}

// dueWords says by when a thread that is ours wants an answer, and why; bad
// when it is late, or nearly.
func dueWords(l look.Look, t inbox.Thread) (words string, bad bool) {
	if t.State != inbox.Ours || t.Split() != inbox.Inbox {
		return "", false
	}
	at, why := look.Due(t)
	if why != "" {
		words = l.Deadline(at, why)
		bad = why == inbox.ReasonEscalation || !at.After(l.Now)
	}
	if t.AlarmAt(l.Now) == inbox.AlarmMissed {
		closed := l.P.T("due.closed")
		if words != "" && why != inbox.ReasonWindow {
			closed += " " + l.Glyphs.Dot + " " + words
		}
		return closed, true
	}
	return words, bad
}

// language is the name of a language, or its two letters.
func language(l look.Look, code string) string {
	if k := lang.Key("language." + code); l.P.Has(k) {
		return l.P.T(k)
	}
	return l.Cut(code, 8)
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
		switch {
		case e.Until.IsZero():
			return l.P.T("event.snoozed-reply")
		case arg(e, 0) == "noreply":
			return l.P.T("event.snoozed-unless", until())
		}
		return l.P.T("event.snoozed", until())
	case inbox.Felt:
		if k := lang.Key("feeling." + arg(e, 0)); l.P.Has(k) {
			return l.P.T("event.felt", l.P.T(k))
		}
		return l.P.T("event.felt-none")
	case inbox.Alarmed:
		if arg(e, 0) == strconv.Itoa(int(inbox.AlarmMissed)) {
			return l.P.T("event.missed")
		}
		return l.P.T("event.alarm", until())
	case inbox.Tagged:
		return l.P.T("event.tagged", strings.Join(e.Args, " "))
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
	case inbox.Moderated:
		if words := l.StatusShort(inbox.Status(arg(e, 0))); words != "" {
			return l.P.T("event.moderated", words)
		}
		return l.P.T("event.unmoderated")
	case inbox.Replied:
		return l.P.T("reader.answered-there")
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
