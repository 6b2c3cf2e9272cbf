package tui

import (
	"context"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"vigie/inbox"
	"vigie/inbox/text"
	"vigie/tui/lang"
)

// blog is a world where Alice's newest comment waits for moderation on a blog.
func blog() *fake {
	f := world()
	yes := inbox.Capability{OK: true, Class: inbox.ClassS}
	f.caps = map[inbox.ActionKind]inbox.Capability{
		inbox.ActApprove: yes, inbox.ActHold: yes, inbox.ActSpam: yes, inbox.ActUnspam: yes,
		inbox.ActTrash: yes, inbox.ActRestore: yes, inbox.ActEdit: yes, inbox.ActDelete: yes,
	}
	ft := f.threads[1]
	ft.messages[2].Status = inbox.StatusHeld
	ft.t.Status, ft.t.Statuses = inbox.StatusHeld, inbox.StatusCounts{Held: 1}
	return f
}

// A blog shows what a blog has, and of two acts the one that makes sense.
func TestModerateABlog(t *testing.T) {
	f := blog()
	s := newSim(t, f, 160, 48, nil)
	s.on(t, "Alice Martin")
	s.wants("EN ATTENTE", "en attente de modération : les autres ne le voient pas", "à modérer")
	s.keys("m")
	s.wants("[EN ATTENTE] Super, merci", "a publier le message", "s mettre le message au spam", "t mettre le message à la corbeille", "E corriger notre réponse")
	s.lacks("bloquer", "masquer le message", "signaler", "sourdine", "quitter la conversation", "lu sur le réseau")
	s.keys("b") // not listed: it says so
	s.wants("ce réseau ne le permet pas")
	s.keys("a") // nothing is asked
	s.wants("publication en attente 10 s : Alice Martin (Miette) — u pour annuler")
	a := f.actions[0]
	if len(f.actions) != 1 || a.Kind != inbox.ActApprove || a.Target != f.threads[1].messages[2].Remote {
		t.Fatalf("the outbox holds %+v", f.actions)
	}
	s.pass(11 * time.Second)
	f.accept(1)
	s.pass(time.Second)
	s.lacks("EN ATTENTE")
	s.keys("m")
	s.wants("a remettre le message en attente")
	s.keys("s")
	if a := f.actions[1]; a.Kind != inbox.ActSpam {
		t.Fatalf("the outbox holds %+v", a)
	}
	s.pass(11 * time.Second)
	f.accept(2)
	s.pass(time.Second)
	s.wants("SPAM")
	s.keys("m")
	s.wants("a publier le message", "s sortir le message du spam")
}

// What a network has not at all is one sentence when it is much; its keys say
// so too.
func TestModerateLacks(t *testing.T) {
	f := blog()
	for _, k := range []inbox.ActionKind{inbox.ActHide, inbox.ActBlock, inbox.ActMute} {
		f.caps[k] = inbox.Capability{Why: inbox.CodeUnsupported}
	}
	f.caps[inbox.ActLike] = inbox.Capability{Why: inbox.CodeNotOurs}
	s := newSim(t, f, 160, 48, nil)
	s.on(t, "Alice Martin")
	s.keys("m")
	s.wants("l aimer le message", "possible seulement sous nos propres publications", "Ce réseau ne permet pas : masquage, mise en sourdine, blocage.")
	s.lacks("h masquer", "b bloquer")
	s.keys("b")
	s.wants("ce réseau ne le permet pas")
	if len(f.actions) != 0 {
		t.Fatal("something was done")
	}
}

