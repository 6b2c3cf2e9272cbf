package engine

import (
	"context"
	"fmt"
	"slices"
	"time"

	"vigie/inbox"
)

// sleepLoop wakes threads whose snooze ended, brings escalations back whose
// deadline passed and rings for windows that are about to close.
func (e *Engine) sleepLoop(ctx context.Context) {
	for ctx.Err() == nil {
		next, err := e.wake(ctx)
		if err != nil && ctx.Err() == nil {
			e.log.Error("wake threads", "error", err)
			next = e.now().Add(time.Minute)
		}
		e.sleep(ctx, next, e.sleepNow)
	}
}

// wake does what is due and returns when something is due next. What cannot be
// read is an error, after all else was done.
func (e *Engine) wake(ctx context.Context) (time.Time, error) {
	now := e.now()
	var failed error
	ids, err := e.repo.Sleepers(ctx, now)
	if err != nil {
		return time.Time{}, err
	}
	for part := range slices.Chunk(ids, piece) {
		err := e.rouse(ctx, part, now)
		if !gone(err) {
			if err != nil {
				return time.Time{}, err
			}
			continue
		}
		for _, id := range part { // one of them cannot be read: the others do not wait for it
			if one := e.rouse(ctx, []inbox.ThreadID{id}, now); one != nil {
				err = fmt.Errorf("wake thread %d: %w", id, one)
			}
		}
		failed = err
	}
	if failed != nil {
		return time.Time{}, failed
	}
	return e.repo.NextDue(ctx)
}

// rouse does what is due to threads, all or nothing.
func (e *Engine) rouse(ctx context.Context, ids []inbox.ThreadID, now time.Time) error {
	events, err := e.repo.Act(ctx, ids, func(t inbox.Thread) ([]inbox.Event, error) {
		due := t.Due()
		if due.IsZero() || due.After(now) {
			return nil, nil
		}
		return []inbox.Event{dueEvent(t, now)}, nil
	})
	if err == nil {
		e.tellEvents(events)
	}
	return err
}

func (e *Engine) tellEvents(events []inbox.Event) {
	list := make([]inbox.Change, 0, len(events))
	for _, ev := range events {
		list = append(list, inbox.Change{Thread: ev.Thread})
	}
	e.changes.publish(list...)
}
