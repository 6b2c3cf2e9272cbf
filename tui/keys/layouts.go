package keys

import (
	"strings"
	"unicode"

	tea "charm.land/bubbletea/v2"
)

// Names returns the spellings under which a key press is looked up, best
// first: as typed, then as the same key of a US keyboard when the terminal
// says which it was, then by the tables of layouts without Latin letters, and
// at last the digit row of AZERTY without shift. Text fields never use it:
// what is typed there is text.
func Names(k tea.Key) []string {
	typed := k.String()
	names := []string{typed}
	add := func(s string) {
		if s != "" && s != typed {
			names = append(names, s)
		}
	}
	if k.BaseCode != 0 && k.BaseCode < unicode.MaxASCII {
		base := string(k.BaseCode)
		if k.Mod.Contains(tea.ModShift) {
			base = strings.ToUpper(base)
		}
		add(prefix(k.Mod) + base)
	}
	r := []rune(k.Text)
	if len(r) == 0 && k.Mod != 0 {
		r = []rune{k.Code}
	}
	if len(r) == 1 {
		if us, ok := byLayout[unicode.ToLower(r[0])]; ok {
			if unicode.IsUpper(r[0]) {
				us = unicode.ToUpper(us)
			}
			add(prefix(k.Mod) + string(us))
		}
		if d, ok := azerty[r[0]]; ok && k.Mod == 0 {
			add(string(d))
		}
	}
	return names
}

// prefix spells the modifiers that change a key's meaning.
func prefix(m tea.KeyMod) string {
	s := ""
	if m.Contains(tea.ModCtrl) {
		s += "ctrl+"
	}
	if m.Contains(tea.ModAlt) {
		s += "alt+"
	}
	return s
}

// azerty is the digit row without shift.
var azerty = map[rune]rune{
	'&': '1', 'é': '2', '"': '3', '\'': '4', '(': '5', '-': '6', 'è': '7', '_': '8', 'ç': '9', 'à': '0',
}

// byLayout gives the key at the same place of a US keyboard: ЙЦУКЕН, with the
// Ukrainian and Belarusian letters, and Greek.
var byLayout = map[rune]rune{
	'й': 'q', 'ц': 'w', 'у': 'e', 'к': 'r', 'е': 't', 'н': 'y', 'г': 'u', 'ш': 'i', 'щ': 'o', 'з': 'p',
	'ф': 'a', 'ы': 's', 'і': 's', 'в': 'd', 'а': 'f', 'п': 'g', 'р': 'h', 'о': 'j', 'л': 'k', 'д': 'l',
	'я': 'z', 'ч': 'x', 'с': 'c', 'м': 'v', 'и': 'b', 'т': 'n', 'ь': 'm', 'ў': 'o',
	'ς': 'w', 'ε': 'e', 'ρ': 'r', 'τ': 't', 'υ': 'y', 'θ': 'u', 'ι': 'i', 'ο': 'o', 'π': 'p',
	'α': 'a', 'σ': 's', 'δ': 'd', 'φ': 'f', 'γ': 'g', 'η': 'h', 'ξ': 'j', 'κ': 'k', 'λ': 'l',
	'ζ': 'z', 'χ': 'x', 'ψ': 'c', 'ω': 'v', 'β': 'b', 'ν': 'n', 'μ': 'm',
}
