// Package when reads a moment as people type it, in French or in English:
// "demain 9h", "14h", "lun", "+3d", "+2h", "tomorrow 9", "mon 9:00", "2026-11-30",
// "fin de mois", "lundi 30 novembre", "ce soir 8h", and a nap: a moment, or an
// answer, on which a thread comes back.
//
// Both languages are always understood, so that a habit from one terminal
// works in another. The package knows no clock: the caller says what time it
// is and in which zone the words are meant.
package when

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
)

// The ways a moment can be refused.
var (
	ErrUnclear = errors.New("not understood as a moment")
	ErrPast    = errors.New("lies in the past")
)

// nine is the hour of a morning.
const nine = 9

// moment is what the words have said so far.
type moment struct {
	now     time.Time // in the zone that is meant
	day     time.Time // the named day's date, in UTC; zero: none named
	hour    int
	minute  int
	timed   bool // an hour was named
	halved  bool // … with "am" or "pm"
	part    part // the part of a day that was named; zero: none
	offset  offset
	moved   bool // an offset was named
	span    bool // "in" or "dans" was said: an offset follows
	hinted  bool // "at" was said: a time of day follows
	dated   bool // "le" or "the" was said: a day of the month may follow
	this    bool // "ce" or "this" was said: a part of a day is today's
	week    bool // the day's name in the week was said
	settled bool // the day was said otherwise
	later   bool // … as next week, of which a weekday may be meant
	clash   bool // the two are not the same day

	morning Morning
}

// Morning says at what time of a day, by the clock on the wall, work begins.
// It is asked for days that are named without an hour.
type Morning func(day time.Time) (hour, minute int)

// Nine is the Morning of who has no other.
func Nine(time.Time) (hour, minute int) { return nine, 0 }

// offset is a distance: whole days and months move on the calendar, the rest
// on the clock.
type offset struct {
	months, days int
	clock        time.Duration
}

// Parse reads s as a moment after now, in zone loc. Days without an hour mean
// nine in the morning; an hour without a day ("14h") means the next time it
// comes. An hour beside a part of the day ("ce soir 8h") is the one in it, unless
// it can be but one ("demain matin 14h"); a weekday beside a date must be its own.
// So long from now is "+2h", "in 2h", "dans 2h" or "2 hours". A moment
// of RFC 3339 brings its own zone.
func Parse(s string, now time.Time, loc *time.Location) (time.Time, error) {
	t, err := parse(split(s), moment{now: now.In(loc), morning: Nine})
	if err != nil {
		return time.Time{}, fmt.Errorf("moment %q: %w", s, err)
	}
	return t, nil
}

// parse reads all of words as a moment after m.now.
func parse(words []string, m moment) (time.Time, error) {
	if len(words) == 0 {
		return time.Time{}, ErrUnclear
	}
	t, err := time.Parse(time.RFC3339, strings.ToUpper(strings.Join(words, "T")))
	if err != nil {
		if t, err = m.read(words); err != nil {
			return time.Time{}, err
		}
	}
	if !t.After(m.now) {
		return time.Time{}, ErrPast
	}
	return t.In(m.now.Location()), nil
}

func (m *moment) read(words []string) (time.Time, error) {
	for len(words) > 0 {
		n := m.take(words)
		if n == 0 {
			return time.Time{}, unclear(words)
		}
		words = words[n:]
	}
	return m.resolve()
}

// split lowers, folds accents and cuts at spaces; "2026-11-30T14:00" becomes
// two words, and a number in letters before a unit one in digits.
func split(s string) []string {
	s = folder.Replace(strings.ToLower(strings.TrimSpace(s)))
	s = same.Replace(" " + strings.Join(strings.Fields(s), " ") + " ")[1:]
	if len(s) > 11 && s[4] == '-' && s[10] == 't' {
		s = s[:10] + " " + s[11:]
	}
	words := strings.Fields(s)
	for i, w := range words {
		words[i] = strings.TrimRight(w, ".!;")
	}
	words = slices.DeleteFunc(words, func(w string) bool { return w == "" })
	for i, w := range words {
		if n, ok := numerals[w]; ok && i+1 < len(words) && isUnit(words[i+1]) {
			words[i] = n
		}
	}
	return words
}

var folder = strings.NewReplacer("é", "e", "è", "e", "ê", "e", "ë", "e", "û", "u", "ù", "u", "à", "a", "â", "a", "ô", "o",
	"î", "i", "ç", "c", "’", " ", "'", " ", ",", " ", "\u00a0", " ", "\u202f", " ",
	"\u0300", "", "\u0301", "", "\u0302", "", "\u0308", "", "\u0327", "") // the accents that are runes of their own

