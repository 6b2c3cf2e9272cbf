package words

import (
	"bytes"
	"slices"
	"strings"

	"github.com/blevesearch/snowballstem"
	"github.com/blevesearch/snowballstem/english"
	"github.com/blevesearch/snowballstem/french"
)

// stemLetters is how many letters two words of one family begin with alike;
// fewer where the stem itself is shorter.
const stemLetters = 4

// Stem is the family of a folded word: the words that begin with the same four
// letters (or its stem, where that is shorter) and have the same stem in
// French or in English, by the Snowball rules. A word that has other letters
// than a to z is all of its family. The zero Stem is no word's.
type Stem struct {
	word, begin string
	french      []string
	english     string
}

// NewStem returns the family of a folded word. A word that is too long for a
// token's certainty has none.
func NewStem(word string) Stem {
	if len(word) > maxWhole || word == "" {
		return Stem{}
	}
	s := Stem{word: word, begin: word}
	if !plain(word) {
		return s
	}
	s.french, s.english = frenchStems(word), englishStem(word)
	n := min(len(word), stemLetters, len(s.english))
	for _, stem := range s.french {
		n = min(n, len(stem))
	}
	s.begin = word[:max(n, 1)]
	return s
}

// Begin is what all words of the family begin with.
func (s Stem) Begin() string { return s.begin }

// Has reports whether a token is of the family.
func (s Stem) Has(token string) bool {
	if s.word == "" || !strings.HasPrefix(token, s.begin) || len(token) > maxWhole {
		return false
	}
	if token == s.word {
		return true
	}
	other := NewStem(token)
	alike := func(stem string) bool { return slices.Contains(other.french, stem) }
	return strings.HasPrefix(s.word, other.begin) &&
		(s.english != "" && s.english == other.english || slices.ContainsFunc(s.french, alike))
}

// In reports whether a section has a word of the family.
func (s Stem) In(section []byte) bool {
	if s.word == "" {
		return false
	}
	for at := []byte(" " + s.begin); ; {
		i := bytes.Index(section, at)
		if i < 0 {
			return false
		}
		section = section[i+1:]
		word, _, _ := bytes.Cut(section, []byte{' '})
		if s.Has(string(word)) {
			return true
		}
	}
}

func plain(word string) bool {
	return !strings.ContainsFunc(word, func(r rune) bool { return r < 'a' || r > 'z' })
}

func englishStem(word string) string {
	env := snowballstem.NewEnv(word)
	english.Stem(env)
	return env.Current()
}

// accents are endings that the French rules know by their accents only.
var accents = []struct{ folded, ending string }{
	{"erent", "èrent"}, {"ieres", "ières"}, {"iere", "ière"}, {"ees", "ées"}, {"ee", "ée"},
}

// plurals are endings that the French rules leave alone: of a verb, and of
// participles. Not every word in "ons" is a verb, so a word has the stem
// without them besides its own.
var plurals = []struct{ ending, instead string }{{"ons", "er"}, {"us", "u"}, {"is", "i"}}

// pluralLetters is how long a word is that may have such an ending.
const pluralLetters = 5

// frenchStems returns the stems that a word without its accents may have.
func frenchStems(word string) []string {
	stems := []string{frenchStem(word)}
	for _, p := range plurals {
		if rest, ok := strings.CutSuffix(word, p.ending); ok && len(word) >= pluralLetters {
			if other := frenchStem(rest + p.instead); other != stems[0] {
				stems = append(stems, other)
			}
		}
	}
	return stems
}

func frenchStem(word string) string {
	for _, a := range accents {
		if rest, ok := strings.CutSuffix(word, a.folded); ok {
			word = rest + a.ending
			break
		}
	}
	env := snowballstem.NewEnv(word)
	french.Stem(env)
	folded := Fold(nil, env.Current())
	return string(folded[1 : len(folded)-1])
}
