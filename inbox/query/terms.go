package query

import (
	"slices"
	"strconv"
	"strings"

	"vigie/inbox"
	"vigie/inbox/words"
)

// Term describes a key of the language, for completion and documentation.
type Term struct {
	Key     string
	Also    string   // another spelling of Key that is understood, "" for none
	Values  []string // those that exist; nil: any word
	Message bool     // decided by messages, not by the thread's head
}

// Terms lists the keys in the order they are documented in.
func Terms() []Term {
	return []Term{
		{Key: "client"},
		{Key: "net", Also: "network"},
		{Key: "account"},
		{Key: "from"},
		{Key: "tag"},
		{Key: "kind", Values: []string{"comment", "mention", "dm", "review", "watch"}},
		{Key: "state", Values: []string{"ours", "theirs", "snoozed", "escalated", "done", "any"}},
		{Key: "is", Values: []string{"unread", "read", "open", "done", "any", "mine", "watch", "overdue", "held", "suspect", "hidden", "spam", "trash"}},
		{Key: "has", Values: []string{"question", "media", "note", "draft"}},
		{Key: "window"},
		{Key: "lang"},
		{Key: "sentiment", Values: []string{"positive", "neutral", "negative", "none"}},
		{Key: "before"},
		{Key: "after"},
		{Key: "id"},
		{Key: "text", Message: true},
		{Key: "host", Also: "link", Message: true},
	}
}

// family is the key of a word that is looked for by its stem. Nobody can type
// it as a key.
const family = "~"

// term is a leaf: a key with its value, or a word or phrase without key.
type term struct {
	key    string
	value  string
	quoted bool
	needle words.Needle
	stem   words.Stem
	host   words.Host
	moment moment
	window closing
	id     inbox.ThreadID
}

// makeFamily makes terms of "~": each word of the token must be there.
func makeFamily(tok token) (*node, error) {
	var kids []*node
	for word := range strings.FieldsSeq(string(words.Fold(nil, tok.text))) {
		kids = append(kids, &node{term: term{key: family, value: word, stem: words.NewStem(word)}})
	}
	if len(kids) == 0 {
		return nil, &ParseError{Pos: tok.pos, End: tok.end, Reason: NoWord, Args: []string{tok.text}}
	}
	return join(opAnd, kids), nil
}

func makeTerm(tok token) (*node, error) {
	known, err := knownTerm(tok)
	if err != nil {
		return nil, err
	}
	t := term{key: known.Key, value: tok.text, quoted: tok.quoted}
	fail := func(r Reason, args ...string) (*node, error) {
		return nil, &ParseError{Pos: tok.pos, End: tok.end, Reason: r, Args: args}
	}
	ok := true
	switch t.key {
	case "", "text", "from":
		t.needle = words.NewNeedle(t.value, t.quoted)
		return &node{term: t}, nil
	case "before", "after":
		if t.moment, ok = parseMoment(t.value); !ok {
			return fail(BadDate, t.key, t.value)
		}
	case "window":
		if t.window, ok = parseClosing(t.value); !ok {
			return fail(BadWindow, t.key, t.value)
		}
	case "lang":
		lang, ok := parseLang(t.value)
		if !ok {
			return fail(BadLang, t.key, t.value)
		}
		t.value = lang
	case "host":
		if t.host, ok = words.ParseHost(t.value); !ok {
			return fail(BadHost, t.key, t.value)
		}
	case "id":
		n, err := strconv.ParseUint(strings.TrimPrefix(t.value, "#"), 10, 64)
		if err != nil {
			return fail(BadNumber, t.key, t.value)
		}
		t.id = inbox.ThreadID(n)
	}
	t.value, t.quoted = strings.ToLower(t.value), false
	if values := known.Values; values != nil && !slices.Contains(values, t.value) {
		return fail(UnknownValue, t.key, t.value, strings.Join(values, " "))
	}
	return &node{term: t}, nil
}

