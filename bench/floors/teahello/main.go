// Teahello is the smallest Bubble Tea program: what is measured on it is the
// floor for any program on that library.
package main

import (
	"flag"
	"fmt"
	"os"

	tea "charm.land/bubbletea/v2"
)

type model struct{ n int }

func (m model) Init() tea.Cmd { return nil }

func (m model) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	if k, ok := msg.(tea.KeyPressMsg); ok {
		if m.n++; k.String() == "q" {
			return m, tea.Quit
		}
	}
	return m, nil
}

func (m model) View() tea.View {
	v := tea.NewView("READY " + string(rune('a'+m.n%26)))
	v.AltScreen = true
	return v
}

func main() {
	fps := flag.Int("fps", 60, "frames per second")
	flag.Parse()
	if _, err := tea.NewProgram(model{}, tea.WithFPS(*fps)).Run(); err != nil {
		fmt.Fprintln(os.Stderr, "teahello:", err)
		os.Exit(1)
	}
}
