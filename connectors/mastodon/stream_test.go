package mastodon

import (
	"errors"
	"testing"
	"time"

	"vigie/inbox"
)

func TestNoStreaming(t *testing.T) {
	c := fixture(t, map[string]string{"/api/v1/accounts/verify_credentials": meJSON})
	if err := c.(inbox.Waiter).Wait(t.Context()); err == nil {
		err = c.(inbox.Waiter).Wait(t.Context())
		t.Errorf("wait: %v", err)
	} else if !errors.Is(err, inbox.ErrUnsupported) {
		t.Errorf("wait: %v, want ErrUnsupported", err)
	}
	if c.Caps().Push {
		t.Error("Caps still promises push")
	}
}

func TestStreamTellsOfEdits(t *testing.T) {
	for name, fork := range map[string]bool{"events": false, "websocket": true} {
		t.Run(name, func(t *testing.T) {
			n := newNetwork(t, fork)
			id := n.say(inbox.KindMention, "Vous ouvrez demin ?")
			c := opened(t, n)
			w := c.(inbox.Waiter)
			if err := w.Wait(t.Context()); err != nil { // it listens now
				t.Fatal(err)
			}
			req := inbox.FetchRequest{Stream: inbox.StreamMentions, History: time.Hour, Now: n.clock.Now()}
			for range 2 {
				p, err := c.Fetch(t.Context(), req)
				if err != nil {
					t.Fatal(err)
				}
				req.Cursor = p.Cursor
			}
			if err := n.world.Edit(n.item(id).ID, "Vous ouvrez demain ?"); err != nil {
				t.Fatal(err)
			}
			if err := w.Wait(t.Context()); err != nil {
				t.Fatal(err)
			}
			p, err := c.Fetch(t.Context(), req)
			if err != nil || len(p.Messages) != 1 || p.Messages[0].Text.String() != "Vous ouvrez demain ?" || p.Messages[0].Edited.IsZero() {
				t.Errorf("%+v %v", p, err)
			}
		})
	}
}
