package dialog

import (
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"vigie/inbox"
	"vigie/inbox/when"
	"vigie/tui/cell"
	"vigie/tui/keys"
	"vigie/tui/look"
)

// Later asks when an answer is to be sent.
type Later struct {
	base
	thread  inbox.Thread
	zone    *time.Location
	now     time.Time
	field   Field
	presets []string
	planned bool // a time is set: the first preset takes it away
	pick    int
}

// LaterPicked: send at this time; zero: now.
type LaterPicked struct{ At time.Time }

// NewLater asks for a moment in the zone of the thread's client. The zone of
// now is the writer's own. With planned, a time is set already and can be taken
// away.
func NewLater(t inbox.Thread, l look.Look, now time.Time, planned bool) *Later {
	d := &Later{
		thread: t, zone: l.Client(t.Client).Zone, now: now, planned: planned,
		presets: []string{
			l.P.T("snooze.hours"), l.P.T("snooze.evening"), l.P.T("snooze.tomorrow"), l.P.T("snooze.monday"),
		},
	}
	if planned {
		d.presets = append([]string{l.P.T("later.now")}, d.presets...)
	}
	return d
}

// atOnce reports whether a line of the presets means no later time at all.
func (d *Later) atOnce(pick int) bool { return d.planned && pick == 1 }

// Scopes: a text field.
func (*Later) Scopes() []keys.Scope { return []keys.Scope{keys.Form} }

// Title names the act and the thread.
func (d *Later) Title(l look.Look) string {
	return l.P.T("dialog.later") + " " + l.Glyphs.Dot + " " + threads(l, []inbox.Thread{d.thread})
}

// Rows: the field, what it means, the presets.
func (d *Later) Rows(look.Look, int) int { return 2 + len(d.presets) }

func (d *Later) text() string {
	if d.pick > 0 {
		return d.presets[d.pick-1]
	}
	return strings.TrimSpace(d.field.Value())
}

// View draws the dialog.
func (d *Later) View(l look.Look, w, h int) []string {
	s := l.Spans(w).Add(l.Text, " ")
	x := d.field.Draw(l, s, l.P.T("dialog.later-field"), l.P.T("later.hint"), d.pick == 0) + 1
	d.setCursor(x, 1, true)
	out := []string{s.End(l.Text), d.moment(l, w)}
	for i, p := range d.presets {
		out = append(out, chosen(l, w, i+1 == d.pick, func(s *cell.Spans) {
			s.Fixed(l.Text, p, 20)
			if d.atOnce(i + 1) {
				return
			}
			if t, err := when.Parse(p, d.now, d.zone); err == nil {
				s.Add(l.Muted, l.Time.Full(t, d.zone))
			} else {
				s.Add(l.Muted, l.P.T("when.past"))
			}
		}))
	}
	return out[:min(len(out), h)]
}

// moment says what the words mean, in the client's zone and in the writer's.
func (d *Later) moment(l look.Look, w int) string {
	if d.atOnce(d.pick) {
		return l.Spans(w).Add(l.OK, " "+l.Glyphs.To+" "+l.P.T("later.now")).End(l.Text)
	}
	t, err := when.Parse(d.text(), d.now, d.zone)
	if err != nil {
		return moment(l, w, d.text(), d.now, d.zone)
	}
	s := l.Spans(w).Add(l.Text, " ").Add(l.OK, l.Glyphs.To+" "+l.Time.Full(t, d.zone)).Add(l.Faint, " ("+d.zone.String()+")")
	if yours := l.Yours(t, d.zone); yours != "" {
		s.Add(l.Muted, " "+l.Glyphs.Dot+" "+yours)
	}
	return s.End(l.Text)
}

// Key types.
func (d *Later) Key(k tea.KeyPressMsg) Action {
	if d.field.Key(k) {
		d.pick = 0
	}
	return nil
}

// Paste types what was pasted.
func (d *Later) Paste(s string) Action { d.field.Paste(s); d.pick = 0; return nil }

// Do moves in the presets and accepts by enter.
func (d *Later) Do(i keys.Intent) Action {
	switch i {
	case keys.Down, keys.NextField:
		d.pick = min(d.pick+1, len(d.presets))
	case keys.Up, keys.PrevField:
		d.pick = max(d.pick-1, 0)
	case keys.Accept:
		switch {
		case d.atOnce(d.pick):
			return LaterPicked{}
		case d.text() == "":
			return Refused{"later.empty"}
		}
		if t, err := when.Parse(d.text(), d.now, d.zone); err == nil {
			return LaterPicked{t}
		}
	}
	return nil
}
