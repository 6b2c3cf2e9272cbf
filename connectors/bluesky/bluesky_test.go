package bluesky_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"vigie/connectors"
	"vigie/connectors/bluesky"
	"vigie/connectors/sandbox"
	"vigie/inbox"
	"vigie/inbox/text"
)

// A reply that makes no notification is found by the thread of our own post,
// once; so is an answer of ours that was written elsewhere.
func TestSilentReply(t *testing.T) {
	n := newNetwork(t)
	c := n.open()
	first := n.say(inbox.KindComment, "un")
	p := n.drain(c, inbox.StreamMentions, "")
	if len(p.Messages) != 1 {
		t.Fatalf("first: %+v", p.Messages)
	}
	silent := n.say(inbox.KindComment, "deux, sans notification")
	n.sim.Silence(silent.ID)
	own := n.write(sandbox.Item{Parent: first.ID, Text: "merci !"})
	p = n.drain(c, inbox.StreamMentions, p.Cursor)
	root := n.sim.URI(first.Root)
	for id, outgoing := range map[sandbox.ItemID]bool{silent.ID: false, own.ID: true} {
		i := slices.IndexFunc(p.Messages, func(m inbox.Message) bool { return m.Remote == n.sim.URI(id) })
		if i < 0 {
			t.Fatalf("item %d is missing in %+v", id, p.Messages)
		}
		m := p.Messages[i]
		if m.Outgoing != outgoing || m.Kind != inbox.KindComment || m.Post == nil || m.Post.ID != root {
			t.Errorf("item %d: %+v", id, m)
		}
		if outgoing && m.Conversation != root+"#"+strings.Split(n.sim.URI(first.ID), "/")[2] {
			t.Errorf("our answer is in conversation %s", m.Conversation)
		}
	}
	if len(p.Messages) != 2 {
		t.Errorf("%d messages, want 2", len(p.Messages))
	}
	if again := n.drain(c, inbox.StreamMentions, p.Cursor); len(again.Messages) != 0 || again.Cursor != p.Cursor {
		t.Errorf("again: %+v", again)
	}
}

// More threads than one fetch may read are read by the next ones.
func TestThreadBudget(t *testing.T) {
	n := newNetwork(t)
	c := n.open()
	who := n.say(inbox.KindMention, "bonjour").Person
	p := n.drain(c, inbox.StreamMentions, "")
	want := map[string]bool{}
	for range 20 {
		post := n.write(sandbox.Item{Kind: sandbox.BrandPost, Text: "un post"})
		it := n.write(sandbox.Item{Kind: sandbox.Public, Person: who, Parent: post.ID, Text: "une réponse"})
		n.sim.Silence(it.ID)
		want[n.sim.URI(it.ID)] = true
	}
	before := n.called("app.bsky.feed.getPostThread")
	page := n.fetch(c, inbox.StreamMentions, p.Cursor)
	if got := n.called("app.bsky.feed.getPostThread") - before; got > 8 || !page.More {
		t.Errorf("one fetch read %d threads, more %t", got, page.More)
	}
	all := n.drain(c, inbox.StreamMentions, page.Cursor)
	for _, m := range append(page.Messages, all.Messages...) {
		delete(want, m.Remote)
	}
	if len(want) > 0 {
		t.Errorf("%d replies were not found", len(want))
	}
}

// A new name of an author is an edit of the posts; nothing else comes again.
func TestRename(t *testing.T) {
	n := newNetwork(t)
	c := n.open()
	it := n.say(inbox.KindMention, "bonjour")
	n.say(inbox.KindMention, "un autre")
	p := n.drain(c, inbox.StreamMentions, "")
	n.sim.Rename(it.Person, "Léa \x1b[31mMoreau")
	p = n.drain(c, inbox.StreamMentions, p.Cursor)
	if len(p.Messages) != 1 || p.Messages[0].Remote != n.sim.URI(it.ID) || strings.Contains(p.Messages[0].Author.Name.String(), "\x1b") ||
		!strings.HasPrefix(p.Messages[0].Author.Name.String(), "Léa") {
		t.Errorf("after the new name: %+v", p.Messages)
	}
	if p = n.drain(c, inbox.StreamMentions, p.Cursor); len(p.Messages) != 0 {
		t.Errorf("again: %+v", p.Messages)
	}
}

// An expired token is renewed once for all who wait, the new refresh token is
// kept, and a refused one leads to a new sign-in.
func TestSessionRenewal(t *testing.T) {
	n := newNetwork(t)
	c := n.open()
	n.drain(c, inbox.StreamMentions, "")
	n.sim.ExpireTokens()
	done := make(chan error)
	for range 5 {
		go func() { _, err := n.tryFetch(c, inbox.StreamMentions, ""); done <- err }()
	}
	for range 5 {
		if err := <-done; err != nil {
			t.Errorf("fetch with an expired token: %v", err)
		}
	}
	if r, s := n.called("com.atproto.server.refreshSession"), n.called("com.atproto.server.createSession"); r != 1 || s != 1 || n.vault.puts != 2 {
		t.Errorf("%d refreshes, %d sign-ins, %d sessions kept; want 1, 1, 2", r, s, n.vault.puts)
	}
	if _, err := n.open().Check(t.Context()); err != nil || n.called("com.atproto.server.createSession") != 1 {
		t.Errorf("a new start: %v, %d sign-ins", err, n.called("com.atproto.server.createSession"))
	}
	n.clock.Advance(100 * 24 * time.Hour) // both tokens are too old now
	if _, err := c.Check(t.Context()); err != nil || n.called("com.atproto.server.createSession") != 2 {
		t.Errorf("after a long pause: %v, %d sign-ins", err, n.called("com.atproto.server.createSession"))
	}
}

