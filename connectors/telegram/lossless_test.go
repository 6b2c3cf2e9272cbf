package telegram

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"vigie/connectors/sandbox"
	"vigie/inbox"
)

// keeper is a program that collects: what it stored is stored with the cursor,
// all or nothing, and outlives it.
type keeper struct {
	n      *network
	stored map[string]int
	cursor string
	conn   inbox.Connector
}

func newKeeper(n *network) *keeper {
	return &keeper{n: n, stored: map[string]int{}, conn: n.open()}
}

// die ends the program and starts another one, which knows what was stored.
func (k *keeper) die() {
	_ = k.conn.Close() // as little as a kill does: it holds nothing on the network
	k.conn = k.n.open()
}

func (k *keeper) fetch(limit int) inbox.Page {
	k.n.t.Helper()
	p, err := k.conn.Fetch(k.n.t.Context(), inbox.FetchRequest{Stream: inbox.StreamMentions, Cursor: k.cursor, Limit: limit, Now: k.n.clock.Now()})
	if err != nil {
		k.n.t.Fatalf("fetch: %v", err)
	}
	return p
}

func (k *keeper) commit(p inbox.Page) {
	for _, m := range p.Messages {
		k.stored[m.Remote]++
	}
	k.cursor = p.Cursor
}

// Telegram throws away what is confirmed, and the server of this test is as
// strict. A program that dies at any point, between what it fetched and what
// it stored, while it waits, or between two pages, loses nothing.
func TestNothingIsLostByAKillAtAnyPoint(t *testing.T) {
	points := []string{"before fetch", "after fetch", "after commit", "after wait", "between pages", "store failed"}
	for seed := range uint64(24) {
		rng := rand.New(rand.NewPCG(seed, 1))
		n := newNetwork(t, nil)
		k := newKeeper(n)
		said := map[string]bool{}
		hit := map[string]bool{}
		for step := range 60 {
			for range rng.IntN(4) {
				said[n.say([]inbox.Kind{inbox.KindMention, inbox.KindComment, inbox.KindDM}[rng.IntN(3)], fmt.Sprintf("mot %d", step))] = true
			}
			limit := []int{0, 1, 3}[rng.IntN(3)]
			point := points[rng.IntN(len(points))]
			hit[point] = true
			switch point {
			case "before fetch":
				k.die()
			case "after fetch":
				k.fetch(limit)
				k.die()
			case "after commit":
				k.commit(k.fetch(limit))
				k.die()
			case "after wait":
				for p := k.fetch(0); len(p.Messages) > 0; p = k.fetch(0) {
					k.commit(p)
				}
				said[n.say(inbox.KindDM, "réveil")] = true
				if err := k.conn.(inbox.Waiter).Wait(t.Context()); err != nil {
					t.Fatalf("wait: %v", err)
				}
				k.die()
			case "between pages":
				k.commit(k.fetch(1))
				k.fetch(1)
				k.die()
			case "store failed": // and the program goes on
				k.fetch(limit)
				k.commit(k.fetch(limit))
			}
		}
		for p := k.fetch(0); len(p.Messages) > 0; p = k.fetch(0) {
			k.commit(p)
		}
		for id := range said {
			if k.stored[id] != 1 {
				t.Errorf("seed %d: %s was stored %d times", seed, id, k.stored[id])
			}
		}
		if len(k.stored) != len(said) || len(hit) != len(points) || n.server.Pending(ourAccount) != 0 {
			t.Errorf("seed %d: stored %d of %d, points %v, %d pending", seed, len(k.stored), len(said), hit, n.server.Pending(ourAccount))
		}
		_ = k.conn.Close()
	}
}

// No request ever confirms more than a cursor that was given to Fetch.
func TestOnlyAStoredCursorConfirms(t *testing.T) {
	n := newNetwork(t, nil)
	k := newKeeper(n)
	defer k.conn.Close()
	n.say(inbox.KindDM, "un")
	p := k.fetch(0)
	ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancel()
	_ = k.conn.(inbox.Waiter).Wait(ctx)
	for range 3 {
		k.fetch(0)
	}
	if got := n.server.Pending(ourAccount); got != 1 {
		t.Errorf("%d updates pending before the cursor was stored, want 1", got)
	}
	k.commit(p)
	k.fetch(0)
	if got := n.server.Pending(ourAccount); got != 0 {
		t.Errorf("%d updates pending after the cursor was given back, want 0", got)
	}
}

