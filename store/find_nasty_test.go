package store

import (
	"bytes"
	"context"
	"math/rand/v2"
	"slices"
	"strings"
	"time"

	"go.etcd.io/bbolt"
	"pgregory.net/rapid"

	"vigie/inbox"
	"vigie/inbox/text"
)

// retain erases what a client has from before some moment.
func (w *world) retain() {
	req := inbox.EraseRequest{
		Client: oneOf(w.T, "whose", []inbox.ClientID{"miette", "coop", "Coop"}), Limit: 5, Now: w.now,
		Before: w.now.Add(-time.Duration(rapid.IntRange(0, 40*24).Draw(w.T, "kept")) * time.Hour),
	}
	for more := true; more; {
		res, err := w.db.Erase(context.Background(), req)
		if err != nil {
			w.Fatal(err)
		}
		more, req.From = res.Next > 0, res.Next
	}
}

func (w *world) compact() {
	if _, err := w.db.Compact(context.Background(), rapid.Bool().Draw(w.T, "yield")); err != nil {
		w.Fatal(err)
	}
}

// move brings a message of an account that goes to another client, of odd
// names some.
func (w *world) move() {
	a := oneOf(w.T, "moved", worldAccounts())
	a.Client = oneOf(w.T, "to", []inbox.ClientID{"miette", "MIETTE", "coop", "x\x01y", "\x01", "ſoop", inbox.ClientID(strings.Repeat("k", maxValue+1))})
	m := w.message(len(w.sent))
	w.sent, w.in = append(w.sent, m), append(w.in, a)
	_, err := w.db.Ingest(context.Background(), inbox.Ingest{
		Account: a, Now: w.now, Actor: inbox.Native, Origin: inbox.Live, Messages: []inbox.Message{m},
	})
	if err != nil {
		w.Fatal(err)
	}
}

// restore gives a thread the triage, tags and notes of an import.
func (w *world) restore() {
	n := w.threads()
	if n == 0 {
		return
	}
	th, err := w.db.Thread(context.Background(), inbox.ThreadID(rapid.Uint64Range(1, n).Draw(w.T, "restored")))
	if err != nil {
		w.Fatal(err)
	}
	r := inbox.RestoredThread{Account: th.Account, Conversation: th.Remote, Triage: th.Triage}
	r.Triage.State = oneOf(w.T, "state", inbox.States())
	r.Triage.Unread, r.Triage.Promoted = rapid.Bool().Draw(w.T, "unread"), rapid.Bool().Draw(w.T, "promoted")
	for range rapid.IntRange(0, 4).Draw(w.T, "tags") {
		r.Tags = append(r.Tags, oneOf(w.T, "tag", []string{
			"motif", "motif/livraison", "motif/", "/", "é", "MOTIF", "motif\x00x", "motif/livraison/x", "\x01", "",
			strings.Repeat("x", maxValue+1), strings.Repeat("y", maxValue+1),
		}))
	}
	for range rapid.IntRange(0, 2).Draw(w.T, "notes") {
		r.Events = append(r.Events, inbox.Event{At: w.now, Actor: inbox.Human, Verb: inbox.Noted, Text: text.Clean("note")})
	}
	if _, err := w.db.Restore(context.Background(), []inbox.RestoredThread{r}); err != nil {
		w.Fatal(err)
	}
}

// harm flips bits of records of what is made from messages and heads.
func (w *world) harm() {
	name := []byte(bucketNames[oneOf(w.T, "bucket", []bucket{bWords, bColumns, bFacets, bCounters})])
	rnd := rand.New(rand.NewPCG(rapid.Uint64().Draw(w.T, "seed"), 1))
	err := w.db.bolt.Update(func(tx *bbolt.Tx) error {
		b := tx.Bucket(name)
		var keys [][]byte
		for k, _ := b.Cursor().First(); k != nil && len(keys) < 100; k, _ = b.Cursor().Seek(append(k, 0)) {
			keys = append(keys, slices.Clone(k))
		}
		for range min(3, len(keys)) {
			key := keys[rnd.IntN(len(keys))]
			v := bytes.Clone(b.Get(key))
			v[rnd.IntN(len(v))] ^= 1 << rnd.IntN(8)
			if err := b.Put(key, v); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		w.Fatal(err)
	}
}

// drawNasty draws a query about what only these steps make.
func drawNasty(t *rapid.T) string {
	terms := []string{
		"client:miette", "client:soop", "client:x", "client:" + strings.Repeat("k", maxValue+1), "tag:motif", "tag:é", "tag:/",
		"tag:" + strings.Repeat("x", maxValue+1), "tag:" + strings.Repeat("y", maxValue+1), "before:2026-11-22", "is:overdue", "-is:overdue",
		"has:draft OR tag:motif", "-(-motif -tag:motif)", "from:erased", "from:inès", "-is:open", "is:any", "state:any -is:any",
	}
	a, b := oneOf(t, "one", terms), oneOf(t, "other", terms)
	return oneOf(t, "nasty", []string{a, "(" + a + " OR -(" + b + ")) " + drawQuery(t, 1)})
}
