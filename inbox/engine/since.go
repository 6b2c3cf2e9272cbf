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

// writeOver changes the threads of a step by what work makes of each, of the
// step's events in it and of its events since; none leaves it alone. What work
// saw is what is changed. Nothing at all to write means that the step is passed
// over. A step of many threads goes by pieces, as with write, the lowest
// numbers first; an error then leaves a part written, which is returned with
// it.
func (e *Engine) writeOver(ctx context.Context, m mark, s step, work overWork) ([]inbox.Event, error) {
	of := byThread(s.events)
	ids := threadsOf(s.events)
	if len(ids) > piece {
		slices.Sort(ids)
	}
	var written []inbox.Event
	for part := range slices.Chunk(ids, piece) {
		list, err := e.writePart(ctx, m, part, of, work)
		if err != nil {
			return written, err
		}
		written = append(written, list...)
	}
	if len(written) == 0 {
		return nil, never("the thread was changed since")
	}
	return written, nil
}

// overWork makes of a thread, a step's events in it and its events since what
// is to be written.
type overWork func(t inbox.Thread, events, since []inbox.Event) []inbox.Event

// writePart is writeOver for the threads of one transaction.
func (e *Engine) writePart(ctx context.Context, m mark, part []inbox.ThreadID, of map[inbox.ThreadID][]inbox.Event, work overWork) ([]inbox.Event, error) {
	var events []inbox.Event
	for _, id := range part {
		events = append(events, of[id]...)
	}
	for range overTries {
		seen, err := e.since(ctx, events)
		if err != nil {
			return nil, err
		}
		ids := slices.DeleteFunc(slices.Clone(part), func(id inbox.ThreadID) bool {
			_, there := seen[id]
			return !there
		})
		written, err := e.write(ctx, m, ids, func(t inbox.Thread) ([]inbox.Event, error) {
			n := seen[t.ID]
			if t.Events != n.head.Events {
				return nil, errMoved
			}
			return work(t, of[t.ID], n.events), nil
		})
		if !errors.Is(err, errMoved) {
			return written, err
		}
	}
	return nil, notNow("the thread changes all the time")
}

// back are the events that take those of a step in one thread back, as far as
// the thread allows it.
func back(t inbox.Thread, events, since []inbox.Event) []inbox.Event {
	var list []inbox.Event
	for _, ev := range slices.Backward(events) {
		if u, err := inbox.UndoOf(t, ev, since...); err == nil {
			u.Thread = t.ID
			list = append(list, u)
		}
	}
	return list
}

// forth are the events that do those of a step in one thread again, as far as
// the thread allows it.
func forth(events, since []inbox.Event, now time.Time) []inbox.Event {
	var list []inbox.Event
	for _, ev := range events {
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

func byThread(events []inbox.Event) map[inbox.ThreadID][]inbox.Event {
	of := map[inbox.ThreadID][]inbox.Event{}
	for _, ev := range events {
		of[ev.Thread] = append(of[ev.Thread], ev)
	}
	return of
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
