package dialog

import (
	"errors"
	"time"

	tea "charm.land/bubbletea/v2"

	"vigie/inbox"
	"vigie/inbox/when"
	"vigie/tui/cell"
	"vigie/tui/keys"
	"vigie/tui/look"
)

// Snooze asks until when the threads sleep.
type Snooze struct {
	base
	Threads []inbox.Thread
	zone    *time.Location
	now     time.Time
	field   Field
	presets []string
	pick    int
}

// SnoozePicked: let the threads sleep.
type SnoozePicked struct {
	Threads []inbox.Thread
	Until   time.Time
}

// NewSnooze asks for a moment in the zone of the first thread's client.
func NewSnooze(ts []inbox.Thread, l look.Look, now time.Time) *Snooze {
	return &Snooze{
		Threads: ts, zone: l.Client(ts[0].Client).Zone, now: now,
		presets: []string{
			l.P.T("snooze.hours"), l.P.T("snooze.evening"), l.P.T("snooze.tomorrow"), l.P.T("snooze.monday"), l.P.T("snooze.week"),
		},
	}
}

// Scopes: a text field.
func (*Snooze) Scopes() []keys.Scope { return []keys.Scope{keys.Form} }

// Title names the act and its threads.
func (d *Snooze) Title(l look.Look) string {
	return l.P.T("dialog.snooze") + " " + l.Glyphs.Dot + " " + threads(l, d.Threads)
}

// Rows: the field, what it means, the presets.
func (d *Snooze) Rows(look.Look, int) int { return 2 + len(d.presets) }

func (d *Snooze) text() string {
	if d.pick > 0 {
		return d.presets[d.pick-1]
	}
	return d.field.Value()
}

// View draws the dialog.
func (d *Snooze) View(l look.Look, w, h int) []string {
	s := l.Spans(w).Add(l.Text, " ")
	x := d.field.Draw(l, s, l.P.T("dialog.until"), l.P.T("dialog.until-hint"), d.pick == 0) + 1
	d.setCursor(x, 1, true)
	out := []string{s.End(l.Text), moment(l, w, d.text(), d.now, d.zone)}
	for i, p := range d.presets {
		out = append(out, chosen(l, w, i+1 == d.pick, func(s *cell.Spans) {
			s.Fixed(l.Text, p, 20)
			if t, err := when.Parse(p, d.now, d.zone); err == nil {
				s.Add(l.Muted, l.Time.Full(t, d.zone))
			} else {
				s.Add(l.Muted, l.P.T("when.past"))
			}
		}))
	}
	return out[:min(len(out), h)]
}

// moment says what free words mean.
func moment(l look.Look, w int, words string, now time.Time, zone *time.Location) string {
	s := l.Spans(w).Add(l.Text, " ")
	if words == "" {
		return s.Add(l.Faint, l.P.T("when.zone", zone.String())).End(l.Text)
	}
	t, err := when.Parse(words, now, zone)
	switch {
	case errors.Is(err, when.ErrPast):
		s.Add(l.Warn, l.P.T("when.past"))
	case err != nil:
		s.Add(l.Warn, l.P.T("when.unclear"))
	default:
		s.Add(l.OK, l.Glyphs.To+" "+l.Time.Full(t, zone)).Add(l.Faint, " ("+zone.String()+")")
	}
	return s.End(l.Text)
}

// Key types.
func (d *Snooze) Key(k tea.KeyPressMsg) Action {
	if d.field.Key(k) {
		d.pick = 0
	}
	return nil
}

// Paste types what was pasted.
func (d *Snooze) Paste(s string) Action { d.field.Paste(s); d.pick = 0; return nil }

// Do moves in the presets and accepts.
func (d *Snooze) Do(i keys.Intent) Action {
	switch i {
	case keys.Down, keys.NextField:
		d.pick = min(d.pick+1, len(d.presets))
	case keys.Up, keys.PrevField:
		d.pick = max(d.pick-1, 0)
	case keys.Accept, keys.Send:
		if t, err := when.Parse(d.text(), d.now, d.zone); err == nil {
			return SnoozePicked{d.Threads, t}
		}
	}
	return nil
}
