package store

import (
	"bytes"
	"context"
	"fmt"

	"vigie/inbox"
)

// heal stores a message that came again over a damaged record of it, of which
// nothing but the id is known.
func (g *ingestion) heal(m inbox.Message, id inbox.MessageID) error {
	h, err := g.conversation(m.Conversation)
	if err != nil {
		return err
	}
	if !h.stored {
		return fmt.Errorf("in another conversation: %w", inbox.ErrDamaged)
	}
	m.ID, m.Thread, m.Account, m.Origin = id, h.now.ID, g.in.Account.ID, g.in.OriginOf(m)
	if m.Deleted {
		g.erase(&m)
	}
	if err := g.savePost(&m); err != nil {
		return err
	}
	if err := g.putMessage(&m); err != nil {
		return err
	}
	if err := g.dropEnding(bTimelines, idKey(m.Thread), idKey(id)); err != nil {
		return err
	}
	if err := g.set(bTimelines, timelineKey(m.Thread, m.At, id), nil); err != nil {
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
