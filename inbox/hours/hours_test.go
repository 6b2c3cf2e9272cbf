package hours

import (
	"math/rand/v2"
	"testing"
	"time"

	"vigie/inbox"
)

func span(from, to float64) inbox.Span {
	return inbox.Span{From: time.Duration(from * float64(time.Hour)), To: time.Duration(to * float64(time.Hour))}
}

// weekdays are the same hours from Monday to Friday.
func weekdays(spans ...inbox.Span) (h inbox.Hours) {
	for d := time.Monday; d <= time.Friday; d++ {
		h.Week[d] = spans
	}
	return h
}

func daily(spans ...inbox.Span) (h inbox.Hours) {
	for d := range h.Week {
		h.Week[d] = spans
	}
	return h
}

func zone(t testing.TB, name string) *time.Location {
	t.Helper()
	z, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	return z
}

// at reads a time of the zone's wall.
func at(t testing.TB, z *time.Location, s string) time.Time {
	t.Helper()
	got, err := time.ParseInLocation("2006-01-02 15:04", s, z)
	if err != nil {
		t.Fatal(err)
	}
	return got
}

func TestAdd(t *testing.T) {
	office, split := weekdays(span(9, 17)), weekdays(span(8, 12), span(13.5, 18))
	holiday := weekdays(span(9, 17))
	holiday.Closed = []inbox.Day{{Year: 2026, Month: time.November, Day: 23}}
	yearEnd := weekdays(span(8.5, 12), span(14, 18)) // closed from Christmas Eve at noon on
	yearEnd.Week[time.Thursday] = []inbox.Span{span(8.5, 12)}
	for day := time.Date(2026, 12, 25, 0, 0, 0, 0, time.UTC); day.Before(time.Date(2027, 1, 4, 0, 0, 0, 0, time.UTC)); day = day.AddDate(0, 0, 1) {
		yearEnd.Closed = append(yearEnd.Closed, inbox.DayOf(day))
	}
	for name, tt := range map[string]struct {
		hours inbox.Hours
		zone  string
		start string
		d     time.Duration
		want  string
	}{
		"over the weekend":          {office, "Europe/Paris", "2026-11-20 16:30", time.Hour, "2026-11-23 09:30"},
		"in the break":              {split, "Europe/Paris", "2026-11-24 12:30", time.Hour, "2026-11-24 14:30"},
		"over the break":            {split, "Europe/Paris", "2026-11-24 11:30", time.Hour, "2026-11-24 14:00"},
		"a closed day":              {office, "Europe/Paris", "2026-11-21 11:00", 8 * time.Hour, "2026-11-23 17:00"},
		"a holiday":                 {holiday, "Europe/Paris", "2026-11-20 16:30", time.Hour, "2026-11-24 09:30"},
		"up to the end of the day":  {office, "Europe/Paris", "2026-11-24 16:00", time.Hour, "2026-11-24 17:00"},
		"before opening":            {office, "Europe/Paris", "2026-11-24 05:00", time.Hour, "2026-11-24 10:00"},
		"two weeks":                 {office, "Europe/Paris", "2026-11-23 09:00", 80 * time.Hour, "2026-12-04 17:00"},
		"always, spring":            {inbox.Hours{}, "Europe/Paris", "2026-03-28 22:00", 24 * time.Hour, "2026-03-29 23:00"},
		"day of 23 hours":           {daily(span(0, 24)), "Europe/Paris", "2026-03-29 00:00", 23 * time.Hour, "2026-03-30 00:00"},
		"day of 25 hours":           {daily(span(0, 24)), "Europe/Paris", "2026-10-25 00:00", 25 * time.Hour, "2026-10-26 00:00"},
		"an hour that is not":       {daily(span(1, 4)), "Europe/Paris", "2026-03-29 00:00", 2 * time.Hour, "2026-03-29 04:00"},
		"an hour that is twice":     {daily(span(1, 4)), "Europe/Paris", "2026-10-25 00:00", 4 * time.Hour, "2026-10-25 04:00"},
		"opening in the lost hour":  {daily(span(2.5, 5)), "Europe/Paris", "2026-03-29 00:00", time.Hour, "2026-03-29 04:00"},
		"midnight that is not":      {daily(span(0, 24)), "America/Santiago", "2026-09-05 12:00", 12 * time.Hour, "2026-09-06 01:00"},
		"other side of the world":   {office, "Pacific/Auckland", "2026-11-20 16:30", time.Hour, "2026-11-23 09:30"},
		"half hours off":            {office, "Asia/Kolkata", "2026-11-20 16:30", time.Hour, "2026-11-23 09:30"},
		"nothing to wait for":       {office, "Europe/Paris", "2026-11-21 11:00", 0, "2026-11-21 11:00"},
		"open once a week":          {inbox.Hours{Week: [7][]inbox.Span{3: {span(10, 11)}}}, "Europe/Paris", "2026-11-20 16:30", 2 * time.Hour, "2026-12-02 11:00"},
		"spans that touch":          {daily(span(9, 12), span(12, 17)), "Europe/Paris", "2026-11-24 11:30", time.Hour, "2026-11-24 12:30"},
		"spans in the wrong order":  {daily(span(13, 17), span(9, 12)), "Europe/Paris", "2026-11-24 11:30", time.Hour, "2026-11-24 13:30"},
		"over the turn of the year": {yearEnd, "Europe/Paris", "2026-12-24 11:30", 2 * time.Hour, "2027-01-04 10:00"},
		"written on new year's day": {yearEnd, "Europe/Paris", "2027-01-01 00:00", time.Hour, "2027-01-04 09:30"},
		"half an hour of summer":    {daily(span(1, 4)), "Australia/Lord_Howe", "2026-10-04 00:00", 2 * time.Hour, "2026-10-04 03:30"},
		"half an hour again":        {daily(span(1, 4)), "Australia/Lord_Howe", "2026-04-05 00:00", 3 * time.Hour, "2026-04-05 03:30"},
		"a day that is not":         {office, "Pacific/Apia", "2011-12-29 16:00", 2 * time.Hour, "2012-01-02 10:00"},
		"in the last second":        {office, "Europe/Paris", "2026-11-24 16:59", time.Hour + time.Minute, "2026-11-25 10:00"},
		"the last day of a holiday": {holiday, "Europe/Paris", "2026-11-23 12:00", time.Hour, "2026-11-24 10:00"},
	} {
		z := zone(t, tt.zone)
		got := New(tt.hours, z).Add(at(t, z, tt.start), tt.d)
		if want := at(t, z, tt.want); !got.Equal(want) {
			t.Errorf("%s: %s; want %s", name, got.In(z), want)
		}
	}
}

