package engine

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"vigie/inbox"
)

// Sending's limits.
const (
	sendTime    = time.Minute      // for one attempt
	meetTime    = 10 * time.Second // to ask a network who we are, before the first send
	maxAttempts = 12               // of what surely was not executed, then it fails
	patience    = 24 * time.Hour   // with a network that is not reached, or refuses the sign-in
	keyRest     = 30 * time.Second // class A: before the first look, the network keeps keys late
	missingRest = time.Minute      // between looks for an account that is not set up
	longWait    = 10 * time.Minute // an answer that waited longer goes as one for later does: after a second look
	freshTime   = 20 * time.Second // to collect what came meanwhile, before that look
)

// errNoID is an answer of a network that does not say what it made.
var errNoID = errors.New("no id in the network's answer")

// send claims an action and carries it out. The claim is durable before the
// first byte can leave; the outcome is stored even when ctx ends meanwhile.
func (e *Engine) send(ctx context.Context, a inbox.Action) error {
	lead, may, err := e.lead(ctx, a)
	if !may || err != nil {
		return err
	}
	if a.Follows != 0 && !a.Doubted {
		a.Target = goesTo(lead)
	}
	target := a.Target
	acc, ready, err := e.clear(ctx, a)
	if !ready || err != nil {
		return err
	}
	if acc != nil {
		meeting, cancel := context.WithTimeout(ctx, meetTime)
		e.introduce(meeting, acc) // only then the connector knows how sure its sends are
		cancel()
		defer acc.onWire(a)()
	}
	a, err = e.repo.MoveAction(ctx, a.ID, a.State, func(a *inbox.Action) ([]inbox.Event, *inbox.Ingest, error) {
		if a.NotBefore.After(e.now()) { // it was tried, and put off, since it was read
			return nil, nil, inbox.ErrConflict
		}
		a.Class, a.Target = e.classOf(*a), target
		a.Move(inbox.Sending, e.now(), "", "")
		a.Attempt++
		a.Owner = e.owner
		a.LastWire = e.now()
		if a.FirstWire.IsZero() {
			a.FirstWire = a.LastWire
		}
		return nil, nil, nil
	})
	if err != nil {
		return err
	}
	e.changes.publish(inbox.Change{Thread: a.Thread, Account: a.Account, Outbox: true})
	wire, cancel := context.WithTimeout(ctx, sendTime)
	defer cancel()
	receipt, err := guarded(e, a.Account, "send", func() (inbox.Receipt, error) { return e.carryOut(wire, acc, a) })
	if a.Kind == inbox.ActEdit {
		receipt.Remote = a.Target
	}
	if err == nil && a.Kind.Writes() && receipt.Remote == "" {
		err = &inbox.UncertainError{Err: errNoID}
	}
	if err == nil {
		return e.insist(func() error { return e.accepted(ctx, acc, a, inbox.Accepted, receipt) })
	}
	e.log.Warn("send", "action", a.ID, "kind", a.Kind, "account", a.Account, "attempt", a.Attempt, "error", err)
	o := e.judge(a, err)
	if acc != nil {
		e.hush(acc, err, o.at)
	}
	return e.insist(func() error { return e.outcome(ctx, a, o) })
}

// clear says whether an action may be claimed now, and by which account;
// where not, it has stored what becomes of it.
func (e *Engine) clear(ctx context.Context, a inbox.Action) (*account, bool, error) {
	info, err := e.repo.Info(ctx)
	if err != nil {
		return nil, false, err
	}
	if a.Epoch != info.Epoch {
		return nil, false, e.outcome(ctx, a, otherCopy())
	}
	if a.Kind == inbox.ActEscalate { // goes to a contact: any account will do
		return nil, true, nil
	}
	acc, known := e.sender(ctx, a)
	if known && a.As != "" { // a secret may be another bot's since
		e.introduce(ctx, acc)
	}
	switch {
	case !known:
		return nil, false, e.outcome(ctx, a, fate{state: inbox.RetryWait, problem: inbox.Problem{Code: inbox.CodeMissing, Args: []string{string(a.Account)}}, at: e.now().Add(missingRest)})
	case movedAway(acc, a):
		return nil, false, e.outcome(ctx, a, elsewhere(acc, a))
	case e.keyForgotten(a):
		return nil, false, e.outcome(ctx, a, fate{state: inbox.NeedsYou, problem: a.Problem})
	}
	if p := e.lacking(a.Media); !p.Zero() && !a.Doubted {
		return nil, false, e.outcome(ctx, a, fate{state: inbox.FailedAct, problem: p})
	}
	if e.looksAgain(a) {
		e.freshen(ctx, acc)
	}
	end, err := e.overtaken(ctx, a)
	switch {
	case err != nil:
		return nil, false, err
	case end.state != "":
		return nil, false, e.outcome(ctx, a, end)
	}
	return acc, true, nil
}

