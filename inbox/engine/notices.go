package engine

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"strconv"
	"sync"
	"time"

	"vigie/inbox"
	"vigie/inbox/text"
)

const (
	// keptNotices is how many notices are kept for sessions to read.
	keptNotices = 200
	// noticeGather is how long a first notice waits for more of its kind.
	noticeGather = time.Second
	// noticeGap is the least time between two notices of a client and a reason.
	noticeGap = time.Minute
	// expirySoon is how long before its end a sign-in is told of.
	expirySoon = 3 * 24 * time.Hour
	// noticePiece is how many events are looked at in one go.
	noticePiece = 500
)

// notices are what sessions can read of what was told.
type notices struct {
	mu    sync.Mutex
	list  []inbox.Notice // the newest keptNotices, oldest first
	seq   uint64
	quiet time.Time // until then only badges ring
}

// Notices are those after one, oldest first: as far as they are kept, since the
// server started.
func (e *Engine) Notices(ctx context.Context, after uint64) ([]inbox.Notice, error) {
	e.told.mu.Lock()
	defer e.told.mu.Unlock()
	i := slices.IndexFunc(e.told.list, func(n inbox.Notice) bool { return n.Seq > after })
	if i < 0 {
		return nil, ctx.Err()
	}
	return slices.Clone(e.told.list[i:]), ctx.Err()
}

// Quiet silences all notices but those of persons whose badge rings, until a
// time or the end of the server; one that is past ends the silence. What is
// silenced is not told later, but for a sign-in that has still ended then.
func (e *Engine) Quiet(ctx context.Context, until time.Time) error {
	e.told.mu.Lock()
	defer e.told.mu.Unlock()
	e.told.quiet = until
	return ctx.Err()
}

// keep numbers a notice and keeps it, unless it is silenced.
func (n *notices) keep(x inbox.Notice, now time.Time, resting bool) (inbox.Notice, bool) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if x.Why != inbox.NoticePerson && (resting || n.quiet.After(now)) {
		return x, false
	}
	n.seq++
	x.Seq = n.seq
	n.list = append(n.list, x)
	if over := len(n.list) - keptNotices; over > 0 {
		n.list = slices.Delete(n.list, 0, over)
	}
	return x, true
}

// topic is what is told at most once in a noticeGap.
type topic struct {
	client inbox.ClientID
	why    inbox.NoticeWhy
}

// crier finds out what is to be told, and when. It belongs to one goroutine.
type crier struct {
	e       *Engine
	heard   inbox.EventID // the newest event that was looked at
	pending map[topic]inbox.Notice
	due     map[topic]time.Time
	last    map[topic]time.Time
	asked   map[inbox.ActionID]bool    // actions about which a person was told
	faults  map[inbox.AccountID]string // what was told of accounts
	hook    chan inbox.Notice
}

func newCrier(e *Engine, heard inbox.EventID) *crier {
	return &crier{
		e: e, heard: heard, pending: map[topic]inbox.Notice{}, due: map[topic]time.Time{}, last: map[topic]time.Time{},
		asked: map[inbox.ActionID]bool{}, faults: map[inbox.AccountID]string{}, hook: make(chan inbox.Notice, keptNotices),
	}
}

// beginNotices remembers where the log ends: what is before was there when
// people last looked.
func (e *Engine) beginNotices(ctx context.Context) error {
	newest, err := e.repo.LastEvents(ctx, 0, 1)
	switch {
	case errors.Is(err, inbox.ErrDamaged):
		e.log.Error("nothing that happens is told at once", "error", err)
		e.crier = newCrier(e, math.MaxUint64)
	case err != nil:
		return fmt.Errorf("look where the log ends: %w", err)
	case len(newest) > 0:
		e.crier = newCrier(e, newest[0].ID)
	default:
		e.crier = newCrier(e, 0)
	}
	return nil
}

