// Package standing says where an act of ours stands and what acts have made
// of a message, in words that need no colour. It is pure: it decides nothing,
// keeps nothing and knows no clock but the one it is given.
package standing

import (
	"time"

	"vigie/inbox"
	"vigie/tui/lang"
	"vigie/tui/look"
	"vigie/tui/theme"
)

// Words tell where an act stands: a sign, a few words, and the pen for both.
type Words struct {
	Sign, Text string
	Pen        theme.Pen
}

// String is the sign and the words.
func (w Words) String() string { return w.Sign + " " + w.Text }

// Of says where an act stands. others are the acts that may go before it: those
// of its thread, or the whole outbox.
func Of(l look.Look, a inbox.Action, others []inbox.Action) Words {
	g := l.Glyphs
	switch a.State {
	case inbox.Queued:
		return Words{g.Wait, queued(l, a, others), l.Warn}
	case inbox.Sending, inbox.RetryWait:
		return Words{g.Wait, word(l, a), l.Warn}
	case inbox.Accepted, inbox.Verified:
		return Words{g.OK, word(l, a), l.OK}
	case inbox.Uncertain, inbox.NeedsYou:
		return Words{g.Ask, word(l, a), l.Danger}
	case inbox.Dropped:
		return Words{g.Fail, word(l, a), l.Muted}
	}
	return Words{g.Fail, word(l, a), l.Danger}
}

// word is the state's own: an act without a text is done, not sent.
func word(l look.Look, a inbox.Action) string {
	if _, by := a.Confirmed(); by {
		return l.P.T("stand.confirmed")
	}
	if k := lang.Key("stand.act." + string(a.State)); !a.Kind.Writes() && l.P.Has(k) {
		return l.P.T(k)
	}
	return l.P.T(lang.Key("sending." + string(a.State)))
}

// Named says with its kind where an act without a text stands, and where an
// answer stands without: that one is known by its text.
func Named(l look.Look, a inbox.Action, others []inbox.Action) string {
	text := Of(l, a, others).Text
	if a.Kind.Writes() && a.Kind != inbox.ActEdit {
		return text
	}
	return l.P.T("stand.joined", l.P.T(lang.Key("act."+string(a.Kind))), text)
}

// Readers says who will read an answer when that was chosen for it; "" when
// its network or thread decides.
func Readers(l look.Look, a inbox.Action) string {
	switch {
	case a.Kind == inbox.ActPrivate:
		return l.P.T("stand.privately")
	case a.Kind != inbox.ActReply:
		return ""
	}
	return l.Visibility(a.Visibility)
}

func queued(l look.Look, a inbox.Action, others []inbox.Action) string {
	stop, stopped := stopper(l, a, others)
	_, follows := leader(a, others)
	switch {
	case stopped && Stuck(stop):
		return l.P.T("stand.part-stuck")
	case stopped:
		return l.P.T("stand.part-waits")
	case Later(l, a):
		return l.P.T("stand.until", l.Time.Moment(leaves(a), l.Now, l.Client(a.Client).Zone))
	case Held(l, a):
		return l.P.T("stand.held", l.Time.Left(a.NotBefore.Sub(l.Now)))
	case follows:
		return l.P.T("stand.part-behind")
	case behind(a, others):
		return l.P.T("stand.behind")
	}
	return l.P.T("sending.queued")
}

// Held reports whether an act counts down before it leaves.
func Held(l look.Look, a inbox.Action) bool {
	return a.State == inbox.Queued && a.NotBefore.After(l.Now) && !Later(l, a)
}

// Later reports whether somebody asked for it to be sent at a later time.
func Later(l look.Look, a inbox.Action) bool {
	return a.State == inbox.Queued && !a.SendAt.IsZero() && leaves(a).After(l.Now)
}

func leaves(a inbox.Action) time.Time {
	if a.SendAt.After(a.NotBefore) {
		return a.SendAt
	}
	return a.NotBefore
}

// behind: in a thread, what was queued first leaves first.
func behind(a inbox.Action, others []inbox.Action) bool {
	for _, o := range others {
		if o.ID < a.ID && o.Thread == a.Thread && o.Account == a.Account && !o.State.Terminal() {
			return true
		}
	}
	return false
}

// Acts is what a person may do to an act of ours as it stands.
type Acts struct {
	Confirm bool // say that it is there
	Retry   bool // send it again
	Drop    bool // give it up
	Edit    bool // take its text back into the composer
}

// ActsOn says what may be done to a. What is being looked up waits for the
// answer: a person can only say that it is there.
func ActsOn(a inbox.Action) Acts {
	switch a.State {
	case inbox.Uncertain:
		return Acts{Confirm: true}
	case inbox.NeedsYou:
		return Acts{Confirm: true, Retry: true, Drop: true, Edit: a.Kind.Writes()}
	case inbox.FailedAct:
		return Acts{Retry: true, Drop: true, Edit: a.Kind.Writes()}
	case inbox.RetryWait:
		return Acts{Confirm: a.Doubted, Retry: true, Drop: true, Edit: a.Kind.Writes()}
	case inbox.Queued:
		return Acts{Drop: true, Edit: a.Kind.Writes()}
	}
	return Acts{}
}

// Stuck reports whether an act stays where it is until a person decides.
func Stuck(a inbox.Action) bool { return a.State == inbox.FailedAct || a.State == inbox.NeedsYou }

// Open reports whether an act has not arrived yet, as far as is known.
func Open(a inbox.Action) bool {
	switch a.State {
	case inbox.Accepted, inbox.Verified, inbox.Dropped:
		return false
	}
	return true
}
