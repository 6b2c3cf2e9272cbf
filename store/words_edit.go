package store

import (
	"bytes"
	"context"
	"fmt"
	"math"
	"slices"

	"vigie/inbox"
)

// indexing is what a transaction knows of the index and does to it.
type indexing struct {
	indexNow *indexRecord // once it was looked at
	changes  []docChange  // of documents that are not in the file's index
	grown    int64        // bytes of lists, until the record has them
	cleared  bool         // the index was begun anew
}

// received notes a new message for the tail.
func (w *txn) received(m *inbox.Message) error {
	if m.ID > math.MaxUint32 {
		return fmt.Errorf("message %d: the store takes no more", m.ID)
	}
	w.changes = append(w.changes, docChange{uint32(m.ID), m})
	return nil
}

// replaceMessage stores a message over its older version, nil when that
// cannot be read, and brings the index in step.
func (w *txn) replaceMessage(old, m *inbox.Message) error {
	if err := w.putMessage(m); err != nil {
		return err
	}
	x, err := w.index()
	if err != nil {
		return err
	}
	var was []string
	doc, is := uint32(m.ID), listsOf(m)
	if old != nil {
		if was = listsOf(old); slices.Equal(was, is) && factOf(old) == factOf(m) {
			return nil
		}
	}
	if doc > x.upTo {
		w.changes = append(w.changes, docChange{doc, m})
	}
	switch {
	case doc > max(x.upTo, x.pending):
		return nil
	case old == nil:
		return w.orReindex(w.forget(doc, is, m))
	}
	return w.orReindex(w.relist(doc, was, is, m))
}

// listsOf are the names, class and token, of the lists a message belongs in:
// sorted, without doubles.
func listsOf(m *inbox.Message) []string {
	var out []string
	cut(nil, m, func(class byte, token []byte) {
		out = append(out, string(append([]byte{class}, token...)))
	})
	slices.Sort(out)
	return slices.Compact(out)
}

// relist takes a document out of the lists it no longer belongs in, and puts
// it into those it now does.
func (w *txn) relist(doc uint32, was, is []string, m *inbox.Message) error {
	for _, name := range was {
		if _, ok := slices.BinarySearch(is, name); !ok {
			if err := w.alter(doc, name, false); err != nil {
				return err
			}
		}
	}
	for _, name := range is {
		if _, ok := slices.BinarySearch(was, name); !ok {
			if err := w.alter(doc, name, true); err != nil {
				return err
			}
		}
	}
	return w.refact(doc, m)
}

// refact brings the columns in step with a message.
func (w *txn) refact(doc uint32, m *inbox.Message) error {
	x, err := w.index()
	if err != nil {
		return err
	}
	if doc <= x.upTo {
		n := blockOf(doc)
		facts, err := w.facts(n, x.upTo)
		if err != nil {
			return err
		}
		if i := doc - blockStart(n); facts[i] != factOf(m) {
			facts[i] = factOf(m)
			if err := w.putBlock(n, facts); err != nil {
				return err
			}
		}
	}
	if w.grown == 0 {
		return nil
	}
	x.bytes += w.grown
	w.grown = 0
	return w.putIndexed(x)
}

// alter puts a document into a list, or takes it out; an empty list goes.
func (w *txn) alter(doc uint32, name string, in bool) error {
	key := wordKey(nil, chunkOf(doc), name[0], name[1:])
	return w.alterList(key, w.bucket(bWords).Get(key), uint16(doc), in)
}

func (w *txn) alterList(key, value []byte, low uint16, in bool) error {
	var lows []uint16
	if value != nil {
		l, err := openList(key, value)
		if err != nil {
			return err
		}
		if l.has(low) == in {
			return nil
		}
		lows = l.append(nil)
	} else if !in {
		return nil
	}
	i, _ := slices.BinarySearch(lows, low)
	if in {
		lows = slices.Insert(lows, i, low)
	} else {
		lows = slices.Delete(lows, i, i+1)
	}
	if len(lows) == 0 {
		w.grown -= int64(len(value) + len(key) + entryBytes)
		return w.drop(bWords, key)
	}
	return w.putList(key, w.sealed(key, lows), len(value))
}

// forget takes a document out of whatever lists it is in, since nobody knows
// what it said, and puts it into those it now belongs in.
func (w *txn) forget(doc uint32, is []string, m *inbox.Message) error {
	var in []string
	head := wordKey(nil, chunkOf(doc), 0, "")[:wordKeyHead]
	err := w.each(context.Background(), bWords, head, func(key, value []byte) error {
		l, err := openList(key, value)
		if err == nil && l.has(uint16(doc)) {
			in = append(in, string(bytes.Clone(key[wordKeyHead:])))
		}
		return err
	})
	if err != nil {
		return err
	}
	return w.relist(doc, in, is, m)
}
