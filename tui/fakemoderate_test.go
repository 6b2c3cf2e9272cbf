package tui

import (
	"context"
	"path"
	"slices"

	"vigie/inbox"
	"vigie/inbox/text"
)

// fakeModeration is what the fake network knows of acts on what others wrote,
// and of files.
type fakeModeration struct {
	reasons []string
	media   inbox.MediaLimit
	reports []inbox.ReportRequest
	there   []inbox.AnsweredRequest
	away    map[inbox.ThreadID]bool // answered on the network itself
}

// everything lets the network do all there is, take pictures, and be answered
// only on its own pages in the watches.
func (f *fake) everything() {
	f.caps = map[inbox.ActionKind]inbox.Capability{}
	for _, k := range inbox.ActionKinds() {
		if k != inbox.ActReply {
			f.caps[k] = inbox.Capability{OK: true, Class: inbox.ClassS}
		}
	}
	f.mod.reasons = []string{"spam", "com.atproto.moderation.defs#reasonRude", "legal", "other"}
	f.mod.media = inbox.MediaLimit{Max: 2, Bytes: 8 << 20, Types: []string{"image/jpeg", "image/png"}, Alt: 200}
	f.mod.away = map[inbox.ThreadID]bool{}
	for id, ft := range f.threads {
		f.mod.away[id] = ft.t.Split() == inbox.Watches
	}
}

func (f *fake) Report(_ context.Context, by inbox.By, r inbox.ReportRequest) (inbox.Action, error) {
	f.mu.Lock()
	if err := f.fail; err != nil {
		f.fail = nil
		f.mu.Unlock()
		return inbox.Action{}, err
	}
	t := f.threads[r.Thread].t
	f.mod.reports = append(f.mod.reports, r)
	a := inbox.Action{
		ID: inbox.ActionID(len(f.actions) + 1), Kind: inbox.ActReport, Client: t.Client, Account: t.Account, Thread: r.Thread, Target: r.Message,
		Text: r.Text, Reason: r.Reason, State: inbox.Queued, CreatedAt: f.now, NotBefore: f.now.Add(f.hold), Session: by.Session, Line: by.Line,
	}
	f.actions = append(f.actions, a)
	f.steps = append(f.steps, fakeStep{action: a.ID})
	f.mu.Unlock()
	f.changed(inbox.Change{Thread: r.Thread, Outbox: true})
	return a, nil
}

func (f *fake) Answered(_ context.Context, by inbox.By, r inbox.AnsweredRequest) error {
	err := f.do(by, []inbox.ThreadID{r.Thread}, func(inbox.Thread) (inbox.Event, bool) {
		return inbox.Event{Verb: inbox.Replied, Text: text.Clean(r.Text)}, true
	})
	f.mu.Lock()
	defer f.mu.Unlock()
	if err == nil {
		f.mod.there = append(f.mod.there, r)
		delete(f.drafts, r.Draft)
	}
	return err
}

func (f *fake) Enclose(_ context.Context, _ inbox.By, _ inbox.ThreadID, file, alt string) (inbox.Upload, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if err := f.fail; err != nil {
		f.fail = nil
		return inbox.Upload{}, err
	}
	name := path.Base(file)
	if name == "gone.png" {
		return inbox.Upload{}, inbox.Problem{Code: inbox.CodeNotFound, Args: []string{name}}
	}
	kind := map[string]string{".jpg": "image/jpeg", ".png": "image/png", ".pdf": "application/pdf"}[path.Ext(name)]
	if !slices.Contains(f.mod.media.Types, kind) {
		return inbox.Upload{}, inbox.Problem{Code: inbox.CodeMedia, Args: []string{name, kind}}
	}
	return inbox.Upload{Name: name, Type: kind, Alt: alt, Size: 248_000, Sum: "sum of " + file}, nil
}

// moderated is what an act that arrived made of its message.
func (f *fake) moderated(ft *fakeThread, a inbox.Action) {
	for i := range ft.messages {
		m := &ft.messages[i]
		if m.Remote != a.Target {
			continue
		}
		status, changes := map[inbox.ActionKind]inbox.Status{
			inbox.ActApprove: "", inbox.ActHold: inbox.StatusHeld, inbox.ActSpam: inbox.StatusSpam, inbox.ActUnspam: "",
			inbox.ActTrash: inbox.StatusTrash, inbox.ActRestore: "",
		}[a.Kind]
		if changes {
			m.Status = status
		}
	}
}