func TestBetween(t *testing.T) {
	z := zone(t, "Europe/Paris")
	office := weekdays(span(9, 17))
	for name, tt := range map[string]struct {
		hours inbox.Hours
		a, b  string
		want  time.Duration
	}{
		"a day":             {office, "2026-11-24 00:00", "2026-11-25 00:00", 8 * time.Hour},
		"over the weekend":  {office, "2026-11-20 16:30", "2026-11-23 09:30", time.Hour},
		"both closed":       {office, "2026-11-21 10:00", "2026-11-22 10:00", 0},
		"backwards":         {office, "2026-11-25 10:00", "2026-11-24 10:00", 0},
		"within":            {office, "2026-11-24 10:00", "2026-11-24 10:42", 42 * time.Minute},
		"spring":            {daily(span(0, 24)), "2026-03-29 00:00", "2026-03-30 00:00", 23 * time.Hour},
		"autumn":            {daily(span(0, 24)), "2026-10-25 00:00", "2026-10-26 00:00", 25 * time.Hour},
		"always, in spring": {inbox.Hours{}, "2026-03-29 00:00", "2026-03-30 00:00", 23 * time.Hour},
	} {
		if got := New(tt.hours, z).Between(at(t, z, tt.a), at(t, z, tt.b)); got != tt.want {
			t.Errorf("%s: %v; want %v", name, got, tt.want)
		}
	}
}

func TestOpen(t *testing.T) {
	z := zone(t, "Europe/Paris")
	c := New(weekdays(span(8, 12), span(13.5, 18)), z)
	for when, tt := range map[string]struct {
		open bool
		next string
	}{
		"2026-11-24 07:59": {false, "2026-11-24 08:00"},
		"2026-11-24 08:00": {true, "2026-11-24 08:00"},
		"2026-11-24 12:00": {false, "2026-11-24 13:30"},
		"2026-11-24 17:59": {true, "2026-11-24 17:59"},
		"2026-11-27 18:00": {false, "2026-11-30 08:00"},
	} {
		next, ok := c.NextOpen(at(t, z, when))
		if c.Open(at(t, z, when)) != tt.open || !ok || !next.Equal(at(t, z, tt.next)) {
			t.Errorf("%s: open %v, next %v", when, c.Open(at(t, z, when)), next)
		}
	}
}

