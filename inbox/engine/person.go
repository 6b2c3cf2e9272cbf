package engine

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"vigie/inbox"
	"vigie/inbox/text"
)

// who is the identity that a thread is with, and what is known of them.
type who struct {
	thread   inbox.Thread
	identity inbox.PersonIdentity
	person   inbox.Person
}

// whoIs finds who a thread is with. Who wrote was erased, or nobody has: a
// Problem.
func (e *Engine) whoIs(ctx context.Context, id inbox.ThreadID) (who, error) {
	t, err := e.head(ctx, id)
	if err != nil {
		return who{}, err
	}
	if t.Author.ID == "" || t.Author.ID == inbox.ErasedAuthor {
		return who{}, inbox.Problem{Code: inbox.CodeGone, Args: []string{fmt.Sprint(id)}, Detail: "nobody is known of this thread"}
	}
	w := who{thread: t, identity: inbox.PersonIdentity{Account: t.Account, Author: t.Author}}
	w.person, err = e.personOf(ctx, t.Client, w.identity)
	return w, err
}

// personOf is the person of an identity, with the identity as it shows itself
// now; a new one without a number when nobody has noted anything.
func (e *Engine) personOf(ctx context.Context, client inbox.ClientID, i inbox.PersonIdentity) (inbox.Person, error) {
	p, err := e.repo.PersonOf(ctx, client, i.Account, i.Author.ID)
	if errors.Is(err, inbox.ErrNotFound) {
		return inbox.Person{Client: client, Identities: []inbox.PersonIdentity{i}}, nil
	}
	if at := slices.IndexFunc(p.Identities, sameAs(i)); at >= 0 {
		p.Identities[at] = i
	}
	return p, err
}

func sameAs(i inbox.PersonIdentity) func(inbox.PersonIdentity) bool {
	return func(o inbox.PersonIdentity) bool { return o.Account == i.Account && o.Author.ID == i.Author.ID }
}

// Badge adds and removes badges ("+vip", "press", "-press") of who a thread is
// with.
func (e *Engine) Badge(ctx context.Context, by inbox.By, id inbox.ThreadID, changes []string) error {
	return e.onPerson(ctx, by, id, func(p *inbox.Person) error {
		effective, err := inbox.TagChange(inbox.Thread{Tags: p.Badges}, changes)
		p.Badges = inbox.Retag(p.Badges, effective)
		return err
	})
}

// PersonNote adds a private note on who a thread is with. It never reaches a
// network.
func (e *Engine) PersonNote(ctx context.Context, by inbox.By, id inbox.ThreadID, body string) error {
	clean := text.Clean(strings.TrimSpace(body))
	if clean.Empty() {
		return inbox.Problem{Code: inbox.CodeEmpty}
	}
	return e.onPerson(ctx, by, id, func(p *inbox.Person) error {
		p.Notes = append(p.Notes, inbox.PersonNote{At: e.now(), Session: by.Session, Line: by.Line, Text: clean})
		return nil
	})
}

// onPerson changes what is known of who a thread is with. What then says
// nothing is not kept.
func (e *Engine) onPerson(ctx context.Context, by inbox.By, id inbox.ThreadID, change func(*inbox.Person) error) error {
	m, end := e.alone(by)
	defer end()
	w, err := e.whoIs(ctx, id)
	if err != nil {
		return err
	}
	return e.changing(ctx, m, w.thread.Client, []inbox.ThreadID{id}, w.person.Identities, func() error {
		if err := change(&w.person); err != nil {
			return err
		}
		return e.savePerson(ctx, w.person, id)
	})
}

// savePerson stores a person and tells the sessions of the threads in whose
// cards it shows.
func (e *Engine) savePerson(ctx context.Context, p inbox.Person, of ...inbox.ThreadID) error {
	if len(p.Identities) <= 1 && len(p.Badges) == 0 && len(p.Notes) == 0 {
		if p.ID == 0 {
			return nil
		}
		p.Identities = nil
	}
	if _, err := e.repo.SavePerson(ctx, p); err != nil {
		return fmt.Errorf("keep what is known of a person: %w", err)
	}
	for _, id := range of {
		e.changes.publish(inbox.Change{Thread: id})
	}
	return nil
}

// Link says that two threads of one client are with the same person: from then
// on they share badges and notes. Answers go where they went. Threads of two
// clients are a Problem.
func (e *Engine) Link(ctx context.Context, by inbox.By, id, with inbox.ThreadID) error {
	m, end := e.alone(by)
	defer end()
	a, err := e.whoIs(ctx, id)
	if err != nil {
		return err
	}
	b, err := e.whoIs(ctx, with)
	switch {
	case err != nil:
		return err
	case a.thread.Client != b.thread.Client:
		return inbox.Problem{Code: inbox.CodeApart, Args: []string{string(a.thread.Client), string(b.thread.Client)}}
	case slices.ContainsFunc(a.person.Identities, sameAs(b.identity)):
		return nil
	}
	both := joined(a.person, b.person)
	return e.changing(ctx, m, both.Client, []inbox.ThreadID{id, with}, both.Identities, func() error {
		return e.savePerson(ctx, both, id, with)
	})
}

// joined is one person made of two: the older one gains what the other has.
func joined(a, b inbox.Person) inbox.Person {
	if a.ID == 0 || b.ID != 0 && b.ID < a.ID {
		a, b = b, a
	}
	a.Identities = append(a.Identities, b.Identities...)
	a.Badges = append(a.Badges, b.Badges...)
	slices.Sort(a.Badges)
	a.Badges = slices.Compact(a.Badges)
	a.Notes = append(a.Notes, b.Notes...)
	slices.SortStableFunc(a.Notes, func(x, y inbox.PersonNote) int { return x.At.Compare(y.At) })
	return a
}

// Unlink takes the identity of a thread out of its person, who keeps badges and
// notes. The last identity of a person stays.
func (e *Engine) Unlink(ctx context.Context, by inbox.By, id inbox.ThreadID) error {
	m, end := e.alone(by)
	defer end()
	w, err := e.whoIs(ctx, id)
	if err != nil || len(w.person.Identities) <= 1 {
		return err
	}
	all := slices.Clone(w.person.Identities)
	return e.changing(ctx, m, w.thread.Client, []inbox.ThreadID{id}, all, func() error {
		w.person.Identities = slices.DeleteFunc(w.person.Identities, sameAs(w.identity))
		return e.savePerson(ctx, w.person, id)
	})
}
