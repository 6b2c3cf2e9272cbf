package engine_test

import (
	"fmt"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"vigie/inbox"
)

// What was made of persons is taken back step by step, and done again; not over
// what somebody else made of them since.
func TestUndoPeople(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, &network{class: inbox.ClassC})
		defer b.close()
		for i, who := range []string{"lea", "lea.pro", "anna"} {
			b.net.write(who, fmt.Sprintf("c%d", i), fmt.Sprintf("m%d", i), "Bonjour", time.Now())
		}
		b.sync()
		ids := b.byName()
		by := inbox.By{Actor: inbox.Human, Session: "s1", Line: "ines"}
		shows := func() (s string) {
			for _, name := range []string{"c0", "c1", "c2"} {
				c := b.card(ids[name])
				var who, notes []string
				for _, i := range c.Identities {
					who = append(who, i.Author.ID)
				}
				slices.Sort(who)
				for _, n := range c.Notes {
					notes = append(notes, n.Text.String())
				}
				s += fmt.Sprint(who, c.Badges, notes, " ")
			}
			return s
		}
		states := []string{shows()}
		for _, step := range []func() error{
			func() error { return b.eng.Badge(t.Context(), by, ids["c1"], []string{"+vip"}) },
			func() error { return b.eng.PersonNote(t.Context(), by, ids["c0"], "fidèle") },
			func() error { return b.eng.Link(t.Context(), by, ids["c0"], ids["c1"]) },
			func() error { return b.eng.Link(t.Context(), by, ids["c2"], ids["c0"]) },
			func() error { return b.eng.Unlink(t.Context(), by, ids["c0"]) },
			func() error { return b.eng.Badge(t.Context(), by, ids["c1"], []string{"-vip"}) },
		} {
			b.must(step())
			states = append(states, shows())
		}
		b.must(b.eng.Badge(t.Context(), by, ids["c2"], []string{"-none"})) // changes nothing: no step
		walk := func(back bool, want string) {
			t.Helper()
			turn := b.eng.Redo
			if back {
				turn = b.eng.Undo
			}
			u, err := turn(t.Context(), by)
			if err != nil || u.Verb != inbox.Known || len(u.Threads) == 0 {
				t.Fatalf("%+v, %v", u, err)
			}
			if got := shows(); got != want {
				t.Fatalf("back %v:\n%s, want\n%s", back, got, want)
			}
		}
		for range 2 {
			for i := len(states) - 2; i >= 0; i-- {
				walk(true, states[i])
			}
			for _, want := range states[1:] {
				walk(false, want)
			}
		}
		b.must(b.eng.PersonNote(t.Context(), inbox.By{Actor: inbox.Human, Session: "s2", Line: "zoe"}, ids["c1"], "à rappeler"))
		before := shows()
		if _, err := b.eng.Undo(t.Context(), by); code(err) != inbox.CodeConflict || shows() != before {
			t.Errorf("over somebody else's change: %v, %s", err, shows())
		}
	})
}
