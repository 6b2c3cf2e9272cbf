package dialog

import (
	"slices"
	"strconv"
	"strings"

	"vigie/inbox"
	"vigie/tui/cell"
	"vigie/tui/keys"
	"vigie/tui/lang"
	"vigie/tui/look"
)

// Journal tells what happened, the newest first, as far as it was read.
type Journal struct {
	base
	client inbox.ClientID
	acts   bool           // without what came in and what was only read
	lines  []inbox.Logged // as read
	shown  []inbox.Logged // of the client
	end    bool           // nothing older is left
	busy   bool
	pick   chooser
	height int
}

// LogWanted: read on before an event; 0: from the newest.
type LogWanted struct{ Before inbox.EventID }

// JournalPage is how many events are read at once.
const JournalPage = 200

// Append takes what was read.
//
// What was asked for by another journal, before an event that is not the last
// one here, is left.
func (d *Journal) Append(before inbox.EventID, list []inbox.Logged) Action {
	if before != d.last() {
		return nil
	}
	d.lines, d.busy, d.end = append(d.lines, list...), false, len(list) < JournalPage
	d.narrow()
	return d.more()
}

// narrow chooses the lines of the client.
func (d *Journal) narrow() {
	d.shown = d.shown[:0:0]
	for _, e := range d.lines {
		if (d.client == "" || e.Thread.Client == d.client) && (!d.acts || isAct(e.Event.Verb)) {
			d.shown = append(d.shown, e)
		}
	}
	d.pick.move(0, len(d.shown))
}

// isAct reports whether an event is something done, by whomever.
func isAct(v inbox.Verb) bool {
	switch v {
	case inbox.Received, inbox.Edited, inbox.Removed, inbox.Read, inbox.Unread:
		return false
	}
	return true
}

// more asks for older events when the end of those that are read is near. For
// a client of whom little is told it reads so far and no further.
func (d *Journal) more() Action {
	const farthest = 25 * JournalPage
	near := d.pick.at+d.height+10 >= len(d.shown)
	if d.end || d.busy || !near || (len(d.lines) >= farthest && len(d.shown) < d.height) {
		return nil
	}
	d.busy = true
	return LogWanted{d.last()}
}

// last is the event that is loaded last; 0: none is.
func (d *Journal) last() inbox.EventID {
	if n := len(d.lines); n > 0 {
		return d.lines[n-1].Event.ID
	}
	return 0
}

// Failed: what was asked for last does not come; moving asks again.
func (d *Journal) Failed() { d.busy = false }

// Loaded reports whether there is something to read.
func (d *Journal) Loaded() bool { return len(d.lines) > 0 }

// Len is how many events are shown.
func (d *Journal) Len() int { return len(d.shown) }

// Begin asks for the newest events.
func (d *Journal) Begin() Action { return d.more() }

// Any reports whether a line is chosen.
func (d *Journal) Any() bool { return len(d.shown) > 0 }

// Scopes: its own keys, then those of lists.
func (*Journal) Scopes() []keys.Scope { return []keys.Scope{keys.JournalBox, keys.Pick} }

// Large: lines need room.
func (*Journal) Large() bool { return true }

// Title names it, and the client.
func (d *Journal) Title(l look.Look) string {
	title := l.P.T("journal.title")
	if d.client != "" {
		title += " " + l.Glyphs.Dot + " " + l.Client(d.client).Name
	}
	if d.acts {
		title += " " + l.Glyphs.Dot + " " + l.P.T("journal.acts")
	}
	return title
}

// View draws the dialog.
func (d *Journal) View(l look.Look, w, h int) []string {
	d.height = max(h-1, 1)
	from, to := d.pick.window(len(d.shown), d.height)
	var out []string
	for i := from; i < to; i++ {
		out = append(out, d.line(l, w, i))
	}
	return d.fit(l, w, h, out)
}

// fit says below the lines how it goes on.
func (d *Journal) fit(l look.Look, w, h int, out []string) []string {
	words := ""
	switch {
	case d.busy:
		words = l.P.T("journal.loading")
	case len(d.shown) == 0 && !d.end && d.client == "":
		words = l.P.T("journal.loading")
	case len(d.shown) == 0 && d.client != "":
		words = l.P.T("journal.none-client", l.Client(d.client).Name)
	case len(d.shown) == 0:
		words = l.P.T("journal.none")
	case d.end && d.pick.at == len(d.shown)-1:
		words = l.P.T("journal.end")
	}
	if len(out) < h && words != "" {
		out = append(out, l.Spans(w).Add(l.Muted, " "+words).End(l.Text))
	}
	return out[:min(len(out), h)]
}

