package mastodon

import (
	"encoding/json"
	"os"
	"strings"
	"testing"
	"time"
	"unicode"

	"vigie/connectors"
	"vigie/inbox/text"
)

func FuzzStatus(f *testing.F) {
	raw, err := os.ReadFile("testdata/notifications.json")
	if err != nil {
		f.Fatal(err)
	}
	var list []notification
	if err := json.Unmarshal(raw, &list); err != nil {
		f.Fatal(err)
	}
	for _, n := range list {
		f.Add([]byte(n.Status))
	}
	f.Add([]byte(`{"id":"1","created_at":"2026-11-22T07:48:00Z","account":{"id":"2","acct":"\u001b[2J"},"content":"<p>\u009b2J</p>"}`))
	me := account{ID: "2", Acct: "miette", Username: "miette"}
	f.Fuzz(func(t *testing.T, raw []byte) {
		s, err := readStatus(raw)
		if err != nil {
			return
		}
		m := message(s, me, place{conversation: s.ID, kind: "mention"})
		if text.Clean(m.Text.String()) != m.Text || text.CleanLine(m.Author.Name.String()) != m.Author.Name || text.CleanLine(m.Author.Handle.String()) != m.Author.Handle {
			t.Errorf("not clean: %+v", m)
		}
		for _, word := range []string{m.Remote, m.Parent, m.URL, m.Lang, m.Visibility, m.Author.ID, m.Author.URL} {
			if strings.ContainsFunc(word, unicode.IsControl) {
				t.Errorf("a control character in %q", word)
			}
		}
		if m.At.IsZero() || m.Remote == "" || m.Author.ID == "" {
			t.Errorf("incomplete: %+v", m)
		}
	})
}

func FuzzNotice(f *testing.F) {
	f.Add([]byte(`{"id":"5","type":"moderation_warning","created_at":"2026-11-22T07:48:00Z","moderation_warning":{"id":"1","action":"silence","text":"\u001b[2J"}}`))
	f.Add([]byte(`{"id":"6","type":"admin.report","account":{"id":"2","acct":"a"},"report":{"id":"../x","comment":"y","target_account":{"acct":"z"}}}`))
	f.Add([]byte(`{"id":"7","type":"severed_relationships","event":{"type":"domain_block","target_name":"e.example","followers_count":-1}}`))
	c, err := open(connectors.Env{}, connectors.Setup{Settings: map[string]string{"server": "toot.example"}})
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		var n notification
		if lenient(raw, &n) != nil || !sound(n.ID) {
			return
		}
		m, ok := c.(*connector).notice(n, time.Unix(0, 0).UTC())
		if !ok {
			return
		}
		if text.Clean(m.Text.String()) != m.Text || m.Author.ID == "" || !sound(m.Remote) || webAddress(m.URL) != m.URL {
			t.Errorf("%+v", m)
		}
	})
}

func FuzzRenamed(f *testing.F) {
	f.Add("@lea Oui @tom", "lea@piaille.example")
	f.Fuzz(func(t *testing.T, s, acct string) {
		if name, host, _ := strings.Cut(acct, "@"); !sound(name) || !sound(strings.ReplaceAll(host, ".", "")) || !sound(host[:1]) || !sound(host[len(host)-1:]) {
			return
		}
		was := status{InReplyTo: "1", AnswersTo: "2"}
		was.Mentions = append(was.Mentions, struct {
			ID   remoteID `json:"id"`
			Acct string   `json:"acct"`
		}{"2", acct})
		once := renamed(s, was)
		if !mentions(once, acct) {
			t.Errorf("%q does not mention %s", once, acct)
		}
		if again := renamed(once, was); again != once {
			t.Errorf("%q became %q, then %q", s, once, again)
		}
	})
}

func FuzzCursor(f *testing.F) {
	f.Add(`{"v":1,"n":{"min":"700036","max":"700028"},"s":{"min":"18"},"k":[{"i":"1","h":"x","t":1}]}`)
	f.Add(`{"v":1,"n":{"min":"../x"}}`)
	f.Add(`{"v":1,"k":[{"i":"1","p":"2","c":"3"}],"w":{"#pain":{"min":"4","top":"../x"},"pain":{"max":"5","b":7}}}`)
	f.Fuzz(func(t *testing.T, s string) {
		cur := readCursor(s)
		again := readCursor(cur.String())
		if again.String() != cur.String() {
			t.Errorf("%q is read as %s, then as %s", s, cur, again)
		}
		for _, id := range []remoteID{cur.Notes.Min, cur.Notes.Max, cur.Own.Min, cur.Own.Max} {
			if id != "" && !sound(id) {
				t.Errorf("%q lets the id %q pass", s, id)
			}
		}
	})
}

func FuzzSameText(f *testing.F) {
	f.Add("@lea@piaille.example Oui", "Oui")
	f.Fuzz(func(t *testing.T, a, b string) {
		if !sameText(a, a) {
			t.Errorf("%q is not itself", a)
		}
		if !sameText(a, "@added "+a) {
			t.Errorf("%q is another with a mention before it", a)
		}
		_, rest := comparable(a)
		if _, again := comparable(rest); again != rest && !strings.Contains(a, "@") {
			t.Errorf("%q: %q, then %q", a, rest, again)
		}
		if strings.Join(strings.Fields(a), " ") == strings.Join(strings.Fields(b), " ") && !sameText(a, b) {
			t.Errorf("%q and %q differ by spacing only", a, b)
		}
	})
}
