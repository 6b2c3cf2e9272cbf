package query

import (
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"vigie/inbox"
	"vigie/inbox/text"
	"vigie/inbox/words"
)

// interval is what a condition knows: must is true only where it holds, may is
// false only where it does not.
type interval struct{ must, may bool }

func known(b bool) interval { return interval{b, b} }

// lookUp evaluates a condition as an index does.
func lookUp(c inbox.Cond, leaf func(inbox.CondTerm) interval) interval {
	switch c.Op {
	case inbox.CondIs:
		return leaf(c.Term)
	case inbox.CondNot:
		kid := lookUp(c.Kids[0], leaf)
		return interval{!kid.may, !kid.must}
	}
	all := c.Op == inbox.CondAnd
	result := known(all)
	for _, k := range c.Kids {
		kid := lookUp(k, leaf)
		if all {
			result = interval{result.must && kid.must, result.may && kid.may}
		} else {
			result = interval{result.must || kid.must, result.may || kid.may}
		}
	}
	return result
}

// indexed is a message as an index knows it.
type indexed struct {
	m            inbox.Message
	author, body []string
}

func index(m inbox.Message) indexed {
	x := indexed{m: m}
	author, body := words.Message(&m)
	words.Tokens(author, func(token []byte) { x.author = append(x.author, string(token)) })
	words.Tokens(body, func(token []byte) { x.body = append(x.body, string(token)) })
	return x
}

func (x indexed) leaf(c inbox.CondTerm) interval {
	var in []string
	switch c.Field {
	case inbox.FieldTime:
		return known(within(c, x.m.At))
	case inbox.FieldMedia:
		return known(len(x.m.Media) > 0)
	case inbox.FieldQuestion:
		return known(words.Asks(&x.m))
	case inbox.FieldText:
		in = x.body
	case inbox.FieldAuthor:
		in = x.author
	case inbox.FieldAny:
		in = slices.Concat(x.author, x.body)
	}
	for i, word := range c.Words {
		if !slices.ContainsFunc(in, func(token string) bool {
			if i < len(c.Words)-1 || !c.Prefix {
				return token == word
			}
			return strings.HasPrefix(token, word) && (c.Keep == nil || c.Keep(token))
		}) {
			return known(false)
		}
	}
	return interval{c.Exact, true}
}

func within(c inbox.CondTerm, at time.Time) bool {
	return !at.Before(c.From) && (c.To.IsZero() || at.Before(c.To))
}

// ofThread answers what is about the thread; false when it is about messages.
func ofThread(t inbox.Thread, c inbox.CondTerm) (interval, bool) {
	lower := strings.ToLower
	switch c.Field {
	case inbox.FieldOther:
		return interval{false, true}, true
	case inbox.FieldThread:
		return known(t.ID == c.Thread), true
	case inbox.FieldAccount:
		return known(lower(string(t.Account)) == c.Value), true
	case inbox.FieldClient:
		return known(lower(string(t.Client)) == c.Value), true
	case inbox.FieldNetwork:
		return known(lower(string(t.Network)) == c.Value), true
	case inbox.FieldTag:
		return known(slices.ContainsFunc(t.Tags, func(tag string) bool {
			return words.Tagged(tag, c.Value)
		})), true
	case inbox.FieldKind:
		return known(string(t.Kind) == c.Value), true
	case inbox.FieldState:
		return known(t.State == c.State), true
	case inbox.FieldWatch:
		return known(t.Split() == inbox.Watches), true
	case inbox.FieldUnread:
		return known(t.Unread), true
	case inbox.FieldMine:
		return known(t.LastOut), true
	case inbox.FieldLang:
		return known(t.Lang == c.Value), true
	case inbox.FieldFeeling:
		return known(t.Feeling.String() == c.Value), true
	case inbox.FieldWindow:
		return known(t.State == inbox.Ours && !t.Window.IsZero() && t.Alarm != inbox.AlarmMissed), true
	case inbox.FieldNoted:
		return known(t.Notes > 0), true
	}
	return interval{}, false
}

func messageKnows(t inbox.Thread, x indexed, c inbox.Cond) interval {
	return lookUp(c, func(term inbox.CondTerm) interval {
		if v, ok := ofThread(t, term); ok {
			return v
		}
		return x.leaf(term)
	})
}

func threadKnows(t inbox.Thread, list []indexed, c inbox.Cond) interval {
	return lookUp(c, func(term inbox.CondTerm) interval {
		if v, ok := ofThread(t, term); ok {
			return v
		}
		if term.Field == inbox.FieldTime {
			return known(within(term, t.LastAt))
		}
		var any interval
		for _, x := range list {
			v := x.leaf(term)
			any = interval{any.must || v.must, any.may || v.may}
		}
		return any
	})
}