// Each act that others notice, or that nothing takes back, is asked about;
// those that are undone without a trace are not.
func TestModerateAsks(t *testing.T) {
	for _, c := range []struct {
		key  string
		kind inbox.ActionKind
		asks string
	}{
		{"l", inbox.ActLike, ""},
		{"a", inbox.ActHold, ""},
		{"h", inbox.ActHide, "Masquer ce message ?"},
		{"s", inbox.ActSpam, ""},
		{"t", inbox.ActTrash, ""},
		{"x", inbox.ActRemove, "Supprimer leur message pour de bon ?"},
		{"c", inbox.ActDetach, "Détacher notre publication ?"},
		{"i", inbox.ActMute, ""},
		{"b", inbox.ActBlock, "Bloquer cette personne ?"},
		{"p", inbox.ActLeave, "Quitter la conversation ?"},
		{"m", inbox.ActRead, ""},
		{"d", inbox.ActDelete, "Supprimer notre réponse ?"},
	} {
		t.Run(string(c.kind), func(t *testing.T) {
			f := world()
			f.everything()
			s := newSim(t, f, 160, 48, nil)
			s.on(t, "Alice Martin")
			s.keys("m", c.key)
			if c.asks != "" {
				s.wants(c.asks, "Pour Miette, avec le compte @miette@piaille.fr, sur Mastodon.", "u l'annule")
				if len(f.actions) != 0 {
					t.Fatal("done before the yes")
				}
				s.keys("enter")
			}
			if len(f.actions) != 1 || f.actions[0].Kind != c.kind {
				t.Fatalf("the outbox holds %+v", f.actions)
			}
		})
	}
}

// The same for marked threads: an act on one message of one thread is done to
// none of them.
func TestModerateMarked(t *testing.T) {
	for key, want := range map[string]int{"a": 3, "s": 3, "t": 3, "h": 3, "i": 3, "b": 3, "x": 0, "d": 0, "r": 0} {
		t.Run(key, func(t *testing.T) {
			f := world()
			f.everything()
			s := newSim(t, f, 160, 48, nil)
			s.keys("1", "x x x", "m", key)
			if len(f.actions) != 0 {
				t.Fatal("done before the yes")
			}
			s.keys("enter")
			if len(f.actions) != want {
				t.Fatalf("%d acts:\n%s", len(f.actions), s.screen())
			}
		})
	}
}

// Every act is a command too, and one the network lacks says so.
func TestModerateCommands(t *testing.T) {
	for _, name := range []string{"approve", "spam", "trash", "mute", "like"} {
		f := world()
		f.everything()
		s := newSim(t, f, 160, 48, nil)
		s.on(t, "Alice Martin")
		s.keys(":", "text:"+name, "enter")
		if len(f.actions) != 1 {
			t.Errorf("%s: %d acts\n%s", name, len(f.actions), s.screen())
		}
	}
}

// On a small screen all acts are reached, and the message stays in sight.
func TestModerateSmall(t *testing.T) {
	f := world()
	f.everything()
	s := newSim(t, f, 40, 20, nil)
	s.on(t, "Alice Martin")
	s.keys("enter", "m")
	s.wants("Leur message :", "l aimer le message", "plus bas")
	s.keys("end")
	s.wants("Leur message :", "d supprimer notre réponse", "plus haut")
	s.checkFrame("moderate")
}

func TestReport(t *testing.T) {
	f := world()
	f.everything()
	s := newSim(t, f, 160, 48, nil)
	s.on(t, "Alice Martin")
	s.keys("m", "r")
	s.wants("Signaler · Miette · Alice Martin", "spam, publicité non voulue", "insultes, harcèlement", "contraire à la loi", "Pour les modérateurs")
	s.keys("down", "text:Insultes répétées", "enter")
	s.wants("Signaler ce message ?", "Motif : insultes, harcèlement.", "Insultes répétées", "sur Mastodon")
	s.keys("esc") // back to what was typed
	s.wants("Insultes répétées")
	s.keys("enter", "ctrl+s") // the key that sends does not say yes
	if len(f.mod.reports) != 0 {
		t.Fatal("reported before the yes")
	}
	s.keys("enter")
	want := inbox.ReportRequest{Thread: 1, Message: f.threads[1].messages[2].Remote, Reason: "com.atproto.moderation.defs#reasonRude", Text: "Insultes répétées"}
	if len(f.mod.reports) != 1 || f.mod.reports[0] != want {
		t.Fatalf("reported %+v", f.mod.reports)
	}
	s.wants("signalement en attente 10 s", "signalement · Alice Martin · insultes, harcèlement")
	s.send(tea.WindowSizeMsg{Width: 60, Height: 24})
	s.wants("insultes, harcèlement", "◷ en attente 10 s, annulable") // below, where it does not fit behind
	s.send(tea.WindowSizeMsg{Width: 160, Height: 48})
	s.keys("u")
	s.wants("annulé avant de partir : signalement")
	f.fail = inbox.Problem{Code: inbox.CodeFull}
	s.keys("m", "r", "text:Encore", "enter", "enter")
	s.wants("Signaler · Miette", "Encore", "✗")
}

