package engine

import (
	"context"
	"errors"
	"slices"
	"strconv"

	"vigie/inbox"
)

// PerformAll does one act without a text to the newest message of theirs of each
// thread, as one step of undo. Threads of several clients are refused, and so is
// what would delete for good. Where it cannot be done, or
// would change nothing, is told with its reason; the same
// act that waits already is that one. The acts enter the outbox by pieces, each
// durable: an error comes with what was queued.
func (e *Engine) PerformAll(ctx context.Context, by inbox.By, ids []inbox.ThreadID, kind inbox.ActionKind) (inbox.Performed, error) {
	var out inbox.Performed
	if kind == inbox.ActDelete || kind == inbox.ActRemove {
		return out, inbox.Problem{Code: inbox.CodeUnsupported, Detail: "deleting in many threads at once"}
	}
	e.answering.Lock()
	defer e.answering.Unlock()
	var fresh []inbox.Action
	clients := map[inbox.ClientID]bool{}
	seen := map[inbox.ThreadID]bool{}
	for _, id := range ids {
		if seen[id] {
			continue
		}
		seen[id] = true
		a, waiting, err := e.wish(ctx, by, id, kind, "")
		var p inbox.Problem
		switch {
		case errors.As(err, &p):
			out.Refused = append(out.Refused, inbox.RefusedAct{Thread: id, Problem: p})
		case err != nil:
			return inbox.Performed{}, err
		case waiting:
			out.Queued = append(out.Queued, a)
		default:
			fresh = append(fresh, a)
		}
		if client := e.clientOf(ctx, id); client != "" {
			clients[client] = true
		}
	}
	if len(clients) > 1 {
		return inbox.Performed{}, inbox.Problem{Code: inbox.CodeClients, Args: []string{strconv.Itoa(len(clients))}}
	}
	queued, err := e.enqueueMany(ctx, by, fresh)
	out.Queued = append(out.Queued, queued...)
	return out, err
}

// clientOf is in whose name acts in a thread go; "" when it cannot be told.
func (e *Engine) clientOf(ctx context.Context, id inbox.ThreadID) inbox.ClientID {
	t, err := e.repo.Thread(ctx, id)
	if err != nil {
		return ""
	}
	if acc, ok := e.account(t.Account); ok {
		return acc.set().Account.Client
	}
	return t.Client
}

// enqueueMany puts any number of acts into the outbox as one step, by pieces.
func (e *Engine) enqueueMany(ctx context.Context, by inbox.By, list []inbox.Action) (queued []inbox.Action, err error) {
	h, end := e.turn(by)
	defer end()
	m := e.begin(by)
	whole := step{id: m.step}
	for part := range slices.Chunk(list, piece) {
		added, s, err := e.queueAll(ctx, m, part)
		if err != nil {
			h.push(whole)
			return queued, err
		}
		queued = append(queued, added...)
		whole.acts, whole.kind = append(whole.acts, s.acts...), s.kind
	}
	h.push(whole)
	return queued, nil
}

// move is how one act of a step of many is taken back or done again.
type move struct {
	act  act
	next *inbox.Action // what is queued for it; nil: it is taken out of the outbox
	anew bool          // what is queued is the step's act from then on
}

// undoMany takes a step of several acts back, each as if it were alone: out of
// the outbox, or by its inverse.
func (e *Engine) undoMany(ctx context.Context, m mark, s step) (step, inbox.Undid, error) {
	return e.each(ctx, m, s, func(a act) (move, error) {
		old, err := e.Action(ctx, a.id)
		if err != nil {
			return move{}, err
		}
		inverse, err := wayBack(old)
		if err != nil || inverse == "" {
			return move{act: a}, err
		}
		b, err := e.inverseOf(ctx, m, old, inverse)
		return move{act: a, next: &b}, err
	})
}

// redoMany queues the acts of a step again that were taken back.
func (e *Engine) redoMany(ctx context.Context, m mark, s step) (step, inbox.Undid, error) {
	return e.each(ctx, m, s, func(a act) (move, error) {
		b, err := e.sameAgain(ctx, m, a.id)
		return move{act: a, next: &b, anew: true}, err
	})
}

