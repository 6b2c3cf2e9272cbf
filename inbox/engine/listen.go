package engine

import (
	"context"
	"errors"
	"time"

	"vigie/inbox"
)

// listen starts to wait for the network's push, where there is one. The
// caller holds e.mu. Push only brings the next fetch forward: what is
// collected, and the cursor, are the fetch's.
func (e *Engine) listen(a *account) {
	waiter, ok := a.conn.(inbox.Waiter)
	a.mu.Lock()
	defer a.mu.Unlock()
	if !ok || a.listens || !a.conn.Caps().Push {
		return
	}
	a.listens = true
	ctx, cancel := context.WithCancel(e.rootCtx)
	stop := context.AfterFunc(a.ctx, cancel)
	e.running.Add(1)
	go func() {
		defer e.running.Done()
		defer cancel()
		defer stop()
		e.hear(ctx, a, waiter)
	}()
}

func (e *Engine) hear(ctx context.Context, a *account, waiter inbox.Waiter) {
	for fails := 0; ctx.Err() == nil; {
		if rest := a.quietUntil().Sub(e.now()); rest > 0 {
			pause(ctx, rest)
			continue
		}
		_, err := guarded(e, a.set().Account.ID, "wait", func() (struct{}, error) { return struct{}{}, waiter.Wait(ctx) })
		if err == nil {
			fails = 0
			a.setDeaf(false)
			e.Sync(a.set().Account.ID)
			continue
		}
		if errors.Is(err, inbox.ErrUnsupported) {
			return
		}
		fails++
		if a.setDeaf(true); fails == 1 {
			e.Sync(a.set().Account.ID) // from here on by the clock
		}
		e.log.Debug("push ended", "account", a.set().Account.ID, "fails", fails, "error", err)
		at := refetchAt(e.now(), fails, err, e.jitter)
		e.hush(a, err, at)
		pause(ctx, at.Sub(e.now()))
	}
}

// pause waits, at most until ctx ends.
func pause(ctx context.Context, d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
	case <-timer.C:
	}
}
