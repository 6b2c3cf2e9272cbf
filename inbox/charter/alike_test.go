package charter

import (
	"testing"

	"vigie/inbox"
)

// TestLettersAlike: a word written with letters that look like Latin ones is
// the word; a word of another alphabet is not.
func TestLettersAlike(t *testing.T) {
	c := inbox.Charter{Address: "vous", Words: []inbox.CharterWord{{Word: "garanti", Block: true}, {Word: "pas de souci"}, {Word: "сор"}}}
	for text, want := range map[string]int{
		"C'est gаrаnti":     1, // Cyrillic а
		"GΑRΑNTI":           1, // Greek capitals
		"ɡaranties":         1,
		"pas dе sоuсi":      1,
		"вот сорт рассказа": 0,
		"сор":               1, // as the charter has it
		"cop":               0,
		"Спасибо, garant":   0,
		"Merci τu":          1,
	} {
		if got := Check(c, "fr", text); len(got) != want {
			t.Errorf("%q: %+v, want %d", text, got, want)
		}
	}
}
