package store

import (
	"bytes"
	"encoding/binary"
	"hash/maphash"
	"slices"
)

// tailLists are the lists of a segment, found by class and token. A new document means a
// look at some thirty of them, all over memory: a list is therefore one cache
// line, with its token and its first slots, and nothing here holds pointers
// that a garbage collection would have to follow.
type tailLists struct {
	seed  maphash.Seed
	table []tableSlot // a power of two, at most half of them in use
	pages [][]tailList
	n     int        // lists
	long  [][]byte   // tokens too long for a list
	room  [][]uint32 // of slots that are not in the lists
	free  int        // in the last page of room
}

// tableSlot is the hash of a list's name, and its number from 1 on; 0: free.
type tableSlot struct {
	hash uint32
	list uint32
}

// tailList is one list: the versions that have a token, by slot. Slots behind
// the first lie in blocks that grow up to a limit; each begins with the place
// of the next.
type tailList struct {
	class byte
	size  byte // of the token; longToken: its number in long is in short
	short [22]byte
	n     uint32 // slots
	last  uint32
	first [6]uint32
	begin uint32 // place of the first block
	end   uint32 // place behind the last slot
}

const (
	listsPage = 1 << 8
	roomBits  = 12
	roomPage  = 1 << roomBits
	leastRoom = 8   // slots of the first block
	mostRoom  = 512 // slots of a block
	longToken = 255
)

func newTailLists() tailLists {
	return tailLists{seed: maphash.MakeSeed(), table: make([]tableSlot, 1<<8)}
}

func (t *tailLists) list(i int) *tailList { return &t.pages[i/listsPage][i%listsPage] }

// token is a list's token, in its memory. It never changes.
func (t *tailLists) token(l *tailList) []byte {
	if l.size == longToken {
		return t.long[binary.LittleEndian.Uint32(l.short[:])]
	}
	return l.short[:l.size]
}

func (t *tailLists) hash(class byte, token []byte) uint32 {
	return uint32(maphash.Bytes(t.seed, token)) ^ uint32(class)<<24
}

// find returns the slot of a list in the table, or the free one it may take.
func (t *tailLists) find(class byte, token []byte, hash uint32) *tableSlot {
	mask := uint32(len(t.table) - 1)
	for i := hash & mask; ; i = (i + 1) & mask {
		slot := &t.table[i]
		if slot.list == 0 || slot.hash == hash && t.is(slot, class, token) {
			return slot
		}
	}
}

func (t *tailLists) is(slot *tableSlot, class byte, token []byte) bool {
	l := t.list(int(slot.list - 1))
	return l.class == class && bytes.Equal(t.token(l), token)
}

// get finds a list; nil: there is none.
func (t *tailLists) get(class byte, token []byte) *tailList {
	slot := t.find(class, token, t.hash(class, token))
	if slot.list == 0 {
		return nil
	}
	return t.list(int(slot.list - 1))
}

// enter puts a slot into a list, once. Of the slots in a list none is greater
// but those of versions that were changed later.
func (t *tailLists) enter(class byte, token []byte, slot uint32) {
	hash := t.hash(class, token)
	at := t.find(class, token, hash)
	if at.list == 0 {
		if 2*(t.n+1) > len(t.table) {
			t.double()
			at = t.find(class, token, hash)
		}
		*at = tableSlot{hash, t.add(class, token)}
	}
	l := t.list(int(at.list - 1))
	switch {
	case l.n > 0 && l.last == slot:
		return
	case int(l.n) < len(l.first):
		l.first[l.n] = slot
	default:
		t.spill(l, slot)
	}
	l.n++
	l.last = slot
}

// add makes a list and returns its number from 1 on.
func (t *tailLists) add(class byte, token []byte) uint32 {
	if t.n == len(t.pages)*listsPage {
		t.pages = append(t.pages, make([]tailList, listsPage))
	}
	l := t.list(t.n)
	l.class = class
	if len(token) <= len(l.short) {
		l.size = byte(copy(l.short[:], token))
	} else {
		l.size = longToken
		binary.LittleEndian.PutUint32(l.short[:], uint32(len(t.long)))
		t.long = append(t.long, bytes.Clone(token))
	}
	t.n++
	return uint32(t.n)
}

func (t *tailLists) double() {
	old := t.table
	t.table = make([]tableSlot, 2*len(old))
	mask := uint32(len(t.table) - 1)
	for _, slot := range old {
		if slot.list == 0 {
			continue
		}
		i := slot.hash & mask
		for t.table[i].list != 0 {
			i = (i + 1) & mask
		}
		t.table[i] = slot
	}
}

// spill puts a slot behind those in the list itself. Blocks double in size:
// the one being filled is full when the slots and leastRoom are a power of two,
// or a multiple of the greatest.
func (t *tailLists) spill(l *tailList, slot uint32) {
	size := int(l.n) - len(l.first) + leastRoom
	if size&(size-1) == 0 || size%mostRoom == 0 {
		begin := t.reserve(min(size, mostRoom) + 1)
		if size == leastRoom {
			l.begin = begin
		} else {
			*t.place(l.end - uint32(min(size/2, mostRoom)) - 1) = begin
		}
		l.end = begin + 1
	}
	*t.place(l.end) = slot
	l.end++
}

func (t *tailLists) place(at uint32) *uint32 { return &t.room[at>>roomBits][at%roomPage] }

func (t *tailLists) reserve(n int) uint32 {
	if t.free < n {
		t.room = append(t.room, make([]uint32, roomPage))
		t.free = roomPage
	}
	at := len(t.room)*roomPage - t.free
	t.free -= n
	return uint32(at)
}

// slots appends a list's slots to dst.
func (t *tailLists) slots(dst []uint32, l *tailList) []uint32 {
	left := int(l.n)
	dst = slices.Grow(dst, left)
	dst = append(dst, l.first[:min(left, len(l.first))]...)
	left -= len(l.first)
	for at, size := l.begin, leastRoom; left > 0; size = min(2*size, mostRoom) {
		block := t.room[at>>roomBits][at%roomPage:]
		dst = append(dst, block[1:1+min(left, size)]...)
		at, left = block[0], left-size
	}
	return dst
}

// foundList is a list and its token.
type foundList struct {
	*tailList
	token string
}

// beginning are the lists whose token begins so. It looks at all of them: they
// are few.
func (t *tailLists) beginning(class byte, prefix string) (out []foundList) {
	for i := range t.n {
		if l := t.list(i); l.class == class && bytes.HasPrefix(t.token(l), []byte(prefix)) {
			out = append(out, foundList{l, string(t.token(l))})
		}
	}
	return out
}
