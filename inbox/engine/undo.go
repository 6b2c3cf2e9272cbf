package engine

import (
	"context"
	"errors"

	"vigie/inbox"
)

// Undo takes back the newest step of the line that can still be taken back:
// triage by new events that restore what was, an action that is still held by
// taking it out of the outbox (an answer's text becomes a draft again), one
// that was carried out by queuing its inverse. Threads that somebody else
// changed since are left as they are and counted. The zero Undid means that
// there is nothing to take back.
//
// What cannot be taken back is a Problem. When waiting does not help (an
// answer, a deletion or an escalation that left, threads that others changed
// since, a network without the inverse), the step is passed over: the next
// call takes the next older one, and with that the step is out of reach. When
// waiting may help (it is being sent, its account is not there), the step
// stays the next to take back. A new act or a restart ends the passing over:
// the walk back begins from the newest step again, and tells of it again.
//
// A step of many threads is taken back by pieces, each durable. What ends it in
// the middle, an error or the end of the process, leaves the rest of the step
// to be taken back by the next call; an error comes with the threads that were.
func (e *Engine) Undo(ctx context.Context, by inbox.By) (inbox.Undid, error) {
	h, end := e.turn(by)
	defer end()
	return e.walk(ctx, by, &h.done, e.undoStep, h.takeBack)
}

// Redo does again what the line's last Undo took back, as Undo the other way:
// an action is queued anew. An answer is not: it is sent again from its draft.
func (e *Engine) Redo(ctx context.Context, by inbox.By) (inbox.Undid, error) {
	h, end := e.turn(by)
	defer end()
	return e.walk(ctx, by, &h.undone, e.redoStep, h.doAgain)
}

// walk tries the topmost step of a pile that was not refused since the pile
// last changed, and moves it to the other pile.
func (e *Engine) walk(ctx context.Context, by inbox.By, p *pile,
	try func(context.Context, mark, step) (step, inbox.Undid, error), move func(step),
) (inbox.Undid, error) {
	for p.passed < len(p.steps) {
		top := p.steps[len(p.steps)-1-p.passed]
		m := e.begin(by)
		m.of = top.id
		s, did, err := try(ctx, m, top)
		if err == nil || s.split() {
			move(s)
			return did, err
		}
		var over passed
		if !errors.As(err, &over) {
			return refused(top), err
		}
		p.passed++
		if !over.problem.Zero() {
			return refused(top), over.problem
		}
	}
	return inbox.Undid{}, nil
}

// refused names a step that was not taken back: what it was and in which
// threads.
func refused(s step) inbox.Undid {
	return inbox.Undid{Verb: s.verb(), Kind: s.kind, Threads: s.threads()}
}

// passed says that a step is passed over, and why: nothing to tell when it is
// zero.
type passed struct{ problem inbox.Problem }

func (p passed) Error() string { return "passed over: " + p.problem.Error() }

func never(why string, args ...string) error {
	return passed{inbox.Problem{Code: inbox.CodeConflict, Args: args, Detail: why}}
}

func notNow(why string, args ...string) error {
	return inbox.Problem{Code: inbox.CodeConflict, Args: args, Detail: why}
}

// undoStep takes one step back. It returns what of it can be done again.
func (e *Engine) undoStep(ctx context.Context, m mark, s step) (step, inbox.Undid, error) {
	switch {
	case s.people != nil:
		return e.turnPeople(ctx, s)
	case len(s.acts) == 0:
		return e.takeBack(ctx, m, s)
	case len(s.acts) > 1 && !s.kind.Writes():
		return e.undoMany(ctx, m, s)
	}
	a, err := e.Action(ctx, s.acts[0].id)
	if err != nil {
		return s, inbox.Undid{}, err
	}
	if parts, err := e.partsOf(ctx, a); err != nil {
		return s, inbox.Undid{}, err
	} else if len(parts) > 1 && !onWord(s, a) {
		if takable(parts) {
			return e.withdrawParts(ctx, m, s, parts)
		}
		a = unsure(parts)
	}
	return e.undoAct(ctx, m, s, a)
}

