package engine

import (
	"context"
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

// wake does what is due and returns when something is due next.
func (e *Engine) wake(ctx context.Context) (time.Time, error) {
	now := e.now()
	ids, err := e.repo.Sleepers(ctx, now)
	if err != nil {
		return time.Time{}, err
	}
	if len(ids) > 0 {
		events, err := e.repo.Act(ctx, ids, func(t inbox.Thread) ([]inbox.Event, error) {
			due := t.Due()
			if due.IsZero() || due.After(now) {
				return nil, nil
			}
			return []inbox.Event{dueEvent(t, now)}, nil
		})
		if err != nil {
			return time.Time{}, err
		}
		e.tellEvents(events)
	}
	return e.repo.NextDue(ctx)
}

func (e *Engine) tellEvents(events []inbox.Event) {
	list := make([]inbox.Change, 0, len(events))
	for _, ev := range events {
		list = append(list, inbox.Change{Thread: ev.Thread})
	}
	e.changes.publish(list...)
}
