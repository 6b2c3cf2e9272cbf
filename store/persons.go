package store

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"

	"vigie/inbox"
)

// identityAt is the key of the index of persons. Neither part before the last
// holds a NUL.
func identityAt(client inbox.ClientID, account inbox.AccountID, author string) []byte {
	b := make([]byte, 0, len(client)+len(account)+len(author)+2)
	b = append(append(b, client...), 0)
	b = append(append(b, account...), 0)
	return append(b, author...)
}

func (r *rtx) person(id inbox.PersonID) (inbox.Person, error) {
	d, err := r.record(bPersons, idKey(id))
	if err != nil {
		return inbox.Person{}, fmt.Errorf("person %d: %w", id, err)
	}
	p, err := getPerson(d)
	p.ID = id
	return p, err
}

// personOf finds the person of an identity; 0: there is none.
func (r *rtx) personOf(client inbox.ClientID, account inbox.AccountID, author string) inbox.PersonID {
	return keyID[inbox.PersonID](r.get(bIdentities, identityAt(client, account, author)))
}

// PersonOf implements inbox.Reader.
func (db *DB) PersonOf(ctx context.Context, client inbox.ClientID, account inbox.AccountID, author string) (p inbox.Person, err error) {
	err = db.view(ctx, func(r *rtx) error {
		id := r.personOf(client, account, author)
		if id == 0 {
			return fmt.Errorf("person %q at %s: %w", author, account, inbox.ErrNotFound)
		}
		p, err = r.person(id)
		if errors.Is(err, inbox.ErrNotFound) {
			return fmt.Errorf("person %d is lost: %w", id, inbox.ErrDamaged)
		}
		return err
	})
	return p, err
}

// SavePerson implements inbox.Writer. Badges are sorted; of an identity that is
// there twice the first stays. A person stays with their client.
func (db *DB) SavePerson(ctx context.Context, p inbox.Person) (inbox.Person, error) {
	p.Badges, p.Identities, p.Notes = sortedSet(p.Badges), eachOnce(p.Identities), slices.Clone(p.Notes)
	err := db.update(ctx, func(w *txn) error {
		if err := checkPerson(&p); err != nil {
			return err
		}
		if p.ID == 0 {
			return w.newPerson(&p)
		}
		return w.changePerson(&p)
	})
	if err != nil {
		return inbox.Person{}, fmt.Errorf("save person: %w", err)
	}
	if len(p.Identities) == 0 {
		p.ID = 0
	}
	return p, nil
}

// eachOnce is a copy without repetitions.
func eachOnce(list []inbox.PersonIdentity) (out []inbox.PersonIdentity) {
	for _, i := range list {
		if !slices.ContainsFunc(out, func(o inbox.PersonIdentity) bool { return sameIdentity(i, o) }) {
			out = append(out, i)
		}
	}
	return out
}

func sameIdentity(a, b inbox.PersonIdentity) bool {
	return a.Account == b.Account && a.Author.ID == b.Author.ID
}

func checkPerson(p *inbox.Person) error {
	err := checkID("client", string(p.Client))
	for _, i := range p.Identities {
		err = errors.Join(err, checkID("account", string(i.Account)), checkID("author", i.Author.ID))
	}
	return err
}

// newPerson numbers a person; nobody is made of no identities.
func (w *txn) newPerson(p *inbox.Person) error {
	if len(p.Identities) == 0 {
		return nil
	}
	id, err := w.nextID(bPersons)
	if err != nil {
		return err
	}
	p.ID = inbox.PersonID(id)
	return w.putPerson(p)
}

// changePerson stores a person who is there, over a record that cannot be read
// too.
func (w *txn) changePerson(p *inbox.Person) error {
	old, err := w.person(p.ID)
	if err != nil && !errors.Is(err, inbox.ErrDamaged) {
		return err
	}
	if err == nil && old.Client != p.Client {
		return fmt.Errorf("of %s to %s: %w", old.Client, p.Client, inbox.ErrConflict)
	}
	if err := w.unknow(p.ID); err != nil {
		return err
	}
	return w.putPerson(p)
}

// unknow takes what the index says of a person back.
func (w *txn) unknow(id inbox.PersonID) error {
	var doomed [][]byte
	err := w.each(context.Background(), bIdentities, nil, func(key, v []byte) error {
		if keyID[inbox.PersonID](v) == id {
			doomed = append(doomed, bytes.Clone(key))
		}
		return nil
	})
	if err != nil {
		return err
	}
	for _, key := range doomed {
		if err := w.drop(bIdentities, key); err != nil {
			return err
		}
	}
	return nil
}

// putPerson writes a person of whom the index says nothing, and takes their
// identities from whom they belonged to.
func (w *txn) putPerson(p *inbox.Person) error {
	for _, i := range p.Identities {
		key := identityAt(p.Client, i.Account, i.Author.ID)
		if other := keyID[inbox.PersonID](w.bucket(bIdentities).Get(key)); other != 0 && other != p.ID {
			if err := w.leave(other, i); err != nil {
				return err
			}
		}
		if err := w.set(bIdentities, key, idKey(p.ID)); err != nil {
			return err
		}
	}
	return w.storePerson(p)
}

// leave takes an identity from a person. What cannot be read of them tells of
// none.
func (w *txn) leave(id inbox.PersonID, i inbox.PersonIdentity) error {
	p, err := w.person(id)
	if errors.Is(err, inbox.ErrDamaged) || errors.Is(err, inbox.ErrNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	p.Identities = slices.DeleteFunc(p.Identities, func(o inbox.PersonIdentity) bool { return sameIdentity(i, o) })
	return w.storePerson(&p)
}

// storePerson writes a person's record; that of one without identities goes.
func (w *txn) storePerson(p *inbox.Person) error {
	if len(p.Identities) == 0 {
		return w.drop(bPersons, idKey(p.ID))
	}
	e := w.begin()
	putPerson(&e, p)
	return w.put(bPersons, idKey(p.ID), e)
}

// checkDesk checks what people made besides threads: views, and persons with
// their index.
func (c *checker) checkDesk(ctx context.Context) error {
	if c.schema < rankSchema {
		return nil
	}
	return errors.Join(
		decode(ctx, c, bViews, getView, nil),
		decode(ctx, c, bPersons, getPerson, func(key []byte, p inbox.Person) {
			for _, i := range p.Identities {
				c.want(bIdentities, identityAt(p.Client, i.Account, i.Author.ID), key)
				c.known++
			}
		}),
	)
}
