package when

import (
	"strconv"
	"strings"
	"time"
)

// fillers carry no meaning of their own.
var fillers = map[string]bool{
	"a": true, "at": true, "on": true, "le": true, "la": true,
	"vers": true, "around": true, "about": true, "de": true, "du": true, "l": true, "this": true, "ce": true, "cet": true, "cette": true,
	"the": true, "au": true, "jusqu": true, "until": true, "till": true, "en": true, "des": true, "partir": true,
}

// spans say that what follows is a distance from now.
var spans = map[string]bool{
	"dans": true, "in": true, "sous": true, "within": true, "pendant": true, "pour": true, "for": true, "ici": true,
}

// days are named days, counted from today.
var days = map[string]int{
	"aujourd": 0, "today": 0, "demain": 1, "dem": 1, "lendemain": 1, "tomorrow": 1, "tom": 1, "tmr": 1, "tmrw": 1, "tmw": 1,
	"apres-demain": 2, "surlendemain": 2,
}

// part is a part of a day: when it is where no hour is named, and the hours
// that are in it.
type part struct{ hour, from, to int }

// parts are the named parts of a day.
var parts = map[string]part{
	"matin": {nine, 0, 12}, "matinee": {nine, 0, 12}, "morning": {nine, 0, 12},
	"midi": {12, 11, 14}, "noon": {12, 11, 14},
	"apres-midi": {14, 12, 19}, "aprem": {14, 12, 19}, "afternoon": {14, 12, 19},
	"soir": {18, 16, 23}, "soiree": {18, 16, 23}, "evening": {18, 16, 23}, "tonight": {18, 16, 23},
}

// within are parts of a day that several words name.
var within = []struct {
	words string
	part  part
}{
	{"fin de matinee", part{11, 10, 12}},
	{"fin de la matinee", part{11, 10, 12}},
	{"debut d apres-midi", part{14, 12, 15}},
	{"fin d apres-midi", part{17, 15, 19}},
	{"fin de journee", part{17, 15, 19}},
	{"fin de la journee", part{17, 15, 19}},
	{"end of day", part{17, 15, 19}},
	{"end of the day", part{17, 15, 19}},
	{"eod", part{17, 15, 19}},
}

// fractions are parts of an hour behind a number of hours, in minutes.
var fractions = []struct {
	words   string
	minutes int
}{{"et demie", 30}, {"et demi", 30}, {"and a half", 30}, {"et quart", 15}}

// fraction reads a part of an hour; 0, 0: none stands there.
func fraction(words []string) (minutes, used int) {
	for _, f := range fractions {
		if n := starts(words, f.words); n > 0 {
			return f.minutes, n
		}
	}
	return 0, 0
}

// numerals are numbers in letters, where a unit follows.
var numerals = map[string]string{
	"un": "1", "une": "1", "a": "1", "an": "1", "one": "1", "deux": "2", "two": "2", "trois": "3", "three": "3",
	"quatre": "4", "four": "4", "cinq": "5", "five": "5", "six": "6", "sept": "7", "seven": "7", "huit": "8", "eight": "8",
	"neuf": "9", "nine": "9", "dix": "10", "ten": "10", "douze": "12", "twelve": "12", "quinze": "15", "fifteen": "15",
	"vingt": "20", "twenty": "20", "trente": "30", "thirty": "30", "quarante-cinq": "45",
}

var weekdays = map[string]time.Weekday{
	"lundi": time.Monday, "lun": time.Monday, "monday": time.Monday, "mon": time.Monday,
	"mardi": time.Tuesday, "mar": time.Tuesday, "tuesday": time.Tuesday, "tue": time.Tuesday, "tues": time.Tuesday,
	"mercredi": time.Wednesday, "mer": time.Wednesday, "wednesday": time.Wednesday, "wed": time.Wednesday,
	"jeudi": time.Thursday, "jeu": time.Thursday, "thursday": time.Thursday, "thu": time.Thursday, "thur": time.Thursday, "thurs": time.Thursday,
	"vendredi": time.Friday, "ven": time.Friday, "friday": time.Friday, "fri": time.Friday,
	"samedi": time.Saturday, "sam": time.Saturday, "saturday": time.Saturday, "sat": time.Saturday,
	"dimanche": time.Sunday, "dim": time.Sunday, "sunday": time.Sunday, "sun": time.Sunday,
}