// What was reported before is asked about once more, with who did it and when;
// what was typed stays behind the question.
func TestReportTwice(t *testing.T) {
	for tag, want := range map[lang.Tag]string{lang.French: "Déjà signalé par Julie, le ", lang.English: "Reported already by Julie, on "} {
		f := world()
		f.everything()
		s := newSim(t, f, 80, 24, func(o *Options) { o.Lang = tag })
		s.on(t, "Alice Martin")
		f.fail = inbox.Problem{Code: inbox.CodeReported, Args: []string{"Julie", f.now.Add(-time.Hour).UTC().Format(time.RFC3339)}}
		s.keys("m", "r", "text:Encore", "enter", "enter")
		s.wants(want)
		if len(f.mod.reports) != 0 {
			t.Fatalf("reported: %+v", f.mod.reports)
		}
		s.pass(graceTime)
		s.keys("enter")
		if len(f.mod.reports) != 1 || !f.mod.reports[0].Anyway || f.mod.reports[0].Text != "Encore" {
			t.Errorf("reported: %+v", f.mod.reports)
		}
	}
}

// A batch leaves out what would change nothing, and says how many.
func TestModerateMarkedNeedless(t *testing.T) {
	f := world()
	f.everything()
	hold := func(id inbox.ThreadID) {
		for i := range f.threads[id].messages {
			f.threads[id].messages[i].Status = inbox.StatusHeld
		}
	}
	for id, ft := range f.threads {
		if ft.t.Author.Name.String() == "Lecteur 18" {
			hold(id) // the fourth, which is not marked
		}
	}
	s := newSim(t, f, 160, 48, nil)
	s.keys("1", "x x x")
	ts := s.m.list.Targets()
	s.keys("m", "a") // the one under the cursor is held, those that are marked are not
	s.wants("remise en attente : 3 fils")
	s.keys("esc")
	hold(ts[0].ID)
	hold(ts[1].ID)
	s.keys("m", "a")
	s.wants("2 fils", "1 laissé : rien de ce fil n'attend la modération")
	s.keys("enter")
	if len(f.actions) != 2 {
		t.Errorf("%d acts:\n%s", len(f.actions), s.screen())
	}
}

// A correction begins with what is there, and says what it is.
func TestEditOwn(t *testing.T) {
	f := world()
	f.everything()
	s := newSim(t, f, 160, 48, nil)
	s.on(t, "Alice Martin")
	s.keys("m", "E")
	s.wants("Correction pour Miette", "Bonjour Alice, oui, le samedi matin avant 10 h.")
	s.keys("esc") // nothing changed: nothing is kept
	if len(f.drafts) != 0 || s.m.composer.Active() {
		t.Fatalf("%d drafts", len(f.drafts))
	}
	s.keys("m", "E", "ctrl+s")
	s.wants("rien n'a changé")
	s.keys("text: Ou à midi.", "esc")
	ours := f.threads[1].messages[1].Remote
	if d, ok := f.draftOf(1, false, false, ours); !ok || !strings.HasSuffix(d.Text, "Ou à midi.") || d.Edit != ours {
		t.Fatalf("the draft is %+v", f.drafts)
	}
	s.keys("r") // an answer is another text
	s.lacks("Ou à midi.")
	s.keys("esc", "m", "E")
	s.wants("Ou à midi.")
	s.m.seen["miette-masto"] = true
	s.keys("ctrl+s")
	if len(f.requests) != 1 || f.requests[0].Edit != ours || !strings.HasSuffix(f.requests[0].Text, "Ou à midi.") {
		t.Fatalf("sent %+v", f.requests)
	}
	s.wants("correction")
	s.keys("u") // taken back, it is a correction still
	s.wants("Correction pour Miette", "Ou à midi.")
	s.keys("ctrl+s")
	s.pass(11 * time.Second)
	f.accept(2)
	s.pass(time.Second)
	if got := f.threads[1].messages[1].Text.String(); !strings.HasSuffix(got, "Ou à midi.") {
		t.Fatalf("the network has %q", got)
	}
	s.wants("modifié")
}

