package when_test

import (
	"errors"
	"testing"
	"time"

	"vigie/inbox/when"
)

// opens is a client that opens at half past eight on Mondays, at ten else.
func opens(day time.Time) (hour, minute int) {
	if day.Weekday() == time.Monday {
		return 8, 30
	}
	return 10, 0
}

func TestParseNap(t *testing.T) {
	loc := paris(t)
	// A Monday, 10:30 in Paris.
	now := time.Date(2026, 11, 23, 9, 30, 0, 0, time.UTC)
	cases := []struct {
		in, until string // "": none
		rule      when.Rule
		dozes     bool
	}{
		{"demain 9h", "2026-11-24 09:00", when.AtTime, false},
		{"demain", "2026-11-24 10:00", when.AtTime, false},
		{"lun", "2026-11-30 08:30", when.AtTime, false},
		{"mon", "2026-11-30 08:30", when.AtTime, false},
		{"lun 9h dort", "2026-11-30 09:00", when.AtTime, true},
		{"lun 9h, mais pas pour un merci", "2026-11-30 09:00", when.AtTime, true},
		{"lun 9h dort sur merci", "2026-11-30 09:00", when.AtTime, true},
		{"lun 9h sauf merci", "2026-11-30 09:00", when.AtTime, true},
		{"lun 9h endormi sleep", "2026-11-30 09:00", when.AtTime, true},
		{"lun 9h sauf merci sleep", "2026-11-30 09:00", when.AtTime, true},
		{"monday 9am not for thanks", "2026-11-30 09:00", when.AtTime, true},
		{"lun dors", "2026-11-30 08:30", when.AtTime, true},
		{"mon 9am sleep", "2026-11-30 09:00", when.AtTime, true},
		{"+3d doze", "2026-11-26 10:30", when.AtTime, true},
		{"in 3d", "2026-11-26 10:30", when.AtTime, false},
		{"+3d", "2026-11-26 10:30", when.AtTime, false},
		{"ce soir", "2026-11-23 18:00", when.AtTime, false},
		{"tonight", "2026-11-23 18:00", when.AtTime, false},
		{"next week", "2026-11-30 08:30", when.AtTime, false},
		{"semaine prochaine", "2026-11-30 08:30", when.AtTime, false},
		{"fin de mois", "2026-11-30 08:30", when.AtTime, false},
		{"à la fin du mois", "2026-11-30 08:30", when.AtTime, false},
		{"end of the month 17h", "2026-11-30 17:00", when.AtTime, false},
		{"eom", "2026-11-30 08:30", when.AtTime, false},
		{"fin de semaine", "2026-11-27 10:00", when.AtTime, false},
		{"end of week 5pm", "2026-11-27 17:00", when.AtTime, false},
		{"ce week-end", "2026-11-28 10:00", when.AtTime, false},
		{"mois prochain", "2026-12-01 10:00", when.AtTime, false},
		{"next month", "2026-12-01 10:00", when.AtTime, false},
		{"30 nov", "2026-11-30 08:30", when.AtTime, false},
		{"le 1er décembre 14h", "2026-12-01 14:00", when.AtTime, false},
		{"december 1st", "2026-12-01 10:00", when.AtTime, false},
		{"2 janv. 2028", "2028-01-02 10:00", when.AtTime, false},
		{"29 feb", "2028-02-29 10:00", when.AtTime, false},
		{"29/2", "2028-02-29 10:00", when.AtTime, false},
		{"jusqu'à lundi", "2026-11-30 08:30", when.AtTime, false},
		{"jusqu’au 30/11", "2026-11-30 08:30", when.AtTime, false},
		{"until friday noon", "2026-11-27 12:00", when.AtTime, false},
		{"dans une semaine", "2026-11-30 10:30", when.AtTime, false},
		{"in a week", "2026-11-30 10:30", when.AtTime, false},
		{"dans une demi-heure", "2026-11-23 11:00", when.AtTime, false},
		{"dans deux heures", "2026-11-23 12:30", when.AtTime, false},
		{"après demain", "2026-11-25 10:00", when.AtTime, false},
		{"day after tomorrow", "2026-11-25 10:00", when.AtTime, false},
		{"demain matin", "2026-11-24 09:00", when.AtTime, false},
		{"2026-12-01T14:05:00+02:00", "2026-12-01 13:05", when.AtTime, false},
		{"si pas de réponse 2j", "2026-11-25 10:30", when.NoReply, false},
		{"Si pas de réponse dans 2 jours", "2026-11-25 10:30", when.NoReply, false},
		{"if no reply 2d", "2026-11-25 10:30", when.NoReply, false},
		{"if no reply within 2 days", "2026-11-25 10:30", when.NoReply, false},
		{"sans réponse 3j", "2026-11-26 10:30", when.NoReply, false},
		{"sans réponse d'ici vendredi", "2026-11-27 10:00", when.NoReply, false},
		{"sans réponse 48h", "2026-11-25 10:30", when.NoReply, false},
		{"sans réponse 30 nov 9h", "2026-11-30 09:00", when.NoReply, false},
		{"sans réponse 9:00", "2026-11-24 09:00", when.NoReply, false},
		{"3j sans réponse", "2026-11-26 10:30", when.NoReply, false},
		{"3d if no reply", "2026-11-26 10:30", when.NoReply, false},
		{"until:no-reply 3d", "2026-11-26 10:30", when.NoReply, false},
		{"si pas de réponse lun 9h dort", "2026-11-30 09:00", when.NoReply, true},
		{"jusqu'à réponse", "", when.TillReply, false},
		{"jusqu’à la réponse dort", "", when.TillReply, true},
		{"until reply", "", when.TillReply, false},
		{"until they reply doze", "", when.TillReply, true},
	}
	for _, c := range cases {
		t.Run(c.in, func(t *testing.T) {
			got, err := when.ParseNap(c.in, now, loc, opens)
			if err != nil {
				t.Fatal(err)
			}
			until := ""
			if !got.Until.IsZero() {
				until = got.Until.Format("2006-01-02 15:04")
			}
			if until != c.until || got.Rule != c.rule || got.Dozes != c.dozes {
				t.Errorf("got %q %v %v, want %q %v %v", until, got.Rule, got.Dozes, c.until, c.rule, c.dozes)
			}
		})
	}
}

