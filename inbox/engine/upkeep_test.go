package engine_test

import (
	"context"
	"errors"
	"log/slog"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"vigie/inbox"
	"vigie/inbox/engine"
	"vigie/inbox/text"
	"vigie/store"
)

// tended is a store that counts how it is looked after.
type tended struct {
	inbox.Repo
	t     *testing.T
	piece time.Duration // what a piece of the index takes

	mu        sync.Mutex
	pieces    int // of the index that wait
	tends     []time.Time
	looks     int // at whether compacting is worth while
	size      inbox.Compaction
	compacts  []time.Time
	compact   func(ctx context.Context) error
	erases    []inbox.EraseRequest
	eraseErrs int // how many of the next fail
}

func (r *tended) Tend(context.Context) (bool, error) {
	time.Sleep(r.piece) // of the bubble
	r.mu.Lock()
	defer r.mu.Unlock()
	r.tends = append(r.tends, time.Now())
	r.pieces = max(r.pieces-1, 0)
	return r.pieces > 0, nil
}

func (r *tended) Compaction(context.Context) (inbox.Compaction, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.looks++
	return r.size, nil
}

func (r *tended) Compact(ctx context.Context, yield bool) (inbox.Compaction, error) {
	if !yield {
		r.t.Error("it would hold others up")
	}
	r.mu.Lock()
	r.compacts = append(r.compacts, time.Now())
	compact := r.compact
	r.mu.Unlock()
	return inbox.Compaction{}, compact(ctx)
}

func (r *tended) Erase(_ context.Context, req inbox.EraseRequest) (inbox.EraseResult, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.eraseErrs > 0 {
		r.eraseErrs--
		return inbox.EraseResult{}, errors.New("not now")
	}
	r.erases = append(r.erases, req)
	res := inbox.EraseResult{Looked: req.Limit, Erased: 2, Threads: 1, Oldest: req.Before.Add(-time.Hour), Newest: req.Before.Add(-time.Minute)}
	if req.From < 3 {
		res.Next = req.From + 1
	}
	return res, nil
}

// erased are the pieces of the rules that were carried out.
func (r *tended) erased() []inbox.EraseRequest {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.Clone(r.erases)
}

// compactWith says what becomes of compacting from now on.
func (r *tended) compactWith(fn func(context.Context) error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.compact = fn
}

func (r *tended) counts() (tends, looks, compacts, erases int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return len(r.tends), r.looks, len(r.compacts), len(r.erases)
}

// upkept runs an engine over such a store in a bubble.
func upkept(t *testing.T, change func(*tended, *engine.Settings), fn func(*testing.T, *tended, *engine.Engine)) {
	synctest.Test(t, func(t *testing.T) {
		db, err := store.Open(t.Context(), filepath.Join(t.TempDir(), "vigie.db"), store.Options{})
		if err != nil {
			t.Fatal(err)
		}
		r := &tended{Repo: db, t: t, compact: func(context.Context) error { return nil }}
		set := engine.Settings{Clients: []inbox.Client{{ID: "miette"}}}
		change(r, &set)
		e := engine.New(engine.Options{Repo: r, Clock: clock{}, Log: slog.New(slog.DiscardHandler), Owner: "test", Settings: set})
		if err := e.Load(t.Context()); err != nil {
			t.Fatal(err)
		}
		e.Start()
		fn(t, r, e)
		if err := errors.Join(e.Stop(context.Background()), db.Close()); err != nil {
			t.Error(err)
		}
	})
}