func TestAttach(t *testing.T) {
	f := world()
	s := newSim(t, f, 160, 48, nil)
	s.on(t, "Alice Martin")
	s.keys("r", "text:Voici.", "ctrl+o")
	s.wants("ce réseau ne prend pas de fichier ici")
	s.keys("esc")
	f.everything()
	s.keys("r", "ctrl+o")
	s.wants("Joindre un fichier", "2 fichiers au plus", "8,0", "description de 200", "image/jpeg, image/png")
	s.keys("enter", "enter")
	s.wants("quel fichier ?")
	s.keys("text:/srv/galette.jpg", "enter", "enter")
	s.wants("entrée encore")
	s.keys("text:Une galette dorée", "enter")
	s.wants("joint : galette.jpg", "galette.jpg", "Une galette dorée")
	s.keys("ctrl+o", "text:/srv/note.pdf", "enter", "text:une note", "enter")
	s.wants("ne prend pas ce fichier", "/srv/note.pdf") // what was typed is there again
	s.keys("esc", "ctrl+o", "text:/srv/gone.png", "enter", "text:x", "enter")
	s.wants("pas de fichier « gone.png » sur la machine")
	s.keys("esc", "ctrl+o", "text:/srv/b.png", "enter", "enter", "enter")
	s.wants("b.png", "sans description")
	s.keys("ctrl+o", "text:/srv/c.png", "enter", "text:c", "enter")
	s.wants("pas plus de 2")
	s.keys("down", "ctrl+x")
	s.wants("retiré : b.png")
	s.lacks("sans description", "pas plus de 2")
	s.keys("esc", "esc")
	d := f.writing(1)
	if len(d.Media) != 1 || d.Media[0].Alt != "Une galette dorée" {
		t.Fatalf("the draft holds %+v", d.Media)
	}
	s.keys("r")
	s.wants("galette.jpg")
	s.m.seen["miette-masto"] = true
	s.keys("ctrl+s")
	if len(f.requests) != 1 || len(f.requests[0].Media) != 1 || f.requests[0].Media[0].Name != "galette.jpg" {
		t.Fatalf("sent %+v", f.requests)
	}
	s.keys("n", "ctrl+o")
	s.wants("une note n'a pas de fichier")
}

// A file alone is an answer where the network takes it, and with a file a text
// is as long as a caption may be.
func TestFilesAlone(t *testing.T) {
	f := world()
	f.everything()
	f.limit = inbox.TextLimit{Max: 500, Unit: inbox.Characters}
	s := newSim(t, f, 160, 48, nil)
	s.on(t, "Alice Martin")
	s.m.seen["miette-masto"] = true
	s.keys("r", "ctrl+o", "text:/srv/galette.jpg", "enter", "text:Une galette", "enter", "ctrl+s")
	s.wants("rien à envoyer")
	s.keys("esc")
	f.mod.media.Alone, f.mod.media.Caption = true, 20
	s.keys("r", "text:a")
	s.wants("1/20")
	s.keys("backspace", "ctrl+p")
	s.wants("[galette.jpg] Une galette")
	s.lacks("0/20 caractères ─")
	s.keys("ctrl+s")
	if len(f.requests) != 1 || f.requests[0].Text != "" || len(f.requests[0].Media) != 1 {
		t.Fatalf("sent %+v", f.requests)
	}
}

// A private answer is as long as messages may be, whatever the thread takes.
func TestPrivateIsCountedAsAMessage(t *testing.T) {
	f := world()
	f.limit, f.message = inbox.TextLimit{Max: 300, Unit: inbox.Graphemes}, inbox.TextLimit{Max: 1000, Unit: inbox.Graphemes}
	f.caps = map[inbox.ActionKind]inbox.Capability{inbox.ActPrivate: {OK: true}}
	s := newSim(t, f, 160, 48, nil)
	s.on(t, "Alice Martin")
	s.keys("R", "text:Oui")
	s.wants("3/1000")
}

