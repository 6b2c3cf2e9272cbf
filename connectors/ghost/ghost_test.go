package ghost

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"vigie/connectors/conformance"
	"vigie/connectors/sandbox"
	"vigie/inbox"
)

// reader lets somebody comment and returns what is fetched of it.
func reader(t *testing.T, n *network, m *mirror, text string) inbox.Message {
	t.Helper()
	id := n.say(inbox.KindComment, text)
	m.drain()
	return m.messages[id]
}

func action(kind inbox.ActionKind, m inbox.Message, text string, n *network) inbox.Action {
	a := inbox.Action{
		Key: "01KEY" + text, Kind: kind, Account: ourAccount, Conversation: m.Conversation, Target: m.Remote, Author: m.Author.ID,
		Text: text, ThreadKind: m.Kind, State: inbox.Sending, CreatedAt: n.clock.Now(), FirstWire: n.clock.Now(),
	}
	if m.Post != nil {
		a.PostID = m.Post.ID
	}
	return a
}

func TestServerSetting(t *testing.T) {
	for in, want := range map[string]string{
		"clair.example": "https://clair.example", "https://clair.example/lettre/": "https://clair.example/lettre",
		"https://clair.example/lettre/ghost/": "https://clair.example/lettre", "http://127.0.0.1:2368": "http://127.0.0.1:2368",
		"https://clair.example/ghost/#/settings": "https://clair.example", "https://clair.example/ghostwriters": "https://clair.example/ghostwriters",
	} {
		if u, err := blogURL(in); err != nil || u.String() != want {
			t.Errorf("%q: %v %v, want %s", in, u, err, want)
		}
	}
	for _, in := range []string{"", "http://clair.example", "https://a:b@clair.example", "ftp://x", "https://clair.example/?p=1"} {
		var missing inbox.Problem
		if _, err := blogURL(in); !errors.As(err, &missing) || missing.Code != inbox.CodeMissing {
			t.Errorf("%q: %v", in, err)
		}
	}
}

func TestKey(t *testing.T) {
	id, secret := strings.Repeat("a1", 12), strings.Repeat("0f", 32)
	if k, err := readKey(" " + id + ":" + secret + "\n"); err != nil || k.id != id || len(k.secret) != 32 {
		t.Errorf("a key: %+v %v", k, err)
	}
	for _, in := range []string{"", id, id + ":", ":" + secret, secret, id + ":xyz", strings.ToUpper(id) + ":" + secret} {
		if _, err := readKey(in); err == nil || in != "" && strings.Contains(err.Error(), in) {
			t.Errorf("%q: %v", in, err)
		}
	}
	// Signed by another program with the same key and time.
	k := key{id: "6489d8c2f2a3b1c4d5e6f708", secret: []byte("0123456789abcdef0123456789abcdef")}
	parts := strings.Split(k.sign(time.Unix(1_800_000_000, 0)), ".")
	if len(parts) != 3 || parts[0] != "eyJhbGciOiJIUzI1NiIsImtpZCI6IjY0ODlkOGMyZjJhM2IxYzRkNWU2ZjcwOCIsInR5cCI6IkpXVCJ9" ||
		parts[1] != "eyJhdWQiOiIvYWRtaW4vIiwiZXhwIjoxODAwMDAwMjQwLCJpYXQiOjE4MDAwMDAwMDB9" || parts[2] != "jsrPM311gLaQhlGTbsvWl2zxDC9UTy_7x8s-VJy1EOw" {
		t.Errorf("the token is %v", parts)
	}
}

