package stamp_test

import (
	"testing"
	"time"

	"vigie/tui/lang"
	"vigie/tui/stamp"
)

func zone(t *testing.T) *time.Location {
	t.Helper()
	loc, err := time.LoadLocation("Europe/Paris")
	if err != nil {
		t.Fatal(err)
	}
	return loc
}

// Monday 23 November 2026, 8:30 in Paris.
var now = time.Date(2026, 11, 23, 7, 30, 0, 0, time.UTC)

func TestAge(t *testing.T) {
	loc := zone(t)
	cases := []struct {
		ago    time.Duration
		fr, en string
	}{
		{-time.Hour, "maint.", "now"},
		{30 * time.Second, "maint.", "now"},
		{3 * time.Minute, "3 min", "3 min"},
		{2 * time.Hour, "2 h", "2 h"},
		{8 * time.Hour, "8 h", "8 h"},     // today, a little after midnight
		{10 * time.Hour, "hier", "yest."}, // 22:30 the day before
		{5*time.Hour + 59*time.Minute, "5 h", "5 h"},
		{50 * time.Hour, "2 j", "2 d"},
		{20 * 24 * time.Hour, "3 nov.", "3 Nov"},
		{400 * 24 * time.Hour, "10/2025", "10/2025"},
	}
	for _, c := range cases {
		for tag, want := range map[lang.Tag]string{lang.French: c.fr, lang.English: c.en} {
			got := stamp.For(lang.For(tag)).Age(now.Add(-c.ago), now, loc)
			if got != want {
				t.Errorf("%s, %s ago: %q, want %q", tag, c.ago, got, want)
			}
			if len([]rune(got)) > stamp.AgeWidth {
				t.Errorf("%q is wider than %d", got, stamp.AgeWidth)
			}
		}
	}
	if got := stamp.For(lang.For(lang.French)).Age(time.Time{}, now, loc); got != "" {
		t.Errorf("no time at all is %q", got)
	}
}

func TestMoment(t *testing.T) {
	loc := zone(t)
	cases := map[time.Duration][2]string{
		5*time.Hour + 30*time.Minute:  {"14:00", "14:00"},
		24*time.Hour + 30*time.Minute: {"demain 09:00", "tomorrow 09:00"},
		-24 * time.Hour:               {"hier 08:30", "yest. 08:30"},
		6 * 24 * time.Hour:            {"dim. 08:30", "Sun 08:30"},
		20 * 24 * time.Hour:           {"13 déc. 08:30", "13 Dec 08:30"},
		60 * 24 * time.Hour:           {"22 janv. 2027 08:30", "22 Jan 2027 08:30"},
	}
	for ahead, want := range cases {
		for i, tag := range []lang.Tag{lang.French, lang.English} {
			if got := stamp.For(lang.For(tag)).Moment(now.Add(ahead), now, loc); got != want[i] {
				t.Errorf("%s, in %s: %q, want %q", tag, ahead, got, want[i])
			}
		}
	}
}

func TestLeft(t *testing.T) {
	p := stamp.For(lang.For(lang.French))
	for d, want := range map[time.Duration]string{
		10 * time.Second: "10 s", -42 * time.Minute: "42 min", 70 * time.Minute: "1 h 10", 2 * time.Hour: "2 h",
		30 * time.Hour: "30 h", 72 * time.Hour: "3 j",
	} {
		if got := p.Left(d); got != want {
			t.Errorf("%s is %q, want %q", d, got, want)
		}
	}
}

func TestFull(t *testing.T) {
	loc := zone(t)
	for tag, want := range map[lang.Tag]string{
		lang.French: "lundi 23 novembre 2026, 08:30", lang.English: "Monday 23 November 2026, 08:30",
	} {
		if got := stamp.For(lang.For(tag)).Full(now, loc); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}
