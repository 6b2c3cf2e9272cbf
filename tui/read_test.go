package tui

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"vigie/inbox"
	"vigie/inbox/text"
)

// pad is a terminal that keeps what it is asked for.
type pad struct {
	local          bool
	copied, opened []string
	refuse         error
}

func (p *pad) Local() bool { return p.local }
func (p *pad) Copy(_ context.Context, s string) error {
	if p.refuse == nil {
		p.copied = append(p.copied, s)
	}
	return p.refuse
}
func (p *pad) Notify(context.Context, string, string) error { return nil }
func (p *pad) Open(_ context.Context, url string) error {
	if p.refuse == nil {
		p.opened = append(p.opened, url)
	}
	return p.refuse
}
func (p *pad) Edit(_ context.Context, _, s string) (string, error) { return s, nil }

// branched adds a thread in which several people answer each other, and puts
// the cursor on it.
func (s *sim) branched() inbox.ThreadID {
	post := &inbox.Post{ID: "p9", Text: text.Clean("Galettes : qui en veut ?"), URL: "https://piaille.fr/@miette/9", At: monday().Add(-5 * hour)}
	msg := func(id, parent string, ago time.Duration, who inbox.Author, body string) inbox.Message {
		m := theirs(inbox.KindComment, ago, who, body)
		m.Remote, m.Parent, m.Conversation = id, parent, "a"
		return m
	}
	ana, ben, zoe := author("ana@piaille.fr", "Ana"), author("ben@piaille.fr", "Ben"), author("zoe@piaille.fr", "Zoé")
	ours := msg("a1", "a", 3*hour+30*minute, author("miette", "Miette"), "Oui, à la frangipane.")
	ours.Outgoing, ours.Origin = true, inbox.Sent
	wild := msg("b1", "b", 2*hour, author("miette", "Miette"), "Non, désolés.")
	wild.Outgoing = true
	last := msg("a3", "a2", 20*minute, zoe, "Et sans beurre ? https://recettes.example/galette?x=1). Merci")
	last.Media = []inbox.Media{{Kind: "image", URL: "https://media.example/g.jpg", Alt: text.Clean("une galette")}, {Kind: "video", URL: "ftp://no.example/v"}}
	edited := msg("a2", "a", 3*hour, ben, "Moi aussi j'en veux !")
	edited.Edited = monday().Add(-2*hour - 28*minute)
	gone := msg("b2", "b1", 90*minute, ana, "")
	gone.Deleted = true
	id := s.f.add("miette-masto", post,
		msg("a", "", 4*hour, ana, "À la frangipane ?"), ours, edited,
		msg("b", "", 150*minute, ben, "Vous livrez à Oslo ?"), wild, gone)
	must(s.f.MarkRead(context.Background(), inbox.By{Actor: inbox.Human, Session: "there"}, []inbox.ThreadID{id}, true))
	s.f.arrive(id, last)
	s.reach(id)
	s.keys("enter")
	return id
}

// reach loads the list and puts the cursor on a thread.
func (s *sim) reach(id inbox.ThreadID) {
	s.run(s.m.listen())
	s.rest()
	if !s.m.list.Select(id) {
		s.t.Fatalf("the list does not show thread %d:\n%s", id, s.screen())
	}
	s.m.list.Settle()
	s.run(s.m.follow())
	s.rest()
}

// What answers a message stands below it; what came since the last visit is
// marked, and stays so though the thread is read.
func TestTree(t *testing.T) {
	s := newSim(t, world(), 160, 60, nil)
	id := s.branched()
	if s.f.threads[id].t.Unread {
		t.Fatal("the thread is not read")
	}
	s.keys("home")
	s.wants("nouveau depuis la dernière lecture", "· nouveau", "modifié 06:02", "écrit ailleurs, par Miette", "[message supprimé par le réseau]",
		"PUBLICATION", "[image] une galette (media.example)", "[vidéo] sans description", "↗ recettes.example")
	screen := s.screen()
	order := []string{"À la frangipane ?", "Oui, à la frangipane.", "Moi aussi", "Et sans beurre", "Vous livrez à Oslo", "Non, désolés", "supprimé par le réseau"}
	at := -1
	for _, words := range order {
		i := strings.Index(screen, words)
		if i <= at {
			t.Fatalf("%q is not below the one before:\n%s", words, screen)
		}
		at = i
	}
	s.run(s.m.loadThread(id))
	s.rest()
	s.wants("· nouveau")
}

// Answers fold, one branch or all, and the rest is told in words.
func TestFold(t *testing.T) {
	s := newSim(t, world(), 160, 60, nil)
	s.branched()
	s.keys("home", ", , , , , , ,", "h")
	s.wants("→ 3 réponses repliées, dont la nôtre · 1 nouvelle", "Vous livrez à Oslo")
	s.lacks("Moi aussi", "media.example")
	s.keys("h")
	s.wants("Moi aussi", "Et sans beurre")
	s.keys("H")
	s.wants("replié : ce qui a sa réponse", "Et sans beurre")
	s.lacks("Non, désolés.")
	s.keys("H")
	s.wants("tout est replié")
	s.lacks("media.example", "Non, désolés.")
	s.keys("H")
	s.wants("tout est déplié", "Et sans beurre", "Non, désolés.")
	s.keys("esc", "0")
	s.on(t, "Claire Dupont")
	s.keys("enter", "h")
	s.wants("rien à replier")
}