// same are turns of phrase that say what a shorter one says.
var same = strings.NewReplacer(
	" apres midi ", " apres-midi ", " demi heure ", " demi-heure ", " half hour ", " half-hour ", " half an hour ", " 30 min ",
	" trois quarts d heure ", " 45 min ", " un quart d heure ", " 15 min ", " quart d heure ", " 15 min ",
	" un peu plus tard ", " 180 min ", " plus tard ", " 180 min ", " later today ", " 180 min ", " later ", " 180 min ",
	" an hour and a half ", " 90 min ", " quarante cinq ", " quarante-cinq ", " mi-", " mi ", " mid-", " mid ", " week end ", " week-end ",
	" p.m. ", " pm ", " a.m. ", " am ", " p.m ", " pm ", " a.m ", " am ")

// take reads the next words and returns how many it used; 0: not understood.
func (m *moment) take(words []string) int {
	for _, read := range []func([]string) int{m.filler, m.named, m.weekday, m.numbered, m.clock, m.distance} {
		if n := read(words); n > 0 {
			return n
		}
	}
	return 0
}

// resolve puts day, hour and distance together.
func (m *moment) resolve() (time.Time, error) {
	if m.clash || !m.partly() {
		return time.Time{}, ErrUnclear
	}
	if m.moved {
		return m.shift()
	}
	if m.day.IsZero() && !m.timed {
		return time.Time{}, ErrUnclear
	}
	day := m.day
	if day.IsZero() {
		day = m.date(0)
	}
	hour, minute := m.hour, m.minute
	if !m.timed {
		hour, minute = m.morning(day)
	}
	t := m.wall(day, hour, minute)
	if m.day.IsZero() && !t.After(m.now) {
		t = m.wall(m.date(1), hour, minute)
	}
	return t, nil
}

func (m *moment) shift() (time.Time, error) {
	if !m.day.IsZero() {
		return time.Time{}, ErrUnclear
	}
	o := m.offset
	t := m.months(o.months).AddDate(0, 0, o.days).Add(o.clock)
	if o.clock != 0 && m.timed {
		return time.Time{}, ErrUnclear
	}
	if m.timed {
		t = m.wall(t, m.hour, m.minute)
	}
	return t, nil
}

// months is so many months from now; where that month has no such day, on its
// last one.
func (m *moment) months(n int) time.Time {
	t := m.now.AddDate(0, n, 0)
	if n != 0 && t.Day() != m.now.Day() {
		t = t.AddDate(0, 0, -t.Day())
	}
	return t
}

// date is that of the day that comes so many days after today. Dates are in
// UTC: there are zones with days that have no midnight.
func (m *moment) date(days int) time.Time {
	y, mo, d := m.now.Date()
	return time.Date(y, mo, d+days, 0, 0, 0, 0, time.UTC)
}

// wall is when the clock on the wall shows a time on a day; where the clock is
// put forward over it, as much after the change as it is after the last moment
// before.
func (m *moment) wall(day time.Time, hour, minute int) time.Time {
	y, mo, d := day.Date()
	t := time.Date(y, mo, d, hour, minute, 0, 0, m.now.Location())
	asked, shown := time.Date(y, mo, d, hour, minute, 0, 0, time.UTC), time.Date(t.Year(), t.Month(), t.Day(), t.Hour(), t.Minute(), 0, 0, time.UTC)
	return t.Add(max(asked.Sub(shown), 0))
}

// setDay takes a day: one, or its name in the week besides, which must be its
// own.
func (m *moment) setDay(t time.Time) int {
	if m.settled || m.moved {
		return 0
	}
	m.clash = m.week && t.Weekday() != m.day.Weekday()
	m.day, m.settled = t, true
	return 1
}

// setWeekday takes a day's name in the week, alone or besides the day.
func (m *moment) setWeekday(day time.Weekday) int {
	if m.week || m.moved {
		return 0
	}
	m.week = true
	if m.later {
		m.day = inWeek(m.day, day)
		return 1
	}
	if m.settled {
		m.clash = m.day.Weekday() != day
		return 1
	}
	m.day = m.next(day)
	return 1
}

func (m *moment) setClock(hour, minute int) bool {
	if m.timed || hour > 23 || minute > 59 {
		return false
	}
	m.hour, m.minute, m.timed = hour, minute, true
	return true
}
