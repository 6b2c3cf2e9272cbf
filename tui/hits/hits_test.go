package hits_test

import (
	"slices"
	"testing"

	"vigie/tui/cell"
	"vigie/tui/hits"
	"vigie/tui/theme"
)

func TestIn(t *testing.T) {
	cases := []struct {
		query, text string
		want        []string
	}{
		{"ete", "L'Été, l’étendue", []string{"Été", "étendue"}},
		{`"tres rare"`, "très rare, très\nrare, très peu rarement", []string{"très rare", "très\nrare"}},
		{"from:zoé -merci pain", "merci Zoé, pain", []string{"pain"}},
		{"", "rien", nil},
	}
	for _, c := range cases {
		var got []string
		for _, s := range hits.Of(c.query).In(c.text) {
			got = append(got, c.text[s.From:s.To])
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%q in %q: %q, want %q", c.query, c.text, got, c.want)
		}
	}
}

// A phrase that goes on in the next row is marked in both.
func TestRows(t *testing.T) {
	styles := theme.New(theme.Dark, true, theme.GlyphSet(""))
	var out []string
	first := hits.Of(`"un oiseau rare"`).Rows([]string{"rien", "et un", "oiseau rare ici"}, styles.Text, styles.Hit,
		func() *cell.Spans { return cell.Kit{}.Spans(20) },
		func(s *cell.Spans) { out = append(out, s.End(styles.Text)) })
	if first != 1 || len(out) != 3 {
		t.Fatalf("first in row %d of %d", first, len(out))
	}
	for i, want := range []string{"", styles.Hit.Draw("un"), styles.Hit.Draw("oiseau rare")} {
		if want != "" && !slices.Contains(parts(out[i], want), want) {
			t.Errorf("row %d is %q, without %q", i, out[i], want)
		}
	}
}

func parts(s, of string) []string {
	for i := 0; i+len(of) <= len(s); i++ {
		if s[i:i+len(of)] == of {
			return []string{of}
		}
	}
	return nil
}
