package length

import (
	"unicode/utf8"

	"github.com/rivo/uniseg"
	"golang.org/x/text/unicode/norm"

	"vigie/inbox/emoji"
)

// weigh counts as version 3 of the twitter-text configuration does: composed,
// an emoji 2 whatever it is made of, a character 1 in the ranges of light,
// else 2.
func weigh(s string) int {
	n := 0
	for state := -1; s != ""; {
		if s[0] < utf8.RuneSelf && (len(s) == 1 || s[1] < utf8.RuneSelf) {
			n++
			s, state = s[1:], -1
			continue
		}
		var cluster string
		cluster, s, _, state = uniseg.FirstGraphemeClusterInString(s, state)
		if emoji.Is(cluster) {
			n += 2
			continue
		}
		for _, r := range norm.NFC.String(cluster) {
			n += weightOf(r)
		}
	}
	return n
}

// weightOf is what a character counts: 1 in the ranges of the configuration.
func weightOf(r rune) int {
	switch {
	case r <= 4351, r >= 8192 && r <= 8205, r >= 8208 && r <= 8223, r >= 8242 && r <= 8247:
		return 1
	}
	return 2
}
