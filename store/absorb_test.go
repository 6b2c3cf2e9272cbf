package store

import (
	"context"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"testing"
)

// TestMergeInPieces merges a few lists at a time. Between them messages come,
// change and go, the index is begun anew or the store crashes: it always says
// what the messages say.
func TestMergeInPieces(t *testing.T) {
	t.Parallel()
	for seed := range uint64(3) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			s := &scene{
				t: t, path: filepath.Join(t.TempDir(), "vigie.db"), rnd: rand.New(rand.NewPCG(seed, 9)), msgs: corpus(200),
			}
			var err error
			if s.db, err = Open(context.Background(), s.path, Options{}); err != nil {
				t.Fatal(err)
			}
			defer func() {
				if err := s.db.Close(); err != nil {
					t.Error(err)
				}
			}()
			pieces := 0
			for range 12 {
				s.only = 8 // no merges but those here
				s.step()
				pieces += s.mergeInPieces()
				if t.Failed() {
					t.Fatalf("after step %d", s.n)
				}
			}
			if pieces < 15 {
				t.Errorf("merged in %d pieces", pieces)
			}
		})
	}
}

// mergeInPieces merges what waits and returns in how many pieces.
func (s *scene) mergeInPieces() (n int) {
	s.t.Helper()
	if _, err := s.db.fill(context.Background(), warmMost); err != nil {
		s.t.Fatal(err)
	}
	b := s.db.tail.batch()
	if b == nil {
		return 0
	}
	b.sort()
	s.db.mergeStep = 1 + s.rnd.IntN(1+len(b.lists)/10)
	for {
		n++
		var done bool
		var err error
		if b, done, err = s.db.absorbSome(context.Background(), b); err != nil {
			s.t.Fatal(err)
		}
		if done {
			s.db.tail.merged(b.last())
			sameIndex(s.t, s.db)
			return n
		}
		s.step()
		switch s.rnd.IntN(30) {
		case 0:
			s.crash()
			return n
		case 1:
			if err := s.db.Reindex(context.Background()); err != nil {
				s.t.Fatal(err)
			}
		case 2:
			return n // it failed, and is tried again later
		}
		if s.rnd.IntN(4) == 0 {
			s.same()
		}
	}
}

// same asserts that the index is right, and that Check finds it so.
func (s *scene) same() {
	s.t.Helper()
	sameIndex(s.t, s.db)
	if rep, err := s.db.Check(context.Background()); err != nil || rep.Total != 0 {
		s.t.Errorf("%+v %v", rep, err)
	}
}
