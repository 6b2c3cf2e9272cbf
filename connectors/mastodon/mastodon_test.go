package mastodon

import (
	"context"
	"errors"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"vigie/connectors"
	"vigie/connectors/conformance"
	"vigie/connectors/sandbox"
	"vigie/inbox"
)

// drain reads a stream to its end.
func drain(t *testing.T, c inbox.Connector, s inbox.Stream, now time.Time) []inbox.Message {
	t.Helper()
	var out []inbox.Message
	cursor := ""
	for range 100 {
		p, err := c.Fetch(t.Context(), inbox.FetchRequest{Stream: s, Cursor: cursor, History: 31 * 24 * time.Hour, Now: now})
		if err != nil {
			t.Fatal(err)
		}
		if len(p.Refused) > 0 {
			t.Errorf("refused: %v", p.Refused)
		}
		out, cursor = append(out, p.Messages...), p.Cursor
		if !p.More {
			return out
		}
	}
	t.Fatal("no end")
	return nil
}

func find(t *testing.T, all []inbox.Message, id string) inbox.Message {
	t.Helper()
	i := slices.IndexFunc(all, func(m inbox.Message) bool { return m.Remote == id })
	if i < 0 {
		t.Fatalf("no message %s", id)
	}
	return all[i]
}

func opened(t *testing.T, n *network) inbox.Connector {
	t.Helper()
	c := n.open()
	t.Cleanup(func() {
		if err := c.Close(); err != nil {
			t.Error(err)
		}
	})
	return c
}

func (n *network) write(t *testing.T, it sandbox.Item) sandbox.Item {
	t.Helper()
	it.Account = ourAccount
	it, err := n.world.Write(it)
	if err != nil {
		t.Fatal(err)
	}
	return it
}

func reply(target, text string) inbox.Action {
	return inbox.Action{Key: "01J" + strings.ToUpper(target), Kind: inbox.ActReply, Account: ourAccount, Target: target, Text: text}
}

func TestThreads(t *testing.T) {
	for name, fork := range map[string]bool{"mastodon": false, "fork": true} {
		t.Run(name, func(t *testing.T) {
			n := newNetwork(t, fork)
			post := n.write(t, sandbox.Item{Kind: sandbox.BrandPost, Text: "La fournée", Likes: 7, Reposts: 2})
			more := n.write(t, sandbox.Item{Parent: post.ID, Text: "(suite de la fournée)"})
			lea := n.write(t, sandbox.Item{Parent: post.ID, Person: 1, Text: "Encore ?"})
			ours := n.write(t, sandbox.Item{Parent: lea.ID, Text: "Oui !"})
			deep := n.write(t, sandbox.Item{Parent: ours.ID, Person: 1, Text: "Merci"})
			tom := n.write(t, sandbox.Item{Parent: more.ID, Person: 2, Text: "La suite !"})
			said := n.write(t, sandbox.Item{Kind: sandbox.Public, Person: 3, Text: "J'aime Miette"})
			thanks := n.write(t, sandbox.Item{Parent: said.ID, Text: "Merci à vous"})
			whisper := n.write(t, sandbox.Item{Parent: lea.ID, Person: 1, Text: "En privé", Visibility: "direct"})
			id := n.server.StatusID
			c := opened(t, n)
			all := drain(t, c, inbox.StreamMentions, n.clock.Now())
			all = append(all, drain(t, c, inbox.StreamMessages, n.clock.Now())...)
			for _, want := range []struct {
				item, conversation, post sandbox.Item
				kind                     inbox.Kind
				out                      bool
			}{
				{lea, lea, post, inbox.KindComment, false},
				{ours, lea, post, inbox.KindComment, true},
				{deep, lea, post, inbox.KindComment, false},
				{tom, tom, more, inbox.KindComment, false},
				{said, said, sandbox.Item{}, inbox.KindMention, false},
				{thanks, said, sandbox.Item{}, inbox.KindMention, true},
				{whisper, whisper, sandbox.Item{}, inbox.KindDM, false},
			} {
				m := find(t, all, id(want.item))
				if m.Conversation != id(want.conversation) || m.Kind != want.kind || m.Outgoing != want.out {
					t.Errorf("%q: conversation %s, kind %s, outgoing %v", m.Text, m.Conversation, m.Kind, m.Outgoing)
				}
				switch {
				case want.post.ID == 0 && m.Post != nil:
					t.Errorf("%q hangs under %q", m.Text, m.Post.Text)
				case want.post.ID != 0 && (m.Post == nil || m.Post.ID != id(want.post)):
					t.Errorf("%q hangs under %v", m.Text, m.Post)
				}
			}
			if m := find(t, all, id(lea)); m.Post.Counts.Likes != 7 || m.Post.Counts.Replies != 2 || m.Post.Text.String() != "La fournée" {
				t.Errorf("the post: %+v", m.Post)
			}
			if len(all) != 7 {
				t.Errorf("%d messages, want 7: own posts and own threads are none", len(all))
			}
		})
	}
}

