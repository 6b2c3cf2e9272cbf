package when_test

import (
	"errors"
	"testing"
	"time"

	"vigie/inbox/when"
)

func paris(t *testing.T) *time.Location {
	t.Helper()
	loc, err := time.LoadLocation("Europe/Paris")
	if err != nil {
		t.Fatal(err)
	}
	return loc
}

func TestParse(t *testing.T) {
	loc := paris(t)
	// A Monday, 10:30 in Paris.
	now := time.Date(2026, 11, 23, 9, 30, 0, 0, time.UTC)
	cases := []struct{ in, want string }{
		{"demain 9h", "2026-11-24 09:00"},
		{"demain", "2026-11-24 09:00"},
		{"Demain à 14h30", "2026-11-24 14:30"},
		{"après-demain midi", "2026-11-25 12:00"},
		{"lun", "2026-11-30 09:00"},
		{"mar 8h", "2026-11-24 08:00"},
		{"vendredi prochain 17:15", "2026-11-27 17:15"},
		{"semaine prochaine", "2026-11-30 09:00"},
		{"la semaine prochaine à 8h", "2026-11-30 08:00"},
		{"ce soir", "2026-11-23 18:00"},
		{"aujourd'hui 16h", "2026-11-23 16:00"},
		{"dans 3 jours", "2026-11-26 10:30"},
		{"dans 2 h", "2026-11-23 12:30"},
		{"9h", "2026-11-24 09:00"},
		{"14h", "2026-11-23 14:00"},
		{"14 h", "2026-11-23 14:00"},
		{"14 h 30", "2026-11-23 14:30"},
		{"à 14h", "2026-11-23 14:00"},
		{"à 14 heures", "2026-11-23 14:00"},
		{"demain 14 heures", "2026-11-24 14:00"},
		{"0h", "2026-11-24 00:00"},
		{"+9h", "2026-11-23 19:30"},
		{"+1h30", "2026-11-23 12:00"},
		{"in 2h", "2026-11-23 12:30"},
		{"in 2 h", "2026-11-23 12:30"},
		{"dans 9h", "2026-11-23 19:30"},
		{"dans 1h30", "2026-11-23 12:00"},
		{"2 hours", "2026-11-23 12:30"},
		{"2 heures", "2026-11-23 12:30"},
		{"in 3 days 9h", "2026-11-26 09:00"},
		{"dans l'après-midi", "2026-11-23 14:00"},
		{"45min", "2026-11-23 11:15"},
		{"+3d", "2026-11-26 10:30"},
		{"+3j 9h", "2026-11-26 09:00"},
		{"2 semaines", "2026-12-07 10:30"},
		{"1 mois", "2026-12-23 10:30"},
		{"tomorrow 9", "2026-11-24 09:00"},
		{"tomorrow at 9 pm", "2026-11-24 21:00"},
		{"tomorrow 12am", "2026-11-24 00:00"},
		{"mon 9:00", "2026-11-30 09:00"},
		{"next fri 5pm", "2026-11-27 17:00"},
		{"next week", "2026-11-30 09:00"},
		{"in 3d", "2026-11-26 10:30"},
		{"tonight", "2026-11-23 18:00"},
		{"this afternoon", "2026-11-23 14:00"},
		{"9:00", "2026-11-24 09:00"},
		{"14h30", "2026-11-23 14:30"},
		{"2026-12-01", "2026-12-01 09:00"},
		{"2026-12-01 14:05", "2026-12-01 14:05"},
		{"2026-12-01T14:05", "2026-12-01 14:05"},
		{"30/11", "2026-11-30 09:00"},
		{"2/1 8h", "2027-01-02 08:00"},
		{"30/11/2027 8h", "2027-11-30 08:00"},
	}
	for _, c := range cases {
		t.Run(c.in, func(t *testing.T) {
			got, err := when.Parse(c.in, now, loc)
			if err != nil {
				t.Fatal(err)
			}
			if g := got.Format("2006-01-02 15:04"); g != c.want {
				t.Errorf("got %s, want %s", g, c.want)
			}
		})
	}
}

func TestParseRefuses(t *testing.T) {
	loc := paris(t)
	now := time.Date(2026, 11, 23, 9, 30, 0, 0, time.UTC)
	cases := []struct {
		in   string
		want error
	}{
		{"", when.ErrUnclear},
		{"bientôt", when.ErrUnclear},
		{"demain lundi", when.ErrUnclear},
		{"demain 25h", when.ErrUnclear},
		{"9", when.ErrUnclear},
		{"25h", when.ErrUnclear},
		{"24h00", when.ErrUnclear},
		{"49h", when.ErrUnclear},
		{"+1h75", when.ErrUnclear},
		{"+1h5", when.ErrUnclear},
		{"+2d30", when.ErrUnclear},
		{"in 9:00", when.ErrUnclear},
		{"demain 9h 10h", when.ErrUnclear},
		{"+99999999d", when.ErrUnclear},
		{"2h 9:00", when.ErrUnclear},
		{"13pm", when.ErrUnclear},
		{"à", when.ErrUnclear},
		{"2020-01-01", when.ErrPast},
		{"aujourd'hui 8h", when.ErrPast},
		{"+0d", when.ErrPast},
	}
	for _, c := range cases {
		t.Run(c.in, func(t *testing.T) {
			if got, err := when.Parse(c.in, now, loc); !errors.Is(err, c.want) {
				t.Errorf("got %v, %v; want %v", got, err, c.want)
			}
		})
	}
}

// Across a change of clocks a day is a calendar day, an hour is an hour.
func TestParseAcrossSummerTime(t *testing.T) {
	loc := paris(t)
	now := time.Date(2027, 3, 27, 9, 0, 0, 0, time.UTC) // 10:00, the day before
	for in, want := range map[string]time.Duration{"+1j": 23 * time.Hour, "+24h": 24 * time.Hour} {
		got, err := when.Parse(in, now, loc)
		if err != nil {
			t.Fatal(err)
		}
		if d := got.Sub(now); d != want {
			t.Errorf("%s: %v later, want %v", in, d, want)
		}
	}
}

func FuzzParse(f *testing.F) {
	for _, s := range []string{"demain 9h", "+3d", "2026-12-01T14:05", "next", "9 pm", "l’après-midi", "14h", "14 h 30", "dans 1h30", "à 14 heures", "+1h30", "lundi 30 novembre soir 8h", "tonight 8pm"} {
		f.Add(s)
	}
	now := time.Date(2026, 11, 23, 9, 30, 0, 0, time.UTC)
	f.Fuzz(func(t *testing.T, s string) {
		got, err := when.Parse(s, now, time.UTC)
		if err == nil && !got.After(now) {
			t.Errorf("%q gave %v, which is not after now", s, got)
		}
	})
}
