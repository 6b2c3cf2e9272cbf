package engine

import (
	"context"
	"errors"
	"fmt"

	"vigie/inbox"
)

// contextThreads is how many conversations one page may make the engine read
// around; the rest is read when they are opened.
const contextThreads = 20

// fillContext reads what stands before new messages that answer something the
// store does not have.
func (e *Engine) fillContext(ctx context.Context, a *account, messages []inbox.Message, res inbox.IngestResult) error {
	reader, ok := a.conn.(inbox.Contexter)
	if !ok || res.New == 0 {
		return nil
	}
	done := map[string]bool{}
	for _, m := range messages {
		if m.Parent == "" || m.Outgoing || done[m.Conversation] || len(done) >= contextThreads {
			continue
		}
		if m.Post != nil && m.Post.ID == m.Parent {
			continue
		}
		if _, err := e.repo.MessageOf(ctx, a.set().Account.ID, m.Parent); !errors.Is(err, inbox.ErrNotFound) {
			continue
		}
		done[m.Conversation] = true
		t, err := e.repo.ThreadOf(ctx, a.set().Account.ID, m.Conversation)
		if err != nil {
			return err
		}
		if err := e.readAround(ctx, a, reader, t); err != nil {
			return err
		}
	}
	return nil
}

// readAround stores the rest of a conversation as history.
func (e *Engine) readAround(ctx context.Context, a *account, reader inbox.Contexter, t inbox.Thread) error {
	fetching, cancel := context.WithTimeout(ctx, fetchTime)
	defer cancel()
	page, err := reader.Context(fetching, t)
	if err != nil {
		return fmt.Errorf("context of thread %d: %w", t.ID, err)
	}
	now := e.now()
	messages, _ := sift(page.Messages, now)
	_, err = e.ingest(ctx, a, inbox.Ingest{
		Account: a.set().Account, Messages: messages, Origin: inbox.Live, Actor: inbox.Native,
		Now: now, HistoryBefore: now, KeepDeleted: a.set().KeepDeleted,
	})
	return err
}
