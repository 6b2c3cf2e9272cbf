package engine

import (
	"context"
	"errors"
	"fmt"
	"time"

	"vigie/inbox"
)

// contextThreads is how many conversations one page may make the engine read
// around; the rest is read when they are opened.
const contextThreads = 20

// aroundQueue is how many opened conversations may wait for being read.
const aroundQueue = 16

// aroundPause is the time before the same conversation is read again.
const aroundPause = 10 * time.Minute

// fillContext reads what stands before new messages that answer something the
// store does not have. A conversation that cannot be read does not keep the
// others from it; a network that asks for a rest does.
func (e *Engine) fillContext(ctx context.Context, a *account, messages []inbox.Message, res inbox.IngestResult) error {
	reader, ok := a.conn.(inbox.Contexter)
	if !ok || res.New == 0 {
		return nil
	}
	var failed error
	done := map[string]bool{}
	for _, m := range messages {
		if m.Outgoing || done[m.Conversation] || len(done) >= contextThreads {
			continue
		}
		missing, err := e.lacksParent(ctx, a.set().Account.ID, m)
		if err != nil {
			return err
		}
		if !missing {
			continue
		}
		done[m.Conversation] = true
		t, err := e.repo.ThreadOf(ctx, a.set().Account.ID, m.Conversation)
		if err != nil {
			return err
		}
		if err := e.readAround(ctx, a, reader, t); err != nil {
			failed = errors.Join(failed, err)
			if forAll(err) {
				break
			}
		}
	}
	return failed
}

// lacksParent reports whether a message answers one that the store does not
// have and that is not the post it hangs under.
func (e *Engine) lacksParent(ctx context.Context, account inbox.AccountID, m inbox.Message) (bool, error) {
	if m.Parent == "" || (m.Post != nil && m.Post.ID == m.Parent) {
		return false, nil
	}
	_, err := e.repo.MessageOf(ctx, account, m.Parent)
	if errors.Is(err, inbox.ErrNotFound) {
		return true, nil
	}
	return false, err
}

// aroundLoop reads around conversations that somebody opened.
func (e *Engine) aroundLoop(ctx context.Context) {
	last := map[inbox.ThreadID]time.Time{}
	for {
		select {
		case <-ctx.Done():
			return
		case id := <-e.aroundNow:
			now := e.now()
			if now.Sub(last[id]) < aroundPause {
				continue
			}
			last[id] = now
			if err := e.opened(ctx, id); err != nil && ctx.Err() == nil {
				e.log.Warn("read around", "thread", id, "error", err)
			}
		}
	}
}

// opened reads the rest of a conversation if something is missing in it.
func (e *Engine) opened(ctx context.Context, id inbox.ThreadID) error {
	t, err := e.repo.Thread(ctx, id)
	if err != nil {
		return err
	}
	a, ok := e.account(t.Account)
	if !ok {
		return nil
	}
	reader, ok := a.conn.(inbox.Contexter)
	if !ok || a.quietUntil().After(e.now()) {
		return nil
	}
	messages, err := e.repo.Messages(ctx, id, time.Time{}, 0)
	if err != nil {
		return err
	}
	for _, m := range messages {
		missing, err := e.lacksParent(ctx, t.Account, m)
		if err != nil {
			return err
		}
		if missing {
			err := e.readAround(ctx, a, reader, t)
			e.hush(a, err, retryAt(e.now(), 1, err, e.jitter))
			return err
		}
	}
	return nil
}

// readAround stores the rest of a conversation as history.
func (e *Engine) readAround(ctx context.Context, a *account, reader inbox.Contexter, t inbox.Thread) error {
	fetching, cancel := context.WithTimeout(ctx, fetchTime)
	defer cancel()
	page, err := guarded(e, a.set().Account.ID, "context", func() (inbox.Page, error) { return reader.Context(fetching, t) })
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