func TestParseNapWithoutHours(t *testing.T) {
	now := time.Date(2026, 11, 30, 9, 30, 0, 0, time.UTC) // the last day of a month
	for in, want := range map[string]string{"mardi": "2026-12-01 09:00", "fin de mois": "2026-12-31 09:00"} {
		if got, err := when.ParseNap(in, now, time.UTC, nil); err != nil || got.Until.Format("2006-01-02 15:04") != want {
			t.Errorf("%s: %v, %v; want %s", in, got.Until, err, want)
		}
	}
}

func TestParseNapRefuses(t *testing.T) {
	now := time.Date(2026, 11, 23, 9, 30, 0, 0, time.UTC)
	for in, want := range map[string]error{
		"": when.ErrUnclear, "dort": when.ErrUnclear, "bientôt": when.ErrUnclear, "si pas de réponse": when.ErrUnclear,
		"if no reply dort": when.ErrUnclear, "jusqu'à réponse 2j": when.ErrUnclear, "lun dort 9h": when.ErrUnclear,
		"32 nov": when.ErrUnclear, "30 nov 1er déc": when.ErrUnclear, "hier": when.ErrUnclear,
		"sans réponse 2020-01-01": when.ErrPast, "2020-01-01T10:00:00Z": when.ErrPast,
	} {
		if got, err := when.ParseNap(in, now, time.UTC, nil); !errors.Is(err, want) {
			t.Errorf("%q: %v, %v; want %v", in, got, err, want)
		}
	}
}

func FuzzParseNap(f *testing.F) {
	for _, s := range []string{"lun 9h dort", "si pas de réponse 2j", "3d if no reply", "jusqu'à réponse", "fin de mois", "1er déc 9h", "in a week"} {
		f.Add(s)
	}
	now := time.Date(2026, 11, 23, 9, 30, 0, 0, time.UTC)
	f.Fuzz(func(t *testing.T, s string) {
		n, err := when.ParseNap(s, now, time.UTC, nil)
		if err == nil && n.Until.IsZero() != (n.Rule == when.TillReply) {
			t.Errorf("%q gave %+v", s, n)
		}
		if err == nil && !n.Until.IsZero() && !n.Until.After(now) {
			t.Errorf("%q gave %v, which is not after now", s, n.Until)
		}
	})
}
