package area_test

import (
	"math/rand/v2"
	"strings"
	"testing"
	"unicode/utf8"

	tea "charm.land/bubbletea/v2"

	"vigie/inbox/text"
	"vigie/tui/composer/area"
)

func filled(s string, w, h int) *area.Area {
	var a area.Area
	a.SetSize(w, h)
	a.Set(s)
	return &a
}

func press(name string) tea.KeyPressMsg {
	special := map[string]rune{
		"left": tea.KeyLeft, "right": tea.KeyRight, "up": tea.KeyUp, "down": tea.KeyDown, "home": tea.KeyHome, "end": tea.KeyEnd,
		"enter": tea.KeyEnter, "backspace": tea.KeyBackspace, "delete": tea.KeyDelete,
	}
	var k tea.Key
	for {
		if rest, ok := strings.CutPrefix(name, "ctrl+"); ok {
			k.Mod, name = k.Mod|tea.ModCtrl, rest
			continue
		}
		rest, ok := strings.CutPrefix(name, "alt+")
		if !ok {
			break
		}
		k.Mod, name = k.Mod|tea.ModAlt, rest
	}
	if c, ok := special[name]; ok {
		k.Code = c
	} else {
		k.Code = []rune(name)[0]
	}
	return tea.KeyPressMsg(k)
}

// hit presses keys; "=…" is typed letter by letter.
func hit(a *area.Area, names ...string) {
	for _, n := range names {
		if body, ok := strings.CutPrefix(n, "="); ok {
			for _, r := range body {
				a.Key(tea.KeyPressMsg{Code: r, Text: string(r)})
			}
			continue
		}
		a.Key(press(n))
	}
}

// The cursor is shown as | in what is wanted.
func TestKeys(t *testing.T) {
	for _, c := range []struct {
		name, text string
		keys       []string
		want       string
	}{
		{"letters", "", []string{"=été"}, "été|"},
		{"an emoji in several keys", "", []string{"=👩‍🚀 ❤️ 👍🏽", "backspace"}, "👩‍🚀 ❤️ |"},
		{"a new line", "ab", []string{"left", "enter"}, "a\n|b"},
		{"backspace takes a whole emoji", "a👩‍👩‍👧", []string{"backspace"}, "a|"},
		{"and a letter with its accent", "e\u0301", []string{"backspace"}, "|"},
		{"left passes a flag at once", "🇫🇷!", []string{"left", "left"}, "|🇫🇷!"},
		{"delete joins lines", "a\nb", []string{"up", "end", "delete"}, "a|b"},
		{"a word to the left", "l'atelier, demain", []string{"ctrl+left"}, "l'atelier, |demain"},
		{"another one", "l'atelier, demain", []string{"ctrl+left", "alt+b"}, "l'|atelier, demain"},
		{"a word to the right", "un deux", []string{"ctrl+home", "alt+right"}, "un| deux"},
		{"over a line", "un\ndeux", []string{"ctrl+home", "ctrl+right", "ctrl+right"}, "un\ndeux|"},
		{"ctrl+w takes what has no space", "voir https://a.b/c?d", []string{"ctrl+w"}, "voir |"},
		{"alt+backspace takes a word", "voir l'heure", []string{"alt+backspace"}, "voir l'|"},
		{"alt+d takes the word behind", "un deux", []string{"home", "alt+d"}, "| deux"},
		{"ctrl+u takes the line", "un\ndeux", []string{"ctrl+u"}, "un\n|"},
		{"and then the line feed", "un\ndeux", []string{"ctrl+u", "ctrl+u"}, "un|"},
		{"ctrl+k takes the rest", "un deux", []string{"home", "right", "ctrl+k"}, "u|"},
		{"home is the row's, then the line's", "aaa bbb ccc ddd", []string{"home"}, "aaa bbb |ccc ddd"},
		{"home twice", "aaa bbb ccc ddd", []string{"home", "home"}, "|aaa bbb ccc ddd"},
		{"ctrl+home", "a\nb\nc", []string{"ctrl+home"}, "|a\nb\nc"},
		{"ctrl+end", "a\nb", []string{"ctrl+home", "ctrl+end"}, "a\nb|"},
		{"up keeps the column over a short line", "abcdef\na\nabcdef", []string{"up", "up"}, "abcdef|\na\nabcdef"},
		{"up over wide characters", "日本語\nabcd", []string{"up"}, "日本|語\nabcd"},
		{"up from the first row is the beginning", "abc", []string{"up"}, "|abc"},
		{"down from the last is the end", "abc", []string{"home", "down"}, "abc|"},
		{"a key that means nothing", "abc", []string{"ctrl+q"}, "abc|"},
	} {
		t.Run(c.name, func(t *testing.T) {
			a := filled(c.text, 10, 5)
			hit(a, c.keys...)
			if got := a.Value()[:a.At()] + "|" + a.Value()[a.At():]; got != c.want {
				t.Errorf("%q, want %q", got, c.want)
			}
		})
	}
}

