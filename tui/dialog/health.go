package dialog

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"vigie/inbox"
	"vigie/tui/cell"
	"vigie/tui/keys"
	"vigie/tui/lang"
	"vigie/tui/look"
	"vigie/tui/theme"
)

// Health lists the accounts: how each is, when it was and will be collected,
// what is left of its network's limits, how long its sign-in lasts, and what
// to do about those that fail.
type Health struct {
	base
	Accounts []inbox.AccountStatus
	pick     chooser
	top      int // the first account on the screen
	height   int
}

// SyncWanted: collect this account soon.
type SyncWanted struct{ Account inbox.AccountID }

// Scopes: its own keys, then those of lists.
func (*Health) Scopes() []keys.Scope { return []keys.Scope{keys.Health, keys.Pick} }

// Large: lines need room.
func (*Health) Large() bool { return true }

// Any reports whether a line is chosen.
func (d *Health) Any() bool { return len(d.Accounts) > 0 }

// Title names it.
func (d *Health) Title(l look.Look) string { return l.P.T("dialog.accounts") }

// View draws the dialog: each account on as many lines as it takes, the chosen
// one always whole when there is room for it.
func (d *Health) View(l look.Look, w, h int) []string {
	if len(d.Accounts) == 0 {
		return []string{l.Spans(w).Add(l.Muted, " "+l.P.T("accounts.none")).End(l.Text)}
	}
	d.pick.move(0, len(d.Accounts))
	blocks := make([][]string, len(d.Accounts))
	for i := range d.Accounts {
		blocks[i] = d.account(l, w, i)
	}
	d.top = min(max(d.top, 0), d.pick.at)
	for used := 0; ; d.top++ {
		used = 0
		for i := d.top; i <= d.pick.at; i++ {
			used += len(blocks[i])
		}
		if used <= h || d.top == d.pick.at {
			break
		}
	}
	var out []string
	d.height = 0
	for i := d.top; i < len(blocks) && len(out) < h; i++ {
		out = append(out, blocks[i]...)
		d.height++
	}
	return out[:min(len(out), h)]
}

// clause is a few words in a pen.
type clause struct {
	pen   theme.Pen
	words string
}

// account draws one: who it is and how it is, then what is known, each clause
// whole on its line.
func (d *Health) account(l look.Look, w, i int) []string {
	a := d.Accounts[i]
	c := l.Client(a.Account.Client)
	pen, sign, state := l.OK, l.Glyphs.OK, l.P.T("accounts.state-ok")
	switch {
	case !a.Problem.Zero():
		pen, sign, state = l.Danger, l.Glyphs.Fail, l.P.T("accounts.state-bad")
	case a.OKAt.IsZero():
		pen, sign, state = l.Muted, l.Glyphs.Wait, l.P.T("accounts.state-new")
	case len(a.Failing) > 0:
		pen, sign, state = l.Warn, l.Glyphs.Ask, l.P.T("accounts.state-part", len(a.Failing))
	}
	out := []string{chosen(l, w, i == d.pick.at, func(s *cell.Spans) {
		s.Add(pen, sign+" ").Fixed(c.Pens.Plain, c.Name, l.ClientWidth).Add(l.Text, " "+l.On(a.Account.ID, a.Account.Network)+" ")
		s.Add(l.Strong, l.Handle(a.Account.ID)).Add(l.Muted, " "+l.Glyphs.Dot+" ").Add(pen, state).Add(l.Muted, " "+l.Glyphs.Dot+" ").Add(l.Faint, string(a.Account.ID))
	})}
	if _, told := a.Culprit(); !a.Problem.Zero() && !told {
		what, next := l.AccountProblem(a)
		out = flow(out, l, w, []clause{{l.Danger, what}})
		if next != "" {
			out = flow(out, l, w, []clause{{l.Text, l.Glyphs.To + " " + next}})
		}
	}
	for _, s := range a.Failing {
		what, next := l.P.Source(s)
		out = flow(out, l, w, []clause{{l.Warn, what}})
		out = flow(out, l, w, []clause{{l.Text, l.Glyphs.To + " " + next}})
	}
	out = flow(out, l, w, audience(l, a))
	out = flow(out, l, w, d.times(l, a, c.Zone))
	return flow(out, l, w, append(limits(l, a, c.Zone), d.inflow(l, a)...))
}

// audience says what the network calls the account, and who is at its other
// end, as far as it tells.
func audience(l look.Look, a inbox.AccountStatus) []clause {
	var out []clause
	if name := a.Identity.Name; name != "" && name != l.Handle(a.Account.ID) {
		out = append(out, clause{l.Text, l.Cut(name, 60)})
	}
	n := a.Identity.Audience
	if n == nil {
		return out
	}
	out = append(out, clause{l.Muted, l.P.T("accounts.followers", lang.Count(n.Followers))})
	if n.Following > 0 {
		out = append(out, clause{l.Muted, l.P.T("accounts.following", lang.Count(n.Following))})
	}
	if n.Posts > 0 {
		out = append(out, clause{l.Muted, l.P.T("accounts.posts", lang.Count(n.Posts))})
	}
	return out
}

