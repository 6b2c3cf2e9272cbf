package brand

import (
	"net/url"
	"slices"
	"sort"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/idna"
	"golang.org/x/text/unicode/norm"

	"vigie/inbox/pattern"
)

// span is where a needle stands in a folded text.
type span struct {
	start, end int
	word       string
}

// before reports whether a span begins before another, or there and is longer.
func (s span) before(o span) bool {
	return s.start < o.start || s.start == o.start && s.end > o.end
}

// mask are spans by their start, each with the furthest end of those up to it.
type mask []span

func newMask(spans []span) mask {
	slices.SortFunc(spans, func(a, b span) int { return a.start - b.start })
	for i := 1; i < len(spans); i++ {
		spans[i].end = max(spans[i].end, spans[i-1].end)
	}
	return spans
}

// covers reports whether one of the mask's spans holds s.
func (m mask) covers(s span) bool {
	i := sort.Search(len(m), func(i int) bool { return m[i].start > s.start })
	return i > 0 && m[i-1].end >= s.end
}

func (n Names) spans(hay string) []span {
	var out []span
	for _, x := range n.needles {
		for from := 0; ; {
			i := strings.Index(hay[from:], x.folded)
			if i < 0 {
				break
			}
			start := from + i
			end := start + len(x.folded)
			if x.stands(hay[:start], hay[end:]) {
				out = append(out, span{start, end, x.shown})
			}
			_, size := utf8.DecodeRuneInString(hay[start:])
			from = start + size
		}
	}
	return out
}

// stands reports whether a needle is a word of its own between what stands
// before and after it.
func (x needle) stands(before, after string) bool {
	prev, _ := utf8.DecodeLastRuneInString(before)
	next, size := utf8.DecodeRuneInString(after)
	head, _ := utf8.DecodeRuneInString(x.folded)
	tail, _ := utf8.DecodeLastRuneInString(x.folded)
	if x.kind == word {
		return !(joins(prev) && joins(head)) && !(joins(tail) && joins(next))
	}
	if joins(prev) || prev == '-' || (x.kind == mention && prev == '.') {
		return false
	}
	if strings.ContainsRune("-.@", next) {
		beyond, _ := utf8.DecodeRuneInString(after[size:])
		return !joins(beyond)
	}
	return !joins(next)
}

// joins reports whether a character makes one word with its neighbours.
// Scripts without spaces between words have none that do.
func joins(r rune) bool {
	if r == utf8.RuneError {
		return false
	}
	if unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Thai, unicode.Lao, unicode.Khmer, unicode.Myanmar) {
		return false
	}
	return r == '_' || unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r)
}

var (
	linkHost = pattern.Lazy(`://([^\s/?#]+)`)
	punycode = pattern.Lazy(`[\pL\pN.-]*xn--[\pL\pN.-]+`)
)

// haystack is a text folded, followed by its hosts as people would read them
// where the text has them otherwise.
func haystack(text string) string {
	folded := fold(text)
	var more strings.Builder
	for _, m := range linkHost().FindAllStringSubmatch(text, -1) {
		if host, err := url.PathUnescape(m[1]); err == nil && host != m[1] {
			more.WriteString("\n" + fold(host))
		}
	}
	for _, host := range punycode().FindAllString(folded, -1) {
		if plain, err := idna.Punycode.ToUnicode(host); err == nil && plain != host {
			more.WriteString("\n" + fold(plain))
		}
	}
	return folded + more.String()
}

// fold makes texts comparable: no case, no accents, no compatibility forms, no
// invisible characters, one blank for each run of space.
func fold(s string) string {
	var b strings.Builder
	b.Grow(len(s))
	blank := false
	for _, r := range norm.NFKD.String(s) {
		if unicode.IsSpace(r) {
			blank = true
			continue
		}
		if unicode.In(r, unicode.Mn, unicode.Me, unicode.Cf) {
			continue
		}
		if blank && b.Len() > 0 {
			b.WriteByte(' ')
		}
		blank = false
		b.WriteString(plain(unicode.ToLower(r)))
	}
	return b.String()
}

// plain is what stands for a lower-case letter or sign that decomposes into
// nothing simpler.
func plain(r rune) string {
	switch r {
	case 'ß':
		return "ss"
	case 'œ':
		return "oe"
	case 'æ':
		return "ae"
	case 'ø':
		return "o"
	case 'ł':
		return "l"
	case 'đ', 'ð':
		return "d"
	case 'þ':
		return "th"
	case 'ı':
		return "i"
	case 'ς':
		return "σ"
	case '’', '‘', 'ʼ', '`':
		return "'"
	case '‐', '‑', '‒', '–', '—', '―', '−':
		return "-"
	case '。':
		return "."
	}
	return string(r)
}
