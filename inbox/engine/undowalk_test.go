package engine_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"vigie/inbox"
	"vigie/inbox/engine"
	"vigie/store"
)

// walker does random things as two lines.
type walker struct {
	*bench
	rnd   *rand.Rand
	lines []inbox.By
	ids   []inbox.ThreadID
	told  int
	trail []string // what was done, for a failure's report
}

func newWalker(t *testing.T, seed uint64) *walker {
	t.Helper()
	b, ids := undoBench(t, 6, inbox.KindMention)
	b.net.say("w", "w", "une mention au loin", time.Now().Add(-time.Hour))
	b.net.items[len(b.net.items)-1].Kind = inbox.KindWatch
	b.sync()
	watch, err := b.repo.ThreadOf(t.Context(), "miette-social", "w")
	b.must(err)
	return &walker{
		bench: b, rnd: rand.New(rand.NewPCG(seed, 1)), ids: append(ids, watch.ID),
		lines: []inbox.By{b.by, another},
	}
}

// some picks threads: any, or those that belong to the line alone.
func (w *walker) some(line int, apart bool) []inbox.ThreadID {
	var mine []inbox.ThreadID
	for i, id := range w.ids {
		if !apart || i%2 == line {
			mine = append(mine, id)
		}
	}
	w.rnd.Shuffle(len(mine), func(i, j int) { mine[i], mine[j] = mine[j], mine[i] })
	return mine[:1+w.rnd.IntN(len(mine))]
}

// act does one random act that can be taken back.
func (w *walker) act(line int, apart bool) error {
	ctx, by, ids := w.t.Context(), w.lines[line], w.some(line, apart)
	what := w.rnd.IntN(9)
	w.trail = append(w.trail, fmt.Sprintf("line %d act %d on %v", line, what, ids))
	switch what {
	case 0:
		return w.eng.Done(ctx, by, ids)
	case 1:
		return w.eng.Reopen(ctx, by, ids)
	case 2:
		return w.eng.MarkRead(ctx, by, ids, false)
	case 3:
		return w.eng.Nap(ctx, by, ids, fmt.Sprintf("+%dh", 1+w.rnd.IntN(9)))
	case 4:
		return w.eng.Note(ctx, by, ids[0], fmt.Sprint("note ", w.rnd.IntN(100)))
	case 5:
		return w.eng.Promote(ctx, by, ids[0])
	case 6:
		_, err := w.eng.Escalate(ctx, by, ids[0], inbox.EscalateRequest{Contact: "marc", Question: "?"})
		return err
	case 7:
		_, err := w.eng.Perform(ctx, by, ids[0], inbox.ActLike, "")
		return err
	}
	tags := []string{"+a", "-a", "+b", "-b", "+c"}
	return w.eng.Tag(ctx, by, ids, []string{tags[w.rnd.IntN(len(tags))], tags[w.rnd.IntN(len(tags))]})
}

// step does one random thing: an act, an undo or a redo; with strangers also
// what the feed and looking do.
func (w *walker) step(apart bool) {
	w.t.Helper()
	time.Sleep(time.Second)
	line := w.rnd.IntN(2)
	what := w.rnd.IntN(12)
	var err error
	switch {
	case what < 3:
		w.trail = append(w.trail, fmt.Sprintf("line %d undo", line))
		_, err = w.eng.Undo(w.t.Context(), w.lines[line])
	case what < 5:
		w.trail = append(w.trail, fmt.Sprintf("line %d redo", line))
		_, err = w.eng.Redo(w.t.Context(), w.lines[line])
	case what == 5 && !apart:
		w.told++
		at := w.rnd.IntN(6)
		w.trail = append(w.trail, fmt.Sprintf("a message for %d", w.ids[at]))
		w.net.say(fmt.Sprintf("c%d", at), fmt.Sprintf("more%d", w.told), "encore", time.Now())
		w.sync()
	case what == 6 && !apart:
		w.trail = append(w.trail, fmt.Sprintf("line %d looks", line))
		err = w.eng.MarkRead(w.t.Context(), w.lines[line], w.some(line, apart), true)
	default:
		err = w.act(line, apart)
	}
	if err != nil && !refused(err) {
		w.t.Fatalf("%v after %q", err, w.trail)
	}
}

func refused(err error) bool {
	var p inbox.Problem
	return errors.As(err, &p) && p.Code == inbox.CodeConflict
}

// drain presses a key for both lines in turn until nothing is left, and tells
// what it did.
func drain(t *testing.T, by []inbox.By, press func(inbox.By) (inbox.Undid, error)) []string {
	t.Helper()
	var did []string
	for line := range by {
		for range 1000 {
			u, err := press(by[line])
			if refused(err) {
				continue
			}
			if err != nil {
				t.Fatal(err)
			}
			if u.Verb == "" {
				break
			}
			kind := inbox.ActionKind("")
			if u.Action != nil {
				kind = u.Action.Kind
			}
			did = append(did, fmt.Sprintf("%d %s %v %d %s", line, u.Verb, u.Threads, u.Left, kind))
		}
	}
	return did
}

