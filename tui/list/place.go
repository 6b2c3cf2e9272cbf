package list

import (
	"time"

	"vigie/inbox"
	"vigie/tui/lang"
	"vigie/tui/look"
	"vigie/tui/stamp"
	"vigie/tui/theme"
)

// The column of deadlines and ages, in cells: as wide as the longest of them
// in a list where threads are due, else as an age.
const (
	dueColumn = 18
	ageWidth  = stamp.AgeWidth
)

// What is left when a deadline is near, and when it is urgent.
const (
	near   = inbox.FirstAlarm
	urgent = inbox.LastAlarm
)

// rowsSeen are rows as they were measured: rows that change are others, but for
// those that Update changes and Append adds.
type rowsSeen struct {
	first *inbox.Thread
	n     int
}

// measure chooses the width of the column, one for all rows: anew only when
// they have changed.
func (m *Model) measure() {
	if len(m.rows) == 0 {
		m.place, m.measured = ageWidth, rowsSeen{}
		return
	}
	if now := (rowsSeen{&m.rows[0], len(m.rows)}); m.measured != now {
		m.measured, m.place = now, m.widest()
	}
}

// widest is the width that the rows ask for.
func (m *Model) widest() int {
	for i := range m.rows {
		if waits(&m.rows[i]) {
			return dueColumn
		}
	}
	return ageWidth
}

// waits reports whether a row says until when, and not how old it is.
func waits(t *inbox.Thread) bool {
	switch t.State {
	case inbox.Snoozed, inbox.Escalated:
		return true
	case inbox.Ours:
		at, _ := look.Due(*t)
		return !at.IsZero() || t.Alarm == inbox.AlarmMissed
	}
	return false
}

// sameDue reports whether two heads of a thread are due at the same time and
// for the same reason.
func sameDue(o, t *inbox.Thread) bool {
	return o.Window.Equal(t.Window) && o.Target.Equal(t.Target) && o.WokeAt.Equal(t.WokeAt) &&
		o.Alarm == t.Alarm && o.Nap == t.Nap && o.Dozes == t.Dozes && o.Promoted == t.Promoted
}

// place says why a thread stands where it stands: when its answer leaves, its
// deadline, else its age.
func (r rowDrawer) place() (theme.Pen, string) {
	l, t := r.l, r.t
	if at, ok := l.Planned[t.ID]; ok {
		return r.pens.Warn, l.Glyphs.Wait + " " + l.Time.Moment(at, l.Now, r.c.Zone)
	}
	switch t.State {
	case inbox.Snoozed:
		return r.pens.Warn, r.asleep()
	case inbox.Escalated:
		return r.pens.Warn, r.taken()
	case inbox.Ours:
		if p, words := r.due(); words != "" {
			return p, words
		}
	}
	return r.pens.Muted, l.Time.Age(t.SortAt, l.Now, r.c.Zone)
}

// due says in words until when an answer should come, and why; "" for a thread
// that nothing presses.
func (r rowDrawer) due() (theme.Pen, string) {
	l, t := r.l, r.t
	if t.Split() == inbox.Inbox && !t.Window.IsZero() && l.Until(t.Window) <= 0 {
		return r.pens.Danger, l.P.T("due.closed")
	}
	at, why := look.Due(t)
	left := l.Until(at)
	switch why {
	case "":
		return r.pens.Muted, ""
	case inbox.ReasonWindow, inbox.ReasonTarget:
		return r.pressing(left), l.Deadline(at, why)
	case inbox.ReasonEscalation:
		return r.pens.Danger, l.Deadline(at, why)
	}
	return r.pens.Warn, l.Deadline(at, why)
}

// pressing is the pen for what is left: urgency is told by a sign too.
func (r rowDrawer) pressing(left time.Duration) theme.Pen {
	switch {
	case left <= urgent:
		return r.pens.Danger
	case left <= near:
		return r.pens.Warn
	}
	return r.pens.Muted
}

// asleep says until when a thread sleeps.
func (r rowDrawer) asleep() string {
	l, t := r.l, r.t
	if t.Until.IsZero() {
		return l.Glyphs.Wait + " " + l.P.T("due.till-reply")
	}
	when := l.Time.Moment(t.Until, l.Now, r.c.Zone)
	if long := l.P.T("list.snoozed", when); l.Width(long) <= r.k.place {
		return long
	}
	return l.Glyphs.Wait + " " + when
}

// taken says to whom a thread was taken, and until when: the moment is what
// matters, a long name is cut.
func (r rowDrawer) taken() string {
	l, t := r.l, r.t
	if t.Escalation == nil {
		return l.P.T("state.escalated")
	}
	when := ""
	if !t.Escalation.Due.IsZero() {
		when = " " + l.Time.Moment(t.Escalation.Due, l.Now, r.c.Zone)
	}
	name := l.Cut(t.Escalation.Name.String(), max(r.k.place-l.Width(when)-2, 3))
	return l.Glyphs.To + " " + name + when
}

// wordy is the width from which a row has place for the word of a feeling.
const wordy = 72

// feeling is how somebody marked the thread: a sign, and where there is place
// its word.
func (r rowDrawer) feeling() (theme.Pen, string) {
	sign := map[inbox.Feeling]string{inbox.Positive: "+", inbox.Neutral: "=", inbox.Negative: "-"}[r.t.Feeling]
	if sign == "" {
		return r.pens.Text, ""
	}
	pen := r.pens.Tag
	if r.t.Feeling == inbox.Negative {
		pen = r.pens.Warn
	}
	if r.w >= wordy {
		sign += " " + r.l.P.T(lang.Key("feeling."+r.t.Feeling.String()))
	}
	return pen, sign
}
