package mail

import (
	"context"
	"fmt"
	"sync"
	"time"

	"vigie/inbox"
)

// goodbye is how long a server may take to end IDLE.
const goodbye = 5 * time.Second

// Wait blocks until INBOX has grown. It lets go of the connection whenever
// somebody else wants it. IDLE is begun anew every 28 minutes.
func (c *connector) Wait(ctx context.Context) error {
	for {
		news, err := c.listen(ctx)
		if news || err != nil {
			return err
		}
	}
}

// listen waits on the connection until something is new or somebody else wants
// the connection.
func (c *connector) listen(ctx context.Context) (news bool, err error) {
	if err := c.hold(ctx); err != nil {
		return false, fmt.Errorf("wait for mail: %w", err)
	}
	defer c.leave()
	if c.line == nil {
		if c.line, err = c.signIn(ctx); err != nil {
			return false, fmt.Errorf("wait for mail: %w", err)
		}
	}
	s := c.line
	if c.isDeaf() {
		return false, fmt.Errorf("wait for mail: %s has no IDLE: %w", c.imap, inbox.ErrUnsupported)
	}
	s.meter.left.Store(maxAnswer)
	if news, err = c.idle(ctx, s); err != nil {
		c.hangUp()
		return false, c.told(ctx, "wait for mail", err)
	}
	return news, nil
}

func (c *connector) isDeaf() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.deaf
}

// idle listens to INBOX. What came between the last Fetch and now is news too.
func (c *connector) idle(ctx context.Context, s *session) (bool, error) {
	stop, answered := context.AfterFunc(ctx, s.hangUp), s.meter.asked()
	rest := sync.OnceFunc(func() { answered(); stop() })
	defer rest()
	data, err := s.choose(inboxName)
	if err != nil {
		return false, err
	}
	next := uint32(data.UIDNext)
	fresh := c.seen == 0 || next > c.seen // at first nobody knows since when
	c.seen = next                         // told once: what is not fetched then comes with the next poll
	if fresh {
		return true, nil
	}
	cmd, err := s.Idle()
	if err != nil {
		return false, err
	}
	rest()
	news := false
	select {
	case <-s.news:
		news = true
	case <-c.yield:
	case <-ctx.Done():
	case <-s.Closed():
	}
	late := time.AfterFunc(goodbye, s.hangUp)
	defer late.Stop()
	if err := cmd.Close(); err != nil {
		return news, err
	}
	if err := cmd.Wait(); err != nil {
		return news, err
	}
	return news, ctx.Err()
}
