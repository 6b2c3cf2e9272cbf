package words

import (
	"bytes"
	"strings"
	"unicode/utf8"

	"vigie/inbox"
)

// MaxToken is how long a token is at most, in bytes. A longer word is cut on a
// character.
const MaxToken = 64

// maxWhole is how long a token may be to be whole for certain, in bytes.
const maxWhole = MaxToken - utf8.UTFMax

// Message returns the sections of a message: its author (name, handle and the
// handle's marks) and its body (text, descriptions of media, a warning, the
// answers of a poll, and marks).
func Message(m *inbox.Message) (author, body []byte) {
	all, begin := AppendMessage(nil, m)
	return all[:begin:begin], all[begin:]
}

// AppendMessage appends both sections to dst[:0] and returns where the body
// begins; the author stands before it, and no phrase reaches from one into
// the other.
func AppendMessage(dst []byte, m *inbox.Message) (sections []byte, body int) {
	dst = AppendAuthor(dst[:0], &m.Author)
	body = len(dst)
	dst = Fold(dst, m.Text.String())
	for i := range m.Media {
		dst = Fold(dst, m.Media[i].Alt.String())
	}
	dst = foldAside(dst, m)
	dst = appendMarks(dst, m.Text.String())
	for i := range m.Media {
		dst = appendMarks(dst, m.Media[i].Alt.String())
	}
	return dst, body
}

// foldAside appends the words beside the text: of a warning and of a poll.
func foldAside(dst []byte, m *inbox.Message) []byte {
	if !m.Warning.Empty() {
		dst = Fold(dst, m.Warning.String())
	}
	if m.Poll != nil {
		for i := range m.Poll.Options {
			dst = Fold(dst, m.Poll.Options[i].Text.String())
		}
	}
	return dst
}

// AppendAuthor appends the section of an author.
func AppendAuthor(dst []byte, a *inbox.Author) []byte {
	dst = Fold(dst, a.Name.String())
	dst = Fold(dst, a.Handle.String())
	handle := strings.TrimLeft(a.Handle.String(), "@")
	handle = strings.TrimRight(handle[:handleEnd(handle)], ".-@")
	if handle != "" {
		dst = appendHandle(dst, handle)
	}
	return dst
}

// Asks reports whether a message asks something: somebody else's has a
// question mark.
func Asks(m *inbox.Message) bool {
	s := m.Text.String()
	return !m.Outgoing && (strings.Contains(s, "?") || strings.Contains(s, "？") || strings.Contains(s, "؟"))
}

// Tokens yields what an index keeps of a section: its words and marks, cut to
// MaxToken, and the pairs of neighbours of which each is a character that is
// a word of its own. A token may come more than once, and is good until yield
// returns.
func Tokens(section []byte, yield func(token []byte)) {
	var pair []byte
	before := 0 // bytes of the character just before that is alone; 0: none
	for i := 0; i < len(section); {
		n := bytes.IndexByte(section[i:], ' ')
		if n < 0 {
			n = len(section) - i
		}
		word := section[i : i+n]
		if !isAlone(word) {
			before = 0
		} else {
			if before > 0 {
				pair = append(append(pair[:0], section[i-1-before:i-1]...), word...)
				yield(pair)
			}
			before = n
		}
		if n > 0 {
			yield(cut(word))
		}
		i += n + 1
	}
}

// isAlone reports whether a word is one character that is a word of its own.
func isAlone(word []byte) bool {
	if len(word) < 2 || word[0] < utf8.RuneSelf || len(word) > utf8.UTFMax {
		return false
	}
	r, size := utf8.DecodeRune(word)
	return size == len(word) && Alone(r)
}

// cut returns the word as a token.
func cut[T string | []byte](word T) T {
	if len(word) <= MaxToken {
		return word
	}
	n := MaxToken
	for !utf8.RuneStart(word[n]) {
		n--
	}
	return word[:n]
}
