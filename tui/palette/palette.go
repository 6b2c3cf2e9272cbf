// Package palette holds the two dialogs that are made from the key table: the
// palette, which finds every act by a few letters, and help.
package palette

import (
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"vigie/inbox/query"
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
	// Leads is, of an act of a screen of its own, the intent that opens that
	// screen: it is done there. To says so in words, with the key.
	Leads keys.Intent
	To    string
}

// runs is the intent that choosing an item carries out.
func (it Item) runs() keys.Intent {
	if it.Leads != "" {
		return it.Leads
	}
	return it.Intent
}

// Command is one that takes words behind its name.
type Command struct {
	Name  string
	Usage string   // what it takes and does, for people
	Offer []string // words that may follow; one that ends with a space goes on
}

// Typed: carry out a command with words.
type Typed struct {
	Line  string // as it was typed
	Name  string
	Words string // what follows the name
}

// Unknown: nothing is called like what was typed; Nearest is, nearly, "" for
// nothing.
type Unknown struct{ Line, Nearest string }

// Palette finds an act and runs it.
type Palette struct {
	items    []Item
	commands []Command
	history  []string // the newest last
	back     int      // how far one has gone back in it
	field    dialog.Field
	pick     int
	height   int
	cursor   *tea.Cursor
}

// New offers the items in their order, and commands that take words. begin is
// typed already.
func New(items []Item, commands []Command, history []string, begin string) *Palette {
	d := &Palette{items: items, commands: commands, history: history}
	d.field.Set(begin)
	return d
}

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

// screens are the places with acts of their own, and what opens them.
var screens = []struct {
	scope keys.Scope
	leads keys.Intent
}{
	{keys.Writing, keys.Reply},
	{keys.LinkingOut, keys.Reply},
	{keys.Outbox, keys.OutboxBox},
	{keys.Drafts, keys.DraftBox},
	{keys.Card, keys.Person},
	{keys.EscalationBox, keys.Escalations},
	{keys.JournalBox, keys.Journal},
	{keys.Digesting, keys.Digest},
	{keys.Health, keys.Accounts},
	{keys.Searching, keys.Search},
}