// knownTerm finds the key of a token, the zero Term when it has none, and
// sees to it that there is a value.
func knownTerm(tok token) (Term, error) {
	fail := func(r Reason, args ...string) (Term, error) {
		return Term{}, &ParseError{Pos: tok.pos, End: tok.end, Reason: r, Args: args}
	}
	blank := strings.TrimSpace(tok.text) == ""
	if tok.key == "" {
		if blank {
			return fail(Missing, `""`)
		}
		return Term{}, nil
	}
	known := Terms()
	i := slices.IndexFunc(known, func(k Term) bool { return k.Key == tok.key || k.Also == tok.key })
	if i >= 0 {
		if blank {
			return fail(EmptyValue, tok.key)
		}
		return known[i], nil
	}
	if key, ok := meant(tok.key); ok {
		return fail(UnknownTerm, tok.key, key)
	}
	var all, spellings []string
	for _, k := range known {
		all = append(all, k.Key)
		if spellings = append(spellings, k.Key); k.Also != "" {
			spellings = append(spellings, k.Also)
		}
	}
	if near := Nearest(tok.key, spellings); near != "" {
		return fail(UnknownTerm, tok.key, near)
	}
	return fail(UnknownTermFar, tok.key, strings.Join(all, ", "))
}

// meant is the key that a word names, as the language spells it or in French.
func meant(word string) (key string, ok bool) {
	word = strings.TrimSpace(string(words.Fold(nil, word)))
	for _, t := range Terms() {
		if word == t.Key || word == t.Also || slices.Contains(french(t.Key), word) {
			return t.Key, true
		}
	}
	return "", false
}

// french are the words that somebody who thinks in French types for a key,
// without accents. The language knows one spelling; these lead to it.
func french(key string) []string {
	switch key {
	case "client":
		return []string{"marque"}
	case "net":
		return []string{"reseau"}
	case "account":
		return []string{"compte"}
	case "from":
		return []string{"de", "auteur", "expediteur"}
	case "tag":
		return []string{"etiquette"}
	case "kind":
		return []string{"type", "genre", "sorte"}
	case "state":
		return []string{"etat", "statut", "status"}
	case "is":
		return []string{"est"}
	case "has":
		return []string{"avec"}
	case "window":
		return []string{"fenetre"}
	case "lang":
		return []string{"langue"}
	case "sentiment":
		return []string{"ton", "humeur"}
	case "before":
		return []string{"avant"}
	case "after":
		return []string{"apres", "depuis"}
	case "id":
		return []string{"fil", "numero"}
	case "text":
		return []string{"texte"}
	case "host":
		return []string{"hote", "lien", "site"}
	}
	return nil
}

func (t *term) print(b *strings.Builder) {
	switch t.key {
	case "":
	case family:
		b.WriteString(family)
	default:
		b.WriteString(t.key)
		b.WriteByte(':')
	}
	if !t.quoted && !strings.ContainsFunc(t.value, func(r rune) bool {
		return strings.ContainsRune("()\"", r) || blank(string(r)) > 0
	}) {
		b.WriteString(t.value)
		return
	}
	b.WriteByte('"')
	b.WriteString(strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(t.value))
	b.WriteByte('"')
}

// needsMessage reports whether only messages decide.
func (t *term) needsMessage() bool {
	switch t.key {
	case "", family, "text", "host":
		return true
	}
	return t.key == "has" && (t.value == "question" || t.value == "media")
}

// aboutState reports whether the term says in which states to look.
func (t *term) aboutState() bool {
	return t.key == "state" || t.key == "is" && (t.value == "open" || t.value == "done" || t.value == "any")
}

func (t *term) aboutWatch() bool {
	return t.value == "watch" && (t.key == "is" || t.key == "kind")
}

// state answers for a thread of which only the state is known.
func (t *term) state(s inbox.State) truth {
	switch {
	case !t.aboutState():
		return unknown
	case t.value == "any":
		return yes
	case t.value == "open":
		return truthOf(s != inbox.Done)
	}
	return truthOf(s.String() == t.value)
}

// Nearest returns the word of known that is nearest to what was typed, ""
// when all are more than two letters away.
func Nearest(typed string, known []string) string {
	best, least := "", 3
	for _, k := range known {
		if d := distance(strings.ToLower(typed), k); d < least {
			best, least = k, d
		}
	}
	return best
}

// distance counts the letters to add, drop or change.
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := diagonal
			if a[i] != b[j] {
				cost++
			}
			diagonal = row[j+1]
			row[j+1] = min(cost, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
}
