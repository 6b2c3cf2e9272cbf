package engine

import (
	"context"
	"errors"
	"slices"
	"time"

	"vigie/inbox"
)

// performable says of each act without text whether it waits for the client's
// hold: what others will notice can be taken back before it leaves.
func performable(k inbox.ActionKind) (ok, waits bool) {
	switch k {
	case inbox.ActLike, inbox.ActUnlike, inbox.ActRead:
		return true, false
	case inbox.ActReport:
		return false, true
	}
	return !k.Writes() && slices.Contains(inbox.ActionKinds(), k), true
}

// Perform does one of the acts on a network that carry no text. Without a
// message it is done to the newest of theirs that it would change; a deletion to
// the newest of ours, reading up to the newest of all. The same act that
// waits already is that one; what would change nothing is refused
// (CodeNeedless).
func (e *Engine) Perform(ctx context.Context, by inbox.By, id inbox.ThreadID, kind inbox.ActionKind, message string) (inbox.Action, error) {
	e.answering.Lock()
	defer e.answering.Unlock()
	a, waiting, err := e.wish(ctx, by, id, kind, message)
	if waiting || err != nil {
		return a, err
	}
	return e.enqueue(ctx, by, a, nil)
}

// wish makes an act without a text, not yet in the outbox; or finds the same
// that waits there.
func (e *Engine) wish(ctx context.Context, by inbox.By, id inbox.ThreadID, kind inbox.ActionKind, message string) (a inbox.Action, waiting bool, err error) {
	ok, waits := performable(kind)
	if !ok {
		return a, false, inbox.Problem{Code: inbox.CodeUnsupported, Detail: string(kind) + " is no act without a text"}
	}
	if a, err = e.prepare(ctx, by, id, kind); err != nil {
		return a, false, err
	}
	m, err := e.targetOf(ctx, a, message)
	if err != nil {
		return a, false, err
	}
	a.Target, a.Author = m.Remote, m.Author.ID
	list, err := e.repo.ThreadActions(ctx, id)
	if err != nil {
		return a, false, err
	}
	if same, ok := lastWish(list, a); ok && same.Kind == kind {
		return same, true, nil
	}
	if err := e.needless(ctx, a, message, list); err != nil {
		return a, false, err
	}
	if waits {
		a.NotBefore = e.now().Add(e.holdOf(a.Client))
	}
	return a, false, nil
}

// needless is why an act would change nothing; nil: it may.
func (e *Engine) needless(ctx context.Context, a inbox.Action, message string, list []inbox.Action) error {
	if _, status := gives(a.Kind); !status && a.Kind.TakesBack() == "" {
		return nil
	}
	t, err := e.head(ctx, a.Thread)
	if err != nil {
		return err
	}
	messages, err := e.repo.Messages(ctx, a.Thread, time.Time{}, 0)
	if err != nil {
		return err
	}
	v := inbox.ThreadView{Messages: messages, Actions: list, Caps: e.capsOf(t)}
	if p := v.Needless(a.Kind, message); !p.Zero() {
		return p
	}
	return nil
}

// lastWish is the newest of what waits to be done to the same message: an act
// of a's kind, or one that takes it back.
func lastWish(list []inbox.Action, a inbox.Action) (inbox.Action, bool) {
	inverse, _ := a.Kind.Inverse()
	whole := a.Kind == inbox.ActLeave || a.Kind == inbox.ActRejoin
	for _, b := range slices.Backward(list) {
		if (b.Kind == a.Kind || b.Kind == inverse) && (whole || b.Target == a.Target) && !b.State.Terminal() {
			return b, true
		}
	}
	return inbox.Action{}, false
}

// targetOf is the message that an act is done to.
func (e *Engine) targetOf(ctx context.Context, a inbox.Action, remote string) (inbox.Message, error) {
	if remote == "" {
		return e.newestFor(ctx, a.Thread, a.Kind)
	}
	m, err := e.repo.MessageOf(ctx, a.Account, remote)
	switch {
	case errors.Is(err, inbox.ErrNotFound), err == nil && m.Thread != a.Thread:
		return m, inbox.Problem{Code: inbox.CodeNotFound, Args: []string{remote}, Detail: "no such message in the thread"}
	case err != nil:
		return m, err
	case !suits(a.Kind, m) && a.Kind != inbox.ActLike && a.Kind != inbox.ActUnlike:
		return m, inbox.Problem{Code: inbox.CodeUnsupported, Args: []string{string(a.Account)}, Detail: string(a.Kind) + " does not go with who wrote it"}
	case m.Deleted && !a.Kind.OfAuthor():
		return m, inbox.Problem{Code: inbox.CodeGone, Detail: "the message was deleted"}
	}
	return m, nil
}
