package composer

import (
	"strings"
	"unicode"

	"vigie/inbox"
	"vigie/inbox/charter"
	"vigie/inbox/length"
	"vigie/tui/lang"
	"vigie/tui/look"
)

// limit is how long the text may be here.
func (m *Model) limit() inbox.TextLimit {
	if m.Note || m.Away != "" {
		return inbox.TextLimit{}
	}
	kind := m.Thread.Kind
	if m.Private() {
		kind = inbox.KindDM
	}
	return m.Caps.LimitWith(kind, max(len(m.media), m.shown))
}

// check finds out about the text what is not known yet.
func (m *Model) check() *checked {
	c := &m.checked
	s := m.Value()
	if c.there && c.text == s && c.limit == m.limit() {
		return c
	}
	*c = checked{text: s, limit: m.limit(), there: true, long: length.Measure(s, m.limit()), words: wordsIn(s)}
	if m.Note {
		return c
	}
	for _, g := range m.area.Gaps() {
		c.gaps = append(c.gaps, g.Name)
	}
	c.found = charter.Check(m.view.Client.Charter, "", s)
	if c.long.Over() {
		c.parts = m.cuts.Split(s, m.limit())
	}
	return c
}

// wordsIn counts what has a letter or a digit between two spaces.
func wordsIn(s string) int {
	n := 0
	for w := range strings.FieldsSeq(s) {
		if strings.ContainsFunc(w, func(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }) {
			n++
		}
	}
	return n
}

// Length measures what is written.
func (m *Model) Length() length.Length { return m.check().long }

// InParts reports whether the text will be sent in parts.
func (m *Model) InParts() bool { return m.parts && len(m.check().parts) > 1 }

// TurnParts sends a text that is too long in parts, or no longer; false: it is
// not too long, or cannot be parted.
func (m *Model) TurnParts() bool {
	if len(m.check().parts) < 2 {
		return false
	}
	m.parts = !m.parts
	m.Why = ""
	return true
}

// Parts are what is sent: one text, or its parts one after the other.
func (m *Model) Parts() []string {
	if m.InParts() {
		return m.check().parts
	}
	return []string{m.Value()}
}

// Refuse says why the text cannot be sent as it is; "" when it can.
func (m *Model) Refuse(p lang.Printer) string {
	c := m.check()
	switch {
	case strings.TrimSpace(c.text) == "" && (len(m.media) == 0 || !m.Caps.Media.Alone):
		return p.T("composer.empty")
	case m.Unchanged():
		return p.T("composer.same")
	case len(c.gaps) > 0:
		return p.T("composer.gap", c.gaps[0], m.Keys.Complete)
	case c.long.Over() && !m.InParts() && len(c.parts) > 1:
		return p.T("composer.part-it", len(c.parts), m.Keys.Parts)
	case c.long.Over() && !m.InParts():
		return p.T("composer.too-long")
	}
	return ""
}

// Offends is the worst of what the client's charter says against the text;
// asked: somebody knows what it advises against. False: nothing.
func (m *Model) Offends(asked bool) (charter.Finding, bool) {
	return charter.Worst(m.check().found, asked)
}

// Advised reports whether the charter advises against something in the text.
func (m *Model) Advised() bool { return len(m.check().found) > 0 }

// counters are the forms of the counter in the network's own unit, the longest
// first.
func (m *Model) counters(l look.Look) []string {
	c := m.check()
	n, dot := c.long, " "+l.Glyphs.Dot+" "
	unit := l.P.T(lang.Key("unit." + string(n.Limit.Unit)))
	words := l.P.T("composer.words", c.words) + dot
	switch {
	case n.Limit.Max == 0:
		count := l.P.T("composer.count", n.Count)
		return []string{words + count, count}
	case m.InParts():
		parts := l.P.T("composer.parts", len(c.parts))
		return []string{parts + dot + l.P.T("composer.long", n.Count, unit), parts}
	case n.Over() && n.Count > n.Limit.Max:
		by := l.P.T("composer.over", -n.Left(), n.Count, n.Limit.Max)
		return []string{by + " " + unit, by, l.P.T("composer.over-by", -n.Left())}
	case n.Over():
		over := n.Bytes - n.Limit.MaxBytes
		return []string{l.P.T("composer.over-bytes", over, n.Bytes, n.Limit.MaxBytes), l.P.T("composer.over-by", over)}
	}
	left := m.left(l, n)
	if n.Limit.Unit == inbox.Bytes { // accents count twice: the number alone would not be understood
		return []string{words + left, left}
	}
	return []string{words + left, left, l.P.T("composer.short", n.Count, n.Limit.Max)}
}

func (m *Model) left(l look.Look, n length.Length) string {
	return l.P.T("composer.left", n.Count, n.Limit.Max, l.P.T(lang.Key("unit."+string(n.Limit.Unit))))
}
