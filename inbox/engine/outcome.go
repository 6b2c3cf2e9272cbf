package engine

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"vigie/inbox"
	"vigie/inbox/text"
)

// insist stores what the network said of an action, also when the disk is full
// for a while: nobody else will ever know it. What cannot be stored until the
// engine stops is in doubt at the next start.
func (e *Engine) insist(store func() error) error {
	for {
		err := store()
		if !errors.Is(err, inbox.ErrFull) {
			return err
		}
		if e.rootCtx.Err() != nil {
			return err
		}
		pause(e.rootCtx, fullRetry)
	}
}

// outcome stores what becomes of an action that was not carried out, or
// perhaps not. An answer that will not be sent becomes a draft again.
func (e *Engine) outcome(ctx context.Context, a inbox.Action, f fate) error {
	ctx = context.WithoutCancel(ctx)
	if f.state == inbox.FailedAct {
		if err := e.keepText(ctx, a); err != nil {
			return err
		}
	}
	return e.moveTelling(ctx, a, func(a *inbox.Action) {
		why := f.why
		if why == "" {
			why = f.problem.Code
		}
		if a.State != f.state || a.Problem.Code != f.problem.Code {
			a.Move(f.state, e.now(), why, "")
		}
		a.Problem, a.NotBefore = f.problem, f.at
		a.Doubted = a.Doubted || f.state == inbox.Uncertain
	}, func(a inbox.Action) ([]inbox.Event, *inbox.Ingest) {
		if f.state != inbox.FailedAct {
			return nil, nil
		}
		ev := toldOf(a, inbox.Failed, e.now())
		ev.Actor, ev.Args = inbox.System, []string{string(a.Kind), f.problem.Code}
		return []inbox.Event{ev}, nil
	})
}

// moveTelling changes an action that is as it was read and tells of it, in one
// transaction. Where its thread takes no more, what became of it is stored all
// the same.
func (e *Engine) moveTelling(ctx context.Context, a inbox.Action, change func(*inbox.Action),
	tell func(inbox.Action) ([]inbox.Event, *inbox.Ingest),
) error {
	_, err := e.repo.MoveAction(ctx, a.ID, a.State, func(a *inbox.Action) ([]inbox.Event, *inbox.Ingest, error) {
		change(a)
		events, page := tell(*a)
		return events, page, nil
	})
	if err == nil || errors.Is(err, inbox.ErrFull) || errors.Is(err, inbox.ErrConflict) {
		return err
	}
	e.log.Error("tell what became of an action", "action", a.ID, "error", err)
	_, err = e.repo.MoveAction(ctx, a.ID, a.State, func(a *inbox.Action) ([]inbox.Event, *inbox.Ingest, error) {
		change(a)
		return nil, nil, nil
	})
	return err
}

// toldOf begins the event that tells of an action.
func toldOf(a inbox.Action, verb inbox.Verb, now time.Time) inbox.Event {
	return inbox.Event{
		At: now, Actor: inbox.Human, Session: a.Session, Line: a.Line, Step: a.Step, Of: a.Of,
		Verb: verb, Action: a.ID,
	}
}

// keepText makes a draft of the text of an answer that will not be sent, before
// the answer ends: a text is always in one of the two. The draft is named after
// the action's key, so that the same is kept once.
func (e *Engine) keepText(ctx context.Context, a inbox.Action) error {
	if !a.Kind.Writes() {
		return nil
	}
	d := inbox.Draft{
		ID: a.Key, Thread: a.Thread, Account: a.Account, Text: a.Text, Media: a.Media, Visibility: a.Visibility, Parent: a.Target,
		Private: a.Kind == inbox.ActPrivate, BegunAt: a.CreatedAt, SavedAt: e.now(), Session: a.Session, Line: a.Line, SeenN: a.SeenN,
	}
	if a.Kind == inbox.ActEdit {
		d.Parent, d.Edit, d.Visibility = "", a.Target, ""
	}
	if err := e.repo.SaveDraft(ctx, d); err != nil {
		return fmt.Errorf("keep the text of action %d as a draft: %w", a.ID, err)
	}
	return nil
}