func (d *Journal) line(l look.Look, w, i int) string {
	e := d.shown[i]
	c := l.Client(e.Thread.Client)
	return chosen(l, w, i == d.pick.at, func(s *cell.Spans) {
		s.Fixed(l.Muted, l.Time.Moment(e.Event.At, l.Now, c.Zone), 13).Add(l.Text, " ")
		s.Fixed(c.Pens.Plain, c.Name, l.ClientWidth).Add(l.Text, " ")
		if w >= 60 {
			s.Fixed(l.Muted, d.who(l, e.Event), 14).Add(l.Text, " ")
		}
		s.Add(l.Text, d.sentence(l, e))
		if w < 60 {
			s.Add(l.Muted, " "+l.Glyphs.Dot+" "+d.who(l, e.Event))
		}
	})
}

// who made an event happen, in words.
func (d *Journal) who(l look.Look, e inbox.Event) string {
	if e.Actor != inbox.Human {
		if k := lang.Key("journal." + string(e.Actor)); l.P.Has(k) {
			return l.P.T(k)
		}
		return string(e.Actor)
	}
	if name := l.Session(e.Session, e.Line); name != "" {
		return name
	}
	return l.P.T("journal.human")
}

// sentence says what an event did; of one that takes another back, what.
func (d *Journal) sentence(l look.Look, e inbox.Logged) string {
	if e.Event.Verb != inbox.Undone || e.Event.Undoes == 0 {
		return Sentence(l, e)
	}
	i := slices.IndexFunc(d.lines, func(o inbox.Logged) bool {
		return o.Event.Thread == e.Event.Thread && o.Event.N == e.Event.Undoes
	})
	if i < 0 {
		return Sentence(l, e)
	}
	return l.P.T("journal.undone-of", Sentence(l, d.lines[i]))
}

// Sentence says what an event did, and to whose thread.
func Sentence(l look.Look, e inbox.Logged) string {
	who := l.Cut(look.Author(e.Thread.Author), 30)
	zone := l.Client(e.Thread.Client).Zone
	arg := func(i int) string {
		if i < len(e.Event.Args) {
			return l.Cut(e.Event.Args[i], 60)
		}
		return ""
	}
	word := func(prefix, s string) string {
		if k := lang.Key(prefix + s); l.P.Has(k) {
			return l.P.T(k)
		}
		return s
	}
	switch e.Event.Verb {
	case inbox.Acted, inbox.Failed:
		return l.P.T(lang.Key("journal."+string(e.Event.Verb)), word("act.", arg(0)), who)
	case inbox.Tagged:
		return l.P.T("journal.tagged", l.Cut(strings.Join(e.Event.Args, " "), 60), who)
	case inbox.Snoozing:
		if e.Event.Until.IsZero() {
			return l.P.T("journal.snoozed-reply", who)
		}
		return l.P.T("journal.snoozed", who, l.Time.Moment(e.Event.Until, l.Now, zone))
	case inbox.Escalate:
		name := arg(1)
		if name == "" {
			name = arg(0)
		}
		return l.P.T("journal.escalated", who, name)
	case inbox.Moderated:
		if words := l.StatusShort(inbox.Status(arg(0))); words != "" {
			return l.P.T("journal.moderated", who, words)
		}
		return l.P.T("journal.unmoderated", who)
	case inbox.Replied:
		if look.OnTheirWord(e.Event) {
			return l.P.T("journal.answered-there", who)
		}
	case inbox.Prior:
		return l.P.T("journal.priority", arg(0), who)
	case inbox.Felt:
		if arg(0) == inbox.Unmarked.String() {
			return l.P.T("journal.felt-none", who)
		}
		return l.P.T("journal.felt", word("feeling.", arg(0)), who)
	case inbox.Alarmed:
		if arg(0) == strconv.Itoa(int(inbox.AlarmMissed)) {
			return l.P.T("journal.missed", who)
		}
		return l.P.T("journal.alarmed", who)
	}
	if k := lang.Key("journal." + string(e.Event.Verb)); l.P.Has(k) {
		return l.P.T(k, who)
	}
	return string(e.Event.Verb)
}

// Do moves, opens the chosen one and narrows to a client.
func (d *Journal) Do(i keys.Intent) Action {
	if delta, ok := step(i, d.height); ok {
		d.pick.move(delta, len(d.shown))
		return d.more()
	}
	if n, ok := keys.ClientOf(i); ok {
		return ClientPicked{n}
	}
	if i == keys.OnlyActs {
		d.acts, d.pick = !d.acts, chooser{}
		d.narrow()
		return d.more()
	}
	if i == keys.Open && d.pick.at < len(d.shown) {
		return ThreadWanted{Thread: d.shown[d.pick.at].Event.Thread}
	}
	return nil
}

// ClientPicked: narrow the dialog to the n-th client; 0: to none.
type ClientPicked struct{ N int }

// Narrow shows what happened at one client; "": at all.
func (d *Journal) Narrow(id inbox.ClientID) Action {
	d.client, d.pick = id, chooser{}
	d.narrow()
	return d.more()
}
