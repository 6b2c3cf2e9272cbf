package main

import (
	"encoding/xml"
	"fmt"
	"io"
	"strings"
)

// The size of a cell and of the letters in it, in pixels.
const (
	cellW, cellH = 8.4, 18.0
	letters      = 14
	baseline     = 13.5
)

// The terminal's own colours.
const (
	ink   = "#d8d8d8"
	paper = "#101418"
)

// basic are the sixteen colours that a terminal names itself.
var basic = [16]string{
	"#1c1c1c", "#cc4444", "#44aa44", "#c4a000", "#4477cc", "#a05bb0", "#2aa1b3", "#d0d0d0",
	"#767676", "#ff6666", "#77dd77", "#ffe066", "#88aaff", "#d88ce6", "#66d9e8", "#ffffff",
}

// indexed is a colour of the table of 256 that terminals share.
func indexed(n int) string {
	switch {
	case n < 0 || n > 255:
		return ""
	case n < 16:
		return basic[n]
	case n < 232:
		step := func(v int) int {
			if v == 0 {
				return 0
			}
			return 55 + 40*v
		}
		n -= 16
		return fmt.Sprintf("#%02x%02x%02x", step(n/36), step(n/6%6), step(n%6))
	}
	grey := 8 + 10*(n-232)
	return fmt.Sprintf("#%02x%02x%02x", grey, grey, grey)
}

// extended reads what follows 38 or 48: 5 and an index, or 2 and three parts.
// It returns how many numbers it took.
func extended(n []int) (color string, took int) {
	switch {
	case len(n) >= 2 && n[0] == 5:
		return indexed(n[1]), 2
	case len(n) >= 4 && n[0] == 2:
		return fmt.Sprintf("#%02x%02x%02x", n[1]&255, n[2]&255, n[3]&255), 4
	}
	return "", len(n)
}

// colours are those that are really drawn.
func (st style) colours() (fg, bg string) {
	fg, bg = st.fg, st.bg
	if st.reverse {
		fg, bg = bg, fg
		if fg == "" {
			fg = paper
		}
		if bg == "" {
			bg = ink
		}
	}
	if fg == "" {
		fg = ink
	}
	return fg, bg
}

