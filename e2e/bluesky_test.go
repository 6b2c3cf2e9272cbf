//go:build e2e

package e2e

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"vigie/connectors"
	"vigie/connectors/bluesky"
	"vigie/inbox"
)

// wallClock is the machine's clock.
type wallClock struct{}

func (wallClock) Now() time.Time { return time.Now() }

// memoryVault keeps a sign-in for the length of a test.
type memoryVault struct {
	mu   sync.Mutex
	kept map[string]inbox.Secret
}

func (v *memoryVault) Get(a inbox.AccountID, name string) (inbox.Secret, bool, error) {
	v.mu.Lock()
	defer v.mu.Unlock()
	s, ok := v.kept[string(a)+"/"+name]
	return s, ok, nil
}

func (v *memoryVault) Put(a inbox.AccountID, name string, s inbox.Secret) error {
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.kept == nil {
		v.kept = map[string]inbox.Secret{}
	}
	v.kept[string(a)+"/"+name] = s
	return nil
}

const blueskyAccount inbox.AccountID = "miette-bluesky"

// openBluesky makes a connector of an account on the real network.
func openBluesky(t *testing.T, u *BlueskyUser, password string, v connectors.Vault, extra map[string]string) inbox.Connector {
	t.Helper()
	settings := map[string]string{"handle": u.Handle, "server": u.PDS}
	for key, value := range extra {
		settings[key] = value
	}
	c, err := bluesky.New(connectors.Env{Clock: wallClock{}, Vault: v, UserAgent: "vigie-e2e"}, connectors.Setup{
		Account: inbox.Account{ID: blueskyAccount, Client: "miette", Network: bluesky.Network}, Settings: settings,
		Secret: func(context.Context, string) (inbox.Secret, error) { return inbox.NewSecret(password), nil },
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := c.Close(); err != nil {
			t.Errorf("close: %v", err)
		}
	})
	return c
}

// collector reads one stream of a connector, page by page.
type collector struct {
	t      *testing.T
	c      inbox.Connector
	stream inbox.Stream
	cursor string
}

// next reads to the end of the stream.
func (k *collector) next() inbox.Page {
	k.t.Helper()
	var all inbox.Page
	for range 50 {
		p, err := k.c.Fetch(k.t.Context(), inbox.FetchRequest{
			Stream: k.stream, Cursor: k.cursor, History: 24 * time.Hour, Now: time.Now(),
		})
		if err != nil {
			k.t.Fatalf("fetch %s: %v", k.stream, err)
		}
		k.cursor = p.Cursor
		all.Messages = append(all.Messages, p.Messages...)
		all.Deleted = append(all.Deleted, p.Deleted...)
		all.Refused = append(all.Refused, p.Refused...)
		if !p.More {
			return all
		}
	}
	k.t.Fatalf("fetch %s: no end", k.stream)
	return all
}

// nothing checks that the stream has nothing more and its cursor stays.
func (k *collector) nothing(when string) {
	k.t.Helper()
	before := k.cursor
	p := k.next()
	if len(p.Messages)+len(p.Deleted)+len(p.Refused) > 0 || k.cursor != before {
		k.t.Errorf("%s: a second fetch gave %+v\nand moved the cursor from %s\nto %s", when, p, before, k.cursor)
	}
}

func find(p inbox.Page, remote string) (inbox.Message, int) {
	var found inbox.Message
	n := 0
	for _, m := range p.Messages {
		if m.Remote == remote {
			found = m
			n++
		}
	}
	return found, n
}

func replyTo(m inbox.Message, key, text string) inbox.Action {
	now := time.Now()
	return inbox.Action{
		Key: key, Kind: inbox.ActReply, Account: blueskyAccount, Conversation: m.Conversation, Target: m.Remote,
		Text: text, ThreadKind: m.Kind, State: inbox.Sending, Attempt: 1, CreatedAt: now, FirstWire: now, LastWire: now,
	}
}

