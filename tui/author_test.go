package tui

import (
	"context"
	"testing"

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