// scraps are what the texts of the property are made of, and its queries.
var scraps = []string{
	"commande", "commandées", "Commandons", "l'été", "à Nîmes", "crème brûlée", "bon d’achat", "œuf", "STRASSE", "straße", "#Galette", "#galette_des_rois",
	"@ines", "@Ines@exemple.fr", "@anna.b", "https://www.exemple.fr/a?b#c", "https://exemple.fr", "www.exemple.fr.", "http://exemplex.fr", "https://café.fr",
	"order", "orders", "ordering", "日本語です", "日本", "本語", "ガス", "한국어", "ไทยนี้", "हिन्दी", "שָׁלוֹם", "مرحبا", "Здравствуйте", "ΟΔΟΣ", "οδός",
	"🎉", "🎉🎉", "🇫🇷", "?", "!!", "#", "@", "e\u0301", "\u0301", "12,50 €", strings.Repeat("é", 40), strings.Repeat("a", 61), strings.Repeat("a", 65), "a", "ab",
}

func drawText(t *rapid.T, label string) string {
	return strings.Join(rapid.SliceOfN(rapid.SampledFrom(scraps), 0, 6).Draw(t, label), rapid.SampledFrom([]string{" ", "", ", ", "\n"}).Draw(t, "between"))
}

func drawMessage(t *rapid.T) inbox.Message {
	m := inbox.Message{
		At:       now.Add(-time.Duration(rapid.IntRange(0, 100).Draw(t, "hours")) * time.Hour),
		Outgoing: rapid.Bool().Draw(t, "outgoing"),
		Text:     text.Clean(drawText(t, "text")),
		Author:   drawAuthor(t),
	}
	for range rapid.IntRange(0, 2).Draw(t, "media") {
		m.Media = append(m.Media, inbox.Media{Alt: text.CleanLine(drawText(t, "alt"))})
	}
	return m
}

func drawAuthor(t *rapid.T) inbox.Author {
	return inbox.Author{
		Handle: text.CleanLine(rapid.SampledFrom([]string{"", "@anna.b", "ines@exemple.fr", "Ines", "u/日本", "été"}).Draw(t, "handle")),
		Name:   text.CleanLine(rapid.SampledFrom([]string{"", "Anna Béranger", "Inès 🎉", "日本語", "commande"}).Draw(t, "name")),
	}
}

// drawThread draws a head as the store keeps it: it tells of its messages.
func drawThread(t *rapid.T) (inbox.Thread, []inbox.Message) {
	list := rapid.SliceOfN(rapid.Custom(drawMessage), 1, 4).Draw(t, "messages")
	slices.SortFunc(list, func(a, b inbox.Message) int { return a.At.Compare(b.At) })
	last := list[len(list)-1]
	th := inbox.Thread{
		ID: inbox.ThreadID(rapid.IntRange(1, 3).Draw(t, "id")), Account: "Miette-B", Client: "Miette", Network: "bluesky",
		Kind:   rapid.SampledFrom([]inbox.Kind{inbox.KindDM, inbox.KindWatch}).Draw(t, "kind"),
		Tags:   rapid.SampledFrom([][]string{nil, {"vip"}, {"motif/livraison", "vip"}, {"été"}}).Draw(t, "tags"),
		Author: list[0].Author, LastAt: last.At, LastOut: last.Outgoing, Notes: rapid.IntRange(0, 1).Draw(t, "notes"),
	}
	th.State = rapid.SampledFrom(inbox.States()).Draw(t, "state")
	th.Unread = rapid.Bool().Draw(t, "unread")
	th.Lang = rapid.SampledFrom([]string{"", "fr", "en"}).Draw(t, "lang")
	th.Feeling = rapid.SampledFrom([]inbox.Feeling{inbox.Unmarked, inbox.Negative}).Draw(t, "feeling")
	if left := rapid.IntRange(-3, 30).Draw(t, "hours left"); left < 26 {
		th.Window = now.Add(time.Duration(left) * time.Hour)
		th.Alarm = rapid.SampledFrom([]inbox.Alarm{th.AlarmAt(now), inbox.AlarmNone, inbox.AlarmMissed}).Draw(t, "alarm")
	}
	for _, m := range list {
		if !m.Outgoing {
			th.Author = m.Author
		}
	}
	return th, list
}

