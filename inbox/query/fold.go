package query

import (
	"bytes"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// appendFold appends the words of s, in lower case and without accents, each
// between two spaces of which neighbours share one: "Été à Nîmes!" becomes
// " ete a nimes ". A symbol, and a character of a script written without
// spaces, is a word of its own. Text without words appends a single space.
func appendFold(dst []byte, s string) []byte {
	dst = append(dst, ' ')
	for i := 0; i < len(s); {
		c := s[i]
		switch {
		case c >= 'a' && c <= 'z', c >= '0' && c <= '9':
			dst = append(dst, c)
		case c >= 'A' && c <= 'Z':
			dst = append(dst, c|0x20)
		case c < utf8.RuneSelf:
			dst = space(dst)
		default:
			r, size := utf8.DecodeRuneInString(s[i:])
			dst = appendRune(dst, r)
			i += size
			continue
		}
		i++
	}
	return space(dst)
}

func space(dst []byte) []byte {
	if dst[len(dst)-1] != ' ' {
		dst = append(dst, ' ')
	}
	return dst
}

func appendRune(dst []byte, r rune) []byte {
	switch r {
	case 'œ', 'Œ':
		return append(dst, "oe"...)
	case 'æ', 'Æ':
		return append(dst, "ae"...)
	case 'ß', 'ẞ':
		return append(dst, "ss"...)
	case 'ø', 'Ø':
		return append(dst, 'o')
	case 'ł', 'Ł':
		return append(dst, 'l')
	case 'đ', 'Đ':
		return append(dst, 'd')
	case 'ı':
		return append(dst, 'i')
	}
	if r >= 0xAC00 && r <= 0xD7A3 { // Hangul stays in syllables
		return appendPart(dst, r)
	}
	var one [utf8.UTFMax]byte
	n := utf8.EncodeRune(one[:], r)
	parts := norm.NFKD.Properties(one[:n]).Decomposition()
	if parts == nil {
		return appendPart(dst, r)
	}
	for len(parts) > 0 {
		p, size := utf8.DecodeRune(parts)
		dst = appendPart(dst, p)
		parts = parts[size:]
	}
	return dst
}

// appendPart appends one character that is not composed of others.
func appendPart(dst []byte, r rune) []byte {
	switch {
	case unicode.Is(unicode.Mn, r), unicode.Is(unicode.Cf, r), unicode.Is(unicode.Variation_Selector, r):
		return dst
	case unicode.IsLetter(r) && unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Hangul,
		unicode.Thai, unicode.Lao, unicode.Khmer, unicode.Myanmar), unicode.IsSymbol(r) && r >= utf8.RuneSelf:
		dst = utf8.AppendRune(space(dst), r)
		return append(dst, ' ')
	case unicode.IsLetter(r), unicode.IsDigit(r), unicode.IsMark(r):
		return utf8.AppendRune(dst, unicode.ToLower(r))
	}
	return space(dst)
}

// needle is what a word or phrase looks for.
type needle struct {
	folded []byte // as in appendFold; without the last space for a word
	raw    string // when there is nothing to fold, as in "?"
}

func newNeedle(text string, whole bool) needle {
	f := appendFold(nil, text)
	if len(f) == 1 {
		return needle{raw: text}
	}
	if !whole {
		f = f[:len(f)-1]
	}
	return needle{folded: f}
}

// in reports whether the text, given raw and folded, has the needle.
func (n needle) in(raw string, folded []byte) bool {
	if n.folded == nil {
		return bytes.Contains([]byte(raw), []byte(n.raw))
	}
	return bytes.Contains(folded, n.folded)
}
