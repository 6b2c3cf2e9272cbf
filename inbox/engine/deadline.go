package engine

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"time"

	"vigie/inbox"
	"vigie/inbox/hours"
	"vigie/inbox/tongue"
)

// aims are the clients' wishes as they were at one moment: until when what was
// written should be answered. They never change, and ask nobody: the store
// calls them inside its transactions.
type aims struct {
	clients map[inbox.ClientID]aim
	mark    string // the same for the same wishes
}

type aim struct {
	calendar hours.Calendar
	within   time.Duration
	kinds    map[inbox.Kind]time.Duration
}

// aimsOf makes the aims of clients.
func aimsOf(clients []inbox.Client) *aims {
	a := &aims{clients: map[inbox.ClientID]aim{}}
	wishes := map[inbox.ClientID][]any{}
	for _, c := range clients {
		a.clients[c.ID] = aim{hours.New(c.Hours, zoneOf(c)), c.Target, c.Targets}
		wishes[c.ID] = []any{c.Hours, zoneOf(c).String(), c.Target, c.Targets}
	}
	raw, err := json.Marshal(wishes)
	if err != nil { // of numbers and words; and then: done again at each start
		raw = nil
	}
	sum := sha256.Sum256(raw)
	a.mark = hex.EncodeToString(sum[:16])
	return a
}

// target is by when a client wants an answer to what came at a time; zero: no
// wish. What is only listened to has a target where the client says so.
func (a *aims) target(client inbox.ClientID, kind inbox.Kind, at time.Time) time.Time {
	c := a.clients[client]
	within, own := c.kinds[kind]
	if !own && kind != inbox.KindWatch {
		within = c.within
	}
	if within <= 0 {
		return time.Time{}
	}
	return c.calendar.Add(at, within)
}

// complete gives a page by when its client wants answers, and each message of
// theirs what its connector has not said of it: its language, and until when
// the network takes an answer.
func (e *Engine) complete(a *account, in inbox.Ingest) inbox.Ingest {
	in.Target = e.aims.Load().target
	caps := a.conn.Caps()
	in.TellsHidden, in.EditsUndated = caps.TellsHidden, caps.EditsUndated
	for i, m := range in.Messages {
		if m.Outgoing || m.Deleted {
			continue
		}
		if m.Lang == "" {
			in.Messages[i].Lang = tongue.Of(m.Text.String())
		}
		if !m.ReplyUntil.IsZero() {
			continue
		}
		t := inbox.Thread{
			Account: in.Account.ID, Client: in.Account.Client, Network: in.Account.Network, Remote: m.Conversation, Kind: m.Kind,
		}
		end := windowEnd(a.conn.ThreadCaps(t), m.Kind, m.At)
		unseen := in.Origin == inbox.Live && in.HistoryBefore.IsZero() // it closed while nobody collected
		if unseen || end.After(in.Now) {
			in.Messages[i].ReplyUntil = end
		}
	}
	return in
}

// windowEnd is until when a message that came at a time can be answered; zero:
// for ever, or never.
func windowEnd(caps inbox.Caps, kind inbox.Kind, at time.Time) time.Time {
	window := caps.WindowFor(kind)
	if window <= 0 || !caps.Can(inbox.ActReply) && !caps.Can(inbox.ActPrivate) {
		return time.Time{}
	}
	return at.Add(window)
}

// windowOf is until when a thread can be answered; zero: for ever.
func windowOf(t inbox.Thread, caps inbox.Caps) time.Time {
	if !t.Window.IsZero() || t.InAt.IsZero() || caps.WindowFor(t.Kind) <= 0 {
		return t.Window
	}
	return t.InAt.Add(caps.WindowFor(t.Kind))
}

// aimLoop gives the threads that are there the targets of changed wishes.
func (e *Engine) aimLoop(ctx context.Context) {
	for ctx.Err() == nil {
		if err := e.retarget(ctx, e.aims.Load().mark); err != nil && ctx.Err() == nil {
			e.log.Error("give threads their deadlines", "error", err)
			e.sleep(ctx, e.now().Add(time.Minute), e.aimNow)
			continue
		}
		select {
		case <-ctx.Done():
		case <-e.aimNow:
		}
	}
}

// retarget reckons the targets of all threads that are ours anew, when the
// mark is another than the last time: that of the clients' wishes, or one that
// was never there.
func (e *Engine) retarget(ctx context.Context, mark string) error {
	now, changed := e.now(), false
	aims, accounts := e.aims.Load(), map[inbox.AccountID]*account{}
	for _, a := range e.allAccounts() {
		accounts[a.set().Account.ID] = a
	}
	err := e.repo.Retarget(ctx, mark, func(t *inbox.Thread) {
		old := *t
		t.Target = time.Time{}
		if !t.WaitAt.IsZero() {
			t.Target = aims.target(t.Client, t.Kind, t.WaitAt)
		}
		if a := accounts[t.Account]; a != nil && a.conn != nil && t.Window.IsZero() && !t.WaitAt.IsZero() {
			if end := windowEnd(a.conn.ThreadCaps(*t), t.Kind, t.InAt); end.After(now) {
				t.Window = end
			}
		}
		changed = changed || !t.Target.Equal(old.Target) || !t.Window.Equal(old.Window)
	})
	if changed {
		poke(e.sleepNow)
		e.changes.publish(inbox.Change{All: true})
	}
	return err
}
