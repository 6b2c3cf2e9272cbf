package engine_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"vigie/inbox"
)

// judge follows every answer from outside and holds vigie to the invariants
// of sending:
//
//	I1 every confirmed intent is in exactly one state, and stays known
//	I2 the network carried it out at most once, and once more for each time a
//	   person asked to send it again
//	I3 nothing goes from sending or uncertain back to the queue without proof
//	I4 a key is for one text
//	I5 nothing is sent in the name of another epoch or another process
//	I6 nothing reaches the wire before its hold is over
//	I7 what was once shown as accepted stays so, but for what a person said
//	   is there, and takes back
//
// and, within a thread, one at a time and in the order written, but for what is
// for later; and the text of what was not sent is a draft.
type judge struct {
	class inbox.Class

	mu     sync.Mutex
	known  map[inbox.ActionID]*trail
	text   map[string]string // by key
	flying map[inbox.ThreadID]inbox.ActionID
	epoch  string
	owner  string
	wrong  []string
}

// trail is what the judge knows of one answer.
type trail struct {
	now     inbox.Action
	keys    map[string]bool
	retries int  // by a person
	shown   bool // as accepted
}

func newJudge(class inbox.Class) *judge {
	return &judge{class: class, known: map[inbox.ActionID]*trail{}, text: map[string]string{}, flying: map[inbox.ThreadID]inbox.ActionID{}}
}

func (j *judge) fault(format string, args ...any) {
	j.wrong = append(j.wrong, fmt.Sprintf(format, args...))
}

// queued hears of an answer that is in the outbox now.
func (j *judge) queued(a inbox.Action) {
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.known[a.ID] != nil {
		j.fault("I1: action %d was made twice", a.ID)
	}
	j.known[a.ID] = &trail{now: a, keys: map[string]bool{a.Key: true}}
}

// moved hears of every change of state that became durable.
func (j *judge) moved(was, is inbox.Action) {
	j.mu.Lock()
	defer j.mu.Unlock()
	tr := j.known[is.ID]
	if tr == nil {
		j.fault("I1: action %d moved before it was there", is.ID)
		return
	}
	if tr.now.State != was.State {
		j.fault("I1: action %d was %s, and is moved from %s", is.ID, tr.now.State, was.State)
	}
	tr.now = is
	byPerson := !tr.keys[is.Key]
	tr.keys[is.Key] = true
	if byPerson {
		tr.retries++
	}
	j.transition(was, is, byPerson)
}

func (j *judge) transition(was, is inbox.Action, byPerson bool) {
	doubtful := was.State == inbox.Sending && was.Doubted || was.State == inbox.Uncertain
	switch {
	case byPerson && was.State != inbox.NeedsYou && was.State != inbox.FailedAct && was.State != inbox.RetryWait:
		j.fault("I3: action %d got a new key while it was %s", is.ID, was.State)
	case byPerson:
	case is.State == inbox.Queued && was.State != inbox.Queued:
		j.fault("I3: action %d went from %s back to the queue", is.ID, was.State)
	case was.State == inbox.Uncertain && is.State == inbox.RetryWait && is.Class != inbox.ClassS && j.class != inbox.ClassA && j.class != inbox.ClassB:
		j.fault("I3: action %d of class %s is sent again without proof", is.ID, j.class)
	case was.State == inbox.Uncertain && is.State == inbox.RetryWait && is.Class != inbox.ClassS && j.class == inbox.ClassA && time.Since(is.FirstWire) >= keyWindow/2:
		j.fault("I3: action %d is sent again when its key may be forgotten", is.ID)
	case doubtful && is.State == inbox.FailedAct:
		j.fault("I3: action %d may have been done and is called failed", is.ID)
	case (was.State == inbox.Accepted || was.State == inbox.Verified) && is.State != inbox.Verified && !wordBack(was, is):
		j.fault("I7: action %d was %s and is %s", is.ID, was.State, is.State)
	}
}

// wordBack reports whether a person took a person's word back that an answer
// is there, of which the network has shown nothing.
func wordBack(was, is inbox.Action) bool {
	_, said := was.Confirmed()
	last := is.History[len(is.History)-1]
	return said && is.State == inbox.NeedsYou && last.Why == inbox.WhyBack && last.Who != ""
}

