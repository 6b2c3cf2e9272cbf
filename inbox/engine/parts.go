package engine

import (
	"context"
	"errors"
	"slices"
	"strings"

	"vigie/inbox"
	"vigie/inbox/length"
)

// An answer in parts is one action for each. A part goes when the one before it
// was accepted, as an answer to what that made; until then it waits, and is in
// nobody's way.

// Parts returns an answer's parts, in order: itself when it has but one.
func (e *Engine) Parts(ctx context.Context, id inbox.ActionID) ([]inbox.Action, error) {
	a, err := e.Action(ctx, id)
	if err != nil {
		return nil, err
	}
	return e.partsOf(ctx, a)
}

func (e *Engine) partsOf(ctx context.Context, a inbox.Action) ([]inbox.Action, error) {
	if !a.Kind.Writes() {
		return []inbox.Action{a}, nil
	}
	list, err := e.repo.ThreadActions(ctx, a.Thread)
	if err != nil {
		return nil, err
	}
	parts := []inbox.Action{a}
	for range list { // no part comes twice
		i := slices.IndexFunc(list, func(b inbox.Action) bool { return b.ID == parts[0].Follows })
		if parts[0].Follows == 0 || i < 0 {
			break
		}
		parts = slices.Insert(parts, 0, list[i])
	}
	for range list {
		last := parts[len(parts)-1].ID
		i := slices.IndexFunc(list, func(b inbox.Action) bool { return b.Follows == last })
		if i < 0 {
			break
		}
		parts = append(parts, list[i])
	}
	return parts, nil
}

// lead is the part that a follows, and whether a may go: that one was accepted.
func (e *Engine) lead(ctx context.Context, a inbox.Action) (lead inbox.Action, may bool, err error) {
	if a.Follows == 0 {
		return inbox.Action{}, true, nil
	}
	lead, err = e.repo.Action(ctx, a.Follows)
	return lead, err == nil && (lead.State == inbox.Accepted || lead.State == inbox.Verified), err
}

// goesTo is the message that a part answers: what the one before it made; where
// only a person knows that it is there, what that one answered itself.
func goesTo(lead inbox.Action) string {
	if lead.Receipt.Remote != "" {
		return lead.Receipt.Remote
	}
	return lead.Target
}

// waits reports whether a part cannot go yet. One whose leader cannot be read
// asks for a person.
func (e *Engine) waits(ctx context.Context, a inbox.Action) (bool, error) {
	if a.Follows == 0 || a.State != inbox.Queued {
		return false, nil
	}
	_, may, err := e.lead(ctx, a)
	if errors.Is(err, inbox.ErrDamaged) || errors.Is(err, inbox.ErrNotFound) {
		p := inbox.Problem{Code: inbox.CodeInternal, Args: []string{err.Error()}, Detail: err.Error()}
		return true, e.outcome(ctx, a, fate{state: inbox.NeedsYou, problem: p})
	}
	return !may, err
}

// takable reports whether some part of an answer has surely not left yet.
func takable(parts []inbox.Action) bool { return slices.ContainsFunc(parts, held) }

// unsure is the part that says why nothing of an answer can be taken back: the
// first that did not arrive.
func unsure(parts []inbox.Action) inbox.Action {
	for _, p := range parts {
		if p.State != inbox.Accepted && p.State != inbox.Verified {
			return p
		}
	}
	return parts[0]
}

// endParts gives up an action with the parts that belong to it: all that have
// not left when it is taken back, else itself with those that follow it.
func (e *Engine) endParts(ctx context.Context, id inbox.ActionID, who string, back bool) ([]inbox.Action, error) {
	a, err := e.Action(ctx, id)
	if err != nil {
		return nil, err
	}
	parts, err := e.partsOf(ctx, a)
	if err != nil {
		return nil, err
	}
	may := held
	if !back {
		may = resting
		i := slices.IndexFunc(parts, func(p inbox.Action) bool { return p.ID == id })
		parts = parts[i:]
	}
	switch {
	case len(parts) > 1 && (back && takable(parts) || !back && may(parts[0])):
		return e.giveUpParts(ctx, parts, who, nil, may)
	case len(parts) > 1 && back:
		return nil, isNow(a)
	}
	a, err = e.giveUp(ctx, id, who, nil, may)
	return []inbox.Action{a}, err
}

// giveUpParts ends the parts that may be ended, and those that failed, once the
// text of all is in one draft, which has the key of the first. It returns them,
// before the others the one that the draft was made of, with that text. What has
// left meanwhile is left alone.
func (e *Engine) giveUpParts(ctx context.Context, parts []inbox.Action, who string,
	tell func(inbox.Action) []inbox.Event, may func(inbox.Action) bool,
) ([]inbox.Action, error) {
	for range overTries {
		gone := slices.DeleteFunc(slices.Clone(parts), func(p inbox.Action) bool { return !may(p) && p.State != inbox.FailedAct })
		if !slices.ContainsFunc(gone, may) {
			break
		}
		whole, err := e.keepWhole(ctx, gone)
		if err != nil {
			return nil, err
		}
		for i, p := range gone { // the first first: those behind it can go no more
			if err = e.endPart(ctx, p, who, tell); err != nil {
				if i == 0 {
					e.dropKept(ctx, whole, whole.Key)
				}
				break
			}
		}
		var now inbox.Problem
		switch {
		case err == nil:
			whole.State = inbox.Dropped
			gone = slices.DeleteFunc(gone, func(p inbox.Action) bool { return p.ID == whole.ID })
			return slices.Insert(gone, 0, whole), nil
		case !errors.As(err, &now) || now.Code != inbox.CodeConflict:
			return nil, err
		}
		if parts, err = e.Parts(ctx, parts[0].ID); err != nil { // one of them moved
			return nil, err
		}
	}
	return nil, isNow(unsure(parts))
}

