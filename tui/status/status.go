// Package status draws what frames the panes: the line of clients, the tabs
// and the sidebar of views, the line that says what is wrong, and the hints.
// All of it is drawn from values and keeps no state.
package status

import (
	"slices"
	"strconv"

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
	Accounts []inbox.AccountStatus
}

// Health says how many accounts fail.
func (d Desk) Health() (failing int) {
	for _, a := range d.Accounts {
		if !a.Problem.Zero() {
			failing++
		}
	}
	return failing
}

// owed is what a client's number in the header counts: threads that are ours.
func (d Desk) owed(id inbox.ClientID) (total, unread int) {
	return d.Counts.Sum(id, inbox.Inbox, inbox.Ours)
}

// Count is the number beside a view; false: the view cannot be counted.
func (d Desk) Count(v inbox.View) (total, unread int, ok bool) {
	if v.Query != "" {
		return 0, 0, false
	}
	open := []inbox.State{inbox.Ours, inbox.Theirs, inbox.Snoozed, inbox.Escalated}
	states := v.State
	if len(states) == 0 || v.Split == inbox.Watches {
		states = open
	}
	if slices.Equal(states, []inbox.State{inbox.Done}) {
		return 0, 0, false // grows for ever and asks for nothing
	}
	total, unread = d.Counts.Sum(d.Client, v.Split, states...)
	return total, unread, true
}

// Header is the line of clients, with the digit that selects each, what each
// is owed, and the health of the accounts.
func Header(l look.Look, d Desk, w int) string {
	s := l.Spans(w)
	s.Add(l.BarStrong, name(w))
	right, pen := health(l, d, w)
	keep := l.Width(right) + 1
	entries := make([]entry, 0, len(l.Clients)+1)
	total, _ := d.owed("")
	entries = append(entries, entry{"0", l.P.T("header.all"), total, l.BarStrong, d.Client == ""})
	for i, c := range l.Clients {
		digit := ""
		if i < 9 {
			digit = strconv.Itoa(i + 1)
		}
		n, _ := d.owed(c.ID)
		entries = append(entries, entry{digit, c.Name, n, c.Pens.Band, d.Client == c.ID})
	}
	if len(l.Clients) == 0 {
		entries = nil
	}
	for _, e := range entries {
		text := e.text()
		if l.Width(text)+2 > s.Left()-keep {
			s.Add(l.BarMuted, l.Glyphs.Ellipse)
			break
		}
		pen := l.Bar
		if e.on {
			pen = e.pen
		}
		s.Add(pen, text).Add(l.Bar, " ")
	}
	if keep <= s.Left() {
		s.Fill(l.Bar, keep).Add(pen, right)
	}
	return s.End(l.Bar)
}

type entry struct {
	digit, name string
	n           int
	pen         theme.Pen
	on          bool
}

func (e entry) text() string {
	text := " "
	if e.digit != "" {
		text += e.digit + " "
	}
	text += e.name
	if e.n > 0 {
		text += " " + strconv.Itoa(e.n)
	}
	return text + " "
}

// roomy is the width from which the header has place for every word.
const roomy = 100

// name is the program's name, where there is place for it.
func name(w int) string {
	if w < roomy {
		return ""
	}
	return " vigie "
}

func health(l look.Look, d Desk, w int) (string, theme.Pen) {
	switch n := d.Health(); {
	case n > 0 && w < roomy:
		return l.Glyphs.Fail + " " + l.P.T("header.failing-short", n), l.BarDanger
	case len(d.Accounts) > 0 && n == 0 && w < roomy:
		return l.Glyphs.OK, l.BarMuted
	case n > 0:
		return l.Glyphs.Fail + " " + l.P.T("header.failing", n), l.BarDanger
	case len(d.Accounts) > 0:
		return l.Glyphs.OK + " " + l.P.T("header.accounts", len(d.Accounts)), l.BarMuted
	}
	return "", l.BarMuted
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
	for _, v := range d.Views {
		used += l.Width(tab(l, d, v)) + 2
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
	if n, _, ok := d.Count(v); ok && n > 0 {
		text += " " + strconv.Itoa(n)
	}
	return text
}

// tabStart is the first tab to show so that the current one is whole.
func tabStart(l look.Look, d Desk, w int) int {
	used := 0
	for i := min(d.View, len(d.Views)-1); i >= 0; i-- {
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
		e := line{name: l.ViewName(v), on: i == d.View, pen: l.Text, view: i, client: -1}
		if n, unread, ok := d.Count(v); ok && n > 0 {
			e.number, e.strong = strconv.Itoa(n), unread > 0
		}
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
		e := line{name: l.Glyphs.OK + " " + l.NetworkShort(a.Account.Network) + " " + l.Handle(a.Account.ID), pen: l.Muted, view: -1, client: -1}
		if !a.Problem.Zero() {
			e.name = l.Glyphs.Fail + e.name[len(l.Glyphs.OK):]
			e.pen = l.Danger
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

// HeaderAt says which client's digit stands in a column of the header; -1: none.
func HeaderAt(l look.Look, d Desk, w, x int) int {
	at := l.Width(name(w))
	for i := -1; i < len(l.Clients); i++ {
		id, name, digit := inbox.ClientID(""), l.P.T("header.all"), "0"
		if i >= 0 {
			id, name, digit = l.Clients[i].ID, l.Clients[i].Name, ""
			if i < 9 {
				digit = strconv.Itoa(i + 1)
			}
		}
		n, _ := d.owed(id)
		width := l.Width(entry{digit: digit, name: name, n: n}.text())
		if x >= at && x < at+width {
			return i + 1
		}
		at += width + 1
	}
	return -1
}

// TabAt says which view's tab is in a column; -1: none.
func TabAt(l look.Look, d Desk, w, x int) int {
	first := tabStart(l, d, w)
	at := 0
	if first > 0 {
		at = 1
	}
	for i := first; i < len(d.Views); i++ {
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
	keep := 0
	for _, b := range last {
		k, help := hint(l, b)
		keep += l.Width(k) + l.Width(help) + 3
	}
	for _, b := range append(slices.Clone(bs), last...) {
		k, help := hint(l, b)
		n := l.Width(k) + l.Width(help) + 3
		if len(last) > 0 && b.Intent == last[0].Intent {
			keep = 0
		}
		if len(b.Keys) == 0 || n > s.Left()-keep {
			continue
		}
		s.Add(l.Text, " ").Add(l.Key, k).Add(l.Muted, " "+help+" ")
	}
	return s.End(l.Text)
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
