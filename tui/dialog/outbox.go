package dialog

import (
	"strings"

	"vigie/inbox"
	"vigie/tui/cell"
	"vigie/tui/keys"
	"vigie/tui/lang"
	"vigie/tui/look"
	"vigie/tui/theme"
)

// Outbox lists what was sent and is not surely there, with what to do.
type Outbox struct {
	base
	Actions []inbox.Action
	pick    chooser
	height  int
}

// ActionWanted: do this to one action of the outbox. Intent is keys.Retry,
// Confirm, Drop, Edit or Open.
type ActionWanted struct {
	Intent keys.Intent
	Action inbox.Action
}

// Set replaces the lines; the chosen one stays chosen.
func (d *Outbox) Set(as []inbox.Action) {
	var id inbox.ActionID
	if d.pick.at < len(d.Actions) {
		id = d.Actions[d.pick.at].ID
	}
	d.Actions = as
	for i, a := range as {
		if a.ID == id {
			d.pick.at = i
		}
	}
}

// Scopes: its own keys, then those of lists.
func (*Outbox) Scopes() []keys.Scope { return []keys.Scope{keys.Outbox, keys.Pick} }

// Large: lines need room.
func (*Outbox) Large() bool { return true }

// Title names it.
func (d *Outbox) Title(l look.Look) string { return l.P.T("dialog.outbox") }

// linesPer is how many lines one action takes.
const linesPer = 3

// View draws the dialog.
func (d *Outbox) View(l look.Look, w, h int) []string {
	if len(d.Actions) == 0 {
		return []string{l.Spans(w).Add(l.Muted, " "+l.Glyphs.OK+" "+l.P.T("outbox.clear")).End(l.Text)}
	}
	d.height = max(h/linesPer, 1)
	from, to := d.pick.window(len(d.Actions), d.height)
	var out []string
	for i := from; i < to; i++ {
		out = append(out, d.action(l, w, i)...)
	}
	return out[:min(len(out), h)]
}

func (d *Outbox) action(l look.Look, w, i int) []string {
	a := d.Actions[i]
	c := l.Client(a.Client)
	state, p := l.P.T(lang.Key("sending."+string(a.State))), l.Warn
	if a.State == inbox.Queued && a.NotBefore.After(l.Now) {
		state = l.P.T("outbox.held", l.Time.Left(a.NotBefore.Sub(l.Now)))
	}
	if a.State.Trouble() {
		p = l.Danger
	}
	first := chosen(l, w, i == d.pick.at, func(s *cell.Spans) {
		s.Add(p, state).Add(l.Muted, " "+l.Glyphs.Dot+" "+l.P.T(lang.Key("act."+string(a.Kind)))+" "+l.Glyphs.Dot+" ")
		s.Add(c.Pens.Plain, c.Name).Add(l.Muted, " "+l.Glyphs.Dot+" "+l.Handle(a.Account)+" "+l.Glyphs.Dot+" "+l.Time.Moment(a.CreatedAt, l.Now, c.Zone))
	})
	body := strings.Join(strings.Fields(a.Text), " ")
	if a.Brief != nil {
		body = a.Brief.Question.String()
	}
	second := l.Spans(w).Add(l.Text, "    "+body).End(l.Text)
	what, next := l.Problem(a.Problem, l.Handle(a.Account))
	if a.Problem.Zero() {
		what, next = "", ""
	}
	return []string{first, second, sentence(l, w, what, next, l.Danger)}
}

// sentence draws what is wrong and what to do, on one line.
func sentence(l look.Look, w int, what, next string, p theme.Pen) string {
	s := l.Spans(w).Add(l.Text, "    ")
	if what != "" {
		s.Add(p, what)
	}
	if next != "" {
		s.Add(l.Muted, " "+l.Glyphs.To+" "+next)
	}
	return s.End(l.Text)
}

// Do moves and acts on the chosen line.
func (d *Outbox) Do(i keys.Intent) Action {
	if delta, ok := step(i, d.height); ok {
		d.pick.move(delta, len(d.Actions))
		return nil
	}
	if d.pick.at >= len(d.Actions) {
		return nil
	}
	switch i {
	case keys.Accept:
		return ActionWanted{keys.Open, d.Actions[d.pick.at]}
	case keys.Retry, keys.Confirm, keys.Drop, keys.Edit:
		return ActionWanted{i, d.Actions[d.pick.at]}
	}
	return nil
}
