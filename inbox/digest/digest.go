// Package digest counts what happened, from events alone: each message once,
// what was taken back not at all. It reads nothing and knows no clock.
package digest

import (
	"cmp"
	"slices"
	"strconv"
	"time"

	"vigie/inbox"
)

// Tally counts the events of a period, which come newest first: what undoes
// comes before what was undone. It is not safe for concurrent use.
type Tally struct {
	since, until time.Time
	clients      map[inbox.ClientID]*client
	undone       map[place]bool                // events that were taken back
	seen         map[fact]bool                 // what was counted
	made         map[inbox.ActionID]inbox.Verb // what became of actions, newest word
}

// client is what was counted of one.
type client struct {
	inbox.ClientDigest
	kinds   map[inbox.KindCount]int // Messages is 0 in the keys
	persons map[fact]bool
}

// place is an event by its thread and number.
type place struct {
	thread inbox.ThreadID
	n      int
}

// fact is something that counts once: what it is, where, and which.
type fact struct {
	verb    inbox.Verb
	account inbox.AccountID
	thread  inbox.ThreadID
	id      string
}

// New begins a tally of what happened from since on and before until.
func New(since, until time.Time) *Tally {
	return &Tally{
		since: since, until: until, clients: map[inbox.ClientID]*client{}, undone: map[place]bool{}, seen: map[fact]bool{},
		made: map[inbox.ActionID]inbox.Verb{},
	}
}

// Wants reports whether an event counts, or says something of others that do.
func (y *Tally) Wants(e inbox.Event) bool {
	switch e.Verb {
	case inbox.Undone, inbox.Received, inbox.Replied, inbox.Acted, inbox.Failed, inbox.Finished, inbox.Snoozing, inbox.Escalate, inbox.Alarmed:
		return !e.At.Before(y.since) && e.At.Before(y.until) && e.Actor != inbox.Import
	}
	return false
}

// Add counts an event that is wanted, of a thread. The message is that which
// the event is about, nil when there is none or it is not known any more; an
// answer that a person confirmed has it as soon as a feed showed it.
func (y *Tally) Add(e inbox.Event, t inbox.Thread, m *inbox.Message) {
	if y.undone[place{t.ID, e.N}] || m != nil && (m.Origin == inbox.Imported || m.Origin == inbox.Backfill) {
		return
	}
	c := y.client(t.Client)
	switch e.Verb {
	case inbox.Undone:
		if e.Undoes != 0 {
			y.undone[place{t.ID, e.Undoes}] = true
		}
	case inbox.Received:
		y.received(c, e, t, m)
	case inbox.Replied:
		y.count(&c.Answered, y.answer(e, t))
		y.made[e.Action] = e.Verb
	case inbox.Acted:
		y.acted(c, e, t)
	case inbox.Failed:
		if e.Action == 0 || y.made[e.Action] == "" {
			y.count(&c.Failed, fact{verb: e.Verb, thread: t.ID, id: idOf(e)})
		}
	case inbox.Finished:
		y.count(&c.Done, fact{verb: e.Verb, thread: t.ID})
	case inbox.Snoozing:
		y.count(&c.Snoozed, fact{verb: e.Verb, thread: t.ID})
	case inbox.Escalate:
		y.count(&c.Escalated, fact{verb: e.Verb, thread: t.ID})
	case inbox.Alarmed:
		if slices.Equal(e.Args, []string{strconv.Itoa(int(inbox.AlarmMissed))}) {
			y.count(&c.Missed, fact{verb: e.Verb, thread: t.ID, id: e.Until.UTC().String()})
		}
	}
}

func (y *Tally) client(id inbox.ClientID) *client {
	c := y.clients[id]
	if c == nil {
		c = &client{kinds: map[inbox.KindCount]int{}, persons: map[fact]bool{}}
		c.Client = id
		y.clients[id] = c
	}
	return c
}

// count adds one to n, the first time that the fact comes.
func (y *Tally) count(n *int, f fact) bool {
	if y.seen[f] {
		return false
	}
	y.seen[f] = true
	*n++
	return true
}

func (y *Tally) received(c *client, e inbox.Event, t inbox.Thread, m *inbox.Message) {
	f := fact{verb: e.Verb, account: t.Account, id: e.Message}
	kind, author := t.Kind, t.Author.ID
	if m != nil {
		kind, author = m.Kind, m.Author.ID
	}
	if kind == inbox.KindWatch { // also of a thread that it was promoted to
		y.count(&c.Watched, f)
		return
	}
	n := 0
	if y.count(&n, f) {
		c.kinds[inbox.KindCount{Network: t.Network, Kind: kind}]++
		c.persons[fact{account: t.Account, id: author}] = true
	}
}

// answer is what names an answer: its message, else the action that made it.
func (y *Tally) answer(e inbox.Event, t inbox.Thread) fact {
	f := fact{verb: inbox.Replied, account: t.Account, id: e.Message}
	if f.id == "" && len(e.Args) > 1 {
		f.id = e.Args[1] // of a private one
	}
	if f.id == "" {
		f.id = idOf(e)
	}
	return f
}

func (y *Tally) acted(c *client, e inbox.Event, t inbox.Thread) {
	y.made[e.Action] = e.Verb
	if len(e.Args) == 0 {
		return
	}
	f := fact{account: t.Account, id: e.Message}
	switch kind := inbox.ActionKind(e.Args[0]); kind {
	case inbox.ActHide, inbox.ActDelete, inbox.ActBlock:
		f.verb = inbox.Verb(kind)
		y.count(&c.Hidden, f)
	case inbox.ActUnhide, inbox.ActUnblock: // what it turned round does not count
		inverse, _ := kind.Inverse()
		f.verb = inbox.Verb(inverse)
		y.seen[f] = true
	}
}

func idOf(e inbox.Event) string {
	if e.Action != 0 {
		return "action " + strconv.FormatUint(uint64(e.Action), 10)
	}
	return "event " + strconv.Itoa(e.N) + " of " + strconv.FormatUint(uint64(e.Thread), 10)
}

// Digest is what was counted, of these clients in this order.
func (y *Tally) Digest(clients []inbox.ClientID) inbox.Digest {
	d := inbox.Digest{Since: y.since, Until: y.until}
	for _, id := range clients {
		c := y.client(id)
		c.Persons, c.Received = len(c.persons), nil
		for k, n := range c.kinds {
			k.Messages = n
			c.Received = append(c.Received, k)
		}
		slices.SortFunc(c.Received, func(a, b inbox.KindCount) int {
			return cmp.Or(cmp.Compare(b.Messages, a.Messages), cmp.Compare(a.Network, b.Network), cmp.Compare(a.Kind, b.Kind))
		})
		d.Clients = append(d.Clients, c.ClientDigest)
	}
	return d
}
