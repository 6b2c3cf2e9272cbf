package tui

import (
	"testing"

	"vigie/inbox"
	"vigie/inbox/text"
)

// What a rule of retention erased is not said to be the network's doing, in the
// thread or in the list.
func TestExpiredThread(t *testing.T) {
	f := world()
	nobody := inbox.Author{ID: inbox.ErasedAuthor}
	for _, ft := range f.threads {
		ft.t.Author, ft.t.Title, ft.t.Snippet = nobody, text.Safe{}, text.Safe{}
		for i := range ft.messages {
			m := &ft.messages[i]
			m.Author, m.Text, m.Media, m.Deleted, m.Expired = nobody, text.Safe{}, nil, true, true
		}
	}
	for _, width := range []int{160, 80} { // a row, two rows
		s := newSim(t, f, width, 40, nil)
		s.wants("[effacé : durée de conservation]", "— ")
		if width < 160 {
			s.keys("enter")
		}
		s.wants("│ [effacé : durée de conservation]")
		s.lacks("supprimé par le réseau", "Claire Dupont")
	}
}
