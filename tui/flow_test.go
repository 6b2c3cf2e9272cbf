package tui

import (
	"fmt"
	"testing"
)

func typeName(v any) string { return fmt.Sprintf("%T", v) }

func TestLook(t *testing.T) {
	for _, sz := range [][2]int{{120, 40}, {80, 24}, {40, 12}} {
		s := newSim(t, world(), sz[0], sz[1], nil)
		t.Logf("\n%s", s.screen())
		s.keys("enter")
		t.Logf("\n%s", s.screen())
		s.keys("r", "text:Bonjour, oui")
		t.Logf("\n%s", s.screen())
		s.keys("esc", "t")
		t.Logf("\n%s", s.screen())
	}
}