// Where vigie cannot answer, the text is taken to where people do; it is never
// said to be sent, and only a person's word closes it.
func TestLinkOut(t *testing.T) {
	f := world()
	f.everything()
	term := &fakeTerm{local: true}
	s := newSim(t, f, 160, 48, func(o *Options) { o.Terminal = term })
	s.keys("w", "r", "text:Merci pour cette critique.")
	s.wants("À répondre là-bas, pour Clair", "ctrl+s copie et ouvre mastodon.social ; rien n'est envoyé")
	s.keys("ctrl+t")
	s.wants("vigie n'envoie rien ici")
	s.keys("ctrl+s")
	s.wants("Avez-vous répondu là-bas ?", "Le texte est copié", "https://mastodon.social/@actualitte/")
	if term.copied != "Merci pour cette critique." || !strings.HasPrefix(term.opened, "https://mastodon.social/") {
		t.Fatalf("copied %q, opened %q", term.copied, term.opened)
	}
	s.wants("enter oui, répondu   o ouvrir   esc pas encore, le brouillon reste", "enter répondu  o ouvrir  esc pas encore  ? aide")
	s.keys("ctrl+s")
	s.wants("Avez-vous répondu là-bas ?") // it may be held down
	s.keys("esc")
	if len(f.mod.there) != 0 || !s.m.composer.Active() {
		t.Fatal("taken for answered")
	}
	s.keys("ctrl+s")
	s.keys("enter")
	if len(f.mod.there) != 1 || f.mod.there[0].Text != "Merci pour cette critique." || len(f.requests)+len(f.actions) != 0 {
		t.Fatalf("kept %+v, sent %+v", f.mod.there, f.requests)
	}
	s.wants("Vous · 08:30 · répondu sur le réseau, de votre main", "┃ Merci pour cette critique.")
	s.wants("noté : répondu sur le réseau, de votre main")
	s.lacks("envoyé")
	if len(f.drafts) != 0 || s.m.composer.Active() {
		t.Fatalf("%d drafts", len(f.drafts))
	}
}

// An answer on somebody's word is told as such with its text and without one,
// in the thread and in the log, and no longer once it is taken back.
func TestAnsweredOnTheirWord(t *testing.T) {
	f := world()
	by := inbox.By{Actor: inbox.Native, Line: "me"}
	id := f.order[0]
	f.now = f.now.Add(time.Minute)
	must(f.Answered(t.Context(), by, inbox.AnsweredRequest{Thread: id}))
	s := newSim(t, f, 120, 40, func(o *Options) { o.By.Line = "me" })
	s.keys("g l")
	s.wants("sur le réseau, noté à la main")
	s.lacks("réponse à")
	s.keys("home", "enter")
	s.wants("08:31 répondu sur le réseau, de votre main")
	s.keys("u")
	s.lacks("08:31 répondu sur le réseau")
	f.undid = &inbox.Undid{Verb: inbox.Replied, Threads: []inbox.ThreadID{id}, Draft: true}
	s.keys("u")
	s.wants("le texte est de nouveau en brouillon")
}

// Where vigie only reads, one sentence says so for all acts, and the key of each
// says it again.
func TestModerateWhereItIsReadOnly(t *testing.T) {
	f := world()
	f.everything()
	for kind := range f.caps {
		f.caps[kind] = inbox.Capability{Why: inbox.CodeReadOnly}
	}
	s := newSim(t, f, 80, 24, nil)
	s.keys("m")
	s.wants("Cela ne se fait que sur le réseau lui-même : j'aime, remise en attente")
	s.lacks("Ce réseau ne permet pas")
	s.keys("l")
	s.wants("cela ne se fait que sur le réseau lui-même")
}

// What a mail is about is its subject, not a post.
func TestSubjectOfMail(t *testing.T) {
	f := world()
	ft := f.threads[f.order[0]]
	ft.post = &inbox.Post{Text: text.Clean("Facture 2041")}
	ft.t.PostID = "<1@x>"
	s := newSim(t, f, 120, 40, nil)
	s.wants("PUBLICATION", "┊ Facture 2041")
	ft.t.Network = "mail"
	s = newSim(t, f, 120, 40, nil)
	s.wants("OBJET", "┊ Facture 2041")
	s.lacks("PUBLICATION")
}

