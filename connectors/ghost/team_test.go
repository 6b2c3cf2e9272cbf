package ghost

import (
	"errors"
	"testing"
	"time"

	"vigie/connectors/sandbox"
	"vigie/inbox"
)

// What the blog's staff write as members is the brand's: it may be deleted as
// one's own. Who is staff is asked again from time to time.
func TestTeam(t *testing.T) {
	n := newNetwork(t, usual)
	m := newMirror(t, n)
	write := func(person int, text string) string {
		t.Helper()
		first := reader(t, n, m, "Bonjour "+text)
		it, err := n.world.Write(sandbox.Item{Account: ourAccount, Kind: sandbox.Public, Person: person, Parent: n.item(first.Remote).ID, Text: text})
		if err != nil {
			t.Fatal(err)
		}
		m.drain()
		for id := range m.messages {
			if m.messages[id].Text.String() == text && n.item(id).ID == it.ID {
				return id
			}
		}
		t.Fatalf("%q did not come", text)
		return ""
	}
	paul := n.world.Meet(sandbox.Person{Handle: "paul", Host: "clair.example", Name: "Paul"}).ID
	alike := n.world.Meet(sandbox.Person{Handle: "paul", Host: "claïr.example", Name: "Paul"}).ID
	zoe := n.world.Meet(sandbox.Person{Handle: "zoe", Host: "lectrices.example", Name: "Zoé"}).ID
	before := write(paul, "Je réponds déjà")
	if m.messages[before].Outgoing {
		t.Error("a reader's answer is ours")
	}
	n.server.Staff = []int{paul}
	n.clock.Advance(teamKept + time.Minute)
	after, other := write(paul, "Je réponds pour la maison"), write(zoe, "Moi non")
	if m.messages[write(alike, "Envoyez-moi vos codes")].Outgoing {
		t.Error("who has an address that a database takes for that of staff is ours")
	}
	if !m.messages[after].Outgoing || m.messages[other].Outgoing {
		t.Errorf("staff %+v, reader %+v", m.messages[after], m.messages[other])
	}
	if _, err := m.c.Do(t.Context(), action(inbox.ActDelete, m.messages[other], "", n)); !errors.Is(err, inbox.ErrInvalid) {
		t.Errorf("delete a reader's as one's own: %v", err)
	}
	if _, err := m.c.Do(t.Context(), action(inbox.ActDelete, m.messages[after], "", n)); err != nil || !n.item(after).Deleted {
		t.Errorf("delete a colleague's: %v", err)
	}
}
