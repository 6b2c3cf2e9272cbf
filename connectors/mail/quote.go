package mail

import (
	"regexp"
	"strings"
)

// introduces matches the end of what mail programs put above a quoted mail, in
// the languages of this program's users: "On Tue, 3 Mar 2026, Léa wrote:", "Le
// mar. 3 mars 2026 à 10:12, Léa a écrit :", "Am 03.03.26 um 10:12 schrieb Léa:".
var introduces = regexp.MustCompile(`(?i)(\bwrote\b|\bwrites\b|\ba écrit\b|\bécrit\b|\bschrieb\b|\bescribió\b|\bha scritto\b|\bschreef\b|<[^<>\s]+@[^<>\s]+>)[^:]{0,200}:\s*$`)

// maxIntro is how many lines the words above a quote may be wrapped into.
const maxIntro = 4

// quotedTail finds what a text quotes at its end: where it begins, with the
// words that introduce it. ok is false when there is nothing at the end but
// what its author wrote, or nothing before it: then all of it is the text.
func quotedTail(s string) (begin int, ok bool) {
	lines := strings.SplitAfter(s, "\n")
	end := len(lines)
	for end > 0 && strings.TrimSpace(lines[end-1]) == "" {
		end--
	}
	first := end
	for first > 0 && (quotes(lines[first-1]) || blank(lines[first-1])) {
		first--
	}
	for first < end && blank(lines[first]) { // those above stay with the text
		first++
	}
	if first == end {
		return 0, false
	}
	first = introduction(lines, first)
	for above := first; above > 0 && (blank(lines[above-1]) || rule.MatchString(lines[above-1])); {
		if above--; rule.MatchString(lines[above]) {
			first = above
		}
	}
	length := 0
	for _, line := range lines[:first] {
		length += len(line)
	}
	if strings.TrimSpace(s[:length]) == "" {
		return 0, false
	}
	return length, true
}

func quotes(line string) bool { return strings.HasPrefix(strings.TrimLeft(line, " \u00a0"), ">") }
func blank(line string) bool  { return strings.TrimSpace(line) == "" }

// dated matches how such words begin: with a date after a word or alone.
var dated = regexp.MustCompile(`(?i)^\s*(?:(?:on|le|am|el|il|op|den|von|from)\b.*\d|\d{1,4}[-./]\d{1,2}[-./]\d{1,4})`)

// introduction is where the words that introduce a quote begin, else the quote.
// They may be wrapped; what somebody wrote before them is none of theirs.
func introduction(lines []string, first int) int {
	last := first
	for last > 0 && blank(lines[last-1]) {
		last--
	}
	joined, found := "", first
	for i := last - 1; i >= 0 && last-i <= maxIntro && !blank(lines[i]) && !quotes(lines[i]); i-- {
		line := strings.TrimSpace(lines[i])
		joined = strings.TrimSpace(line + " " + joined)
		if !introduces.MatchString(joined) {
			continue
		}
		if dated.MatchString(line) && !strings.ContainsAny(line[len(line)-1:], ".!?") {
			return i
		}
		if i == last-1 && strings.ContainsAny(line, "@0123456789") {
			found = i
		}
	}
	return found
}
