package area

import (
	"sort"
	"strings"

	"vigie/inbox/saved"
	"vigie/tui/cell"
)

// row is a part of the text that is drawn on one line, without its line feed.
type row struct{ from, to int }

// SetSize tells the field its cells. The cursor stays in sight.
func (a *Area) SetSize(w, h int) {
	w, h = max(w, 1), max(h, 1)
	if w == a.width && h == a.height {
		return
	}
	if w != a.width {
		a.memo = nil
	}
	a.width, a.height = w, h
	a.layout()
}

// SetKit tells the field how the terminal counts cells.
func (a *Area) SetKit(k cell.Kit) {
	if k != a.kit {
		a.kit, a.memo = k, nil
		a.layout()
	}
}

// layout breaks the text into rows. Paragraphs that are as they were keep
// their own.
func (a *Area) layout() {
	if a.width == 0 {
		return
	}
	memo := make(map[string][]int, len(a.memo)+1)
	a.rows = a.rows[:0]
	from := 0
	for paragraph := range strings.SplitSeq(a.text, "\n") {
		starts, known := a.memo[paragraph]
		if !known {
			starts = a.wrap(paragraph)
		}
		memo[paragraph] = starts
		for i, start := range starts {
			end := len(paragraph)
			if i+1 < len(starts) {
				end = starts[i+1]
			}
			a.rows = append(a.rows, row{from + start, from + end})
		}
		from += len(paragraph) + 1
	}
	a.memo = memo
	a.show()
}

// wrap says where the rows of a paragraph begin. Words stay whole where they
// can; spaces at a break hang over the edge.
func (a *Area) wrap(p string) []int {
	starts := []int{0}
	col, gap, gapCol := 0, 0, 0 // gap: the last place of this row where it can be broken
	for i := 0; i < len(p); {
		n := next(p[i:])
		w := a.cells(p[i : i+n])
		start := starts[len(starts)-1]
		if w == 2 && i > start {
			gap, gapCol = i, col
		}
		for p[i] != ' ' && col+w > a.width && i > start {
			if gap <= start {
				gap, gapCol = i, col
			}
			start, col = gap, col-gapCol
			starts = append(starts, start)
			gapCol = 0
		}
		col, i = col+w, i+n
		if w == 2 || p[i-1] == ' ' {
			gap, gapCol = i, col
		}
	}
	return starts
}

// cells is how wide a text without a line feed is.
func (a *Area) cells(s string) int {
	sum := 0
	for len(s) > 0 {
		n := next(s)
		if n == 1 {
			sum++
		} else {
			sum += a.kit.Width(s[:n])
		}
		s = s[n:]
	}
	return sum
}

// rowOf is the row in which a place lies.
func (a *Area) rowOf(at int) int {
	return max(sort.Search(len(a.rows), func(i int) bool { return a.rows[i].from > at })-1, 0)
}

// show scrolls so that the cursor can be seen, and no further than there is
// text.
func (a *Area) show() {
	at := a.rowOf(a.at)
	a.top = max(min(a.top, len(a.rows)-a.height), 0)
	a.top = min(max(a.top, at-a.height+1), at)
}

// Cursor is the place of the cursor in the field, in cells.
func (a *Area) Cursor() (x, y int) {
	if len(a.rows) == 0 {
		return 0, 0
	}
	i := a.rowOf(a.at)
	return min(a.cells(a.text[a.rows[i].from:a.at]), a.width), i - a.top
}

// Hidden reports how many rows are out of sight above and below.
func (a *Area) Hidden() (above, below int) {
	return a.top, max(len(a.rows)-a.top-a.height, 0)
}

// last is the last place of a row: one behind it is the next row's first.
func (a *Area) last(i int) int {
	r := a.rows[i]
	if i+1 < len(a.rows) && a.rows[i+1].from == r.to && r.to > r.from {
		return max(a.before(r.to), r.from)
	}
	return r.to
}

// home is the beginning of the row, and from there that of the paragraph.
func (a *Area) home() int {
	if from := a.rows[a.rowOf(a.at)].from; from < a.at {
		return from
	}
	return a.lineStart(a.at)
}

// end is the end of the row, and from there that of the paragraph.
func (a *Area) end() int {
	if to := a.last(a.rowOf(a.at)); to > a.at {
		return to
	}
	return a.lineEnd(a.at)
}

// vertical moves up or down, as near as can be to the column where it began.
func (a *Area) vertical(delta int) {
	i := a.rowOf(a.at)
	goal := a.goal
	if goal == 0 {
		goal = a.cells(a.text[a.rows[i].from:a.at]) + 1
	}
	switch to := i + delta; {
	case to < 0:
		a.moved(0)
	case to >= len(a.rows):
		a.moved(len(a.text))
	default:
		a.moved(a.place(to, goal-1))
	}
	a.goal = goal
}

// place is the place of a row that is nearest to a column.
func (a *Area) place(i, col int) int {
	at, end := a.rows[i].from, a.last(i)
	for at < end {
		n := next(a.text[at:])
		w := a.cells(a.text[at : at+n])
		if col < w {
			break
		}
		col -= w
		at += n
	}
	return min(at, end)
}

// Piece is a part of a row that is drawn in one way.
type Piece struct {
	Text     string
	Selected bool
	Gap      bool // of a gap that is to be filled
}

// Rows are the rows in sight, at most as many as the field is high.
func (a *Area) Rows() [][]Piece {
	end := min(a.top+a.height, len(a.rows))
	out := make([][]Piece, 0, a.height)
	gaps := a.Gaps()
	for _, r := range a.rows[a.top:end] {
		out = append(out, a.pieces(r, gaps))
	}
	return out
}

// pieces parts a row where a selection or a gap begins or ends.
func (a *Area) pieces(r row, gaps []saved.Gap) []Piece {
	cuts := []int{r.from, r.to}
	from, to := a.Selection()
	for _, at := range []int{from, to} {
		cuts = cutAt(cuts, at)
	}
	for _, g := range gaps {
		cuts = cutAt(cutAt(cuts, g.Start), g.End)
	}
	sort.Ints(cuts)
	var out []Piece
	for i := range len(cuts) - 1 {
		begin, end := cuts[i], cuts[i+1]
		if begin == end {
			continue
		}
		p := Piece{Text: a.text[begin:end], Selected: begin >= from && end <= to}
		for _, g := range gaps {
			p.Gap = p.Gap || (begin >= g.Start && end <= g.End)
		}
		out = append(out, p)
	}
	return out
}

// cutAt adds a place between the first two.
func cutAt(cuts []int, at int) []int {
	if at > cuts[0] && at < cuts[1] {
		return append(cuts, at)
	}
	return cuts
}
