package engine

import (
	"context"
	"time"

	"vigie/inbox"
)

// wire is an action that is being sent: from before its first byte until its
// outcome is stored.
type wire struct {
	conversation string // "": some conversation of direct messages
	done         chan struct{}
}

// onWire marks an action as being sent until the returned function is called.
func (a *account) onWire(act inbox.Action) (done func()) {
	w := &wire{conversation: act.Conversation, done: make(chan struct{})}
	if act.Kind == inbox.ActPrivate {
		w.conversation = ""
	}
	a.mu.Lock()
	a.wires[w] = struct{}{}
	a.mu.Unlock()
	return func() {
		a.mu.Lock()
		delete(a.wires, w)
		a.mu.Unlock()
		close(w.done)
	}
}

// awaitWires waits until nothing is being sent that messages of a page may be:
// an answer of ours must not come in as a stranger's before its outcome is
// known. What is sent after the page was made cannot be in it.
func (a *account) awaitWires(ctx context.Context, messages []inbox.Message) error {
	a.mu.Lock()
	var list []*wire
	for w := range a.wires {
		for _, m := range messages {
			if m.Outgoing && (m.Conversation == w.conversation || (w.conversation == "" && m.Kind == inbox.KindDM)) {
				list = append(list, w)
				break
			}
		}
	}
	a.mu.Unlock()
	for _, w := range list {
		select {
		case <-w.done:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	return nil
}

// hush lets an account rest as long as its network asked for, if it did: no
// call before then, and what people send goes before what is collected.
func (e *Engine) hush(a *account, err error, until time.Time) {
	if wishOf(err) <= 0 || apart(err) {
		return
	}
	a.mu.Lock()
	a.quiet = later(a.quiet, until)
	a.mu.Unlock()
	a.rest(a.wanted(), until.Add(afterSends), true)
}
