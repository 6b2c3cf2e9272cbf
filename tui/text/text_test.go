package text

import (
	"bufio"
	"encoding/base64"
	"encoding/json"
	"os"
	"strings"
	"testing"
	"unicode"

	"github.com/charmbracelet/x/ansi"

	"vigie/inbox/text"
)

type hostile struct{ Name, Class, Text, B64 string }

func corpus(t testing.TB) []hostile {
	t.Helper()
	f, err := os.Open("../../inbox/text/testdata/hostile.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var all []hostile
	sc := bufio.NewScanner(f)
	sc.Buffer(nil, 4<<20)
	for sc.Scan() {
		var h hostile
		if err := json.Unmarshal(sc.Bytes(), &h); err != nil {
			t.Fatal(err)
		}
		if h.B64 != "" {
			raw, err := base64.StdEncoding.DecodeString(h.B64)
			if err != nil {
				t.Fatal(err)
			}
			h.Text = string(raw)
		}
		all = append(all, h)
	}
	if err := sc.Err(); err != nil || len(all) < 160 {
		t.Fatalf("read %d lines: %v", len(all), err)
	}
	return all
}

// syllables names the lines whose two counts cannot agree.
func syllables(name string) bool { return name == "indic-conjunct" }

func checkRow(t *testing.T, what, row string, width int, p Pen, exact, both bool) {
	t.Helper()
	byCluster, byRune := ansi.StringWidth(row), ansi.StringWidthWc(row)
	counted := byRune
	if p.Clusters {
		counted = byCluster
	}
	if counted > width || exact && counted != width {
		t.Fatalf("%s at %d: %d cells: %.80q", what, width, counted, row)
	}
	if both && byCluster != byRune {
		t.Fatalf("%s at %d: %d cells by clusters, %d by characters: %.80q", what, width, byCluster, byRune, row)
	}
	for _, r := range row {
		if unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r) {
			t.Fatalf("%s at %d: %U in %.80q", what, width, r, row)
		}
	}
}

func TestCorpusAtAllWidths(t *testing.T) {
	for i, h := range corpus(t) {
		safe := text.Clean(h.Text)
		for width := 1 + i%7; width <= 200; width += 7 {
			for _, p := range []Pen{{}, {ASCII: true, Clusters: true}, {Names: true}} {
				both := !syllables(h.Name)
				checkRow(t, h.Name, p.Line(safe, width), width, p, true, both)
				if width%5 == 0 {
					// the type is no way round: unclean strings too
					checkRow(t, h.Name+" raw", p.Plain(h.Text, width), width, p, true, both)
				}
			}
		}
		if len(h.Text) > 20_000 {
			continue
		}
		for _, width := range []int{1, 2, 3, 17, 48, 200} {
			for _, row := range (Pen{}).Wrap(safe, width) {
				checkRow(t, h.Name+" wrapped", row, width, Pen{}, false, !syllables(h.Name))
			}
		}
	}
}

func TestLine(t *testing.T) {
	for name, tt := range map[string]struct {
		pen   Pen
		in    string
		width int
		want  string
	}{
		"padded":             {Pen{}, "abc", 5, "abc  "},
		"exact":              {Pen{}, "abc", 3, "abc"},
		"cut":                {Pen{}, "abcdef", 4, "abc…"},
		"cut in ascii":       {Pen{ASCII: true}, "abcdefgh", 6, "abc..."},
		"narrow ascii":       {Pen{ASCII: true}, "abcdefgh", 2, ".."},
		"one cell":           {Pen{}, "abc", 1, "…"},
		"no cell":            {Pen{}, "abc", 0, ""},
		"accents":            {Pen{}, "été à Nîmes", 8, "été à N…"},
		"composed accents":   {Pen{}, "e\u0301te\u0301", 4, "e\u0301te\u0301 "},
		"wide does not fit":  {Pen{}, "漢字漢", 4, "漢… "},
		"wide fits":          {Pen{}, "漢字", 4, "漢字"},
		"line feed":          {Pen{}, "a\nb", 3, "a b"},
		"joined emoji":       {Pen{}, "👩\u200D🚀!", 4, "👩! "},
		"rainbow flag":       {Pen{}, "🏳\uFE0F\u200D🌈!", 4, "🏳!  "},
		"heart":              {Pen{}, "❤\uFE0F!", 4, "❤!  "},
		"warning":            {Pen{}, "⚠\uFE0F!", 4, "⚠!  "},
		"skin tone":          {Pen{}, "👍🏽!", 4, "👍! "},
		"flag":               {Pen{}, "🇫🇷!", 4, "🇫🇷! "},
		"half a flag":        {Pen{}, "🇫!", 4, "F!  "},
		"keycap":             {Pen{}, "1\uFE0F\u20E3!", 4, "1\u20E3!  "},
		"thai":               {Pen{}, "กำ", 4, "ก\u0E4Dา  "},
		"half-width kana":    {Pen{}, "ｶﾞ", 4, "ガ  "},
		"hebrew":             {Pen{}, "שלום 1", 8, "שלום 1  "},
		"named":              {Pen{Names: true}, "ok 👍🏽", 20, "ok :thumbs-up-sign: "},
		"named joined":       {Pen{Names: true}, "👩\u200D🚀", 16, ":woman+rocket:  "},
		"named flags":        {Pen{Names: true}, "🇫🇷❤\uFE0F", 24, ":fr::heavy-black-heart: "[:24]},
		"indic by runes":     {Pen{}, "நி", 3, "நி "},
		"indic by clusters":  {Pen{Clusters: true}, "நி", 3, "நி  "},
		"thirty-three":       {Pen{}, "\x1b[" + strings.Repeat("1;", 33) + "m", 6, "␛[1;1…"},
		"arabic number sign": {Pen{}, "\u0600\u0661", 3, "\uFFFD\u0661 "},
	} {
		if got := tt.pen.Plain(tt.in, tt.width); got != tt.want {
			t.Errorf("%s: got %q, want %q", name, got, tt.want)
		}
		if safe := text.Clean(tt.in); tt.width > 0 && tt.pen.Width(safe) <= tt.width && strings.TrimRight(tt.want, " ") != tt.pen.Fit(safe, tt.width) {
			t.Errorf("%s: fits as %q", name, tt.pen.Fit(safe, tt.width))
		}
	}
}

