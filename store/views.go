package store

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"

	"vigie/inbox"
)

// savedView is a view and when it was first saved, among them.
type savedView struct {
	inbox.View
	n uint64
}

func (r *rtx) savedView(id string) (savedView, error) {
	d, err := r.record(bViews, []byte(id))
	if err != nil {
		return savedView{}, fmt.Errorf("view %s: %w", id, err)
	}
	v, err := getView(d)
	v.ID = id
	return v, err
}

// Views implements inbox.Reader; damaged ones are left out.
func (db *DB) Views(ctx context.Context) (out []inbox.View, err error) {
	var all []savedView
	err = db.view(ctx, func(r *rtx) error {
		return r.each(ctx, bViews, nil, func(key, _ []byte) error {
			v, err := r.savedView(string(key))
			if errors.Is(err, inbox.ErrDamaged) {
				return nil
			}
			all = append(all, v)
			return err
		})
	})
	slices.SortFunc(all, func(a, b savedView) int { return cmp.Compare(a.n, b.n) })
	for _, v := range all {
		out = append(out, v.View)
	}
	return out, err
}

// SaveView implements inbox.Writer. One that takes another's place comes where
// that was.
func (db *DB) SaveView(ctx context.Context, v inbox.View) error {
	err := db.update(ctx, func(w *txn) error {
		if err := checkID("view", v.ID); err != nil {
			return err
		}
		old, err := w.savedView(v.ID)
		if errors.Is(err, inbox.ErrNotFound) || errors.Is(err, inbox.ErrDamaged) {
			old.n, err = w.nextID(bViews)
		}
		if err != nil {
			return err
		}
		e := w.begin()
		putView(&e, &savedView{v, old.n})
		return w.put(bViews, []byte(v.ID), e)
	})
	if err != nil {
		return fmt.Errorf("save view: %w", err)
	}
	return nil
}

// DropView implements inbox.Writer.
func (db *DB) DropView(ctx context.Context, id string) error {
	err := db.update(ctx, func(w *txn) error {
		if w.bucket(bViews).Get([]byte(id)) == nil {
			return inbox.ErrNotFound
		}
		return w.drop(bViews, []byte(id))
	})
	if err != nil {
		return fmt.Errorf("drop view %s: %w", id, err)
	}
	return nil
}
