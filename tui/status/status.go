// Package status draws what frames the panes: the line of clients, the tabs
// and the sidebar of views, the line that says what is wrong, and the hints.
// All of it is drawn from values and keeps no state.
package status

import (
	"slices"
	"strconv"
	"time"

	"vigie/inbox"
	"vigie/tui/cell"
	"vigie/tui/keys"
	"vigie/tui/look"
	"vigie/tui/theme"
)

// Desk is what the frame tells of.
type Desk struct {
	Views    []inbox.View
	View     int
	Client   inbox.ClientID
	Counts   inbox.Counters
	Tallies  map[string]Tally // of views with a query, by their id
	Stale    bool             // Tallies are of another client: they are not told
	Accounts []inbox.AccountStatus
	Due      time.Time // the next deadline of all clients; zero: none
	Below    bool      // a line of clients stands above: the program is named there
}

// owed is what a client's number in the header counts: threads that are ours.
func (d Desk) owed(id inbox.ClientID) (total, unread int) {
	return d.Counts.Sum(id, inbox.Inbox, inbox.Ours)
}

// Tally is how many threads a view with a query holds; without Exact there may
// be more.
type Tally struct {
	N     int
	Exact bool
}

// Count is the number beside a view, as it is written; "" for none. unread
// reports whether there is something in it that nobody has read.
func (d Desk) Count(v inbox.View) (words string, unread bool) {
	if v.Query != "" {
		t, ok := d.Tallies[v.ID]
		switch {
		case !ok || d.Stale || (t.N == 0 && t.Exact):
			return "", false
		case !t.Exact:
			return strconv.Itoa(t.N) + "+", false
		}
		return strconv.Itoa(t.N), false
	}
	open := []inbox.State{inbox.Ours, inbox.Theirs, inbox.Snoozed, inbox.Escalated}
	states := v.State
	if len(states) == 0 || v.Split == inbox.Watches {
		states = open
	}
	if slices.Equal(states, []inbox.State{inbox.Done}) {
		return "", false // grows for ever and asks for nothing
	}
	total, fresh := d.Counts.Sum(d.Client, v.Split, states...)
	return number(total), fresh > 0
}

// Shown reports whether the n-th view has a tab: one that hides itself when it
// is empty has none then, unless one looks at it.
func (d Desk) Shown(n int) bool {
	v := d.Views[n]
	if !v.Hide || n == d.View {
		return true
	}
	d.Stale = false // tabs keep their places until the new numbers are there
	number, _ := d.Count(v)
	return number != ""
}

// Tabs is the line of views of screens without a sidebar; news are words about
// the list, at its right end where there is room: see NewsFit.
func Tabs(l look.Look, d Desk, w int, news string) string {
	s := l.Spans(w)
	if !NewsFit(l, d, w, news) {
		news = ""
	}
	keep := room(l, news)
	first := tabStart(l, d, w)
	if first > 0 {
		s.Add(l.Faint, l.Glyphs.Ellipse)
	}
	for i := first; i < len(d.Views); i++ {
		v := d.Views[i]
		if !d.Shown(i) {
			continue
		}
		text := " " + tab(l, d, v) + " "
		if i == d.View {
			s.Add(l.Strong, "[").Add(l.Title, text[1:len(text)-1]).Add(l.Strong, "]")
			continue
		}
		if l.Width(text)+1 > s.Left()-keep {
			s.Add(l.Faint, l.Glyphs.Ellipse)
			break
		}
		s.Add(l.Muted, text)
	}
	if keep > 0 && keep < s.Left() {
		s.Fill(l.Text, keep).Add(l.Accent, news)
	}
	return s.End(l.Text)
}

// NewsFit reports whether words about the list stand at the end of the tabs:
// tabs keep their places, and none goes for them.
func NewsFit(l look.Look, d Desk, w int, news string) bool {
	used := room(l, news)
	for i, v := range d.Views {
		if d.Shown(i) {
			used += l.Width(tab(l, d, v)) + 2
		}
	}
	return used < w
}

// room is what words at the right end of a line take.
func room(l look.Look, words string) int {
	if words == "" {
		return 0
	}
	return l.Width(words) + 1
}

func tab(l look.Look, d Desk, v inbox.View) string {
	text := l.ViewName(v)
	if n, _ := d.Count(v); n != "" {
		text += " " + n
	}
	return text
}

// tabStart is the first tab to show so that the current one is whole.
func tabStart(l look.Look, d Desk, w int) int {
	used := 0
	for i := min(d.View, len(d.Views)-1); i >= 0; i-- {
		if !d.Shown(i) {
			continue
		}
		used += l.Width(tab(l, d, d.Views[i])) + 2
		if used > w-1 {
			return min(i+1, d.View)
		}
	}
	return 0
}

// Side is the sidebar: views with what is in them, clients, accounts.
func Side(l look.Look, d Desk, w, h int) []string {
	out := make([]string, 0, h)
	for _, e := range d.side(l) {
		if len(out) < h {
			out = append(out, e.draw(l, w))
		}
	}
	return cell.Height(out, h, w)
}

// line is one line of the sidebar, and what a click on it means.
type line struct {
	title  string
	name   string
	number string
	on     bool
	strong bool
	pen    theme.Pen
	view   int // index of the view; -1: none
	client int // digit of the client; -1: none
}

