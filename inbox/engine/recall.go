package engine

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"vigie/inbox"
)

// recallEvents is how far back the log is read for undo when an engine begins:
// what is older can no longer be taken back. It bounds the time to start.
const recallEvents = 5000

// trace is what the log and the outbox still show of one act of a line.
type trace struct {
	line string
	of   uint64 // see Event.Of
	step
	undone []inbox.Event // that take others back
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
	events, err := e.repo.LastEvents(ctx, 0, recallEvents)
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
	if len(events) == recallEvents { // of the oldest there may be more
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

func (ts traces) event(ev inbox.Event) {
	if ev.Line == "" || ev.Step == 0 {
		return
	}
	t := ts.at(ev.Line, ev.Step)
	t.of = ev.Of
	switch {
	case ev.Verb == inbox.Undone:
		t.undone = append(t.undone, ev)
	case ev.Verb == inbox.Replied:
		t.action, t.kind = ev.Action, inbox.ActReply
	case ev.Verb == inbox.Acted || ev.Verb == inbox.Failed:
		t.action = ev.Action
		if len(ev.Args) > 0 {
			t.kind = inbox.ActionKind(ev.Args[0])
		}
	default:
		t.events = append(t.events, ev)
		if ev.Verb == inbox.Escalate {
			t.action, t.kind = ev.Action, inbox.ActEscalate
		}
	}
}

func (e *Engine) traceAction(ctx context.Context, ts traces, a inbox.Action) error {
	if a.Line == "" || a.Step == 0 {
		return nil
	}
	t := ts.at(a.Line, a.Step)
	t.of, t.action, t.kind = a.Of, a.ID, a.Kind
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
		h.doAgain(t.step)
	case !known:
		h.passOver(t.of)
	default:
		old.events = only(old.events, t.undone)
		h.takeBack(old)
	}
}

func (h *history) find(id uint64) (step, bool) {
	for _, pile := range [][]step{h.done.steps, h.undone.steps} {
		for _, s := range pile {
			if s.id == id {
				return s, true
			}
		}
	}
	return step{}, false
}
