package mastodon

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"vigie/connectors/sandbox"
	"vigie/inbox"
)

// listening opens a connector that listens to words.
func listening(t *testing.T, n *network, tags, words []string) inbox.Connector {
	t.Helper()
	n.access.Lists = map[string][]string{"hashtags": tags, "keywords": words}
	c, _ := checked(t, n)
	return c
}

// TestListening: a hashtag and a word bring what others say to others, once; what
// is for us, under our posts or by us is no watch, and an answer makes the
// conversation go on where it was heard.
func TestListening(t *testing.T) {
	n := newNetwork(t, false)
	id := n.server.StatusID
	post := n.write(t, sandbox.Item{Kind: sandbox.BrandPost, Text: "Nos galettes #galette"})
	n.write(t, sandbox.Item{Kind: sandbox.Public, Person: 1, Text: "Votre #galette est bonne"}) // mentions us
	n.write(t, sandbox.Item{Kind: sandbox.Public, Person: 1, Text: "À voir #galette", Quotes: post.ID, Aside: true})
	n.write(t, sandbox.Item{Kind: sandbox.Public, Person: 2, Text: "Chut #galette", Aside: true, Visibility: "unlisted"})
	n.write(t, sandbox.Item{Kind: sandbox.Public, Person: 2, Text: "#galettes au pluriel", Aside: true})
	heard := n.write(t, sandbox.Item{Kind: sandbox.Public, Person: 3, Text: "La meilleure #Galette de Lyon ?", Aside: true})
	under := n.write(t, sandbox.Item{Parent: post.ID, Person: 4, Text: "Sans vous nommer #galette", Aside: true})
	c := listening(t, n, []string{"#Galette"}, []string{"galette"})
	all := drain(t, c, inbox.StreamWatch, n.clock.Now())
	seen := map[string]inbox.Kind{}
	for _, m := range all {
		if seen[m.Remote] != "" {
			t.Errorf("%q twice", m.Text)
		}
		seen[m.Remote] = m.Kind
	}
	plural := all[0]
	for _, m := range all {
		if strings.Contains(m.Text.String(), "pluriel") {
			plural = m
		}
	}
	if len(all) != 3 || seen[id(heard)] != inbox.KindWatch || seen[id(under)] != inbox.KindComment || seen[plural.Remote] != inbox.KindWatch {
		t.Errorf("heard %v", seen)
	}
	m := find(t, all, id(heard))
	r, err := c.Do(t.Context(), inbox.Action{Kind: inbox.ActReply, Target: m.Remote, Text: "La nôtre !", Key: "k", ThreadKind: m.Kind})
	if err != nil {
		t.Fatal(err)
	}
	theirs := n.write(t, sandbox.Item{Parent: n.item(r.Remote).ID, Person: 3, Text: "Ah oui ?"})
	for _, reader := range []inbox.Connector{c, opened(t, n)} {
		told := drain(t, reader, inbox.StreamMentions, n.clock.Now())
		for _, remote := range []string{r.Remote, id(theirs)} {
			if got := find(t, told, remote); got.Conversation != m.Conversation {
				t.Errorf("%q is in %s, want %s", got.Text, got.Conversation, m.Conversation)
			}
		}
	}
	if c := opened(t, newNetwork(t, false)); len(c.Caps().Streams) != 3 {
		t.Errorf("streams of an account that listens to nothing: %v", c.Caps().Streams)
	}
}

// TestWhatCannotBeListenedTo is told once, and the rest is heard all the same.
func TestWhatCannotBeListenedTo(t *testing.T) {
	for name, spoil := range map[string]func(*sandbox.Mastodon){
		"no search engine": func(m *sandbox.Mastodon) { m.NoSearch = true },
		"no search":        func(m *sandbox.Mastodon) { m.Missing = map[string]bool{"GET /api/v2/search": true} },
		"no right":         func(m *sandbox.Mastodon) { m.Scopes = "read:accounts read:statuses read:notifications write" },
	} {
		t.Run(name, func(t *testing.T) {
			n := newNetwork(t, false)
			spoil(n.server)
			n.write(t, sandbox.Item{Kind: sandbox.BrandPost, Text: "Bonjour tout le monde", At: n.clock.Now().Add(-2 * time.Hour)})
			c := listening(t, n, []string{"galette"}, []string{"brioche"})
			req := inbox.FetchRequest{Stream: inbox.StreamWatch, History: 24 * time.Hour, Now: n.clock.Now()}
			for i := range 3 {
				n.say(inbox.KindWatch, fmt.Sprintf("%d #galette", i))
				p, err := c.Fetch(t.Context(), req)
				if err != nil || len(p.Messages) != 1 {
					t.Fatalf("%+v %v", p, err)
				}
				if told := len(p.Refused); told != map[bool]int{true: 1}[i == 0] || told == 1 && p.Refused[0].Item != "brioche" {
					t.Errorf("read %d: refused %+v", i, p.Refused)
				}
				req.Cursor = p.Cursor
			}
			again := opened(t, n)
			if p, err := again.Fetch(t.Context(), req); err != nil || len(p.Messages) != 0 || len(p.Refused) != 1 || p.Cursor != req.Cursor {
				t.Errorf("after a restart: %+v %v", p, err)
			}
		})
	}
}

// TestAMuchUsedHashtag: of the time before it was listened to only the newest
// are read; since then, all.
func TestAMuchUsedHashtag(t *testing.T) {
	for _, words := range [][2][]string{{{"galette"}, nil}, {nil, {"galette"}}} {
		n := newNetwork(t, false)
		for i := range maxBack + 100 {
			n.write(t, sandbox.Item{Kind: sandbox.Public, Person: 1, Text: fmt.Sprint(i, " #galette"), Aside: true, At: n.clock.Now().Add(-time.Hour + time.Duration(i)*time.Second)})
		}
		c := listening(t, n, words[0], words[1])
		req := inbox.FetchRequest{Stream: inbox.StreamWatch, History: 24 * time.Hour, Now: n.clock.Now(), Limit: 80}
		read := func() (got []inbox.Message) {
			t.Helper()
			for range 100 {
				p, err := c.Fetch(t.Context(), req)
				if err != nil {
					t.Fatal(err)
				}
				got, req.Cursor = append(got, p.Messages...), p.Cursor
				if !p.More {
					return got
				}
			}
			t.Fatal("no end")
			return nil
		}
		if got := len(read()); got != maxBack {
			t.Errorf("%v: %d at first, want %d", words, got, maxBack)
		}
		for range 130 { // while vigie was away
			n.say(inbox.KindWatch, "encore #galette")
		}
		if got := len(read()); got != 130 {
			t.Errorf("%v: %d of 130 since", words, got)
		}
	}
}

func TestListened(t *testing.T) {
	got := listened(map[string][]string{"hashtags": {"#Pain", "pain", " ", "a b", "lyon_7"}, "keywords": {"Miette", "#pain", "pain au chocolat"}})
	if want := "#pain,#lyon_7,miette,pain,pain au chocolat"; strings.Join(got, ",") != want {
		t.Errorf("%q, want %q", got, want)
	}
}
