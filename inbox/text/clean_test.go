package text

import (
	"bufio"
	"encoding/base64"
	"encoding/json"
	"math/rand/v2"
	"os"
	"strconv"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"
)

type hostile struct {
	Name, Class, Text, Why string
	B64                    string
}

// corpus reads the collected hostile strings.
func corpus(t testing.TB) []hostile {
	t.Helper()
	f, err := os.Open("testdata/hostile.jsonl")
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

// broken says which promise of the contract a clean text breaks.
func broken(s string, oneLine bool) string {
	if !utf8.ValidString(s) {
		return "not valid UTF-8"
	}
	marks, joiners, lineStart, tags := 0, 0, true, 0
	var last rune
	for _, r := range s {
		switch {
		case r == '\n':
			if oneLine {
				return "line feed in one line"
			}
		case unicode.IsControl(r):
			return "control character"
		case unicode.Is(unicode.Bidi_Control, r):
			return "bidi control"
		case r >= 0xE0020 && r <= 0xE007F:
			if tags == 0 && last != blackFlag {
				return "tag outside a flag"
			}
			tags++
		case r == zwj || r == zwnj:
			if joiners++; joiners > MaxJoiners {
				return "too many joiners"
			}
			if last == 0 || last < 0x80 || last == zwj || last == zwnj {
				return "joiner that joins nothing"
			}
		case unicode.Is(unicode.Cf, r) && !unicode.Is(unicode.Prepended_Concatenation_Mark, r),
			unicode.Is(unicode.Other_Default_Ignorable_Code_Point, r):
			return "invisible character"
		case unicode.Is(unicode.M, r) && !unicode.Is(unicode.Variation_Selector, r):
			if lineStart {
				return "line begins with a mark"
			}
			if marks++; marks > MaxMarks {
				return "too many marks"
			}
		case unicode.Is(unicode.Variation_Selector, r):
			if unicode.Is(unicode.Variation_Selector, last) {
				return "two selectors"
			}
		default:
			marks = 0
			if last != zwj && last != zwnj {
				joiners = 0
			}
		}
		if r < 0xE0020 || r > 0xE007F {
			if tags > 0 && last != cancelTag {
				return "flag without end"
			}
			tags = 0
		}
		lineStart, last = r == '\n', r
	}
	if tags > 0 && last != cancelTag {
		return "flag without end"
	}
	return ""
}

func check(t *testing.T, in string) {
	t.Helper()
	out := Clean(in).String()
	if why := broken(out, false); why != "" {
		t.Errorf("Clean(%.80q): %s: %.80q", in, why, out)
	}
	if len(out) > MaxBytes || strings.Count(out, "\n") >= MaxLines {
		t.Errorf("Clean(%.80q): %d bytes, %d lines", in, len(out), strings.Count(out, "\n")+1)
	}
	if again := Clean(out).String(); again != out {
		t.Errorf("Clean(%.80q) is not idempotent: %.120q, then %.120q", in, out, again)
	}
	line := CleanLine(in).String()
	if why := broken(line, true); why != "" {
		t.Errorf("CleanLine(%.80q): %s: %.80q", in, why, line)
	}
	if len(line) > MaxLineBytes {
		t.Errorf("CleanLine(%.80q): %d bytes", in, len(line))
	}
	if again := CleanLine(line).String(); again != line {
		t.Errorf("CleanLine(%.80q) is not idempotent: %.120q, then %.120q", in, line, again)
	}
}

func TestContractOnCorpus(t *testing.T) {
	for _, h := range corpus(t) {
		check(t, h.Text)
		check(t, "before "+h.Text+" after")
	}
}

func TestHarmlessIsUnchanged(t *testing.T) {
	unchanged := map[string]bool{
		"rtl-arabic-plain": true, "rtl-hebrew-mixed": true, "thai-lao": true, "indic-conjunct": true, "skin-tones": true,
		"subdivision-flag": true, "caret-notation": true, "keycap-vs16": true, "cjk-wide": true, "halfwidth-fullwidth": true,
		"ambiguous-width": true, "box-drawing-ui": true, "enclosing-marks": true, "bidi-math-bold": true, "printf-verbs": true,
		"go-template": true, "spaces-only": true, "newline-only": true, "text-65k": true, "text-65k-emoji": true,
		"log-secret-lookalike": true, "html-script": true, "url-userinfo": true, "replacement-chars": true,
	}
	seen := 0
	for _, h := range corpus(t) {
		if unchanged[h.Name] {
			seen++
			if got := Clean(h.Text).String(); got != h.Text {
				t.Errorf("%s: %.80q became %.80q", h.Name, h.Text, got)
			}
		}
	}
	if seen != len(unchanged) {
		t.Errorf("found %d of %d harmless lines", seen, len(unchanged))
	}
	for _, s := range []string{
		"", "Merci beaucoup !\nÀ bientôt — l’équipe\n", "می\u200Cخواهم", "নৈর্\u200Dঋত", "ക്\u200Dഷ അവന്\u200D", "👩\u200D🚀 🏳\uFE0F\u200D🌈 ❤\uFE0F\u200D🔥 👨\u200D👩\u200D👧\u200D👦 👍🏽", "e\u0301", "1 000 €", "한국어 日本語", "ⵣ Ωμέγα Привет", "שָׁלוֹם",
	} {
		if got := Clean(s).String(); got != s {
			t.Errorf("%q became %q", s, got)
		}
		check(t, s)
	}
}

func TestClean(t *testing.T) {
	for name, tt := range map[string]struct{ in, want string }{
		"escape keeps what follows":    {"a\x1b[31mred\x1b", "a␛[31mred␛"},
		"unterminated swallows none":   {"quote \x1b]0;rest\nnext", "quote ␛]0;rest\nnext"},
		"c1 introducer":                {"x\u009b2J\u009d0;t\u009c", "x\uFFFD2J\uFFFD0;t\uFFFD"},
		"raw bytes, one each":          {"a\xc0\x9b[2Jb\x9d", "a\uFFFD\uFFFD[2Jb\uFFFD"},
		"lone surrogate":               {"a\xed\xa0\x80b", "a\uFFFD\uFFFD\uFFFDb"},
		"line ends":                    {"a\r\nb\rc\u0085d\u2028e\u2029f\vg\fh", "a\nb\nc\nd\ne\nf\ng\nh"},
		"tab and the rest":             {"a\tb\x00\x07\x7f", "a    b␀␇␡"},
		"bidi controls":                {"a\u202eb\u2067c\u2069\u200f\u061c", "abc"},
		"zero width":                   {"a\u200bb\u200cc\u200dd\u2060e\uFEFFf\u00ADg", "abcdefg"},
		"joiner at the end":            {"👩\u200d", "👩"},
		"joiner in a row":              {"👩\u200d\u200d🚀", "👩\u200d🚀"},
		"hidden between":               {"م\u200c\u200bن", "م\u200cن"},
		"mark first":                   {"\u0301a\n\u0301b", "◌\u0301a\n◌\u0301b"},
		"five marks":                   {"a" + strings.Repeat("\u0300", 5), "a" + strings.Repeat("\u0300", 4)},
		"selector on a letter":         {"A\uFE0F❤\uFE0F\uFE0F", "A❤\uFE0F"},
		"half a flag":                  {"🏴\U000E0067\U000E0062x", "🏴x"},
		"smuggled tags":                {"hi\U000E0068\U000E0069\U000E007F", "hi"},
		"blank names":                  {"\u3164\u2800\u115f\u1160\u17b4", " "},
		"noncharacter":                 {"a\uFFFEb\U0001FFFF", "a\uFFFDb\uFFFD"},
		"33 parameters":                {"\x1b[" + strings.Repeat("1;", 40) + "m", "␛[" + strings.Repeat("1;", 40) + "m"},
		"split sequence cannot reform": {"\x1b[3\x1b[0m1mtext", "␛[3␛[0m1mtext"},
	} {
		if got := Clean(tt.in).String(); got != tt.want {
			t.Errorf("%s: got %q, want %q", name, got, tt.want)
		}
		check(t, tt.in)
	}
	if got := CleanLine("a  b\r\nc\n\n d\te").String(); got != "a  b c   d    e" {
		t.Errorf("line: %q", got)
	}
}

func TestCaps(t *testing.T) {
	long := Clean(strings.Repeat("é", 40_000)).String()
	kept := strings.Count(long, "é")
	if rest := strings.TrimLeft(long, "é"); rest != "…[+"+strconv.Itoa(40_000-kept)+"]" || len(long) < MaxBytes-2*tailRoom {
		t.Errorf("length: %d bytes, ends in %q after %d", len(long), rest, kept)
	}
	lots := Clean(strings.Repeat("x\n", 2500)).String()
	if want := strings.Repeat("x\n", 1999) + "x…[+1001]"; lots != want {
		t.Errorf("lines: %d bytes, ends in %q", len(lots), lots[len(lots)-20:])
	}
	chain := Clean(strings.Repeat("👨\u200d", 40)).String()
	if strings.Count(chain, "\u200d") != 38-1 {
		t.Errorf("joiners: %d", strings.Count(chain, "\u200d"))
	}
	if got := CleanLine(strings.Repeat("\x0f", 3000)).String(); !strings.HasPrefix(got, "␏␏") || len(got) > MaxLineBytes {
		t.Errorf("grown: %d bytes", len(got))
	}
	line := CleanLine(strings.Repeat("ab ", 2000)).String()
	if len(line) > MaxLineBytes || !strings.HasSuffix(line, "]") {
		t.Errorf("line: %d bytes", len(line))
	}
}

// TestRandomNasty mixes the characters whose fate depends on their neighbours,
// also at the caps.
func TestRandomNasty(t *testing.T) {
	alphabet := []rune("a \n\r\té\u0301\u093F\u094D\u0915\u0646\u200B\u200C\u200D\uFE0F\uFE0E1\u20E3👩🚀🏴🏽❤🇫" +
		"\U000E0067\U000E0062\U000E0073\U000E007F\u202E\u2028\x1b\u009b\u1100\u3164漢\U000E0100\u0600")
	rnd := rand.New(rand.NewPCG(1, 2))
	for i := range 400 {
		n := rnd.IntN(60)
		if i%8 == 0 {
			n = 1200 + rnd.IntN(2000) // around MaxLineBytes
		}
		var b strings.Builder
		for range n {
			b.WriteRune(alphabet[rnd.IntN(len(alphabet))])
		}
		check(t, b.String())
	}
}

func TestSafeDecodes(t *testing.T) {
	var s Safe
	if err := json.Unmarshal([]byte(`"a\u001b[2J"`), &s); err != nil || s.String() != "a␛[2J" {
		t.Errorf("%q, %v", s, err)
	}
	b, err := json.Marshal(s)
	if err != nil || string(b) != `"a␛[2J"` {
		t.Errorf("%s, %v", b, err)
	}
}

func TestNoAllocationWhenClean(t *testing.T) {
	for _, s := range []string{"plain text, nothing else", "Été à Nîmes — merci 🎉", "❤️‍🔥 👍🏽 שָׁלוֹם"} {
		if n := testing.AllocsPerRun(20, func() { Clean(s); CleanLine(s) }); n != 0 {
			t.Errorf("%q: %v allocations", s, n)
		}
	}
}

func FuzzClean(f *testing.F) {
	for _, h := range corpus(f) {
		if len(h.Text) < 4000 {
			f.Add(h.Text)
		}
	}
	f.Fuzz(func(t *testing.T, in string) { check(t, in) })
}

func BenchmarkClean(b *testing.B) {
	french := strings.Repeat("Bonjour, je n’ai toujours pas reçu ma commande n° 4512, c’est très long… Merci d’avance ! ", 3)
	for name, s := range map[string]string{
		"ascii":  strings.Repeat("Hello, I have not received my order 4512 yet. ", 6),
		"french": french,
		"emoji":  french + "❤️👍🏽",
		"dirty":  french + "\x1b[31m\r\n",
	} {
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(s)))
			b.ReportAllocs()
			for b.Loop() {
				Clean(s)
			}
		})
	}
}
