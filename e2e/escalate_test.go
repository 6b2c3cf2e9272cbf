//go:build e2e

package e2e

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"
)

// complaint is a thread of two messages under a post.
const complaint = `{"v":1,"type":"message","account":"miette-forum","kind":"comment","thread":"t1","id":"m1","at":"2026-11-21T08:00:00Z","author":{"id":"7","handle":"@lea@forum.test","name":"Léa"},"text":"Ma commande n'est pas arrivée","post":{"id":"p1","text":"Nos galettes sont prêtes 🥐","url":"https://forum.test/p/1"},"url":"https://forum.test/t/1"}
{"v":1,"type":"message","account":"miette-forum","kind":"comment","thread":"t1","id":"m2","parent":"m1","at":"2026-11-21T08:05:00Z","author":{"id":"7","handle":"@lea@forum.test","name":"Léa"},"text":"La boîte est écrasée : « inadmissible » 😡\nC'est la 3ᵉ fois","post":{"id":"p1","text":"Nos galettes sont prêtes 🥐","url":"https://forum.test/p/1"},"url":"https://forum.test/t/1#2"}
`

// deskWith is an inbox with the complaint in it and the contacts given, as
// lines of the configuration; more is appended to the configuration.
func deskWith(t *testing.T, contacts, more string) *Box {
	t.Helper()
	quiet := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		_, _ = io.WriteString(w, `<rss version="2.0"><channel><title>Forum</title></channel></rss>`)
	}))
	t.Cleanup(quiet.Close)
	b := NewBox(t, fmt.Sprintf(`language: fr
hold: 1s
clients:
  - id: miette
    name: Miette
    zone: Europe/Paris
    contacts:
%s
    accounts:
      - {id: miette-forum, network: feeds, urls: ['%s']}
%s`, contacts, quiet.URL, more))
	b.Must("config", "check")
	b.Must("import", b.Write("complaint.jsonl", complaint))
	return b
}

// Brief is what webhooks and commands get.
type Brief struct {
	V                                                         int
	Type, Key, Client, Subject, Question, Severity, Due, Link string
	From, Quote, Context                                      string
	Contact                                                   struct{ ID, Name, Role string }
	History                                                   []struct{ At, Who, Text string }
}

// check compares a brief with the complaint.
func (b Brief) check(t *testing.T, contact, question string) {
	t.Helper()
	if b.V != 1 || b.Type != "escalation" || len(b.Key) != 26 || b.Contact.ID != contact || b.Question != question ||
		b.From != "@lea@forum.test" || b.Quote != "La boîte est écrasée : « inadmissible » 😡\nC'est la 3ᵉ fois" ||
		b.Context != "Nos galettes sont prêtes 🥐" || !strings.HasPrefix(b.Link, "https://forum.test/t/1") || b.Client != "Miette" {
		t.Errorf("the brief: %+v", b)
	}
	if len(b.History) != 2 || b.History[0].Text != "Ma commande n'est pas arrivée" || b.History[0].At != "2026-11-21T08:00:00Z" {
		t.Errorf("the brief's history: %+v", b.History)
	}
}

// hook is a webhook that keeps what it gets and answers with status.
type hook struct {
	*httptest.Server
	got chan *http.Request
}

func newHook(t *testing.T, status int) *hook {
	t.Helper()
	h := &hook{got: make(chan *http.Request, 10)}
	h.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			t.Error(err)
		}
		r.Body = io.NopCloser(bytes.NewReader(body))
		h.got <- r
		w.WriteHeader(status)
	}))
	t.Cleanup(h.Close)
	return h
}

func paris(t *testing.T) *time.Location {
	t.Helper()
	zone, err := time.LoadLocation("Europe/Paris")
	if err != nil {
		t.Fatal(err)
	}
	return zone
}

