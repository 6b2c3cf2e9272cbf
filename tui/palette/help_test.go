package palette_test

import (
	"strings"
	"testing"

	"vigie/tui/cell"
	"vigie/tui/keys"
	"vigie/tui/lang"
	"vigie/tui/look"
	"vigie/tui/palette"
	"vigie/tui/theme"
)

// Nothing of the help is cut, in any language, from 40 cells on.
func TestHelpIsWhole(t *testing.T) {
	km, err := keys.New(map[string][]string{"done": {"shift+alt+f12", "ctrl+alt+enter", "g g g e"}})
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
