package charter

import (
	"slices"
	"strings"
)

// The shortest words that have other forms, in letters: "mai" and "mais", "port"
// and "porte" are words of their own.
const (
	shortestPlural   = 4
	shortestFeminine = 5
)

// forms are a folded word, first, and its plain plurals and feminines: with -s,
// -e, -es and -x in French, and where nobody can tell the language, with -s and
// -es in others. A form with a doubled or another letter before is none.
func forms(word, lang string) []string {
	list := []string{word}
	if len(word) < shortestPlural || strings.IndexFunc(word, notLatin) >= 0 {
		return list
	}
	last := word[len(word)-1:]
	hisses := strings.Contains("sxz", last)
	if !hisses {
		list = append(list, word+"s")
	}
	if lang != "fr" && (hisses || last == "o" || strings.HasSuffix(word, "ch") || strings.HasSuffix(word, "sh")) {
		list = append(list, word+"es")
	}
	if lang != "fr" && lang != "" {
		return list
	}
	if last == "u" {
		list = append(list, word+"x")
	}
	if len(word) >= shortestFeminine && last != "e" {
		list = append(list, word+"e", word+"es")
	}
	slices.Sort(list[1:])
	return slices.Compact(list)
}

func notLatin(r rune) bool { return r < 'a' || r > 'z' }
