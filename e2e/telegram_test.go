//go:build e2e

package e2e

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os/exec"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"

	"vigie/connectors/sandbox"
	"vigie/inbox"
)

const telegramToken = "123456:AA-e2e-telegram-token"

// TelegramServer is the emulator.
type TelegramServer struct {
	t    testing.TB
	base string
}

// NewTelegram starts the emulator; it ends with the test.
func NewTelegram(t testing.TB) *TelegramServer {
	t.Helper()
	t.Cleanup(func() {
		if out, err := exec.Command("servers/telegram-stop.sh").CombinedOutput(); err != nil {
			t.Errorf("stop the emulator: %v: %s", err, out)
		}
	})
	out, err := exec.Command("servers/telegram-start.sh").Output()
	ready := regexp.MustCompile(`READY (\S+)`).FindSubmatch(out)
	if err != nil || ready == nil {
		t.Fatalf("start the emulator: %v: %s", err, out)
	}
	return &TelegramServer{t: t, base: string(ready[1])}
}

// post makes a call as a person or as who looks on, and returns its result.
func (s *TelegramServer) post(path string, body any) json.RawMessage {
	s.t.Helper()
	raw, err := json.Marshal(body)
	if err != nil {
		s.t.Fatal(err)
	}
	res, err := http.Post(s.base+path, "application/json", bytes.NewReader(raw))
	if err != nil {
		s.t.Fatal(err)
	}
	defer res.Body.Close()
	var e struct {
		OK     bool            `json:"ok"`
		Result json.RawMessage `json:"result"`
	}
	if err := json.NewDecoder(res.Body).Decode(&e); err != nil || !e.OK {
		s.t.Fatalf("%s: %v %+v", path, err, e)
	}
	return e.Result
}

// Says lets a person write to the bot, in private or in a group.
func (s *TelegramServer) Says(person int, name string, chat map[string]any, text string, marks ...map[string]any) {
	s.t.Helper()
	s.post("/sendMessage", map[string]any{
		"botToken": telegramToken, "from": map[string]any{"id": person, "first_name": name, "is_bot": false}, "chat": chat,
		"date": time.Now().Unix(), "text": text, "entities": marks,
	})
}

// TelegramSent is a message of the bot, as the emulator has it.
type TelegramSent struct {
	ID      int `json:"messageId"`
	Message struct {
		Chat  json.Number `json:"chat_id"`
		Text  string      `json:"text"`
		Reply struct {
			ID int `json:"message_id"`
		} `json:"reply_parameters"`
	} `json:"message"`
}

// Sent lists what the bot has written with this text.
func (s *TelegramServer) Sent(text string) []TelegramSent {
	s.t.Helper()
	var all, out []TelegramSent
	if err := json.Unmarshal(s.post("/getUpdatesHistory", map[string]any{"token": telegramToken}), &all); err != nil {
		s.t.Fatal(err)
	}
	for _, m := range all {
		if m.Message.Chat != "" && m.Message.Text == text {
			out = append(out, m)
		}
	}
	return out
}

// telegramBox is an inbox for a bot.
func telegramBox(t *testing.T, server, token, hold string) *Box {
	t.Helper()
	b := NewBox(t, "")
	file := b.Write("token", token+"\n")
	b.Write("config.yaml", fmt.Sprintf(`language: fr
hold: %s
clients:
  - id: atlas
    name: Atlas
    zone: Europe/Paris
    accounts:
      - id: atlas-telegram
        network: telegram
        server: %s
        token: file:%s
        poll: 15s
`, hold, server, file))
	b.Must("config", "check")
	return b
}

