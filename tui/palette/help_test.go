package palette_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"

	"vigie/tui/cell"
	"vigie/tui/keys"
	"vigie/tui/lang"
	"vigie/tui/look"
	"vigie/tui/palette"
	"vigie/tui/theme"
)

// Nothing of the help is cut, in any language, from 40 cells on.
func TestHelpIsWhole(t *testing.T) {
	km, err := keys.New(map[string][]string{"done": {"shift+alt+f12", "ctrl+alt+enter", "ctrl+x g g e"}})
	if err != nil {
		t.Fatal(err)
	}
	for _, tag := range []lang.Tag{lang.French, lang.English} {
		for _, w := range []int{40, 80, 100, 160} {
			l := look.Look{Styles: theme.New(theme.Mono, true, theme.Unicode()), Kit: cell.Kit{}, P: lang.For(tag)}
			for _, scope := range []keys.Scope{keys.Root, keys.Thread, keys.List, keys.Reader, keys.Writing, keys.Form, keys.Pick, keys.Outbox, keys.Drafts, keys.Card, keys.JournalBox} {
				lines := palette.NewHelp(km, scope).View(l, w, 400)
				all := strings.Join(lines, "\n")
				if i := strings.Index(all, l.Glyphs.Ellipse); i >= 0 {
					t.Errorf("%s at %d, %s: cut at %q", tag, w, scope, all[max(i-40, 0):i+3])
				}
				for _, b := range km.In(scope) {
					for _, k := range b.Keys {
						if !b.Hidden && !strings.Contains(all, k) {
							t.Errorf("%s at %d, %s: %q is not there", tag, w, scope, k)
						}
					}
				}
			}
		}
	}
}

// The second column goes on where the first ends, also when it is scrolled, and
// a page down is all that is in sight.
func TestHelpColumnsGoOn(t *testing.T) {
	km, err := keys.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	l := look.Look{Styles: theme.New(theme.Mono, true, theme.Unicode()), Kit: cell.Kit{}, P: lang.For(lang.English)}
	read := func(h *palette.Help, w, height int) (lines []string) {
		rows := h.View(l, w, height)
		for from := 0; from < w; from += 40 {
			for _, row := range rows[:min(len(rows), height-1)] {
				lines = append(lines, strings.TrimRight(string([]rune(ansi.Strip(row))[from:from+40]), " "))
			}
		}
		return lines
	}
	whole := read(palette.NewHelp(km, keys.Thread, keys.Root), 40, 500)
	h := palette.NewHelp(km, keys.Thread, keys.Root)
	first := read(h, 80, 11)
	h.Do(keys.Down)
	second := read(h, 80, 11)
	h.Do(keys.Up)
	h.Do(keys.PageDown)
	third := read(h, 80, 11)
	for at, got := range map[int][]string{0: first, 1: second, 20: third} {
		if !slices.Equal(got, whole[at:at+20]) {
			t.Errorf("from line %d:\n%s\nwant:\n%s", at, strings.Join(got, "\n"), strings.Join(whole[at:at+20], "\n"))
		}
	}
}
