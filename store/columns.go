package store

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"math/bits"
	"time"

	"google.golang.org/protobuf/encoding/protowire"

	"vigie/inbox"
)

// A block holds what is asked of 1,024 documents without reading them: when,
// and in which thread. Its key is blockKind and its number. For each chunk
// there is a summary too, under summaryKind and the chunk's number: the
// earliest and latest time of each of its blocks.
const (
	blockBits   = 10
	blockLen    = 1 << blockBits
	chunkBlocks = 1 << (chunkBits - blockBits)

	blockKind   = 'b'
	summaryKind = 's'
)

func blockOf(doc uint32) uint32 { return doc >> blockBits }

func blockKey(block uint32) []byte {
	return binary.BigEndian.AppendUint32([]byte{blockKind}, block)
}

func summaryKey(chunk uint16) []byte {
	return binary.BigEndian.AppendUint16([]byte{summaryKind}, chunk)
}

// fact is what the columns hold of a document; of one that cannot be read the
// zero value.
type fact struct {
	at     int64 // nanoseconds since 1970, see nanos
	thread uint32
}

// nanos is a time as the columns have it: nanoseconds since 1970, of times
// before 1677 and after 2262 the least and the greatest.
func nanos(t time.Time) int64 {
	switch sec := t.Unix(); {
	case sec <= math.MinInt64/int64(time.Second):
		return math.MinInt64 + 1
	case sec >= math.MaxInt64/int64(time.Second):
		return math.MaxInt64
	}
	return t.UnixNano()
}

// A column is its least value, the unit all are multiples of above it, how
// many bytes each takes, and the values.

// packed is a column of which values are looked up without unpacking it.
type packed struct {
	least, unit uint64
	width       int
	body        []byte
}

// appendPacked appends a column of n values.
func appendPacked(dst []byte, n int, value func(i int) uint64, unit uint64) []byte {
	least, most := uint64(math.MaxUint64), uint64(0)
	for i := range n {
		least, most = min(least, value(i)), max(most, value(i))
	}
	for i := range n {
		if (value(i)-least)%unit != 0 {
			unit = 1
			break
		}
	}
	width := (bits.Len64((most-least)/unit) + 7) / 8
	dst = binary.AppendUvarint(dst, least)
	dst = binary.AppendUvarint(dst, unit)
	dst = append(dst, byte(width))
	for i := range n {
		var b [8]byte
		binary.LittleEndian.PutUint64(b[:], (value(i)-least)/unit)
		dst = append(dst, b[:width]...)
	}
	return dst
}

// readPacked takes a column of n values from the beginning of b.
func readPacked(b []byte, n int) (p packed, rest []byte, ok bool) {
	for _, v := range []*uint64{&p.least, &p.unit} {
		var k int
		if *v, k = binary.Uvarint(b); k <= 0 {
			return p, nil, false
		}
		b = b[k:]
	}
	if len(b) == 0 || b[0] > 8 || p.unit == 0 || len(b)-1 < n*int(b[0]) {
		return p, nil, false
	}
	p.width = int(b[0])
	p.body = b[1 : 1+n*p.width]
	return p, b[1+len(p.body):], true
}

func (p *packed) value(i int) uint64 {
	at := p.body[i*p.width : (i+1)*p.width]
	if len(p.body)-i*p.width >= 8 { // most often: what comes behind is masked
		return p.least + p.unit*(binary.LittleEndian.Uint64(p.body[i*p.width:])&(1<<(8*p.width)-1))
	}
	var b [8]byte
	copy(b[:], at)
	return p.least + p.unit*binary.LittleEndian.Uint64(b[:])
}

// ordered keeps the order of times when they are numbers without a sign.
func ordered(at int64) uint64    { return uint64(at) ^ 1<<63 }
func unordered(v uint64) int64   { return int64(v ^ 1<<63) }
func blockStart(b uint32) uint32 { return b << blockBits }

// block is a block being looked up: the first of its documents, up to n.
type block struct {
	n           int
	ats, thread packed
}

func (b *block) fact(i int) fact {
	if i >= b.n {
		return fact{}
	}
	return fact{unordered(b.ats.value(i)), uint32(b.thread.value(i))}
}

// sealBlock makes the value of a block of up to blockLen documents, from the
// block's first one on.
func sealBlock(key []byte, facts []fact) []byte {
	b := binary.AppendUvarint([]byte{recordVersion}, uint64(len(facts)))
	b = appendPacked(b, len(facts), func(i int) uint64 { return ordered(facts[i].at) }, uint64(time.Second))
	b = appendPacked(b, len(facts), func(i int) uint64 { return uint64(facts[i].thread) }, 1)
	return seal(key, b)
}

