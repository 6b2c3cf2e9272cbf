package engine

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"time"

	"vigie/inbox"
)

const (
	// undoLevels is how many steps of a line can be taken back.
	undoLevels = 200
	// piece is how many threads an act changes in one transaction.
	piece = 500
)

// step is one act of a line that can be taken back: the events it wrote, or
// the actions it queued, or both; or what it made of persons, until the process
// ends.
type step struct {
	id     uint64 // see Event.Step
	events []inbox.Event
	acts   []act            // in the order queued: the parts of an answer, or one for each thread
	kind   inbox.ActionKind // of the actions
	people *people          // of a change of what is known of persons, which has neither
	// of a step being moved, what stays where it is
	rest     []inbox.Event
	restActs []act
}

// act is an action of a step.
type act struct {
	id     inbox.ActionID
	thread inbox.ThreadID
}

func actOf(a inbox.Action) act { return act{a.ID, a.Thread} }

// empty reports whether the step did nothing.
func (s step) empty() bool { return len(s.events) == 0 && len(s.acts) == 0 && s.people == nil }

// split reports whether a part of the step stays where it is.
func (s step) split() bool { return len(s.rest) > 0 || len(s.restActs) > 0 }

// threads are those that the step is about.
func (s step) threads() []inbox.ThreadID {
	if s.people != nil {
		return s.people.threads
	}
	ids := threadsOf(s.events)
	for _, a := range s.acts {
		if !slices.Contains(ids, a.thread) {
			ids = append(ids, a.thread)
		}
	}
	return ids
}

// verb names the step for people.
func (s step) verb() inbox.Verb {
	switch {
	case s.people != nil:
		return inbox.Known
	case len(s.events) > 0:
		return s.events[0].Verb
	case s.kind.Writes():
		return inbox.Replied
	case s.kind == inbox.ActEscalate:
		return inbox.Escalate
	}
	return inbox.Acted
}

// pile is what one key works through, the next step on top (last).
type pile struct {
	steps  []step
	passed int // of the topmost, how many were tried and refused
}

// drop takes the steps that match away.
func (p *pile) drop(match func(step) bool) {
	p.steps = slices.DeleteFunc(p.steps, match)
	p.passed = 0
}

func (p *pile) push(s step) {
	p.steps = append(p.steps, s)
	p.passed = 0
}

func (p *pile) find(id uint64) (step, bool) {
	for _, s := range p.steps {
		if s.id == id {
			return s, true
		}
	}
	return step{}, false
}

// restOf are a step's events that a piece which never came was to move: those
// in threads with higher numbers than the last that was.
func restOf(all, moved []inbox.Event) []inbox.Event {
	last := inbox.ThreadID(0)
	for _, ev := range moved {
		last = max(last, ev.Thread)
	}
	var rest []inbox.Event
	for _, ev := range all {
		if ev.Thread > last {
			rest = append(rest, ev)
		}
	}
	return rest
}

// history is what one line did and took back. The numbers in done grow and
// those in undone shrink: undo walks back through time and redo forth.
type history struct {
	turn   sync.Mutex // held from the beginning of an act, an undo or a redo to its end
	done   pile
	undone pile
}

// push adds a new step; what was undone before it is out of reach from then on.
func (h *history) push(s step) {
	if s.id == 0 || s.empty() {
		return
	}
	h.undone = pile{}
	h.done.push(s)
	if n := len(h.done.steps) - undoLevels; n > 0 {
		h.done.steps = slices.Delete(h.done.steps, 0, n)
	}
}

// takeBack moves a step from done to undone, but for its rest, and to what of it
// is there. What lay above it was passed over, and is out of reach from then on.
func (h *history) takeBack(s step) { h.move(s, &h.done, &h.undone) }

// doAgain moves a step from undone to done, as takeBack does the other way.
func (h *history) doAgain(s step) { h.move(s, &h.undone, &h.done) }

func (h *history) move(s step, from, to *pile) {
	there, _ := to.find(s.id)
	h.passOver(s.id)
	if s.split() {
		from.push(step{id: s.id, events: s.rest, acts: s.restActs, kind: s.kind})
	}
	s.rest, s.restActs = nil, nil
	if len(s.acts) == 0 {
		s.events = append(there.events, s.events...)
	} else {
		s.acts = append(there.acts, s.acts...)
	}
	to.push(s)
}

// passOver puts the step of that number out of reach, and what was done after
// it or undone after it.
func (h *history) passOver(id uint64) {
	h.done.drop(func(d step) bool { return d.id >= id })
	h.undone.drop(func(u step) bool { return u.id <= id })
}

