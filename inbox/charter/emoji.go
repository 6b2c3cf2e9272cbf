package charter

import (
	"strings"

	"github.com/rivo/uniseg"

	"vigie/inbox"
)

const (
	emojiStyle = '\uFE0F'
	textStyle  = '\uFE0E'
	keycap     = '\u20E3'
)

// emoji finds every emoji: of several in a row each.
func emoji(text string) []Finding {
	var found []Finding
	for at, rest, state := 0, text, -1; rest != ""; {
		if n := strings.IndexFunc(rest, func(r rune) bool { return r >= 0x203C || r == 0xA9 || r == 0xAE || keyed(r) }); n != 0 {
			if n < 0 {
				break
			}
			at, rest, state = at+n, rest[n:], -1
		}
		var cluster string
		cluster, rest, _, state = uniseg.FirstGraphemeClusterInString(rest, state)
		if isEmoji(cluster) {
			found = append(found, Finding{Code: inbox.CodeTone, Rule: RuleEmoji, Why: cluster, Start: at, End: at + len(cluster)})
		}
		at += len(cluster)
	}
	return found
}

// keyed reports whether r can be on a keycap.
func keyed(r rune) bool { return r == '#' || r == '*' || r >= '0' && r <= '9' }

// isEmoji reports whether a character is shown as a small picture: those that
// are one by themselves, and letters and signs with the style of one.
func isEmoji(cluster string) bool {
	if strings.ContainsRune(cluster, textStyle) {
		return false
	}
	styled := strings.ContainsRune(cluster, emojiStyle)
	for i, r := range cluster {
		switch {
		case i > 0 && r == keycap:
			return true
		case i > 0:
		case picture(r), styled && !keyed(r):
			return true
		}
	}
	return false
}

// picture reports whether a character is mostly shown as an emoji without being
// asked to be: Unicode's Emoji property from 2600 on, but for a few signs of print.
func picture(r rune) bool {
	switch {
	case r >= 0x1F000 && r <= 0x1FAFF, r >= 0x2600 && r <= 0x26FF:
		return true
	case r < 0x231A || r > 0x2B55:
		return false
	case r >= 0x2700 && r <= 0x27BF:
		return strings.ContainsRune("✂✅✈✉✊✋✌✍✏✒✔✖✝✡✨✳✴❄❇❌❎❓❔❕❗❣❤➕➖➗➡➰➿", r)
	}
	return strings.ContainsRune("⌚⌛⏩⏪⏫⏬⏰⏳◽◾⬛⬜⭐⭕", r)
}
