package length_test

import (
	"slices"
	"strings"
	"testing"
	"unicode"

	"github.com/rivo/uniseg"
	"pgregory.net/rapid"

	"vigie/inbox"
	"vigie/inbox/length"
)

func TestWeighted(t *testing.T) {
	x := inbox.TextLimit{Max: 280, Unit: inbox.Weighted, URLLength: 23}
	for text, want := range map[string]int{
		"été":                         3,
		"e\u0301te\u0301":             3, // composed
		"日本":                          4,
		"😀":                           2,
		"👨‍👩‍👧‍👦":                     2,
		"🇫🇷👍🏽1️⃣":                     6,
		"l’été – « oui » …":           1 + 1 + 3 + 1 + 1 + 1 + 1 + 1 + 3 + 1 + 1 + 1 + 2,
		"\u2022":                      2,
		"voir https://exemple.fr/a/b": 5 + 23,
		"voir exemple.fr.":            5 + 23 + 1,
		"(www.exemple.fr/a?b) oui":    1 + 23 + 1 + 4,
		"exemple.fr/#a":               23,
		"(voir:exemple.fr)":           6 + 23 + 1,
		"見てhttps://exemple.fr/aです":    4 + 23 + 4,
		"https://exemple.fr。":         23 + 2,
		"lea@exemple.fr,exemple.fr":   15 + 23,
		"fin.Le début":                12,
		"moi@exemple.fr":              14,
		"3.14":                        4,
		"":                            0,
		strings.Repeat("日", 140):      280,
		"https://a.b\u0301":           23,
	} {
		if got := length.Measure(text, x).Count; got != want {
			t.Errorf("%q counts %d, want %d", text, got, want)
		}
	}
}

func TestSplit(t *testing.T) {
	ten := func(unit inbox.Unit) inbox.TextLimit { return inbox.TextLimit{Max: 10, Unit: unit} }
	for _, c := range []struct {
		name, text string
		limit      inbox.TextLimit
		want       []string
	}{
		{"fits", " oui. non ", ten(inbox.Characters), []string{"oui. non"}},
		{"nothing", " \n", ten(inbox.Characters), nil},
		{"no limit", strings.Repeat("a ", 99) + "a", inbox.TextLimit{}, []string{strings.Repeat("a ", 99) + "a"}},
		{"words", "aaaa bbbb cccc dddd", ten(inbox.Characters), []string{"aaaa bbbb", "cccc dddd"}},
		{"sentences first", "aaa. bb cc dd ee", ten(inbox.Characters), []string{"aaa. bb cc", "dd ee"}},
		{"when half full", "aaaa bb. c dd ee", ten(inbox.Characters), []string{"aaaa bb.", "c dd ee"}},
		{"paragraphs before sentences", "aaaaa\n\nb. cc dd", ten(inbox.Characters), []string{"aaaaa", "b. cc dd"}},
		{"not behind a title", "ici M. Dupont", ten(inbox.Characters), []string{"ici M.", "Dupont"}},
		{"a sign stays with its word", "aaaaaa bbb ! ccc", ten(inbox.Characters), []string{"aaaaaa", "bbb ! ccc"}},
		{"a hard space is no space", "aaaaaa bbb\u00A0! ccc", ten(inbox.Characters), []string{"aaaaaa", "bbb\u00A0! ccc"}},
		{"a word too long", "aaaaaaaaaaaaaaa b", ten(inbox.Characters), []string{"aaaaaaaaaa", "aaaaa b"}},
		{"families stay whole", "👨‍👩‍👧👨‍👩‍👧👨‍👩‍👧", ten(inbox.Characters), []string{"👨‍👩‍👧👨‍👩‍👧", "👨‍👩‍👧"}},
		{"a link stays whole", "oui https://exemple.fr/a/b non", ten(inbox.Characters), []string{"oui", "https://exemple.fr/a/b", "non"}},
		{"and counts as its network says", "oui https://exemple.fr/a/b non", inbox.TextLimit{Max: 10, Unit: inbox.Characters, URLLength: 5}, []string{"oui https://exemple.fr/a/b", "non"}},
		{"without spaces", "これは日本語の長い文章です", ten(inbox.Characters), []string{"これは日本語の長い文", "章です"}},
		{"weighted", "日本日本日本日", ten(inbox.Weighted), []string{"日本日本日", "本日"}},
		{"bytes", "éééééé ab", ten(inbox.Bytes), []string{"ééééé", "é ab"}},
		{"both limits", "éé éé éé éé", inbox.TextLimit{Max: 8, Unit: inbox.Characters, MaxBytes: 9}, []string{"éé éé", "éé éé"}},
		{"one character too long", "e\u0301\u0301\u0301\u0301 a", inbox.TextLimit{Max: 2, Unit: inbox.Characters}, []string{"e\u0301\u0301\u0301\u0301", "a"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := length.Split(c.text, c.limit)
			if !slices.Equal(got, c.want) {
				t.Fatalf("%q, want %q", got, c.want)
			}
			if again := length.Split(length.Join(got, c.limit), c.limit); !slices.Equal(again, got) {
				t.Errorf("joined and split again: %q", again)
			}
		})
	}
}

