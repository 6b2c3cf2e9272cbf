package tui

import (
	"context"
	"slices"

	"vigie/inbox"
	"vigie/inbox/text"
)

func (f *fake) Escalate(_ context.Context, by inbox.By, id inbox.ThreadID, r inbox.EscalateRequest) (inbox.Action, error) {
	name := string(r.Contact)
	for _, c := range f.clients {
		for _, p := range c.Contacts {
			if p.ID == r.Contact {
				name = p.Name
			}
		}
	}
	err := f.do(by, []inbox.ThreadID{id}, func(inbox.Thread) (inbox.Event, bool) {
		return inbox.Event{Verb: inbox.Escalate, Until: r.Due, Text: text.Clean(r.Question), Args: []string{string(r.Contact), name}}, true
	})
	if err != nil {
		return inbox.Action{}, err
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	a := inbox.Action{
		ID: inbox.ActionID(len(f.actions) + 1), Kind: inbox.ActEscalate, Client: f.threads[id].t.Client, Contact: r.Contact, Thread: id, Session: by.Session,
		State: inbox.Queued, CreatedAt: f.now, NotBefore: f.now.Add(f.hold),
	}
	f.actions = append(f.actions, a)
	f.steps[len(f.steps)-1] = fakeStep{action: a.ID}
	return a, nil
}

func (f *fake) Undo(_ context.Context, by inbox.By) (inbox.Undid, error) {
	f.mu.Lock()
	if f.undid != nil {
		defer f.mu.Unlock()
		return *f.undid, f.fail
	}
	if len(f.steps) == 0 {
		f.mu.Unlock()
		return inbox.Undid{}, nil
	}
	step := f.steps[len(f.steps)-1]
	f.steps = f.steps[:len(f.steps)-1]
	if step.action != 0 {
		f.mu.Unlock()
		a, err := f.CancelAction(context.Background(), by, step.action)
		return inbox.Undid{Verb: inbox.Replied, Threads: []inbox.ThreadID{a.Thread}, Action: &a}, err
	}
	defer f.mu.Unlock()
	f.undone = append(f.undone, step)
	u := inbox.Undid{Verb: step.events[0].Verb}
	for _, e := range step.events {
		ft := f.threads[e.Thread]
		back, err := inbox.UndoOf(ft.t, e)
		if err != nil {
			return inbox.Undid{}, err
		}
		back.At, back.Session, back.Line = f.now, by.Session, by.Line
		if err := inbox.Append(&ft.t, &back); err != nil {
			return inbox.Undid{}, err
		}
		ft.events = append(ft.events, back)
		u.Threads = append(u.Threads, e.Thread)
	}
	f.sort()
	return u, nil
}

func (f *fake) Redo(ctx context.Context, by inbox.By) (inbox.Undid, error) {
	f.mu.Lock()
	if len(f.undone) == 0 {
		f.mu.Unlock()
		return inbox.Undid{}, nil
	}
	step := f.undone[len(f.undone)-1]
	rest := f.undone[:len(f.undone)-1]
	f.mu.Unlock()
	for _, e := range step.events {
		e.Before = nil
		if err := f.do(by, []inbox.ThreadID{e.Thread}, func(inbox.Thread) (inbox.Event, bool) { return e, true }); err != nil {
			return inbox.Undid{}, err
		}
	}
	f.undone = rest
	return inbox.Undid{Verb: step.events[0].Verb}, nil
}

func (f *fake) Perform(_ context.Context, by inbox.By, id inbox.ThreadID, kind inbox.ActionKind, message string) (inbox.Action, error) {
	f.mu.Lock()
	t := f.threads[id].t
	for _, m := range f.threads[id].messages {
		if message == "" && !m.Outgoing {
			message = m.Remote
		}
	}
	at := f.now.Add(f.hold)
	switch kind {
	case inbox.ActLike, inbox.ActUnlike, inbox.ActRead:
		at = f.now
	}
	a := inbox.Action{
		ID: inbox.ActionID(len(f.actions) + 1), Kind: kind, Client: t.Client, Account: t.Account, Thread: id, Target: message,
		State: inbox.Queued, CreatedAt: f.now, NotBefore: at, Session: by.Session, Line: by.Line,
	}
	f.actions = append(f.actions, a)
	f.steps = append(f.steps, fakeStep{action: a.ID})
	f.mu.Unlock()
	f.changed(inbox.Change{Thread: id, Outbox: true})
	return a, nil
}

func (f *fake) set(id inbox.ActionID, change func(*inbox.Action)) (inbox.Action, error) {
	for i := range f.actions {
		if f.actions[i].ID == id {
			change(&f.actions[i])
			return f.actions[i], nil
		}
	}
	return inbox.Action{}, inbox.ErrNotFound
}

// accept is the network taking an act.
func (f *fake) accept(id inbox.ActionID) {
	f.mu.Lock()
	a, _ := f.set(id, func(a *inbox.Action) { a.State = inbox.Accepted })
	ft := f.threads[a.Thread]
	switch {
	case a.Kind == inbox.ActReply:
		m := answer(ft.t.Kind, f.now.Sub(monday()), a.Text)
		m.At, m.Account, m.Thread = f.now, a.Account, a.Thread
		f.receive(ft, m)
		f.setReceipt(id, m.Remote)
	case a.Kind == inbox.ActEdit:
		for i := range ft.messages {
			if m := &ft.messages[i]; m.Remote == a.Target {
				m.Text, m.Edited = text.Clean(a.Text), f.now
			}
		}
		f.setReceipt(id, a.Target)
	case !a.Kind.Writes():
		f.moderated(ft, a)
		e := inbox.Event{At: f.now, Actor: inbox.Human, Verb: inbox.Acted, Action: id, Message: a.Target, Args: []string{string(a.Kind)}}
		must(inbox.Append(&ft.t, &e))
		ft.events = append(ft.events, e)
	}
	f.sort()
	f.mu.Unlock()
	f.changed(inbox.Change{Thread: a.Thread, Outbox: true})
}

func (f *fake) setReceipt(id inbox.ActionID, remote string) {
	_, err := f.set(id, func(a *inbox.Action) { a.Receipt.Remote = remote })
	must(err)
}

// become puts an act into a state, as the outbox would.
func (f *fake) become(id inbox.ActionID, change func(*inbox.Action)) {
	f.mu.Lock()
	a, err := f.set(id, change)
	f.mu.Unlock()
	must(err)
	f.changed(inbox.Change{Thread: a.Thread, Outbox: true})
}

func (f *fake) CancelAction(_ context.Context, _ inbox.By, id inbox.ActionID) (inbox.Action, error) {
	return f.takeOut(id, inbox.Queued, inbox.RetryWait)
}

// takeOut takes an act out that is in one of the states; a text becomes a draft.
func (f *fake) takeOut(id inbox.ActionID, from ...inbox.SendState) (inbox.Action, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	bad := false
	a, err := f.set(id, func(a *inbox.Action) {
		if bad = !slices.Contains(from, a.State); !bad {
			a.State = inbox.Dropped
		}
	})
	if bad {
		return a, inbox.Problem{Code: inbox.CodeConflict, Args: []string{string(a.State)}}
	}
	if err == nil && a.Kind.Writes() && !f.lose {
		f.keep(a)
	}
	return a, err
}

func (f *fake) RetryAction(_ context.Context, _ inbox.By, id inbox.ActionID) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	_, err := f.set(id, func(a *inbox.Action) { a.State, a.Problem = inbox.Queued, inbox.Problem{} })
	return err
}

func (f *fake) ConfirmAction(_ context.Context, _ inbox.By, id inbox.ActionID) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	_, err := f.set(id, func(a *inbox.Action) { a.Move(inbox.Verified, f.now, inbox.WhyThere, "") })
	return err
}

func (f *fake) DropAction(_ context.Context, _ inbox.By, id inbox.ActionID) error {
	_, err := f.takeOut(id, inbox.Queued, inbox.RetryWait, inbox.FailedAct, inbox.NeedsYou)
	return err
}

func (f *fake) Outbox(context.Context) ([]inbox.Action, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	var out []inbox.Action
	for _, a := range f.actions {
		switch a.State {
		case inbox.Accepted, inbox.Verified, inbox.Dropped:
		default:
			out = append(out, a)
		}
	}
	return out, nil
}
