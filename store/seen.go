package store

import (
	"fmt"
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
}

// seenKey is what a side file's checksum begins with.
const seenKey = "seen"

func seenPath(path string) string { return path + ".seen" }

// readSeen reads the side file of a store. One that is missing or unreadable
// says nothing.
func readSeen(path string) (s seen) {
	b, err := os.ReadFile(seenPath(path))
	if err != nil {
		return seen{}
	}
	d, err := unseal([]byte(seenKey), b)
	if err != nil {
		return seen{}
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
		}
	}
	if d.err != nil {
		return seen{}
	}
	return s
}

// write replaces the side file of a store: at every moment the old one or the
// new one is there. It is not synced: a disk that loses a commit that was
// synced is not told from by a file that was synced too.
func (s seen) write(path string) error {
	e := enc{b: []byte{recordVersion}}
	e.text(1, s.store)
	e.text(2, s.epoch)
	e.uint(3, s.txn)
	e.uint(4, uint64(s.size))
	temp := seenPath(path) + ".new"
	if err := os.WriteFile(temp, seal([]byte(seenKey), e.b), 0o600); err != nil {
		return fmt.Errorf("tell what was seen: %w", err)
	}
	if err := os.Rename(temp, seenPath(path)); err != nil {
		return fmt.Errorf("tell what was seen: %w", err)
	}
	return nil
}

// closedAs tells whether the file is as it was when it was closed.
func (s seen) closedAs(txn uint64, size int64) bool {
	return s.size > 0 && s.size == size && s.txn == txn
}

// judge tells why a store is not what was seen last. A store that went on is:
// the process may have been killed before it could say so.
func (s seen) judge(i identity, txn uint64, torn bool) inbox.Rollback {
	known := s != seen{}
	switch {
	case known && i.id != s.store:
		return inbox.RollbackOther
	case torn:
		return inbox.RollbackTorn
	case known && txn < s.txn:
		return inbox.RollbackOlder
	case known && i.epoch != s.epoch:
		return inbox.RollbackCopy
	}
	return ""
}

// witness keeps the side file in step with an open store. That it could not
// be written is no reason to refuse a change that is durable: the file is
// behind then, as after a kill, and the next change tries again.
type witness struct {
	path string

	mu      sync.Mutex
	said    seen // what the side file says
	now     seen // what it should say
	waiting bool // the timer runs
	ended   bool
	timer   *time.Timer
}

func newWitness(path string) *witness {
	w := &witness{path: path, said: readSeen(path)}
	// Made here, so that it is of the time of whoever opened the store.
	w.timer = time.AfterFunc(time.Hour, w.late)
	w.timer.Stop()
	return w
}

// begin says how the store is found. Nothing is written when the side file
// says so already.
func (w *witness) begin(i identity, txn uint64) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.now = seen{i.id, i.epoch, txn, w.said.size}
	if w.now == w.said {
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
	w.now.txn, w.now.size = max(w.now.txn, txn), 0
	switch {
	case w.ended:
	case atOnce || own != nil:
		_ = w.write()
	case !w.waiting:
		w.waiting = true
		w.timer.Reset(seenDelay)
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
	err := w.now.write(w.path)
	if err == nil {
		w.said = w.now
	}
	return err
}
