package engine

import (
	"context"
	"errors"
	"slices"
	"sync"
	"time"

	"vigie/inbox"
)

// suits reports whether an act can be done to a message by who wrote it.
func suits(k inbox.ActionKind, m inbox.Message) bool {
	switch k {
	case inbox.ActRead, inbox.ActLeave, inbox.ActRejoin:
		return true
	}
	return m.Outgoing == k.OfOwn()
}

// alters reports whether an act would change what a message is; of several the
// newest such is meant.
func alters(k inbox.ActionKind, m inbox.Message) bool {
	switch k {
	case inbox.ActApprove, inbox.ActUnhide, inbox.ActUnspam, inbox.ActRestore:
		return m.Status == k.TakesBack()
	case inbox.ActHold:
		return m.Status == ""
	case inbox.ActHide:
		return m.Status != inbox.StatusHidden && !m.Status.Shelved()
	case inbox.ActTrash:
		return m.Status != inbox.StatusTrash
	case inbox.ActReply:
		return m.Asks() && !m.Status.Shelved()
	case inbox.ActRemove, inbox.ActBlock, inbox.ActUnblock, inbox.ActReport:
		return true
	}
	return !m.Status.Shelved()
}

// gives is the status that an act gives a message; false: it gives none.
func gives(k inbox.ActionKind) (inbox.Status, bool) {
	puts := k.Puts()
	return puts, puts != "" || k == inbox.ActApprove
}

// judged is what an act that was carried out is known to have made of its
// target, before the network shows it: the status it had and the one it has;
// false: nothing is known of it.
func (e *Engine) judged(ctx context.Context, a inbox.Action) (was, is inbox.Status, known bool) {
	back := a.Kind == inbox.ActUnspam || a.Kind == inbox.ActRestore || a.Kind == inbox.ActUnhide
	is, known = gives(a.Kind)
	if !known && !back {
		return "", "", false
	}
	m, err := e.repo.MessageOf(ctx, a.Account, a.Target)
	if err != nil || m.Deleted {
		return "", "", false
	}
	if !back {
		return m.Status, is, true
	}
	if m.Status != a.Kind.TakesBack() {
		return m.Status, m.Status, true
	}
	events, err := e.repo.Events(ctx, a.Thread)
	if err != nil {
		return "", "", false
	}
	return m.Status, before(events, a.Target, m.Status), true
}

// before is the status that a message had before the one it has, as far as the
// events of its thread tell.
func before(events []inbox.Event, remote string, now inbox.Status) inbox.Status {
	for _, ev := range slices.Backward(events) {
		if ev.Message != remote || len(ev.Args) == 0 {
			continue
		}
		made := inbox.Status(ev.Args[0])
		if ev.Verb == inbox.Acted {
			made, _ = gives(inbox.ActionKind(ev.Args[0]))
		}
		if (ev.Verb != inbox.Acted && ev.Verb != inbox.Moderated) || made != now {
			continue
		}
		if len(ev.Args) > 1 {
			return inbox.Status(ev.Args[1])
		}
		return ""
	}
	return ""
}

// newestFor finds the newest message that is still there and that an act suits:
// one that it would change, if there is one.
func (e *Engine) newestFor(ctx context.Context, id inbox.ThreadID, k inbox.ActionKind) (inbox.Message, error) {
	m, err := e.newest(ctx, id, func(m inbox.Message) bool { return suits(k, m) && alters(k, m) })
	var gone inbox.Problem
	if errors.As(err, &gone) && gone.Code == inbox.CodeGone {
		return e.newest(ctx, id, func(m inbox.Message) bool { return suits(k, m) })
	}
	return m, err
}

// verdicts are statuses that acts of ours gave to messages: a page that was
// asked for before that does not know them yet.
type verdicts struct {
	mu   sync.Mutex
	last map[string]verdict
}

type verdict struct {
	status inbox.Status
	at     time.Time
}

// verdictRest is how long a page may be on its way.
const verdictRest = 2 * fetchTime

func (v *verdicts) note(remote string, s inbox.Status, now time.Time) {
	v.mu.Lock()
	defer v.mu.Unlock()
	for k, old := range v.last {
		if now.Sub(old.at) > verdictRest {
			delete(v.last, k)
		}
	}
	if v.last == nil {
		v.last = map[string]verdict{}
	}
	v.last[remote] = verdict{s, now}
}

// hold gives messages of a page that was asked for at a time the statuses that
// they got since.
func (v *verdicts) hold(messages []inbox.Message, asked time.Time) {
	v.mu.Lock()
	defer v.mu.Unlock()
	for i := range messages {
		if last, ok := v.last[messages[i].Remote]; ok && !asked.After(last.at) {
			messages[i].Status = last.status
		}
	}
}
