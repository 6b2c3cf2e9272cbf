package ghost

import (
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"errors"
	"maps"
	"slices"

	"vigie/connectors/blog"
)

const (
	cursorVersion = 1
)

// cursor is where the stream stands.
type cursor struct {
	V     int   `json:"v"`
	Since int64 `json:"since"` // seconds since 1970: what is older is not history any more
	// First: the walk back through history goes on.
	First bool   `json:"first,omitempty"`
	Low   string `json:"low,omitempty"` // the lowest id that is looked at again
	// At is where a walk goes on: what is at or below it is still to be read;
	// "": none.
	At string `json:"at,omitempty"`
	// Was is what the blog counted when the walk began.
	Was totals `json:"was"`
	Off totals `json:"off"` // what the blog counts more than is known
	// Known is all that was collected, packed.
	Known string `json:"known,omitempty"`

	known book
}

// totals are numbers of comments: all but deleted ones, and hidden ones.
type totals struct {
	All    int `json:"a"`
	Hidden int `json:"h"`
}

func (t totals) minus(o totals) totals { return totals{t.All - o.All, t.Hidden - o.Hidden} }

// seen is a comment as it was when it was last read.
type seen struct {
	state byte
	sum   uint32
}

// The states in a book.
const (
	shown   = 'p'
	kept    = 'h' // hidden
	refused = '!' // not understood
)

// book is all that was collected, by id.
type book map[string]seen

// ids lists what is in the book, newest first. Ids grow with time.
func (b book) ids() []string {
	out := slices.Sorted(maps.Keys(b))
	slices.Reverse(out)
	return out
}

// between lists the ids from low to high, both included.
func (b book) between(low, high string) []string {
	var out []string
	for id := range b {
		if id >= low && id <= high {
			out = append(out, id)
		}
	}
	slices.Sort(out)
	return out
}

// totals counts the book as the blog counts.
func (b book) totals() totals {
	t := totals{All: len(b)}
	for _, k := range b {
		if k.state == kept {
			t.Hidden++
		}
	}
	return t
}

// prune forgets the oldest.
func (cur *cursor) prune() {
	for i, id := range cur.known.ids() {
		if i < blog.MaxKnown {
			continue
		}
		if cur.Low <= id {
			cur.Low = id + "0" // the lowest word above it
		}
		cur.Off.All++ // it is counted still
		if cur.known[id].state == kept {
			cur.Off.Hidden++
		}
		delete(cur.known, id)
	}
}

// entry is how many bytes a comment takes, packed: id, state and sum.
const entry = 12 + 1 + 4

// pack writes a book, newest first.
func (b book) pack() string {
	out := make([]byte, 0, len(b)*entry)
	for _, id := range b.ids() {
		out, _ = hex.AppendDecode(out, []byte(id)) // ids are hexadecimal
		out = append(out, b[id].state)
		out = binary.LittleEndian.AppendUint32(out, b[id].sum)
	}
	return base64.RawStdEncoding.EncodeToString(out)
}

var errPacked = errors.New("a packed list that cannot be read")

func unpack(s string) (book, error) {
	raw, err := base64.RawStdEncoding.DecodeString(s)
	if err != nil || len(raw)%entry != 0 {
		return nil, errPacked
	}
	b := book{}
	for e := range slices.Chunk(raw, entry) {
		b[hex.EncodeToString(e[:12])] = seen{state: e[12], sum: binary.LittleEndian.Uint32(e[13:])}
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
	if cur.At != "" && !isID(cur.At) || cur.Low != "" && (len(cur.Low) < 24 || !isID(cur.Low[:24])) {
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
	b, _ := json.Marshal(cur) // words and numbers only
	return string(b)
}
