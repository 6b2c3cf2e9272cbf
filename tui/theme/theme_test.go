package theme_test

import (
	"strings"
	"testing"

	"vigie/tui/theme"
)

func TestPen(t *testing.T) {
	s := theme.New(theme.Dark, true, theme.Unicode())
	if got := s.Danger.Draw("x"); !strings.HasPrefix(got, "\x1b[") || !strings.HasSuffix(got, "\x1b[m") {
		t.Errorf("drawn %q", got)
	}
	if got := s.Danger.Draw(""); got != "" {
		t.Errorf("nothing is drawn as %q", got)
	}
	if got := (theme.Pen{}).Draw("x"); got != "x" {
		t.Errorf("the zero pen draws %q", got)
	}
}

func TestThemes(t *testing.T) {
	if s := theme.New(theme.Auto, false, theme.Unicode()); s.Name != theme.Light || s.Dark {
		t.Errorf("auto on a light terminal is %s", s.Name)
	}
	if s := theme.New("", true, theme.Unicode()); s.Name != theme.Dark {
		t.Errorf("no theme on a dark terminal is %s", s.Name)
	}
	for _, n := range []theme.Name{"", theme.Auto, theme.Dark, theme.Light, theme.Mono, theme.Contrast} {
		if !n.Valid() {
			t.Errorf("%q is no theme", n)
		}
	}
	if theme.Name("pink").Valid() {
		t.Error("pink is a theme")
	}
	mono := theme.New(theme.Mono, true, theme.Unicode())
	for _, drawn := range []string{
		mono.Danger.Draw("x"), mono.Selected.Text.Draw("x"), mono.Client("red").Band.Draw("x"), mono.Note.Draw("x"),
	} {
		for _, code := range []string{"3", "4", "9"} {
			if strings.Contains(drawn, "["+code) || strings.Contains(drawn, ";"+code) {
				t.Errorf("mono sets a colour: %q", drawn)
			}
		}
	}
	if mono.Selected.Text.Draw("x") == mono.Plain.Text.Draw("x") {
		t.Error("mono does not show the cursor's row")
	}
}

func TestClientColours(t *testing.T) {
	s := theme.New(theme.Dark, true, theme.Unicode())
	seen := map[string]string{}
	for _, w := range theme.Words() {
		drawn := s.Client(w).Plain.Draw("x")
		if other, same := seen[drawn]; same && w != "brown" && other != "brown" {
			t.Errorf("%s and %s look the same", w, other)
		}
		seen[drawn] = w
	}
	if s.Client("#ff0000").Plain.Draw("x") == s.Client("").Plain.Draw("x") {
		t.Error("#ff0000 is not taken")
	}
	if s.Client("magenta") != s.Client("purple") {
		t.Error("magenta is not purple")
	}
	for _, odd := range []string{"#12345", "#gggggg", "no such colour", "\x1b[31m"} {
		if s.Client(odd) != s.Client("") {
			t.Errorf("%q is taken as a colour", odd)
		}
	}
}

func TestGlyphs(t *testing.T) {
	if !theme.GlyphSet("ascii").ASCII || theme.GlyphSet("").ASCII {
		t.Error("the wrong set of signs")
	}
}

func TestEvenRowsAreAlike(t *testing.T) {
	s := theme.New(theme.Dark, true, theme.Unicode()).Even()
	if s.Selected != s.Plain || s.Resting != s.Plain {
		t.Error("the row under the cursor differs")
	}
	if c := s.Client("red"); c.Selected != c.Plain || c.Resting != c.Plain || c.Plain == c.Band {
		t.Error("the client's name under the cursor differs")
	}
}
