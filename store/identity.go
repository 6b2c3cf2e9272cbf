package store

import (
	"context"
	"crypto/rand"
	"fmt"
	"path/filepath"
	"time"

	"vigie/inbox"
)

// identityKey is the key of the meta bucket's one record.
const identityKey = "store"

func (r *rtx) identity() (identity, error) {
	if r.tx.Bucket([]byte(bucketNames[bMeta])) == nil {
		return identity{}, fmt.Errorf("another program's bbolt file: %w", ErrNotStore)
	}
	d, err := r.record(bMeta, []byte(identityKey))
	if err != nil {
		return identity{}, fmt.Errorf("the store's own record: %w", err)
	}
	return getIdentity(d)
}

func (w *txn) putIdentity(i *identity) error {
	w.own = i
	e := w.begin()
	putIdentity(&e, i)
	return w.put(bMeta, []byte(identityKey), e)
}

// Info implements inbox.Reader. Bytes is the size of the file up to its last
// page in use.
func (db *DB) Info(ctx context.Context) (info inbox.StoreInfo, err error) {
	err = db.view(ctx, func(r *rtx) error {
		i, err := r.identity()
		if err != nil {
			return err
		}
		info = inbox.StoreInfo{
			Path:     db.path,
			ID:       i.id,
			Epoch:    i.epoch,
			Schema:   i.schema,
			Bytes:    r.tx.Size(),
			Messages: r.bucket(bMessages).Sequence(),
			Threads:  r.bucket(bThreads).Sequence(),

			RolledBack: i.rolledBack,
			Rollback:   i.rollback,
		}
		return nil
	})
	return info, err
}

// NewEpoch implements inbox.Writer.
func (db *DB) NewEpoch(ctx context.Context) (string, error) {
	epoch := rand.Text()
	err := db.own(ctx, func(i *identity) { i.epoch = epoch })
	if err != nil {
		return "", err
	}
	return epoch, nil
}

// own changes the store's own record.
func (db *DB) own(ctx context.Context, change func(*identity)) error {
	return db.update(ctx, func(w *txn) error {
		i, err := w.identity()
		if err != nil {
			return err
		}
		was := i
		if change(&i); i == was {
			return nil
		}
		return w.putIdentity(&i)
	})
}

// notice compares the store with what was last seen at its place. One that
// went back, or is another, gets a new epoch and remembers why; so does one
// that had a side file and came without it, unless it is to be adopted.
func (db *DB) notice(ctx context.Context, adopt bool) error {
	if err := db.sweep(); err != nil {
		return err
	}
	is, witnessed, err := db.found(ctx)
	if err != nil {
		return err
	}
	db.rollback = db.witness.said.judge(is, db.torn)
	if db.rollback == "" && witnessed && !adopt && db.witness.said == (seen{}) {
		db.rollback = inbox.RollbackCopy
	}
	if db.rollback == "" {
		if err := db.witness.begin(is); err != nil || witnessed {
			return unlessFull(err)
		}
		return unlessFull(db.attest(ctx))
	}
	return db.own(ctx, func(i *identity) {
		i.epoch = rand.Text()
		i.rolledBack, i.rollback = time.Now().UTC(), db.rollback
	})
}

// attest lets the store say that it has a side file, once that is durable: a
// power cut must not leave the word without the file.
func (db *DB) attest(ctx context.Context) error {
	for _, path := range []string{seenPath(db.path), filepath.Dir(db.path)} {
		if err := syncPath(path); err != nil {
			return err
		}
	}
	return db.own(ctx, func(i *identity) { i.witnessed = true })
}

// at tells which store it is and its last commit.
func (db *DB) at(ctx context.Context) (is seen, err error) {
	is, _, err = db.found(ctx)
	return is, err
}

// found is at, and whether the store says that it had a side file.
func (db *DB) found(ctx context.Context) (is seen, witnessed bool, err error) {
	err = db.view(ctx, func(r *rtx) error {
		i, err := r.identity()
		is = seen{store: i.id, epoch: i.epoch, txn: uint64(r.tx.ID()), born: db.witness.born}
		witnessed = i.witnessed
		return err
	})
	return is, witnessed, err
}

// AcknowledgeRollback says that a person has seen that the store was rolled
// back: Info tells it no longer. What was queued before stays of another
// epoch. Without a rollback nothing is written.
func (db *DB) AcknowledgeRollback(ctx context.Context) error {
	err := db.own(ctx, func(i *identity) { i.rolledBack, i.rollback = time.Time{}, "" })
	if err != nil {
		return fmt.Errorf("acknowledge the rollback: %w", err)
	}
	return nil
}
