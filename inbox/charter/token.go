package charter

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/rivo/uniseg"

	"vigie/inbox/words"
)

// token is a word of a text, folded, and where it stands.
type token struct {
	word       string
	start, end int
}

// tokens cuts a text as package words does, and keeps where each word stands.
// Characters that say nothing and are not seen belong to the word around them;
// letters among Latin ones that look like those are taken for them.
func tokens(text string) []token {
	var list []token
	var word []byte
	start, end := 0, 0
	flush := func() {
		if len(word) > 0 {
			list = append(list, token{latinized(word), start, end})
			word = word[:0]
		}
	}
	var folded []byte
	for at, rest := 0, text; rest != ""; {
		n := clusterLen(rest)
		cluster := rest[:n]
		folded = words.Fold(folded[:0], cluster)
		said := strings.TrimSpace(string(folded))
		first, _ := utf8.DecodeRuneInString(cluster)
		switch {
		case said == "" && !unseen(cluster):
			flush()
		case said == "":
		case strings.Contains(said, " "), words.Alone(first):
			flush()
			for _, w := range strings.Fields(said) {
				list = append(list, token{w, at, at + n})
			}
		default:
			if len(word) == 0 {
				start = at
			}
			word, end = append(word, said...), at+n
		}
		at, rest = at+n, rest[n:]
	}
	flush()
	return list
}

// clusterLen is how long the first character is that people see.
func clusterLen(s string) int {
	if s[0] < utf8.RuneSelf && s[0] != '\r' && (len(s) == 1 || s[1] < utf8.RuneSelf) {
		return 1
	}
	cluster, _, _, _ := uniseg.FirstGraphemeClusterInString(s, -1)
	return len(cluster)
}

// unseen reports whether there is nothing to see: joiners, soft hyphens, marks
// on nothing.
func unseen(cluster string) bool {
	for _, r := range cluster {
		if !unicode.In(r, unicode.Cf, unicode.Mn, unicode.Me, unicode.Other_Default_Ignorable_Code_Point, unicode.Variation_Selector) {
			return false
		}
	}
	return true
}
