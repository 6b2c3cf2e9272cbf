package engine

import (
	"context"
	"errors"
	"fmt"

	"vigie/inbox"
)

// Drafts lists what is being written, in one thread or, for 0, everywhere, in
// the order in which it was begun.
func (e *Engine) Drafts(ctx context.Context, id inbox.ThreadID) ([]inbox.Draft, error) {
	return e.repo.Drafts(ctx, id)
}

// OpenDraft gives the draft to write on in a thread: the newest of the same
// line and kind that no other session is writing, else a new one, which is
// stored by its first SaveDraft. A request by id gives that very draft, and is
// refused while another session writes on it. The session has what it was
// given until its next Compose: no two open one draft in the same instant.
func (e *Engine) OpenDraft(ctx context.Context, by inbox.By, r inbox.DraftRequest) (inbox.Draft, error) {
	if r.ID != "" {
		d, err := e.repo.Draft(ctx, r.ID)
		if errors.Is(err, inbox.ErrNotFound) {
			err = inbox.Problem{Code: inbox.CodeNotFound, Args: []string{r.ID}}
		}
		if err != nil {
			return d, err
		}
		if who, free := e.claim(by, d); !free {
			return inbox.Draft{}, inbox.Problem{Code: inbox.CodeComposing, Args: []string{who}}
		}
		return d, nil
	}
	t, err := e.head(ctx, r.Thread)
	if err != nil {
		return inbox.Draft{}, err
	}
	begun, err := e.repo.Drafts(ctx, r.Thread)
	if err != nil {
		return inbox.Draft{}, fmt.Errorf("read the drafts: %w", err)
	}
	for i := len(begun) - 1; i >= 0; i-- {
		d := begun[i]
		if d.Note == r.Note && d.Private == r.Private && d.Edit == r.Edit && d.Line == by.Line && d.Account == t.Account {
			if _, free := e.claim(by, d); free {
				return d, nil
			}
		}
	}
	now := e.now()
	return inbox.Draft{
		ID: newKey(now), Thread: t.ID, Account: t.Account, Note: r.Note, Private: r.Private, Edit: r.Edit,
		BegunAt: now, Session: by.Session, Line: by.Line, SeenN: t.Events,
	}, nil
}

// claim notes that a session writes on a draft, unless another one does: who
// that is.
func (e *Engine) claim(by inbox.By, d inbox.Draft) (who string, free bool) {
	e.mu.Lock()
	for _, s := range e.sessions {
		if s.Draft == d.ID && s.ID != by.Session {
			e.mu.Unlock()
			return s.Name, false
		}
	}
	s := e.sessions[by.Session]
	told := s == nil || s.Draft == d.ID
	if !told {
		s.Composing, s.Draft = d.Thread, d.ID
	}
	e.mu.Unlock()
	if !told {
		e.changes.publish(inbox.Change{Session: true})
	}
	return "", true
}

// SaveDraft keeps what is being written; one without a text or a file is
// removed. What comes late for a draft that was sent changes nothing.
func (e *Engine) SaveDraft(ctx context.Context, by inbox.By, d inbox.Draft) error {
	if d.Text == "" && len(d.Media) == 0 {
		return e.DropDraft(ctx, by, d.ID)
	}
	now := e.now()
	if d.BegunAt.IsZero() {
		d.BegunAt = now
	}
	d.SavedAt, d.Session, d.Line = now, by.Session, by.Line
	e.answering.Lock()
	defer e.answering.Unlock()
	if a, sent, err := e.madeOf(ctx, d.Thread, d.ID); sent && a.State != inbox.Dropped {
		return nil
	} else if err != nil && !sent {
		return fmt.Errorf("save the draft: %w", err)
	}
	if err := e.repo.SaveDraft(ctx, d); err != nil {
		return fmt.Errorf("save the draft: %w", err)
	}
	e.changes.publish(inbox.Change{Thread: d.Thread, Account: d.Account})
	return nil
}

// DropDraft removes a draft. One that is not there is no error.
func (e *Engine) DropDraft(ctx context.Context, _ inbox.By, id string) error {
	d, err := e.repo.Draft(ctx, id)
	if err == nil {
		err = e.repo.DropDraft(ctx, id)
	}
	if errors.Is(err, inbox.ErrNotFound) {
		return nil
	}
	e.changes.publish(inbox.Change{Thread: d.Thread, Account: d.Account})
	return err
}
