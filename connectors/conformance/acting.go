package conformance

import (
	"context"
	"errors"
	"slices"
	"time"

	"vigie/inbox"
)

func once(b *bench) {
	b.needAct(inbox.ActReply)
	for _, kind := range b.rig.Kinds {
		m := b.one(kind)
		c, a := b.ready(), b.reply(m)
		caps := c.ThreadCaps(b.threadOf(m))
		if !caps.Can(inbox.ActReply) {
			continue // answered elsewhere
		}
		class := caps.ClassOf(inbox.ActReply)
		first, err := b.do(c, a)
		if err != nil {
			b.Fatalf("reply to a %s: %v", kind, err)
		}
		if first.Remote == "" {
			b.Errorf("reply to a %s: a receipt without an id", kind)
		}
		switch class {
		case inbox.ClassA, inbox.ClassB, inbox.ClassS:
			again, err := b.do(b.open(), a)
			if err != nil || again.Remote != first.Remote {
				b.Errorf("the same key again: %q, %v; want the first one's %q", again.Remote, err, first.Remote)
			}
		default:
			b.found(c, a, first.Remote)
		}
		if n := b.rig.Sent(a.Text); n != 1 {
			b.Errorf("reply to a %s, class %s: %d on the network, want 1", kind, class, n)
		}
		if class == inbox.ClassC {
			b.twins(c, a, first.Remote)
		}
	}
	b.likesOnce()
}

// twins says the same thing twice on purpose: a search by what was said must
// not take the one for the other.
func (b *bench) twins(c inbox.Connector, a inbox.Action, remote string) {
	b.Helper()
	finder, ok := c.(inbox.Finder)
	if !ok {
		return
	}
	if _, err := b.do(c, b.again(a)); err != nil {
		b.Errorf("the same text with another key: %v", err)
	}
	ctx, cancel := context.WithTimeout(b.Context(), patience)
	defer cancel()
	r, found, err := finder.Find(ctx, a)
	if told := found && err == nil && r.Remote == remote; !told && !errors.Is(err, inbox.ErrConflict) {
		b.Errorf("find one of two equal texts: %q %t %v, want %q or ErrConflict", r.Remote, found, err, remote)
	}
}

func (b *bench) likesOnce() {
	if !b.h.Info.Caps.Can(inbox.ActLike) || b.rig.Liked == nil {
		return
	}
	m := b.one(b.rig.Kinds[0])
	c := b.open()
	if !c.ThreadCaps(b.threadOf(m)).Can(inbox.ActLike) {
		return
	}
	a := b.reply(m)
	a.Kind, a.Text = inbox.ActLike, ""
	for range 2 {
		if _, err := b.do(c, a); err != nil {
			b.Errorf("like: %v", err)
		}
	}
	if n := b.rig.Liked(m.Remote); n != 1 {
		b.Errorf("liked twice with one key: %d likes, want 1", n)
	}
}

// found checks that a connector finds an action that was done.
func (b *bench) found(c inbox.Connector, a inbox.Action, remote string) {
	b.Helper()
	finder, ok := c.(inbox.Finder)
	if !ok {
		return
	}
	ctx, cancel := context.WithTimeout(b.Context(), patience)
	defer cancel()
	r, found, err := finder.Find(ctx, a)
	if err != nil || !found || (remote != "" && r.Remote != remote) {
		b.Errorf("find a done %s: %q %v %v, want %q", a.Kind, r.Remote, found, err, remote)
	}
	other := a
	other.Key, other.Text = "01KEYNEVERDONENEVERDONE000", "Jamais envoyé. "+b.sentence()
	if r, found, err := finder.Find(ctx, other); err != nil || found {
		b.Errorf("find what was never done: %q %v %v, want a sure no", r.Remote, found, err)
	}
}

func missingCapability(b *bench) {
	m := b.one(b.rig.Kinds[0])
	c := b.open()
	kinds := []inbox.ActionKind{"transmogrify", inbox.ActEscalate}
	for _, kind := range allActs() {
		if c.Caps().Can(kind) {
			continue
		}
		kinds = append(kinds, kind)
		can, listed := c.Caps().Acts[kind]
		if must := kind == inbox.ActReply || kind == inbox.ActLike || kind == inbox.ActDelete; can.Why == "" && (listed || must) {
			b.Errorf("%s cannot be done and Caps does not say why", kind)
		}
	}
	for _, kind := range kinds {
		a := b.reply(m)
		a.Kind = kind
		if _, err := b.do(c, a); !errors.Is(err, inbox.ErrUnsupported) {
			b.Errorf("%s: %v, want ErrUnsupported", kind, err)
		}
		if b.rig.Sent != nil && b.rig.Sent(a.Text) != 0 {
			b.Errorf("%s: something was sent", kind)
		}
	}
	if _, err := b.fetch(b.Context(), c, "nosuchstream", "", 0); !errors.Is(err, inbox.ErrUnsupported) {
		b.Errorf("fetch of a stream that does not exist: %v, want ErrUnsupported", err)
	}
}

