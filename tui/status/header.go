package status

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"vigie/inbox"
	"vigie/tui/cell"
	"vigie/tui/look"
	"vigie/tui/theme"
)

// Header is the line of clients, with the digit that selects each and what each
// is owed, then the next deadline of all, and at its right the health of the
// networks. Where there is little place the words get shorter, the numbers and
// names of clients go before the deadline does.
func Header(l look.Look, d Desk, w int) string {
	s := l.Spans(w)
	s.Add(l.BarStrong, d.name(w))
	entries, gap, due, right := d.fitted(l, w)
	keep := l.Width(right) + 1
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
		s.Add(pen, text).Add(l.Bar, cell.Spaces(gap))
	}
	if due != "" {
		if len(entries) > 0 {
			due = l.Glyphs.Dot + " " + due
		}
		s.Add(d.urgency(l), due)
	}
	if keep <= s.Left() {
		s.Fill(l.Bar, keep).Add(d.fitness(l), right)
	}
	return s.End(l.Bar)
}

// leastDue is the width from which the deadline has its place in any case.
const leastDue = 60

// fitted are the entries as they are written in w cells, the gap behind each,
// and the words beside them. What is said of the networks gets shorter first,
// then the gaps go, then the numbers, then names get shorter until the deadline
// fits.
func (d Desk) fitted(l look.Look, w int) (out []entry, gap int, due, health string) {
	full := d.entries(l)
	dues, healths := d.dues(l), d.healths(l)
	for _, step := range []struct{ most, gap int }{{far, 1}, {far, 0}, {far - 1, 1}, {8, 1}, {5, 1}, {3, 1}, {0, 1}} {
		out = shorter(l, full, step.most)
		room := w - l.Width(d.name(w))
		for _, e := range out {
			room -= l.Width(e.text()) + step.gap
		}
		due, health = fit(l, dues, healths, room)
		if due != "" || (d.Due.IsZero() && room > l.Width(health)) || w < leastDue {
			return out, step.gap, due, health
		}
	}
	return full, 1, "", health
}

// far is longer than any name.
const far = 1 << 20

// shorter are entries with names of so many cells at most; all that is cut goes
// without its number, but for the total and for what is chosen.
func shorter(l look.Look, full []entry, most int) []entry {
	if most == far {
		return full
	}
	out := slices.Clone(full)
	for i := range out[min(1, len(out)):] {
		e := &out[i+1]
		if !e.on {
			e.n = 0
		}
		if !e.on || most < 8 {
			e.name = l.Cut(e.name, most)
		}
	}
	return out
}

// fit chooses among words for the deadline and for the health, both the longest
// first: the deadline matters more.
func fit(l look.Look, dues, healths []string, room int) (due, health string) {
	for _, due := range dues {
		for _, health := range healths {
			if l.Width(due)+l.Width(health)+4 <= room {
				return due, health
			}
		}
	}
	return "", healths[len(healths)-1]
}

// entries are all clients, and each; none where none is configured.
func (d Desk) entries(l look.Look) []entry {
	if len(l.Clients) == 0 {
		return nil
	}
	total, _ := d.owed("")
	out := append(make([]entry, 0, len(l.Clients)+1), entry{"0", l.P.T("header.all"), total, l.BarStrong, d.Client == ""})
	for i, c := range l.Clients {
		digit := ""
		if i < 9 {
			digit = strconv.Itoa(i + 1)
		}
		n, _ := d.owed(c.ID)
		out = append(out, entry{digit, c.Name, n, c.Pens.Band, d.Client == c.ID})
	}
	return out
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
	if e.name == "" {
		text = strings.TrimRight(text, " ")
	}
	if e.n > 0 {
		text += " " + strconv.Itoa(e.n)
	}
	return text + " "
}

// roomy is the width from which the header has place for every word.
const roomy = 100

// name is the program's name, where there is place for it.
func (d Desk) name(w int) string {
	if w < roomy || d.Below {
		return ""
	}
	return " vigie "
}