// openBlock checks a block. It shares the value's memory.
func openBlock(key, value []byte) (*block, error) {
	body, err := content(key, value)
	if err != nil {
		return nil, err
	}
	n, k := binary.Uvarint(body)
	if k <= 0 || n > blockLen {
		return nil, inbox.ErrDamaged
	}
	b := &block{n: int(n)}
	rest, ok := body[k:], false
	if b.ats, rest, ok = readPacked(rest, b.n); !ok {
		return nil, inbox.ErrDamaged
	}
	if b.thread, rest, ok = readPacked(rest, b.n); !ok || len(rest) > 0 {
		return nil, inbox.ErrDamaged
	}
	return b, nil
}

// extent is the earliest and the latest time of some documents.
type extent struct{ least, most int64 }

// everywhen is the extent of documents of which nothing is known.
func everywhen() extent { return extent{math.MinInt64, math.MaxInt64} }

// blockExtent is the extent of the documents of a block that can be read;
// whole tells that all can.
type blockExtent struct {
	extent
	whole bool
}

const blockExtentLen = 17

// extentOf looks through the facts of a block that begins at start.
func extentOf(start uint32, facts []fact) blockExtent {
	x := blockExtent{extent{math.MaxInt64, math.MinInt64}, true}
	for i, f := range facts {
		switch {
		case f.thread != 0:
			x.least, x.most = min(x.least, f.at), max(x.most, f.at)
		case start+uint32(i) != 0:
			x.whole = false
		}
	}
	return x
}

// sealSummary makes the value of a chunk's summary.
func sealSummary(key []byte, blocks []blockExtent) []byte {
	b := []byte{recordVersion}
	for _, x := range blocks {
		b = binary.BigEndian.AppendUint64(b, uint64(x.least))
		b = binary.BigEndian.AppendUint64(b, uint64(x.most))
		b = append(b, byte(protowire.EncodeBool(x.whole)))
	}
	return seal(key, b)
}

// openSummary checks a chunk's summary.
func openSummary(key, value []byte) ([]blockExtent, error) {
	body, err := content(key, value)
	if err != nil {
		return nil, err
	}
	if len(body)%blockExtentLen != 0 || len(body) > blockExtentLen*chunkBlocks {
		return nil, inbox.ErrDamaged
	}
	out := make([]blockExtent, len(body)/blockExtentLen)
	for i := range out {
		b := body[i*blockExtentLen:]
		out[i].least = int64(binary.BigEndian.Uint64(b))
		out[i].most = int64(binary.BigEndian.Uint64(b[8:]))
		out[i].whole = b[16] == 1
	}
	return out, nil
}

// block finds a block. One that is missing is damaged.
func (r *rtx) block(n uint32) (*block, error) {
	key := blockKey(n)
	v := r.get(bColumns, key)
	if v == nil {
		return nil, fmt.Errorf("block %d is lost: %w", n, inbox.ErrDamaged)
	}
	b, err := openBlock(key, v)
	if err != nil {
		return nil, fmt.Errorf("block %d: %w", n, err)
	}
	return b, nil
}

// facts are a block's, of as many documents as are in the index up to upTo.
// Those of a damaged block are read from the messages.
func (r *rtx) facts(n, upTo uint32) ([]fact, error) {
	start := blockStart(n)
	out := make([]fact, min(blockLen, upTo-start+1))
	b, err := r.block(n)
	switch {
	case errors.Is(err, inbox.ErrDamaged):
		return r.factsAnew(start, out)
	case err != nil:
		return nil, err
	}
	for i := range out {
		out[i] = b.fact(i)
	}
	return out, nil
}

// factsAnew reads facts from the messages from a document on.
func (r *rtx) factsAnew(start uint32, out []fact) ([]fact, error) {
	for i := range out {
		m, err := r.message(inbox.MessageID(start) + inbox.MessageID(i))
		switch {
		case errors.Is(err, inbox.ErrDamaged), errors.Is(err, inbox.ErrNotFound):
			out[i] = fact{}
		case err != nil:
			return nil, err
		default:
			out[i] = factOf(&m)
		}
	}
	return out, nil
}

func factOf(m *inbox.Message) fact { return fact{nanos(m.At), uint32(m.Thread)} }
