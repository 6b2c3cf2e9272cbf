package store

import (
	"bytes"
	"encoding/binary"
	"math"
	"time"

	"github.com/RoaringBitmap/roaring/v2"
	"go.etcd.io/bbolt"

	"vigie/inbox"
	"vigie/inbox/words"
)

// lists is one consistent view of the index: what the file says within a
// transaction, and the tail as it was at that transaction. It is used by one
// goroutine and ends with the transaction. Bitmaps are the caller's own; of
// documents they hold those of span.
type lists struct {
	r      *rtx
	top    uint32 // the newest document in the transaction
	merged uint32 // up to here the file says it
	end    uint32 // up to here the tail does
	tail   []tailView
	cursor *bbolt.Cursor
	blocks map[uint32]*block // nil: damaged
	// recent is the block that was asked for last.
	recent   *block
	recentNo uint32
}

// lists looks at the index within a transaction.
func (db *DB) lists(r *rtx) *lists {
	l := &lists{
		r: r, top: uint32(r.bucket(bMessages).Sequence()),
		cursor: r.bucket(bWords).Cursor(), blocks: map[uint32]*block{},
	}
	if x, err := r.indexed(); err == nil && x.version == indexVersion {
		l.merged = min(x.upTo, l.top)
	}
	l.end = l.merged
	l.tail = db.tail.view(l, uint64(r.tx.ID()))
	return l
}

// span returns the documents that the index covers without a hole; last is 0
// when it covers none.
func (l *lists) span() (first, last uint32) { return 1, l.end }

// last is the newest document in the transaction.
func (l *lists) last() uint32 { return l.top }

// word returns the documents that have a token; nil when the file does not say
// because a list is damaged.
func (l *lists) word(class byte, token string) *roaring.Bitmap {
	var parts []chunkList
	key := make([]byte, 0, wordKeyHead+1+words.MaxToken)
	for chunk := 0; chunk <= int(chunkOf(l.merged)); chunk++ {
		key = wordKey(key[:0], uint16(chunk), class, token)
		k, v := l.cursor.Seek(key)
		if !bytes.Equal(k, key) {
			continue
		}
		part, err := openList(k, v)
		if err != nil {
			return nil
		}
		parts = append(parts, part)
	}
	out := bitmapOf(parts)
	out.RemoveRange(uint64(l.merged)+1, math.MaxUint32+1)
	for i := range l.tail {
		l.tail[i].word(class, token, out)
	}
	return out
}

// prefix returns the documents that have a token that begins so and that keep,
// if it is not nil, accepts; nil when a list is damaged.
func (l *lists) prefix(class byte, prefix string, keep func(token string) bool) *roaring.Bitmap {
	var parts []chunkList
	key := make([]byte, 0, wordKeyHead+1+words.MaxToken)
	var u union
	for chunk := 0; chunk <= int(chunkOf(l.merged)); chunk++ {
		key = wordKey(key[:0], uint16(chunk), class, prefix)
		for k, v := l.cursor.Seek(key); bytes.HasPrefix(k, key); k, v = l.cursor.Next() {
			if keep != nil && !keep(string(k[wordKeyHead+1:])) {
				continue
			}
			part, err := quickList(k, v)
			if err != nil {
				return nil
			}
			u.add(part)
		}
		if u.n == 1 && !u.one.ascends() {
			return nil
		}
		parts = u.take(parts, uint16(chunk))
	}
	out := bitmapOf(parts)
	out.RemoveRange(uint64(l.merged)+1, math.MaxUint32+1)
	for i := range l.tail {
		l.tail[i].prefix(class, prefix, keep, out)
	}
	return out
}

// flag returns the documents that have a flag; nil when a list is damaged.
func (l *lists) flag(name string) *roaring.Bitmap { return l.word(classFlag, name) }

// union is the union of lists of one chunk: the only one, or a bitmap.
type union struct {
	n     int
	one   chunkList
	dense []byte
}

func (u *union) add(l chunkList) {
	u.n++
	if u.n == 1 {
		u.one = l
		return
	}
	if u.n == 2 {
		u.dense = make([]byte, denseLen)
		u.one.or(u.dense)
	}
	l.or(u.dense)
}

// or sets a list's documents in a bitmap.
func (l chunkList) or(dense []byte) {
	into := (*[denseLen]byte)(dense) // whose bounds a 16-bit number cannot leave
	if l.dense() {
		for i := 0; i < denseLen; i += 8 {
			w := binary.LittleEndian.Uint64(into[i:]) | binary.LittleEndian.Uint64(l.body[i:])
			binary.LittleEndian.PutUint64(into[i:], w)
		}
		return
	}
	for body := l.body; len(body) >= 2; body = body[2:] {
		low := binary.LittleEndian.Uint16(body)
		into[low>>3] |= 1 << (low & 7)
	}
}