// The connector at work on the real network: a mention and a reply come in,
// a new name is seen, an answer goes out and is under its parent once, a
// deletion is seen.
func TestBlueskyConnector(t *testing.T) {
	net := NewBluesky(t)
	alice, bob := net.CreateAccount("alice"), net.CreateAccount("bob")
	c := openBluesky(t, alice, alice.AppPassword, &memoryVault{}, nil)
	id, err := c.Check(t.Context())
	if err != nil || id.Remote != alice.DID || id.Handle != "@"+alice.Handle || id.Name != "Alice" {
		t.Fatalf("check: %+v %v", id, err)
	}

	root := alice.Post("La fournée du matin est prête 🥐")
	reply := bob.Reply(root, root, "Vous ouvrez à quelle heure ?")
	mention := bob.Mention(alice, "vos galettes sont les meilleures")
	alice.Notified(reply, mention)

	in := &collector{t: t, c: c, stream: inbox.StreamMentions}
	p := in.next()
	if len(p.Messages) != 2 || len(p.Refused) != 0 {
		t.Fatalf("first fetch: %+v", p)
	}
	comment, n := find(p, reply.URI)
	if n != 1 || comment.Kind != inbox.KindComment || comment.Conversation != root.URI+"#"+bob.DID || comment.Parent != root.URI ||
		comment.Text.String() != "Vous ouvrez à quelle heure ?" || comment.Author.Name.String() != "Bob" || comment.Lang != "fr" ||
		comment.Post == nil || comment.Post.ID != root.URI || comment.Post.Counts.Replies != 1 {
		t.Errorf("the reply: %d times, %+v, post %+v", n, comment, comment.Post)
	}
	said, n := find(p, mention.URI)
	if n != 1 || said.Kind != inbox.KindMention || said.Conversation != mention.URI || said.Author.ID != bob.DID {
		t.Errorf("the mention: %d times, %+v", n, said)
	}
	in.nothing("after the first fetch")

	bob.Rename("Robert")
	bob.Until("the new name is seen", func() bool { p, _ := alice.See(reply.URI); return p.Author.DisplayName == "Robert" })
	p = in.next()
	for _, ref := range []BlueskyRef{reply, mention} {
		if m, n := find(p, ref.URI); n != 1 || m.Author.Name.String() != "Robert" || m.Conversation == "" {
			t.Errorf("after the new name: %s %d times, %+v", ref.URI, n, m)
		}
	}
	in.nothing("after the new name")

	answer := blueskyAnswer(t, c, bob, root, comment)
	p = in.next()
	if m, n := find(p, answer); n != 1 || !m.Outgoing || m.Conversation != comment.Conversation || m.Parent != reply.URI {
		t.Errorf("our answer as the network gives it: %d times, %+v", n, m)
	}
	in.nothing("after our answer")

	bob.Delete(mention)
	p = in.next()
	if !slices.Equal(p.Deleted, []string{mention.URI}) || len(p.Messages) != 0 {
		t.Errorf("after the deletion: %+v", p)
	}
	in.nothing("after the deletion")
	blueskyGone(t, c, said)
}

// blueskyAnswer answers and likes a comment, each twice under one key, and
// sees both once on the network. It returns the answer's address.
func blueskyAnswer(t *testing.T, c inbox.Connector, bob *BlueskyUser, root BlueskyRef, comment inbox.Message) string {
	t.Helper()
	text := "Dès 7 h 30, @" + bob.Handle + " ! Le plan : https://example.com/plan?a=1. #galette"
	a := replyTo(comment, "01ANSWER000000000000000001", text)
	first, err := c.Do(t.Context(), a)
	if err != nil {
		t.Fatalf("reply: %v", err)
	}
	again, err := c.Do(t.Context(), a)
	if err != nil || again.Remote != first.Remote {
		t.Errorf("the same reply again: %+v %v, want %s", again, err, first.Remote)
	}
	finder := c.(inbox.Finder)
	if r, ok, err := finder.Find(t.Context(), a); err != nil || !ok || r.Remote != first.Remote {
		t.Errorf("find the reply: %+v %v %v", r, ok, err)
	}
	other := replyTo(comment, "01NEVERSENT000000000000001", text)
	if _, ok, err := finder.Find(t.Context(), other); err != nil || ok {
		t.Errorf("find what was never sent: %v %v", ok, err)
	}
	taken := a
	taken.Text = "another text under the same key"
	if _, err := c.Do(t.Context(), taken); !errors.Is(err, inbox.ErrConflict) {
		t.Errorf("another text under a used key: %v, want ErrConflict", err)
	}
	like := replyTo(comment, "01LIKE0000000000000000001X", "")
	like.Kind = inbox.ActLike
	for range 2 {
		if _, err := c.Do(t.Context(), like); err != nil {
			t.Errorf("like: %v", err)
		}
	}
	bob.Until("answer and like are seen", func() bool {
		p, _ := bob.See(comment.Remote)
		return p.ReplyCount > 0 && p.LikeCount > 0
	})
	below, ok := bob.Thread(root.URI).Below(comment.Remote)
	if !ok || below.Count(text) != 1 || below.Post.LikeCount != 1 {
		t.Fatalf("below the comment: %d answers, %d likes, in %+v", below.Count(text), below.Post.LikeCount, below)
	}
	post := below.Replies[0].Post
	if post.Record.Reply == nil || post.Record.Reply.Root != root || post.Record.Reply.Parent.URI != comment.Remote ||
		!slices.Equal(post.Record.Langs, []string{"fr"}) || post.URI != first.Remote {
		t.Errorf("our answer: %+v", post)
	}
	blueskyFacets(t, post, map[string]string{
		"@" + bob.Handle: bob.DID, "https://example.com/plan?a=1": "https://example.com/plan?a=1", "#galette": "galette",
	})
	return first.Remote
}

