package store

import (
	"context"
	"errors"
	"fmt"

	"vigie/inbox"
)

// actionPlaces is where a run's places go on with actions.
const actionPlaces = inbox.MessageID(1 << 62)

// heard is how far a client's rule looked at what came after the messages:
// events, and actions. An action that is open is looked at again.
type heard struct {
	event  inbox.EventID
	action inbox.ActionID
}

// after is the place that a run goes on at which is so far; 0: it is at its
// end.
func (r *rtx) after(h heard) inbox.MessageID {
	switch {
	case uint64(h.event) < r.bucket(bEvents).Sequence():
		return eventPlaces + inbox.MessageID(h.event) + 1
	case uint64(h.action) < r.bucket(bActions).Sequence():
		return actionPlaces + inbox.MessageID(h.action) + 1
	}
	return 0
}

// acted finds threads whose messages are all erased and of which an action has
// ended that still has its words: one that was given up leaves no event. upTo
// is as with talk; nil also when nothing changes.
func (p purge) acted(ctx context.Context) (res inbox.EraseResult, found []doomed, upTo *heard, err error) {
	c, looked, seen := p.bucket(bActions).Cursor(), 0, map[inbox.MessageID]bool{}
	for k, _ := c.Seek(idKey(p.req.From - actionPlaces)); k != nil; k, _ = c.Next() {
		if err := ctx.Err(); err != nil {
			return res, nil, nil, err
		}
		place := actionPlaces + keyID[inbox.MessageID](k)
		if looked == eraseEvents || p.req.Limit > 0 && res.Looked == p.req.Limit || !p.req.Dry && len(found) == eraseFind {
			res.Next = place
			return res, found, nil, nil
		}
		looked++
		a, err := p.action(keyID[inbox.ActionID](k))
		if err != nil || isOpen(&a) || !wordful(a) { // a damaged one says nothing that can be found
			continue
		}
		id := p.newest(a.Thread)
		if id == 0 || seen[id] {
			continue
		}
		seen[id] = true
		_, message, thread, err := p.doom(id)
		if err != nil {
			return res, nil, nil, err
		}
		if !message && thread { // else it was found by its message
			res.Looked++
			res.Threads++
			found = append(found, doomed{id: id, place: place, before: res.Looked - 1})
		}
	}
	h, err := p.heard(p.req.Client)
	was := h
	h.action = inbox.ActionID(p.bucket(bActions).Sequence())
	if k, _ := p.bucket(bOpenActions).Cursor().First(); k != nil {
		h.action = min(h.action, keyID[inbox.ActionID](k)-1)
	}
	if h == was {
		return res, found, nil, err
	}
	return res, found, &h, err
}

// wordful reports whether an action has words of anybody, or tells of whom.
func wordful(a inbox.Action) bool {
	return a.Text != "" || a.Brief != nil || a.Author != "" || len(a.Media) > 0
}

// heardKey is the key, in the meta bucket, of how far the events and actions
// were looked at for a client's rule.
func heardKey(client inbox.ClientID) []byte { return append([]byte("retention:"), client...) }

// heard is what was looked at for a client's rule. What cannot be read is begun
// anew.
func (r *rtx) heard(client inbox.ClientID) (h heard, err error) {
	d, err := r.record(bMeta, heardKey(client))
	if errors.Is(err, inbox.ErrNotFound) || errors.Is(err, inbox.ErrDamaged) {
		return h, nil
	}
	for err == nil && d.next() {
		switch d.field {
		case 1:
			h.event = inbox.EventID(d.num)
		case 2:
			h.action = inbox.ActionID(d.num)
		}
	}
	if err = errors.Join(err, d.err); err != nil {
		return h, fmt.Errorf("how far the rule of %s is: %w", client, err)
	}
	return h, nil
}

func (w *txn) putHeard(client inbox.ClientID, h heard) error {
	e := w.begin()
	e.uint(1, uint64(h.event))
	e.uint(2, uint64(h.action))
	return w.put(bMeta, heardKey(client), e)
}