var units = map[string]offset{
	"m": {clock: time.Minute}, "mn": {clock: time.Minute}, "min": {clock: time.Minute},
	"mins": {clock: time.Minute}, "minute": {clock: time.Minute}, "minutes": {clock: time.Minute},
	"h": {clock: time.Hour}, "heure": {clock: time.Hour}, "heures": {clock: time.Hour},
	"hour": {clock: time.Hour}, "hours": {clock: time.Hour}, "hr": {clock: time.Hour}, "hrs": {clock: time.Hour},
	"demi-heure": {clock: 30 * time.Minute}, "half-hour": {clock: 30 * time.Minute},
	"j": {days: 1}, "jour": {days: 1}, "jours": {days: 1}, "jr": {days: 1}, "jrs": {days: 1}, "d": {days: 1}, "day": {days: 1}, "days": {days: 1},
	"s": {days: 7}, "sem": {days: 7}, "semaine": {days: 7}, "semaines": {days: 7},
	"w": {days: 7}, "week": {days: 7}, "weeks": {days: 7},
	"mois": {months: 1}, "month": {months: 1}, "months": {months: 1},
	"an": {months: 12}, "ans": {months: 12}, "year": {months: 12}, "years": {months: 12},
}

func (m *moment) filler(words []string) int {
	if words[0] == "aujourd" && len(words) > 1 && words[1] == "hui" {
		if m.setDay(m.date(0)) == 0 {
			return 0
		}
		return 2
	}
	if len(words) == 1 {
		return 0
	}
	if words[0] == "d" && words[1] == "ici" {
		return 1
	}
	if spans[words[0]] {
		m.span = true
		return 1
	}
	if fillers[words[0]] {
		m.hinted = m.hinted || words[0] == "a" || words[0] == "at" || words[0] == "vers"
		m.dated = m.dated || words[0] == "le" || words[0] == "the"
		m.this = m.this || words[0] == "ce" || words[0] == "cet" || words[0] == "cette" || words[0] == "this"
		return 1
	}
	return 0
}

// named reads "demain", "ce soir", "semaine prochaine", "next week".
func (m *moment) named(words []string) int {
	w := words[0]
	if d, ok := days[w]; ok {
		return m.setDay(m.date(d))
	}
	if used := m.phrase(words); used > 0 {
		return used
	}
	if w == "minuit" || w == "midnight" {
		more, used := fraction(words[1:])
		if m.timed {
			return 0
		}
		m.hour, m.minute, m.timed = 24, more, true
		return 1 + used
	}
	used := 1
	p, ok := parts[w]
	for _, several := range within {
		if n := starts(words, several.words); n > 0 {
			p, used, ok = several.part, n, true
		}
	}
	if !ok || m.part != (part{}) {
		return 0
	}
	if w == "tonight" || m.this && m.day.IsZero() {
		if m.setDay(m.date(0)) == 0 {
			return 0
		}
	}
	m.part = p
	if more, n := fraction(words[used:]); n > 0 && p == parts["midi"] && m.setClock(p.hour, more) {
		used += n
	}
	return used
}

// partly puts the hour and the part of the day together: an hour that may be
// before noon or after it is the one in that part, any other stays. False: there
// is none.
func (m *moment) partly() bool {
	in := func(hour int) bool { return m.part.from <= hour && hour <= m.part.to }
	switch {
	case m.part == (part{}):
	case !m.timed:
		m.hour, m.timed = m.part.hour, true
	case m.halved, m.hour > 12, in(m.hour):
	case m.hour == 0 || m.hour == 12 || !in(m.hour+12):
		return false
	default:
		m.hour += 12
	}
	return true
}

// weekday reads "lun", "lundi prochain", "next monday": always the next such
// day after today, today's own name included.
func (m *moment) weekday(words []string) int {
	used := 1
	if words[0] == "next" && len(words) > 1 {
		words, used = words[1:], 2
	}
	day, ok := weekdays[words[0]]
	if !ok {
		return 0
	}
	rest := words[1:]
	switch {
	case starts(rest, "prochain") > 0:
		return (used + 1) * m.setWeekday(day)
	case starts(rest, "en huit") > 0 && !m.week && !m.settled:
		m.setWeekday(day)
		m.day, m.settled = m.day.AddDate(0, 0, 7), true
		return used + 2
	}
	if t, n := m.dayOfMonth(rest); n > 0 && t.Weekday() == day && m.setDay(t) > 0 {
		return used + n // "jeudi 3"
	}
	return used * m.setWeekday(day)
}

// next is the next such day after today.
func (m *moment) next(day time.Weekday) time.Time {
	ahead := (int(day) - int(m.now.Weekday()) + 7) % 7
	if ahead == 0 {
		ahead = 7
	}
	return m.date(ahead)
}

// numbered reads 2026-11-30, 30/11, 30/11/2026 and 30.11., and dates with a
// month's name; behind "le" or "the" also a day of the month: "le 30".
func (m *moment) numbered(words []string) int {
	w := words[0]
	if m.day.IsZero() { // else it is a time of day: "demain 9.30"
		w = strings.ReplaceAll(w, ".", "/")
	}
	for _, form := range []string{"2006-01-02", "2006/1/2", "2/1/2006", "2/1/06"} {
		if t, err := time.Parse(form, w); err == nil {
			return m.setDay(t)
		}
	}
	if _, err := time.Parse("2/1", w); err != nil {
		if used := m.byName(words); used > 0 {
			return used
		}
		t, used := m.dayOfMonth(words)
		if used == 0 || !m.day.IsZero() || !m.dated && strings.Trim(w, "0123456789") == "" {
			return 0
		}
		return used * m.setDay(t)
	}
	day, month, _ := strings.Cut(w, "/")
	t, ok := m.comes(day, month)
	if !ok {
		return 0
	}
	return m.setDay(t)
}

