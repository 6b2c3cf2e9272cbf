//go:build walk

package main

import (
	"strings"
	"testing"

	"vigie/tui/lang"
)

// TestWalkOnOtherKeyboards: the digit row of AZERTY chooses clients without
// shift, and Cyrillic letters are the keys they stand on. The mouse works, too.
func TestWalkOnOtherKeyboards(t *testing.T) {
	t.Parallel()
	w := newWalker(t, build(t), manner{lang: lang.French})
	w.attach()
	w.see("Miette", regular)
	clients := []string{"Miette", "Atlas", "Nordlys", "Clair"}
	for i, key := range []string{"&", "é", `"`, "'"} {
		w.press(key)
		w.until(key+" shows "+clients[i]+" only", func() bool {
			for j, c := range clients {
				if strings.Contains(w.list(), " "+c+" ") != (i == j) {
					return false
				}
			}
			return true
		})
	}
	w.press("à")
	w.until("all clients again", func() bool { return strings.Contains(w.list(), " Miette ") && strings.Contains(w.list(), " Atlas ") })
	w.press("g", "g")
	first := w.row()
	w.press("о")
	second := w.row()
	w.press("о", "л")
	if again := w.row(); first == second || again != second {
		t.Errorf("rows %q, %q, %q", first, second, again)
	}
	w.term.types([]byte("\x1b[<0;10;9M\x1b[<0;10;9m"))
	w.until("a click moves the cursor", func() bool { return w.row() != second })
	w.press("q")
	if code := w.term.wait(); code != 0 {
		t.Errorf("it ended with %d", code)
	}
}