// draw writes the picture. What is behind the text comes first, then the
// lines that join from cell to cell, as shapes, then the text: a few words in
// a row with their width, so that any fixed-width font fits the grid. What
// looks alike stands in one group, and a line of many cells is one shape.
func draw(w io.Writer, cells []cell, columns, rows int, title string) {
	width, height := float64(columns)*cellW, float64(rows)*cellH
	fmt.Fprintf(w, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %.1f %.1f" width="%.0f" height="%.0f" role="img">`+"\n", width, height, width, height)
	if title != "" {
		fmt.Fprintf(w, "<title>%s</title>\n", escaped(title))
	}
	fmt.Fprintf(w, `<rect width="100%%" height="100%%" fill="%s"/>`+"\n", paper)
	for _, run := range runs(cells, func(a, b cell) bool { _, x := a.style.colours(); _, y := b.style.colours(); return x == y }) {
		if _, bg := run[0].style.colours(); bg != "" {
			rect(w, run[0].x, run[0].y, 0, 0, float64(span(run))*cellW, cellH, bg)
		}
	}
	shapes(w, cells)
	fmt.Fprintf(w, `<g font-family="'DejaVu Sans Mono','JetBrains Mono',Menlo,Consolas,monospace" font-size="%d">`+"\n", letters)
	alike := map[style][][]cell{}
	var order []style
	for _, run := range words(cells) {
		st := run[0].style
		st.fg, st.bg = st.colours()
		st.bg, st.reverse = "", false
		if alike[st] == nil {
			order = append(order, st)
		}
		alike[st] = append(alike[st], run)
	}
	for _, st := range order {
		fmt.Fprintf(w, `<g fill="%s"%s>`+"\n", st.fg, st.looks())
		for _, run := range alike[st] {
			letter(w, run)
		}
		fmt.Fprint(w, "</g>\n")
	}
	fmt.Fprint(w, "</g>\n</svg>\n")
}

// words cuts text into runs of one look. A space alone stays inside its run;
// two end it, for viewers draw them as one.
func words(cells []cell) [][]cell {
	var out [][]cell
	var last cell // of the newest run, or the space behind it
	var gap bool
	for _, c := range cells {
		beside := len(out) > 0 && last.y == c.y && last.x+last.width == c.x && last.width == 1 && last.style == c.style
		switch {
		case c.text == " ":
			gap = beside && !gap
			if !gap {
				last = cell{}
				continue
			}
		case joins(c):
			last, gap = cell{}, false
			continue
		case beside && c.width == 1:
			n := len(out) - 1
			if gap {
				out[n] = append(out[n], last)
			}
			out[n], gap = append(out[n], c), false
		default:
			out, gap = append(out, []cell{c}), false
		}
		last = c
	}
	return out
}

// runs cuts cells that stand side by side and are alike into runs.
func runs(cells []cell, alike func(a, b cell) bool) [][]cell {
	var out [][]cell
	for i, c := range cells {
		if i > 0 && cells[i-1].y == c.y && cells[i-1].x+cells[i-1].width == c.x && alike(cells[i-1], c) {
			out[len(out)-1] = append(out[len(out)-1], c)
		} else {
			out = append(out, []cell{c})
		}
	}
	return out
}

func span(run []cell) int {
	last := run[len(run)-1]
	return last.x + last.width - run[0].x
}

func rect(w io.Writer, x, y int, dx, dy, width, height float64, fill string) {
	fmt.Fprintf(w, `<rect x="%.1f" y="%.1f" width="%.1f" height="%.1f" fill="%s"/>`+"\n", float64(x)*cellW+dx, float64(y)*cellH+dy, width, height, fill)
}

// joins reports whether a character must join with those beside or below it.
func joins(c cell) bool { return strings.Contains("│┃─━▌", c.text) }

// shapes draws the characters that join: across as long as they go on, and so
// downwards.
func shapes(w io.Writer, cells []cell) {
	at := map[[2]int]cell{}
	for _, c := range cells {
		if joins(c) {
			at[[2]int{c.x, c.y}] = c
		}
	}
	for _, c := range cells {
		if _, left := at[[2]int{c.x, c.y}]; !left {
			continue
		}
		fg, _ := c.style.colours()
		n := 0
		for same := true; same; {
			place := [2]int{c.x, c.y + n}
			if across(c) {
				place = [2]int{c.x + n, c.y}
			}
			next, ok := at[place]
			if other, _ := next.style.colours(); !ok || next.text != c.text || other != fg {
				same = false
				continue
			}
			delete(at, place)
			n++
		}
		shape(w, c, float64(n), fg)
	}
}

func across(c cell) bool { return c.text == "─" || c.text == "━" }

// shape draws n cells of a line.
func shape(w io.Writer, c cell, n float64, fg string) {
	switch c.text {
	case "│":
		rect(w, c.x, c.y, cellW/2-0.5, 0, 1, n*cellH, fg)
	case "┃":
		rect(w, c.x, c.y, cellW/2-1, 0, 2, n*cellH, fg)
	case "─":
		rect(w, c.x, c.y, 0, cellH/2-0.5, n*cellW, 1, fg)
	case "━":
		rect(w, c.x, c.y, 0, cellH/2-1, n*cellW, 2, fg)
	case "▌":
		rect(w, c.x, c.y, 0, 0, cellW/2, n*cellH, fg)
	}
}

// letter draws one run of text.
func letter(w io.Writer, run []cell) {
	var text strings.Builder
	for _, c := range run {
		text.WriteString(c.text)
	}
	fmt.Fprintf(w, `<text x="%.1f" y="%.1f"`, float64(run[0].x)*cellW, float64(run[0].y)*cellH+baseline)
	if run[0].width == 1 {
		fmt.Fprintf(w, ` textLength="%.1f"`, float64(span(run))*cellW)
	}
	fmt.Fprintf(w, ">%s</text>\n", escaped(text.String()))
}

// looks are the attributes of a style besides its colour.
func (st style) looks() string {
	var b strings.Builder
	for _, a := range []struct {
		on   bool
		text string
	}{
		{st.bold, ` font-weight="bold"`},
		{st.dim, ` opacity="0.65"`},
		{st.italic, ` font-style="italic"`},
		{st.underline, ` text-decoration="underline"`},
		{st.crossed && !st.underline, ` text-decoration="line-through"`},
	} {
		if a.on {
			b.WriteString(a.text)
		}
	}
	return b.String()
}

func escaped(s string) string {
	var b strings.Builder
	if err := xml.EscapeText(&b, []byte(s)); err != nil {
		return ""
	}
	return b.String()
}
