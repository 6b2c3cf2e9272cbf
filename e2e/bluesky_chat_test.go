//go:build e2e

package e2e

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"vigie/connectors/sandbox"
	"vigie/inbox"
)

// chatService stands in for Bluesky's chat service, which cannot be had: the
// simulated one, behind the real server's proxy. It takes the tokens that the
// real server makes for services.
type chatService struct {
	t     *testing.T
	sim   *sandbox.Bluesky
	user  *BlueskyUser
	token string // of the simulated account
	did   string // of the simulated account
	self  string // DID of the service
}

// startChat opens the service for one account and returns its DID.
func startChat(t *testing.T, world *sandbox.World, user *BlueskyUser) string {
	t.Helper()
	c := &chatService{t: t, sim: sandbox.NewBluesky(world), user: user}
	srv := httptest.NewServer(c)
	t.Cleanup(srv.Close)
	u, err := url.Parse(srv.URL)
	if err != nil {
		t.Fatal(err)
	}
	c.self = "did:web:localhost%3A" + u.Port()
	access := c.sim.Access(world.Brands("bluesky")[0], srv.URL)
	in, err := json.Marshal(map[string]string{"identifier": access.Settings["handle"], "password": access.Secrets["password"]})
	if err != nil {
		t.Fatal(err)
	}
	req := httptest.NewRequest(http.MethodPost, "/xrpc/com.atproto.server.createSession", bytes.NewReader(in))
	req.Header.Set("Content-Type", "application/json")
	res := httptest.NewRecorder()
	c.sim.ServeHTTP(res, req)
	var granted struct{ AccessJwt, DID string }
	if err := json.Unmarshal(res.Body.Bytes(), &granted); err != nil || granted.AccessJwt == "" {
		t.Fatalf("sign in at the simulation: %s", res.Body)
	}
	c.token, c.did = granted.AccessJwt, granted.DID
	return c.self
}

func (c *chatService) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "application/json")
	if r.URL.Path == "/.well-known/did.json" {
		_, _ = fmt.Fprintf(w, `{"@context":["https://www.w3.org/ns/did/v1"],"id":%q,"service":[{"id":"#bsky_chat","type":"BskyChatService","serviceEndpoint":"http://%s"}]}`, c.self, r.Host)
		return
	}
	if err := c.authorized(r); err != nil {
		c.t.Errorf("the server's token: %v", err)
		http.Error(w, `{"error":"AuthenticationRequired"}`, http.StatusUnauthorized)
		return
	}
	body, err := io.ReadAll(r.Body)
	if err != nil {
		c.t.Errorf("read a request: %v", err)
	}
	inner := httptest.NewRequest(r.Method, r.URL.RequestURI(), bytes.NewReader(body))
	inner.Header.Set("Content-Type", "application/json")
	inner.Header.Set("Authorization", "Bearer "+c.token)
	inner.Header.Set("Atproto-Proxy", c.self+"#bsky_chat")
	res := httptest.NewRecorder()
	c.sim.ServeHTTP(res, inner)
	w.WriteHeader(res.Code)
	_, _ = w.Write(bytes.ReplaceAll(res.Body.Bytes(), []byte(c.did), []byte(c.user.DID)))
}

// authorized checks what the real server says of who asks for what.
func (c *chatService) authorized(r *http.Request) error {
	parts := strings.Split(strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer "), ".")
	if len(parts) != 3 {
		return errors.New("no token")
	}
	raw, err := base64.RawURLEncoding.DecodeString(parts[1])
	if err != nil {
		return err
	}
	var claims struct{ Iss, Aud, Lxm string }
	if err := json.Unmarshal(raw, &claims); err != nil {
		return err
	}
	if claims.Iss != c.user.DID || !strings.HasPrefix(claims.Aud, c.self) || claims.Lxm != strings.TrimPrefix(r.URL.Path, "/xrpc/") {
		return fmt.Errorf("claims %s", raw)
	}
	return nil
}

// Direct messages go through the real server to the chat service and back; an
// app password without leave for them stops only that stream.
func TestBlueskyMessages(t *testing.T) {
	alice := NewBluesky(t).CreateAccount("alice")
	world, err := sandbox.NewWorld(sandbox.Options{Empty: true})
	if err != nil {
		t.Fatal(err)
	}
	chat := map[string]string{"chat": startChat(t, world, alice)}
	account := world.Brands("bluesky")[0].Account
	c := openBluesky(t, alice, alice.AppPassword, &memoryVault{}, chat)
	in := &collector{t: t, c: c, stream: inbox.StreamMessages}
	in.next()
	asked, err := world.Say(account, inbox.KindDM, "Bonjour, une commande pour samedi ?")
	if err != nil {
		t.Fatal(err)
	}
	p := in.next()
	if len(p.Messages) != 1 || p.Messages[0].Kind != inbox.KindDM || p.Messages[0].Outgoing || p.Messages[0].Text.String() != asked.Text {
		t.Fatalf("first fetch: %+v", p)
	}
	in.nothing("after the first message")

	a := replyTo(p.Messages[0], "01MESSAGE00000000000000001", "Avec plaisir !")
	r, err := c.Do(t.Context(), a)
	if err != nil {
		t.Fatalf("send: %v", err)
	}
	if found, ok, err := c.(inbox.Finder).Find(t.Context(), a); err != nil || !ok || found.Remote != r.Remote {
		t.Errorf("find: %+v %v %v", found, ok, err)
	}
	sent := world.Items(account, func(it sandbox.Item) bool { return it.ByBrand() && it.Text == a.Text })
	if len(sent) != 1 || sent[0].With != asked.Person {
		t.Errorf("at the service: %+v", sent)
	}
	if m, n := find(in.next(), r.Remote); n != 1 || !m.Outgoing || m.Conversation != a.Conversation {
		t.Errorf("our message as the service gives it: %d times, %+v", n, m)
	}
	if err := world.Delete(asked.ID); err != nil {
		t.Fatal(err)
	}
	if p = in.next(); len(p.Deleted) != 1 || p.Deleted[0] != a.Target {
		t.Errorf("after the deletion: %+v", p)
	}

	closed := openBluesky(t, alice, alice.NewAppPassword("closed", false), &memoryVault{}, chat)
	_, err = closed.Fetch(t.Context(), inbox.FetchRequest{Stream: inbox.StreamMessages})
	if !errors.Is(err, inbox.ErrUnsupported) {
		t.Errorf("with an app password without messages: %v, want ErrUnsupported", err)
	}
	(&collector{t: t, c: closed, stream: inbox.StreamMentions}).next()
}
