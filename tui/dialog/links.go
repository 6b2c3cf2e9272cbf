package dialog

import (
	"strconv"

	tea "charm.land/bubbletea/v2"

	"vigie/tui/cell"
	"vigie/tui/keys"
	"vigie/tui/lang"
	"vigie/tui/look"
)

// Address is a line of Links.
type Address struct {
	What string // what it is, in words
	URL  string // as inbox/text allows it; "": there is none
	Host string
}

// Links offers addresses by number, to open or to copy. It fetches nothing.
type Links struct {
	base
	Head  lang.Key
	Whose string // "" for nobody
	Items []Address
	pick  chooser
}

// CopyWanted: put an address on the clipboard of the terminal.
type CopyWanted struct{ URL, Host string }

// OpenWanted: show an address with the person's own opener, if there is one.
type OpenWanted struct{ URL, Host string }

// Scopes: its own keys, then those of lists.
func (*Links) Scopes() []keys.Scope { return []keys.Scope{keys.Links, keys.Pick} }

// Title names it.
func (d *Links) Title(l look.Look) string {
	title := l.P.T(d.Head)
	if d.Whose != "" {
		title += " " + l.Glyphs.Dot + " " + l.Cut(d.Whose, 40)
	}
	return title
}

// Any reports whether a line is chosen.
func (d *Links) Any() bool { return len(d.Items) > 0 }

// Rows: a line each, and the whole address of the chosen one.
func (d *Links) Rows(l look.Look, w int) int { return min(len(d.Items), 9) + len(d.whole(l, w)) }

// whole is the address of the chosen one, on as many lines as it takes.
func (d *Links) whole(l look.Look, w int) []string {
	const most = 6
	out := []string{l.Spans(w).Add(l.Faint, cell.Repeat(l.Glyphs.Rule, w)).End(l.Text)}
	if d.pick.at >= len(d.Items) {
		return nil
	}
	it := d.Items[d.pick.at]
	if it.URL == "" {
		return append(out, l.Spans(w).Add(l.Muted, " "+l.P.T("media.no-address")).End(l.Text))
	}
	for _, s := range l.Wrap(it.URL, max(w-2, 1)) {
		if len(out) < most {
			out = append(out, l.Spans(w).Add(l.Text, " ").Add(l.Link, s).End(l.Text))
		}
	}
	return out
}

// View draws the dialog.
func (d *Links) View(l look.Look, w, h int) []string {
	foot := d.whole(l, w)
	from, to := d.pick.window(len(d.Items), max(h-len(foot), 1))
	var out []string
	for i := from; i < to; i++ {
		it := d.Items[i]
		out = append(out, chosen(l, w, i == d.pick.at, func(s *cell.Spans) {
			s.Add(l.Key, strconv.Itoa(i+1)+" ")
			if it.Host == "" {
				s.Add(l.Text, it.What)
				return
			}
			host := l.Cut(it.Host, max(w/2, 8))
			s.Add(l.Link, l.Glyphs.Link+" "+host).Add(l.Muted, " "+l.Glyphs.Dot+" ").Add(l.Text, it.What)
		}))
	}
	out = append(out, foot...)
	return out[:min(len(out), h)]
}

// Key takes a line by its number, on any layout.
func (d *Links) Key(k tea.KeyPressMsg) Action {
	for _, name := range keys.Names(k.Key()) {
		if n, err := strconv.Atoi(name); err == nil && n >= 1 && n <= len(d.Items) {
			d.pick.at = n - 1
			return d.Do(keys.Open)
		}
	}
	return nil
}

// Do moves, opens and copies.
func (d *Links) Do(i keys.Intent) Action {
	if delta, ok := step(i, 9); ok {
		d.pick.move(delta, len(d.Items))
		return nil
	}
	if d.pick.at >= len(d.Items) {
		return nil
	}
	it := d.Items[d.pick.at]
	switch {
	case i != keys.Open && i != keys.Copy:
	case it.URL == "":
		return Refused{"media.no-address"}
	case i == keys.Open:
		return OpenWanted{it.URL, it.Host}
	case i == keys.Copy:
		return CopyWanted{it.URL, it.Host}
	}
	return nil
}

// Shown shows a text that could not be copied, to be taken by hand.
type Shown struct {
	base
	Why    string // "" for nothing to say
	Text   string
	top    int
	height int
}

// Title says what to do with it.
func (*Shown) Title(l look.Look) string { return l.P.T("copy.fallback") }

// Rows: why, and the text.
func (d *Shown) Rows(l look.Look, w int) int { return min(len(d.lines(l, w)), 12) }

func (d *Shown) lines(l look.Look, w int) []string {
	var out []string
	for _, s := range l.Wrap(d.Why, max(w-2, 1)) {
		if d.Why != "" {
			out = append(out, l.Spans(w).Add(l.Muted, " "+s).End(l.Text))
		}
	}
	for _, s := range l.Wrap(d.Text, max(w-1, 1)) {
		out = append(out, l.Spans(w).Add(l.Text, " "+s).End(l.Text))
	}
	return out
}

// View draws the dialog.
func (d *Shown) View(l look.Look, w, h int) []string {
	all := d.lines(l, w)
	d.height = h
	d.top = max(min(d.top, len(all)-h), 0)
	return all[d.top:min(d.top+h, len(all))]
}

// Do scrolls.
func (d *Shown) Do(i keys.Intent) Action {
	if delta, ok := step(i, d.height); ok {
		d.top = max(d.top, 0) + max(min(delta, far), -far)
		return nil
	}
	if i == keys.Accept {
		return Closed{}
	}
	return nil
}
