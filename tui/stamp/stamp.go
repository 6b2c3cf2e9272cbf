// Package stamp writes moments and spans of time for people: short, in their
// language, in the zone that matters. It knows no clock; the caller says what
// time it is.
package stamp

import (
	"strconv"
	"strings"
	"time"

	"vigie/tui/lang"
)

// AgeWidth is the most cells an Age takes.
const AgeWidth = 8

// Printer writes times in one language.
type Printer struct {
	p        lang.Printer
	months   []string // short
	days     []string // short, Sunday first
	longMon  []string
	longDays []string
}

// For returns the printer of a language.
func For(p lang.Printer) Printer {
	return Printer{
		p:        p,
		months:   strings.Fields(p.T("time.months-short")),
		days:     strings.Fields(p.T("time.days-short")),
		longMon:  strings.Fields(p.T("time.months")),
		longDays: strings.Fields(p.T("time.days")),
	}
}

// Age says how long ago t was: "3 min", "2 h", "hier", "12 nov.".
func (s Printer) Age(t, now time.Time, loc *time.Location) string {
	t, now = t.In(loc), now.In(loc)
	d := now.Sub(t)
	switch {
	case t.IsZero():
		return ""
	case d < time.Minute:
		return s.p.T("time.now")
	case d < time.Hour:
		return s.p.T("time.min", int(d/time.Minute))
	case d < 24*time.Hour && (sameDay(t, now) || d < 6*time.Hour):
		return s.p.T("time.hours", int(d/time.Hour))
	case sameDay(t, now.AddDate(0, 0, -1)):
		return s.p.T("time.yesterday")
	case d < 7*24*time.Hour:
		return s.p.T("time.days-ago", max(int(d/(24*time.Hour)), 1))
	case t.Year() == now.Year():
		return s.p.T("time.date-short", t.Day(), s.months[t.Month()-1])
	}
	return s.p.T("time.month-year", int(t.Month()), t.Year())
}

// Left says how long something still lasts, or lasted: "42 min", "1 h 10", "3 j".
func (s Printer) Left(d time.Duration) string {
	d = max(d, -d)
	switch {
	case d < time.Minute:
		return s.p.T("time.sec", int(d.Round(time.Second)/time.Second))
	case d < time.Hour:
		return s.p.T("time.min", int(d/time.Minute))
	case d < 10*time.Hour && d%time.Hour >= time.Minute:
		return s.p.T("time.hours-min", int(d/time.Hour), int(d%time.Hour/time.Minute))
	case d < 48*time.Hour:
		return s.p.T("time.hours", int(d/time.Hour))
	}
	return s.p.T("time.days-ago", int(d/(24*time.Hour)))
}

// Clock is the time of day.
func (s Printer) Clock(t time.Time, loc *time.Location) string { return t.In(loc).Format("15:04") }

// Moment names a moment near now as briefly as is clear: "14:00",
// "dem. 9:00", "lun. 9:00", "12 nov. 9:00", "12 nov. 2027 9:00".
func (s Printer) Moment(t, now time.Time, loc *time.Location) string {
	t, now = t.In(loc), now.In(loc)
	clock := t.Format("15:04")
	midnight := time.Date(now.Year(), now.Month(), now.Day(), 0, 0, 0, 0, loc)
	switch ahead := t.Sub(midnight); {
	case sameDay(t, now):
		return clock
	case sameDay(t, now.AddDate(0, 0, 1)):
		return s.p.T("time.tomorrow-at", clock)
	case sameDay(t, now.AddDate(0, 0, -1)):
		return s.p.T("time.yesterday-at", clock)
	case ahead > 0 && ahead < 7*24*time.Hour:
		return s.days[t.Weekday()] + " " + clock
	case t.Year() == now.Year():
		return s.p.T("time.date-short", t.Day(), s.months[t.Month()-1]) + " " + clock
	}
	return s.p.T("time.date-year", t.Day(), s.months[t.Month()-1], t.Year()) + " " + clock
}

// Full names a moment without a doubt: "lundi 30 novembre 2026, 9:00".
func (s Printer) Full(t time.Time, loc *time.Location) string {
	t = t.In(loc)
	return s.p.T("time.full", s.Day(t, loc), t.Format("15:04"))
}

// Day names a day: "lundi 30 novembre 2026".
func (s Printer) Day(t time.Time, loc *time.Location) string {
	t = t.In(loc)
	return s.p.T("time.day", s.longDays[t.Weekday()], t.Day(), s.longMon[t.Month()-1], t.Year())
}

// Month names a month near now: "mars", "mars 2025".
func (s Printer) Month(t, now time.Time, loc *time.Location) string {
	t, now = t.In(loc), now.In(loc)
	name := s.longMon[t.Month()-1]
	if t.Year() == now.Year() {
		return name
	}
	return name + " " + strconv.Itoa(t.Year())
}

func sameDay(a, b time.Time) bool {
	y, m, d := a.Date()
	y2, m2, d2 := b.Date()
	return y == y2 && m == m2 && d == d2
}
