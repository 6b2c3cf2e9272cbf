package text

import (
	"strings"

	"vigie/inbox/text"
)

// Wrap draws s on rows of at most width cells, not padded. It breaks at
// spaces and around characters of two cells, and inside a word only when the
// word is longer than a row. Line feeds and the indentation of a line stay;
// the spaces at a break are dropped.
func (p Pen) Wrap(s text.Safe, width int) []string {
	if width <= 0 {
		return nil
	}
	var rows []string
	for line := range strings.SplitSeq(text.Clean(s.String()).String(), "\n") {
		w := wrapper{pen: p, width: width, rows: rows}
		rows = w.wrap(line)
	}
	return rows
}

// wrapper lays out one line.
type wrapper struct {
	pen   Pen
	width int
	rows  []string
	row   strings.Builder
	used  int  // cells in row
	gap   int  // spaces between row and word
	began bool // row has a word: its gap is no indentation
	word  strings.Builder
	size  int // cells in word
}

func (w *wrapper) wrap(line string) []string {
	if ascii(line) && len(line) <= w.width {
		return append(w.rows, strings.TrimRight(line, " "))
	}
	for len(line) > 0 {
		drawn, cells, n := w.pen.next(line)
		line = line[n:]
		if cells > w.width {
			drawn, cells = w.pen.fitClusters(drawn, w.width)
		}
		switch {
		case drawn == " " && w.glued(line):
			w.add(drawn, cells)
		case drawn == " ":
			w.endWord()
			w.gap++
		case cells == 2:
			w.endWord()
			w.add(drawn, cells)
			w.endWord()
		default:
			w.add(drawn, cells)
		}
	}
	w.endWord()
	return append(w.rows, w.row.String())
}

// glued reports whether a space stays between its neighbours, as French sets its
// signs: before "?" and its like, and inside of quotes. rest is what follows.
func (w *wrapper) glued(rest string) bool {
	if w.size == 0 || w.size+2 > w.width {
		return false
	}
	if strings.HasSuffix(w.word.String(), "«") {
		return true
	}
	for _, sign := range []string{"?", "!", ":", ";", "»"} {
		if after, ok := strings.CutPrefix(rest, sign); ok {
			return after == "" || strings.HasPrefix(after, " ")
		}
	}
	return false
}

// add appends to the word, and breaks a word that fills a row.
func (w *wrapper) add(drawn string, cells int) {
	if w.size+cells > w.width {
		w.endWord()
	}
	w.word.WriteString(drawn)
	w.size += cells
}

// endWord moves the word to the row, or to a new one.
func (w *wrapper) endWord() {
	if w.size == 0 {
		return
	}
	if w.used+w.gap+w.size > w.width {
		if w.began {
			w.rows = append(w.rows, w.row.String())
			w.row.Reset()
			w.used, w.gap = 0, 0
		}
		w.gap = min(w.gap, w.width-w.size)
	}
	w.row.WriteString(pad("", w.gap))
	w.row.WriteString(w.word.String())
	w.used += w.gap + w.size
	w.began = true
	w.word.Reset()
	w.gap, w.size = 0, 0
}
