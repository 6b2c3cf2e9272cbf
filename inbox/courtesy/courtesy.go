// Package courtesy recognises messages that say no more than thanks, in French
// and in English: an answer to them is welcome and never urgent.
package courtesy

import (
	"strings"
	"unicode"
)

// longest is how many words such a message may have.
const longest = 18

// Thanks reports whether a text says thanks and nothing that wants an answer:
// a few words or signs, one of them of thanks, all of them polite; no question,
// no number, no link, no frown. A name may follow the thanks. In doubt it does
// not: a message that wants an answer is never taken for one that does not.
func Thanks(s string) bool {
	if strings.ContainsAny(s, "?？") || frowns(s) {
		return false
	}
	t := text{}
	for _, line := range unsigned(strings.Split(s, "\n")) {
		t.apart = true
		for _, field := range strings.Fields(line) {
			if strings.HasPrefix(field, "@") {
				continue // whom it is addressed to
			}
			if strings.HasPrefix(field, "<3") || field == "1000" || faces[strings.ToLower(field)] {
				continue
			}
			if !t.signs(field) {
				return false
			}
		}
	}
	return t.polite()
}

// unsigned takes the last line away when it is the name behind the closing of a
// letter: up to three words, all written as names.
func unsigned(lines []string) []string {
	blank := func(line string) bool { return strings.TrimSpace(line) == "" }
	last := len(lines) - 1
	for last > 0 && blank(lines[last]) {
		last--
	}
	before := last - 1
	for before > 0 && blank(lines[before]) {
		before--
	}
	if before < 0 {
		return lines
	}
	closing := strings.FieldsFunc(lines[before], func(r rune) bool { return !unicode.IsLetter(r) })
	name := strings.Fields(lines[last])
	if len(closing) == 0 || !closings[plain(closing[len(closing)-1])] || len(name) > 3 {
		return lines
	}
	for _, w := range name {
		if r := []rune(w); !unicode.IsUpper(r[0]) || strings.ContainsFunc(w, func(r rune) bool { return !unicode.IsLetter(r) && r != '-' }) {
			return lines
		}
	}
	return lines[:last]
}

// frowns reports whether the text has a face that is not content.
func frowns(s string) bool {
	for _, face := range []string{":(", ":-(", ":'(", ":/ ", ":-/", ">:"} {
		if strings.Contains(s, face) {
			return true
		}
	}
	return strings.HasSuffix(s, ":/")
}

// text is what was read of a message.
type text struct {
	words  []string // folded
	capped []bool   // of each word: it is written as a name
	hearts bool     // a sign that thanks by itself
	apart  bool     // since the last word: more than space and commas
}

// signs reads what stands between two spaces: words, and signs that are all
// either punctuation or glad. It reports whether nothing else is there.
func (t *text) signs(field string) bool {
	begin := -1
	for i, r := range field {
		if unicode.IsLetter(r) {
			if begin < 0 {
				begin = i
			}
			continue
		}
		if begin >= 0 {
			t.word(field[begin:i])
			begin = -1
		}
		t.apart = t.apart || r != ',' && !modifies(r)
		switch {
		case thankful[r]:
			t.hearts = true
		case glad[r], modifies(r):
		case strings.ContainsRune(".,;:!…'’\"«»()-–—~*^<>", r):
		default:
			return false
		}
	}
	if begin >= 0 {
		t.word(field[begin:])
	}
	return true
}

// modifies reports whether a rune only changes how the sign before it looks.
func modifies(r rune) bool {
	return r == 0x200d || r == 0xfe0f || r == 0xfe0e || r >= 0x1f3fb && r <= 0x1f3ff || r == '♀' || r == '♂'
}

func (t *text) word(w string) {
	runes := []rune(w)
	name := len(runes) > 1 && unicode.IsUpper(runes[0]) && unicode.IsLower(runes[1]) && !t.apart // "Merci. Rappelez !" names nobody
	t.apart = false
	t.words = append(t.words, plain(w))
	t.capped = append(t.capped, name)
}

// plain lowers, takes the accents off and shortens what was drawn out:
// "Merciiii" is "merci".
func plain(w string) string {
	w = accents.Replace(strings.ToLower(w))
	var out []rune
	run := 0
	for i, r := range w {
		if run++; i == 0 || r != out[len(out)-1] {
			run = 1
		}
		out = append(out, r)
		if run == 3 { // and all that follow: one is enough
			out = out[:len(out)-2]
			run = 1
		}
	}
	return string(out)
}

var accents = strings.NewReplacer("é", "e", "è", "e", "ê", "e", "ë", "e", "à", "a", "â", "a", "ô", "o", "î", "i", "ï", "i", "ù", "u", "û", "u", "ç", "c", "œ", "oe")

// polite judges the words: all known but for one name, and one of thanks
// among them or a sign that thanks.
func (t *text) polite() bool {
	if len(t.words) > longest {
		return false
	}
	thanks, named := t.hearts, false
	for i, w := range t.words {
		switch {
		case thank[w]:
			thanks = true
			if t.asks(i + 1) {
				return false
			}
		case polite[w], gifts[w] && thanks:
		case !named && i > 0 && t.capped[i] && (thank[t.words[i-1]] || polite[t.words[i-1]]):
			named = true
		default:
			return false
		}
	}
	return thanks
}

// asks reports whether what follows thanks asks for something: "merci de …",
// which is thanks only for what was done.
func (t *text) asks(i int) bool {
	if i < len(t.words) && (t.words[i] == "bien" || t.words[i] == "beaucoup" || t.words[i] == "encore") {
		i++
	}
	if i >= len(t.words) || t.words[i] != "de" && t.words[i] != "d" {
		return false
	}
	if i+1 == len(t.words) {
		return true
	}
	next := t.words[i+1]
	return next != "avoir" && next != "tout" && next != "m" && next != "nous"
}
