package engine

import (
	"context"
	"errors"
	"slices"

	"vigie/inbox"
	"vigie/inbox/text"
)

// verify marks answers as seen again on the network when its feed brings them.
func (e *Engine) verify(ctx context.Context, acc *account, messages []inbox.Message) error {
	for _, m := range messages {
		if !m.Outgoing || m.Deleted {
			continue
		}
		a, ok, err := e.sentAs(ctx, acc.set().Account.ID, m)
		if err != nil {
			return err
		}
		if !ok {
			continue
		}
		_, err = e.repo.MoveAction(ctx, a.ID, inbox.Accepted, func(a *inbox.Action) ([]inbox.Event, *inbox.Ingest, error) {
			a.Move(inbox.Verified, e.now(), "", "")
			return nil, nil, nil
		})
		switch {
		case errors.Is(err, inbox.ErrConflict):
		case err != nil:
			return err
		default:
			e.changes.publish(inbox.Change{Thread: a.Thread, Account: a.Account, Outbox: true})
		}
	}
	return nil
}

// sentAs finds the accepted answer that a message is.
func (e *Engine) sentAs(ctx context.Context, account inbox.AccountID, m inbox.Message) (inbox.Action, bool, error) {
	is := func(a inbox.Action) bool {
		return a.State == inbox.Accepted && a.Account == account && a.Kind.Writes() && a.Receipt.Remote == m.Remote &&
			(a.Kind != inbox.ActEdit || m.Text == text.Clean(a.Text))
	}
	t, err := e.repo.ThreadOf(ctx, account, m.Conversation)
	if err != nil {
		return inbox.Action{}, false, passMissing(err)
	}
	list, err := e.repo.ThreadActions(ctx, t.ID)
	if err != nil {
		return inbox.Action{}, false, err
	}
	if i := slices.IndexFunc(list, is); i >= 0 {
		return list[i], true, nil
	}
	if m.Kind != inbox.KindDM {
		return inbox.Action{}, false, nil
	}
	// a private answer is an action of the public thread
	stored, err := e.repo.MessageOf(ctx, account, m.Remote)
	if err != nil || stored.Origin != inbox.Sent {
		return inbox.Action{}, false, passMissing(err)
	}
	list, err = e.repo.Actions(ctx, is)
	if err != nil || len(list) == 0 {
		return inbox.Action{}, false, err
	}
	return list[0], true, nil
}

// passMissing is err, unless a record is not there or cannot be read.
func passMissing(err error) error {
	if errors.Is(err, inbox.ErrNotFound) || errors.Is(err, inbox.ErrDamaged) {
		return nil
	}
	return err
}
