package tui

import (
	"context"
	"strings"
	"testing"
	"time"

	"vigie/inbox"
	"vigie/inbox/text"
	"vigie/tui/person"
)

// known gives Alice a history, a badge, a note and a second identity.
func (s *sim) known() {
	f, ctx, by := s.f, context.Background(), inbox.By{Actor: inbox.Human, Session: "pts/3#x"}
	alice := author("alice@mastodon.social", "Alice Martin")
	old := f.add("miette-masto", nil, theirs(inbox.KindMention, 200*24*hour, alice, "Vos croissants sont-ils au beurre ?"), answer(inbox.KindMention, 199*24*hour, "Oui !"))
	must(f.Done(ctx, by, []inbox.ThreadID{old}))
	bad := f.add("miette-masto", nil, theirs(inbox.KindComment, 40*24*hour, alice, "Honteux ! 🤬 مرحبا 你好"))
	must(f.do(by, []inbox.ThreadID{bad}, func(t inbox.Thread) (inbox.Event, bool) {
		return inbox.Event{Verb: inbox.Acted, Args: []string{"hide"}, Message: f.threads[bad].messages[0].Remote}, true
	}))
	must(f.Done(ctx, by, []inbox.ThreadID{bad}))
	first := inbox.ThreadID(1)
	f.setPerson(inbox.Person{
		Client: "miette", Badges: []string{"fidèle"}, Identities: []inbox.PersonIdentity{{Account: "miette-masto", Author: alice}},
		Notes: []inbox.PersonNote{{At: monday().Add(-48 * hour), Session: "pts/3#x", Text: text.Clean("Allergique aux noix. מלח ומים")}},
	})
	s.reach(first)
}

// limited tells of limits and of sign-ins that end.
func (s *sim) limited() {
	a := s.f.accounts
	a[0].Budgets = []inbox.Budget{{Left: 12, Limit: 300, Reset: monday().Add(25 * minute)}}
	a[0].Received = 17
	a[2].Identity.Expires = monday().Add(50 * hour)
	a[3].Budgets = []inbox.Budget{{Name: "posts", Left: 290, Limit: 300}, {Name: "dm", Left: 40, Limit: 40}}
	s.run(s.m.loadAccounts())
	s.rest()
}

// The card tells who it is, what was exchanged and how it ended; badges, notes
// and identities change by its keys.
func TestCard(t *testing.T) {
	s := newSim(t, world(), 160, 40, nil)
	s.known()
	s.keys("p")
	s.wants("Fiche · Alice Martin · Miette", "3e échange depuis mai · fidèle", "4 messages · 3 fils", "1 message masqué ou supprimé par nous",
		"@alice@mastodon.social Alice Martin", "ce fil", "pts/3 · Allergique aux noix", "masqué, fait", "répondu, fait", "n° ")
	if out := s.screen(); strings.Index(out, "masqué, fait") > strings.Index(out, "répondu, fait") {
		t.Error("the newest exchange does not come first")
	}
	s.keys("+", "text:vip -fidèle", "enter")
	s.wants("badges changés : vip -fidèle", "3e échange depuis mai · vip")
	s.keys("n", "text:Préfère le matin", "enter")
	s.wants("note gardée sur la fiche de Alice Martin", "Préfère le matin")
	s.keys("U")
	s.wants("cette identité est seule sur sa fiche")
	s.keys("j", "enter")
	if s.m.top() != nil || s.current().Snippet.String() != "Oui !" {
		t.Errorf("enter showed %q", s.current().Snippet)
	}
}

// A card is joined with another thread of its client, by number or mark, and
// taken apart; never with another client's.
func TestCardJoins(t *testing.T) {
	f := world()
	s := newSim(t, f, 160, 40, nil)
	s.known()
	claire, bob := f.find(t, "Claire Dupont"), f.find(t, "Bob")
	card := func() inbox.PersonCard {
		c, err := f.Person(t.Context(), s.current().ID)
		must(err)
		return c
	}
	s.keys("p", "L", "text:"+threadNumber(bob.ID), "enter")
	s.wants("un autre client : les fiches ne se mélangent jamais")
	s.keys("L", "text:"+threadNumber(claire.ID), "enter")
	s.wants("Même personne ?", "Alice Martin (Mastodon) et Claire Dupont (Mastodon) sont la même", "U détache à nouveau")
	s.keys("enter")
	s.wants("même personne : Alice Martin et Claire Dupont", "@claire.d@piaille.fr")
	if n := len(card().Identities); n != 2 {
		t.Fatalf("%d identities", n)
	}
	s.keys("U", "enter")
	s.wants("détaché : Alice Martin")
	if n := len(card().Identities); n != 1 {
		t.Fatalf("%d identities after taking it apart", n)
	}
}

