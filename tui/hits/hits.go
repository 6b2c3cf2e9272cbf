// Package hits shows where a text has the words that were looked for. It is for
// showing only: what matches is decided elsewhere.
package hits

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"vigie/tui/cell"
	"vigie/tui/look"
	"vigie/tui/theme"
)

// sought is a run of words that a query looks for, folded.
type sought struct {
	words []string
	whole bool // the last word is a whole one, not a beginning
}

// Words are what a query looks for in texts; the zero value is nothing.
type Words []sought

// Of takes the words out of a query that a text is looked through for: not
// those of a field, and not those that must not be there. It is for showing
// only and takes any query, also one that is being typed.
func Of(query string) Words {
	var out Words
	for len(query) > 0 {
		query = strings.TrimLeftFunc(query, unicode.IsSpace)
		term, quoted := "", false
		not := strings.HasPrefix(query, "-")
		query = strings.TrimLeft(query, "-()")
		if rest, ok := strings.CutPrefix(query, `"`); ok {
			term, query, _ = strings.Cut(rest, `"`)
			quoted = true
		} else if n := strings.IndexFunc(query, unicode.IsSpace); n >= 0 {
			term, query = query[:n], query[n:]
		} else {
			term, query = query, ""
		}
		key, _, field := strings.Cut(term, ":")
		if not || (!quoted && (term == "OR" || term == "AND" || term == "NOT" || (field && letters(key)))) {
			if at := strings.Index(term, `"`); field && at >= 0 && strings.Count(term, `"`) == 1 {
				_, query, _ = strings.Cut(query, `"`) // the rest of a field's phrase
			}
			continue
		}
		var words []string
		for _, w := range cut(term) {
			words = append(words, fold(term[w.From:w.To]))
		}
		if len(words) > 0 {
			out = append(out, sought{words, quoted})
		}
	}
	return out
}

func letters(s string) bool {
	return s != "" && s != "http" && s != "https" && strings.IndexFunc(s, func(r rune) bool { return r >= utf8.RuneSelf || !unicode.IsLetter(r) }) < 0
}

// Span is a part of a text, in bytes.
type Span struct{ From, To int }

// cut finds the words of a text.
func cut(s string) []Span {
	var out []Span
	from := -1
	for i, r := range s {
		in := unicode.IsLetter(r) || unicode.IsNumber(r) || unicode.IsMark(r)
		switch {
		case in && from < 0:
			from = i
		case !in && from >= 0:
			out = append(out, Span{from, i})
			from = -1
		}
	}
	if from >= 0 {
		out = append(out, Span{from, len(s)})
	}
	return out
}

// fold takes case and accents away.
func fold(s string) string {
	s = strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Mn, r) {
			return -1
		}
		return unicode.ToLower(r)
	}, norm.NFKD.String(s))
	return strings.NewReplacer("œ", "oe", "æ", "ae", "ß", "ss").Replace(s)
}

// In finds them in a text, in order and without overlaps.
func (all Words) In(s string) []Span {
	if len(all) == 0 {
		return nil
	}
	words := cut(s)
	folded := make([]string, len(words))
	for i, w := range words {
		folded[i] = fold(s[w.From:w.To])
	}
	var out []Span
	for i := 0; i < len(words); i++ {
		longest := 0
		for _, q := range all {
			if n := len(q.words); n > longest && q.at(folded[i:]) {
				longest = n
			}
		}
		if longest > 0 {
			out = append(out, Span{words[i].From, words[i+longest-1].To})
			i += longest - 1
		}
	}
	return out
}

// at reports whether a text of these words begins with what is sought.
func (q sought) at(folded []string) bool {
	n := len(q.words)
	if len(folded) < n {
		return false
	}
	for i, w := range q.words {
		if folded[i] != w && (i < n-1 || q.whole || !strings.HasPrefix(folded[i], w)) {
			return false
		}
	}
	return true
}

// Around is the part of a text, on one line, in which the first of them stands
// within the first w cells.
func (all Words) Around(s string, w int) string {
	s = strings.ReplaceAll(s, "\n", " ")
	found := all.In(s)
	if len(found) == 0 || utf8.RuneCountInString(s[:found[0].To]) <= w*2/3 {
		return s
	}
	start := found[0].From
	for room := w / 3; room > 0 && start > 0; room-- {
		_, size := utf8.DecodeLastRuneInString(s[:start])
		start -= size
	}
	if sp := strings.IndexByte(s[start:found[0].From], ' '); sp >= 0 {
		start += sp + 1
	}
	return "…" + s[start:]
}

// Draw writes a text with them underlined, as much of it as there is room for.
func (all Words) Draw(to *cell.Spans, l look.Look, s string) {
	s = l.Cut(s, to.Left())
	mark(to, l.Text, l.Hit, s, all.In(s))
}

// Rows writes each row of a text that was wrapped: one that goes on in the next
// row is found too. line makes the beginning of a row; first is the first row
// with one of them, -1 if there is none.
func (all Words) Rows(rows []string, pen, hit theme.Pen, line func() *cell.Spans, add func(*cell.Spans)) (first int) {
	var found []Span
	if len(all) > 0 {
		found = all.In(strings.Join(rows, "\n"))
	}
	first = -1
	start := 0
	for i, row := range rows {
		var here []Span
		for _, f := range found {
			if from, to := max(f.From-start, 0), min(f.To-start, len(row)); from < to {
				here = append(here, Span{from, to})
			}
		}
		if first < 0 && len(here) > 0 {
			first = i
		}
		s := line()
		mark(s, pen, hit, row, here)
		add(s)
		start += len(row) + 1
	}
	return first
}

func mark(to *cell.Spans, pen, hit theme.Pen, s string, found []Span) {
	at := 0
	for _, m := range found {
		to.Add(pen, s[at:m.From]).Add(hit, s[m.From:m.To])
		at = m.To
	}
	to.Add(pen, s[at:])
}
