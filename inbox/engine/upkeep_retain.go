package engine

import (
	"context"
	"time"

	"vigie/inbox"
)

// eraseLimit is how many messages a piece of a retention run looks at, and
// countLimit how many one that only counts.
const (
	eraseLimit = 500
	countLimit = 4096
)

// Retained is how far a client's rule has got, or what it did: the line that
// certifies it.
type Retained struct {
	Client    inbox.Client
	Before    time.Time // what is older is erased
	Looked    int       // messages
	Erased    int       // of them; in a dry run: that would be
	Due       int       // messages to be erased, counted as it began; 0 in a dry run
	Threads   int       // whose head, notes or answers were
	Oldest    time.Time // of the messages erased; zero: none was
	Newest    time.Time
	Began     time.Time
	Ended     time.Time // zero: it goes on
	dry       bool
	from      inbox.MessageID
	lastPiece time.Duration
}

// retention is a run of all clients' rules.
type retention struct {
	began time.Time
	rules []Retained // what is left of them
}

// retains reports whether any client has a rule.
func (e *Engine) retains() bool { return len(e.rules(e.now(), true)) > 0 }

// rules are the rules of the clients that have one, not begun.
func (e *Engine) rules(now time.Time, dry bool) (list []Retained) {
	e.mu.Lock()
	defer e.mu.Unlock()
	for _, c := range e.settings.Clients {
		if c.Retention > 0 {
			list = append(list, Retained{Client: c, Before: now.Add(-c.Retention), Began: now, dry: dry})
		}
	}
	return list
}

// Retain carries out the rules of all clients that have one, now, or in a dry
// run counts what they would erase. It hears how far each is after each piece,
// and while others change something it leaves them half of the time. What it did
// until its context ended stays done.
func (e *Engine) Retain(ctx context.Context, dry bool, report func(Retained)) error {
	for _, r := range e.rules(e.now(), dry) {
		r.Began = e.now()
		if !dry {
			due, err := e.due(ctx, r)
			if err != nil {
				return err
			}
			r.Due = due
		}
		for r.Ended.IsZero() {
			if err := e.retain(ctx, &r); err != nil {
				return err
			}
			report(r)
			if !dry && r.Ended.IsZero() && e.upkeep.busy() {
				pause(ctx, r.lastPiece) // whoever waits to write comes first
			}
		}
	}
	return ctx.Err()
}

// due counts the messages that a rule wants erased.
func (e *Engine) due(ctx context.Context, r Retained) (int, error) {
	for r.dry = true; r.Ended.IsZero(); {
		if err := e.retain(ctx, &r); err != nil {
			return 0, err
		}
	}
	return r.Erased, nil
}

// retain does one piece of a rule.
func (e *Engine) retain(ctx context.Context, r *Retained) error {
	now, limit := e.now(), eraseLimit
	if r.dry {
		limit = countLimit
	}
	res, err := e.repo.Erase(ctx, inbox.EraseRequest{
		Client: r.Client.ID, Before: r.Before, From: r.from, Limit: limit, Dry: r.dry, Now: now,
	})
	if err != nil {
		return err
	}
	r.Looked += res.Looked
	r.Erased += res.Erased
	r.Threads += res.Threads
	if res.Erased > 0 {
		r.Oldest = earlier(r.Oldest, res.Oldest)
		r.Newest = later(r.Newest, res.Newest)
	}
	r.from, r.lastPiece = res.Next, e.now().Sub(now)
	if res.Next == 0 {
		r.Ended = e.now()
		e.certify(*r)
	}
	return nil
}

// certify writes down what a rule has erased, and lets the sessions read it
// anew.
func (e *Engine) certify(r Retained) {
	if r.dry {
		return
	}
	e.log.Info(
		"retention", "client", r.Client.ID, "rule", r.Client.Retention, "before", r.Before, "looked", r.Looked, "erased", r.Erased,
		"threads", r.Threads, "oldest", r.Oldest, "newest", r.Newest, "began", r.Began, "ended", r.Ended,
	)
	if r.Erased+r.Threads > 0 {
		e.changes.publish(inbox.Change{All: true})
	}
}

// retainPiece does a piece of the daily run.
func (e *Engine) retainPiece(ctx context.Context) {
	u := e.upkeep
	if u.retention == nil {
		u.retention = &retention{began: e.now(), rules: e.rules(e.now(), false)}
	}
	run := u.retention
	if len(run.rules) > 0 {
		r := &run.rules[0]
		if err := e.retain(ctx, r); err != nil {
			if ctx.Err() == nil {
				e.log.Error("retention", "client", r.Client.ID, "error", err)
				u.rest = e.now().Add(tendRetry)
			}
			return
		}
		u.erased = u.erased || r.Erased+r.Threads > 0
		if r.Ended.IsZero() {
			return
		}
		run.rules = run.rules[1:]
	}
	if len(run.rules) == 0 {
		u.retention, u.retainAt = nil, run.began.Add(daily)
	}
}
