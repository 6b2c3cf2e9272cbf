package engine_test

import (
	"fmt"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"vigie/inbox"
	"vigie/inbox/text"
)

// write lets somebody of a name write.
func (n *network) write(who, conversation, id, body string, at time.Time) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.items = append(n.items, inbox.Message{
		Remote: id, Conversation: conversation, Kind: inbox.KindMention, At: at.UTC(),
		Author: inbox.Author{ID: who, Handle: text.CleanLine("@" + who)}, Text: text.Clean(body),
	})
}

// byName are all threads by what the network calls their conversation.
func (b *bench) byName() map[string]inbox.ThreadID {
	b.t.Helper()
	ids := map[string]inbox.ThreadID{}
	for _, t := range b.threads(inbox.States()...) {
		ids[t.Remote] = t.ID
	}
	return ids
}

func (b *bench) card(id inbox.ThreadID) inbox.PersonCard {
	b.t.Helper()
	c, err := b.eng.Person(b.t.Context(), id)
	if err != nil {
		b.t.Fatal(err)
	}
	return c
}

func TestPersonCard(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n, other := &network{class: inbox.ClassC}, &network{class: inbox.ClassC}
		b := newBench(t, n)
		defer b.close()
		b.must(b.eng.Reconfigure(t.Context(), twoClients(b.conn, other)))
		now := time.Now()
		for i := range 8 {
			n.write("lea", fmt.Sprintf("c%d", i), fmt.Sprintf("m%d", i), "Bonjour", now.Add(time.Duration(i)*time.Minute))
		}
		n.write("lea", "c0", "m0b", "Encore", now.Add(time.Hour))
		n.write("leandre", "x0", "x0", "je connais @lea", now)
		other.write("lea", "o0", "o0", "Hei", now)
		b.sync()
		ids := b.byName()
		c := b.card(ids["c3"])
		if c.ID != 0 || c.Client != "miette" || c.Author.ID != "lea" {
			t.Errorf("%+v", c.Person)
		}
		if c.Messages != 9 || c.AtLeast || c.Total != 8 {
			t.Errorf("%d messages (at least: %v) in %d threads, want 9 in 8", c.Messages, c.AtLeast, c.Total)
		}
		if !c.FirstAt.Equal(now) || !c.LastAt.Equal(now.Add(time.Hour)) {
			t.Errorf("from %s to %s", c.FirstAt, c.LastAt)
		}
		var names []string
		for _, th := range c.Threads {
			names = append(names, th.Remote)
		}
		if want := []string{"c0", "c7", "c6", "c5", "c4"}; !slices.Equal(names, want) {
			t.Errorf("last threads %v, want %v", names, want)
		}
		if c := b.card(ids["o0"]); c.Messages != 1 || c.Total != 1 {
			t.Errorf("the other client's card has %d messages in %d threads", c.Messages, c.Total)
		}
		if c := b.card(ids["x0"]); c.Messages != 1 {
			t.Errorf("one who is named like her has %d messages", c.Messages)
		}
	})
}

// Who was blocked, where, when and by whom stands on every card of
// theirs, until it is taken back.
func TestMeasuresOnTheCard(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b, n, _ := moderatedBench(t)
		defer b.close()
		n.write("lea", "c2", "m2", "Bonjour", time.Now())
		n.write("lea", "c3", "m3", "Encore", time.Now())
		n.write("bob", "c4", "m4", "Salut", time.Now())
		b.sync()
		b.eng.Start()
		ids := b.byName()
		do := func(thread string, kind inbox.ActionKind) {
			_, err := b.eng.Perform(t.Context(), b.by, ids[thread], kind, "")
			b.must(err)
			b.settled()
		}
		at := time.Now()
		do("c2", inbox.ActBlock)
		got := b.card(ids["c3"]).Measures
		if len(got) != 1 || got[0].Kind != inbox.ActBlock || got[0].Thread != ids["c2"] || got[0].Session != b.by.Session || !got[0].At.Equal(at) {
			t.Errorf("measures %+v", got)
		}
		if m := b.card(ids["c4"]).Measures; len(m) != 0 {
			t.Errorf("somebody else has %+v", m)
		}
		do("c3", inbox.ActUnblock)
		if m := b.card(ids["c2"]).Measures; len(m) != 0 {
			t.Errorf("after the block was lifted: %+v", m)
		}
	})
}

func TestBadgesAndNotes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, &network{class: inbox.ClassC})
		defer b.close()
		b.net.write("lea", "c1", "m1", "Bonjour", time.Now())
		b.net.write("lea", "c2", "m2", "Re", time.Now())
		b.net.write("bob", "c3", "m3", "Salut", time.Now())
		b.sync()
		ids := b.byName()
		sub := b.eng.Subscribe()
		b.must(b.eng.Badge(t.Context(), b.by, ids["c1"], []string{"vip", "+Presse"}))
		if list, err := sub.Next(t.Context()); err != nil || !slices.Contains(list, inbox.Change{Thread: ids["c1"]}) {
			t.Errorf("sessions were told %v, %v", list, err)
		}
		b.must(b.eng.PersonNote(t.Context(), b.by, ids["c2"], " journaliste "))
		c := b.card(ids["c2"])
		if !slices.Equal(c.Badges, []string{"presse", "vip"}) || !c.Rings() {
			t.Errorf("badges %v", c.Badges)
		}
		if len(c.Notes) != 1 || c.Notes[0].Text.String() != "journaliste" || c.Notes[0].Session != "s1" {
			t.Errorf("notes %+v", c.Notes)
		}
		if c := b.card(ids["c3"]); len(c.Badges)+len(c.Notes) != 0 {
			t.Errorf("bob has %v %v", c.Badges, c.Notes)
		}
		if err := b.eng.Badge(t.Context(), b.by, ids["c1"], []string{"a b"}); code(err) != inbox.CodeTag {
			t.Errorf("a badge with a space: %v", err)
		}
		if err := b.eng.PersonNote(t.Context(), b.by, ids["c1"], " "); code(err) != inbox.CodeEmpty {
			t.Errorf("an empty note: %v", err)
		}
		b.must(b.eng.Badge(t.Context(), b.by, ids["c3"], []string{"+ami"}))
		b.must(b.eng.Badge(t.Context(), b.by, ids["c3"], []string{"-ami"}))
		if c := b.card(ids["c3"]); c.ID != 0 {
			t.Errorf("person %d is kept, with nothing to say", c.ID)
		}
	})
}

