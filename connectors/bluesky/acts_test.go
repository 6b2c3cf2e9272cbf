package bluesky_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"

	"vigie/connectors/sandbox"
	"vigie/inbox"
)

// do carries out an action that must succeed.
func (n *network) do(c inbox.Connector, a inbox.Action) inbox.Receipt {
	n.t.Helper()
	r, err := c.Do(n.t.Context(), a)
	if err != nil {
		n.t.Fatalf("%s: %v", a.Kind, err)
	}
	return r
}

// gate is what the gate of a post says.
func (n *network) gate(post string) (g struct {
	Hidden []string          `json:"hiddenReplies"`
	Allow  []json.RawMessage `json:"allow"`
	Odd    string            `json:"odd"`
},
) {
	n.t.Helper()
	if err := json.Unmarshal(n.sim.Gate(post), &g); err != nil {
		n.t.Fatalf("gate of %s: %v", post, err)
	}
	return g
}

// What other programs of the account wrote into the gate stays, also what is
// written between our reading and our writing.
func TestHideKeepsTheGate(t *testing.T) {
	n, w, c, a := onTheWire(t, "")
	root, _, _ := strings.Cut(a.Conversation, "#")
	elsewhere := n.sim.URI(n.say(inbox.KindComment, "caché d'ailleurs").ID)
	late := n.sim.URI(n.say(inbox.KindComment, "caché entre-temps").ID)
	write := func(hidden ...string) {
		b, err := json.Marshal(map[string]any{
			"$type": "app.bsky.feed.threadgate", "post": root, "createdAt": "2026-11-22T07:00:00Z", "odd": "kept",
			"allow": []any{map[string]string{"$type": "app.bsky.feed.threadgate#mentionRule"}}, "hiddenReplies": hidden,
		})
		if err != nil {
			t.Fatal(err)
		}
		n.sim.SetGate(root, b)
	}
	write(elsewhere)
	tries := 0
	w.answers("com.atproto.repo.putRecord", func(r *http.Request) (*http.Response, error) {
		if tries++; tries == 1 {
			write(elsewhere, late)
		}
		return w.next.RoundTrip(r)
	})
	a.Kind = inbox.ActHide
	n.do(c, a)
	g := n.gate(root)
	if !slices.Equal(g.Hidden, []string{elsewhere, late, a.Target}) || len(g.Allow) != 1 || g.Odd != "kept" || tries != 2 {
		t.Errorf("after %d tries: %+v", tries, g)
	}
	a.Kind = inbox.ActUnhide
	n.do(c, a)
	if g := n.gate(root); !slices.Equal(g.Hidden, []string{elsewhere, late}) || len(g.Allow) != 1 {
		t.Errorf("shown again: %+v", g)
	}
	tries = 0
	w.answers("com.atproto.repo.putRecord", func(r *http.Request) (*http.Response, error) {
		tries++
		write(fmt.Sprintf("at://did:plc:abc/app.bsky.feed.post/%d", tries))
		return w.next.RoundTrip(r)
	})
	a.Kind = inbox.ActHide
	var retry *inbox.RetryError
	if _, err := c.Do(t.Context(), a); !errors.As(err, &retry) || tries > 10 {
		t.Errorf("a gate that changes all the time: %v after %d tries", err, tries)
	}
}

func TestHideRefused(t *testing.T) {
	n, _, c, a := onTheWire(t, "")
	root, _, _ := strings.Cut(a.Conversation, "#")
	full := make([]string, 300)
	for i := range full {
		full[i] = fmt.Sprintf("at://did:plc:abc/app.bsky.feed.post/%d", i)
	}
	list, err := json.Marshal(full)
	if err != nil {
		t.Fatal(err)
	}
	other := n.say(inbox.KindMention, "ailleurs")
	a.Kind = inbox.ActHide
	for name, k := range map[string]struct {
		gate   string
		target string
		want   error
	}{
		"full":        {`{"hiddenReplies":` + string(list) + `}`, a.Target, inbox.ErrUnsupported},
		"no list":     {`{"hiddenReplies":7}`, a.Target, inbox.ErrConflict},
		"elsewhere":   {`{}`, n.sim.URI(other.ID), inbox.ErrInvalid},
		"the root":    {`{}`, root, inbox.ErrInvalid},
		"no post":     {`{}`, "rien", inbox.ErrInvalid},
		"what's gone": {`{}`, strings.Replace(root, "post/", "post/22", 1), inbox.ErrGone},
	} {
		n.sim.SetGate(root, json.RawMessage(k.gate))
		act := a
		act.Target = k.target
		if _, err := c.Do(t.Context(), act); !errors.Is(err, k.want) || uncertain(err) {
			t.Errorf("%s: %v, want %v", name, err, k.want)
		}
		if got := string(n.sim.Gate(root)); got != k.gate {
			t.Errorf("%s: the gate is now %.80s", name, got)
		}
	}
}

