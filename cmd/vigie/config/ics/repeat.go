package ics

import (
	"iter"
	"slices"
	"time"
)

// from yields the days from the first on to the end of a year, in order. Those
// before the year first may be missing where nobody counts them. What is looked
// at is taken off left, at whose end it stops.
func (r *rule) from(start time.Time, first, last int, left *int) iter.Seq[time.Time] {
	return func(yield func(time.Time) bool) {
		for at := r.sooner(start, first); at.Year() <= last && *left >= 0; at = r.after(at, min(r.every, 10_000)) {
			for _, d := range r.within(at, left) {
				if !d.Before(start) && !yield(d) {
					return
				}
			}
		}
	}
}

// within are the days of a period on which the event repeats, in order.
func (r *rule) within(at time.Time, left *int) []time.Time {
	var list []time.Time
	for d, end := at, r.after(at, 1); d.Before(end); d = d.AddDate(0, 0, 1) {
		*left--
		if r.months != nil && !slices.Contains(r.months, int(d.Month())) {
			if r.frequency == "YEARLY" {
				d = time.Date(d.Year(), d.Month()+1, 0, 0, 0, 0, 0, time.UTC)
			}
			continue
		}
		if r.fits(d) {
			list = append(list, d)
		}
	}
	if r.places == nil {
		return list
	}
	var chosen []time.Time
	for i, d := range list {
		if anyOf(r.places, i+1, len(list)) {
			chosen = append(chosen, d)
		}
	}
	return chosen
}

// sooner is the first day of the period that the start is in or, where nobody
// counts, of the last one of those in which the event repeats that is over
// before the year first.
func (r *rule) sooner(start time.Time, first int) time.Time {
	at := r.after(start, 0)
	before := time.Date(first-1, time.January, 1, 0, 0, 0, 0, time.UTC)
	if r.count > 0 || !at.Before(before) {
		return at
	}
	days := int(before.Sub(at) / (24 * time.Hour))
	gone := map[string]int{"YEARLY": before.Year() - at.Year(), "MONTHLY": 12*(before.Year()-at.Year()) - int(at.Month()-before.Month()), "WEEKLY": days / 7, "DAILY": days}[r.frequency]
	return r.after(at, gone/r.every*r.every)
}

// after is the first day of the period so many after the one that a day is in:
// a year, a month, a week or a day.
func (r *rule) after(d time.Time, n int) time.Time {
	switch r.frequency {
	case "YEARLY":
		return time.Date(d.Year()+n, time.January, 1, 0, 0, 0, 0, time.UTC)
	case "MONTHLY":
		return time.Date(d.Year(), d.Month()+time.Month(n), 1, 0, 0, 0, 0, time.UTC)
	case "WEEKLY":
		return d.AddDate(0, 0, 7*n-int(d.Weekday()-r.begins+7)%7)
	}
	return d.AddDate(0, 0, n)
}

// fits reports whether all that the rule says of a day is so, but for its month.
func (r *rule) fits(d time.Time) bool {
	month := time.Date(d.Year(), d.Month()+1, 0, 0, 0, 0, 0, time.UTC).Day()
	year := time.Date(d.Year(), time.December, 31, 0, 0, 0, 0, time.UTC).YearDay()
	place, of := d.Day(), month // of a weekday that is counted
	if r.frequency == "YEARLY" && r.months == nil {
		place, of = d.YearDay(), year
	}
	is := func(w weekday) bool {
		return w.on == d.Weekday() && (w.nth == 0 || w.nth == (place+6)/7 || w.nth == -((of-place)/7+1))
	}
	return (r.dates == nil || anyOf(r.dates, d.Day(), month)) &&
		(r.yeardays == nil || anyOf(r.yeardays, d.YearDay(), year)) &&
		(r.weekdays == nil || slices.ContainsFunc(r.weekdays, is)) &&
		(r.weeks == nil || r.inWeek(d))
}

// inWeek reports whether a day is in one of the weeks of the year that are
// asked for. The first is the one that has most of its days in the year.
func (r *rule) inWeek(d time.Time) bool {
	back := -(int(d.Weekday()-r.begins+7) % 7)
	year := d.AddDate(0, 0, back+3).Year() // that of the middle of the week
	first := r.firstWeek(year)
	n := int(d.Sub(first)/(24*time.Hour))/7 + 1
	return anyOf(r.weeks, n, int(r.firstWeek(year+1).Sub(first)/(24*time.Hour))/7)
}

// firstWeek is the day on which the first week of a year begins.
func (r *rule) firstWeek(year int) time.Time {
	d := time.Date(year, time.January, 4, 0, 0, 0, 0, time.UTC)
	return d.AddDate(0, 0, -(int(d.Weekday()-r.begins+7) % 7))
}

// anyOf reports whether the nth of so many is asked for, from the front or from
// the end.
func anyOf(asked []int, nth, of int) bool {
	return slices.Contains(asked, nth) || slices.Contains(asked, nth-of-1)
}
