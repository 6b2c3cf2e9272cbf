package mastodon

import (
	"errors"
	"strings"
	"testing"
	"time"

	"vigie/connectors/sandbox"
	"vigie/inbox"
)

// threadOf is the thread that a message begins.
func threadOf(m inbox.Message) inbox.Thread {
	t := inbox.Thread{Account: ourAccount, Kind: m.Kind, Remote: m.Conversation}
	if m.Post != nil {
		t.PostID = m.Post.ID
	}
	return t
}

func code(err error) string { return inbox.ProblemOf(err).Code }

func checked(t *testing.T, n *network) (inbox.Connector, inbox.Identity) {
	t.Helper()
	c := opened(t, n)
	id, err := c.Check(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return c, id
}

func TestWhoIsMutedIsNotHeard(t *testing.T) {
	n := newNetwork(t, false)
	c, _ := checked(t, n)
	first := n.say(inbox.KindMention, "Achetez !")
	m := drain(t, c, inbox.StreamMentions, n.clock.Now())[0]
	finder := c.(inbox.Finder)
	more := func() int {
		n.write(t, sandbox.Item{Kind: sandbox.Public, Person: n.item(first).Person, Text: "Achetez encore !"})
		return len(drain(t, opened(t, n), inbox.StreamMentions, n.clock.Now()))
	}
	for _, step := range []struct {
		kind  inbox.ActionKind
		heard int
	}{{inbox.ActMute, 0}, {inbox.ActUnmute, 3}} {
		a := act(step.kind, m, n.clock.Now())
		if _, there, err := finder.Find(t.Context(), a); there || err != nil {
			t.Errorf("%s before: %v %v", step.kind, there, err)
		}
		for range 2 {
			if _, err := c.Do(t.Context(), a); err != nil {
				t.Errorf("%s: %v", step.kind, err)
			}
		}
		if _, there, err := finder.Find(t.Context(), a); !there || err != nil {
			t.Errorf("%s after: %v %v", step.kind, there, err)
		}
		if got := more(); got != step.heard || len(n.done(step.kind)) != 1 {
			t.Errorf("%s: %d messages, want %d; done %d times", step.kind, got, step.heard, len(n.done(step.kind)))
		}
	}
}

// TestLeave: a conversation that was left brings no more. Under a post of ours
// it is not offered: the server would leave all that is said there.
func TestLeave(t *testing.T) {
	n := newNetwork(t, false)
	c, _ := checked(t, n)
	id := n.say(inbox.KindMention, "On se dispute")
	comment := find(t, drain(t, c, inbox.StreamMentions, n.clock.Now()), id)
	if _, err := c.Do(t.Context(), act(inbox.ActLeave, comment, n.clock.Now())); err != nil {
		t.Fatal(err)
	}
	n.write(t, sandbox.Item{Parent: n.item(id).ID, Person: 2, Text: "Encore"})
	if got := drain(t, opened(t, n), inbox.StreamMentions, n.clock.Now()); len(got) != 0 {
		t.Errorf("%d messages of a conversation that was left", len(got))
	}
	if _, there, err := c.(inbox.Finder).Find(t.Context(), act(inbox.ActRejoin, comment, n.clock.Now())); there || err != nil {
		t.Errorf("it is joined again: %v %v", there, err)
	}
	bravo := n.say(inbox.KindComment, "Bravo")
	under := find(t, drain(t, c, inbox.StreamMentions, n.clock.Now()), bravo)
	for _, kind := range []inbox.ActionKind{inbox.ActLeave, inbox.ActRejoin} {
		if can := c.ThreadCaps(threadOf(under)).Acts[kind]; can.OK || can.Why != inbox.CodeUnsupported {
			t.Errorf("%s under a post: %+v", kind, can)
		}
	}
}

func TestReport(t *testing.T) {
	for name, fork := range map[string]bool{"mastodon": false, "fork": true} {
		t.Run(name, func(t *testing.T) {
			n := newNetwork(t, fork)
			c, _ := checked(t, n)
			id := n.say(inbox.KindMention, "Achetez !")
			m := drain(t, c, inbox.StreamMentions, n.clock.Now())[0]
			reasons := c.ThreadCaps(threadOf(m)).Reasons
			if want := 5; !fork && (len(reasons) != want || reasons[2] != "violation 1: Pas de harcèlement") {
				t.Errorf("reasons %q", reasons)
			}
			for i, reason := range append(reasons, "") {
				a := act(inbox.ActReport, m, n.clock.Now())
				a.Text, a.Reason = "C'est de la publicité", reason
				r, err := c.Do(t.Context(), a)
				if err != nil || r.Remote == "" {
					t.Fatalf("%q: %+v %v", reason, r, err)
				}
				got := n.server.Reports()[i]
				category, rule, _ := strings.Cut(strings.TrimSuffix(reason, ": Pas de publicité"), " ")
				if category == "" {
					category = "other"
				}
				if got.Category != category || got.Comment != a.Text || got.Forward || got.Person != n.item(id).Person || len(got.Statuses) != 1 || got.Statuses[0] != id {
					t.Errorf("%q: %+v", reason, got)
				}
				if (rule != "") != (len(got.Rules) == 1) || strings.HasSuffix(reason, "publicité") && got.Rules[0] != "2" {
					t.Errorf("%q names the rules %q", reason, got.Rules)
				}
			}
			a := act(inbox.ActReport, m, n.clock.Now())
			if _, _, err := c.(inbox.Finder).Find(t.Context(), a); !errors.Is(err, inbox.ErrUnsupported) {
				t.Errorf("a report is looked for: %v", err)
			}
			for _, bad := range []inbox.Action{{Reason: "jealousy"}, {Text: strings.Repeat("é", 1001)}} {
				a.Reason, a.Text = bad.Reason, bad.Text
				if _, err := c.Do(t.Context(), a); !errors.Is(err, inbox.ErrInvalid) {
					t.Errorf("%q, %d bytes: %v", a.Reason, len(a.Text), err)
				}
			}
		})
	}
}

// TestDetach: only what quotes a post of ours can be taken out of it; it shows
// the post as long as it does, and there is no way back.
func TestDetach(t *testing.T) {
	n := newNetwork(t, false)
	c, _ := checked(t, n)
	post := n.write(t, sandbox.Item{Kind: sandbox.BrandPost, Text: "La fournée"})
	quoting := n.write(t, sandbox.Item{Kind: sandbox.Public, Person: 1, Text: "Voyez ça", Quotes: post.ID})
	plain := n.say(inbox.KindMention, "Bonjour")
	all := drain(t, c, inbox.StreamMentions, n.clock.Now())
	m := find(t, all, n.server.StatusID(quoting))
	if m.Kind != inbox.KindMention || m.Post == nil || m.Post.ID != n.server.StatusID(post) || m.Post.Text.String() != "La fournée" {
		t.Fatalf("a quote: %+v", m)
	}
	caps := c.ThreadCaps(threadOf(m))
	if !caps.Can(inbox.ActDetach) || caps.Can(inbox.ActReattach) {
		t.Errorf("detach of a quote: %+v", caps.Acts)
	}
	if can := c.ThreadCaps(threadOf(find(t, all, plain))).Acts[inbox.ActDetach]; can.OK || can.Why != inbox.CodeNotOurs {
		t.Errorf("detach of a mention: %+v", can)
	}
	a := act(inbox.ActDetach, m, n.clock.Now())
	a.PostID = m.Post.ID
	finder := c.(inbox.Finder)
	if _, there, err := finder.Find(t.Context(), a); there || err != nil {
		t.Errorf("before: %v %v", there, err)
	}
	wrong := a
	wrong.Target = plain
	if _, err := c.Do(t.Context(), wrong); !errors.Is(err, inbox.ErrUnsupported) || code(err) != inbox.CodeNotOurs {
		t.Errorf("what quotes nothing: %v", err)
	}
	for range 2 {
		if _, err := c.Do(t.Context(), a); err != nil {
			t.Fatal(err)
		}
	}
	if _, there, err := finder.Find(t.Context(), a); !there || err != nil || len(n.done(inbox.ActDetach)) != 1 {
		t.Errorf("after: %v %v, %d times", there, err, len(n.done(inbox.ActDetach)))
	}
	fork, _ := checked(t, newNetwork(t, true))
	if can := fork.ThreadCaps(threadOf(m)).Acts[inbox.ActDetach]; can.OK || can.Why != inbox.CodeUnsupported {
		t.Errorf("a server without quotes: %+v", can)
	}
}

// TestEditKeepsTheRest: a correction says again what the server would drop, and
// whom the text is for.
func TestEditKeepsTheRest(t *testing.T) {
	n := newNetwork(t, false)
	who := n.world.Meet(sandbox.Person{Handle: "lea", Host: "piaille.example", Name: "Léa"})
	asked := n.write(t, sandbox.Item{Kind: sandbox.Public, Person: who.ID, Text: "Vous ouvrez ?", Warning: "pain", Lang: "fr"})
	name := "@" + who.Handle + "@" + who.Host
	file, shelf := onShelf("galette.png", "image/png", "Une galette", 40)
	n.shelf = shelf
	a := reply(n.server.StatusID(asked), "Oui, dès 7 h")
	a.Media = []inbox.Upload{file}
	c, _ := checked(t, n)
	r, err := c.Do(t.Context(), a)
	if err != nil {
		t.Fatal(err)
	}
	edit := inbox.Action{Kind: inbox.ActEdit, Target: r.Remote, Text: "@" + who.Handle + " Oui, dès 7 h 30", FirstWire: n.clock.Now(), ThreadKind: inbox.KindMention}
	finder := c.(inbox.Finder)
	if _, there, err := finder.Find(t.Context(), edit); there || err != nil {
		t.Errorf("before: %v %v", there, err)
	}
	for range 2 {
		if got, err := c.Do(t.Context(), edit); err != nil || got.Remote != r.Remote {
			t.Fatalf("%+v %v", got, err)
		}
	}
	if _, there, err := finder.Find(t.Context(), edit); !there || err != nil || len(n.done(inbox.ActEdit)) != 1 {
		t.Errorf("after: %v %v, done %d times", there, err, len(n.done(inbox.ActEdit)))
	}
	sent := n.server.Edited()[0]
	if sent.Status != name+" Oui, dès 7 h 30" || sent.Spoiler != "pain" || !sent.Sensitive || sent.Language != "fr" ||
		len(sent.Media) != 1 || sent.Media[0] != n.server.Files()[0].ID {
		t.Errorf("sent %+v", sent)
	}
	asking := n.write(t, sandbox.Item{Kind: sandbox.BrandPost, Text: "Quelle galette ?", Poll: aPoll(n.clock.Now())})
	theirs := edit
	for target, want := range map[string]string{n.server.StatusID(asking): inbox.CodeUnsupported, n.server.StatusID(asked): inbox.CodeNotOurs} {
		theirs.Target = target
		if _, err := c.Do(t.Context(), theirs); code(err) != want {
			t.Errorf("%s: %v, want %s", target, err, want)
		}
	}
	if len(n.server.Edited()) != 2 {
		t.Errorf("%d corrections", len(n.server.Edited()))
	}
}

func TestRenamed(t *testing.T) {
	was, err := readStatus([]byte(`{"id":"1","created_at":"2026-11-22T07:48:00Z","account":{"id":"2"},"in_reply_to_id":"9","in_reply_to_account_id":"3",
		"mentions":[{"id":"3","acct":"lea@piaille.example"},{"id":"4","acct":"tom"}]}`))
	if err != nil {
		t.Fatal(err)
	}
	for in, want := range map[string]string{
		"@lea Oui": "@lea@piaille.example Oui", "Oui\n@Lea, et @tom": "Oui\n@lea@piaille.example, et @tom",
		"Oui": "@lea@piaille.example Oui", "@lea@piaille.example Oui": "@lea@piaille.example Oui",
		"à lea@lea.example": "@lea@piaille.example à lea@lea.example", "(@lea)": "(@lea@piaille.example)",
	} {
		if got := renamed(in, was); got != want {
			t.Errorf("%q became %q, want %q", in, got, want)
		}
	}
}

// TestActsThatAServerLacks: what is not found there, though what it is about
// is, is not offered again. Who is gone is gone, and says nothing of the server.
func TestActsThatAServerLacks(t *testing.T) {
	for kind, route := range map[inbox.ActionKind]string{
		inbox.ActLeave: "POST /api/v1/statuses/{id}/mute", inbox.ActMute: "POST /api/v1/accounts/{id}/mute",
		inbox.ActReport: "POST /api/v1/reports", inbox.ActEdit: "PUT /api/v1/statuses/{id}",
	} {
		n := newNetwork(t, true)
		n.server.Missing = map[string]bool{route: true}
		c, _ := checked(t, n)
		id := n.say(inbox.KindMention, "Bonjour")
		m := find(t, drain(t, c, inbox.StreamMentions, n.clock.Now()), id)
		a := act(kind, m, n.clock.Now())
		if kind == inbox.ActEdit {
			a.Target, a.Text = n.server.StatusID(n.write(t, sandbox.Item{Parent: n.item(id).ID, Text: "Oui"})), "Non"
		}
		if _, err := c.Do(t.Context(), a); !errors.Is(err, inbox.ErrUnsupported) || code(err) != inbox.CodeUnsupported {
			t.Errorf("%s: %v", kind, err)
		}
		inverse, _ := kind.Inverse()
		if caps := c.Caps(); caps.Can(kind) || caps.Can(inverse) || !caps.Can(inbox.ActLike) {
			t.Errorf("after a refused %s: %+v", kind, caps.Acts)
		}
	}
	n := newNetwork(t, false)
	c, _ := checked(t, n)
	gone := inbox.Action{Kind: inbox.ActMute, Target: "1", Author: "4999", ThreadKind: inbox.KindMention}
	if _, err := c.Do(t.Context(), gone); !errors.Is(err, inbox.ErrGone) || !c.Caps().Can(inbox.ActMute) {
		t.Errorf("somebody who is gone: %v", err)
	}
}

func aPoll(now time.Time) *inbox.Poll {
	return &inbox.Poll{Multiple: true, Voters: 3, Ends: now.Add(time.Hour), Options: []inbox.PollOption{{Votes: 2}, {Votes: 3}}}
}
