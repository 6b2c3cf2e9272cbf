package ics

import (
	"errors"
	"fmt"
	"iter"
	"maps"
	"strconv"
	"strings"
	"time"
)

// fields are the properties of an event by name, with the values of one that
// stands there several times.
type fields map[string][]string

// of is a property's value; commas are between the values of one that stands
// there several times.
func (p fields) of(name string) string { return strings.Join(p[name], ",") }

// parse reads the all-day events of a file.
func parse(raw []byte) ([]event, error) {
	var list []event
	instead := map[string]map[time.Time]bool{} // by event, the dates that are told apart
	var props fields                           // of the event being read; nil: none is
	begun, depth, first := false, 0, 0
	for line, text := range unfold(string(raw)) {
		name, value := property(text)
		begins, ends := name == "BEGIN", name == "END"
		switch {
		case !begun:
			if !begins || !strings.EqualFold(value, "VCALENDAR") {
				return nil, fmt.Errorf("read calendar, line %d: no calendar begins here", line)
			}
			begun = true
		case props == nil:
			if begins && strings.EqualFold(value, "VEVENT") {
				props, depth, first = fields{}, 0, line
			}
		case begins: // an alarm
			depth++
		case ends && depth > 0:
			depth--
		case ends:
			e, wanted, err := props.event()
			if err != nil {
				return nil, fmt.Errorf("read calendar, the event at line %d: %w", first, err)
			}
			if wanted {
				list = append(list, e)
			}
			apart, err := props.apart()
			if err != nil {
				return nil, fmt.Errorf("read calendar, the event at line %d: %w", first, err)
			}
			uid := props.of("UID")
			if instead[uid] == nil {
				instead[uid] = map[time.Time]bool{}
			}
			maps.Copy(instead[uid], apart)
			props = nil
		case depth == 0 && value != "":
			props[name] = append(props[name], value)
		}
	}
	if !begun || props != nil {
		return nil, errors.New("read calendar: it is not whole")
	}
	for i := range list {
		if !list[i].apart {
			list[i].instead = instead[list[i].uid]
		}
	}
	return list, nil
}

// apart is the date of a repeated event that this one stands for: moved,
// cancelled, or given an hour.
func (p fields) apart() (map[time.Time]bool, error) {
	if p.of("UID") == "" {
		return nil, nil
	}
	return set(p.of("RECURRENCE-ID"))
}

// unfold gives the lines of a calendar with their numbers: one that begins with
// a blank goes on with the one before.
func unfold(raw string) iter.Seq2[int, string] {
	return func(yield func(int, string) bool) {
		var whole strings.Builder
		first, n := 0, 0
		for line := range strings.Lines(strings.TrimPrefix(raw, "\ufeff")) {
			n++
			line = strings.TrimRight(line, "\r\n")
			if first > 0 && line != "" && (line[0] == ' ' || line[0] == '\t') {
				whole.WriteString(line[1:])
				continue
			}
			if first > 0 && whole.Len() > 0 && !yield(first, whole.String()) {
				return
			}
			whole.Reset()
			whole.WriteString(line)
			first = n
		}
		if whole.Len() > 0 {
			yield(first, whole.String())
		}
	}
}

// property splits NAME;PARAM=x:VALUE; a colon within quotes does not count.
func property(line string) (name, value string) {
	quoted := false
	for i, r := range line {
		switch {
		case r == '"':
			quoted = !quoted
		case r == ':' && !quoted:
			name, _, _ = strings.Cut(line[:i], ";")
			return strings.ToUpper(name), line[i+1:]
		}
	}
	return "", line
}

// event makes an event of its properties; wanted is false for one that makes no
// day free: it has a time of day, or was cancelled.
func (p fields) event() (e event, wanted bool, err error) {
	if strings.EqualFold(p.of("STATUS"), "CANCELLED") {
		return e, false, nil
	}
	start := p.of("DTSTART")
	if start == "" {
		return e, false, errors.New("it has no start")
	}
	if timed(start) || timed(p.of("DTEND")) {
		return e, false, nil
	}
	e.uid, e.apart = p.of("UID"), p.of("RECURRENCE-ID") != ""
	if e.start, err = day(start); err != nil {
		return e, false, err
	}
	if e.length, err = p.days(e.start); err != nil {
		return e, false, err
	}
	if p.of("RRULE") != "" {
		if e.rule, err = ruleOf(p.of("RRULE"), e.start); err != nil {
			return e, false, err
		}
	}
	if e.more, err = list(p.of("RDATE")); err != nil {
		return e, false, err
	}
	if e.except, err = set(p.of("EXDATE")); err != nil {
		return e, false, err
	}
	return e, true, nil
}

// timed reports whether a moment has a time of day; midnight is none.
func timed(s string) bool {
	_, clock, ok := strings.Cut(s, "T")
	return ok && clock != "000000" // nor is it in UTC, which is no time of the client's
}

// list reads days with commas between.
func list(s string) (days []time.Time, err error) {
	for word := range strings.SplitSeq(s, ",") {
		if word == "" {
			continue
		}
		d, err := day(word)
		if err != nil {
			return nil, err
		}
		days = append(days, d)
	}
	return days, nil
}

// set reads days with commas between, each once.
func set(s string) (map[time.Time]bool, error) {
	days, err := list(s)
	once := make(map[time.Time]bool, len(days))
	for _, d := range days {
		once[d] = true
	}
	return once, err
}

// days is how many days the event lasts.
func (p fields) days(start time.Time) (int, error) {
	n := 1
	switch end, span := p.of("DTEND"), p.of("DURATION"); {
	case end != "":
		d, err := day(end)
		if err != nil {
			return 0, err
		}
		if n = int(d.Sub(start) / (24 * time.Hour)); n == 0 { // the end itself is not in it; some write it as the same day
			n = 1
		}
	case span != "":
		count, unit := span[:len(span)-1], span[len(span)-1:]
		many, err := strconv.Atoi(strings.TrimPrefix(strings.TrimPrefix(count, "+"), "P"))
		if err != nil || unit != "D" && unit != "W" {
			return 0, fmt.Errorf("a duration of %q is not understood", span)
		}
		if n = many; unit == "W" {
			n = 7 * min(many, longest)
		}
	}
	if n < 1 || n > longest {
		return 0, fmt.Errorf("it lasts %d days", n)
	}
	return n, nil
}

func day(s string) (time.Time, error) {
	date, _, _ := strings.Cut(strings.TrimSpace(s), "T")
	d, err := time.Parse("20060102", date)
	if err != nil || d.Year() < 1 {
		return time.Time{}, fmt.Errorf("%q is no date", s)
	}
	return d, nil
}
