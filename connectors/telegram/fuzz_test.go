package telegram

import (
	"os"
	"strings"
	"testing"
	"unicode"

	"vigie/inbox/text"
)

func FuzzUpdate(f *testing.F) {
	raw, err := os.ReadFile("testdata/emulator-updates.json")
	if err != nil {
		f.Fatal(err)
	}
	f.Add(raw)
	f.Add([]byte(`{"update_id":1,"message":{"message_id":1,"date":1,` + groupJSON + `,` + leaJSON + `,"text":"\u009b2J @x","entities":[{"type":"mention","offset":1,"length":2}]}}`))
	f.Add([]byte(`{"update_id":1,"business_message":{"message_id":1,"date":1,"business_connection_id":"a/b:c","chat":{"id":7,"type":"private"},` + leaJSON + `,"caption":"x","photo":[{}]}}`))
	f.Fuzz(func(t *testing.T, raw []byte) {
		u, err := readUpdate(raw)
		if err != nil {
			return
		}
		cur := cursor{V: cursorVersion}
		r := reading{me: user{ID: 5, Username: "x"}, cur: &cur}
		for _, m := range []*message{u.Message, u.EditedMessage, u.BusinessMessage, u.EditedBusiness} {
			if m == nil {
				continue
			}
			out, keep, err := r.message(*m)
			if err != nil || !keep {
				continue
			}
			if text.Clean(out.Text.String()) != out.Text || text.CleanLine(out.Author.Name.String()) != out.Author.Name || text.CleanLine(out.Author.Handle.String()) != out.Author.Handle {
				t.Errorf("not clean: %+v", out)
			}
			for _, word := range []string{out.Remote, out.Conversation, out.Parent, out.URL, out.Lang, out.Author.ID, out.Author.URL} {
				if strings.ContainsFunc(word, unicode.IsControl) {
					t.Errorf("a control character in %q", word)
				}
			}
			if _, ok := readSpot(out.Remote); !ok || out.At.IsZero() || out.Author.ID == "" {
				t.Errorf("incomplete: %+v", out)
			}
			if _, ok := readTalk(out.Conversation); !ok {
				t.Errorf("a conversation that cannot be read again: %q", out.Conversation)
			}
		}
	})
}

func FuzzCursor(f *testing.F) {
	f.Add(`{"v":1,"n":700000012,"t":1795420800,"p":["-1002000000001:1"],"m":[{"to":-10056,"of":-55}]}`)
	f.Add(`{"v":1,"n":-1}`)
	f.Fuzz(func(t *testing.T, s string) {
		cur := readCursor(s)
		again := readCursor(cur.String())
		if again.String() != cur.String() {
			t.Errorf("%q is read as %s, then as %s", s, cur, again)
		}
		if cur.Next < 0 {
			t.Errorf("%q confirms %d", s, cur.Next)
		}
	})
}

func FuzzNames(f *testing.F) {
	for _, s := range []string{"42", "bbc_1-Q7/42", "-100123:42", "-100123/t5:42", "-100123/p7:42", "-100123/d42", "b/1:2", "b:1/2:3"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if k, ok := readTalk(s); ok && k.String() != s {
			t.Errorf("%q is read as %q", s, k)
		}
		if p, ok := readSpot(s); ok && (p.String() != s || p.id <= 0) {
			t.Errorf("%q is read as %q", s, p)
		}
	})
}
