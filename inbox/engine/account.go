package engine

import (
	"context"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"vigie/inbox"
)

// account is one configured account at work. At most one pass of an account
// runs at a time.
type account struct {
	conf atomic.Pointer[AccountSettings]
	conn inbox.Connector
	pass chan struct{}   // holds a token during a pass
	ctx  context.Context // ends when the account leaves the settings
	quit context.CancelFunc

	mu       sync.Mutex
	streams  map[inbox.Stream]*inbox.StreamState
	blocked  map[inbox.Stream]time.Time // the network's own "not before"
	quiet    time.Time                  // the same for every call, sends too
	wires    map[*wire]struct{}         // what is being sent
	wishes   int                        // how often a pass was asked for
	busy     int                        // passes that run or wait for their turn
	listens  bool
	deaf     bool // the network's push fails
	identity inbox.Identity
	verdicts verdicts
	received int // messages stored since the engine began
}

func newAccount(set AccountSettings) *account {
	a := &account{
		conn:    set.Connector,
		pass:    make(chan struct{}, 1),
		streams: map[inbox.Stream]*inbox.StreamState{},
		blocked: map[inbox.Stream]time.Time{},
		wires:   map[*wire]struct{}{},
	}
	a.conf.Store(&set)
	a.ctx, a.quit = context.WithCancel(context.Background())
	return a
}

// set is the account's part of the settings, as they are now.
func (a *account) set() AccountSettings { return *a.conf.Load() }

// enter begins a pass, once the one before it has ended; not when ctx ends or
// the account leaves first. The pass's own ctx ends with either.
func (a *account) enter(ctx context.Context) (pass context.Context, leave func(), ok bool) {
	pass, cancel := context.WithCancel(ctx)
	stop := context.AfterFunc(a.ctx, cancel)
	select {
	case a.pass <- struct{}{}:
	case <-pass.Done():
		stop()
		cancel()
		return nil, nil, false
	}
	a.occupy(1)
	return pass, func() {
		a.occupy(-1)
		<-a.pass
		stop()
		cancel()
	}, true
}

func (a *account) receive(n int) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.received += n
}

func (a *account) occupy(n int) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.busy += n
}

// hears reports whether the network's push works as far as is known.
func (a *account) hears() bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	return !a.deaf
}

func (a *account) setDeaf(deaf bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.deaf = deaf
}

// who is what the network takes us for, as far as is known.
func (a *account) who() inbox.Identity {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.identity
}

// quietUntil is when the network allows a call again; past or zero: now.
func (a *account) quietUntil() time.Time {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.quiet
}

// wanted lists the streams to collect: those configured, else all there are.
func (a *account) wanted() []inbox.Stream {
	if a.conn == nil {
		return nil
	}
	offered := a.conn.Caps().Streams
	if len(a.set().Streams) == 0 {
		return offered
	}
	return slices.DeleteFunc(slices.Clone(a.set().Streams), func(s inbox.Stream) bool {
		return !slices.Contains(offered, s)
	})
}

func (a *account) state(s inbox.Stream) inbox.StreamState {
	a.mu.Lock()
	defer a.mu.Unlock()
	if st, ok := a.streams[s]; ok {
		return *st
	}
	return inbox.StreamState{Account: a.set().Account.ID, Stream: s}
}

// wished is how often a pass was asked for.
func (a *account) wished() int {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.wishes
}

func (a *account) keep(st inbox.StreamState, blocked time.Time) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.streams[st.Stream] = &st
	a.blocked[st.Stream] = blocked
}

// due lists the streams that may be fetched now, or when the next one may.
func (a *account) due(now time.Time) ([]inbox.Stream, time.Time) {
	var list []inbox.Stream
	var next time.Time
	wanted := a.wanted()
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.busy > 0 {
		return nil, time.Time{}
	}
	for _, s := range wanted {
		st := a.streams[s]
		if st == nil || !st.NextAt.After(now) {
			list = append(list, s)
		} else {
			next = earlier(next, st.NextAt)
		}
	}
	return list, next
}

// rest lets the other streams wait as long as the one that failed; blocked: a
// person's wish does not shorten it.
func (a *account) rest(streams []inbox.Stream, until time.Time, blocked bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	for _, s := range streams {
		st := a.streams[s]
		if st == nil {
			st = &inbox.StreamState{Account: a.set().Account.ID, Stream: s}
			a.streams[s] = st
		}
		if st.NextAt.Before(until) {
			st.NextAt = until
		}
		if blocked && a.blocked[s].Before(until) {
			a.blocked[s] = until
		}
	}
}
