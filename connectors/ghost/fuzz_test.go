package ghost

import (
	"encoding/json"
	"maps"
	"net/url"
	"strings"
	"testing"
	"unicode"

	"vigie/connectors/blog"
	"vigie/connectors/htmltext"
	"vigie/connectors/httpx"
	"vigie/inbox/text"
)

func FuzzComment(f *testing.F) {
	var list struct {
		Comments []json.RawMessage `json:"comments"`
	}
	if err := json.Unmarshal(file(f, "comments.json"), &list); err != nil {
		f.Fatal(err)
	}
	for _, item := range list.Comments {
		f.Add([]byte(item))
	}
	f.Add([]byte(`{"id":"6b031d2eab386a10243f9650","created_at":"2026-11-22T15:54:11.000Z","html":"<p>\u009b2J","member":{"id":"6b031d2eab386a10243f9651","name":"\u001b[2J"},"post":{"id":"6b031d2eab386a10243f9652","url":"javascript:x"}}`))
	c := &connector{client: httpx.New(httpx.Options{Base: &url.URL{Scheme: "https", Host: "clair.example"}})}
	f.Fuzz(func(t *testing.T, raw []byte) {
		m, err := readComment(raw)
		if err != nil {
			return
		}
		if id, ok := idOf(raw); ok && id != m.ID {
			t.Errorf("the id is %s, and %s", m.ID, id)
		}
		got := c.message(m, member{ID: "6b031d2eab386a10243f9651"})
		if text.Clean(got.Text.String()) != got.Text || text.CleanLine(got.Author.Name.String()) != got.Author.Name {
			t.Errorf("not clean: %+v", got)
		}
		for _, word := range []string{got.Remote, got.Conversation, got.Parent, got.URL, got.Author.ID} {
			if strings.ContainsFunc(word, unicode.IsControl) {
				t.Errorf("a control character in %q", word)
			}
		}
		if got.At.IsZero() || !isID(got.Remote) || !isID(got.Conversation) || got.Author.ID == "" || !got.Kind.Valid() || !got.Status.Valid() {
			t.Errorf("incomplete: %+v", got)
		}
	})
}

func FuzzCursor(f *testing.F) {
	const id = "6b031d2eab386a10243f9650"
	f.Add(cursor{V: cursorVersion, Since: 1, At: id, Low: id + "0", known: book{id: {state: kept, sum: 7}}}.String())
	f.Add(`{"v":1,"since":1,"known":"AAAA"}`)
	f.Fuzz(func(t *testing.T, s string) {
		cur := readCursor(s)
		if again := readCursor(cur.String()); again.String() != cur.String() {
			t.Errorf("%q is read as %s, then as %s", s, cur, again)
		}
		for k := range cur.known {
			if !isID(k) {
				t.Errorf("%q lets the comment %q pass", s, k)
			}
		}
		if b, err := unpack(cur.known.pack()); err != nil || !maps.Equal(b, cur.known) {
			t.Errorf("%v is read as %v, %v", cur.known, b, err)
		}
	})
}

func FuzzKey(f *testing.F) {
	f.Add(strings.Repeat("a1", 12) + ":" + strings.Repeat("0f", 32))
	f.Fuzz(func(t *testing.T, s string) {
		k, err := readKey(s)
		if err == nil && (!isID(k.id) || len(k.secret) < 16) {
			t.Errorf("%q is a key: %s and %d bytes", s, k.id, len(k.secret))
		}
	})
}

// What is typed reads the same on the blog.
func FuzzHTML(f *testing.F) {
	f.Add("Un <b> & deux\nlignes\n\n\n— « œuf » 🥐 &amp; &lt;p>\r\n")
	f.Fuzz(func(t *testing.T, s string) {
		if len(s) < 10_000 && !blog.SameText(s, htmltext.Text(toHTML(s))) {
			t.Errorf("%q becomes %q", s, toHTML(s))
		}
	})
}
