package engine

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"vigie/inbox"
)

// people are the persons that an act was about, before it and after it: those
// of the same identities.
type people struct {
	client  inbox.ClientID
	threads []inbox.ThreadID // in whose cards they show
	was, is []inbox.Person   // without a number: nothing is known of them
}

// maker is who changes what is known of persons.
type maker struct {
	by      inbox.By
	history *history
}

// alone waits until no other act of the line, and no other change of what is
// known of persons, is under way; end lets them in.
func (e *Engine) alone(by inbox.By) (m maker, end func()) {
	h, over := e.turn(by)
	e.people.Lock()
	return maker{by, h}, func() {
		e.people.Unlock()
		over()
	}
}

// changing carries out a change of what is known of persons, as one step that
// can be taken back. ids are the identities that it is about, in any order.
func (e *Engine) changing(ctx context.Context, m maker, client inbox.ClientID, threads []inbox.ThreadID, ids []inbox.PersonIdentity, change func() error) error {
	p := people{client: client, threads: threads}
	var err error
	if p.was, err = e.peopleOf(ctx, client, ids); err != nil {
		return err
	}
	if err := change(); err != nil {
		return err
	}
	if p.is, err = e.peopleOf(ctx, client, ids); err != nil || same(p.was, p.is) {
		return err
	}
	m.history.push(step{id: e.begin(m.by).step, people: &p})
	return nil
}

// peopleOf are the persons of some identities, each once.
func (e *Engine) peopleOf(ctx context.Context, client inbox.ClientID, ids []inbox.PersonIdentity) (list []inbox.Person, err error) {
	for _, i := range ids {
		if slices.ContainsFunc(list, func(p inbox.Person) bool { return slices.ContainsFunc(p.Identities, sameAs(i)) }) {
			continue
		}
		p, err := e.personOf(ctx, client, i)
		if err != nil {
			return nil, fmt.Errorf("read what is known of a person: %w", err)
		}
		list = append(list, p)
	}
	return list, nil
}

// same reports whether two lists of persons say the same, whatever the persons'
// numbers and their order.
func same(a, b []inbox.Person) bool {
	return len(a) == len(b) && !slices.ContainsFunc(a, func(p inbox.Person) bool {
		return !slices.ContainsFunc(b, func(o inbox.Person) bool {
			return slices.Equal(p.Badges, o.Badges) && slices.Equal(p.Notes, o.Notes) && len(p.Identities) == len(o.Identities) &&
				!slices.ContainsFunc(p.Identities, func(i inbox.PersonIdentity) bool { return !slices.ContainsFunc(o.Identities, sameAs(i)) })
		})
	})
}

// turnPeople makes persons what they were before a step, unless somebody
// changed them since. What it returns does the step again.
func (e *Engine) turnPeople(ctx context.Context, s step) (step, inbox.Undid, error) {
	e.people.Lock()
	defer e.people.Unlock()
	p := *s.people
	var ids []inbox.PersonIdentity
	for _, o := range append(slices.Clone(p.was), p.is...) {
		ids = append(ids, o.Identities...)
	}
	now, err := e.peopleOf(ctx, p.client, ids)
	switch {
	case err != nil:
		return s, inbox.Undid{}, err
	case !same(now, p.is):
		return s, inbox.Undid{}, never("what is known of the person was changed since")
	}
	// Who has a number keeps it; who is made anew comes behind.
	list := slices.Clone(p.was)
	slices.SortStableFunc(list, func(a, b inbox.Person) int { return min(int(b.ID), 1) - min(int(a.ID), 1) })
	for _, o := range list {
		if o.ID, err = e.numberOf(ctx, o); err != nil {
			return s, inbox.Undid{}, err
		}
		if err := e.savePerson(ctx, o, p.threads...); err != nil {
			return s, inbox.Undid{}, err
		}
	}
	p.was, p.is = p.is, p.was
	s.people = &p
	return s, inbox.Undid{Verb: s.verb(), Threads: p.threads}, nil
}

// numberOf is the number under which a person's first identity is known now; 0:
// it is not.
func (e *Engine) numberOf(ctx context.Context, p inbox.Person) (inbox.PersonID, error) {
	i := p.Identities[0]
	o, err := e.repo.PersonOf(ctx, p.Client, i.Account, i.Author.ID)
	if errors.Is(err, inbox.ErrNotFound) {
		return 0, nil
	}
	return o.ID, err
}