// dropKept removes the draft that keepText made, unless somebody went on
// writing it.
func (e *Engine) dropKept(ctx context.Context, a inbox.Action, key string) {
	d, err := e.repo.Draft(ctx, key)
	if err == nil && d.Text == a.Text {
		err = e.repo.DropDraft(ctx, key)
	}
	if err != nil && !errors.Is(err, inbox.ErrNotFound) {
		e.log.Error("remove a kept text", "action", a.ID, "error", err)
	}
}

// accepted stores the network's receipt, the event, and for an answer the
// message itself.
func (e *Engine) accepted(ctx context.Context, acc *account, a inbox.Action, to inbox.SendState, r inbox.Receipt) error {
	ctx = context.WithoutCancel(ctx)
	now := e.now()
	if r.At.IsZero() {
		r.At = now
	}
	brought := e.brought(ctx, a, r)
	asked, reopens := e.unanswers(ctx, a)
	known := e.made(ctx, acc, a, r)
	return e.moveTelling(ctx, a, func(a *inbox.Action) {
		a.Move(to, now, "", "")
		a.Receipt, a.Problem = r, inbox.Problem{}
	}, func(a inbox.Action) ([]inbox.Event, *inbox.Ingest) {
		switch {
		case a.Kind == inbox.ActEscalate:
			return nil, nil
		case brought:
			ev := toldOf(a, inbox.Acted, now)
			ev.Message, ev.Args = r.Remote, []string{string(a.Kind)}
			return []inbox.Event{ev}, nil
		}
		done := doneEvent(a, now)
		if known.was != "" {
			done.Args = append(done.Args, string(known.was))
		}
		events := []inbox.Event{done}
		if reopens { // nobody's step: it follows from the deletion
			ev := inbox.Event{At: now, Actor: inbox.System, Session: a.Session, Verb: inbox.Reopened, Action: a.ID}
			e.waitAgain(&ev, a, asked)
			events = append(events, ev)
		}
		if known.page != nil {
			return events, known.page
		}
		page := doneMessages(acc, a, now)
		if page != nil && acc != nil {
			page.KeepDeleted = acc.set().KeepDeleted
		}
		return events, page
	})
}

// made is what an action is known to have made of a message that is there.
type made struct {
	was  inbox.Status // what it was before; zero: nothing, or not known
	page *inbox.Ingest
}

// made looks at what is stored of an action's target. What cannot be read the
// network will show.
func (e *Engine) made(ctx context.Context, acc *account, a inbox.Action, r inbox.Receipt) (out made) {
	if a.Kind == inbox.ActEscalate {
		return out
	}
	page := inbox.Ingest{Account: acc.set().Account, Origin: inbox.Sent, Actor: inbox.Human, Now: e.now()}
	if a.Kind == inbox.ActEdit {
		if m, err := e.repo.MessageOf(ctx, a.Account, a.Target); err == nil && !m.Deleted {
			m.Text, m.Edited = text.Clean(a.Text), later(m.Edited, r.At.UTC())
			page.Messages = []inbox.Message{m}
			out.page = &page
		}
		return out
	}
	was, is, known := e.judged(ctx, a)
	if known {
		acc.verdicts.note(a.Target, is, e.now())
		page.Moderated = map[string]inbox.Status{a.Target: is}
		page = e.complete(acc, page)
		out.was, out.page = was, &page
	}
	return out
}

// waitAgain makes an event say that they wait for an answer since a time, and
// until when their client wants it; zero: it says nothing of that.
func (e *Engine) waitAgain(ev *inbox.Event, a inbox.Action, since time.Time) {
	ev.Until = since
	if target := e.aims.Load().target(a.Client, a.ThreadKind, since); !since.IsZero() && !target.IsZero() {
		ev.Args = []string{target.Format(time.RFC3339Nano)}
	}
}

