package store

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"vigie/inbox"
)

// retargetKey is the key, in the meta bucket, of the mark of the last Retarget
// that ended.
const retargetKey = "retarget"

// retargetPiece is how many threads one transaction of Retarget looks at.
const retargetPiece = 500

// Retarget implements inbox.Writer. fix gets threads of the inbox that are
// ours, and sets Target, Window and Alarm; it runs inside the transaction and
// must not call the store. Begun again after an error it goes through all of
// them again.
func (db *DB) Retarget(ctx context.Context, mark string, fix func(*inbox.Thread)) error {
	ids, done, err := db.toRetarget(ctx, mark)
	if err == nil && !done {
		for piece := range slices.Chunk(ids, retargetPiece) {
			if err = db.update(ctx, func(w *txn) error { return w.retarget(ctx, piece, fix) }); err != nil {
				break
			}
		}
		if err == nil {
			err = db.update(ctx, func(w *txn) error { return w.putRetargeted(mark) })
		}
	}
	if err != nil {
		return fmt.Errorf("give threads their deadlines: %w", err)
	}
	return nil
}

// toRetarget lists the threads that are ours, unless it was done with that
// mark.
func (db *DB) toRetarget(ctx context.Context, mark string) (ids []inbox.ThreadID, done bool, err error) {
	err = db.view(ctx, func(r *rtx) error {
		last, err := r.retargeted()
		if done = last == mark && err == nil; done {
			return nil
		}
		if err != nil && !errors.Is(err, inbox.ErrNotFound) && !errors.Is(err, inbox.ErrDamaged) {
			return err
		}
		return r.each(ctx, bLists, lane("", inbox.Inbox, inbox.Ours), func(key, _ []byte) error {
			ids = append(ids, keyID[inbox.ThreadID](key[max(0, len(key)-idLen):]))
			return nil
		})
	})
	slices.Sort(ids)
	return ids, done, err
}

func (w *txn) retarget(ctx context.Context, ids []inbox.ThreadID, fix func(*inbox.Thread)) error {
	for _, id := range ids {
		if err := ctx.Err(); err != nil {
			return err
		}
		h, err := w.head(id)
		if errors.Is(err, inbox.ErrDamaged) {
			continue
		}
		if err != nil {
			return err
		}
		if h.now.State != inbox.Ours || h.now.Split() != inbox.Inbox {
			continue // somebody was faster
		}
		t := ownThread(h.now)
		w.outside = true
		fix(&t)
		w.outside = false
		if t.Target.Equal(h.now.Target) && t.Window.Equal(h.now.Window) && t.Alarm == h.now.Alarm {
			continue
		}
		h.now.Target, h.now.Window, h.now.Alarm, h.dirty = t.Target, t.Window, t.Alarm, true
	}
	return nil
}

func (r *rtx) retargeted() (mark string, err error) {
	d, err := r.record(bMeta, []byte(retargetKey))
	if err != nil {
		return "", err
	}
	for d.next() {
		if d.field == 1 {
			mark = d.val
		}
	}
	return mark, d.err
}

func (w *txn) putRetargeted(mark string) error {
	e := w.begin()
	e.text(1, mark)
	return w.put(bMeta, []byte(retargetKey), e)
}
