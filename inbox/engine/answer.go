package engine

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"vigie/inbox"
)

// Reply puts an answer into the outbox and takes its draft away. The answer
// goes from the account that received the thread, always. The same draft twice
// is the same action, not a second one. What a person would want to know
// before it goes is refused unless r.Despite overrules it. Of an answer in parts
// the first is returned; the others follow it, each when the one before is there.
func (e *Engine) Reply(ctx context.Context, by inbox.By, r inbox.ReplyRequest) (inbox.Action, error) {
	if slices.ContainsFunc(textsOf(r), blank) && (len(r.Media) == 0 || len(r.More) > 0) {
		return inbox.Action{}, inbox.Problem{Code: inbox.CodeEmpty}
	}
	if !r.At.IsZero() && !r.At.After(e.now()) {
		return inbox.Action{}, inbox.Problem{Code: inbox.CodeInvalid, Detail: "send at a time that is past"}
	}
	e.answering.Lock()
	defer e.answering.Unlock()
	if a, used, err := e.madeOf(ctx, r.Thread, r.Draft); used || err != nil {
		return a, err
	}
	if r.Edit != "" {
		return e.revise(ctx, by, r)
	}
	kind := inbox.ActReply
	if r.Private {
		kind = inbox.ActPrivate
	}
	a, err := e.prepare(ctx, by, r.Thread, kind)
	if err != nil {
		return a, err
	}
	q := question{by: by, request: r, client: a.Client}
	if q.thread, err = e.head(ctx, r.Thread); err != nil {
		return a, err
	}
	if q.target, err = e.answered(ctx, q.thread, r); err != nil {
		return a, err
	}
	e.address(&a, &q)
	if err := e.object(ctx, q); err != nil {
		return a, err
	}
	list, err := e.enqueueAll(ctx, by, partsFrom(a, r.More))
	if err != nil {
		return a, err
	}
	e.replace(ctx, by, list[0])
	return list[0], nil
}

func blank(s string) bool { return strings.TrimSpace(s) == "" }

// textsOf are the texts of an answer's parts.
func textsOf(r inbox.ReplyRequest) []string { return append([]string{r.Text}, r.More...) }

// partsFrom makes the further parts of an answer, each behind the one before.
// Files go with the first.
func partsFrom(first inbox.Action, more []string) []inbox.Action {
	list := []inbox.Action{first}
	for _, text := range more {
		p := first
		p.Key, p.Text, p.Draft, p.Target, p.Follows = newKey(first.CreatedAt), text, "", "", inbox.OneBefore
		p.Media = nil
		list = append(list, p)
	}
	return list
}

// replace ends the failed answer whose kept text a was made of: nobody is asked
// any more to send that again.
func (e *Engine) replace(ctx context.Context, by inbox.By, a inbox.Action) {
	if a.Draft == "" {
		return
	}
	list, err := e.repo.ThreadActions(ctx, a.Thread)
	for _, old := range list {
		if old.Key != a.Draft || old.State != inbox.FailedAct {
			continue
		}
		if err = e.follow(ctx, old, a); err == nil {
			err = e.DropAction(ctx, by, old.ID)
		}
	}
	if err != nil {
		e.log.Error("end what failed", "draft", a.Draft, "error", err)
	}
}

// address fills in what is said to whom, and when.
func (e *Engine) address(a *inbox.Action, q *question) {
	r := q.request
	a.Text, a.Media, a.Visibility, a.Draft = r.Text, r.Media, r.Visibility, r.Draft
	a.Target, a.Author = q.target.Remote, q.target.Author.ID
	a.SeenN = q.thread.Events // all of it was seen: the guards told the rest
	hold := r.Hold
	if hold < 0 {
		hold = e.holdOf(a.Client)
	}
	a.NotBefore = e.now().Add(hold)
	if r.At.After(a.NotBefore) {
		a.SendAt, a.NotBefore = r.At.UTC(), r.At.UTC()
	}
	q.at = a.NotBefore
}