func TestSignIn(t *testing.T) {
	n := newNetwork(t, usual)
	who, err := opened(t, n).Check(t.Context())
	if err != nil || !isID(who.Remote) || who.Name != "Éditions Clair" || !strings.HasPrefix(who.Handle, "127.0.0.1:") {
		t.Errorf("with a member: %+v %v", who, err)
	}
	good := n.access.Secrets["token"]
	for name, bad := range map[string]string{"unknown": strings.Repeat("a", 24) + good[24:], "signature": good[:40] + strings.Repeat("0", 49), "no key": "zebra"} {
		n.access.Secrets["token"] = bad
		if _, err := opened(t, n).Check(t.Context()); inbox.ProblemOf(err).Code != inbox.CodeAuth || strings.Contains(err.Error(), bad) {
			t.Errorf("%s: %v", name, err)
		}
	}
	n.access.Secrets["token"] = good
	n.access.Settings["server"] = n.served.URL + "/miette-wordpress"
	if _, err := opened(t, n).Check(t.Context()); !errors.Is(err, inbox.ErrUnsupported) || !strings.Contains(err.Error(), "no blog of Ghost") {
		t.Errorf("another address: %v", err)
	}
}

// Without a member, or with one who is not there, comments come and are
// moderated; answering says which setting it wants.
func TestWithoutMember(t *testing.T) {
	for name, member := range map[string]string{"none": "", "unknown": "l'inconnue@clair.example"} {
		n := newNetwork(t, usual)
		n.access.Settings["member"] = member
		m := newMirror(t, n)
		who, err := m.c.Check(t.Context())
		if p := inbox.ProblemOf(err); member == "" && (err != nil || who.Name != "Éditions Clair") ||
			member != "" && (p.Code != inbox.CodeNoMember || len(p.Args) != 1 || p.Args[0] != "member" || !strings.Contains(p.Detail, member)) {
			t.Errorf("%s: check: %+v %v", name, who, err)
		}
		msg := reader(t, n, m, "Bonjour")
		for _, kind := range []inbox.ActionKind{inbox.ActReply, inbox.ActDelete} {
			if cap := m.c.Caps().Acts[kind]; cap.OK || cap.Why != inbox.CodeNoMember {
				t.Errorf("%s: %s: %+v", name, kind, cap)
			}
			_, err := m.c.Do(t.Context(), action(kind, msg, "x", n))
			if p := inbox.ProblemOf(err); !errors.Is(err, inbox.ErrUnsupported) || p.Code != inbox.CodeNoMember || len(p.Args) != 1 || p.Args[0] != "member" {
				t.Errorf("%s: %s: %v", name, kind, err)
			}
		}
		if _, err := m.c.Do(t.Context(), action(inbox.ActHide, msg, "", n)); err != nil || !n.item(msg.Remote).Hidden {
			t.Errorf("%s: hide: %v", name, err)
		}
	}
	n := newNetwork(t, func(s *sandbox.Ghost) { s.Alone = true })
	if _, err := opened(t, n).Check(t.Context()); inbox.ProblemOf(err).Code != inbox.CodeNoMember {
		t.Errorf("a member who left: %v", err)
	}
}

// A clock that is wrong here signs by the blog's, also when it is set wrong
// while the connector works.
func TestWrongClock(t *testing.T) {
	n := newNetwork(t, usual)
	id := n.say(inbox.KindComment, "Quelle heure est-il ?")
	for _, off := range []time.Duration{-2 * time.Hour, 3 * time.Hour, -10 * time.Minute} {
		ours := conformance.NewClock(n.clock.Now().Add(off))
		c := n.open().(*connector)
		t.Cleanup(func() { _ = c.Close() })
		c.env.Clock = ours
		p, err := c.Fetch(t.Context(), inbox.FetchRequest{Stream: inbox.StreamComments, History: 30 * 24 * time.Hour, Now: n.clock.Now()})
		if err != nil || len(p.Messages) != 1 || p.Messages[0].Remote != id {
			t.Fatalf("%s off: %+v %v", off, p, err)
		}
		ours.Advance(-time.Hour)
		if _, err := c.Do(t.Context(), action(inbox.ActHide, p.Messages[0], "", n)); err != nil || !n.item(id).Hidden {
			t.Errorf("%s off, then an hour more: %v", off, err)
		}
		if err := n.world.Hide(n.item(id).ID, false); err != nil {
			t.Fatal(err)
		}
	}
}

