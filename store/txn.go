package store

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"go.etcd.io/bbolt"

	"vigie/inbox"
)

// rtx is a transaction that reads.
type rtx struct {
	tx      *bbolt.Tx
	buckets [bucketCount]*bbolt.Bucket
	finders [bucketCount]*bbolt.Cursor // with which single keys are found
	// outside is set while a caller's function runs: its panics are its own.
	outside bool
}

func (r *rtx) caught(p any, err *error) {
	if p == nil {
		return
	}
	if r.outside {
		panic(p)
	}
	*err = fmt.Errorf("%w: %v", ErrPage, p)
}

// bucket returns one that must be there: every store is made with all of
// them.
func (r *rtx) bucket(b bucket) *bbolt.Bucket {
	if r.buckets[b] == nil {
		r.buckets[b] = r.tx.Bucket([]byte(bucketNames[b]))
		if r.buckets[b] == nil {
			panic("no bucket " + bucketNames[b])
		}
		if grows[b] {
			r.buckets[b].FillPercent = fillPercent
		}
	}
	return r.buckets[b]
}

// get finds a value; nil when there is none.
func (r *rtx) get(b bucket, key []byte) []byte {
	c, in := r.finders[b], r.bucket(b)
	if c == nil || c.Bucket() != in {
		c = in.Cursor()
		r.finders[b] = c
	}
	if k, v := c.Seek(key); bytes.Equal(k, key) {
		return v
	}
	return nil
}

// record finds a record and checks it. A missing one is ErrNotFound.
func (r *rtx) record(b bucket, key []byte) (dec, error) {
	v := r.get(b, key)
	if v == nil {
		return dec{}, inbox.ErrNotFound
	}
	return unseal(key, v)
}

// numbered finds a record by its number. One that was given out and is not
// there is damaged: messages and threads are never removed, and events go
// with what names them.
func (r *rtx) numbered(b bucket, id uint64) (dec, error) {
	d, err := r.record(b, idKey(id))
	if errors.Is(err, inbox.ErrNotFound) && id > 0 && id <= r.bucket(b).Sequence() {
		return d, fmt.Errorf("it is lost: %w", inbox.ErrDamaged)
	}
	return d, err
}

func (r *rtx) thread(id inbox.ThreadID) (inbox.Thread, error) {
	d, err := r.numbered(bThreads, uint64(id))
	if err != nil {
		return inbox.Thread{}, fmt.Errorf("thread %d: %w", id, err)
	}
	t, err := getThread(d)
	if err != nil {
		return inbox.Thread{}, fmt.Errorf("thread %d: %w", id, err)
	}
	t.ID = id
	return t, nil
}

// exists is ErrNotFound when there is no such thread.
func (r *rtx) exists(id inbox.ThreadID) error {
	if r.bucket(bThreads).Get(idKey(id)) == nil {
		return fmt.Errorf("thread %d: %w", id, inbox.ErrNotFound)
	}
	return nil
}

// message reads a message, its post as no more than an id.
func (r *rtx) message(id inbox.MessageID) (inbox.Message, error) {
	d, err := r.numbered(bMessages, uint64(id))
	if err != nil {
		return inbox.Message{}, fmt.Errorf("message %d: %w", id, err)
	}
	m, err := getMessage(d)
	if err != nil {
		return inbox.Message{}, fmt.Errorf("message %d: %w", id, err)
	}
	m.ID = id
	return m, nil
}

// place is where the indexes have a thread.
type place struct {
	client  inbox.ClientID
	account inbox.AccountID
	network inbox.Network
	kind    inbox.Kind
	split   inbox.Split
	state   inbox.State
	unread  bool
	mine    bool
	noted   bool
	lang    string
	feeling inbox.Feeling
	// statuses of messages; but for whether there are any, the numbers do not matter
	statuses inbox.StatusCounts
	closes   bool     // the network takes an answer of ours until some time only
	tags     []string // shared with the head, which never changes them in place
	rank     inbox.Rank
	due      time.Time
}

func placeOf(t *inbox.Thread) place {
	return place{
		client: t.Client, account: t.Account, network: t.Network, kind: t.Kind,
		split: t.Split(), state: t.State, unread: t.Unread, mine: t.LastOut, noted: t.Notes > 0,
		lang: t.Lang, feeling: t.Feeling, statuses: t.Statuses, closes: closes(t), tags: t.Tags,
		rank: t.Rank, due: t.Due(),
	}
}

// closes reports whether a thread is ours and its network takes an answer
// until some time only, which has not been missed.
func closes(t *inbox.Thread) bool {
	return t.State == inbox.Ours && !t.Window.IsZero() && t.Alarm != inbox.AlarmMissed
}

