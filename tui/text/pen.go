package text

import (
	"strings"

	"github.com/charmbracelet/x/ansi"

	"vigie/inbox/text"
)

// Pen draws text the way a session's terminal and settings want it. The zero
// Pen is right for most. Methods are pure and may be called concurrently.
// Widths are in cells.
type Pen struct {
	ASCII    bool // cut with "..." instead of "…"
	Names    bool // write emoji as their :name:
	Clusters bool // the terminal counts by grapheme clusters (mode 2027)
}

// Width returns how wide Line would draw all of s on one row.
func (p Pen) Width(s text.Safe) int {
	line := text.CleanLine(s.String()).String()
	if ascii(line) {
		return len(line)
	}
	return p.width(line)
}

func (p Pen) width(s string) int {
	total := 0
	for len(s) > 0 {
		_, w, n := p.next(s)
		total += w
		s = s[n:]
	}
	return total
}

// Line draws s as one row of exactly width cells: cut with an ellipsis when
// it is longer, padded with spaces when it is shorter.
func (p Pen) Line(s text.Safe, width int) string { return p.Plain(s.String(), width) }

// Plain is Line for our own strings, without styles.
func (p Pen) Plain(s string, width int) string {
	row, used := p.fit(s, width)
	return pad(row, width-used)
}

// Fit draws s as one row of at most width cells, without padding.
func (p Pen) Fit(s text.Safe, width int) string {
	row, _ := p.fit(s.String(), width)
	return row
}

// Styled cuts or pads a row that we composed ourselves, with styles, to
// exactly width cells. Foreign text in it must have been drawn by a Pen.
func (p Pen) Styled(row string, width int) string {
	if width <= 0 {
		return ""
	}
	measure, truncate := ansi.StringWidthWc, ansi.TruncateWc
	if p.Clusters {
		measure, truncate = ansi.StringWidth, ansi.Truncate
	}
	used := measure(row)
	if used > width {
		row = truncate(row, width, p.ellipsis(width))
		used = measure(row)
	}
	return pad(row, width-used)
}

// fit returns the row and its width.
func (p Pen) fit(s string, width int) (string, int) {
	if width <= 0 {
		return "", 0
	}
	s = text.CleanLine(s).String()
	if ascii(s) {
		if len(s) <= width {
			return s, len(s)
		}
		tail := p.ellipsis(width)
		keep := width - cells(tail)
		return s[:keep] + tail, width
	}
	return p.fitClusters(s, width)
}

func (p Pen) fitClusters(s string, width int) (string, int) {
	tail := p.ellipsis(width)
	room := width - cells(tail)
	var b strings.Builder
	used, keep, keepUsed := 0, 0, 0 // keep: bytes of b that leave room for the tail
	for len(s) > 0 {
		drawn, w, n := p.next(s)
		if used+w > width {
			return b.String()[:keep] + tail, keepUsed + cells(tail)
		}
		b.WriteString(drawn)
		used += w
		if used <= room {
			keep, keepUsed = b.Len(), used
		}
		s = s[n:]
	}
	return b.String(), used
}

func (p Pen) ellipsis(width int) string {
	switch {
	case !p.ASCII:
		return "…"
	case width < 4:
		return strings.Repeat(".", width)
	}
	return "..."
}

// cells is the width of an ellipsis.
func cells(tail string) int {
	if tail == "…" {
		return 1
	}
	return len(tail)
}

// ascii reports whether a clean line has ASCII only: a cell for each byte.
func ascii(s string) bool {
	for i := range len(s) {
		if s[i] >= 0x80 {
			return false
		}
	}
	return true
}

const spaces = "                                                                                                                                "

func pad(row string, n int) string {
	switch {
	case n <= 0:
		return row
	case n <= len(spaces):
		return row + spaces[:n]
	}
	return row + strings.Repeat(" ", n)
}
