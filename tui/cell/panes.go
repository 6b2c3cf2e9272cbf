package cell

import (
	"strings"

	"vigie/inbox/text"
)

// Pane is a block of drawn lines, each of exactly Width cells.
type Pane struct {
	Width int
	Lines []string
}

// Beside joins panes of height lines side by side, sep between them. A pane
// that is too short is filled with spaces.
func Beside(dst []string, height int, sep string, panes ...Pane) []string {
	var b strings.Builder
	for y := range height {
		size := 0
		for _, p := range panes {
			size += len(sep) + p.Width
			if y < len(p.Lines) {
				size += len(p.Lines[y]) - p.Width
			}
		}
		b.Reset()
		b.Grow(size)
		for i, p := range panes {
			if i > 0 {
				b.WriteString(sep)
			}
			if y < len(p.Lines) {
				b.WriteString(p.Lines[y])
			} else {
				b.WriteString(Spaces(p.Width))
			}
		}
		dst = append(dst, b.String())
	}
	return dst
}

// Height returns lines cut or filled with blank lines to exactly n.
func Height(lines []string, n, width int) []string {
	if len(lines) >= n {
		return lines[:max(n, 0)]
	}
	out := append(make([]string, 0, n), lines...)
	for len(out) < n {
		out = append(out, Spaces(width))
	}
	return out
}

// Spans builds one line of exactly w cells from pieces that are drawn in
// different pens. What does not fit is cut, what is missing is filled.
type Spans struct {
	kit  Kit
	b    strings.Builder
	left int
}

// Drawer draws plain text in a style; theme.Pen is one.
type Drawer interface{ Draw(s string) string }

// Spans starts a line of w cells.
func (k Kit) Spans(w int) *Spans { return &Spans{kit: k, left: max(w, 0)} }

// Left is how many cells are free.
func (s *Spans) Left() int { return s.left }

// Add writes as much of the text as fits.
func (s *Spans) Add(p Drawer, plain string) *Spans {
	if s.left <= 0 || plain == "" {
		return s
	}
	plain = s.kit.Cut(plain, s.left)
	s.left -= s.kit.Width(plain)
	s.b.WriteString(p.Draw(plain))
	return s
}

// Fixed writes text into exactly w cells, fewer when the line ends before.
func (s *Spans) Fixed(p Drawer, plain string, w int) *Spans {
	w = min(w, s.left)
	if w <= 0 {
		return s
	}
	s.left -= w
	s.b.WriteString(p.Draw(s.kit.Fit(plain, w)))
	return s
}

// Safe writes remote text into exactly w cells, fewer when the line ends before.
func (s *Spans) Safe(p Drawer, t text.Safe, w int) *Spans {
	w = min(w, s.left)
	if w <= 0 {
		return s
	}
	s.left -= w
	s.b.WriteString(p.Draw(s.kit.Fit(t.String(), w)))
	return s
}

// Fill writes spaces so that keep cells stay free.
func (s *Spans) Fill(p Drawer, keep int) *Spans {
	if n := s.left - keep; n > 0 {
		s.left -= n
		s.b.WriteString(p.Draw(Spaces(n)))
	}
	return s
}

// End fills the line and returns it.
func (s *Spans) End(p Drawer) string {
	s.Fill(p, 0)
	return s.b.String()
}
