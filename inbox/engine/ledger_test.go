package engine_test

import (
	"context"
	"errors"
	"fmt"
	"hash/fnv"
	"sync"
	"time"

	"vigie/inbox"
	"vigie/inbox/text"
)

// mishap is what a network does with one request to write.
type mishap string

// The mishaps. The first group is carried out, the second is not.
const (
	fine       mishap = "carried out and answered"
	lostAnswer mishap = "carried out, answer lost"
	noID       mishap = "carried out, answer without an id"
	hangsAfter mishap = "carried out, then it hangs"

	brokeDown  mishap = "500, nothing done"
	hangs      mishap = "hangs, nothing done"
	notReached mishap = "not reached"
	tooMany    mishap = "429 with a wait of a minute"
	badContent mishap = "content brokeDown"
)

func mishaps() []mishap {
	return []mishap{fine, lostAnswer, noID, hangsAfter, brokeDown, hangs, notReached, tooMany, badContent}
}

// keyWindow is how long the ledger's network knows a key, and keyDelay how
// long after a post it begins to: a repetition within that doubles.
const (
	keyWindow = time.Hour
	keyDelay  = 10 * time.Second
)

// post is what the network carried out.
type post struct {
	id     string
	key    string
	target string
	talk   string // the conversation
	text   string
	said   string // at first
	at     time.Time
	edited time.Time
}

// ledger is a network that knows the truth: every post that it carried out.
// It survives the processes that speak to it.
type ledger struct {
	judge *judge
	class inbox.Class

	mu    sync.Mutex
	posts []post
	edits []string // keys of those that changed something
	items []inbox.Message
	next  []mishap      // of the next writes; then fine
	lag   time.Duration // until a post is in its own lists
	slow  time.Duration // for a write
}

// spoil sets what becomes of the next write.
func (l *ledger) spoil(m mishap) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.next = append(l.next, m)
}

func (l *ledger) setLag(d time.Duration) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.lag = d
}

// heal makes the network well.
func (l *ledger) heal() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.next = nil
}

func (l *ledger) say(n int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.items = append(l.items, inbox.Message{
		Remote: fmt.Sprint("question-", n), Conversation: fmt.Sprint("topic-", n), Kind: inbox.KindComment, At: time.Now().UTC(),
		Author: inbox.Author{ID: "lea", Handle: text.CleanLine("@lea")}, Text: text.Clean("Vous ouvrez demain ?"),
	})
}

// take is what becomes of this write.
func (l *ledger) take() (mishap, time.Duration) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.next) == 0 {
		return fine, l.slow
	}
	m := l.next[0]
	l.next = l.next[1:]
	return m, l.slow
}

// chosen is the id that we choose for a post of class B.
func chosen(key string) string {
	h := fnv.New64a()
	_, _ = h.Write([]byte(key)) // never fails
	return fmt.Sprintf("chosen-%x", h.Sum64())
}

// carryOut writes the post, as the class allows; exists tells that a post with
// our id was there.
func (l *ledger) carryOut(a inbox.Action) (id string, exists bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	now := time.Now()
	if a.Kind == inbox.ActEdit {
		return a.Target, l.revise(a, now)
	}
	for _, p := range l.posts {
		switch age := now.Sub(p.at); {
		case l.class == inbox.ClassA && p.key == a.Key && age >= keyDelay && age < keyWindow:
			return p.id, false
		case l.class == inbox.ClassB && p.id == chosen(a.Key):
			return p.id, true
		}
	}
	p := post{id: fmt.Sprint("post-", len(l.posts)+1), key: a.Key, target: a.Target, talk: a.Conversation, text: a.Text, said: a.Text, at: now}
	if l.class == inbox.ClassB {
		p.id = chosen(a.Key)
	}
	l.posts = append(l.posts, p)
	return p.id, false
}

// revise sets the text of a post; that it has it already changes nothing.
func (l *ledger) revise(a inbox.Action, now time.Time) (exists bool) {
	for i := range l.posts {
		if p := &l.posts[i]; p.id == a.Target && p.text != a.Text {
			p.text, p.edited = a.Text, now
			l.edits = append(l.edits, a.Key)
		}
	}
	return false
}

func (l *ledger) times(keys map[string]bool) (n int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, p := range l.posts {
		if keys[p.key] {
			n++
		}
	}
	for _, key := range l.edits {
		if keys[key] {
			n++
		}
	}
	return n
}

