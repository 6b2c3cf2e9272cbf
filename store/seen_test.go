package store

import (
	"bytes"
	"context"
	"errors"
	"math/rand/v2"
	"os"
	"path/filepath"
	"reflect"
	"testing"
	"testing/synctest"
	"time"

	"vigie/inbox"
)

// spot is a directory with a store that was filled and closed.
type spot struct {
	t    *testing.T
	path string
}

func newSpot(t *testing.T) spot {
	t.Helper()
	s := spot{t, filepath.Join(t.TempDir(), "vigie.db")}
	s.change(Options{})
	return s
}

// open opens the store, has fn use it and closes it.
func (s spot) open(opts Options, fn func(*DB)) {
	s.t.Helper()
	db, err := Open(context.Background(), s.path, opts)
	if err != nil {
		s.t.Fatal(err)
	}
	fn(db)
	if err := db.Close(); err != nil {
		s.t.Fatal(err)
	}
}

func (s spot) change(opts Options) {
	s.t.Helper()
	s.open(opts, func(db *DB) {
		if _, err := db.Info(context.Background()); err != nil {
			s.t.Fatal(err)
		}
		sample(s.t, db)
	})
}

func (s spot) read(path string) []byte {
	s.t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		s.t.Fatal(err)
	}
	return b
}

func (s spot) put(file []byte) {
	s.t.Helper()
	if err := os.WriteFile(s.path, file, 0o600); err != nil {
		s.t.Fatal(err)
	}
}

func (s spot) info() (info inbox.StoreInfo, noticed bool) {
	s.t.Helper()
	s.open(Options{}, func(db *DB) {
		var err error
		if info, err = db.Info(context.Background()); err != nil {
			s.t.Fatal(err)
		}
		noticed = db.RolledBack()
	})
	return info, noticed
}

func seenAt(path string) seen {
	s, _ := readSeen(path)
	return s
}

// TestAnotherStoreIsNoticed puts something else in a store's place.
func TestAnotherStoreIsNoticed(t *testing.T) {
	for _, c := range []struct {
		name string
		put  func(t *testing.T, s spot)
		want inbox.Rollback
	}{
		{"nothing", func(*testing.T, spot) {}, ""},
		{"an older copy", func(_ *testing.T, s spot) {
			old := s.read(s.path)
			s.open(Options{}, func(db *DB) { change(s.t, db) })
			s.put(old)
		}, inbox.RollbackOlder},
		{"an older copy of the same epoch", func(_ *testing.T, s spot) {
			old := s.read(s.path)
			s.open(Options{}, func(db *DB) {
				if err := db.DropDraft(context.Background(), "d1"); err != nil {
					t.Fatal(err)
				}
			})
			s.put(old)
		}, inbox.RollbackOlder},
		{"a copy that went on elsewhere", func(t *testing.T, s spot) {
			there := spot{t, filepath.Join(t.TempDir(), "vigie.db")}
			there.put(s.read(s.path))
			for range 3 {
				there.open(Options{}, func(db *DB) { change(t, db) })
			}
			s.put(there.read(there.path))
		}, inbox.RollbackCopy},
		{"another store", func(t *testing.T, s spot) {
			other := newSpot(t)
			for range 3 {
				other.open(Options{}, func(db *DB) { change(t, db) })
			}
			s.put(other.read(other.path))
		}, inbox.RollbackOther},
		{"a copy without its side file", func(t *testing.T, s spot) {
			if err := os.Remove(seenPath(s.path)); err != nil {
				t.Fatal(err)
			}
		}, inbox.RollbackCopy},
		{"a side file of noise", func(t *testing.T, s spot) {
			if err := os.WriteFile(seenPath(s.path), noise(60), 0o600); err != nil {
				t.Fatal(err)
			}
		}, inbox.RollbackCopy},
		{"no store", func(t *testing.T, s spot) {
			if err := os.Remove(s.path); err != nil {
				t.Fatal(err)
			}
		}, inbox.RollbackOther},
		{"the store with a meta lost", func(_ *testing.T, s spot) {
			file := s.read(s.path)
			page := int(readMetas(bytes.NewReader(file))[0].pageSize)
			s.put(zeroed(file, page, 2*page))
		}, inbox.RollbackTorn},
	} {
		t.Run(c.name, func(t *testing.T) { noticedAs(t, c.put, c.want) })
	}
}

