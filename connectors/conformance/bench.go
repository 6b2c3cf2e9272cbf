package conformance

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"vigie/inbox"
)

// patience is how long a call may take before the suite gives up on it.
const patience = time.Minute

// maxPages is how many pages a stream of the suite may have at most.
const maxPages = 500

// bench is one check at work.
type bench struct {
	T
	h     Harness
	rig   Rig
	words int
}

func newBench(t T, h Harness) *bench {
	t.Helper()
	b := &bench{T: t, h: h, rig: h.New(t)}
	if b.rig.Connector == nil || len(b.rig.Kinds) == 0 || b.rig.Say == nil {
		t.Fatalf("the rig lacks Connector, Kinds or Say")
	}
	if b.rig.History <= 0 {
		b.rig.History = 30 * 24 * time.Hour
	}
	if b.rig.Now == nil {
		b.rig.Now = time.Now
	}
	return b
}

// open gives a connector that is closed at the end of the check.
func (b *bench) open() inbox.Connector {
	c := b.rig.Connector()
	b.Cleanup(func() {
		if err := c.Close(); err != nil {
			b.Errorf("close: %v", err)
		}
	})
	return c
}

// ready gives a connector that has spoken with its network: what some can do
// depends on what the network says of itself.
func (b *bench) ready() inbox.Connector {
	b.Helper()
	c := b.open()
	ctx, cancel := context.WithTimeout(b.Context(), patience)
	defer cancel()
	if _, err := c.Check(ctx); err != nil {
		b.Fatalf("check: %v", err)
	}
	return c
}

// sentence makes a text that no other has.
func (b *bench) sentence() string {
	b.words++
	return fmt.Sprintf("Bonjour, vous ouvrez demain ? (%d)", b.words)
}

// say lets n strangers write, of all kinds in turn; it returns id → text.
func (b *bench) say(n int) map[string]string {
	said := map[string]string{}
	for range n {
		text := b.sentence()
		id := b.rig.Say(b.rig.Kinds[b.words%len(b.rig.Kinds)], text)
		if id == "" {
			b.Fatalf("the rig said %q without an id", text)
		}
		if _, twice := said[id]; twice {
			b.Fatalf("the rig gave the id %q twice", id)
		}
		said[id] = text
	}
	return said
}

// cursors is where a reader stands, stream by stream.
type cursors map[inbox.Stream]string

// catch is what was read.
type catch struct {
	messages map[string][]inbox.Message // by remote id, as often as it came
	deleted  map[string]bool
	refused  []inbox.Refusal
	stops    []cursors  // where the reader stood after each page
	order    [][]string // remote ids of each page
}

func newCatch() *catch {
	return &catch{messages: map[string][]inbox.Message{}, deleted: map[string]bool{}}
}

func (k *catch) add(p inbox.Page) {
	var ids []string
	for _, m := range p.Messages {
		ids = append(ids, m.Remote)
		k.messages[m.Remote] = append(k.messages[m.Remote], m)
		if m.Deleted {
			k.deleted[m.Remote] = true
		}
	}
	for _, id := range p.Deleted {
		k.deleted[id] = true
	}
	k.refused = append(k.refused, p.Refused...)
	k.order = append(k.order, ids)
}

func (b *bench) fetch(ctx context.Context, c inbox.Connector, s inbox.Stream, cursor string, limit int) (inbox.Page, error) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	return c.Fetch(ctx, inbox.FetchRequest{
		Stream: s, Cursor: cursor, Limit: limit, History: b.rig.History, Now: b.rig.Now(),
	})
}

// drain reads every stream to its end and moves at. between is called after
// each page.
func (b *bench) drain(c inbox.Connector, at cursors, limit int, between func()) *catch {
	b.Helper()
	got := newCatch()
	for _, s := range c.Caps().Streams {
		for n := 0; ; n++ {
			p, err := b.fetch(b.Context(), c, s, at[s], limit)
			if err != nil {
				b.Fatalf("fetch %s from %q: %v", s, at[s], err)
			}
			got.add(p)
			at[s] = p.Cursor
			got.stops = append(got.stops, maps.Clone(at))
			if between != nil {
				between()
			}
			if !p.More {
				break
			}
			if n == maxPages {
				b.Fatalf("fetch %s: no end after %d pages", s, n)
			}
		}
	}
	return got
}

// all reads everything with a fresh connector.
func (b *bench) all() *catch {
	b.Helper()
	return b.drain(b.open(), cursors{}, 0, nil)
}

// missing lists the ids of want that were not caught.
func (k *catch) missing(want map[string]string) []string {
	var out []string
	for _, id := range slices.Sorted(maps.Keys(want)) {
		if len(k.messages[id]) == 0 {
			out = append(out, id)
		}
	}
	return out
}

// one returns a caught item of theirs that has the kind, to answer to.
func (b *bench) one(kind inbox.Kind) inbox.Message {
	b.Helper()
	text := b.sentence()
	id := b.rig.Say(kind, text)
	got := b.all()
	if len(got.messages[id]) == 0 {
		b.Fatalf("a new %s (%s) was not fetched", kind, id)
	}
	return got.messages[id][0]
}

// needFault ends the check when faults cannot be made.
func (b *bench) needFault() {
	b.Helper()
	if b.rig.Fault == nil {
		b.Skipf("faults of this network cannot be made")
	}
}

// needAct ends the check when the account cannot do it; it returns the class.
func (b *bench) needAct(kind inbox.ActionKind) inbox.Class {
	b.Helper()
	if !b.h.Info.Caps.Can(kind) {
		b.Skipf("%s has no %s", b.h.Info.Network, kind)
	}
	return b.h.Info.Caps.ClassOf(kind)
}

// reply makes an answer to m with a text and key of its own.
func (b *bench) reply(m inbox.Message) inbox.Action {
	text := "Oui, dès 7 h 30 ! " + b.sentence()
	now := b.rig.Now()
	postID := ""
	if m.Post != nil {
		postID = m.Post.ID
	}
	return inbox.Action{
		ID: inbox.ActionID(b.words), Key: fmt.Sprintf("01KEY%021d", b.words), Epoch: "conformance",
		Kind: inbox.ActReply, Account: b.rig.Account, Conversation: m.Conversation,
		Target: m.Remote, Author: m.Author.ID, Text: text, ThreadKind: m.Kind, PostID: postID, State: inbox.Sending, Attempt: 1,
		CreatedAt: now, FirstWire: now, LastWire: now,
	}
}

func (b *bench) do(c inbox.Connector, a inbox.Action) (inbox.Receipt, error) {
	ctx, cancel := context.WithTimeout(b.Context(), patience)
	defer cancel()
	return c.Do(ctx, a)
}

// threadOf is the thread that a message begins, as the store would have it.
func (b *bench) threadOf(m inbox.Message) inbox.Thread {
	m.Account, m.Origin = b.rig.Account, inbox.Live
	t := inbox.Thread{ID: 1, Account: b.rig.Account, Network: b.h.Info.Network}
	inbox.Receive(&t, m, inbox.Native, b.rig.Now())
	return t
}

// wait is the wait that a RetryError asks for; ok is false for any other.
func wait(err error) (after time.Duration, ok bool) {
	var retry *inbox.RetryError
	if !errors.As(err, &retry) {
		return 0, false
	}
	return retry.After, true
}

func uncertain(err error) bool {
	var doubt *inbox.UncertainError
	return errors.As(err, &doubt)
}
