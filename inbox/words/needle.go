package words

import (
	"bytes"
	"strings"
)

// Needle is what a word or a phrase of a query looks for in a section.
type Needle struct {
	folded string // as in a section; without the last space for a beginning
}

// NewNeedle makes a needle: of one word or of whole words in a row, or, when
// it is not whole, of words of which the last may go on. "#tag" and "@handle"
// are marks when they are all there is. A text without words makes the zero
// Needle.
func NewNeedle(text string, whole bool) Needle {
	f := appendMarkOf(nil, text, whole)
	if len(f) == 0 {
		f = Fold(nil, text)
	}
	if len(f) <= 1 {
		return Needle{}
	}
	if !whole {
		f = f[:len(f)-1]
	}
	return Needle{string(f)}
}

// appendMarkOf appends text as one mark, if it is one.
func appendMarkOf(dst []byte, text string, whole bool) []byte {
	rest, tag := strings.CutPrefix(text, "#")
	if !tag {
		rest, tag = strings.CutPrefix(text, wideHash)
	}
	if tag && tagEnd(rest) == len(rest) {
		return appendMark(dst, '#', rest)
	}
	rest, handle := strings.CutPrefix(text, "@")
	if handle && handleEnd(rest) == len(rest) && named(rest) != "" {
		if whole {
			rest = named(rest)
		}
		return appendMark(dst, '@', rest)
	}
	return dst
}

// Empty reports whether there is nothing to look for.
func (n Needle) Empty() bool { return n.folded == "" }

// In reports whether a section has the needle.
func (n Needle) In(section []byte) bool {
	return n.folded != "" && bytes.Contains(section, []byte(n.folded))
}

// Tokens returns the tokens that a section with the needle has; with prefix
// the last of them may be the beginning of a token. With exact a section that
// has them has the needle.
func (n Needle) Tokens() (tokens []string, prefix, exact bool) {
	list := strings.Split(strings.Trim(n.folded, " "), " ")
	prefix = !strings.HasSuffix(n.folded, " ")
	exact = true
	for i, word := range list {
		alone := isAlone([]byte(word))
		last := i == len(list)-1
		switch {
		case alone && i > 0 && isAlone([]byte(list[i-1])):
			tokens = append(tokens, list[i-1]+word)
		case alone && !last && isAlone([]byte(list[i+1])): // in the next pair
		default:
			tokens = append(tokens, cut(word))
		}
		if last && alone {
			prefix = false
		}
		whole := !last || !prefix
		if len(word) > MaxToken || whole && len(word) > maxWhole {
			exact = false
		}
	}
	return tokens, prefix, exact && len(tokens) == 1
}