// undoAct takes the one action of a step back.
func (e *Engine) undoAct(ctx context.Context, m mark, s step, a inbox.Action) (step, inbox.Undid, error) {
	switch {
	case onWord(s, a):
		return e.unconfirm(ctx, m, s, a)
	case len(s.events) > 0 && a.State == inbox.FailedAct: // nobody is asked about it any more
		return e.withdraw(ctx, m, s, a, resting)
	case len(s.events) > 0 && a.State == inbox.Dropped:
		return e.takeBack(ctx, m, s)
	}
	inverse, err := wayBack(a)
	switch {
	case err != nil:
		return s, inbox.Undid{}, err
	case inverse == "":
		return e.withdraw(ctx, m, s, a, held)
	}
	return e.reverse(ctx, m, s, a, inverse)
}

// wayBack is what is to be queued to take an action back; "": it is taken out of
// the outbox.
func wayBack(a inbox.Action) (inverse inbox.ActionKind, err error) {
	inverse, turns := a.Kind.Inverse()
	left := a.State == inbox.Accepted || a.State == inbox.Verified
	onWay := a.State == inbox.Sending || a.State == inbox.Uncertain || a.State == inbox.RetryWait
	switch {
	case held(a):
		return "", nil
	case turns && (left || onWay): // the outbox keeps their order
		return inverse, nil
	case left:
		return "", never(string(a.Kind)+" that left", string(a.State))
	case a.State == inbox.Dropped: // by name: nothing to tell
		return "", passed{}
	case a.State == inbox.FailedAct:
		return "", never(string(a.Kind)+" that failed", string(a.State))
	}
	return "", notNow(string(a.Kind)+" that is "+string(a.State), string(a.State))
}

// takeBack takes the events of a step back, where nobody changed the thread
// since.
func (e *Engine) takeBack(ctx context.Context, m mark, s step) (step, inbox.Undid, error) {
	draft, err := e.draftAgain(ctx, m.by, s)
	if err != nil {
		return s, inbox.Undid{}, err
	}
	undone, err := e.writeOver(ctx, m, s, back)
	if len(undone) == 0 {
		return s, inbox.Undid{}, errors.Join(err, e.DropDraft(ctx, m.by, draft))
	}
	did := inbox.Undid{Verb: s.verb(), Threads: threadsOf(undone), Draft: draft != ""}
	all := s.events
	s.events = only(all, undone)
	if err != nil {
		s.rest = restOf(all, undone)
	}
	did.Left = len(threadsOf(all)) - len(threadsOf(s.rest)) - len(did.Threads)
	return s, did, err
}

// withdraw takes an action that did not leave out of the outbox, with the
// events of its step, all or nothing.
func (e *Engine) withdraw(ctx context.Context, m mark, s step, a inbox.Action, may func(inbox.Action) bool) (step, inbox.Undid, error) {
	var list []inbox.Event
	if len(s.events) > 0 {
		news, err := e.since(ctx, s.events)
		if err != nil {
			return s, inbox.Undid{}, err
		}
		if n, ok := news[a.Thread]; ok {
			list = back(n.head, byThread(s.events)[a.Thread], n.events)
		}
	}
	did := inbox.Undid{Verb: s.verb(), Threads: []inbox.ThreadID{a.Thread}}
	if len(list) == 0 && len(s.events) > 0 {
		did.Left = 1
	}
	s.events = only(s.events, list)
	list = append(list, inbox.Event{Verb: inbox.Undone, Action: a.ID, Args: []string{string(a.Kind)}})
	m.events(e.now(), list)
	out, err := e.giveUp(ctx, a.ID, m.by.Session, list, may)
	if err != nil {
		return s, inbox.Undid{}, err
	}
	poke(e.sleepNow)
	did.Action = &out
	return s, did, nil
}

// reverse queues the inverse of an action that was carried out, or may be.
func (e *Engine) reverse(ctx context.Context, m mark, s step, a inbox.Action, inverse inbox.ActionKind) (step, inbox.Undid, error) {
	b, err := e.inverseOf(ctx, m, a, inverse)
	if err != nil {
		return s, inbox.Undid{}, err
	}
	b, _, err = e.queue(ctx, m, b, nil)
	if err != nil {
		return s, inbox.Undid{}, err
	}
	return s, inbox.Undid{Verb: s.verb(), Threads: []inbox.ThreadID{a.Thread}, Action: &b}, nil
}

