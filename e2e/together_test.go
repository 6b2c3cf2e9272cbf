//go:build e2e

package e2e

import (
	"math/rand/v2"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"
)

// together is an inbox on the real network that two people answer from: one at
// the machine, one through SSH.
type together struct {
	remote
	t           *testing.T
	alice, bob  *BlueskyUser
	root, reply BlueskyRef
	mention     BlueskyRef
	pid         int
	desk        *Desk
	here, there *Pane
}

// voltige is another client that texts may name.
const voltige = `  - id: atlas
    name: Atlas
    guards: [Voltige]
`

// Two people at one inbox on the real network: who answers second is told of
// the first, and asked; what is held can be taken back; drafts outlive
// whatever is killed; a text that names another client is stopped.
func TestTogether(t *testing.T) {
	network := NewBluesky(t)
	g := together{t: t, alice: network.CreateAccount("alice"), bob: network.CreateAccount("bob")}
	g.root = g.alice.Post("La fournée du matin est prête 🥐")
	g.reply = g.bob.Reply(g.root, g.root, "Vous ouvrez à quelle heure ?")
	g.mention = g.bob.Mention(g.alice, "vos galettes sont les meilleures")
	g.alice.Notified(g.reply, g.mention)
	g.remote = letIn(t, blueskyBox(t, g.alice, "6s", voltige), map[string]string{"ines": "send"})
	g.Must("sync")
	g.pid = g.listen("127.0.0.1:0")
	g.desk = NewDesk(t, g.Environ)
	g.attach()
	g.answerBoth()
	g.kills()
	g.otherClient()
	g.ownSecond()
	if n := len(g.alice.Written()); n != 4 {
		t.Errorf("alice wrote %d posts, want 4: hers and three answers", n)
	}
}

// attach opens both terminals on the comment, in the view that a key goes to.
func (g *together) attach(view ...string) {
	g.here, g.there = g.desk.Open(120, 40), g.desk.Open(120, 40)
	g.here.Command(vigie(g.t))
	g.there.Command("ssh -t " + strings.Join(g.args("ines"), " "))
	for _, p := range []*Pane{g.here, g.there} {
		p.Wait("À traiter", "Bob", "aussi ouvert")
		p.Press(append([]string{"Home"}, view...)...)
		p.Type("fkind:comment")
		p.Press("Enter")
		p.Wait("Vous ouvrez à quelle heure")
		p.WaitGone("Filtre :")
		p.Press("Enter")
	}
}

// begin opens an answer and writes into it.
func (p *Pane) begin(words string) {
	p.t.Helper()
	p.Type("r")
	p.Wait("RÉPONDRE : Miette .*→ Bob", "/300")
	p.Type(words)
	p.Wait(words)
}

// answerBoth has both answer the comment.
func (g *together) answerBoth() {
	t, here, there := g.t, g.here, g.there
	here.begin("Dès sept heures.")
	there.begin("Vers huit heures.")
	there.Wait("écrit ici : pts/")
	there.Press("C-s")
	there.accept("Premier envoi")
	there.Wait("Quelqu'un d'autre écrit ici", `pts/\d+ écrit en ce moment une réponse`)
	there.Press("C-s") // the key that sends is no yes
	if n := len(g.alice.Written()); n != 1 {
		t.Errorf("%d posts before anybody said yes", n)
	}
	here.Wait("écrit ici : ssh ")
	here.Press("C-s")
	here.accept("Premier envoi")
	here.accept("Quelqu'un d'autre écrit ici")
	here.Wait("réponse en attente")
	here.Wait("envoyé")
	wrote(t, g.alice, g.bob, "Dès sept heures.", g.root, g.reply)

	there.Press("Escape")
	there.WaitGone("Quelqu'un d'autre écrit ici")
	there.Wait(`entre-temps : pts/\d+ a répondu`, "Vers huit heures.")
	there.Press("C-s")
	there.Wait("Déjà une réponse", `réponse · pts/\d+`, "Dès sept heures.")
	if waits := g.Must("outbox", "--json"); waits != "" {
		t.Errorf("queued before the yes: %s", waits)
	}
	there.accept("Déjà une réponse")
	there.Wait("réponse en attente")
	there.Type("u")
	there.Wait("le texte est revenu", "Vers huit heures.")
	there.listens()
	if waits := g.Must("outbox", "--json"); waits != "" || g.alice.Wrote("Vers huit heures.") != 0 {
		t.Errorf("after it was taken back the outbox holds %q", waits)
	}
}

