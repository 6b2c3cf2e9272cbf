package mastodon

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"pgregory.net/rapid"

	"vigie/connectors/sandbox/fault"
	"vigie/inbox"
)

// sender carries out answers as an outbox must: after a doubt it looks, and
// sends again only where the class says that it cannot double.
type sender struct {
	n *network
	c inbox.Connector
}

// end is what became of an answer.
type end string

const (
	endSent  end = "sent"  // the network says so
	endHuman end = "human" // only a person can decide
	endOpen  end = "open"  // surely not done, and given up
)

// send draws a fault for each attempt and each look. None of them hangs: time
// is moved by hand, and a request that is over for us must be over there, as it
// is after the half minute that an outbox waits.
func (s sender) send(t *rapid.T, a inbox.Action) end {
	kinds := []fault.Kind{
		fault.None, fault.None, fault.LostAnswer, fault.LostError, fault.Drop, fault.ServerError, fault.TooMany, fault.Unavailable,
		fault.Garbage,
	}
	doubted := false
	a.FirstWire = s.n.clock.Now()
	for range 6 {
		f := fault.Fault{
			Kind: rapid.SampledFrom(kinds).Draw(t, "fault"), Writes: rapid.Bool().Draw(t, "writes only"),
			Times: rapid.IntRange(1, 3).Draw(t, "times"), After: 20 * time.Second,
		}
		s.n.server.Fault(f)
		_, err := s.c.Do(context.Background(), a)
		if rapid.Bool().Draw(t, "well again") {
			s.n.server.Fault(fault.Fault{})
		}
		var retry *inbox.RetryError
		var doubt *inbox.UncertainError
		switch {
		case err == nil:
			return endSent
		case errors.As(err, &doubt):
			doubted = true
		case !errors.As(err, &retry):
			t.Fatalf("%v", err)
		}
		s.n.clock.Advance(30*time.Second + time.Duration(rapid.IntRange(0, 600).Draw(t, "seconds"))*time.Second)
		if !doubted {
			continue
		}
		if e, over := s.settle(a); over {
			return e
		}
	}
	if doubted {
		return endHuman
	}
	return endOpen
}

// settle looks for a doubtful answer; over is false when the same may be sent
// again.
func (s sender) settle(a inbox.Action) (e end, over bool) {
	_, there, err := s.c.(inbox.Finder).Find(context.Background(), a)
	caps := s.c.Caps()
	switch {
	case errors.Is(err, inbox.ErrConflict):
		return endHuman, true
	case err == nil && there:
		return endSent, true
	case caps.ClassOf(a.Kind) != inbox.ClassA, s.n.clock.Now().Sub(a.FirstWire) >= caps.KeyWindow/2:
		return endHuman, true
	}
	return "", false
}

// TestNoAnswerIsDoubled: whatever the network does to requests and answers,
// however late its lists and keys are, it carries an answer out at most once,
// and one that counts as sent exactly once.
func TestNoAnswerIsDoubled(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		n := newNetwork(t, rapid.Bool().Draw(rt, "a fork"))
		defer n.served.Down(true)
		n.server.Lag = time.Duration(rapid.IntRange(0, 120).Draw(rt, "lag of lists")) * time.Second
		n.server.KeyLate = time.Duration(rapid.IntRange(0, 29).Draw(rt, "lag of keys")) * time.Second
		c := n.greeted()
		defer c.Close()
		for i := range rapid.IntRange(1, 4).Draw(rt, "answers") {
			n.server.Fault(fault.Fault{})
			a := reply(n.say(inbox.KindMention, "Bonjour"), fmt.Sprintf("Oui, pour la %de fois", i+1))
			a.ThreadKind = inbox.KindMention
			if rapid.Bool().Draw(rt, "private") {
				a.Kind = inbox.ActPrivate
			}
			became, times := sender{n, c}.send(rt, a), n.sent(a.Text)
			if times > 1 || became == endSent && times != 1 || became == endOpen && times != 0 {
				rt.Fatalf("%s counts as %s and is on the network %d times", a.Kind, became, times)
			}
		}
	})
}
