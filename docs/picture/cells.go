package main

import (
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/mattn/go-runewidth"
)

// style is how a cell is drawn. Colours are "" for the terminal's own.
type style struct {
	fg, bg                                         string
	bold, dim, italic, underline, reverse, crossed bool
}

// cell is one character with the marks that belong to it.
type cell struct {
	x, y  int
	text  string
	width int // 1 or 2
	style style
}

// read puts captured text into cells. tmux writes attributes as SGR sequences
// and goes on with them over the ends of lines; other sequences are passed over.
func read(captured string, columns, rows int) []cell {
	var cells []cell
	var now style
	wide := runewidth.Condition{} // as tmux counts, whatever the locale
	for y, line := range strings.Split(captured, "\n") {
		if y >= rows {
			break
		}
		x, begun := 0, len(cells)
		for line != "" {
			if rest, ok := strings.CutPrefix(line, "\x1b"); ok {
				line = now.sequence(rest)
				continue
			}
			r, size := utf8.DecodeRuneInString(line)
			line = line[size:]
			w := wide.RuneWidth(r)
			if w == 0 {
				if len(cells) > begun {
					cells[len(cells)-1].text += string(r)
				}
				continue
			}
			if x+w <= columns {
				cells = append(cells, cell{x, y, string(r), w, now})
			}
			x += w
		}
	}
	return cells
}

// sequence takes the rest of an escape sequence off s.
func (st *style) sequence(s string) string {
	switch {
	case strings.HasPrefix(s, "["):
		end := strings.IndexFunc(s[1:], func(r rune) bool { return r >= '@' && r <= '~' })
		if end < 0 {
			return ""
		}
		if s[1+end] == 'm' {
			st.attributes(s[1 : 1+end])
		}
		return s[2+end:]
	case strings.HasPrefix(s, "]"): // a link or a title, until BEL or ESC \
		if end := strings.IndexAny(s, "\a\x1b"); end >= 0 {
			return strings.TrimPrefix(s[end+1:], "\\")
		}
		return ""
	case s != "" && strings.IndexByte("()*+", s[0]) >= 0 && len(s) > 1: // a character set
		return s[2:]
	case s != "":
		return s[1:]
	}
	return ""
}

// attributes follows the numbers of an SGR sequence.
func (st *style) attributes(list string) {
	var n []int
	for _, word := range strings.FieldsFunc(list, func(r rune) bool { return r == ';' || r == ':' }) {
		v, err := strconv.Atoi(word)
		if err != nil {
			return
		}
		n = append(n, v)
	}
	if len(n) == 0 {
		*st = style{}
	}
	for len(n) > 0 {
		n = n[st.attribute(n):]
	}
}

// attribute follows one attribute and returns how many numbers it took.
func (st *style) attribute(n []int) int {
	switch v := n[0]; {
	case v == 0:
		*st = style{}
	case v == 1:
		st.bold = true
	case v == 2:
		st.dim = true
	case v == 3:
		st.italic = true
	case v == 4:
		st.underline = true
	case v == 7:
		st.reverse = true
	case v == 9:
		st.crossed = true
	case v == 22:
		st.bold, st.dim = false, false
	case v == 23:
		st.italic = false
	case v == 24:
		st.underline = false
	case v == 27:
		st.reverse = false
	case v == 29:
		st.crossed = false
	case v >= 30 && v <= 37:
		st.fg = indexed(v - 30)
	case v == 39:
		st.fg = ""
	case v >= 40 && v <= 47:
		st.bg = indexed(v - 40)
	case v == 49:
		st.bg = ""
	case v >= 90 && v <= 97:
		st.fg = indexed(v - 82)
	case v >= 100 && v <= 107:
		st.bg = indexed(v - 92)
	case v == 38 || v == 48:
		color, took := extended(n[1:])
		if v == 38 {
			st.fg = color
		} else {
			st.bg = color
		}
		return 1 + took
	}
	return 1
}
