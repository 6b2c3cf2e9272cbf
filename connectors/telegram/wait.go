package telegram

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"vigie/inbox"
)

const (
	// pollTime is how long Telegram may wait before it answers with nothing.
	pollTime = 50 * time.Second
	// pollSlack is what the way there and back may take besides.
	pollSlack = 15 * time.Second
	// tooShort is how quickly an answer of nothing comes from a server that
	// does not wait, and shortMost how many make sure.
	tooShort  = 2 * time.Second
	shortMost = 3
	// heldPause is how long Wait leaves a caller that it woke, and that does
	// not fetch what is held.
	heldPause = time.Second
)

// turn lets one call at a time ask for updates: a second one would be answered
// by a conflict, or end the first. A Fetch ends a long poll that waits.
type turn struct {
	free chan struct{} // of one place; full while somebody asks

	mu      sync.Mutex
	fetches int
	stop    context.CancelFunc // of the long poll that waits; nil: none
}

// fetch takes the turn, and ends a long poll for it.
func (t *turn) fetch(ctx context.Context) (leave func(), err error) {
	t.mu.Lock()
	t.fetches++
	if t.stop != nil {
		t.stop()
	}
	t.mu.Unlock()
	defer func() {
		t.mu.Lock()
		t.fetches--
		t.mu.Unlock()
	}()
	select {
	case t.free <- struct{}{}:
		return func() { <-t.free }, nil
	case <-ctx.Done():
		return nil, fmt.Errorf("wait for another fetch: %w", ctx.Err())
	}
}

// poll takes the turn for a long poll, whose ctx a Fetch ends.
func (t *turn) poll(ctx context.Context) (polling context.Context, leave func(), err error) {
	select {
	case t.free <- struct{}{}:
	case <-ctx.Done():
		return nil, nil, ctx.Err()
	}
	polling, cancel := context.WithCancel(ctx)
	t.mu.Lock()
	defer t.mu.Unlock()
	t.stop = cancel
	if t.fetches > 0 {
		cancel()
	}
	return polling, func() {
		t.mu.Lock()
		t.stop = nil
		t.mu.Unlock()
		cancel()
		<-t.free
	}, nil
}

// Wait implements inbox.Waiter: it holds a long poll open until Telegram has
// something. It confirms nothing that a Fetch was not given the cursor of.
func (c *connector) Wait(ctx context.Context) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	defer context.AfterFunc(c.ended, cancel)()
	for {
		told, err := c.listen(ctx)
		switch {
		case ctx.Err() != nil:
			return fmt.Errorf("wait for updates: %w", ctx.Err())
		case err != nil:
			return err
		case told:
			return nil
		}
	}
}

// listen is one long poll; told says that something is there to be fetched.
func (c *connector) listen(ctx context.Context) (told bool, err error) {
	c.mu.Lock()
	held, short, offset := len(c.held) > 0, c.short, c.stored
	fetched := c.fetchd
	c.mu.Unlock()
	if short >= shortMost {
		return false, fmt.Errorf("the server answers a long poll at once: %w", inbox.ErrUnsupported)
	}
	if held { // which only the next Fetch can confirm
		pause(ctx, heldPause, fetched)
		c.mu.Lock()
		defer c.mu.Unlock()
		return len(c.held) > 0, nil
	}
	polling, leave, err := c.turn.poll(ctx)
	if err != nil {
		return false, err
	}
	quick, told, err := c.longPoll(ctx, polling, offset)
	leave()
	if quick { // a server that does not wait is not asked in a hurry
		pause(ctx, heldPause, nil)
	}
	return told, err
}

// longPoll asks for updates and holds them; quick says that nothing came, and
// at once.
func (c *connector) longPoll(ctx, polling context.Context, offset int64) (quick, told bool, err error) {
	c.mu.Lock()
	changed := offset != c.stored || len(c.held) > 0 // by a Fetch that went before
	c.mu.Unlock()
	if changed || polling.Err() != nil {
		return false, false, nil
	}
	begun := time.Now()
	list, err := c.updates(polling, offset, int(pollTime/time.Second))
	switch {
	case polling.Err() != nil && ctx.Err() == nil && errors.Is(err, context.Canceled):
		return false, false, nil // a Fetch wants the turn
	case err != nil:
		return false, false, err
	case len(list) > 0:
		c.hold(offset, list)
		return false, true, nil
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.short++
	if time.Since(begun) >= tooShort {
		c.short = 0
	}
	return c.short > 0, false, nil
}

// tellFetched wakes who waits for a Fetch.
func (c *connector) tellFetched() {
	c.mu.Lock()
	defer c.mu.Unlock()
	close(c.fetchd)
	c.fetchd = make(chan struct{})
}

// pause waits for a time, or until ctx or done ends.
func pause(ctx context.Context, d time.Duration, done <-chan struct{}) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
	case <-done:
	case <-timer.C:
	}
}
