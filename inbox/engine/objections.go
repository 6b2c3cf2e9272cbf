package engine

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	"vigie/inbox"
	"vigie/inbox/brand"
	"vigie/inbox/charter"
	"vigie/inbox/length"
	"vigie/inbox/saved"
	"vigie/inbox/tongue"
)

// question is an answer that a person wants to send, with what it is about.
type question struct {
	by      inbox.By
	request inbox.ReplyRequest
	client  inbox.ClientID // in whose name it goes
	thread  inbox.Thread
	target  inbox.Message
	at      time.Time // when it is to leave
}

// object says why an answer should not go as it is. What a person may overrule
// is passed over when they did; the rest stands.
func (e *Engine) object(ctx context.Context, q question) error {
	caps := e.capsOf(q.thread)
	if err := fits(q, caps); err != nil {
		return err
	}
	if err := e.enclosed(q.request, caps); err != nil {
		return err
	}
	if p := gapIn(q.request); !p.Zero() {
		return p
	}
	if p := windowOver(q.thread, caps, q.at); !p.Zero() {
		return p
	}
	for _, objection := range []func(context.Context, question) (inbox.Problem, error){
		e.changedSince, e.answeredBy, e.composedBy, e.namesAnother, steered, e.outOfTone,
	} {
		p, err := objection(ctx, q)
		if err != nil {
			return err
		}
		if !p.Zero() && (p.Code == inbox.CodeCharter || !slices.Contains(q.request.Despite, p.Code)) {
			return p
		}
	}
	if q.target.Deleted {
		return inbox.Problem{Code: inbox.CodeGone, Detail: "the message answered was deleted"}
	}
	return nil
}

// windowOver: the network no longer takes an answer at that time.
func windowOver(t inbox.Thread, caps inbox.Caps, at time.Time) inbox.Problem {
	end := windowOf(t, caps)
	if end.IsZero() || at.Before(end) {
		return inbox.Problem{}
	}
	return inbox.Problem{Code: inbox.CodeWindow, Args: []string{end.UTC().Format(time.RFC3339)}}
}

// changedSince: something came, or is other than what the writer saw.
func (e *Engine) changedSince(ctx context.Context, q question) (inbox.Problem, error) {
	if q.request.SeenN <= 0 {
		return inbox.Problem{}, nil
	}
	events, err := e.repo.Events(ctx, q.thread.ID)
	if err != nil {
		return inbox.Problem{}, err
	}
	since := inbox.SinceEvent(events, q.request.SeenN, q.by)
	if since.Edited == 0 && e.editedUnderway(ctx, q) {
		since.Edited = 1
	}
	return changedProblem(since), nil
}

// editedUnderway reports whether the message answered was edited after the
// draft was begun: edits of history write no event.
func (e *Engine) editedUnderway(ctx context.Context, q question) bool {
	if q.request.Draft == "" || q.target.Edited.IsZero() {
		return false
	}
	d, err := e.repo.Draft(ctx, q.request.Draft)
	return err == nil && !d.BegunAt.IsZero() && q.target.Edited.After(d.BegunAt)
}

func changedProblem(since inbox.Since) inbox.Problem {
	if since.New+since.Edited+since.Removed == 0 {
		return inbox.Problem{}
	}
	return inbox.Problem{Code: inbox.CodeChanged, Args: []string{
		strconv.Itoa(since.New), strconv.Itoa(since.Edited), strconv.Itoa(since.Removed),
	}}
}

// answeredBy: somebody else has answered since, or an answer of theirs waits;
// or one of the writer's own that they may have forgotten, see standsInWay.
func (e *Engine) answeredBy(ctx context.Context, q question) (inbox.Problem, error) {
	actions, err := e.repo.ThreadActions(ctx, q.thread.ID)
	if err != nil {
		return inbox.Problem{}, err
	}
	for _, a := range slices.Backward(actions) {
		if a.Kind.Writes() && standsInWay(a, q) {
			return answeredProblem(e.nameOf(a.Session)), nil
		}
	}
	if q.request.SeenN <= 0 {
		return inbox.Problem{}, nil
	}
	events, err := e.repo.Events(ctx, q.thread.ID)
	if err != nil {
		return inbox.Problem{}, err
	}
	answers := inbox.SinceEvent(events, q.request.SeenN, q.by).Answers
	if len(answers) == 0 {
		return inbox.Problem{}, nil
	}
	last := answers[len(answers)-1]
	if last.Actor == inbox.Native || last.Session == "" {
		return answeredProblem(e.handleOf(q.thread.Account)), nil
	}
	return answeredProblem(e.nameOf(last.Session)), nil
}

func answeredProblem(who string) inbox.Problem {
	return inbox.Problem{Code: inbox.CodeAnswered, Args: []string{who}}
}