// What the network itself did to a message is a sentence: whose it is, and what
// it is now.
func TestModeratedIsTold(t *testing.T) {
	f := world()
	id := f.order[0]
	f.now = f.now.Add(time.Minute)
	who := f.threads[id].t.Author.Name.String()
	by := inbox.By{Actor: inbox.System}
	for _, args := range [][]string{{"spam", ""}, {"", "spam"}} {
		must(f.do(by, []inbox.ThreadID{id}, func(inbox.Thread) (inbox.Event, bool) {
			return inbox.Event{Verb: inbox.Moderated, Message: f.threads[id].messages[0].Remote, Args: args}, true
		}))
	}
	s := newSim(t, f, 140, 40, nil)
	s.keys("enter")
	s.wants("08:31 sur le réseau, maintenant : spam · "+who, "08:31 sur le réseau, de nouveau visible · "+who)
	s.keys("g l")
	s.wants("sur le réseau, un message de "+who+" est maintenant : spam", "sur le réseau, un message de "+who+" se voit à nouveau")
}

// A terminal that takes no copy shows what there is to take.
func TestLinkOutByHand(t *testing.T) {
	f := world()
	f.everything()
	s := newSim(t, f, 80, 30, nil)
	s.keys("w", "r", "text:Merci.", "ctrl+s")
	s.wants("Ce terminal ne prend pas de", "à prendre à la main", "https://mastodon.social/@actualitte/", "Merci.")
	s.keys("o")
	s.wants("ce terminal ne peut pas ouvrir")
	s.keys("esc")
	if !s.m.composer.Active() {
		t.Fatal("the composer is gone")
	}
}

// What nothing proves is never followed.
func TestSuspect(t *testing.T) {
	f := world()
	f.threads[1].messages[2].Status = inbox.StatusSuspect
	f.threads[1].messages[2].Text = text.Clean("Votre compte : https://evil.example/login")
	f.noReply = inbox.CodeReadOnly
	s := newSim(t, f, 160, 48, nil)
	s.on(t, "Alice Martin")
	s.wants("EXPÉDITEUR NON PROUVÉ", "ses liens ne s'ouvrent pas")
	s.lacks("↗ evil.example")
	for _, k := range []string{"o", "v", "y l"} {
		s.keys("enter", k)
		s.wants("rien ne prouve que ce message vient de qui il le dit")
		if s.m.top() != nil {
			t.Fatalf("%s opens something", k)
		}
	}
	s.keys("r")
	s.wants("rien ne prouve que ce message vient de qui il le dit")
	if s.m.composer.Active() {
		t.Fatal("the composer is open")
	}
}

// Also in a small terminal it is said what to do.
func TestSuspectSmall(t *testing.T) {
	for tag, want := range map[lang.Tag]string{lang.French: "→ voir sur le réseau", lang.English: "→ look on the network"} {
		s := newSim(t, suspected(), 80, 24, func(o *Options) { o.Lang = tag })
		s.on(t, "Alice Martin")
		s.keys("enter", "o")
		s.wants(want)
	}
}

// A warning is read first; the key that folds shows the rest.
func TestWarning(t *testing.T) {
	f := shaded()
	s := newSim(t, f, 160, 48, nil)
	s.on(t, "Alice Martin")
	s.wants("AVERTISSEMENT · Nourriture, allergies", "h montre le texte")
	s.lacks("allergique aux noix", "SONDAGE")
	s.keys("enter", "; ; ; ; h")
	s.wants("h replie le texte", "allergique aux noix", "SONDAGE · 40 votants · fin", "Galette", "60 %", "24", "16")
	s.keys("h")
	s.lacks("allergique aux noix")
}

// shaded is a world with a warning, and a poll behind it.
func shaded() *fake {
	f := world()
	m := &f.threads[1].messages[2]
	m.Warning = text.CleanLine("Nourriture, allergies")
	m.Poll = &inbox.Poll{
		Options: []inbox.PollOption{{Text: text.CleanLine("Galette"), Votes: 24}, {Text: text.CleanLine("Brioche de Noël"), Votes: 16}, {Text: text.CleanLine("Rien")}},
		Voters:  40, Ends: monday().Add(26 * time.Hour),
	}
	return f
}

// fakeTerm is a terminal that takes everything.
type fakeTerm struct {
	local          bool
	copied, opened string
}

func (f *fakeTerm) Local() bool                                         { return f.local }
func (f *fakeTerm) Copy(_ context.Context, s string) error              { f.copied = s; return nil }
func (f *fakeTerm) Notify(context.Context, string, string) error        { return nil }
func (f *fakeTerm) Open(_ context.Context, url string) error            { f.opened = url; return nil }
func (f *fakeTerm) Edit(_ context.Context, _, s string) (string, error) { return s, nil }
