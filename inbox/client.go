package inbox

import (
	"slices"
	"time"
)

// Hours are a client's opening hours in its zone. The zero value is open
// always.
type Hours struct {
	Week   [7][]Span // by time.Weekday, each in order and not overlapping
	Closed []Day     // holidays and other days on which it is closed
}

// Zero reports whether no hours are set.
func (h Hours) Zero() bool {
	for _, d := range h.Week {
		if len(d) > 0 {
			return false
		}
	}
	return true
}

// Morning is when it opens on the day of a time, by the clock on the wall; nine
// where it does not, or is open always.
func (h Hours) Morning(day time.Time) (hour, minute int) {
	spans := h.Week[day.Weekday()]
	if len(spans) == 0 || spans[0].From >= 24*time.Hour || slices.Contains(h.Closed, DayOf(day)) {
		return 9, 0
	}
	from := spans[0].From
	return int(from / time.Hour), int(from % time.Hour / time.Minute)
}

// Span is a part of a day: minutes after midnight by the clock on the wall,
// From before To, To at most 24 h. A Span of Client.Quiet may begin in the
// evening and end on the next morning: From after To.
type Span struct{ From, To time.Duration }

// Day is a date.
type Day struct {
	Year  int
	Month time.Month
	Day   int
}

// DayOf is the date of a time in its zone.
func DayOf(t time.Time) Day {
	y, m, d := t.Date()
	return Day{y, m, d}
}

// Charter is how a client wants to be spoken for.
type Charter struct {
	Address   string // "tu" or "vous": how French readers are addressed; "": either
	Emoji     string // "none", or "" for any
	Signature string // what an answer ends with; "": nothing
	Languages []string
	Words     []CharterWord
	Notes     []string // for the writer to read, a line each
}

// Zero reports whether there is nothing to keep to.
func (c Charter) Zero() bool {
	return c.Address == "" && c.Emoji == "" && c.Signature == "" && len(c.Languages) == 0 && len(c.Words) == 0 && len(c.Notes) == 0
}

// CharterWord is what must not, or should not, be written.
type CharterWord struct {
	Word  string // a word or a few in a row, whatever their case and accents
	Why   string // for people
	Block bool   // never; else: ask first
}

// SavedReply is a text to answer with. Several of one ID are its variants by
// language and network.
type SavedReply struct {
	ID      string
	Lang    string  // two letters; "": any
	Network Network // "": any
	Text    string  // with variables: {{name}}
}
