package store

import (
	"bytes"
	"context"
	"errors"

	"github.com/RoaringBitmap/roaring/v2"

	"vigie/inbox"
)

const (
	// eventPlaces is where a run's places go on with events: 2^32 and the
	// number of one. Those of messages are their numbers.
	eventPlaces = inbox.MessageID(1 << 32)
	// eraseFind is how many messages a piece finds that goes on to erase them:
	// what one transaction has time for.
	eraseFind = 128
	// eraseEvents is how many events a piece looks at.
	eraseEvents = 4096
)

// messages finds the messages of a piece for which there is something to do:
// among those that the index says are old, the client's, in a thread that is
// done and not erased yet, and those that it does not know.
func (p purge) messages(ctx context.Context, l *lists) (res inbox.EraseResult, found []doomed, err error) {
	it, err := p.suspects(ctx, l)
	if err != nil {
		return res, nil, err
	}
	for id, ok := it.next(); ok; id, ok = it.next() {
		if err := ctx.Err(); err != nil {
			return res, nil, err
		}
		if p.req.Limit > 0 && res.Looked == p.req.Limit || !p.req.Dry && len(found) == eraseFind {
			res.Next = id
			return res, found, nil
		}
		res.Looked++
		m, message, thread, err := p.doom(id)
		if err != nil {
			return res, nil, err
		}
		if message {
			note(&res, m.At)
		}
		if thread {
			res.Threads++
		}
		if !message && !thread {
			continue
		}
		d := doomed{id: id, place: id, before: res.Looked - 1}
		if message && !p.req.Dry {
			if d.person, err = p.lastOfPerson(it.f, m, found); err != nil {
				return res, nil, err
			}
		}
		found = append(found, d)
	}
	h, err := p.heard(p.req.Client)
	res.Next = p.after(h)
	return res, found, err
}

// suspects goes through the messages that may have to be erased, the oldest
// first.
type suspects struct {
	l      *lists
	f      *finder
	set    roaring.IntPeekable
	loose  *roaring.Bitmap // of which the index knows nothing
	parts  []part
	before int64    // what is as old is looked at
	bits   []uint64 // of the threads
}

func (p purge) suspects(ctx context.Context, l *lists) (*suspects, error) {
	f := newFinder(ctx, p.rtx, l)
	threads, err := byThread{f}.with(facet{aboutClient, string(p.req.Client)})
	if err != nil {
		return nil, err
	}
	done, err := byThread{f}.with(facet{aboutState, inbox.Done.String()})
	if err != nil {
		return nil, err
	}
	set := f.docs
	if erased := l.flag(flagErased); erased != nil {
		set = roaring.AndNot(set, erased)
	}
	set = roaring.Or(set, f.loose)
	if p.req.From > 0 {
		set.RemoveRange(0, uint64(p.req.From))
	}
	return &suspects{
		l: l, f: f, set: set.Iterator(), loose: f.loose, parts: l.parts(),
		before: nanos(p.req.Before), bits: roaring.And(threads.may, done.may).ToDense(),
	}, nil
}

// next returns the next of them; a time at which columns end is no reason to
// leave one out.
func (s *suspects) next() (id inbox.MessageID, ok bool) {
	for s.set.HasNext() {
		doc := s.set.PeekNext()
		if s.loose.Contains(doc) {
			return inbox.MessageID(s.set.Next()), true
		}
		for len(s.parts) > 0 && s.parts[0].last < doc {
			s.parts = s.parts[1:]
		}
		if len(s.parts) > 0 && s.parts[0].least > s.before && s.loose.IsEmpty() {
			s.set.AdvanceIfNeeded(s.parts[0].last + 1)
			continue
		}
		s.set.Next()
		if x := s.l.fact(doc); x.at <= s.before && has(s.bits, x.thread) {
			return inbox.MessageID(doc), true
		}
	}
	return 0, false
}

func has(bits []uint64, n uint32) bool {
	return int(n>>6) < len(bits) && bits[n>>6]&(1<<(n&63)) != 0
}

// talk finds threads whose messages are all erased and of which something is
// to be erased that was said since, by the events of that time; upTo is the
// last of these, when all were looked at.
func (p purge) talk(ctx context.Context) (res inbox.EraseResult, found []doomed, upTo *heard, err error) {
	c, looked := p.bucket(bEvents).Cursor(), 0
	for k, _ := c.Seek(idKey(p.req.From - eventPlaces)); k != nil; k, _ = c.Next() {
		if err := ctx.Err(); err != nil {
			return res, nil, nil, err
		}
		event := keyID[inbox.EventID](k)
		place := eventPlaces + inbox.MessageID(event)
		if looked == eraseEvents || p.req.Limit > 0 && res.Looked == p.req.Limit || !p.req.Dry && len(found) == eraseFind {
			res.Next = place
			return res, found, nil, nil
		}
		looked++
		id, err := p.lastOf(event)
		if err != nil {
			return res, nil, nil, err
		}
		if id == 0 {
			continue
		}
		res.Looked++
		_, message, thread, err := p.doom(id)
		if err != nil {
			return res, nil, nil, err
		}
		if !message && thread { // else it was found by its message
			res.Threads++
			found = append(found, doomed{id: id, place: place, before: res.Looked - 1})
		}
	}
	h, err := p.heard(p.req.Client)
	h.event = inbox.EventID(p.bucket(bEvents).Sequence())
	res.Next = p.after(h)
	return res, found, &h, err
}

// lastOf returns the newest message of the thread that an event is the last
// of; 0 for other events, and those of threads that are left alone.
func (p purge) lastOf(id inbox.EventID) (inbox.MessageID, error) {
	e, err := p.event(id)
	if errors.Is(err, inbox.ErrDamaged) {
		return 0, nil
	}
	if err != nil {
		return 0, err
	}
	if _, v := p.lastUnder(bJournals, e.Thread); v == nil || keyID[inbox.EventID](v) != id {
		return 0, nil
	}
	return p.newest(e.Thread), nil
}

// newest returns the newest message of a thread; 0 when there is none.
func (r *rtx) newest(id inbox.ThreadID) inbox.MessageID {
	k, _ := r.lastUnder(bTimelines, id)
	if len(k) < idLen+timeLen {
		return 0
	}
	return keyID[inbox.MessageID](k[idLen+timeLen:])
}

// lastUnder finds the last entry of a thread.
func (r *rtx) lastUnder(b bucket, id inbox.ThreadID) (k, v []byte) {
	c := r.bucket(b).Cursor()
	if k, _ = c.Seek(idKey(id + 1)); k == nil {
		k, v = c.Last()
	} else {
		k, v = c.Prev()
	}
	if !bytes.HasPrefix(k, idKey(id)) {
		return nil, nil
	}
	return k, v
}
