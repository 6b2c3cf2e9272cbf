package store

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"iter"
	"math/bits"
	"slices"
	"strings"

	"vigie/inbox"
)

// facet names a set of threads: those with one property.
type facet struct {
	about about
	value string
}

// about says what a facet is about; it begins the keys.
type about byte

const (
	aboutAccount about = 'a'
	aboutClient  about = 'c'
	aboutFeeling about = 'f'
	aboutKind    about = 'k'
	aboutLang    about = 'l'
	aboutMine    about = 'm'
	aboutNetwork about = 'n'
	aboutNoted   about = 'o'
	aboutState   about = 's'
	aboutStatus  about = 'g'
	aboutTag     about = 't'
	aboutUnread  about = 'u'
	aboutWatch   about = 'w'
	aboutWindow  about = 'x'
)

// abouts are those of which a thread has one value, or none.
var abouts = [...]about{
	aboutAccount, aboutClient, aboutFeeling, aboutKind, aboutLang, aboutMine, aboutNetwork, aboutNoted, aboutState, aboutStatus,
	aboutUnread, aboutWatch, aboutWindow,
}

// properties are a thread's values in the order of abouts; "": it is in no set.
type properties [len(abouts)]string

func (p *place) properties() properties {
	feeling := ""
	if p.feeling != inbox.Unmarked {
		feeling = p.feeling.String()
	}
	return properties{
		string(p.account), string(p.client), feeling, string(p.kind), p.lang, mark(p.mine), string(p.network), mark(p.noted),
		p.state.String(), statusValue(p.statuses), mark(p.unread), mark(p.split == inbox.Watches), mark(p.closes),
	}
}

// marked is the value of what is or is not.
const marked = "+"

func mark(is bool) string {
	if is {
		return marked
	}
	return ""
}

// statusValue names the statuses that messages of a thread have: ",held,spam,".
func statusValue(c inbox.StatusCounts) string {
	if c.First() == "" {
		return ""
	}
	v := ","
	for _, s := range inbox.Statuses() {
		if c.Of(s) > 0 {
			v += string(s) + ","
		}
	}
	return v
}

const (
	facetBits  = 12 // of a thread's number count within a chunk
	facetWords = 1 << facetBits / 64
	// maxValue is the longest value that has a set of its own, in bytes. What
	// is longer, or holds a NUL, lies with its like in the set of odd values.
	maxValue = 256
	odd      = "\x01"
)

// facetChunk is the part of a facet that holds 4,096 threads.
type facetChunk [facetWords]uint64

func (c *facetChunk) set(low uint16)   { c[low>>6] |= 1 << (low & 63) }
func (c *facetChunk) clear(low uint16) { c[low>>6] &^= 1 << (low & 63) }

func (c *facetChunk) count() (n int) {
	for _, w := range c {
		n += bits.OnesCount64(w)
	}
	return n
}

// append writes what is shorter: the numbers, or a bit for each that may be.
func (c *facetChunk) append(b []byte) []byte {
	if c.count() >= 4*facetWords {
		for _, w := range c {
			b = binary.LittleEndian.AppendUint64(b, w)
		}
		return b
	}
	for i, w := range c {
		for ; w != 0; w &= w - 1 {
			b = binary.LittleEndian.AppendUint16(b, uint16(i<<6+bits.TrailingZeros64(w)))
		}
	}
	return b
}

// readChunk adds a record to a chunk.
func readChunk(key, record []byte, into []uint64) error {
	n := len(record) - sumLen
	if n < 1 || binary.BigEndian.Uint32(record[n:]) != checksum(key, record[:n]) || len(into) < facetWords {
		return fmt.Errorf("facet: %w", inbox.ErrDamaged)
	}
	if record[0] != recordVersion {
		return fmt.Errorf("facet of version %d: %w", record[0], inbox.ErrNewer)
	}
	body := record[1:n]
	if len(body) == 8*facetWords {
		for i := range facetWords {
			into[i] |= binary.LittleEndian.Uint64(body[8*i:])
		}
		return nil
	}
	for ; len(body) >= 2; body = body[2:] {
		low := binary.LittleEndian.Uint16(body) % (1 << facetBits)
		into[low>>6] |= 1 << (low & 63)
	}
	return nil
}

// facetAt is one chunk of a facet.
type facetAt struct {
	facet
	chunk uint32
}

func (f facet) key(room int) []byte {
	b := make([]byte, 0, 2+len(f.value)+room)
	b = append(b, byte(f.about))
	b = append(b, f.value...)
	return append(b, 0)
}

func (f facetAt) key() []byte {
	return binary.BigEndian.AppendUint32(f.facet.key(4), f.chunk)
}

// known gives values that are no part of a key the set of odd ones.
func (f facet) known() facet {
	if len(f.value) > maxValue || strings.IndexByte(f.value, 0) >= 0 {
		f.value = odd
	}
	return f
}

// facetChange is what a transaction changes in one chunk.
type facetChange struct{ in, out []uint16 }

type facetChanges map[facetAt]*facetChange