// listed reports whether two places are the same in the lists; times may
// carry different zones.
func (p *place) listed(q *place) bool {
	return p.client == q.client && p.split == q.split && p.state == q.state &&
		p.rank.Equal(q.rank) && p.due.Equal(q.due)
}

// head is a thread being changed: as it is and where the indexes have it.
type head struct {
	now    inbox.Thread
	was    place
	stored bool
	anew   bool // made from what could be read of a thread whose head is damaged
	dirty  bool
}

// txn is a transaction that writes. It keeps the threads it touched and writes
// each of them once, at the end.
type txn struct {
	rtx
	indexing
	dirty  bool
	anew   bool      // facets and counters are to be made anew
	outbox bool      // an action was written
	own    *identity // the store's own record, when it was written
	heads  map[inbox.ThreadID]*head
	free   []byte // where the next record is written
}

func newTxn() *txn { return &txn{heads: map[inbox.ThreadID]*head{}} }

// arenaSize is what records are cut from, in bytes; bbolt keeps values by
// reference until the commit.
const arenaSize = 64 << 10

// begin starts a record; the next thing to do is to put it.
func (w *txn) begin() enc {
	if cap(w.free) < 2<<10 {
		w.free = make([]byte, 0, arenaSize)
	}
	return enc{b: append(w.free, recordVersion)}
}

func (w *txn) put(b bucket, key []byte, e enc) error {
	e.b = seal(key, e.b)
	if len(e.b) <= cap(w.free) {
		w.free = e.b[len(e.b):]
	}
	return w.set(b, key, e.b)
}

func (w *txn) set(b bucket, key, value []byte) error {
	w.dirty = true
	if err := w.bucket(b).Put(key, value); err != nil {
		return fmt.Errorf("put into %s: %w", bucketNames[b], err)
	}
	return nil
}

func (w *txn) drop(b bucket, key []byte) error {
	w.dirty = true
	if err := w.bucket(b).Delete(key); err != nil {
		return fmt.Errorf("delete from %s: %w", bucketNames[b], err)
	}
	return nil
}

func (w *txn) nextID(b bucket) (uint64, error) {
	n, err := w.bucket(b).NextSequence()
	if err != nil {
		return 0, fmt.Errorf("number in %s: %w", bucketNames[b], err)
	}
	return n, nil
}

// head gets a thread for changing.
func (w *txn) head(id inbox.ThreadID) (*head, error) {
	if h := w.heads[id]; h != nil {
		return h, nil
	}
	t, err := w.thread(id)
	if err != nil {
		return nil, err
	}
	h := &head{now: t, was: placeOf(&t), stored: true}
	w.heads[id] = h
	return h, nil
}

// flush writes the threads that changed and everything that follows from
// where they are.
func (w *txn) flush() error {
	deltas, facets := map[counterKey]tally{}, facetChanges{}
	for _, id := range slices.Sorted(maps.Keys(w.heads)) {
		h := w.heads[id]
		if !h.dirty {
			continue
		}
		h.now.Rank = inbox.RankOf(h.now)
		e := w.begin()
		putThread(&e, &h.now)
		if err := w.put(bThreads, idKey(id), e); err != nil {
			return err
		}
		is := placeOf(&h.now)
		if h.stored {
			add(deltas, &h.was, -1)
		}
		add(deltas, &is, 1)
		facets.move(id, &h.was, &is, h.stored)
		if err := w.list(h, &is); err != nil {
			return err
		}
		h.was, h.stored, h.dirty = is, true, false
	}
	if !w.anew {
		if err := w.putFacets(facets); err != nil {
			return err
		}
	}
	if w.anew {
		return buildFacets(context.Background(), w)
	}
	return w.count(deltas)
}

// list moves a thread in the lists when its place changed.
func (w *txn) list(h *head, is *place) error {
	id := h.now.ID
	if h.stored && is.listed(&h.was) {
		return nil
	}
	if h.stored {
		if err := w.unlist(&h.was, id); err != nil {
			return err
		}
	}
	if err := w.set(bLists, listKey("", *is, id), nil); err != nil {
		return err
	}
	if err := w.set(bLists, listKey(is.client, *is, id), nil); err != nil {
		return err
	}
	if is.due.IsZero() {
		return nil
	}
	return w.set(bDue, dueKey(is.due, id), nil)
}

func (w *txn) unlist(p *place, id inbox.ThreadID) error {
	if err := w.drop(bLists, listKey("", *p, id)); err != nil {
		return err
	}
	if err := w.drop(bLists, listKey(p.client, *p, id)); err != nil {
		return err
	}
	if p.due.IsZero() {
		return nil
	}
	return w.drop(bDue, dueKey(p.due, id))
}
