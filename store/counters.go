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

// counterKey is what is counted apart.
type counterKey struct {
	client  inbox.ClientID
	account inbox.AccountID
	split   inbox.Split
	state   inbox.State
}

func (p *place) counter() counterKey { return counterKey{p.client, p.account, p.split, p.state} }

func (k counterKey) key() []byte {
	b := make([]byte, 0, len(k.client)+len(k.account)+4)
	b = append(append(b, k.client...), 0)
	b = append(append(b, k.account...), 0)
	return append(b, byte(k.split), byte(k.state))
}

// counterOf is the inverse of key.
func counterOf(key []byte) (k counterKey, err error) {
	client, rest, _ := bytes.Cut(key, []byte{0})
	account, rest, ok := bytes.Cut(rest, []byte{0})
	if !ok || len(rest) != 2 {
		return k, fmt.Errorf("counter %x: %w", key, inbox.ErrDamaged)
	}
	return counterKey{
		inbox.ClientID(client), inbox.AccountID(account), inbox.Split(rest[0]), inbox.State(rest[1]),
	}, nil
}

func (k counterKey) with(t tally) inbox.Counter {
	return inbox.Counter{
		Client: k.client, Account: k.account, Split: k.split, State: k.state, Total: t.total, Unread: t.unread,
	}
}

func add(tallies map[counterKey]tally, p *place, n int) {
	k := p.counter()
	t := tallies[k]
	t.total += n
	if p.unread {
		t.unread += n
	}
	tallies[k] = t
}

// Counts implements inbox.Reader: by client, account, split and state.
func (db *DB) Counts(ctx context.Context) (out inbox.Counters, err error) {
	err = db.view(ctx, func(r *rtx) error {
		out, err = r.counts(ctx)
		if errors.Is(err, inbox.ErrDamaged) {
			out, err = r.countAnew(ctx)
		}
		return err
	})
	return out, err
}

// counts reads the counters as they are kept.
func (r *rtx) counts(ctx context.Context) (inbox.Counters, error) {
	var out inbox.Counters
	err := r.each(ctx, bCounters, nil, func(key, v []byte) error {
		d, err := unseal(key, v)
		if err != nil {
			return err
		}
		t, err := getTally(d)
		if err != nil {
			return err
		}
		k, err := counterOf(key)
		out = append(out, k.with(t))
		return err
	})
	return out, err
}

// countAnew makes the counters from the threads.
func (r *rtx) countAnew(ctx context.Context) (inbox.Counters, error) {
	tallies := map[counterKey]tally{}
	err := r.eachPlace(ctx, func(_ inbox.ThreadID, p *place) error {
		add(tallies, p, 1)
		return nil
	})
	var out inbox.Counters
	for _, k := range slices.SortedFunc(maps.Keys(tallies), counterKey.compare) {
		out = append(out, k.with(tallies[k]))
	}
	return out, err
}

// count adds to the counters. A damaged one makes them anew from the threads.
func (w *txn) count(deltas map[counterKey]tally) error {
	for k, delta := range deltas {
		if delta == (tally{}) {
			continue
		}
		key := k.key()
		t, err := w.tally(key)
		if errors.Is(err, inbox.ErrDamaged) {
			return buildFacets(context.Background(), w)
		}
		if err != nil {
			return err
		}
		t.total += delta.total
		t.unread += delta.unread
		if err := w.putTally(key, t); err != nil {
			return err
		}
	}
	return nil
}

func (w *txn) putTally(key []byte, t tally) error {
	if t == (tally{}) {
		return w.drop(bCounters, key)
	}
	e := w.begin()
	putTally(&e, t)
	return w.put(bCounters, key, e)
}

// tally reads one counter; a missing one is zero.
func (r *rtx) tally(key []byte) (tally, error) {
	d, err := r.record(bCounters, key)
	if errors.Is(err, inbox.ErrNotFound) {
		return tally{}, nil
	}
	if err != nil {
		return tally{}, fmt.Errorf("counter: %w", err)
	}
	return getTally(d)
}
