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
// what would delete for good. Where it cannot be done is told with its reason; the same
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

// undoMany takes a step of several acts back, each as if it were alone: out of
// the outbox, or by its inverse.
func (e *Engine) undoMany(ctx context.Context, m mark, s step) (step, inbox.Undid, error) {
	return e.each(s, func(one step) (step, inbox.Undid, error) {
		_, did, err := e.undoStep(ctx, m, one)
		return one, did, err
	})
}

// redoMany queues the acts of a step again that were taken back.
func (e *Engine) redoMany(ctx context.Context, m mark, s step) (step, inbox.Undid, error) {
	return e.each(s, func(one step) (step, inbox.Undid, error) { return e.queueAgain(ctx, m, one) })
}

// each moves every act of a step and counts what was: where none could be, it
// says why of the first. What a failing store ends in the middle is the rest.
func (e *Engine) each(s step, move func(step) (step, inbox.Undid, error)) (step, inbox.Undid, error) {
	all := s.acts
	s.acts = nil
	did := inbox.Undid{Verb: s.verb(), Kind: s.kind}
	var why error
	for i, a := range all {
		moved, one, err := move(step{id: s.id, kind: s.kind, acts: []act{a}})
		var over passed
		var problem inbox.Problem
		switch {
		case err == nil:
			s.acts = append(s.acts, moved.acts...)
			did.Threads = append(did.Threads, one.Threads...)
			did.Actions++
		case errors.As(err, &over) || errors.As(err, &problem):
			did.Left++
			if why == nil || silent(why) {
				why = err
			}
		case len(s.acts) == 0:
			s.acts = all
			return s, inbox.Undid{}, err
		default:
			s.restActs = all[i:]
			return s, did, err
		}
	}
	if len(s.acts) == 0 {
		s.acts = all
		return s, inbox.Undid{}, why
	}
	return s, did, nil
}

// silent reports whether a step is passed over without a word.
func silent(err error) bool {
	var over passed
	return errors.As(err, &over) && over.problem.Zero()
}
