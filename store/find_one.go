package store

import (
	"slices"
	"strings"

	"vigie/inbox"
	"vigie/inbox/words"
)

// truth is an answer that may be open: "and" is the least, "or" the greatest,
// "not" the sign.
type truth int8

const (
	no truth = iota - 1
	perhaps
	yes
)

func truthOf(is bool) truth {
	if is {
		return yes
	}
	return no
}

// holds reports whether a message may fulfil a condition: what the index would
// say of it.
func holds(c *inbox.Cond, hit *inbox.Hit) bool {
	o := one{hit: hit}
	return o.find(c) != no
}

// one is a message about which a condition is asked.
type one struct {
	hit    *inbox.Hit
	tokens map[byte][]string // by class, once they were needed
}

func (o *one) find(c *inbox.Cond) truth {
	switch c.Op {
	case inbox.CondIs:
		return o.leaf(&c.Term)
	case inbox.CondNot:
		return -o.find(&c.Kids[0])
	case inbox.CondOr:
		out := no
		for i := range c.Kids {
			out = max(out, o.find(&c.Kids[i]))
		}
		return out
	}
	out := yes
	for i := range c.Kids {
		out = min(out, o.find(&c.Kids[i]))
	}
	return out
}

func (o *one) leaf(t *inbox.CondTerm) truth {
	m, h := &o.hit.Message, &o.hit.Thread
	switch t.Field {
	case inbox.FieldText:
		return o.words(t, classText)
	case inbox.FieldAuthor:
		return o.words(t, classAuthor)
	case inbox.FieldAny:
		return max(o.words(t, classText), o.words(t, classAuthor))
	case inbox.FieldTime:
		return truthOf((t.From.IsZero() || !m.At.Before(t.From)) && (t.To.IsZero() || m.At.Before(t.To)))
	case inbox.FieldMedia:
		return truthOf(len(m.Media) > 0)
	case inbox.FieldQuestion:
		return truthOf(words.Asks(m))
	case inbox.FieldThread:
		return truthOf(h.ID == t.Thread)
	case inbox.FieldAccount:
		return truthOf(strings.ToLower(string(h.Account)) == t.Value)
	case inbox.FieldClient:
		return truthOf(strings.ToLower(string(h.Client)) == t.Value)
	case inbox.FieldNetwork:
		return truthOf(strings.ToLower(string(h.Network)) == t.Value)
	}
	return ofHead(t, h)
}

// ofHead answers what a head's triage decides.
func ofHead(t *inbox.CondTerm, h *inbox.Thread) truth {
	switch t.Field {
	case inbox.FieldTag:
		return truthOf(slices.ContainsFunc(h.Tags, func(tag string) bool { return words.Tagged(tag, t.Value) }))
	case inbox.FieldKind:
		return truthOf(string(h.Kind) == t.Value)
	case inbox.FieldState:
		return truthOf(h.State == t.State)
	case inbox.FieldWatch:
		return truthOf(h.Split() == inbox.Watches)
	case inbox.FieldUnread:
		return truthOf(h.Unread)
	case inbox.FieldMine:
		return truthOf(h.LastOut)
	case inbox.FieldNoted:
		return truthOf(h.Notes > 0)
	case inbox.FieldLang:
		return truthOf(h.Lang == t.Value)
	case inbox.FieldFeeling:
		return truthOf(h.Feeling.String() == t.Value)
	case inbox.FieldStatus:
		return truthOf(h.Statuses.Of(inbox.Status(t.Value)) > 0)
	case inbox.FieldWindow:
		return truthOf(closes(h))
	}
	return perhaps
}

func (o *one) words(t *inbox.CondTerm, class byte) truth {
	for i, w := range t.Words {
		begins := t.Prefix && i == len(t.Words)-1
		if !slices.ContainsFunc(o.section(class), func(token string) bool {
			if begins {
				return strings.HasPrefix(token, w) && (t.Keep == nil || t.Keep(token))
			}
			return token == w
		}) {
			return no
		}
	}
	if len(t.Words) == 0 || !t.Exact {
		return perhaps
	}
	return yes
}

func (o *one) section(class byte) []string {
	if o.tokens == nil {
		author, body := words.Message(&o.hit.Message)
		o.tokens = map[byte][]string{classAuthor: tokensOf(author), classText: tokensOf(body)}
	}
	return o.tokens[class]
}

func tokensOf(section []byte) (out []string) {
	words.Tokens(section, func(token []byte) { out = append(out, string(token)) })
	return out
}