func TestWrap(t *testing.T) {
	for name, tt := range map[string]struct {
		in    string
		width int
		want  string
	}{
		"words":           {"one two  three four", 9, "one two|three|four"},
		"exact":           {"one two", 7, "one two"},
		"inner spaces":    {"a   b", 9, "a   b"},
		"indentation":     {"    code here\nend", 10, "    code|here|end"},
		"empty lines":     {"a\n\n\nb", 5, "a|||b"},
		"long word":       {"abcdefghij kl", 4, "abcd|efgh|ij|kl"},
		"word then long":  {"ab cdefghij", 4, "ab|cdef|ghij"},
		"wide":            {"漢字漢字 ab", 5, "漢字|漢字|ab"},
		"wide in one":     {"漢", 1, "…"},
		"accents":         {"été à la plage", 6, "été à|la|plage"},
		"indented deeper": {strings.Repeat(" ", 30) + "x", 4, "   x"},
		"emoji":           {"👍🏽👍🏽👍🏽", 4, "👍👍|👍"},
		"empty":           {"", 4, ""},
		"trailing":        {"a  \nb ", 4, "a|b"},
	} {
		if got := strings.Join((Pen{}).Wrap(text.Clean(tt.in), tt.width), "|"); got != tt.want {
			t.Errorf("%s: got %q, want %q", name, got, tt.want)
		}
	}
	if (Pen{}).Wrap(text.Clean("a"), 0) != nil {
		t.Error("rows without width")
	}
}

func TestStyled(t *testing.T) {
	row := "\x1b[1mbold\x1b[m and more"
	for _, width := range []int{1, 4, 9, 40} {
		got := (Pen{}).Styled(row, width)
		if w := ansi.StringWidthWc(got); w != width {
			t.Errorf("%d: %d cells: %q", width, w, got)
		}
	}
	if got := (Pen{}).Styled(row, 6); got != "\x1b[1mbold\x1b[m …" {
		t.Errorf("%q", got)
	}
}

func FuzzLine(f *testing.F) {
	for _, s := range []string{"a", "👩\u200D🚀", "กำ", "\u1100\u1100", "\u0600\u0661", "நி", "🇫", "a\u0300\u0300", "ｶﾞ", "🏽"} {
		f.Add(s, 5)
	}
	f.Fuzz(func(t *testing.T, s string, width int) {
		width = max(1, width%200)
		for _, p := range []Pen{{}, {Clusters: true}, {Names: true, ASCII: true}} {
			checkRow(t, "line", p.Plain(s, width), width, p, true, false)
			for _, row := range p.Wrap(text.Clean(s), width) {
				checkRow(t, "wrap", row, width, p, false, false)
			}
		}
	})
}

func BenchmarkLine(b *testing.B) {
	for name, s := range map[string]string{
		"ascii":  "Hello, I have not received my order yet",
		"cut":    "Hello, I have not received my order yet, and that for two weeks",
		"french": "Été à Nîmes — où est ma commande n° 45 ?",
		"emoji":  "Merci ❤️ pour tout 👍🏽 vraiment",
		"cjk":    "漢字漢字漢字漢字漢字漢字漢字漢字漢字",
	} {
		safe := text.Clean(s)
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				Pen{}.Line(safe, 48)
			}
		})
	}
}