func TestSplitNumbered(t *testing.T) {
	limit := inbox.TextLimit{Max: 12, Unit: inbox.Characters}
	for text, want := range map[string][]string{
		"aaaa bbb":           {"aaaa bbb"},
		"aaaa bbbb c":        {"aaaa bbbb c"},
		"aaaa bbb cccc dddd": {"aaaa bbb 1/3", "cccc 2/3", "dddd 3/3"},
	} {
		if got := length.SplitNumbered(text, limit); !slices.Equal(got, want) {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
	many := length.SplitNumbered(strings.TrimSpace(strings.Repeat("aaaa ", 12)), limit)
	if len(many) != 12 || many[11] != "aaaa 12/12" {
		t.Errorf("twelve: %q", many)
	}
	if got := length.Join(many, limit); strings.Contains(got, "/") || len(strings.Fields(got)) != 12 {
		t.Errorf("joined: %q", got)
	}
	if got := length.Join([]string{"a 1/2", "b"}, limit); got != "a 1/2\n\nb" {
		t.Errorf("a number that was written stays: %q", got)
	}
}

// squeezed is a text without its white space.
func squeezed(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) {
			return -1
		}
		return r
	}, s)
}

func drawn(t *rapid.T) (string, inbox.TextLimit) {
	piece := rapid.OneOf(
		rapid.SampledFrom([]string{
			"a", "été", "Bonjour !", "Oui.", "https://exemple.fr/un/chemin?et=plus", "@ines@mastodon.social", "👨‍👩‍👧", "🇫🇷", "日本語",
			"\n\n", "\n", " ", "\u00A0", "« ", " »", "e\u0301\u0301", "M.", "…", "。", "exemple.fr", "{{x}}", "1/2",
		}),
		rapid.StringN(0, 6, 12),
	)
	text := strings.Join(rapid.SliceOfN(piece, 0, 40).Draw(t, "text"), rapid.SampledFrom([]string{" ", ""}).Draw(t, "between"))
	limit := inbox.TextLimit{
		Max: rapid.IntRange(30, 80).Draw(t, "max"), Unit: rapid.SampledFrom([]inbox.Unit{
			inbox.Characters, inbox.Weighted, inbox.Graphemes, inbox.UTF16, inbox.Bytes,
		}).Draw(t, "unit"),
		URLLength: rapid.SampledFrom([]int{0, 23}).Draw(t, "url"), LocalMentions: rapid.Bool().Draw(t, "local"),
		MaxBytes: rapid.SampledFrom([]int{0, 90}).Draw(t, "bytes"),
	}
	return strings.ToValidUTF8(text, "?"), limit
}

func TestSplitLosesNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text, limit := drawn(t)
		split := length.Split
		if rapid.Bool().Draw(t, "numbered") {
			split = length.SplitNumbered
		}
		parts := split(text, limit)
		for _, p := range parts {
			whole := uniseg.GraphemeClusterCount(p) <= 5 || strings.Contains(p, "://")
			if p == "" || length.Measure(p, limit).Over() && !whole {
				t.Fatalf("part %q of %q", p, parts)
			}
		}
		joined := length.Join(parts, limit)
		if squeezed(joined) != squeezed(text) && !strings.Contains(text, "1/2") {
			t.Fatalf("%q came out as %q", text, parts)
		}
		if n := strings.Count(text, "https://exemple.fr/un/chemin?et=plus"); strings.Count(strings.Join(parts, "\n"), "https://exemple.fr/un/chemin?et=plus") != n {
			t.Fatalf("a link was cut: %q", parts)
		}
	})
}

// A paste of a megabyte is split in a moment.
func BenchmarkSplit(b *testing.B) {
	limit := inbox.TextLimit{Max: 500, Unit: inbox.Characters, URLLength: 23, LocalMentions: true}
	text := strings.Repeat("Bonjour à vous, voici l’été. Oui ! ", 30000)
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		length.Split(text, limit)
	}
}
