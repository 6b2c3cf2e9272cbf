package words

import "testing"

func TestTagged(t *testing.T) {
	for _, c := range []struct {
		tag, above string
		want       bool
	}{
		{"réclamation", "reclamation", true},
		{"reclamation", "réclamation", true},
		{"re\u0301clamation/retard", "Réclamation", true},
		{"réclamations", "reclamation", false},
		{"motif/été", "motif/ete", true},
		{"motif", "motif/ete", false},
		{"🎂", "🎁", false},
		{"vip-or", "vip/or", false},
		{"noël/ça", "noel", true},
	} {
		if got := Tagged(c.tag, c.above); got != c.want {
			t.Errorf("%q under %q: %t", c.tag, c.above, got)
		}
	}
	if n := testing.AllocsPerRun(100, func() { Tagged("motif/livraison", "motif") }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}
