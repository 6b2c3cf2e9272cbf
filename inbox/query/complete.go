package query

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// Candidates are the values that only the inbox knows, each list in the order
// in which they are offered.
type Candidates struct {
	Clients, Networks, Accounts []string // ids
	Tags                        []string
	Authors                     []string // handles
	Langs                       []string // as two letters
	Hosts                       []string
}

// Suggestion is a way to go on typing: Insert takes the place of the bytes
// [From, To) of the input, and the cursor then stands behind it.
type Suggestion struct {
	Insert   string
	From, To int
	// Help names what it means: a key of the language ("client"), or a key and
	// its value ("is.overdue", "window.closed"). "": the value speaks for itself.
	Help string
}

// How many letters of a bare word there must be before values of terms are
// offered for it, and before what has it further on is.
const (
	shortest = 2
	further  = 3
)

// Complete lists what may stand at the cursor, a byte of the input: keys, and
// values of the key that stands before it. What begins so comes first, then
// what has it further on. Inside quotes without a key, behind "~" and in what
// cannot be understood there is nothing to offer.
func Complete(input string, cursor int, c Candidates) []Suggestion {
	if cursor < 0 || cursor > len(input) || len(input) > MaxBytes || cursor < len(input) && !utf8.RuneStart(input[cursor]) {
		return nil
	}
	tok, open := underCursor(input[:cursor])
	switch {
	case tok.family:
		return nil
	case tok.key != "":
		return values(input, cursor, tok, open, c)
	case tok.quoted:
		return nil
	}
	s := sought{input: input, cursor: cursor, from: cursor - len(tok.text), typed: tok.text}
	for _, t := range Terms() {
		s.offer(t.Key+":", t.Key)
	}
	if utf8.RuneCountInString(tok.text) >= shortest {
		for _, t := range Terms() {
			for _, v := range c.of(t, "") {
				s.offerValue(t.Key, v)
			}
		}
	}
	return s.all()
}

// underCursor is the token that a query which ends at the cursor ends with, an
// empty one when it ends between tokens; open tells that its quote is.
func underCursor(s string) (tok token, open bool) {
	p := parser{src: s}
	for {
		err := p.next()
		switch {
		case err != nil:
			return token{key: p.tok.key, family: p.tok.family, quoted: true, text: s[p.tok.pos+1:]}, true
		case p.tok.kind == tokEnd:
			return token{}, false
		case p.tok.end == len(s):
			if p.tok.kind == tokTerm || p.tok.kind >= tokOr {
				return p.tok, false
			}
			return token{}, false // behind a parenthesis or a minus
		}
	}
}

// values offers those of the key before the cursor.
func values(input string, cursor int, tok token, open bool, c Candidates) []Suggestion {
	i := slices.IndexFunc(Terms(), func(t Term) bool { return t.Key == tok.key || t.Also == tok.key })
	if i < 0 || tok.quoted && !open {
		return nil
	}
	t := Terms()[i]
	s := sought{input: input, cursor: cursor, from: cursor - len(tok.text), typed: tok.text}
	if open {
		s.from--
	}
	for _, v := range c.of(t, tok.text) {
		help := ""
		if told(t.Key, v) {
			help = t.Key + "." + v
		}
		s.offer(whole(v), help)
	}
	return s.all()
}

// of are the values that a term may have, given what is typed of one.
func (c Candidates) of(t Term, typed string) []string {
	switch t.Key {
	case "client":
		return c.Clients
	case "net":
		return c.Networks
	case "account":
		return c.Accounts
	case "from":
		return c.Authors
	case "tag":
		return c.Tags
	case "host":
		return c.Hosts
	case "lang":
		return append(slices.Clone(c.Langs), noLang)
	case "window":
		return append(spans(typed, "<1h", "<2h", "<4h", "<1d", ">1d"), "open", "closed")
	case "before", "after":
		return spans(typed, "today", "yesterday", "1d", "3d", "1w", "4w")
	}
	return t.Values
}

// spans are the usual lengths of time; for a number that is being typed, that
// many of each unit.
func spans(typed string, usual ...string) []string {
	number := strings.TrimLeft(typed, "<>")
	if number == "" || len(number) > 4 || strings.Trim(number, "0123456789") != "" {
		return usual
	}
	return []string{typed + "min", typed + "h", typed + "d", typed + "w"}
}

// told reports whether a value has a sentence that explains it.
func told(key, value string) bool {
	switch key {
	case "is", "has", "state", "sentiment":
		return true
	}
	return key == "window" && (value == "open" || value == "closed") || key == "lang" && value == noLang
}

// whole is a value as it is written, in quotes where it needs them.
func whole(value string) string {
	var b strings.Builder
	t := term{value: value}
	t.print(&b)
	return b.String()
}

// sought gathers what fits to what is typed.
type sought struct {
	input        string
	cursor, from int
	typed        string
	first, then  []Suggestion
}

// offer takes what fits to what is typed.
func (s *sought) offer(insert, help string) {
	s.fit(strings.TrimPrefix(insert, `"`), insert, help)
}

// offerValue takes a value of a key that nobody has typed.
func (s *sought) offerValue(key, value string) {
	help := key
	if told(key, value) {
		help += "." + value
	}
	s.fit(value, key+":"+whole(value), help)
}

func (s *sought) fit(word, insert, help string) {
	word, typed := strings.ToLower(word), strings.ToLower(s.typed)
	to := s.end()
	if !strings.HasSuffix(insert, ":") && (to == len(s.input) || blank(s.input[to:]) == 0 && s.input[to] != ')') {
		insert += " "
	}
	suggestion := Suggestion{Insert: insert, From: s.from, To: to, Help: help}
	switch {
	case strings.HasPrefix(word, typed):
		s.first = append(s.first, suggestion)
	case len(typed) >= further && strings.Contains(word, typed):
		s.then = append(s.then, suggestion)
	}
}

// end is where the word under the cursor ends: it is replaced as a whole, with
// the quote behind it.
func (s *sought) end() int {
	p := parser{src: s.input, at: s.cursor}
	for p.inWord(p.at) {
		p.at++
	}
	if p.at < len(s.input) && s.input[p.at] == '"' && s.from < s.cursor && s.input[s.from] == '"' {
		p.at++
	}
	return p.at
}

func (s *sought) all() []Suggestion { return append(s.first, s.then...) }
