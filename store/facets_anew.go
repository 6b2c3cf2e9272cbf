package store

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"

	"vigie/inbox"
)

// eachPlace calls fn for every thread whose head can be read, in order.
func (r *rtx) eachPlace(ctx context.Context, fn func(inbox.ThreadID, *place) error) error {
	return r.each(ctx, bThreads, nil, func(key, _ []byte) error {
		id := keyID[inbox.ThreadID](key)
		t, err := r.thread(id)
		if errors.Is(err, inbox.ErrDamaged) {
			return nil
		}
		if err != nil {
			return err
		}
		p := placeOf(&t)
		return fn(id, &p)
	})
}

// facetMaker makes facets from threads in order, a chunk of each at a time.
type facetMaker struct {
	at     uint32
	chunks map[facet]*facetChunk
	done   func(facetAt, *facetChunk) error
}

func (m *facetMaker) take(id inbox.ThreadID, p *place) error {
	if at := uint32(id >> facetBits); at != m.at {
		if err := m.end(); err != nil {
			return err
		}
		m.at = at
	}
	for i, value := range p.properties() {
		if value != "" {
			m.set(facet{abouts[i], value}, id)
		}
	}
	for _, tag := range p.tags {
		m.set(facet{aboutTag, tag}, id)
	}
	return nil
}

func (m *facetMaker) set(f facet, id inbox.ThreadID) {
	f = f.known()
	c := m.chunks[f]
	if c == nil {
		c = &facetChunk{}
		m.chunks[f] = c
	}
	c.set(low(id))
}

// end hands on the chunks begun.
func (m *facetMaker) end() error {
	for f, c := range m.chunks {
		if err := m.done(facetAt{f, m.at}, c); err != nil {
			return err
		}
	}
	clear(m.chunks)
	return nil
}

// buildFacets makes the facets and the counters anew from the heads.
func buildFacets(ctx context.Context, w *txn) error {
	for _, b := range []bucket{bFacets, bCounters} {
		if err := w.empty(b); err != nil {
			return err
		}
	}
	tallies := map[counterKey]tally{}
	m := facetMaker{chunks: map[facet]*facetChunk{}, done: func(at facetAt, c *facetChunk) error {
		return w.putChunk(at.key(), c)
	}}
	err := w.eachPlace(ctx, func(id inbox.ThreadID, p *place) error {
		add(tallies, p, 1)
		return m.take(id, p)
	})
	if err == nil {
		err = m.end()
	}
	if err != nil {
		return fmt.Errorf("make the facets: %w", err)
	}
	for _, k := range slices.SortedFunc(maps.Keys(tallies), counterKey.compare) {
		if err := w.putTally(k.key(), tallies[k]); err != nil {
			return err
		}
	}
	return nil
}

// empty throws away all that a bucket holds.
func (w *txn) empty(b bucket) error {
	w.dirty = true
	name := []byte(bucketNames[b])
	if err := w.tx.DeleteBucket(name); err != nil {
		return fmt.Errorf("empty %s: %w", name, err)
	}
	w.buckets[b] = nil
	if _, err := w.tx.CreateBucket(name); err != nil {
		return fmt.Errorf("empty %s: %w", name, err)
	}
	return nil
}

// checkCounters looks whether the counters say what the heads do.
func (c *checker) checkCounters(ctx context.Context) error {
	if c.beforeFacets() {
		return nil
	}
	kept, err := c.counts(ctx)
	if err != nil && !errors.Is(err, inbox.ErrDamaged) {
		return err
	}
	real, err := c.countAnew(ctx)
	if err != nil {
		return err
	}
	if !slices.Equal(kept, real) {
		c.fault(bCounters, nil, fmt.Errorf("the counters differ from the threads: %w", inbox.ErrDamaged))
	}
	return nil
}

// beforeFacets reports whether the store is of a schema that had none, and
// counted by other keys.
func (c *checker) beforeFacets() bool { return c.tx.Bucket([]byte(bucketNames[bFacets])) == nil }

// checkFacets looks for chunks that do not say what the heads do.
func (c *checker) checkFacets(ctx context.Context) error {
	if c.beforeFacets() {
		return nil
	}
	want := 0
	m := facetMaker{chunks: map[facet]*facetChunk{}, done: func(at facetAt, real *facetChunk) error {
		want++
		var kept facetChunk
		key := at.key()
		if err := readChunk(key, c.bucket(bFacets).Get(key), kept[:]); err != nil || kept != *real {
			c.fault(bFacets, key, errors.Join(errIndex, err))
		}
		return nil
	}}
	err := c.eachPlace(ctx, m.take)
	if err == nil {
		err = m.end()
	}
	if err != nil {
		return err
	}
	if n := keys(c.bucket(bFacets)); n != want {
		c.fault(bFacets, nil, fmt.Errorf("%d entries, not %d: %w", n, want, errIndex))
	}
	return nil
}

func (k counterKey) compare(o counterKey) int { return bytes.Compare(k.key(), o.key()) }