// Elsewhere makes the items of the acts that the screens of their own have and
// that are not among those given.
func Elsewhere(m keys.Map, p lang.Printer, given []Item) []Item {
	seen := map[keys.Intent]bool{}
	for _, it := range given {
		seen[it.Intent] = true
	}
	var out []Item
	for _, s := range screens {
		to, _ := m.Of(s.leads)
		for _, it := range Items(m, p, 0, s.scope) {
			if seen[it.Intent] {
				continue
			}
			seen[it.Intent] = true
			it.Why, it.Leads, it.To = "", s.leads, p.T(to.Help)
			if k := m.Key(s.leads); k != "" {
				it.To += " (" + k + ")"
			}
			out = append(out, it)
		}
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

// typed is the command that is being typed with its words; false: a search
// among the acts.
func (d *Palette) typed() (Command, string, bool) {
	name, rest, spaced := strings.Cut(strings.TrimLeft(d.field.Value(), " "), " ")
	for _, c := range d.commands {
		if c.Name == fold(name) && (spaced || !d.named(c.Name)) {
			return c, strings.TrimSpace(rest), true
		}
	}
	return Command{}, "", false
}

// named reports whether an act without words is called so.
func (d *Palette) named(name string) bool {
	return slices.ContainsFunc(d.items, func(it Item) bool { return string(it.Intent) == name })
}

// offers are the words that may follow what is typed of a command.
func (d *Palette) offers(c Command) []string {
	words := strings.Fields(d.field.Value())
	last := ""
	if v := d.field.Value(); len(words) > 1 && !strings.HasSuffix(v, " ") {
		last = words[len(words)-1]
	}
	var out []string
	for _, o := range c.Offer {
		if strings.HasPrefix(fold(o), fold(last)) && o != last {
			out = append(out, o)
		}
	}
	return out
}

// take completes: the word of a command, else the name of the act or command
// that is chosen.
func (d *Palette) take() {
	v := d.field.Value()
	if c, _, ok := d.typed(); ok {
		if offers := d.offers(c); len(offers) > 0 {
			head := v[:strings.LastIndex(v, " ")+1]
			if head == "" {
				head = v + " "
			}
			d.field.Set(head + offers[min(d.pick, len(offers)-1)])
			d.pick = 0
		}
		return
	}
	for _, c := range d.commands {
		if strings.HasPrefix(c.Name, fold(v)) {
			d.field.Set(c.Name + " ")
			return
		}
	}
	if found := d.found(); d.pick < len(found) {
		d.field.Set(string(found[d.pick].Intent))
		d.pick = 0
	}
}

// recall goes back and forth in what was typed before.
func (d *Palette) recall(delta int) {
	d.back = max(min(d.back+delta, len(d.history)), 0)
	if d.back == 0 {
		d.field.Set("")
		return
	}
	d.field.Set(d.history[len(d.history)-d.back])
}

// recalls reports whether the keys that move go through what was typed before:
// nothing else is typed.
func (d *Palette) recalls() bool {
	v := d.field.Value()
	return len(d.history) > 0 && d.pick == 0 && (v == "" || (d.back > 0 && v == d.history[len(d.history)-d.back]))
}

// nearest is the name of the command or act that is spelt most like a word.
func (d *Palette) nearest(word string) string {
	var names []string
	for _, c := range d.commands {
		names = append(names, c.Name)
	}
	for _, it := range d.items {
		names = append(names, string(it.Intent))
	}
	return query.Nearest(fold(word), names)
}

// View draws the dialog.
func (d *Palette) View(l look.Look, w, h int) []string {
	s := l.Spans(w).Add(l.Text, " ")
	x := d.field.Draw(l, s, ":", l.P.T("dialog.palette-hint"), true) + 1
	d.cursor = tea.NewCursor(x, 1)
	out := []string{s.End(l.Text)}
	if c, _, ok := d.typed(); ok {
		return append(out, d.usage(l, w, h-1, c)...)
	}
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

// usage tells of a command that is being typed: what it takes, and how it may
// go on.
func (d *Palette) usage(l look.Look, w, h int, c Command) []string {
	out := []string{l.Spans(w).Add(l.Key, "  "+c.Name).Add(l.Muted, "  "+c.Usage).End(l.Text)}
	offers := d.offers(c)
	d.pick = max(min(d.pick, len(offers)-1), 0)
	for i, o := range offers {
		sign, pen := "  ", l.Text
		if i == d.pick {
			sign, pen = l.Glyphs.Cursor+" ", l.Strong
		}
		out = append(out, l.Spans(w).Add(l.Key, sign).Add(pen, "  "+o).End(l.Text))
	}
	return out[:max(min(len(out), h), 0)]
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
	if it.To != "" {
		s.Fixed(l.Faint, string(it.Intent), 16).Add(l.Muted, " "+l.Glyphs.To+" "+it.To)
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

// Do moves, completes, and runs the chosen act.
func (d *Palette) Do(i keys.Intent) dialog.Action {
	n := len(d.found())
	command, words, typing := d.typed()
	if typing {
		n = len(d.offers(command))
	}
	switch i {
	case keys.NextField:
		d.take()
	case keys.Up, keys.Down:
		delta := map[keys.Intent]int{keys.Up: -1, keys.Down: 1}[i]
		if d.recalls() && (delta < 0 || d.back > 0) {
			d.recall(-delta)
			return nil
		}
		d.pick = max(min(d.pick+delta, n-1), 0)
	case keys.PageDown:
		d.pick = max(min(d.pick+d.height, n-1), 0)
	case keys.PageUp:
		d.pick = max(d.pick-d.height, 0)
	case keys.Accept, keys.Send:
		return d.accept(command, words, typing)
	}
	return nil
}

// accept runs what is typed or chosen.
func (d *Palette) accept(c Command, words string, typing bool) dialog.Action {
	line := strings.TrimSpace(d.field.Value())
	if typing {
		return Typed{line, c.Name, words}
	}
	if found := d.found(); d.pick < len(found) {
		return dialog.Run{Intent: found[d.pick].runs()}
	}
	name, _, _ := strings.Cut(line, " ")
	return Unknown{line, d.nearest(name)}
}