// clock reads "9:30", "9h30", "9h", "9 h", "9am", "9 pm", and after a day also
// "9" and "9 heures".
func (m *moment) clock(words []string) int {
	if m.span && !m.moved && m.day.IsZero() && m.part == (part{}) {
		return 0 // "in 2h" is a distance
	}
	w, used := m.together(words)
	half := -1
	switch {
	case strings.HasSuffix(w, "am"):
		w, half = w[:len(w)-2], 0
	case strings.HasSuffix(w, "pm"):
		w, half = w[:len(w)-2], 12
	}
	h, mins, split := strings.Cut(strings.NewReplacer("h", ":", ".", ":").Replace(w), ":")
	hour, err := number(h)
	if err != nil {
		return 0
	}
	minute := 0
	if mins != "" {
		if minute, err = number(mins); err != nil || len(mins) != 2 {
			return 0
		}
	} else if more, n := fraction(words[used:]); n > 0 {
		minute, used = more, used+n
	}
	if bare := !split && half < 0; bare && (!m.meansClock() && !saysPart(words[used:]) || len(words) > used && isUnit(words[used])) {
		return 0 // "2" alone is no time of day
	}
	if half >= 0 {
		if hour < 1 || hour > 12 {
			return 0
		}
		hour = hour%12 + half
	}
	if !m.setClock(hour, minute) {
		return 0
	}
	m.halved = half >= 0
	return used
}

// saysPart reports whether a part of the day follows, as in "8 du matin".
func saysPart(words []string) bool {
	for len(words) > 1 && (fillers[words[0]] || words[0] == "in") {
		words = words[1:]
		if _, ok := parts[words[0]]; ok {
			return true
		}
	}
	return false
}

// together is a time of day that was typed as several words, as one: "9 pm",
// "14 h 30"; where a time of day is meant, also "14 heures".
func (m *moment) together(words []string) (w string, used int) {
	w = words[0]
	if len(words) == 1 {
		return w, 1
	}
	switch next := words[1]; {
	case next == "am", next == "pm":
		return w + next, 2
	case next == "h", m.meansClock() && (next == "heures" || next == "heure"):
		w += "h"
	default:
		return w, 1
	}
	if len(words) > 2 && len(words[2]) == 2 && strings.Trim(words[2], "0123456789") == "" {
		return w + words[2], 3
	}
	return w, 2
}

// meansClock reports whether the words before ask for a time of day.
func (m *moment) meansClock() bool {
	return m.hinted || m.moved || !m.day.IsZero() || m.part != (part{})
}

// halfDay is 12 hours: nobody who mistypes an hour of the day types whole half days.
const halfDay = 12

// distance reads "+3d", "in 2h", "dans 1h30", "3 jours", "2 hours". Hours in
// short are a distance only behind a plus, "in" or "dans", or when they
// are whole half days that no clock shows: "9h" is nine o'clock, "48h" two days.
func (m *moment) distance(words []string) int {
	w, plus := strings.CutPrefix(words[0], "+")
	digits := len(w) - len(strings.TrimLeft(w, "0123456789"))
	n, err := number(w[:digits])
	if err != nil || n > 1000 || m.moved || !m.day.IsZero() {
		return 0
	}
	unit, used := w[digits:], 1
	if unit == "" && len(words) > 1 {
		unit, used = words[1], 2
	}
	more := 0 // minutes behind the hours
	minuted := false
	if mins, short := strings.CutPrefix(unit, "h"); short && len(mins) == 2 && !isUnit(unit) {
		if more, err = number(mins); err != nil || more > 59 {
			return 0
		}
		unit, minuted = "h", true
	}
	o, ok := units[unit]
	if !ok || unit == "h" && !plus && !m.span && (n == 0 || n%halfDay != 0 || n == halfDay || minuted) {
		return 0
	}
	if o.clock == time.Hour && more == 0 {
		minutes, n := fraction(words[used:])
		more, used = minutes, used+n
	}
	m.offset = offset{months: o.months * n, days: o.days * n, clock: o.clock*time.Duration(n) + time.Duration(more)*time.Minute}
	m.moved = true
	return used
}

func isUnit(w string) bool {
	_, ok := units[w]
	return ok
}

// number reads up to four digits.
func number(s string) (int, error) {
	if s == "" || len(s) > 4 || strings.Trim(s, "0123456789") != "" {
		return 0, ErrUnclear
	}
	return strconv.Atoi(s)
}