// A session that cannot be kept is not used: its refresh token would be lost.
func TestVaultFails(t *testing.T) {
	n := newNetwork(t)
	n.vault.fail = errors.New("disk full")
	_, err := n.open().Check(t.Context())
	var retry *inbox.RetryError
	if !errors.As(err, &retry) || n.called("com.atproto.server.getSession") != 0 {
		t.Errorf("check: %v", err)
	}
}

// Other settings do not use the session of the old ones.
func TestVaultOfOtherSettings(t *testing.T) {
	n := newNetwork(t)
	n.drain(n.open(), inbox.StreamMentions, "")
	n.set.Settings["handle"] = "somebody-else.bsky.example"
	if _, err := n.open().Check(t.Context()); !errors.Is(err, inbox.ErrAuth) {
		t.Errorf("check as somebody else: %v, want ErrAuth", err)
	}
}

// An app password without leave for messages stops that stream with a clear
// word, and only that one.
func TestNoMessagesAllowed(t *testing.T) {
	n := newNetwork(t)
	n.set.Secret = func(context.Context, string) (inbox.Secret, error) {
		return inbox.NewSecret(n.sim.Password(n.brand, false)), nil
	}
	c := n.open()
	n.say(inbox.KindMention, "bonjour")
	_, err := n.tryFetch(c, inbox.StreamMessages, "")
	if !errors.Is(err, inbox.ErrUnsupported) || errors.Is(err, inbox.ErrAuth) || !strings.Contains(err.Error(), "app password") {
		t.Errorf("messages: %v, want ErrUnsupported", err)
	}
	p := n.drain(c, inbox.StreamMentions, "")
	if len(p.Messages) != 1 {
		t.Fatalf("mentions: %+v", p)
	}
	_, err = c.Do(t.Context(), n.action(inbox.ActPrivate, p.Messages[0], "en privé"))
	if !errors.Is(err, inbox.ErrUnsupported) || errors.Is(err, inbox.ErrAuth) || !strings.Contains(err.Error(), "app password") {
		t.Errorf("private answer: %v, want ErrUnsupported", err)
	}
	n.sim.ExpireTokens()
	if _, err := n.tryFetch(c, inbox.StreamMessages, ""); !errors.Is(err, inbox.ErrUnsupported) {
		t.Errorf("messages after a renewal: %v, want ErrUnsupported", err)
	}
}

// The same action makes one record; another text under its key is a conflict.
func TestReplyUnderItsParent(t *testing.T) {
	n := newNetwork(t)
	c := n.open()
	n.say(inbox.KindComment, "Vous ouvrez demain ?")
	m := n.drain(c, inbox.StreamMentions, "").Messages[0]
	a := n.action(inbox.ActReply, m, "Oui 🥐, dès 7 h : https://example.com/é?x=(1). #miette")
	first, err := c.Do(t.Context(), a)
	if err != nil {
		t.Fatal(err)
	}
	again, err := n.open().Do(t.Context(), a)
	if err != nil || again != first {
		t.Errorf("again: %+v %v, want %+v", again, err, first)
	}
	it, ok := n.sim.Lookup(first.Remote)
	if parent, _ := n.sim.Lookup(m.Remote); !ok || it.Parent != parent.ID || it.Text != a.Text || it.Lang != "fr" {
		t.Errorf("on the network: %+v", it)
	}
	a.Text = "autre chose"
	if _, err := c.Do(t.Context(), a); !errors.Is(err, inbox.ErrConflict) {
		t.Errorf("another text under the key: %v", err)
	}
	if writes := n.sim.Writes(); len(writes) != 1 {
		t.Errorf("writes: %+v", writes)
	}
}

