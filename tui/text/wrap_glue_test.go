package text_test

import (
	"slices"
	"testing"

	"vigie/inbox/text"
	drawn "vigie/tui/text"
)

// A sign that French parts from its word by a space does not stand alone.
func TestWrapKeepsSigns(t *testing.T) {
	for _, c := range []struct {
		in   string
		w    int
		want []string
	}{
		{"ma commande ?", 11, []string{"ma", "commande ?"}},
		{"dit « Heures grises » ici", 14, []string{"dit « Heures", "grises » ici"}},
		{"un :code: ici", 8, []string{"un", ":code:", "ici"}},
		{"oui ?", 3, []string{"oui", "?"}},
	} {
		if got := (drawn.Pen{}).Wrap(text.Clean(c.in), c.w); !slices.Equal(got, c.want) {
			t.Errorf("%q in %d: %q, want %q", c.in, c.w, got, c.want)
		}
	}
}
