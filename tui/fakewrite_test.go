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
	f.requests = append(f.requests, r)
	for _, a := range f.actions {
		if r.Draft != "" && a.Draft == r.Draft {
			f.mu.Unlock()
			return a, nil
		}
	}
	if err := f.guarded(by, r); err != nil {
		f.mu.Unlock()
		return inbox.Action{}, err
	}
	t := f.threads[r.Thread].t
	a := inbox.Action{
		ID: inbox.ActionID(len(f.actions) + 1), Kind: inbox.ActReply, Client: t.Client, Account: t.Account, Thread: r.Thread,
		Text: r.Text, Visibility: r.Visibility, Target: r.Parent, State: inbox.Queued, CreatedAt: f.now, NotBefore: f.now.Add(f.hold),
		Session: by.Session, Line: by.Line, Draft: r.Draft, SendAt: r.At, Key: fmt.Sprintf("kept-%d", len(f.actions)+1),
	}
	a.Media = r.Media
	switch {
	case r.Private:
		a.Kind = inbox.ActPrivate
	case r.Edit != "":
		a.Kind, a.Target = inbox.ActEdit, r.Edit
	}
	if r.At.After(a.NotBefore) {
		a.NotBefore = r.At
	}
	f.actions = append(f.actions, a)
	delete(f.drafts, r.Draft)
	f.steps = append(f.steps, fakeStep{action: a.ID})
	lost := f.lost
	f.lost = nil
	f.mu.Unlock()
	f.changed(inbox.Change{Thread: r.Thread, Outbox: true})
	if lost != nil {
		return inbox.Action{}, lost
	}
	return a, nil
}

// guarded is what the engine refuses until somebody has looked.
func (f *fake) guarded(by inbox.By, r inbox.ReplyRequest) error {
	ft := f.threads[r.Thread]
	var all []inbox.Problem
	stop := func(code string, args ...string) { all = append(all, inbox.Problem{Code: code, Args: args}) }
	for _, a := range f.actions {
		if a.Thread == r.Thread && a.Kind.Writes() && a.State == inbox.Queued && a.Session != by.Session {
			stop(inbox.CodeAnswered, a.Session)
		}
		if a.Thread == r.Thread && a.Session == by.Session && (doubtful(a) || (a.State == inbox.Queued && a.SendAt.After(f.now))) && a.Draft != r.Draft {
			stop(inbox.CodeAnswered, a.Session)
		}
	}
	var since inbox.Since
	if r.SeenN > 0 { // 0: not told
		since = inbox.SinceEvent(ft.events, r.SeenN, by)
	}
	for _, e := range since.Answers {
		stop(inbox.CodeAnswered, e.Session)
	}
	if since.New+since.Edited+since.Removed > 0 {
		stop(inbox.CodeChanged, fmt.Sprint(since.New), fmt.Sprint(since.Edited), fmt.Sprint(since.Removed))
	}
	for _, s := range f.sessions {
		if s.Composing == r.Thread && s.ID != by.Session {
			stop(inbox.CodeComposing, s.Name)
		}
	}
	for _, c := range f.clients {
		if c.ID != ft.t.Client && slices.Contains(strings.Fields(r.Text), c.Name) {
			stop(inbox.CodeOtherClient, c.Name, c.Name, string(ft.t.Client))
		}
	}
	for _, p := range all {
		if !slices.Contains(r.Despite, p.Code) {
			return p
		}
	}
	return nil
}

// keep makes a draft of an answer that was taken back.
func (f *fake) keep(a inbox.Action) {
	id := a.Key
	f.drafts[id] = inbox.Draft{
		ID: id, Thread: a.Thread, Account: a.Account, Text: a.Text, Visibility: a.Visibility, Parent: a.Target,
		Private: a.Kind == inbox.ActPrivate, Edit: edited(a), Media: a.Media, BegunAt: f.now, SavedAt: f.now, SeenN: f.threads[a.Thread].t.Events, Session: a.Session, Line: a.Line,
	}
}

// draftOf is the newest draft of a thread and a kind.
func (f *fake) draftOf(id inbox.ThreadID, note, private bool, edit string) (d inbox.Draft, ok bool) {
	for _, x := range f.drafts {
		if x.Thread == id && x.Edit == edit && x.Note == note && x.Private == private && (!ok || x.BegunAt.After(d.BegunAt)) {
			d, ok = x, true
		}
	}
	return d, ok
}

func (f *fake) OpenDraft(_ context.Context, by inbox.By, r inbox.DraftRequest) (inbox.Draft, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if r.ID != "" {
		d, ok := f.drafts[r.ID]
		if !ok {
			return d, inbox.Problem{Code: inbox.CodeNotFound, Args: []string{r.ID}}
		}
		return d, nil
	}
	if d, ok := f.draftOf(r.Thread, r.Note, r.Private, r.Edit); ok {
		return d, nil
	}
	t := f.threads[r.Thread].t
	f.begun++
	return inbox.Draft{
		ID: fmt.Sprintf("draft-%d", f.begun), Thread: r.Thread, Account: t.Account, Note: r.Note, Private: r.Private, Edit: r.Edit,
		BegunAt: f.now, SeenN: t.Events, Session: by.Session, Line: by.Line,
	}, nil
}

func (f *fake) SaveDraft(_ context.Context, by inbox.By, d inbox.Draft) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.full != nil {
		return f.full
	}
	f.saves++
	d.Session, d.Line, d.SavedAt = by.Session, by.Line, f.now
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
	for _, kind := range []struct{ note, private bool }{{}, {private: true}, {note: true}} {
		if d, ok := f.draftOf(id, kind.note, kind.private, ""); ok {
			return d
		}
	}
	return inbox.Draft{}
}
