package dialog

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"vigie/tui/cell"
	"vigie/tui/look"
)

// sought is a run of words that a query looks for, folded.
type sought struct {
	words []string
	whole bool // the last word is a whole one, not a beginning
}

// seek takes the words out of a query that a text is looked through for: not
// those of a field, and not those that must not be there. It is for showing
// only and takes any query, also one that is being typed.
func seek(query string) []sought {
	var out []sought
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
			words = append(words, fold(term[w.from:w.to]))
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

// span is a part of a text, in bytes.
type span struct{ from, to int }

// cut finds the words of a text.
func cut(s string) []span {
	var out []span
	from := -1
	for i, r := range s {
		in := unicode.IsLetter(r) || unicode.IsNumber(r) || unicode.IsMark(r)
		switch {
		case in && from < 0:
			from = i
		case !in && from >= 0:
			out = append(out, span{from, i})
			from = -1
		}
	}
	if from >= 0 {
		out = append(out, span{from, len(s)})
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

// matches finds what is sought in a text, in order and without overlaps.
func matches(s string, all []sought) []span {
	if len(all) == 0 {
		return nil
	}
	words := cut(s)
	folded := make([]string, len(words))
	for i, w := range words {
		folded[i] = fold(s[w.from:w.to])
	}
	var out []span
	for i := 0; i < len(words); i++ {
		longest := 0
		for _, q := range all {
			if n := len(q.words); n > longest && q.at(folded[i:]) {
				longest = n
			}
		}
		if longest > 0 {
			out = append(out, span{words[i].from, words[i+longest-1].to})
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

// around is the part of a text in which its first match stands within the
// first w cells.
func around(s string, all []sought, w int) string {
	s = strings.ReplaceAll(s, "\n", " ")
	found := matches(s, all)
	if len(found) == 0 || utf8.RuneCountInString(s[:found[0].to]) <= w*2/3 {
		return s
	}
	start := found[0].from
	for room := w / 3; room > 0 && start > 0; room-- {
		_, size := utf8.DecodeLastRuneInString(s[:start])
		start -= size
	}
	if sp := strings.IndexByte(s[start:found[0].from], ' '); sp >= 0 {
		start += sp + 1
	}
	return "…" + s[start:]
}

// marked writes a text with what was sought underlined.
func marked(to *cell.Spans, l look.Look, s string, all []sought) {
	s = l.Cut(s, to.Left())
	at := 0
	for _, m := range matches(s, all) {
		to.Add(l.Text, s[at:m.from]).Add(l.Hit, s[m.from:m.to])
		at = m.to
	}
	to.Add(l.Text, s[at:])
}
