// Package cell lays text into cells: lines of an exact width, panes side by
// side. Every text is measured, cut and cleaned by tui/text, whoever wrote it.
package cell

import (
	"strings"

	"vigie/inbox/text"
	draw "vigie/tui/text"
)

// Kit measures and cuts as the terminal of a session wants it. It is a value.
type Kit struct{ Ink draw.Pen }

// Width is the number of cells of plain text.
func (k Kit) Width(s string) int {
	if plain(s) {
		return len(s)
	}
	return k.Ink.Width(text.CleanLine(bound(s)))
}

// plain reports whether s is printable ASCII, where a byte is a cell.
func plain(s string) bool {
	for i := range len(s) {
		if s[i] < ' ' || s[i] > '~' {
			return false
		}
	}
	return true
}

// bound keeps what can be seen of a very long string, so that drawing a row
// costs what the row does.
func bound(s string) string {
	const most = 4096 // bytes: more than any row shows
	if len(s) <= most {
		return s
	}
	return s[:most]
}

// Cut returns s in at most w cells, with an ellipsis where it was cut. Any
// control character is made visible, whoever wrote s.
func (k Kit) Cut(s string, w int) string {
	if w <= 0 {
		return ""
	}
	if len(s) <= w && plain(s) {
		return s
	}
	return k.Ink.Fit(text.CleanLine(bound(s)), w)
}

// Fit returns s in exactly w cells: cut or filled with spaces.
func (k Kit) Fit(s string, w int) string {
	if w <= 0 {
		return ""
	}
	if len(s) <= w && plain(s) {
		return s + Spaces(w-len(s))
	}
	return k.Ink.Plain(bound(s), w)
}

// Right returns s at the right edge of w cells.
func (k Kit) Right(s string, w int) string {
	s = k.Cut(s, w)
	return Spaces(w-k.Width(s)) + s
}

// Wrap breaks a sentence of ours into lines of at most w cells.
func (k Kit) Wrap(s string, w int) []string { return k.Paragraph(text.Clean(s), w) }

// Paragraph breaks remote text into lines of at most w cells.
func (k Kit) Paragraph(s text.Safe, w int) []string {
	if w <= 0 {
		return nil
	}
	return k.Ink.Wrap(s, w)
}

const blank = "                                                                                                "

// Spaces returns n spaces, none when n is negative.
func Spaces(n int) string {
	switch {
	case n <= 0:
		return ""
	case n <= len(blank):
		return blank[:n]
	}
	return strings.Repeat(" ", n)
}

// Repeat fills w cells with a sign one cell wide.
func Repeat(sign string, w int) string { return strings.Repeat(sign, max(w, 0)) }
