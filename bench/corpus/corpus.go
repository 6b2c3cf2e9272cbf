// Package corpus makes a deterministic stream of short social messages:
// French and English words under a Zipf law, accents, emoji, reply threads
// with a heavy tail, many authors and a handful of accounts; and writes it as
// lines that vigie imports and as a Maildir for mail programs.
//
// The same seed and size give the same messages on every machine, so that
// two programs (or two runs) measured on a corpus did the same work.
package corpus

import (
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"time"
	"unicode/utf8"
)

// Seed is that of every corpus, and Version is raised with each change of what
// a seed gives: what was built of another version is not used.
const (
	Seed    = 42
	Version = 1
)

// Planted terms: queries whose answers are known in advance, whatever the
// size. Rates are per message.
const (
	RareWord   = "xylofrage" // RareRate of the messages
	CommonWord = "projet"    // CommonRate and a little more (it is also in the vocabulary)
	PhraseA    = "merci"
	PhraseB    = "beaucoup"
	RareRate   = 0.0001
	CommonRate = 0.08
	PhraseRate = 0.004 // "merci beaucoup"; each word alone is far more common
	Accounts   = 8
	Authors    = 5000
	Vocabulary = 60000
	MaxThread  = 40
)

// Message is one post, mention, reply or direct message.
type Message struct {
	ID      uint64 // strictly increasing with time
	Thread  uint64 // ID of the thread's first message
	Parent  uint64 // 0 for the first message of a thread
	Account int    // 0..Accounts-1
	Author  int    // 0..Authors-1
	Time    time.Time
	Unread  bool
	Text    string
}

// Handle is the author's address on its network.
func Handle(author int) string { return fmt.Sprintf("auteur%04d", author) }

// Epoch is about the time of the first message; the corpus spans Span from
// there.
func Epoch() time.Time { return time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC) }

// Span is how much time a corpus covers, whatever its size.
const Span = 2 * 365 * 24 * time.Hour

type liveThread struct {
	id      uint64
	last    uint64
	account int
	left    int
	cast    []int // the authors who take part
}

// Generator yields messages one at a time, oldest first.
type Generator struct {
	r      *rand.Rand
	zw, za *rand.Zipf
	words  []string
	n, i   int
	now    time.Time
	step   float64 // mean seconds between messages
	live   []liveThread
	sb     strings.Builder
}

// New returns a generator of n messages.
func New(seed uint64, n int) *Generator {
	r := rand.New(rand.NewPCG(seed, 0x5eed))
	return &Generator{
		r:     r,
		zw:    rand.NewZipf(r, 1.12, 12, Vocabulary-1),
		za:    rand.NewZipf(r, 1.2, 20, Authors-1),
		words: vocabulary(Vocabulary),
		n:     n,
		now:   Epoch(),
		step:  Span.Seconds() / float64(n),
	}
}

// Next returns the next message, or false after the last.
func (g *Generator) Next() (Message, bool) {
	if g.i >= g.n {
		return Message{}, false
	}
	g.i++
	g.now = g.now.Add(time.Duration(g.r.ExpFloat64() * g.step * float64(time.Second)))
	m := Message{ID: uint64(g.i), Time: g.now.Truncate(time.Second), Unread: g.r.Float64() < 0.1}

	// Either a reply in a live thread or the start of a new one.
	if len(g.live) > 0 && (len(g.live) >= 400 || g.r.Float64() < 0.72) {
		k := g.r.IntN(len(g.live))
		t := &g.live[k]
		m.Thread, m.Parent, m.Account = t.id, t.last, t.account
		m.Author = t.cast[g.r.IntN(len(t.cast))]
		t.last = m.ID
		if t.left--; t.left == 0 {
			g.live[k] = g.live[len(g.live)-1]
			g.live = g.live[:len(g.live)-1]
		}
	} else {
		m.Thread, m.Account = m.ID, g.r.IntN(Accounts)
		m.Author = int(g.za.Uint64())
		if size := g.threadSize(); size > 1 {
			cast := []int{m.Author}
			for range min(size-1, 1+g.r.IntN(5)) {
				cast = append(cast, int(g.za.Uint64()))
			}
			g.live = append(g.live, liveThread{m.ID, m.ID, m.Account, size - 1, cast})
		}
	}
	m.Text = g.text()
	return m, true
}

// threadSize is a Pareto draw cut at MaxThread: most threads are 1–3
// messages, a few reach the limit.
func (g *Generator) threadSize() int {
	x := math.Pow(1-g.r.Float64(), -1/1.05)
	return min(int(x), MaxThread)
}

func (g *Generator) text() string {
	// Log-normal length, mean about 180 runes, cut at 1,000.
	want := int(math.Exp(4.98 + 0.62*g.r.NormFloat64()))
	want = max(8, min(want, 1000))
	g.sb.Reset()
	length, start := 0, true
	put := func(w string) {
		if length > 0 {
			g.sb.WriteByte(' ')
			length++
		}
		if start {
			c, k := utf8.DecodeRuneInString(w)
			g.sb.WriteString(strings.ToUpper(string(c)))
			w, start = w[k:], false
			length++
		}
		g.sb.WriteString(w)
		length += utf8.RuneCountInString(w)
	}
	if g.r.Float64() < RareRate {
		put(RareWord)
	}
	if g.r.Float64() < CommonRate {
		put(CommonWord)
	}
	if g.r.Float64() < PhraseRate {
		put(PhraseA)
		put(PhraseB)
	}
	for length < want {
		put(g.words[g.zw.Uint64()])
		switch x := g.r.Float64(); {
		case x < 0.05:
			g.sb.WriteByte(',')
		case x < 0.11:
			g.sb.WriteString([]string{".", " !", " ?", "…"}[g.r.IntN(4)])
			start = true
		case x < 0.118:
			put(emoji[g.r.IntN(len(emoji))])
		case x < 0.122:
			put("@" + Handle(int(g.za.Uint64())))
		case x < 0.126:
			put("#" + g.words[200+g.r.IntN(2000)])
		case x < 0.128:
			put(fmt.Sprintf("https://exemple.fr/p/%d", g.r.IntN(1_000_000)))
		}
	}
	return g.sb.String()
}
