package store

import (
	"bytes"
	"cmp"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"maps"
	"slices"

	"vigie/inbox"
)

const (
	// absorbIdle is how many documents wait in the tail before Tend merges
	// them, absorbBusy before a writer does.
	absorbIdle = 1024
	absorbBusy = 4096
	// mergeStep is how many lists are written in one transaction, while others
	// who write wait; of those of a new chunk, which are written one behind the
	// other, freshSteps times as many.
	mergeStep  = 1536
	freshSteps = 8
)

// batch is a segment of the tail as it goes into the file: made before the
// transaction, which then has less to do.
type batch struct {
	seg   *segment
	later []version // that came later, as the batch was made
	first uint32
	facts []fact
	lists []sortedList      // by name, once sorted
	next  int               // of lists, to be written
	fresh bool              // its chunk has no lists yet
	slots []uint32          // of the list being written
	died  map[uint32]uint64 // versions that are not to be written
}

// absorb merges the oldest segment of the tail into the file. It reports
// whether there was one.
func (db *DB) absorb(ctx context.Context) (bool, error) {
	db.absorbing.Lock()
	defer db.absorbing.Unlock()
	b := db.tail.batch()
	if b == nil {
		return false, nil
	}
	b.sort()
	for done := false; !done; {
		var err error
		if b, done, err = db.absorbSome(ctx, b); err != nil {
			return true, fmt.Errorf("merge into the index: %w", err)
		}
	}
	db.tail.merged(b.last())
	return true, nil
}

// absorbSome writes the next lists of a batch, and returns it as it is then.
func (db *DB) absorbSome(ctx context.Context, b *batch) (now *batch, done bool, err error) {
	var next int
	err = db.update(ctx, func(w *txn) (err error) {
		now = db.tail.current(b)
		next, done, err = w.absorb(ctx, now, db.mergeStep)
		return err
	})
	if err != nil {
		return nil, false, err
	}
	now.next = next
	return now, done, nil
}

// batch closes the oldest segment and takes what is in it; nil when the tail
// is empty.
func (t *tail) batch() *batch {
	t.mu.Lock()
	defer t.mu.Unlock()
	if len(t.segs) == 0 {
		return nil
	}
	t.segs[0].closed = true
	return t.segs[0].batch()
}

// current is a batch, taken again if its segment was changed since. Lists that
// came since before those to be written next are in the file: whoever changed
// the document put it there.
func (t *tail) current(b *batch) *batch {
	t.mu.RLock()
	defer t.mu.RUnlock()
	if len(b.seg.later) == len(b.later) {
		return b
	}
	again := b.seg.batch()
	again.sort()
	if b.next > 0 {
		before := b.lists[b.next-1].list
		again.next = 1 + slices.IndexFunc(again.lists, func(x sortedList) bool { return x.list == before })
	}
	return again
}

func (s *segment) batch() *batch {
	b := &batch{
		seg: s, later: s.later, first: s.first, facts: make([]fact, len(s.versions)),
		lists: make([]sortedList, s.lists.n), died: maps.Clone(s.died),
	}
	for i := range b.lists {
		b.lists[i] = s.lists.sorted(i)
	}
	for i, v := range s.versions {
		b.facts[i] = v.fact
	}
	for _, v := range s.later {
		b.facts[v.doc-s.first] = v.fact
	}
	return b
}

func (b *batch) last() uint32 { return b.first + uint32(len(b.facts)) - 1 }

func (b *batch) sort() {
	t := &b.seg.lists
	slices.SortFunc(b.lists, func(x, y sortedList) int {
		if x.head != y.head {
			return cmp.Compare(x.head, y.head)
		}
		return bytes.Compare(t.token(x.list), t.token(y.list))
	})
}

// sortedList is a list and the class and first bytes of its token, which
// decide most comparisons.
type sortedList struct {
	head uint64
	list *tailList
}

func (t *tailLists) sorted(i int) sortedList {
	l := t.list(i)
	var b [8]byte
	b[0] = l.class
	copy(b[1:], t.token(l))
	return sortedList{binary.BigEndian.Uint64(b[:]), l}
}

// key is that of a list in the file.
func (b *batch) key(dst []byte, x sortedList) []byte {
	return wordKey(dst, chunkOf(b.first), x.list.class, b.seg.lists.token(x.list))
}

// lows are the documents of a list, in the chunk, ascending.
func (b *batch) lows(dst []uint16, x sortedList) []uint16 {
	b.slots = b.seg.lists.slots(b.slots[:0], x.list)
	for _, slot := range b.slots {
		if len(b.died) > 0 {
			if _, ok := b.died[slot]; ok {
				continue
			}
		}
		if slot >= slotLater {
			dst = append(dst, uint16(b.later[slot-slotLater].doc))
			continue
		}
		dst = append(dst, uint16(b.first+slot))
	}
	if len(b.died) > 0 {
		slices.Sort(dst)
		dst = slices.Compact(dst)
	}
	return dst
}

