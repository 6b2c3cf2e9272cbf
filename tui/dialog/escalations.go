package dialog

import (
	"cmp"
	"slices"
	"time"

	"vigie/inbox"
	"vigie/tui/cell"
	"vigie/tui/keys"
	"vigie/tui/look"
)

// Escalations lists what contacts owe an answer to, the one that is due first
// on top.
type Escalations struct {
	base
	threads []inbox.Thread
	loaded  bool
	pick    chooser
	height  int
}

// ThreadWanted: show a thread; Then is what to do there, "" nothing.
type ThreadWanted struct {
	Thread inbox.ThreadID
	Then   keys.Intent
}

// Set replaces the lines; the chosen one stays chosen.
func (d *Escalations) Set(ts []inbox.Thread) {
	old := inbox.ThreadID(0)
	if d.pick.at < len(d.threads) {
		old = d.threads[d.pick.at].ID
	}
	d.threads, d.loaded = slices.Clone(ts), true
	slices.SortStableFunc(d.threads, func(a, b inbox.Thread) int {
		x, y := a.Escalation.Due, b.Escalation.Due
		if x.IsZero() != y.IsZero() {
			return cmp.Compare(y.Unix(), x.Unix()) // what has no deadline comes last
		}
		return cmp.Or(x.Compare(y), a.Escalation.At.Compare(b.Escalation.At), cmp.Compare(a.ID, b.ID))
	})
	if i := slices.IndexFunc(d.threads, func(t inbox.Thread) bool { return t.ID == old }); i >= 0 {
		d.pick.at = i
	}
	d.pick.move(0, len(d.threads))
}

// Loaded reports whether there is something to read.
func (d *Escalations) Loaded() bool { return d.loaded }

// Any reports whether a line is chosen.
func (d *Escalations) Any() bool { return len(d.threads) > 0 }

// Scopes: its own keys, then those of lists.
func (*Escalations) Scopes() []keys.Scope { return []keys.Scope{keys.EscalationBox, keys.Pick} }

// Large: lines need room.
func (*Escalations) Large() bool { return true }

func late(t inbox.Thread, now time.Time) bool {
	return !t.Escalation.Due.IsZero() && !t.Escalation.Due.After(now)
}

// Title names it and counts.
func (d *Escalations) Title(l look.Look) string {
	title := l.P.T("escalations.title")
	if len(d.threads) == 0 {
		return title
	}
	title += " " + l.Glyphs.Dot + " " + l.P.T("escalations.count", len(d.threads))
	n := 0
	for _, t := range d.threads {
		if late(t, l.Now) {
			n++
		}
	}
	if n > 0 {
		title += " " + l.Glyphs.Dot + " " + l.P.T("escalations.count-late", n)
	}
	return title
}

// View draws the dialog.
func (d *Escalations) View(l look.Look, w, h int) []string {
	if len(d.threads) == 0 {
		words := ""
		if d.loaded {
			words = l.Glyphs.OK + " " + l.P.T("escalations.none")
		}
		return []string{l.Spans(w).Add(l.Muted, " "+words).End(l.Text)}
	}
	d.height = max(h/linesEach, 1)
	from, to := d.pick.window(len(d.threads), d.height)
	var out []string
	for i := from; i < to; i++ {
		out = append(out, d.escalation(l, w, i)...)
	}
	return out[:min(len(out), h)]
}

func (d *Escalations) escalation(l look.Look, w, i int) []string {
	t := d.threads[i]
	e, c := t.Escalation, l.Client(t.Client)
	pen, due := l.Muted, l.P.T("escalations.open")
	switch {
	case late(t, l.Now):
		pen, due = l.Danger, l.Glyphs.Fail+" "+l.P.T("escalations.late", l.Time.Left(l.Now.Sub(e.Due)))
	case !e.Due.IsZero():
		pen, due = l.Warn, l.P.T("escalations.due", l.Time.Moment(e.Due, l.Now, c.Zone))
	}
	first := chosen(l, w, i == d.pick.at, func(s *cell.Spans) {
		s.Add(c.Pens.Plain, l.Cut(c.Name, l.ClientWidth)).Add(l.Text, " ").Add(l.Strong, l.Cut(look.Author(t.Author), max(w/4, 8)))
		s.Add(l.Muted, " "+l.Glyphs.To+" ").Add(l.Text, e.Name.String())
		if n := l.Width(due) + 1; n < s.Left() {
			s.Fill(l.Text, n)
		}
		s.Add(l.Text, " ").Add(pen, due)
	})
	question := l.Spans(w).Add(l.Text, "    ").Add(l.Muted, look.Head(e.Question.String(), 800))
	return []string{first, question.End(l.Text)}
}

// Do moves, and opens the chosen one.
func (d *Escalations) Do(i keys.Intent) Action {
	if delta, ok := step(i, d.height); ok {
		d.pick.move(delta, len(d.threads))
		return nil
	}
	if d.pick.at >= len(d.threads) {
		return nil
	}
	switch id := d.threads[d.pick.at].ID; i {
	case keys.Open:
		return ThreadWanted{Thread: id}
	case keys.Escalate:
		return ThreadWanted{Thread: id, Then: keys.Escalate}
	}
	return nil
}
