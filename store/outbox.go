package store

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"vigie/inbox"
)

// AddAction implements inbox.Writer. An empty Epoch becomes the store's, and
// events without an Action tell of this one.
func (db *DB) AddAction(ctx context.Context, a inbox.Action, events []inbox.Event) (inbox.Action, error) {
	err := db.update(ctx, func(w *txn) error {
		if err := w.addAction(ctx, &a); err != nil {
			return err
		}
		return w.tell(a, events)
	})
	if err != nil {
		return inbox.Action{}, fmt.Errorf("queue %s: %w", a.Kind, err)
	}
	return a, nil
}

// AddActions implements inbox.Writer. An empty Epoch becomes the store's.
func (db *DB) AddActions(ctx context.Context, list []inbox.Action) ([]inbox.Action, error) {
	list = slices.Clone(list)
	err := db.update(ctx, func(w *txn) error {
		for i := range list {
			if list[i].Follows == inbox.OneBefore {
				if i == 0 {
					return errors.New("the first of a list follows the one before it")
				}
				list[i].Follows = list[i-1].ID
			}
			if err := w.addAction(ctx, &list[i]); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("queue %d acts: %w", len(list), err)
	}
	return list, nil
}

// addAction gives a new action its ID and its place.
func (w *txn) addAction(ctx context.Context, a *inbox.Action) error {
	if a.Epoch == "" {
		i, err := w.identity()
		if err != nil {
			return err
		}
		a.Epoch = i.epoch
	}
	id, err := w.nextID(bActions)
	if err != nil {
		return err
	}
	a.ID = inbox.ActionID(id)
	if err := w.useDraft(ctx, *a); err != nil {
		return err
	}
	return w.putAction(a)
}

// useDraft takes away the draft that an action is made of: once.
func (w *txn) useDraft(ctx context.Context, a inbox.Action) error {
	if a.Draft == "" {
		return nil
	}
	err := w.each(ctx, bThreadActions, idKey(a.Thread), func(key, _ []byte) error {
		other, err := w.action(keyID[inbox.ActionID](key[idLen:]))
		if err == nil && other.Draft == a.Draft {
			return fmt.Errorf("draft %s is action %d: %w", a.Draft, other.ID, inbox.ErrConflict)
		}
		return nil // a damaged one says nothing
	})
	if err != nil {
		return err
	}
	return w.dropDraft(a.Draft)
}

// MoveAction implements inbox.Writer. The page is ingested before the events
// are appended. An action keeps its id and its thread. change runs inside the
// transaction and must not call the store.
func (db *DB) MoveAction(ctx context.Context, id inbox.ActionID, from inbox.SendState, change func(*inbox.Action) ([]inbox.Event, *inbox.Ingest, error)) (inbox.Action, error) {
	var a inbox.Action
	err := db.update(ctx, func(w *txn) (err error) {
		if a, err = w.action(id); err != nil {
			return err
		}
		if from != "" && a.State != from {
			return fmt.Errorf("it is %s, not %s: %w", a.State, from, inbox.ErrConflict)
		}
		thread := a.Thread
		w.outside = true
		events, page, err := change(&a)
		w.outside = false
		if err != nil {
			return err
		}
		a.ID, a.Thread = id, thread
		if err := w.putAction(&a); err != nil {
			return err
		}
		if page != nil {
			if _, err := w.ingest(ctx, page); err != nil {
				return err
			}
		}
		return w.tell(a, events)
	})
	if err != nil {
		return inbox.Action{}, fmt.Errorf("move action %d: %w", id, err)
	}
	return a, nil
}

// MoveActions implements inbox.Writer. change runs inside the transaction and
// must not call the store.
func (db *DB) MoveActions(ctx context.Context, ids []inbox.ActionID, change func(*inbox.Action) ([]inbox.Event, bool)) ([]inbox.Action, error) {
	var moved []inbox.Action
	err := db.update(ctx, func(w *txn) error {
		for _, id := range ids {
			if err := ctx.Err(); err != nil {
				return err
			}
			a, err := w.action(id)
			switch {
			case errors.Is(err, inbox.ErrNotFound), errors.Is(err, inbox.ErrDamaged):
				continue
			case err != nil:
				return err
			}
			thread := a.Thread
			w.outside = true
			events, moves := change(&a)
			w.outside = false
			if !moves {
				continue
			}
			a.ID, a.Thread = id, thread
			if err := errors.Join(w.putAction(&a), w.tell(a, events)); err != nil {
				return err
			}
			moved = append(moved, a)
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("move %d actions: %w", len(ids), err)
	}
	return moved, nil
}

// tell appends events to an action's thread.
func (w *txn) tell(a inbox.Action, events []inbox.Event) error {
	if len(events) == 0 {
		return nil
	}
	h, err := w.head(a.Thread)
	if err != nil {
		return err
	}
	written := make([]inbox.Event, len(events))
	for i, e := range events {
		if e.Action == 0 {
			e.Action = a.ID
		}
		written[i] = e
	}
	_, err = w.append(h, written)
	return err
}

// isOpen tells what OpenActions returns.
func isOpen(a *inbox.Action) bool { return !a.State.Terminal() || a.State.Trouble() }

func (w *txn) putAction(a *inbox.Action) error {
	if a.Thread != 0 {
		if err := w.exists(a.Thread); err != nil {
			return err
		}
	}
	w.outbox = true
	e := w.begin()
	putAction(&e, a)
	if err := w.put(bActions, idKey(a.ID), e); err != nil {
		return err
	}
	if err := w.set(bThreadActions, twoKey(a.Thread, a.ID), nil); err != nil {
		return err
	}
	if isOpen(a) {
		return w.set(bOpenActions, idKey(a.ID), nil)
	}
	return w.drop(bOpenActions, idKey(a.ID))
}

func (r *rtx) action(id inbox.ActionID) (inbox.Action, error) {
	d, err := r.record(bActions, idKey(id))
	if err != nil {
		return inbox.Action{}, fmt.Errorf("action %d: %w", id, err)
	}
	a, err := getAction(d)
	if err != nil {
		return inbox.Action{}, fmt.Errorf("action %d: %w", id, err)
	}
	a.ID = id
	return a, nil
}

// Action implements inbox.Reader.
func (db *DB) Action(ctx context.Context, id inbox.ActionID) (a inbox.Action, err error) {
	err = db.view(ctx, func(r *rtx) error {
		a, err = r.action(id)
		return err
	})
	return a, err
}

// Actions implements inbox.Reader; damaged ones are left out.
func (db *DB) Actions(ctx context.Context, match func(inbox.Action) bool) ([]inbox.Action, error) {
	return db.actions(ctx, bActions, nil, match)
}

// OpenActions implements inbox.Reader: those that still move, and those in
// the state NeedsYou.
func (db *DB) OpenActions(ctx context.Context) ([]inbox.Action, error) {
	return db.actions(ctx, bOpenActions, nil, nil)
}

// ThreadActions implements inbox.Reader.
func (db *DB) ThreadActions(ctx context.Context, id inbox.ThreadID) ([]inbox.Action, error) {
	return db.actions(ctx, bThreadActions, idKey(id), nil)
}

// actions reads those whose ids end the keys of a bucket.
func (db *DB) actions(ctx context.Context, b bucket, prefix []byte, match func(inbox.Action) bool) (out []inbox.Action, err error) {
	err = db.view(ctx, func(r *rtx) error {
		return r.each(ctx, b, prefix, func(key, _ []byte) error {
			a, err := r.action(keyID[inbox.ActionID](key[len(prefix):]))
			switch {
			case errors.Is(err, inbox.ErrDamaged), errors.Is(err, inbox.ErrNotFound):
				return nil
			case err != nil:
				return err
			case r.matches(match == nil, func() bool { return match(a) }):
				out = append(out, a)
			}
			return nil
		})
	})
	return out, err
}

// matches asks a caller's function, unless there is none.
func (r *rtx) matches(all bool, match func() bool) bool {
	if all {
		return true
	}
	r.outside = true
	ok := match()
	r.outside = false
	return ok
}

// SaveDraft implements inbox.Writer. The thread must exist.
func (db *DB) SaveDraft(ctx context.Context, d inbox.Draft) error {
	err := db.update(ctx, func(w *txn) error {
		if err := w.exists(d.Thread); err != nil {
			return err
		}
		if d.ID == "" || len(d.ID) > maxID {
			return errors.New("a draft needs an id")
		}
		e := w.begin()
		putDraft(&e, &d)
		return w.put(bDrafts, []byte(d.ID), e)
	})
	if err != nil {
		return fmt.Errorf("save draft: %w", err)
	}
	return nil
}

// DropDraft implements inbox.Writer. No draft is no error.
func (db *DB) DropDraft(ctx context.Context, id string) error {
	err := db.update(ctx, func(w *txn) error { return w.dropDraft(id) })
	if err != nil {
		return fmt.Errorf("drop draft: %w", err)
	}
	return nil
}

func (w *txn) dropDraft(id string) error {
	if w.bucket(bDrafts).Get([]byte(id)) == nil {
		return nil
	}
	return w.drop(bDrafts, []byte(id))
}

func (r *rtx) draft(id string) (inbox.Draft, error) {
	d, err := r.record(bDrafts, []byte(id))
	if err != nil {
		return inbox.Draft{}, fmt.Errorf("draft %s: %w", id, err)
	}
	out, err := getDraft(d)
	out.ID = id
	return out, err
}

// Draft implements inbox.Reader.
func (db *DB) Draft(ctx context.Context, id string) (d inbox.Draft, err error) {
	err = db.view(ctx, func(r *rtx) error {
		d, err = r.draft(id)
		return err
	})
	return d, err
}

// Drafts implements inbox.Reader; damaged ones are left out.
func (db *DB) Drafts(ctx context.Context, id inbox.ThreadID) (out []inbox.Draft, err error) {
	err = db.view(ctx, func(r *rtx) error {
		return r.each(ctx, bDrafts, nil, func(key, _ []byte) error {
			d, err := r.draft(string(key))
			switch {
			case errors.Is(err, inbox.ErrDamaged):
				return nil
			case err != nil:
				return err
			case id == 0 || d.Thread == id:
				out = append(out, d)
			}
			return nil
		})
	})
	slices.SortFunc(out, func(a, b inbox.Draft) int {
		return cmp.Or(a.BegunAt.Compare(b.BegunAt), strings.Compare(a.ID, b.ID))
	})
	return out, err
}
