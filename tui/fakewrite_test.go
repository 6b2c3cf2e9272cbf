package tui

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"vigie/inbox"
)

func (f *fake) Undo(_ context.Context, by inbox.By) (inbox.Undid, error) {
	f.mu.Lock()
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
		back.At, back.Session = f.now, by.Session
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

func (f *fake) Reply(_ context.Context, by inbox.By, r inbox.ReplyRequest) (inbox.Action, error) {
	f.mu.Lock()
	if err := f.fail; err != nil {
		f.fail = nil
		f.mu.Unlock()
		return inbox.Action{}, err
	}
	t := f.threads[r.Thread].t
	a := inbox.Action{
		ID: inbox.ActionID(len(f.actions) + 1), Kind: inbox.ActReply, Client: t.Client, Account: t.Account, Thread: r.Thread,
		Text: r.Text, Visibility: r.Visibility, State: inbox.Queued, CreatedAt: f.now, NotBefore: f.now.Add(f.hold), Session: by.Session, Line: by.Line, Draft: r.Draft,
	}
	f.actions = append(f.actions, a)
	delete(f.drafts, r.Draft)
	f.steps = append(f.steps, fakeStep{action: a.ID})
	f.mu.Unlock()
	f.changed(inbox.Change{Thread: r.Thread, Outbox: true})
	return a, nil
}

func (f *fake) Perform(_ context.Context, by inbox.By, id inbox.ThreadID, kind inbox.ActionKind, message string) (inbox.Action, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	a := inbox.Action{
		ID: inbox.ActionID(len(f.actions) + 1), Kind: kind, Thread: id, Target: message,
		State: inbox.Queued, CreatedAt: f.now, NotBefore: f.now, Session: by.Session, Line: by.Line,
	}
	f.actions = append(f.actions, a)
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

// accept is the network taking an answer.
func (f *fake) accept(id inbox.ActionID) {
	f.mu.Lock()
	a, _ := f.set(id, func(a *inbox.Action) { a.State = inbox.Accepted })
	if a.Kind == inbox.ActReply {
		ft := f.threads[a.Thread]
		m := answer(ft.t.Kind, f.now.Sub(monday()), a.Text)
		m.At, m.Account, m.Thread = f.now, a.Account, a.Thread
		f.receive(ft, m)
	}
	f.sort()
	f.mu.Unlock()
	f.changed(inbox.Change{Thread: a.Thread, Outbox: true})
}

func (f *fake) CancelAction(_ context.Context, _ inbox.By, id inbox.ActionID) (inbox.Action, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	a, err := f.set(id, func(a *inbox.Action) { a.State = inbox.Dropped })
	if err == nil {
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
	_, err := f.set(id, func(a *inbox.Action) { a.State = inbox.Verified })
	return err
}

func (f *fake) DropAction(_ context.Context, _ inbox.By, id inbox.ActionID) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	_, err := f.set(id, func(a *inbox.Action) { a.State = inbox.Dropped })
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

// keep makes a draft of an answer that was taken back.
func (f *fake) keep(a inbox.Action) {
	id := fmt.Sprintf("kept-%d", a.ID)
	f.drafts[id] = inbox.Draft{ID: id, Thread: a.Thread, Account: a.Account, Text: a.Text, Visibility: a.Visibility, BegunAt: f.now}
}

// draftOf is the newest draft of a thread.
func (f *fake) draftOf(id inbox.ThreadID, note bool) (d inbox.Draft, ok bool) {
	for _, x := range f.drafts {
		if x.Thread == id && x.Note == note && (!ok || x.BegunAt.After(d.BegunAt)) {
			d, ok = x, true
		}
	}
	return d, ok
}

func (f *fake) OpenDraft(_ context.Context, by inbox.By, r inbox.DraftRequest) (inbox.Draft, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if r.ID != "" {
		return f.drafts[r.ID], nil
	}
	if d, ok := f.draftOf(r.Thread, r.Note); ok {
		return d, nil
	}
	t := f.threads[r.Thread].t
	f.begun++
	return inbox.Draft{
		ID: fmt.Sprintf("draft-%d", f.begun), Thread: r.Thread, Account: t.Account, Note: r.Note, Private: r.Private,
		BegunAt: f.now, SeenN: t.Events, Session: by.Session, Line: by.Line,
	}, nil
}

func (f *fake) SaveDraft(_ context.Context, by inbox.By, d inbox.Draft) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.saves++
	d.Session = by.Session
	f.drafts[d.ID] = d
	return nil
}

func (f *fake) DropDraft(_ context.Context, _ inbox.By, id string) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	delete(f.drafts, id)
	return nil
}

func (f *fake) Drafts(_ context.Context, id inbox.ThreadID) (list []inbox.Draft, err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, d := range f.drafts {
		if id == 0 || d.Thread == id {
			list = append(list, d)
		}
	}
	slices.SortFunc(list, func(a, b inbox.Draft) int { return strings.Compare(a.ID, b.ID) })
	return list, nil
}

func (f *fake) Sync(accounts ...inbox.AccountID) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.synced = append(f.synced, accounts...)
}

func (f *fake) Compose(_ inbox.By, id inbox.ThreadID, _ string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.composed = id
}

func (f *fake) Sessions() []inbox.SessionInfo {
	f.mu.Lock()
	defer f.mu.Unlock()
	return slices.Clone(f.sessions)
}

// writing is the newest draft of a thread, an answer or a note; the zero Draft
// when there is none.
func (f *fake) writing(id inbox.ThreadID) inbox.Draft {
	d, ok := f.draftOf(id, false)
	if !ok {
		d, _ = f.draftOf(id, true)
	}
	return d
}
