// Package length counts a text in its network's own unit: what a composer
// shows while somebody writes, and what the engine checks before it queues.
package length

import (
	"strings"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/rivo/uniseg"

	"vigie/inbox"
)

// Length is how long a text is, as its network counts.
type Length struct {
	Count int // in the limit's unit
	Bytes int
	Limit inbox.TextLimit
}

// Left is how much may still be written; meaningless without a limit.
func (l Length) Left() int { return l.Limit.Max - l.Count }

// Over reports whether the text is longer than its network takes.
func (l Length) Over() bool {
	return (l.Limit.Max > 0 && l.Count > l.Limit.Max) || (l.Limit.MaxBytes > 0 && l.Bytes > l.Limit.MaxBytes)
}

// Measure counts a text as its network does: links at their fixed length and
// mentions without their host where the limit says so.
func Measure(s string, limit inbox.TextLimit) Length {
	l := Length{Bytes: len(s), Limit: limit}
	if limit.URLLength == 0 && !limit.LocalMentions {
		l.Count = count(s, limit.Unit)
		return l
	}
	var rest strings.Builder
	for len(s) > 0 {
		n := wordEnd(s)
		word := s[:n]
		switch {
		case limit.URLLength > 0 && linkStart(word, limit.Unit) >= 0:
			i := linkStart(word, limit.Unit)
			end := max(urlEnd(word), i)
			l.Count += limit.URLLength
			rest.WriteString(word[:i] + " " + word[end:])
			l.Count-- // the space, which keeps apart what the link kept apart
		case limit.LocalMentions && word[0] == '@':
			rest.WriteString(localMention(word))
		default:
			rest.WriteString(word)
		}
		s = s[n:]
	}
	l.Count += count(rest.String(), limit.Unit)
	return l
}

func count(s string, unit inbox.Unit) int {
	switch unit {
	case inbox.Bytes:
		return len(s)
	case inbox.UTF16:
		return len(utf16.Encode([]rune(s)))
	case inbox.Weighted:
		return weigh(s)
	case inbox.Graphemes:
		return uniseg.GraphemeClusterCount(s)
	}
	return utf8.RuneCountInString(s)
}

// wordEnd is the end of the first run of space or of anything else; at least 1.
func wordEnd(s string) int {
	first, size := utf8.DecodeRuneInString(s)
	space := unicode.IsSpace(first)
	for i, r := range s[size:] {
		if unicode.IsSpace(r) != space {
			return size + i
		}
	}
	return len(s)
}

// urlStart is where a link begins in a word, -1 for none.
func urlStart(word string) int {
	for _, scheme := range []string{"https://", "http://"} {
		if i := strings.Index(word, scheme); i >= 0 && len(word) > i+len(scheme) {
			return i
		}
	}
	return -1
}

// urlEnd leaves punctuation behind a link to the text.
func urlEnd(word string) int { return len(strings.TrimRight(word, ".,;:!?)»\"'")) }

// localMention is what counts of "@user@host".
func localMention(word string) string {
	user, host, ok := strings.Cut(word[1:], "@")
	if !ok || user == "" || host == "" {
		return word
	}
	end := strings.IndexFunc(host, func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r) && r != '.' && r != '-'
	})
	if end < 0 {
		end = len(strings.TrimRight(host, "."))
	}
	return "@" + user + host[end:]
}
