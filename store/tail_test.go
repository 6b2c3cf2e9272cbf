package store

import (
	"context"
	"math/rand/v2"
	"path/filepath"
	"sync"
	"testing"

	"vigie/inbox"
)

// TestIndexWhileOthersWrite reads the index while messages come, change and
// are merged: in each transaction it says what the messages in it say.
func TestIndexWhileOthersWrite(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "vigie.db")
	db, err := Open(context.Background(), path, Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	}()
	db.mergeStep = 5
	s := &scene{t: t, db: db, path: path, rnd: rand.New(rand.NewPCG(5, 6)), msgs: corpus(300), only: 10}
	done := make(chan struct{})
	var readers sync.WaitGroup
	for range 2 {
		readers.Go(func() {
			for {
				select {
				case <-done:
					return
				default:
					sameIndex(t, db)
				}
			}
		})
	}
	for range 150 {
		s.step()
	}
	close(done)
	readers.Wait()
	mustAbsorb(t, db)
	if _, end := sameIndex(t, db); end != uint32(s.next) {
		t.Errorf("covers %d of %d", end, s.next)
	}
}

// TestSearchAfterACrash opens a store as a kill left it, its newest messages
// not in the index: the first search brings them there, and no other does.
func TestSearchAfterACrash(t *testing.T) {
	ctx, path := context.Background(), filepath.Join(t.TempDir(), "vigie.db")
	db, err := Open(ctx, path, Options{})
	if err != nil {
		t.Fatal(err)
	}
	fill(t, db, corpus(3000), 1000, inbox.Live, inbox.Native)
	s := &scene{t: t, db: db, path: path}
	want := s.find("merci")
	s.crash()
	defer func() {
		if err := s.db.Close(); err != nil {
			t.Error(err)
		}
	}()
	if end := s.indexed(); end != 0 {
		t.Fatalf("%d messages are in the index", end)
	}
	if got := s.find("merci"); got != want || got == 0 {
		t.Errorf("%d messages found, not %d", got, want)
	}
	if end := s.indexed(); end != 3000 {
		t.Errorf("%d messages are in the index", end)
	}
	seg := s.db.tail.last()
	if got := s.find("merci"); got != want || s.db.tail.last() != seg {
		t.Errorf("%d messages found, not %d; or the tail is another", got, want)
	}
}

// find counts the messages that have a word.
func (s *scene) find(word string) int {
	s.t.Helper()
	page, err := s.db.Search(context.Background(), inbox.SearchRequest{
		Where: inbox.Cond{Op: inbox.CondIs, Term: inbox.CondTerm{Field: inbox.FieldText, Words: []string{word}, Exact: true}},
		Limit: 10,
	})
	if err != nil {
		s.t.Fatal(err)
	}
	return page.Total
}

// indexed is up to which message the index has them, in the file or the tail.
func (s *scene) indexed() (end uint32) {
	s.t.Helper()
	if err := s.db.view(context.Background(), func(r *rtx) error {
		_, end = s.db.lists(r).span()
		return nil
	}); err != nil {
		s.t.Fatal(err)
	}
	return end
}
