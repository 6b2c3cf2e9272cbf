package store

import (
	"cmp"
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/RoaringBitmap/roaring/v2"

	"vigie/inbox"
	"vigie/inbox/text"
)

// model is the index as it should be, made of the messages alone.
type model struct {
	lists map[string][]uint32
	facts map[uint32]fact
	last  uint32
}

func modelOf(t *testing.T, r *rtx) model {
	t.Helper()
	m := model{lists: map[string][]uint32{}, facts: map[uint32]fact{}, last: uint32(r.bucket(bMessages).Sequence())}
	for doc := uint32(1); doc <= m.last; doc++ {
		msg, err := r.message(inbox.MessageID(doc))
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range listsOf(&msg) {
			m.lists[name] = append(m.lists[name], doc)
		}
		m.facts[doc] = factOf(&msg)
	}
	return m
}

func upTo(docs []uint32, last uint32) []uint32 {
	i, found := slices.BinarySearch(docs, last)
	if found {
		i++
	}
	return docs[:i]
}

// sameIndex asserts that the lists say what the messages do, and returns up
// to where they do.
func sameIndex(t *testing.T, db *DB) (merged, end uint32) {
	t.Helper()
	err := db.view(context.Background(), func(r *rtx) error {
		m, l := modelOf(t, r), db.lists(r)
		_, end = l.span()
		merged = l.merged
		if l.last() != m.last {
			t.Errorf("last is %d, not %d", l.last(), m.last)
		}
		names := slices.Sorted(func(yield func(string) bool) {
			for name := range m.lists {
				if !yield(name) {
					return
				}
			}
		})
		for _, name := range names {
			got := l.word(name[0], name[1:])
			if got == nil || !slices.Equal(got.ToArray(), upTo(m.lists[name], end)) {
				t.Errorf("list %q: %v, want %v", name, got, upTo(m.lists[name], end))
			}
		}
		m.samePrefixes(t, l, end)
		m.sameColumns(t, l, end)
		return m.nothingElse(r, merged)
	})
	if err != nil {
		t.Fatal(err)
	}
	return merged, end
}

func (m model) samePrefixes(t *testing.T, l *lists, end uint32) {
	t.Helper()
	for _, prefix := range []string{"t", "tm", "tmer", "tmerci", "tl", "aaut", "ts", "t@", "tzz"} {
		for _, keep := range []func(string) bool{nil, func(s string) bool { return len(s)%2 == 0 }} {
			want := roaring.New()
			for name, docs := range m.lists {
				if strings.HasPrefix(name, prefix) && (keep == nil || keep(name[1:])) {
					want.AddMany(upTo(docs, end))
				}
			}
			if got := l.prefix(prefix[0], prefix[1:], keep); got == nil || !got.Equals(want) {
				t.Errorf("prefix %q: %v, want %v", prefix, got, want)
			}
		}
	}
}

func (m model) sameColumns(t *testing.T, l *lists, end uint32) {
	t.Helper()
	var all []ranked
	for doc := uint32(1); doc <= end; doc++ {
		want := m.facts[doc]
		all = append(all, ranked{want.at, doc})
		if got := (fact{l.at(doc), l.thread(doc)}); got != want {
			t.Errorf("document %d: %+v, want %+v", doc, got, want)
		}
	}
	if end == 0 {
		return
	}
	slices.SortFunc(all, byRank)
	docs := roaring.New()
	docs.AddRange(1, uint64(end)+1)
	for _, n := range []int{0, 1, 7, 50, len(all) - 1, len(all), len(all) + 1} {
		if got, want := l.newestOf(docs, n), numbers(all[:max(0, min(n, len(all)))]); !slices.Equal(got, want) {
			t.Errorf("newest %d: %v, want %v", n, got, want)
		}
	}
	rnd := rand.New(rand.NewPCG(uint64(end), 1))
	for range 8 {
		from := time.Unix(0, all[rnd.IntN(len(all))].at)
		to := time.Unix(0, all[rnd.IntN(len(all))].at)
		switch rnd.IntN(4) {
		case 0:
			from = time.Time{}
		case 1:
			to = time.Time{}
		}
		want := roaring.New()
		for _, x := range all {
			if at := time.Unix(0, x.at); (from.IsZero() || !at.Before(from)) && (to.IsZero() || at.Before(to)) {
				want.Add(x.doc)
			}
		}
		if got := l.between(from, to, docs); !got.Equals(want) {
			t.Errorf("between %v and %v: %d, want %d", from, to, got.GetCardinality(), want.GetCardinality())
		}
	}
}

// nothingElse walks the file's lists: none may have what no message does, not
// even of those that are being merged.
func (m model) nothingElse(r *rtx, merged uint32) error {
	x, err := r.indexed()
	if err != nil {
		return err
	}
	merged = max(merged, x.pending)
	return r.each(context.Background(), bWords, nil, func(key, value []byte) error {
		l, err := openList(key, value)
		if err != nil {
			return err
		}
		for _, low := range l.append(nil) {
			doc := uint32(l.chunk)<<chunkBits | uint32(low)
			if _, found := slices.BinarySearch(m.lists[string(key[wordKeyHead:])], doc); !found || doc > merged {
				return fmt.Errorf("document %d is in list %q", doc, key[wordKeyHead:])
			}
		}
		return nil
	})
}