func TestMonth(t *testing.T) {
	clock := conformance.Morning()
	world, err := sandbox.NewWorld(sandbox.Options{Clock: clock, Seed: 7})
	if err != nil {
		t.Fatal(err)
	}
	n := &network{t: t, clock: clock, world: world, server: sandbox.NewMastodon(world), log: &conformance.Log{}}
	srv := httptest.NewServer(n.server)
	defer srv.Close()
	brand, _ := world.Brand(ourAccount)
	n.access = n.server.Access(brand, srv.URL)
	c := opened(t, n)
	got := map[string]bool{}
	for _, s := range c.Caps().Streams {
		for _, m := range drain(t, c, s, clock.Now()) {
			if got[m.Remote] {
				t.Errorf("%s came twice", m.Remote)
			}
			got[m.Remote] = true
		}
	}
	want := world.Items(ourAccount, func(it sandbox.Item) bool { return !it.Deleted && it.Kind != sandbox.BrandPost })
	for _, it := range want {
		if !got[n.server.StatusID(it)] {
			t.Errorf("%q of %v did not come", it.Text, it.At)
		}
	}
	if len(got) != len(want) || len(want) < 80 {
		t.Errorf("%d messages, the world has %d", len(got), len(want))
	}
}

func TestHistoryIsBounded(t *testing.T) {
	n := newNetwork(t, false)
	old := n.write(t, sandbox.Item{Kind: sandbox.Public, Person: 1, Text: "vieux", At: n.clock.Now().Add(-40 * 24 * time.Hour)})
	n.write(t, sandbox.Item{Kind: sandbox.Public, Person: 1, Text: "neuf"})
	for _, m := range drain(t, opened(t, n), inbox.StreamMentions, n.clock.Now()) {
		if m.Remote == n.server.StatusID(old) {
			t.Error("40 days old, with 31 asked for")
		}
	}
}

func TestReplyIsNeverMoreOpen(t *testing.T) {
	for _, tc := range []struct{ parent, wish, want string }{
		{"public", "", "public"},
		{"unlisted", "", "unlisted"},
		{"unlisted", "public", "unlisted"},
		{"private", "public", "private"},
		{"public", "private", "private"},
		{"public", "direct", "direct"},
		{"direct", "public", "direct"},
		{"direct", "nonsense", "direct"},
	} {
		n := newNetwork(t, false)
		it := n.write(t, sandbox.Item{Kind: sandbox.Public, Person: 1, Text: "Bonjour", Visibility: tc.parent, Lang: "fr"})
		a := reply(n.server.StatusID(it), "Bonjour à vous")
		a.Visibility = tc.wish
		r, err := opened(t, n).Do(t.Context(), a)
		if err != nil {
			t.Fatal(err)
		}
		p := n.server.Posted()[0]
		if p.Visibility != tc.want || p.ID != r.Remote || p.InReplyTo != a.Target || p.Key != a.Key || p.Language != "fr" {
			t.Errorf("%s, wished %q: %+v", tc.parent, tc.wish, p)
		}
		if r.At.IsZero() || !strings.HasPrefix(r.URL, "https://") {
			t.Errorf("receipt %+v", r)
		}
	}
}

func TestReplyMentionsTheAuthor(t *testing.T) {
	n := newNetwork(t, false)
	it, err := n.world.Say(ourAccount, inbox.KindDM, "Bonjour")
	if err != nil {
		t.Fatal(err)
	}
	who := n.world.Person(it.Person)
	name := "@" + who.Handle + "@" + who.Host
	c := opened(t, n)
	for text, want := range map[string]string{
		"Oui !":                         name + " Oui !",
		"Oui " + name + " !":            "Oui " + name + " !",
		strings.ToUpper(name) + ", oui": strings.ToUpper(name) + ", oui",
		"pas " + name + "x":             name + " pas " + name + "x",
	} {
		a := reply(n.server.StatusID(it), text)
		a.Key = text
		if _, err := c.Do(t.Context(), a); err != nil {
			t.Fatal(err)
		}
		posted := n.server.Posted()
		if got := posted[len(posted)-1].Status; got != want {
			t.Errorf("%q was sent as %q, want %q", text, got, want)
		}
	}
}

