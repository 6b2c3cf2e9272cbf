package tui

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"vigie/inbox"
)

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
