package conformance

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"strings"
	"time"

	"vigie/inbox"
)

// reads lists every reading call of a connector by name.
func (b *bench) reads(c inbox.Connector) map[string]func(context.Context) error {
	calls := map[string]func(context.Context) error{}
	for _, s := range c.Caps().Streams {
		calls["fetch "+string(s)] = func(ctx context.Context) error {
			_, err := b.fetch(ctx, c, s, "", 0)
			return err
		}
	}
	return calls
}

func signInRefused(b *bench) {
	b.needFault()
	b.say(len(b.rig.Kinds))
	c := b.open()
	calls := b.reads(c)
	calls["check"] = func(ctx context.Context) error { _, err := c.Check(ctx); return err }
	b.rig.Fault(Fault{Kind: Unauthorized})
	for name, call := range calls {
		if err := call(b.Context()); !errors.Is(err, inbox.ErrAuth) {
			b.Errorf("%s: %v, want ErrAuth", name, err)
		}
	}
	b.rig.Fault(Fault{})
	if !b.h.Info.Caps.Can(inbox.ActReply) {
		return
	}
	a := b.reply(b.one(b.rig.Kinds[0]))
	b.rig.Fault(Fault{Kind: Unauthorized})
	if _, err := b.do(c, a); !errors.Is(err, inbox.ErrAuth) || uncertain(err) {
		b.Errorf("reply: %v, want ErrAuth", err)
	}
	b.rig.Fault(Fault{})
	if n := b.rig.Sent(a.Text); n != 0 {
		b.Errorf("a refused reply is on the network %d times", n)
	}
}

func slowDown(b *bench) {
	b.needFault()
	const after, slack = 37 * time.Second, 20 * time.Second // a wait that was heard a moment ago is a little shorter
	b.say(len(b.rig.Kinds))
	c := b.open()
	b.rig.Fault(Fault{Kind: TooMany, After: after})
	for name, call := range b.reads(c) {
		err := call(b.Context())
		if got, ok := wait(err); !ok || got > after || got <= after-slack {
			b.Errorf("%s: %v, want a RetryError with %s", name, err, after)
		}
	}
	b.rig.Fault(Fault{})
	if !b.h.Info.Caps.Can(inbox.ActReply) {
		return
	}
	a := b.reply(b.one(b.rig.Kinds[0]))
	for _, onlyWrites := range []bool{true, false} {
		c := b.open() // one that was not told to wait yet
		b.rig.Fault(Fault{Kind: TooMany, After: after, Writes: onlyWrites})
		_, err := b.do(c, a)
		if got, ok := wait(err); !ok || got > after || got <= after-slack || uncertain(err) {
			b.Errorf("reply: %v, want a RetryError with %s", err, after)
		}
	}
	b.rig.Fault(Fault{})
	if n := b.rig.Sent(a.Text); n != 0 {
		b.Errorf("a reply that was put off is on the network %d times", n)
	}
}

func brokenNetwork(b *bench) {
	b.needFault()
	said := b.say(2 * len(b.rig.Kinds))
	c := b.open()
	for _, kind := range []FaultKind{ServerError, Drop} {
		b.rig.Fault(Fault{Kind: kind})
		for name, call := range b.reads(c) {
			if err := call(b.Context()); uncertain(err) || !retry(err) {
				b.Errorf("%s, fault %d: %v, want a RetryError", name, kind, err)
			}
		}
	}
	for name, call := range b.reads(b.open()) {
		b.rig.Fault(Fault{Kind: Unavailable, After: time.Minute, Times: 1})
		if got, ok := wait(call(b.Context())); !ok || got > time.Minute || got <= 40*time.Second {
			b.Errorf("%s, put off by 503: a wait of %s (%t), want 1m", name, got, ok)
		}
	}
	b.rig.Fault(Fault{Kind: Hang})
	for name, call := range b.reads(c) {
		ctx, cancel := context.WithTimeout(b.Context(), 100*time.Millisecond)
		if err := call(ctx); err == nil || uncertain(err) {
			b.Errorf("%s without an answer: %v, want an error that is no doubt", name, err)
		}
		cancel()
	}
	b.rig.Fault(Fault{})
	if lost := b.drain(c, cursors{}, 0, nil).missing(said); len(lost) > 0 {
		b.Errorf("after the faults these were not fetched: %v", lost)
	}
	if b.h.Info.Caps.Can(inbox.ActReply) {
		b.brokenWrites()
	}
}

