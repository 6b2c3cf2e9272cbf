package tui

import (
	"context"
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"vigie/inbox"
	"vigie/tui/keys"
	"vigie/tui/lang"
	"vigie/tui/palette"
)

// mostCommands is how many commands are remembered.
const mostCommands = 50

// command is one that takes words.
type command struct {
	name string
	run  func(m *Model, words string) tea.Cmd
	// offer are the words that may follow; nil: any.
	offer func(m *Model) []string
}

// commands that take words, by name. All others are the intents of the key
// table.
func commands() []command {
	return []command{
		{"snooze", (*Model).commandSnooze, func(*Model) []string { return strings.Fields("1h 3h demain lun tomorrow mon") }},
		{"tag", (*Model).commandTag, (*Model).offeredTags},
		{"client", (*Model).commandClient, (*Model).offeredClients},
		{"view", (*Model).commandView, func(*Model) []string { return []string{"save ", "drop"} }},
		{"split", (*Model).commandView, func(*Model) []string { return []string{"save ", "drop"} }},
		{"quiet", (*Model).commandQuiet, func(*Model) []string { return strings.Fields("30min 1h 2h") }},
		{"filter", (*Model).commandFilter, nil},
		{"fin", func(m *Model, _ string) tea.Cmd { return m.run(keys.DayEnd) }, nil},
	}
}

// palette opens the commands, with what is typed already.
func (m *Model) palette(begin string) *palette.Palette {
	var with []palette.Command
	for _, c := range commands() {
		var offer []string
		if c.offer != nil {
			offer = c.offer(m)
		}
		with = append(with, palette.Command{Name: c.name, Usage: m.look.P.T(lang.Key("command." + c.name)), Offer: offer})
	}
	return palette.New(m.commands(), with, m.history, begin)
}

// command carries out a command that takes words.
func (m *Model) command(c palette.Typed) tea.Cmd {
	m.remember(c.Line)
	for _, known := range commands() {
		if known.name == c.Name {
			return known.run(m, c.Words)
		}
	}
	return m.unknown(palette.Unknown{Line: c.Line, Nearest: c.Name})
}

// unknown says that there is no such command, and which may be meant.
func (m *Model) unknown(u palette.Unknown) tea.Cmd {
	line := m.look.Cut(u.Line, 30)
	if u.Nearest == "" {
		return m.warn("palette.unknown", line)
	}
	return m.warn("palette.nearest", line, u.Nearest)
}

// remember keeps a command for the next time, the newest last.
func (m *Model) remember(line string) {
	m.history = slices.DeleteFunc(slices.Clone(m.history), func(h string) bool { return h == line })
	m.history = append(m.history, line)
	m.history = m.history[max(len(m.history)-mostCommands, 0):]
}

func (m *Model) commandSnooze(words string) tea.Cmd {
	if words == "" {
		return m.run(keys.Snooze)
	}
	if _, ok := m.list.Current(); !ok {
		return m.warn("why.no-thread")
	}
	b, by := m.backend, m.by
	return m.bulk("done.snoozed", func(ctx context.Context, ids []inbox.ThreadID) error {
		return b.Nap(ctx, by, ids, words)
	})
}

func (m *Model) commandTag(words string) tea.Cmd {
	changes := strings.Fields(words)
	if len(changes) == 0 {
		return m.run(keys.Tag)
	}
	if _, ok := m.list.Current(); !ok {
		return m.warn("why.no-thread")
	}
	for i, c := range changes {
		if c[0] != '+' && c[0] != '-' {
			changes[i] = "+" + c
		}
	}
	b, by := m.backend, m.by
	return m.bulk("done.tagged", func(ctx context.Context, ids []inbox.ThreadID) error {
		return b.Tag(ctx, by, ids, changes)
	})
}

func (m *Model) offeredTags() []string {
	var out []string
	for _, t := range m.list.Tags() {
		out = append(out, "+"+t, "-"+t)
	}
	return out
}

// commandClient narrows to a client by its id, its name or its digit.
func (m *Model) commandClient(words string) tea.Cmd {
	asked := viewID(words)
	if asked == "" || asked == "0" || asked == viewID(m.look.P.T("header.all")) {
		return m.pickClient(0)
	}
	for i, c := range m.look.Clients {
		if viewID(string(c.ID)) == asked || viewID(c.Name) == asked || asked == string(rune('1'+i)) {
			return m.pickClient(i + 1)
		}
	}
	return m.warn("client.unknown", m.look.Cut(words, 30))
}

func (m *Model) offeredClients() []string {
	var out []string
	for _, c := range m.look.Clients {
		out = append(out, string(c.ID))
	}
	return out
}

// commandView saves or drops a tab.
func (m *Model) commandView(words string) tea.Cmd {
	verb, name, _ := strings.Cut(strings.TrimSpace(words), " ")
	switch verb {
	case "save":
		return m.saveView(name)
	case "drop":
		return m.dropView(name)
	}
	return m.warn("view.usage")
}

// commandQuiet silences all but persons with a badge for a while.
func (m *Model) commandQuiet(words string) tea.Cmd {
	if words == "" {
		return m.askCommand("quiet ")
	}
	return m.quiet(words)
}

func (m *Model) commandFilter(words string) tea.Cmd {
	if words == "" {
		return m.run(keys.Filter)
	}
	return m.filterBy(words)
}
