package store

import (
	"encoding/binary"
	"errors"
	"fmt"
	"strings"

	"vigie/inbox"
	"vigie/inbox/words"
)

// The classes of lists.
const (
	classAuthor = 'a' // words of the author's name and handle
	classFlag   = 'f' // what else is asked of a message, see appendFlags
	classText   = 't' // words of what it says, and its marks
)

// The lists of class flag, besides one of each account (flagAccount).
const (
	flagMedia    = "media"    // has media
	flagQuestion = "question" // is theirs and asks something
	flagErased   = "erased"   // a rule took from it what it said
	flagDamaged  = "damaged"  // could not be read when it was indexed: in no other list
)

// flagAccount names the list of an account's messages.
func flagAccount(id inbox.AccountID) string {
	return "account:" + strings.ToLower(string(id))
}

// chunkBits is how many low bits of a document's number a list holds: a list
// is cut into chunks of 65,536 documents.
const chunkBits = 16

func chunkOf(doc uint32) uint16 { return uint16(doc >> chunkBits) }

// wordKey is the key of one chunk of one list: the chunk, the class, the token.
// The chunk comes first so that a merge, which is about the newest documents,
// writes pages that lie together.
func wordKey[T string | []byte](dst []byte, chunk uint16, class byte, token T) []byte {
	dst = binary.BigEndian.AppendUint16(dst, chunk)
	dst = append(dst, class)
	return append(dst, token...)
}

// wordKeyHead is how long a key is before its class.
const wordKeyHead = 2

// cut yields the class and token of every list a message belongs in, some of
// them more than once. The bytes are good until yield returns. The folded text
// is made in dst, and returned to be used again.
func cut(dst []byte, m *inbox.Message, yield func(class byte, token []byte)) []byte {
	dst, body := words.AppendMessage(dst, m)
	words.Tokens(dst[:body], func(token []byte) { yield(classAuthor, token) })
	words.Tokens(dst[body:], func(token []byte) { yield(classText, token) })
	if len(m.Media) > 0 {
		yield(classFlag, []byte(flagMedia))
	}
	if words.Asks(m) {
		yield(classFlag, []byte(flagQuestion))
	}
	if isErased(*m) {
		yield(classFlag, []byte(flagErased))
	}
	yield(classFlag, []byte(flagAccount(m.Account)))
	return dst
}

// indexKey is the key, in the meta bucket, of the record of the index.
const indexKey = "words"

// indexVersion is of the keys and values of the index and of what package
// words cuts. An index of another version is made anew.
const indexVersion = 1

// indexRecord says what of the store is in the index.
type indexRecord struct {
	version int
	upTo    uint32 // every document up to this one
	pending uint32 // up to this one some are in some of their lists; 0: none
	bytes   int64  // of the keys and values of its lists
}

func putIndexRecord(e *enc, x *indexRecord) {
	e.int(1, x.version)
	e.uint(2, uint64(x.upTo))
	e.int(3, int(x.bytes))
	e.uint(4, uint64(x.pending))
}

func getIndexRecord(d dec) (x indexRecord, err error) {
	for d.next() {
		switch d.field {
		case 1:
			x.version = d.int()
		case 2:
			x.upTo = uint32(d.num)
		case 3:
			x.bytes = int64(d.int())
		case 4:
			x.pending = uint32(d.num)
		}
	}
	return x, d.err
}

// indexed says what is in the index: nothing when there is none.
func (r *rtx) indexed() (indexRecord, error) {
	d, err := r.record(bMeta, []byte(indexKey))
	if errors.Is(err, inbox.ErrNotFound) {
		return indexRecord{}, nil
	}
	if err != nil {
		return indexRecord{}, fmt.Errorf("the index's own record: %w", err)
	}
	return getIndexRecord(d)
}

// index is indexed, kept for the length of a transaction. What cannot be read
// is begun anew.
func (w *txn) index() (indexRecord, error) {
	if w.indexNow != nil {
		return *w.indexNow, nil
	}
	x, err := w.indexed()
	if errors.Is(err, inbox.ErrDamaged) || err == nil && x.version != indexVersion {
		if err = w.clearIndex(); err == nil {
			x = *w.indexNow
		}
	}
	if err != nil {
		return indexRecord{}, err
	}
	w.indexNow = &x
	return x, nil
}

func (w *txn) putIndexed(x indexRecord) error {
	w.indexNow = &x
	e := w.begin()
	putIndexRecord(&e, &x)
	return w.put(bMeta, []byte(indexKey), e)
}
