package tui

import (
	"context"
	"slices"
	"strings"
	"unicode"

	tea "charm.land/bubbletea/v2"

	"vigie/inbox"
	"vigie/inbox/words"
	"vigie/tui/dialog"
	"vigie/tui/keys"
	"vigie/tui/lang"
)

// viewsChangedMsg is what became of a view that was saved or dropped.
type viewsChangedMsg struct {
	said lang.Key
	name string
	show string // the view to turn to; "" for none
	err  error
}

// saveView keeps what the list shows as a tab: the view's own query and the
// filter; without a filter, what was searched for last.
func (m *Model) saveView(name string) tea.Cmd {
	name = strings.TrimSpace(name)
	id := viewID(name)
	if id == "" {
		return m.warn("view.no-name")
	}
	v := m.query().View
	filter := m.filter
	if filter == "" && v.Query == "" && m.search != nil {
		v, filter = inbox.View{}, m.search.Asks().Query
	}
	asked, err := both(v.Query, filter)
	switch {
	case err != nil:
		return m.wrong(err)
	case asked == "":
		return m.warn("view.nothing", m.keys.Key(keys.Filter))
	}
	saved := inbox.View{ID: id, Name: name, Query: asked, Split: v.Split, State: v.State, Saved: true}
	b := m.backend
	return m.call(func(ctx context.Context) tea.Msg {
		return viewsChangedMsg{said: "view.saved", name: name, show: id, err: b.SaveView(ctx, saved)}
	})
}

// dropView takes a saved tab away: the one with that name, else the one that is
// shown.
func (m *Model) dropView(name string) tea.Cmd {
	v := m.query().View
	if id := viewID(name); id != "" {
		i := slices.IndexFunc(m.views, func(v inbox.View) bool { return v.ID == id || viewID(m.look.ViewName(v)) == id })
		if i < 0 {
			return m.warn("view.unknown", name)
		}
		v = m.views[i]
	}
	b, called, said := m.backend, m.look.ViewName(v), lang.Key("view.dropped")
	switch {
	case v.Builtin():
		return m.warn("view.builtin", called)
	case !v.Saved: // it may hide a saved one
		said = "view.uncovered"
	}
	return m.call(func(ctx context.Context) tea.Msg {
		return viewsChangedMsg{said: said, name: called, err: b.DropView(ctx, v.ID)}
	})
}

// gotViews tells what became of it, and loads the tabs anew.
func (m *Model) gotViews(msg viewsChangedMsg) tea.Cmd {
	if msg.said == "view.uncovered" && inbox.ProblemOf(msg.err).Code == inbox.CodeView {
		return m.warn("view.configured", msg.name)
	}
	if msg.err != nil {
		return m.wrong(msg.err)
	}
	m.turnTo = msg.show
	return tea.Batch(m.say(msg.said, msg.name), m.loadDesk())
}

// turned shows the tab that was just made, once it is there: the filter is its
// own then.
func (m *Model) turned() tea.Cmd {
	n := slices.IndexFunc(m.views, func(v inbox.View) bool { return v.ID == m.turnTo && m.turnTo != "" })
	if n < 0 {
		return nil
	}
	m.turnTo = ""
	if m.composer.Active() || m.top() != nil {
		return nil // the hand has gone on
	}
	m.filter = ""
	return m.pickView(n)
}

// viewID is the short word of a name: letters and digits, parted by dashes.
func viewID(name string) string {
	folded := string(words.Fold(nil, name))
	parts := strings.FieldsFunc(folded, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
	return strings.Join(parts, "-")
}

// nameView asks for the name of a tab, or takes it from the command.
func (m *Model) nameView() tea.Cmd {
	return m.askCommand("view save ")
}

// askCommand opens the palette with the beginning of a command.
func (m *Model) askCommand(begin string) tea.Cmd {
	m.push(m.palette(begin))
	return nil
}

// marked carries out what a dialog of marks answers.
func (m *Model) marked(a dialog.MarkPicked) tea.Cmd { return m.markAll(a.Query, false) }
