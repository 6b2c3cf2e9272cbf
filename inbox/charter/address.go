package charter

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"vigie/inbox"
)

// address finds the words by which French readers are addressed in the other
// way than the client wishes: outside of quotations, links, handles and tags.
func address(wish, text string, toks []token) []Finding {
	rule, other := RuleVous, saysTu
	if wish == "tu" {
		rule, other = RuleTu, saysVous
	}
	apart := apartOf(text)
	var found []Finding
	for i, t := range toks {
		for len(apart) > 0 && apart[0].end <= t.start {
			apart = apart[1:]
		}
		if len(apart) > 0 && t.start >= apart[0].start {
			continue
		}
		if other(sentence{text, toks, i}) {
			found = append(found, Finding{Code: inbox.CodeTone, Rule: rule, Why: text[t.start:t.end], Start: t.start, End: t.end})
		}
	}
	return found
}

// sentence is a word among its neighbours.
type sentence struct {
	text string
	toks []token
	i    int
}

// word is the word n places on, "" where there is none or where anything but
// space, hyphen or apostrophe is between.
func (s sentence) word(n int) string {
	j := s.i + n
	if j < 0 || j >= len(s.toks) {
		return ""
	}
	a, b := min(s.i, j), max(s.i, j)
	for k := a; k < b; k++ {
		if strings.Trim(s.text[s.toks[k].end:s.toks[k+1].start], " \t\n\u00A0\u202F-\u2010\u2011'’ʼ") != "" {
			return ""
		}
	}
	return s.toks[j].word
}

// after and before are the character next to the word.
func (s sentence) after() rune {
	r, _ := utf8.DecodeRuneInString(s.text[s.toks[s.i].end:])
	return r
}

func (s sentence) before() rune {
	r, _ := utf8.DecodeLastRuneInString(s.text[:s.toks[s.i].start])
	return r
}

// initials reports whether the word is written in capitals.
func (s sentence) initials() bool {
	t := s.toks[s.i]
	return strings.IndexFunc(s.text[t.start:t.end], unicode.IsLower) < 0
}

// saysTu reports whether a word speaks to one person who is a friend.
func saysTu(s sentence) bool {
	switch s.toks[s.i].word {
	case "tu": // but not that of "il s'est tu"
		silent := oneOf(s.word(-2), "s", "se", "m", "me") && oneOf(s.word(-1), "est", "etait", "etaient", "sont", "suis", "serait", "sera", "soit")
		return !silent && !oneOf(s.word(-1), "avoir", "ayant")
	case "toi", "tes":
		return !s.initials()
	case "te":
		return !s.initials() && s.after() != '-'
	case "t": // "t'aime", but not "a-t-il" nor what is meant for it
		elided := s.after() == '\'' || s.after() == '’' || s.after() == 'ʼ'
		return elided && s.before() != '-' && s.word(1) != "" && !oneOf(s.word(1), "il", "ils", "elle", "elles", "on", "shirt", "shirts")
	case "ta":
		return !s.initials() && s.word(1) != "" && s.word(1) != "ta" && s.word(-1) != "ta"
	case "ton":
		return !s.initials() && !noun(s)
	case "tien", "tiens":
		return oneOf(s.word(-1), "le", "les", "du", "au", "des", "aux")
	}
	return false
}

// noun reports whether "ton" is the tone or the weight, not "your".
func noun(s sentence) bool {
	switch next := s.word(1); {
	case next == "": // it ends what it is in
		return true
	case oneOf(next, "sur", "de", "du", "des", "d", "et", "ou", "est", "etait", "a", "qui", "que", "qu", "employe", "utilise", "pour", "dans", "ne", "n", "of"):
		return true
	}
	return oneOf(s.word(-1), "le", "un", "ce", "du", "au", "quel", "bon", "mauvais", "meme", "autre", "tel", "ton", "votre", "notre",
		"son", "mon", "leur", "aucun", "chaque", "haut", "baisser", "hausser", "deux", "quelques", "hausse", "baisse")
}

// saysVous reports whether a word speaks to several, or to a stranger.
func saysVous(s sentence) bool {
	switch s.toks[s.i].word {
	case "vous":
		name := s.before() == '-' && (oneOf(s.word(-1), "rendez") || s.word(-1) == "a" && s.word(-2) == "garde")
		several := oneOf(s.word(1), "tous", "toutes", "deux", "trois", "autres")
		return !name && !several
	case "votre", "vos", "votres":
		return true
	}
	return false
}

func oneOf(word string, list ...string) bool {
	for _, w := range list {
		if word == w {
			return true
		}
	}
	return false
}

// french reports whether some of the words are French and hardly of another
// language.
func french(toks []token) bool {
	for _, t := range toks {
		if oneOf(t.word, "bonjour", "bonsoir", "salut", "merci", "desole", "desolee", "je", "nous", "est", "sont", "les", "des", "une",
			"pour", "avec", "dans", "sur", "pas", "qui", "ce", "cette", "ces", "mais", "aussi", "tres", "bien", "peux", "veux", "vais",
			"avons", "avez", "etes", "votre", "vos", "notre", "nos", "ton", "tes", "toi", "commande", "colis", "chez", "quand", "ou") {
			return true
		}
	}
	return false
}

// maxQuote is how long a quotation is at most, in bytes: what is never closed is
// none.
const maxQuote = 2000

// span is a part of a text.
type span struct{ start, end int }

// apartOf are the parts of a text that speak to nobody: quotations, quoted
// lines, links, handles and tags; in order.
func apartOf(text string) []span {
	var list []span
	fresh := true // nothing but space since the line began
	for i := 0; i < len(text); {
		r, size := utf8.DecodeRuneInString(text[i:])
		end := i
		switch {
		case r == '>' && fresh:
			end = until(text, i, "\n")
		case closing(r) != "":
			quoted := text[i+size : min(len(text), i+size+maxQuote)]
			if n := strings.Index(quoted, closing(r)); n >= 0 && !strings.Contains(quoted[:n], "\n\n") {
				end = i + size + n + len(closing(r))
			}
		case (r == '@' || r == '#') && !wordBefore(text, i), linkAt(text[i:]):
			end = until(text, i, " \t\n\u00A0")
		}
		fresh = r == '\n' || fresh && unicode.IsSpace(r)
		if end > i {
			list = append(list, span{i, end})
			i = end
			continue
		}
		i += size
	}
	return list
}

func closing(r rune) string {
	switch r {
	case '«':
		return "»"
	case '“', '„':
		return "”"
	case '"':
		return "\""
	}
	return ""
}

func until(text string, from int, stops string) int {
	if n := strings.IndexAny(text[from:], stops); n >= 0 {
		return from + n
	}
	return len(text)
}

func wordBefore(text string, at int) bool {
	r, _ := utf8.DecodeLastRuneInString(text[:at])
	return unicode.IsLetter(r) || unicode.IsDigit(r)
}

func linkAt(s string) bool {
	return strings.HasPrefix(s, "https://") || strings.HasPrefix(s, "http://") || strings.HasPrefix(s, "www.")
}
