package standing

import (
	"net/http"
	"strconv"
	"strings"

	"vigie/inbox"
	"vigie/inbox/pattern"
	"vigie/inbox/text"
	"vigie/tui/lang"
	"vigie/tui/look"
)

// Why says what went wrong and what comes next, each a clause; "" for nothing.
// What is being done by itself is said with its time, and only what is done.
func Why(l look.Look, a inbox.Action) (what, next string) {
	if a.State == inbox.Accepted || a.State == inbox.Verified || a.State == inbox.Dropped {
		return "", ""
	}
	if !a.Problem.Zero() {
		what, next = l.ActProblem(a)
	}
	switch a.State {
	case inbox.RetryWait:
		next = again(l, a, next)
	case inbox.Uncertain:
		next = looks(l, a)
	case inbox.NeedsYou:
		if a.Problem.Code == inbox.CodeUncertain && a.Kind != inbox.ActEscalate {
			next = l.P.T("stand.decide")
		}
	}
	return what, next
}

// again says when an act is tried again, and what a person does for it.
func again(l look.Look, a inbox.Action, next string) string {
	at := l.P.T("stand.again-at", moment(l, a))
	if ForPerson(a.Problem) && next != "" {
		return next + " " + l.Glyphs.Dot + " " + at
	}
	return at
}

// ForPerson reports whether trying again is in vain until a person has put the
// account in order.
func ForPerson(p inbox.Problem) bool {
	return p.Code == inbox.CodeAuth || p.Code == inbox.CodeMissing
}

// looks says what is done about an act that may have been carried out.
func looks(l look.Look, a inbox.Action) string {
	ahead := a.NotBefore.After(l.Now)
	switch a.Class {
	case inbox.ClassD:
		if a.Kind == inbox.ActEscalate {
			return l.P.T("stand.blind-contact")
		}
		return l.P.T("stand.blind")
	case inbox.ClassA, inbox.ClassB, inbox.ClassS:
		if !ahead {
			return l.P.T("stand.safely-now")
		}
		return l.P.T("stand.safely", moment(l, a))
	}
	if !ahead {
		return l.P.T("stand.looking")
	}
	key, n := lang.Key("stand.look-at"), a.Looks+1
	if n > 1 {
		key = "stand.look-again"
	}
	return l.P.T(key, moment(l, a), n, max(inbox.MostLooks, n))
}

func moment(l look.Look, a inbox.Action) string {
	return l.Time.Moment(a.NotBefore, l.Now, l.Client(a.Client).Zone)
}

// Tried says when an act that may have been carried out left, and how often it
// was looked for; "" when no byte of it left.
func Tried(l look.Look, a inbox.Action) string {
	if a.LastWire.IsZero() {
		return ""
	}
	words := l.P.T("again.tried", l.Time.Full(a.LastWire, l.Client(a.Client).Zone))
	switch {
	case a.Kind == inbox.ActEscalate:
		words += " " + l.P.T("again.blind-contact")
	case a.Looks > 0:
		words += " " + l.P.T("again.looked", a.Looks)
	case a.Class == inbox.ClassD || a.State == inbox.NeedsYou:
		words += " " + l.P.T("again.blind")
	}
	return words
}

// answered finds what the other side answered in the detail of a problem: the
// words behind an HTTP status, behind a program's answer, or of a command.
var answered = pattern.Lazy(`(?:: ([1-5]\d\d): |the program answered: |the command (?:refused \(exit \d+\)|asks for a later try): )(.+)$`)

// code is a word for machines before a sentence for people.
var code = pattern.Lazy(`^[\w.-]+: `)

// mostSaid is how much of it is kept, in bytes: more than two lines.
const mostSaid = 300

// Said is what the network, a bridge or a contact's command answered, in its
// own words, cleaned and on one line; "" when it said nothing.
func Said(p inbox.Problem) string {
	m := answered().FindStringSubmatch(text.CleanLine(look.Head(p.Detail, 4*mostSaid)).String())
	if m == nil {
		return ""
	}
	words := m[2]
	if status, err := strconv.Atoi(m[1]); err == nil {
		if words = code().ReplaceAllString(words, ""); strings.EqualFold(words, http.StatusText(status)) {
			return ""
		}
	}
	return strings.TrimSpace(look.Head(words, mostSaid))
}

// Quoted is what was answered, as a sentence; "" when nothing was.
func Quoted(l look.Look, a inbox.Action) string {
	said := Said(a.Problem)
	if said == "" || a.State == inbox.Accepted || a.State == inbox.Verified || a.State == inbox.Dropped {
		return ""
	}
	return l.P.T("stand.said", said)
}