// connection is one process's line to the ledger's network.
type connection struct {
	*ledger
	life *life
}

var errLost = &inbox.UncertainError{Err: errors.New("the connection was lost")}

func (c connection) Check(context.Context) (inbox.Identity, error) {
	return inbox.Identity{Remote: "me", Handle: "@miette", Name: "Miette"}, nil
}

func (c connection) Caps() inbox.Caps {
	return inbox.Caps{
		Streams:   []inbox.Stream{inbox.StreamComments},
		Acts:      map[inbox.ActionKind]inbox.Capability{inbox.ActReply: {OK: true, Class: c.class}, inbox.ActEdit: {OK: true, Class: inbox.ClassS}},
		KeyWindow: keyWindow,
	}
}

func (c connection) ThreadCaps(inbox.Thread) inbox.Caps { return c.Caps() }

func (c connection) Fetch(context.Context, inbox.FetchRequest) (inbox.Page, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.life.dead() {
		return inbox.Page{}, errDead
	}
	page := inbox.Page{Messages: append([]inbox.Message(nil), c.items...), Cursor: "1"}
	for _, p := range c.posts {
		if time.Since(p.at) >= c.lag {
			page.Messages = append(page.Messages, inbox.Message{
				Remote: p.id, Conversation: p.talk, Parent: p.target, Kind: inbox.KindComment, At: p.at.UTC(),
				Author: inbox.Author{ID: "me", Handle: text.CleanLine("@miette")}, Text: text.Clean(p.text), Outgoing: true, Edited: p.edited,
			})
		}
	}
	return page, nil
}

// Do meets a mishap, and the end of the process at the points on the way.
func (c connection) Do(ctx context.Context, a inbox.Action) (inbox.Receipt, error) {
	c.judge.onWire(c.life, a)
	defer c.judge.offWire(a)
	m, slow := c.take()
	pause(ctx, slow)
	if c.life.at(afterDial) || m == notReached {
		return inbox.Receipt{}, &inbox.RetryError{Err: inbox.ErrUnreachable}
	}
	if c.life.at(afterHeaders) || c.life.dead() {
		return inbox.Receipt{}, errLost
	}
	switch m {
	case brokeDown:
		return inbox.Receipt{}, errLost
	case tooMany:
		return inbox.Receipt{}, &inbox.RetryError{After: time.Minute, Err: errors.New("429")}
	case badContent:
		return inbox.Receipt{}, fmt.Errorf("422: %w", inbox.ErrInvalid)
	case hangs:
		<-ctx.Done()
		return inbox.Receipt{}, errLost
	}
	id, exists := c.carryOut(a)
	if c.life.at(carriedOut) || m == lostAnswer || m == noID || exists {
		return inbox.Receipt{}, errLost
	}
	if m == hangsAfter {
		<-ctx.Done()
		return inbox.Receipt{}, errLost
	}
	return inbox.Receipt{Remote: id}, nil
}

// pause waits in the bubble's time.
func pause(ctx context.Context, d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
	case <-timer.C:
	}
}

// Find reads the network's lists, which lag, or asks for the chosen id.
func (c connection) Find(_ context.Context, a inbox.Action) (inbox.Receipt, bool, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	switch {
	case c.life.dead():
		return inbox.Receipt{}, false, errDead
	case c.class == inbox.ClassD:
		return inbox.Receipt{}, false, inbox.ErrUnsupported
	}
	var found []post
	for _, p := range c.posts {
		switch {
		case a.Kind == inbox.ActEdit && p.id == a.Target:
			return inbox.Receipt{Remote: p.id}, p.text == a.Text, nil
		case c.class == inbox.ClassB && p.id == chosen(a.Key):
			found = append(found, p)
		case c.class != inbox.ClassB && p.target == a.Target && p.said == a.Text && time.Since(p.at) >= c.lag && !p.at.Before(a.FirstWire.Add(-5*time.Minute)):
			found = append(found, p)
		}
	}
	switch len(found) {
	case 0:
		return inbox.Receipt{}, false, nil
	case 1:
		return inbox.Receipt{Remote: found[0].id}, true, nil
	}
	return inbox.Receipt{}, false, fmt.Errorf("%d posts match: %w", len(found), inbox.ErrConflict)
}

func (c connection) Close() error { return nil }