func TestUndo(t *testing.T) {
	for _, c := range []struct {
		name string
		do   func(a *area.Area)
		want []string // after each undo, the cursor as |
	}{
		{"word by word", func(a *area.Area) { hit(a, "=Bonjour Claire, oui") }, []string{"Bonjour Claire, |", "Bonjour |", "|"}},
		{"a paste is one step", func(a *area.Area) { hit(a, "=a "); a.Insert("un deux\ntrois"); hit(a, "=!") }, []string{"a un deux\ntrois|", "a |", "|"}},
		{"a word erased", func(a *area.Area) {
			hit(a, "=un deux", "backspace", "backspace", "backspace", "backspace", "backspace")
		}, []string{"un |", "un deux|", "un |", "|"}},
		{"erased from the other side", func(a *area.Area) {
			a.Insert("un deux")
			hit(a, "home", "delete", "delete", "delete", "delete")
		}, []string{"|deux", "|un deux", "|"}},
		{"moving parts steps", func(a *area.Area) { hit(a, "=ab", "left", "=c") }, []string{"a|b", "|"}},
		{"a selection comes back", func(a *area.Area) {
			a.Insert("à {{heure}} !")
			a.MoveTo(0)
			a.NextGap()
			hit(a, "=9h")
		}, []string{"à {{heure}}| !", "|"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			a := filled("", 40, 5)
			c.do(a)
			end := a.Value()
			for i, want := range c.want {
				if !a.Undo() {
					t.Fatalf("no undo %d", i)
				}
				if got := a.Value()[:a.At()] + "|" + a.Value()[a.At():]; got != want {
					t.Errorf("undo %d: %q, want %q", i, got, want)
				}
			}
			if a.Undo() {
				t.Error("one undo too many")
			}
			for a.Redo() {
			}
			if a.Value() != end {
				t.Errorf("done again: %q, want %q", a.Value(), end)
			}
		})
	}
}

// What is typed after an undo takes the place of what could be done again.
func TestTypingEndsRedo(t *testing.T) {
	a := filled("", 20, 3)
	hit(a, "=un")
	a.Undo()
	hit(a, "=deux")
	if a.Redo() || a.Value() != "deux" {
		t.Errorf("%q", a.Value())
	}
}

func rows(a *area.Area) []string {
	var out []string
	for _, pieces := range a.Rows() {
		s := ""
		for _, p := range pieces {
			s += p.Text
		}
		out = append(out, s)
	}
	return out
}

func TestRows(t *testing.T) {
	for _, c := range []struct {
		name, text string
		want       []string
	}{
		{"words stay whole", "Bonjour Claire, oui", []string{"Bonjour ", "Claire, ", "oui"}},
		{"long words do not", "abcdefghijklmno", []string{"abcdefghij", "klmno"}},
		{"wide characters break anywhere", "日本語日本語", []string{"日本語日本", "語"}},
		{"spaces hang over the edge", "abcdefgh    ij", []string{"abcdefgh    ", "ij"}},
		{"empty lines", "a\n\nb", []string{"a", "", "b"}},
		{"a line feed at the end", "a\n", []string{"a", ""}},
		{"nothing", "", []string{""}},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := rows(filled(c.text, 10, 9)); strings.Join(got, "|") != strings.Join(c.want, "|") {
				t.Errorf("%q, want %q", got, c.want)
			}
		})
	}
}

