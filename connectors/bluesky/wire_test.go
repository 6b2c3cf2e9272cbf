package bluesky_test

import (
	"errors"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"vigie/connectors/conformance"
	"vigie/connectors/httpx"
	"vigie/inbox"
)

// wire looks at what leaves, and answers some methods in its own way.
type wire struct {
	next http.RoundTripper

	mu   sync.Mutex
	sent []*http.Request // the writes, in order
	play map[string]func(*http.Request) (*http.Response, error)
}

func (w *wire) RoundTrip(r *http.Request) (*http.Response, error) {
	method := strings.TrimPrefix(r.URL.Path, "/xrpc/")
	w.mu.Lock()
	if r.Method == http.MethodPost && !strings.HasPrefix(method, "com.atproto.server.") {
		w.sent = append(w.sent, r)
	}
	play := w.play[method]
	w.mu.Unlock()
	if play != nil {
		return play(r)
	}
	return w.next.RoundTrip(r)
}

// answers plays a method; nil lets the network answer again.
func (w *wire) answers(method string, play func(*http.Request) (*http.Response, error)) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.play = map[string]func(*http.Request) (*http.Response, error){method: play}
	if play == nil {
		w.play = nil
	}
}

func (w *wire) took() []*http.Request {
	w.mu.Lock()
	defer w.mu.Unlock()
	out := w.sent
	w.sent = nil
	return out
}

// status is an answer of the network's server.
func status(code int, header http.Header, body string) func(*http.Request) (*http.Response, error) {
	return func(r *http.Request) (*http.Response, error) {
		h := http.Header{"Content-Type": {"application/json"}}
		for key, vs := range header {
			h[key] = vs
		}
		return &http.Response{
			StatusCode: code, Header: h, Body: io.NopCloser(strings.NewReader(body)), Request: r, ProtoMajor: 1, ProtoMinor: 1,
		}, nil
	}
}

const internalError = `{"error":"InternalServerError","message":"Internal Server Error"}`

// onTheWire is a network with a wire in front, and an answer to a comment.
func onTheWire(t *testing.T, text string) (*network, *wire, inbox.Connector, inbox.Action) {
	t.Helper()
	n := newNetwork(t)
	w := &wire{next: n.env.Transport}
	n.env.Transport = w
	c := n.open()
	n.say(inbox.KindComment, "Vous ouvrez demain ?")
	m := n.drain(c, inbox.StreamMentions, "").Messages[0]
	w.took()
	return n, w, c, n.action(inbox.ActReply, m, text)
}

func uncertain(err error) bool {
	var doubt *inbox.UncertainError
	return errors.As(err, &doubt)
}

// No send can be repeated by the library below: its body can be read once and
// it carries no key that would allow it; and a redirect is not followed.
func TestSendsLeaveOnce(t *testing.T) {
	n, w, c, a := onTheWire(t, "Oui")
	m := n.drain(c, inbox.StreamMentions, "").Messages[0]
	n.say(inbox.KindDM, "coucou")
	dm := n.drain(c, inbox.StreamMessages, "").Messages[0]
	for _, act := range []inbox.Action{
		a, n.action(inbox.ActReply, dm, "Oui"), n.action(inbox.ActPrivate, m, "En privé"), n.action(inbox.ActLike, m, ""),
		n.action(inbox.ActUnlike, m, ""), n.action(inbox.ActHide, m, ""), n.action(inbox.ActUnhide, m, ""),
		n.action(inbox.ActRead, dm, ""), n.action(inbox.ActBlock, m, ""), n.action(inbox.ActUnblock, m, ""),
	} {
		if _, err := c.Do(t.Context(), act); err != nil {
			t.Fatalf("%s: %v", act.Kind, err)
		}
		sent := w.took()
		if len(sent) != 1 {
			t.Errorf("%s: %d writes", act.Kind, len(sent))
		}
		for _, r := range sent {
			if r.GetBody != nil || r.Header.Get("Idempotency-Key") != "" || r.Header.Get("X-Idempotency-Key") != "" {
				t.Errorf("%s: %s could be sent again", act.Kind, r.URL.Path)
			}
		}
	}
	for _, code := range []int{http.StatusMovedPermanently, http.StatusFound, http.StatusTemporaryRedirect, http.StatusPermanentRedirect} {
		w.answers("com.atproto.repo.createRecord", status(code, http.Header{"Location": {"/xrpc/com.atproto.repo.createRecord?again"}}, ""))
		_, err := c.Do(t.Context(), n.action(inbox.ActReply, m, "Oui"))
		if sent := w.took(); len(sent) != 1 || !uncertain(err) {
			t.Errorf("a redirect by %d: %d writes, %v", code, len(sent), err)
		}
	}
}

