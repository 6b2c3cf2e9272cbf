package store

import (
	"bytes"
	"context"
	"errors"
	"math"
	"slices"
	"testing"
	"time"

	"vigie/inbox"
	"vigie/inbox/text"
)

// indexedDB is a store of which half is merged.
func indexedDB(t *testing.T) *DB {
	t.Helper()
	db := testDB(t)
	fill(t, db, corpus(300), 300, inbox.Live, inbox.Native)
	mustAbsorb(t, db)
	return db
}

// TestDamagedListIsSeenAndHealed spoils every byte of a list: it is not taken
// for another, a check tells it, and the next change of it or Reindex heals.
func TestDamagedListIsSeenAndHealed(t *testing.T) {
	db, ctx := indexedDB(t), context.Background()
	for at, length := 0, 1; at < length; at++ {
		var key []byte
		key, length = spoil(t, db, bWords, at, 0x41)
		err := db.view(ctx, func(r *rtx) error {
			if l := db.lists(r); l.word(key[wordKeyHead], string(key[wordKeyHead+1:])) != nil {
				t.Errorf("byte %d of %d: not seen", at, length)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		if at%50 == 0 {
			rep, err := db.Check(ctx)
			if err != nil || rep.Total != 1 || rep.Faults[0].Bucket != bucketNames[bWords] || !bytes.Equal(rep.Faults[0].Key, key) {
				t.Errorf("check: %v, %v", rep.Faults, err)
			}
		}
		spoil(t, db, bWords, at, 0x41)
	}
	spoil(t, db, bWords, 0, 1)
	if err := db.Reindex(ctx); err != nil {
		t.Fatal(err)
	}
	tendAll(t, db)
	mustAbsorb(t, db)
	if merged, _ := sameIndex(t, db); merged != 300 {
		t.Errorf("merged up to %d", merged)
	}
	err := db.update(ctx, func(w *txn) error {
		key := wordKey(nil, 0, classText, "merci")
		return w.set(bWords, key, append([]byte{0}, w.bucket(bWords).Get(key)...))
	})
	if err != nil {
		t.Fatal(err)
	}
	fill(t, db, corpus(600)[300:], 300, inbox.Live, inbox.Native)
	mustAbsorb(t, db)
	tendAll(t, db)
	if _, end := sameIndex(t, db); end != 600 {
		t.Errorf("covers %d", end)
	}
	if rep, err := db.Check(ctx); err != nil || rep.Total > 0 {
		t.Errorf("check: %v, %v", rep.Faults, err)
	}
}

func tendAll(t *testing.T, db *DB) {
	t.Helper()
	for more := true; more; {
		var err error
		if more, err = db.Tend(context.Background()); err != nil {
			t.Fatal(err)
		}
	}
}

func TestCheckTellsWhatTheIndexLacks(t *testing.T) {
	for name, harm := range map[string]func(w *txn) error{
		"a list too few":  func(w *txn) error { return w.drop(bWords, wordKey(nil, 0, classText, "merci")) },
		"a list too many": func(w *txn) error { return w.alter(7, "tzzz", true) },
		"one too few":     func(w *txn) error { return w.alter(7, "f"+flagAccount(benchAccount().ID), false) },
		"beyond the end":  func(w *txn) error { return w.alter(301, "tmerci", true) },
		"a wrong time": func(w *txn) error {
			facts, err := w.facts(0, 300)
			if err != nil {
				return err
			}
			facts[9].at++
			return w.putBlock(0, facts)
		},
		"no columns": func(w *txn) error {
			return errors.Join(w.drop(bColumns, blockKey(0)), w.drop(bColumns, summaryKey(0)))
		},
	} {
		t.Run(name, func(t *testing.T) {
			db, ctx := indexedDB(t), context.Background()
			if err := db.update(ctx, harm); err != nil {
				t.Fatal(err)
			}
			rep, err := db.Check(ctx)
			if err != nil || rep.Total == 0 || !errors.Is(rep.Faults[0], inbox.ErrDamaged) {
				t.Errorf("check: %v, %v", rep.Faults, err)
			}
		})
	}
}

// TestDamagedColumnsAreReadFromTheMessages loses all columns: what they say is
// still known.
func TestDamagedColumnsAreReadFromTheMessages(t *testing.T) {
	db := indexedDB(t)
	err := db.update(context.Background(), func(w *txn) error {
		return errors.Join(w.set(bColumns, blockKey(0), []byte("x")), w.set(bColumns, summaryKey(0), nil))
	})
	if err != nil {
		t.Fatal(err)
	}
	if _, end := sameIndex(t, db); end != 300 {
		t.Errorf("covers %d", end)
	}
	fill(t, db, corpus(400)[300:], 100, inbox.Live, inbox.Native)
	mustAbsorb(t, db)
	if rep, err := db.Check(context.Background()); err != nil || rep.Total > 0 {
		t.Errorf("a merge does not make them anew: %v, %v", rep.Faults, err)
	}
}

// TestDamagedMessageInTheIndex damages a message that is indexed, and lets
// another come again: nothing of what it said is left.
func TestDamagedMessageInTheIndex(t *testing.T) {
	db, ctx := indexedDB(t), context.Background()
	spoil(t, db, bMessages, 9, 0xFF)
	if rep, err := db.Check(ctx); err != nil || slices.ContainsFunc(rep.Faults, func(f Fault) bool { return f.Bucket == bucketNames[bWords] }) {
		t.Errorf("check: %v, %v", rep.Faults, err)
	}
	again := corpus(1)
	again[0].Text = text.Clean("tout autre chose")
	fill(t, db, again, 1, inbox.Live, inbox.Native)
	sameIndex(t, db)

	spoil(t, db, bMessages, 9, 0xFF)
	if err := db.Reindex(ctx); err != nil {
		t.Fatal(err)
	}
	tendAll(t, db)
	if _, err := db.fill(ctx, warmMost); err != nil {
		t.Fatal(err)
	}
	err := db.view(ctx, func(r *rtx) error {
		if docs := db.lists(r).flag(flagDamaged); docs == nil || !slices.Equal(docs.ToArray(), []uint32{1}) {
			t.Errorf("damaged: %v", docs)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	fill(t, db, again, 1, inbox.Live, inbox.Native)
	if _, end := sameIndex(t, db); end != 300 {
		t.Errorf("covers %d", end)
	}
}

func TestTimesBeyondTheColumns(t *testing.T) {
	for _, c := range []struct {
		at   time.Time
		want int64
	}{
		{time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC), math.MaxInt64},
		{time.Date(-1, 1, 1, 0, 0, 0, 0, time.UTC), math.MinInt64 + 1},
		{time.Unix(0, 123456789), 123456789},
	} {
		if got := nanos(c.at); got != c.want {
			t.Errorf("%v: %d, want %d", c.at, got, c.want)
		}
	}
}

// FuzzLists opens any bytes as a list, a block and a summary.
func FuzzLists(f *testing.F) {
	key := wordKey(nil, 3, classText, "merci")
	f.Add(sealList(nil, key, []uint16{1, 2, 65535}))
	f.Add(sealBlock(key, []fact{{1, 2}, {3, 4}}))
	f.Add(sealSummary(key, []blockExtent{{extent{1, 2}, true}}))
	f.Add([]byte{1, 0, 1, 1, 9})
	f.Fuzz(func(t *testing.T, body []byte) {
		for _, value := range [][]byte{body, seal(key, bytes.Clone(body)), seal(key, append([]byte{recordVersion}, body...))} {
			if l, err := openList(key, value); err == nil {
				lows := l.append(nil)
				if len(lows) != l.count() || !bytes.Equal(sealList(nil, key, lows), value) {
					t.Errorf("list %x is %v", value, lows)
				}
				if got := bitmapOf([]chunkList{l}); got.GetCardinality() != uint64(len(lows)) || got.Validate() != nil {
					t.Errorf("list %x: %v", value, got.Validate())
				}
			}
			if b, err := openBlock(key, value); err == nil {
				for i := range blockLen {
					b.fact(i)
				}
			}
			if _, err := openSummary(key, value); err != nil && !errors.Is(err, inbox.ErrDamaged) && !errors.Is(err, inbox.ErrNewer) {
				t.Error(err)
			}
		}
	})
}