// sender is the account that an action goes from: with the client and the
// network that it had when the action was made. One that became another's is
// as good as not there.
func (e *Engine) sender(ctx context.Context, a inbox.Action) (*account, bool) {
	acc, known := e.account(a.Account)
	if !known || acc.conn == nil || acc.set().Account.Client != a.Client {
		return nil, false
	}
	t, err := e.repo.Thread(ctx, a.Thread)
	return acc, err != nil || t.Network == acc.set().Account.Network
}

// movedAway reports whether an account is on another server than when an action
// was made, or is known to be another there: what it is about may be nobody's, or
// another's.
func movedAway(acc *account, a inbox.Action) bool {
	return a.Server != "" && a.Server != acc.set().Account.Server || isAnother(acc, a)
}

// isAnother reports whether the network is known to take an account for another
// than when an action was made.
func isAnother(acc *account, a inbox.Action) bool {
	now := acc.who().Remote
	return a.As != "" && now != "" && a.As != now
}

// elsewhere is where an action ends whose account moved away: a person is asked.
func elsewhere(acc *account, a inbox.Action) fate {
	set := acc.set().Account
	if isAnother(acc, a) {
		args := []string{string(a.Account), a.As, acc.who().Remote}
		return fate{state: inbox.NeedsYou, problem: inbox.Problem{Code: inbox.CodeIdentity, Args: args}}
	}
	args := []string{string(a.Account), a.Server, cmp.Or(set.Server, string(set.Network))}
	return fate{state: inbox.NeedsYou, problem: inbox.Problem{Code: inbox.CodeServer, Args: args}}
}

// otherCopy is where an action ends that was made in another copy of the store.
func otherCopy() fate {
	return fate{state: inbox.NeedsYou, problem: inbox.Problem{Code: inbox.CodeEpoch}}
}

// looksAgain reports whether an answer leaves so long after a person wanted it
// that they may not know the thread as it is: one for later, and one that could
// not leave. A correction does not depend on what others write.
func (e *Engine) looksAgain(a inbox.Action) bool {
	if a.Doubted || !a.Kind.Writes() || a.Kind == inbox.ActEdit || a.Follows != 0 {
		return false
	}
	wanted := a.CreatedAt
	for _, h := range a.History {
		if h.Why == inbox.WhyAgain {
			wanted = h.At
		}
	}
	return !a.SendAt.IsZero() || e.now().Sub(wanted) >= longWait
}

// freshen collects an account once that was not for so long: it was not reached,
// and what came meanwhile is not known yet. When that fails, the answer itself
// tells why.
func (e *Engine) freshen(ctx context.Context, acc *account) {
	if e.now().Sub(acc.status().OKAt) < longWait {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, freshTime)
	defer cancel()
	e.collect(ctx, acc, acc.wanted(), nil)
}

// overtaken looks at the thread again before an action leaves, and says where
// it ends instead ("": it may go). What leaves long after it was wanted goes only
// if nothing happened that its writer has not seen. What may have left already
// goes on: only the same again settles it.
func (e *Engine) overtaken(ctx context.Context, a inbox.Action) (fate, error) {
	if a.Doubted || a.Target == "" || a.Kind == inbox.ActDelete || a.Kind == inbox.ActRead || a.Kind.OfAuthor() {
		return fate{}, nil
	}
	m, err := e.repo.MessageOf(ctx, a.Account, a.Target)
	switch {
	case err == nil && m.Deleted:
		return fate{state: inbox.FailedAct, problem: inbox.Problem{Code: inbox.CodeGone, Detail: "the message was deleted"}}, nil
	case err != nil && !errors.Is(err, inbox.ErrNotFound) && !errors.Is(err, inbox.ErrDamaged):
		return fate{}, err
	case !e.looksAgain(a): // of parts the first was looked at
		return fate{}, nil
	}
	t, err := e.repo.Thread(ctx, a.Thread)
	switch {
	case errors.Is(err, inbox.ErrDamaged): // what happened in it nobody can see
		return fate{state: inbox.NeedsYou, problem: inbox.Problem{Code: inbox.CodeInternal, Args: []string{err.Error()}, Detail: err.Error()}}, nil
	case err != nil:
		return fate{}, err
	}
	if p := windowOver(t, e.capsOf(t), e.now()); !p.Zero() {
		return fate{state: inbox.FailedAct, problem: p}, nil
	}
	events, err := e.repo.Events(ctx, a.Thread)
	if err != nil {
		return fate{}, err
	}
	since := inbox.SinceEvent(events, a.SeenN, inbox.By{Session: a.Session, Line: a.Line})
	if since.Zero() {
		return fate{}, nil
	}
	since.New += len(since.Answers)
	return fate{state: inbox.NeedsYou, problem: changedProblem(since)}, nil
}

func (e *Engine) carryOut(ctx context.Context, acc *account, a inbox.Action) (inbox.Receipt, error) {
	if a.Kind != inbox.ActEscalate {
		return acc.conn.Do(ctx, a)
	}
	contact, ok := e.contact(a.Client, a.Contact)
	switch {
	case !ok || a.Brief == nil:
		return inbox.Receipt{}, fmt.Errorf("contact %q: %w", a.Contact, inbox.ErrGone)
	case e.deliver == nil:
		return inbox.Receipt{}, fmt.Errorf("deliver to %q: %w", a.Contact, inbox.ErrUnsupported)
	}
	return e.deliver.Deliver(ctx, contact, *a.Brief, a.Key)
}

