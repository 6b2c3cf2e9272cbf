package tui

import (
	"context"
	"fmt"
	"testing"
	"time"

	uv "github.com/charmbracelet/ultraviolet"

	"vigie/inbox"
	"vigie/inbox/text"
)

// big is a Backend with many threads that are made when asked for, so that a
// benchmark measures the screen and not the store.
type big struct {
	*fake
	n int
}

func (b big) thread(i int) inbox.Thread {
	at := monday().Add(-time.Duration(i) * time.Minute)
	t := inbox.Thread{
		ID: inbox.ThreadID(b.n - i), Account: "miette-masto", Client: "miette", Network: "mastodon", Kind: inbox.KindMention,
		Author:  author(fmt.Sprintf("lecteur%d@piaille.fr", i), fmt.Sprintf("Lectrice n° %d", i)),
		Snippet: text.CleanLine(fmt.Sprintf("Bonjour, le message numéro %d est assez long pour être coupé dans toutes les colonnes.", i)),
		FirstAt: at, LastAt: at, InAt: at, SortAt: at, Messages: 3, Tags: []string{"livraison"},
	}
	t.Unread = i%3 == 0
	return t
}

func (b big) Threads(_ context.Context, q inbox.ViewQuery) (inbox.ThreadPage, error) {
	from := 0
	if !q.After.Zero() {
		from = b.n - int(q.After.ID) + 1
	}
	var p inbox.ThreadPage
	for i := from; i < b.n && len(p.Threads) < q.Limit; i++ {
		t := b.thread(i)
		p.Threads = append(p.Threads, t)
		p.Next = inbox.ListCursor{Rank: inbox.Rank{Class: inbox.RankRest, At: t.SortAt}, ID: t.ID}
	}
	p.More = from+len(p.Threads) < b.n
	return p, nil
}

func (b big) Thread(_ context.Context, id inbox.ThreadID) (inbox.ThreadView, error) {
	t := b.thread(b.n - int(id))
	v := inbox.ThreadView{Thread: t}
	for i := range 3 {
		m := theirs(inbox.KindMention, time.Duration(3-i)*time.Hour, t.Author, "Bonjour, est-ce que vous livrez à Villeurbanne le samedi matin ?")
		v.Messages = append(v.Messages, m)
	}
	return v, nil
}

func bigSim(tb testing.TB, n int) *sim {
	f := world()
	return newSim(tb, f, 120, 40, func(o *Options) { o.Backend = bigBackend{big{f, n}, simBackend{f}} })
}

// bigBackend subscribes as the sim needs it.
type bigBackend struct {
	big
	s simBackend
}

func (b bigBackend) Subscribe() Subscription { return b.s.Subscribe() }

// BenchmarkCursor is one key to one frame: Update and View at 120×40.
func BenchmarkCursor(b *testing.B) {
	for _, n := range []int{1_000, 100_000} {
		b.Run(fmt.Sprintf("threads=%d", n), func(b *testing.B) {
			s := bigSim(b, n)
			down, up := press("j"), press("k")
			b.ReportAllocs()
			for i := 0; b.Loop(); i++ {
				k := down
				if i/100%2 == 1 {
					k = up
				}
				s.m.Update(k)
				s.m.View()
			}
		})
	}
}

// BenchmarkDraw is what the renderer takes to put one frame into cells, the
// measure of BenchmarkCursor.
func BenchmarkDraw(b *testing.B) {
	s := bigSim(b, 100_000)
	frame, cells := s.m.View().Content, uv.NewScreenBuffer(120, 40)
	b.ReportAllocs()
	for b.Loop() {
		cells.Clear()
		uv.NewStyledString(frame).Draw(cells, cells.Bounds())
	}
}

// BenchmarkPage turns pages, with loading what comes near.
func BenchmarkPage(b *testing.B) {
	s := bigSim(b, 100_000)
	next := press("pgdown")
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		if i%5000 == 4999 {
			b.StopTimer()
			s.keys("home")
			b.StartTimer()
		}
		s.send(next)
		s.timers = nil
		s.m.View()
	}
}

// BenchmarkOpen shows another thread in the reader.
func BenchmarkOpen(b *testing.B) {
	s := bigSim(b, 100_000)
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		s.run(s.m.loadThread(inbox.ThreadID(1000 + i%500)))
		s.timers = nil
		s.m.View()
	}
}

// BenchmarkTyping is one letter in the composer.
func BenchmarkTyping(b *testing.B) {
	s := bigSim(b, 1000)
	s.keys("r")
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		k := typed('a')
		if i%2 == 1 {
			k = press("backspace")
		}
		s.m.Update(k)
		s.m.View()
	}
}

// A frame costs the same whatever the size of the inbox.
func TestFrameCostIsFlat(t *testing.T) {
	cost := func(n int) float64 {
		s := bigSim(t, n)
		down, up := press("j"), press("k")
		i := 0
		return testing.AllocsPerRun(200, func() {
			if i++; i%20 < 10 {
				s.m.Update(down)
			} else {
				s.m.Update(up)
			}
			s.m.View()
		})
	}
	small, large := cost(1_000), cost(100_000)
	if large > small*1.1+2 {
		t.Errorf("a frame allocates %v times with 1,000 threads, %v with 100,000", small, large)
	}
}

// A move of the cursor changes the two rows it leaves and enters, and no
// other line of the screen.
func TestMoveChangesTwoRows(t *testing.T) {
	s := bigSim(t, 1000)
	s.keys("j")
	before := s.m.screenLines()
	s.m.Update(press("j"))
	after := s.m.screenLines()
	changed := 0
	for y := range before {
		if before[y] != after[y] {
			changed++
		}
	}
	if changed != 2 { // of each row the first line
		t.Errorf("%d lines changed", changed)
	}
}
