package charter

import (
	"strings"

	"github.com/rivo/uniseg"

	"vigie/inbox"
	"vigie/inbox/emoji"
)

// emojis finds every emoji: of several in a row each.
func emojis(text string) []Finding {
	var found []Finding
	for at, rest, state := 0, text, -1; rest != ""; {
		if n := strings.IndexFunc(rest, emoji.MayBegin); n != 0 {
			if n < 0 {
				break
			}
			at, rest, state = at+n, rest[n:], -1
		}
		var cluster string
		cluster, rest, _, state = uniseg.FirstGraphemeClusterInString(rest, state)
		if emoji.Is(cluster) {
			found = append(found, Finding{Code: inbox.CodeTone, Rule: RuleEmoji, Why: cluster, Start: at, End: at + len(cluster)})
		}
		at += len(cluster)
	}
	return found
}
