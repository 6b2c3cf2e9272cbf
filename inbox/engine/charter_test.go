package engine_test

import (
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"vigie/inbox"
)

// TestTheCharterIsKept: blockers and gaps always stop an answer, whatever was
// overruled; advice stops it until somebody has seen it.
func TestTheCharterIsKept(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b, n, id := ableBench(t)
		defer b.close()
		conf := settings(b.conn)
		conf.Clients[0].Charter = inbox.Charter{Address: "vous", Words: []inbox.CharterWord{
			{Word: "pas cher", Why: "jamais de prix", Block: true}, {Word: "souci"},
		}}
		b.must(b.eng.Reconfigure(t.Context(), conf))
		all := []string{inbox.CodeTone, inbox.CodeCharter, inbox.CodeVariable, inbox.CodeChanged}
		for _, c := range []struct {
			text    string
			more    []string
			despite []string
			code    string
			args    []string
		}{
			{"C'est PAS  cher", nil, all, inbox.CodeCharter, []string{"pas cher", "jamais de prix"}},
			{"Bonjour", []string{"c'est pas", "cher"}, all, inbox.CodeCharter, []string{"pas cher", "jamais de prix"}},
			{"Bonjour {{order number}}", nil, all, inbox.CodeVariable, []string{"order number"}},
			{"Bonjour", []string{"{{order number}}"}, all, inbox.CodeVariable, []string{"order number"}},
			{"Un souci ?", nil, nil, inbox.CodeTone, []string{"souci", ""}},
			{"Bonjour, tu as raison", nil, []string{inbox.CodeChanged}, inbox.CodeTone, []string{"rule:vous", "tu"}},
			{"Bonjour, vous avez raison", []string{"tu vois"}, nil, inbox.CodeTone, []string{"rule:vous", "tu"}},
		} {
			for _, at := range []time.Time{{}, time.Now().Add(time.Hour)} {
				_, err := b.eng.Reply(t.Context(), b.by, inbox.ReplyRequest{Thread: id, Text: c.text, More: c.more, Despite: c.despite, At: at})
				if p := inbox.ProblemOf(err); p.Code != c.code || !slices.Equal(p.Args, c.args) {
					t.Errorf("%q %q: %v", c.text, c.more, p)
				}
			}
		}
		_, err := b.eng.Reply(t.Context(), b.by, inbox.ReplyRequest{Thread: id, Text: "Un souci, tu vois", Despite: []string{inbox.CodeTone}})
		b.must(err)
		b.settled()
		if got := n.given(); got != "Un souci, tu vois>m1" {
			t.Errorf("given %s", got)
		}
	})
}
