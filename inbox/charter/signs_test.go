package charter

import (
	"testing"

	"vigie/inbox"
)

// TestWordsWithSigns: the signs of a charter's word are part of it.
func TestWordsWithSigns(t *testing.T) {
	for word, texts := range map[string]map[string]bool{
		"100 %": {"100 % remboursé": true, "100% !": true, "100\u202f%": true, "100 points": false, "100, 20 %": false},
		"c++":   {"du C++": true, "C’est noté": false, "c +": false},
		"#1":    {"le #1 !": true, "page 1": false},
		"50 €":  {"50€ offerts": true, "50 $": false},
		"«no»":  {"no": true, "« No »": true},
	} {
		c := inbox.Charter{Words: []inbox.CharterWord{{Word: word, Block: true}}}
		for text, want := range texts {
			if got := Check(c, "fr", text); (len(got) > 0) != want {
				t.Errorf("%q in %q: %v", word, text, got)
			}
		}
	}
}
