//go:build e2e

package e2e

import (
	"fmt"
	"regexp"
	"strings"
	"testing"
	"time"
)

// blueskyBox is an inbox for an account on the real network; more clients are
// appended to its configuration.
func blueskyBox(t *testing.T, u *BlueskyUser, hold string, more ...string) *Box {
	t.Helper()
	b := NewBox(t, "")
	b.collect(u, hold, more...)
	return b
}

// collect writes a configuration that collects an account on the real network.
func (b *Box) collect(u *BlueskyUser, hold string, more ...string) {
	b.t.Helper()
	password := b.Write("app-password", u.AppPassword+"\n")
	b.Write("config.yaml", fmt.Sprintf(`language: fr
hold: %s
clients:
  - id: miette
    name: Miette
    zone: Europe/Paris
    accounts:
      - id: miette-bluesky
        network: bluesky
        server: %s
        handle: %s
        password: file:%s
        streams: [mentions]
        poll: 15s
`, hold, u.PDS, u.Handle, password)+strings.Join(more, ""))
	b.Must("config", "check")
}

// wrote checks that a text was written once, under the right parent and root,
// and that others see it there once.
func wrote(t *testing.T, by, seenBy *BlueskyUser, text string, root, parent BlueskyRef) Record {
	t.Helper()
	var found []Record
	for _, r := range by.Written() {
		if r.Value.Text == text {
			found = append(found, r)
		}
	}
	if len(found) != 1 {
		t.Fatalf("%q was written %d times, want once", text, len(found))
	}
	if reply := found[0].Value.Reply; reply == nil || reply.Root != root || reply.Parent != parent {
		t.Errorf("%q: %+v, want root %v and parent %v", text, reply, root, parent)
	}
	seenBy.Until("the answer is seen", func() bool { _, ok := seenBy.See(found[0].URI); return ok })
	below, ok := seenBy.Thread(root.URI).Below(parent.URI)
	if n := below.Count(text); !ok || n != 1 {
		t.Errorf("%q is %d times below its parent, want once", text, n)
	}
	return found[0]
}

// same checks that collecting again changes nothing.
func (b *Box) same(when string) {
	b.t.Helper()
	before := b.Must("export", "is:any")
	if p := b.Sync()[0]; p.New+p.Edited+p.Deleted+p.Refused != 0 {
		b.t.Errorf("%s: collected again: %+v", when, p)
	}
	if after := b.Must("export", "is:any"); after != before {
		b.t.Errorf("%s: collected again, the export changed from\n%s\nto\n%s", when, before, after)
	}
}

// The main job on a real network: collect, see in the terminal, answer there
// and on the command line, take an answer back, see names and deletions.
func TestBluesky(t *testing.T) {
	network := NewBluesky(t)
	alice, bob := network.CreateAccount("alice"), network.CreateAccount("bob")
	b := blueskyBox(t, alice, "5s")
	root := alice.Post("La fournée du matin est prête 🥐")
	reply := bob.Reply(root, root, "Vous ouvrez à quelle heure ?")
	mention := bob.Mention(alice, "vos galettes sont les meilleures")
	gone := bob.Mention(alice, "je regrette déjà ce que j'écris")
	alice.Notified(reply, mention, gone)

	if p := b.Sync()[0]; p.New < 3 || p.Refused != 0 {
		t.Fatalf("first collection: %+v", p)
	}
	comment := b.One("kind:comment")
	if comment.State != "ours" || !comment.Unread || comment.Author.Name != "Bob" || comment.Author.Handle != "@"+bob.Handle ||
		comment.Snippet != "Vous ouvrez à quelle heure ?" || comment.Client != "miette" || comment.Network != "bluesky" {
		t.Errorf("the comment: %+v", comment)
	}
	if rows := b.List("kind:mention"); len(rows) != 2 {
		t.Errorf("the mentions: %+v", rows)
	}
	b.same("after the first collection")

	bob.Rename("Robert Galette")
	bob.Until("the new name is seen", func() bool { p, _ := alice.See(reply.URI); return p.Author.DisplayName == "Robert Galette" })
	b.Sync()
	if name := b.One("kind:comment").Author.Name; name != "Robert Galette" {
		t.Errorf("after the new name: %q", name)
	}
	b.same("after the new name")

	bob.Delete(gone)
	if p := b.Sync()[0]; p.Deleted != 1 {
		t.Errorf("after a deletion: %+v", p)
	}
	row := b.One("is:any id:" + threadOf(t, b, gone.URI))
	if show := b.Must("show", row.ID); !strings.Contains(show, "supprimé") || strings.Contains(show, "regrette") {
		t.Errorf("the deleted message: %s", show)
	}
	b.same("after the deletion")

	blueskyOnScreen(t, b, alice, bob, root, reply)
	blueskyByCommand(t, b, alice, bob, mention)
	if n := len(alice.Written()); n != 3 {
		t.Errorf("alice wrote %d posts, want 3: hers and two answers", n)
	}
	b.Must("sync")
	b.same("after the answers")
}