func (m facetChanges) at(f facet, id inbox.ThreadID) *facetChange {
	at := facetAt{f.known(), uint32(id >> facetBits)}
	c := m[at]
	if c == nil {
		c = &facetChange{}
		m[at] = c
	}
	return c
}

func low(id inbox.ThreadID) uint16 { return uint16(id & (1<<facetBits - 1)) }

func (m facetChanges) in(f facet, id inbox.ThreadID) {
	c := m.at(f, id)
	c.in = append(c.in, low(id))
}

func (m facetChanges) out(f facet, id inbox.ThreadID) {
	c := m.at(f, id)
	c.out = append(c.out, low(id))
}

// move takes a thread from the sets of one place to those of another. The
// zero place is in none but that of its state, which leave says.
func (m facetChanges) move(id inbox.ThreadID, was, is *place, stored bool) {
	before, after := was.properties(), is.properties()
	tags := was.tags
	if !stored {
		before, tags = properties{}, nil
	}
	for i, a := range abouts {
		if before[i] == after[i] {
			continue
		}
		if before[i] != "" {
			m.out(facet{a, before[i]}, id)
		}
		if after[i] != "" {
			m.in(facet{a, after[i]}, id)
		}
	}
	m.retag(id, tags, is.tags)
}

// retag compares two sorted lists of tags.
func (m facetChanges) retag(id inbox.ThreadID, was, is []string) {
	was, is = tagValues(was), tagValues(is)
	for len(was) > 0 || len(is) > 0 {
		switch {
		case len(is) == 0 || len(was) > 0 && was[0] < is[0]:
			m.out(facet{aboutTag, was[0]}, id)
			was = was[1:]
		case len(was) == 0 || is[0] < was[0]:
			m.in(facet{aboutTag, is[0]}, id)
			is = is[1:]
		default:
			was, is = was[1:], is[1:]
		}
	}
}

// tagValues are the values of sorted tags, sorted and each once: odd ones
// share theirs.
func tagValues(tags []string) []string {
	isOdd := func(tag string) bool { return facet{aboutTag, tag}.known().value != tag }
	if !slices.ContainsFunc(tags, isOdd) {
		return tags
	}
	out := append(slices.DeleteFunc(slices.Clone(tags), isOdd), odd)
	slices.Sort(out)
	return slices.Compact(out)
}

// putFacets writes each chunk that changes once. A damaged one is for all of
// them, and the counters, to be made anew from the heads.
func (w *txn) putFacets(changes facetChanges) error {
	for at, change := range changes {
		key := at.key()
		var c facetChunk
		if v := w.bucket(bFacets).Get(key); v != nil {
			err := readChunk(key, v, c[:])
			if errors.Is(err, inbox.ErrDamaged) {
				w.anew = true
				return nil
			}
			if err != nil {
				return err
			}
		}
		for _, n := range change.out {
			c.clear(n)
		}
		for _, n := range change.in {
			c.set(n)
		}
		if err := w.putChunk(key, &c); err != nil {
			return err
		}
	}
	return nil
}

func (w *txn) putChunk(key []byte, c *facetChunk) error {
	if *c == (facetChunk{}) {
		return w.drop(bFacets, key)
	}
	e := w.begin()
	e.b = c.append(e.b)
	return w.put(bFacets, key, e)
}

// facetOf reads a set of threads into a bit for each.
func (r *rtx) facetOf(f facet, into []uint64) error {
	prefix := f.key(0)
	c := r.bucket(bFacets).Cursor()
	for k, v := c.Seek(prefix); k != nil && bytes.HasPrefix(k, prefix); k, v = c.Next() {
		if len(k) != len(prefix)+4 {
			return fmt.Errorf("facet: %w", inbox.ErrDamaged)
		}
		from := int(binary.BigEndian.Uint32(k[len(prefix):])) * facetWords
		if err := readChunk(k, v, into[min(from, len(into)):]); err != nil {
			return err
		}
	}
	return nil
}

// facetsAbout are the facets whose value begins with prefix, in order.
func (r *rtx) facetsAbout(a about, prefix string) iter.Seq[facet] {
	return func(yield func(facet) bool) {
		begin := append([]byte{byte(a)}, prefix...)
		c := r.bucket(bFacets).Cursor()
		for k, _ := c.Seek(begin); k != nil && bytes.HasPrefix(k, begin); {
			end := max(1, bytes.IndexByte(k, 0))
			f := facet{a, string(k[1:end])}
			if !yield(f) {
				return
			}
			next := f.key(0)
			next[len(next)-1] = 1
			k, _ = c.Seek(next)
		}
	}
}

// Tags implements inbox.Reader. A limit of 0 means all; a tag that is too long
// to have a set of its own is not told.
func (db *DB) Tags(ctx context.Context, begin string, limit int) (out []string, err error) {
	err = db.view(ctx, func(r *rtx) error {
		for f := range r.facetsAbout(aboutTag, begin) {
			if limit > 0 && len(out) == limit {
				return nil
			}
			if f.value != odd {
				out = append(out, f.value)
			}
		}
		return ctx.Err()
	})
	return out, err
}