// stroke is a key that was pressed.
type stroke struct {
	at   time.Time
	text string
}

// words types for a while, quickly, and ends in the middle of a word.
func (p *Pane) words(span time.Duration) []stroke {
	p.t.Helper()
	var all []stroke
	text := []rune("on vous attend à l'atelier — four à bois, levain, œufs du jour, tartes, ")
	beat := time.NewTicker(25 * time.Millisecond)
	defer beat.Stop()
	for began := time.Now(); time.Since(began) < span || text[(len(all)-1)%len(text)] == ' '; <-beat.C {
		r := string(text[len(all)%len(text)])
		p.Type(r)
		all = append(all, stroke{time.Now(), r})
	}
	return all
}

// atMost is how old a draft may be when something is killed: a second on a
// machine that has nothing else to do.
const atMost = 3 * time.Second

// intact returns the draft that begins so. Of what was typed behind that until
// something was killed it must hold all that is as old as atMost.
func (g *together) intact(what, begins string, typed []stroke, killed time.Time) string {
	g.t.Helper()
	all, sure := begins, begins
	for _, s := range typed {
		all += s.text
		if s.at.Before(killed.Add(-atMost)) {
			sure = all
		}
	}
	var found []string
	drafts := g.drafts()
	for _, d := range drafts {
		if strings.HasPrefix(d.Text, begins) {
			found = append(found, d.Text)
		}
	}
	if len(found) != 1 || !strings.HasPrefix(all, found[0]) || len(found[0]) < len(sure) {
		g.t.Fatalf("%s: typed was %q, of which %q long before; the drafts are %+v", what, all, sure, drafts)
	}
	g.t.Logf("%s: %d of %d bytes are kept, %d had to be", what, len(found[0]), len(all), len(sure))
	return found[0]
}

// Draft is what "drafts --json" prints.
type Draft struct {
	ID, Thread, By, Text string
	Note, Writing        bool
}

func (b *Box) drafts() []Draft {
	b.t.Helper()
	return JSON[Draft](b.t, b.Must("drafts", "--json"))
}

