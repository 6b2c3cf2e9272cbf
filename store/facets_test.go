package store

import (
	"bytes"
	"context"
	"strings"
	"testing"
	"time"

	"go.etcd.io/bbolt"

	"vigie/inbox"
	"vigie/inbox/query"
)

// decide appends an event to thread 1.
func decide(t *testing.T, db *DB, verb inbox.Verb, args ...string) {
	t.Helper()
	_, err := db.Act(context.Background(), []inbox.ThreadID{1}, func(th inbox.Thread) ([]inbox.Event, error) {
		return []inbox.Event{{At: th.LastAt, Actor: inbox.Human, Verb: verb, Args: args}}, nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func mustBeWhole(t *testing.T, db *DB) {
	t.Helper()
	if rep, err := db.Check(context.Background()); err != nil || rep.Total > 0 {
		t.Errorf("check: %v, %v", rep.Faults, err)
	}
}

// found searches without a limit but that of the hits.
func found(t *testing.T, db *DB, text string, limit int) inbox.SearchPage {
	t.Helper()
	q, err := query.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	env := query.Env{Now: time.Date(2026, 11, 22, 8, 0, 0, 0, time.UTC)}
	p, err := db.Search(context.Background(), inbox.SearchRequest{
		Where: q.Where(env), Limit: limit,
		Match: func(t inbox.Thread, m inbox.Message) bool { return q.Message(env, t, m) },
	})
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// TestOddTagGoesAlone: of two tags that share a set, the other stays in it.
func TestOddTagGoesAlone(t *testing.T) {
	db := testDB(t)
	sample(t, db)
	a, b := strings.Repeat("a", maxValue+1), strings.Repeat("b", maxValue+1)
	decide(t, db, inbox.Tagged, "+"+a, "+"+b)
	want := found(t, db, "tag:"+b, 0).Total
	decide(t, db, inbox.Tagged, "-"+a)
	if got := found(t, db, "tag:"+b, 0).Total; got != want || want == 0 {
		t.Errorf("found %d, not %d", got, want)
	}
	mustBeWhole(t, db)
	decide(t, db, inbox.Tagged, "-"+b)
	mustBeWhole(t, db)
}

// TestDamagedFacetIsMadeAnew: the counters, made anew with the facets, count
// the change that found the damage once.
func TestDamagedFacetIsMadeAnew(t *testing.T) {
	db := testDB(t)
	sample(t, db)
	err := db.bolt.Update(func(tx *bbolt.Tx) error {
		b := tx.Bucket([]byte(bucketNames[bFacets]))
		key := facetAt{facet{aboutState, inbox.Ours.String()}, 0}.key()
		v := bytes.Clone(b.Get(key))
		v[1] ^= 1
		return b.Put(key, v)
	})
	if err != nil {
		t.Fatal(err)
	}
	decide(t, db, inbox.Finished)
	mustBeWhole(t, db)
}
