package conformance

import (
	"context"
	"strconv"

	"vigie/inbox"
)

// deedKey is an act on something.
type deedKey struct {
	kind inbox.ActionKind
	on   string
}

// deedOf is the act that sets what an action sets or takes back, and on what.
func deedOf(a inbox.Action) (deedKey, bool) {
	k := deedKey{a.Kind, a.Target}
	sets := true
	switch a.Kind {
	case inbox.ActUnlike, inbox.ActUnhide, inbox.ActUnblock:
		k.kind, _ = a.Kind.Inverse()
		sets = false
	}
	if k.kind == inbox.ActBlock {
		k.on = a.Author
	}
	return k, sets
}

func (n *fakeNet) ledger(a inbox.Action) (int, bool) {
	if a.Kind.Writes() {
		sent := n.countSent(a.Text)
		return sent, sent > 0
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	k, sets := deedOf(a)
	return n.done[deedKey{a.Kind, k.on}], n.state[k] == sets
}

func (f *fake) Do(ctx context.Context, a inbox.Action) (inbox.Receipt, error) {
	offered := f.ThreadCaps(inbox.Thread{Kind: a.ThreadKind}).Can(a.Kind)
	if f.broken == "eager" {
		_, _ = f.wire(ctx, true)
	}
	if !offered && f.broken != "anything" && !(f.broken == "everywhere" && f.Caps().Can(a.Kind)) {
		return inbox.Receipt{}, inbox.ErrUnsupported
	}
	if ctx.Err() != nil {
		return inbox.Receipt{}, &inbox.RetryError{Err: ctx.Err()}
	}
	err, done := f.wire(ctx, true)
	if err != nil && !done {
		return inbox.Receipt{}, err
	}
	f.net.mu.Lock()
	defer f.net.mu.Unlock()
	if f.Caps().Can(a.Kind) && !a.Kind.Writes() {
		f.set(a)
		return inbox.Receipt{Remote: a.Target}, err
	}
	id, twice := f.net.sent[a.Key]
	if !twice || f.broken == "twice" || f.broken == "twice privately" && a.Kind == inbox.ActPrivate {
		f.net.serial++
		id = "o" + strconv.Itoa(f.net.serial)
		f.net.sent[a.Key], f.net.texts[id] = id, a.Text
	}
	r := inbox.Receipt{Remote: id}
	if a.Kind == inbox.ActPrivate && f.broken != "nowhere" {
		r.Conversation = "dm of " + a.Author
	}
	return r, err
}

// set sets a state, or takes it back; the caller holds the mutex.
func (f *fake) set(a inbox.Action) {
	k, sets := deedOf(a)
	changes := f.net.state[k] != sets || f.broken == "restless acts"
	if f.broken == "one way" && !sets {
		return
	}
	if changes {
		f.net.done[deedKey{a.Kind, k.on}]++
	}
	f.net.state[k] = sets
	if a.Kind == inbox.ActDelete && f.broken != "keep" {
		delete(f.net.texts, a.Target)
	}
}

func (f *fake) Find(_ context.Context, a inbox.Action) (inbox.Receipt, bool, error) {
	f.net.mu.Lock()
	defer f.net.mu.Unlock()
	if !a.Kind.Writes() {
		k, sets := deedOf(a)
		return inbox.Receipt{Remote: a.Target}, f.net.state[k] == sets && f.broken != "forgetful", nil
	}
	id, ok := f.net.sent[a.Key]
	return inbox.Receipt{Remote: id}, ok && f.broken != "blind", nil
}
