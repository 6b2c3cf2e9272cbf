package tui

import (
	"testing"

	"vigie/inbox"
)

// A message whose record is damaged leaves the rest of its thread readable.
func TestDamagedMessageInReader(t *testing.T) {
	f := world()
	for _, ft := range f.threads {
		ft.messages = append([]inbox.Message{{ID: 1, Thread: ft.t.ID, At: monday().Add(-48 * hour), Damaged: true}}, ft.messages...)
	}
	s := newSim(t, f, 160, 40, nil)
	s.on(t, "Claire Dupont")
	s.wants("[enregistrement abîmé : message illisible — vigie doctor]", "Ma commande n° 4412")
}
