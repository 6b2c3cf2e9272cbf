package dialog

import (
	"cmp"
	"slices"
	"strings"

	"vigie/inbox"
	"vigie/tui/cell"
	"vigie/tui/keys"
	"vigie/tui/lang"
	"vigie/tui/look"
	"vigie/tui/standing"
)

// Outbox lists what is not surely there yet: first what needs a person, then
// what is in doubt, then what is on its way. Below stands all that is known of
// the chosen one.
type Outbox struct {
	base
	Actions []inbox.Action
	heads   map[inbox.ThreadID]inbox.Thread
	pick    chooser
	height  int
	acted   inbox.ActionID // the one that a key was for: it may go
	moved   bool           // the chosen one went by itself
	history bool           // its history instead of what is known
}

// ActionWanted: do this to one act of ours. Intent is keys.Retry, Confirm,
// Drop, Edit or Open.
type ActionWanted struct {
	Intent keys.Intent
	Action inbox.Action
}

// Set replaces the lines; the chosen one stays chosen. heads tell to whom.
func (d *Outbox) Set(as []inbox.Action, heads map[inbox.ThreadID]inbox.Thread) {
	chosen, had := d.Chosen()
	d.Actions, d.heads = slices.Clone(as), heads
	slices.SortStableFunc(d.Actions, func(a, b inbox.Action) int {
		return cmp.Or(cmp.Compare(urgency(a), urgency(b)), cmp.Compare(a.ID, b.ID))
	})
	i := slices.IndexFunc(d.Actions, func(a inbox.Action) bool { return a.ID == chosen.ID })
	switch {
	case i >= 0:
		d.pick.at = i
	case had && chosen.ID != d.acted:
		d.moved = true
	}
	d.pick.move(0, len(d.Actions))
}

// urgency: what needs a person comes first, what was asked for later last.
func urgency(a inbox.Action) int {
	switch {
	case standing.Stuck(a):
		return 0
	case a.State == inbox.Uncertain:
		return 1
	case a.State == inbox.RetryWait && standing.ForPerson(a.Problem):
		return 2
	case a.State == inbox.Queued && !a.SendAt.IsZero():
		return 4
	}
	return 3
}

// Chosen is the act under the cursor.
func (d *Outbox) Chosen() (inbox.Action, bool) {
	if d.pick.at < len(d.Actions) {
		return d.Actions[d.pick.at], true
	}
	return inbox.Action{}, false
}

// Scopes: its own keys, then those of lists.
func (*Outbox) Scopes() []keys.Scope { return []keys.Scope{keys.Outbox, keys.Pick} }

// Large: lines need room.
func (*Outbox) Large() bool { return true }

// Title names it and counts what it holds.
func (d *Outbox) Title(l look.Look) string {
	title := l.P.T("dialog.outbox")
	counted := standing.Counted(l, standing.Count(l, d.Actions),
		standing.ForYou, standing.Doubted, standing.Account, standing.Behind, standing.OnWay, standing.Planned)
	if counted != "" {
		title += " " + l.Glyphs.Dot + " " + counted
	}
	return title
}

// linesEach is how many lines an act of the outbox takes.
const linesEach = 2

// View draws the dialog.
func (d *Outbox) View(l look.Look, w, h int) []string {
	if len(d.Actions) == 0 {
		return []string{l.Spans(w).Add(l.Muted, " "+l.Glyphs.OK+" "+l.P.T("outbox.clear")).End(l.Text)}
	}
	known := d.known(l, w)
	room := h - min(len(known), max(h/2, 1))
	if h < linesEach*2+2 {
		room = h
	}
	d.height = max(room/linesEach, 1)
	from, to := d.pick.window(len(d.Actions), d.height)
	var out []string
	for i := from; i < to; i++ {
		out = append(out, d.action(l, w, i)...)
	}
	if to-from < len(d.Actions) { // how many stand above and below
		known[0] = d.rule(l, w, from, len(d.Actions)-to)
	}
	out = append(out[:min(len(out), h)], known...)
	return out[:min(len(out), h)]
}

func (d *Outbox) action(l look.Look, w, i int) []string {
	a := d.Actions[i]
	c := l.Client(a.Client)
	st := standing.Of(l, a, d.Actions)
	at := l.Time.Moment(a.CreatedAt, l.Now, c.Zone)
	first := chosen(l, w, i == d.pick.at, func(s *cell.Spans) {
		s.Add(st.Pen, l.Cut(st.String(), max(s.Left()*3/5, 12))).Add(l.Muted, " "+l.Glyphs.Dot+" ")
		s.Add(c.Pens.Plain, c.Name)
		if who := d.whom(c, a); who != "" {
			s.Add(l.Muted, " "+l.Glyphs.To+" ").Add(l.Text, who)
		}
		if n := l.Width(at) + 1; n < s.Left() {
			s.Fill(l.Text, n).Add(l.Muted, " "+at)
		}
	})
	s := l.Spans(w).Add(l.Text, "    ")
	if !a.Kind.Writes() {
		s.Add(l.Muted, l.P.T(lang.Key("act."+string(a.Kind)))+" ")
	}
	if who := standing.Readers(l, a); who != "" {
		s.Add(l.Note, who).Add(l.Muted, " "+l.Glyphs.Dot+" ")
	}
	return []string{first, s.Add(l.Text, body(a)).End(l.Text)}
}

