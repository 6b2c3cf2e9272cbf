package ics

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// rule is how an event repeats (RFC 5545, 3.3.10): what its parts say of days.
// Numbers below nothing count from the end: -1 is the last.
type rule struct {
	frequency string // DAILY, WEEKLY, MONTHLY, YEARLY
	every     int
	count     int       // 0: without end
	until     time.Time // zero: without end
	months    []int
	weeks     []int // of the year
	yeardays  []int
	dates     []int // of the month
	weekdays  []weekday
	places    []int        // among the days of a period that all the rest fits
	begins    time.Weekday // the week
}

// weekday is a day of the week: each, or one of those of a month or a year.
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
	if !r.sound() {
		return nil, fmt.Errorf("it repeats as %q, which is not understood", text)
	}
	r.complete(start)
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
		r.months, err = numbers(value, 1, 12)
	case "BYWEEKNO":
		r.weeks, err = numbers(value, -53, 53)
	case "BYYEARDAY":
		r.yeardays, err = numbers(value, -366, 366)
	case "BYMONTHDAY":
		r.dates, err = numbers(value, -31, 31)
	case "BYSETPOS":
		r.places, err = numbers(value, -366, 366)
	case "BYDAY":
		r.weekdays, err = weekdaysOf(value)
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

// sound reports whether the parts of the rule may stand together.
func (r *rule) sound() bool {
	nth := func(least, greatest int) bool {
		return slices.ContainsFunc(r.weekdays, func(d weekday) bool { return d.nth < least || d.nth > greatest })
	}
	yearly := r.frequency == "YEARLY"
	switch {
	case r.every < 1 || r.count < 0:
		return false
	case !yearly && (r.weeks != nil || r.yeardays != nil):
		return false
	}
	switch r.frequency {
	case "DAILY":
		return !nth(0, 0)
	case "WEEKLY":
		return !nth(0, 0) && r.dates == nil
	case "MONTHLY":
		return !nth(-5, 5)
	case "YEARLY":
		return (r.weeks == nil || !nth(0, 0)) && (r.months == nil || !nth(-5, 5))
	}
	return false
}

// complete takes from the first day what the rule leaves open.
func (r *rule) complete(start time.Time) {
	yearly := r.frequency == "YEARLY"
	switch {
	case r.weekdays != nil || r.dates != nil || r.yeardays != nil || r.frequency == "DAILY":
	case r.frequency == "WEEKLY" || r.weeks != nil:
		r.weekdays = []weekday{{on: start.Weekday()}}
	default:
		r.dates = []int{start.Day()}
		if yearly && r.months == nil {
			r.months = []int{int(start.Month())}
		}
	}
}

// numbers reads numbers with commas between, none of them 0.
func numbers(s string, least, greatest int) (list []int, err error) {
	for word := range strings.SplitSeq(s, ",") {
		n, err := strconv.Atoi(word)
		if err != nil || n == 0 || n < least || n > greatest {
			return nil, errStrange
		}
		list = append(list, n)
	}
	return list, nil
}

func weekdaysOf(s string) (list []weekday, err error) {
	for word := range strings.SplitSeq(s, ",") {
		d, err := weekdayOf(word)
		if err != nil {
			return nil, err
		}
		list = append(list, d)
	}
	return list, nil
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
	if i < 0 || i%2 != 0 || d.nth < -53 || d.nth > 53 {
		return d, errStrange
	}
	d.on = time.Weekday(i / 2)
	return d, nil
}