func (b *bench) brokenWrites() {
	b.Helper()
	m := b.one(b.rig.Kinds[0])
	for _, kind := range []FaultKind{ServerError, Drop, Hang, Garbage, Unavailable} {
		var err error
		for _, limit := range limits(kind) {
			c, a := b.open(), b.reply(m)
			b.rig.Fault(Fault{Kind: kind, Writes: true, After: time.Minute})
			_, err = doWithin(b.Context(), limit, c, a)
			b.rig.Fault(Fault{})
			if n := b.rig.Sent(a.Text); n > 1 {
				b.Errorf("reply, fault %d: %d on the network", kind, n)
			}
			if uncertain(err) {
				break
			}
		}
		if putOff := kind == Unavailable && retry(err); !uncertain(err) && !putOff { // some networks say for sure that nothing was done
			b.Errorf("reply, fault %d: %v, want an UncertainError", kind, err)
		}
	}
}

// limits are the times to give a call of a broken network, one after another
// until it got there. What gets no answer ends only when its time is over; on a
// busy machine a short one may be over before the network has the request.
func limits(kind FaultKind) []time.Duration {
	if kind == Hang || kind == LostHang {
		return []time.Duration{300 * time.Millisecond, 3 * time.Second, patience / 2}
	}
	return []time.Duration{patience}
}

// doWithin carries an action out within a time.
func doWithin(ctx context.Context, limit time.Duration, c inbox.Connector, a inbox.Action) (inbox.Receipt, error) {
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	return c.Do(ctx, a)
}

func lostAnswer(b *bench) {
	b.needFault()
	b.needAct(inbox.ActReply)
	b.lostReply(b.one(b.rig.Kinds[0]), LostHang) // once: it takes its time
	for _, kind := range b.rig.Kinds {
		b.lostReply(b.one(kind), LostAnswer)
		b.lostReply(b.one(kind), LostError)
	}
}

// lostReply answers m and loses the network's answer.
func (b *bench) lostReply(m inbox.Message, fault FaultKind) {
	b.Helper()
	caps := b.ready().ThreadCaps(b.threadOf(m))
	if !caps.Can(inbox.ActReply) {
		return // answered elsewhere
	}
	class := caps.ClassOf(inbox.ActReply)
	var c inbox.Connector
	var a inbox.Action
	var r inbox.Receipt
	var err error
	for _, limit := range limits(fault) {
		c, a = b.ready(), b.reply(m)
		b.rig.Fault(Fault{Kind: fault, Writes: true})
		r, err = doWithin(b.Context(), limit, c, a)
		b.rig.Fault(Fault{})
		if b.rig.Sent(a.Text) > 0 {
			break
		}
	}
	if found := fault == LostError && err == nil && r.Remote != ""; !uncertain(err) && !found { // it may look for itself
		b.Errorf("reply to a %s whose answer was lost (fault %d): %v, want an UncertainError", m.Kind, fault, err)
	}
	if n := b.rig.Sent(a.Text); n != 1 {
		b.Fatalf("the rig did not carry out the reply to a %s (%d on the network)", m.Kind, n)
	}
	b.found(c, a, "")
	if class == inbox.ClassA || class == inbox.ClassB {
		r, err := b.do(c, a)
		if err != nil || r.Remote == "" {
			b.Errorf("the same key again after a lost answer: %+v, %v", r, err)
		}
	}
	if n := b.rig.Sent(a.Text); n != 1 {
		b.Errorf("reply to a %s, fault %d: %d on the network, want 1", m.Kind, fault, n)
	}
}

func unreachable(b *bench) {
	if b.rig.Down == nil {
		b.Skipf("%s cannot be made unreachable", b.h.Info.Network)
	}
	said := b.say(len(b.rig.Kinds))
	c := b.ready()
	calls := b.reads(c)
	if b.h.Info.Caps.Can(inbox.ActReply) {
		a := b.reply(b.one(b.rig.Kinds[0]))
		calls["reply"] = func(ctx context.Context) error { _, err := b.do(c, a); return err }
		defer func() {
			if n := b.rig.Sent(a.Text); n != 0 {
				b.Errorf("a reply that did not leave is on the network %d times", n)
			}
		}()
	}
	b.rig.Down(true)
	for name, call := range calls {
		if err := call(b.Context()); !retry(err) || !errors.Is(err, inbox.ErrUnreachable) || uncertain(err) {
			b.Errorf("%s: %v, want a RetryError by ErrUnreachable", name, err)
		}
	}
	b.rig.Down(false)
	if lost := b.drain(c, cursors{}, 0, nil).missing(said); len(lost) > 0 {
		b.Errorf("after the network was back these were not fetched: %v", lost)
	}
}

func hugeAnswer(b *bench) {
	b.needFault()
	b.say(len(b.rig.Kinds))
	c := b.open()
	b.rig.Fault(Fault{Kind: Huge})
	defer b.rig.Fault(Fault{})
	for name, call := range b.reads(c) {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		begun := time.Now()
		err := call(b.Context())
		runtime.ReadMemStats(&after)
		if err == nil {
			b.Errorf("%s: an endless answer was taken", name)
		}
		if d := time.Since(begun); d > patience/2 {
			b.Errorf("%s: took %s", name, d)
		}
		if mb := (after.TotalAlloc - before.TotalAlloc) >> 20; mb > 128 {
			b.Errorf("%s: allocated %d MB", name, mb)
		}
	}
}