// TestNoFalseAlarm has a side file that is behind, or never was.
func TestNoFalseAlarm(t *testing.T) {
	for _, c := range []struct {
		name string
		put  func(t *testing.T, s spot)
	}{
		{"a store of before, of which nothing is known", func(t *testing.T, s spot) {
			s.open(Options{}, func(db *DB) {
				if err := db.own(context.Background(), func(i *identity) { i.witnessed = false }); err != nil {
					t.Fatal(err)
				}
			})
			if err := os.Remove(seenPath(s.path)); err != nil {
				t.Fatal(err)
			}
		}},
		{"a store that went on unseen", func(t *testing.T, s spot) {
			before := s.read(seenPath(s.path))
			s.open(Options{}, func(db *DB) {
				if err := db.DropDraft(context.Background(), "d1"); err != nil {
					t.Fatal(err)
				}
			})
			if err := os.WriteFile(seenPath(s.path), before, 0o600); err != nil {
				t.Fatal(err)
			}
		}},
	} {
		t.Run(c.name, func(t *testing.T) { noticedAs(t, c.put, "") })
	}
}

// noticedAs asserts why a store is taken for another, that it stays told until
// somebody has acknowledged it, and that its epoch is a new one then.
func noticedAs(t *testing.T, put func(*testing.T, spot), want inbox.Rollback) {
	s := newSpot(t)
	put(t, s)
	var was inbox.StoreInfo
	if file, err := os.ReadFile(s.path); err == nil {
		apart := spot{t, filepath.Join(t.TempDir(), "vigie.db")}
		apart.put(file)
		apart.open(Options{adopt: true}, func(db *DB) {
			if was, err = db.Info(context.Background()); err != nil {
				t.Fatal(err)
			}
		})
	}
	known := seenAt(s.path) != seen{} // a check is of backups too, which have no side file
	if rep, err := Check(context.Background(), s.path); err == nil && rep.RolledBack != (want != "" && known) {
		t.Errorf("a check tells %v", rep.RolledBack)
	}
	info, noticed := s.info()
	if noticed != (want != "") || info.Rollback != want || info.RolledBack.IsZero() != (want == "") {
		t.Errorf("noticed %v, %q at %s, want %q", noticed, info.Rollback, info.RolledBack, want)
	}
	if (info.Epoch != was.Epoch) != (want != "") {
		t.Errorf("epoch %s, was %s", info.Epoch, was.Epoch)
	}
	again, noticed := s.info()
	if noticed || !reflect.DeepEqual(again, info) {
		t.Errorf("told once more as new: %v; %+v, was %+v", noticed, again, info)
	}
	for range 2 {
		s.open(Options{}, func(db *DB) {
			if err := db.AcknowledgeRollback(context.Background()); err != nil {
				t.Error(err)
			}
		})
	}
	if last, _ := s.info(); last.Rollback != "" || !last.RolledBack.IsZero() || last.Epoch != info.Epoch {
		t.Errorf("acknowledged: %+v", last)
	}
}

// TestWhatIsSeenIsWrittenInTime follows the side file while a store is open.
func TestWhatIsSeenIsWrittenInTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, path := context.Background(), filepath.Join(t.TempDir(), "vigie.db")
		db, err := Open(ctx, path, Options{})
		if err != nil {
			t.Fatal(err)
		}
		behind := func() uint64 {
			is, err := db.at(ctx)
			if err != nil {
				t.Fatal(err)
			}
			return is.txn - seenAt(path).txn
		}
		if fi, err := os.Stat(seenPath(path)); err != nil || fi.Mode().Perm() != 0o600 {
			t.Errorf("mode %v, %v", fi.Mode(), err)
		}
		if n := behind(); n != 0 {
			t.Errorf("opened: %d behind", n)
		}
		fill(t, db, corpus(30), 10, inbox.Live, inbox.Native)
		if n := behind(); n != 3 {
			t.Errorf("three commits: %d behind", n)
		}
		time.Sleep(seenDelay)
		synctest.Wait()
		if n := behind(); n != 0 {
			t.Errorf("after a while: %d behind", n)
		}
		fill(t, db, corpus(40), 20, inbox.Live, inbox.Native)
		a, err := db.AddAction(ctx, inbox.Action{Thread: 1, Kind: inbox.ActReply, State: inbox.Queued}, nil)
		if n := behind(); n != 0 || err != nil {
			t.Errorf("queued: %d behind, %v", n, err)
		}
		_, err = db.MoveAction(ctx, a.ID, inbox.Queued, func(a *inbox.Action) ([]inbox.Event, *inbox.Ingest, error) {
			a.State = inbox.Sending
			return nil, nil, nil
		})
		if n := behind(); n != 0 || err != nil {
			t.Errorf("sent: %d behind, %v", n, err)
		}
		epoch, err := db.NewEpoch(ctx)
		if got := seenAt(path); err != nil || got.epoch != epoch || got.size != 0 {
			t.Errorf("new epoch %s: seen %+v, %v", epoch, got, err)
		}
		fill(t, db, corpus(50), 50, inbox.Live, inbox.Native)
		if err := db.Close(); err != nil {
			t.Fatal(err)
		}
		metas, size, err := probeAt(path)
		if err != nil || !seenAt(path).closedAs(metas[0].txn, size) {
			t.Errorf("closed: seen %+v, but transaction %d, %d bytes, %v", seenAt(path), metas[0].txn, size, err)
		}
		time.Sleep(time.Minute) // nothing is written after the end
	})
}

