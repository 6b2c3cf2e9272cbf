package dialog

import (
	"vigie/inbox"
	"vigie/inbox/text"
	"vigie/tui/keys"
	"vigie/tui/look"
)

// LinkOut asks whether a person has answered on the network itself, where
// vigie cannot: the link and, unless the terminal took a copy, the text are
// there to be taken by hand. The key that sends, which may be held down, does
// not say yes.
type LinkOut struct {
	base
	Thread         inbox.Thread
	Text, URL      string
	Copied, Opened bool
	Keys           []keys.Binding // of its scope

	top, height int
}

// AnsweredThere: the person says that they answered there.
type AnsweredThere struct{}

// LinkWanted: show the link with the person's own opener.
type LinkWanted struct{ URL string }

// Scopes: its own keys, then those of lists.
func (*LinkOut) Scopes() []keys.Scope { return []keys.Scope{keys.LinkingOut, keys.Pick} }

// Title is the question.
func (d *LinkOut) Title(l look.Look) string {
	return l.P.T("linkout.title") + " " + l.Glyphs.Dot + " " + threads(l, []inbox.Thread{d.Thread})
}

// Rows: what was done, the link, the text, the keys.
func (d *LinkOut) Rows(l look.Look, w int) int { return len(d.lines(l, w)) + 1 }

func (d *LinkOut) lines(l look.Look, w int) (out []string) {
	add := func(words string) {
		for _, s := range l.Wrap(words, max(w-2, 1)) {
			out = append(out, l.Spans(w).Add(l.Text, " "+s).End(l.Text))
		}
	}
	switch host := text.Host(d.URL); {
	case d.Copied && d.Opened:
		add(l.P.T("linkout.both", host))
	case d.Copied:
		add(l.P.T("linkout.copied", host))
	case d.Opened:
		add(l.P.T("linkout.opened", host))
	default:
		add(l.P.T("linkout.neither", host))
	}
	for _, s := range l.Wrap(d.URL, max(w-3, 1)) {
		out = append(out, l.Spans(w).Add(l.Text, "  ").Add(l.Link, s).End(l.Text))
	}
	for _, s := range l.Paragraph(text.Clean(d.Text), max(w-3, 1)) {
		out = append(out, l.Spans(w).Add(l.Ours, " "+l.Glyphs.Ours).Add(l.Text, " "+s).End(l.Text))
	}
	return out
}

// View draws the dialog: the keys stay, whatever is cut.
func (d *LinkOut) View(l look.Look, w, h int) []string {
	all := d.lines(l, w)
	d.height = max(h-1, 1)
	d.top = max(min(d.top, len(all)-d.height), 0)
	out := append([]string{}, all[d.top:min(d.top+d.height, len(all))]...)
	if h < 2 {
		return out[:min(len(out), h)]
	}
	return append(out, d.answers(l, w))
}

// answers is the line that says what its keys do, in as many words as fit.
func (d *LinkOut) answers(l look.Look, w int) string {
	long, short := l.Spans(w), l.Spans(w)
	for i, b := range d.Keys {
		if len(b.Keys) == 0 {
			continue
		}
		words := b.Help
		if less := words + ".short"; l.P.Has(less) {
			words = less
		}
		if i > 0 {
			short.Add(l.Text, " ")
		}
		short.Add(l.Key, " "+b.Keys[0]+" ").Add(l.Muted, l.P.T(words))
		if b.Intent != keys.Link {
			words = b.Help
		}
		long.Add(l.Key, " "+b.Keys[0]+" ").Add(l.Muted, l.P.T(words)+"  ")
	}
	if long.Left() > 0 {
		return long.End(l.Text)
	}
	return short.End(l.Text)
}

// Do answers, opens the link, and scrolls.
func (d *LinkOut) Do(i keys.Intent) Action {
	if delta, ok := step(i, d.height); ok {
		d.top = max(d.top, 0) + max(min(delta, far), -far)
		return nil
	}
	switch i {
	case keys.Answered:
		return AnsweredThere{}
	case keys.Link:
		return LinkWanted{d.URL}
	}
	return nil
}