// noticeLoop looks at what happens, as a session does, and tells what cannot
// wait.
func (e *Engine) noticeLoop(ctx context.Context) {
	sub := e.Subscribe()
	defer sub.Close()
	c := e.crier
	seen := []inbox.Change{{All: true}}
	for {
		if err := c.listen(ctx, seen); err != nil && ctx.Err() == nil {
			e.log.Error("look for what is to be told", "error", err)
		}
		c.cry(e.now())
		if e.crowded() { // it changes all the time
			pause(ctx, crowdRest)
		}
		waiting, cancel := context.WithTimeout(ctx, c.rest(e.now()))
		var err error
		seen, err = sub.Next(waiting)
		timeout := waiting.Err() != nil
		cancel()
		if ctx.Err() != nil || err != nil && !timeout {
			return
		}
	}
}

// rest is how long nothing needs to be told.
func (c *crier) rest(now time.Time) time.Duration {
	wait := longestSleep
	for _, at := range c.due {
		wait = min(wait, max(at.Sub(now), time.Millisecond))
	}
	return wait
}

// listen looks at what changed, and from time to time at what only time does.
func (c *crier) listen(ctx context.Context, seen []inbox.Change) error {
	is := func(about func(inbox.Change) bool) bool { return slices.ContainsFunc(seen, about) }
	if is(func(ch inbox.Change) bool { return ch.All || ch.Thread != 0 }) {
		if err := c.events(ctx); err != nil {
			return err
		}
	}
	if is(func(ch inbox.Change) bool { return ch.All || ch.Outbox }) {
		if err := c.actions(ctx); err != nil {
			return err
		}
	}
	if len(seen) == 0 || is(func(ch inbox.Change) bool { return ch.All || ch.Health }) {
		return c.accounts(ctx)
	}
	return nil
}

// events looks at what was told since it last did.
func (c *crier) events(ctx context.Context) error {
	for {
		events, err := c.e.repo.EventLog(ctx, c.heard, noticePiece)
		if err != nil {
			return fmt.Errorf("read the log: %w", err)
		}
		for _, ev := range events {
			if err := c.event(ctx, ev); err != nil && !gone(err) {
				return fmt.Errorf("look at event %d: %w", ev.ID, err)
			}
			c.heard = ev.ID
		}
		if len(events) < noticePiece {
			return nil
		}
	}
}

// event tells of an event that cannot wait.
func (c *crier) event(ctx context.Context, ev inbox.Event) error {
	why := whyOf(ev)
	if why == "" {
		return nil
	}
	t, err := c.e.repo.Thread(ctx, ev.Thread)
	if err != nil {
		return err
	}
	author := t.Author
	if why == inbox.NoticePerson {
		rings := false
		if author, rings, err = c.rings(ctx, t, ev); err != nil || !rings {
			return err
		}
	}
	if why == inbox.NoticeFailed {
		c.asked[ev.Action] = true
	}
	c.tell(inbox.Notice{Why: why, Client: t.Client, Thread: t.ID, Who: nameOf(author)})
	return nil
}

// whyOf is why an event may be told; "": it is not.
func whyOf(ev inbox.Event) inbox.NoticeWhy {
	switch ev.Verb {
	case inbox.Received:
		return inbox.NoticePerson
	case inbox.Overdue:
		return inbox.NoticeEscalation
	case inbox.Failed:
		return inbox.NoticeFailed
	case inbox.Alarmed:
		if len(ev.Args) > 0 && ev.Args[0] != strconv.Itoa(int(inbox.AlarmMissed)) {
			return inbox.NoticeWindow
		}
	}
	return ""
}

// rings reports whether who wrote a message has a badge that rings.
func (c *crier) rings(ctx context.Context, t inbox.Thread, ev inbox.Event) (inbox.Author, bool, error) {
	m, err := c.e.repo.MessageOf(ctx, t.Account, ev.Message)
	if err != nil || t.Split() != inbox.Inbox {
		return m.Author, false, err
	}
	p, err := c.e.repo.PersonOf(ctx, t.Client, t.Account, m.Author.ID)
	return m.Author, err == nil && p.Rings(), err
}

func nameOf(a inbox.Author) text.Safe {
	if a.Name.Empty() {
		return a.Handle
	}
	return a.Name
}

