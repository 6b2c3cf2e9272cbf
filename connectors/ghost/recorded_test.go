package ghost

import (
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"
	"time"

	"vigie/connectors/conformance"
	"vigie/connectors/sandbox"
	"vigie/inbox"
)

func file(t testing.TB, name string) []byte {
	t.Helper()
	raw, err := os.ReadFile("testdata/" + name)
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

// recorded is a connector of a server that answers so.
func recorded(t *testing.T, answer http.HandlerFunc) inbox.Connector {
	t.Helper()
	srv := httptest.NewServer(answer)
	t.Cleanup(srv.Close)
	return opened(t, &network{t: t, clock: conformance.Morning(), log: &conformance.Log{}, access: sandbox.Access{
		Settings: map[string]string{"server": srv.URL, "member": "o'clair@clair.test"},
		Secrets:  map[string]string{"token": strings.Repeat("a", 24) + ":" + strings.Repeat("b", 64)},
	}})
}

// What Ghost 6.65.0 answered on 2026-11-22 is read as what was written there.
func TestRecorded(t *testing.T) {
	var asked []string
	c := recorded(t, func(w http.ResponseWriter, r *http.Request) {
		body := file(t, "comments.json")
		switch strings.TrimPrefix(r.URL.Path, "/ghost/api/admin") {
		case "/site/":
			body = file(t, "site.json")
		case "/members/":
			asked = append(asked, r.URL.Query().Get("filter"))
			body = file(t, "members.json")
		case "/settings/":
			body = []byte(`{"settings":[{"key":"comments_enabled","value":"all"}],"meta":{"filters":{"group":"comments"}}}`)
		}
		_, _ = w.Write(body)
	})
	who, err := c.Check(t.Context())
	if err != nil || who.Remote != "6b031cb9ab386a10243f9636" || who.Name != "Clair" || who.URL != "http://127.0.0.1:2368/" {
		t.Errorf("check: %+v %v", who, err)
	}
	if len(asked) != 1 || asked[0] != `email:['o\'clair@clair.test']` {
		t.Errorf("the member is asked for by %q", asked)
	}
	now := time.Date(2026, 11, 22, 17, 0, 0, 0, time.UTC)
	p, err := c.Fetch(t.Context(), inbox.FetchRequest{Stream: inbox.StreamComments, History: 24 * time.Hour, Now: now})
	if err != nil || p.More || len(p.Refused) > 0 || len(p.Messages) != 7 {
		t.Fatalf("fetch: %d messages, more: %t, refused: %v, %v", len(p.Messages), p.More, p.Refused, err)
	}
	const first, ours, underGone, atHidden, left, unnamed = 0, 1, 6, 5, 4, 3
	at := func(i int) inbox.Message { return p.Messages[i] }
	if m := at(first); m.Text.String() != "Un <b> & deux\nlignes\n\nfin « œuf »" || m.Author.Name.String() != "Mia" || m.Outgoing ||
		m.URL != "http://127.0.0.1:2368/coming-soon/#ghost-comments-"+m.Remote || m.Post.Text.String() != "Coming soon" || m.Parent != "" {
		t.Errorf("the first: %+v", m)
	}
	if m := at(ours); !m.Outgoing || m.Parent != at(first).Remote || m.Conversation != at(first).Remote {
		t.Errorf("our answer: %+v", m)
	}
	if m := at(2); m.Parent != at(ours).Remote || m.Conversation != at(first).Remote {
		t.Errorf("an answer to it: %+v", m)
	}
	if m := at(unnamed); m.Author.Name.String() != "Anonymous" || m.Text.String() != "Sans nom un lien (https://ami.example/a?b=1&c=2)\n\ncité\n\nhttps://nu.example/x" {
		t.Errorf("of somebody without a name: %+v", m)
	}
	if m := at(left); m.Author.ID != "deleted" || m.Text.String() != "Je pars gras\n\nfin" {
		t.Errorf("of a member who left: %+v", m)
	}
	if m := at(atHidden); m.Status != inbox.StatusHidden || !strings.HasSuffix(m.URL, "/ghost/#/comments") {
		t.Errorf("hidden: %+v", m)
	}
	if m := at(underGone); m.Conversation == m.Remote || m.Conversation != m.Parent || m.Status != "" {
		t.Errorf("under a deleted one: %+v", m)
	}
	raw, err := json.Marshal(p.Messages)
	if err != nil || strings.Contains(string(raw), "reader.test") || strings.Contains(string(raw), "avatar") {
		t.Errorf("a member's address is told: %v", err)
	}
}

// What Ghost refuses with is told in its words, and as what it is.
func TestRecordedRefusals(t *testing.T) {
	var list []struct {
		Status int             `json:"status"`
		Body   json.RawMessage `json:"body"`
	}
	if err := json.Unmarshal(file(t, "refusals.json"), &list); err != nil {
		t.Fatal(err)
	}
	want := []struct {
		kind  error
		words string
	}{
		{inbox.ErrAuth, "Unable to determine the authenticated user"},
		{inbox.ErrAuth, "Invalid token"},
		{inbox.ErrAuth, "Unknown Admin API Key"},
		{inbox.ErrAuth, "invalid signature"},
		{inbox.ErrUnsupported, "older than 6"},
		{inbox.ErrUnsupported, "no such call"},
		{inbox.ErrInvalid, "Error parsing filter"},
	}
	if len(list) != len(want) {
		t.Fatalf("%d refusals", len(list))
	}
	for i, w := range want {
		c := recorded(t, func(rw http.ResponseWriter, r *http.Request) {
			if strings.HasSuffix(r.URL.Path, "/site/") {
				_, _ = rw.Write(file(t, "site.json"))
				return
			}
			rw.Header().Set("Content-Type", "application/json; charset=utf-8")
			rw.WriteHeader(list[i].Status)
			_, _ = rw.Write(list[i].Body)
		})
		if _, err := c.Check(t.Context()); !errors.Is(err, w.kind) || !strings.Contains(err.Error(), w.words) || inbox.ProblemOf(err).Detail == "" {
			t.Errorf("%d %s: %v", list[i].Status, list[i].Body, err)
		}
	}
}
