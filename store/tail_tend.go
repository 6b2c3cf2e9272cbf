package store

import (
	"context"
	"errors"
	"fmt"

	"vigie/inbox"
)

const (
	// fillStep is how many messages are read for the tail while writers wait.
	fillStep = 512
	// tendStep is how many Tend reads at most.
	tendStep = 2048
	// warmMost is how many a search reads for the tail at most, and warmLeast
	// how many are worth it; it looks at others one by one until Tend has them
	// in the index.
	warmMost  = 2 * absorbBusy
	warmLeast = 128
)

// openIndex says where the tail begins. An index that this program does not
// read is thrown away, unless there is no room for that.
func (db *DB) openIndex(ctx context.Context) error {
	var x indexRecord
	err := db.view(ctx, func(r *rtx) (err error) {
		x, err = r.indexed()
		return err
	})
	switch {
	case err != nil && !errors.Is(err, inbox.ErrDamaged):
		return err
	case err != nil || x.version != indexVersion:
		return unlessFull(db.Reindex(ctx))
	}
	db.tail.begin(x.upTo + 1)
	return nil
}

// Reindex implements inbox.Tender.
func (db *DB) Reindex(ctx context.Context) error {
	if err := db.update(ctx, (*txn).clearIndex); err != nil {
		return fmt.Errorf("begin the index anew: %w", err)
	}
	return nil
}

// Tend implements inbox.Tender.
func (db *DB) Tend(ctx context.Context) (more bool, err error) {
	left, err := db.fill(ctx, tendStep)
	if err != nil {
		return false, err
	}
	docs, full := db.tail.waiting()
	if full > 0 || docs >= absorbBusy || docs >= absorbIdle && left == 0 {
		if _, err := db.absorb(ctx); err != nil {
			return false, err
		}
		docs, full = db.tail.waiting()
	}
	return left > 0 || full > 0 || docs >= absorbIdle, nil
}

// warm brings what is not in the file's index into memory, if it is neither
// little nor much. Searches begin with it; without it they are right too.
func (db *DB) warm(ctx context.Context) {
	var last uint32
	err := db.view(ctx, func(r *rtx) error {
		last = uint32(r.bucket(bMessages).Sequence())
		return nil
	})
	next := db.tail.coming()
	if gap := int(last) + 1 - int(next); err == nil && next > 0 && gap >= warmLeast && gap <= warmMost {
		_, _ = db.fill(ctx, warmMost)
	}
}

// coming is the document that the tail wants next; 0: none.
func (t *tail) coming() uint32 {
	t.mu.RLock()
	defer t.mu.RUnlock()
	return t.next
}

// fill reads up to most messages that are stored and not in the index into
// the tail, in steps between which others may write. It returns how many are
// left.
func (db *DB) fill(ctx context.Context, most int) (left int, err error) {
	for most > 0 {
		n := min(most, fillStep)
		if left, err = db.fillSome(ctx, n); err != nil || left == 0 {
			break
		}
		most -= n
	}
	if err != nil {
		return left, fmt.Errorf("read messages for the index: %w", err)
	}
	return left, nil
}

func (db *DB) fillSome(ctx context.Context, n int) (left int, err error) {
	db.writing.Lock()
	defer db.writing.Unlock()
	next := db.tail.coming()
	if next == 0 {
		return 0, nil
	}
	err = db.view(ctx, func(r *rtx) error {
		last := uint32(r.bucket(bMessages).Sequence())
		for ; next <= last && n > 0; next, n = next+1, n-1 {
			m, err := r.message(inbox.MessageID(next))
			switch {
			case err == nil:
				db.tail.take(docChange{next, &m}, uint64(r.tx.ID()))
			case errors.Is(err, inbox.ErrDamaged), errors.Is(err, inbox.ErrNotFound):
				db.tail.take(docChange{doc: next}, uint64(r.tx.ID()))
			default:
				return err
			}
		}
		left = int(last+1) - int(next)
		return nil
	})
	return left, err
}

// take is put, under the lock.
func (t *tail) take(c docChange, txn uint64) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.put(c, txn)
}

// relieve merges what waits in the tail when it is much: of an import whole
// chunks, so that each list is written once. What fails is tried again later:
// the messages are stored.
func (db *DB) relieve(ctx context.Context, actor inbox.Actor) {
	for {
		docs, full := db.tail.waiting()
		if full == 0 && (docs < absorbBusy || actor == inbox.Import) {
			return
		}
		if _, err := db.absorb(ctx); err != nil {
			return
		}
	}
}

// settle merges all that waits in the tail, for there is no later.
func (db *DB) settle(ctx context.Context) error {
	for {
		some, err := db.absorb(ctx)
		if err != nil || !some {
			return err
		}
	}
}

// Index implements inbox.Tender. Bytes are those of the lists, without the
// free room in their pages.
func (db *DB) Index(ctx context.Context) (info inbox.IndexInfo, err error) {
	err = db.view(ctx, func(r *rtx) error {
		x, err := r.indexed()
		if errors.Is(err, inbox.ErrDamaged) {
			x, err = indexRecord{}, nil
		}
		if err != nil {
			return err
		}
		_, end := db.lists(r).span()
		info = inbox.IndexInfo{
			Messages: r.bucket(bMessages).Sequence(), Indexed: uint64(max(end, x.upTo)), Bytes: x.bytes,
		}
		return nil
	})
	return info, err
}
