package when

import (
	"strconv"
	"strings"
	"time"
)

var months = map[string]time.Month{
	"janvier": 1, "janv": 1, "jan": 1, "january": 1, "fevrier": 2, "fevr": 2, "fev": 2, "february": 2, "feb": 2,
	"mars": 3, "march": 3, "avril": 4, "avr": 4, "april": 4, "apr": 4, "mai": 5, "may": 5, "juin": 6, "june": 6, "jun": 6,
	"juillet": 7, "juil": 7, "july": 7, "jul": 7, "aout": 8, "august": 8, "aug": 8,
	"septembre": 9, "sept": 9, "september": 9, "sep": 9, "octobre": 10, "october": 10, "oct": 10,
	"novembre": 11, "november": 11, "nov": 11, "decembre": 12, "december": 12, "dec": 12,
}

// dated reads "30 nov", "1er decembre 2027" and "december 1st".
func (m *moment) dated(words []string) int {
	if len(words) < 2 {
		return 0
	}
	day, name := words[0], words[1]
	if _, ok := months[strings.TrimSuffix(day, ".")]; ok {
		day, name = name, day
	}
	month, ok := months[strings.TrimSuffix(name, ".")]
	if !ok {
		return 0
	}
	for _, end := range []string{"er", "st", "nd", "rd", "th"} {
		day = strings.TrimSuffix(day, end)
	}
	if len(words) > 2 && len(words[2]) == 4 {
		t, err := time.Parse("2/1/2006", day+"/"+strconv.Itoa(int(month))+"/"+words[2])
		if err == nil {
			return 3 * m.setDay(t)
		}
	}
	t, ok := m.comes(day, strconv.Itoa(int(month)))
	if !ok {
		return 0
	}
	return 2 * m.setDay(t)
}

// comes is the day of that date that comes next, today included.
func (m *moment) comes(day, month string) (time.Time, bool) {
	const leap = 4 // years, at most, until a 29 February comes; eight about 1900 and 2100
	for year := m.now.Year(); year <= m.now.Year()+2*leap; year++ {
		t, err := time.Parse("2/1/2006", day+"/"+month+"/"+strconv.Itoa(year))
		if err == nil && !t.Before(m.date(0)) {
			return t, true
		}
	}
	return time.Time{}, false
}

// phrase reads days that several words name: "semaine prochaine", "next month",
// "fin de mois", "end of the week", "day after tomorrow".
func (m *moment) phrase(words []string) int {
	for _, p := range phrases {
		if n := starts(words, p.words); n > 0 {
			return n * m.setDay(p.day(m))
		}
	}
	return 0
}

// named is a day, and words that name it.
type named struct {
	words string
	day   func(*moment) time.Time
}

var phrases = []named{
	{"semaine prochaine", (*moment).monday},
	{"next week", (*moment).monday},
	{"mois prochain", (*moment).first},
	{"next month", (*moment).first},
	{"debut de mois", (*moment).first},
	{"debut du mois", (*moment).first},
	{"fin de semaine", (*moment).friday},
	{"fin de la semaine", (*moment).friday},
	{"end of week", (*moment).friday},
	{"end of the week", (*moment).friday},
	{"eow", (*moment).friday},
	{"week-end", (*moment).saturday},
	{"weekend", (*moment).saturday},
	{"fin de mois", (*moment).last},
	{"fin du mois", (*moment).last},
	{"end of month", (*moment).last},
	{"end of the month", (*moment).last},
	{"eom", (*moment).last},
	{"apres demain", func(m *moment) time.Time { return m.date(2) }},
	{"day after tomorrow", func(m *moment) time.Time { return m.date(2) }},
}

func (m *moment) monday() time.Time   { return m.next(time.Monday) }
func (m *moment) friday() time.Time   { return m.next(time.Friday) }
func (m *moment) saturday() time.Time { return m.next(time.Saturday) }

// first is the first day of the next month.
func (m *moment) first() time.Time {
	y, mo, _ := m.now.Date()
	return time.Date(y, mo+1, 1, 0, 0, 0, 0, time.UTC)
}

// last is the next last day of a month after today.
func (m *moment) last() time.Time {
	y, mo, d := m.now.Date()
	t := time.Date(y, mo+1, 0, 0, 0, 0, 0, time.UTC)
	if t.Day() == d {
		t = time.Date(y, mo+2, 0, 0, 0, 0, 0, time.UTC)
	}
	return t
}

// starts is how many words of phrase words begin with: all of them, or none.
func starts(words []string, phrase string) int {
	list := strings.Fields(phrase)
	if len(words) < len(list) {
		return 0
	}
	for i, w := range list {
		if words[i] != w {
			return 0
		}
	}
	return len(list)
}
