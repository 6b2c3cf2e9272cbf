package text

import "unicode"

// kind is what Clean does with a character.
type kind uint8

const (
	kindLetter   kind = iota // written as it is; a base for marks
	kindBreak                // becomes a line feed
	kindTab                  // becomes spaces
	kindControl              // becomes a visible picture
	kindBlank                // becomes a space
	kindJoiner               // kept where it joins
	kindSelector             // kept where it selects
	kindMark                 // kept up to MaxMarks
	kindHidden               // dropped
)

const (
	zwnj         = '\u200C'
	zwj          = '\u200D'
	dottedCircle = '\u25CC'
	blackFlag    = '\U0001F3F4'
	cancelTag    = '\U000E007F'
	brailleBlank = '\u2800'
	textStyle    = '\uFE0E'
	emojiStyle   = '\uFE0F'
)

// plain reports, for the characters that most text is made of, that they are
// written as they are wherever they stand. False says nothing.
func plain(r rune) bool {
	switch {
	case r < 0xA0:
		return false // C1 controls and invalid bytes never come here as such
	case r < 0x300:
		return r != 0xAD
	case r < 0x370:
		return false
	case r < 0x483: // Greek, Cyrillic
		return true
	case r < 0x48A:
		return false
	case r < 0x530:
		return true
	case r >= 0x5D0 && r <= 0x5EA: // Hebrew letters
		return true
	case r >= 0x620 && r <= 0x64A, r >= 0x660 && r <= 0x66F, r >= 0x671 && r <= 0x6D5: // Arabic letters, digits
		return true
	case r >= 0x2010 && r <= 0x2027, r >= 0x202F && r <= 0x205E, r >= 0x20A0 && r <= 0x20C0:
		return true
	case r >= 0x3000 && r <= 0x3029, r >= 0x3041 && r <= 0x3096, r >= 0x30A0 && r <= 0x30FF: // kana
		return true
	case r >= 0x4E00 && r <= 0x9FFF, r >= 0xAC00 && r <= 0xD7A3: // Han, Hangul
		return true
	case r >= 0x1F300 && r <= 0x1FAFF:
		return !modifier(r) && r != blackFlag
	}
	return false
}

func kindOf(r rune) kind {
	switch {
	case r == '\n', r == '\r', r == '\v', r == '\f', r == 0x85, r == 0x2028, r == 0x2029:
		return kindBreak
	case r == '\t':
		return kindTab
	case r < ' ', r >= 0x7F && r < 0xA0, noncharacter(r):
		return kindControl
	case plain(r):
		return kindLetter
	case r == zwj, r == zwnj:
		return kindJoiner
	case r == brailleBlank:
		return kindBlank
	case unicode.Is(unicode.Variation_Selector, r):
		return kindSelector
	case unicode.Is(unicode.Cf, r) && !unicode.Is(unicode.Prepended_Concatenation_Mark, r),
		unicode.Is(unicode.Other_Default_Ignorable_Code_Point, r):
		return kindHidden
	case unicode.Is(unicode.M, r), modifier(r), unicode.Is(unicode.Other_Grapheme_Extend, r):
		return kindMark
	}
	return kindLetter
}

// picture is what a control character is shown as.
func picture(r rune) rune {
	switch {
	case r < ' ':
		return 0x2400 + r
	case r == 0x7F:
		return 0x2421
	}
	return unicode.ReplacementChar
}

func noncharacter(r rune) bool { return r&0xFFFE == 0xFFFE || (r >= 0xFDD0 && r <= 0xFDEF) }

// modifier reports whether r is a skin tone.
func modifier(r rune) bool { return r >= 0x1F3FB && r <= 0x1F3FF }

// pictograph reports whether r may be part of a joined emoji: the blocks that
// hold Unicode's Extended_Pictographic characters.
func pictograph(r rune) bool {
	switch {
	case r >= 0x1F000 && r <= 0x1FAFF:
		return !modifier(r) && (r < 0x1F1E6 || r > 0x1F1FF)
	case r >= 0x2190 && r <= 0x21FF, r >= 0x2300 && r <= 0x23FF, r >= 0x2600 && r <= 0x27BF,
		r >= 0x2900 && r <= 0x297F, r >= 0x2B00 && r <= 0x2BFF:
		return true
	}
	return r == 0xA9 || r == 0xAE || r == 0x203C || r == 0x2049 || r == 0x2122 || r == 0x2139 ||
		r == 0x3030 || r == 0x303D || r == 0x3297 || r == 0x3299
}

// joins reports whether a joiner belongs between last (whose cluster's base
// is base) and next; next is 0 at the end of the text.
func joins(last, base, joiner, next rune) bool {
	if joiner == zwj && pictograph(base) && pictograph(next) {
		return true
	}
	if last == 0 || !joining(last) {
		return false
	}
	// Half forms and shortened words end in a ZWJ; a ZWNJ only parts letters.
	return joiner == zwj || joining(next)
}

// joining reports whether r is written with joiners: a letter or mark of a
// cursive or an Indic script.
func joining(r rune) bool {
	if r < 0x600 || !(unicode.IsLetter(r) || unicode.IsMark(r)) {
		return false
	}
	return unicode.In(r, unicode.Arabic, unicode.Syriac, unicode.Mandaic, unicode.Nko, unicode.Mongolian,
		unicode.Devanagari, unicode.Bengali, unicode.Gurmukhi, unicode.Gujarati, unicode.Oriya, unicode.Tamil,
		unicode.Telugu, unicode.Kannada, unicode.Malayalam, unicode.Sinhala, unicode.Khmer, unicode.Myanmar,
		unicode.Balinese, unicode.Javanese, unicode.Tibetan)
}

// takesSelector reports whether the variation selector vs may follow last.
func takesSelector(last, vs rune) bool {
	if vs == textStyle || vs == emojiStyle {
		return pictograph(last) || (last >= '0' && last <= '9') || last == '#' || last == '*' ||
			(last >= 0x2460 && last <= 0x25FF)
	}
	switch {
	case vs >= 0x180B && vs <= 0x180F:
		return unicode.Is(unicode.Mongolian, last)
	case vs >= 0xE0100:
		return unicode.Is(unicode.Han, last)
	}
	return last >= 0x80 && (unicode.In(last, unicode.Han, unicode.Myanmar, unicode.Phags_Pa) || unicode.Is(unicode.Sm, last))
}

// flagTail returns the length of the tags that make a black flag the flag of
// a subdivision, such as gbsct; 0 when s does not begin with a whole one.
func flagTail(s string) int {
	n := 0 // tags seen
	for i, r := range s {
		switch {
		case r == cancelTag:
			if n < 3 {
				return 0
			}
			return i + len(string(cancelTag))
		case n == 6:
			return 0
		case r >= 0xE0061 && r <= 0xE007A, n >= 2 && r >= 0xE0030 && r <= 0xE0039:
			n++
		default:
			return 0
		}
	}
	return 0
}