func probeAt(path string) ([]tableOfContents, int64, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, 0, err
	}
	metas, size, err := probe(f)
	return metas, size, errors.Join(err, f.Close())
}

// TestTornSideFileIsTheOneBefore cuts the writing of a slot at every byte.
func TestTornSideFileIsTheOneBefore(t *testing.T) {
	path := filepath.Join(t.TempDir(), "vigie.db")
	older, newer := seen{"s", "a", 9, 4096, 7, 0}, seen{"s", "b", 10, 0, 7, 8}
	if err := older.write(path, 7); err != nil {
		t.Fatal(err)
	}
	before, err := os.ReadFile(seenPath(path))
	if err != nil {
		t.Fatal(err)
	}
	if err := newer.write(path, 8); err != nil {
		t.Fatal(err)
	}
	after, err := os.ReadFile(seenPath(path))
	if err != nil {
		t.Fatal(err)
	}
	changed := 0
	for n := range slotSize {
		file := bytes.Clone(before)
		copy(file, after[:n])
		if err := os.WriteFile(seenPath(path), file, 0o600); err != nil {
			t.Fatal(err)
		}
		switch got := seenAt(path); {
		case got == newer:
			changed++
		case got != older:
			t.Errorf("%d bytes written: %+v", n, got)
		}
	}
	if changed == 0 || changed == slotSize {
		t.Errorf("%d of %d are the newer one", changed, slotSize)
	}
}

// TestReadingWritesNothing opens, reads and closes a store that was closed.
func TestReadingWritesNothing(t *testing.T) {
	s := newSpot(t)
	file, side := s.read(s.path), s.read(seenPath(s.path))
	s.info()
	if !bytes.Equal(file, s.read(s.path)) || !bytes.Equal(side, s.read(seenPath(s.path))) {
		t.Error("something was written")
	}
}

// TestSideFileThatCannotBeWritten lets commits go on without it.
func TestSideFileThatCannotBeWritten(t *testing.T) {
	s := newSpot(t)
	s.open(Options{}, func(db *DB) {
		away := seenPath(s.path) + ".away"
		if err := errors.Join(os.Rename(seenPath(s.path), away), os.Mkdir(seenPath(s.path), 0o700)); err != nil {
			t.Fatal(err)
		}
		change(t, db)
		if err := errors.Join(os.Remove(seenPath(s.path)), os.Rename(away, seenPath(s.path))); err != nil {
			t.Fatal(err)
		}
		change(t, db)
		if is, err := db.at(context.Background()); err != nil || seenAt(s.path) != is {
			t.Errorf("not written when it could be: %v", err)
		}
	})
}

// TestKilledBetweenCommitAndSideFile has a side file that is behind, as a kill
// leaves it: no alarm.
func TestKilledBetweenCommitAndSideFile(t *testing.T) {
	rnd, path := rand.New(rand.NewPCG(13, 14)), filepath.Join(t.TempDir(), "vigie.db")
	for range 3 {
		cmd, lines, _ := startChild(t, "ingest", path)
		for range 1 + rnd.IntN(10) {
			lines.Scan()
		}
		if err := cmd.Process.Kill(); err != nil {
			t.Fatal(err)
		}
		for lines.Scan() { // until it is gone
		}
		if err := cmd.Wait(); err == nil {
			t.Fatal("it was not killed")
		}
		db, err := Open(context.Background(), path, lookedAt("look"))
		if err != nil {
			t.Fatal(err)
		}
		if db.RolledBack() {
			t.Error("counts as rolled back")
		}
		if err := db.Close(); err != nil {
			t.Fatal(err)
		}
	}
}