func TestConversations(t *testing.T) {
	n, k := newBlog(t, 1, 1)
	first := k.ids[0]
	write := func(parent sandbox.ItemID, person int, text string) sandbox.ItemID {
		it, err := n.world.Write(sandbox.Item{Account: ourAccount, Kind: sandbox.Public, Person: person, Parent: parent, Text: text})
		if err != nil {
			t.Fatal(err)
		}
		return it.ID
	}
	second := write(first, 2, "Moi aussi")
	third := write(second, 3, "Et moi")
	m := newMirror(t, n)
	m.drain()
	for _, id := range []sandbox.ItemID{first, second, third} {
		if got := m.messages[remote(id)]; got.Conversation != remote(first) || got.Post == nil || got.Post.Text.String() != "La rentrée" {
			t.Errorf("%d: %+v", id, got)
		}
	}
	if p := m.messages[remote(third)].Parent; p != remote(second) {
		t.Errorf("the third answers %q", p)
	}
	// An answer to an answer to an answer stands below the first, and names it.
	r, err := m.c.Do(t.Context(), action(inbox.ActReply, m.messages[remote(third)], "À vous trois, merci", n))
	if err != nil || n.item(r.Remote).Parent != third {
		t.Fatalf("reply: %+v %v", r, err)
	}
	// The beginning is deleted: its answers stay together.
	if err := n.world.Moderate(first, inbox.ActRemove); err != nil {
		t.Fatal(err)
	}
	m.drain()
	if got := m.messages[r.Remote]; got.Conversation != remote(first) || got.Parent != remote(third) || !got.Outgoing || !m.gone[remote(first)] {
		t.Errorf("the answer: %+v", got)
	}
	p, err := m.c.(inbox.Contexter).Context(t.Context(), inbox.Thread{Remote: remote(first)})
	if err != nil || len(p.Messages) != 3 {
		t.Errorf("context: %d messages, %v", len(p.Messages), err)
	}
}

func TestActs(t *testing.T) {
	n := newNetwork(t, usual)
	m := newMirror(t, n)
	msg := reader(t, n, m, "Bonjour")
	do := func(kind inbox.ActionKind, target inbox.Message, text string) (inbox.Receipt, error) {
		return m.c.Do(t.Context(), action(kind, target, text, n))
	}
	text := "Un <b> & deux\nlignes — « œuf » 🥐\n\nfin"
	r, err := do(inbox.ActReply, msg, text)
	if err != nil || n.sent(text) != 1 || !strings.HasSuffix(r.URL, "#ghost-comments-"+r.Remote) {
		t.Fatalf("reply: %+v %v", r, err)
	}
	m.drain()
	own := m.messages[r.Remote]
	if !own.Outgoing || own.Text.String() != text || own.Parent != msg.Remote {
		t.Errorf("own answer: %+v", own)
	}
	if _, err := do(inbox.ActDelete, msg, ""); !errors.Is(err, inbox.ErrInvalid) || n.item(msg.Remote).Deleted {
		t.Errorf("delete of a comment of theirs: %v", err)
	}
	if _, err := do(inbox.ActBlock, own, ""); !errors.Is(err, inbox.ErrInvalid) {
		t.Errorf("block of the own member: %v", err)
	}
	// What was deleted meanwhile is not brought back by showing it.
	if err := n.world.Moderate(n.item(msg.Remote).ID, inbox.ActRemove); err != nil {
		t.Fatal(err)
	}
	if _, err := do(inbox.ActUnhide, msg, ""); !errors.Is(err, inbox.ErrGone) {
		t.Errorf("unhide of a deleted comment: %v", err)
	}
	a := action(inbox.ActReply, msg, text, n)
	if found, ok, err := m.c.(inbox.Finder).Find(t.Context(), a); err != nil || !ok || found.Remote != r.Remote {
		t.Errorf("find an answer to what is gone: %+v %t %v", found, ok, err)
	}
	n.server.Leave(n.item(msg.Remote).Person)
	if _, err := do(inbox.ActBlock, msg, ""); !errors.Is(err, inbox.ErrGone) {
		t.Errorf("block of a member who left: %v", err)
	}
}

