package length

import (
	"fmt"
	"iter"
	"math"
	"sort"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/rivo/uniseg"

	"vigie/inbox"
	"vigie/inbox/words"
)

// Split cuts a text into parts that each are within the limit: between
// paragraphs where that leaves no part less than half full, else between
// sentences, else between words, and within a word only when it is longer than a
// part can be. No character that people see and no link is ever cut: one that is
// alone longer than the limit is a part that is too long. Nothing but white
// space is lost, at the cuts and the ends. A text without words has no parts.
func Split(text string, limit inbox.TextLimit) []string { return new(Cuts).Split(text, limit) }

// SplitNumbered is Split with each part telling its place at its end, "1/3";
// a text that fits has no number.
func SplitNumbered(text string, limit inbox.TextLimit) []string {
	parts := Split(text, limit)
	if len(parts) < 2 {
		return parts
	}
	for digits := 1; ; digits++ {
		if parts = Split(text, numbering(limit, digits)); len(strconv.Itoa(len(parts))) <= digits {
			break
		}
	}
	for i := range parts {
		parts[i] += number(i, len(parts))
	}
	return parts
}

func number(i, of int) string { return fmt.Sprintf(" %d/%d", i+1, of) }

// numbering is the limit less what the numbers of parts need.
func numbering(limit inbox.TextLimit, digits int) inbox.TextLimit {
	need := 2*digits + len(" /")
	if limit.Max > 0 {
		limit.Max = max(limit.Max-need, 1)
	}
	if limit.MaxBytes > 0 {
		limit.MaxBytes = max(limit.MaxBytes-need, 1)
	}
	return limit
}

// Join makes one text of parts again, without their numbers, so that Split
// parts it at the same places as far as these can still be told.
func Join(parts []string, limit inbox.TextLimit) string {
	bare := make([]string, len(parts))
	for i, p := range parts {
		rest, ok := strings.CutSuffix(p, number(i, len(parts)))
		if !ok || len(parts) < 2 {
			bare = parts
			break
		}
		bare[i] = rest
	}
	if len(parts) > 1 && len(bare[0]) < len(parts[0]) {
		limit = numbering(limit, len(strconv.Itoa(len(parts))))
	}
	var b strings.Builder
	for i, p := range bare {
		if i > 0 {
			b.WriteString(between(bare[i-1], p, limit))
		}
		b.WriteString(p)
	}
	return b.String()
}

// between is what stood between two parts, most likely.
func between(a, b string, limit inbox.TextLimit) string {
	before, _ := utf8.DecodeLastRuneInString(a)
	after, _ := utf8.DecodeRuneInString(b)
	first := b[:endOfWord(b)]
	cluster, _, _, _ := uniseg.FirstGraphemeClusterInString(b, -1)
	switch {
	case unspaced(before) && unspaced(after):
		return ""
	case endsSentence(a), !Measure(a+" "+first, limit).Over():
		return "\n\n"
	case endOfWord(a) == len(a) && Measure(a+cluster, limit).Over() && !holdsLink(a):
		return "" // a word that was cut, or two that fill a part each
	}
	return " "
}

func endOfWord(s string) int {
	if n := strings.IndexFunc(s, unicode.IsSpace); n >= 0 {
		return n
	}
	return len(s)
}

// cutAt is where the first part of a text ends. No more of the text than reach
// was looked at; whole: all of it, to its end.
func cutAt(text string, limit inbox.TextLimit) (n, reach int) {
	fit, reach := fitting(text, limit, breaks(text))
	if len(fit) > 0 {
		return best(fit), reach
	}
	return cutWord(text, limit), whole
}

// whole is a reach that no text has.
const whole = math.MaxInt

// cutWord is where the first part of a text ends that has no place for it
// between words.
func cutWord(text string, limit inbox.TextLimit) int {
	if !Measure(text, limit).Over() {
		return len(text)
	}
	word := text
	for c := range breaks(text) {
		word = text[:c.at]
		break
	}
	if holdsLink(word) {
		return len(word)
	}
	if fit, _ := fitting(word, limit, clusters(word)); len(fit) > 0 {
		return fit[len(fit)-1].at
	}
	for c := range clusters(word) {
		return c.at
	}
	return len(word)
}

// A place where a text may be cut, and how good it is.
type place struct {
	at   int // where the next part begins
	kind placeKind
}

type placeKind uint8

const (
	betweenWords placeKind = iota
	betweenSentences
	betweenParagraphs
)

