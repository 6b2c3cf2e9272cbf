package engine_test

import (
	"context"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"vigie/inbox"
)

// shy tells which streams it has only when it was spoken to.
type shy struct {
	*network
	met     atomic.Bool
	refused atomic.Int32
}

func (s *shy) Check(ctx context.Context) (inbox.Identity, error) {
	s.met.Store(true)
	return s.network.Check(ctx)
}

func (s *shy) Caps() inbox.Caps {
	c := s.network.Caps()
	if !s.met.Load() {
		c.Streams = append(c.Streams, inbox.StreamReviews, inbox.StreamMessages)
	}
	return c
}

func (s *shy) Fetch(ctx context.Context, r inbox.FetchRequest) (inbox.Page, error) {
	if r.Stream != inbox.StreamMentions {
		s.refused.Add(1)
		return inbox.Page{}, inbox.ErrUnsupported
	}
	return s.network.Fetch(ctx, r)
}

// TestStreamsAreAskedAfterMeeting collects from a program that could have any
// stream until it says which: the others are not fetched.
func TestStreamsAreAskedAfterMeeting(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := &network{class: inbox.ClassC}
		n.say("c1", "m1", "Vous ouvrez demain ?", time.Now().Add(-time.Hour))
		conn := &shy{network: n}
		b := newBenchOf(t, n, conn, &outbox{})
		defer b.close()
		b.eng.Start()
		synctest.Wait()
		time.Sleep(time.Hour)
		synctest.Wait()
		b.only(inbox.Ours)
		if got := conn.refused.Load(); got != 0 {
			t.Errorf("%d fetches of streams that are not there", got)
		}
	})
}