// absorb writes the next lists of a batch that follows what is in the index,
// at most so many. Until the last are written the record says that documents
// are pending: readers do not look at them, who changes one changes its lists,
// and who merges them again, after a crash, writes those lists anew. A damaged
// list is what the index is thrown away for: it is made anew then.
func (w *txn) absorb(ctx context.Context, b *batch, most int) (next int, done bool, err error) {
	x, err := w.index()
	if err != nil {
		return 0, false, err
	}
	if x.upTo+1 != b.first || b.next > 0 && x.pending < b.last() {
		return 0, true, nil // somebody has begun it anew
	}
	if b.next == 0 {
		b.fresh = x.pending < b.first && (b.first <= 1 || chunkOf(b.first-1) != chunkOf(b.first))
	}
	if b.fresh {
		most *= freshSteps
	}
	if next, err = w.absorbLists(ctx, b, x.upTo, most); err != nil {
		err = w.orReindex(err)
		return 0, err == nil, err
	}
	done = next == len(b.lists)
	if done {
		err = w.addFacts(b.first, b.facts)
		x.upTo = b.last()
	} else {
		x.pending = max(x.pending, b.last())
	}
	if err != nil {
		return 0, false, err
	}
	if x.pending <= x.upTo {
		x.pending = 0
	}
	x.bytes += w.grown
	w.grown = 0
	return next, done, w.putIndexed(x)
}

// absorbLists writes lists of a batch and returns which comes next.
func (w *txn) absorbLists(ctx context.Context, b *batch, upTo uint32, most int) (next int, err error) {
	var lows []uint16
	var key []byte
	for next = b.next; next < len(b.lists) && most > 0; next++ {
		if next%1024 == 0 && ctx.Err() != nil {
			return 0, ctx.Err()
		}
		if lows = b.lows(lows[:0], b.lists[next]); len(lows) == 0 {
			continue
		}
		most--
		key = b.key(key[:0], b.lists[next])
		if err := w.extend(key, lows, upTo, b.fresh); err != nil {
			return 0, err
		}
	}
	return next, nil
}

// extend adds documents to what a list has up to another; fresh tells that it
// has none.
func (w *txn) extend(key []byte, lows []uint16, upTo uint32, fresh bool) error {
	var old []byte
	if !fresh {
		old = w.bucket(bWords).Get(key)
	}
	if old == nil {
		return w.putList(key, w.sealed(key, lows), 0)
	}
	l, err := openList(key, old)
	if err != nil {
		return err
	}
	all := l.upTo(l.append(make([]uint16, 0, len(lows)+l.count())), upTo)
	return w.putList(key, w.sealed(key, append(all, lows...)), len(old))
}

// sealed cuts a list's value from the arena.
func (w *txn) sealed(key []byte, lows []uint16) []byte {
	n := listSize(len(lows))
	if cap(w.free)-len(w.free) < n {
		w.free = make([]byte, 0, max(arenaSize, n))
	}
	v := sealList(w.free, key, lows)
	w.free = v[len(v):]
	return v[:len(v):len(v)]
}

// entryBytes is what bbolt keeps of an entry besides key and value.
const entryBytes = 16

func (w *txn) putList(key, value []byte, was int) error {
	w.grown += int64(len(value) - was)
	if was == 0 {
		w.grown += int64(len(key) + entryBytes)
	}
	return w.set(bWords, key, value)
}

// addFacts adds the facts of documents behind those in the columns.
func (w *txn) addFacts(first uint32, facts []fact) error {
	for len(facts) > 0 {
		n := blockOf(first)
		start := blockStart(n)
		all := make([]fact, 1) // of document 0, which there is not
		if first > start && first > 1 {
			var err error
			if all, err = w.facts(n, first-1); err != nil {
				return err
			}
		} else if start > 0 {
			all = all[:0]
		}
		some := min(blockLen-len(all), len(facts))
		if err := w.putBlock(n, append(all, facts[:some]...)); err != nil {
			return err
		}
		facts, first = facts[some:], first+uint32(some)
	}
	return nil
}

// putBlock writes a block and its place in the chunk's summary.
func (w *txn) putBlock(n uint32, facts []fact) error {
	key := blockKey(n)
	if err := w.set(bColumns, key, sealBlock(key, facts)); err != nil {
		return err
	}
	key = summaryKey(chunkOf(blockStart(n)))
	at := int(n % chunkBlocks)
	blocks, err := openSummary(key, w.bucket(bColumns).Get(key))
	if err != nil || len(blocks) < at {
		if blocks, err = w.extents(blockStart(n)&^(1<<chunkBits-1), at); err != nil {
			return err
		}
	}
	if len(blocks) == at {
		blocks = append(blocks, blockExtent{})
	}
	blocks[at] = extentOf(blockStart(n), facts)
	return w.set(bColumns, key, sealSummary(key, blocks))
}

// extents makes a chunk's summary anew, of all blocks that are there.
func (w *txn) extents(start uint32, least int) (out []blockExtent, err error) {
	for i := uint32(0); i < chunkBlocks; i++ {
		n := blockOf(start) + i
		if int(i) >= least && w.bucket(bColumns).Get(blockKey(n)) == nil {
			break
		}
		facts, err := w.facts(n, blockStart(n)+blockLen-1)
		if err != nil {
			return nil, err
		}
		out = append(out, extentOf(blockStart(n), facts))
	}
	return out, nil
}

// orReindex throws the index away when an error says that it is damaged: Tend
// makes it anew.
func (w *txn) orReindex(err error) error {
	if errors.Is(err, inbox.ErrDamaged) {
		return w.clearIndex()
	}
	return err
}

// clearIndex empties the index.
func (w *txn) clearIndex() error {
	for _, b := range []bucket{bWords, bColumns} {
		if err := w.tx.DeleteBucket([]byte(bucketNames[b])); err != nil {
			return fmt.Errorf("drop %s: %w", bucketNames[b], err)
		}
		if _, err := w.tx.CreateBucket([]byte(bucketNames[b])); err != nil {
			return fmt.Errorf("make %s: %w", bucketNames[b], err)
		}
		w.buckets[b] = nil
	}
	w.cleared = true
	return w.putIndexed(indexRecord{version: indexVersion})
}
