package store

import (
	"encoding/binary"
	"maps"
	"slices"

	"vigie/inbox"
)

// relisting is what is to change in the index: by a list's key the low bits of
// the documents that leave it, and of those that come.
type relisting map[string]*relisted

type relisted struct{ out, in []uint16 }

func (r relisting) at(key []byte) *relisted {
	x := r[string(key)]
	if x == nil {
		x = &relisted{}
		r[string(key)] = x
	}
	return x
}

// bare stores an erased message over what it was, and notes in lists what that
// changes in the index: its time and thread are the same.
func (w *txn) bare(old, m *inbox.Message, lists relisting) error {
	x, err := w.index()
	if err != nil {
		return err
	}
	doc := uint32(m.ID)
	if doc > x.upTo {
		return w.replaceMessage(old, m)
	}
	if err := w.putMessage(m); err != nil {
		return err
	}
	was, is, chunk := listsOf(old), listsOf(m), chunkOf(doc)
	var key []byte
	for _, name := range was {
		if _, ok := slices.BinarySearch(is, name); !ok {
			key = wordKey(key[:0], chunk, name[0], name[1:])
			at := lists.at(key)
			at.out = append(at.out, uint16(doc))
		}
	}
	for _, name := range is {
		if _, ok := slices.BinarySearch(was, name); !ok {
			key = wordKey(key[:0], chunk, name[0], name[1:])
			at := lists.at(key)
			at.in = append(at.in, uint16(doc))
		}
	}
	return nil
}

// relistAll writes each list once, in their order. A damaged one is what the index is thrown
// away for: it is made anew then.
func (w *txn) relistAll(lists relisting) error {
	if len(lists) == 0 || w.cleared {
		return nil
	}
	var lows []uint16 // used again
	for _, key := range slices.Sorted(maps.Keys(lists)) {
		if err := w.relistOne([]byte(key), lists[key], &lows); err != nil {
			return w.orReindex(err)
		}
	}
	x, err := w.index()
	if err != nil || w.grown == 0 {
		return err
	}
	x.bytes += w.grown
	w.grown = 0
	return w.putIndexed(x)
}

// relistOne changes one list; an empty one goes.
func (w *txn) relistOne(key []byte, change *relisted, buf *[]uint16) error {
	value := w.bucket(bWords).Get(key)
	var old chunkList
	if value != nil {
		var err error
		if old, err = openList(key, value); err != nil {
			return err
		}
	} else if len(change.in) == 0 {
		return nil
	}
	lows := (*buf)[:0]
	if old.dense() {
		lows = change.dense(lows, old)
	} else {
		lows = change.sparse(lows, old)
	}
	*buf = lows
	if len(lows) == 0 {
		w.grown -= int64(len(value) + len(key) + entryBytes)
		return w.drop(bWords, key)
	}
	return w.putList(key, w.sealed(key, lows), len(value))
}

// dense appends what a list that is a bitmap becomes.
func (x *relisted) dense(dst []uint16, old chunkList) []uint16 {
	var b [denseLen]byte
	copy(b[:], old.body)
	for _, low := range x.out {
		b[low/8] &^= 1 << (low % 8)
	}
	for _, low := range x.in {
		b[low/8] |= 1 << (low % 8)
	}
	return chunkList{body: b[:]}.append(dst)
}

// sparse appends what a list of few becomes.
func (x *relisted) sparse(dst []uint16, old chunkList) []uint16 {
	slices.Sort(x.out)
	out := x.out
	for b := old.body; len(b) > 0; b = b[2:] {
		low := binary.LittleEndian.Uint16(b)
		for len(out) > 0 && out[0] < low {
			out = out[1:]
		}
		if len(out) == 0 || out[0] != low {
			dst = append(dst, low)
		}
	}
	if len(x.in) == 0 {
		return dst
	}
	dst = append(dst, x.in...)
	slices.Sort(dst)
	return slices.Compact(dst)
}