func TestRefusedReplies(t *testing.T) {
	n := newNetwork(t, false)
	it, err := n.world.Say(ourAccount, inbox.KindMention, "Bonjour")
	if err != nil {
		t.Fatal(err)
	}
	c := opened(t, n)
	id := n.server.StatusID(it)
	for _, tc := range []struct {
		a    inbox.Action
		want error
	}{
		{reply(id, strings.Repeat("é", 600)), inbox.ErrInvalid},
		{reply("1", "Bonjour"), inbox.ErrGone},
		{reply("../../oauth/revoke", "Bonjour"), inbox.ErrInvalid},
		{inbox.Action{Kind: inbox.ActDelete, Target: id}, inbox.ErrGone}, // not our own
		{inbox.Action{Kind: "hide", Target: id}, inbox.ErrUnsupported},
	} {
		if _, err := c.Do(t.Context(), tc.a); !errors.Is(err, tc.want) {
			t.Errorf("%s %.20q: %v, want %v", tc.a.Kind, tc.a.Target, err, tc.want)
		}
	}
	if n := len(n.server.Posted()); n != 0 {
		t.Errorf("%d were posted", n)
	}
}

func TestFind(t *testing.T) {
	n := newNetwork(t, false)
	it, err := n.world.Say(ourAccount, inbox.KindMention, "Bonjour")
	if err != nil {
		t.Fatal(err)
	}
	c := opened(t, n)
	a := reply(n.server.StatusID(it), "Oui :\n\nvoyez https://miette.example/horaires?jour=demain&x=1 avec @lea@piaille.example #pain")
	a.FirstWire = n.clock.Now()
	finder := c.(inbox.Finder)
	if _, ok, err := finder.Find(t.Context(), a); ok || err != nil {
		t.Fatalf("before: %v %v", ok, err)
	}
	r, err := c.Do(t.Context(), a)
	if err != nil {
		t.Fatal(err)
	}
	for range 90 { // more than two pages of newer ones
		n.write(t, sandbox.Item{Kind: sandbox.BrandPost, Text: "Autre chose"})
	}
	if got, ok, err := finder.Find(t.Context(), a); !ok || err != nil || got.Remote != r.Remote {
		t.Errorf("after: %+v %v %v, want %s", got, ok, err, r.Remote)
	}
	other := a
	other.Target = n.say(inbox.KindMention, "Autre fil")
	if _, ok, err := finder.Find(t.Context(), other); ok || err != nil {
		t.Errorf("the same text elsewhere: %v %v", ok, err)
	}
	like := inbox.Action{Kind: inbox.ActLike, Target: a.Target, FirstWire: n.clock.Now()}
	if _, ok, err := finder.Find(t.Context(), like); ok || err != nil {
		t.Errorf("not liked yet: %v %v", ok, err)
	}
	if _, err := c.Do(t.Context(), like); err != nil {
		t.Fatal(err)
	}
	if _, ok, err := finder.Find(t.Context(), like); !ok || err != nil {
		t.Errorf("liked: %v %v", ok, err)
	}
}

func TestServerSetting(t *testing.T) {
	for in, want := range map[string]string{
		"toot.example": "https://toot.example", " https://toot.example/ ": "https://toot.example",
		"http://127.0.0.1:3000": "http://127.0.0.1:3000", "http://toot.example": "", "": "", "https://u:p@toot.example": "",
		"ftp://toot.example": "", "https://toot.example?x=1": "",
	} {
		u, err := serverURL(in)
		switch {
		case want == "" && err == nil:
			t.Errorf("%q became %v", in, u)
		case want != "" && (err != nil || u.String() != want):
			t.Errorf("%q: %v %v, want %s", in, u, err, want)
		}
	}
}

func TestMissingToken(t *testing.T) {
	n := newNetwork(t, false)
	c, err := Info().New(n.env(), connectors.Setup{
		Settings: n.access.Settings,
		Secret: func(context.Context, string) (inbox.Secret, error) {
			return inbox.Secret{}, errors.New("no such file")
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if _, err := c.Check(t.Context()); inbox.ProblemOf(err).Code != inbox.CodeMissing {
		t.Errorf("%v, want a missing token", err)
	}
}

// asked is what somebody asks.
func asked(text, warning string, poll *inbox.Poll) sandbox.Item {
	return sandbox.Item{Kind: sandbox.Public, Person: 1, Text: text, Warning: warning, Poll: poll, Lang: "fr"}
}