func garbage(b *bench) {
	b.needFault()
	said := b.say(2 * len(b.rig.Kinds))
	c, at := b.open(), cursors{}
	b.drain(c, at, 0, nil)
	later := b.say(2 * len(b.rig.Kinds))
	b.rig.Fault(Fault{Kind: Garbage})
	for _, s := range c.Caps().Streams {
		if p, err := b.fetch(b.Context(), c, s, at[s], 0); err == nil {
			b.Errorf("fetch %s: garbage was taken: %+v", s, p)
		}
	}
	b.rig.Fault(Fault{})
	if lost := b.drain(c, at, 0, nil).missing(later); len(lost) > 0 {
		b.Errorf("after garbage these were not fetched: %v (%d came before)", lost, len(said))
	}
}

func badItem(b *bench) {
	if b.rig.Spoil == nil {
		b.Skipf("bad items of this network cannot be made")
	}
	said := b.say(len(b.rig.Kinds))
	b.rig.Spoil()
	for id, text := range b.say(len(b.rig.Kinds)) {
		said[id] = text
	}
	got := b.all()
	if lost := got.missing(said); len(lost) > 0 {
		b.Errorf("one bad item cost good ones: %v", lost)
	}
	if len(got.refused) == 0 {
		b.Fatalf("the bad item was not told")
	}
	for _, r := range got.refused {
		if r.Item == "" || r.Reason == "" || len(r.Reason) > 300 {
			b.Errorf("refused without a clear reason: %+v", r)
		}
	}
}

func noGoroutineLeft(b *bench) {
	b.say(len(b.rig.Kinds))
	before := goroutines()
	c := b.rig.Connector()
	if _, err := c.Check(b.Context()); err != nil {
		b.Errorf("check: %v", err)
	}
	b.drain(c, cursors{}, 0, nil)
	ctx, cancel := context.WithCancel(b.Context())
	waited := make(chan struct{})
	if w, ok := c.(inbox.Waiter); ok && c.Caps().Push {
		go func() { defer close(waited); _ = w.Wait(ctx) }()
	} else {
		close(waited)
	}
	cancel()
	<-waited
	if err := c.Close(); err != nil {
		b.Errorf("close: %v", err)
	}
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	deadline := time.After(3 * time.Second)
	for {
		left := goroutines()
		for id := range before {
			delete(left, id)
		}
		if len(left) == 0 {
			return
		}
		select {
		case <-tick.C:
		case <-deadline:
			for _, stack := range left {
				b.Errorf("still there after Close:\n%s", stack)
			}
			return
		}
	}
}

// goroutines returns the stacks of all goroutines by their first line's
// number.
func goroutines() map[string]string {
	buf := make([]byte, 1<<20)
	all := map[string]string{}
	for stack := range strings.SplitSeq(string(buf[:runtime.Stack(buf, true)]), "\n\n") {
		id, _, _ := strings.Cut(strings.TrimPrefix(stack, "goroutine "), " ")
		all[id] = stack
	}
	return all
}

func noSecretTold(b *bench) {
	b.needFault()
	if b.rig.Secrets == nil {
		b.Skipf("%s has no secrets", b.h.Info.Network)
	}
	m := b.one(b.rig.Kinds[0])
	c := b.open()
	told := strings.Builder{}
	tell := func(err error) {
		for e := err; e != nil; e = errors.Unwrap(e) {
			fmt.Fprintf(&told, "%v\n%+v\n%#v\n", e, e, e)
		}
	}
	for _, kind := range []FaultKind{None, Unauthorized, TooMany, ServerError, Drop, Garbage} {
		b.rig.Fault(Fault{Kind: kind})
		fresh := b.open()
		for _, call := range b.reads(c) {
			tell(call(b.Context()))
		}
		_, err := fresh.Check(b.Context())
		tell(err)
		_, err = b.do(fresh, b.reply(m))
		tell(err)
	}
	b.rig.Fault(Fault{})
	if b.rig.Log != nil {
		told.WriteString(b.rig.Log())
	}
	secrets := b.rig.Secrets()
	if len(secrets) == 0 {
		b.Fatalf("the rig tells no secret to look for")
	}
	for i, s := range secrets {
		if at := strings.Index(told.String(), s); at >= 0 {
			b.Errorf("secret %d was told: …%.60q", i+1, told.String()[max(0, at-60):at])
		}
	}
}

func retry(err error) bool { _, ok := wait(err); return ok }
