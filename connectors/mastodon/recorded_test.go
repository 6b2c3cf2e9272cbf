package mastodon

import (
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"slices"
	"testing"
	"time"

	"vigie/connectors/conformance"
	"vigie/connectors/sandbox"
	"vigie/inbox"
)

// fixture serves recorded answers by path.
func fixture(t *testing.T, answers map[string]string) inbox.Connector {
	t.Helper()
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, ok := answers[r.URL.Path]
		if !ok {
			w.WriteHeader(http.StatusNotFound)
			_, _ = io.WriteString(w, `{"error":"Record not found"}`)
			return
		}
		if r.URL.Query().Get("min_id") != "" || r.URL.Query().Get("max_id") != "" {
			body = "[]"
		}
		_, _ = io.WriteString(w, body)
	}))
	t.Cleanup(srv.Close)
	n := &network{t: t, clock: conformance.Morning(), log: &conformance.Log{}, access: sandbox.Access{
		Settings: map[string]string{"server": srv.URL}, Secrets: map[string]string{"token": "t0ken"},
	}}
	return opened(t, n)
}

const meJSON = `{"id":"1000","username":"miette","acct":"miette","display_name":"Miette"}`

func TestRecordedNotifications(t *testing.T) {
	raw, err := os.ReadFile("testdata/notifications.json")
	if err != nil {
		t.Fatal(err)
	}
	c := fixture(t, map[string]string{"/api/v1/accounts/verify_credentials": meJSON, "/api/v1/notifications": string(raw)})
	p, err := c.Fetch(t.Context(), inbox.FetchRequest{Stream: inbox.StreamMentions, History: 24 * time.Hour, Now: time.Date(2026, 11, 22, 8, 0, 0, 0, time.UTC)})
	if err != nil {
		t.Fatal(err)
	}
	if len(p.Messages) != 3 {
		t.Fatalf("%d messages, want 3: %+v", len(p.Messages), p.Messages)
	}
	m := find(t, p.Messages, "103186126728896492")
	if want := "Vous ouvrez demain\u00a0? https://www.example.org/tres/longue/adresse\n\nMerci\nZoé"; m.Text.String() != want {
		t.Errorf("text %q, want %q", m.Text, want)
	}
	if m.Author.Handle.String() != "@zsc@mastodon.social" || m.Author.Followers != 12 || m.Edited.IsZero() || m.Lang != "fr" {
		t.Errorf("%+v", m)
	}
	if len(m.Media) != 1 || m.Media[0].Kind != "video" || m.Media[0].Alt.String() != "un chat" {
		t.Errorf("media %+v", m.Media)
	}
	if m := find(t, p.Messages, "103186126728896491"); m.Text.String() != "un id en nombre" || m.Warning.String() != "politique" || m.Author.Name.String() != "num" {
		t.Errorf("%+v", m)
	}
	var items []string
	for _, r := range p.Refused {
		items = append(items, r.Item+": "+r.Reason)
	}
	want := []string{
		"34975859: the status has no usable id", "34975857: the status has no usable id",
		"34975856: status 103186126728896489 has no usable time",
	}
	if !slices.Equal(items, want) {
		t.Errorf("refused %q\nwant %q", items, want)
	}
}

func TestDrift(t *testing.T) {
	c := fixture(t, map[string]string{
		"/api/v1/accounts/verify_credentials": meJSON,
		"/api/v1/notifications":               `[{"id":"5","type":"mention"},{"id":"4","type":"mention"},{"id":"3","type":"mention"},{"id":"2","type":"mention"}]`,
	})
	p, err := c.Fetch(t.Context(), inbox.FetchRequest{Stream: inbox.StreamMentions, Now: time.Now()})
	if err == nil {
		t.Errorf("a page of which nothing was understood was passed: %+v", p)
	}
}

func TestCheckAndLimits(t *testing.T) {
	c := fixture(t, map[string]string{
		"/api/v1/accounts/verify_credentials": meJSON,
		"/api/v1/instance":                    `{"uri":"https://pleroma.example","max_toot_chars":5000}`,
	})
	id, err := c.Check(t.Context())
	if err != nil || id.Handle != "@miette@pleroma.example" || id.Name != "Miette" || id.Remote != "1000" {
		t.Errorf("%+v %v", id, err)
	}
	if l := c.Caps().Reply; l.Max != 5000 || l.URLLength != 23 || !l.LocalMentions {
		t.Errorf("limit %+v", l)
	}
	if v := c.ThreadCaps(inbox.Thread{Kind: inbox.KindDM}).Visibilities; !slices.Equal(v, []string{"direct"}) {
		t.Errorf("a direct thread offers %v", v)
	}
}
