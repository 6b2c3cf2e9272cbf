package store

import (
	"testing"

	"go.etcd.io/bbolt"

	"vigie/inbox"
)

// TestDamagedPersonIsReplaced: who saves a person over a record that cannot be
// read, or takes an identity from one, leaves nothing of the index behind.
func TestDamagedPersonIsReplaced(t *testing.T) {
	one := inbox.PersonIdentity{Account: "a", Author: inbox.Author{ID: "1"}}
	two := inbox.PersonIdentity{Account: "a", Author: inbox.Author{ID: "2"}}
	for _, again := range []inbox.Person{
		{ID: 1, Client: "one", Identities: []inbox.PersonIdentity{two}},
		{ID: 1, Client: "one"},
	} {
		db := testDB(t)
		if _, err := db.SavePerson(t.Context(), inbox.Person{Client: "one", Identities: []inbox.PersonIdentity{one, two}}); err != nil {
			t.Fatal(err)
		}
		spoil(t, db, bPersons, 3, 0x10)
		if _, err := db.SavePerson(t.Context(), again); err != nil {
			t.Fatal(err)
		}
		mustBeWhole(t, db)
		if _, err := db.SavePerson(t.Context(), inbox.Person{Client: "one", Identities: []inbox.PersonIdentity{one}}); err != nil {
			t.Fatal(err)
		}
		mustBeWhole(t, db)
	}
}

// TestCheckFindsStrayIdentities: of persons too the index must say what their
// records do.
func TestCheckFindsStrayIdentities(t *testing.T) {
	for name, spoil := range map[string]func(*bbolt.Bucket) error{
		"stray": func(b *bbolt.Bucket) error { return b.Put(identityAt("one", "a", "3"), idKey(inbox.PersonID(1))) },
		"wrong": func(b *bbolt.Bucket) error { return b.Put(identityAt("one", "a", "1"), idKey(inbox.PersonID(2))) },
		"lost":  func(b *bbolt.Bucket) error { return b.Delete(identityAt("one", "a", "1")) },
	} {
		db := testDB(t)
		if _, err := db.SavePerson(t.Context(), inbox.Person{
			Client: "one", Identities: []inbox.PersonIdentity{{Account: "a", Author: inbox.Author{ID: "1"}}},
		}); err != nil {
			t.Fatal(err)
		}
		if err := db.bolt.Update(func(tx *bbolt.Tx) error { return spoil(tx.Bucket([]byte(bucketNames[bIdentities]))) }); err != nil {
			t.Fatal(err)
		}
		if rep, err := db.Check(t.Context()); err != nil || rep.Total != 1 || rep.Faults[0].Bucket != bucketNames[bIdentities] {
			t.Errorf("%s: %v, %v", name, rep.Faults, err)
		}
	}
}