// fate is what becomes of an action: where it stands, why, and when it goes on.
type fate struct {
	state   inbox.SendState
	problem inbox.Problem
	at      time.Time // zero: nothing more by itself
	why     string    // in the history; "": the problem's code
}

// judge says what a failed attempt means and when to go on.
func (e *Engine) judge(a inbox.Action, err error) fate {
	now := e.now()
	f := fate{state: inbox.Uncertain, problem: inbox.ProblemOf(err), at: now.Add(lookAfter(e.classOf(a), 0))}
	var retry *inbox.RetryError
	var uncertain *inbox.UncertainError
	switch {
	case errors.As(err, &uncertain):
		f.why = inbox.CodeUncertain
	case errors.Is(err, inbox.ErrAuth), errors.As(err, &retry):
		f.why = f.problem.Code
		if apart(err) {
			f.why = inbox.WhyApart
		}
		f.state, f.at = inbox.RetryWait, retryAt(now, ended(a, inbox.RetryWait, f.why)+1, err, e.jitter)
		if wishOf(err) > 0 && !apart(err) {
			f.problem = asking(f.problem, f.at)
		}
		if e.tired(a, err) {
			f.state, f.at = givenUp(a), time.Time{}
		}
	case errors.Is(err, inbox.ErrGone), errors.Is(err, inbox.ErrInvalid), errors.Is(err, inbox.ErrUnsupported), unsendable(err):
		f.state, f.at = givenUp(a), time.Time{}
	case unset(err):
		f.state, f.at, f.why = inbox.RetryWait, now.Add(missingRest), inbox.WhyApart
		if e.tired(a, err) {
			f.state, f.at = givenUp(a), time.Time{}
		}
	default:
		f.problem.Code = inbox.CodeUncertain
	}
	return f
}

// tired reports whether an action was tried enough. A network that is not
// there, one that refuses the sign-in, and a secret that is missing say nothing
// against the action: it waits for a day.
func (e *Engine) tired(a inbox.Action, err error) bool {
	if apart(err) || unset(err) || errors.Is(err, inbox.ErrAuth) {
		return e.now().Sub(a.FirstWire) >= patience
	}
	return ended(a, inbox.RetryWait, inbox.CodeRetry)+1 >= maxAttempts
}

// apart reports whether the network did not even hear of the attempt.
func apart(err error) bool {
	return errors.Is(err, inbox.ErrUnreachable) || errors.Is(err, inbox.ErrResting)
}

// unset reports whether an attempt ended at a setting or a secret that could
// not be had: the network was not called.
func unset(err error) bool {
	var p inbox.Problem
	return errors.As(err, &p) && p.Code == inbox.CodeMissing
}

// unsendable reports whether a connector refused what it was given before
// anything left.
func unsendable(err error) bool {
	var p inbox.Problem
	return errors.As(err, &p) && slices.Contains([]string{
		inbox.CodeMedia, inbox.CodeTooLong, inbox.CodeEmpty, inbox.CodeVisibility, inbox.CodeInvalid, inbox.CodeGone, inbox.CodeUnsupported,
		inbox.CodeSuspect, inbox.CodeMachine, inbox.CodeNoMember, inbox.CodeReadOnly,
	}, p.Code)
}

// ended is how often sending ended so, since a person last asked for it.
func ended(a inbox.Action, state inbox.SendState, why string) int {
	n := 0
	for _, h := range a.History {
		switch {
		case h.Why == inbox.WhyAgain:
			n = 0
		case h.From == inbox.Sending && h.To == state && h.Why == why:
			n++
		}
	}
	return n
}

// givenUp is where an action ends that this attempt surely did not carry out:
// failed, unless an earlier attempt may have.
func givenUp(a inbox.Action) inbox.SendState {
	if a.Doubted {
		return inbox.NeedsYou
	}
	return inbox.FailedAct
}

// keyForgotten reports whether the network may no longer know the key of an
// action that an earlier attempt may have carried out: the same key is then no
// protection. Of a clock that was put back since nobody knows how far.
func (e *Engine) keyForgotten(a inbox.Action) bool {
	age := e.now().Sub(keyUsed(a))
	return a.Doubted && e.classOf(a) == inbox.ClassA && (age < 0 || age >= e.keyWindow(a)/2)
}

// keyUsed is when the network may have seen the action's key first: at the
// beginning of the first attempt that left a doubt.
func keyUsed(a inbox.Action) time.Time {
	used, at := time.Time{}, a.FirstWire
	for _, h := range a.History {
		switch {
		case h.Why == inbox.WhyAgain && h.To == inbox.Queued:
			used = time.Time{}
		case h.To == inbox.Sending:
			at = h.At
		case h.From == inbox.Sending && h.To == inbox.Uncertain && used.IsZero():
			used = at
		}
	}
	if used.IsZero() {
		return a.FirstWire
	}
	return used
}
