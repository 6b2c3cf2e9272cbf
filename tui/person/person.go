// Package person is the card of who a thread is with: who they are on which
// network, what was exchanged with them and how it ended, badges and notes.
// All of it belongs to one client. The card decides nothing; the root carries
// out what it asks for.
package person

import (
	"strings"

	tea "charm.land/bubbletea/v2"

	"vigie/inbox"
	"vigie/tui/dialog"
	"vigie/tui/keys"
	"vigie/tui/lang"
	"vigie/tui/look"
)

// Exchange is another thread with the same person and how it ended.
type Exchange struct {
	Thread  inbox.Thread
	Hidden  bool // a message of theirs was hidden or deleted by us
	Handled bool // it was escalated at some time
	To      string
}

// Card is the dialog.
type Card struct {
	Thread inbox.Thread
	card   inbox.PersonCard
	list   []Exchange
	did    []Measure
	loaded bool
	at     int
	top    int
	page   int
	keys   Keys
}

// Keys are those that the card names in its sentences; Block and Mute are
// pressed in a thread.
type Keys struct{ Badge, Note, Block, Mute string }

// Measure is what we did to them, and whether it can be taken back from here.
type Measure struct {
	inbox.Measure
	Back bool
}

// Wanted: do something to who the card is of. Intent is keys.Badge, keys.Note,
// keys.JoinPerson or keys.PartPerson.
type Wanted struct{ Intent keys.Intent }

// New makes the card of who a thread is with; what is known comes by Set.
func New(t inbox.Thread, k Keys) *Card { return &Card{Thread: t, keys: k} }

// Set shows what is known.
func (d *Card) Set(c inbox.PersonCard, list []Exchange, did []Measure) {
	d.card, d.list, d.did, d.loaded = c, list, did, true
	d.at = max(min(d.at, len(list)-1), 0)
}

// Loaded reports whether there is something to read.
func (c *Card) Loaded() bool { return c.loaded }

// Known returns what is shown; false: nothing is yet.
func (d *Card) Known() (inbox.PersonCard, bool) { return d.card, d.loaded }

// Any reports whether an exchange is chosen.
func (d *Card) Any() bool { return len(d.list) > 0 }

// Scopes: its own keys, then those of lists.
func (*Card) Scopes() []keys.Scope { return []keys.Scope{keys.Card, keys.Pick} }

// Title names who it is of, and whose card it is.
func (d *Card) Title(l look.Look) string {
	name := look.Author(d.Thread.Author)
	if d.loaded {
		name = look.Author(d.card.Author)
	}
	return l.P.T("person.title") + " " + l.Glyphs.Dot + " " + l.Cut(name, 40) + " " + l.Glyphs.Dot + " " + l.Client(d.Thread.Client).Name
}

// Large: it needs room.
func (*Card) Large() bool { return true }

// Rows is not asked of a large dialog.
func (*Card) Rows(look.Look, int) int { return 1 }

// Cursor: it has no text field.
func (*Card) Cursor() *tea.Cursor { return nil }

// Key does nothing: it has no text field.
func (*Card) Key(tea.KeyPressMsg) dialog.Action { return nil }

// Paste does nothing.
func (*Card) Paste(string) dialog.Action { return nil }

// View draws the card: what is known above, the exchanges below it.
func (d *Card) View(l look.Look, w, h int) []string {
	if !d.loaded {
		return nil
	}
	out := d.facts(l, w)
	if most := max(h-min(len(d.list), 4)-1, h/2); len(out) > most {
		out = out[:most]
	}
	out = append(out, d.heading(l, w, "person.exchanges"))
	if len(d.list) == 0 {
		out = append(out, d.plain(l, w, l.P.T("person.exchanges-none")))
		return out[:min(len(out), h)]
	}
	d.page = max(h-len(out), 1)
	d.top = max(min(d.top, d.at), d.at-d.page+1, 0)
	for i := d.top; i < min(d.top+d.page, len(d.list)); i++ {
		out = append(out, d.exchange(l, w, i))
	}
	if rest := d.card.Total - 1 - len(d.list); rest > 0 && len(out) < h {
		out = append(out, d.plain(l, w, l.P.T("person.exchanges-more", rest)))
	}
	return out[:min(len(out), h)]
}

func (d *Card) heading(l look.Look, w int, key lang.Key) string {
	return l.Spans(w).Add(l.Title, " "+l.P.T(key)).End(l.Text)
}

