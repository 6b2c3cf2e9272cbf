package store

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
	"sync"
	"time"

	"vigie/inbox"
)

// seenDelay is how far the side file may be behind a commit; one that moves
// the outbox waits for it.
const seenDelay = time.Second

// seen is what the side file says: which store was last seen at this place,
// and its last commit known to be durable. The zero value says nothing.
type seen struct {
	store string
	epoch string
	txn   uint64 // of bbolt
	size  int64  // of the file, in bytes; 0 unless it was closed
	born  int64  // when the file was made, in nanoseconds since 1970; 0: not known
	next  int64  // when the file was made that is about to be put in its place; 0: none is
}

// The side file is two slots, written in turn, so that one that is torn leaves
// the one before it. A slot is the length of a record in two bytes, and the
// record. Writing in place takes no room that a full disk might not have, and
// nothing from the commits of a file system's journal.
const (
	seenKey  = "seen" // what a slot's checksum begins with
	slotSize = 512    // in bytes
	slots    = 2
)

func seenPath(path string) string { return path + ".seen" }

// readSeen reads the side file of a store, and in which turn it was written.
// One that is missing or unreadable says nothing.
func readSeen(path string) (s seen, turn uint64) {
	f, err := os.Open(seenPath(path))
	if err != nil {
		return seen{}, 0
	}
	defer f.Close() // nothing was written to it
	for i := range int64(slots) {
		var b [slotSize]byte
		if _, err := f.ReadAt(b[:], i*slotSize); err != nil && !errors.Is(err, io.EOF) {
			continue
		}
		if is, n, err := getSeen(b[:]); err == nil && n > turn {
			s, turn = is, n
		}
	}
	return s, turn
}

func getSeen(slot []byte) (s seen, turn uint64, err error) {
	n := min(int(binary.BigEndian.Uint16(slot)), len(slot)-2)
	d, err := unseal([]byte(seenKey), slot[2:2+n])
	if err != nil {
		return seen{}, 0, err
	}
	for d.next() {
		switch d.field {
		case 1:
			s.store = d.val
		case 2:
			s.epoch = d.val
		case 3:
			s.txn = d.num
		case 4:
			s.size = int64(d.num)
		case 5:
			turn = d.num
		case 6:
			s.born = int64(d.num)
		case 7:
			s.next = int64(d.num)
		}
	}
	return s, turn, d.err
}

// write changes the side file of a store. It is not synced: a disk that loses
// a commit that was synced would not keep this either.
func (s seen) write(path string, turn uint64) error {
	e := enc{b: []byte{recordVersion}}
	e.text(1, s.store)
	e.text(2, s.epoch)
	e.uint(3, s.txn)
	e.uint(4, uint64(s.size))
	e.uint(5, turn)
	e.uint(6, uint64(s.born))
	e.uint(7, uint64(s.next))
	record := seal([]byte(seenKey), e.b)
	slot := make([]byte, slotSize)
	if len(record) > slotSize-2 {
		return fmt.Errorf("tell what was seen: %d bytes are too many", len(record))
	}
	binary.BigEndian.PutUint16(slot, uint16(len(record)))
	copy(slot[2:], record)
	f, err := os.OpenFile(seenPath(path), os.O_WRONLY|os.O_CREATE, 0o600)
	if err != nil {
		return fmt.Errorf("tell what was seen: %w", err)
	}
	_, err = f.WriteAt(slot, int64(turn%slots)*slotSize)
	return errors.Join(err, f.Close())
}

// closedAs tells whether the file is as it was when it was closed.
func (s seen) closedAs(txn uint64, size int64) bool {
	return s.size > 0 && s.size == size && s.txn == txn
}

// judge tells why a store is not what was seen last. A store that went on is:
// the process may have been killed before it could say so. A file made at
// another time is a copy, also when it came with its side file, unless that
// told of it.
func (s seen) judge(is seen, torn bool) inbox.Rollback {
	known := s != seen{}
	switch {
	case known && is.store != s.store:
		return inbox.RollbackOther
	case torn:
		return inbox.RollbackTorn
	case known && is.txn < s.txn:
		return inbox.RollbackOlder
	case known && is.epoch != s.epoch, s.born != 0 && is.born != 0 && s.born != is.born && s.next != is.born:
		return inbox.RollbackCopy
	}
	return ""
}

// witness keeps the side file in step with an open store. That it could not
// be written is no reason to refuse a change that is durable: the file is
// behind then, as after a kill, and the next change tries again.
type witness struct {
	path string
	born int64 // of the store's file

	mu      sync.Mutex
	said    seen // what the side file says
	turn    uint64
	now     seen // what it should say
	waiting bool // the timer runs
	ended   bool
	timer   *time.Timer
}

func newWitness(path string, born int64) *witness {
	w := &witness{path: path, born: born}
	w.said, w.turn = readSeen(path)
	// Made here, so that it is of the time of whoever opened the store.
	w.timer = time.AfterFunc(time.Hour, w.late)
	w.timer.Stop()
	return w
}

// begin says how the store is found. Nothing is written when the side file
// says so already.
func (w *witness) begin(is seen) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.now = is
	if w.now.size = w.said.size; w.now == w.said {
		return nil
	}
	w.now.size = 0
	return w.write()
}

// committed says that a transaction is durable; own is the store's own record
// when that changed. It returns when the side file tells, if atOnce is set.
func (w *witness) committed(txn uint64, own *identity, atOnce bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if own != nil {
		w.now.store, w.now.epoch = own.id, own.epoch
	}
	w.now.txn, w.now.size, w.now.born = max(w.now.txn, txn), 0, w.born
	switch {
	case w.ended:
	case atOnce || own != nil:
		_ = w.write()
	case !w.waiting:
		w.waiting = true
		w.timer.Reset(seenDelay)
	}
}

// expect says that a file made then is about to be put in the store's place;
// 0: that none is.
func (w *witness) expect(born int64) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.now.next, w.now.size = born, 0
	if w.ended {
		return nil
	}
	return w.write()
}

// replaced says that a file made then is in the store's place, with that as
// its last commit.
func (w *witness) replaced(born int64, txn uint64) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.born = born
	w.now.born, w.now.next, w.now.txn = born, 0, max(w.now.txn, txn)
	if !w.ended {
		_ = w.write()
	}
}

// late writes what has waited.
func (w *witness) late() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.waiting = false
	if !w.ended {
		_ = w.write()
	}
}

// end says that the file was closed with this size; 0: that it was left.
func (w *witness) end(size int64) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.timer.Stop()
	w.ended = true
	if w.now == (seen{}) {
		return // it was never opened wholly
	}
	w.now.size = size
	_ = w.write()
}

func (w *witness) write() error {
	if w.now == w.said {
		return nil
	}
	if err := w.now.write(w.path, w.turn+1); err != nil {
		return err
	}
	w.said = w.now
	w.turn++
	return nil
}
