package engine

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"vigie/inbox"
)

const (
	// recallEvents is how far back the log is read for undo when an engine
	// begins: what is older can no longer be taken back. It bounds the time to
	// start.
	recallEvents = 5000
	// recallStep is how far back it is read for the rest of the step with which
	// that ends: one of very many threads.
	recallStep = 100_000
)

// trace is what the log and the outbox still show of one act of a line.
type trace struct {
	line string
	of   uint64 // see Event.Of
	step
	undone []inbox.Event // that take others back
}

// add notes an action of the act.
func (t *trace) add(a act, kind inbox.ActionKind) {
	t.kind = kind
	if !slices.Contains(t.acts, a) {
		t.acts = append(t.acts, a)
	}
}

// traces are those of all lines, by number.
type traces map[uint64]*trace

func (ts traces) at(line string, id uint64) *trace {
	t := ts[id]
	if t == nil {
		t = &trace{line: line, step: step{id: id}}
		ts[id] = t
	}
	return t
}

// recall rebuilds the piles of all lines from the newest events and the open
// actions: what the engine before this one knew of them.
func (e *Engine) recall(ctx context.Context) error {
	events, whole, err := e.newestEvents(ctx)
	if err != nil {
		return fmt.Errorf("read the newest events: %w", err)
	}
	open, err := e.repo.OpenActions(ctx)
	if err != nil {
		return fmt.Errorf("read the outbox: %w", err)
	}
	ts := traces{}
	for _, ev := range slices.Backward(events) {
		ts.event(ev)
		if ev.Verb != inbox.Undone || ev.Undoes != 0 {
			continue
		}
		// an action was taken out: nothing else may tell of it any more
		if a, err := e.repo.Action(ctx, ev.Action); err == nil {
			open = append(open, a)
		}
	}
	if !whole {
		delete(ts, events[len(events)-1].Step)
	}
	for _, a := range open {
		if err := e.traceAction(ctx, ts, a); err != nil {
			return err
		}
	}
	e.replay(ts)
	return nil
}

// newestEvents reads the log back to where undo begins, newest first; whole
// tells whether all events of the oldest one's step are there.
func (e *Engine) newestEvents(ctx context.Context) (events []inbox.Event, whole bool, err error) {
	events, err = e.repo.LastEvents(ctx, 0, recallEvents)
	if err != nil || len(events) < recallEvents {
		return events, true, err
	}
	last := events[len(events)-1]
	for last.Line != "" && last.Step != 0 && len(events) < recallStep {
		page, err := e.repo.LastEvents(ctx, events[len(events)-1].ID, recallEvents)
		if err != nil {
			return nil, false, err
		}
		older := len(events)
		for i, ev := range page {
			if ev.Step == last.Step {
				older = len(events) + i + 1
			}
		}
		events = append(events, page...)
		if older <= len(events)-len(page) || len(page) < recallEvents { // what is between is others'
			return events[:older], true, nil
		}
	}
	return events, false, nil
}

func (ts traces) event(ev inbox.Event) {
	if ev.Line == "" || ev.Step == 0 {
		return
	}
	t := ts.at(ev.Line, ev.Step)
	t.of = ev.Of
	switch {
	case ev.Verb == inbox.Undone:
		t.undone = append(t.undone, ev)
	case ev.Verb == inbox.Replied && ev.Action != 0:
		t.add(act{ev.Action, ev.Thread}, inbox.ActReply)
	case ev.Verb == inbox.Acted || ev.Verb == inbox.Failed:
		kind := t.kind
		if len(ev.Args) > 0 {
			kind = inbox.ActionKind(ev.Args[0])
		}
		t.add(act{ev.Action, ev.Thread}, kind)
	default:
		t.events = append(t.events, ev)
		if ev.Verb == inbox.Escalate {
			t.add(act{ev.Action, ev.Thread}, inbox.ActEscalate)
		}
	}
}

func (e *Engine) traceAction(ctx context.Context, ts traces, a inbox.Action) error {
	if a.Line == "" || a.Step == 0 {
		return nil
	}
	t := ts.at(a.Line, a.Step)
	t.of = a.Of
	t.add(actOf(a), a.Kind)
	if a.Kind != inbox.ActEscalate || len(t.events) > 0 {
		return nil
	}
	var err error // it is older than what was read of the log
	if t.events, err = e.eventsOf(ctx, a.Thread, a.Step); err != nil {
		return fmt.Errorf("read the events of an escalation: %w", err)
	}
	return nil
}

// replay walks the traces in the order of the acts.
func (e *Engine) replay(ts traces) {
	order := make([]*trace, 0, len(ts))
	for _, t := range ts {
		order = append(order, t)
	}
	slices.SortFunc(order, func(a, b *trace) int { return cmp.Compare(a.id, b.id) })
	e.mu.Lock()
	defer e.mu.Unlock()
	for _, t := range order {
		slices.SortFunc(t.acts, func(a, b act) int { return cmp.Compare(a.id, b.id) })
		e.lastStep = max(e.lastStep, t.id, t.of)
		h := e.steps[t.line]
		if h == nil {
			h = &history{}
			e.steps[t.line] = h
		}
		h.replay(t)
	}
}

func (h *history) replay(t *trace) {
	if t.of == 0 {
		h.push(t.step)
		return
	}
	old, known := h.find(t.of)
	inverse, turns := old.kind.Inverse()
	reversed := turns && t.kind == inverse
	switch {
	case len(t.undone) == 0 && !reversed && (known || len(t.events) > 0): // done again
		t.id = t.of
		if from, ok := h.undone.find(t.of); ok {
			t.rest = cutOff(from.events, t.events)
			_, t.restActs = sortOut(from.acts, t.moved)
		}
		h.doAgain(t.step)
	case !known:
		h.passOver(t.of)
	default:
		all := old.events
		old.events, old.rest = only(all, t.undone), cutOff(all, t.undone)
		old.acts, old.restActs = sortOut(old.acts, t.moved)
		h.takeBack(old)
	}
}

// cutOff is the part of a step that a process which ended in the middle did not
// come to. Steps of one piece are moved as a whole.
func cutOff(all, moved []inbox.Event) []inbox.Event {
	if len(threadsOf(all)) <= piece {
		return nil
	}
	return restOf(all, moved)
}

// moved reports whether an undo or a redo moved an action of the step it names:
// took it out of the outbox, or queued its inverse, or the same, in its thread.
func (t *trace) moved(a act) bool {
	return slices.ContainsFunc(t.undone, func(u inbox.Event) bool { return u.Undoes == 0 && u.Action == a.id }) ||
		slices.ContainsFunc(t.acts, func(b act) bool { return b.thread == a.thread })
}

// sortOut parts the actions of a step of several into those that were moved and
// those that a process which ended in the middle did not come to.
func sortOut(all []act, moved func(act) bool) (out, rest []act) {
	if len(all) < 2 {
		return all, nil
	}
	for _, a := range all {
		if moved(a) {
			out, rest = append(out, a), nil
		} else {
			rest = append(rest, a)
		}
	}
	if len(out) == 0 {
		return all, nil
	}
	return out, rest
}

func (h *history) find(id uint64) (step, bool) {
	if s, ok := h.done.find(id); ok {
		return s, true
	}
	return h.undone.find(id)
}