// Others no longer see what is hidden; we do, and it is no deletion. A blocked
// author's posts are not shown to us: no deletion either, and they can still
// be hidden from others.
func TestHiddenIsNotGone(t *testing.T) {
	n, _, c, a := onTheWire(t, "")
	p := n.drain(c, inbox.StreamMentions, "")
	root, _, _ := strings.Cut(a.Conversation, "#")
	act := func(kind inbox.ActionKind) inbox.Action { a.Kind = kind; return a }
	n.do(c, act(inbox.ActHide))
	around, err := c.(inbox.Contexter).Context(t.Context(), inbox.Thread{Kind: a.ThreadKind, Remote: a.Conversation})
	if err != nil || len(around.Messages) != 1 || around.Messages[0].Remote != a.Target || n.sim.Shows(a.Target) {
		t.Errorf("hidden: we see %+v, %v; others see it: %t", around.Messages, err, n.sim.Shows(a.Target))
	}
	n.do(c, act(inbox.ActBlock))
	if p := n.drain(c, inbox.StreamMentions, p.Cursor); len(p.Deleted)+len(p.Messages) > 0 {
		t.Errorf("after the block: deleted %v, new %v", p.Deleted, p.Messages)
	}
	n.do(c, act(inbox.ActUnhide))
	if g := n.gate(root); len(g.Hidden) != 0 || !n.sim.Shows(a.Target) {
		t.Errorf("shown again: %+v", g)
	}
	n.do(c, act(inbox.ActHide))
	if n.sim.Shows(a.Target) {
		t.Error("what a blocked person wrote cannot be hidden")
	}
	for _, kind := range []inbox.ActionKind{inbox.ActReply, inbox.ActLike} {
		_, err := c.Do(t.Context(), act(kind))
		if !errors.Is(err, inbox.ErrUnsupported) || errors.Is(err, inbox.ErrGone) || !strings.Contains(err.Error(), "blocks") {
			t.Errorf("%s of a blocked person: %v", kind, err)
		}
	}
	n.do(c, act(inbox.ActUnlike))
}

// elsewhere makes a record as another program of the account would.
func (n *network) elsewhere(record map[string]any) string {
	n.t.Helper()
	kept, _, _ := n.vault.Get(n.brand.Account, "session")
	var s struct{ DID, Endpoint, Access string }
	err := json.Unmarshal([]byte(kept.Reveal()), &s)
	record["createdAt"] = n.clock.Now()
	body, err2 := json.Marshal(map[string]any{"repo": s.DID, "collection": record["$type"], "record": record})
	req, err3 := http.NewRequestWithContext(n.t.Context(), http.MethodPost, s.Endpoint+"/xrpc/com.atproto.repo.createRecord", bytes.NewReader(body))
	if err := errors.Join(err, err2, err3); err != nil {
		n.t.Fatalf("%v", err)
	}
	req.Header = http.Header{"Authorization": {"Bearer " + s.Access}, "Content-Type": {"application/json"}}
	res, err := n.env.Transport.RoundTrip(req)
	if err != nil {
		n.t.Fatalf("%v", err)
	}
	defer res.Body.Close()
	var out struct{ URI string }
	if err := json.NewDecoder(res.Body).Decode(&out); err != nil || out.URI == "" {
		n.t.Fatalf("a record from elsewhere: %d %v", res.StatusCode, err)
	}
	return out.URI
}

// A like or block that another program made counts, and is taken back. What
// the network's view still tells of one that is gone does not count.
func TestSaidElsewhere(t *testing.T) {
	n, w, c, a := onTheWire(t, "")
	for kind, k := range map[inbox.ActionKind]struct {
		record map[string]any
		view   string // the method whose answer is late
	}{
		inbox.ActLike: {map[string]any{
			"$type": "app.bsky.feed.like", "subject": map[string]string{"uri": a.Target, "cid": "bafyreihdwdcefgh4dqkjv67uzcmw7ojee6xedzdetojuzjevtenxquvyku"},
		}, "app.bsky.feed.getPosts"},
		inbox.ActBlock: {map[string]any{"$type": "app.bsky.graph.block", "subject": a.Author}, "app.bsky.actor.getProfile"},
	} {
		theirs := n.elsewhere(k.record)
		var late []byte
		w.answers(k.view, func(r *http.Request) (*http.Response, error) {
			res, err := w.next.RoundTrip(r)
			if err == nil {
				late, err = io.ReadAll(res.Body)
				res.Body = io.NopCloser(bytes.NewReader(late))
			}
			return res, err
		})
		a.Kind = kind
		if r := n.do(c, a); r.Remote != theirs {
			t.Errorf("%s, done elsewhere as %s: %+v", kind, theirs, r)
		}
		w.answers(k.view, status(http.StatusOK, nil, string(late)))
		back := a
		back.Kind, _ = kind.Inverse()
		n.do(c, back)
		if _, stands := n.rig(inbox.KindComment).Ledger(back); !stands {
			t.Errorf("%s does not take back what was done elsewhere", back.Kind)
		}
		if r := n.do(c, a); r.Remote == theirs {
			t.Errorf("%s: a record was believed that is gone", kind)
		}
		if _, stands := n.rig(inbox.KindComment).Ledger(a); !stands {
			t.Errorf("%s after %s: nothing", kind, back.Kind)
		}
		n.do(c, back)
		w.answers("", nil)
	}
}