// unanswers reports whether an action deletes the only answer that a person
// has to what they wrote last, and since when they waited: the move is ours
// again. What cannot be read leaves the thread as it is.
func (e *Engine) unanswers(ctx context.Context, a inbox.Action) (since time.Time, only bool) {
	if a.Kind != inbox.ActDelete {
		return since, false
	}
	t, err := e.repo.Thread(ctx, a.Thread)
	if err != nil || t.State != inbox.Theirs {
		return since, false
	}
	messages, err := e.repo.Messages(ctx, a.Thread, time.Time{}, 0)
	if err != nil {
		return since, false
	}
	asked := inbox.Message{} // what they wrote last and did not take away
	for _, m := range messages {
		if !m.Outgoing && !m.Deleted && !m.At.Before(asked.At) {
			asked = m
		}
	}
	if asked.Remote == "" || slices.ContainsFunc(messages, func(m inbox.Message) bool {
		return m.Outgoing && !m.Deleted && m.Remote != a.Target && !m.At.Before(asked.At)
	}) {
		return since, false
	}
	actions, err := e.repo.ThreadActions(ctx, a.Thread)
	return inbox.WaitingSince(messages, a.Target), err == nil && !slices.ContainsFunc(actions, func(b inbox.Action) bool {
		arrived := b.State == inbox.Accepted || b.State == inbox.Verified
		return b.Kind.Writes() && b.Kind != inbox.ActEdit && b.Receipt.Remote != a.Target && !b.CreatedAt.Before(asked.At) &&
			(pending(b) || b.Kind == inbox.ActPrivate && arrived)
	})
}

// brought reports whether the feed brought an answer while it was in doubt: it
// is in its thread, and told, already.
func (e *Engine) brought(ctx context.Context, a inbox.Action, r inbox.Receipt) bool {
	if !a.Kind.Writes() || a.Kind == inbox.ActEdit || r.Remote == "" {
		return false
	}
	m, err := e.repo.MessageOf(ctx, a.Account, r.Remote)
	return err == nil && m.Thread == a.Thread && m.Outgoing && m.Origin != inbox.Sent
}

// doneEvent tells in its thread that an action was carried out. A private
// answer is no message of that thread: it is told by its id.
func doneEvent(a inbox.Action, now time.Time) inbox.Event {
	ev := toldOf(a, inbox.Acted, now)
	switch a.Kind {
	case inbox.ActReply:
		ev.Verb, ev.Message = inbox.Replied, a.Receipt.Remote
	case inbox.ActPrivate:
		ev.Verb, ev.Args = inbox.Replied, []string{string(a.Kind), a.Receipt.Remote}
	default:
		ev.Message, ev.Args = a.Target, []string{string(a.Kind)}
	}
	return ev
}

// doneMessages is what an action changed in what was said; nil: nothing, or
// nothing that is known before the feed brings it.
func doneMessages(acc *account, a inbox.Action, now time.Time) *inbox.Ingest {
	in := inbox.Ingest{Account: acc.set().Account, Origin: inbox.Sent, Actor: inbox.Human, Now: now}
	m := inbox.Message{
		Remote: a.Receipt.Remote, Conversation: a.Conversation, Parent: a.Target, Kind: a.ThreadKind,
		At: a.Receipt.At.UTC(), Author: acc.author(), Text: text.Clean(a.Text), URL: a.Receipt.URL,
		Media: listed(a.Media), Visibility: a.Visibility, Outgoing: true,
	}
	switch a.Kind {
	case inbox.ActReply:
	case inbox.ActPrivate:
		m.Kind, m.Conversation = inbox.KindDM, a.Receipt.Conversation
		if m.Conversation != a.Conversation {
			m.Parent = "" // it answers nothing of that conversation
		}
	case inbox.ActDelete, inbox.ActRemove:
		in.Deleted, in.Origin = []string{a.Target}, inbox.Live
		return &in
	default:
		return nil
	}
	if m.Remote == "" || m.Conversation == "" {
		return nil
	}
	in.Messages = []inbox.Message{m}
	return &in
}

// author is who the account's own messages are by.
func (a *account) author() inbox.Author {
	me, set := a.who(), a.set().Account
	author := inbox.Author{ID: me.Remote, Handle: text.CleanLine(me.Handle), Name: text.CleanLine(me.Name), URL: me.URL}
	if author.ID == "" {
		author.ID = string(set.ID)
	}
	if author.Handle.Empty() {
		author.Handle = text.CleanLine(set.Handle)
	}
	return author
}