// The main job on the emulator: collect, answer in the terminal and on the
// command line, edit, delete; what it does not know (reactions, bans) is the
// sandbox's.
func TestTelegram(t *testing.T) {
	s := NewTelegram(t)
	b := telegramBox(t, s.base, telegramToken, "2s")
	group := map[string]any{"id": -55, "title": "Le virage", "type": "group"}
	s.Says(77, "Léa", map[string]any{"id": 77, "first_name": "Léa", "type": "private"}, "Vous ouvrez demain ?")
	s.Says(78, "Hugo", group, "@TestNameBot on entre par où ?", map[string]any{"type": "mention", "offset": 0, "length": 12})
	if p := b.Sync()[0]; p.New != 2 || p.Refused != 0 {
		t.Fatalf("first collection: %+v", p)
	}
	private, mention := b.One("kind:dm"), b.One("kind:mention")
	if private.Snippet != "Vous ouvrez demain ?" || private.Author.Name != "Léa" || private.Thread != "77" || mention.Thread != "-55:78" {
		t.Errorf("%+v\n%+v", private, mention)
	}
	b.same("after the first collection")

	said := b.Feed(strings.NewReader("Par la porte 4 👋\n"), "reply", mention.ID, "--json", "-")
	if said.Code != 0 {
		t.Fatalf("reply: exit %d\n%s%s", said.Code, said.Out, said.Err)
	}
	sent := s.Sent("Par la porte 4 👋")
	if len(sent) != 1 || sent[0].Message.Chat != "-55" || sent[0].Message.Reply.ID != 2 {
		t.Errorf("the answer on the server: %+v", sent)
	}

	p := NewDesk(t, b.Environ).Open(120, 40)
	p.Command(vigie(t))
	p.Wait("À traiter", "Léa", "Vous ouvrez demain")
	p.Type("fkind:dm")
	p.Press("Enter")
	p.Wait(`▌.*Léa`)
	p.Press("Enter")
	p.Type("r")
	p.Wait("RÉPONDRE EN PRIVÉ : Atlas .*→ Léa", "0/4096")
	p.Type("Oui, dès 10 h !")
	p.Press("C-s")
	p.accept("Premier envoi")
	p.Wait("envoyé : Léa")
	p.Type("q")
	p.Home(0)
	answer := s.Sent("Oui, dès 10 h !")
	if len(answer) != 1 || answer[0].Message.Chat != "77" || answer[0].Message.Reply.ID != 1 {
		t.Errorf("the answer on the server: %+v", answer)
	}
	s.changes(b, mention, JSON[Sent](t, said.Out)[0].RemoteID)
	if told := b.Must("show", private.ID); strings.Contains(told, telegramToken) || !strings.Contains(told, "Oui, dès 10 h !") {
		t.Errorf("show: %s", told)
	}
	b.same("after the answers")
	for _, log := range []string{b.Run("doctor").Out, b.Run("health").Out} {
		if strings.Contains(log, telegramToken) {
			t.Errorf("the token is told: %s", log)
		}
	}
}

// changes edits the answer to a mention, and deletes it.
func (s *TelegramServer) changes(b *Box, mention Row, remote string) {
	s.t.Helper()
	b.Must("reply", mention.ID, "--edit", remote, "--text", "Par la porte 5 👋")
	if sent := s.Sent("Par la porte 5 👋"); len(sent) != 1 || len(s.Sent("Par la porte 4 👋")) != 0 {
		s.t.Errorf("after the edit: %+v", sent)
	}
	b.Must("moderate", mention.ID, "delete", "--message", remote)
	if sent := s.Sent("Par la porte 5 👋"); len(sent) != 0 {
		s.t.Errorf("after the deletion: %+v", sent)
	}
}

// A server as strict as Telegram throws away what was confirmed. The program
// is killed while it collects, again and again: nothing is lost.
func TestTelegramKill(t *testing.T) {
	sim, err := sandbox.Start(context.WithoutCancel(t.Context()), sandbox.Options{Empty: true, Networks: []inbox.Network{"telegram"}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = sim.Close() })
	account := sim.Accounts()[0]
	slow := httptest.NewServer(between(account.Settings["server"]))
	t.Cleanup(slow.Close)
	b := telegramBox(t, slow.URL, account.Secrets["token"], "1ms")
	for i := range killCycles {
		for j := range 3 {
			if _, err := sim.World().Say(account.Account, inbox.KindMention, fmt.Sprintf("question %d %d ?", i, j)); err != nil {
				t.Fatal(err)
			}
		}
		pid := b.Serve()
		collecting := b.Command(t.Context(), "sync")
		if err := collecting.Start(); err != nil {
			t.Fatal(err)
		}
		<-time.After(time.Duration(i) * 15 * time.Millisecond) // another point each time
		if err := syscall.Kill(pid, syscall.SIGKILL); err != nil {
			t.Fatal(err)
		}
		b.gone(pid)
		_ = collecting.Wait() // however it ends
	}
	b.Serve()
	b.Must("sync")
	Until(t, "all is there", func() bool { return len(b.List("is:any")) == 3*killCycles })
	b.same("after the kills")
	if s := b.Run("doctor"); s.Code != 0 || strings.Contains(s.Out, account.Secrets["token"]) {
		t.Errorf("doctor: exit %d\n%s%s", s.Code, s.Out, s.Err)
	}
}

// between passes requests on; the answers of getUpdates take their time, so
// that a kill meets them on the way.
func between(server string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		req, err := http.NewRequestWithContext(r.Context(), r.Method, server+r.URL.RequestURI(), r.Body)
		if err != nil {
			http.Error(w, "", http.StatusBadGateway)
			return
		}
		req.Header = r.Header
		res, err := http.DefaultTransport.RoundTrip(req)
		if err != nil {
			http.Error(w, "", http.StatusBadGateway)
			return
		}
		defer res.Body.Close()
		var body bytes.Buffer
		_, _ = body.ReadFrom(res.Body) // what was cut is no JSON
		if strings.HasSuffix(r.URL.Path, "/getUpdates") {
			select {
			case <-time.After(20 * time.Millisecond):
			case <-r.Context().Done():
			}
		}
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(res.StatusCode)
		_, _ = w.Write(body.Bytes())
	})
}