func (d *Card) plain(l look.Look, w int, words string) string {
	return l.Spans(w).Add(l.Muted, "   "+words).End(l.Text)
}

// facts are the lines above the exchanges.
func (d *Card) facts(l look.Look, w int) []string {
	c := d.card
	var out []string
	add := func(words string) {
		for _, s := range l.Wrap(words, max(w-4, 1)) {
			out = append(out, d.plain(l, w, s))
		}
	}
	out = append(out, l.Spans(w).Add(l.Strong, " "+Summary(l, c)).End(l.Text))
	for _, m := range d.did {
		for _, s := range l.Wrap(d.measure(l, m), max(w-4, 1)) {
			out = append(out, l.Spans(w).Add(l.Warn, "   "+s).End(l.Text))
		}
	}
	add(counted(l, d.Thread, c))
	out = append(out, d.heading(l, w, "person.identities"))
	out = append(out, d.identities(l, w)...)
	out = append(out, d.heading(l, w, "person.badges"))
	if len(c.Badges) == 0 {
		add(l.P.T("person.badges-none", d.keys.Badge))
	} else {
		add(strings.Join(c.Badges, ", "))
	}
	out = append(out, d.heading(l, w, "person.notes"))
	if len(c.Notes) == 0 {
		add(l.P.T("person.notes-none", d.keys.Note))
	}
	const most = 5
	zone := l.Client(d.Thread.Client).Zone
	for i := len(c.Notes) - 1; i >= 0 && i >= len(c.Notes)-most; i-- {
		n := c.Notes[i]
		words := l.Time.Moment(n.At, l.Now, zone)
		if name := l.Session(n.Session, n.Line); name != "" {
			words += " " + l.Glyphs.Dot + " " + l.Cut(name, 24)
		}
		add(words + " " + l.Glyphs.Dot + " " + look.Head(n.Text.String(), 600))
	}
	return out
}

// measure says what was done to them, where, when and by whom, and how it is
// taken back.
func (d *Card) measure(l look.Look, m Measure) string {
	key := d.keys.Block
	if m.Kind == inbox.ActMute {
		key = d.keys.Mute
	}
	words := []string{
		l.P.T(lang.Key("person."+string(m.Kind)), l.On(m.Account, l.Accounts[m.Account].Network)),
		l.Handle(m.Account), l.Time.Moment(m.At, l.Now, l.Client(d.Thread.Client).Zone),
	}
	if who := l.Session(m.Session, m.Line); who != "" {
		words = append(words, l.Cut(who, 24))
	}
	switch {
	case !m.Back:
		words = append(words, l.P.T("person.back-not"))
	case key == "":
	case m.Account == d.Thread.Account:
		words = append(words, l.P.T("person.back", key))
	default:
		words = append(words, l.P.T("person.back-there", int(m.Thread), key))
	}
	return strings.Join(words, " "+l.Glyphs.Dot+" ")
}

// identities are the accounts under which they are known, this thread's first.
func (d *Card) identities(l look.Look, w int) []string {
	list := d.card.Identities
	if len(list) == 0 {
		list = []inbox.PersonIdentity{{Account: d.Thread.Account, Author: d.card.Author}}
	}
	var out []string
	for _, id := range list {
		here := id.Account == d.Thread.Account && id.Author.ID == d.card.Author.ID
		s := l.Spans(w).Add(l.Text, "   ").Add(l.Muted, l.On(id.Account, l.Accounts[id.Account].Network)+" ")
		s.Add(l.Strong, l.Cut(id.Author.Handle.String(), max(w/2, 8)))
		if !id.Author.Name.Empty() {
			s.Add(l.Text, " "+l.Cut(id.Author.Name.String(), max(w/4, 8)))
		}
		s.Add(l.Muted, " "+l.Glyphs.Dot+" "+l.P.T("person.seen-by", l.Handle(id.Account)))
		if here {
			s.Add(l.Accent, " "+l.Glyphs.Dot+" "+l.P.T("person.here"))
		}
		out = append(out, s.End(l.Text))
	}
	return out
}

