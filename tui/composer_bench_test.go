package tui

import (
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"
)

// BenchmarkWriting is one letter to one frame in an open composer, at the end of
// texts of several lengths.
func BenchmarkWriting(b *testing.B) {
	for _, c := range []struct {
		name  string
		lines int
	}{{"empty", 0}, {"letter", 10}, {"novel", 300}} {
		b.Run(c.name, func(b *testing.B) {
			s := newSim(b, world(), 120, 40, nil)
			s.keys("r")
			s.send(tea.PasteMsg{Content: strings.Repeat("Une phrase assez longue, à l'été, pour faire deux lignes.\n", c.lines)})
			if !s.m.composer.Active() {
				b.Fatal("nothing is written")
			}
			b.ReportAllocs()
			for i := 0; b.Loop(); i++ {
				k := typed('a')
				if i%2 == 1 {
					k = press("backspace")
				}
				s.m.Update(k)
				s.m.View()
			}
		})
	}
}
