// Package hours reckons in a client's opening hours: what of a time it was
// open, and when a span of open time is over. It goes by the clock on the
// client's wall, so that a day on which the clock is changed has the hours it
// really had. It is pure: no clock, no files.
package hours

import (
	"slices"
	"time"

	"vigie/inbox"
)

// patience is how many days in a row are looked at for an open minute: a year
// with its holidays. Who is closed for longer is closed for ever.
const patience = 400

// Calendar is when a client is open. The zero value is open always. Its methods
// may be called concurrently; the times they return are UTC.
type Calendar struct {
	zone   *time.Location
	week   [7][]inbox.Span
	closed map[inbox.Day]bool
	timed  bool // there are hours
}

// New makes a calendar of hours by the clock in a zone; nil is UTC.
func New(h inbox.Hours, zone *time.Location) Calendar {
	if zone == nil {
		zone = time.UTC
	}
	c := Calendar{zone: zone, timed: !h.Zero(), closed: map[inbox.Day]bool{}}
	for d, spans := range h.Week {
		c.week[d] = slices.Clone(spans)
		slices.SortFunc(c.week[d], func(a, b inbox.Span) int { return int(a.From - b.From) })
	}
	for _, d := range h.Closed {
		c.closed[d] = true
	}
	return c
}

// Open reports whether the client is open at a time. A span begins with its
// first instant and is over at its last.
func (c Calendar) Open(t time.Time) bool {
	if !c.timed {
		return true
	}
	s := c.stretch(t)
	for from := range s.open {
		return !from.After(t)
	}
	return false
}

// NextOpen is the first time from t on at which the client is open, t itself
// when it is; false: it never opens again.
func (c Calendar) NextOpen(t time.Time) (time.Time, bool) {
	at := c.reach(t, 0)
	return at, !at.IsZero()
}

// Add is when the client has been open for d since start: the earliest time so
// that Between gives d. Zero: never. A d of 0 or less is start.
func (c Calendar) Add(start time.Time, d time.Duration) time.Time {
	if d <= 0 {
		return start.UTC()
	}
	if !c.timed {
		return start.Add(d).UTC()
	}
	return c.reach(start, d)
}

// reach is when d of open time is over, for a d of 0 when it begins.
func (c Calendar) reach(start time.Time, d time.Duration) time.Time {
	if !c.timed {
		return start.Add(d).UTC()
	}
	last := start // the newest open instant
	for t := start; t.Sub(last) <= patience*24*time.Hour; {
		s := c.stretch(t)
		for from, to := range s.open {
			if n := to.Sub(from); n < d {
				d -= n
				last = to
				continue
			}
			return from.Add(d).UTC()
		}
		t = s.end
	}
	return time.Time{}
}

// Between is how long the client is open from a to b; 0 when b is not after a.
func (c Calendar) Between(a, b time.Time) time.Duration {
	if !b.After(a) {
		return 0
	}
	if !c.timed {
		return b.Sub(a)
	}
	sum := time.Duration(0)
	for t := a; t.Before(b); {
		s := c.stretch(t)
		for from, to := range s.open {
			if to.After(b) {
				to = b
			}
			sum += max(to.Sub(from), 0)
		}
		t = s.end
	}
	return sum
}

// stretch is a piece of a day in which the clock on the wall runs evenly.
type stretch struct {
	from, end time.Time
	clock     time.Duration // on the wall at from, since midnight
	spans     []inbox.Span
}

// stretch begins at t and ends with the day, or when the clock is changed.
func (c Calendar) stretch(t time.Time) stretch {
	local := t.In(c.zone)
	h, m, sec := local.Clock()
	clock := time.Duration(h)*time.Hour + time.Duration(m)*time.Minute + time.Duration(sec)*time.Second + time.Duration(local.Nanosecond())
	s := stretch{from: t, end: t.Add(24*time.Hour - clock), clock: clock}
	if _, change := local.ZoneBounds(); !change.IsZero() && change.Before(s.end) {
		s.end = change
	}
	if !c.closed[inbox.DayOf(local)] {
		s.spans = c.week[local.Weekday()]
	}
	return s
}

// open yields the open parts of the stretch in order.
func (s stretch) open(yield func(from, to time.Time) bool) {
	for _, span := range s.spans {
		from, to := s.from.Add(span.From-s.clock), s.from.Add(span.To-s.clock)
		if from.Before(s.from) {
			from = s.from
		}
		if to.After(s.end) {
			to = s.end
		}
		if from.Before(to) && !yield(from, to) {
			return
		}
	}
}
