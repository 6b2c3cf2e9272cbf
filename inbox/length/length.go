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
		l.Count += reduce(&rest, s[:n], limit)
		s = s[n:]
	}
	l.Count += count(rest.String(), limit.Unit)
	return l
}

// reduce appends what of a word counts as it is written, and returns what is
// to be added for the rest.
func reduce(rest *strings.Builder, word string, limit inbox.TextLimit) (more int) {
	own := func(s string) {
		if limit.LocalMentions {
			addLocal(rest, s)
		} else {
			rest.WriteString(s)
		}
	}
	at := 0
	for limit.URLLength > 0 {
		from, to := linkIn(word, at, limit.Unit)
		if from < 0 {
			break
		}
		own(word[at:from])
		rest.WriteByte(' ') // keeps apart what the link kept apart
		more += limit.URLLength - 1
		at = to
	}
	own(word[at:])
	return more
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
