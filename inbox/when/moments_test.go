package when_test

import (
	"errors"
	"testing"
	"time"

	"vigie/inbox/when"
)

// TestMoments holds words against the exact moment they mean, by the wall of
// three zones, around the days on which clocks change and the end of months and
// years. An empty wish: the words are refused.
func TestMoments(t *testing.T) {
	for _, c := range []struct{ zone, now, words, want string }{
		// the night of 28 to 29 March 2026 has no hour from two to three in Paris
		{"Europe/Paris", "2026-03-28 10:00", "demain 9h", "2026-03-29T09:00:00+02:00"},
		{"Europe/Paris", "2026-03-28 10:00", "demain", "2026-03-29T09:00:00+02:00"},
		{"Europe/Paris", "2026-03-28 10:00", "dans 1 jour", "2026-03-29T10:00:00+02:00"},
		{"Europe/Paris", "2026-03-28 10:00", "dans 24h", "2026-03-29T11:00:00+02:00"},
		{"Europe/Paris", "2026-03-28 10:00", "+24h", "2026-03-29T11:00:00+02:00"},
		{"Europe/Paris", "2026-03-28 10:00", "+1d", "2026-03-29T10:00:00+02:00"},
		{"Europe/Paris", "2026-03-28 10:00", "demain 2h30", "2026-03-29T03:30:00+02:00"},
		{"Europe/Paris", "2026-03-28 10:00", "lundi", "2026-03-30T09:00:00+02:00"},
		{"Europe/Paris", "2026-03-28 10:00", "dim 14h", "2026-03-29T14:00:00+02:00"},
		{"Europe/Paris", "2026-03-28 23:30", "dans 4 heures", "2026-03-29T04:30:00+02:00"},
		{"Europe/Paris", "2026-03-28 10:00", "fin de mois", "2026-03-31T09:00:00+02:00"},
		{"Europe/Paris", "2026-03-28 10:00", "semaine prochaine", "2026-03-30T09:00:00+02:00"},
		// that of 25 October has it twice
		{"Europe/Paris", "2026-10-24 10:00", "demain 9h", "2026-10-25T09:00:00+01:00"},
		{"Europe/Paris", "2026-10-24 10:00", "tomorrow 9am", "2026-10-25T09:00:00+01:00"},
		{"Europe/Paris", "2026-10-24 10:00", "dans 24 heures", "2026-10-25T09:00:00+01:00"},
		{"Europe/Paris", "2026-10-24 10:00", "in 1 day", "2026-10-25T10:00:00+01:00"},
		{"Europe/Paris", "2026-10-24 10:00", "lun 8h30", "2026-10-26T08:30:00+01:00"},
		{"Europe/Paris", "2026-10-25 01:30", "in 3h", "2026-10-25T03:30:00+01:00"},
		{"America/Montreal", "2026-03-07 22:00", "demain 9h", "2026-03-08T09:00:00-04:00"},
		{"America/Montreal", "2026-03-07 22:00", "tomorrow noon", "2026-03-08T12:00:00-04:00"},
		{"America/Montreal", "2026-03-07 22:00", "in 12h", "2026-03-08T11:00:00-04:00"},
		{"America/Montreal", "2026-03-07 22:00", "2h30", "2026-03-08T03:30:00-04:00"},
		{"America/Montreal", "2026-10-31 10:00", "tomorrow", "2026-11-01T09:00:00-05:00"},
		{"America/Montreal", "2026-10-31 10:00", "in 2 days", "2026-11-02T10:00:00-05:00"},
		{"America/Montreal", "2026-10-31 10:00", "mois prochain", "2026-11-01T09:00:00-05:00"},
		{"America/Montreal", "2026-10-31 10:00", "fin de mois", "2026-11-30T09:00:00-05:00"},
		{"America/Montreal", "2026-10-31 10:00", "2026-11-01T09:00:00+01:00", "2026-11-01T03:00:00-05:00"},
		// a midnight that is not
		{"America/Santiago", "2026-09-05 12:00", "demain 9h", "2026-09-06T09:00:00-03:00"},
		{"America/Santiago", "2026-09-05 12:00", "demain", "2026-09-06T09:00:00-03:00"},
		{"America/Santiago", "2026-09-04 12:00", "dimanche", "2026-09-06T09:00:00-03:00"},
		{"America/Santiago", "2026-09-04 12:00", "6/9", "2026-09-06T09:00:00-03:00"},
		{"America/Santiago", "2026-09-04 12:00", "6 sept 10h", "2026-09-06T10:00:00-03:00"},
		{"America/Santiago", "2026-09-04 12:00", "2026-09-06", "2026-09-06T09:00:00-03:00"},
		{"America/Santiago", "2026-09-04 12:00", "après-demain", "2026-09-06T09:00:00-03:00"},
		// half hours
		{"Asia/Kolkata", "2026-11-23 15:00", "demain 9h", "2026-11-24T09:00:00+05:30"},
		{"Asia/Kolkata", "2026-11-23 15:00", "ce soir", "2026-11-23T18:00:00+05:30"},
		{"Asia/Kolkata", "2026-11-23 15:00", "tonight", "2026-11-23T18:00:00+05:30"},
		{"Asia/Kolkata", "2026-11-23 15:00", "in 90 min", "2026-11-23T16:30:00+05:30"},
		{"Asia/Kolkata", "2026-11-23 15:00", "2026-11-24 04:00:00Z", "2026-11-24T09:30:00+05:30"},
		{"Asia/Kolkata", "2026-11-23 15:00", "14h", "2026-11-24T14:00:00+05:30"},
		{"Asia/Kolkata", "2026-11-23 15:00", "15:00", "2026-11-24T15:00:00+05:30"},
		{"Asia/Kolkata", "2026-11-23 15:00", "15:01", "2026-11-23T15:01:00+05:30"},
		{"Asia/Kolkata", "2026-11-23 00:10", "aujourd'hui 8h", "2026-11-23T08:00:00+05:30"},
		{"Asia/Kolkata", "2026-11-23 15:00", "dans 1h30", "2026-11-23T16:30:00+05:30"},
		// the part of this day, not of the next, when it is over
		{"Europe/Paris", "2026-11-23 19:30", "ce soir", ""},
		{"Europe/Paris", "2026-11-23 19:30", "tonight", ""},
		{"Europe/Paris", "2026-11-23 19:30", "this evening", ""},
		{"Europe/Paris", "2026-11-23 15:30", "cet après-midi", ""},
		{"Europe/Paris", "2026-11-23 15:30", "this afternoon", ""},
		{"Europe/Paris", "2026-11-23 10:30", "ce matin", ""},
		{"Europe/Paris", "2026-11-23 10:30", "this morning", ""},
		{"Europe/Paris", "2026-11-23 10:30", "ce midi", "2026-11-23T12:00:00+01:00"},
		{"Europe/Paris", "2026-11-23 10:30", "ce soir", "2026-11-23T18:00:00+01:00"},
		{"Europe/Paris", "2026-11-23 10:30", "cet après-midi", "2026-11-23T14:00:00+01:00"},
		{"Europe/Paris", "2026-11-23 10:30", "this afternoon", "2026-11-23T14:00:00+01:00"},
		{"Europe/Paris", "2026-11-23 10:30", "ce vendredi", "2026-11-27T09:00:00+01:00"},
		{"Europe/Paris", "2026-11-23 10:30", "this friday 5pm", "2026-11-27T17:00:00+01:00"},
		{"Europe/Paris", "2026-11-23 19:30", "soir", "2026-11-24T18:00:00+01:00"},
		{"Europe/Paris", "2026-11-23 19:30", "demain soir", "2026-11-24T18:00:00+01:00"},
		{"Europe/Paris", "2026-11-23 19:30", "today 14h", ""},
		{"Europe/Paris", "2026-11-23 19:30", "12am", "2026-11-24T00:00:00+01:00"},
		{"Europe/Paris", "2026-11-23 19:30", "12pm", "2026-11-24T12:00:00+01:00"},
		// a part of a day with an hour, which is the one in it; a weekday with its date
		{"Europe/Paris", "2026-11-23 10:30", "demain matin 8h", "2026-11-24T08:00:00+01:00"},
		{"Europe/Paris", "2026-11-23 10:30", "8h demain matin", "2026-11-24T08:00:00+01:00"},
		{"Europe/Paris", "2026-11-23 10:30", "demain à 8h du soir", "2026-11-24T20:00:00+01:00"},
		{"Europe/Paris", "2026-11-23 10:30", "demain soir", "2026-11-24T18:00:00+01:00"},
		{"Europe/Paris", "2026-11-23 10:30", "demain soir 20h", "2026-11-24T20:00:00+01:00"},
		{"Europe/Paris", "2026-11-23 10:30", "ce soir 20h", "2026-11-23T20:00:00+01:00"},
		{"Europe/Paris", "2026-11-23 10:30", "ce soir 8h", "2026-11-23T20:00:00+01:00"},
		{"Europe/Paris", "2026-11-23 10:30", "ce soir à 7h30", "2026-11-23T19:30:00+01:00"},
		{"Europe/Paris", "2026-11-23 10:30", "20h ce soir", "2026-11-23T20:00:00+01:00"},
		{"Europe/Paris", "2026-11-23 10:30", "cet après-midi 15h", "2026-11-23T15:00:00+01:00"},
		{"Europe/Paris", "2026-11-23 10:30", "cet après-midi 3h", "2026-11-23T15:00:00+01:00"},
		{"Europe/Paris", "2026-11-23 10:30", "dans l'après-midi à 16 heures", "2026-11-23T16:00:00+01:00"},
		{"Europe/Paris", "2026-11-23 10:30", "demain midi 12h30", "2026-11-24T12:30:00+01:00"},
		{"Europe/Paris", "2026-11-23 10:30", "demain midi 1", "2026-11-24T13:00:00+01:00"},
		{"Europe/Paris", "2026-11-23 10:30", "soir 8", "2026-11-23T20:00:00+01:00"},
		{"Europe/Paris", "2026-11-23 10:30", "dans 3 jours soir 8", "2026-11-26T20:00:00+01:00"},
		{"Europe/Paris", "2026-11-23 10:30", "lundi matin", "2026-11-30T09:00:00+01:00"},
		{"Europe/Paris", "2026-11-23 10:30", "mardi matin 8h15", "2026-11-24T08:15:00+01:00"},
		{"Europe/Paris", "2026-11-23 10:30", "tomorrow morning 8", "2026-11-24T08:00:00+01:00"},
		{"Europe/Paris", "2026-11-23 10:30", "tomorrow morning at 8:30", "2026-11-24T08:30:00+01:00"},
		{"Europe/Paris", "2026-11-23 10:30", "tomorrow morning 8am", "2026-11-24T08:00:00+01:00"},
		{"Europe/Paris", "2026-11-23 10:30", "tomorrow morning 2pm", "2026-11-24T14:00:00+01:00"},
		{"Europe/Paris", "2026-11-23 10:30", "demain matin 14h", "2026-11-24T14:00:00+01:00"},
		{"Europe/Paris", "2026-11-23 10:30", "monday evening", "2026-11-30T18:00:00+01:00"},
		{"Europe/Paris", "2026-11-23 10:30", "friday afternoon 4", "2026-11-27T16:00:00+01:00"},
		{"Europe/Paris", "2026-11-23 10:30", "tonight 8pm", "2026-11-23T20:00:00+01:00"},
		{"Europe/Paris", "2026-11-23 10:30", "8 pm tonight", "2026-11-23T20:00:00+01:00"},
		{"Europe/Paris", "2026-11-23 10:30", "tonight at 8", "2026-11-23T20:00:00+01:00"},
		{"Europe/Paris", "2026-11-23 10:30", "nov 30 9am", "2026-11-30T09:00:00+01:00"},
		{"Europe/Paris", "2026-11-23 10:30", "lundi 30 novembre", "2026-11-30T09:00:00+01:00"},
		{"Europe/Paris", "2026-11-23 10:30", "lundi 30 novembre au soir", "2026-11-30T18:00:00+01:00"},
		{"Europe/Paris", "2026-11-23 10:30", "lundi 7 décembre 8h", "2026-12-07T08:00:00+01:00"},
		{"Europe/Paris", "2026-11-23 10:30", "lundi 23 novembre 18h", "2026-11-23T18:00:00+01:00"},
		{"Europe/Paris", "2026-11-23 10:30", "mardi 1er décembre 14h30", "2026-12-01T14:30:00+01:00"},
		{"Europe/Paris", "2026-11-23 10:30", "mar 1/12 8h", "2026-12-01T08:00:00+01:00"},
		{"Europe/Paris", "2026-11-23 10:30", "Tuesday, December 1st 9am", "2026-12-01T09:00:00+01:00"},
		{"Europe/Paris", "2026-11-23 10:30", "2026-12-01 mardi 8h", "2026-12-01T08:00:00+01:00"},
		{"Europe/Paris", "2026-11-23 10:30", "demain mardi", "2026-11-24T09:00:00+01:00"},
		{"Europe/Paris", "2026-11-23 10:30", "mardi 30 novembre", ""},
		{"Europe/Paris", "2026-11-23 10:30", "30 novembre mardi", ""},
		{"Europe/Paris", "2026-11-23 10:30", "mardi 12 novembre 14", ""},
		{"Europe/Paris", "2026-11-23 10:30", "mar 30/11 8h", ""},
		{"Europe/Paris", "2026-11-23 10:30", "lundi 30 novembre lundi", ""},
		{"Europe/Paris", "2026-11-23 10:30", "demain matin soir", ""},
		{"Europe/Paris", "2026-11-23 10:30", "demain soir 2h", ""},
		{"Europe/Paris", "2026-11-23 10:30", "demain soir 12h", ""},
		{"Europe/Paris", "2026-11-23 10:30", "demain soir 8h 9h", ""},
		{"Europe/Paris", "2026-11-23 10:30", "ce matin 8h", ""},
		{"Europe/Paris", "2026-11-23 10:30", "in 2h evening", ""},
		// months are as long as they are
		{"Europe/Paris", "2027-01-31 10:00", "dans 1 mois", "2027-02-28T10:00:00+01:00"},
		{"Europe/Paris", "2027-01-31 10:00", "in a month", "2027-02-28T10:00:00+01:00"},
		{"Europe/Paris", "2026-11-30 10:00", "dans 3 mois", "2027-02-28T10:00:00+01:00"},
		{"Europe/Paris", "2027-11-30 10:00", "in 3 months", "2028-02-29T10:00:00+01:00"},
		{"Europe/Paris", "2026-08-31 10:00", "dans un mois", "2026-09-30T10:00:00+02:00"},
		{"Europe/Paris", "2026-08-31 10:00", "dans un mois 14h", "2026-09-30T14:00:00+02:00"},
		{"Europe/Paris", "2026-01-15 10:00", "dans 1 mois", "2026-02-15T10:00:00+01:00"},
		// the end of a year
		{"Europe/Paris", "2026-12-31 10:00", "demain 9h", "2027-01-01T09:00:00+01:00"},
		{"Europe/Paris", "2026-12-31 10:00", "1er janvier", "2027-01-01T09:00:00+01:00"},
		{"Europe/Paris", "2026-12-31 10:00", "2 jan 8h", "2027-01-02T08:00:00+01:00"},
		{"Europe/Paris", "2026-12-31 10:00", "fin de mois", "2027-01-31T09:00:00+01:00"},
		{"Europe/Paris", "2026-12-31 10:00", "next month", "2027-01-01T09:00:00+01:00"},
		{"Europe/Paris", "2026-12-31 10:00", "lun 9h", "2027-01-04T09:00:00+01:00"},
		{"Europe/Paris", "2026-12-31 10:00", "31/12 8h", ""},
		{"Europe/Paris", "2026-12-31 10:00", "31 décembre 18h", "2026-12-31T18:00:00+01:00"},
		{"Asia/Kolkata", "2026-12-31 23:59", "in 2 min", "2027-01-01T00:01:00+05:30"},
		{"America/Montreal", "2026-12-31 23:00", "1/1", "2027-01-01T09:00:00-05:00"},
		// nothing at all
		{"Europe/Paris", "2026-11-23 10:30", "31 février", ""},
		{"Europe/Paris", "2026-11-23 10:30", "2026-02-30", ""},
		{"Europe/Paris", "2026-11-23 10:30", "25h", ""},
		{"Europe/Paris", "2026-11-23 10:30", "demain hier", ""},
		{"Europe/Paris", "2026-11-23 10:30", "dans 0 jours", ""},
		{"Europe/Paris", "2026-11-23 10:30", "-2d", ""},
		{"Europe/Paris", "2026-11-23 10:30", "lundi mardi", ""},
	} {
		zone, err := time.LoadLocation(c.zone)
		if err != nil {
			t.Fatal(err)
		}
		now, err := time.ParseInLocation("2006-01-02 15:04", c.now, zone)
		if err != nil {
			t.Fatal(err)
		}
		got, err := when.ParseNap(c.words, now, zone, nil)
		switch {
		case c.want == "" && !errors.Is(err, when.ErrPast) && !errors.Is(err, when.ErrUnclear):
			t.Errorf("%s, %s: %q is %s; want a refusal", c.zone, c.now, c.words, got.Until.Format(time.RFC3339))
		case c.want != "" && (err != nil || got.Until.Format(time.RFC3339) != c.want):
			t.Errorf("%s, %s: %q is %s, %v; want %s", c.zone, c.now, c.words, got.Until.Format(time.RFC3339), err, c.want)
		}
	}
}