func capabilities(b *bench) {
	c := b.open()
	best, caps := b.h.Info.Caps, c.Caps()
	if len(caps.Streams) == 0 {
		b.Errorf("no streams")
	}
	for _, s := range caps.Streams {
		if !slices.Contains(best.Streams, s) {
			b.Errorf("stream %s is not in what the network can do at best", s)
		}
		if _, err := b.fetch(b.Context(), c, s, "", 0); err != nil {
			b.Errorf("stream %s is offered, and: %v", s, err)
		}
	}
	for kind, can := range caps.Acts {
		if can.OK && !best.Can(kind) {
			b.Errorf("%s is not in what the network can do at best", kind)
		}
		if can.OK && can.Class == "" {
			b.Errorf("%s declares no class", kind)
		}
	}
	if caps.ClassOf(inbox.ActReply) == inbox.ClassA && caps.KeyWindow <= 0 {
		b.Errorf("class A without a KeyWindow")
	}
	if caps.Can(inbox.ActReply) && caps.Reply.Max <= 0 {
		b.Errorf("replies without a limit of length")
	}
	for _, kind := range b.rig.Kinds {
		b.threadCapabilities(c, b.one(kind))
	}
}

// threadCapabilities does everything that is offered in the thread of m.
func (b *bench) threadCapabilities(c inbox.Connector, m inbox.Message) {
	b.Helper()
	caps := c.ThreadCaps(b.threadOf(m))
	for kind, can := range caps.Acts {
		if can.OK && !c.Caps().Can(kind) {
			b.Errorf("a %s thread offers %s, which the account cannot do", m.Kind, kind)
		}
	}
	if caps.Can(inbox.ActLike) {
		a := b.reply(m)
		a.Kind, a.Text = inbox.ActLike, ""
		if _, err := b.do(c, a); err != nil {
			b.Errorf("like of a %s: %v", m.Kind, err)
		}
		if b.rig.Liked != nil && b.rig.Liked(m.Remote) != 1 {
			b.Errorf("like of a %s: not on the network", m.Kind)
		}
	}
	if !caps.Can(inbox.ActReply) {
		return
	}
	a := b.reply(m)
	r, err := b.do(c, a)
	if err != nil || r.Remote == "" || b.rig.Sent(a.Text) != 1 {
		b.Fatalf("reply to a %s: receipt %+v, %v, %d on the network", m.Kind, r, err, b.rig.Sent(a.Text))
	}
	if !caps.Can(inbox.ActDelete) {
		return
	}
	del := b.reply(m)
	del.Kind, del.Text, del.Target = inbox.ActDelete, "", r.Remote
	for range 2 { // what is gone may be deleted again
		if _, err := b.do(c, del); err != nil && !errors.Is(err, inbox.ErrGone) {
			b.Errorf("delete of an own %s: %v", m.Kind, err)
		}
	}
	if n := b.rig.Sent(a.Text); n != 0 {
		b.Errorf("delete of an own %s: still %d on the network", m.Kind, n)
	}
}

func push(b *bench) {
	c := b.open()
	w, ok := c.(inbox.Waiter)
	if !b.h.Info.Caps.Push || !ok {
		b.Skipf("%s does not push", b.h.Info.Network)
	}
	b.all()
	ctx, cancel := context.WithTimeout(b.Context(), patience)
	defer cancel()
	for _, kind := range b.rig.Kinds {
		done := make(chan error, 1)
		go func() { done <- w.Wait(ctx) }()
		// What is said before the connector listens need not wake it, so it is
		// said until something did.
		tick := time.NewTicker(100 * time.Millisecond)
		for woken := false; !woken; {
			select {
			case err := <-done:
				woken = true
				if err != nil {
					b.Errorf("wait for a %s: %v", kind, err)
				}
			case <-tick.C:
				b.rig.Say(kind, b.sentence())
			}
		}
		tick.Stop()
	}
	quiet, stop := context.WithCancel(b.Context())
	done := make(chan error, 1)
	go func() { done <- w.Wait(quiet) }()
	stop()
	select {
	case err := <-done:
		if err != nil && !errors.Is(err, context.Canceled) {
			b.Errorf("a cancelled wait: %v", err)
		}
	case <-time.After(patience):
		b.Errorf("a cancelled wait is not back after %s", patience)
	}
}

func contextOf(b *bench) {
	c := b.open()
	reader, ok := c.(inbox.Contexter)
	if !ok {
		b.Skipf("%s gives no context", b.h.Info.Network)
	}
	for _, kind := range b.rig.Kinds {
		m := b.one(kind)
		ctx, cancel := context.WithTimeout(b.Context(), patience)
		p, err := reader.Context(ctx, b.threadOf(m))
		cancel()
		if errors.Is(err, inbox.ErrUnsupported) {
			continue
		}
		if err != nil {
			b.Errorf("context of a %s: %v", kind, err)
		}
		at := slices.IndexFunc(p.Messages, func(n inbox.Message) bool { return n.Remote == m.Remote })
		if at < 0 {
			b.Errorf("the context of a %s does not hold it", kind)
			continue
		}
		if got := p.Messages[at]; got.Conversation != m.Conversation || got.Text != m.Text || !got.At.Equal(m.At) || got.Kind != m.Kind {
			b.Errorf("the context spells a %s another way:\n%+v\n%+v", kind, got, m)
		}
	}
}
