package query

import (
	"strings"
	"time"

	"vigie/inbox/words"
)

// moment is the value of before: and after:, to be resolved when matched.
type moment struct {
	year, month, day int           // a date; 0, 0, 0: none
	days             int           // so many days before today's midnight
	weekday          time.Weekday  // the last such day, today included
	ago              time.Duration // so long before now
	kind             momentKind
}

type momentKind uint8

const (
	momentNone momentKind = iota
	momentDate
	momentDay
	momentAgo
	momentWeekday
)

const day = 24 * time.Hour

var weekdays = map[string]time.Weekday{
	"lundi": time.Monday, "mardi": time.Tuesday, "mercredi": time.Wednesday, "jeudi": time.Thursday,
	"vendredi": time.Friday, "samedi": time.Saturday, "dimanche": time.Sunday,
	"monday": time.Monday, "tuesday": time.Tuesday, "wednesday": time.Wednesday, "thursday": time.Thursday,
	"friday": time.Friday, "saturday": time.Saturday, "sunday": time.Sunday,
}

// units are the lengths that a relative moment is counted in.
var units = map[string]time.Duration{
	"min": time.Minute, "h": time.Hour, "d": day, "j": day, "w": 7 * day,
}

func parseMoment(s string) (moment, bool) {
	switch strings.Trim(string(words.Fold(nil, s)), " ") {
	case "today", "aujourd hui", "aujourdhui":
		return moment{kind: momentDay}, true
	case "yesterday", "hier":
		return moment{kind: momentDay, days: 1}, true
	}
	if ago, ok := parseSpan(s); ok {
		return moment{kind: momentAgo, ago: ago}, true
	}
	if d, ok := weekdays[strings.ToLower(s)]; ok {
		return moment{kind: momentWeekday, weekday: d}, true
	}
	for _, layout := range []string{"2006-01-02", "2006-01", "2006", "2/1/2006"} {
		if t, err := time.Parse(layout, s); err == nil && t.Year() > 0 {
			return moment{kind: momentDate, year: t.Year(), month: int(t.Month()), day: t.Day()}, true
		}
	}
	return moment{}, false
}

// in returns the instant that is meant, given the time and the zone.
func (m moment) in(env Env) time.Time {
	zone := env.Zone
	if zone == nil {
		zone = time.UTC
	}
	switch m.kind {
	case momentAgo:
		return env.Now.Add(-m.ago)
	case momentDay:
		y, mo, d := env.Now.In(zone).Date()
		return time.Date(y, mo, d-m.days, 0, 0, 0, 0, zone)
	case momentWeekday:
		today := env.Now.In(zone)
		y, mo, d := today.Date()
		return time.Date(y, mo, d-(int(today.Weekday()-m.weekday)+7)%7, 0, 0, 0, 0, zone)
	}
	return time.Date(m.year, time.Month(m.month), m.day, 0, 0, 0, 0, zone)
}