// Somebody whose profile the network no longer shows can be blocked; no
// account, and ourselves, cannot.
func TestBlockWhoIsNotShown(t *testing.T) {
	n, w, c, a := onTheWire(t, "")
	a.Kind = inbox.ActBlock
	w.answers("app.bsky.actor.getProfile", status(http.StatusBadRequest, nil, `{"error":"AccountTakedown","message":"Account has been suspended"}`))
	n.do(c, a)
	if it, _ := n.sim.Lookup(a.Target); !n.world.Blocked(n.brand.Account, it.Person) {
		t.Error("not blocked")
	}
	w.took()
	me, err := c.Check(t.Context())
	if err == nil || !errors.Is(err, inbox.ErrAuth) { // the same refusal of our own profile
		t.Errorf("check: %v %v", me, err)
	}
	own, _, _ := strings.Cut(strings.TrimPrefix(a.Conversation, "at://"), "/")
	for _, author := range []string{"", "@lea", own} {
		a.Author = author
		if _, err := c.Do(t.Context(), a); !errors.Is(err, inbox.ErrInvalid) || len(w.took()) > 0 {
			t.Errorf("block %q: %v", author, err)
		}
	}
}

// A private answer goes where our direct messages with its author are.
func TestPrivateAnswer(t *testing.T) {
	n, _, c, a := onTheWire(t, "")
	a.Kind = inbox.ActPrivate
	var convo string
	cursor := n.drain(c, inbox.StreamMessages, "").Cursor
	for i, text := range []string{"Écrivez-nous ici 🥐 https://example.com", "Toujours là ?"} {
		act := a
		act.Key, act.Text = fmt.Sprint(a.Key, i), text
		r := n.do(c, act)
		p := n.drain(c, inbox.StreamMessages, cursor)
		cursor = p.Cursor
		if len(p.Messages) != 1 || p.Messages[0].Remote != r.Remote || p.Messages[0].Conversation != r.Conversation || !p.Messages[0].Outgoing {
			t.Errorf("receipt %+v, fetched %+v", r, p.Messages)
		}
		if convo != "" && r.Conversation != convo {
			t.Errorf("two conversations with one person: %s and %s", convo, r.Conversation)
		}
		convo = r.Conversation
		if again, found, err := c.(inbox.Finder).Find(t.Context(), act); !found || err != nil || again.Remote != r.Remote || again.Conversation != convo {
			t.Errorf("find: %+v %t %v", again, found, err)
		}
	}
}

func TestPrivateRefused(t *testing.T) {
	n, w, c, a := onTheWire(t, "Bonjour")
	a.Kind = inbox.ActPrivate
	it, _ := n.sim.Lookup(a.Target)
	for reason, want := range map[string]struct {
		err  error
		says string
	}{
		"BlockedActor":        {inbox.ErrUnsupported, "blocks"},
		"BlockedSubject":      {inbox.ErrUnsupported, "blocks"},
		"MessagesDisabled":    {inbox.ErrUnsupported, "no direct messages"},
		"NotFollowedBySender": {inbox.ErrUnsupported, "they follow"},
		"AccountSuspended":    {inbox.ErrUnsupported, "suspended"},
		"RecipientNotFound":   {inbox.ErrGone, "no longer"},
	} {
		n.sim.RefuseMessages(it.Person, reason)
		_, err := c.Do(t.Context(), a)
		p := inbox.ProblemOf(err)
		if !errors.Is(err, want.err) || errors.Is(err, inbox.ErrAuth) || errors.Is(err, inbox.ErrInvalid) || !strings.Contains(p.Detail, want.says) {
			t.Errorf("%s: %v (%+v)", reason, err, p)
		}
		if _, found, err := c.(inbox.Finder).Find(t.Context(), a); found || err != nil {
			t.Errorf("%s: find: %t %v", reason, found, err)
		}
	}
	n.sim.RefuseMessages(it.Person, "")
	long := a
	long.Text = strings.Repeat("é", 1001)
	nobody := a
	nobody.Author = ""
	for _, act := range []inbox.Action{long, nobody} {
		if _, err := c.Do(t.Context(), act); !errors.Is(err, inbox.ErrInvalid) {
			t.Errorf("%.20q to %q: %v", act.Text, act.Author, err)
		}
	}
	if len(w.took()) > 0 {
		t.Error("something was sent")
	}
}

