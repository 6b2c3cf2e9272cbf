package sandbox

import (
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"
	"unicode/utf8"

	"vigie/inbox"
)

// handClock is a clock moved by hand.
type handClock struct {
	mu sync.Mutex
	t  time.Time
}

func newHandClock() *handClock {
	return &handClock{t: time.Date(2026, 11, 23, 8, 0, 0, 0, time.UTC)}
}

func (c *handClock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.t
}

func (c *handClock) Advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.t = c.t.Add(d)
}

func world(t *testing.T, o Options) *World {
	t.Helper()
	w, err := NewWorld(o)
	if err != nil {
		t.Fatal(err)
	}
	return w
}

func dump(w *World) string {
	var b strings.Builder
	for _, br := range w.Brands("") {
		for _, it := range w.Items(br.Account, nil) {
			poll := it.Poll
			it.Poll = nil // an address of its own in every world
			fmt.Fprintf(&b, "%+v %+v\n", it, poll)
		}
	}
	return b.String()
}

func TestWorldIsDeterministic(t *testing.T) {
	told := map[uint64]string{}
	for _, seed := range []uint64{1, 1, 2} {
		clock := newHandClock()
		w := world(t, Options{Clock: clock, Seed: seed})
		for range 50 {
			clock.Advance(3 * time.Second)
			w.Step(9 * time.Second)
		}
		got := dump(w)
		if before, ok := told[seed]; ok && before != got {
			t.Errorf("seed %d told two stories", seed)
		}
		told[seed] = got
	}
	if told[1] == told[2] {
		t.Error("two seeds told one story")
	}
}

func TestHistory(t *testing.T) {
	clock := newHandClock()
	w := world(t, Options{Clock: clock, Seed: 1})
	texts, threads, recent, dms := map[string]bool{}, 0, 0, 0
	for _, b := range w.Brands("") {
		for _, it := range w.Items(b.Account, nil) {
			if it.Deleted {
				continue
			}
			if texts[it.Text] {
				t.Errorf("told twice: %q", it.Text)
			}
			texts[it.Text] = true
			if it.At.After(clock.Now()) || clock.Now().Sub(it.At) > 31*24*time.Hour {
				t.Errorf("%d was written at %v", it.ID, it.At)
			}
			if it.Kind != Direct && utf8.RuneCountInString(it.Text) > 290 {
				t.Errorf("longer than a post may be: %q", it.Text)
			}
			if strings.ContainsAny(it.Text, "[|") && !strings.Contains(it.Text, "[31m") {
				t.Errorf("an alternative was not chosen: %q", it.Text)
			}
			starts := it.Person != 0 && (it.Root == it.ID || isPost(w, it.Parent))
			if starts {
				threads++
				if clock.Now().Sub(it.At) < 48*time.Hour {
					recent++
				}
				if it.Kind == Direct {
					dms++
				}
			}
		}
	}
	if threads < 300 || recent < 50 || dms < 50 {
		t.Errorf("%d threads, %d of the last two days, %d direct: too few", threads, recent, dms)
	}
}

func isPost(w *World, id ItemID) bool {
	it, err := w.Item(id)
	return err == nil && it.Kind == BrandPost
}

func TestPeopleAnswerBack(t *testing.T) {
	clock := newHandClock()
	w := world(t, Options{Clock: clock, Seed: 1})
	const account = inbox.AccountID("miette-mastodon")
	asked, backs := 0, 0
	for _, it := range w.Items(account, func(it Item) bool { return it.Person != 0 && !it.Deleted }) {
		if asked++; asked > 20 {
			break
		}
		answer, err := w.Write(Item{Account: account, Parent: it.ID, Text: "Bonjour, merci de votre message."})
		if err != nil {
			t.Fatal(err)
		}
		clock.Advance(time.Minute)
		for _, back := range w.Step(-1) {
			if back.Parent == answer.ID && back.Person == it.Person {
				backs++
			}
		}
	}
	if backs < 8 {
		t.Errorf("%d of 20 answered back", backs)
	}
}

func TestArrivals(t *testing.T) {
	clock := newHandClock()
	w := world(t, Options{Clock: clock, Seed: 3})
	n := 0
	stop := w.Watch(func(c Change) {
		if c.What == Wrote {
			n++
		}
	})
	for range 360 {
		clock.Advance(time.Second)
		w.Step(6 * time.Second)
	}
	stop()
	if n < 40 || n > 100 {
		t.Errorf("%d arrivals in 6 minutes, one in 6 s on average", n)
	}
	clock.Advance(time.Hour)
	before := n
	w.Step(6 * time.Second)
	if n != before {
		t.Error("a stopped watch was called")
	}
}

func TestDeletedItemsCannotBeAnswered(t *testing.T) {
	w := world(t, Options{Clock: newHandClock(), Empty: true})
	it, err := w.Say("miette-mastodon", inbox.KindMention, "Bonjour")
	if err != nil {
		t.Fatal(err)
	}
	if err := w.Delete(it.ID); err != nil {
		t.Fatal(err)
	}
	if _, err := w.Write(Item{Account: it.Account, Parent: it.ID, Text: "Oui"}); err == nil {
		t.Error("a deleted item was answered")
	}
	if err := w.Like(it.ID, true); err == nil {
		t.Error("a deleted item was liked")
	}
	got, err := w.Item(it.ID)
	if err != nil || !got.Deleted || got.Text != "" {
		t.Errorf("%+v %v", got, err)
	}
}
