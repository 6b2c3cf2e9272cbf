package tui

import (
	"testing"

	tea "charm.land/bubbletea/v2"

	"vigie/inbox"
)

// After a refused answer the words typed on are no commands.
func TestRefusedTextTakesWhatIsTyped(t *testing.T) {
	for name, tt := range map[string]struct {
		why  string
		keys []string
		says string
	}{
		"answer":  {inbox.CodeMachine, []string{"r"}, "personne ne lit"},
		"private": {inbox.CodeUnsupported, []string{"R"}, "réponse privée"},
		"early":   {inbox.CodeUnsupported, []string{"j r"}, "ne le permet pas"},
		"edit":    {inbox.CodeUnsupported, []string{"m", "E"}, "Pas de texte ici"},
	} {
		t.Run(name, func(t *testing.T) {
			f := world()
			f.noReply = tt.why
			s := newSim(t, f, 80, 24, nil)
			s.keys(tt.keys...)
			s.wants("Pas de texte ici", tt.says)
			before, open := s.current().ID, len(s.m.dialogs)
			s.keys("text:Merci beaucoup, bonjour et coucou", "enter", "text:Merci", "enter")
			s.m.Update(tea.PasteMsg{Content: "eee"})
			if len(s.m.dialogs) != open || s.current().ID != before || s.m.list.Marked() > 0 || s.m.composer.Active() {
				t.Error("what was typed did something")
			}
			if got := f.find(t, s.current().Author.Name.String()); got.State != inbox.Ours {
				t.Errorf("the thread is %s", got.State)
			}
			s.wants("ce texte n'est pas gardé")
			s.keys("esc")
			s.lacks("Pas de texte ici")
		})
	}
}

// A notice nobody has typed into is closed by enter too, and says all it has to say.
func TestNoticeSaysAll(t *testing.T) {
	f := world()
	f.noReply = inbox.CodeMachine
	s := newSim(t, f, 40, 20, nil)
	s.keys("r")
	s.wants("Pas de texte ici", "esc ou enter fermer", "(e)")
	s.keys("enter")
	s.lacks("Pas de texte ici")
}