// TestNeverOpen: a calendar without an open minute ends its search.
func TestNeverOpen(t *testing.T) {
	z := zone(t, "Europe/Paris")
	start := at(t, z, "2026-11-24 12:00")
	h := daily(span(9, 17))
	for d := start; d.Year() < 2030; d = d.AddDate(0, 0, 1) {
		h.Closed = append(h.Closed, inbox.DayOf(d))
	}
	for name, hours := range map[string]inbox.Hours{"holidays": h, "empty spans": daily(span(9, 9)), "backwards": daily(span(17, 9))} {
		c := New(hours, z)
		next, ok := c.NextOpen(start)
		if due := c.Add(start, time.Hour); ok || !due.IsZero() || !next.IsZero() || c.Open(start) || c.Between(start, start.AddDate(3, 0, 0)) != 0 {
			t.Errorf("%s: open again %v, due %v", name, next, due)
		}
	}
	var zero Calendar
	if !zero.Open(start) || !zero.Add(start, time.Hour).Equal(start.Add(time.Hour)) {
		t.Error("the zero calendar is not always open")
	}
}

// open is the same question asked of the wall's clock, without any reckoning.
func open(h inbox.Hours, local time.Time) bool {
	for _, d := range h.Closed {
		if d == inbox.DayOf(local) {
			return false
		}
	}
	hour, minute, _ := local.Clock()
	clock := time.Duration(hour)*time.Hour + time.Duration(minute)*time.Minute
	for _, s := range h.Week[local.Weekday()] {
		if s.From <= clock && clock < s.To {
			return true
		}
	}
	return false
}

// TestWalk holds the reckoning against a walk from minute to minute.
func TestWalk(t *testing.T) {
	zones := []string{"Europe/Paris", "America/Sao_Paulo", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu", "America/Santiago", "Africa/Casablanca"}
	r := rand.New(rand.NewPCG(1, 2))
	for range 150 {
		z := zone(t, zones[r.IntN(len(zones))])
		var h inbox.Hours
		for d := range h.Week {
			for clock := 0; r.IntN(3) > 0; {
				from := clock + r.IntN(12*60)
				to := from + 1 + r.IntN(8*60)
				if to > 24*60 {
					break
				}
				h.Week[d] = append(h.Week[d], inbox.Span{From: time.Duration(from) * time.Minute, To: time.Duration(to) * time.Minute})
				clock = to
			}
		}
		// near the days on which clocks are changed, in one year or another
		start := time.Date(2015+r.IntN(15), []time.Month{3, 4, 9, 10, 11, 2}[r.IntN(6)], r.IntN(31), r.IntN(24), r.IntN(60), 0, 0, time.UTC)
		if r.IntN(2) == 0 {
			h.Closed = append(h.Closed, inbox.DayOf(start.Add(24*time.Hour).In(z)))
		}
		walk(t, h, z, start, time.Duration(r.IntN(4*24*60))*time.Minute)
	}
}

func walk(t *testing.T, h inbox.Hours, z *time.Location, start time.Time, length time.Duration) {
	t.Helper()
	if h.Zero() {
		return
	}
	c := New(h, z)
	end, sum := start.Add(length), time.Duration(0)
	lastOpen := time.Time{}
	for at := start; at.Before(end); at = at.Add(time.Minute) {
		is := open(h, at.In(z))
		if c.Open(at) != is {
			t.Fatalf("%v in %v at %s: open %v", h, z, at.In(z), !is)
		}
		if is {
			sum += time.Minute
			lastOpen = at
		}
	}
	if got := c.Between(start, end); got != sum {
		t.Fatalf("%v in %v from %s to %s: %v; want %v", h, z, start.In(z), end.In(z), got, sum)
	}
	if sum > 0 {
		if due := c.Add(start, sum); !due.Equal(lastOpen.Add(time.Minute)) {
			t.Fatalf("%v in %v: %v of open time from %s is over at %s; want %s", h, z, sum, start.In(z), due.In(z), lastOpen.Add(time.Minute).In(z))
		}
	}
}

func BenchmarkAdd(b *testing.B) {
	c := New(weekdays(span(8, 12), span(13.5, 18)), zone(b, "Europe/Paris"))
	start := time.Date(2026, 11, 20, 16, 30, 0, 0, time.UTC)
	for b.Loop() {
		c.Add(start, 4*time.Hour)
	}
}