// standsInWay reports whether an answer may be there, or will be, that the
// writer of another should know of. Of one's own those are: what is in doubt
// and asks for a person, what is to leave later, and what was given up in doubt
// when the same is written again.
func standsInWay(a inbox.Action, q question) bool {
	switch {
	case a.State == inbox.Dropped:
		same := q.request.Draft == a.Key || strings.TrimSpace(q.request.Text) == strings.TrimSpace(a.Text)
		return a.MayBeThere() && same
	case !pending(a):
		return false
	}
	return a.State == inbox.NeedsYou || !a.SendAt.IsZero() || !q.by.Made(a.Session, a.Line)
}

// pending reports whether an answer may still arrive, or may have.
func pending(a inbox.Action) bool {
	return !a.State.Terminal() || (a.State == inbox.NeedsYou && a.MayBeThere())
}

// composedBy: another session is writing an answer right now.
func (e *Engine) composedBy(ctx context.Context, q question) (inbox.Problem, error) {
	for _, s := range e.Sessions() {
		if s.Composing != q.thread.ID || s.ID == q.by.Session {
			continue
		}
		if d, err := e.repo.Draft(ctx, s.Draft); err == nil && d.Note {
			continue // a note is in nobody's way
		}
		return inbox.Problem{Code: inbox.CodeComposing, Args: []string{s.Name}}, nil
	}
	return inbox.Problem{}, nil
}

// namesAnother: the text names another client.
func (e *Engine) namesAnother(_ context.Context, q question) (inbox.Problem, error) {
	own, others := e.brands(q.thread.Client)
	hit, ok := brand.Foreign(strings.Join(textsOf(q.request), "\n"), own, others)
	if !ok {
		return inbox.Problem{}, nil
	}
	return inbox.Problem{Code: inbox.CodeOtherClient, Args: []string{hit.Client, hit.Word, own.Client()}}, nil
}

// steered: whoever wrote the message wants the answer elsewhere, and nothing
// proves that it is theirs.
func steered(_ context.Context, q question) (inbox.Problem, error) {
	to, elsewhere := q.target.Author.AnswersTo()
	if !elsewhere || q.target.Outgoing {
		return inbox.Problem{}, nil
	}
	return inbox.Problem{Code: inbox.CodeReplyTo, Args: []string{to.String(), q.target.Author.Handle.String()}}, nil
}

// gapIn: a variable of a saved reply that nobody filled in.
func gapIn(r inbox.ReplyRequest) inbox.Problem {
	for _, text := range textsOf(r) {
		if gaps := saved.Gaps(text); len(gaps) > 0 {
			return inbox.Problem{Code: inbox.CodeVariable, Args: []string{gaps[0].Name}}
		}
	}
	return inbox.Problem{}
}

// outOfTone: the client's charter forbids it, which nobody can overrule, or
// advises against it.
func (e *Engine) outOfTone(_ context.Context, q question) (inbox.Problem, error) {
	client, _ := e.Client(q.client)
	kind := inbox.ActReply
	if q.request.Private {
		kind = inbox.ActPrivate
	}
	text := length.Join(textsOf(q.request), limitOf(e.capsOf(q.thread), q.thread.Kind, kind, len(q.request.Media)))
	asked := slices.Contains(q.request.Despite, inbox.CodeTone)
	if found, ok := charter.Worst(charter.Check(client.Charter, tongue.Of(text), text), asked); ok {
		return found.Problem(), nil
	}
	return inbox.Problem{}, nil
}

// brands are what names a client and the others of the configuration.
func (e *Engine) brands(id inbox.ClientID) (own brand.Names, others []brand.Names) {
	handles := map[inbox.ClientID][]string{}
	for _, a := range e.allAccounts() {
		set := a.set()
		list := append(handles[set.Account.Client], set.Account.Handle)
		if a.conn != nil && a.conn.Caps().Can(inbox.ActReply) {
			list = append(list, a.who().Handle)
		}
		handles[set.Account.Client] = list
	}
	e.mu.Lock()
	clients := slices.Clone(e.settings.Clients)
	e.mu.Unlock()
	for _, c := range clients {
		name := c.Name
		if name == "" {
			name = string(c.ID)
		}
		names := brand.New(name, c.Guards, handles[c.ID])
		if c.ID == id {
			own = names
		} else {
			others = append(others, names)
		}
	}
	return own, others
}

// nameOf is a session's name while it is attached, else what its id begins
// with.
func (e *Engine) nameOf(session string) string {
	e.mu.Lock()
	defer e.mu.Unlock()
	if s := e.sessions[session]; s != nil {
		return s.Name
	}
	name, _, _ := strings.Cut(session, "#")
	return name
}

// handleOf is an account's name as its network spells it, as far as is known.
func (e *Engine) handleOf(id inbox.AccountID) string {
	a, ok := e.account(id)
	if !ok {
		return string(id)
	}
	for _, h := range []string{a.who().Handle, a.set().Account.Handle} {
		if h != "" {
			return h
		}
	}
	return string(id)
}
