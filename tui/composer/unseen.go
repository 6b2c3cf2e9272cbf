package composer

import (
	"vigie/inbox"
	"vigie/tui/lang"
	"vigie/tui/look"
)

// unseen says that nobody else sees what is answered, and so the answer
// neither; "" when they do.
func (m *Model) unseen(l look.Look) string {
	if m.Note || m.secret() || m.Away != "" || m.parent.Outgoing {
		return ""
	}
	key := lang.Key("unseen." + string(m.parent.Status))
	if m.parent.Status == "" || !l.P.Has(key) {
		return ""
	}
	words := l.P.T(key)
	if m.parent.Status == inbox.StatusHeld && m.Keys.Publish != "" && m.Caps.Can(inbox.ActApprove) {
		words += " " + l.Glyphs.Dot + " " + l.P.T("unseen.publish", m.Keys.Publish)
	}
	return words
}
