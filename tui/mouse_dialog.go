package tui

import (
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"vigie/tui/dialog"
	"vigie/tui/keys"
	"vigie/tui/status"
)

// clickHint does what the key does that is told where the pointer is.
func (m *Model) clickHint(x int) tea.Cmd {
	scopes := m.scopes()
	shown, last := m.hintBindings(scopes, m.hinted())
	if m.seq != "" {
		shown, last = m.keys.After(m.seq, scopes...), nil
	}
	b, ok := status.HintAt(m.look, shown, last, m.w, x)
	if !ok || slices.ContainsFunc(keys.Typed(), func(t keys.Binding) bool { return slices.Equal(t.Keys, b.Keys) }) {
		return nil
	}
	m.seq, m.pressed = "", ""
	return m.bound(b)
}

// clickDialog does what a key does that is written where the pointer is, or
// chooses the line there; a click on the chosen line takes it.
func (m *Model) clickDialog(at tea.Mouse) tea.Cmd {
	s := m.lay.sheet
	if !m.armed || !s.holds(at.X, at.Y) {
		return nil
	}
	d, y := m.top(), at.Y-s.y
	lines := m.sheetLines(d)
	if b, ok := m.button(lines[y], at.X-s.x); ok {
		return m.bound(b)
	}
	from := m.chosenLine(lines)
	if y == 0 || strings.TrimSpace(lines[y]) == "" {
		return nil
	}
	if y == from {
		return m.chose(d, keys.Accept, keys.Open)
	}
	var cmds []tea.Cmd
	if from < 0 && slices.Contains(d.Scopes(), keys.Form) { // nothing is chosen yet
		cmds = append(cmds, m.chose(d, keys.Down))
	} else if from < 0 {
		return nil
	}
	return tea.Batch(append(cmds, m.chooseLine(d, lines[y])...)...)
}

// chooseLine steps to the line that says words, or to the entry of several lines
// that holds it: with each step lines may move.
func (m *Model) chooseLine(d dialog.Dialog, words string) (cmds []tea.Cmd) {
	said := func(s string) string { return strings.TrimSpace(strings.TrimPrefix(s, m.look.Glyphs.Cursor)) }
	for range m.lay.sheet.h {
		m.arrange()
		lines := m.sheetLines(d)
		from := m.chosenLine(lines)
		y := slices.IndexFunc(lines, func(s string) bool { return said(s) == said(words) })
		next := slices.IndexFunc(lines[max(from+1, 0):], func(s string) bool { return strings.HasPrefix(s, "  ") && !strings.HasPrefix(s, "   ") })
		switch {
		case from < 0 || y < 0 || y == from:
			return cmds
		case y < from:
			cmds = append(cmds, m.chose(d, keys.Up))
		case next < 0 || y < from+1+next: // it belongs to the chosen one
			return cmds
		default:
			cmds = append(cmds, m.chose(d, keys.Down))
		}
	}
	return cmds
}

// chose carries out the first of the intents that the dialog has.
func (m *Model) chose(d dialog.Dialog, intents ...keys.Intent) tea.Cmd {
	for _, b := range m.keys.In(d.Scopes()...) {
		if slices.Contains(intents, b.Intent) {
			return m.bound(b)
		}
	}
	return nil
}

// sheetLines are the lines of a dialog as they are on the screen, without colour.
func (m *Model) sheetLines(d dialog.Dialog) []string {
	lines := dialog.Sheet(d, m.look, m.lay.sheet.w, m.lay.sheet.h)
	for i := range lines {
		lines[i] = bare(lines[i])
	}
	return lines
}

// chosenLine is the line with the sign of the choice; -1: none.
func (m *Model) chosenLine(lines []string) int {
	sign := m.look.Glyphs.Cursor
	return slices.IndexFunc(lines, func(s string) bool { return strings.HasPrefix(s, sign) })
}

// button is the binding whose key is written in a line at or left of a cell:
// "enter yes   esc no".
func (m *Model) button(line string, x int) (keys.Binding, bool) {
	var found keys.Binding
	ok := false
	for _, name := range []string{"enter", "esc", "ctrl+s"} {
		b, _, _ := m.keys.Lookup("", []string{name}, m.scopes()...)
		i := strings.Index(" "+line, " "+name+" ")
		if i < 0 || b.Intent == "" {
			continue
		}
		if from := m.look.Width(line[:i]); x >= from && x < m.look.Width(strings.TrimRight(line, " ")) && (!ok || strings.Index(line, found.Keys[0]) < i) {
			found, ok = b, true
			found.Keys = []string{name}
		}
	}
	return found, ok
}

// bare is a drawn line without its colours.
func bare(line string) string {
	var b strings.Builder
	for {
		before, rest, styled := strings.Cut(line, "\x1b[")
		b.WriteString(before)
		if !styled {
			return b.String()
		}
		_, line, _ = strings.Cut(rest, "m")
	}
}