// times say when an account was and will be collected.
func (d *Health) times(l look.Look, a inbox.AccountStatus, zone *time.Location) []clause {
	var out []clause
	switch {
	case a.Syncing:
		out = append(out, clause{l.Accent, l.P.T("accounts.syncing")})
	case !a.OKAt.IsZero():
		ago := l.P.T("accounts.ok-ago", l.Time.Moment(a.OKAt, l.Now, zone), l.Time.Left(l.Now.Sub(a.OKAt)))
		out = append(out, clause{l.Muted, ago})
	}
	if a.LastAt.After(a.OKAt) && !a.Problem.Zero() {
		out = append(out, clause{l.Muted, l.P.T("accounts.tried", l.Time.Moment(a.LastAt, l.Now, zone))})
	}
	if a.NextAt.After(l.Now) {
		out = append(out, clause{l.Muted, l.P.T("accounts.next-in", l.Time.Left(a.NextAt.Sub(l.Now)))})
	}
	if a.Received > 0 {
		out = append(out, clause{l.Muted, l.P.T("accounts.received", a.Received)})
	}
	return out
}

// scarce is which part of a limit is little.
const scarce = 10

// limits say what is left of the network's limits, and how long the sign-in
// lasts.
func limits(l look.Look, a inbox.AccountStatus, zone *time.Location) []clause {
	var out []clause
	budgets := slices.Clone(a.Budgets)
	slices.SortFunc(budgets, func(a, b inbox.Budget) int { return cmp.Compare(a.Name, b.Name) })
	for _, b := range budgets {
		words := l.P.T("accounts.budget-one", b.Left, b.Limit)
		if part := b.Name[strings.LastIndex(b.Name, " ")+1:]; part != "" && !strings.ContainsAny(part, ".:") { // no server's name
			words = l.P.T("accounts.budget", l.Cut(part, 24), b.Left, b.Limit)
		}
		if b.Reset.After(l.Now) && b.Left < b.Limit {
			words += " (" + l.P.T("accounts.budget-full", l.Time.Moment(b.Reset, l.Now, zone)) + ")"
		}
		pen := l.Muted
		if b.Left*scarce <= b.Limit {
			pen = l.Warn
		}
		out = append(out, clause{pen, words})
	}
	if end := a.Identity.Expires; !end.IsZero() {
		when := l.Time.Moment(end, l.Now, zone)
		days := int(end.Sub(l.Now) / (24 * time.Hour))
		const soon = 7
		switch {
		case !end.After(l.Now):
			out = append(out, clause{l.Danger, l.P.T("accounts.expired", when)})
		case days == 0:
			out = append(out, clause{l.Danger, l.P.T("accounts.expires-today", when)})
		case days <= soon:
			out = append(out, clause{l.Warn, l.P.T("accounts.expires-in", days, when)})
		default:
			out = append(out, clause{l.Muted, l.P.T("accounts.expires-in", days, when)})
		}
	}
	return out
}

// inflow says what is collected, and what of it was not understood.
func (d *Health) inflow(l look.Look, a inbox.AccountStatus) []clause {
	var names []string
	for _, s := range a.Streams {
		names = append(names, l.P.T(lang.Key("stream."+string(s.Stream))))
	}
	var out []clause
	if len(names) > 0 {
		out = append(out, clause{l.Faint, strings.Join(names, ", ")})
	}
	if n := refused(a); n > 0 {
		out = append(out, clause{l.Warn, l.P.T("accounts.refused", n)})
	}
	return out
}

// flow appends clauses, parted by dots, on as many lines as they take.
func flow(out []string, l look.Look, w int, clauses []clause) []string {
	const in = "    "
	s, used := l.Spans(w).Add(l.Text, in), false
	end := func() {
		if used {
			out = append(out, s.End(l.Text))
			s, used = l.Spans(w).Add(l.Text, in), false
		}
	}
	for _, c := range clauses {
		if c.words == "" {
			continue
		}
		if used && l.Width(c.words)+3 > s.Left() {
			end()
		}
		lines := l.Wrap(c.words, max(w-l.Width(in)-3, 1))
		if used {
			s.Add(l.Muted, " "+l.Glyphs.Dot+" ")
		}
		for i, part := range lines {
			if i > 0 {
				end()
			}
			s.Add(c.pen, part)
			used = true
		}
	}
	end()
	return out
}

func refused(a inbox.AccountStatus) int {
	n := uint64(0)
	for _, s := range a.Streams {
		n += s.Refused
	}
	return int(n)
}

// Do moves and asks for a collection.
func (d *Health) Do(i keys.Intent) Action {
	if delta, ok := step(i, max(d.height, 1)); ok {
		d.pick.move(delta, len(d.Accounts))
		return nil
	}
	if d.pick.at < len(d.Accounts) && (i == keys.SyncOne || i == keys.Accept) {
		return SyncWanted{d.Accounts[d.pick.at].Account.ID}
	}
	return nil
}