// fitting are the places before which the text is within the limit; none when
// all of it is. It looks at little more of the text than that: up to reach.
func fitting(text string, limit inbox.TextLimit, places iter.Seq[place]) (fit []place, reach int) {
	over := func(p place) bool { return Measure(strings.TrimSpace(text[:p.at]), limit).Over() }
	var list []place
	look, more, reach := 8, false, whole
	for p := range places {
		list = append(list, p)
		if len(list) == look {
			if over(p) {
				reach = wordBehind(text, p.at)
				more = true
				break
			}
			look *= 2
		}
	}
	if !more && !Measure(text, limit).Over() {
		return nil, whole
	}
	n := sort.Search(len(list), func(i int) bool { return over(list[i]) })
	for n > 0 && over(list[n-1]) { // a mention counts less when its host is whole
		n--
	}
	return list[:n], reach
}

// wordBehind is the end of the word at a place, and of the space behind it.
func wordBehind(text string, at int) int {
	end := strings.IndexFunc(text[at:], unicode.IsSpace)
	if end < 0 {
		return whole
	}
	_, size := utf8.DecodeRuneInString(text[at+end:])
	return at + end + size
}

// best is the place to cut at: the last of the best kind that leaves the part
// at least half full.
func best(fit []place) int {
	last := fit[len(fit)-1].at
	for kind := betweenParagraphs; kind > betweenWords; kind-- {
		for i := len(fit) - 1; i >= 0 && fit[i].at*2 >= last; i-- {
			if fit[i].kind == kind {
				return fit[i].at
			}
		}
	}
	return last
}

// breaks are the places between words, but for the end of the text: at white
// space that is no hard space, and between characters of scripts that are
// written without.
func breaks(text string) iter.Seq[place] {
	return func(yield func(place) bool) {
		for i := 0; i < len(text); {
			n := strings.IndexFunc(text[i:], unicode.IsSpace)
			if n < 0 {
				n = len(text) - i
			}
			if !holdsLink(text[i:i+n]) && !unspacedBreaks(text, i, i+n, yield) {
				return
			}
			i += n
			gap := len(text[i:]) - len(strings.TrimLeftFunc(text[i:], unicode.IsSpace))
			space := text[i : i+gap]
			i += gap
			if i == len(text) || i == gap || !opens(text[:i-gap], space, text[i:]) {
				continue
			}
			if !yield(place{i, kindOf(text[:i-gap], space)}) {
				return
			}
		}
	}
}

// unspacedBreaks yields the places within a run of anything but white space.
func unspacedBreaks(text string, from, to int, yield func(place) bool) bool {
	for i, r := range text[from:to] {
		if i == 0 || !unspaced(r) {
			continue
		}
		before, _ := utf8.DecodeLastRuneInString(text[:from+i])
		kind := betweenWords
		if strings.ContainsRune("。！？", before) {
			kind = betweenSentences
		} else if !unspaced(before) {
			continue
		}
		if !yield(place{from + i, kind}) {
			return false
		}
	}
	return true
}

// unspaced reports whether r is a letter of a script written without spaces, of
// which each is a character by itself.
func unspaced(r rune) bool {
	return words.Alone(r) && unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana)
}

// opens reports whether a part may begin behind that white space: not where a
// sign belongs to the word before, or a bracket to the next.
func opens(before, space, after string) bool {
	first, _ := utf8.DecodeRuneInString(after)
	last, _ := utf8.DecodeLastRuneInString(before)
	if strings.ContainsRune("!?:;»)…%", first) || strings.ContainsRune("«(", last) {
		return strings.Contains(space, "\n")
	}
	return strings.Trim(space, "\u00A0\u202F\u2007") != ""
}

func kindOf(before, space string) placeKind {
	switch {
	case strings.Contains(space, "\n"):
		return betweenParagraphs
	case endsSentence(before):
		return betweenSentences
	}
	return betweenWords
}

// endsSentence reports whether a text ends where a sentence does: not behind an
// initial or a title.
func endsSentence(s string) bool {
	s = strings.TrimRight(s, "»”\"’')] \u00A0\u202F")
	last, size := utf8.DecodeLastRuneInString(s)
	switch {
	case strings.ContainsRune("!?…。！？", last):
		return s != ""
	case last != '.':
		return false
	}
	word := s[strings.LastIndexFunc(s, unicode.IsSpace)+1 : len(s)-size]
	first, _ := utf8.DecodeRuneInString(word)
	return !unicode.IsUpper(first) || utf8.RuneCountInString(word) > 3
}

// clusters are the places between characters that people see.
func clusters(word string) iter.Seq[place] {
	return func(yield func(place) bool) {
		for at, rest, state := 0, word, -1; rest != ""; {
			var cluster string
			cluster, rest, _, state = uniseg.FirstGraphemeClusterInString(rest, state)
			if at += len(cluster); !yield(place{at: at}) {
				return
			}
		}
	}
}
