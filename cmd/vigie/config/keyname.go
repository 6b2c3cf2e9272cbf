package config

import (
	"strings"
	"unicode"

	tea "charm.land/bubbletea/v2"
)

// modifiers in the one order in which a key's name has them.
var modifiers = []string{"ctrl+", "alt+", "shift+", "meta+", "hyper+", "super+"}

// keyName reports whether a key press can have that name, or several of them
// one after the other, with one space between.
func keyName(name string) bool {
	words := strings.Fields(name)
	if len(words) == 0 || strings.Join(words, " ") != name {
		return false
	}
	for _, rest := range words {
		for _, m := range modifiers {
			if after, ok := strings.CutPrefix(rest, m); ok && after != "" {
				rest = after
			}
		}
		if r := []rune(rest); len(r) == 1 && unicode.IsGraphic(r[0]) {
			continue
		}
		if !namedKey(rest) {
			return false
		}
	}
	return true
}

// namedKey reports whether a key without a letter of its own is called so.
func namedKey(name string) bool {
	for _, code := range []rune{tea.KeyEnter, tea.KeyTab, tea.KeyBackspace, tea.KeyEscape, tea.KeySpace} {
		if (tea.Key{Code: code}).Keystroke() == name {
			return true
		}
	}
	for code := rune(tea.KeyExtended) + 1; code <= tea.KeyF63; code++ {
		if (tea.Key{Code: code}).Keystroke() == name {
			return true
		}
	}
	return false
}
