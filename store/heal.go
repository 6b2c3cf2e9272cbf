package store

import (
	"bytes"
	"context"
	"fmt"
	"slices"
	"time"

	"vigie/inbox"
)

// rebuild makes a damaged head anew from the thread's messages and events,
// when its account brings something for it.
func (g *ingestion) rebuild(id inbox.ThreadID) (*head, error) {
	for _, b := range []bucket{bLists, bDue} {
		if err := g.dropEnding(b, nil, idKey(id)); err != nil {
			return nil, err
		}
	}
	msgs, err := g.messages(context.Background(), id, time.Time{}, 0)
	if err != nil {
		return nil, err
	}
	events, ids, err := g.journal(id)
	if err != nil {
		return nil, err
	}
	msgs = slices.DeleteFunc(msgs, func(m inbox.Message) bool { return m.Damaged })
	slices.Reverse(msgs)
	h := &head{now: inbox.Thread{ID: id, Client: g.in.Account.Client, Network: g.in.Account.Network}, anew: true, dirty: true}
	if err := replay(&h.now, msgs, events); err != nil {
		return nil, err
	}
	g.in.Aim(&h.now)
	h.now.Events = len(ids)
	g.anew = true
	g.heads[id] = h
	return h, nil
}

// replay lets a thread become again what its messages and events made of it:
// history first, then the rest as it was told.
func replay(t *inbox.Thread, msgs []inbox.Message, events []inbox.Event) error {
	told := map[string]int{}
	for i, e := range events {
		if e.Verb == inbox.Received || e.Verb == inbox.Replied {
			told[e.Message] = i
		}
	}
	news := map[int]inbox.Message{}
	for _, m := range msgs {
		if i, ok := told[m.Remote]; ok {
			news[i] = m
			continue
		}
		inbox.Receive(t, m, inbox.System, m.At)
	}
	for i, e := range events {
		if m, ok := news[i]; ok {
			inbox.Receive(t, m, e.Actor, e.At)
		}
		if err := inbox.Append(t, &e); err != nil {
			return fmt.Errorf("replay event %d: %w", e.ID, err)
		}
	}
	return nil
}

// heal stores a message that came again over a damaged record of it, of which
// nothing but the id is known. A head that is damaged too is made anew with it.
func (g *ingestion) heal(m inbox.Message, id inbox.MessageID) error {
	v := g.bucket(bConversations).Get(pairKey(g.in.Account.ID, m.Conversation))
	thread := keyID[inbox.ThreadID](v)
	h := g.heads[thread]
	if v == nil || h != nil && !h.stored && !h.anew {
		return fmt.Errorf("in another conversation: %w", inbox.ErrDamaged)
	}
	m.ID, m.Thread, m.Account, m.Origin = id, thread, g.in.Account.ID, g.in.OriginOf(m)
	if m.Deleted {
		g.erase(&m)
	}
	if err := g.savePost(&m); err != nil {
		return err
	}
	if err := g.replaceMessage(nil, &m); err != nil {
		return err
	}
	if err := g.dropEnding(bTimelines, idKey(m.Thread), idKey(id)); err != nil {
		return err
	}
	if err := g.set(bTimelines, timelineKey(m.Thread, m.At, id), nil); err != nil {
		return err
	}
	if h != nil && h.anew {
		delete(g.heads, thread) // it lacks this message
	}
	h, err := g.conversation(m.Conversation)
	if err != nil {
		return err
	}
	g.res.Edited++
	return g.record(h, nil)
}

// dropEnding deletes the keys of a bucket with a beginning and an end.
func (w *txn) dropEnding(b bucket, begin, end []byte) error {
	var doomed [][]byte
	err := w.each(context.Background(), b, begin, func(key, _ []byte) error {
		if bytes.HasSuffix(key, end) {
			doomed = append(doomed, bytes.Clone(key))
		}
		return nil
	})
	if err != nil {
		return err
	}
	for _, key := range doomed {
		if err := w.drop(b, key); err != nil {
			return err
		}
	}
	return nil
}