// madeOf finds the action that was made of a draft. One that was taken back is
// an error: its text is another draft's by now. So is a draft of another thread.
func (e *Engine) madeOf(ctx context.Context, id inbox.ThreadID, draft string) (inbox.Action, bool, error) {
	if draft == "" {
		return inbox.Action{}, false, nil
	}
	list, err := e.repo.ThreadActions(ctx, id)
	if err != nil {
		return inbox.Action{}, false, err
	}
	i := slices.IndexFunc(list, func(a inbox.Action) bool { return a.Draft == draft })
	switch {
	case i < 0:
		if d, err := e.repo.Draft(ctx, draft); err == nil && d.Thread != id {
			return inbox.Action{}, false, inbox.Problem{Code: inbox.CodeNotFound, Args: []string{draft}, Detail: "a draft of another thread"}
		}
		return inbox.Action{}, false, nil
	case list[i].State == inbox.Dropped:
		return list[i], true, inbox.Problem{Code: inbox.CodeConflict, Args: []string{string(inbox.Dropped)}, Detail: "the draft was sent and taken back"}
	}
	return list[i], true, nil
}

// answered is the message that an answer is for: the one named, else the
// newest of theirs. One that the store does not have is for the network to
// judge.
func (e *Engine) answered(ctx context.Context, t inbox.Thread, r inbox.ReplyRequest) (inbox.Message, error) {
	if r.Parent == "" {
		return e.newestFor(ctx, t.ID, inbox.ActReply)
	}
	m, err := e.repo.MessageOf(ctx, t.Account, r.Parent)
	switch {
	case errors.Is(err, inbox.ErrNotFound), errors.Is(err, inbox.ErrDamaged):
		return inbox.Message{Remote: r.Parent, Kind: t.Kind}, nil
	case err == nil && m.Thread != t.ID:
		return m, inbox.Problem{Code: inbox.CodeNotFound, Args: []string{r.Parent}, Detail: "a message of another thread"}
	}
	return m, err
}

// newest finds the newest message that is still there and that suits.
func (e *Engine) newest(ctx context.Context, id inbox.ThreadID, suits func(inbox.Message) bool) (inbox.Message, error) {
	messages, err := e.repo.Messages(ctx, id, time.Time{}, 0)
	if err != nil {
		return inbox.Message{}, err
	}
	for _, m := range slices.Backward(messages) {
		if !m.Deleted && !m.Damaged && suits(m) {
			return m, nil
		}
	}
	return inbox.Message{}, inbox.Problem{Code: inbox.CodeGone, Detail: "no message that this could be done to"}
}

// fits refuses what the thread's network would refuse, or would do in another
// way than it was asked: a wish for privacy never ends in public.
func fits(q question, caps inbox.Caps) error {
	r, kind := q.request, inbox.ActReply
	if r.Private {
		if q.target.Kind == inbox.KindDM || q.target.Visibility == "direct" {
			return inbox.Problem{Code: inbox.CodeUnsupported, Args: []string{string(q.thread.Account)}, Detail: "a private answer to what is private"}
		}
		kind = inbox.ActPrivate
	}
	if r.Visibility != "" && !slices.Contains(caps.Visibilities, r.Visibility) {
		return inbox.Problem{Code: inbox.CodeVisibility, Args: []string{r.Visibility, strings.Join(caps.Visibilities, " ")}}
	}
	if blank(r.Text) && !caps.Media.Alone {
		return inbox.Problem{Code: inbox.CodeEmpty}
	}
	for _, text := range textsOf(r) {
		if p := tooLong(text, limitOf(caps, q.thread.Kind, kind, len(r.Media))); !p.Zero() {
			return p
		}
	}
	return nil
}

// capsOf says what can be done in a thread.
func (e *Engine) capsOf(t inbox.Thread) inbox.Caps {
	acc, ok := e.account(t.Account)
	if ok && acc.conn != nil && acc.set().Account.Network == t.Network {
		return acc.conn.ThreadCaps(t)
	}
	caps := inbox.Caps{Acts: map[inbox.ActionKind]inbox.Capability{}}
	for _, k := range inbox.ActionKinds() {
		caps.Acts[k] = inbox.Capability{Why: inbox.CodeMissing}
	}
	return caps
}
