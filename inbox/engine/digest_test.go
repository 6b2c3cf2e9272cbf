package engine_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"vigie/inbox"
)

// count is a digest by hand, of what the test itself did.
type count struct {
	received, answered int
	persons            map[string]bool
	done, snoozed      map[inbox.ThreadID]bool
}

// TestDigest compares the digest with what a day of random acts was, after a
// day that does not count and some history.
func TestDigest(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := &network{class: inbox.ClassC}
		b := newBench(t, n)
		defer b.close()
		aims := settings(b.conn)
		aims.Clients[0].Target = 10 * time.Minute
		b.must(b.eng.Reconfigure(t.Context(), aims))
		for i := range 5 {
			n.write("old", fmt.Sprintf("h%d", i), fmt.Sprintf("h%d", i), "Bonjour", time.Now().Add(-200*time.Hour))
			n.write("eve", fmt.Sprintf("e%d", i), fmt.Sprintf("e%d", i), "Bonjour", time.Now())
		}
		b.sync()
		b.eng.Start()
		b.must(b.eng.Done(t.Context(), b.by, []inbox.ThreadID{b.byName()["e0"]}))
		time.Sleep(time.Hour)
		since := time.Now()
		c := day(b, rand.New(rand.NewPCG(42, 42)))
		d, err := b.eng.Digest(t.Context(), since)
		if err != nil {
			t.Fatal(err)
		}
		got := d.Clients[0]
		if !d.Since.Equal(since) || got.Client != "miette" || len(d.Clients) != 1 {
			t.Errorf("%+v", d)
		}
		if got.Total() != c.received || got.Persons != len(c.persons) || got.Answered != c.answered {
			t.Errorf("%d received of %d persons, %d answered; want %d of %d, %d", got.Total(), got.Persons, got.Answered, c.received, len(c.persons), c.answered)
		}
		if got.Done != len(c.done) || got.Snoozed != len(c.snoozed) {
			t.Errorf("%d done, %d snoozed; want %d, %d", got.Done, got.Snoozed, len(c.done), len(c.snoozed))
		}
		if waiting := len(b.threads(inbox.Ours)); got.Waiting != waiting || waiting == 0 {
			t.Errorf("%d are waiting, want %d", got.Waiting, waiting)
		}
		late := 0
		for _, th := range b.threads(inbox.Ours) {
			if at, _ := th.Deadline(); !at.IsZero() && !at.After(time.Now()) {
				late++
			}
		}
		if got.Overdue != late || late == 0 || late == got.Waiting {
			t.Errorf("%d of %d are overdue, want %d", got.Overdue, got.Waiting, late)
		}
		first := b.threads(inbox.Ours)
		slices.SortFunc(first, func(a, b inbox.Thread) int { return a.Rank.Compare(b.Rank) })
		for i, th := range first[:inbox.MostFirst] {
			if len(got.First) != inbox.MostFirst || !got.First[i].Rank.Equal(th.Rank) {
				t.Errorf("first are %+v, want %+v", got.First, th)
			}
		}
		none, err := b.eng.Digest(t.Context(), time.Now().Add(time.Minute))
		if err != nil || none.Clients[0].Total()+none.Clients[0].Answered+none.Clients[0].Done != 0 {
			t.Errorf("what is still to come: %+v, %v", none, err)
		}
	})
}

// day lets a day happen, with a second life for some threads, and undoes some
// of what it does.
func day(b *bench, r *rand.Rand) count {
	b.t.Helper()
	c := count{persons: map[string]bool{}, done: map[inbox.ThreadID]bool{}, snoozed: map[inbox.ThreadID]bool{}}
	for i := range 120 {
		who, where := fmt.Sprintf("p%d", r.IntN(7)), fmt.Sprintf("c%d", r.IntN(15))
		b.net.write(who, where, fmt.Sprintf("m%d", i), "Une question ?", time.Now())
		b.sync()
		c.received++
		c.persons[who] = true
		ours := b.threads(inbox.Ours)
		id := ours[r.IntN(len(ours))].ID
		ids := []inbox.ThreadID{id}
		back := r.IntN(3) == 0
		switch r.IntN(4) {
		case 0:
			b.reply(id, fmt.Sprintf("Réponse %d", i))
			c.answered++
			back = false
		case 1:
			b.must(b.eng.Done(b.t.Context(), b.by, ids))
			if !back {
				c.done[id] = true
			}
		case 2:
			b.must(b.eng.Nap(b.t.Context(), b.by, ids, "+5d"))
			if !back {
				c.snoozed[id] = true
			}
		default:
			back = false
		}
		if back {
			b.undo(b.by)
		}
		time.Sleep(time.Minute)
		synctest.Wait()
	}
	return c
}

func TestLog(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, &network{class: inbox.ClassC})
		defer b.close()
		b.net.write("lea", "c1", "m1", "Bonjour", time.Now())
		b.sync()
		id := b.byName()["c1"]
		b.must(b.eng.Done(t.Context(), b.by, []inbox.ThreadID{id}))
		list, err := b.eng.Log(t.Context(), 0, 1)
		if err != nil || len(list) != 1 || list[0].Event.Verb != inbox.Finished || list[0].Thread.ID != id {
			t.Fatalf("%+v, %v", list, err)
		}
		list, err = b.eng.Log(t.Context(), list[0].Event.ID, 10)
		if err != nil || len(list) != 1 || list[0].Event.Verb != inbox.Received {
			t.Errorf("before it: %+v, %v", list, err)
		}
	})
}
