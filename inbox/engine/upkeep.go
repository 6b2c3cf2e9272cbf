package engine

import (
	"context"
	"errors"
	"sync"
	"time"

	"vigie/inbox"
)

// When upkeep is done.
const (
	lull        = 300 * time.Millisecond // nobody changed anything for so long: there is time
	lullWait    = 5 * time.Second        // the longest wait for a lull
	quiet       = 10 * time.Minute       // nobody did anything for so long: the inbox is idle
	daily       = 24 * time.Hour         // between two runs of the rules, and two compactions
	weekly      = 7 * daily              // between two compactions for the sake of what was erased
	compactLook = time.Hour              // between two looks at whether compacting is worth while
	tendRetry   = time.Minute            // after a failure
)

// shareOfCore is how much of a core upkeep may take while somebody is
// attached, in percent.
const shareOfCore = 30

// upkeep is what the engine knows of what to do when there is time. Its loop
// owns what the mutex does not guard.
type upkeep struct {
	clock inbox.Clock
	wake  chan struct{} // one token: something changed

	mu      sync.Mutex
	changed time.Time     // when anybody changed anything last
	acted   time.Time     // when somebody did who is not collecting
	stored  bool          // messages came since the index was last tended
	held    chan struct{} // closed when collecting may store again; nil: it may

	waited    time.Time // since when something waits for a lull; zero: nothing does
	rest      time.Time // until then the loop leaves others the machine
	tend      bool      // the index may not be whole
	retainAt  time.Time // the next run of the rules is due
	retention *retention
	erased    bool // since the last compaction
	compactAt time.Time
	shelfAt   time.Time // the next look at files that nothing needs
	compacted time.Time // zero: not since the start
}

func newUpkeep(c inbox.Clock) *upkeep {
	return &upkeep{clock: c, wake: make(chan struct{}, 1)}
}

// note remembers that something was changed, by somebody who is collecting or
// not.
func (u *upkeep) note(collecting, messages bool) {
	now := u.clock.Now()
	u.mu.Lock()
	u.changed = now
	if !collecting {
		u.acted = now
	}
	fresh := messages && !u.stored
	u.stored = u.stored || messages
	u.mu.Unlock()
	if fresh {
		poke(u.wake)
	}
}

// busy reports whether somebody changed anything a moment ago.
func (u *upkeep) busy() bool {
	now := u.clock.Now()
	u.mu.Lock()
	defer u.mu.Unlock()
	return now.Before(u.changed.Add(lull))
}

// upkeepLoop does what waits, a short piece at a time, when there is time.
func (e *Engine) upkeepLoop(ctx context.Context) {
	u := e.upkeep
	start := e.now()
	u.mu.Lock()
	u.changed, u.acted = later(u.changed, start), later(u.acted, start)
	u.mu.Unlock()
	u.tend, u.retainAt, u.compactAt, u.shelfAt = true, start.Add(quiet), start.Add(quiet), start.Add(quiet)
	for ctx.Err() == nil {
		e.sleep(ctx, e.keepUp(ctx), u.wake)
	}
}

// keepUp does one piece and returns when to come again; zero: when something
// changed, or in a while.
func (e *Engine) keepUp(ctx context.Context) time.Time {
	u, now := e.upkeep, e.now()
	if u.rest.After(now) {
		return u.rest
	}
	u.mu.Lock()
	if u.stored {
		u.tend, u.stored = true, false
	}
	changed, acted := u.changed, u.acted
	u.mu.Unlock()
	piece, next := e.dueOf(now, acted)
	if piece == nil {
		u.waited = time.Time{}
		return next
	}
	if u.waited.IsZero() {
		u.waited = now
	}
	if at := earlier(changed.Add(lull), u.waited.Add(lullWait)); at.After(now) {
		return at
	}
	u.waited = time.Time{}
	piece(ctx)
	took := e.now().Sub(now)
	u.rest = later(u.rest, e.now().Add(e.breather(took)))
	return u.rest
}

