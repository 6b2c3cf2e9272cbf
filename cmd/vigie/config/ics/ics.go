// Package ics reads the days off of a calendar file (RFC 5545): its all-day
// events, once or again and again. Everything else in the file is passed over.
package ics

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"vigie/inbox"
)

// Limits of what a file may make of itself.
const (
	longest = 366       // days of one event
	most    = 20_000    // days of a file
	work    = 1_000_000 // days that are looked at to find them
)

// Days are the days that the events of a calendar cover, from one year to
// another, both included, sorted, each once. An event with a time of day is no
// day off, but from midnight to midnight. What cannot be read is an error that
// names its line; so is an event that repeats in a way that is not understood,
// since days would be missing, and a file that asks for too much work.
func Days(raw []byte, from, to int) ([]inbox.Day, error) {
	events, err := parse(raw)
	if err != nil {
		return nil, err
	}
	var days []inbox.Day
	left := work
	for _, e := range events {
		for _, d := range e.days(from, to, &left) {
			if !e.except[d] && !e.instead[d] {
				days = e.cover(days, d, from, to)
			}
			if len(days) > most {
				return nil, fmt.Errorf("read calendar: more than %d days", most)
			}
		}
		if left < 0 {
			return nil, fmt.Errorf("read calendar: its events repeat over more than %d days", work)
		}
	}
	slices.SortFunc(days, Compare)
	return slices.Compact(days), nil
}

// Compare orders days.
func Compare(a, b inbox.Day) int {
	return cmp.Or(cmp.Compare(a.Year, b.Year), cmp.Compare(a.Month, b.Month), cmp.Compare(a.Day, b.Day))
}

// event is an all-day event. Its days are times at midnight, UTC.
type event struct {
	uid    string
	apart  bool // it stands for one date of another of its uid
	start  time.Time
	length int // in days
	rule   *rule
	more   []time.Time // further days on which it begins
	// Its dates that are left out, and those that other events stand for.
	except, instead map[time.Time]bool
}

// cover adds the days of one occurrence.
func (e event) cover(days []inbox.Day, start time.Time, from, to int) []inbox.Day {
	for i := range e.length {
		if d := start.AddDate(0, 0, i); d.Year() >= from && d.Year() <= to {
			days = append(days, inbox.DayOf(d))
		}
	}
	return days
}

// days are the first days of the event's occurrences that may touch the years.
// What is looked at is taken off left; below nothing the rest is missing.
func (e event) days(from, to int, left *int) []time.Time {
	list := slices.Clone(e.more)
	if e.rule == nil {
		return append(list, e.start)
	}
	n := 0
	for d := range e.rule.from(e.start, from-1, to, left) {
		if n++; e.rule.count > 0 && n > e.rule.count || !e.rule.until.IsZero() && d.After(e.rule.until) {
			break
		}
		if d.Year() >= from-1 {
			list = append(list, d)
		}
	}
	return list
}