// An internal error under our key is a doubt until the record is looked up
// there: the same text means done, another a conflict, nothing not done.
func TestInternalErrorIsLookedUp(t *testing.T) {
	n, w, c, a := onTheWire(t, "Oui, dès 7 h")
	find := c.(inbox.Finder).Find
	fails := status(http.StatusInternalServerError, nil, internalError)
	w.answers("com.atproto.repo.createRecord", fails)
	if _, err := c.Do(t.Context(), a); !uncertain(err) {
		t.Errorf("refused and not done: %v, want a doubt", err)
	}
	if r, found, err := find(t.Context(), a); found || err != nil {
		t.Errorf("find what was not done: %+v %t %v", r, found, err)
	}
	w.answers("com.atproto.repo.createRecord", func(r *http.Request) (*http.Response, error) {
		res, err := w.next.RoundTrip(r)
		if err != nil {
			return nil, err
		}
		_ = res.Body.Close()
		return fails(r)
	})
	done, err := c.Do(t.Context(), a)
	if err != nil || done.Remote == "" {
		t.Errorf("done and answered by an error: %+v, %v", done, err)
	}
	if r, found, err := find(t.Context(), a); !found || err != nil || r.Remote != done.Remote {
		t.Errorf("find: %+v %t %v, want %s", r, found, err, done.Remote)
	}
	w.answers("", nil)
	if again, err := c.Do(t.Context(), a); err != nil || again.Remote != done.Remote {
		t.Errorf("again: %+v, %v", again, err)
	}
	other := a
	other.Text = "Non"
	if _, _, err := find(t.Context(), other); !errors.Is(err, inbox.ErrConflict) {
		t.Errorf("find another text under the key: %v", err)
	}
	if _, err := c.Do(t.Context(), other); !errors.Is(err, inbox.ErrConflict) {
		t.Errorf("another text under the key: %v", err)
	}
	if got := len(n.world.Deeds(n.brand.Account)); got != 1 {
		t.Errorf("%d deeds, want 1", got)
	}
}

// While nothing can be looked up, an internal error stays a doubt.
func TestInternalErrorAndNothingToSee(t *testing.T) {
	n, w, c, a := onTheWire(t, "Oui")
	w.answers("com.atproto.repo.createRecord", func(r *http.Request) (*http.Response, error) {
		n.fault.Set(conformance.Fault{Kind: conformance.Drop})
		return status(http.StatusInternalServerError, nil, internalError)(r)
	})
	n.bad.Store(true)
	if _, err := c.Do(t.Context(), a); !uncertain(err) {
		t.Errorf("%v, want a doubt", err)
	}
	if _, found, err := c.(inbox.Finder).Find(t.Context(), a); found || err == nil {
		t.Errorf("find without a network: %t, %v: no sure no", found, err)
	}
}

// Polling stops while a twentieth of the server's limit is left; answers go
// on until nothing is, and then wait without a call. After the reset all goes
// on.
func TestRepliesBeforePolls(t *testing.T) {
	n, _, c, a := onTheWire(t, "Oui")
	n.sim.Limit(100)
	m := inbox.Message{Remote: a.Target, Conversation: a.Conversation, Kind: a.ThreadKind, Author: inbox.Author{ID: a.Author}}
	requests := n.rig(inbox.KindComment).Calls
	var err error
	polls := 0
	for ; err == nil && polls < 200; polls++ {
		var p inbox.Page
		if p, err = n.tryFetch(c, inbox.StreamMentions, ""); err == nil && p.PollAfter > 0 && polls == 0 {
			t.Errorf("a server with room wants a pause of %s", p.PollAfter)
		}
	}
	var retry *inbox.RetryError
	if !errors.As(err, &retry) || !errors.Is(err, httpx.ErrResting) || retry.After <= 0 || retry.After > 5*time.Minute {
		t.Fatalf("after %d polls: %v, want a pause until the reset", polls, err)
	}
	before := requests()
	if _, err := n.tryFetch(c, inbox.StreamMessages, ""); !errors.Is(err, httpx.ErrResting) || requests() != before {
		t.Errorf("the other stream: %v, %d calls", err, requests()-before)
	}
	answers := 0
	for err = nil; err == nil && answers < 100; answers++ {
		_, err = c.Do(t.Context(), n.action(inbox.ActReply, m, "Oui"))
	}
	if answers < 4 || !errors.As(err, &retry) || uncertain(err) {
		t.Errorf("%d answers went, then %v", answers-1, err)
	}
	before = requests()
	if _, err = c.Do(t.Context(), n.action(inbox.ActReply, m, "Oui")); !errors.Is(err, httpx.ErrResting) || requests() != before {
		t.Errorf("with nothing left: %v, %d calls", err, requests()-before)
	}
	n.clock.Advance(5 * time.Minute)
	if _, err := n.tryFetch(c, inbox.StreamMentions, ""); err != nil {
		t.Errorf("after the reset: %v", err)
	}
	if _, err := c.Do(t.Context(), n.action(inbox.ActReply, m, "Oui")); err != nil {
		t.Errorf("an answer after the reset: %v", err)
	}
}
