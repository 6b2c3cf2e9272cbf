package store

import (
	"bytes"
	"context"
	"testing"
	"time"

	"go.etcd.io/bbolt"

	"vigie/inbox"
)

// wreck makes the head of thread 1 unreadable, and its messages.
func wreck(t *testing.T, db *DB, messages ...inbox.Message) {
	t.Helper()
	err := db.bolt.Update(func(tx *bbolt.Tx) error {
		spoilt := bytes.Repeat([]byte{7}, 9)
		for _, m := range messages {
			if err := tx.Bucket([]byte(bucketNames[bMessages])).Put(idKey(m.ID), spoilt); err != nil {
				return err
			}
		}
		return tx.Bucket([]byte(bucketNames[bThreads])).Put(idKey(inbox.ThreadID(1)), spoilt)
	})
	if err != nil {
		t.Fatal(err)
	}
}

// TestWreckedThreadIsHealed: a thread of which neither the head nor some
// messages can be read is whole again when the network brings them again.
func TestWreckedThreadIsHealed(t *testing.T) {
	for _, c := range []struct {
		name        string
		first, last int
	}{{"a message", 1, 2}, {"the first", 0, 1}, {"all", 0, 4}} {
		t.Run(c.name, func(t *testing.T) {
			db, ctx := testDB(t), context.Background()
			want := sample(t, db)
			msgs, err := db.Messages(ctx, 1, time.Time{}, 0)
			if err != nil {
				t.Fatal(err)
			}
			wreck(t, db, msgs[c.first:c.last]...)
			fill(t, db, corpus(5), 5, inbox.Live, inbox.Native)
			got, err := db.Thread(ctx, 1)
			if err != nil || got.Messages != want.Messages || got.Remote != want.Remote || !got.LastAt.Equal(want.LastAt) {
				t.Errorf("%+v, not %+v: %v", got, want, err)
			}
			mustBeWhole(t, db)
		})
	}
}

// TestWreckedThreadGoesOn: a new message of a thread of which nothing can be
// read begins it again.
func TestWreckedThreadGoesOn(t *testing.T) {
	db, ctx := testDB(t), context.Background()
	want := sample(t, db)
	msgs, err := db.Messages(ctx, 1, time.Time{}, 0)
	if err != nil {
		t.Fatal(err)
	}
	wreck(t, db, msgs...)
	m := corpus(5)[4]
	m.Remote, m.Conversation = "more", want.Remote
	fill(t, db, []inbox.Message{m}, 1, inbox.Live, inbox.Native)
	if got, err := db.ThreadOf(ctx, want.Account, want.Remote); err != nil || got.ID != 1 || got.Messages != 1 {
		t.Errorf("%+v, %v", got, err)
	}
}
