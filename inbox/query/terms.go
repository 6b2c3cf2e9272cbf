package query

import (
	"slices"
	"strconv"
	"strings"

	"vigie/inbox"
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
		{Key: "is", Values: []string{"unread", "read", "open", "done", "any", "mine", "watch", "overdue"}},
		{Key: "has", Values: []string{"question", "media", "note", "draft"}},
		{Key: "before"},
		{Key: "after"},
		{Key: "id"},
		{Key: "text", Message: true},
	}
}

// term is a leaf: a key with its value, or a word or phrase without key.
type term struct {
	key    string
	value  string
	quoted bool
	needle needle
	moment moment
	id     inbox.ThreadID
}

func makeTerm(tok token) (term, error) {
	t := term{key: tok.key, value: tok.text, quoted: tok.quoted}
	fail := func(r Reason, args ...string) error {
		return &ParseError{Pos: tok.pos, End: tok.end, Reason: r, Args: args}
	}
	known := Terms()
	i := slices.IndexFunc(known, func(k Term) bool { return t.key != "" && (k.Key == t.key || k.Also == t.key) })
	switch {
	case t.key != "" && i < 0:
		var all, spellings []string
		for _, k := range known {
			all = append(all, k.Key)
			if spellings = append(spellings, k.Key); k.Also != "" {
				spellings = append(spellings, k.Also)
			}
		}
		if near := Nearest(t.key, spellings); near != "" {
			return t, fail(UnknownTerm, t.key, near)
		}
		return t, fail(UnknownTermFar, t.key, strings.Join(all, ", "))
	case strings.TrimSpace(t.value) == "" && t.key != "":
		return t, fail(EmptyValue, t.key)
	case strings.TrimSpace(t.value) == "":
		return t, fail(Missing, `""`)
	}
	if i >= 0 {
		t.key = known[i].Key
	}
	switch t.key {
	case "", "text", "from":
		t.needle = newNeedle(t.value, t.quoted)
		return t, nil
	case "before", "after":
		var ok bool
		if t.moment, ok = parseMoment(t.value); !ok {
			return t, fail(BadDate, t.key, t.value)
		}
	case "id":
		n, err := strconv.ParseUint(strings.TrimPrefix(t.value, "#"), 10, 64)
		if err != nil {
			return t, fail(BadNumber, t.key, t.value)
		}
		t.id = inbox.ThreadID(n)
	}
	t.value, t.quoted = strings.ToLower(t.value), false
	if values := known[i].Values; values != nil && !slices.Contains(values, t.value) {
		return t, fail(UnknownValue, t.key, t.value, strings.Join(values, " "))
	}
	return t, nil
}

func (t *term) print(b *strings.Builder) {
	if t.key != "" {
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
	return t.key == "" || t.key == "text" || t.key == "has" && (t.value == "question" || t.value == "media")
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
