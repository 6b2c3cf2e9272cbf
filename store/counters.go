package store

import (
	"bytes"
	"context"
	"errors"
	"maps"
	"slices"

	"vigie/inbox"
)

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
		c := inbox.Counter{Total: t.total, Unread: t.unread}
		at := bytes.IndexByte(key, 0)
		c.Client = inbox.ClientID(key[:at])
		c.Split, c.State = inbox.Split(key[at+1]), inbox.State(key[at+2])
		out = append(out, c)
		return nil
	})
	return out, err
}

// countAnew makes the counters from the threads.
func (r *rtx) countAnew(ctx context.Context) (inbox.Counters, error) {
	tallies := map[counterKey]tally{}
	err := r.each(ctx, bThreads, nil, func(key, _ []byte) error {
		t, err := r.thread(keyID[inbox.ThreadID](key))
		if errors.Is(err, inbox.ErrDamaged) {
			return nil
		}
		add(tallies, placeOf(t), 1)
		return err
	})
	keys := slices.SortedFunc(maps.Keys(tallies), func(a, b counterKey) int {
		return bytes.Compare(lane(a.client, a.split, a.state), lane(b.client, b.split, b.state))
	})
	var out inbox.Counters
	for _, k := range keys {
		t := tallies[k]
		out = append(out, inbox.Counter{Client: k.client, Split: k.split, State: k.state, Total: t.total, Unread: t.unread})
	}
	return out, err
}

// recount replaces all counters.
func (w *txn) recount() error {
	counters, err := w.countAnew(context.Background())
	if err != nil {
		return err
	}
	var stale [][]byte
	err = w.each(context.Background(), bCounters, nil, func(key, _ []byte) error {
		stale = append(stale, bytes.Clone(key))
		return nil
	})
	if err != nil {
		return err
	}
	for _, key := range stale {
		if err := w.drop(bCounters, key); err != nil {
			return err
		}
	}
	for _, c := range counters {
		if err := w.putTally(lane(c.Client, c.Split, c.State), tally{c.Total, c.Unread}); err != nil {
			return err
		}
	}
	return nil
}