// counted says since when, how much, and when the last was.
func counted(l look.Look, t inbox.Thread, c inbox.PersonCard) string {
	zone := l.Client(t.Client).Zone
	dot := " " + l.Glyphs.Dot + " "
	messages, threads := l.P.T("person.messages", c.Messages), l.P.T("person.threads", max(c.Total, 1))
	words := messages + dot + threads
	if c.AtLeast {
		words = l.P.T("person.at-least", messages, threads)
	}
	if !c.FirstAt.IsZero() {
		words = l.P.T("person.since", l.Time.Day(c.FirstAt, zone)) + dot + words
	}
	if !c.LastAt.IsZero() {
		words += dot + l.P.T("person.last", l.Time.Moment(c.LastAt, l.Now, zone))
	}
	if c.Hidden > 0 {
		words += dot + l.P.T("person.hidden", c.Hidden)
	}
	return words
}

// Summary is the card in one line: which exchange this is, since when, and
// what people noted.
func Summary(l look.Look, c inbox.PersonCard) string {
	words := l.P.T("person.first")
	if c.Total > 1 {
		month := l.Time.Month(c.FirstAt, l.Now, l.Client(c.Client).Zone)
		words = l.P.T("person.nth", l.P.Ordinal(c.Total), month)
	}
	for _, b := range c.Badges {
		words += " " + l.Glyphs.Dot + " " + b
	}
	if n := len(c.Notes); n > 0 {
		words += " " + l.Glyphs.Dot + " " + look.Head(c.Notes[n-1].Text.String(), 120)
	}
	return words
}

func (d *Card) exchange(l look.Look, w, i int) string {
	e := d.list[i]
	zone := l.Client(e.Thread.Client).Zone
	s := l.Spans(w)
	if i == d.at {
		s.Add(l.Key, l.Glyphs.Cursor+" ")
	} else {
		s.Add(l.Text, "  ")
	}
	s.Fixed(l.Muted, l.Time.Moment(e.Thread.LastAt, l.Now, zone), 14).Add(l.Text, " ")
	s.Fixed(l.Muted, l.OnShort(e.Thread.Account, e.Thread.Network), 5).Add(l.Text, " ")
	s.Add(l.Accent, l.Cut(Outcome(l, e), max(w/3, 10))).Add(l.Muted, " "+l.Glyphs.Dot+" ")
	number := " " + l.P.T("person.number", int(e.Thread.ID))
	if free := s.Left() - l.Width(number); free > 8 {
		s.Safe(l.Text, e.Thread.Snippet, free).Add(l.Muted, number)
	} else {
		s.Safe(l.Text, e.Thread.Snippet, s.Left())
	}
	return s.End(l.Text)
}

// Outcome says in words how an exchange ended, or stands.
func Outcome(l look.Look, e Exchange) string {
	t := e.Thread
	var words []string
	add := func(key lang.Key, args ...any) { words = append(words, l.P.T(key, args...)) }
	if t.Split() == inbox.Watches {
		add("outcome.watch")
	}
	if !t.OutAt.IsZero() {
		add("outcome.answered")
	}
	if e.Hidden {
		add("outcome.hidden")
	}
	if e.Handled {
		add("outcome.escalated", l.Glyphs.To, l.Cut(e.To, 24))
	}
	switch t.State {
	case inbox.Done:
		add("outcome.done")
	case inbox.Snoozed:
		add("outcome.snoozed")
	case inbox.Ours:
		if !t.LastOut {
			add("outcome.waiting")
		}
	}
	if len(words) == 0 {
		add("outcome.none")
	}
	return strings.Join(words, ", ")
}

// Do moves, opens an exchange, or asks for what is done to a person.
func (d *Card) Do(i keys.Intent) dialog.Action {
	moved := map[keys.Intent]int{
		keys.Down: 1, keys.Up: -1, keys.PageDown: max(d.page, 1), keys.PageUp: -max(d.page, 1), keys.Top: -len(d.list), keys.Bottom: len(d.list),
	}
	if delta, ok := moved[i]; ok {
		d.at = max(min(d.at+delta, len(d.list)-1), 0)
		return nil
	}
	switch i {
	case keys.Open:
		if d.at < len(d.list) {
			return dialog.ThreadWanted{Thread: d.list[d.at].Thread.ID}
		}
	case keys.Badge, keys.Note, keys.JoinPerson, keys.PartPerson:
		if d.loaded {
			return Wanted{i}
		}
	case keys.Copy:
		return Wanted{keys.CopyAuthor}
	}
	return nil
}
