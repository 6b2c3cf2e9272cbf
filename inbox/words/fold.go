package words

import (
	"slices"
	"sync"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Fold appends the words of s, each between two spaces of which neighbours
// share one: "Été à Nîmes!" becomes " ete a nimes ". Text without words
// appends a single space. Folding what is folded changes nothing; invalid
// UTF-8 parts words. It does not allocate but to grow dst and to normalize
// what is neither ASCII nor Latin.
func Fold(dst []byte, s string) []byte {
	dst = append(slices.Grow(dst, len(s)+2), ' ')
	table := alphabets()
	for i := 0; i < len(s); {
		c := s[i]
		switch {
		case c >= 'a' && c <= 'z', c >= '0' && c <= '9':
			dst = append(dst, c)
			i++
		case c >= 'A' && c <= 'Z':
			dst = append(dst, c|0x20)
			i++
		case c < utf8.RuneSelf:
			dst = space(dst)
			i++
		default:
			if l := lonely(table, s[i:]); l != "" {
				dst = append(dst, l...)
				i += 2
				continue
			}
			n := foreign(s[i:])
			dst = appendForeign(dst, s[i:i+n], true)
			i += n
		}
	}
	return space(dst)
}

func space(dst []byte) []byte {
	if dst[len(dst)-1] != ' ' {
		dst = append(dst, ' ')
	}
	return dst
}

// lonely is the folded form of a letter of the alphabets, in two bytes, that
// stands between ASCII; "" when s does not begin so.
func lonely(table *[lastLetter - firstLetter]string, s string) string {
	if len(s) < 2 || s[0] < 0xC3 || s[0] > 0xDF || len(s) > 2 && s[2] >= utf8.RuneSelf || s[1]&0xC0 != 0x80 {
		return ""
	}
	if i := int(s[0]&0x1F)<<6 + int(s[1]&0x3F) - firstLetter; i < len(table) {
		return table[i]
	}
	return ""
}

// foreign returns how far s goes on without ASCII.
func foreign(s string) int {
	for i := range len(s) {
		if s[i] < utf8.RuneSelf {
			return i
		}
	}
	return len(s)
}

// appendForeign appends text without ASCII. With cut a character that is a
// word of its own is made one, and what is no letter parts words; without, it
// is all one word.
func appendForeign(dst []byte, s string, cut bool) []byte {
	if composed(s) {
		for _, r := range s {
			dst = appendRune(dst, r, cut)
		}
		return dst
	}
	for _, r := range norm.NFKC.String(s) {
		dst = appendRune(dst, r, cut)
	}
	return dst
}

// composed reports whether it says nothing to compose what s is made of.
func composed(s string) bool {
	for _, r := range s {
		if r >= lastLetter && !printers(r) {
			return norm.NFKC.QuickSpanString(s) == len(s)
		}
	}
	return true
}

// printers reports whether r is one of the hyphens, dashes, quotes and dots of
// printed text: none of them is in a word.
func printers(r rune) bool { return r >= 0x2010 && r <= 0x2027 }

// The letters of the Latin, Greek and Cyrillic alphabets stand from firstLetter
// on, before lastLetter. All their marks are silent, so that each letter says
// all by itself.
const (
	firstLetter = 0xC0
	lastLetter  = 0x530
)

func appendRune(dst []byte, r rune, cut bool) []byte {
	if r < lastLetter && r >= firstLetter {
		if l := alphabets()[r-firstLetter]; l != "" {
			return append(dst, l...)
		}
	}
	if single(r) {
		if !cut {
			return utf8.AppendRune(dst, r)
		}
		return append(utf8.AppendRune(space(dst), r), ' ')
	}
	if printers(r) {
		return appendPart(dst, ' ', cut)
	}
	return appendParts(dst, r, cut)
}

// appendParts appends what a character is made of.
func appendParts(dst []byte, r rune, cut bool) []byte {
	parts := norm.NFKD.PropertiesString(string(r)).Decomposition()
	if parts == nil {
		return appendPart(dst, r, cut)
	}
	for len(parts) > 0 {
		p, size := utf8.DecodeRune(parts)
		dst = appendPart(dst, p, cut)
		parts = parts[size:]
	}
	return dst
}

// single reports, for Han, kana and Hangul, that a character is a word of its
// own and stays composed: a voiced kana is another letter, not an accent.
func single(r rune) bool {
	return r >= 0x4E00 && r <= 0x9FFF || r >= 0xAC00 && r <= 0xD7A3 ||
		r >= 0x3041 && r <= 0x3096 || r >= 0x30A1 && r <= 0x30FE && r != 0x30FB
}

// appendPart appends one character that is not made of others.
func appendPart(dst []byte, r rune, cut bool) []byte {
	switch {
	case r < utf8.RuneSelf && (r >= 'a' && r <= 'z' || r >= '0' && r <= '9'):
		return append(dst, byte(r))
	case r < firstAlone && r != 0x02BC && unicode.IsLetter(r): // as in most scripts
		return appendLetter(dst, r)
	case silent(r):
		return dst
	case cut && Alone(r):
		dst = utf8.AppendRune(space(dst), r)
		return append(dst, ' ')
	case inWord(r):
		return appendLetter(dst, r)
	case cut:
		return space(dst)
	}
	return dst
}

// firstAlone is where the scripts without spaces begin; before it only symbols
// are words of their own.
const firstAlone = 0xE00

func appendLetter(dst []byte, r rune) []byte {
	r = unicode.ToLower(unicode.ToUpper(r)) // ς is σ, and ſ is s
	if l := letters(r); l != "" {
		return append(dst, l...)
	}
	return utf8.AppendRune(dst, r)
}

// silent reports whether r says nothing: accents, points, joiners. Marks that
// are vowels of their own, as in Devanagari, are not silent.
func silent(r rune) bool {
	switch {
	case r < 0xAD:
		return false
	case unicode.In(r, unicode.Cf, unicode.Me, unicode.Variation_Selector, unicode.Other_Default_Ignorable_Code_Point):
		return true
	case !unicode.IsMark(r):
		return false
	case unicode.Is(unicode.Mn, r) && !unicode.Is(unicode.Other_Alphabetic, r):
		return true
	}
	return norm.NFKD.PropertiesString(string(r)).CCC() != 0
}

// inWord reports whether words are made of r. The modifier letter apostrophe
// is a letter in name only.
func inWord(r rune) bool {
	return r != 0x02BC && (unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r))
}

