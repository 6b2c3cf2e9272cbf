// Package emoji tells the characters that people see as small pictures.
package emoji

import "strings"

const (
	styled = '\uFE0F'
	plain  = '\uFE0E'
	keycap = '\u20E3'
)

// Is reports whether a character, as people see it (a grapheme cluster), is an
// emoji: what is one by itself, and letters and signs with the style of one.
func Is(cluster string) bool {
	if strings.ContainsRune(cluster, plain) {
		return false
	}
	for i, r := range cluster {
		switch {
		case i > 0 && r == keycap:
			return true
		case i > 0:
		case picture(r), !keyed(r) && strings.ContainsRune(cluster, styled):
			return true
		}
	}
	return false
}

// MayBegin reports whether an emoji can begin with r: a quick no for most text.
func MayBegin(r rune) bool { return r >= 0x203C || r == 0xA9 || r == 0xAE || keyed(r) }

// keyed reports whether r can be on a keycap.
func keyed(r rune) bool { return r == '#' || r == '*' || r >= '0' && r <= '9' }

// picture reports whether a character is mostly shown as an emoji without being
// asked to be: Unicode's Emoji property from 231A on, but for a few signs of print.
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
