package when_test

import (
	"errors"
	"testing"
	"time"

	"vigie/inbox/when"
)

// TestPhrases are moments in the words of people in a hurry.
func TestPhrases(t *testing.T) {
	loc := paris(t)
	now := time.Date(2026, 11, 23, 9, 30, 0, 0, time.UTC) // a Monday, 10:30 in Paris
	for words, want := range map[string]string{
		"minuit": "2026-11-24 00:00", "ce soir minuit": "2026-11-24 00:00", "vendredi à minuit": "2026-11-28 00:00", "midnight": "2026-11-24 00:00",
		"minuit et demi": "2026-11-24 00:30", "midi et demi": "2026-11-23 12:30", "demain midi et demi": "2026-11-24 12:30",
		"14h et quart": "2026-11-23 14:15", "demain 9h et demie": "2026-11-24 09:30", "demain 9.30": "2026-11-24 09:30", "tomorrow 9.30am": "2026-11-24 09:30",
		"dans une heure et demie": "2026-11-23 12:00", "in an hour and a half": "2026-11-23 12:00", "in half an hour": "2026-11-23 11:00",
		"dans une demi heure": "2026-11-23 11:00", "dans un quart d'heure": "2026-11-23 10:45", "dans trois quarts d’heure": "2026-11-23 11:15",
		"sous 48h": "2026-11-25 10:30", "48h": "2026-11-25 10:30", "24h": "2026-11-24 10:30", "d'ici 2 jours": "2026-11-25 10:30",
		"d'ici vendredi 17h": "2026-11-27 17:00", "pendant 2 jours": "2026-11-25 10:30", "for 2 days": "2026-11-25 10:30",
		"2 jrs": "2026-11-25 10:30", "in 2 hrs": "2026-11-23 12:30", "30 mins": "2026-11-23 11:00", "dans un an": "2027-11-23 10:30",
		"trente minutes": "2026-11-23 11:00", "in twenty minutes": "2026-11-23 10:50",
		"lundi en huit": "2026-12-07 09:00", "mardi en huit 14h": "2026-12-01 14:00",
		"mardi semaine prochaine": "2026-12-01 09:00", "mardi de la semaine prochaine 8h": "2026-12-01 08:00",
		"tuesday next week 10am": "2026-12-01 10:00", "next week tuesday": "2026-12-01 09:00", "dimanche de la semaine prochaine": "2026-12-06 09:00",
		"début de semaine prochaine": "2026-11-30 09:00", "fin de semaine prochaine": "2026-12-04 09:00", "end of next week": "2026-12-04 09:00",
		"le week-end prochain": "2026-11-28 09:00", "next weekend": "2026-11-28 09:00",
		"début décembre": "2026-12-01 09:00", "mi-décembre": "2026-12-15 09:00", "fin février": "2027-02-28 09:00", "fin novembre": "2026-11-30 09:00",
		"début novembre": "2027-11-01 09:00", "mid-january 14:00": "2027-01-15 14:00",
		"fin d'année": "2026-12-31 09:00", "l'année prochaine": "2027-01-01 09:00", "next year": "2027-01-01 09:00",
		"fin de journée": "2026-11-23 17:00", "demain en fin de matinée": "2026-11-24 11:00", "mardi début d'après-midi": "2026-11-24 14:00",
		"eod": "2026-11-23 17:00", "cet aprem": "2026-11-23 14:00", "demain après midi": "2026-11-24 14:00",
		"jeu. 3 déc.": "2026-12-03 09:00", "lun. 9h": "2026-11-30 09:00", "demain !": "2026-11-24 09:00", "tomorrow 5 p.m.": "2026-11-24 17:00",
		"at 9": "2026-11-24 09:00", "à 14": "2026-11-23 14:00", "8 du matin": "2026-11-24 08:00", "8 in the evening": "2026-11-23 20:00",
		"dès lundi": "2026-11-30 09:00", "à partir de lundi 14h": "2026-11-30 14:00",
		"le 30": "2026-11-30 09:00", "le 23": "2026-12-23 09:00", "le 1er": "2026-12-01 09:00", "on the 30th": "2026-11-30 09:00", "the 30th at 5pm": "2026-11-30 17:00",
		"le 31": "2026-12-31 09:00", "le 30 à 14h": "2026-11-30 14:00", "lundi 30": "2026-11-30 09:00", "jeudi 3 17h": "2026-12-03 17:00",
		"lundi 8": "2026-11-30 08:00", "monday 7 pm": "2026-11-30 19:00", "vendredi 17": "2026-11-27 17:00",
		"3.12": "2026-12-03 09:00", "3.12.2026 14h": "2026-12-03 14:00", "03/12/26": "2026-12-03 09:00", "2026/12/03": "2026-12-03 09:00",
		"LE 3 JANVIER": "2027-01-03 09:00", "De\u0301cembre 3": "2026-12-03 09:00", "thurs 9": "2026-11-26 09:00",
		"noël": "2026-12-25 09:00", "à Noël 14h": "2026-12-25 14:00", "christmas": "2026-12-25 09:00", "xmas": "2026-12-25 09:00",
		"plus tard": "2026-11-23 13:30", "later": "2026-11-23 13:30", "un peu plus tard": "2026-11-23 13:30",
		"surlendemain": "2026-11-25 09:00", "tmrw 8am": "2026-11-24 08:00",
	} {
		got, err := when.Parse(words, now, loc)
		if g := got.Format("2006-01-02 15:04"); err != nil || g != want {
			t.Errorf("%q is %s, %v; want %s", words, g, err, want)
		}
	}
}

// TestUnless reads a moment that an answer takes back.
func TestUnless(t *testing.T) {
	now := time.Date(2026, 11, 23, 9, 30, 0, 0, time.UTC)
	for _, words := range []string{
		"lundi 9h sauf réponse", "lundi 9h sauf s'il répond", "Lundi 9h, sauf s’ils répondent", "sauf réponse lundi 9h", "monday 9am unless they reply",
		"mon 9 unless reply", "lundi 9h à moins d'une réponse",
	} {
		n, err := when.ParseNap(words, now, time.UTC, nil)
		if want := time.Date(2026, 11, 30, 9, 0, 0, 0, time.UTC); err != nil || n.Rule != when.NoReply || !n.Until.Equal(want) {
			t.Errorf("%q is %+v, %v", words, n, err)
		}
	}
}

// TestUnclear names the word that was not understood, and the one it is like.
func TestUnclear(t *testing.T) {
	now := time.Date(2026, 11, 23, 9, 30, 0, 0, time.UTC)
	for words, want := range map[string]when.Unclear{
		"demian 9h":             {Word: "demian", Near: "demain"},
		"vendrdi":               {Word: "vendrdi", Near: "vendredi"},
		"tomorow at 9":          {Word: "tomorow", Near: "tomorrow"},
		"lunid":                 {Word: "lunid", Near: "lundi"},
		"3 decmbre":             {Word: "decmbre", Near: "décembre"},
		"le 3 fevirer":          {Word: "fevirer", Near: "février"},
		"si pas de réponse 2jk": {Word: "2jk"},
		"bientôt":               {Word: "bientot"},
		"demain x":              {Word: "x"},
		"demain demain":         {Word: "demain"},
	} {
		_, err := when.ParseNap(words, now, time.UTC, nil)
		var got *when.Unclear
		if !errors.As(err, &got) || *got != want || !errors.Is(err, when.ErrUnclear) {
			t.Errorf("%q: %v, %+v; want %+v", words, err, got, want)
		}
	}
}
