package wordpress

import (
	"encoding/json"
	"maps"
	"net/url"
	"os"
	"strings"
	"testing"
	"unicode"

	"vigie/connectors/blog"
	"vigie/connectors/htmltext"
	"vigie/inbox/text"
)

func FuzzComment(f *testing.F) {
	for _, name := range []string{"testdata/comments-6.1.json", "testdata/comments-6.5.json"} {
		raw, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		var list []json.RawMessage
		if err := json.Unmarshal(raw, &list); err != nil {
			f.Fatal(err)
		}
		for _, item := range list {
			f.Add([]byte(item))
		}
	}
	f.Add([]byte(`{"id":1,"post":2,"date_gmt":"2026-11-22T15:54:11","author_name":"\u001b[2J","content":{"raw":"<p>\u009b2J"},"author_url":"javascript:x"}`))
	c := &connector{client: newClientFor("https://blog.example"), key: []byte("k")}
	f.Fuzz(func(t *testing.T, raw []byte) {
		m, err := readComment(raw)
		if err != nil {
			return
		}
		if id, ok := idOf(raw); ok && id != m.ID {
			t.Errorf("the id is %d, and %d", m.ID, id)
		}
		got := c.message(m, m.ID, post{})
		if text.Clean(got.Text.String()) != got.Text || text.CleanLine(got.Author.Name.String()) != got.Author.Name {
			t.Errorf("not clean: %+v", got)
		}
		for _, word := range []string{got.Remote, got.Parent, got.URL, got.Author.ID, got.Author.URL} {
			if strings.ContainsFunc(word, unicode.IsControl) {
				t.Errorf("a control character in %q", word)
			}
		}
		if got.At.IsZero() || got.Remote == "" || got.Author.ID == "" || !got.Kind.Valid() || !got.Status.Valid() {
			t.Errorf("incomplete: %+v", got)
		}
		if mail := strings.ToLower(strings.TrimSpace(m.Email)); len(mail) > 10 && strings.Contains(got.Author.ID+got.Author.URL, mail) && !strings.Contains(m.Site, mail) {
			t.Errorf("the address %q shows in %+v", mail, got.Author)
		}
	})
}

func FuzzCursor(f *testing.F) {
	f.Add(cursor{V: cursorVersion, Since: 1, Top: 9, Low: 2, known: book{9: {root: 2, state: held, sum: 7}, 2: {root: 2, state: approved}}}.String())
	f.Add(`{"v":1,"since":1,"known":"AAAA"}`)
	f.Fuzz(func(t *testing.T, s string) {
		cur := readCursor(s)
		again := readCursor(cur.String())
		if again.String() != cur.String() {
			t.Errorf("%q is read as %s, then as %s", s, cur, again)
		}
		for id, k := range cur.known {
			if id <= 0 || k.root <= 0 {
				t.Errorf("%q lets the comment %d of %d pass", s, id, k.root)
			}
		}
	})
}

func FuzzPack(f *testing.F) {
	f.Add(int64(5), int64(3), int64(100), uint32(1), byte(held))
	f.Fuzz(func(t *testing.T, a, b, c int64, sum uint32, state byte) {
		in := book{}
		for _, id := range []int64{a, b, c} {
			if id > 0 {
				in[id] = seen{root: max(1, min(a, c)), state: state, sum: sum}
			}
		}
		if out, err := unpack(in.pack()); err != nil || !maps.Equal(in, out) {
			t.Errorf("%v is read as %v, %v", in, out, err)
		}
	})
}

// What is typed reads the same on the blog.
func FuzzRaw(f *testing.F) {
	f.Add("Un <b> & deux\nlignes — « œuf » 🥐 &amp; &lt;p>")
	f.Fuzz(func(t *testing.T, s string) {
		if len(s) < 10_000 && !blog.SameText(s, htmltext.Text(fromRaw(toRaw(s)))) {
			t.Errorf("%q becomes %q", s, fromRaw(toRaw(s)))
		}
	})
}

func FuzzBase(f *testing.F) {
	f.Add("http://127.0.0.1:9400/index.php?rest_route=%2Fwp%2Fv2%2Fposts%2F1")
	f.Add("https://blog.example/wp-json/wp/v2/pages/1/../../users/1")
	f.Fuzz(func(t *testing.T, href string) {
		var m comment
		m.Links.Up = append(m.Links.Up, struct {
			Href string `json:"href"`
		}{href})
		if b := m.base(); b == "" || url.PathEscape(b) != b {
			t.Errorf("%q leads to %q", href, b)
		}
	})
}
