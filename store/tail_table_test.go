package store

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

// TestTailLists enters tokens of any length into lists of any length, and
// compares them with a map.
func TestTailLists(t *testing.T) {
	rnd := rand.New(rand.NewPCG(7, 8))
	lists, model := newTailLists(), map[string][]uint32{}
	for slot := range uint32(6000) {
		names := []string{"tall", "aall"}
		for range 12 {
			n := rnd.IntN(1 << rnd.IntN(11))
			names = append(names, fmt.Sprintf("%c%s%d", "atf"[n%3], strings.Repeat("é", n%40), n))
		}
		for _, name := range names {
			lists.enter(name[0], []byte(name[1:]), slot)
			if had := model[name]; len(had) == 0 || had[len(had)-1] != slot {
				model[name] = append(had, slot)
			}
		}
	}
	if lists.n != len(model) {
		t.Errorf("%d lists, not %d", lists.n, len(model))
	}
	begin := map[string]int{}
	for name, want := range model {
		l := lists.get(name[0], []byte(name[1:]))
		if l == nil || l.class != name[0] || string(lists.token(l)) != name[1:] || !slices.Equal(lists.slots(nil, l), want) {
			t.Fatalf("list %q: %+v", name, l)
		}
		for i := 1; i <= min(len(name), 30); i++ {
			begin[name[:i]]++
		}
	}
	for name, want := range begin {
		if got := lists.beginning(name[0], name[1:]); len(got) != want {
			t.Errorf("%d lists begin with %q, not %d", len(got), name, want)
		}
	}
	for _, name := range []string{"tnone", "fall", "t"} {
		if l := lists.get(name[0], []byte(name[1:])); l != nil || model[name] != nil {
			t.Errorf("list %q: %+v", name, l)
		}
	}
}
