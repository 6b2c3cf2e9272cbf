package store

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"

	"go.etcd.io/bbolt"

	"vigie/inbox"
)

// maxFaults is how many faults a Report lists; Total counts on.
const maxFaults = 100

// checkTries is how often Check begins anew when commits overtake it.
const checkTries = 100

// Report is what Check found.
type Report struct {
	Records    int // checked
	Bytes      int64
	RolledBack bool // see DB.RolledBack
	Faults     []Fault
	Total      int // of faults
}

// recordsOnly reports whether something is wrong, but with records only: what
// is wrong with the file comes first.
func (r Report) recordsOnly() bool { return r.Total > 0 && r.Faults[0].Bucket != "" }

// Fault is one thing that is wrong in a store.
type Fault struct {
	Bucket string // "" when it concerns the file
	Key    []byte
	Err    error
}

func (f Fault) Error() string {
	if f.Bucket == "" {
		return f.Err.Error()
	}
	return fmt.Sprintf("%s %x: %v", f.Bucket, f.Key, f.Err)
}

// Unwrap returns what is wrong.
func (f Fault) Unwrap() error { return f.Err }

// Check reads the whole store at path, which no process may have open for
// writing: pages, checksums, indexes and counters. It changes nothing. What
// keeps it from reading at all is an error, as of Open; the rest is reported.
func Check(ctx context.Context, path string) (Report, error) {
	db, err := openFile(ctx, path, Options{}, true)
	if err != nil {
		return Report{}, fmt.Errorf("check %s: %w", path, err)
	}
	if is, err := db.at(ctx); err == nil { // else the check finds out why
		db.rollback = db.witness.said.judge(is, db.torn)
	}
	rep, err := db.Check(ctx)
	return rep, errors.Join(err, db.bolt.Close())
}

// Check reads the whole store in one transaction: pages, checksums, indexes
// and counters.
func (db *DB) Check(ctx context.Context) (Report, error) {
	for tries := 0; ; tries++ {
		_, file := db.handles()
		c := &checker{file: file}
		err := db.view(ctx, func(r *rtx) error {
			c.rtx, c.rep = r, Report{RolledBack: db.torn || db.RolledBack(), Bytes: r.tx.Size()}
			return c.run(ctx)
		})
		switch {
		case err == nil:
			return c.rep, nil
		case !errors.Is(err, errOvertaken) || tries == checkTries:
			return Report{}, fmt.Errorf("check %s: %w", db.path, err)
		}
	}
}

// errOvertaken: two commits came between the transaction and its meta.
var errOvertaken = errors.New("the store is too busy to be checked")

type checker struct {
	*rtx
	file     io.ReaderAt
	rep      Report
	schema   int
	messages map[inbox.ThreadID]int
	rows     int // that the lists should have
	due      int
	known    int // identities of persons
}

func (c *checker) fault(b bucket, key []byte, err error) {
	c.add(Fault{Bucket: bucketNames[b], Key: slices.Clone(key), Err: err})
}

func (c *checker) add(f Fault) {
	c.rep.Total++
	if len(c.rep.Faults) < maxFaults {
		c.rep.Faults = append(c.rep.Faults, f)
	}
}

func (c *checker) run(ctx context.Context) error {
	if err := c.pages(ctx); err != nil || c.rep.Total > 0 {
		return err // what hangs on damaged pages cannot be judged
	}
	for _, step := range []func(context.Context) error{
		c.small, c.checkMessages, c.checkThreads, c.checkIndexes, c.checkCounters, c.checkFacets, c.checkWords,
	} {
		if err := step(ctx); err != nil {
			return err
		}
	}
	return nil
}

// pages checks that the tree of pages is whole. bbolt's own check comes after
// that, since a bad page would end the process in its goroutine; and only
// when nobody writes, since it looks at the writer's list of free pages.
func (c *checker) pages(ctx context.Context) error {
	metas := readMetas(c.file)
	i := slices.IndexFunc(metas, func(t tableOfContents) bool { return t.txn == uint64(c.tx.ID()) })
	if i < 0 {
		return errOvertaken
	}
	if err := walkPages(ctx, c.file, metas[i], ctx.Err); err != nil {
		if errors.Is(err, inbox.ErrDamaged) {
			c.add(Fault{Err: err})
			return nil
		}
		return err
	}
	if !c.tx.DB().IsReadOnly() {
		return nil
	}
	for err := range c.tx.Check() {
		c.add(Fault{Err: fmt.Errorf("%w: %w", inbox.ErrDamaged, err)})
	}
	return ctx.Err()
}