// take appends the union as one list, and begins anew.
func (u *union) take(dst []chunkList, chunk uint16) []chunkList {
	switch {
	case u.n == 1:
		dst = append(dst, u.one)
	case u.n > 1:
		l := chunkList{chunk, u.dense}
		if l.count() < denseFrom {
			l.body = appendLows(nil, l.append(nil))
		}
		dst = append(dst, l)
	}
	*u = union{}
	return dst
}

// at is a document's time as the columns have it (see nanos); thread its
// thread. Of a document that is not in span, or cannot be read, both are 0.
func (l *lists) at(doc uint32) int64 {
	if b := l.near(doc); b != nil {
		return unordered(b.ats.value(int(doc % blockLen)))
	}
	return l.fact(doc).at
}

func (l *lists) thread(doc uint32) uint32 {
	if b := l.near(doc); b != nil {
		return uint32(b.thread.value(int(doc % blockLen)))
	}
	return l.fact(doc).thread
}

// near is the block of a document if it was the last that was asked for.
func (l *lists) near(doc uint32) *block {
	if b := l.recent; b != nil && blockOf(doc) == l.recentNo && doc <= l.merged && int(doc%blockLen) < b.n {
		return b
	}
	return nil
}

func (l *lists) fact(doc uint32) fact {
	switch {
	case doc == 0 || doc > l.end:
		return fact{}
	case doc > l.merged:
		for i := range l.tail {
			if v := &l.tail[i]; doc < v.end() {
				return v.fact(doc)
			}
		}
		return fact{}
	}
	if b := l.block(blockOf(doc)); b != nil {
		return b.fact(int(doc % blockLen))
	}
	m, err := l.r.message(inbox.MessageID(doc))
	if err != nil {
		return fact{}
	}
	return factOf(&m)
}

// block finds a block of the file; nil when it is damaged.
func (l *lists) block(n uint32) *block {
	b, ok := l.blocks[n]
	if !ok {
		b, _ = l.r.block(n)
		l.blocks[n] = b
	}
	l.recent, l.recentNo = b, n
	return b
}

// between returns the documents of a set within span with from <= time < to; a
// zero time is open. Times are compared as the columns have them.
func (l *lists) between(from, to time.Time, within *roaring.Bitmap) *roaring.Bitmap {
	x := everywhen()
	if !from.IsZero() {
		x.least = nanos(from)
	}
	if !to.IsZero() {
		x.most = nanos(to) - 1
	}
	whole, hits := roaring.New(), newPicker()
	it := within.Iterator()
	for _, p := range l.parts() {
		switch {
		case p.most < x.least || p.least > x.most:
		case p.whole && p.least >= x.least && p.most <= x.most:
			whole.AddRange(uint64(p.first), uint64(p.last)+1)
		default:
			for it.AdvanceIfNeeded(p.first); it.HasNext() && it.PeekNext() <= p.last; {
				doc := it.Next()
				if s := l.fact(doc); s.thread != 0 && x.least <= s.at && s.at <= x.most {
					hits.add(doc)
				}
			}
		}
	}
	out := roaring.And(whole, within)
	out.Or(hits.done())
	return out
}

// part is a run of documents and when the earliest and the latest is; whole
// tells that all of them can be read.
type part struct {
	first, last uint32
	extent
	whole bool
}

// parts cuts span into parts. Of a damaged summary the parts are open.
func (l *lists) parts() []part {
	out := make([]part, 0, blockOf(l.end)+2)
	for chunk := 0; l.merged > 0 && chunk <= int(chunkOf(l.merged)); chunk++ {
		extents := l.summary(uint16(chunk))
		for i := range chunkBlocks {
			first := uint32(chunk)<<chunkBits + uint32(i)<<blockBits
			if first > l.merged {
				break
			}
			p := part{max(first, 1), min(first+blockLen-1, l.merged), everywhen(), false}
			if i < len(extents) {
				p.extent, p.whole = extents[i].extent, extents[i].whole
			}
			out = append(out, p)
		}
	}
	for i := range l.tail {
		out = l.tail[i].parts(out)
	}
	return out
}

// summary finds a chunk's summary; nil when it is damaged.
func (l *lists) summary(chunk uint16) []blockExtent {
	key := summaryKey(chunk)
	v := l.r.bucket(bColumns).Get(key)
	out, err := openSummary(key, v)
	if err != nil {
		return nil
	}
	return out
}
