package look

import (
	"strings"

	"vigie/inbox"
	"vigie/inbox/text"
	"vigie/tui/lang"
)

// Medium says of what kind an attachment is, what it shows, and which host it
// would come from.
func (l Look) Medium(m inbox.Media) text.Safe {
	kind := m.Kind
	if k := lang.Key("media." + m.Kind); l.P.Has(k) {
		kind = l.P.T(k)
	}
	alt := l.P.T("media.no-alt")
	if !m.Alt.Empty() {
		alt = m.Alt.String()
	}
	words := "[" + kind + "] " + strings.TrimSpace(alt)
	if h := text.Host(m.URL); h != "" {
		words += " (" + h + ")"
	}
	return text.Clean(words)
}