// decode checks every record of a bucket.
func decode[T any](ctx context.Context, c *checker, b bucket, get func(dec) (T, error), use func(key []byte, v T)) error {
	return c.each(ctx, b, nil, func(key, v []byte) error {
		c.rep.Records++
		d, err := unseal(key, v)
		if err != nil {
			c.fault(b, key, err)
			return nil
		}
		t, err := get(d)
		if err != nil {
			c.fault(b, key, err)
			return nil
		}
		if use != nil {
			use(key, t)
		}
		return nil
	})
}

// small checks the records that no other record speaks of.
func (c *checker) small(ctx context.Context) error {
	own, err := c.identity()
	if err != nil {
		return err
	}
	c.schema = own.schema
	return errors.Join(
		decode(ctx, c, bPosts, getPost, nil),
		decode(ctx, c, bStreams, getStream, nil),
		decode(ctx, c, bActions, getAction, func(key []byte, a inbox.Action) {
			a.ID = keyID[inbox.ActionID](key)
			c.want(bThreadActions, twoKey(a.Thread, a.ID), nil)
			if open := c.bucket(bOpenActions).Get(key) != nil; open != isOpen(&a) {
				c.fault(bOpenActions, key, errIndex)
			}
		}),
		decode(ctx, c, bDrafts, getDraft, nil),
		c.checkDesk(ctx),
		decode(ctx, c, bEvents, getEvent, func(key []byte, e inbox.Event) {
			c.want(bJournals, twoKey(e.Thread, uint64(e.N)), key)
		}),
	)
}

// errIndex: an index does not say what its records say.
var errIndex = fmt.Errorf("index out of step: %w", inbox.ErrDamaged)

// want checks that an index has an entry.
func (c *checker) want(b bucket, key, value []byte) {
	v := c.bucket(b).Get(key)
	if v == nil || string(v) != string(value) {
		c.fault(b, key, errIndex)
	}
}

func (c *checker) checkMessages(ctx context.Context) error {
	c.messages = map[inbox.ThreadID]int{}
	return decode(ctx, c, bMessages, getMessage, func(key []byte, m inbox.Message) {
		c.messages[m.Thread]++
		c.want(bRemotes, pairKey(m.Account, m.Remote), key)
		c.want(bTimelines, timelineKey(m.Thread, m.At, keyID[inbox.MessageID](key)), nil)
	})
}

func (c *checker) checkThreads(ctx context.Context) error {
	return decode(ctx, c, bThreads, getThread, func(key []byte, t inbox.Thread) {
		t.ID = keyID[inbox.ThreadID](key)
		p := placeOf(&t)
		c.want(bConversations, pairKey(t.Account, t.Remote), key)
		listKey := listKey
		if c.schema < rankSchema {
			listKey = unrankedKey
		}
		c.want(bLists, listKey("", p, t.ID), nil)
		c.want(bLists, listKey(p.client, p, t.ID), nil)
		c.rows++
		if p.client != "" {
			c.rows++
		}
		if !p.due.IsZero() {
			c.want(bDue, dueKey(p.due, t.ID), nil)
			c.due++
		}
		if t.Messages != c.messages[t.ID] {
			c.fault(bThreads, key, fmt.Errorf("%d messages, not %d: %w", c.messages[t.ID], t.Messages, inbox.ErrDamaged))
		}
	})
}

// checkIndexes looks for entries that nothing stands behind.
func (c *checker) checkIndexes(ctx context.Context) error {
	if c.rep.Total > 0 {
		return nil // the numbers are known to differ
	}
	indexes := []struct {
		b    bucket
		want int
	}{
		{bLists, c.rows},
		{bDue, c.due},
		{bConversations, keys(c.bucket(bThreads))},
		{bRemotes, keys(c.bucket(bMessages))},
		{bTimelines, keys(c.bucket(bMessages))},
		{bJournals, keys(c.bucket(bEvents))},
		{bThreadActions, keys(c.bucket(bActions))},
	}
	if c.schema >= rankSchema {
		indexes = append(indexes, struct {
			b    bucket
			want int
		}{bIdentities, c.known})
	}
	for _, x := range indexes {
		if err := ctx.Err(); err != nil {
			return err
		}
		if n := keys(c.bucket(x.b)); n != x.want {
			c.fault(x.b, nil, fmt.Errorf("%d entries, not %d: %w", n, x.want, errIndex))
		}
	}
	return nil
}

func keys(b *bbolt.Bucket) int { return b.Stats().KeyN }
