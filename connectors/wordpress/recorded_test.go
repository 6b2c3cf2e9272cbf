package wordpress

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"strings"
	"testing"
	"time"

	"vigie/connectors/conformance"
	"vigie/connectors/httpx"
	"vigie/connectors/sandbox"
	"vigie/inbox"
)

// newClientFor is a client of a blog that is not called.
func newClientFor(base string) *httpx.Client {
	u, err := url.Parse(base)
	if err != nil {
		panic(err)
	}
	return httpx.New(httpx.Options{Base: u})
}

// recorded serves what a real blog answered, by route.
func recorded(t *testing.T, comments string) inbox.Connector {
	t.Helper()
	file := func(name string) []byte {
		raw, err := os.ReadFile("testdata/" + name)
		if err != nil {
			t.Fatal(err)
		}
		return raw
	}
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		q := r.URL.Query()
		w.Header().Set("X-WP-Total", "0")
		body := []byte("[]")
		switch strings.TrimPrefix(r.URL.Path, "/wp-json") {
		case "/":
			body = file("index.json")
		case "/wp/v2/users/me":
			body = file("me.json")
		case "/wp/v2/posts":
			body = file("posts.json")
		case "/wp/v2/comments":
			if q.Get("status") == "any" && q.Get("include") == "" {
				body = file(comments)
				w.Header().Set("X-WP-Total", "11")
			}
		}
		_, _ = w.Write(body)
	}))
	t.Cleanup(srv.Close)
	return opened(t, &network{t: t, clock: conformance.Morning(), log: &conformance.Log{}, access: sandbox.Access{
		Settings: map[string]string{"server": srv.URL, "user": "admin"}, Secrets: map[string]string{"password": "abcd efgh"},
	}})
}

// readRecorded fetches what was recorded, by id.
func readRecorded(t *testing.T, name string) map[string]inbox.Message {
	t.Helper()
	c := recorded(t, name)
	p, err := c.Fetch(t.Context(), inbox.FetchRequest{
		Stream: inbox.StreamComments, History: 365 * 24 * time.Hour * 20, Now: time.Date(2026, 11, 22, 18, 0, 0, 0, time.UTC),
	})
	if err != nil || len(p.Refused) > 0 {
		t.Fatalf("%+v %v", p.Refused, err)
	}
	out := map[string]inbox.Message{}
	for _, m := range p.Messages {
		out[m.Remote] = m
	}
	return out
}

func TestRecordedDebian(t *testing.T) {
	got := readRecorded(t, "comments-6.1.json")
	for id, want := range map[string]inbox.Message{
		"11": {Kind: inbox.KindMention, Conversation: "11", URL: "https://ami.example/levain"},
		"10": {Kind: inbox.KindComment, Conversation: "2", Parent: "2", Outgoing: true, URL: "http://127.0.0.1:8081/carnet/hello-world/#comment-10"},
		"9":  {Kind: inbox.KindComment, Conversation: "2", Parent: "2", Outgoing: true, URL: "http://127.0.0.1:8081/carnet/hello-world/#comment-9"},
		"8":  {Kind: inbox.KindComment, Conversation: "1", Parent: "1", URL: "http://127.0.0.1:8081/carnet/hello-world/#comment-8"},
		"6":  {Kind: inbox.KindComment, Conversation: "6", Status: inbox.StatusHeld},
		"5":  {Kind: inbox.KindComment, Conversation: "5", Status: inbox.StatusSpam},
		"2":  {Kind: inbox.KindComment, Conversation: "2", URL: "http://127.0.0.1:8081/carnet/hello-world/#comment-2"},
	} {
		m, ok := got[id]
		if !ok || m.Kind != want.Kind || m.Conversation != want.Conversation || m.Parent != want.Parent || m.Status != want.Status || m.Outgoing != want.Outgoing {
			t.Errorf("%s: %+v", id, m)
		}
		if want.URL != "" && m.URL != want.URL || want.Status != "" && !strings.HasSuffix(m.URL, "/wp-admin/comment.php?action=editcomment&c="+id) {
			t.Errorf("%s: address %s", id, m.URL)
		}
		if m.Post == nil || m.Post.Text.String() != "Hello world!" || m.Post.ID != "1" || m.Post.At.IsZero() {
			t.Errorf("%s: post %+v", id, m.Post)
		}
	}
	for id, want := range map[string]string{
		"10": "Un bloc\n\n- un\n- deux", "9": "Merci <b> & à bientôt 🥐\n\n« ligne »", "8": "de l auteur <b> & 🥐",
		"2": "Bonjour l'équipe & bravo 1\nligne 2", "6": "À-MODÉRER svp",
	} {
		if m := got[id]; m.Text.String() != want {
			t.Errorf("%s: %q, want %q", id, m.Text, want)
		}
	}
	if a, b, other := got["2"].Author, got["3"].Author, got["6"].Author; a.ID != b.ID || a.ID == other.ID || a.Name.String() != `Vera "V" Visitor` || a.URL != "http://vera.example" {
		t.Errorf("authors %+v, %+v, %+v", a, b, other)
	}
	if id := got["8"].Author.ID; id != "user-3" {
		t.Errorf("a user of the blog is %q", id)
	}
}

func TestRecordedNewer(t *testing.T) {
	got := readRecorded(t, "comments-6.5.json")
	if len(got) < 3 || got["1"].Post == nil || got["1"].Post.Text.String() != "Hello world!" {
		t.Errorf("%+v", got)
	}
}
