package engine

import (
	"context"
	"errors"
	"slices"
	"time"

	"vigie/inbox"
)

// overTries is how often a step is worked out anew because its threads changed
// while it was.
const overTries = 20

// errMoved says that a thread changed after it was looked at.
var errMoved = errors.New("the thread changed meanwhile")

// news is a thread as it is, with its events since a step.
type news struct {
	head   inbox.Thread
	events []inbox.Event
}

// since reads what happened in the threads of a step's events after them.
// Threads that are no longer there are left out.
func (e *Engine) since(ctx context.Context, events []inbox.Event) (map[inbox.ThreadID]news, error) {
	first, last := map[inbox.ThreadID]int{}, map[inbox.ThreadID]int{}
	for _, ev := range events {
		if n, ok := first[ev.Thread]; !ok || ev.N < n {
			first[ev.Thread] = ev.N
		}
		last[ev.Thread] = max(last[ev.Thread], ev.N)
	}
	out := make(map[inbox.ThreadID]news, len(first))
	for id := range first {
		head, err := e.repo.Thread(ctx, id)
		if errors.Is(err, inbox.ErrNotFound) {
			continue
		}
		if err != nil {
			return nil, err
		}
		n := news{head: head}
		if head.Events > last[id] {
			all, err := e.repo.Events(ctx, id)
			if err != nil {
				return nil, err
			}
			n.events = slices.DeleteFunc(all, func(ev inbox.Event) bool { return ev.N <= first[id] })
		}
		out[id] = n
	}
	return out, nil
}

// writeOver changes the threads of a step by what work makes of each and of
// its events since, none to leave it alone. What work saw is what is changed.
// Nothing at all to write means that the step is passed over.
func (e *Engine) writeOver(ctx context.Context, m mark, s step, work func(inbox.Thread, []inbox.Event) []inbox.Event) ([]inbox.Event, error) {
	for range overTries {
		seen, err := e.since(ctx, s.events)
		if err != nil {
			return nil, err
		}
		ids := slices.DeleteFunc(threadsOf(s.events), func(id inbox.ThreadID) bool {
			_, there := seen[id]
			return !there
		})
		written, err := e.write(ctx, m, ids, func(t inbox.Thread) ([]inbox.Event, error) {
			n := seen[t.ID]
			if t.Events != n.head.Events {
				return nil, errMoved
			}
			return work(t, n.events), nil
		})
		switch {
		case errors.Is(err, errMoved):
		case err != nil:
			return nil, err
		case len(written) == 0:
			return nil, never("the thread was changed since")
		default:
			return written, nil
		}
	}
	return nil, notNow("the thread changes all the time")
}

// back are the events that take a step's events in one thread back, as far as
// the thread allows it.
func back(t inbox.Thread, events, since []inbox.Event) []inbox.Event {
	var list []inbox.Event
	for _, ev := range slices.Backward(events) {
		if ev.Thread != t.ID {
			continue
		}
		if u, err := inbox.UndoOf(t, ev, since...); err == nil {
			u.Thread = t.ID
			list = append(list, u)
		}
	}
	return list
}

// forth are the events that do a step's events in one thread again, as far as
// the thread allows it.
func forth(id inbox.ThreadID, events, since []inbox.Event, now time.Time) []inbox.Event {
	var list []inbox.Event
	for _, ev := range events {
		if ev.Thread != id {
			continue
		}
		if again, err := inbox.RedoOf(ev, now, since...); err == nil {
			list = append(list, again)
		}
	}
	return list
}

// only are those of a step's events that the given ones took back.
func only(events, undone []inbox.Event) []inbox.Event {
	type place struct {
		thread inbox.ThreadID
		n      int
	}
	taken := make(map[place]bool, len(undone))
	for _, u := range undone {
		taken[place{u.Thread, u.Undoes}] = true
	}
	var out []inbox.Event
	for _, ev := range events {
		if taken[place{ev.Thread, ev.N}] {
			out = append(out, ev)
		}
	}
	return out
}

func threadsOf(events []inbox.Event) []inbox.ThreadID {
	var ids []inbox.ThreadID
	seen := map[inbox.ThreadID]bool{}
	for _, ev := range events {
		if !seen[ev.Thread] {
			seen[ev.Thread] = true
			ids = append(ids, ev.Thread)
		}
	}
	return ids
}
