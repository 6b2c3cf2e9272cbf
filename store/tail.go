package store

import (
	"sync"

	"vigie/inbox"
)

// tail is the index of the newest documents, in memory until they are merged
// into the file. It holds documents one after the other, without a hole.
//
// Only the holder of DB.writing changes it, with one exception: merged
// segments may go at any time. Readers look at it under a lock that is never
// held over anything slow.
type tail struct {
	mu   sync.RWMutex
	segs []*segment // the oldest first; the last may grow
	next uint32     // the document to come; 0: it is not known yet
	// expected are documents of the tail that the transaction being committed
	// changes, and its number.
	expected    []uint32
	expectedTxn uint64
}

// segment is a part of the tail, of one chunk. It only grows: a document that
// is changed gets a new version, and the old one dies. So a reader that knows
// how long it was goes on reading without a lock.
type segment struct {
	first    uint32
	versions []version         // the documents as they came, one after the other
	later    []version         // versions of those that were changed
	died     map[uint32]uint64 // when a version was replaced, by its slot
	lists    tailLists
	text     []byte // of the message on its way in
	closed   bool   // it grows no more: it is being merged
}

// version is a document as it was from a transaction on.
type version struct {
	fact
	doc  uint32
	born uint64
}

// slotLater is the slot of the first of a segment's later versions.
const slotLater = 1 << chunkBits

func newSegment(first uint32) *segment {
	return &segment{first: first, died: map[uint32]uint64{}, lists: newTailLists()}
}

// end is the document after the last.
func (s *segment) end() uint32 { return s.first + uint32(len(s.versions)) }

// latest is the slot of a document's newest version.
func (s *segment) latest(doc uint32) uint32 {
	for i := len(s.later) - 1; i >= 0; i-- {
		if s.later[i].doc == doc {
			return slotLater + uint32(i)
		}
	}
	return doc - s.first
}

// docChange is a message as a transaction leaves it; nil when its record cannot be
// read.
type docChange struct {
	doc uint32
	msg *inbox.Message
}

// put puts a document into the tail: a new one at its end, or a new version of
// one that is there. Others are left to be read from the file later.
func (t *tail) put(c docChange, txn uint64) {
	v := version{doc: c.doc, born: txn}
	if c.msg != nil {
		v.fact = factOf(c.msg)
	}
	if c.doc == t.next && c.doc > 0 {
		s := t.last()
		if s == nil || s.closed || chunkOf(s.first) != chunkOf(c.doc) {
			s = newSegment(c.doc)
			t.segs = append(t.segs, s)
		}
		s.versions = append(s.versions, v)
		t.next++
		s.write(c.doc-s.first, c.msg)
		return
	}
	for _, s := range t.segs {
		if c.doc >= s.first && c.doc < s.end() {
			s.died[s.latest(c.doc)] = txn
			s.later = append(s.later, v)
			s.write(slotLater+uint32(len(s.later)-1), c.msg)
		}
	}
}

// write puts a version's slot into its lists.
func (s *segment) write(slot uint32, m *inbox.Message) {
	if m == nil {
		s.lists.enter(classFlag, []byte(flagDamaged), slot)
		return
	}
	s.text = cut(s.text, m, func(class byte, token []byte) { s.lists.enter(class, token, slot) })
}

func (t *tail) last() *segment {
	if len(t.segs) == 0 {
		return nil
	}
	return t.segs[len(t.segs)-1]
}

// expect says which documents the transaction being committed changes.
func (t *tail) expect(changes []docChange, txn uint64) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.expectedTxn = txn
	for _, c := range changes {
		if c.doc < t.next {
			t.expected = append(t.expected, c.doc)
		}
	}
}

// committed takes what a transaction changed, the index begun anew before it
// if so; forgotten, that it changed nothing.
func (t *tail) committed(changes []docChange, txn uint64, cleared bool) {
	if cleared {
		t.begin(1)
	}
	for _, c := range changes {
		t.take(c, txn)
	}
	t.forgotten()
}

func (t *tail) forgotten() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.expected = t.expected[:0]
}

// begin says which document comes first, of a tail that holds nothing.
func (t *tail) begin(next uint32) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.segs, t.next = nil, next
}

// merged lets go of what is in the file.
func (t *tail) merged(upTo uint32) {
	t.mu.Lock()
	defer t.mu.Unlock()
	n := 0
	for n < len(t.segs) && t.segs[n].closed && t.segs[n].end() <= upTo+1 {
		n++
	}
	t.segs = append([]*segment(nil), t.segs[n:]...)
}

// waiting is how many documents wait to be merged, and in how many segments
// that grow no more because their chunk is full.
func (t *tail) waiting() (docs, full int) {
	t.mu.RLock()
	defer t.mu.RUnlock()
	for _, s := range t.segs {
		docs += len(s.versions)
		if chunkOf(s.end()) != chunkOf(s.first) {
			full++
		}
	}
	return docs, full
}
