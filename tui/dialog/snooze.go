package dialog

import (
	"errors"
	"strings"
	"time"

	"vigie/inbox"
	"vigie/inbox/when"
	"vigie/tui/keys"
	"vigie/tui/look"
)

// Snooze asks until when the threads sleep, in free words.
type Snooze struct {
	moments
	Threads []inbox.Thread
	morning when.Morning
	clients int // how many the threads are of
}

// SnoozePicked: let the threads sleep as the words say.
type SnoozePicked struct {
	Threads []inbox.Thread
	Words   string
}

// NewSnooze asks for a moment in the zone of the first thread's client.
func NewSnooze(ts []inbox.Thread, l look.Look, now time.Time) *Snooze {
	c := l.Client(ts[0].Client)
	d := &Snooze{
		Threads: ts, morning: c.Hours.Morning, clients: len(clients(ts)),
		moments: moments{zone: c.Zone, now: now, presets: []string{
			l.P.T("snooze.hours"), l.P.T("snooze.evening"), l.P.T("snooze.tomorrow"), l.P.T("snooze.monday"), l.P.T("snooze.week"),
			l.P.T("snooze.reply"), l.P.T("snooze.noreply"),
		}},
	}
	d.says = func(l look.Look, words string) (string, error) { return d.meaning(l, words, "") }
	return d
}

func clients(ts []inbox.Thread) map[inbox.ClientID]bool {
	seen := map[inbox.ClientID]bool{}
	for _, t := range ts {
		seen[t.Client] = true
	}
	return seen
}

// Title names the act and its threads.
func (d *Snooze) Title(l look.Look) string {
	return l.P.T("dialog.snooze") + " " + l.Glyphs.Dot + " " + threads(l, d.Threads)
}

// View draws the dialog.
func (d *Snooze) View(l look.Look, w, h int) []string {
	return d.draw(l, w, h, l.P.T("dialog.until"), l.P.T("dialog.until-hint"), d.told(l, w), func(int) bool { return false })
}

// told is the line that says what the words mean.
func (d *Snooze) told(l look.Look, w int) string {
	s := l.Spans(w).Add(l.Text, " ")
	if d.text() == "" {
		return s.Add(l.Faint, d.times(l)).End(l.Text)
	}
	words, err := d.meaning(l, d.text(), ", "+d.times(l))
	switch {
	case errors.Is(err, when.ErrPast):
		s.Add(l.Warn, l.P.T("when.past"))
	case err != nil:
		s.Add(l.Warn, l.P.T("when.unclear"))
	default:
		s.Add(l.OK, l.Glyphs.To+" "+words)
	}
	return s.End(l.Text)
}

// times says whose clock is meant.
func (d *Snooze) times(l look.Look) string {
	if d.clients > 1 {
		return l.P.T("nap.times-of")
	}
	return l.P.T("nap.time-of", l.Client(d.Threads[0].Client).Name)
}

// meaning says what words mean: the moment, with whose time that is behind it,
// and what else wakes the threads or does not.
func (d *Snooze) meaning(l look.Look, words, whose string) (string, error) {
	nap, err := when.ParseNap(words, d.now, d.zone, d.morning)
	if err != nil {
		return "", err
	}
	said := l.P.T("nap.until-reply")
	if !nap.Until.IsZero() {
		said = l.Time.Full(nap.Until, d.zone) + whose
	}
	more := []string{said}
	if nap.Rule == when.NoReply {
		more = append(more, l.P.T("nap.unless"))
	}
	if nap.Dozes {
		more = append(more, l.P.T("nap.dozes"))
	}
	return strings.Join(more, " "+l.Glyphs.Dot+" "), nil
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
		if _, err := when.ParseNap(d.text(), d.now, d.zone, d.morning); err == nil {
			return SnoozePicked{d.Threads, d.text()}
		}
	default:
		d.move(i)
	}
	return nil
}