// onWire hears that a process begins to send.
func (j *judge) onWire(l *life, a inbox.Action) {
	if l.dead() {
		return // a dead process sends nothing
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	switch tr := j.known[a.ID]; {
	case tr == nil:
		j.fault("I1: action %d is sent and was never queued", a.ID)
	case tr.now.State != inbox.Sending:
		j.fault("action %d is sent while it is %s", a.ID, tr.now.State)
	case a.Epoch != j.epoch:
		j.fault("I5: action %d of another epoch is sent", a.ID)
	case a.Owner != j.owner:
		j.fault("I5: action %d of process %q is sent by %q", a.ID, a.Owner, j.owner)
	case time.Now().Before(a.NotBefore), tr.retries == 0 && time.Since(a.CreatedAt) < stageHold:
		j.fault("I6: action %d is sent %s after it was written", a.ID, time.Since(a.CreatedAt))
	}
	if other, busy := j.flying[a.Thread]; busy {
		j.fault("actions %d and %d of one thread are sent at once", other, a.ID)
	}
	j.flying[a.Thread] = a.ID
	for id, tr := range j.known {
		later := tr.now.State == inbox.Queued && (tr.now.SendAt.After(time.Now()) || j.waits(tr.now))
		if id < a.ID && tr.now.Thread == a.Thread && !tr.now.State.Terminal() && !later {
			j.fault("action %d is sent before %d, which is %s", a.ID, id, tr.now.State)
		}
	}
	if lead := j.known[a.Follows]; a.Follows != 0 && (j.waits(a) || lead.now.Receipt.Remote != "" && a.Target != lead.now.Receipt.Remote) {
		j.fault("part %d is sent behind %d, which is %s, to %s", a.ID, a.Follows, lead.now.State, a.Target)
	}
	if text, used := j.text[a.Key]; used && text != a.Text {
		j.fault("I4: a key is for %q and for %q", text, a.Text)
	}
	j.text[a.Key] = a.Text
}

// waits reports whether an answer is a part that may not go yet.
func (j *judge) waits(a inbox.Action) bool {
	if a.Follows == 0 {
		return false
	}
	lead := j.known[a.Follows]
	return lead == nil || lead.now.State != inbox.Accepted && lead.now.State != inbox.Verified
}

func (j *judge) offWire(a inbox.Action) {
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.flying[a.Thread] == a.ID {
		delete(j.flying, a.Thread)
	}
}

// begins names the process that may send now, and the store's epoch.
func (j *judge) begins(owner, epoch string) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.owner, j.epoch = owner, epoch
	clear(j.flying)
}

// check compares what the store says with what was seen and with the ledger.
func (j *judge) check(ctx context.Context, repo inbox.Reader, l *ledger) []string {
	actions, err := repo.Actions(ctx, nil)
	j.mu.Lock()
	defer j.mu.Unlock()
	if err != nil {
		j.fault("read the outbox: %v", err)
	}
	stored := map[inbox.ActionID]inbox.Action{}
	for _, a := range actions {
		stored[a.ID] = a
	}
	if len(stored) != len(actions) || len(stored) != len(j.known) {
		j.fault("I1: %d actions stored, %d different, %d known", len(actions), len(stored), len(j.known))
	}
	for id, tr := range j.known {
		a, there := stored[id]
		times := l.times(tr.keys)
		switch {
		case !there:
			j.fault("I1: action %d is lost", id)
		case a.State != tr.now.State:
			j.fault("I1: action %d is %s, and was last seen %s", id, a.State, tr.now.State)
		case times > 1+tr.retries:
			j.fault("I2: action %d was carried out %d times, a person asked %d times again", id, times, tr.retries)
		case (a.State == inbox.Accepted || a.State == inbox.Verified) && times == 0 && !confirmed(a):
			j.fault("action %d is %s and was never carried out", id, a.State)
		case a.State == inbox.FailedAct && tr.retries == 0 && times > 0:
			j.fault("action %d is called failed and was carried out", id)
		case a.State == inbox.Dropped && tr.retries == 0 && times > 0 && !a.Doubted:
			j.fault("action %d was taken back and carried out", id)
		case tr.shown && a.State != inbox.Accepted && a.State != inbox.Verified:
			j.fault("I7: action %d was shown as accepted and is %s", id, a.State)
		}
		if a.State == inbox.FailedAct || a.State == inbox.Dropped {
			if err := drafted(ctx, repo, a); err != nil {
				j.fault("the text of action %d, which is %s, is in no draft: %v", id, a.State, err)
			}
		}
		_, said := a.Confirmed()
		tr.shown = tr.shown || a.State == inbox.Accepted || a.State == inbox.Verified && !said
	}
	return j.wrong
}

