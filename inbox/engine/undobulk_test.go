package engine_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"vigie/inbox"
	"vigie/inbox/engine"
	"vigie/store"
)

// fragile is a store that changes threads so many times more, and then fails.
type fragile struct {
	inbox.Repo
	acts int
	most int // threads in one of them
}

var errGone = errors.New("gone")

func (f *fragile) Act(ctx context.Context, ids []inbox.ThreadID, decide func(inbox.Thread) ([]inbox.Event, error)) ([]inbox.Event, error) {
	if f.acts == 0 {
		return nil, errGone
	}
	f.acts--
	f.most = max(f.most, len(ids))
	return f.Repo.Act(ctx, ids, decide)
}

// breakAfter begins an engine over a store that fails after so many changes.
func (b *bench) breakAfter(acts int) *fragile {
	b.t.Helper()
	b.must(b.eng.Stop(b.t.Context()))
	f := &fragile{Repo: b.repo, acts: acts}
	b.eng = engine.New(engine.Options{
		Repo: f, Clock: clock{}, Log: slog.New(slog.DiscardHandler), Owner: "test", Deliver: &outbox{}, Settings: settings(b.conn),
	})
	b.must(b.eng.Load(b.t.Context()))
	return f
}

// wantTagged checks which of the threads, in the order of their numbers, have
// the tag, and that each step left one event.
func (b *bench) wantTagged(when string, ids []inbox.ThreadID, from, to, events int) {
	b.t.Helper()
	for i, id := range ids {
		th := b.thread(id)
		if got, want := th.HasTag("vip"), from <= i && i < to; got != want {
			b.t.Fatalf("%s: thread %d of %d has the tag: %t, want %t", when, i, len(ids), got, want)
		}
	}
	all := 0
	for _, id := range ids {
		list, err := b.repo.Events(b.t.Context(), id)
		b.must(err)
		for _, ev := range list {
			if ev.Verb != inbox.Received {
				all++
			}
		}
	}
	if all != events {
		b.t.Fatalf("%s: %d events, want %d", when, all, events)
	}
}

// TestABulkIsCutInTheMiddle ends an act, its undo and its redo after one piece,
// by an error or by the end of the process: what was done is a step, and what
// was not moved moves with the next undo or redo.
func TestABulkIsCutInTheMiddle(t *testing.T) {
	const all, part = 1200, 500
	for _, ends := range []bool{false, true} {
		t.Run(fmt.Sprint("restart=", ends), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				b, ids := undoBench(t, all, inbox.KindMention)
				defer func() { b.close() }()
				slices.Sort(ids)
				tag := func() error { return b.eng.Tag(t.Context(), b.by, ids, []string{"+vip"}) }
				mend := func(f *fragile) {
					if f.most > part {
						t.Errorf("%d threads in one transaction", f.most)
					}
					f.acts = 100
					if ends {
						b.restart()
					}
				}

				f := b.breakAfter(1)
				if err := tag(); !errors.Is(err, errGone) {
					t.Fatal(err)
				}
				mend(f)
				b.wantTagged("cut act", ids, 0, part, part)
				if did := b.undo(b.by); len(did.Threads) != part || did.Left != 0 {
					t.Fatalf("undo of the part: %d threads, %d left", len(did.Threads), did.Left)
				}
				b.wantTagged("undone", ids, 0, 0, 2*part)

				b.must(tag())
				f = b.breakAfter(1)
				did, err := b.eng.Undo(t.Context(), b.by)
				if !errors.Is(err, errGone) || len(did.Threads) != part || did.Left != 0 {
					t.Fatalf("cut undo: %d threads, %d left, %v", len(did.Threads), did.Left, err)
				}
				mend(f)
				b.wantTagged("cut undo", ids, part, all, 2*part+all+part)
				if did := b.undo(b.by); len(did.Threads) != all-part || did.Left != 0 {
					t.Fatalf("undo of the rest: %d threads, %d left", len(did.Threads), did.Left)
				}
				b.wantTagged("undone whole", ids, 0, 0, 2*part+2*all)

				f = b.breakAfter(1)
				if did, err = b.eng.Redo(t.Context(), b.by); !errors.Is(err, errGone) || len(did.Threads) != part {
					t.Fatalf("cut redo: %d threads, %v", len(did.Threads), err)
				}
				mend(f)
				if did := b.redo(b.by); len(did.Threads) != all-part || did.Left != 0 {
					t.Fatalf("redo of the rest: %d threads, %d left", len(did.Threads), did.Left)
				}
				b.wantTagged("done again", ids, 0, all, 2*part+3*all)
				if did := b.undo(b.by); len(did.Threads) != all || did.Left != 0 {
					t.Fatalf("undo of all: %d threads, %d left", len(did.Threads), did.Left)
				}
				if did := b.undo(b.by); len(did.Threads) != 0 {
					t.Errorf("there was more to take back: %d threads", len(did.Threads))
				}
				b.wantTagged("at last", ids, 0, 0, 2*part+4*all)
			})
		})
	}
}

// TestUndoOfAVeryLargeBulkAfterARestart: a step of more events than an engine
// reads at first is read whole.
func TestUndoOfAVeryLargeBulkAfterARestart(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const all = 5200
		b, ids := undoBench(t, all, inbox.KindMention)
		defer func() { b.close() }()
		b.must(b.eng.Tag(t.Context(), b.by, ids, []string{"+vip"}))
		b.restart()
		if did := b.undo(b.by); len(did.Threads) != all || did.Left != 0 {
			t.Errorf("undo: %d threads, %d left", len(did.Threads), did.Left)
		}
	})
}

// BenchmarkUndoOfABulk takes a tag of many threads back and does it again.
func BenchmarkUndoOfABulk(b *testing.B) {
	for _, all := range []int{1000, 20_000} {
		b.Run(fmt.Sprint(all), func(b *testing.B) {
			db, err := store.Open(b.Context(), filepath.Join(b.TempDir(), "vigie.db"), store.Options{})
			if err != nil {
				b.Fatal(err)
			}
			defer func() { _ = db.Close() }()
			in := inbox.Ingest{Account: inbox.Account{ID: "a", Client: "c", Network: "social"}, Actor: inbox.Native, Now: time.Now()}
			ids := make([]inbox.ThreadID, all)
			for i := range ids {
				ids[i] = inbox.ThreadID(i + 1)
				in.Messages = append(in.Messages, inbox.Message{
					Remote: fmt.Sprint("m", i), Conversation: fmt.Sprint("c", i), Kind: inbox.KindMention, At: in.Now, Author: inbox.Author{ID: "x"},
				})
			}
			if _, err := db.Ingest(b.Context(), in); err != nil {
				b.Fatal(err)
			}
			eng := engine.New(engine.Options{Repo: db, Clock: clock{}, Log: slog.New(slog.DiscardHandler), Owner: "test"})
			by := inbox.By{Actor: inbox.Human, Session: "s", Line: "l"}
			if err := eng.Tag(b.Context(), by, ids, []string{"+vip"}); err != nil {
				b.Fatal(err)
			}
			for b.Loop() {
				if did, err := eng.Undo(b.Context(), by); err != nil || len(did.Threads) != all {
					b.Fatal(len(did.Threads), err)
				}
				b.StopTimer()
				if did, err := eng.Redo(b.Context(), by); err != nil || len(did.Threads) != all {
					b.Fatal(len(did.Threads), err)
				}
				b.StartTimer()
			}
		})
	}
}
