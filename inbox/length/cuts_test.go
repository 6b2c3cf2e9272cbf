package length_test

import (
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"vigie/inbox"
	"vigie/inbox/length"
)

// Whatever is changed in a text, its parts are those of the text alone.
func TestCutsAreThoseOfTheText(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text, limit := drawn(t)
		text = strings.Repeat(text+" ", rapid.IntRange(1, 4).Draw(t, "times"))
		var cuts length.Cuts
		for range rapid.IntRange(1, 8).Draw(t, "changes") {
			if got, want := cuts.Split(text, limit), length.Split(text, limit); !slices.Equal(got, want) {
				t.Fatalf("%q: %q, want %q", text, got, want)
			}
			from := rapid.IntRange(0, len(text)).Draw(t, "from")
			to := rapid.IntRange(from, min(from+9, len(text))).Draw(t, "to")
			more := rapid.SampledFrom([]string{"", "a", " ", "\n\n", "Oui. ", "https://exemple.fr/un", "日", "\u0301", "@ines@a.b "}).Draw(t, "more")
			text = strings.ToValidUTF8(text[:from]+more+text[to:], "?")
			if rapid.IntRange(0, 9).Draw(t, "another limit") == 0 {
				limit.Max = 50
			}
		}
	})
}

// A letter in a long text, at its beginning, in its middle and at its end.
func BenchmarkCuts(b *testing.B) {
	limit := inbox.TextLimit{Max: 500, Unit: inbox.Characters, URLLength: 23, LocalMentions: true}
	text := strings.Repeat("Une phrase assez longue, à l'été, pour faire deux lignes.\n", 300)
	for name, at := range map[string]int{"begin": 0, "middle": len(text) / 2, "end": len(text)} {
		b.Run(name, func(b *testing.B) {
			var cuts length.Cuts
			changed := text[:at] + "a" + text[at:]
			for i := 0; b.Loop(); i++ {
				if i%2 == 0 {
					cuts.Split(text, limit)
				} else {
					cuts.Split(changed, limit)
				}
			}
		})
	}
}