func mustAbsorb(t *testing.T, db *DB) {
	t.Helper()
	if err := db.settle(context.Background()); err != nil {
		t.Fatal(err)
	}
}

func TestIndexFollowsTheMessages(t *testing.T) {
	db := testDB(t)
	msgs := corpus(2600)
	fill(t, db, msgs[:1000], 300, inbox.Live, inbox.Native)
	if merged, end := sameIndex(t, db); merged != 0 || end != 1000 {
		t.Fatalf("merged %d, end %d", merged, end)
	}
	mustAbsorb(t, db)
	if merged, end := sameIndex(t, db); merged != 1000 || end != 1000 {
		t.Fatalf("merged %d, end %d", merged, end)
	}
	fill(t, db, msgs[1000:2100], 7, inbox.Live, inbox.Native)
	if merged, end := sameIndex(t, db); merged != 1000 || end != 2100 {
		t.Fatalf("merged %d, end %d", merged, end)
	}
	if more, err := db.Tend(context.Background()); err != nil || more {
		t.Fatal(more, err)
	}
	fill(t, db, msgs[2100:], 100, inbox.Live, inbox.Native)
	if merged, end := sameIndex(t, db); merged != 2100 || end != 2600 {
		t.Fatalf("merged %d, end %d", merged, end)
	}
}

// scene is a store that random things are done to.
type scene struct {
	t    *testing.T
	db   *DB
	path string
	rnd  *rand.Rand
	msgs []inbox.Message
	next int
	n    int
	only int // of the things to do; 0: all
}

func (s *scene) ingest(in inbox.Ingest) {
	s.t.Helper()
	in.Account, in.Now, in.Actor = benchAccount(), s.msgs[0].At, inbox.Native
	if _, err := s.db.Ingest(context.Background(), in); err != nil {
		s.t.Fatal(err)
	}
}

// known is a page of messages that are there, changed by each.
func (s *scene) known(n int, change func(*inbox.Message)) inbox.Ingest {
	var in inbox.Ingest
	for range min(n, s.next) {
		i := s.rnd.IntN(s.next)
		change(&s.msgs[i])
		in.Messages = append(in.Messages, s.msgs[i])
	}
	return in
}

func (s *scene) step() {
	s.t.Helper()
	ctx := context.Background()
	s.n++
	switch s.rnd.IntN(cmp.Or(s.only, 12)) {
	case 0, 1, 2:
		n := min(1+s.rnd.IntN(60), len(s.msgs)-s.next)
		s.ingest(inbox.Ingest{Messages: s.msgs[s.next : s.next+n]})
		s.next += n
	case 3, 4:
		s.ingest(s.known(1+s.rnd.IntN(5), func(m *inbox.Message) {
			m.Text = text.Clean(fmt.Sprintf("changé %d merci? #marque%d", s.n, s.n%7))
			m.Edited = m.At.Add(time.Duration(s.n) * time.Second)
		}))
	case 5:
		s.ingest(s.known(3, func(m *inbox.Message) { m.Counts.Likes = s.n }))
	case 6:
		if s.next > 0 {
			s.ingest(inbox.Ingest{Deleted: []string{s.msgs[s.rnd.IntN(s.next)].Remote}})
		}
	case 7:
		s.ingest(s.known(2, func(m *inbox.Message) { m.Author.Name = text.CleanLine(fmt.Sprintf("Nom %d", s.n)) }))
	case 8:
		mustAbsorb(s.t, s.db)
	case 9:
		if _, err := s.db.Tend(ctx); err != nil {
			s.t.Fatal(err)
		}
	case 10:
		s.crash()
	case 11:
		if s.rnd.IntN(4) == 0 {
			if err := s.db.Reindex(ctx); err != nil {
				s.t.Fatal(err)
			}
		}
	}
}

// crash goes on with the file as a kill leaves it.
func (s *scene) crash() {
	s.t.Helper()
	file, err := os.ReadFile(s.path)
	if err != nil {
		s.t.Fatal(err)
	}
	if err := s.db.Close(); err != nil {
		s.t.Fatal(err)
	}
	if err := os.WriteFile(s.path, file, 0o600); err != nil {
		s.t.Fatal(err)
	}
	pieces := s.db.mergeStep
	if s.db, err = Open(context.Background(), s.path, Options{adopt: true}); err != nil {
		s.t.Fatal(err)
	}
	s.db.mergeStep = pieces
}

// TestIndexOfAnything does random things to a store; after each the index says
// of what it covers what the messages say.
func TestIndexOfAnything(t *testing.T) {
	t.Parallel()
	for seed := range uint64(6) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			s := &scene{
				t: t, path: filepath.Join(t.TempDir(), "vigie.db"), rnd: rand.New(rand.NewPCG(seed, 2)), msgs: corpus(400),
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
			s.db.mergeStep = 1 + int(seed)*9
			for range 60 {
				s.step()
				sameIndex(t, s.db)
				if t.Failed() {
					t.Fatalf("after step %d", s.n)
				}
			}
			if _, err := s.db.fill(context.Background(), warmMost); err != nil {
				t.Fatal(err)
			}
			if _, end := sameIndex(t, s.db); end != uint32(s.next) {
				t.Errorf("covers %d of %d", end, s.next)
			}
		})
	}
}
