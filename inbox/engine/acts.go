package engine

import (
	"context"
	"fmt"
	"strings"
	"time"

	"vigie/inbox"
	"vigie/inbox/text"
)

// act changes threads by events and tells the sessions. It is no step of undo.
func (e *Engine) act(ctx context.Context, by inbox.By, ids []inbox.ThreadID, decide func(inbox.Thread) ([]inbox.Event, error)) ([]inbox.Event, error) {
	return e.write(ctx, mark{by: by}, ids, decide)
}

// undoable is act for what undo takes back as one step, whatever the number of
// threads. An error, or the end of the process, may leave a part of many threads
// done; that part is the step then.
func (e *Engine) undoable(ctx context.Context, by inbox.By, ids []inbox.ThreadID, decide func(inbox.Thread) ([]inbox.Event, error)) error {
	h, end := e.turn(by)
	defer end()
	m := e.begin(by)
	events, err := e.write(ctx, m, ids, decide)
	h.push(step{id: m.step, events: events})
	return err
}

func one(e inbox.Event) []inbox.Event { return []inbox.Event{e} }

// MarkRead marks threads read or unread. Marking read is no undo step: it
// happens by looking.
func (e *Engine) MarkRead(ctx context.Context, by inbox.By, ids []inbox.ThreadID, read bool) error {
	decide := func(t inbox.Thread) ([]inbox.Event, error) {
		switch {
		case read && t.Unread:
			return one(inbox.Event{Verb: inbox.Read}), nil
		case !read && !t.Unread:
			return one(inbox.Event{Verb: inbox.Unread}), nil
		}
		return nil, nil
	}
	if !read {
		return e.undoable(ctx, by, ids, decide)
	}
	_, err := e.act(ctx, by, ids, decide)
	return err
}

// Tag adds and removes tags ("+a", "b", "-c") on each thread.
func (e *Engine) Tag(ctx context.Context, by inbox.By, ids []inbox.ThreadID, changes []string) error {
	return e.undoable(ctx, by, ids, func(t inbox.Thread) ([]inbox.Event, error) {
		effective, err := inbox.TagChange(t, changes)
		if err != nil || len(effective) == 0 {
			return nil, err
		}
		return one(inbox.Event{Verb: inbox.Tagged, Args: effective}), nil
	})
}

// Note adds a private note. It never reaches a network.
func (e *Engine) Note(ctx context.Context, by inbox.By, id inbox.ThreadID, body string) error {
	clean := text.Clean(strings.TrimSpace(body))
	if clean.Empty() {
		return inbox.Problem{Code: inbox.CodeEmpty}
	}
	return e.undoable(ctx, by, []inbox.ThreadID{id}, func(inbox.Thread) ([]inbox.Event, error) {
		return one(inbox.Event{Verb: inbox.Noted, Text: clean}), nil
	})
}

// Done marks threads done as of their newest message.
func (e *Engine) Done(ctx context.Context, by inbox.By, ids []inbox.ThreadID) error {
	return e.undoable(ctx, by, ids, func(t inbox.Thread) ([]inbox.Event, error) {
		if t.State == inbox.Done {
			return nil, nil
		}
		return one(inbox.Event{Verb: inbox.Finished, Until: t.LastAt}), nil
	})
}

// Reopen makes threads ours again.
func (e *Engine) Reopen(ctx context.Context, by inbox.By, ids []inbox.ThreadID) error {
	return e.undoable(ctx, by, ids, func(t inbox.Thread) ([]inbox.Event, error) {
		if t.State == inbox.Ours {
			return nil, nil
		}
		return one(inbox.Event{Verb: inbox.Reopened}), nil
	})
}

// Promote makes a thread of a watch.
func (e *Engine) Promote(ctx context.Context, by inbox.By, id inbox.ThreadID) error {
	return e.undoable(ctx, by, []inbox.ThreadID{id}, func(t inbox.Thread) ([]inbox.Event, error) {
		if t.Split() != inbox.Watches {
			return nil, nil
		}
		events := one(inbox.Event{Verb: inbox.Promoted})
		if tags, err := inbox.TagChange(t, []string{"veille"}); err == nil && len(tags) > 0 {
			events = append(events, inbox.Event{Verb: inbox.Tagged, Args: tags})
		}
		return events, nil
	})
}

// prepare makes an action for a thread, if the thread's account can do it.
func (e *Engine) prepare(ctx context.Context, by inbox.By, id inbox.ThreadID, kind inbox.ActionKind) (inbox.Action, error) {
	t, err := e.head(ctx, id)
	if err != nil {
		return inbox.Action{}, err
	}
	info, err := e.repo.Info(ctx)
	if err != nil {
		return inbox.Action{}, err
	}
	if kind != inbox.ActEscalate {
		if c := e.capsOf(t).Acts[kind]; !c.OK {
			why := c.Why
			if why == "" {
				why = inbox.CodeUnsupported
			}
			about := string(t.Account)
			if why == inbox.CodeNoMember {
				about = "member" // the setting that says who answers
			}
			return inbox.Action{}, inbox.Problem{Code: why, Args: []string{about}, Detail: fmt.Sprintf("%s on %s", kind, t.Network)}
		}
	}
	now, client, server, as := e.now(), t.Client, "", ""
	if acc, ok := e.account(t.Account); ok && kind != inbox.ActEscalate {
		client, server, as = acc.set().Account.Client, acc.set().Account.Server, acc.who().Remote // the thread may still have the client before
	}
	return inbox.Action{
		Key: newKey(now), Epoch: info.Epoch, Kind: kind, Client: client, Account: t.Account, Server: server, As: as,
		Thread: t.ID, Conversation: t.Remote, ThreadKind: t.Kind, PostID: t.PostID, State: inbox.Queued,
		CreatedAt: now, NotBefore: now, Session: by.Session, Line: by.Line,
	}, nil
}

// enqueue puts an action with its events into the outbox as one step.
func (e *Engine) enqueue(ctx context.Context, by inbox.By, a inbox.Action, events []inbox.Event) (inbox.Action, error) {
	h, end := e.turn(by)
	defer end()
	m := e.begin(by)
	if a.Kind == inbox.ActRead { // happens by looking
		m = mark{by: by}
	}
	a, s, err := e.queue(ctx, m, a, events)
	if err != nil {
		return a, err
	}
	h.push(s)
	return a, nil
}

// enqueueAll puts actions of one kind into the outbox as one step.
func (e *Engine) enqueueAll(ctx context.Context, by inbox.By, list []inbox.Action) ([]inbox.Action, error) {
	h, end := e.turn(by)
	defer end()
	list, s, err := e.queueAll(ctx, e.begin(by), list)
	if err != nil {
		return nil, err
	}
	h.push(s)
	return list, nil
}

// holdOf is how long answers of a client wait: its own wish, none being one
// too, else the configuration's.
func (e *Engine) holdOf(id inbox.ClientID) time.Duration {
	if c, ok := e.Client(id); ok && c.Hold >= 0 {
		return c.Hold
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.settings.Hold
}

func (e *Engine) contact(client inbox.ClientID, id inbox.ContactID) (inbox.Contact, bool) {
	c, _ := e.Client(client)
	for _, contact := range c.Contacts {
		if contact.ID == id {
			return contact, true
		}
	}
	return inbox.Contact{}, false
}
