package store

import (
	"bytes"
	"cmp"
	"math"
	"testing"
	"time"

	"pgregory.net/rapid"

	"vigie/inbox"
)

// anyTime draws times from the year 1 to 9999 and beyond.
func anyTime(t *rapid.T, name string) time.Time {
	sec := rapid.OneOf(
		rapid.Int64Range(-62135596800, 253402300799),
		rapid.Int64Range(-2, 2),
		rapid.SampledFrom([]int64{math.MinInt64 / 4, math.MaxInt64 / 4}),
	).Draw(t, name)
	return time.Unix(sec, int64(rapid.IntRange(0, 999_999_999).Draw(t, name+" nanoseconds"))).UTC()
}

func TestTimeKeysOrderAsTimes(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b := anyTime(t, "a"), anyTime(t, "b")
		if got := bytes.Compare(appendTime(nil, a), appendTime(nil, b)); got != a.Compare(b) {
			t.Fatalf("%s and %s: %d", a, b, got)
		}
		if got := bytes.Compare(appendTimeDown(nil, a), appendTimeDown(nil, b)); got != b.Compare(a) {
			t.Fatalf("%s and %s, newest first: %d", a, b, got)
		}
		if got := keyTime(appendTime(nil, a)); !got.Equal(a) {
			t.Fatalf("%s came back as %s", a, got)
		}
		if got := keyTimeDown(appendTimeDown(nil, a)); !got.Equal(a) {
			t.Fatalf("%s came back as %s", a, got)
		}
		var e enc
		e.time(1, a)
		d := dec{raw: e.b, str: string(e.b)}
		if d.next(); a.IsZero() != (len(e.b) == 0) || (len(e.b) > 0 && d.time() != a) {
			t.Fatalf("%s came back as %s", a, d.time())
		}
	})
}

func TestListKeysOrderAsLists(t *testing.T) {
	draw := func(t *rapid.T, name string) (inbox.ClientID, place, inbox.ThreadID) {
		p := place{
			split: inbox.Split(rapid.IntRange(0, 1).Draw(t, name+" split")),
			state: inbox.State(rapid.IntRange(0, 4).Draw(t, name+" state")),
			rank:  inbox.Rank{Class: inbox.RankClass(rapid.IntRange(0, 3).Draw(t, name+" class")), At: anyTime(t, name)},
		}
		client := inbox.ClientID(rapid.SampledFrom([]string{"", "a", "ab", "a-b", "é"}).Draw(t, name+" client"))
		return client, p, inbox.ThreadID(rapid.Uint64().Draw(t, name+" thread"))
	}
	rapid.Check(t, func(t *rapid.T) {
		c1, p1, id1 := draw(t, "one")
		c2, p2, id2 := draw(t, "two")
		k1, k2 := listKey(c1, p1, id1), listKey(c2, p2, id2)
		one := lane(c1, p1.split, p1.state)
		same := c1 == c2 && p1.split == p2.split && p1.state == p2.state
		if bytes.HasPrefix(k2, one) != same {
			t.Fatalf("%x and %x: in one list %v", k1, k2, same)
		}
		at1, at2 := inbox.ListCursor{Rank: p1.rank, ID: id1}, inbox.ListCursor{Rank: p2.rank, ID: id2}
		if same && bytes.Compare(k1, k2) != cmp.Compare(listed(at1, at2), 0) {
			t.Fatalf("%+v and %+v are out of order", at1, at2)
		}
		if got := keyRank(k1[len(one):]); !got.Equal(p1.rank) {
			t.Fatalf("%+v came back as %+v", p1.rank, got)
		}
	})
}

func TestPairKeysOrderAsPairs(t *testing.T) {
	word := rapid.StringMatching(`[a-c!~-]{0,4}`)
	rapid.Check(t, func(t *rapid.T) {
		a1, a2 := word.Draw(t, "account"), word.Draw(t, "other account")
		i1, i2 := word.Draw(t, "id"), word.Draw(t, "other id")
		want := bytes.Compare([]byte(a1), []byte(a2))
		if want == 0 {
			want = bytes.Compare([]byte(i1), []byte(i2))
		}
		got := bytes.Compare(pairKey(inbox.AccountID(a1), i1), pairKey(inbox.AccountID(a2), i2))
		if got != want {
			t.Fatalf("(%s %s) and (%s %s): %d", a1, i1, a2, i2, got)
		}
	})
}

func FuzzUnseal(f *testing.F) {
	e := enc{b: []byte{recordVersion}}
	m := corpus(1)[0]
	putMessage(&e, &m)
	f.Add(seal([]byte("k"), e.b), true)
	f.Add([]byte{}, false)
	f.Fuzz(func(t *testing.T, b []byte, whole bool) {
		if whole && len(b) > 0 { // a right checksum, to get past it
			b[0] = recordVersion
			b = seal([]byte("k"), b)
		}
		d, err := unseal([]byte("k"), b)
		if err != nil {
			return
		}
		_, _ = getMessage(d)
		_, _ = getThread(d)
		_, _ = getEvent(d)
		_, _ = getAction(d)
		_, _ = getStream(d)
		_, _ = getView(d)
		_, _ = getPerson(d)
	})
}