// actions tells of what only a person can decide about sending.
func (c *crier) actions(ctx context.Context) error {
	open, err := c.e.repo.OpenActions(ctx)
	if err != nil {
		return fmt.Errorf("read the outbox: %w", err)
	}
	asked := map[inbox.ActionID]bool{}
	for _, a := range open {
		if a.State != inbox.NeedsYou && a.State != inbox.FailedAct {
			continue
		}
		asked[a.ID] = true
		if c.asked[a.ID] || a.State == inbox.FailedAct { // its event tells of that
			continue
		}
		n := inbox.Notice{Why: inbox.NoticeFailed, Client: a.Client, Thread: a.Thread}
		if t, err := c.e.repo.Thread(ctx, a.Thread); err == nil {
			n.Who = nameOf(t.Author)
		}
		c.tell(n)
	}
	c.asked = asked
	return nil
}

// accounts tells of sign-ins that ended, or will within days.
func (c *crier) accounts(ctx context.Context) error {
	list, err := c.e.Accounts(ctx)
	if err != nil {
		return err
	}
	now := c.e.now()
	for _, a := range list {
		fault := ""
		switch ends := a.Identity.Expires; {
		case a.Problem.Code == inbox.CodeAuth:
			fault = "refused"
		case !ends.IsZero() && ends.Sub(now) < expirySoon:
			fault = "ends " + ends.UTC().String()
		}
		if fault != "" && c.faults[a.Account.ID] != fault {
			c.tell(inbox.Notice{Why: inbox.NoticeAccount, Client: a.Account.Client, Who: text.CleanLine(a.Account.Handle)})
		}
		c.faults[a.Account.ID] = fault
	}
	return nil
}

// tell lets a notice wait for its time, together with those of its kind.
func (c *crier) tell(n inbox.Notice) {
	now := c.e.now()
	of := topic{n.Client, n.Why}
	p, waits := c.pending[of]
	if !waits {
		n.At, n.Number = now, 1
		c.pending[of] = n
		c.due[of] = later(now.Add(noticeGather), c.last[of].Add(noticeGap))
		return
	}
	p.Number++
	if p.Thread != n.Thread {
		p.Thread = 0
	}
	if p.Who != n.Who {
		p.Who = text.Safe{}
	}
	c.pending[of] = p
}

// cry tells what is due; also what the clock was put back from.
func (c *crier) cry(now time.Time) {
	for of, at := range c.due {
		if at.After(now) && !at.After(now.Add(noticeGap)) {
			continue
		}
		n := c.pending[of]
		delete(c.pending, of)
		delete(c.due, of)
		client, _ := c.e.Client(of.client)
		n, told := c.e.told.keep(n, now, rests(client, now))
		if !told {
			c.silenced(of)
			continue
		}
		c.last[of] = now
		c.e.changes.publish(inbox.Change{Notice: true})
		if c.e.notify == nil {
			continue
		}
		select {
		case c.hook <- n:
		default:
			c.e.log.Warn("the notice command is too slow: one is left out", "why", n.Why, "client", n.Client)
		}
	}
}

// silenced forgets what was to be told and still holds when people listen again:
// a sign-in that has ended.
func (c *crier) silenced(of topic) {
	for _, a := range c.e.allAccounts() {
		if set := a.set().Account; of.why == inbox.NoticeAccount && set.Client == of.client {
			delete(c.faults, set.ID)
		}
	}
}

// rests reports whether a client's quiet hours are on.
func rests(c inbox.Client, now time.Time) bool {
	if len(c.Quiet) == 0 {
		return false
	}
	at := now.In(zoneOf(c))
	clock := time.Duration(at.Hour())*time.Hour + time.Duration(at.Minute())*time.Minute
	return slices.ContainsFunc(c.Quiet, func(s inbox.Span) bool {
		if s.From <= s.To {
			return clock >= s.From && clock < s.To
		}
		return clock >= s.From || clock < s.To
	})
}

// hookLoop hands notices to whoever else wants them, one after another.
func (e *Engine) hookLoop(ctx context.Context) {
	for {
		select {
		case <-ctx.Done():
			return
		case n := <-e.crier.hook:
			if ctx.Err() != nil {
				return
			}
			if err := e.notify(ctx, n); err != nil && ctx.Err() == nil {
				e.log.Warn("tell a notice", "why", n.Why, "client", n.Client, "error", err)
			}
		}
	}
}
