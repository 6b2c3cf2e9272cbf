package wordpress

import (
	"cmp"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"errors"
	"math"
	"slices"

	"vigie/connectors/blog"
)

const (
	cursorVersion = 1
	// maxHeld is how many held ones are, however old.
	maxHeld = 500
	// top is above all ids.
	top = math.MaxInt64
)

// cursor is where the stream stands.
type cursor struct {
	V     int   `json:"v"`
	Since int64 `json:"since"`         // seconds since 1970: what is older is not history any more
	Top   int64 `json:"top,omitempty"` // no comment above it was read
	Low   int64 `json:"low,omitempty"` // the lowest that is looked at again, unless it is held
	// At and Stop are a walk that goes on: what is below At is still to be
	// read, down to and with Stop; 0: as far as history goes. At 0: none.
	At   int64 `json:"at,omitempty"`
	Stop int64 `json:"stop,omitempty"`
	// Was is what the blog counted when a walk through everything began; nil:
	// the walk only catches up.
	Was *totals `json:"was,omitempty"`
	Off totals  `json:"off"` // what the blog counts more than is known
	// Known is all that was collected, packed.
	Known string `json:"known,omitempty"`

	known book
}

// totals are numbers of comments: all, and of the states that are asked for.
type totals struct {
	All  int `json:"a"`
	Held int `json:"h"`
	Spam int `json:"s"`
	Bin  int `json:"t"`
}

func (t totals) plus(o totals) totals {
	return totals{t.All + o.All, t.Held + o.Held, t.Spam + o.Spam, t.Bin + o.Bin}
}

func (t totals) minus(o totals) totals {
	return totals{t.All - o.All, t.Held - o.Held, t.Spam - o.Spam, t.Bin - o.Bin}
}

// seen is a comment as it was when it was last read.
type seen struct {
	root  int64
	state byte
	sum   uint32
}

// refused is the state of what was not understood.
const refused = '!'

// book is all that was collected, by id.
type book map[int64]seen

// ids lists what is in the book, newest first.
func (b book) ids() []int64 {
	out := make([]int64, 0, len(b))
	for id := range b {
		out = append(out, id)
	}
	slices.SortFunc(out, func(x, y int64) int { return cmp.Compare(y, x) })
	return out
}

// above is how many have at least that id.
func (b book) above(id int64) int {
	n := 0
	for k := range b {
		if k >= id {
			n++
		}
	}
	return n
}

// between lists the ids from low to below high.
func (b book) between(low, high int64) []int64 {
	var out []int64
	for id := range b {
		if id >= low && id < high {
			out = append(out, id)
		}
	}
	slices.Sort(out)
	return out
}

// held lists the ids of those that are held.
func (b book) held() []int64 {
	var out []int64
	for id, k := range b {
		if k.state == held {
			out = append(out, id)
		}
	}
	return out
}

// totals counts the book as the blog counts.
func (b book) totals() totals {
	t := totals{All: len(b)}
	for _, k := range b {
		t = t.with(k.state)
	}
	return t
}

func (t totals) with(state byte) totals {
	switch state {
	case held:
		t.Held++
	case spam:
		t.Spam++
	case binned:
		t.Bin++
	}
	return t
}

// prune forgets the oldest.
func (cur *cursor) prune() {
	kept, waiting := 0, 0
	for _, id := range cur.known.ids() {
		k := cur.known[id]
		if k.state == held {
			waiting++
		}
		if kept < blog.MaxKnown || k.state == held && waiting <= maxHeld {
			kept++
			continue
		}
		delete(cur.known, id)
		cur.Off = cur.Off.plus(totals{All: 1}.with(k.state)) // it is counted still
		cur.Low = max(cur.Low, id+1)
	}
}

// pack writes a book: for each comment, newest first, how far its id is below
// the one before, how far its beginning is below itself, state and sum.
func (b book) pack() string {
	if len(b) == 0 {
		return ""
	}
	var out []byte
	last := int64(0)
	for _, id := range b.ids() {
		k := b[id]
		out = binary.AppendVarint(out, last-id)
		out = binary.AppendVarint(out, id-k.root)
		out = append(out, k.state)
		out = binary.LittleEndian.AppendUint32(out, k.sum)
		last = id
	}
	return base64.RawStdEncoding.EncodeToString(out)
}

var errPacked = errors.New("a packed list that cannot be read")

func unpack(s string) (book, error) {
	raw, err := base64.RawStdEncoding.DecodeString(s)
	if err != nil {
		return nil, errPacked
	}
	b := book{}
	last := int64(0)
	for len(raw) > 0 {
		step, n := binary.Varint(raw)
		if n <= 0 {
			return nil, errPacked
		}
		raw = raw[n:]
		id := last - step
		back, n := binary.Varint(raw)
		if n <= 0 || len(raw) < n+5 {
			return nil, errPacked
		}
		k := seen{root: id - back, state: raw[n], sum: binary.LittleEndian.Uint32(raw[n+1:])}
		raw = raw[n+5:]
		if id <= 0 || k.root <= 0 || last != 0 && id >= last {
			return nil, errPacked
		}
		b[id] = k
		last = id
	}
	return b, nil
}

// readCursor reads a cursor; what cannot be read begins anew.
func readCursor(s string) cursor {
	fresh := cursor{V: cursorVersion, known: book{}}
	var cur cursor
	if len(s) > blog.MaxCursor || json.Unmarshal([]byte(s), &cur) != nil || cur.V != cursorVersion || cur.Since == 0 {
		return fresh
	}
	if cur.Top < 0 || cur.Low < 0 || cur.At < 0 || cur.Stop < 0 {
		return fresh
	}
	var err error
	if cur.known, err = unpack(cur.Known); err != nil {
		return fresh
	}
	return cur
}

func (cur cursor) String() string {
	cur.Known = cur.known.pack()
	b, _ := json.Marshal(cur) // strings and numbers only
	return string(b)
}