func drawTerm(t *rapid.T) string {
	if rapid.IntRange(0, 2).Draw(t, "about") == 0 {
		return rapid.SampledFrom([]string{
			"client:miette", "client:x", "net:bluesky", "account:miette-b", "tag:motif", "tag:vip", "tag:mot", "tag:ete", "kind:dm", "is:watch", "is:unread",
			"is:read", "is:mine", "is:overdue", "is:open", "state:any", "state:done", "is:done", "has:question", "has:media", "has:note", "has:draft",
			"before:10h", "after:10h", "after:today", "before:hier", "before:0001", "after:0001", "id:2", "host:exemple.fr", "link:www.exemple.fr", "host:café.fr",
			"window:<2h", "window:>1d", "window:open", "window:closed", "lang:fr", "lang:none", "sentiment:negative", "sentiment:none",
			"host:" + strings.Repeat("a", 62) + ".fr", `from:?`, "from:@ines", "from:anna", `from:"anna béranger"`, "from:日本", "from:commande",
		}).Draw(t, "term")
	}
	s := rapid.SampledFrom(scraps).Draw(t, "scrap")
	if runes := []rune(s); rapid.Bool().Draw(t, "shorter") {
		s = string(runes[:rapid.IntRange(1, len(runes)).Draw(t, "letters")])
	}
	if rapid.Bool().Draw(t, "longer") {
		s += rapid.SampledFrom([]string{" ", "", "-"}).Draw(t, "between") + rapid.SampledFrom(scraps).Draw(t, "more")
	}
	quoted := `"` + strings.ReplaceAll(s, `"`, "") + `"`
	return rapid.SampledFrom([]string{s, quoted, "~" + quoted, "text:" + quoted, "from:" + quoted}).Draw(t, "form")
}

func drawQuery(t *rapid.T) Query {
	var parts []string
	for range rapid.IntRange(1, 4).Draw(t, "terms") {
		parts = append(parts, rapid.SampledFrom([]string{"", "", "-"}).Draw(t, "sign")+drawTerm(t))
	}
	q, err := Parse(strings.Join(parts, rapid.SampledFrom([]string{" ", " OR "}).Draw(t, "op")))
	if err != nil {
		return Query{}
	}
	return q
}

// TestWhere asserts that a condition brackets what it stands for: what it must
// find matches, and what it may not find does not.
func TestWhere(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		q := drawQuery(t)
		th, list := drawThread(t)
		env := Env{Now: now, HasDraft: func(id inbox.ThreadID) bool { return id == 1 }}
		var all []indexed
		for _, m := range list {
			x := index(m)
			all = append(all, x)
			check(t, q, "message", messageKnows(th, x, q.Where(env)), q.Message(env, th, m))
		}
		check(t, q, "thread", threadKnows(th, all, q.WhereThreads(env)), q.Conversation(env, th, list...))
		if head, needs := q.Thread(env, th); !needs && head != q.Conversation(env, th, list...) || !head && q.Conversation(env, th, list...) {
			t.Fatalf("%s: the head says %v", q, head)
		}
		again, err := Parse(q.String())
		if err != nil || again.String() != q.String() {
			t.Fatalf("%s prints %s: %v", q, again, err)
		}
	})
}

func check(t *rapid.T, q Query, what string, got interval, truth bool) {
	if got.must && !truth || truth && !got.may {
		t.Fatalf("%s: the condition says %+v of the %s, which is %v", q, got, what, truth)
	}
}

func open(c inbox.Cond) bool {
	return slices.ContainsFunc(c.Kids, open) || c.Op == inbox.CondIs && (c.Term.Field == inbox.FieldOther || len(c.Term.Words) > 0 && !c.Term.Exact)
}

// TestDecided lists which queries an index decides alone.
func TestDecided(t *testing.T) {
	for in, want := range map[string]struct{ messages, threads bool }{
		"":      {true, true},
		"crème": {true, true}, `"crème"`: {true, true}, "text:crème": {true, true}, "日本": {true, true}, `"日本"`: {true, true}, "🎉": {true, true},
		"#galette": {true, true}, `"#galette"`: {true, true}, "@ines": {true, true}, "host:exemple.fr": {true, true},
		"~commande": {true, true}, `~"bon d'achat"`: {true, true}, "-(a OR ~b) host:c": {true, true},
		"client:a net:b account:c tag:d kind:dm is:read has:note id:3 is:watch lang:fr lang:none sentiment:none": {true, true},
		"state:any is:open is:mine has:media has:question before:3d after:2026":                                  {true, true},
		`"bon d'achat"`: {false, false}, "l'été": {false, false}, "日本語": {false, false}, "?": {false, false}, "is:overdue": {false, false}, "window:<2h": {false, false}, "window:closed": {false, false},
		"has:draft": {false, false}, "from:anna": {true, false}, strings.Repeat("a", 65): {false, false},
		`"` + strings.Repeat("a", 61) + `"`: {false, false}, "host:" + strings.Repeat("a", 62): {false, false},
	} {
		q := parse(t, in)
		if got := !open(q.Where(Env{Now: now})); got != want.messages {
			t.Errorf("%.40q of messages: %v", in, got)
		}
		if got := !open(q.WhereThreads(Env{Now: now})); got != want.threads {
			t.Errorf("%.40q of threads: %v", in, got)
		}
	}
}
