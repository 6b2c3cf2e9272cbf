package mail

import (
	"regexp"
	"strings"
)

// What Outlook and others put above a mail that they quote without marking its
// lines, in the languages of this program's users.
var (
	rule   = regexp.MustCompile(`^\s*(?:_{10,}|-{2,}\s*(?i:original message|message d'origine|message original|ursprüngliche nachricht|mensaje original|messaggio originale|oorspronkelijk bericht)\s*-{2,})\s*$`)
	header = regexp.MustCompile(`(?i)^\s*\*?(?:from|sent|date|to|cc|subject|de|envoyé|à|a|objet|von|gesendet|an|datum|betreff|enviado|para|asunto|da|inviato|oggetto)\*?\s?:\*?\s*\S`)
)

const (
	leastHeader = 3 // lines that make a head of a quoted mail
	maxBelow    = 5 // places at which a quote may begin that are looked at
)

// below is what may be a quoted mail without marks: it reaches to the end.
type below struct {
	begin int    // of the words that introduce it
	quote string // what is said to be quoted
}

// belows lists where a text may go over into a mail that it quotes without
// marking the lines, first place first. Whether it does only that mail can tell.
func belows(s string) (out []below) {
	lines := strings.SplitAfter(s, "\n")
	starts := make([]int, len(lines)+1)
	for i, line := range lines {
		starts[i+1] = starts[i] + len(line)
	}
	add := func(begin, quote int) {
		if strings.TrimSpace(s[:starts[begin]]) != "" && strings.TrimSpace(s[starts[quote]:]) != "" {
			out = append(out, below{starts[begin], s[starts[quote]:]})
		}
	}
	for i := 0; i < len(lines) && len(out) < maxBelow; i++ {
		end := i
		for end < len(lines) && header.MatchString(lines[end]) {
			end++
		}
		switch {
		case end-i >= leastHeader:
			begin := i
			for begin > 0 && (blank(lines[begin-1]) || rule.MatchString(lines[begin-1])) {
				begin--
			}
			add(begin, end)
			i = end - 1
		case rule.MatchString(lines[i]) && i+1 < len(lines) && !header.MatchString(lines[i+1]):
			add(i, i+1)
		case introduces.MatchString(strings.TrimSpace(lines[i])):
			add(introduction(lines, i+1), i+1)
		}
	}
	return out
}
