package engine

import (
	"context"
	"errors"
	"sync"

	"vigie/inbox"
)

// maxPending is how many different changes a slow session may have waiting
// before they become one "read everything again".
const maxPending = 256

// ErrStopped tells a session that the engine has stopped.
var ErrStopped = errors.New("the server is stopping")

// changes fans changes out to sessions. Publishing never blocks: a
// subscription keeps a set of distinct pending changes, and when the set is
// full it collapses into one change that means everything.
type changes struct {
	mu     sync.Mutex
	subs   map[*Subscription]struct{}
	closed bool
}

// Subscription is one session's view of what changed since it last asked.
type Subscription struct {
	from    *changes
	mu      sync.Mutex
	pending map[inbox.Change]struct{}
	order   []inbox.Change
	ready   chan struct{} // holds one token while something is pending
	done    chan struct{}
	once    sync.Once
}

func newChanges() *changes { return &changes{subs: map[*Subscription]struct{}{}} }

func (c *changes) subscribe() *Subscription {
	s := &Subscription{
		from:    c,
		pending: map[inbox.Change]struct{}{},
		ready:   make(chan struct{}, 1),
		done:    make(chan struct{}),
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.closed {
		s.end()
		return s
	}
	c.subs[s] = struct{}{}
	return s
}

func (c *changes) publish(list ...inbox.Change) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for s := range c.subs {
		s.add(list)
	}
}

func (c *changes) close() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.closed = true
	for s := range c.subs {
		s.end()
	}
	clear(c.subs)
}

func (s *Subscription) add(list []inbox.Change) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, ch := range list {
		if _, there := s.pending[ch]; there {
			continue
		}
		s.pending[ch] = struct{}{}
		s.order = append(s.order, ch)
	}
	if len(s.order) > maxPending {
		all := inbox.Change{All: true}
		clear(s.pending)
		s.pending[all] = struct{}{}
		s.order = append(s.order[:0], all)
	}
	select {
	case s.ready <- struct{}{}:
	default:
	}
}

// Next waits for changes and returns all that are pending, in the order in
// which they first happened. It fails with ctx's error, or with ErrStopped
// when the engine stops or the subscription is closed.
func (s *Subscription) Next(ctx context.Context) ([]inbox.Change, error) {
	for {
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-s.done:
			return nil, ErrStopped
		case <-s.ready:
		}
		s.mu.Lock()
		list := s.order
		s.order = nil
		clear(s.pending)
		s.mu.Unlock()
		if len(list) > 0 {
			return list, nil
		}
	}
}

// Close ends the subscription; a waiting Next returns.
func (s *Subscription) Close() {
	s.from.mu.Lock()
	delete(s.from.subs, s)
	s.from.mu.Unlock()
	s.end()
}

func (s *Subscription) end() { s.once.Do(func() { close(s.done) }) }
