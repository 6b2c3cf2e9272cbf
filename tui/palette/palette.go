// Package palette holds the two dialogs that are made from the key table: the
// palette, which finds every act by a few letters, and help.
package palette

import (
	"strings"

	tea "charm.land/bubbletea/v2"

	"vigie/tui/dialog"
	"vigie/tui/keys"
	"vigie/tui/lang"
	"vigie/tui/look"
)

// Item is one act of the palette.
type Item struct {
	Intent keys.Intent
	Help   string
	Keys   []string
	Why    lang.Key // why it makes no sense now; "": it does
}

// Palette finds an act and runs it.
type Palette struct {
	items  []Item
	field  dialog.Field
	pick   int
	height int
	cursor *tea.Cursor
}

// New offers the items in their order.
func New(items []Item) *Palette { return &Palette{items: items} }

// Items makes the palette's items from the key table.
func Items(m keys.Map, p lang.Printer, met keys.Need, scopes ...keys.Scope) []Item {
	var out []Item
	seen := map[keys.Intent]bool{}
	for _, b := range m.In(scopes...) {
		if seen[b.Intent] {
			continue
		}
		seen[b.Intent] = true
		out = append(out, Item{Intent: b.Intent, Help: p.T(b.Help), Keys: b.Keys, Why: b.Blocked(met)})
	}
	return out
}

// Scopes: a text field.
func (*Palette) Scopes() []keys.Scope { return []keys.Scope{keys.Form} }

// Title names it.
func (*Palette) Title(l look.Look) string { return l.P.T("dialog.palette") }

// Large: a sheet is enough.
func (*Palette) Large() bool { return false }

// Rows: the field and a dozen of acts.
func (*Palette) Rows(look.Look, int) int { return 13 }

// Cursor is in the field.
func (d *Palette) Cursor() *tea.Cursor { return d.cursor }

// found are the items that hold every word typed, the best first.
func (d *Palette) found() []Item {
	words := strings.Fields(fold(d.field.Value()))
	var exact, begin, rest []Item
	for _, it := range d.items {
		name, hay := string(it.Intent), fold(string(it.Intent)+" "+it.Help)
		all := true
		for _, w := range words {
			all = all && strings.Contains(hay, w)
		}
		switch typed := strings.Join(words, "-"); {
		case !all && typed != name:
		case typed == name:
			exact = append(exact, it)
		case typed != "" && (strings.HasPrefix(name, typed) || strings.HasPrefix(fold(it.Help), words[0])):
			begin = append(begin, it)
		default:
			rest = append(rest, it)
		}
	}
	return append(append(exact, begin...), rest...)
}

var folder = strings.NewReplacer("é", "e", "è", "e", "ê", "e", "à", "a", "â", "a", "ô", "o", "ù", "u", "û", "u", "î", "i", "ç", "c", "œ", "oe")

func fold(s string) string { return folder.Replace(strings.ToLower(s)) }

// View draws the dialog.
func (d *Palette) View(l look.Look, w, h int) []string {
	s := l.Spans(w).Add(l.Text, " ")
	x := d.field.Draw(l, s, ":", l.P.T("dialog.palette-hint"), true) + 1
	d.cursor = tea.NewCursor(x, 1)
	out := []string{s.End(l.Text)}
	found := d.found()
	d.height = max(h-1, 1)
	d.pick = max(min(d.pick, len(found)-1), 0)
	from := max(d.pick-d.height+1, 0)
	for i := from; i < len(found) && len(out) < h; i++ {
		out = append(out, d.item(l, w, found[i], i == d.pick))
	}
	if len(found) == 0 && h > 1 {
		out = append(out, l.Spans(w).Add(l.Muted, "  "+l.P.T("palette.none")).End(l.Text))
	}
	return out[:min(len(out), h)]
}

func (d *Palette) item(l look.Look, w int, it Item, on bool) string {
	s := l.Spans(w)
	sign, p := "  ", l.Text
	if on {
		sign = l.Glyphs.Cursor + " "
	}
	if it.Why != "" {
		p = l.Muted
	}
	s.Add(l.Key, sign).Fixed(p, it.Help, min(40, max(w-30, 16))).Add(l.Text, " ")
	if it.Why != "" {
		s.Fixed(l.Faint, string(it.Intent), 16).Add(l.Warn, " "+l.P.T(it.Why))
		return s.End(l.Text)
	}
	s.Fixed(l.Faint, string(it.Intent), 16).Add(l.Key, " "+strings.Join(it.Keys, ", "))
	return s.End(l.Text)
}

// Key types.
func (d *Palette) Key(k tea.KeyPressMsg) dialog.Action {
	if d.field.Key(k) {
		d.pick = 0
	}
	return nil
}

// Paste types what was pasted.
func (d *Palette) Paste(s string) dialog.Action { d.field.Paste(s); d.pick = 0; return nil }

// Do moves, and runs the chosen act.
func (d *Palette) Do(i keys.Intent) dialog.Action {
	found := d.found()
	switch i {
	case keys.Down:
		d.pick = min(d.pick+1, max(len(found)-1, 0))
	case keys.Up:
		d.pick = max(d.pick-1, 0)
	case keys.PageDown:
		d.pick = min(d.pick+d.height, max(len(found)-1, 0))
	case keys.PageUp:
		d.pick = max(d.pick-d.height, 0)
	case keys.Accept, keys.Send:
		if d.pick < len(found) {
			return dialog.Run{Intent: found[d.pick].Intent}
		}
	}
	return nil
}