func TestRefusedActions(t *testing.T) {
	n := newNetwork(t)
	c := n.open()
	n.say(inbox.KindMention, "bonjour")
	n.say(inbox.KindDM, "coucou")
	post := n.drain(c, inbox.StreamMentions, "").Messages[0]
	dm := n.drain(c, inbox.StreamMessages, "").Messages[0]
	gone := n.say(inbox.KindMention, "trop tard")
	if err := n.world.Delete(gone.ID); err != nil {
		t.Fatal(err)
	}
	late := post
	late.Remote = n.sim.URI(gone.ID)
	stranger := post
	stranger.Remote = "at://did:plc:abcdefghijklmnopqrstuvwx/app.bsky.feed.post/3n2um4yzso22q"
	for name, k := range map[string]struct {
		a    inbox.Action
		want error
	}{
		"too long":          {n.action(inbox.ActReply, post, strings.Repeat("é", 301)), inbox.ErrInvalid},
		"too many bytes":    {n.action(inbox.ActReply, post, strings.Repeat("👩‍👩‍👧‍👦", 130)), inbox.ErrInvalid},
		"long message":      {n.action(inbox.ActReply, dm, strings.Repeat("é", 1001)), inbox.ErrInvalid},
		"no UTF-8":          {n.action(inbox.ActReply, post, "a\xff"), inbox.ErrInvalid},
		"gone":              {n.action(inbox.ActReply, late, "merci"), inbox.ErrGone},
		"like what is gone": {n.action(inbox.ActLike, late, ""), inbox.ErrGone},
		"like a message":    {n.action(inbox.ActLike, dm, ""), inbox.ErrUnsupported},
		"delete a message":  {n.action(inbox.ActDelete, dm, ""), inbox.ErrUnsupported},
		"delete theirs":     {n.action(inbox.ActDelete, stranger, ""), inbox.ErrInvalid},
	} {
		if _, err := c.Do(t.Context(), k.a); !errors.Is(err, k.want) {
			t.Errorf("%s: %v, want %v", name, err, k.want)
		}
	}
	if w := n.sim.Writes(); len(w) != 0 {
		t.Errorf("writes: %+v", w)
	}
	if _, err := c.Do(t.Context(), n.action(inbox.ActReply, post, strings.Repeat("é", 300))); err != nil {
		t.Errorf("300 graphemes: %v", err)
	}
}

// A message sent twice with one text cannot be told apart.
func TestFindAmbiguousMessage(t *testing.T) {
	n := newNetwork(t)
	c := n.open()
	n.say(inbox.KindDM, "bonjour")
	m := n.drain(c, inbox.StreamMessages, "").Messages[0]
	a, b := n.action(inbox.ActReply, m, "Merci !"), n.action(inbox.ActReply, m, "Merci !")
	for _, x := range []inbox.Action{a, b} {
		if _, err := c.Do(t.Context(), x); err != nil {
			t.Fatal(err)
		}
	}
	if _, _, err := c.(inbox.Finder).Find(t.Context(), a); !errors.Is(err, inbox.ErrConflict) {
		t.Errorf("find: %v, want ErrConflict", err)
	}
}

// A month of a brand's life is read whole: all that people wrote, all that the
// brand answered, each once, and then nothing.
func TestMonth(t *testing.T) {
	n := newNetworkOf(t, sandbox.Options{Seed: 7})
	c := n.open()
	since := n.clock.Now().Add(-30 * 24 * time.Hour)
	want := map[string]sandbox.Item{}
	for _, it := range n.world.Items(n.brand.Account, nil) {
		if !it.Deleted && it.Kind != sandbox.BrandPost && it.At.After(since) {
			want[n.sim.URI(it.ID)] = it
		}
	}
	posts, messages := n.drain(c, inbox.StreamMentions, ""), n.drain(c, inbox.StreamMessages, "")
	got := map[string]int{}
	for _, m := range append(posts.Messages, messages.Messages...) {
		got[m.Remote]++
		it, ok := want[m.Remote]
		if !ok || m.Outgoing != it.ByBrand() || !strings.Contains(m.Text.String(), text.Clean(it.Text).String()) || !m.At.Equal(it.At.Truncate(time.Millisecond)) {
			t.Errorf("%s: %+v\nis %+v", m.Remote, m, it)
		}
	}
	for id, it := range want {
		if got[id] != 1 {
			t.Errorf("item %d of %s came %d times: %+v", it.ID, id, got[id], it)
		}
	}
	if len(want) < 40 || len(posts.Refused)+len(messages.Refused)+len(posts.Deleted) > 0 {
		t.Errorf("%d items, refused %v %v, deleted %v", len(want), posts.Refused, messages.Refused, posts.Deleted)
	}
	again := n.drain(c, inbox.StreamMentions, posts.Cursor)
	if len(again.Messages)+len(again.Deleted) > 0 || again.Cursor != posts.Cursor {
		t.Errorf("again: %d messages, %v", len(again.Messages), again.Deleted)
	}
}

func TestMissingSettings(t *testing.T) {
	n := newNetwork(t)
	for name, spoil := range map[string]func(*connectors.Env, *connectors.Setup){
		"no handle": func(_ *connectors.Env, s *connectors.Setup) { s.Settings = map[string]string{} },
		"bad server": func(_ *connectors.Env, s *connectors.Setup) {
			s.Settings = map[string]string{"handle": "a", "server": "://"}
		},
		"bad chat": func(_ *connectors.Env, s *connectors.Setup) {
			s.Settings = map[string]string{"handle": "a", "chat": "chat.example"}
		},
		"no vault": func(e *connectors.Env, _ *connectors.Setup) { e.Vault = nil },
	} {
		env, set := n.env, n.set
		spoil(&env, &set)
		if _, err := bluesky.New(env, set); err == nil {
			t.Errorf("%s: taken", name)
		}
	}
}
