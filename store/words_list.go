package store

import (
	"encoding/binary"
	"fmt"
	"math/bits"
	"slices"

	"github.com/RoaringBitmap/roaring/v2"

	"vigie/inbox"
)

// A list holds the low 16 bits of a chunk's documents: when they are few
// (below denseFrom) each in two bytes, ascending; else a bitmap. Both are
// little-endian, as the containers of roaring bitmaps are. The CRC-32C of key
// and content comes behind.
const (
	denseFrom = 4096
	denseLen  = 1 << chunkBits / 8
)

// chunkList is the content of one list in one chunk, checked.
type chunkList struct {
	chunk uint16
	body  []byte
}

// openList checks a list.
func openList(key, value []byte) (chunkList, error) {
	l, err := quickList(key, value)
	if err == nil && !l.ascends() {
		return chunkList{}, fmt.Errorf("a list of the index out of order: %w", inbox.ErrDamaged)
	}
	return l, err
}

// quickList checks a list, but not that it ascends.
func quickList(key, value []byte) (chunkList, error) {
	n := len(value) - sumLen
	if n < 2 || len(key) <= wordKeyHead || binary.BigEndian.Uint32(value[n:]) != checksum(key, value[:n]) {
		return chunkList{}, fmt.Errorf("a list of the index: %w", inbox.ErrDamaged)
	}
	l := chunkList{binary.BigEndian.Uint16(key), value[:n]}
	if l.dense() && l.count() < denseFrom || !l.dense() && (n%2 != 0 || n >= 2*denseFrom) {
		return chunkList{}, fmt.Errorf("a list of the index: %w", inbox.ErrDamaged)
	}
	return l, nil
}

func (l chunkList) dense() bool { return len(l.body) == denseLen }

// ascends reports whether a list is in order and without doubles.
func (l chunkList) ascends() bool {
	for i := 2; i < len(l.body) && !l.dense(); i += 2 {
		if binary.LittleEndian.Uint16(l.body[i:]) <= binary.LittleEndian.Uint16(l.body[i-2:]) {
			return false
		}
	}
	return true
}

// count is how many documents the list has.
func (l chunkList) count() int {
	if !l.dense() {
		return len(l.body) / 2
	}
	n := 0
	for i := 0; i < denseLen; i += 8 {
		n += bits.OnesCount64(binary.LittleEndian.Uint64(l.body[i:]))
	}
	return n
}

// has reports whether a document is in the list.
func (l chunkList) has(low uint16) bool {
	if l.dense() {
		return l.body[low/8]&(1<<(low%8)) != 0
	}
	i, j := 0, len(l.body)/2
	for i < j {
		h := (i + j) / 2
		if binary.LittleEndian.Uint16(l.body[2*h:]) < low {
			i = h + 1
		} else {
			j = h
		}
	}
	return 2*i < len(l.body) && binary.LittleEndian.Uint16(l.body[2*i:]) == low
}

// append appends the list's documents, ascending.
func (l chunkList) append(dst []uint16) []uint16 {
	if !l.dense() {
		dst = slices.Grow(dst, len(l.body)/2)
		for i := 0; i < len(l.body); i += 2 {
			dst = append(dst, binary.LittleEndian.Uint16(l.body[i:]))
		}
		return dst
	}
	dst = slices.Grow(dst, denseFrom)
	for i := 0; i < denseLen; i += 8 {
		for w := binary.LittleEndian.Uint64(l.body[i:]); w != 0; w &= w - 1 {
			dst = append(dst, uint16(8*i+bits.TrailingZeros64(w)))
		}
	}
	return dst
}

// upTo leaves of the list's documents those up to one.
func (l chunkList) upTo(lows []uint16, last uint32) []uint16 {
	switch chunk := chunkOf(last); {
	case l.chunk < chunk:
		return lows
	case l.chunk > chunk:
		return lows[:0]
	}
	n, found := slices.BinarySearch(lows, uint16(last))
	if found {
		n++
	}
	return lows[:n]
}

// sealList appends a list of documents, ascending and without doubles, as a
// value of that key.
func sealList(dst, key []byte, lows []uint16) []byte {
	from := len(dst)
	if len(lows) < denseFrom {
		dst = appendLows(dst, lows)
	} else {
		dst = append(dst, make([]byte, denseLen)...)
		for body := dst[from:]; len(lows) > 0; lows = lows[1:] {
			body[lows[0]/8] |= 1 << (lows[0] % 8)
		}
	}
	return binary.BigEndian.AppendUint32(dst, checksum(key, dst[from:]))
}

func appendLows(dst []byte, lows []uint16) []byte {
	for _, low := range lows {
		dst = binary.LittleEndian.AppendUint16(dst, low)
	}
	return dst
}

// listSize is how many bytes sealList appends.
func listSize(n int) int {
	if n < denseFrom {
		return 2*n + sumLen
	}
	return denseLen + sumLen
}

// bitmapOf makes a bitmap of the chunks of one list, in their order. It shares
// nothing with them.
func bitmapOf(lists []chunkList) *roaring.Bitmap {
	// The portable format: cookie, how many, each one's key and count, each
	// one's offset (which nobody reads), each one's content.
	const cookie = 12346
	n := 8 + 8*len(lists)
	for _, l := range lists {
		n += len(l.body)
	}
	b := binary.LittleEndian.AppendUint32(make([]byte, 0, n), cookie)
	b = binary.LittleEndian.AppendUint32(b, uint32(len(lists)))
	for _, l := range lists {
		b = binary.LittleEndian.AppendUint16(b, l.chunk)
		b = binary.LittleEndian.AppendUint16(b, uint16(l.count()-1))
	}
	b = append(b, make([]byte, 4*len(lists))...)
	for _, l := range lists {
		if l.dense() && l.count() == denseFrom { // there an array
			b = appendLows(b, l.append(nil))
			continue
		}
		b = append(b, l.body...)
	}
	out := roaring.New()
	if _, err := out.FromUnsafeBytes(b); err != nil { // they are nobody else's
		panic(err) // what was written here
	}
	return out
}