// kills ends, in the middle of a word, the server, then a window, then a
// client. The drafts are there again, each in front of whom it belongs to.
func (g *together) kills() {
	t := g.t
	g.here.begin("Ici :")
	g.there.Type(" Là :") // behind what was taken back
	there := g.there.words(atMost + 200*time.Millisecond)
	here := g.here.words(atMost + time.Duration(300+rand.IntN(500))*time.Millisecond)
	killed := time.Now()
	if err := syscall.Kill(g.pid, syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	g.gone(g.pid)
	for _, p := range []*Pane{g.here, g.there} {
		p.Wait(`<[1-9][0-9]*>`) // that of ssh stays as it was: nobody could clean up
	}
	hereHas := g.intact("server killed, who writes here", "Ici :", here, killed)
	thereHas := g.intact("server killed, who writes there", "Vers huit heures. Là :", there, killed)

	g.pid = g.listen("127.0.0.1:" + g.port)
	g.attach("Tab") // they wait for others
	g.here.Type("gb")
	g.here.Wait("Brouillons", "Ici :", "Vers huit heures. Là :")
	g.here.Press("Escape")
	g.here.WaitGone("Brouillons")
	g.there.begin("")
	g.there.Wait("Vers huit heures. Là :")
	g.here.begin("")
	g.here.Wait("Ici :")
	here = g.here.words(atMost)
	killed = time.Now()
	g.here.Close() // SIGHUP
	g.intact("window closed", hereHas, here, killed)
	there = g.there.words(atMost)
	client := foreground(t, g.there)
	killed = time.Now()
	if err := syscall.Kill(client, syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	g.intact("client killed", thereHas, there, killed)
	Until(t, "nobody is attached", func() bool { return len(g.Status().Sessions) == 0 })
	for _, d := range g.drafts() {
		if d.Writing || d.Thread != threadOf(t, g.Box, g.root.URI+"#"+g.bob.DID) {
			t.Errorf("after all is closed: %+v", d)
		}
	}
}

// fill types into a field of a dialog that opened by itself, which takes no
// keys in its first moment.
func (p *Pane) fill(label, text string) {
	p.t.Helper()
	var again time.Time
	Until(p.t, "the field is filled", func() bool {
		if regexp.MustCompile(label + " +" + text).MatchString(p.Screen()) {
			return true
		}
		if time.Now().After(again) {
			p.Press("C-u")
			p.Type(text)
			again = time.Now().Add(grace)
		}
		return false
	})
}

// otherClient answers the mention with a text that names another client: by
// commands, then on the screen.
func (g *together) otherClient() {
	t, text := g.t, "Allez chez Voltige, ils ouvrent tôt."
	id := threadOf(t, g.Box, g.mention.URI)
	nothing := func(when string) {
		t.Helper()
		if waits := g.Must("outbox", "--json"); waits != "" || g.alice.Wrote(text) != 0 {
			t.Errorf("%s: %d at the server, the outbox holds %q", when, g.alice.Wrote(text), waits)
		}
	}
	for _, flags := range [][]string{nil, {"--anyway"}, {"--client", "Atlas"}} {
		if s := g.Run(append([]string{"reply", id, "--text", text}, flags...)...); s.Code != 8 || !strings.Contains(s.Err, "Miette") {
			t.Errorf("reply %q: exit %d: %s", flags, s.Code, s.Err)
		}
	}
	nothing("after the commands")
	p := g.desk.Open(120, 40)
	p.Command(vigie(t))
	p.Wait("RÉPONDRE") // it goes on where the last terminal was
	p.fresh()
	p.Type("fkind:mention")
	p.Press("Enter")
	p.WaitGone("Filtre :")
	p.Wait("▌.*Bob", "vos galettes")
	p.begin(text)
	p.Press("C-s")
	p.accept("Premier envoi")
	p.Wait("Un autre client est cité", "ATLAS", "« Voltige »", "MIETTE")
	p.Press("C-s", "Enter")
	p.fill("Client :", "Atlas")
	p.Press("Enter")
	p.Wait("ce n'est pas MIETTE : rien")
	nothing("after the wrong name")
	p.Press("C-u")
	p.Type("Miette")
	p.Press("Enter")
	p.Wait("réponse en attente")
	p.Wait("envoyé")
	wrote(t, g.alice, g.bob, text, g.mention, g.mention)
}

// fresh leaves what the last terminal of the person was at: the list of what is
// to do, as it is at the first time.
func (p *Pane) fresh() {
	p.t.Helper()
	pressed := time.Time{} // two in a row would be another key
	Until(p.t, "the list is as at the first time", func() bool {
		s := p.Screen()
		if strings.Contains(s, "▌ À traiter") && !strings.Contains(s, "RÉPONDRE") && !strings.Contains(s, "kind:") {
			return true
		}
		if time.Since(pressed) > time.Second {
			p.Press("Escape")
			pressed = time.Now()
		}
		return false
	})
}

// ownSecond answers the mention again, from two terminals of one person: that
// too is two answers, and is asked about.
func (g *together) ownSecond() {
	one, two := g.desk.Open(120, 40), g.desk.Open(120, 40)
	for _, p := range []*Pane{one, two} {
		p.Command(vigie(g.t))
		p.Wait("À traiter", "En attente", "kind:mention") // it goes on where the last terminal was
		p.fresh()
		p.Press("Tab")
		p.Wait("▌ En attente")
		p.Type("fkind:mention")
		p.Press("Enter")
		p.WaitGone("Filtre :")
		p.Wait("▌.*Bob", "vos galettes")
	}
	one.begin("Merci Bob !")
	two.begin("Merci, Bob.")
	for _, p := range []*Pane{one, two} {
		p.Wait("écrit ici : votre autre")
	}
	two.Press("C-s")
	two.accept("Premier envoi")
	two.Wait("Vous écrivez déjà ici")
	one.Press("C-s")
	one.accept("Premier envoi")
	one.accept("Vous écrivez déjà ici")
	one.Wait("envoyé : ")
	two.Press("Escape")
	two.WaitGone("Vous écrivez déjà ici")
	two.Press("C-s")
	two.Wait("Déjà une réponse", "réponse · votre autre", "Merci Bob !")
	two.Press("Escape")
	two.Wait("Merci, Bob.")
	wrote(g.t, g.alice, g.bob, "Merci Bob !", g.mention, g.mention)
}
