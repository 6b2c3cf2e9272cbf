package charter

import (
	"cmp"
	"slices"
	"strings"
	"unicode"

	"vigie/inbox"
)

// The names of what a client can ask for beside its words. They are the first
// of a Problem's Args and have a sentence in each language; no word of a charter
// is ever taken for one.
const (
	RuleVous      = "rule:vous"      // readers are addressed by vous; the text says tu
	RuleTu        = "rule:tu"        // readers are addressed by tu; the text says vous
	RuleEmoji     = "rule:emoji"     // no emoji
	RuleLanguage  = "rule:language"  // written in none of the client's languages
	RuleSignature = "rule:signature" // an answer ends with the signature
)

// Finding is one place where a text offends.
type Finding struct {
	Code string // inbox.CodeCharter: never; inbox.CodeTone: ask first
	Rule string // the charter's word, or one of the names above
	// Why is the charter's reason for a word. For a rule it is what was found, or
	// is missing: the pronoun, the emoji, the language, the signature.
	Why        string
	Start, End int // in bytes; of a rule about the whole text both are its length
}

// Blocks reports whether the text cannot be sent with it.
func (f Finding) Blocks() bool { return f.Code == inbox.CodeCharter }

// Problem is the finding in a sentence for people.
func (f Finding) Problem() inbox.Problem {
	return inbox.Problem{Code: f.Code, Args: []string{f.Rule, f.Why}}
}

// Check returns where a text offends, blockers first, then in the order of the
// text. lang is the language the text is written in, as two letters; "" when
// nobody can tell: how readers are addressed is then judged only where the words
// around are French. Its cost is linear in the text.
func Check(c inbox.Charter, lang, text string) []Finding {
	if c.Zero() || strings.TrimSpace(text) == "" {
		return nil
	}
	toks := tokens(text)
	found := findWords(c.Words, lang, text, toks)
	if c.Address != "" && (lang == "fr" || lang == "" && french(toks)) {
		found = append(found, address(c.Address, text, toks)...)
	}
	if c.Emoji == "none" {
		found = append(found, emojis(text)...)
	}
	if lang != "" && len(c.Languages) > 0 && !slices.Contains(c.Languages, lang) {
		found = append(found, Finding{Code: inbox.CodeTone, Rule: RuleLanguage, Why: lang, Start: len(text), End: len(text)})
	}
	if c.Signature != "" && !signed(text, c.Signature) {
		found = append(found, Finding{Code: inbox.CodeTone, Rule: RuleSignature, Why: c.Signature, Start: len(text), End: len(text)})
	}
	slices.SortStableFunc(found, func(a, b Finding) int {
		return cmp.Or(cmp.Compare(rank(a), rank(b)), cmp.Compare(a.Start, b.Start), cmp.Compare(a.End, b.End))
	})
	return found
}

func rank(f Finding) int {
	if f.Blocks() {
		return 0
	}
	return 1
}

// Worst is the finding that stops a text: a blocker, else one that asks, unless
// asked is true: somebody has said that they know.
func Worst(list []Finding, asked bool) (Finding, bool) {
	if len(list) > 0 && (list[0].Blocks() || !asked) {
		return list[0], true
	}
	return Finding{}, false
}

// findWords finds the charter's words as whole words in a row, whatever their
// case, accents, plain plural or feminine and invisible characters, with the
// signs before and after them.
func findWords(list []inbox.CharterWord, lang, said string, text []token) []Finding {
	type want struct {
		word       inbox.CharterWord
		folded     [][]string // of each word its forms
		head, tail string     // signs around the words: "100 %"
	}
	byFirst := map[string][]want{}
	for _, w := range list {
		if f := tokens(w.Word); len(f) > 0 {
			head, tail := signs(w.Word[:f[0].start]), signs(w.Word[f[len(f)-1].end:])
			all := make([][]string, len(f))
			for i := range f {
				all[i] = forms(f[i].word, lang)
			}
			for _, first := range all[0] {
				byFirst[first] = append(byFirst[first], want{w, all, head, tail})
			}
		}
	}
	var found []Finding
	for i, t := range text {
		for _, w := range byFirst[t.word] {
			n := len(w.folded)
			if i+n > len(text) || !slices.EqualFunc(text[i:i+n], w.folded, isForm) {
				continue
			}
			if !strings.HasSuffix(strings.TrimSpace(said[:t.start]), w.head) || !strings.HasPrefix(strings.TrimSpace(said[text[i+n-1].end:]), w.tail) {
				continue
			}
			code := inbox.CodeTone
			if w.word.Block {
				code = inbox.CodeCharter
			}
			found = append(found, Finding{Code: code, Rule: w.word.Word, Why: w.word.Why, Start: t.start, End: text[i+n-1].end})
		}
	}
	return found
}

// signs are those that say something, without space and punctuation.
func signs(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsSymbol(r) || strings.ContainsRune("%‰#@&*", r) {
			return r
		}
		return -1
	}, s)
}

func isForm(t token, forms []string) bool { return slices.Contains(forms, t.word) }

// signed reports whether a text ends with a signature, whatever the space in
// and around it.
func signed(text, signature string) bool {
	want := strings.Join(strings.Fields(signature), " ")
	return strings.HasSuffix(strings.Join(strings.Fields(text), " "), want)
}