// TestUndoIsTheSameAfterARestart lets an engine live through a random series,
// and one that begins over a copy of the same store: both take back and do
// again the same.
func TestUndoIsTheSameAfterARestart(t *testing.T) {
	for seed := range uint64(12) {
		synctest.Test(t, func(t *testing.T) {
			w := newWalker(t, seed)
			defer func() { w.close() }()
			for range 60 {
				w.step(false)
			}
			for _, by := range w.lines { // a new act: nothing is passed over
				w.must(w.eng.Note(t.Context(), by, w.ids[0], "fin"))
				w.undo(by)
			}
			path := filepath.Join(t.TempDir(), "copy.db")
			f, err := os.Create(path)
			w.must(err)
			w.must(w.repo.Backup(t.Context(), f))
			w.must(f.Close())
			repo, err := store.Open(t.Context(), path, store.Options{})
			w.must(err)
			defer repo.Close()
			fresh := engine.New(engine.Options{
				Repo: asTheSame{repo, w.repo}, Clock: clock{}, Log: slog.New(slog.DiscardHandler), Owner: "fresh", Settings: settings(w.conn),
			})
			w.must(fresh.Load(t.Context()))
			for _, key := range []struct {
				name   string
				lived  func(inbox.By) (inbox.Undid, error)
				begins func(inbox.By) (inbox.Undid, error)
			}{
				{"redo", func(by inbox.By) (inbox.Undid, error) { return w.eng.Redo(t.Context(), by) }, func(by inbox.By) (inbox.Undid, error) { return fresh.Redo(t.Context(), by) }},
				{"undo", func(by inbox.By) (inbox.Undid, error) { return w.eng.Undo(t.Context(), by) }, func(by inbox.By) (inbox.Undid, error) { return fresh.Undo(t.Context(), by) }},
				{"redo", func(by inbox.By) (inbox.Undid, error) { return w.eng.Redo(t.Context(), by) }, func(by inbox.By) (inbox.Undid, error) { return fresh.Redo(t.Context(), by) }},
			} {
				lived, begun := drain(t, w.lines, key.lived), drain(t, w.lines, key.begins)
				if !slices.Equal(lived, begun) {
					t.Fatalf("seed %d, %s: the engine that lived\n%q, the fresh one\n%q\nafter %q", seed, key.name, lived, begun, w.trail)
				}
				for _, id := range w.ids {
					other, err := repo.Thread(t.Context(), id)
					w.must(err)
					if got, want := triage(other), triage(w.thread(id)); got != want {
						t.Fatalf("seed %d, after %s: thread %d of the fresh engine %s, want %s", seed, key.name, id, got, want)
					}
				}
			}
		})
	}
}

// asTheSame is a copy of a store that passes for the store itself: what waits
// in it may be sent.
type asTheSame struct {
	inbox.Repo
	of inbox.Repo
}

func (r asTheSame) Info(ctx context.Context) (inbox.StoreInfo, error) { return r.of.Info(ctx) }

// TestUndoOfAllGivesTheBeginning lets two lines that touch different threads
// do anything, with restarts between, and then takes everything back.
func TestUndoOfAllGivesTheBeginning(t *testing.T) {
	for seed := range uint64(10) {
		synctest.Test(t, func(t *testing.T) {
			w := newWalker(t, seed)
			defer func() { w.close() }()
			before := w.triageOf(w.ids)
			for i := range 60 {
				w.step(true)
				if i%25 == 24 {
					w.restart()
				}
			}
			undo := func(by inbox.By) (inbox.Undid, error) { return w.eng.Undo(t.Context(), by) }
			redo := func(by inbox.By) (inbox.Undid, error) { return w.eng.Redo(t.Context(), by) }
			drain(t, w.lines, undo)
			if got := w.triageOf(w.ids); !slices.Equal(got, before) {
				t.Fatalf("seed %d: after undoing all\n%q, want\n%q\nafter %q", seed, got, before, w.trail)
			}
			open, err := w.eng.Outbox(t.Context())
			w.must(err)
			if len(open) != 0 {
				t.Errorf("seed %d: %d actions still wait", seed, len(open))
			}
			redone := drain(t, w.lines, redo)
			last := w.triageOf(w.ids)
			if undone := drain(t, w.lines, undo); len(undone) != len(redone) || len(undone) == 0 {
				t.Errorf("seed %d: redone\n%q, but undone\n%q", seed, redone, undone)
			}
			if got := w.triageOf(w.ids); !slices.Equal(got, before) {
				t.Errorf("seed %d: after undoing all again\n%q, want\n%q", seed, got, before)
			}
			drain(t, w.lines, redo)
			if got := w.triageOf(w.ids); !slices.Equal(got, last) {
				t.Errorf("seed %d: after redoing all again\n%q, want\n%q", seed, got, last)
			}
		})
	}
}
