// Package theme holds every colour, attribute and glyph of the screen, under
// names that say what they mean. It is the only place where styles are made.
// Nothing is told by colour alone: where a colour means something, a word or
// a glyph says it too, and the mono theme loses no information.
package theme

import (
	"strings"

	"charm.land/lipgloss/v2"
)

// Pen draws plain text in one style. It is a pair of ready-made escape
// sequences, so that drawing costs one concatenation; the text must hold
// neither escapes nor line feeds. The zero Pen draws plainly.
type Pen struct{ on, off string }

// Draw returns s in the pen's style.
func (p Pen) Draw(s string) string {
	if s == "" {
		return ""
	}
	return p.on + s + p.off
}

func pen(s lipgloss.Style) Pen {
	const mark = "x"
	on, off, _ := strings.Cut(s.Render(mark), mark)
	return Pen{on, off}
}
