// Package tongue tells the language of a short text: a comment, a question. It
// knows French, English, Spanish, German, Italian, Portuguese and Dutch, and
// says nothing rather than something wrong: "super", a name, or a language
// that it does not know have none.
//
// It goes by the words that short messages are made of, by endings and by
// letters. No model, no files; its tables are made once.
package tongue

import (
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"
)

// How much a piece of evidence weighs: a word of one language alone, of two,
// of more; an ending; a letter.
const (
	alone   = 1.0
	shared  = 0.4
	many    = 0.15
	ending  = 0.6
	letter  = 0.5
	letters = 1.5 // all of them at most
)

// When the evidence is enough.
const (
	least   = 0.95 // of one language
	lead    = 0.4  // before the next one
	ratio   = 1.35 // times the next one
	longest = 400  // bytes that are looked at
	few     = 4    // from so many words on
	part    = 0.3  // this part of them must be known
)

type set uint8

// tables are the words and endings with the languages that have them.
type tables struct {
	words   map[string]set
	endings map[string]set
	letters map[rune]set
}

var load = sync.OnceValue(func() tables {
	t := tables{map[string]set{}, map[string]set{}, map[rune]set{}}
	for i, list := range common {
		for w := range strings.FieldsSeq(list) {
			t.words[w] |= 1 << i
		}
	}
	for e, list := range endings {
		t.endings[e] = setOf(list)
	}
	for r, list := range marks {
		t.letters[r] = setOf(list)
	}
	return t
})

func setOf(list string) (s set) {
	for i, l := range languages {
		for w := range strings.FieldsSeq(list) {
			if w == l {
				s |= 1 << i
			}
		}
	}
	return s
}

// evidence is what speaks for each language.
type evidence struct {
	weight [len(languages)]float64
	known  [len(languages)]int // words that are of that language
	words  int
	signs  float64
}

func (e *evidence) add(s set, weight float64) {
	for i := range e.weight {
		if s&(1<<i) != 0 {
			e.weight[i] += weight
		}
	}
}

// Of is the language of a text as two letters, "" when it is not sure. Links,
// handles and hashtags do not count. It may be called concurrently.
func Of(text string) string {
	if len(text) > longest {
		text = strings.ToValidUTF8(text[:longest], "")
	}
	t, e := load(), evidence{}
	for field := range strings.FieldsSeq(text) {
		if !speaks(field) {
			continue
		}
		for word := range strings.FieldsFuncSeq(strings.ToLower(field), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsMark(r) }) {
			e.word(t, word)
		}
		for _, r := range field {
			if r == '¿' || r == '¡' {
				e.sign(t, r)
			}
		}
	}
	return e.verdict()
}

// speaks is false for what people write in no language.
func speaks(field string) bool {
	field = strings.TrimLeft(field, "(«\"'.¡¿")
	if strings.HasPrefix(field, "@") || strings.HasPrefix(field, "#") || strings.Contains(field, "://") {
		return false
	}
	return !strings.HasPrefix(strings.ToLower(field), "www.") && !strings.Contains(field, "@")
}

func (e *evidence) word(t tables, w string) {
	e.words++
	for _, r := range w {
		e.sign(t, r)
	}
	if s, ok := t.words[w]; ok {
		n := 0
		for i := range e.known {
			if s&(1<<i) != 0 {
				e.known[i]++
				n++
			}
		}
		e.add(s, [...]float64{1: alone, 2: shared, 3: many, 4: many, 5: many, 6: many, 7: 0}[n])
		return
	}
	for cut := 2; cut <= 6; cut++ {
		if utf8.RuneCountInString(w) < cut+3 {
			break
		}
		at := len(w)
		for range cut {
			_, size := utf8.DecodeLastRuneInString(w[:at])
			at -= size
		}
		if s, ok := t.endings[w[at:]]; ok {
			e.add(s, ending)
			for i := range e.known {
				if s&(1<<i) != 0 {
					e.known[i]++
				}
			}
			return
		}
	}
}

func (e *evidence) sign(t tables, r rune) {
	if r < utf8.RuneSelf || e.signs >= letters {
		return
	}
	if s, ok := t.letters[r]; ok {
		e.add(s, letter)
		e.signs += letter
	}
}

// verdict is the language that the evidence is enough for.
func (e *evidence) verdict() string {
	best, second := 0, 0.0
	for i, w := range e.weight {
		if w > e.weight[best] {
			best = i
		}
	}
	for i, w := range e.weight {
		if i != best {
			second = max(second, w)
		}
	}
	w := e.weight[best]
	if w < least || w-second < lead || w < ratio*second {
		return ""
	}
	if e.words >= few && float64(e.known[best]) < part*float64(e.words) {
		return ""
	}
	return languages[best]
}
