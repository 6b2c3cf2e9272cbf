package engine

import (
	"context"
	"slices"
	"time"

	"vigie/inbox"
)

// Sync asks for a pass of these accounts (none: all) as soon as a worker is
// free. A network's own "not before" is kept.
func (e *Engine) Sync(ids ...inbox.AccountID) {
	now := e.now()
	for _, a := range e.allAccounts() {
		if len(ids) > 0 && !slices.Contains(ids, a.set().Account.ID) {
			continue
		}
		a.mu.Lock()
		a.wishes++
		for s, st := range a.streams {
			if a.blocked[s].After(now) {
				continue
			}
			st.NextAt = now
		}
		a.mu.Unlock()
	}
	poke(e.collectNow)
}

// SyncNow runs one pass of these accounts (none: all), one after another, and
// reports each page. It fails for an unknown account; what a network refuses
// is reported, not returned.
func (e *Engine) SyncNow(ctx context.Context, ids []inbox.AccountID, report func(inbox.Progress)) error {
	var list []*account
	for _, id := range ids {
		a, ok := e.account(id)
		if !ok {
			return inbox.Problem{Code: inbox.CodeNotFound, Args: []string{string(id)}}
		}
		list = append(list, a)
	}
	if len(ids) == 0 {
		list = e.allAccounts()
	}
	for _, a := range list {
		if err := ctx.Err(); err != nil {
			return err
		}
		if a.conn == nil {
			report(inbox.Progress{Account: a.set().Account.ID, Problem: a.set().Problem})
		}
		e.collect(ctx, a, a.ready(e.now(), report), report)
		report(inbox.Progress{Account: a.set().Account.ID, Done: true})
	}
	poke(e.collectNow)
	return ctx.Err()
}

// ready lists the streams that the network allows to fetch now; it reports
// those it does not.
func (a *account) ready(now time.Time, report func(inbox.Progress)) []inbox.Stream {
	var list []inbox.Stream
	for _, s := range a.wanted() {
		a.mu.Lock()
		until := a.blocked[s]
		a.mu.Unlock()
		if until.After(now) {
			report(inbox.Progress{Account: a.set().Account.ID, Stream: s, Problem: a.state(s).Problem})
			continue
		}
		list = append(list, s)
	}
	return list
}
