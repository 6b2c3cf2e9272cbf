package store

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"

	"vigie/inbox"
	"vigie/inbox/text"
)

const (
	// soakEnv asks for the long run.
	soakEnv = "VIGIE_SOAK"
	// sector is what a disk writes whole or not at all, in bytes.
	sector = 512
	page   = 4096
)

// step is a commit: the file before and after.
type step struct {
	what          string
	before, after []byte
}

// record runs commits of every kind and keeps the file around each.
func record(t *testing.T, rounds int) (steps []step) {
	t.Helper()
	ctx, dir := context.Background(), t.TempDir()
	path := filepath.Join(dir, "vigie.db")
	db, err := Open(ctx, path, Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	db.bolt.AllocSize = 32 << 10 // so that the file is enlarged often
	read := func() []byte {
		b, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	last, msgs := read(), corpus(rounds*12)
	commit := func(what string, err error) {
		if err != nil {
			t.Fatal(what, err)
		}
		now := read()
		if !bytes.Equal(last, now) {
			steps = append(steps, step{what, last, now})
		}
		last = now
	}
	for i := range rounds {
		now := msgs[i*12].At
		state := inbox.StreamState{Account: benchAccount().ID, Stream: inbox.StreamMentions, Cursor: fmt.Sprint(i)}
		_, err := db.Ingest(ctx, inbox.Ingest{Account: benchAccount(), Messages: msgs[i*12 : i*12+12], Now: now, Stream: &state})
		commit("ingest", err)
		_, err = db.Act(ctx, []inbox.ThreadID{1}, func(inbox.Thread) ([]inbox.Event, error) {
			return []inbox.Event{{At: now, Actor: inbox.Human, Verb: inbox.Noted, Text: text.Clean("note")}}, nil
		})
		commit("act", err)
		draft := inbox.Draft{ID: fmt.Sprint("d", i), Thread: 1, Text: "draft"}
		commit("draft", db.SaveDraft(ctx, draft))
		a, err := db.AddAction(ctx, inbox.Action{Thread: 1, Kind: inbox.ActReply, State: inbox.Queued, Draft: draft.ID}, nil)
		commit("queue", err)
		_, err = db.MoveAction(ctx, a.ID, inbox.Queued, func(a *inbox.Action) ([]inbox.Event, *inbox.Ingest, error) {
			a.State = inbox.Sending
			return nil, nil, nil
		})
		commit("send", err)
		commit("merge", db.settle(ctx))
		_, err = db.Ingest(ctx, inbox.Ingest{Account: benchAccount(), Deleted: []string{msgs[i*12].Remote}, Now: now})
		commit("delete what is merged", err)
	}
	return steps
}

// cut makes a file that a power cut during a commit can leave. bbolt writes
// the pages of data, syncs, writes one meta, syncs; a disk may take what is
// not synced in any order, and a page sector by sector. committed tells
// whether the new meta is there whole.
func (s step) cut(rnd *rand.Rand) (file []byte, committed bool) {
	file = bytes.Clone(s.before)
	if n := len(s.after); n > len(file) && rnd.IntN(4) > 0 {
		file = append(file, make([]byte, n-len(file))...)
	}
	if rnd.IntN(3) == 0 { // all data was synced: the meta is on its way
		file = bytes.Clone(s.after)
		copy(file[:2*page], s.before)
		for at := 0; at < 2*page; at += sector {
			if whole := bytes.Equal(file[at:at+sector], s.after[at:at+sector]); !whole && rnd.IntN(2) == 0 {
				copy(file[at:at+sector], s.after[at:])
				committed = committed || at%page == 0
			}
		}
		return file, committed
	}
	torn := rnd.IntN(2) == 0
	for at := 2 * page; at+page <= len(s.after) && at+page <= len(file); at += page {
		if at+page <= len(s.before) && bytes.Equal(s.before[at:at+page], s.after[at:at+page]) {
			continue
		}
		for from := at; from < at+page; from += sector {
			if from == at && !torn && rnd.IntN(2) == 0 {
				break
			}
			if !torn || rnd.IntN(2) == 0 {
				copy(file[from:from+sector], s.after[from:])
			}
		}
	}
	return file, false
}

// contents is a fingerprint of all keys and values.
func contents(t *testing.T, db *DB) (sum [sha256.Size]byte) {
	t.Helper()
	h := sha256.New()
	err := db.view(context.Background(), func(r *rtx) error {
		for b := range bucketCount {
			fmt.Fprintln(h, b, r.bucket(b).Sequence())
			err := r.each(context.Background(), b, nil, func(k, v []byte) error {
				fmt.Fprintf(h, "%x %x\n", k, v)
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
	h.Sum(sum[:0])
	return sum
}

// powerBack opens a file as it is found when the power is back.
func powerBack(t *testing.T, path string, file []byte) (sum [sha256.Size]byte) {
	t.Helper()
	if err := os.WriteFile(path, file, 0o600); err != nil {
		t.Fatal(err)
	}
	// The side file does not matter here.
	db, err := Open(context.Background(), path, Options{adopt: true})
	if err != nil {
		t.Fatal(err)
	}
	if db.RolledBack() {
		t.Error("counts as rolled back")
	}
	rep, err := db.Check(context.Background())
	if err != nil || rep.Total > 0 {
		t.Errorf("check: %v, %v", rep.Faults, err)
	}
	sum = contents(t, db)
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	rep, err = Check(context.Background(), path) // bbolt's own too
	if err != nil || rep.Total > 0 {
		t.Errorf("check when closed: %v, %v", rep.Faults, err)
	}
	if err := os.Remove(seenPath(path)); err != nil {
		t.Fatal(err)
	}
	return sum
}

// TestPowerCut cuts the power at any moment of any commit: what was
// acknowledged is there, and of what was not all or nothing.
func TestPowerCut(t *testing.T) {
	t.Parallel()
	rounds, each := 6, 8
	if os.Getenv(soakEnv) != "" {
		rounds, each = 20, 24
	}
	rnd, path := rand.New(rand.NewPCG(9, 10)), filepath.Join(t.TempDir(), "vigie.db")
	steps, images, grown, done := record(t, rounds), 0, 0, 0
	for i, s := range steps {
		before, after := powerBack(t, path, s.before), powerBack(t, path, s.after)
		if before == after {
			t.Errorf("step %d (%s) changed nothing", i, s.what)
		}
		if len(s.after) > len(s.before) {
			grown++
		}
		for range each {
			file, committed := s.cut(rnd)
			images++
			want := before
			if committed {
				done++
				want = after
			}
			if powerBack(t, path, file) != want {
				t.Errorf("step %d (%s), committed %v: another content", i, s.what, committed)
			}
		}
	}
	t.Logf("%d images of %d commits, %d of them enlarge the file, %d were whole", images, len(steps), grown, done)
	if images < 200 || grown < 3 || done == 0 || len(steps) != 7*rounds {
		t.Errorf("too little: %d images of %d commits, %d enlarge the file, %d were whole", images, len(steps), grown, done)
	}
}

// TestPowerCutDuringFirstStart cuts the power while a store is made: there is
// none then, or a whole one. Even half a one under the store's own name, as a
// file system without order may leave it, is refused and left alone.
func TestPowerCutDuringFirstStart(t *testing.T) {
	rnd, ctx := rand.New(rand.NewPCG(11, 12)), context.Background()
	for _, s := range creation(t) {
		for range 20 {
			file, committed := s.cut(rnd)
			dir := t.TempDir()
			path := filepath.Join(dir, "vigie.db")
			if err := os.WriteFile(path+".new-1", file, 0o600); err != nil {
				t.Fatal(err)
			}
			db, err := Open(ctx, path, Options{})
			if err != nil {
				t.Fatalf("%s, half of it beside: %v", s.what, err)
			}
			if err := db.Close(); err != nil {
				t.Fatal(err)
			}
			if err := errors.Join(os.Remove(path), os.Remove(seenPath(path)), os.Rename(path+".new-1", path)); err != nil {
				t.Fatal(err)
			}
			db, err = Open(ctx, path, Options{})
			switch {
			case err == nil && !committed:
				t.Errorf("%s: half a store was opened", s.what)
			case err == nil:
				err = db.Close()
			case errors.Is(err, ErrNotStore), errors.Is(err, inbox.ErrDamaged):
				if left, _ := os.ReadFile(path); !bytes.Equal(left, file) {
					t.Errorf("%s: it was changed", s.what)
				}
				err = nil
			}
			if err != nil {
				t.Errorf("%s: %v", s.what, err)
			}
		}
	}
}

// creation is the making of an empty store, in its commits.
func creation(t *testing.T) []step {
	t.Helper()
	path := filepath.Join(t.TempDir(), "vigie.db")
	if err := build(path, 1); err != nil {
		t.Fatal(err)
	}
	after, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	empty := foreign(t)[:4*page]
	nothing := step{"nothing yet", make([]byte, 4*page), empty}
	return []step{nothing, {"the buckets", empty, after}}
}
