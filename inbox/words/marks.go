package words

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// appendMarks appends the hashtags, handles and hosts of links in s, each
// between spaces; nothing when there are none.
func appendMarks(dst []byte, s string) []byte {
	for i := 0; i < len(s); {
		n := 0
		switch c := s[i]; {
		case c == '#':
			dst, n = hashtag(dst, s, i, 1)
		case c == '@':
			dst, n = mention(dst, s, i)
		case c == ':':
			dst, n = link(dst, s, i)
		case c == '.':
			dst, n = bareLink(dst, s, i)
		case c == wideHash[0] && strings.HasPrefix(s[i:], wideHash):
			dst, n = hashtag(dst, s, i, len(wideHash))
		}
		i += max(n, 1)
	}
	return dst
}

// wideHash is the number sign of Japanese keyboards.
const wideHash = "＃"

// opens reports whether a mark may begin at s[i]: not within a word, nor in
// what looks like an address.
func opens(s string, i int) bool {
	r, _ := utf8.DecodeLastRuneInString(s[:i])
	return i == 0 || r != '_' && r != '/' && r != '&' && (!inWord(r) || Alone(r))
}

// hashtag appends the tag whose sign, size bytes long, stands at s[i], and
// returns how far it goes.
func hashtag(dst []byte, s string, i, size int) ([]byte, int) {
	n := tagEnd(s[i+size:])
	if n == 0 || !opens(s, i) {
		return dst, size
	}
	return appendMark(dst, '#', s[i+size:i+size+n]), size + n
}

func tagEnd(s string) int {
	return end(s, func(r rune) bool { return r == '_' || inWord(r) || silent(r) })
}

// mention appends the handle whose sign stands at s[i]; one with a host also
// without it.
func mention(dst []byte, s string, i int) ([]byte, int) {
	n := handleEnd(s[i+1:])
	handle := named(s[i+1 : i+1+n])
	if handle == "" || !opens(s, i) {
		return dst, 1
	}
	return appendHandle(dst, handle), 1 + n
}

// appendHandle appends the name without the signs it ends with, as a query
// for it is read.
func appendHandle(dst []byte, handle string) []byte {
	name, host, _ := strings.Cut(handle, "@")
	dst = appendMark(dst, '@', named(name))
	if host != "" {
		dst = appendMark(dst, '@', handle)
	}
	return dst
}

// named is a handle without the signs it ends with, nor marks that stand on
// those: folding takes the marks away.
func named(handle string) string {
	for {
		handle = strings.TrimRight(handle, ".-@")
		bare := strings.TrimRightFunc(handle, unicode.IsMark)
		if bare == handle || bare != "" && !strings.ContainsAny(bare[len(bare)-1:], ".-@") {
			return handle
		}
		handle = bare
	}
}

// handleEnd returns how far s is a handle, with a host perhaps.
func handleEnd(s string) int {
	hosts := 0
	return end(s, func(r rune) bool {
		if r == '@' {
			hosts++
		}
		return r == '@' && hosts == 1 || r == '.' || r == '-' || r == '_' || inWord(r)
	})
}

func end(s string, is func(rune) bool) int {
	if n := strings.IndexFunc(s, func(r rune) bool { return !is(r) }); n >= 0 {
		return n
	}
	return len(s)
}

// appendMark appends sign and s, folded but not cut, as a word; nothing when
// there is nothing in s.
func appendMark(dst []byte, sign byte, s string) []byte {
	begin := len(dst)
	dst = append(dst, ' ', sign)
	for i := 0; i < len(s); {
		switch c := s[i]; {
		case c >= 'A' && c <= 'Z':
			dst = append(dst, c|0x20)
		case c < utf8.RuneSelf:
			dst = append(dst, c)
		default:
			n := foreign(s[i:])
			dst = appendForeign(dst, s[i:i+n], false)
			i += n
			continue
		}
		i++
	}
	if len(dst) == begin+2 {
		return dst[:begin]
	}
	return append(dst, ' ')
}

// link appends the host of the link whose colon stands at s[i].
func link(dst []byte, s string, i int) ([]byte, int) {
	if !strings.HasPrefix(s[i+1:], "//") {
		return dst, 1
	}
	letters := i - min(i, len("https"))
	for ; letters < i; letters++ {
		scheme := s[letters:i]
		if (strings.EqualFold(scheme, "https") || strings.EqualFold(scheme, "http")) && opens(s, letters) {
			return appendHost(dst, s[i+3:]), 3 + linkEnd(s[i+3:])
		}
	}
	return dst, 1
}

// bareLink appends the host of a link that begins with "www", whose first dot
// stands at s[i].
func bareLink(dst []byte, s string, i int) ([]byte, int) {
	at := i - len("www")
	if at < 0 || !strings.EqualFold(s[at:i], "www") || !opens(s, at) {
		return dst, 1
	}
	host := s[at:]
	if next, _ := utf8.DecodeRuneInString(s[i+1:]); !inWord(next) {
		return dst, 1
	}
	return appendHost(dst, host), linkEnd(s[i:])
}

// linkEnd returns how far a link goes: what is not ASCII may be the sentence
// around it.
func linkEnd(s string) int {
	return end(s, func(r rune) bool { return r > ' ' && r < 0x7F && !strings.ContainsRune(`<>"`, r) })
}

// maxAuthority is how much of a link is looked at for its host, in bytes.
const maxAuthority = 512

// appendHost appends the mark of the host that s begins with, which a user
// name may stand before and a port behind.
func appendHost(dst []byte, s string) []byte {
	s = s[:min(len(s), maxAuthority)]
	authority := s[:end(s, func(r rune) bool {
		return strings.ContainsRune(".-_@:%", r) || inWord(r)
	})]
	if len(authority) == maxAuthority {
		return dst
	}
	host, ok := ParseHost(authority)
	if !ok {
		return dst
	}
	dst = append(dst, ' ')
	dst = append(dst, host.mark...)
	return append(dst, ' ')
}
