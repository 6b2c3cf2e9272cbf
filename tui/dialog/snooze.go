package dialog

import (
	"errors"
	"time"

	"vigie/inbox"
	"vigie/inbox/when"
	"vigie/tui/keys"
	"vigie/tui/look"
)

// Snooze asks until when the threads sleep.
type Snooze struct {
	moments
	Threads []inbox.Thread
}

// SnoozePicked: let the threads sleep.
type SnoozePicked struct {
	Threads []inbox.Thread
	Until   time.Time
}

// NewSnooze asks for a moment in the zone of the first thread's client.
func NewSnooze(ts []inbox.Thread, l look.Look, now time.Time) *Snooze {
	return &Snooze{
		Threads: ts,
		moments: moments{zone: l.Client(ts[0].Client).Zone, now: now, presets: []string{
			l.P.T("snooze.hours"), l.P.T("snooze.evening"), l.P.T("snooze.tomorrow"), l.P.T("snooze.monday"), l.P.T("snooze.week"),
		}},
	}
}

// Title names the act and its threads.
func (d *Snooze) Title(l look.Look) string {
	return l.P.T("dialog.snooze") + " " + l.Glyphs.Dot + " " + threads(l, d.Threads)
}

// View draws the dialog.
func (d *Snooze) View(l look.Look, w, h int) []string {
	meaning := moment(l, w, d.text(), d.now, d.zone)
	return d.draw(l, w, h, l.P.T("dialog.until"), l.P.T("dialog.until-hint"), meaning, func(int) bool { return false })
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

// Do moves in the presets and accepts.
func (d *Snooze) Do(i keys.Intent) Action {
	switch i {
	case keys.Accept, keys.Send:
		if t, err := when.Parse(d.text(), d.now, d.zone); err == nil {
			return SnoozePicked{d.Threads, t}
		}
	default:
		d.move(i)
	}
	return nil
}