func threadNumber(id inbox.ThreadID) string {
	var b []byte
	for n := uint64(id); n > 0; n /= 10 {
		b = append([]byte{byte('0' + n%10)}, b...)
	}
	return string(b)
}

// In wide windows one line about who writes stands under the head.
func TestCardLine(t *testing.T) {
	s := newSim(t, world(), 160, 50, nil)
	s.known()
	s.wants("3e échange depuis mai · fidèle · Allergique aux noix")
	if s.m.top() != nil {
		t.Fatal("a dialog opened")
	}
	s.on(t, "Claire Dupont")
	s.wants("premier échange")
	s.lacks("3e échange")
}

// Escalations come by their deadline; enter opens, ! escalates further.
func TestEscalations(t *testing.T) {
	s := newSim(t, world(), 100, 30, nil)
	s.keys("g e")
	s.wants("Escalades · 2 attendues · 1 en retard", "✗ en retard de 1 h", "attendu 14:00", "Avons-nous une documentation en japonais ?")
	if late, due := s.line(t, "en retard de"), s.line(t, "attendu 14:00"); late > due {
		t.Error("what is late does not come first")
	}
	s.keys("enter")
	if s.current().Author.ID != "ultra69" || s.m.focus != onReader {
		t.Errorf("enter opened %q", s.current().Author.ID)
	}
	s.keys("g e", "!")
	s.wants("Escalader · Atlas · Ultra 69")
}

// The log tells who did what when, pages on and narrows to a client.
func TestJournal(t *testing.T) {
	f := world()
	for i := range 500 {
		id := f.order[i%len(f.order)]
		must(f.Tag(t.Context(), inbox.By{Actor: inbox.Human, Session: "pts/9#y"}, []inbox.ThreadID{id}, []string{"t" + threadNumber(inbox.ThreadID(i+1))}))
	}
	s := newSim(t, f, 100, 30, nil)
	s.keys("g l")
	s.wants("Journal", "pts/9", "étiquettes +t")
	s.keys("end end end end end")
	s.wants("début du journal")
	s.keys("4")
	s.wants("Journal · Clair")
	s.lacks("fil de Lecteur")
	s.keys("0", "a")
	s.wants("Journal · ce qui a été fait")
	s.lacks("message reçu")
	s.keys("a", "end end")
	s.wants("message reçu")
	by := inbox.By{Actor: inbox.Human, Session: "pts/4#z", Line: "me"}
	s.m.look.By.Line = "me"
	must(f.Done(t.Context(), by, f.order[:1]))
	_, err := f.Undo(t.Context(), by)
	must(err)
	must(f.Note(t.Context(), by, f.order[0], "à rappeler"))
	s.keys("esc", "g l")
	s.wants("vous (pts/4)", "annulé : fil de", "fait")
	s.lacks("annulation, fil")
	s.keys("home", "enter")
	s.wants("par vous (pts/4)")
	if s.m.top() != nil || s.m.focus != onReader {
		t.Error("enter did not open the thread")
	}
}

// The digest counts by client and period, and opens a client.
// An external program's network has its own name in the digest too.
func TestDigestNamesNetworks(t *testing.T) {
	f := world()
	f.accounts[0].Identity.Network = "Minigram"
	s := newSim(t, f, 80, 24, nil)
	s.keys("d l l")
	s.wants("Minigram ")
	s.lacks("Mastodon ")
}

func TestDigest(t *testing.T) {
	f := world()
	must(f.Tag(t.Context(), inbox.By{Actor: inbox.Human, Session: "old#1", Line: "me"}, f.order[:1], []string{"x"}))
	for _, ft := range f.threads {
		for i := range ft.events {
			if ft.events[i].Session == "old#1" {
				ft.events[i].Line, ft.events[i].At = "me", monday().Add(-10*hour)
			}
		}
	}
	s := newSim(t, f, 80, 24, func(o *Options) { o.By.Line = "me" })
	s.keys("d")
	s.wants("Bilan · depuis hier soir, 18:00", "reçus", "à nous", "Total", "maintenant : 10 à nous")
	want, err := f.Digest(t.Context(), monday().Add(-13*hour-30*minute))
	must(err)
	if d := want.Clients[0]; d.Total() == 0 {
		t.Fatal("nothing came")
	}
	s.keys("h")
	s.wants("depuis votre dernière visite, hier 21:30")
	s.keys("l l l l")
	s.wants("Bilan · sur 7 jours")
	s.keys("j", "enter")
	if s.m.client != "atlas" || s.m.top() != nil {
		t.Errorf("enter showed client %q", s.m.client)
	}
}

