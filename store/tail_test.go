package store

import (
	"context"
	"math/rand/v2"
	"path/filepath"
	"sync"
	"testing"
)

// TestIndexWhileOthersWrite reads the index while messages come, change and
// are merged: in each transaction it says what the messages in it say.
func TestIndexWhileOthersWrite(t *testing.T) {
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