func TestLinkAndUnlink(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n, other := &network{class: inbox.ClassC}, &network{class: inbox.ClassC}
		b := newBench(t, n)
		defer b.close()
		b.must(b.eng.Reconfigure(t.Context(), twoClients(b.conn, other)))
		n.write("lea", "c1", "m1", "Bonjour", time.Now())
		n.write("lea.pro", "c2", "m2", "Bonjour", time.Now())
		n.write("anna", "c3", "m3", "Bonjour", time.Now())
		other.write("lea", "o1", "o1", "Hei", time.Now())
		b.sync()
		ids := b.byName()
		b.must(b.eng.Badge(t.Context(), b.by, ids["c2"], []string{"+vip"}))
		b.must(b.eng.PersonNote(t.Context(), b.by, ids["c1"], "fidèle"))
		if err := b.eng.Link(t.Context(), b.by, ids["c1"], ids["o1"]); code(err) != inbox.CodeApart {
			t.Fatalf("a person of two clients: %v", err)
		}
		b.must(b.eng.Link(t.Context(), b.by, ids["c1"], ids["c2"]))
		b.must(b.eng.Link(t.Context(), b.by, ids["c2"], ids["c3"]))
		b.must(b.eng.Link(t.Context(), b.by, ids["c1"], ids["c3"])) // they are already
		for _, of := range []string{"c1", "c2", "c3"} {
			c := b.card(ids[of])
			if len(c.Identities) != 3 || c.Messages != 3 || !c.Rings() || len(c.Notes) != 1 {
				t.Errorf("%s: %d identities, %d messages, %v, %v", of, len(c.Identities), c.Messages, c.Badges, c.Notes)
			}
		}
		if th := b.thread(ids["c2"]); th.Author.ID != "lea.pro" { // answers go where they went
			t.Errorf("the thread is with %s", th.Author.ID)
		}
		b.must(b.eng.Unlink(t.Context(), b.by, ids["c3"]))
		if c := b.card(ids["c3"]); c.ID != 0 || c.Messages != 1 {
			t.Errorf("anna alone: person %d, %d messages", c.ID, c.Messages)
		}
		if c := b.card(ids["c1"]); len(c.Identities) != 2 || c.Messages != 2 || !c.Rings() {
			t.Errorf("without anna: %d identities, %d messages", len(c.Identities), c.Messages)
		}
		b.must(b.eng.Unlink(t.Context(), b.by, ids["c2"]))
		b.must(b.eng.Unlink(t.Context(), b.by, ids["c1"])) // the last one stays
		if c := b.card(ids["c1"]); len(c.Identities) != 1 || !c.Rings() {
			t.Errorf("the last identity went: %+v", c.Person)
		}
	})
}

// TestCardAfterAnAccountMoved: an account that was given to another client is
// told of in no card of its old one.
func TestCardAfterAnAccountMoved(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n, other := &network{class: inbox.ClassC}, &network{class: inbox.ClassC}
		b := newBench(t, n)
		defer b.close()
		s := twoClients(b.conn, other)
		s.Accounts[1].Account.Client = s.Accounts[0].Account.Client
		b.must(b.eng.Reconfigure(t.Context(), s))
		n.write("lea", "c1", "m1", "Bonjour", time.Now())
		other.write("lea.pro", "o1", "o1", "Hei", time.Now())
		b.sync()
		ids := b.byName()
		b.must(b.eng.Link(t.Context(), b.by, ids["c1"], ids["o1"]))
		if c := b.card(ids["c1"]); len(c.Identities) != 2 {
			t.Fatalf("%+v", c.Identities)
		}
		b.must(b.eng.Reconfigure(t.Context(), twoClients(b.conn, other)))
		if c := b.card(ids["c1"]); len(c.Identities) != 1 || c.Identities[0].Author.ID != "lea" {
			t.Errorf("%+v", c.Identities)
		}
	})
}

// TestCardOfSomebodyRenamed: whoever changes their handle is still who they are.
func TestCardOfSomebodyRenamed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := &network{class: inbox.ClassC}
		b := newBench(t, n)
		defer b.close()
		for i, a := range []inbox.Author{
			{ID: "7", Handle: text.CleanLine("@lea"), Name: text.CleanLine("Léa Martin")},
			{ID: "7", Handle: text.CleanLine("@lea_new"), Name: text.CleanLine("Léa Martin")},
			{ID: "8", Handle: text.CleanLine("@other"), Name: text.CleanLine("Léa Martin")},
		} {
			n.say(fmt.Sprint("c", i), fmt.Sprint("m", i), "Bonjour", time.Now())
			n.mu.Lock()
			n.items[i].Author = a
			n.mu.Unlock()
		}
		b.sync()
		ids := b.byName()
		for of, want := range map[string]int{"c0": 2, "c1": 2, "c2": 1} {
			if c := b.card(ids[of]); c.Messages != want || c.Total != want {
				t.Errorf("%s: %d messages in %d threads, want %d", of, c.Messages, c.Total, want)
			}
		}
	})
}