// endPart ends one part that is as it was read.
func (e *Engine) endPart(ctx context.Context, p inbox.Action, who string, tell func(inbox.Action) []inbox.Event) error {
	_, err := e.move(ctx, p.ID, []inbox.SendState{p.State}, func(a *inbox.Action) ([]inbox.Event, error) {
		a.Move(inbox.Dropped, e.now(), inbox.WhyBack, who)
		if tell == nil {
			return nil, nil
		}
		return tell(*a), nil
	})
	return err
}

// keepWhole makes one draft of the text of parts before they end, and returns
// the part it was made of, with that text. The text of one that failed is a draft
// of its own already: it is taken from there, unless somebody went on writing it
// or took it away.
func (e *Engine) keepWhole(ctx context.Context, parts []inbox.Action) (inbox.Action, error) {
	var texts []string
	var whole inbox.Action
	for _, p := range parts {
		if p.State == inbox.FailedAct {
			d, err := e.repo.Draft(ctx, p.Key)
			if errors.Is(err, inbox.ErrNotFound) || err == nil && d.Text != p.Text {
				continue
			}
			if err != nil {
				return p, err
			}
		}
		if texts = append(texts, p.Text); len(texts) == 1 {
			whole = p
		}
	}
	if len(texts) == 0 {
		return parts[0], nil
	}
	if lead, may, err := e.lead(ctx, whole); err == nil && may && whole.Follows != 0 {
		whole.Target = goesTo(lead)
	}
	whole.Text = e.joined(ctx, whole, texts)
	if err := e.keepText(ctx, whole); err != nil {
		return whole, err
	}
	for _, p := range parts {
		if p.State == inbox.FailedAct && p.ID != whole.ID {
			e.dropKept(ctx, p, p.Key)
		}
	}
	return whole, nil
}

// joined is the text of parts as one, so that it is split at the same places
// again.
func (e *Engine) joined(ctx context.Context, a inbox.Action, texts []string) string {
	t, err := e.repo.Thread(ctx, a.Thread)
	if err != nil || len(texts) < 2 {
		return strings.Join(texts, "\n\n")
	}
	return length.Join(texts, limitOf(e.capsOf(t), t.Kind, a.Kind, len(a.Media)))
}

// limitOf is how long an answer with so many files may be in a thread of that
// kind.
func limitOf(caps inbox.Caps, thread inbox.Kind, answer inbox.ActionKind, files int) inbox.TextLimit {
	if answer == inbox.ActPrivate {
		thread = inbox.KindDM
	}
	return caps.LimitWith(thread, files)
}

// withdrawParts takes those of an answer's parts out of the outbox that have not
// left.
func (e *Engine) withdrawParts(ctx context.Context, m mark, s step, parts []inbox.Action) (step, inbox.Undid, error) {
	gone, err := e.giveUpParts(ctx, parts, m.by.Session, func(a inbox.Action) []inbox.Event {
		list := []inbox.Event{{Verb: inbox.Undone, Action: a.ID, Args: []string{string(a.Kind)}}}
		m.events(e.now(), list)
		return list
	}, held)
	if err != nil {
		return s, inbox.Undid{}, err
	}
	s.acts = nil
	for _, a := range gone {
		s.acts = append(s.acts, actOf(a))
	}
	poke(e.sleepNow)
	return s, inbox.Undid{Verb: s.verb(), Threads: []inbox.ThreadID{gone[0].Thread}, Actions: len(gone), Action: &gone[0]}, nil
}

// follow lets the parts behind an old action follow another, in whose place it
// is: the rest of an answer goes on behind what replaced a part of it.
func (e *Engine) follow(ctx context.Context, old, other inbox.Action) error {
	parts, err := e.partsOf(ctx, old)
	if err != nil {
		return err
	}
	last, err := e.partsOf(ctx, other)
	if err != nil {
		return err
	}
	i := slices.IndexFunc(parts, func(p inbox.Action) bool { return p.Follows == old.ID })
	if i < 0 {
		return nil
	}
	_, err = e.move(ctx, parts[i].ID, []inbox.SendState{inbox.Queued}, func(a *inbox.Action) ([]inbox.Event, error) {
		a.Follows = last[len(last)-1].ID
		return nil, nil
	})
	return err
}

// finishBack ends a part whose leader was taken back when a process ended in
// the middle of it: its text is in that one's draft.
func (e *Engine) finishBack(ctx context.Context, a inbox.Action) error {
	lead, _, err := e.lead(ctx, a)
	if err != nil || a.Follows == 0 || lead.State != inbox.Dropped {
		return nil // what cannot be read waits, see waits
	}
	err = e.endPart(ctx, a, lead.Session, nil)
	return err
}
