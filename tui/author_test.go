package tui

import (
	"context"
	"testing"
	"time"

	"vigie/inbox"
)

// Notes say who wrote them: this person, here or at another terminal of theirs,
// else the session.
func TestNotesNameTheirAuthor(t *testing.T) {
	for _, c := range []struct {
		by          inbox.By
		note, known string
	}{
		{inbox.By{Actor: inbox.Human, Session: "here", Line: "ines"}, "par vous", "vous · rappeler"},
		{inbox.By{Actor: inbox.Human, Session: "pts/4#a", Line: "ines"}, "par vous (pts/4)", "vous (pts/4) · rappeler"},
		{inbox.By{Actor: inbox.Human, Session: "pts/9#b", Line: "paul"}, "par pts/9", "pts/9 · rappeler"},
	} {
		f := world()
		s := newSim(t, f, 120, 40, func(o *Options) { o.By.Line = "ines" })
		th := s.on(t, "Claire Dupont")
		must(f.Note(context.Background(), c.by, th.ID, "relancer"))
		must(f.PersonNote(context.Background(), c.by, th.ID, "rappeler"))
		s.keys("enter")
		s.wants("relancer", c.note)
		s.keys("p")
		s.wants(c.known)
	}
}

// The card says who is blocked, where, since when and by whom, and how it is
// taken back, if it is.
func TestCardTellsOfABlock(t *testing.T) {
	for _, tt := range []struct {
		lacks bool
		want  string
	}{{false, "dans ce fil, m b le reprend"}, {true, "se reprend sur le réseau, pas d'ici"}} {
		f := world()
		f.everything()
		if tt.lacks {
			delete(f.caps, inbox.ActUnblock)
		}
		s := newSim(t, f, 160, 40, nil)
		th := s.on(t, "Alice Martin")
		s.keys("p")
		s.lacks("bloqué sur")
		s.keys("esc", "m", "b", "enter")
		s.pass(11 * time.Second)
		f.accept(f.actions[len(f.actions)-1].ID)
		s.keys("p")
		s.wants("bloqué sur Mastodon · "+s.m.look.Handle(th.Account)+" · 08:30 · vous · "+tt.want, "dernier message")
	}
}
