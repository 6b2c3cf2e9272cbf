package dialog

import (
	"vigie/inbox"
	"vigie/tui/cell"
	"vigie/tui/keys"
	"vigie/tui/lang"
	"vigie/tui/look"
)

// Health lists the accounts: how each is, when it was and will be collected,
// and what to do about those that fail.
type Health struct {
	base
	Accounts []inbox.AccountStatus
	pick     chooser
	height   int
}

// SyncWanted: collect this account soon.
type SyncWanted struct{ Account inbox.AccountID }

// Scopes: its own keys, then those of lists.
func (*Health) Scopes() []keys.Scope { return []keys.Scope{keys.Health, keys.Pick} }

// Large: lines need room.
func (*Health) Large() bool { return true }

// Title names it.
func (d *Health) Title(l look.Look) string { return l.P.T("dialog.accounts") }

// View draws the dialog.
func (d *Health) View(l look.Look, w, h int) []string {
	if len(d.Accounts) == 0 {
		return []string{l.Spans(w).Add(l.Muted, " "+l.P.T("accounts.none")).End(l.Text)}
	}
	d.height = max(h/linesPer, 1)
	from, to := d.pick.window(len(d.Accounts), d.height)
	var out []string
	for i := from; i < to; i++ {
		out = append(out, d.account(l, w, i)...)
	}
	return out[:min(len(out), h)]
}

func (d *Health) account(l look.Look, w, i int) []string {
	a := d.Accounts[i]
	c := l.Client(a.Account.Client)
	first := chosen(l, w, i == d.pick.at, func(s *cell.Spans) {
		if a.Problem.Zero() {
			s.Add(l.OK, l.Glyphs.OK+" ")
		} else {
			s.Add(l.Danger, l.Glyphs.Fail+" ")
		}
		s.Fixed(c.Pens.Plain, c.Name, l.ClientWidth).Add(l.Text, " "+l.Network(a.Account.Network)+" ")
		s.Add(l.Strong, l.Handle(a.Account.ID)).Add(l.Faint, " "+string(a.Account.ID))
	})
	times := l.Spans(w).Add(l.Text, "    ")
	switch {
	case a.Syncing:
		times.Add(l.Accent, l.P.T("accounts.syncing"))
	case a.OKAt.IsZero():
		times.Add(l.Muted, l.P.T("accounts.never"))
	default:
		times.Add(l.Muted, l.P.T("accounts.ok-at", l.Time.Moment(a.OKAt, l.Now, c.Zone)))
	}
	if a.NextAt.After(l.Now) {
		times.Add(l.Muted, " "+l.Glyphs.Dot+" "+l.P.T("accounts.next-in", l.Time.Left(a.NextAt.Sub(l.Now))))
	}
	if n := refused(a); n > 0 {
		times.Add(l.Warn, " "+l.Glyphs.Dot+" "+l.P.T("accounts.refused", n))
	}
	if !a.Identity.Expires.IsZero() {
		times.Add(l.Warn, " "+l.Glyphs.Dot+" "+l.P.T("accounts.expires", l.Time.Moment(a.Identity.Expires, l.Now, c.Zone)))
	}
	third := l.Spans(w).Add(l.Text, "    ")
	if a.Problem.Zero() {
		for _, s := range a.Streams {
			third.Add(l.Faint, l.P.T(lang.Key("stream."+string(s.Stream)))+" ")
		}
		return []string{first, times.End(l.Text), third.End(l.Text)}
	}
	what, next := l.Problem(a.Problem, string(a.Account.ID))
	return []string{first, times.End(l.Text), sentence(l, w, what, next, l.Danger)}
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
	if delta, ok := step(i, d.height); ok {
		d.pick.move(delta, len(d.Accounts))
		return nil
	}
	if d.pick.at < len(d.Accounts) && (i == keys.SyncOne || i == keys.Accept) {
		return SyncWanted{d.Accounts[d.pick.at].Account.ID}
	}
	return nil
}