// A message that the key for the next one cannot reach is not hidden for ever:
// a search unfolds it.
func TestFoldShowsWhatWasFound(t *testing.T) {
	s := newSim(t, world(), 160, 60, nil)
	id := s.branched()
	s.keys("home", "H H")
	s.lacks("media.example")
	s.m.reader.SeekHit("a3", nil, s.m.look)
	s.m.frame.drawn = false
	s.wants("media.example")
	if s.m.reader.ID() != id {
		t.Fatal("another thread")
	}
}

// What arrives in a branch above moves nothing of what is read below it.
func TestTreeStaysUnderTheEye(t *testing.T) {
	s := newSim(t, world(), 100, 24, nil)
	id := s.branched()
	s.keys("home", ". . . . .")
	before := s.line(t, "Vous livrez à Oslo")
	m := theirs(inbox.KindComment, 0, author("max@piaille.fr", "Max"), "Moi pas.")
	m.Remote, m.Parent = "a4", "a"
	s.f.arrive(id, m)
	s.run(s.m.listen())
	s.rest()
	if after := s.line(t, "Vous livrez à Oslo"); after != before {
		t.Errorf("the line moved from %d to %d:\n%s", before, after, s.screen())
	}
}

// A note is told by its word and by a frame no message has, in every look.
func TestNoteIsUnmistakable(t *testing.T) {
	for name, change := range map[string]func(*Options){
		"dark": nil, "mono": func(o *Options) { o.NoColor = true }, "ascii": func(o *Options) { o.Glyphs, o.NoColor = "ascii", true },
	} {
		s := newSim(t, world(), 100, 40, change)
		s.on(t, "Alice Martin")
		s.keys("enter")
		frame := "▒▒"
		if name == "ascii" {
			frame = "!!"
		}
		s.wants("NOTE PRIVÉE", frame+" Fidèle cliente")
	}
}

// Copies go through the terminal and are told; a terminal that takes none
// shows what was to be copied.
func TestCopies(t *testing.T) {
	p := &pad{}
	s := newSim(t, world(), 100, 40, func(o *Options) { o.Terminal = p })
	s.branched()
	s.keys("y l")
	s.wants("lien copié : mastodon.social")
	s.keys("y t")
	s.wants("texte copié : 61 caractères")
	s.keys("y a")
	s.wants("nom copié : @zoe@piaille.fr")
	if len(p.copied) != 3 || !strings.HasPrefix(p.copied[0], "https://mastodon.social/@zoe") || p.copied[2] != "@zoe@piaille.fr" {
		t.Fatalf("copied %q", p.copied)
	}
	p.refuse = errors.New("too long")
	s.keys("y a")
	s.wants("À copier à la main", "Ce terminal ne prend pas de copie.", "@zoe@piaille.fr")
	s.keys("esc")
	if s.m.top() != nil {
		t.Error("esc does not leave it")
	}
	s.m.term = nil
	s.keys("y l")
	s.wants("À copier à la main", "https://mastodon.social/@zoe")
}

// All links of a message, its media too, by number: nothing is fetched, and
// what cannot be opened here is copied.
func TestLinksAndMedia(t *testing.T) {
	p := &pad{local: true}
	s := newSim(t, world(), 100, 40, func(o *Options) { o.Terminal = p })
	s.branched()
	s.keys("o")
	s.wants("Liens · Zoé", "1 ↗ mastodon.social · la page du message", "2 ↗ recettes.example · dans le texte", "3 ↗ piaille.fr · la publication")
	s.keys("down c")
	if len(p.copied) != 1 || p.copied[0] != "https://recettes.example/galette?x=1" {
		t.Fatalf("copied %q", p.copied)
	}
	s.keys("o", "3")
	s.wants("ouvert : piaille.fr")
	s.keys("v")
	s.wants("Médias · Zoé", "1 ↗ media.example · [image] une galette", "2 [vidéo] sans description")
	s.keys("1")
	if len(p.opened) != 2 || p.opened[1] != "https://media.example/g.jpg" {
		t.Fatalf("opened %q", p.opened)
	}
	s.keys("v", "2")
	s.wants("ce média n'a pas d'adresse")
	s.keys("esc")
	p.local = false
	s.keys("v", "enter")
	if len(p.opened) != 2 || len(p.copied) != 2 {
		t.Fatalf("a far terminal opened %q, copied %q", p.opened, p.copied)
	}
	s.on(t, "Claire Dupont")
	s.keys("enter", "v")
	s.wants("aucun média ici")
}

