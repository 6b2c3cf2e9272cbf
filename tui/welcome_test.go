package tui

import (
	"slices"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"

	"vigie/inbox"
)

// empty is the inbox of somebody who has configured nothing.
func empty() *fake { return newFake(monday()) }

func greeted(o *Options) {
	o.Where = Where{Config: "/home/ines/.config/vigie/config.yaml", Data: "/home/ines/.local/share/vigie", Log: "/home/ines/.local/state/vigie/log"}
}

// Each key that is shown works.
func TestWelcomeOffers(t *testing.T) {
	term := &screenTerminal{}
	s := newSim(t, empty(), 80, 24, func(o *Options) { greeted(o); o.Terminal = term })
	s.wants(" d démo  a compte  l English  q quitter  ? aide")
	s.lacks("annuler", "chercher")
	s.keys("d a")
	if got := term.take(); !slices.Equal(got, []string{"run demo", "run account"}) {
		t.Errorf("ran %q", got)
	}
	s.keys("l")
	if !strings.Contains(s.screen(), "Welcome to vigie") {
		t.Error("the language is the same")
	}
	s.keys("l ?")
	if s.m.top() == nil {
		t.Error("no help")
	}
	s.keys("esc")
	term.err = inbox.Problem{Code: "program"}
	s.keys("d")
	if !strings.Contains(s.screen(), "échoué") {
		t.Errorf("a failure is not told:\n%s", s.screen())
	}
	s.keys("a")
	if !strings.Contains(s.screen(), "pas prêt") {
		t.Errorf("an account that failed is not told:\n%s", s.screen())
	}
	term.err = inbox.Problem{Code: "abandoned"}
	s.keys("a")
	if got := s.screen(); !strings.Contains(got, "rien n'est écrit") || strings.Contains(got, "C'est écrit") {
		t.Errorf("abandoned questions are not told:\n%s", got)
	}
	s.keys("q")
	if !s.quit {
		t.Error("q does not end the session")
	}
}

// Where the client cannot run them, the screen says what to type.
func TestWelcomeElsewhere(t *testing.T) {
	for _, term := range []Terminal{nil, &screenTerminal{remote: true}} {
		s := newSim(t, empty(), 80, 24, func(o *Options) {
			if greeted(o); term != nil {
				o.Terminal = term
			}
		})
		if !strings.Contains(s.screen(), "vigie demo, vigie account add") {
			t.Errorf("not said:\n%s", s.screen())
		}
		s.lacks(" d ", " a ")
		s.keys("d a")
		if term, ok := term.(*screenTerminal); ok && len(term.take()) > 0 {
			t.Error("run all the same")
		}
	}
}

func TestWelcomeGoesWithTheFirstAccount(t *testing.T) {
	f := empty()
	s := newSim(t, f, 80, 24, greeted)
	f.clients = testClients()
	s.send(changesCameMsg{[]inbox.Change{{All: true}}})
	if strings.Contains(s.screen(), "Bienvenue") {
		t.Error("still there")
	}
}

// A terminal with 16 colours is drawn on with those alone, in every theme.
func TestSixteenColours(t *testing.T) {
	for _, name := range []string{"dark", "light", "contrast", "mono"} {
		s := newSim(t, world(), 120, 40, func(o *Options) { o.Theme = name })
		s.m.Update(tea.ColorProfileMsg{Profile: colorprofile.ANSI})
		if got := s.m.View().Content; strings.Contains(got, "8;5;") || strings.Contains(got, "8;2;") {
			t.Errorf("%s: a colour of more than 16 in %q", name, got)
		}
		s.m.Update(tea.ColorProfileMsg{Profile: colorprofile.ANSI256})
		if got := s.m.View().Content; name == "dark" && !strings.Contains(got, "8;5;") {
			t.Error("there are no others again")
		}
	}
}