// dues say when the next deadline is, the longest words first and none at last.
func (d Desk) dues(l look.Look) []string {
	if d.Due.IsZero() {
		return []string{""}
	}
	left := l.Until(d.Due)
	long := l.P.T("header.due", l.Remains(left))
	if left <= 0 {
		long = l.P.T("header.due-past", l.Remains(left))
	}
	return []string{long, l.Glyphs.Wait + " " + l.Remains(left), ""}
}

// urgency is the pen of the next deadline.
func (d Desk) urgency(l look.Look) theme.Pen {
	switch left := l.Until(d.Due); {
	case left <= inbox.LastAlarm:
		return l.BarDanger
	case left <= inbox.FirstAlarm:
		return l.BarWarn
	}
	return l.BarMuted
}

// soon is from when on the end of a sign-in is told.
const soon = 7 * 24 * time.Hour

// network is how a network's accounts are: the worst of them.
type network struct {
	name    string // in a few cells
	failing int
	sources int       // those that fail of accounts that do not
	expires time.Time // within days; zero: not
}

func (d Desk) networks(l look.Look) []network {
	var out []network
	for _, a := range d.Accounts {
		i := 0
		name := l.OnShort(a.Account.ID, a.Account.Network)
		for i < len(out) && out[i].name != name {
			i++
		}
		if i == len(out) {
			out = append(out, network{name: name})
		}
		if !a.Problem.Zero() {
			out[i].failing++
		}
		out[i].sources += len(a.Failing)
		if at := a.Identity.Expires; !at.IsZero() && l.Until(at) < soon && (out[i].expires.IsZero() || at.Before(out[i].expires)) {
			out[i].expires = at
		}
	}
	return out
}

// healths say how the networks are, the longest words first.
func (d Desk) healths(l look.Look) []string {
	var each []string
	failing, ending := 0, ""
	for _, n := range d.networks(l) {
		words := n.name + " "
		switch {
		case n.failing > 0:
			words += l.Glyphs.Fail
		case n.sources > 0 || !n.expires.IsZero():
			words += l.Glyphs.Ask
		default:
			words += l.Glyphs.OK
		}
		if !n.expires.IsZero() {
			words += " (" + l.P.T("header.expires", l.Remains(l.Until(n.expires))) + ")"
			ending = l.Glyphs.Ask + " " + words
		} else if n.sources > 0 && ending == "" {
			ending = l.Glyphs.Ask + " " + l.P.T("accounts.state-part", n.sources)
		}
		failing += n.failing
		each = append(each, words)
	}
	full := strings.Join(each, " ")
	switch {
	case failing > 0:
		return []string{full, l.Glyphs.Fail + " " + l.P.T("header.failing", failing), l.Glyphs.Fail + " " + l.P.T("header.failing-short", failing), l.Glyphs.Fail + " " + strconv.Itoa(failing)}
	case ending != "":
		return []string{full, ending, l.Glyphs.Ask}
	case len(d.Accounts) > 0:
		return []string{full, l.Glyphs.OK + " " + l.P.T("header.accounts", len(d.Accounts)), l.Glyphs.OK}
	}
	return []string{""}
}

// fitness is the pen of the health.
func (d Desk) fitness(l look.Look) theme.Pen {
	pen := l.BarMuted
	for _, n := range d.networks(l) {
		switch {
		case n.failing > 0:
			return l.BarDanger
		case n.sources > 0 || !n.expires.IsZero():
			pen = l.BarWarn
		}
	}
	return pen
}

// HeaderAt says which client's digit stands in a column of the header; -1: none.
func HeaderAt(l look.Look, d Desk, w, x int) int {
	at := l.Width(d.name(w))
	entries, gap, _, _ := d.fitted(l, w)
	for i, e := range entries {
		width := l.Width(e.text())
		if x >= at && x < at+width {
			return i
		}
		at += width + gap
	}
	return -1
}
