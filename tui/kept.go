package tui

import (
	tea "charm.land/bubbletea/v2"

	"vigie/tui/dialog"
)

// keep keeps what was typed in a dialog that is left, for as long as the
// session lasts, and tells it.
func (m *Model) keep(d dialog.Dialog) tea.Cmd {
	k, ok := d.(dialog.Keeper)
	if !ok || k.Keeps() == "" {
		return nil
	}
	texts := k.Texts()
	if dialog.Blank(texts) {
		m.used(d)
		return nil
	}
	if m.kept == nil {
		m.kept = map[string][]string{}
	}
	m.kept[k.Keeps()] = texts
	return m.say("dialog.kept")
}

// restore puts back what was typed in that dialog when it was left.
func (m *Model) restore(d dialog.Dialog) {
	k, ok := d.(dialog.Keeper)
	if !ok {
		return
	}
	if texts, kept := m.kept[k.Keeps()]; kept && dialog.Blank(k.Texts()) {
		k.SetTexts(texts)
	}
}

// used forgets what was typed in a dialog: it is on its way, or was deleted.
func (m *Model) used(d dialog.Dialog) {
	if k, ok := d.(dialog.Keeper); ok {
		delete(m.kept, k.Keeps())
	}
}
