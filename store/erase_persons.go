package store

import (
	"errors"
	"slices"

	"vigie/inbox"
)

// lastOfPerson returns the person that the author of a message belongs to, when
// it is the last one of that author that is not erased; found are those erased
// before it. 0: nobody's, or they have written something else. Who has no
// handle and no name cannot be looked up, and keeps what is told of them.
func (p purge) lastOfPerson(f *finder, m inbox.Message, found []doomed) (inbox.PersonID, error) {
	id := p.personOf(p.req.Client, m.Account, m.Author.ID)
	if id == 0 {
		return 0, nil
	}
	person, err := p.person(id)
	if errors.Is(err, inbox.ErrDamaged) || errors.Is(err, inbox.ErrNotFound) {
		return 0, nil
	}
	if err != nil {
		return 0, err
	}
	names := []inbox.Author{m.Author}
	for _, i := range person.Identities { // as they were called when that was told
		if sameIdentity(i, inbox.PersonIdentity{Account: m.Account, Author: m.Author}) {
			names = append(names, i.Author)
		}
	}
	for _, author := range names {
		if left, err := p.leaves(f, m, author, found); err != nil || left {
			return 0, err
		}
	}
	return id, nil
}

// leaves reports whether an author, known by a handle or else a name, has
// written more than a message and those found.
func (p purge) leaves(f *finder, m inbox.Message, author inbox.Author, found []doomed) (bool, error) {
	known := inbox.Author{ID: author.ID, Handle: author.Handle}
	if known.Handle.Empty() {
		known.Name = author.Name
	}
	tokens := (&one{hit: &inbox.Hit{Message: inbox.Message{Author: known}}}).section(classAuthor)
	if len(tokens) == 0 {
		return author == m.Author, nil
	}
	docs := byDoc{f}.words(&inbox.CondTerm{Words: tokens, Exact: true}, f.docs, classAuthor).may.Clone()
	docs.Or(f.loose)
	for it := docs.ReverseIterator(); it.HasNext(); {
		if err := f.ctx.Err(); err != nil {
			return false, err
		}
		id := inbox.MessageID(it.Next())
		if id == m.ID || slices.ContainsFunc(found, func(d doomed) bool { return d.id == id }) {
			continue
		}
		o, err := p.message(id)
		if err != nil && !errors.Is(err, inbox.ErrDamaged) {
			return false, err
		}
		if err == nil && o.Account == m.Account && o.Author.ID == m.Author.ID {
			return true, nil
		}
	}
	return false, nil
}

// forgetIdentity takes an identity from a person, who is removed with badges
// and notes when it was the last.
func (w *txn) forgetIdentity(id inbox.PersonID, gone inbox.PersonIdentity) error {
	p, err := w.person(id)
	if errors.Is(err, inbox.ErrDamaged) || errors.Is(err, inbox.ErrNotFound) {
		return nil
	}
	if err == nil {
		err = w.drop(bIdentities, identityAt(p.Client, gone.Account, gone.Author.ID))
	}
	if err != nil {
		return err
	}
	return w.leave(id, gone)
}