func ingestOne(t *testing.T, r inbox.Repo, id string) {
	t.Helper()
	_, err := r.Ingest(t.Context(), inbox.Ingest{
		Account: inbox.Account{ID: "a", Client: "miette", Network: "social"}, Now: time.Now(), Actor: inbox.Native,
		Messages: []inbox.Message{{
			Remote: id, Conversation: "c", Kind: inbox.KindMention, At: time.Now().UTC(), Author: inbox.Author{ID: "x"}, Text: text.Clean(id),
		}},
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestTendsWhatWaits(t *testing.T) {
	upkept(t, func(r *tended, _ *engine.Settings) { r.pieces = 5 }, func(t *testing.T, r *tended, _ *engine.Engine) {
		time.Sleep(time.Minute)
		synctest.Wait()
		if tends, _, _, _ := r.counts(); tends != 5 {
			t.Errorf("%d pieces, want 5", tends)
		}
		time.Sleep(24 * time.Hour)
		synctest.Wait()
		if tends, looks, compacts, erases := r.counts(); tends != 5 || looks+compacts+erases > 0 {
			t.Errorf("nothing waits: %d, %d, %d, %d", tends, looks, compacts, erases)
		}
	})
}

// What an import stored beside the connectors waits for the index too.
func TestTendsWhatWasImported(t *testing.T) {
	upkept(t, func(*tended, *engine.Settings) {}, func(t *testing.T, r *tended, e *engine.Engine) {
		time.Sleep(time.Hour)
		synctest.Wait()
		before, _, _, _ := r.counts()
		ingestOne(t, r, "1")
		if err := e.Imported(t.Context()); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Minute)
		synctest.Wait()
		if tends, _, _, _ := r.counts(); tends != before+1 {
			t.Errorf("%d pieces after an import, want one", tends-before)
		}
	})
}

// TestTendingLeavesRoom: while somebody is attached, upkeep rests for longer
// than it works.
func TestTendingLeavesRoom(t *testing.T) {
	upkept(t, func(r *tended, _ *engine.Settings) { r.pieces, r.piece = 100, 30*time.Millisecond }, func(t *testing.T, r *tended, e *engine.Engine) {
		defer e.Attach(inbox.SessionInfo{ID: "s", Since: time.Now()})()
		time.Sleep(10 * time.Second)
		synctest.Wait()
		if tends, _, _, _ := r.counts(); tends < 90 || tends > 97 {
			t.Errorf("%d pieces of 30 ms in 9.7 s", tends)
		}
	})
}

// TestUpkeepWaitsForALull: an act or a page puts the next piece off, but not
// for ever.
func TestUpkeepWaitsForALull(t *testing.T) {
	upkept(t, func(r *tended, _ *engine.Settings) {}, func(t *testing.T, r *tended, e *engine.Engine) {
		time.Sleep(time.Minute)
		synctest.Wait()
		before, _, _, _ := r.counts()
		ctx, cancel := context.WithCancel(t.Context())
		ended := make(chan struct{})
		began := time.Now()
		ingestOne(t, r, "m1")
		go func() { // four notes a second
			defer close(ended)
			for ctx.Err() == nil {
				if err := e.Note(ctx, inbox.By{Actor: inbox.Human}, 1, "n"); err != nil && ctx.Err() == nil {
					t.Error(err)
				}
				time.Sleep(250 * time.Millisecond)
			}
		}()
		if err := e.Reindex(ctx); err != nil {
			t.Error(err)
		}
		time.Sleep(4 * time.Second)
		synctest.Wait()
		if tends, _, _, _ := r.counts(); tends != before {
			t.Errorf("tended %s after the beginning, in the middle of things", time.Since(began))
		}
		time.Sleep(4 * time.Second)
		synctest.Wait()
		if tends, _, _, _ := r.counts(); tends != before+1 {
			t.Errorf("%d pieces although it waited long enough", tends-before)
		}
		cancel()
		<-ended
	})
}

func TestCompactsWhenIdle(t *testing.T) {
	const mib = 1 << 20
	for _, c := range []struct {
		name string
		size inbox.Compaction
		on   bool
		want int // in two days and a half
	}{
		{"worth it", inbox.Compaction{Bytes: 300 * mib, Free: 80 * mib}, true, 3},
		{"off", inbox.Compaction{Bytes: 300 * mib, Free: 80 * mib}, false, 0},
		{"a small part", inbox.Compaction{Bytes: 3000 * mib, Free: 80 * mib}, true, 0},
		{"little", inbox.Compaction{Bytes: 100 * mib, Free: 50 * mib}, true, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			upkept(t, func(r *tended, s *engine.Settings) { r.size, s.Compact = c.size, c.on }, func(t *testing.T, r *tended, _ *engine.Engine) {
				time.Sleep(9 * time.Minute)
				synctest.Wait()
				if _, looks, _, _ := r.counts(); looks > 0 {
					t.Error("it did not wait until nobody did anything for long")
				}
				time.Sleep(60 * time.Hour)
				synctest.Wait()
				if _, looks, compacts, _ := r.counts(); compacts != c.want || looks > 61 {
					t.Errorf("compacted %d times, want %d; looked %d times", compacts, c.want, looks)
				}
			})
		})
	}
}

// TestCompactingGivesWay: who acts is not held up and ends it, what is
// collected waits for its end, and it is tried again later.
func TestCompactingGivesWay(t *testing.T) {
	upkept(t, func(r *tended, s *engine.Settings) {
		s.Compact, r.size = true, inbox.Compaction{Bytes: 1 << 30, Free: 1 << 29}
		r.compact = func(ctx context.Context) error {
			select {
			case <-time.After(20 * time.Second):
				return nil
			case <-ctx.Done():
				return ctx.Err()
			}
		}
	}, func(t *testing.T, r *tended, e *engine.Engine) {
		leave := e.Attach(inbox.SessionInfo{ID: "s", Since: time.Now()})
		time.Sleep(5 * time.Minute)
		ingestOne(t, r, "m1")
		if err := e.Note(t.Context(), inbox.By{Actor: inbox.Human}, 1, "n"); err != nil {
			t.Fatal(err)
		}
		time.Sleep(9 * time.Minute)
		synctest.Wait()
		if _, _, compacts, _ := r.counts(); compacts > 0 {
			t.Error("somebody was here just now")
		}
		time.Sleep(2 * time.Minute)
		synctest.Wait()
		if _, _, compacts, _ := r.counts(); compacts != 1 {
			t.Fatalf("compacted %d times", compacts)
		}
		leave()
		r.compactWith(func(context.Context) error { return inbox.ErrBusy })
		time.Sleep(24*time.Hour - 2*time.Minute)
		synctest.Wait()
		before := func() int { _, _, n, _ := r.counts(); return n }()
		time.Sleep(3 * time.Hour)
		synctest.Wait()
		if got := func() int { _, _, n, _ := r.counts(); return n }(); got-before < 2 {
			t.Errorf("tried again %d times in three hours", got-before)
		}
	})
}

func TestRetentionRunsDaily(t *testing.T) {
	const month = 30 * 24 * time.Hour
	upkept(t, func(r *tended, s *engine.Settings) {
		s.Clients = []inbox.Client{{ID: "ever"}, {ID: "miette", Retention: month}, {ID: "atlas", Retention: 2 * month}}
		r.eraseErrs = 1
	}, func(t *testing.T, r *tended, e *engine.Engine) {
		began := time.Now()
		time.Sleep(15 * time.Minute)
		synctest.Wait()
		pieces := r.erased()
		if len(pieces) != 8 {
			t.Fatalf("%d pieces, want 4 of each of two", len(pieces))
		}
		for i, req := range pieces {
			client, span := inbox.ClientID("miette"), month
			if i >= 4 {
				client, span = "atlas", 2*month
			}
			age := req.Now.Sub(req.Before)
			if req.Client != client || req.From != inbox.MessageID(i%4) || req.Dry || req.Limit <= 0 || req.Limit > 500 || age < span || age > span+time.Hour {
				t.Errorf("piece %d: %+v", i, req)
			}
		}
		time.Sleep(24 * time.Hour)
		synctest.Wait()
		if n := len(r.erased()); n != 16 {
			t.Errorf("%d pieces in %s", n, time.Since(began))
		}
	})
}

func TestRetainOnAPersonsWord(t *testing.T) {
	upkept(t, func(r *tended, s *engine.Settings) {
		s.Clients = []inbox.Client{{ID: "miette", Retention: 30 * 24 * time.Hour}}
	}, func(t *testing.T, r *tended, e *engine.Engine) {
		for _, dry := range []bool{true, false} {
			r.erases = nil
			var last engine.Retained
			n := 0
			err := e.Retain(t.Context(), dry, func(is engine.Retained) { last, n = is, n+1 })
			if err != nil {
				t.Fatal(err)
			}
			if n != 4 || last.Erased != 8 || last.Threads != 4 || last.Ended.IsZero() || last.Client.ID != "miette" || r.erases[len(r.erases)-1].Dry != dry || (last.Due == 8) == dry {
				t.Errorf("dry %v: %d reports, %+v", dry, n, last)
			}
			if !last.Oldest.Equal(last.Before.Add(-time.Hour)) || !last.Newest.Equal(last.Before.Add(-time.Minute)) {
				t.Errorf("from %s to %s", last.Oldest, last.Newest)
			}
		}
		ctx, cancel := context.WithCancel(t.Context())
		r.erases = nil
		err := e.Retain(ctx, false, func(engine.Retained) { cancel() })
		if !errors.Is(err, context.Canceled) {
			t.Errorf("cancelled: %v", err)
		}
	})
}