// The day does not end while something waits, failed or is begun; then it
// tells what was done.
func TestDayEnd(t *testing.T) {
	f := world()
	s := newSim(t, f, 80, 24, nil)
	s.troubled()
	s.on(t, "Claire Dupont")
	s.keys("r", "text:Bonj", "esc")
	s.keys(":", "text:fin", "enter")
	s.wants("Pas encore zéro", "29 à traiter", "2 envois à vérifier", "1 brouillon", "brouillon pour Claire Dupont", "Réponse failed")
	s.lacks("Zéro. ")
	s.keys("end", "enter")
	if !s.m.composer.Active() || s.m.composer.Value() != "Bonj" {
		t.Fatal("the draft did not open")
	}
	s.keys("ctrl+x", "enter", "D", "enter")
	if a := s.m.reader.Chosen().Action; a == nil || a.State != inbox.NeedsYou {
		t.Fatalf("enter chose %+v", a)
	}
	f.actions, f.drafts = nil, map[string]inbox.Draft{}
	s.keys("esc", "D")
	s.wants("Pas encore zéro : il reste 29 à traiter", "Aujourd'hui, depuis minuit", "Total")
	s.lacks("Zéro. ")
	s.keys("esc")
	s.allDone()
	s.keys("D")
	s.wants("Zéro.", "Aujourd'hui, depuis minuit", "Total")
	s.lacks("Pas encore zéro")
}

// allDone leaves nothing to do.
func (s *sim) allDone() {
	for _, ft := range s.f.threads {
		if ft.t.State == inbox.Ours {
			ft.t.State = inbox.Done
		}
	}
}

// On the first day nothing was dealt with: nothing has come. What waits
// elsewhere is told.
func TestZeroOfTheFirstDay(t *testing.T) {
	f := world()
	for _, id := range f.order {
		th := &f.threads[id].t
		switch {
		case th.Split() == inbox.Watches:
			th.State = inbox.Ours
		case th.Client == "atlas":
			th.State, th.Events = inbox.Done, 0
		case th.State != inbox.Ours:
			th.State = inbox.Done
		}
	}
	s := newSim(t, f, 120, 40, nil)
	s.keys("2")
	s.wants("Rien à traiter jusqu'ici.", "autres clients : 19 à traiter (0)")
	s.lacks("Beau travail")
	for i := range s.m.accounts {
		s.m.accounts[i].OKAt = time.Time{}
		s.m.accounts[i].Problem = inbox.Problem{}
	}
	s.m.accounts = append(s.m.accounts, inbox.AccountStatus{Account: inbox.Account{ID: "b", Client: "atlas"}, OKAt: monday()})
	s.keys("k")
	s.wants("Premier relevé en cours : rien à")
	for _, id := range f.order {
		if th := &f.threads[id].t; th.Client == "atlas" {
			th.Events = 2
		}
	}
	s.send(changesCameMsg{[]inbox.Change{{All: true}}})
	s.rest()
	s.wants("Tout est traité. Beau travail.")
}

// A window that is about to close, and what is late, are named with the rest,
// and enter goes there.
func TestDayEndNamesWhatPresses(t *testing.T) {
	f := world()
	var closing *inbox.Thread
	for _, id := range f.order {
		if t := &f.threads[id].t; closing == nil && inbox.RankOf(*t).Class == inbox.RankAlarm {
			closing = t
			t.Window = monday().Add(41 * minute)
		}
	}
	s := newSim(t, f, 100, 30, nil)
	s.keys("D")
	s.wants("29 à traiter, 1 en retard, 2 fenêtres ferment, la première dans 41", "fenêtre 41 min!", "escalade en retard")
	s.keys("enter")
	if got := s.m.reader.ID(); got != closing.ID {
		t.Errorf("enter went to %d", got)
	}
	s.keys("esc", "d")
	s.wants("fenêtre 41 min!", "attend depuis")
}

// closing puts the cursor on the thread whose window closes in 43 minutes.
func (s *sim) closing(t *testing.T) inbox.Thread {
	t.Helper()
	s.keys("home")
	head, _ := s.m.list.Current()
	if inbox.RankOf(head).Class != inbox.RankAlarm {
		t.Fatalf("the first is %+v", head)
	}
	return head
}