func (d Desk) side(l look.Look) []line {
	out := []line{{title: l.P.T("side.views"), view: -1, client: -1}}
	for i, v := range d.Views {
		if !d.Shown(i) {
			continue
		}
		e := line{name: l.ViewName(v), on: i == d.View, pen: l.Text, view: i, client: -1}
		e.number, e.strong = d.Count(v)
		out = append(out, e)
	}
	out = append(out, line{view: -1, client: -1}, line{title: l.P.T("side.clients"), view: -1, client: -1})
	total, _ := d.owed("")
	out = append(out, line{name: "0 " + l.P.T("header.all"), number: number(total), on: d.Client == "", pen: l.Text, view: -1})
	for i, c := range l.Clients {
		n, unread := d.owed(c.ID)
		name := "  " + c.Name
		if i < 9 {
			name = strconv.Itoa(i+1) + " " + c.Name
		}
		out = append(out, line{name: name, number: number(n), on: d.Client == c.ID, strong: unread > 0, pen: c.Pens.Plain, view: -1, client: i + 1})
	}
	out = append(out, line{view: -1, client: -1}, line{title: l.P.T("side.accounts"), view: -1, client: -1})
	for _, a := range d.Accounts {
		if d.Client != "" && a.Account.Client != d.Client {
			continue
		}
		e := line{name: l.Glyphs.OK + " " + l.OnShort(a.Account.ID, a.Account.Network) + " " + l.Handle(a.Account.ID), pen: l.Muted, view: -1, client: -1}
		if !a.Problem.Zero() {
			e.name = l.Glyphs.Fail + e.name[len(l.Glyphs.OK):]
			e.pen = l.Danger
		} else if len(a.Failing) > 0 {
			e.name = l.Glyphs.Ask + e.name[len(l.Glyphs.OK):]
			e.pen = l.Warn
		}
		out = append(out, e)
	}
	return out
}

func number(n int) string {
	if n == 0 {
		return ""
	}
	return strconv.Itoa(n)
}

func (e line) draw(l look.Look, w int) string {
	s := l.Spans(w)
	if e.title != "" {
		return s.Add(l.Faint, " "+e.title).End(l.Text)
	}
	sign, pen, num := "  ", e.pen, l.Muted
	if e.on {
		sign = l.Glyphs.Cursor + " "
	}
	if e.strong {
		num = l.Strong
	}
	s.Add(l.Key, sign)
	n := l.Width(e.number)
	s.Fixed(pen, e.name, s.Left()-n-1).Add(num, e.number)
	return s.End(l.Text)
}

// SideAt says what a line of the sidebar is: a view, a client's digit, or
// nothing (-1).
func SideAt(l look.Look, d Desk, y int) (view, client int) {
	lines := d.side(l)
	if y < 0 || y >= len(lines) || (lines[y].name == "") {
		return -1, -1
	}
	return lines[y].view, lines[y].client
}

// TabAt says which view's tab is in a column; -1: none.
func TabAt(l look.Look, d Desk, w, x int) int {
	first := tabStart(l, d, w)
	at := 0
	if first > 0 {
		at = 1
	}
	for i := first; i < len(d.Views); i++ {
		if !d.Shown(i) {
			continue
		}
		n := l.Width(tab(l, d, d.Views[i])) + 2
		if x >= at && x < at+n {
			return i
		}
		at += n
	}
	return -1
}

// Hints is the line of keys worth knowing here: as many as fit, and last in
// any case.
func Hints(l look.Look, bs, last []keys.Binding, w int) string {
	s := l.Spans(w)
	for _, b := range told(l, bs, last, w) {
		k, help := hint(l, b)
		s.Add(l.Text, " ").Add(l.Key, k).Add(l.Muted, " "+help+" ")
	}
	return s.End(l.Text)
}

// HintAt says which of them stands in a column.
func HintAt(l look.Look, bs, last []keys.Binding, w, x int) (keys.Binding, bool) {
	at := 0
	for _, b := range told(l, bs, last, w) {
		n := hintWidth(l, b)
		if x >= at && x < at+n {
			return b, true
		}
		at += n
	}
	return keys.Binding{}, false
}

// told are the bindings that have room.
func told(l look.Look, bs, last []keys.Binding, w int) (out []keys.Binding) {
	keep := 0
	for _, b := range last {
		keep += hintWidth(l, b)
	}
	for _, b := range append(slices.Clone(bs), last...) {
		n := hintWidth(l, b)
		if len(last) > 0 && b.Intent == last[0].Intent {
			keep = 0
		}
		if len(b.Keys) == 0 || n > w-keep {
			continue
		}
		w -= n
		out = append(out, b)
	}
	return out
}

func hintWidth(l look.Look, b keys.Binding) int {
	k, help := hint(l, b)
	return l.Width(k) + l.Width(help) + 3
}

// hint is a key with a word or two.
func hint(l look.Look, b keys.Binding) (key, help string) {
	if len(b.Keys) > 0 {
		key = b.Keys[0]
	}
	if short := b.Help + ".short"; l.P.Has(short) {
		return key, l.P.T(short)
	}
	return key, l.P.T(b.Help)
}
