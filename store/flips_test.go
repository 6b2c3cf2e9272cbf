package store

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"
	"time"

	"go.etcd.io/bbolt"

	"vigie/inbox"
)

// flips is how many bits are turned, one after the other.
const flips = 1000

// shelved is a record and where it lies in the file.
type shelved struct {
	b    bucket
	key  []byte
	from int64
	size int
}

// compacted is a store in which every record lies once: freed pages keep
// copies.
func compacted(t *testing.T) (path string) {
	t.Helper()
	db := testDB(t)
	sample(t, db)
	fill(t, db, corpus(400), 100, inbox.Live, inbox.Native)
	path = filepath.Join(t.TempDir(), "vigie.db")
	dst, err := bbolt.Open(path, 0o600, nil)
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(bbolt.Compact(dst, db.bolt, 0), dst.Close()); err != nil {
		t.Fatal(err)
	}
	return path
}

// recordsIn finds the records of the buckets that hold some.
func recordsIn(t *testing.T, db *DB) (out []shelved) {
	t.Helper()
	file, err := os.ReadFile(db.path)
	if err != nil {
		t.Fatal(err)
	}
	err = db.view(context.Background(), func(r *rtx) error {
		for _, b := range []bucket{bMeta, bThreads, bMessages, bPosts, bEvents, bCounters, bStreams, bActions, bDrafts, bViews, bPersons} {
			err := r.each(context.Background(), b, nil, func(key, v []byte) error {
				at := bytes.Index(file, v)
				if at < 0 || bytes.Contains(file[at+1:], v) {
					t.Fatalf("%s %x does not lie once in the file", bucketNames[b], key)
				}
				out = append(out, shelved{b, bytes.Clone(key), int64(at), len(v)})
				return nil
			})
			if err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// TestEveryFlippedBitIsSeen turns bits of records in the file of an open
// store: each is noticed where it is, and only there.
func TestEveryFlippedBitIsSeen(t *testing.T) {
	t.Parallel()
	path, ctx := compacted(t), context.Background()
	db, err := Open(ctx, path, Options{adopt: true})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	records, want := recordsIn(t, db), count(t, db)
	rnd := rand.New(rand.NewPCG(7, 8))
	for n := range flips {
		s := records[rnd.IntN(len(records))]
		at, bit := s.from+int64(rnd.IntN(s.size)), byte(1)<<rnd.IntN(8)
		flip(t, f, at, bit)
		if got := count(t, db); got != want.without(s.holder()) {
			t.Errorf("%s %x, byte %d: %+v, was %+v", bucketNames[s.b], s.key, at-s.from, got, want)
		}
		if n%10 == 0 {
			s.onlyFault(t, db)
		}
		flip(t, f, at, bit)
	}
	if rep, err := db.Check(ctx); err != nil || rep.Total > 0 {
		t.Errorf("all put right: %v, %v", rep.Faults, err)
	}
}

func flip(t *testing.T, f *os.File, at int64, bit byte) {
	t.Helper()
	var b [1]byte
	if _, err := f.ReadAt(b[:], at); err != nil {
		t.Fatal(err)
	}
	b[0] ^= bit
	if _, err := f.WriteAt(b[:], at); err != nil {
		t.Fatal(err)
	}
}

// holder is the bucket whose content a reader lacks without the record: the
// index's own record is made anew.
func (s shelved) holder() bucket {
	if string(s.key) == indexKey {
		return bWords
	}
	return s.b
}

// onlyFault asserts that a check finds a record, and nothing that does not
// follow from it.
func (s shelved) onlyFault(t *testing.T, db *DB) {
	t.Helper()
	rep, err := db.Check(context.Background())
	if s.holder() == bMeta {
		if !errors.Is(err, inbox.ErrDamaged) {
			t.Errorf("check without the store's own record: %v", err)
		}
		return
	}
	found := false
	for _, f := range rep.Faults {
		found = found || f.Bucket == bucketNames[s.b] && (bytes.Equal(f.Key, s.key) || s.b == bCounters)
		if f.Bucket != bucketNames[s.b] && f.Bucket != bucketNames[bFacets] && (s.b != bMessages || f.Bucket != bucketNames[bThreads]) && f.Bucket != bucketNames[bCounters] {
			t.Errorf("%s %x: check found %v too", bucketNames[s.b], s.key, f)
		}
	}
	if err != nil || !found {
		t.Errorf("%s %x: check found %v, %v", bucketNames[s.b], s.key, rep.Faults, err)
	}
}

// whole counts what of a store can be read, by what holds it.
type whole struct{ own, threads, messages, posts, events, streams, actions, drafts, views, persons int }

// without is what can be read when one record of a bucket cannot.
func (w whole) without(b bucket) whole {
	switch b {
	case bMeta:
		w.own--
	case bThreads:
		w.threads--
	case bMessages:
		w.messages--
	case bPosts:
		w.posts--
	case bEvents:
		w.events--
	case bStreams:
		w.streams--
	case bActions:
		w.actions--
	case bDrafts:
		w.drafts--
	case bViews:
		w.views--
	case bPersons:
		w.persons--
	}
	return w // counters are counted anew
}

func count(t *testing.T, db *DB) (w whole) {
	t.Helper()
	ctx := context.Background()
	if _, err := db.Info(ctx); err == nil {
		w.own++
	}
	threads, err1 := db.Walk(ctx, "", "", 0)
	for id := inbox.ThreadID(1); id <= inbox.ThreadID(200); id++ {
		msgs, err := db.Messages(ctx, id, time.Time{}, 0)
		if err != nil && !errors.Is(err, inbox.ErrNotFound) {
			t.Fatal(err)
		}
		for _, m := range msgs {
			if !m.Damaged {
				w.messages++
			}
		}
	}
	for n := range 20 { // see corpus
		if _, err := db.Post(ctx, benchAccount().ID, fmt.Sprintf("p%d", n)); err == nil {
			w.posts++
		}
	}
	events, err2 := db.EventLog(ctx, 0, 0)
	streams, err3 := db.StreamStates(ctx)
	actions, err4 := db.Actions(ctx, nil)
	drafts, err5 := db.Drafts(ctx, 0)
	_, err6 := db.Counts(ctx)
	views, err7 := db.Views(ctx)
	if err := errors.Join(err1, err2, err3, err4, err5, err6, err7); err != nil {
		t.Fatal(err)
	}
	if _, err := db.PersonOf(ctx, benchAccount().Client, benchAccount().ID, "561"); err == nil {
		w.persons++
	}
	w.threads, w.events, w.streams, w.actions, w.drafts, w.views = len(threads), len(events), len(streams), len(actions), len(drafts), len(views)
	return w
}
