package dialog

import (
	"strings"
	"time"

	"vigie/inbox"
	"vigie/inbox/when"
	"vigie/tui/keys"
	"vigie/tui/look"
)

// Later asks when an answer is to be sent.
type Later struct {
	moments
	thread  inbox.Thread
	planned bool // a time is set: the first preset takes it away
}

// LaterPicked: send at this time; zero: now.
type LaterPicked struct{ At time.Time }

// NewLater asks for a moment in the zone of the thread's client. The zone of
// now is the writer's own. With planned, a time is set already and can be taken
// away.
func NewLater(t inbox.Thread, l look.Look, now time.Time, planned bool) *Later {
	d := &Later{
		thread: t, planned: planned,
		moments: moments{zone: l.Client(t.Client).Zone, now: now, presets: []string{
			l.P.T("snooze.hours"), l.P.T("snooze.evening"), l.P.T("snooze.tomorrow"), l.P.T("snooze.monday"),
		}},
	}
	if planned {
		d.presets = append([]string{l.P.T("later.now")}, d.presets...)
	}
	return d
}

// atOnce reports whether a line of the presets means no later time at all.
func (d *Later) atOnce(pick int) bool { return d.planned && pick == 1 }

// Title names the act and the thread.
func (d *Later) Title(l look.Look) string {
	return l.P.T("dialog.later") + " " + l.Glyphs.Dot + " " + threads(l, []inbox.Thread{d.thread})
}

func (d *Later) text() string { return strings.TrimSpace(d.moments.text()) }

// View draws the dialog.
func (d *Later) View(l look.Look, w, h int) []string {
	return d.draw(l, w, h, l.P.T("dialog.later-field"), l.P.T("later.hint"), d.moment(l, w), d.atOnce)
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

// Do moves in the presets and accepts by enter.
func (d *Later) Do(i keys.Intent) Action {
	switch i {
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
	default:
		d.move(i)
	}
	return nil
}
