package engine_test

import (
	"context"
	"errors"
	"sync"

	"vigie/inbox"
)

// errDead is what a process that was killed can no longer do.
var errDead = errors.New("the process is dead")

// point is a place in the life of an answer at which the process can be
// killed.
type point string

// The nine fail points of sending, in the order of an answer's life.
const (
	beforeConfirm point = "before it is in the outbox"
	afterConfirm  point = "after it is in the outbox"
	beforeClaim   point = "before the claim"
	afterClaim    point = "after the claim"
	afterDial     point = "after the line is up"
	afterHeaders  point = "after the first byte left"
	carriedOut    point = "carried out, no answer yet"
	beforeOutcome point = "answered, outcome not stored"
	afterOutcome  point = "after the outcome is stored"
)

// textKept is one more: the text of an answer that ends is a draft, and the
// answer has not ended.
const textKept point = "after its text is kept"

func points() []point {
	return []point{
		beforeConfirm, afterConfirm, beforeClaim, afterClaim, afterDial, afterHeaders, carriedOut, beforeOutcome, afterOutcome,
	}
}

// life is one process: it ends at a point that was armed. From then on its
// store takes nothing and its network does nothing for it.
type life struct {
	mu    sync.Mutex
	armed point
	over  bool
	died  chan struct{}
}

func newLife() *life { return &life{died: make(chan struct{})} }

// arm sets the point at which it ends.
func (l *life) arm(p point) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.armed = p
}

// at reports whether it is over once p is reached.
func (l *life) at(p point) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.armed == p && !l.over {
		l.over = true
		close(l.died)
	}
	return l.over
}

// kill ends it where it stands.
func (l *life) kill() {
	l.mu.Lock()
	defer l.mu.Unlock()
	if !l.over {
		l.over = true
		close(l.died)
	}
}

func (l *life) dead() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.over
}

// mortal is a store in the hands of a process that can be killed. It tells the
// judge of every state that an action goes through.
type mortal struct {
	inbox.Repo
	life  *life
	judge *judge
}

func (m mortal) AddAction(ctx context.Context, a inbox.Action, events []inbox.Event) (inbox.Action, error) {
	if m.life.at(beforeConfirm) {
		return a, errDead
	}
	a, err := m.Repo.AddAction(ctx, a, events)
	if err == nil {
		m.judge.queued(a)
	}
	if m.life.at(afterConfirm) {
		return a, errDead
	}
	return a, err
}

func (m mortal) AddActions(ctx context.Context, list []inbox.Action) ([]inbox.Action, error) {
	if m.life.at(beforeConfirm) {
		return nil, errDead
	}
	list, err := m.Repo.AddActions(ctx, list)
	for _, a := range list {
		m.judge.queued(a)
	}
	if m.life.at(afterConfirm) {
		return nil, errDead
	}
	return list, err
}

func (m mortal) MoveAction(ctx context.Context, id inbox.ActionID, from inbox.SendState, change func(*inbox.Action) ([]inbox.Event, *inbox.Ingest, error)) (inbox.Action, error) {
	if m.life.dead() {
		return inbox.Action{}, errDead
	}
	var was, is inbox.Action
	a, err := m.Repo.MoveAction(ctx, id, from, func(a *inbox.Action) ([]inbox.Event, *inbox.Ingest, error) {
		was = *a
		events, page, err := change(a)
		is = *a
		if err != nil {
			return events, page, err
		}
		if claims(was, is) && m.life.at(beforeClaim) || settles(was, is) && m.life.at(beforeOutcome) {
			return nil, nil, errDead
		}
		return events, page, nil
	})
	if err != nil {
		return a, err
	}
	m.judge.moved(was, is)
	if claims(was, is) && m.life.at(afterClaim) || settles(was, is) && m.life.at(afterOutcome) {
		return a, errDead
	}
	return a, nil
}

func (m mortal) MoveActions(ctx context.Context, ids []inbox.ActionID, change func(*inbox.Action) ([]inbox.Event, bool)) ([]inbox.Action, error) {
	if m.life.dead() {
		return nil, errDead
	}
	was := map[inbox.ActionID]inbox.Action{}
	moved, err := m.Repo.MoveActions(ctx, ids, func(a *inbox.Action) ([]inbox.Event, bool) {
		was[a.ID] = *a
		return change(a)
	})
	for _, a := range moved {
		m.judge.moved(was[a.ID], a)
	}
	return moved, err
}

func claims(was, is inbox.Action) bool {
	return was.State != inbox.Sending && is.State == inbox.Sending
}

func settles(was, is inbox.Action) bool {
	return was.State == inbox.Sending && is.State != inbox.Sending
}

func (m mortal) Ingest(ctx context.Context, in inbox.Ingest) (inbox.IngestResult, error) {
	if m.life.dead() {
		return inbox.IngestResult{}, errDead
	}
	return m.Repo.Ingest(ctx, in)
}

func (m mortal) Act(ctx context.Context, ids []inbox.ThreadID, decide func(inbox.Thread) ([]inbox.Event, error)) ([]inbox.Event, error) {
	if m.life.dead() {
		return nil, errDead
	}
	return m.Repo.Act(ctx, ids, decide)
}

func (m mortal) SaveStream(ctx context.Context, s inbox.StreamState) error {
	if m.life.dead() {
		return errDead
	}
	return m.Repo.SaveStream(ctx, s)
}

func (m mortal) SaveDraft(ctx context.Context, d inbox.Draft) error {
	if m.life.dead() {
		return errDead
	}
	err := m.Repo.SaveDraft(ctx, d)
	if m.life.at(textKept) {
		return errDead
	}
	return err
}

func (m mortal) DropDraft(ctx context.Context, id string) error {
	if m.life.dead() {
		return errDead
	}
	return m.Repo.DropDraft(ctx, id)
}
