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

// byName reads "30 nov", "1er decembre 2027", "december 1st" and "mi-decembre".
func (m *moment) byName(words []string) int {
	if len(words) < 2 {
		return 0
	}
	if t, used := m.within(words); used > 0 {
		return used * m.setDay(t)
	}
	day, name := words[0], words[1]
	if _, ok := months[strings.TrimSuffix(day, ".")]; ok {
		day, name = name, day
	}
	month, ok := months[strings.TrimSuffix(name, ".")]
	if !ok {
		return 0
	}
	day = cardinal(day)
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

// cardinal is "1" for "1er" and for "1st".
func cardinal(w string) string {
	for _, end := range []string{"er", "st", "nd", "rd", "th"} {
		w = strings.TrimSuffix(w, end)
	}
	return w
}

// dayOfMonth reads "30", "1er" and "30th" where nothing follows that makes it
// something else: the next such day after today, of this month or of the next.
func (m *moment) dayOfMonth(words []string) (t time.Time, used int) {
	if len(words) == 0 {
		return t, 0
	}
	n, err := number(cardinal(words[0]))
	if err != nil || n < 1 || n > 31 {
		return t, 0
	}
	if len(words) > 1 {
		_, month := months[words[1]]
		if month || isUnit(words[1]) || words[1] == "am" || words[1] == "pm" || saysPart(words[1:]) {
			return t, 0
		}
	}
	y, mo, today := m.now.Date()
	for ahead := range 3 { // of two months in a row, one has 31 days
		t = time.Date(y, mo+time.Month(ahead), n, 0, 0, 0, 0, time.UTC)
		if t.Day() == n && (ahead > 0 || n > today) {
			return t, 1
		}
	}
	return t, 0
}

// within reads "debut decembre", "mi-decembre" and "fin decembre": the first
// day of the month, the middle and the last.
func (m *moment) within(words []string) (t time.Time, used int) {
	at := map[string]int{"debut": 1, "early": 1, "mi": 15, "mid": 15, "fin": 0, "late": 0}
	day, ok := at[words[0]]
	month, is := months[words[1]]
	if !ok || !is {
		return t, 0
	}
	if day == 0 {
		month++ // the day before its first
	}
	for year := m.now.Year(); t.Before(m.date(0)); year++ {
		t = time.Date(year, month, day, 0, 0, 0, 0, time.UTC)
	}
	return t, 2
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
	for _, p := range nextWeek {
		if n := starts(words, p); n > 0 {
			return n * m.setWeek()
		}
	}
	for _, p := range phrases {
		if n := starts(words, p.words); n > 0 {
			return n * m.setDay(p.day(m))
		}
	}
	return 0
}

// nextWeek are names of the week that begins on the next Monday.
var nextWeek = []string{"debut de semaine prochaine", "debut de la semaine prochaine", "semaine prochaine", "next week"}

// setWeek takes the next week: its Monday, or the day that was named before.
func (m *moment) setWeek() int {
	if m.settled || m.moved {
		return 0
	}
	monday := m.monday()
	if m.week {
		monday = inWeek(monday, m.day.Weekday())
	}
	m.day, m.settled, m.later = monday, true, true
	return 1
}

// inWeek is the day of that name in the week that begins on a Monday.
func inWeek(monday time.Time, day time.Weekday) time.Time {
	return monday.AddDate(0, 0, (int(day)+6)%7)
}

// named is a day, and words that name it.
type named struct {
	words string
	day   func(*moment) time.Time
}

var phrases = []named{
	{"noel", (*moment).christmas},
	{"christmas", (*moment).christmas},
	{"xmas", (*moment).christmas},
	{"fin de semaine prochaine", (*moment).fridayAfter},
	{"fin de la semaine prochaine", (*moment).fridayAfter},
	{"end of next week", (*moment).fridayAfter},
	{"debut de semaine", (*moment).monday},
	{"debut de la semaine", (*moment).monday},
	{"mois prochain", (*moment).first},
	{"next month", (*moment).first},
	{"debut de mois", (*moment).first},
	{"debut du mois", (*moment).first},
	{"annee prochaine", (*moment).newYear},
	{"next year", (*moment).newYear},
	{"fin d annee", (*moment).sylvester},
	{"fin de l annee", (*moment).sylvester},
	{"end of year", (*moment).sylvester},
	{"end of the year", (*moment).sylvester},
	{"eoy", (*moment).sylvester},
	{"week-end prochain", (*moment).saturday},
	{"next weekend", (*moment).saturday},
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

func (m *moment) fridayAfter() time.Time { return inWeek(m.monday(), time.Friday) }

func (m *moment) newYear() time.Time {
	return time.Date(m.now.Year()+1, time.January, 1, 0, 0, 0, 0, time.UTC)
}

// sylvester is the last day of the year; on that day, of the next.
func (m *moment) sylvester() time.Time {
	t := m.newYear().AddDate(0, 0, -1)
	if t.Equal(m.date(0)) {
		t = t.AddDate(1, 0, 0)
	}
	return t
}

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

func (m *moment) christmas() time.Time {
	t, _ := m.comes("25", "12")
	return t
}