// What closes while a thread sleeps is told before it does, and what wakes it.
func TestSnoozeTellsOfTheWindow(t *testing.T) {
	s := newSim(t, world(), 80, 24, nil)
	s.closing(t)
	s.keys("z", "text:lundi 9h")
	s.wants("lundi 30 novembre 2026, 09:00 (dans 7 jours)", "1 fenêtre se ferme (09:1", "après, réponse refusée", "tab leur réponse réveille, même merci")
	s.keys("tab")
	s.wants("leur réponse réveille, sauf merci")
	s.keys("enter")
	s.wants("en pause : Claire Dupont (Miette) · jusqu'à")
	dozing := 0
	for _, ft := range s.f.threads {
		if ft.t.State == inbox.Snoozed && ft.t.Dozes && ft.t.Author.Name.String() == "Claire Dupont" {
			dozing++
		}
	}
	if dozing != 1 {
		t.Errorf("%d dozing", dozing)
	}
	s.keys("u", "home", "z", "text:dans 10 min")
	s.lacks("se ferme (")
	s.keys("esc", "z", "text:n'importe quoi")
	s.wants("pas compris : demain 9h")
}

// What is done without an answer while its window is open is asked about once.
func TestDoneAsksWhereAnAnswerIsLost(t *testing.T) {
	s := newSim(t, world(), 80, 24, nil)
	head := s.closing(t)
	state := func() inbox.State { return s.f.threads[head.ID].t.State }
	s.keys("e")
	s.wants("Fait sans répondre ?", "1 fenêtre se ferme (09:1", "après, réponse refusée")
	if state() != inbox.Ours {
		t.Fatal("done unasked")
	}
	s.keys("esc")
	if state() != inbox.Ours {
		t.Fatal("esc did it")
	}
	s.keys("e", "enter")
	s.wants("fait : Claire Dupont")
	if state() != inbox.Done {
		t.Fatal("not done")
	}
	s.keys("u")
	if state() != inbox.Ours {
		t.Error("not undone")
	}
	s.keys("home", "v j", "e")
	s.wants("2 fenêtres se ferment (la première 09:1")
	s.keys("enter")
	s.lacks("Fait sans répondre")
}

// The accounts tell what is left of limits, since when, and until when.
func TestHealth(t *testing.T) {
	s := newSim(t, world(), 80, 30, nil)
	s.limited()
	s.keys("g a")
	s.wants("en échec", "renouveler le jeton", "dernier relevé 08:28 (il y a 2 min)", "appels permis : reste 12 sur 300 (plein 08:55)", "17 messages reçus depuis le démarrage",
		"jeton valable encore 2 jours (mer. 10:30)", "appels permis (posts) : reste 290 sur 300", "prochain dans 3 min")
	for _, size := range []int{16, 20, 24} {
		s.keys("end")
		s.m.resize(80, size)
		s.wants("veille Clair")
		s.keys("home")
		s.wants("@miette@piaille.fr")
	}
}

// What the card could not read is told, and it closes.
func TestCardFails(t *testing.T) {
	s := newSim(t, world(), 100, 30, nil)
	s.m.backend = noPerson{s.m.backend}
	s.keys("p")
	if _, open := s.m.top().(*person.Card); open {
		t.Fatal("an empty card stays")
	}
	s.wants("✗")
}

type noPerson struct{ Backend }

func (noPerson) Person(context.Context, inbox.ThreadID) (inbox.PersonCard, error) {
	return inbox.PersonCard{}, inbox.ErrDamaged
}

// A thread of 2,000 messages that all answer one another is laid out in time.
func BenchmarkLongThread(b *testing.B) {
	f := world()
	var msgs []inbox.Message
	for i := range 2000 {
		m := theirs(inbox.KindComment, time.Duration(2000-i)*minute, author("x"+threadNumber(inbox.ThreadID(i%40+1)), "Lecteur"), "Bonjour, est-ce que vous livrez à Villeurbanne ?")
		m.Remote = "m" + threadNumber(inbox.ThreadID(i+1))
		if i > 0 {
			m.Parent = "m" + threadNumber(inbox.ThreadID(i/3+1))
		}
		msgs = append(msgs, m)
	}
	id := f.add("miette-masto", nil, msgs...)
	s := newSim(b, f, 120, 40, nil)
	s.keys("home")
	for b.Loop() {
		s.run(s.m.loadThread(id))
		s.timers = nil
		s.m.View()
	}
}