// whom is who gets it: the contact, or the author that is answered.
func (d *Outbox) whom(c look.Client, a inbox.Action) string {
	t, ok := d.heads[a.Thread]
	switch {
	case a.Kind == inbox.ActEscalate:
		for _, contact := range c.Contacts {
			if contact.ID == a.Contact {
				return contact.Name
			}
		}
		return string(a.Contact)
	case ok:
		return look.Author(t.Author)
	}
	return ""
}

// body is the beginning of what is sent, as one line.
func body(a inbox.Action) string {
	if a.Brief != nil {
		return a.Brief.Question.String()
	}
	const most = 400 // bytes: more than a line shows
	return strings.Join(strings.Fields(a.Text[:min(len(a.Text), most)]), " ")
}

// rule parts the list from what is known; it says what the list hides.
func (*Outbox) rule(l look.Look, w, above, below int) string {
	s := l.Spans(w).Add(l.Faint, cell.Repeat(l.Glyphs.Rule, 2))
	if above > 0 {
		s.Add(l.Muted, " "+l.Glyphs.Less+" "+l.P.T("box.counts-more", above)+" ")
	}
	if below > 0 {
		s.Add(l.Muted, " "+l.Glyphs.More+" "+l.P.T("box.counts-more", below)+" ")
	}
	return s.Add(l.Faint, cell.Repeat(l.Glyphs.Rule, s.Left())).End(l.Text)
}

// known is what is known of the chosen one, under a rule.
func (d *Outbox) known(l look.Look, w int) []string {
	a, _ := d.Chosen()
	out := []string{d.rule(l, w, 0, 0)}
	add := func(p cell.Drawer, words string) {
		for _, s := range l.Wrap(words, max(w-2, 1)) {
			out = append(out, l.Spans(w).Add(l.Text, " ").Add(p, s).End(l.Text))
		}
	}
	if d.moved {
		add(l.Warn, l.P.T("box.moved"))
	}
	if d.history {
		return append(out, historyLines(l, a, w)...)
	}
	st := standing.Of(l, a, d.Actions)
	what, next := standing.Why(l, a)
	words := st.String()
	if what != "" {
		words += " " + l.Glyphs.Dot + " " + what
	}
	add(st.Pen, words)
	if said := standing.Quoted(l, a); said != "" {
		add(l.Muted, said)
	}
	if next != "" {
		add(l.Text, l.Glyphs.To+" "+next)
	}
	dot := " " + l.Glyphs.Dot + " "
	zone := l.Client(a.Client).Zone
	about := l.P.T(lang.Key("act." + string(a.Kind)))
	if who := standing.Readers(l, a); who != "" {
		about += dot + who
	}
	about += dot + l.Handle(a.Account) + dot + l.P.T("box.queued-at", l.Time.Moment(a.CreatedAt, l.Now, zone)) + dot + l.P.T("when.zone", zone.String())
	if a.Attempt > 0 {
		about += dot + l.P.T("box.attempts", a.Attempt)
	}
	add(l.Muted, about)
	return out
}

// historyLines tell how an act came where it is, newest last, from the moment
// it was queued.
func historyLines(l look.Look, a inbox.Action, w int) []string {
	zone := l.Client(a.Client).Zone
	begun := l.Spans(w).Add(l.Muted, " "+l.Time.Moment(a.CreatedAt, l.Now, zone)+" ").Add(l.Text, l.P.T("history.begun"))
	if standing.Later(l, a) {
		begun.Add(l.Muted, " "+l.Glyphs.Dot+" "+standing.Of(l, a, nil).Text)
	}
	out := []string{begun.Add(l.Muted, " "+l.Glyphs.Dot+" "+l.P.T("when.zone", zone.String())).End(l.Text)}
	for _, st := range a.History {
		step := a
		step.State = st.To
		step.NotBefore, step.SendAt = st.At, st.At
		word := standing.Of(l, step, nil)
		s := l.Spans(w).Add(l.Muted, " "+l.Time.Moment(st.At, l.Now, zone)+" ").Add(word.Pen, word.String())
		if why := reason(l, a, st.Why); why != "" {
			s.Add(l.Muted, " "+l.Glyphs.Dot+" "+why)
		}
		if st.Who != "" {
			s.Add(l.Muted, " "+l.Glyphs.Dot+" "+l.P.T("history.by", st.Who))
		}
		out = append(out, s.End(l.Text))
	}
	return out
}

// reason says why an act moved.
func reason(l look.Look, a inbox.Action, why string) string {
	if why == "" {
		return ""
	}
	if k := lang.Key("history.why." + why); l.P.Has(k) {
		return l.P.T(k)
	}
	a.Problem = inbox.Problem{Code: why, Detail: why}
	what, _ := l.ActProblem(a)
	return what
}

// Do moves and acts on the chosen line.
func (d *Outbox) Do(i keys.Intent) Action {
	if delta, ok := step(i, d.height); ok {
		d.pick.move(delta, len(d.Actions))
		d.moved = false
		return nil
	}
	a, ok := d.Chosen()
	if !ok {
		return nil
	}
	switch i {
	case keys.Accept:
		return ActionWanted{keys.Open, a}
	case keys.History:
		d.history = !d.history
	case keys.Retry, keys.Confirm, keys.Drop, keys.Edit:
		if d.moved { // another one has come under the hand
			d.moved = false
			return Refused{"box.moved"}
		}
		d.acted = a.ID
		return ActionWanted{i, a}
	}
	return nil
}