// The cursor is always in sight, and nothing scrolls past the text.
func TestScroll(t *testing.T) {
	a := filled(strings.Repeat("ligne\n", 50)+"fin", 20, 4)
	if _, y := a.Cursor(); y != 3 || rows(a)[3] != "fin" {
		t.Fatalf("the cursor is on row %d of %q", y, rows(a))
	}
	hit(a, "ctrl+home")
	if above, below := a.Hidden(); above != 0 || below != 47 {
		t.Errorf("%d rows above, %d below", above, below)
	}
	hit(a, "ctrl+end")
	a.SetSize(20, 10)
	if above, below := a.Hidden(); above != 41 || below != 0 {
		t.Errorf("%d rows above, %d below", above, below)
	}
}

func TestPieces(t *testing.T) {
	a := filled("de {{ouverture}} à {{fermeture}}", 80, 2)
	a.MoveTo(0)
	a.NextGap()
	var got []string
	for _, p := range a.Rows()[0] {
		mark := ""
		if p.Gap {
			mark = "gap:"
		}
		if p.Selected {
			mark += "selected:"
		}
		got = append(got, mark+p.Text)
	}
	if want := "de |gap:selected:{{ouverture}}| à |gap:{{fermeture}}"; strings.Join(got, "|") != want {
		t.Errorf("%q, want %q", got, want)
	}
	hit(a, "=9h")
	if a.NextGap(); a.Value()[:a.At()] != "de 9h à {{fermeture}}" {
		t.Errorf("the next gap ends at %d", a.At())
	}
	hit(a, "=19h")
	if a.NextGap() || a.Value() != "de 9h à 19h" {
		t.Errorf("%q", a.Value())
	}
}

// Whatever is typed, pasted and undone: the text is clean, the cursor stands
// between two characters and in sight, the rows are the text, and all of it can
// be taken back.
func TestAnything(t *testing.T) {
	keys := []string{
		"left", "right", "up", "down", "home", "end", "ctrl+left", "ctrl+right", "backspace", "delete", "ctrl+w", "alt+d",
		"ctrl+u", "ctrl+k", "enter", "alt+backspace", "ctrl+home", "ctrl+end",
	}
	bits := []string{
		"é", "e\u0301", "日本", "👩‍👩‍👧", "🇫🇷", " ", "mot", "\x1b[31m", "\u202e", "שלום", "\r\n", "{{x}}", "\u0301", "👍🏽", "\x00", "ﷺ", "\u200d", "क्षि",
	}
	rnd := rand.New(rand.NewPCG(1, 2))
	for range 300 {
		a := filled("", 1+rnd.IntN(30), 1+rnd.IntN(6))
		for range 60 {
			switch rnd.IntN(6) {
			case 0, 1:
				hit(a, keys[rnd.IntN(len(keys))])
			case 2:
				a.Insert(bits[rnd.IntN(len(bits))] + bits[rnd.IntN(len(bits))])
			case 3:
				a.Undo()
			case 4:
				a.SetSize(1+rnd.IntN(30), 1+rnd.IntN(6))
			default:
				a.Type(bits[rnd.IntN(len(bits))])
			}
			check(t, a)
		}
		for a.Undo() {
		}
		if a.Value() != "" {
			t.Fatalf("not all was taken back: %q", a.Value())
		}
	}
}

func check(t *testing.T, a *area.Area) {
	t.Helper()
	v := a.Value()
	if a.At() > len(v) || !utf8.ValidString(v[:a.At()]) || strings.ContainsAny(v, "\x1b\x00\r\u202e") {
		t.Fatalf("the cursor is at %d of %q", a.At(), v)
	}
	for line := range strings.SplitSeq(v, "\n") {
		if text.CleanLine(line).String() != line && !strings.Contains(line, "\u0301") && !strings.Contains(line, "\u200d") {
			t.Fatalf("%q is not clean", line)
		}
	}
	_, y := a.Cursor()
	above, below := a.Hidden()
	if shown := len(a.Rows()); y < 0 || y >= shown || above < 0 || below < 0 {
		t.Fatalf("the cursor is on row %d of %d", y, shown)
	}
}

func BenchmarkType(b *testing.B) {
	for _, n := range []int{0, 10, 1000} {
		b.Run(strings.Repeat("long ", n/500)+"lines", func(b *testing.B) {
			a := filled(strings.Repeat("Une ligne assez longue pour être coupée en deux.\n", n), 40, 8)
			b.ReportAllocs()
			for i := 0; b.Loop(); i++ {
				if i%2 == 0 {
					hit(a, "=a")
				} else {
					hit(a, "backspace")
				}
				a.Rows()
			}
		})
	}
}
