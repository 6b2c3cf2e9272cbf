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
	case inbox.ActUnlike, inbox.ActUnhide, inbox.ActUnblock, inbox.ActApprove:
		k.kind, _ = a.Kind.Inverse()
		sets = false
	}
	if k.kind == inbox.ActBlock {
		k.on = a.Author
	}
	return k, sets
}

func (n *fakeNet) ledger(a inbox.Action) (int, bool) {
	if a.Kind == inbox.ActEdit {
		n.mu.Lock()
		defer n.mu.Unlock()
		return n.done[deedKey{a.Kind, a.Target}], n.texts[a.Target] == a.Text
	}
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
	if a.Kind == inbox.ActEdit {
		f.edit(a)
		return inbox.Receipt{Remote: a.Target}, err
	}
	if f.Caps().Can(a.Kind) && !a.Kind.Writes() {
		f.set(a)
		return inbox.Receipt{Remote: a.Target}, err
	}
	id, twice := f.net.sent[a.Key]
	if !twice || f.broken == "twice" || f.broken == "twice privately" && a.Kind == inbox.ActPrivate {
		f.net.serial++
		id = "o" + strconv.Itoa(f.net.serial)
		f.net.sent[a.Key], f.net.texts[id] = id, a.Text
		if f.broken != "empty-handed" {
			f.net.files[a.Text] = append(f.net.files[a.Text], a.Media...)
		}
	}
	r := inbox.Receipt{Remote: id}
	if a.Kind == inbox.ActPrivate && f.broken != "nowhere" {
		r.Conversation = "dm of " + a.Author
	}
	return r, err
}

// edit gives an own message another text; the caller holds the mutex.
func (f *fake) edit(a inbox.Action) {
	if f.net.texts[a.Target] == a.Text {
		return
	}
	f.net.done[deedKey{a.Kind, a.Target}]++
	if f.broken == "twin" {
		f.net.serial++
		f.net.texts["e"+strconv.Itoa(f.net.serial)] = a.Text
	}
	f.net.texts[a.Target] = a.Text
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
	if status, ok := statusAfter(k.kind); ok {
		m := f.net.items[a.Target]
		m.Status = status
		if !sets {
			m.Status = ""
		}
		f.net.items[a.Target] = m
		f.net.happened(change{id: a.Target})
	}
	if a.Kind == inbox.ActDelete && f.broken != "keep" {
		delete(f.net.texts, a.Target)
	}
}

func (f *fake) Find(_ context.Context, a inbox.Action) (inbox.Receipt, bool, error) {
	f.net.mu.Lock()
	defer f.net.mu.Unlock()
	if a.Kind == inbox.ActEdit {
		return inbox.Receipt{Remote: a.Target}, f.net.texts[a.Target] == a.Text, nil
	}
	if !a.Kind.Writes() {
		k, sets := deedOf(a)
		return inbox.Receipt{Remote: a.Target}, f.net.state[k] == sets && f.broken != "forgetful", nil
	}
	id, ok := f.net.sent[a.Key]
	return inbox.Receipt{Remote: id}, ok && f.broken != "blind", nil
}
