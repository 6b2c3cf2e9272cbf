package store

import (
	"bytes"
	"context"
	"errors"
	"math/rand/v2"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"testing"
	"time"

	"go.etcd.io/bbolt"

	"vigie/inbox"
	"vigie/inbox/text"
)

// sample fills a store with one of everything that has a record.
func sample(t *testing.T, db *DB) inbox.Thread {
	t.Helper()
	ctx, now := context.Background(), time.Date(2026, 11, 22, 8, 0, 0, 0, time.UTC)
	fill(t, db, corpus(5), 5, inbox.Live, inbox.Native)
	th, err := db.Thread(ctx, 1)
	if err != nil {
		t.Fatal(err)
	}
	_, err = db.Act(ctx, []inbox.ThreadID{1}, func(inbox.Thread) ([]inbox.Event, error) {
		return []inbox.Event{
			{At: now, Actor: inbox.Human, Verb: inbox.Noted, Text: text.Clean("note")},
			{At: now, Actor: inbox.Human, Verb: inbox.Tagged, Args: []string{"+vip"}},
		}, nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := db.SaveDraft(ctx, inbox.Draft{ID: "d1", Thread: 1, Text: "draft"}); err != nil {
		t.Fatal(err)
	}
	a := inbox.Action{Thread: 1, Kind: inbox.ActReply, State: inbox.Queued, Text: "answer"}
	if _, err := db.AddAction(ctx, a, nil); err != nil {
		t.Fatal(err)
	}
	if err := db.SaveView(ctx, inbox.View{ID: "v1", Query: "is:mine"}); err != nil {
		t.Fatal(err)
	}
	if _, err := db.SavePerson(ctx, inbox.Person{
		Client: th.Client, Identities: []inbox.PersonIdentity{{Account: th.Account, Author: th.Author}}, Badges: []string{"vip"},
		Notes: []inbox.PersonNote{{At: now, Text: text.Clean("note")}},
	}); err != nil {
		t.Fatal(err)
	}
	return th
}

// spoil flips bits of one byte of a bucket's first record.
func spoil(t *testing.T, db *DB, b bucket, at int, bits byte) (key []byte, length int) {
	t.Helper()
	err := db.bolt.Update(func(tx *bbolt.Tx) error {
		k, v := tx.Bucket([]byte(bucketNames[b])).Cursor().First()
		key, v = bytes.Clone(k), bytes.Clone(v)
		length = len(v)
		v[at%length] ^= bits
		return tx.Bucket([]byte(bucketNames[b])).Put(key, v)
	})
	if err != nil {
		t.Fatal(err)
	}
	return key, length
}

func TestEveryFlippedByteIsSeen(t *testing.T) {
	t.Parallel()
	db, ctx := testDB(t), context.Background()
	th := sample(t, db)
	msgs, err := db.Messages(ctx, 1, time.Time{}, 0)
	if err != nil {
		t.Fatal(err)
	}
	for b, read := range map[bucket]func() error{
		bMeta:     func() error { _, err := db.Info(ctx); return err },
		bThreads:  func() error { _, err := db.ThreadOf(ctx, th.Account, th.Remote); return err },
		bMessages: func() error { _, err := db.MessageOf(ctx, th.Account, msgs[0].Remote); return err },
		bPosts:    func() error { _, err := db.Post(ctx, th.Account, th.PostID); return err },
		bActions:  func() error { _, err := db.Action(ctx, 1); return err },
		bDrafts:   func() error { _, err := db.Draft(ctx, "d1"); return err },
		bPersons:  func() error { _, err := db.PersonOf(ctx, th.Client, th.Account, th.Author.ID); return err },
	} {
		for at, length := 0, 1; at < length; at++ {
			_, length = spoil(t, db, b, at, 0x55)
			if err := read(); !errors.Is(err, inbox.ErrDamaged) {
				t.Errorf("%s, byte %d of %d: %v", bucketNames[b], at, length, err)
			}
			spoil(t, db, b, at, 0x55)
		}
		if err := read(); err != nil {
			t.Errorf("%s, put right: %v", bucketNames[b], err)
		}
	}
}

func TestRecordOfAnotherKeyIsSeen(t *testing.T) {
	db, ctx := testDB(t), context.Background()
	sample(t, db)
	err := db.bolt.Update(func(tx *bbolt.Tx) error {
		b := tx.Bucket([]byte(bucketNames[bMessages]))
		return b.Put(idKey(inbox.MessageID(2)), bytes.Clone(b.Get(idKey(inbox.MessageID(1)))))
	})
	if err != nil {
		t.Fatal(err)
	}
	p, err := db.Search(ctx, inbox.SearchRequest{})
	if err != nil || len(p.Hits) != 4 {
		t.Errorf("%d hits, %v", len(p.Hits), err)
	}
}

func TestListsLeaveDamagedRecordsOut(t *testing.T) {
	ctx := context.Background()
	for _, c := range []struct {
		name string
		b    bucket
		read func(db *DB) (int, error)
	}{
		{"threads", bThreads, func(db *DB) (int, error) {
			p, err := db.Threads(ctx, inbox.ThreadQuery{})
			return len(p.Threads), err
		}},
		{"walk", bThreads, func(db *DB) (int, error) { ts, err := db.Walk(ctx, "", "", 0); return len(ts), err }},
		{"messages", bMessages, func(db *DB) (int, error) {
			ms, err := db.Messages(ctx, 1, time.Time{}, 0)
			return len(slices.DeleteFunc(ms, func(m inbox.Message) bool { return m.Damaged })), err
		}},
		{"search", bMessages, func(db *DB) (int, error) {
			p, err := db.Search(ctx, inbox.SearchRequest{})
			return len(p.Hits), err
		}},
		{"events", bEvents, func(db *DB) (int, error) { es, err := db.Events(ctx, 1); return len(es), err }},
		{"log", bEvents, func(db *DB) (int, error) { es, err := db.EventLog(ctx, 0, 0); return len(es), err }},
		{"actions", bActions, func(db *DB) (int, error) { as, err := db.Actions(ctx, nil); return len(as), err }},
		{"open actions", bActions, func(db *DB) (int, error) { as, err := db.OpenActions(ctx); return len(as), err }},
		{"drafts", bDrafts, func(db *DB) (int, error) { ds, err := db.Drafts(ctx, 0); return len(ds), err }},
		{"views", bViews, func(db *DB) (int, error) { vs, err := db.Views(ctx); return len(vs), err }},
		{"streams", bStreams, func(db *DB) (int, error) { ss, err := db.StreamStates(ctx); return len(ss), err }},
	} {
		t.Run(c.name, func(t *testing.T) {
			db := testDB(t)
			sample(t, db)
			before, err := c.read(db)
			if err != nil {
				t.Fatal(err)
			}
			key, _ := spoil(t, db, c.b, 9, 0xFF)
			after, err := c.read(db)
			if err != nil || after != before-1 {
				t.Errorf("%d after %d, %v", after, before, err)
			}
			rep, err := db.Check(ctx)
			if err != nil || rep.Total == 0 {
				t.Fatalf("check: %+v, %v", rep, err)
			}
			if f := rep.Faults[0]; f.Bucket != bucketNames[c.b] || !bytes.Equal(f.Key, key) || !errors.Is(f, inbox.ErrDamaged) {
				t.Errorf("check found %v", f)
			}
		})
	}
}

// lose takes a bucket's first record away.
func lose(t *testing.T, db *DB, b bucket) {
	t.Helper()
	err := db.bolt.Update(func(tx *bbolt.Tx) error {
		k, _ := tx.Bucket([]byte(bucketNames[b])).Cursor().First()
		return tx.Bucket([]byte(bucketNames[b])).Delete(bytes.Clone(k))
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestListsLeaveLostRecordsOut(t *testing.T) {
	db, ctx := testDB(t), context.Background()
	th := sample(t, db)
	for _, b := range []bucket{bMessages, bEvents, bActions} {
		lose(t, db, b)
	}
	msgs, err := db.Messages(ctx, th.ID, time.Time{}, 0)
	if err != nil || len(msgs) != th.Messages || !msgs[0].Damaged {
		t.Errorf("messages: %+v, %v", msgs, err)
	}
	events, err := db.Events(ctx, th.ID)
	if err != nil || len(events) == 0 || events[0].N != 2 {
		t.Errorf("events: %+v, %v", events, err)
	}
	if acts, err := db.ThreadActions(ctx, th.ID); err != nil || len(acts) != 0 {
		t.Errorf("actions: %+v, %v", acts, err)
	}
	fill(t, db, corpus(5), 5, inbox.Live, inbox.Native)
	if again, err := db.Messages(ctx, th.ID, time.Time{}, 0); err != nil || len(again) != len(msgs) || again[0].Damaged {
		t.Errorf("not healed when it came again: %+v, %v", again, err)
	}
	lose(t, db, bThreads)
	if _, err := db.Thread(ctx, th.ID); !errors.Is(err, inbox.ErrDamaged) {
		t.Errorf("a lost thread: %v", err)
	}
	if left, err := db.Walk(ctx, "", "", 0); err != nil || len(left) == 0 {
		t.Errorf("walk: %d threads, %v", len(left), err)
	}
	if p, err := db.Threads(ctx, inbox.ThreadQuery{}); err != nil || len(p.Threads) == 0 {
		t.Errorf("threads: %+v, %v", p, err)
	}
}

func TestDamagedMessageKeepsItsPlace(t *testing.T) {
	db, ctx := testDB(t), context.Background()
	th := sample(t, db)
	was, err := db.Messages(ctx, th.ID, time.Time{}, 0)
	if err != nil {
		t.Fatal(err)
	}
	spoil(t, db, bMessages, 9, 0xFF)
	msgs, err := db.Messages(ctx, th.ID, time.Time{}, 0)
	if err != nil || len(msgs) != len(was) {
		t.Fatalf("%d messages, want %d: %v", len(msgs), len(was), err)
	}
	want := inbox.Message{ID: was[0].ID, Thread: th.ID, At: was[0].At, Damaged: true}
	if !reflect.DeepEqual(msgs[0], want) {
		t.Errorf("%+v, want %+v", msgs[0], want)
	}
	if !reflect.DeepEqual(msgs[1:], was[1:]) {
		t.Errorf("the others: %+v, were %+v", msgs[1:], was[1:])
	}
}

func TestDamagedPostKeepsItsMessage(t *testing.T) {
	db, ctx := testDB(t), context.Background()
	th := sample(t, db)
	spoil(t, db, bPosts, 3, 1)
	msgs, err := db.Messages(ctx, 1, time.Time{}, 0)
	if err != nil || len(msgs) == 0 || msgs[0].Post == nil || msgs[0].Post.ID != th.PostID {
		t.Fatalf("%+v, %v", msgs, err)
	}
	fill(t, db, corpus(5), 5, inbox.Live, inbox.Native)
	if _, err := db.Post(ctx, th.Account, th.PostID); err != nil {
		t.Errorf("not healed when it came again: %v", err)
	}
}

func TestWhatComesAgainHeals(t *testing.T) {
	ctx := context.Background()
	for _, b := range []bucket{bMessages, bThreads, bCounters} {
		t.Run(bucketNames[b], func(t *testing.T) {
			db := testDB(t)
			msgs := corpus(7)
			sample(t, db)
			want, err := db.Thread(ctx, 1)
			if err != nil {
				t.Fatal(err)
			}
			counts, err := db.Counts(ctx)
			if err != nil {
				t.Fatal(err)
			}
			spoil(t, db, b, 4, 0x10)
			if got, err := db.Counts(ctx); err != nil || (b == bCounters && got[0] != counts[0]) {
				t.Errorf("counters %v, want %v (%v)", got, counts, err)
			}
			again := slices.Clone(msgs)
			again[0].Text, again[0].Edited = text.Clean("new text"), again[0].At.Add(time.Hour)
			again[5].Conversation = again[0].Conversation
			again[6].Conversation = "new"
			fill(t, db, again, 10, inbox.Live, inbox.Native)
			got, err := db.Thread(ctx, 1)
			if err != nil {
				t.Fatal(err)
			}
			if got.Messages != want.Messages+1 || got.Notes != 1 || !got.HasTag("vip") || got.State != want.State ||
				got.Client != want.Client || got.Remote != want.Remote || got.Events < want.Events+1 {
				t.Errorf("healed %+v, was %+v", got, want)
			}
			rep, err := db.Check(ctx)
			if err != nil || rep.Total > 0 {
				t.Errorf("after healing: %v, %v", rep.Faults, err)
			}
		})
	}
}

// TestAnyPageMayBeDamaged overwrites parts of the file at random: opening and
// reading it may fail, but never panic, hang or end the process.
func TestAnyPageMayBeDamaged(t *testing.T) {
	t.Parallel()
	whole := image(t)
	rnd := rand.New(rand.NewPCG(3, 4))
	path := filepath.Join(t.TempDir(), "vigie.db")
	opened, found := 0, 0
	for range 60 {
		file := bytes.Clone(whole)
		from := 8192 + rnd.IntN(len(file)-8192)
		switch rnd.IntN(4) {
		case 0: // one byte
			file[from] ^= byte(1 + rnd.IntN(255))
		case 1: // the beginning of a page
			from &^= 4095
			copy(file[from:], noise(64))
		case 2: // another page's content
			copy(file[from&^4095:][:4096], file[8192+rnd.IntN(len(file)-8192)&^4095:])
		case 3:
			copy(file[from&^4095+16:], noise(512))
		}
		if err := os.WriteFile(path, file, 0o600); err != nil {
			t.Fatal(err)
		}
		if rep, err := Check(context.Background(), path); err != nil || rep.Total > 0 {
			found++
		}
		db, err := Open(context.Background(), path, Options{})
		if err != nil {
			continue
		}
		opened++
		readAll(db)
		if err := db.Close(); err != nil {
			t.Fatal(err)
		}
	}
	t.Logf("%d of 60 opened, %d found damaged", opened, found)
	if opened == 0 || found < 40 {
		t.Errorf("%d of 60 opened, %d found damaged", opened, found)
	}
}

// readAll reads and writes all over a store, whatever comes of it.
func readAll(db *DB) {
	ctx := context.Background()
	threads, _ := db.Walk(ctx, "", "", 0)
	for _, t := range threads {
		_, _ = db.Messages(ctx, t.ID, time.Time{}, 0)
		_, _ = db.Events(ctx, t.ID)
	}
	_, _ = db.Threads(ctx, inbox.ThreadQuery{States: inbox.States()})
	_, _ = db.Search(ctx, inbox.SearchRequest{})
	word := inbox.CondTerm{Field: inbox.FieldAny, Words: []string{"m"}, Prefix: true, Exact: true}
	_, _ = db.Search(ctx, inbox.SearchRequest{Where: inbox.Cond{Op: inbox.CondIs, Term: word}, Limit: 1})
	unread := inbox.Cond{Op: inbox.CondIs, Term: inbox.CondTerm{Field: inbox.FieldUnread}}
	_, _ = db.Threads(ctx, inbox.ThreadQuery{Where: unread})
	_, _ = db.Counts(ctx)
	_, _ = db.Ingest(ctx, inbox.Ingest{Account: benchAccount(), Messages: corpus(1600), Now: time.Now()})
	_, _ = db.Check(ctx)
}