// blueskyFacets checks which parts of a post are marked as what.
func blueskyFacets(t *testing.T, p BlueskyPost, want map[string]string) {
	t.Helper()
	var facets []struct {
		Index    struct{ ByteStart, ByteEnd int }
		Features []struct{ DID, URI, Tag string }
	}
	if err := json.Unmarshal(p.Record.Facets, &facets); err != nil || len(facets) != len(want) {
		t.Fatalf("facets %s: %v", p.Record.Facets, err)
	}
	for _, f := range facets {
		part, ft := p.Record.Text[f.Index.ByteStart:f.Index.ByteEnd], f.Features[0]
		if got := ft.DID + ft.URI + ft.Tag; want[part] != got {
			t.Errorf("%q is marked as %q, want %q", part, got, want[part])
		}
	}
}

// blueskyGone checks that what is gone cannot be answered.
func blueskyGone(t *testing.T, c inbox.Connector, m inbox.Message) {
	t.Helper()
	if _, err := c.Do(t.Context(), replyTo(m, "01TOOLATE0000000000000001X", "merci !")); !errors.Is(err, inbox.ErrGone) {
		t.Errorf("reply to a deleted post: %v, want ErrGone", err)
	}
	long := replyTo(m, "01TOOLONG0000000000000001X", strings.Repeat("é", 301))
	if _, err := c.Do(t.Context(), long); !errors.Is(err, inbox.ErrInvalid) {
		t.Errorf("a reply of 301 graphemes: %v, want ErrInvalid", err)
	}
}

// A session is kept, renewed when its token is refused, and replaced when
// that fails too; a wrong password is told as such.
func TestBlueskySession(t *testing.T) {
	net := NewBluesky(t)
	alice := net.CreateAccount("alice")
	v := &memoryVault{}
	if _, err := openBluesky(t, alice, alice.AppPassword, v, nil).Check(t.Context()); err != nil {
		t.Fatal(err)
	}
	spoil := func(fields ...string) {
		t.Helper()
		s, _, _ := v.Get(blueskyAccount, "session")
		var m map[string]string
		if err := json.Unmarshal([]byte(s.Reveal()), &m); err != nil {
			t.Fatal(err)
		}
		for _, f := range fields {
			m[f] += "x"
		}
		b, err := json.Marshal(m)
		if err != nil {
			t.Fatal(err)
		}
		if err := v.Put(blueskyAccount, "session", inbox.NewSecret(string(b))); err != nil {
			t.Fatal(err)
		}
	}
	spoil("access")
	if _, err := openBluesky(t, alice, "wrong: only the refresh token can help", v, nil).Check(t.Context()); err != nil {
		t.Errorf("with a refused access token: %v", err)
	}
	spoil("access", "refresh")
	if _, err := openBluesky(t, alice, alice.AppPassword, v, nil).Check(t.Context()); err != nil {
		t.Errorf("with two refused tokens: %v", err)
	}
	if _, err := openBluesky(t, alice, "wrong", &memoryVault{}, nil).Check(t.Context()); !errors.Is(err, inbox.ErrAuth) {
		t.Errorf("with a wrong password: %v, want ErrAuth", err)
	}
}