func TestAFetchEndsAWait(t *testing.T) {
	n := newNetwork(t, nil)
	k := newKeeper(n)
	defer k.conn.Close()
	k.commit(k.fetch(0))
	woken := make(chan error, 1)
	go func() { woken <- k.conn.(inbox.Waiter).Wait(t.Context()) }()
	<-n.polls
	for range 5 {
		k.commit(k.fetch(0)) // not after fifty seconds, and no conflict
	}
	select {
	case err := <-woken:
		t.Fatalf("nothing came, and wait returned %v", err)
	default:
	}
	id := n.say(inbox.KindDM, "bonjour")
	if err := <-woken; err != nil {
		t.Fatalf("wait: %v", err)
	}
	before := n.served.Calls()
	if p := k.fetch(0); len(p.Messages) != 1 || p.Messages[0].Remote != id {
		t.Errorf("after the wait: %+v", p.Messages)
	}
	if n.served.Calls() != before {
		t.Errorf("what the wait got was asked for again")
	}
}

func TestAServerThatDoesNotWaitIsNotAskedInAHurry(t *testing.T) {
	n := newNetwork(t, func(s *sandbox.Telegram) { s.Hurry = true })
	k := newKeeper(n)
	defer k.conn.Close()
	k.commit(k.fetch(0))
	before := n.served.Calls()
	err := k.conn.(inbox.Waiter).Wait(t.Context())
	if !errors.Is(err, inbox.ErrUnsupported) || k.conn.Caps().Push {
		t.Errorf("wait: %v, push %t; want ErrUnsupported and no push", err, k.conn.Caps().Push)
	}
	if calls := n.served.Calls() - before; calls != shortMost {
		t.Errorf("%d calls, want %d", calls, shortMost)
	}
}

func TestAnotherReaderIsTold(t *testing.T) {
	n := newNetwork(t, nil)
	c := n.open()
	defer c.Close()
	n.server.Webhook(ourAccount, "https://elsewhere.example/hook")
	_, err := c.Check(t.Context())
	var p inbox.Problem
	if !errors.As(err, &p) || p.Code != inbox.CodeRival || p.Args[0] != "webhook" {
		t.Errorf("check with a webhook: %v", err)
	}
	_, err = c.Fetch(t.Context(), inbox.FetchRequest{Stream: inbox.StreamMentions})
	if !errors.As(err, &p) || p.Code != inbox.CodeRival || p.Args[0] != "webhook" {
		t.Errorf("fetch with a webhook: %v", err)
	}
	n.server.Webhook(ourAccount, "")

	first := make(chan error, 1)
	other := n.open()
	defer other.Close()
	go func() { first <- c.(inbox.Waiter).Wait(t.Context()) }()
	for told := false; !told; { // the second one takes the updates away as soon as the first one waits
		if _, err := other.Fetch(t.Context(), inbox.FetchRequest{Stream: inbox.StreamMentions}); err != nil {
			t.Errorf("the second reader: %v", err)
		}
		select {
		case err := <-first:
			if told = true; !errors.As(err, &p) || p.Code != inbox.CodeRival || p.Args[0] != "getUpdates" {
				t.Errorf("the first of two readers: %v", err)
			}
		default:
		}
	}
}

// What Telegram threw away because nobody came for a day is told.
func TestUpdatesOlderThanADayAreToldAsLost(t *testing.T) {
	n := newNetwork(t, nil)
	k := newKeeper(n)
	n.say(inbox.KindDM, "un")
	k.commit(k.fetch(0))
	k.commit(k.fetch(0))
	for range 3 {
		n.say(inbox.KindDM, "perdu")
	}
	n.clock.Advance(25 * time.Hour)
	n.say(inbox.KindDM, "gardé")
	k.die()
	defer k.conn.Close()
	p := k.fetch(0)
	if len(p.Messages) != 1 || p.Messages[0].Text.String() != "gardé" || len(p.Refused) != 1 || p.Refused[0].Item != "updates 700000002–700000004" {
		t.Errorf("messages %+v, refused %+v", p.Messages, p.Refused)
	}
	k.commit(p)
	n.clock.Advance(90 * time.Hour) // a silence in which nothing is lost
	n.say(inbox.KindDM, "après")
	if p := k.fetch(0); len(p.Messages) != 1 || len(p.Refused) != 0 {
		t.Errorf("after a silence: messages %+v, refused %+v", p.Messages, p.Refused)
	}
}