// turn waits until no other act of the line is under way and returns the
// line's history; end lets the next act in. Without a line nothing is kept.
func (e *Engine) turn(by inbox.By) (h *history, end func()) {
	if by.Line == "" {
		return &history{}, func() {}
	}
	e.mu.Lock()
	h = e.steps[by.Line]
	if h == nil {
		h = &history{}
		e.steps[by.Line] = h
	}
	e.mu.Unlock()
	h.turn.Lock()
	return h, h.turn.Unlock
}

// mark is what all events and actions of one act carry.
type mark struct {
	by   inbox.By
	step uint64
	of   uint64
}

// begin numbers a new act of a line. Numbers grow, also over a restart and
// when the clock is put back.
func (e *Engine) begin(by inbox.By) mark {
	if by.Line == "" {
		return mark{by: by}
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	e.lastStep = max(uint64(max(e.now().UnixNano(), 0)), e.lastStep+1)
	return mark{by: by, step: e.lastStep}
}

func (m mark) events(now time.Time, list []inbox.Event) {
	for i := range list {
		ev := &list[i]
		ev.At, ev.Actor, ev.Session = now, m.by.Actor, m.by.Session
		ev.Line, ev.Step, ev.Of = m.by.Line, m.step, m.of
	}
}

// write changes threads by events that carry the mark, by pieces that are each
// durable, and between which others may write. What ends it in the middle, an
// error or the end of the process, leaves a part done; with an error that part
// is returned.
func (e *Engine) write(ctx context.Context, m mark, ids []inbox.ThreadID, decide func(inbox.Thread) ([]inbox.Event, error)) ([]inbox.Event, error) {
	now := e.now()
	var written []inbox.Event
	for part := range slices.Chunk(ids, piece) {
		events, err := e.repo.Act(ctx, part, func(t inbox.Thread) ([]inbox.Event, error) {
			list, err := decide(t)
			m.events(now, list)
			return list, err
		})
		if err != nil {
			return written, err
		}
		e.tellEvents(events)
		poke(e.sleepNow)
		written = append(written, events...)
	}
	return written, nil
}

// queue puts an action and its events into the outbox under the mark.
func (e *Engine) queue(ctx context.Context, m mark, a inbox.Action, events []inbox.Event) (inbox.Action, step, error) {
	a.Line, a.Step, a.Of = m.by.Line, m.step, m.of
	m.events(e.now(), events)
	a, err := e.repo.AddAction(ctx, a, events)
	if err != nil {
		return a, step{}, fmt.Errorf("put it into the outbox: %w", err)
	}
	s := step{id: m.step, acts: []act{actOf(a)}, kind: a.Kind}
	if len(events) > 0 {
		// as the store numbered them; without, undo takes the action alone
		if s.events, err = e.eventsOf(ctx, a.Thread, m.step); err != nil {
			e.log.Error("read the events of an act", "action", a.ID, "error", err)
		}
	}
	poke(e.sendNow)
	poke(e.sleepNow)
	e.changes.publish(inbox.Change{Thread: a.Thread, Account: a.Account, Outbox: true})
	return a, s, nil
}

// queueAll puts several actions of one kind into the outbox under the mark, as
// one step: all or nothing.
func (e *Engine) queueAll(ctx context.Context, m mark, list []inbox.Action) ([]inbox.Action, step, error) {
	for i := range list {
		list[i].Line, list[i].Step, list[i].Of = m.by.Line, m.step, m.of
	}
	list, err := e.repo.AddActions(ctx, list)
	if err != nil {
		return nil, step{}, fmt.Errorf("put them into the outbox: %w", err)
	}
	s := step{id: m.step}
	for _, a := range list {
		s.acts, s.kind = append(s.acts, actOf(a)), a.Kind
		e.changes.publish(inbox.Change{Thread: a.Thread, Account: a.Account, Outbox: true})
	}
	poke(e.sendNow)
	return list, s, nil
}

// eventsOf are the events of one step in a thread.
func (e *Engine) eventsOf(ctx context.Context, id inbox.ThreadID, step uint64) ([]inbox.Event, error) {
	all, err := e.repo.Events(ctx, id)
	return slices.DeleteFunc(all, func(ev inbox.Event) bool { return step == 0 || ev.Step != step }), err
}

// forget removes actions from the line's steps: they were taken back by name.
// A step that also changed threads keeps that part.
func (e *Engine) forget(by inbox.By, gone ...inbox.Action) {
	h, end := e.turn(by)
	defer end()
	h.done.drop(func(s step) bool {
		left := slices.DeleteFunc(slices.Clone(s.acts), func(a act) bool {
			return slices.ContainsFunc(gone, func(g inbox.Action) bool { return g.ID == a.id })
		})
		return len(s.acts) > 0 && len(left) == 0 && len(s.events) == 0
	})
}
