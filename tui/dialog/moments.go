package dialog

import (
	"time"

	tea "charm.land/bubbletea/v2"

	"vigie/inbox/when"
	"vigie/tui/cell"
	"vigie/tui/keys"
	"vigie/tui/look"
)

// moments asks for a moment in free words, or one of the presets below the
// field.
type moments struct {
	base
	zone    *time.Location
	now     time.Time
	says    func(l look.Look, words string) (string, error) // what words mean; nil: a moment
	field   Field
	presets []string
	pick    int // of the presets, from 1; 0: the field
}

// Scopes: a text field.
func (*moments) Scopes() []keys.Scope { return []keys.Scope{keys.Form} }

// Rows: the field, what it means, the presets.
func (d *moments) Rows(look.Look, int) int { return 2 + len(d.presets) }

func (d *moments) text() string {
	if d.pick > 0 {
		return d.presets[d.pick-1]
	}
	return d.field.Value()
}

// draw draws the field, the line that says what it means, and the presets with
// their moments, but for those that mean none.
func (d *moments) draw(l look.Look, w, h int, label, hint, meaning string, none func(pick int) bool) []string {
	s := l.Spans(w).Add(l.Text, " ")
	x := d.field.Draw(l, s, label, hint, d.pick == 0) + 1
	d.setCursor(x, 1, true)
	out := []string{s.End(l.Text), meaning}
	for i, p := range d.presets {
		out = append(out, chosen(l, w, i+1 == d.pick, func(s *cell.Spans) {
			s.Fixed(l.Text, p, 20)
			if none(i + 1) {
				return
			}
			if words, err := d.means(l, p); err == nil {
				nap, err := when.ParseNap(p, d.now, d.zone, nil)
				if err == nil && !nap.Until.IsZero() && l.Width(words) > s.Left() {
					words = l.Time.Moment(nap.Until, l.Now, d.zone) // the hour matters more than the name of the month
				}
				s.Add(l.Muted, words)
			} else {
				s.Add(l.Muted, l.P.T("when.past"))
			}
		}))
	}
	return out[:min(len(out), h)]
}

// means says what words mean.
func (d *moments) means(l look.Look, words string) (string, error) {
	if d.says != nil {
		return d.says(l, words)
	}
	t, err := when.Parse(words, d.now, d.zone)
	return l.Time.Full(t, d.zone), err
}

// Key types.
func (d *moments) Key(k tea.KeyPressMsg) Action {
	if d.field.Key(k) {
		d.pick = 0
	}
	return nil
}

// Paste types what was pasted.
func (d *moments) Paste(s string) Action { d.field.Paste(s); d.pick = 0; return nil }

// move moves in the presets.
func (d *moments) move(i keys.Intent) {
	switch i {
	case keys.Down, keys.NextField:
		d.pick = min(d.pick+1, len(d.presets))
	case keys.Up, keys.PrevField:
		d.pick = max(d.pick-1, 0)
	}
}