// dueOf picks what is to be done now; without anything it says when something
// is.
func (e *Engine) dueOf(now, acted time.Time) (piece func(context.Context), next time.Time) {
	u := e.upkeep
	idle := !now.Before(acted.Add(quiet)) && !e.anyoneNew(now)
	if u.tend {
		return e.tendPiece, time.Time{}
	}
	if u.retention != nil {
		return e.retainPiece, time.Time{}
	}
	if e.retains() {
		// Days without a quiet moment must not keep what is to be erased.
		if now.After(u.retainAt) && (idle || now.After(u.retainAt.Add(daily))) {
			return e.retainPiece, time.Time{}
		}
		next = u.retainAt
	}
	if e.compacts() {
		if idle && !now.Before(u.compactAt) {
			return e.compactPiece, time.Time{}
		}
		next = earlier(next, u.compactAt)
	}
	if e.shelf != nil {
		if !now.Before(u.shelfAt) { // a short piece: it waits for nobody
			return e.clearShelf, time.Time{}
		}
		next = earlier(next, u.shelfAt)
	}
	if !next.After(now) {
		next = time.Time{} // it waits for a quiet moment: the minute is enough
	}
	return nil, next
}

// breather is how long upkeep leaves the machine to others after a piece.
func (e *Engine) breather(took time.Duration) time.Duration {
	if len(e.Sessions()) == 0 {
		return 0
	}
	return took * (100 - shareOfCore) / shareOfCore
}

// anyoneNew reports whether somebody came just now, or is writing.
func (e *Engine) anyoneNew(now time.Time) bool {
	for _, s := range e.Sessions() {
		if s.Composing != 0 || now.Before(s.Since.Add(quiet)) {
			return true
		}
	}
	return false
}

// tendPiece does a piece of the index.
func (e *Engine) tendPiece(ctx context.Context) {
	more, err := e.repo.Tend(ctx)
	e.upkeep.tend = more
	if err != nil && ctx.Err() == nil {
		e.log.Error("tend the index", "error", err)
		e.upkeep.tend, e.upkeep.rest = true, e.now().Add(tendRetry)
	}
}

func (e *Engine) compacts() bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.settings.Compact
}

// compactPiece writes the store anew if that is worth while. Whoever acts
// meanwhile ends it; what is collected waits until it is done.
func (e *Engine) compactPiece(ctx context.Context) {
	u, now := e.upkeep, e.now()
	u.compactAt = now.Add(compactLook)
	before, err := e.repo.Compaction(ctx)
	if err != nil {
		e.compactFailed(ctx, err)
		return
	}
	sweep := u.erased && before.Free > 0 && !now.Before(u.compacted.Add(weekly))
	if !before.Worth() && !sweep {
		return
	}
	release := u.holdCollecting()
	after, err := e.repo.Compact(ctx, true)
	release()
	if errors.Is(err, inbox.ErrBusy) {
		e.log.Debug("compact the store", "error", err)
		return
	}
	if err != nil {
		e.compactFailed(ctx, err)
		return
	}
	u.compacted, u.compactAt, u.erased = now, now.Add(daily), false
	e.log.Info("store compacted", "before", before.Bytes, "after", after.Bytes, "took", e.now().Sub(now))
}

func (e *Engine) compactFailed(ctx context.Context, err error) {
	if ctx.Err() != nil {
		return
	}
	e.upkeep.compactAt = e.now().Add(daily)
	e.log.Warn("compact the store", "error", err)
}

// holdCollecting makes what is collected wait until release is called: a poll
// each minute would else keep a big store from ever being compacted.
func (u *upkeep) holdCollecting() (release func()) {
	held := make(chan struct{})
	u.mu.Lock()
	u.held = held
	u.mu.Unlock()
	return func() {
		u.mu.Lock()
		u.held = nil
		u.mu.Unlock()
		close(held)
	}
}

// mayStore waits until what was collected may be stored.
func (u *upkeep) mayStore(ctx context.Context) error {
	u.mu.Lock()
	held := u.held
	u.mu.Unlock()
	if held == nil {
		return nil
	}
	select {
	case <-held:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// Reindex throws the search index away. It is made anew when there is time;
// until then searches are slower, and as exact.
func (e *Engine) Reindex(ctx context.Context) error { return e.repo.Reindex(ctx) }
