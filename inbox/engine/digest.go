package engine

import (
	"context"
	"errors"
	"fmt"
	"time"

	"vigie/inbox"
	"vigie/inbox/digest"
	"vigie/inbox/text"
)

// The log is read back in pieces of so many events. What an import put back is
// told late of things long past: the log is read on until so many in a row are
// older than what is asked for.
const (
	logPiece  = 2000
	logBehind = 10_000
)

// Digest tells what happened since a time, by client, and how things stand now.
func (e *Engine) Digest(ctx context.Context, since time.Time) (inbox.Digest, error) {
	until := e.now()
	y := digest.New(since, until)
	heads := map[inbox.ThreadID]inbox.Thread{}
	before, behind := inbox.EventID(0), 0
	for behind < logBehind {
		events, err := e.repo.LastEvents(ctx, before, logPiece)
		if err != nil {
			return inbox.Digest{}, fmt.Errorf("read the log: %w", err)
		}
		for _, ev := range events {
			if behind++; !ev.At.Before(since) {
				behind = 0
			}
			if !y.Wants(ev) {
				continue
			}
			if err := e.tally(ctx, y, ev, heads); err != nil {
				return inbox.Digest{}, err
			}
		}
		if len(events) < logPiece {
			break
		}
		before = events[len(events)-1].ID
	}
	var ids []inbox.ClientID
	for _, c := range e.Clients() {
		ids = append(ids, c.ID)
	}
	d := y.Digest(ids)
	return d, e.standing(ctx, &d)
}

// tally counts one event. What it is about and is no longer there, or cannot be
// read, is told by the event alone.
func (e *Engine) tally(ctx context.Context, y *digest.Tally, ev inbox.Event, heads map[inbox.ThreadID]inbox.Thread) error {
	t, there, err := e.headIn(ctx, heads, ev.Thread)
	if !there {
		return err
	}
	if ev.Verb == inbox.Replied && ev.Message == "" && ev.Action != 0 {
		ev.Message = e.shown(ctx, ev.Action)
	}
	if ev.Message == "" || ev.Verb != inbox.Received && ev.Verb != inbox.Replied {
		y.Add(ev, t, nil)
		return nil
	}
	m, err := e.repo.MessageOf(ctx, t.Account, ev.Message)
	switch {
	case gone(err):
		y.Add(ev, t, nil)
	case err != nil:
		return fmt.Errorf("read message %s: %w", ev.Message, err)
	default:
		y.Add(ev, t, &m)
	}
	return nil
}

// headIn reads the head of an event's thread once; there is none when it is gone
// or cannot be read.
func (e *Engine) headIn(ctx context.Context, heads map[inbox.ThreadID]inbox.Thread, id inbox.ThreadID) (t inbox.Thread, there bool, err error) {
	if t, there = heads[id]; there {
		return t, true, nil
	}
	switch t, err = e.repo.Thread(ctx, id); {
	case gone(err):
		return t, false, nil
	case err != nil:
		return t, false, fmt.Errorf("read thread %d: %w", id, err)
	}
	heads[id] = t
	return t, true, nil
}

// shown is the message that a confirmed answer turned out to be, as far as the
// feed has shown it; "": none is known.
func (e *Engine) shown(ctx context.Context, id inbox.ActionID) string {
	a, err := e.repo.Action(ctx, id)
	if err != nil || a.Kind != inbox.ActReply || a.Receipt.Remote != "" {
		return a.Receipt.Remote
	}
	messages, err := e.repo.Messages(ctx, a.Thread, time.Time{}, 0)
	if err != nil {
		return ""
	}
	words := text.Clean(a.Text)
	for _, m := range messages {
		if m.Outgoing && m.Text == words && !m.At.Before(a.CreatedAt.Add(-clockSkew)) {
			return m.Remote
		}
	}
	return ""
}

// clockSkew is how much earlier than ours a network's clock may be.
const clockSkew = time.Minute

// gone reports whether an error says that there is nothing to read.
func gone(err error) bool {
	return errors.Is(err, inbox.ErrNotFound) || errors.Is(err, inbox.ErrDamaged)
}

// standing adds how many threads are ours, and how many of them should have
// been answered by now.
func (e *Engine) standing(ctx context.Context, d *inbox.Digest) error {
	counts, err := e.repo.Counts(ctx)
	if err != nil {
		return fmt.Errorf("read the counters: %w", err)
	}
	for i := range d.Clients {
		c := &d.Clients[i]
		c.Waiting, _ = counts.Sum(c.Client, inbox.Inbox, inbox.Ours)
		if err = e.pressing(ctx, c, d.Until); err != nil {
			return fmt.Errorf("count what is overdue: %w", err)
		}
	}
	return nil
}

// pressing names the first threads of a client that are ours, and counts those
// that are past their deadline and those whose window is about to close. In the
// order of lists all with a deadline come first, and those by their deadlines.
func (e *Engine) pressing(ctx context.Context, c *inbox.ClientDigest, now time.Time) error {
	q := inbox.ThreadQuery{Client: c.Client, States: []inbox.State{inbox.Ours}, Limit: piece}
	for {
		page, err := e.repo.Threads(ctx, q)
		if err != nil {
			return err
		}
		for _, t := range page.Threads {
			named := len(c.First) < inbox.MostFirst
			if named {
				c.First = append(c.First, t)
			}
			later := t.Rank.Class > inbox.RankDue || t.Rank.Class == inbox.RankDue && t.Rank.At.Truncate(time.Second).After(now)
			if later && !named {
				return nil
			}
			if t.Overdue(now) {
				c.Overdue++
			}
			if inbox.RankOf(t).Class == inbox.RankAlarm && t.Window.After(now) {
				c.Closing++
			}
		}
		if !page.More {
			return nil
		}
		q.After = page.Next
	}
}

// Log returns up to limit events (at least one, at most logPiece) before one (0:
// the newest), newest first, each with its thread; those whose thread cannot be
// read are left out.
func (e *Engine) Log(ctx context.Context, before inbox.EventID, limit int) ([]inbox.Logged, error) {
	events, err := e.repo.LastEvents(ctx, before, min(max(limit, 1), logPiece))
	if err != nil {
		return nil, fmt.Errorf("read the log: %w", err)
	}
	heads := map[inbox.ThreadID]inbox.Thread{}
	list := make([]inbox.Logged, 0, len(events))
	for _, ev := range events {
		t, there, err := e.headIn(ctx, heads, ev.Thread)
		if err != nil {
			return nil, err
		}
		if there {
			list = append(list, inbox.Logged{Event: ev, Thread: t})
		}
	}
	return list, nil
}