func TestEarlyGhostCannotStop(t *testing.T) {
	n := newNetwork(t, func(s *sandbox.Ghost) { s.Early = true })
	m := newMirror(t, n)
	msg := reader(t, n, m, "Bonjour")
	if _, err := m.c.Do(t.Context(), action(inbox.ActBlock, msg, "", n)); !errors.Is(err, inbox.ErrUnsupported) {
		t.Errorf("block: %v", err)
	}
	if m.c.Caps().Can(inbox.ActBlock) || m.c.Caps().Can(inbox.ActUnblock) {
		t.Error("it is offered again")
	}
}

func TestClosedComments(t *testing.T) {
	n := newNetwork(t, usual)
	m := newMirror(t, n)
	msg := reader(t, n, m, "Bonjour")
	thread := inbox.Thread{Kind: inbox.KindComment, PostID: msg.Post.ID}
	reply := func() error {
		_, err := m.c.Do(t.Context(), action(inbox.ActReply, msg, "trop tard", n))
		return err
	}
	n.server.Comments("paid")
	if err := reply(); !errors.Is(err, inbox.ErrUnsupported) || m.c.ThreadCaps(thread).Acts[inbox.ActReply].Why != inbox.CodeRights {
		t.Errorf("paying members only: %v, %+v", err, m.c.ThreadCaps(thread).Acts[inbox.ActReply])
	}
	if !m.c.ThreadCaps(inbox.Thread{PostID: "another"}).Can(inbox.ActReply) {
		t.Error("another post is closed too")
	}
	n.server.Comments("off")
	if _, err := m.c.Check(t.Context()); err != nil || m.c.ThreadCaps(thread).Acts[inbox.ActReply].Why != inbox.CodeClosed {
		t.Errorf("check: %v, %+v", err, m.c.ThreadCaps(thread).Acts[inbox.ActReply])
	}
	n.server.Comments("all")
	n.clock.Advance(askAgain)
	m.drain()
	if !m.c.ThreadCaps(thread).Can(inbox.ActReply) {
		t.Error("comments are open again, and no answer is offered")
	}
	n.server.Comments("off")
	if err := reply(); !errors.Is(err, inbox.ErrUnsupported) || m.c.ThreadCaps(thread).Acts[inbox.ActReply].Why != inbox.CodeClosed || n.sent("trop tard") != 0 {
		t.Errorf("comments that are off: %v", err)
	}
}

// Long comments make a page too large: fewer are asked for.
func TestLongComments(t *testing.T) {
	n, k := newBlog(t, 2, 0)
	for range 48 {
		if _, err := n.world.Write(sandbox.Item{Account: ourAccount, Kind: sandbox.Public, Person: 1, Parent: k.post, Text: strings.Repeat("x", 180_000)}); err != nil {
			t.Fatal(err)
		}
	}
	m := newMirror(t, n)
	if got, _ := m.drain(); got != 48 {
		t.Errorf("%d messages", got)
	}
	if messages, deleted := m.drain(); messages+deleted > 0 {
		t.Errorf("nothing is new: %d messages, %d deletions", messages, deleted)
	}
}

// A host that hands out a page for people is no blog.
func TestNoBlog(t *testing.T) {
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("<html>")) }))
	t.Cleanup(srv.Close)
	n := &network{t: t, clock: conformance.Morning(), log: &conformance.Log{}, access: sandbox.Access{
		Settings: map[string]string{"server": srv.URL}, Secrets: map[string]string{"token": strings.Repeat("a", 24) + ":" + strings.Repeat("b", 64)},
	}}
	if _, err := opened(t, n).Check(t.Context()); !errors.Is(err, inbox.ErrUnsupported) {
		t.Errorf("check: %v", err)
	}
}

func TestCapsSayWhy(t *testing.T) {
	for _, kind := range inbox.ActionKinds() {
		if got, ok := caps().Acts[kind]; !ok || got.OK == (got.Why != "") {
			t.Errorf("%s: %+v", kind, got)
		}
	}
}
