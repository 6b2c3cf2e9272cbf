package conformance

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"vigie/inbox"
)

// allActs lists every kind of action that a connector can be asked for.
func allActs() []inbox.ActionKind {
	return inbox.ActionKinds()
}

// act makes an action on m with a key of its own.
func (b *bench) act(kind inbox.ActionKind, m inbox.Message) inbox.Action {
	a := b.reply(m)
	a.Kind = kind
	if !kind.Writes() {
		a.Text = ""
	}
	return a
}

// again is the same wish with another key.
func (b *bench) again(a inbox.Action) inbox.Action {
	b.words++
	a.Key = fmt.Sprintf("01KEY%021d", b.words)
	return a
}

// eachAct calls do for every kind of action but replies that is offered in a
// thread of each kind, on a message of its own. What the action needs is done
// before: a like before it is taken back, an answer before it is deleted.
func (b *bench) eachAct(do func(c inbox.Connector, a inbox.Action, caps inbox.Caps)) {
	b.Helper()
	if b.rig.Ledger == nil {
		b.Skipf("what %s carries out cannot be counted", b.h.Info.Network)
	}
	for _, kind := range b.rig.Kinds {
		for _, act := range allActs() {
			m := b.one(kind)
			c := b.ready()
			caps := c.ThreadCaps(b.threadOf(m))
			if act == inbox.ActReply || !caps.Can(act) {
				continue
			}
			a := b.act(act, m)
			if act == inbox.ActReport {
				a.Text = b.sentence()
				a.Reason = slices.Concat(caps.Reasons, []string{""})[0]
			}
			if b.prepare(c, &a) {
				do(c, a, caps)
			}
		}
	}
}

// prepare does what an action needs to be done before.
func (b *bench) prepare(c inbox.Connector, a *inbox.Action) bool {
	b.Helper()
	first := b.again(*a)
	switch a.Kind {
	case inbox.ActUnlike, inbox.ActUnhide, inbox.ActUnblock, inbox.ActApprove, inbox.ActUnspam, inbox.ActRestore,
		inbox.ActUnmute, inbox.ActRejoin, inbox.ActReattach:
		first.Kind, _ = a.Kind.Inverse()
	case inbox.ActDelete, inbox.ActEdit:
		first.Kind, first.Text = inbox.ActReply, "Oups. "+b.sentence()
	default:
		return true
	}
	r, err := b.do(c, first)
	if err != nil {
		b.Errorf("%s, before %s: %v", first.Kind, a.Kind, err)
		return false
	}
	if a.Kind.OfOwn() {
		a.Target = r.Remote
	}
	return true
}

// counts checks the ledger: how often an action was carried out, and that its
// effect stands.
func (b *bench) counts(when string, a inbox.Action, want int) {
	b.Helper()
	if n, stands := b.rig.Ledger(a); n != want || !stands {
		b.Errorf("%s %s of a %s: carried out %d times, want %d; it stands: %t", a.Kind, when, a.ThreadKind, n, want, stands)
	}
}

func actsOnce(b *bench) {
	b.eachAct(func(c inbox.Connector, a inbox.Action, caps inbox.Caps) {
		before, _ := b.rig.Ledger(a)
		r, err := b.do(c, a)
		if err != nil {
			b.Errorf("%s of a %s is offered, and: %v", a.Kind, a.ThreadKind, err)
			return
		}
		b.counts("done", a, before+1)
		if a.Kind == inbox.ActPrivate {
			b.private(c, a, r, caps.ClassOf(a.Kind))
			return
		}
		if class := caps.ClassOf(a.Kind); class != inbox.ClassS {
			if a.Kind != inbox.ActReport {
				b.Errorf("%s is of class %s, and a repetition has nothing to be told by", a.Kind, class)
			}
			return
		}
		b.repeat(a)
		b.counts("done three times", a, before+1)
		if inverse, ok := a.Kind.Inverse(); ok && caps.Can(inverse) {
			b.andBack(a, inverse)
		}
	})
}

func takesAway(k inbox.ActionKind) bool { return k == inbox.ActDelete || k == inbox.ActRemove }

// repeat does a state's action again, with its key and with another.
func (b *bench) repeat(a inbox.Action) {
	b.Helper()
	for _, again := range []inbox.Action{a, b.again(a)} {
		_, err := b.do(b.open(), again)
		if gone := takesAway(a.Kind) && errors.Is(err, inbox.ErrGone); err != nil && !gone {
			b.Errorf("%s of a %s again: %v", a.Kind, a.ThreadKind, err)
		}
	}
}

// andBack takes an action back, twice, and does it again.
func (b *bench) andBack(a inbox.Action, inverse inbox.ActionKind) {
	b.Helper()
	back := b.again(a)
	back.Kind = inverse
	done, _ := b.rig.Ledger(a)
	undone, _ := b.rig.Ledger(back)
	for _, step := range []inbox.Action{back, b.again(back)} {
		if _, err := b.do(b.open(), step); err != nil {
			b.Errorf("%s after %s: %v", inverse, a.Kind, err)
		}
		b.counts("after "+string(a.Kind), back, undone+1)
	}
	if _, stands := b.rig.Ledger(a); stands {
		b.Errorf("%s does not take %s back", inverse, a.Kind)
	}
	if _, err := b.do(b.open(), b.again(a)); err != nil {
		b.Errorf("%s after %s: %v", a.Kind, inverse, err)
	}
	b.counts("after "+string(inverse), a, done+1)
}

