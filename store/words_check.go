package store

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"

	"vigie/inbox"
)

// checkChunks is how many chunks of the index a check compares with the
// messages; of the others it reads the lists.
const checkChunks = 4

// checkWords checks the search index: every list and block by itself, and some
// chunks, others each time, against the messages. A list that lacks or has too
// much is told once.
func (c *checker) checkWords(ctx context.Context) error {
	if c.schema < 3 {
		return nil // there was none then
	}
	x, err := c.indexed()
	if errors.Is(err, inbox.ErrDamaged) {
		c.fault(bMeta, []byte(indexKey), err)
		return nil
	}
	if err != nil || x.version != indexVersion {
		return err
	}
	if last := c.bucket(bMessages).Sequence(); uint64(x.upTo) > last {
		c.fault(bMeta, []byte(indexKey), fmt.Errorf("indexed up to %d of %d: %w", x.upTo, last, errIndex))
		return nil
	}
	if err := c.checkLists(ctx, max(x.upTo, x.pending)); err != nil || x.upTo == 0 {
		return err
	}
	chunks := int(chunkOf(x.upTo)) + 1
	step := (chunks + checkChunks - 1) / checkChunks
	for chunk := c.tx.ID() % step; chunk < chunks; chunk += step {
		if err := c.checkChunk(ctx, uint32(chunk)<<chunkBits, x.upTo); err != nil {
			return err
		}
	}
	return nil
}

// checkLists checks every list by itself.
func (c *checker) checkLists(ctx context.Context, upTo uint32) error {
	return c.each(ctx, bWords, nil, func(key, value []byte) error {
		c.rep.Records++
		l, err := openList(key, value)
		if err != nil {
			c.fault(bWords, key, err)
			return nil
		}
		if l.chunk < chunkOf(upTo) {
			return nil
		}
		if lows := l.append(nil); l.chunk > chunkOf(upTo) || lows[len(lows)-1] > uint16(upTo) {
			c.fault(bWords, key, errIndex)
		}
		return nil
	})
}

// checkChunk compares a chunk of the index with its messages. What cannot be
// read is left out.
func (c *checker) checkChunk(ctx context.Context, start, upTo uint32) error {
	t := tail{next: max(start, 1)}
	var unread []uint16
	last := min(start+1<<chunkBits-1, upTo)
	for doc := t.next; doc <= last; doc++ {
		if err := ctx.Err(); err != nil {
			return err
		}
		m, err := c.message(inbox.MessageID(doc))
		switch {
		case err == nil:
			t.put(docChange{doc, &m}, 0)
		case errors.Is(err, inbox.ErrDamaged), errors.Is(err, inbox.ErrNotFound):
			t.put(docChange{doc: doc}, 0)
			unread = append(unread, uint16(doc))
		default:
			return err
		}
	}
	b := t.segs[0].batch()
	b.sort()
	c.compareLists(b, chunkOf(start), unread)
	c.compareColumns(b, start, unread)
	return nil
}

// compareLists compares the lists of a chunk with those of a batch, side by
// side in their order.
func (c *checker) compareLists(b *batch, chunk uint16, unread []uint16) {
	head := wordKey(nil, chunk, 0, "")[:wordKeyHead]
	cur := c.bucket(bWords).Cursor()
	k, v := cur.Seek(head)
	var want, got []uint16
	for i := 0; i < len(b.lists) || bytes.HasPrefix(k, head); {
		order := 1 // the file has one that should not be
		if i < len(b.lists) {
			key := b.key(nil, b.lists[i])
			want = without(b.lows(want[:0], b.lists[i]), unread)
			if order = -1; bytes.HasPrefix(k, head) {
				order = bytes.Compare(key, k)
			}
			if order < 0 && len(want) > 0 {
				c.fault(bWords, key, errIndex)
			}
		}
		if order >= 0 {
			if l, err := openList(k, v); err == nil { // else it was told
				got = without(l.upTo(l.append(got[:0]), b.last()), unread)
				if order > 0 && len(got) > 0 || order == 0 && !slices.Equal(got, want) {
					c.fault(bWords, k, errIndex)
				}
			}
			k, v = cur.Next()
		}
		if order <= 0 {
			i++
		}
	}
}

func without(lows, unread []uint16) []uint16 {
	if len(unread) == 0 {
		return lows
	}
	return slices.DeleteFunc(lows, func(low uint16) bool {
		_, found := slices.BinarySearch(unread, low)
		return found
	})
}

// compareColumns compares the blocks of a chunk with a batch.
func (c *checker) compareColumns(b *batch, start uint32, unread []uint16) {
	key := summaryKey(chunkOf(start))
	extents, err := openSummary(key, c.bucket(bColumns).Get(key))
	if err != nil {
		c.fault(bColumns, key, err)
	}
	for doc := b.first; doc <= b.last(); {
		n := blockOf(doc)
		blk, err := c.block(n)
		if err != nil {
			c.fault(bColumns, blockKey(n), err)
		}
		x := blockExtent{extent: everywhen()}
		if i := int(n % chunkBlocks); i < len(extents) {
			x = extents[i]
		}
		wrong := false
		for ; doc <= b.last() && blockOf(doc) == n; doc++ {
			if _, found := slices.BinarySearch(unread, uint16(doc)); found {
				continue
			}
			f := b.facts[doc-b.first]
			wrong = wrong || blk != nil && blk.fact(int(doc%blockLen)) != f || f.at < x.least || f.at > x.most
		}
		if wrong {
			c.fault(bColumns, blockKey(n), errIndex)
		}
	}
}