// threadOf finds the thread of a post by its address.
func threadOf(t *testing.T, b *Box, uri string) string {
	t.Helper()
	for _, row := range b.List("is:any") {
		if row.Thread == uri {
			return row.ID
		}
	}
	t.Fatalf("no thread of %s", uri)
	return ""
}

// blueskyOnScreen answers the comment in the terminal: takes the answer back
// while it is held, writes another, and finds only that on the server.
func blueskyOnScreen(t *testing.T, b *Box, alice, bob *BlueskyUser, root, reply BlueskyRef) {
	p := NewDesk(t, b.Environ).Open(120, 40)
	p.Command(vigie(t))
	p.Wait("À traiter", "Robert Galette", "Vous ouvrez à quelle heure")
	p.Type("fkind:comment")
	p.Press("Enter")
	p.Wait(`▌.*Robert Galette`, "PUBLICATION", "La fournée du matin est prête 🥐")
	p.WaitGone("vos galettes")
	p.Press("Enter")
	p.Type("r")
	p.Wait("RÉPONDRE : Miette .*→ Robert", "· Miette · @?"+alice.Handle, "0/300")
	p.Type("Trop tôt")
	p.Press("C-s")
	p.Wait("Premier envoi", "au nom de : Miette")
	p.accept("Premier envoi")
	p.Wait(`réponse en attente .* u pour annuler`)
	p.Type("u")
	p.Wait("le texte est revenu", "Trop tôt", "8/300")
	p.listens()
	p.Type(", désolé… Dès 7 h 30 — à bientôt, l'œuf brûlé ☕️👩‍🍳 !")
	text := "Trop tôt, désolé… Dès 7 h 30 — à bientôt, l'œuf brûlé ☕️👩‍🍳 !"
	p.Press("C-s")
	p.Wait("réponse en attente")
	p.Wait("envoyé : Robert Galette")
	Until(t, "the outbox is empty", func() bool { return b.Must("outbox", "--json") == "" })
	written := wrote(t, alice, bob, text, root, reply)
	for _, r := range alice.Written() {
		if r.Value.Text == "Trop tôt" {
			t.Error("the answer that was taken back was sent")
		}
	}
	if row := b.One("is:any kind:comment"); row.State != "theirs" {
		t.Errorf("after the answer: %+v, our answer is %s", row, written.URI)
	}
	p.Press("Escape") // from the thread to the list
	p.Wait("enter ouvrir")
	p.Press("Escape") // from the filter to the view
	p.WaitGone("kind:comment")
	p.Press("Tab") // to the threads that wait for others
	p.Wait(`▌ En attente +1`, `▌.*Robert Galette`, "désolé… Dès 7 h 30", "envoyé")
	p.Type("q")
	p.Home(0)
	p.Has("vigie stop") // the line that says how to end the server
	if b.PID() == 0 {
		t.Error("the server ended with its terminal")
	}
}

// grace is how long a question that opened by itself takes no keys, and some
// more.
const grace = 400 * time.Millisecond

// accept says yes by enter to a question that opened by itself, and does so
// once: a second enter would be meant for what comes after it.
func (p *Pane) accept(question string) {
	p.t.Helper()
	p.Wait(question)
	press := time.Now().Add(grace)
	Until(p.t, "the question is answered", func() bool {
		switch {
		case !regexp.MustCompile(question).MatchString(p.Screen()):
			return true
		case time.Now().After(press):
			p.Press("Enter")
			press = time.Now().Add(screenPatience)
		}
		return false
	})
}

// listens waits until a text that came back by itself takes keys.
func (p *Pane) listens() {
	p.t.Helper()
	opened := time.Now()
	Until(p.t, "the text takes keys", func() bool { return time.Since(opened) > grace })
}

// blueskyByCommand answers the mention on the command line.
func blueskyByCommand(t *testing.T, b *Box, alice, bob *BlueskyUser, mention BlueskyRef) {
	text := "Merci @" + bob.Handle + " 🥐 : https://example.com/galettes #miette"
	id := threadOf(t, b, mention.URI)
	s := b.Feed(strings.NewReader(text+"\n"), "reply", id, "--json", "-")
	if s.Code != 0 {
		t.Fatalf("reply: exit %d\n%s%s", s.Code, s.Out, s.Err)
	}
	sent := JSON[Sent](t, s.Out)[0]
	if written := wrote(t, alice, bob, text, mention, mention); sent.State != "accepted" && sent.State != "verified" || sent.RemoteID != written.URI {
		t.Errorf("reply says %+v, the server has %s", sent, written.URI)
	}
}