// private checks a private answer that was sent, and that it is not sent
// again by its key.
func (b *bench) private(c inbox.Connector, a inbox.Action, r inbox.Receipt, class inbox.Class) {
	b.Helper()
	if r.Remote == "" || r.Conversation == "" || r.Conversation == a.Conversation {
		b.Errorf("a private answer to a %s: receipt %+v names no conversation of its own", a.ThreadKind, r)
	}
	for _, m := range b.all().messages[r.Remote] {
		if m.Conversation != r.Conversation || !m.Outgoing || m.Kind != inbox.KindDM {
			b.Errorf("a private answer in conversation %q is fetched as %+v", r.Conversation, m)
		}
	}
	if class == inbox.ClassA || class == inbox.ClassB {
		again, err := b.do(b.open(), a)
		if err != nil || again.Remote != r.Remote {
			b.Errorf("a private answer again: %q, %v; want the first one's %q", again.Remote, err, r.Remote)
		}
	} else {
		b.found(c, a, r.Remote)
	}
	b.counts("done", a, 1)
	if n := b.rig.Sent(a.Text); n != 1 {
		b.Errorf("a private answer is on the network %d times", n)
	}
}

// notOffered asks for all that a thread does not offer.
func notOffered(b *bench) {
	for _, kind := range b.rig.Kinds {
		m := b.one(kind)
		c := b.ready()
		caps := c.ThreadCaps(b.threadOf(m))
		for _, act := range append(allActs(), "transmogrify") {
			can, listed := caps.Acts[act]
			if can.OK {
				continue
			}
			if listed && can.Why == "" {
				b.Errorf("a %s offers no %s and does not say why", kind, act)
			}
			before := b.calls()
			if _, err := b.do(c, b.act(act, m)); !errors.Is(err, inbox.ErrUnsupported) {
				b.Errorf("%s of a %s is not offered: %v, want ErrUnsupported", act, kind, err)
			}
			if n := b.calls() - before; n > 0 {
				b.Errorf("%s of a %s is not offered, and made %d calls", act, kind, n)
			}
		}
	}
}

// calls is how many requests the network got; always 0 when nobody counts.
func (b *bench) calls() int {
	if b.rig.Calls == nil {
		return 0
	}
	return b.rig.Calls()
}

func lostAct(b *bench) {
	b.needFault()
	for _, fault := range []FaultKind{LostAnswer, LostError} {
		b.eachAct(func(c inbox.Connector, a inbox.Action, caps inbox.Caps) { b.lose(c, a, caps, fault) })
	}
}

// lose carries out an action whose answer is lost, and settles it.
func (b *bench) lose(c inbox.Connector, a inbox.Action, caps inbox.Caps, fault FaultKind) {
	b.Helper()
	before, _ := b.rig.Ledger(a)
	mark := a.Kind == inbox.ActRead // no change for people: a fault of writes passes it by
	b.rig.Fault(Fault{Kind: fault, Writes: !mark})
	_, err := b.do(c, a)
	b.rig.Fault(Fault{})
	looked := fault == LostError && err == nil // by itself
	if !uncertain(err) && !looked && !(mark && retry(err)) {
		b.Errorf("%s of a %s whose answer was lost (fault %d): %v, want an UncertainError", a.Kind, a.ThreadKind, fault, err)
	}
	if n, stands := b.rig.Ledger(a); !mark && (n != before+1 || !stands) {
		b.Fatalf("the rig did not carry out the %s of a %s (%d times)", a.Kind, a.ThreadKind, n-before)
	}
	b.settled(c, a, caps.ClassOf(a.Kind))
	b.counts("after a lost answer", a, before+1)
}

// settled looks for an action that was carried out and whose answer was lost,
// and does it again where that is harmless.
func (b *bench) settled(c inbox.Connector, a inbox.Action, class inbox.Class) {
	b.Helper()
	if a.Kind.Writes() && a.Kind != inbox.ActEdit {
		b.found(c, a, "")
	} else if finder, ok := c.(inbox.Finder); ok && a.Kind != inbox.ActRead {
		ctx, cancel := context.WithTimeout(b.Context(), patience)
		defer cancel()
		if _, found, err := finder.Find(ctx, a); !found && !errors.Is(err, inbox.ErrUnsupported) {
			b.Errorf("find a %s that was carried out: %t, %v", a.Kind, found, err)
		}
	}
	if class == inbox.ClassC || class == inbox.ClassD {
		return
	}
	_, err := b.do(c, a)
	if gone := takesAway(a.Kind) && errors.Is(err, inbox.ErrGone); err != nil && !gone {
		b.Errorf("%s of a %s again after a lost answer: %v", a.Kind, a.ThreadKind, err)
	}
}
