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
	a.quit = cancel
	e.running.Add(1)
	go func() {
		defer e.running.Done()
		defer cancel()
		e.hear(ctx, a, waiter)
	}()
}

func (e *Engine) hear(ctx context.Context, a *account, waiter inbox.Waiter) {
	for fails := 0; ctx.Err() == nil; {
		err := waiter.Wait(ctx)
		if err == nil {
			fails = 0
			e.Sync(a.set().Account.ID)
			continue
		}
		if errors.Is(err, inbox.ErrUnsupported) {
			return
		}
		fails++
		e.log.Debug("push ended", "account", a.set().Account.ID, "fails", fails, "error", err)
		timer := time.NewTimer(retryAt(e.now(), fails, err, e.jitter).Sub(e.now()))
		select {
		case <-ctx.Done():
		case <-timer.C:
		}
		timer.Stop()
	}
}
