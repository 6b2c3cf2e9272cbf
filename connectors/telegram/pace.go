package telegram

import (
	"strconv"
	"sync"
	"time"

	"vigie/connectors/httpx"
	"vigie/inbox"
)

// The limits of core.telegram.org/bots/faq, "My bot is hitting limits": one
// message a second in a chat, twenty a minute in a group, about thirty a
// second in all.
const (
	chatPause   = time.Second
	groupMost   = 20
	groupPeriod = time.Minute
	allMost     = 30
)

// pace keeps what is sent below Telegram's limits. It is safe for concurrent
// use.
type pace struct {
	mu   sync.Mutex
	sent map[int64][]time.Time // of a chat, in the last minute
	all  []time.Time           // in the last second
}

func newPace() *pace { return &pace{sent: map[int64][]time.Time{}} }

// take counts a message to a chat, or says that it must wait.
func (p *pace) take(chat int64, now time.Time) error {
	if p == nil {
		return nil
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	for id, list := range p.sent {
		if list = younger(list, now, groupPeriod); len(list) == 0 {
			delete(p.sent, id)
		} else {
			p.sent[id] = list
		}
	}
	p.all = younger(p.all, now, time.Second)
	list, wait := p.sent[chat], time.Duration(0)
	if n := len(list); n > 0 {
		wait = max(wait, chatPause-now.Sub(list[n-1]))
	}
	if n := len(list); chat < 0 && n >= groupMost {
		wait = max(wait, groupPeriod-now.Sub(list[n-groupMost]))
	}
	if n := len(p.all); n >= allMost {
		wait = max(wait, time.Second-now.Sub(p.all[n-allMost]))
	}
	if wait > 0 {
		return &inbox.RetryError{After: min(wait, groupPeriod), Err: httpx.ErrResting}
	}
	p.sent[chat], p.all = append(list, now), append(p.all, now)
	return nil
}

// younger are the times that are not so old.
func younger(list []time.Time, now time.Time, age time.Duration) []time.Time {
	for len(list) > 0 && now.Sub(list[0]) >= age {
		list = list[1:]
	}
	return list
}

// bucket names a chat's calls: a wait that Telegram asks for in one chat is
// not kept in others.
func bucket(chat int64) string { return "chat " + strconv.FormatInt(chat, 10) }
