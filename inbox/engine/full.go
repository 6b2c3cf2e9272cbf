package engine

import (
	"context"
	"errors"
	"sync"
	"time"

	"vigie/inbox"
)

// fullRetry is the time between tries while the disk is full.
const fullRetry = 30 * time.Second

// room knows whether the disk has room, from what became of the last write.
type room struct {
	clock   inbox.Clock
	changed func()

	mu    sync.Mutex
	full  bool
	until time.Time // not to be tried before
}

// note takes in what became of a write and returns its error. Something small
// may still fit where the next thing does not: that says nothing before it is
// time to try again.
func (r *room) note(err error) error {
	full := errors.Is(err, inbox.ErrFull)
	if err != nil && !full {
		return err
	}
	r.mu.Lock()
	if r.full && !full && r.until.After(r.clock.Now()) {
		r.mu.Unlock()
		return nil
	}
	changed := r.full != full
	r.full = full
	if full {
		r.until = r.clock.Now().Add(fullRetry)
	}
	r.mu.Unlock()
	if changed {
		r.changed()
	}
	return err
}

// closedUntil is when something may be stored again; zero: now.
func (r *room) closedUntil(now time.Time) time.Time {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.full && r.until.After(now) {
		return r.until
	}
	return time.Time{}
}

func (r *room) isFull() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.full
}

// probe tries to store something small when it is time to; it reports whether
// the disk has room.
func (e *Engine) probe(ctx context.Context) bool {
	if !e.room.isFull() {
		return true
	}
	if !e.room.closedUntil(e.now()).IsZero() {
		return false
	}
	st, ok := e.anyStream()
	if !ok {
		return true // nothing is collected: what people do will tell
	}
	st.LastAt = e.now()
	if err := e.repo.SaveStream(ctx, st); err != nil {
		e.log.Warn("the disk is still full", "error", err)
	}
	return !e.room.isFull()
}

func (e *Engine) anyStream() (inbox.StreamState, bool) {
	for _, a := range e.allAccounts() {
		if wanted := a.wanted(); len(wanted) > 0 {
			return a.state(wanted[0]), true
		}
	}
	return inbox.StreamState{}, false
}

// roomyRepo is a Repo that tells a room what became of each write. A write
// that may have had nothing to do says nothing good.
type roomyRepo struct {
	inbox.Repo
	room *room
}

func (r roomyRepo) Ingest(ctx context.Context, in inbox.Ingest) (inbox.IngestResult, error) {
	res, err := r.Repo.Ingest(ctx, in)
	if err != nil || in.Stream != nil || res.New > 0 {
		err = r.room.note(err)
	}
	return res, err
}

func (r roomyRepo) Act(ctx context.Context, ids []inbox.ThreadID, decide func(inbox.Thread) ([]inbox.Event, error)) ([]inbox.Event, error) {
	events, err := r.Repo.Act(ctx, ids, decide)
	if err != nil || len(events) > 0 {
		err = r.room.note(err)
	}
	return events, err
}

func (r roomyRepo) SaveStream(ctx context.Context, s inbox.StreamState) error {
	return r.room.note(r.Repo.SaveStream(ctx, s))
}

func (r roomyRepo) AddAction(ctx context.Context, a inbox.Action, events []inbox.Event) (inbox.Action, error) {
	a, err := r.Repo.AddAction(ctx, a, events)
	return a, r.room.note(err)
}

func (r roomyRepo) AddActions(ctx context.Context, list []inbox.Action) ([]inbox.Action, error) {
	list, err := r.Repo.AddActions(ctx, list)
	return list, r.room.note(err)
}

func (r roomyRepo) MoveAction(ctx context.Context, id inbox.ActionID, from inbox.SendState, change func(*inbox.Action) ([]inbox.Event, *inbox.Ingest, error)) (inbox.Action, error) {
	a, err := r.Repo.MoveAction(ctx, id, from, change)
	return a, r.room.note(err)
}

func (r roomyRepo) MoveActions(ctx context.Context, ids []inbox.ActionID, change func(*inbox.Action) ([]inbox.Event, bool)) ([]inbox.Action, error) {
	list, err := r.Repo.MoveActions(ctx, ids, change)
	if err != nil || len(list) > 0 {
		err = r.room.note(err)
	}
	return list, err
}

func (r roomyRepo) SaveDraft(ctx context.Context, d inbox.Draft) error {
	return r.room.note(r.Repo.SaveDraft(ctx, d))
}

func (r roomyRepo) DropDraft(ctx context.Context, id string) error {
	err := r.Repo.DropDraft(ctx, id)
	if err != nil {
		err = r.room.note(err)
	}
	return err
}

func (r roomyRepo) Restore(ctx context.Context, list []inbox.RestoredThread) ([]int, error) {
	missing, err := r.Repo.Restore(ctx, list)
	if err != nil {
		err = r.room.note(err)
	}
	return missing, err
}
