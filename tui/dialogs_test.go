package tui

import (
	"strings"
	"testing"

	"vigie/inbox"
)

func TestSearch(t *testing.T) {
	f := world()
	s := newSim(t, f, 120, 40, nil)
	s.keys("/", "text:ALLERGIQUE")
	s.wants("1 message", "allergique aux noix")
	if f.loads["search"] != 1 {
		t.Errorf("%d searches for one word", f.loads["search"])
	}
	s.keys("enter")
	s.wants("Ma fille est allergique")
	if got := s.current().Author.Name.String(); got != "Alice Martin" {
		t.Errorf("the cursor is on %q", got)
	}
	s.keys("esc", "/", "text:publie son premier", "enter") // in another view: pinned
	s.wants("ActuaLitté", "roman graphique")
}

func TestFilterAndBack(t *testing.T) {
	s := newSim(t, world(), 120, 40, nil)
	s.keys("f", "text:commande", "enter")
	s.wants("Claire Dupont")
	s.lacks("Lecteur 23")
	s.keys("ctrl+l", "esc")
	s.wants("Lecteur 23")
	s.keys("3", "tab", "esc")
	if s.m.client != "" {
		t.Error("esc did not take the client away")
	}
	s.keys("esc esc esc esc")
	if s.quit {
		t.Fatal("esc left the program")
	}
}

func TestOutboxActs(t *testing.T) {
	f := world()
	s := newSim(t, f, 120, 40, nil)
	s.troubled()
	s.wants("✗ 2 à vérifier · 1 incertain — g o")
	s.keys("g o") // what needs a person stands first
	s.wants("Boîte d'envoi · 2 à vérifier · 1 incertain · 3 en route")
	s.keys("v", "enter")
	if a := f.actions[4]; a.State != inbox.Verified {
		t.Errorf("confirmed: %s", a.State)
	}
	s.keys("r") // the line that moved up: failed
	if a := f.actions[5]; a.State != inbox.Queued {
		t.Errorf("sent again: %s", a.State)
	}
	s.keys("x")
	s.wants("Abandonner cet envoi ?", "Réponse failed")
	s.keys("enter")
	if a := f.actions[5]; a.State != inbox.Dropped {
		t.Errorf("dropped: %s", a.State)
	}
	s.keys("up up", "u") // from the last line
	s.wants("Réponse queued", "le texte est revenu")
	if f.actions[0].State != inbox.Dropped || !s.m.composer.Active() {
		t.Error("the held answer did not come back into the composer")
	}
}

func TestAccounts(t *testing.T) {
	f := world()
	s := newSim(t, f, 120, 40, nil)
	s.keys("g a", "down", "s")
	if len(f.synced) != 1 || f.synced[0] != "atlas-bsky" {
		t.Errorf("collected: %v", f.synced)
	}
	s.keys("esc", "s")
	s.wants("relevé demandé")
}

func TestPalette(t *testing.T) {
	f := world()
	s := newSim(t, f, 120, 40, nil)
	th := s.on(t, "Claire Dupont")
	s.keys("ctrl+k", "text:etiq")
	s.wants("étiqueter")
	s.keys("enter")
	s.wants("Étiqueter · Miette · Claire Dupont")
	s.keys("esc", ":", "text:done", "enter", "enter")
	if f.threads[th.ID].t.State != inbox.Done {
		t.Error(":done did nothing")
	}
	s.keys(":", "text:vue pause", "enter")
	s.wants("en pause jusqu'à demain 10:00", "◷ demain 10:00")
	s.keys(":", "text:nordlys", "enter")
	if s.m.client != "nordlys" {
		t.Errorf("the client is %q", s.m.client)
	}
	s.keys(":", "text:xyzzy")
	s.wants("aucune commande ne correspond")
}

func TestSequenceShowsHowItGoesOn(t *testing.T) {
	s := newSim(t, world(), 120, 40, nil)
	s.keys("g")
	s.wants("d prochaine échéance", "o boîte d'envoi")
	s.keys("esc")
	s.lacks("d prochaine échéance")
}

func TestLinkCopies(t *testing.T) {
	p := &pad{}
	s := newSim(t, world(), 120, 40, func(o *Options) { o.Terminal = p })
	s.on(t, "Claire Dupont")
	s.keys("o")
	s.wants("https://mastodon.social/@claire.d@piaille.fr/")
	s.keys("c")
	if len(p.copied) != 1 || !strings.HasPrefix(p.copied[0], "https://mastodon.social/@claire.d") {
		t.Errorf("the terminal got %q", p.copied)
	}
}
