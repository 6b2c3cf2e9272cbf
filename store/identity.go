package store

import (
	"context"
	"crypto/rand"
	"fmt"

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
		}
		return nil
	})
	return info, err
}

// NewEpoch implements inbox.Writer.
func (db *DB) NewEpoch(ctx context.Context) (string, error) {
	epoch := rand.Text()
	err := db.update(ctx, func(w *txn) error {
		i, err := w.identity()
		if err != nil {
			return err
		}
		i.epoch = epoch
		return w.putIdentity(&i)
	})
	if err != nil {
		return "", err
	}
	return epoch, nil
}
