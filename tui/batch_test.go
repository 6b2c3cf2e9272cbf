package tui

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"vigie/inbox"
)

// slow takes a second for each thread, and fails at one.
type slow struct {
	simBackend
	now, most, asked *atomic.Int32
	fails            inbox.ThreadID
}

var errLost = errors.New("lost")

func (b slow) Thread(ctx context.Context, id inbox.ThreadID) (inbox.ThreadView, error) {
	b.asked.Add(1)
	n := b.now.Add(1)
	defer b.now.Add(-1)
	for most := b.most.Load(); n > most && !b.most.CompareAndSwap(most, n); most = b.most.Load() {
	}
	if id == b.fails {
		return inbox.ThreadView{}, errLost
	}
	select {
	case <-time.After(time.Second):
		return b.simBackend.Thread(ctx, id)
	case <-ctx.Done():
		return inbox.ThreadView{}, ctx.Err()
	}
}

// With an engine that takes a second for a thread, a hundred threads are ready
// to be asked about long before the time for it is over.
func TestBatchOfASlowEngine(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFake(monday())
		f.clients = testClients()
		f.accounts = []inbox.AccountStatus{account("miette-masto", "miette", "mastodon", "@miette@piaille.fr")}
		for i := range 100 {
			f.add("miette-masto", nil, theirs(inbox.KindMention, time.Duration(i)*time.Minute, author(fmt.Sprintf("a%d@b.fr", i), "Anna"), "Oui"))
		}
		b := slow{simBackend: simBackend{f}, now: new(atomic.Int32), most: new(atomic.Int32), asked: new(atomic.Int32)}
		s := newSim(t, f, 120, 40, func(o *Options) { o.Backend = b })
		s.keys("i")
		begun, marked := time.Now(), s.m.list.Marked()
		b.asked.Store(0)
		s.keys("l")
		s.wants("j'aime : 100 fils")
		if took := time.Since(begun); marked != 100 || took > 15*time.Second || b.most.Load() > atOnce {
			t.Errorf("%d marked, %v, %d at once", marked, took, b.most.Load())
		}
		s.keys("esc")
		b.fails = 50
		ts := s.m.list.Targets()
		b.asked.Store(0)
		if _, err := refusals(t.Context(), b, ts, inbox.ActLike); !errors.Is(err, errLost) || b.asked.Load() == 100 {
			t.Errorf("after a failure: %v, %d asked for", err, b.asked.Load())
		}
	})
}
