package mastodon

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"testing"
	"time"

	"vigie/connectors/conformance"
	"vigie/connectors/sandbox"
	"vigie/inbox"
)

// A server of another make, as it answered: ids that are no numbers, an answer
// with a link behind words, a status that never leaves its server, a question.
func TestRecordedGoToSocial(t *testing.T) {
	answers := map[string]string{
		"/api/v1/accounts/verify_credentials": `{"id":"01PF32ZNHJAQWZT7QX8R8P5SA3","username":"miette","acct":"miette","display_name":"miette"}`,
	}
	for path, name := range map[string]string{"/api/v1/notifications": "notifications", "/api/v2/instance": "instance"} {
		b, err := os.ReadFile("testdata/gotosocial-" + name + ".json")
		if err != nil {
			t.Fatal(err)
		}
		answers[path] = string(b)
	}
	c := fixture(t, answers)
	fetch := func(s inbox.Stream) []inbox.Message {
		p, err := c.Fetch(t.Context(), inbox.FetchRequest{Stream: s, History: 24 * time.Hour, Now: time.Date(2026, 11, 22, 20, 0, 0, 0, time.UTC)})
		if err != nil || len(p.Refused) != 0 {
			t.Fatalf("%s: %v, refused %+v", s, err, p.Refused)
		}
		return p.Messages
	}
	said := fetch(inbox.StreamMentions)
	if len(said) != 4 {
		t.Fatalf("%d messages, want 4: %+v", len(said), said)
	}
	m := find(t, said, "01M82B01JJC60R8JPS6S6V6BVG")
	if want := "Vous ouvrez à quelle heure ? Et ici la page (https://example.org/x) @miette"; m.Text.String() != want {
		t.Errorf("text %q, want %q", m.Text, want)
	}
	if m := find(t, said, "01M82B01NG6E88SDHH5QW3BPR2"); m.Text.String() != "vos galettes sont <b>les</b> meilleures #galette" || m.Visibility != "unlisted" || len(m.Media) != 0 {
		t.Errorf("%+v", m)
	}
	if m := find(t, said, "01M82B01PJAW8CXEY3ENSH0SS8"); m.Warning.String() != "politique" || m.Text.String() != "un sujet délicat" {
		t.Errorf("%+v", m)
	}
	if m := find(t, said, "01M82B01RWKGJZ7S2HSFFSFDXP"); m.Poll == nil || len(m.Poll.Options) != 2 || !m.Poll.Multiple || m.Poll.Ends.IsZero() {
		t.Errorf("%+v", m.Poll)
	}
	if said := fetch(inbox.StreamMessages); len(said) != 1 || said[0].Kind != inbox.KindDM || said[0].Text.String() != "ma commande est perdue" {
		t.Errorf("%+v", said)
	}
	if l := c.Caps(); l.Reply.Max != 5000 || l.Reply.URLLength != 25 || l.Media.Max != 6 || l.Media.Alt != 1500 || l.Acts[inbox.ActReply].Class != inbox.ClassC {
		t.Errorf("limits %+v, media %+v, reply %+v", l.Reply, l.Media, l.Acts[inbox.ActReply])
	}
}

// answered is what a server is given as an answer to a status with some fields.
func answered(t *testing.T, fields string, settings map[string]string, kind inbox.ActionKind) map[string]any {
	t.Helper()
	var sent map[string]any
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch {
		case r.URL.Path == "/api/v1/accounts/verify_credentials":
			_, _ = io.WriteString(w, meJSON)
		case r.Method == http.MethodPost:
			if err := json.NewDecoder(r.Body).Decode(&sent); err != nil {
				t.Error(err)
			}
			_, _ = io.WriteString(w, `{"id":"6","created_at":"2026-11-22T08:01:00Z","visibility":"public","account":{"id":"1000"}}`)
		case r.URL.Path == "/api/v1/statuses/5":
			_, _ = io.WriteString(w, `{"id":"5","created_at":"2026-11-22T08:00:00Z","account":{"id":"7","acct":"zoe"},`+fields+`}`)
		default:
			w.WriteHeader(http.StatusNotFound)
		}
	}))
	defer srv.Close()
	settings["server"] = srv.URL
	n := &network{t: t, clock: conformance.Morning(), log: &conformance.Log{}, access: sandbox.Access{
		Settings: settings, Secrets: map[string]string{"token": "t0ken"},
	}}
	a := inbox.Action{Kind: kind, Key: "01ANSWER", Target: "5", Conversation: "5", ThreadKind: inbox.KindMention, Text: "Oui"}
	if _, err := opened(t, n).Do(t.Context(), a); err != nil {
		t.Fatal(err)
	}
	return sent
}

// An answer to what must not leave its server does not leave it either.
func TestAnswerStaysOnItsServer(t *testing.T) {
	for fields, want := range map[string]any{`"visibility":"public","local_only":true`: true, `"visibility":"public","local_only":false`: nil} {
		if sent := answered(t, fields, map[string]string{}, inbox.ActReply); sent["local_only"] != want {
			t.Errorf("%s: %v", fields, sent)
		}
	}
}

// Who may quote an answer is told where the user said so; a direct one can be
// quoted by nobody anyway.
func TestWhoMayQuoteAnAnswer(t *testing.T) {
	for _, k := range []struct {
		quotes string
		kind   inbox.ActionKind
		want   any
	}{{"nobody", inbox.ActReply, "nobody"}, {"", inbox.ActReply, nil}, {"followers", inbox.ActPrivate, nil}} {
		sent := answered(t, `"visibility":"public"`, map[string]string{"quotes": k.quotes}, k.kind)
		if sent["quote_approval_policy"] != k.want {
			t.Errorf("%q, %s: %v, want %v", k.quotes, k.kind, sent, k.want)
		}
	}
}