// drafted looks for the draft of an answer that was not sent: its own, or one
// that has the text of several parts.
func drafted(ctx context.Context, repo inbox.Reader, a inbox.Action) error {
	d, err := repo.Draft(ctx, a.Key)
	if err == nil && (d.Text == a.Text || strings.Contains(d.Text, a.Text)) {
		return nil
	}
	list, err := repo.Drafts(ctx, a.Thread)
	if slices.ContainsFunc(list, func(d inbox.Draft) bool { return strings.Contains(d.Text, a.Text) && partText(a.Text) }) {
		return nil
	}
	return fmt.Errorf("%q, drafts %v: %w", a.Text, list, err)
}

// confirmed reports whether a person said that it is there.
func confirmed(a inbox.Action) bool { return a.Receipt.Remote == "" && a.State == inbox.Verified }

// TestJudge breaks each invariant and sees that the judge tells.
func TestJudge(t *testing.T) {
	a := inbox.Action{ID: 1, Thread: 1, Key: "k", Text: "t", State: inbox.Queued, Epoch: "e", Owner: "p", CreatedAt: time.Now().Add(-time.Hour)}
	with := func(change func(*inbox.Action)) inbox.Action {
		b := a
		change(&b)
		return b
	}
	sending := with(func(a *inbox.Action) { a.State = inbox.Sending })
	doubt := with(func(a *inbox.Action) { a.State, a.Doubted = inbox.Uncertain, true })
	verified := with(func(a *inbox.Action) { a.Move(inbox.Verified, time.Now(), "", "") })
	back := verified
	back.Move(inbox.NeedsYou, time.Now(), inbox.WhyBack, "s1")
	cases := map[string]func(j *judge){
		"twice": func(j *judge) { j.queued(a) },
		"unknown": func(j *judge) {
			j.moved(with(func(a *inbox.Action) { a.ID = 2 }), with(func(a *inbox.Action) { a.ID = 2 }))
		},
		"back": func(j *judge) { j.moved(a, sending); j.moved(sending, a) },
		"no proof": func(j *judge) {
			j.moved(a, doubt)
			j.moved(doubt, with(func(a *inbox.Action) { a.State = inbox.RetryWait }))
		},
		"doubt failed": func(j *judge) {
			j.moved(a, doubt)
			j.moved(doubt, with(func(a *inbox.Action) { a.State = inbox.FailedAct }))
		},
		"accepted no more": func(j *judge) { j.moved(a, verified); j.moved(verified, back) },
		"new key":          func(j *judge) { j.moved(a, with(func(a *inbox.Action) { a.Key = "other" })) },
		"not claimed":      func(j *judge) { j.onWire(newLife(), a) },
		"epoch":            func(j *judge) { j.moved(a, sending); j.begins("p", "other"); j.onWire(newLife(), sending) },
		"owner":            func(j *judge) { j.moved(a, sending); j.begins("q", "e"); j.onWire(newLife(), sending) },
		"early": func(j *judge) {
			j.moved(a, sending)
			j.onWire(newLife(), with(func(a *inbox.Action) { a.State, a.NotBefore = inbox.Sending, time.Now().Add(time.Hour) }))
		},
		"leader": func(j *judge) {
			part := with(func(a *inbox.Action) { a.ID, a.Thread, a.Follows = 2, 2, 1 })
			out := part
			out.State = inbox.Sending
			j.queued(part)
			j.moved(part, out)
			j.onWire(newLife(), out)
		},
		"at once": func(j *judge) { j.moved(a, sending); j.onWire(newLife(), sending); j.onWire(newLife(), sending) },
		"key":     func(j *judge) { j.text["k"] = "other"; j.moved(a, sending); j.onWire(newLife(), sending) },
	}
	for name, breaks := range cases {
		j := newJudge(inbox.ClassC)
		j.begins("p", "e")
		j.queued(a)
		if breaks(j); len(j.wrong) == 0 {
			t.Errorf("%s: not seen", name)
		}
	}
}