// The head line says by when and why, the tone and the language.
func TestHeadLine(t *testing.T) {
	f := world()
	th := f.find(t, "Claire Dupont")
	head := &f.threads[th.ID].t
	head.Window, head.Feeling, head.Lang = monday().Add(42*minute), inbox.Negative, "fr"
	s := newSim(t, f, 160, 30, nil)
	s.on(t, "Claire Dupont")
	s.wants("à nous", "fenêtre 42 min", "ton négatif", "français")
	head.State, head.Nap, head.Until, head.Dozes = inbox.Snoozed, inbox.NapNoReply, monday().Add(48*hour), true
	s.run(s.m.loadThread(th.ID))
	s.rest()
	s.wants("relance mer. 08:30 sans réponse d'ici là", "dort même sur un merci")
}

// The escalation asks how grave it is and shows what the contact will get.
func TestEscalatePreview(t *testing.T) {
	f := world()
	s := newSim(t, f, 160, 40, nil)
	th := s.on(t, "Bob")
	s.keys("!", "text:tech", "tab", "text:Que dire ?", "tab", "text:14:00", "tab", "right right")
	s.wants("Ce que Marc Le Goff recevra", "Gravité : haute", "réponse attendue lundi 23 novembre 2026, 14:00", "┊ Que dire ?", "Bob a écrit : @atlas-fc pourquoi", "1 message du fil")
	s.keys("enter")
	e := f.threads[th.ID].t.Escalation
	if e == nil || e.Question.String() != "Que dire ?" {
		t.Fatalf("escalated %+v", e)
	}
	s.keys("tab tab", "home")
	s.wants("escaladé → Marc Le Goff, 14:00")
}

// readStages are the screens of reading.
func readStages() []stage {
	return []stage{
		{name: "tree", prep: func(s *sim) { s.branched() }, keys: []string{"home"}},
		{name: "folded", prep: func(s *sim) { s.branched() }, keys: []string{"home", "H H"}},
		{name: "card", prep: (*sim).known, keys: []string{"p"}},
		{name: "badge", prep: (*sim).known, keys: []string{"p", "+", "text:presse"}},
		{name: "escalations", keys: []string{"g e"}},
		{name: "journal", keys: []string{"g l"}},
		{name: "health", prep: (*sim).limited, keys: []string{"g a"}},
		{name: "digest", keys: []string{"d"}},
		{name: "day-end", prep: (*sim).troubled, keys: []string{"D"}},
		{name: "day-zero", prep: (*sim).allDone, keys: []string{"D"}},
		{name: "links", prep: func(s *sim) { s.branched() }, keys: []string{"o"}},
		{name: "media", prep: func(s *sim) { s.branched() }, keys: []string{"v"}},
		{name: "by-hand", prep: func(s *sim) { s.branched() }, keys: []string{"y t"}},
		{name: "escalating", keys: []string{"j j !", "tab", "text:Que dire ?", "tab tab", "right"}},
	}
}

// Whatever a stranger writes: the screens of reading keep their shape.
func TestHostileReading(t *testing.T) {
	paths := [][]string{{"p"}, {"p", "+"}, {"g e"}, {"g l"}, {"d"}, {"D"}, {"g a"}, {"o"}, {"v"}, {"y t"}, {"y a"}, {"!"}, {"enter", ", h H H"}}
	for i, c := range hostileCases(t) {
		if i%2 == 1 && len(c.Text) < 2000 {
			continue // half of them: what draws the fields is the same for all
		}
		t.Run(c.Name, func(t *testing.T) {
			t.Parallel()
			f := hostileWorld(c.Text)
			id := inbox.ThreadID(2)
			ft := f.threads[id]
			f.setPerson(inbox.Person{
				Client: "miette", Identities: []inbox.PersonIdentity{{Account: ft.t.Account, Author: ft.t.Author}, {Account: inbox.AccountID(c.Text), Author: ft.t.Author}},
				Badges: []string{text.CleanLine(c.Text).String()}, Notes: []inbox.PersonNote{{At: monday(), Session: c.Text, Text: text.Clean(c.Text)}},
			})
			f.accounts[0].Budgets = []inbox.Budget{{Name: c.Text, Left: 1, Limit: 2, Reset: monday().Add(hour)}}
			s := newSim(t, f, 100, 30, nil)
			s.keys("home", "down")
			for _, path := range paths {
				s.keys(path...)
				for _, size := range [][2]int{{80, 24}, {40, 12}, {160, 50}} {
					s.send(tea.WindowSizeMsg{Width: size[0], Height: size[1]})
					s.rest()
					s.checkFrame(strings.Join(path, " "))
				}
				for s.m.top() != nil {
					s.keys("esc")
				}
			}
		})
	}
}

// No key of the dialogs of reading is dead, and none leaves the program.
func TestReadingDialogsTakeTheirKeys(t *testing.T) {
	for _, st := range readStages() {
		s := newSim(t, world(), 100, 30, nil)
		s.play(st)
		d := s.m.top()
		if d == nil {
			continue
		}
		for _, b := range s.m.keys.In(d.Scopes()...) {
			for _, k := range b.Keys {
				s := newSim(t, world(), 100, 30, nil)
				s.play(st)
				s.keys(k)
				if s.checkFrame(st.name + " " + k); s.quit {
					t.Fatalf("%s: %s left the program", st.name, k)
				}
			}
		}
	}
}