// Alone reports whether r is a word of its own wherever it stands: a symbol, or
// a character of a script that is written without spaces or, as Hangul, adds
// endings without them.
func Alone(r rune) bool {
	switch {
	case r < 0xA2, r == utf8.RuneError:
		return false
	case r < firstAlone:
		return unicode.IsSymbol(r)
	case single(r):
		return true
	}
	return unicode.IsSymbol(r) || (unicode.IsLetter(r) || unicode.IsMark(r)) &&
		unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Hangul, unicode.Bopomofo,
			unicode.Thai, unicode.Lao, unicode.Khmer, unicode.Myanmar)
}

// letters is what a letter that is not made of others is written with by
// people who do not have it; "" when it is itself.
func letters(r rune) string {
	switch r {
	case 'œ':
		return "oe"
	case 'æ':
		return "ae"
	case 'ß':
		return "ss"
	case 'ø':
		return "o"
	case 'ł':
		return "l"
	case 'đ', 'ð':
		return "d"
	case 'ħ':
		return "h"
	case 'ŧ':
		return "t"
	case 'þ':
		return "th"
	}
	return ""
}

// alphabets holds the folded form of each letter from firstLetter on, "" for
// what is none. It is made when it is first needed: a start waits for nothing.
var alphabets = sync.OnceValue(func() *[lastLetter - firstLetter]string {
	var table [lastLetter - firstLetter]string
	var folded []byte
	for i := range table {
		r := rune(firstLetter + i)
		if unicode.IsLetter(r) {
			folded = appendParts(folded[:0], r, false)
			table[i] = string(folded)
		}
	}
	return &table
})
