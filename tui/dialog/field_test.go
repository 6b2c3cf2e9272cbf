package dialog_test

import (
	"testing"

	tea "charm.land/bubbletea/v2"

	"vigie/tui/dialog"
)

func TestField(t *testing.T) {
	type step struct {
		text string
		key  tea.Key
	}
	key := func(c rune) step { return step{key: tea.Key{Code: c}} }
	ctrl := func(c rune) step { return step{key: tea.Key{Code: c, Mod: tea.ModCtrl}} }
	text := func(s string) step { return step{text: s} }
	cases := []struct {
		name  string
		steps []step
		want  string
	}{
		{"typing", []step{text("ab"), key(tea.KeyLeft), text("x")}, "axb"},
		{"ends", []step{text("bc"), key(tea.KeyHome), text("a"), key(tea.KeyEnd), text("d")}, "abcd"},
		{"deleting", []step{text("abc"), key(tea.KeyBackspace), key(tea.KeyHome), key(tea.KeyDelete)}, "b"},
		{"deleting at the ends", []step{key(tea.KeyBackspace), text("a"), key(tea.KeyDelete)}, "a"},
		{"a family is one character", []step{text("a👨‍👩‍👧"), key(tea.KeyBackspace)}, "a"},
		{"a mark joins its letter", []step{text("e"), text("\u0301"), key(tea.KeyBackspace)}, ""},
		{"words", []step{text("un deux  "), ctrl('w')}, "un "},
		{"before the cursor", []step{text("abc"), key(tea.KeyLeft), ctrl('u')}, "c"},
		{"behind the cursor", []step{text("abc"), key(tea.KeyLeft), ctrl('k')}, "ab"},
		{"word motions", []step{text("un deux"), {key: tea.Key{Code: tea.KeyLeft, Mod: tea.ModAlt}}, text("x")}, "un xdeux"},
		{"one clean line", []step{text("a\nb\u202ec")}, "a bc"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			var f dialog.Field
			for _, s := range c.steps {
				if s.text != "" {
					f.Paste(s.text)
					continue
				}
				f.Key(tea.KeyPressMsg(s.key))
			}
			if got := f.Value(); got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}
