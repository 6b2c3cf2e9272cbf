package ics

import (
	"errors"
	"fmt"
	"iter"
	"slices"
	"strconv"
	"strings"
	"time"
)

// rule is how an event repeats (RFC 5545, 3.3.10): what its parts say of days.
type rule struct {
	frequency string // DAILY, WEEKLY, MONTHLY, YEARLY
	every     int
	count     int       // 0: without end
	until     time.Time // zero: without end
	months    []time.Month
	dates     []int // of the month; -1 is its last
	weekdays  []weekday
	begins    time.Weekday // the week
}

// weekday is a day of the week: each, or one of those of a month.
type weekday struct {
	nth int // 1 the first, -1 the last; 0: each
	on  time.Weekday
}

var errStrange = errors.New("not understood")

// ruleOf reads how an event repeats. What an event that repeats every so often
// leaves open is that of its first day.
func ruleOf(text string, start time.Time) (*rule, error) {
	r := &rule{every: 1, begins: time.Monday}
	for part := range strings.SplitSeq(strings.ToUpper(text), ";") {
		key, value, _ := strings.Cut(part, "=")
		if err := r.set(key, value); err != nil {
			return nil, fmt.Errorf("it repeats as %q, which is not understood", text)
		}
	}
	if !r.whole(start) {
		return nil, fmt.Errorf("it repeats as %q, which is not understood", text)
	}
	return r, nil
}

func (r *rule) set(key, value string) (err error) {
	switch key {
	case "FREQ":
		r.frequency = value
	case "INTERVAL":
		r.every, err = strconv.Atoi(value)
	case "COUNT":
		r.count, err = strconv.Atoi(value)
	case "UNTIL":
		r.until, err = day(value)
	case "BYMONTH":
		err = numbers(value, func(n int) { r.months = append(r.months, time.Month(n)) }, 1, 12)
	case "BYMONTHDAY":
		err = numbers(value, func(n int) { r.dates = append(r.dates, n) }, -31, 31)
	case "BYDAY":
		for word := range strings.SplitSeq(value, ",") {
			d, err := weekdayOf(word)
			if err != nil {
				return err
			}
			r.weekdays = append(r.weekdays, d)
		}
	case "WKST":
		var d weekday
		d, err = weekdayOf(value)
		r.begins = d.on
	case "":
	default:
		return errStrange
	}
	return err
}

// whole completes the rule by its first day, and reports whether it is one of
// those that can be followed.
func (r *rule) whole(start time.Time) bool {
	nth := slices.ContainsFunc(r.weekdays, func(d weekday) bool { return d.nth != 0 })
	if r.every < 1 || r.count < 0 {
		return false
	}
	switch r.frequency {
	case "DAILY":
		return !nth
	case "WEEKLY":
		if r.weekdays == nil {
			r.weekdays = []weekday{{on: start.Weekday()}}
		}
		return !nth && r.dates == nil
	case "YEARLY":
		if r.months == nil {
			r.months = []time.Month{start.Month()}
			if r.weekdays != nil || r.dates != nil {
				return false // of the whole year
			}
		}
	case "MONTHLY":
	default:
		return false
	}
	if r.dates == nil && r.weekdays == nil {
		r.dates = []int{start.Day()}
	}
	return true
}

// numbers reads numbers with commas between, none of them 0.
func numbers(s string, take func(int), least, greatest int) error {
	for word := range strings.SplitSeq(s, ",") {
		n, err := strconv.Atoi(word)
		if err != nil || n == 0 || n < least || n > greatest {
			return errStrange
		}
		take(n)
	}
	return nil
}

// weekdayOf reads TH, every Thursday, 4TH, the fourth, or -1MO, the last Monday.
func weekdayOf(s string) (d weekday, err error) {
	if len(s) < 2 {
		return d, errStrange
	}
	i := strings.Index("SUMOTUWETHFRSA", s[len(s)-2:])
	if number := s[:len(s)-2]; number != "" {
		if d.nth, err = strconv.Atoi(number); err != nil || d.nth == 0 {
			return d, errStrange
		}
	}
	if i < 0 || i%2 != 0 || d.nth < -5 || d.nth > 5 {
		return d, errStrange
	}
	d.on = time.Weekday(i / 2)
	return d, nil
}

// from yields the days from the first on to the end of a year, in order.
func (r *rule) from(start time.Time, year int) iter.Seq[time.Time] {
	return func(yield func(time.Time) bool) {
		for at := r.period(start); at.Year() <= year; at = r.next(at) {
			end := r.end(at)
			for d := at; d.Before(end); d = d.AddDate(0, 0, 1) {
				if r.frequency == "YEARLY" && !slices.Contains(r.months, d.Month()) {
					d = time.Date(d.Year(), d.Month()+1, 0, 0, 0, 0, 0, time.UTC)
					continue
				}
				if !d.Before(start) && r.fits(d) && !yield(d) {
					return
				}
			}
		}
	}
}

// period is the first day of the one that a day is in: a year, a month, a week.
func (r *rule) period(d time.Time) time.Time {
	switch r.frequency {
	case "YEARLY":
		return time.Date(d.Year(), time.January, 1, 0, 0, 0, 0, time.UTC)
	case "MONTHLY":
		return time.Date(d.Year(), d.Month(), 1, 0, 0, 0, 0, time.UTC)
	case "WEEKLY":
		return d.AddDate(0, 0, -int(d.Weekday()-r.begins+7)%7)
	}
	return d
}

// next is the first day of the next period in which the event repeats.
func (r *rule) next(at time.Time) time.Time { return r.after(at, min(r.every, 10_000)) }

// end is the first day after a period.
func (r *rule) end(at time.Time) time.Time { return r.after(at, 1) }

func (r *rule) after(at time.Time, n int) time.Time {
	switch r.frequency {
	case "YEARLY":
		return at.AddDate(n, 0, 0)
	case "MONTHLY":
		return at.AddDate(0, n, 0)
	case "WEEKLY":
		return at.AddDate(0, 0, 7*n)
	}
	return at.AddDate(0, 0, n)
}

// fits reports whether all that the rule says of a day is so.
func (r *rule) fits(d time.Time) bool {
	left := time.Date(d.Year(), d.Month()+1, 0, 0, 0, 0, 0, time.UTC).Day() - d.Day() // days of the month after it
	is := func(w weekday) bool {
		return w.on == d.Weekday() && (w.nth == 0 || w.nth == (d.Day()+6)/7 || w.nth == -(left/7+1))
	}
	return (r.months == nil || slices.Contains(r.months, d.Month())) &&
		(r.dates == nil || slices.Contains(r.dates, d.Day()) || slices.Contains(r.dates, -left-1)) &&
		(r.weekdays == nil || slices.ContainsFunc(r.weekdays, is))
}
