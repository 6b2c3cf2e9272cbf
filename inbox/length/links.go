package length

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"vigie/inbox"
)

// holdsLink reports whether a word has a link with a scheme, whatever stands
// before it.
func holdsLink(word string) bool { return strings.Contains(word, "://") }

// urlFrom is where the first link with a scheme begins in a word behind a
// place, -1 for nowhere. Behind a letter or digit of ASCII, and behind the sign
// of a name or tag, no link begins.
func urlFrom(word string, at int) int {
	for i := at; ; {
		n := strings.Index(word[i:], "://")
		if n < 0 {
			return -1
		}
		i += n
		for _, scheme := range []string{"https", "http"} {
			from := i - len(scheme)
			if from >= at && strings.EqualFold(word[from:i], scheme) && !bound(word[:from]) && hostAt(word[i+3:]) {
				return from
			}
		}
		i += 3
	}
}

// bound reports whether what follows a text belongs to its last character.
func bound(before string) bool {
	r, _ := utf8.DecodeLastRuneInString(before)
	return r < utf8.RuneSelf && (isHost(r) || r == '_') || strings.ContainsRune("@＠$#＃", r)
}

func hostAt(s string) bool {
	r, _ := utf8.DecodeRuneInString(s)
	return isHost(r)
}

func isHost(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }

// linkIn is where the first link of a word begins and ends behind a place; from
// is -1 for none. In the weighted unit, what looks like a host is a link too.
func linkIn(word string, at int, unit inbox.Unit) (from, to int) {
	from = urlFrom(word, at)
	host := from
	if from >= 0 {
		host += strings.Index(word[from:], "://") + len("://")
	}
	if unit == inbox.Weighted {
		if i := bareHost(word, at); i >= 0 && (from < 0 || i < from) {
			from, host = i, i
		}
	}
	if from < 0 {
		return -1, -1
	}
	return from, linkEnd(word, host, unit)
}

// linkEnd is the end of a link of which the host begins at a place: its host,
// and what may follow that, without the punctuation of the sentence. The
// weighted unit knows no paths in scripts without case.
func linkEnd(word string, host int, unit inbox.Unit) int {
	end := host + hostLen(word[host:])
	if strings.IndexAny(word[end:], "/?#") == 0 {
		n := strings.IndexFunc(word[end:], func(r rune) bool {
			return strings.ContainsRune("<>\"«»“”", r) || unit == inbox.Weighted && r > unicode.MaxLatin1 && !unicode.In(r, unicode.Latin, unicode.Cyrillic, unicode.M)
		})
		if n < 0 {
			n = len(word) - end
		}
		end += n
	}
	return host + len(unpunctuated(word[host:end]))
}

// hostLen is how long the host is that a text begins with, its port included.
func hostLen(s string) int {
	n := strings.IndexFunc(s, func(r rune) bool { return !isHost(r) && !unicode.IsMark(r) && !strings.ContainsRune("-._:", r) })
	if n < 0 {
		return len(s)
	}
	return n
}

// unpunctuated is a link without the punctuation behind it; a bracket that it
// opened belongs to it.
func unpunctuated(link string) string {
	for {
		short := strings.TrimRight(link, ".,;:!?'…")
		if strings.HasSuffix(short, ")") && strings.Count(short, "(") < strings.Count(short, ")") {
			short = strings.TrimSuffix(short, ")")
		}
		if short == link {
			return link
		}
		link = short
	}
}

// bareHost is where what looks like a host begins in a word behind a place, -1
// for nowhere: names between dots, the last of them small letters. That of a
// mail address is none.
func bareHost(word string, at int) int {
	for {
		n := strings.IndexFunc(word[at:], isHost)
		if n < 0 {
			return -1
		}
		at += n
		end := at + strings.IndexFunc(word[at:]+"/", func(r rune) bool { return !isHost(r) && r != '-' && r != '.' })
		if !bound(word[:at]) && !strings.HasPrefix(word[end:], "@") && looksLikeHost(word[at:end]) {
			return at
		}
		at = end
	}
}

func looksLikeHost(s string) bool {
	labels := strings.Split(strings.TrimRight(s, "."), ".")
	last := labels[len(labels)-1]
	known := len(last) >= 2 && !strings.ContainsFunc(last, func(r rune) bool { return r < 'a' || r > 'z' })
	return len(labels) > 1 && known && !slices.Contains(labels, "")
}

// addLocal appends a text with the mentions in it cut to what counts of them:
// of "@user@host" the "@user".
func addLocal(b *strings.Builder, s string) {
	for from := 0; ; {
		at := strings.IndexByte(s[from:], '@')
		if at < 0 {
			b.WriteString(s[from:])
			return
		}
		at += from
		before, _ := utf8.DecodeLastRuneInString(s[:at])
		b.WriteString(s[from:at])
		from = at + mentionLen(s[at:])
		if before == '=' || before == '/' || isHost(before) || before == '_' || from == at {
			from = max(from, at+1)
			b.WriteString(s[at:from])
			continue
		}
		user, _, _ := strings.Cut(s[at+1:from], "@")
		b.WriteString("@" + user)
	}
}

// mentionLen is how long the "@user@host" is that a text begins with; 0: it
// does not.
func mentionLen(s string) int {
	n := 1 + nameLen(s[1:], isUser)
	if n == 1 || n == len(s) || s[n] != '@' {
		return 0
	}
	host := nameLen(s[n+1:], isHost)
	if host == 0 {
		return 0
	}
	return n + 1 + host
}

// nameLen is how long the name is that a text begins with: dots and hyphens
// only within it.
func nameLen(s string, in func(rune) bool) int {
	end := strings.IndexFunc(s, func(r rune) bool { return !in(r) && r != '.' && r != '-' })
	if end < 0 {
		end = len(s)
	}
	return len(strings.TrimRight(s[:end], ".-"))
}

func isUser(r rune) bool { return r < utf8.RuneSelf && (isHost(r) || r == '_') }
