// Package look holds what every pane needs in order to draw: styles, language,
// the time, and how clients and accounts are named. It is a value; panes never
// change it.
package look

import (
	"strings"
	"time"

	"vigie/inbox"
	"vigie/tui/cell"
	"vigie/tui/lang"
	"vigie/tui/stamp"
	"vigie/tui/theme"
)

// Look is what panes draw with.
type Look struct {
	theme.Styles
	cell.Kit
	P    lang.Printer
	Time stamp.Printer
	Now  time.Time
	// Rev grows whenever anything else here changes, or the minute does:
	// drawn rows are kept until then.
	Rev int

	Clients  []Client // in the order of the configuration
	Accounts map[inbox.AccountID]inbox.Account
	// Own is what accounts that are reached by an external program call their
	// network.
	Own map[inbox.AccountID]string
	// ClientWidth is the width of the column of client names, in cells.
	ClientWidth int
	// Trouble tells of threads with an answer that is not where it should be.
	Trouble map[inbox.ThreadID]inbox.SendState
	// Planned tells when an answer that was asked for later leaves.
	Planned map[inbox.ThreadID]time.Time
	// Drafts are the threads somebody has begun to write in.
	Drafts map[inbox.ThreadID]bool
	// OutboxKey is the key that opens the outbox, for sentences that name it.
	OutboxKey string
	// FoldKey is the key that folds and unfolds, for the same purpose.
	FoldKey string
	// Settle are the keys that settle an act of ours, for the same purpose.
	Settle Settle
	// By is who looks.
	By inbox.By
	// Writing tells which other session writes in a thread.
	Writing map[inbox.ThreadID]string
}

// Settle names the keys that settle an act of ours; "" for one without a key.
type Settle struct{ Confirm, Retry, Drop, Edit string }

// Client is an inbox.Client ready to be drawn.
type Client struct {
	inbox.Client
	Pens theme.Client
	Zone *time.Location
}

// Client finds a client. One that is not configured any more is named by its
// id and drawn plainly.
func (l Look) Client(id inbox.ClientID) Client {
	for _, c := range l.Clients {
		if c.ID == id {
			return c
		}
	}
	return Client{Client: inbox.Client{ID: id, Name: string(id)}, Zone: time.UTC}
}

// Handle is how an account is named: its handle, or its id.
func (l Look) Handle(id inbox.AccountID) string {
	if a, ok := l.Accounts[id]; ok && a.Handle != "" {
		return a.Handle
	}
	return string(id)
}

// Network is a network's name for people.
func (l Look) Network(n inbox.Network) string {
	if k := lang.Key("network." + string(n)); l.P.Has(k) {
		return l.P.T(k)
	}
	return string(n)
}

// On is the name of an account's network for people, as its own program says
// where there is one.
func (l Look) On(id inbox.AccountID, n inbox.Network) string {
	if own := l.Own[id]; own != "" {
		return own
	}
	return l.Network(n)
}

// OnShort is On in a few cells.
func (l Look) OnShort(id inbox.AccountID, n inbox.Network) string {
	if own := l.Own[id]; own != "" {
		return own
	}
	return l.NetworkShort(n)
}

// Visibility is who may read, in words, by the network's word for it.
func (l Look) Visibility(word string) string {
	if k := lang.Key("visibility." + word); word != "" && l.P.Has(k) {
		return l.P.T(k)
	}
	return word
}

// NetworkShort is a network's name in a few cells.
func (l Look) NetworkShort(n inbox.Network) string {
	if k := lang.Key("network." + string(n) + ".short"); l.P.Has(k) {
		return l.P.T(k)
	}
	return string(n)
}

// Kind is the kind of a thread in a few cells.
func (l Look) Kind(k inbox.Kind) string {
	if key := lang.Key("kind." + string(k)); l.P.Has(key) {
		return l.P.T(key)
	}
	return string(k)
}

// Head is the beginning of a text: at most n bytes, whole characters. Panes
// that show a few lines draw that much only.
func Head(s string, n int) string {
	if len(s) <= n {
		return s
	}
	return strings.ToValidUTF8(s[:n], "")
}

// Author is how the author of a message is named in a list: by a dash when a
// rule of retention erased who it was.
func Author(a inbox.Author) string {
	if a == (inbox.Author{ID: inbox.ErasedAuthor}) {
		return "—"
	}
	if !a.Name.Empty() && strings.TrimSpace(a.Name.String()) != "" {
		return a.Name.String()
	}
	return a.Handle.String()
}

// Yours says what time t is for the person at the screen, "" when it is the
// same as in the zone it is meant in.
func (l Look) Yours(t time.Time, zone *time.Location) string {
	mine := l.Now.Location()
	if t.In(mine).Format(time.DateTime) == t.In(zone).Format(time.DateTime) {
		return ""
	}
	return l.P.T("composer.yours", l.Time.Moment(t, l.Now, mine))
}

// ViewName is the name of a view for people.
func (l Look) ViewName(v inbox.View) string {
	if v.Name != "" {
		return v.Name
	}
	if k := lang.Key("view." + v.ID); l.P.Has(k) {
		return l.P.T(k)
	}
	return v.ID
}

// Problem says what is wrong and what to do next. subject stands in for
// arguments that the problem does not carry: the account or the network.
func (l Look) Problem(p inbox.Problem, subject string) (what, next string) {
	return l.problem(lang.Key("problem."+p.Code), p, subject)
}

// AccountProblem says what is wrong with an account and what to do next: with
// the source that fails, where that is it.
func (l Look) AccountProblem(a inbox.AccountStatus) (what, next string) {
	if s, ok := a.Culprit(); ok {
		return l.P.Source(s)
	}
	return l.problem(l.P.AccountProblem(a.Problem.Code), a.Problem, string(a.Account.ID))
}

// ActProblem says what is wrong with an act of ours and what to do next, in
// the words of its kind: the one names the account as people do, the other as
// commands do.
func (l Look) ActProblem(a inbox.Action) (what, next string) {
	key := l.P.ActProblem(a.Kind, a.Problem.Code)
	what, _ = l.problem(key, a.Problem, l.Handle(a.Account))
	_, next = l.problem(key, a.Problem, string(a.Account))
	return what, next
}

func (l Look) problem(key lang.Key, p inbox.Problem, subject string) (what, next string) {
	if !l.P.Has(key) {
		return p.Detail, ""
	}
	return l.filled(key, p.Args, subject), l.filled(key+".next", p.Args, subject)
}

// filled writes a sentence with exactly as many arguments as it has places.
func (l Look) filled(key lang.Key, args []string, subject string) string {
	if !l.P.Has(key) {
		return ""
	}
	var given []any
	for i := range strings.Count(l.P.T(key), "%s") {
		if i < len(args) {
			given = append(given, args[i])
		} else {
			given = append(given, subject)
		}
	}
	return l.P.T(key, given...)
}