// A webhook gets the brief once, signed as Standard Webhooks says; the thread
// shows to whom it went and until when.
func TestEscalateWebhook(t *testing.T) {
	h := newHook(t, http.StatusNoContent)
	key := []byte("0123456789abcdef0123456789abcdef")
	b := deskWith(t, fmt.Sprintf("      - {id: presse, name: Ève, role: presse, webhook: '%s/in?x=1', secret: 'env:HOOK'}", h.URL), "")
	b.Environ = append(b.Environ, "HOOK=whsec_"+base64.StdEncoding.EncodeToString(key))
	id := b.One().ID
	out := b.Must("escalate", id, "--to", "presse", "--question", "Que répondre à Léa ?", "--due", "+2h", "--severity", "haute")
	if !strings.Contains(out, "envoyé") {
		t.Errorf("escalate says %q", out)
	}
	r := <-h.got
	body, err := io.ReadAll(r.Body)
	if err != nil {
		t.Fatal(err)
	}
	mac := hmac.New(sha256.New, key)
	fmt.Fprintf(mac, "%s.%s.%s", r.Header.Get("webhook-id"), r.Header.Get("webhook-timestamp"), body)
	if want := "v1," + base64.StdEncoding.EncodeToString(mac.Sum(nil)); r.Header.Get("webhook-signature") != want {
		t.Errorf("signature %q, want %q", r.Header.Get("webhook-signature"), want)
	}
	at, err := strconv.ParseInt(r.Header.Get("webhook-timestamp"), 10, 64)
	if age := time.Since(time.Unix(at, 0)); err != nil || age < -time.Second || age > 10*time.Minute {
		t.Errorf("signed %s ago: %v", age, err)
	}
	var brief Brief
	if err := json.Unmarshal(body, &brief); err != nil {
		t.Fatal(err)
	}
	brief.check(t, "presse", "Que répondre à Léa ?")
	due, err := time.Parse(time.RFC3339, brief.Due)
	if left := time.Until(due); err != nil || left < time.Hour || left > 2*time.Hour || brief.Severity != "haute" || brief.Key != r.Header.Get("webhook-id") {
		t.Errorf("due %q, severity %q, key %q: %v", brief.Due, brief.Severity, brief.Key, err)
	}
	if row := b.One("state:escalated"); row.EscalatedTo != "presse" {
		t.Errorf("the thread: %+v", row)
	}
	want := "escaladé à Ève, réponse avant " + due.In(paris(t)).Format("2006-01-02 15:04")
	if show := b.Must("show", id); !strings.Contains(show, want) {
		t.Errorf("the thread does not show to whom and until when (%s):\n%s", want, show)
	}
	if n := len(h.got); n != 0 {
		t.Errorf("%d deliveries more", n)
	}
}

// A webhook that refuses, and one that answers nonsense, are told; nothing is
// sent twice.
func TestEscalateRefused(t *testing.T) {
	no, perhaps := newHook(t, http.StatusUnprocessableEntity), newHook(t, http.StatusBadGateway)
	b := deskWith(t, fmt.Sprintf("      - {id: no, name: Non, webhook: '%s'}\n      - {id: perhaps, name: Peut-être, webhook: '%s'}", no.URL, perhaps.URL), "")
	id := b.One().ID
	for contact, h := range map[string]*hook{"no": no, "perhaps": perhaps} {
		s := b.Run("escalate", id, "--to", contact, "--question", "?")
		if s.Code != 7 {
			t.Errorf("to %s: exit %d, want 7 (not sent)\n%s%s", contact, s.Code, s.Out, s.Err)
		}
		if n := len(h.got); n != 1 {
			t.Errorf("to %s: %d deliveries, want 1", contact, n)
		}
	}
	if s := b.Run("escalate", id, "--to", "nobody", "--question", "?"); s.Code != 3 {
		t.Errorf("to nobody: exit %d, want 3 (not found): %s", s.Code, s.Err)
	}
}

// A command gets the brief on its standard input, without a shell.
func TestEscalateCommand(t *testing.T) {
	file := filepath.Join(t.TempDir(), "brief $(id).json")
	b := deskWith(t, fmt.Sprintf("      - {id: garde, name: $(id), command: [tee, '%s']}", file), "")
	b.Must("escalate", b.One().ID, "--to", "garde", "--question", "Dispo ?")
	raw, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	JSON[Brief](t, string(raw))[0].check(t, "garde", "Dispo ?")
}