// inverseOf makes the inverse of an action, not yet in the outbox.
func (e *Engine) inverseOf(ctx context.Context, m mark, a inbox.Action, inverse inbox.ActionKind) (inbox.Action, error) {
	b, err := e.prepare(ctx, m.by, a.Thread, inverse)
	if err != nil {
		return b, cannot(err)
	}
	b.Target, b.Author = a.Target, a.Author
	return b, nil
}

// cannot tells a refusal that lasts from one of an account that is away.
func cannot(err error) error {
	var p inbox.Problem
	if !errors.As(err, &p) || p.Code == inbox.CodeMissing || p.Code == inbox.CodeAuth {
		return err
	}
	return passed{p}
}

// redoStep does one step again.
func (e *Engine) redoStep(ctx context.Context, m mark, s step) (step, inbox.Undid, error) {
	switch {
	case s.people != nil:
		return e.turnPeople(ctx, s)
	case s.kind.Writes():
		return s, inbox.Undid{}, never("an answer is sent again from its draft")
	case len(s.acts) > 1:
		return e.redoMany(ctx, m, s)
	case len(s.acts) == 1:
		return e.queueAgain(ctx, m, s)
	}
	if s.events[0].Actor == inbox.Native { // still on somebody's word
		m.by.Actor = inbox.Native
	}
	now := e.now()
	again, err := e.writeOver(ctx, m, s, func(_ inbox.Thread, events, since []inbox.Event) []inbox.Event {
		return forth(events, since, now)
	})
	if len(again) == 0 {
		return s, inbox.Undid{}, err
	}
	e.wordAgain(ctx, m.by, again)
	did := inbox.Undid{Verb: s.verb(), Threads: threadsOf(again)}
	all := s.events
	s.events = again
	if err != nil {
		s.rest = restOf(all, again)
	}
	did.Left = len(threadsOf(all)) - len(threadsOf(s.rest)) - len(did.Threads)
	return s, did, err
}

// queueAgain puts an action that was taken back into the outbox once more.
func (e *Engine) queueAgain(ctx context.Context, m mark, s step) (step, inbox.Undid, error) {
	a, err := e.sameAgain(ctx, m, s.acts[0].id)
	if err != nil {
		return s, inbox.Undid{}, err
	}
	var events []inbox.Event
	if a.Kind == inbox.ActEscalate {
		news, err := e.since(ctx, s.events)
		if err != nil {
			return s, inbox.Undid{}, err
		}
		if events = forth(byThread(s.events)[a.Thread], news[a.Thread].events, e.now()); len(events) == 0 {
			return s, inbox.Undid{}, never("the thread was changed since")
		}
	}
	_, again, err := e.queue(ctx, m, a, events)
	if err != nil {
		return s, inbox.Undid{}, err
	}
	again.id = s.id
	return again, inbox.Undid{Verb: s.verb(), Threads: []inbox.ThreadID{a.Thread}}, nil
}

// sameAgain makes an action anew that was taken back, not yet in the outbox.
func (e *Engine) sameAgain(ctx context.Context, m mark, id inbox.ActionID) (inbox.Action, error) {
	old, err := e.Action(ctx, id)
	switch {
	case err != nil:
		return old, err
	case old.State == inbox.NeedsYou: // a word that was taken back
		return old, never(string(old.Kind)+" that is "+string(old.State), string(old.State))
	}
	a, err := e.prepare(ctx, m.by, old.Thread, old.Kind)
	if err != nil {
		return a, cannot(err)
	}
	a.Target, a.Author, a.Contact, a.Brief = old.Target, old.Author, old.Contact, old.Brief
	a.Text, a.Reason = old.Text, old.Reason
	if _, waits := performable(a.Kind); waits || a.Kind == inbox.ActEscalate {
		a.NotBefore = e.now().Add(e.holdOf(a.Client))
	}
	return a, nil
}
