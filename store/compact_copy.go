package store

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/fnv"
	"os"
	"path/filepath"

	"go.etcd.io/bbolt"
)

// copy writes all that is in the store into a file of its own and makes it
// durable.
func (c *compaction) copy(ctx context.Context) (err error) {
	f, err := os.CreateTemp(filepath.Dir(c.db.path), compactName(c.db.path))
	if err != nil {
		return err
	}
	c.path = f.Name()
	defer func() { err = errors.Join(err, f.Close()) }()
	opts := openOptions()
	opts.NoSync, opts.NoGrowSync = true, true
	dst, err := bbolt.Open(c.path, 0o600, opts)
	if err != nil {
		return err
	}
	a := &anew{bolt: dst, mayGoOn: func() error { return c.mayGoOn(ctx) }}
	err = c.db.view(ctx, func(r *rtx) error {
		c.txn = uint64(r.tx.ID())
		defer a.undo()
		if err := r.tx.ForEach(a.bucket); err != nil {
			return err
		}
		return a.commit()
	})
	if err = errors.Join(err, dst.Close()); err != nil {
		return err
	}
	if err := stamp(f, c.txn+1); err != nil {
		return err
	}
	return f.Sync()
}

// anew is a file being written. What is put into it stays where it was until
// the commit.
type anew struct {
	bolt    *bbolt.DB
	mayGoOn func() error
	tx      *bbolt.Tx // nil: none is open
	looks   int
	put     int // bytes since the last commit
	written int // bytes since the last sync
}

// bucket copies a bucket and its sequence.
func (a *anew) bucket(name []byte, from *bbolt.Bucket) error {
	to, err := a.open(name, from.Sequence())
	if err != nil {
		return err
	}
	return from.ForEach(func(k, v []byte) error {
		if v == nil {
			return damage("a bucket in bucket %s", name)
		}
		if a.looks++; a.looks%compactLooks == 0 {
			if err := a.mayGoOn(); err != nil {
				return err
			}
		}
		if a.put >= compactBatch {
			if err := a.commit(); err != nil {
				return err
			}
			if to, err = a.open(name, from.Sequence()); err != nil {
				return err
			}
		}
		a.put += len(k) + len(v)
		return to.Put(k, v)
	})
}

// open gets a bucket for writing, in a transaction that is open or new.
func (a *anew) open(name []byte, seq uint64) (b *bbolt.Bucket, err error) {
	if a.tx == nil {
		if a.tx, err = a.bolt.Begin(true); err != nil {
			return nil, err
		}
	}
	if b, err = a.tx.CreateBucketIfNotExists(name); err != nil {
		return nil, err
	}
	b.FillPercent = fillPercent // keys come in order
	return b, b.SetSequence(seq)
}

func (a *anew) commit() error {
	if a.tx == nil {
		return nil
	}
	tx := a.tx
	a.tx = nil
	if err := tx.Commit(); err != nil {
		return fmt.Errorf("write the new file: %w", err)
	}
	a.written += a.put
	a.put = 0
	if a.written < compactSync {
		return nil
	}
	a.written = 0
	return a.bolt.Sync()
}

// undo ends a transaction that was not committed.
func (a *anew) undo() {
	if a.tx != nil {
		_ = a.tx.Rollback() // its file is thrown away
		a.tx = nil
	}
}

// stamp makes a fresh file one of commit txn, or a later one of its own, and
// cuts off what lies behind its last page. A store must never seem to go back;
// see the witness.
func stamp(f *os.File, txn uint64) error {
	metas := readMetas(f)
	if len(metas) == 0 {
		return damage("the new file has no table of contents")
	}
	is := metas[0]
	txn = max(txn, is.txn)
	var b [headerLen + metaLen]byte
	if _, err := f.ReadAt(b[:], int64(is.txn%2)*is.pageSize); err != nil {
		return err
	}
	ne, m := binary.NativeEndian, b[headerLen:]
	if ne.Uint64(m[48:]) != is.txn {
		return damage("the new file's table of contents is not where it should be")
	}
	// bbolt writes the meta of a commit over the one before the last: both are
	// of the same pages, so that it does not matter which is lost.
	for _, n := range []uint64{txn - 1, txn} {
		page := n % 2
		ne.PutUint64(b[:], page)
		ne.PutUint64(m[48:], n)
		sum := fnv.New64a()
		sum.Write(m[:metaSumAt])
		ne.PutUint64(m[metaSumAt:], sum.Sum64())
		if _, err := f.WriteAt(b[:], int64(page)*is.pageSize); err != nil {
			return err
		}
	}
	return f.Truncate(int64(is.high) * is.pageSize)
}