// each moves the acts of a step by pieces that are each durable, in their order,
// and counts what was: where none could be, it says why of the first. What a
// failing store ends in the middle is the rest.
func (e *Engine) each(ctx context.Context, m mark, s step, how func(act) (move, error)) (step, inbox.Undid, error) {
	all := s.acts
	s.acts = nil
	did := inbox.Undid{Verb: s.verb(), Kind: s.kind}
	var why error
	var run []move
	begun, left := 0, 0 // where run begins, and what was left before it
	flush := func(next int) error {
		moved, err := e.moveRun(ctx, m, s, run)
		if err != nil {
			return err
		}
		for _, a := range moved {
			did.Threads = append(did.Threads, a.thread)
		}
		did.Actions += len(moved)
		did.Left += len(run) - len(moved)
		s.acts = append(s.acts, moved...)
		run, begun, left = nil, next, did.Left
		return nil
	}
	cut := func(err error) (step, inbox.Undid, error) {
		did.Left = left
		if len(s.acts) == 0 {
			s.acts = all
			return s, inbox.Undid{}, err
		}
		s.restActs = all[begun:]
		return s, did, err
	}
	for i, a := range all {
		next, err := how(a)
		if lasting(err) {
			did.Left++
			if why == nil || silent(why) {
				why = err
			}
			continue
		}
		if len(run) == piece || len(run) > 0 && (err != nil || (run[0].next == nil) != (next.next == nil)) {
			if err := flush(i); err != nil {
				return cut(err)
			}
		}
		if err != nil {
			return cut(err)
		}
		run = append(run, next)
	}
	if err := flush(len(all)); err != nil {
		return cut(err)
	}
	if len(s.acts) == 0 {
		s.acts = all
		return s, inbox.Undid{}, why
	}
	return s, did, nil
}

// moveRun carries moves of one sort out in one transaction, and returns the acts
// of the step that they make. What has left since it was looked at is taken back
// alone.
func (e *Engine) moveRun(ctx context.Context, m mark, s step, run []move) ([]act, error) {
	switch {
	case len(run) == 0:
		return nil, nil
	case run[0].next == nil:
		return e.withdrawAll(ctx, m, s, run)
	}
	list := make([]inbox.Action, len(run))
	for i, r := range run {
		list[i] = *r.next
	}
	_, queued, err := e.queueAll(ctx, m, list)
	if err != nil {
		return nil, err
	}
	for i, r := range run {
		if !r.anew {
			queued.acts[i] = r.act
		}
	}
	return queued.acts, nil
}

// withdrawAll takes acts without a text out of the outbox.
func (e *Engine) withdrawAll(ctx context.Context, m mark, s step, run []move) ([]act, error) {
	ids := make([]inbox.ActionID, len(run))
	for i, r := range run {
		ids[i] = r.act.id
	}
	now := e.now()
	moved, err := e.repo.MoveActions(ctx, ids, func(a *inbox.Action) ([]inbox.Event, bool) {
		if !held(*a) {
			return nil, false
		}
		told := one(inbox.Event{Verb: inbox.Undone, Action: a.ID, Args: []string{string(a.Kind)}})
		m.events(now, told)
		a.Move(inbox.Dropped, now, inbox.WhyBack, m.by.Session)
		return told, true
	})
	if err != nil {
		return nil, err
	}
	gone := make(map[inbox.ActionID]bool, len(moved))
	for _, a := range moved {
		gone[a.ID] = true
		e.changes.publish(inbox.Change{Thread: a.Thread, Account: a.Account, Outbox: true})
	}
	poke(e.sleepNow)
	var acts []act
	for _, r := range run {
		if !gone[r.act.id] {
			_, _, err := e.undoStep(ctx, m, step{id: s.id, kind: s.kind, acts: []act{r.act}})
			if lasting(err) {
				continue
			}
			if err != nil {
				return nil, err
			}
		}
		acts = append(acts, r.act)
	}
	return acts, nil
}

// lasting reports whether an act stays as it is for a reason of its own: the
// others of its step are moved all the same.
func lasting(err error) bool {
	var over passed
	var problem inbox.Problem
	return errors.As(err, &over) || errors.As(err, &problem)
}

// silent reports whether a step is passed over without a word.
func silent(err error) bool {
	var over passed
	return errors.As(err, &over) && over.problem.Zero()
}
