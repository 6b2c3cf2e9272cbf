package tui

import (
	"strings"
	"testing"

	"vigie/tui/keys"
	"vigie/tui/palette"
)

// Every act that any screen has is found by its name; one that is done on a
// screen of its own says which, and leads there.
func TestPaletteHasEveryAct(t *testing.T) {
	s := newSim(t, world(), 100, 30, nil)
	s.keys(":")
	offered := map[keys.Intent]palette.Item{}
	for _, it := range s.m.commands() {
		offered[it.Intent] = it
	}
	for _, b := range s.m.keys.In(keys.List, keys.Reader, keys.Thread, keys.Moderating, keys.Root, keys.Writing, keys.LinkingOut, keys.Outbox,
		keys.Drafts, keys.Card, keys.EscalationBox, keys.JournalBox, keys.Digesting, keys.Health, keys.Searching) {
		if _, ok := offered[b.Intent]; !ok {
			t.Errorf("the palette lacks %s of %s", b.Intent, b.Scope)
		}
	}
	for _, name := range []string{"attach", "answered", "fold", "open-media", "report", "edit-own", "sync-account"} {
		s.keys("ctrl+u", "text:"+name)
		s.wants(name)
		s.lacks("aucune commande")
	}
	s.wants("relever ce compte", "→ comptes")
	s.keys("enter")
	s.wants("━━ Comptes")
}

// An act that needs a thread says so where there is none.
func TestPaletteWithoutThread(t *testing.T) {
	s := newSim(t, world(), 100, 30, nil)
	for _, name := range []string{"hide", "report", "fold", "reply", "next-message", "edit-own"} {
		s.keys("4", ":", "text:"+name, "enter")
		if out := s.screen(); !strings.Contains(out, "aucun fil choisi") {
			t.Errorf("%s:\n%s", name, out)
		}
		s.keys("esc")
	}
}
