package mastodon

import (
	"errors"
	"fmt"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"vigie/connectors/sandbox"
	"vigie/connectors/sandbox/fault"
	"vigie/inbox"
)

// done lists what the account did on the network, of one kind.
func (n *network) done(kind inbox.ActionKind) []sandbox.Deed {
	return slices.DeleteFunc(n.world.Deeds(ourAccount), func(d sandbox.Deed) bool { return d.Kind != kind })
}

// act is an action of a kind on a message, as the outbox would have it.
func act(kind inbox.ActionKind, m inbox.Message, now time.Time) inbox.Action {
	return inbox.Action{
		Key: "01J" + strings.ToUpper(string(kind)) + m.Remote, Kind: kind, Account: ourAccount, Conversation: m.Conversation,
		Target: m.Remote, Author: m.Author.ID, ThreadKind: m.Kind, FirstWire: now, LastWire: now,
	}
}

func TestStatesAreSetOnceAndFound(t *testing.T) {
	n := newNetwork(t, false)
	c := opened(t, n)
	finder := c.(inbox.Finder)
	n.say(inbox.KindMention, "Bonjour")
	m := drain(t, c, inbox.StreamMentions, n.clock.Now())[0]
	for _, kind := range []inbox.ActionKind{inbox.ActLike, inbox.ActUnlike, inbox.ActBlock, inbox.ActUnblock} {
		a := act(kind, m, n.clock.Now())
		if _, there, err := finder.Find(t.Context(), a); there || err != nil {
			t.Errorf("%s before: %v %v", kind, there, err)
		}
		for range 2 {
			if _, err := c.Do(t.Context(), a); err != nil {
				t.Errorf("%s: %v", kind, err)
			}
		}
		if _, there, err := finder.Find(t.Context(), a); !there || err != nil {
			t.Errorf("%s after: %v %v", kind, there, err)
		}
		if deeds := n.done(kind); len(deeds) != 1 || deeds[0].Person != n.item(m.Remote).Person {
			t.Errorf("%s: %+v", kind, deeds)
		}
	}
	nameless := act(inbox.ActBlock, m, n.clock.Now())
	nameless.Author = ""
	if _, err := c.Do(t.Context(), nameless); err != nil || len(n.done(inbox.ActBlock)) != 2 {
		t.Errorf("a block by the status alone: %v", err)
	}
	me, err := c.Check(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, author := range []string{me.Remote, "../../x"} {
		a := act(inbox.ActBlock, m, n.clock.Now())
		a.Author = author
		if _, err := c.Do(t.Context(), a); author == "" || !errors.Is(err, inbox.ErrInvalid) {
			t.Errorf("block %q: %v", author, err)
		}
	}
}

// TestPrivateAnswer: it reaches its author alone, and the feed brings it under
// the conversation that the receipt names, also to another reader.
func TestPrivateAnswer(t *testing.T) {
	for name, fork := range map[string]bool{"mastodon": false, "fork": true} {
		t.Run(name, func(t *testing.T) {
			n := newNetwork(t, fork)
			c := opened(t, n)
			id := n.say(inbox.KindComment, "Et mon colis ?")
			m := find(t, drain(t, c, inbox.StreamMentions, n.clock.Now()), id)
			a := act(inbox.ActPrivate, m, n.clock.Now())
			a.Text, a.Visibility = "Écrivez-nous votre numéro", "public"
			r, err := c.Do(t.Context(), a)
			if err != nil {
				t.Fatal(err)
			}
			p := n.server.Posted()[0]
			if p.Visibility != "direct" || p.InReplyTo != id || !strings.HasPrefix(p.Status, m.Author.Handle.String()+" ") {
				t.Errorf("posted %+v", p)
			}
			if r.Conversation == "" || r.Conversation == m.Conversation {
				t.Errorf("receipt %+v", r)
			}
			found, there, err := c.(inbox.Finder).Find(t.Context(), a)
			if !there || err != nil || found != r {
				t.Errorf("found %+v %v %v, want %+v", found, there, err, r)
			}
			n.write(t, sandbox.Item{Parent: n.item(r.Remote).ID, Person: n.item(id).Person, Text: "Le 4711"})
			for _, reader := range []inbox.Connector{c, opened(t, n)} {
				talk := drain(t, reader, inbox.StreamMessages, n.clock.Now())
				if len(talk) != 2 {
					t.Fatalf("%d messages in private, want 2", len(talk))
				}
				for _, m := range talk {
					if m.Conversation != r.Conversation || m.Kind != inbox.KindDM {
						t.Errorf("%q in %s (%s), want %s", m.Text, m.Conversation, m.Kind, r.Conversation)
					}
				}
				if len(drain(t, reader, inbox.StreamMentions, n.clock.Now())) != 1 {
					t.Error("it shows in public")
				}
			}
		})
	}
}

func TestPrivateAnswerToNobody(t *testing.T) {
	n := newNetwork(t, false)
	post := n.write(t, sandbox.Item{Kind: sandbox.BrandPost, Text: "La fournée"})
	a := reply(n.server.StatusID(post), "Psst")
	a.Kind = inbox.ActPrivate
	if _, err := opened(t, n).Do(t.Context(), a); !errors.Is(err, inbox.ErrInvalid) || len(n.server.Posted()) != 0 {
		t.Errorf("%v, %d posted", err, len(n.server.Posted()))
	}
}

// TestADirectReplyMoves: who answers a public message by a direct one writes
// into a conversation of its own, too.
func TestADirectReplyMoves(t *testing.T) {
	n := newNetwork(t, false)
	c := opened(t, n)
	n.say(inbox.KindMention, "Bonjour")
	m := drain(t, c, inbox.StreamMentions, n.clock.Now())[0]
	a := act(inbox.ActReply, m, n.clock.Now())
	a.Text, a.Visibility = "Entre nous", "direct"
	r, err := c.Do(t.Context(), a)
	if err != nil || r.Conversation != r.Remote {
		t.Errorf("%+v %v", r, err)
	}
	if got := drain(t, c, inbox.StreamMessages, n.clock.Now())[0]; got.Conversation != r.Conversation {
		t.Errorf("the feed has it in %s", got.Conversation)
	}
}

func TestRead(t *testing.T) {
	for name, fork := range map[string]bool{"mastodon": false, "fork": true} {
		t.Run(name, func(t *testing.T) {
			n := newNetwork(t, fork)
			c := opened(t, n)
			finder := c.(inbox.Finder)
			first := n.say(inbox.KindDM, "Vous livrez ?")
			for i := range 90 { // three pages of others
				n.say(inbox.KindDM, fmt.Sprint("Autre ", i))
			}
			m := find(t, drain(t, c, inbox.StreamMessages, n.clock.Now()), first)
			a := act(inbox.ActRead, m, n.clock.Now())
			if _, there, err := finder.Find(t.Context(), a); there || err != nil {
				t.Errorf("before: %v %v", there, err)
			}
			for range 2 {
				if _, err := c.Do(t.Context(), a); err != nil {
					t.Fatal(err)
				}
			}
			if _, there, err := finder.Find(t.Context(), a); !there || err != nil {
				t.Errorf("after: %v %v", there, err)
			}
			if deeds := n.done(inbox.ActRead); len(deeds) != 1 || n.server.StatusID(n.item(first)) != first || deeds[0].Item != n.item(first).ID {
				t.Errorf("%+v", deeds)
			}
			again := n.write(t, sandbox.Item{Parent: n.item(first).ID, Person: n.item(first).Person, Text: "Alors ?"})
			if _, err := c.Do(t.Context(), a); err != nil || n.world.ReadUpTo(ourAccount, again.Person) != again.ID {
				t.Errorf("read again: %v", err)
			}
			public := a
			public.ThreadKind = inbox.KindMention
			if _, err := c.Do(t.Context(), public); !errors.Is(err, inbox.ErrUnsupported) {
				t.Errorf("read of a mention: %v", err)
			}
		})
	}
}

// TestKeysAreProven: Mastodon says what it is and is class A at once; another
// server is class C until it has shown that it keeps keys, and gets no key once
// it has shown that it does not. The proof posts nothing.
func TestKeysAreProven(t *testing.T) {
	class := func(c inbox.Connector) inbox.Class { return c.Caps().ClassOf(inbox.ActPrivate) }
	n := newNetwork(t, false)
	c := opened(t, n)
	if class(c) != inbox.ClassC || c.Caps().KeyWindow != 0 {
		t.Error("class A of a server that was never asked")
	}
	if _, err := c.Check(t.Context()); err != nil || class(c) != inbox.ClassA || c.Caps().KeyWindow != time.Hour {
		t.Errorf("Mastodon itself: class %s, %v", class(c), err)
	}
	send := func(c inbox.Connector, n *network, i int) {
		t.Helper()
		a := reply(n.say(inbox.KindMention, "Bonjour"), fmt.Sprint("Oui ", i))
		if _, err := c.Do(t.Context(), a); err != nil {
			t.Fatal(err)
		}
		if got := len(n.server.Posted()); got != i {
			t.Fatalf("%d posts after %d answers", got, i)
		}
	}
	for i := range 3 {
		send(c, n, i+1)
	}
	if class(c) != inbox.ClassA {
		t.Error("Mastodon itself lost its class")
	}
	fork := newNetwork(t, true)
	c = opened(t, fork)
	if _, err := c.Check(t.Context()); err != nil || class(c) != inbox.ClassC {
		t.Errorf("a fork: class %s, %v", class(c), err)
	}
	for i := range 3 {
		send(c, fork, i+1)
	}
	if posted := fork.server.Posted(); class(c) != inbox.ClassC || posted[0].Key == "" || posted[1].Key != "" || posted[2].Key != "" {
		t.Errorf("a fork that ignores keys: class %s, %+v", class(c), posted)
	}
	liar := newNetwork(t, false)
	liar.server.KeyLate = 24 * time.Hour // says that it is Mastodon, and keeps no key
	c = opened(t, liar)
	for i := range 2 {
		send(c, liar, i+1)
	}
	if _, err := c.Check(t.Context()); err != nil || class(c) != inbox.ClassC {
		t.Errorf("a server that does not keep what it promises: class %s, %v", class(c), err)
	}
}

// TestFindIsExact: parent, text, time and whom it is for must all be right, and
// two of a kind are nobody's to choose from.
func TestFindIsExact(t *testing.T) {
	n := newNetwork(t, true)
	c := opened(t, n)
	id := n.say(inbox.KindMention, "Vous ouvrez ?")
	parent := n.item(id)
	look := func(a inbox.Action) string {
		_, there, err := c.(inbox.Finder).Find(t.Context(), a)
		var retry *inbox.RetryError
		switch {
		case errors.Is(err, inbox.ErrConflict):
			return "two"
		case errors.As(err, &retry):
			return "unsure"
		case err != nil:
			return err.Error()
		case there:
			return "there"
		}
		return "absent"
	}
	a := reply(id, "Oui, à 8 h & à 20 h")
	a.ThreadKind, a.FirstWire = inbox.KindMention, n.clock.Now()
	write := func(text string, at time.Duration, visibility string) {
		n.write(t, sandbox.Item{Parent: parent.ID, Text: text, At: n.clock.Now().Add(at), Visibility: visibility})
	}
	write(a.Text, -6*time.Minute, "")
	write("Oui, à 8 h &amp; à 20 h", 0, "") // decoded once, not twice
	write("@tom "+a.Text+" !", 0, "")
	write(a.Text, 0, "direct")
	if got := look(a); got != "absent" {
		t.Errorf("nothing is right: %s", got)
	}
	private := a
	private.Kind = inbox.ActPrivate
	if got := look(private); got != "there" {
		t.Errorf("the direct one, looked for: %s", got)
	}
	write("Oui,  a\u0300 8 h &\nà 20 h", -4*time.Minute, "")
	if got := look(a); got != "there" {
		t.Errorf("the same but for spacing and composition: %s", got)
	}
	typed := a
	typed.Text = "@tom " + a.Text
	if got := look(typed); got != "absent" {
		t.Errorf("a mention that was typed is missing there: %s", got)
	}
	write(a.Text, 0, "")
	if got := look(a); got != "two" {
		t.Errorf("two of a kind: %s", got)
	}
	other := a
	other.Text = "Jamais écrit"
	n.write(t, sandbox.Item{Kind: sandbox.BrandPost, Text: "x", Bad: true})
	if got := look(other); got != "unsure" {
		t.Errorf("with one that cannot be read: %s", got)
	}
	for range findPages * maxStatuses {
		n.write(t, sandbox.Item{Kind: sandbox.BrandPost, Text: "Autre chose"})
	}
	if got := look(other); got != "unsure" {
		t.Errorf("more than can be looked through: %s", got)
	}
	n.server.Lag = time.Minute
	n.clock.Advance(30 * time.Second)
	if got := look(a); got == "two" {
		t.Error("the lists do not lag")
	}
}

func TestUnreachableAndLost(t *testing.T) {
	n := newNetwork(t, false)
	id := n.say(inbox.KindMention, "Bonjour")
	c := opened(t, n)
	a := reply(id, "Oui")
	a.FirstWire = n.clock.Now()
	for _, kind := range []fault.Kind{fault.LostAnswer, fault.LostError} {
		n.server.Fault(fault.Fault{Kind: kind, Writes: true, Times: 1})
		var doubt *inbox.UncertainError
		if _, err := c.Do(t.Context(), a); !errors.As(err, &doubt) || n.sent("Oui") != 1 {
			t.Errorf("lost %d: %v, %d on the network", kind, err, n.sent("Oui"))
		}
	}
	if r, err := c.Do(t.Context(), a); err != nil || r.Remote == "" || n.sent("Oui") != 1 {
		t.Errorf("the same key: %+v %v, %d on the network", r, err, n.sent("Oui"))
	}
	srv := httptest.NewServer(nil)
	n.access.Settings["server"] = srv.URL
	srv.Close()
	var retry *inbox.RetryError
	if _, err := opened(t, n).Do(t.Context(), a); !errors.As(err, &retry) || !errors.Is(err, inbox.ErrUnreachable) {
		t.Errorf("nobody there: %v", err)
	}
}

// TestPollsLeaveRoomForAnswers: background reading stops in time, an answer
// still goes, and nothing goes over the limit.
func TestPollsLeaveRoomForAnswers(t *testing.T) {
	n := newNetwork(t, false)
	n.server.Limit = 60
	c := opened(t, n)
	id := n.say(inbox.KindMention, "Bonjour")
	var retry *inbox.RetryError
	for range 60 {
		if _, err := c.Fetch(t.Context(), inbox.FetchRequest{Stream: inbox.StreamMentions, History: time.Hour, Now: n.clock.Now()}); err != nil {
			if !errors.As(err, &retry) {
				t.Fatal(err)
			}
			break
		}
	}
	if retry == nil || retry.After != 5*time.Minute {
		t.Fatalf("reading goes on: %v", retry)
	}
	for i := range 8 {
		a := reply(id, fmt.Sprint("Oui ", i))
		a.Key = fmt.Sprint("key ", i)
		_, err := c.Do(t.Context(), a)
		if i == 0 && err != nil {
			t.Errorf("an answer: %v", err)
		}
		if err != nil && !errors.As(err, &retry) {
			t.Errorf("answer %d: %v, want a RetryError", i, err)
		}
	}
	if n.server.Refused() != 0 {
		t.Errorf("%d calls over the limit", n.server.Refused())
	}
	n.clock.Advance(5 * time.Minute)
	if _, err := c.Fetch(t.Context(), inbox.FetchRequest{Stream: inbox.StreamMentions, History: time.Hour, Now: n.clock.Now()}); err != nil {
		t.Errorf("after the reset: %v", err)
	}
}