// What was read is told up to the message that was seen, not to what came
// since.
func TestReadUpTo(t *testing.T) {
	n := newNetwork(t)
	c := n.open()
	first := n.say(inbox.KindDM, "un")
	m := n.drain(c, inbox.StreamMessages, "").Messages[0]
	n.write(sandbox.Item{Kind: sandbox.Direct, Person: first.Person, Parent: first.ID, Text: "deux"})
	act := n.action(inbox.ActRead, m, "")
	n.do(c, act)
	if got := n.world.ReadUpTo(n.brand.Account, first.Person); got != first.ID {
		t.Errorf("read up to %d, want %d", got, first.ID)
	}
	if _, found, err := c.(inbox.Finder).Find(t.Context(), act); found || err != nil {
		t.Errorf("find with one unread: %t %v", found, err)
	}
	act.Target = "" // the whole conversation
	n.do(c, act)
	if _, found, err := c.(inbox.Finder).Find(t.Context(), act); !found || err != nil {
		t.Errorf("find: %t %v", found, err)
	}
}

// What a thread offers follows from its head.
func TestThreadCaps(t *testing.T) {
	c := newNetwork(t).open()
	const root = "at://did:plc:abcdefghijklmnopqrstuvwx/app.bsky.feed.post/3n2um4yzso22q"
	for name, k := range map[string]struct {
		t     inbox.Thread
		hides bool
		reads bool
		likes bool
	}{
		"under our post":    {inbox.Thread{Kind: inbox.KindComment, Remote: root + "#did:plc:bbbbbbbbbbbbbbbbbbbbbbbb", PostID: root}, true, false, true},
		"under their post":  {inbox.Thread{Kind: inbox.KindComment, Remote: root}, false, false, true},
		"a mention":         {inbox.Thread{Kind: inbox.KindMention, Remote: root}, false, false, true},
		"a quote of us":     {inbox.Thread{Kind: inbox.KindMention, Remote: root, PostID: root}, false, false, true},
		"direct messages":   {inbox.Thread{Kind: inbox.KindDM, Remote: "3abcdefghijk"}, false, true, false},
		"an unusual thread": {inbox.Thread{Kind: inbox.KindComment, Remote: "x#y"}, false, false, true},
	} {
		caps := c.ThreadCaps(k.t)
		for kind, want := range map[inbox.ActionKind]bool{
			inbox.ActHide: k.hides, inbox.ActUnhide: k.hides, inbox.ActRead: k.reads, inbox.ActLike: k.likes, inbox.ActUnlike: k.likes,
			inbox.ActPrivate: k.likes, inbox.ActDelete: k.likes, inbox.ActBlock: true, inbox.ActUnblock: true, inbox.ActReply: true,
		} {
			if caps.Can(kind) != want || !want && caps.Acts[kind].Why == "" {
				t.Errorf("%s: %s %+v, want %t", name, kind, caps.Acts[kind], want)
			}
		}
	}
}

// TestWhatWasNotSentIsNoDoubt: without a session nothing was written, whatever
// is written how.
func TestWhatWasNotSentIsNoDoubt(t *testing.T) {
	n := newNetwork(t)
	c := n.open()
	n.say(inbox.KindDM, "bonjour")
	n.say(inbox.KindMention, "bonjour")
	dm, mention := n.drain(c, inbox.StreamMessages, "").Messages[0], n.drain(c, inbox.StreamMentions, "").Messages[0]
	n.vault.kept = nil
	n.set.Secret = func(context.Context, string) (inbox.Secret, error) {
		return inbox.Secret{}, errors.New("the keyring is locked")
	}
	for _, a := range []inbox.Action{
		n.action(inbox.ActReply, dm, "Merci !"), n.action(inbox.ActRead, dm, ""), n.action(inbox.ActReply, mention, "Merci !"),
		n.action(inbox.ActPrivate, mention, "Merci !"), n.action(inbox.ActLike, mention, ""), n.action(inbox.ActUnlike, mention, ""),
		n.action(inbox.ActBlock, mention, ""), n.action(inbox.ActUnblock, mention, ""),
	} {
		_, err := n.open().Do(t.Context(), a)
		var retry *inbox.RetryError
		if !errors.As(err, &retry) {
			t.Errorf("%s of a %s: %v", a.Kind, a.ThreadKind, err)
		}
	}
}
