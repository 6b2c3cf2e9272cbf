package config

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"vigie/cmd/vigie/config/ics"
	"vigie/inbox"
)

// dayWords are the days by time.Weekday.
func dayWords() []string { return []string{"sun", "mon", "tue", "wed", "thu", "fri", "sat"} }

// parseDays reads a day or a range of days, which may go over the end of the
// week: "sat-mon".
func parseDays(s string) ([]time.Weekday, bool) {
	first, last, isRange := strings.Cut(s, "-")
	from := slices.Index(dayWords(), first)
	to := from
	if isRange {
		to = slices.Index(dayWords(), last)
	}
	if from < 0 || to < 0 {
		return nil, false
	}
	days := []time.Weekday{time.Weekday(from)}
	for from != to {
		from = (from + 1) % 7
		days = append(days, time.Weekday(from))
	}
	return days, true
}

// parseClock reads a time of day: 8:00, 08:30, 24:00.
func parseClock(s string) (time.Duration, bool) {
	if s == "24:00" {
		return 24 * time.Hour, true
	}
	t, err := time.Parse("15:04", s)
	if err != nil {
		return 0, false
	}
	return time.Duration(t.Hour())*time.Hour + time.Duration(t.Minute())*time.Minute, true
}

// parseSpan reads a part of a day. One over midnight begins later than it ends.
func parseSpan(s string, overnight bool) (inbox.Span, bool) {
	first, last, _ := strings.Cut(s, "-")
	from, ok := parseClock(strings.TrimSpace(first))
	to, fine := parseClock(strings.TrimSpace(last))
	if !ok || !fine || from == to || from == 24*time.Hour || from > to && !overnight {
		return inbox.Span{}, false
	}
	return inbox.Span{From: from, To: to}, true
}

// Week are the hours by day, each day's in order. What is no day or no part of
// one is passed over: Load has refused it.
func (h Hours) Week() (week [7][]inbox.Span) {
	for words, spans := range h {
		days, _ := parseDays(words)
		for _, d := range days {
			week[d] = append(week[d], spansOf(spans, false)...)
			slices.SortFunc(week[d], func(a, b inbox.Span) int { return int(a.From - b.From) })
		}
	}
	return week
}

// Spans are the nights as the inbox has them.
func (n Nights) Spans() []inbox.Span { return spansOf(n, true) }

func spansOf(list []string, overnight bool) []inbox.Span {
	var out []inbox.Span
	for _, s := range list {
		if span, ok := parseSpan(s, overnight); ok {
			out = append(out, span)
		}
	}
	return out
}

// longestHoliday is how many days a range may have.
const longestHoliday = 366

// days are the days of a holiday from one year to another, both included.
func (h Holiday) days(from, to int) ([]inbox.Day, error) {
	if strings.HasPrefix(string(h), "/") {
		raw, err := readCalendar(string(h))
		if err != nil {
			return nil, fmt.Errorf("read holidays: %w", err)
		}
		return ics.Days(raw, from, to)
	}
	if _, err := time.Parse("01-02", string(h)); err == nil {
		var list []inbox.Day
		for y := from; y <= to; y++ { // the 29th of February is not in all of them
			if d, err := time.Parse(time.DateOnly, fmt.Sprintf("%04d-%s", y, h)); err == nil {
				list = append(list, inbox.DayOf(d))
			}
		}
		return list, nil
	}
	begin, end, isRange := strings.Cut(string(h), "..")
	if !isRange {
		end = begin
	}
	day, err := time.Parse(time.DateOnly, begin)
	last, lastErr := time.Parse(time.DateOnly, end)
	if err := errors.Join(err, lastErr); err != nil {
		return nil, fmt.Errorf("read holiday %q: %w", string(h), err)
	}
	if n := last.Sub(day) / (24 * time.Hour); n < 0 || n >= longestHoliday {
		return nil, fmt.Errorf("read holiday %q: a range of %d days", string(h), n+1)
	}
	var list []inbox.Day
	for ; !day.After(last); day = day.AddDate(0, 0, 1) {
		list = append(list, inbox.DayOf(day))
	}
	return list, nil
}

// maxCalendar is the largest calendar file that is read, in bytes.
const maxCalendar = 4 << 20

func readCalendar(path string) ([]byte, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, fmt.Errorf("%s is no file", path)
	}
	if info.Size() > maxCalendar {
		return nil, fmt.Errorf("%s is larger than %d MiB", path, maxCalendar>>20)
	}
	return os.ReadFile(filepath.Clean(path))
}

// Closed are the days on which the client is closed, from one year to another,
// sorted. It reads calendar files. With an error the days of what could be read
// are there all the same.
func (c Client) Closed(from, to int) ([]inbox.Day, error) {
	var all []inbox.Day
	var failed error
	for _, h := range c.Holidays {
		days, err := h.days(from, to)
		failed = errors.Join(failed, err)
		all = append(all, days...)
	}
	slices.SortFunc(all, ics.Compare)
	return slices.Compact(all), failed
}
