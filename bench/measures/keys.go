package measures

import (
	"context"
	"fmt"
	"math/rand/v2"
	"strings"
	"time"

	"vigie/bench/floors"
	"vigie/bench/peers"
	"vigie/bench/run"
	"vigie/bench/stat"
	"vigie/bench/table"
)

// quiet is the silence that ends the answer to a key. It is shorter than
// the rest after which vigie shows the thread under the cursor, so that the move
// and the preview are told apart; preview is how long that is waited for.
const (
	quiet   = 30 * time.Millisecond
	noByte  = 500 * time.Millisecond
	preview = 150 * time.Millisecond
)

// pageDown is what a terminal sends for the key of that name.
const pageDown = "\x1b[6~"

// pressing is what keys of one kind gave.
type pressing struct {
	first, last stat.Samples // microseconds from the key to the first and the last byte
	bytes       stat.Samples // of the move
	all         stat.Samples // and of what follows when the cursor rests
	silent      int          // keys without an answer
}

// press presses keys in turn, n in all, with a random pause before
// each, so that a program that draws on a timer is not always caught at the same
// phase of it.
func (p *pressing) press(s *run.Session, keys []string, n int, rests bool) error {
	for i := range n {
		time.Sleep(time.Duration(rand.IntN(20_000)) * time.Microsecond)
		s.Drain()
		begun := time.Now()
		if err := s.Send(keys[i%len(keys)]); err != nil {
			return err
		}
		a, err := s.Settle(noByte, quiet)
		if err != nil {
			return err
		}
		if a.Bytes == 0 {
			p.silent++
			continue
		}
		after := run.Answer{}
		if rests {
			if after, err = s.Settle(preview, quiet); err != nil {
				return err
			}
		}
		p.first = append(p.first, us(a.First.Sub(begun)))
		p.last = append(p.last, us(a.Last.Sub(begun)))
		p.bytes = append(p.bytes, float64(a.Bytes))
		p.all = append(p.all, float64(a.Bytes+after.Bytes))
	}
	if p.silent > len(p.last) {
		return fmt.Errorf("%d of %d keys had no answer", p.silent, p.silent+len(p.last))
	}
	return nil
}

// typing is a program on a terminal and what its keys gave.
type typing struct {
	open  func(ctx context.Context) (*run.Session, error)
	ready string
	page  string // key for the next page; "": it has none
	leave string
	rests bool // it goes on to draw when the cursor rests

	moves   pressing // of the cursor between rows on the screen
	scrolls pressing // of the cursor beyond the last row
	pages   pressing
}

// subject opens the program, lets it settle, and presses its keys.
func (t *typing) subject(b *Bench) *subject {
	return &subject{do: func(ctx context.Context) error {
		s, err := t.open(ctx)
		if err != nil {
			return err
		}
		defer s.Close(t.leave)
		if err := calm(s, t.ready); err != nil {
			return err
		}
		// Eight down and eight up stay on the screen of every program.
		if err := t.moves.press(s, strings.Split("jjjjjjjjkkkkkkkk", ""), b.Keys, t.rests); err != nil {
			return err
		}
		if t.page == "" {
			return nil
		}
		if err := s.Send(strings.Repeat("j", run.Rows)); err != nil {
			return err
		}
		if _, err := s.Settle(time.Second, 400*time.Millisecond); err != nil {
			return err
		}
		if err := t.scrolls.press(s, []string{"j"}, b.Keys/2, t.rests); err != nil {
			return err
		}
		return t.pages.press(s, []string{t.page}, b.Keys/2, t.rests)
	}}
}

// calm waits until a program is ready and silent.
func calm(s *run.Session, text string) error {
	if _, err := s.UntilText(startLimit, text); err != nil {
		return err
	}
	_, err := s.Settle(time.Second, 400*time.Millisecond)
	return err
}

func (b *Bench) mailKeys(name string) *typing {
	t := &typing{}
	t.open = func(ctx context.Context) (*run.Session, error) {
		sc, err := b.screen(ctx, name, b.Peer)
		if err != nil {
			return nil, err
		}
		t.ready, t.page, t.leave = sc.Ready, sc.Page, sc.Leave
		return sc.Open()
	}
	return t
}

func (b *Bench) helloKeys() *typing {
	return &typing{
		open:  func(ctx context.Context) (*run.Session, error) { return b.openHello(ctx, 120) },
		ready: floors.Ready, leave: "q",
	}
}

func (b *Bench) rawKeys() *typing {
	return &typing{
		open: func(ctx context.Context) (*run.Session, error) {
			path, err := b.program(ctx, floors.Path(floors.Ttyfloor))
			if err != nil {
				return nil, err
			}
			return run.Open(nil, path)
		},
		ready: floors.Ready, leave: "q",
	}
}

func (b *Bench) vigieKeys(dir string) *typing {
	return &typing{
		open:  func(context.Context) (*run.Session, error) { return b.attach(dir) },
		ready: shown, page: pageDown, leave: "q", rests: true,
	}
}

// keys times a key from outside: from writing it to the terminal to the last
// byte that answers, and counts the bytes.
func keys(ctx context.Context, b *Bench) ([]table.Row, error) {
	dir, server, err := b.served(ctx, b.Big)
	if err != nil {
		return nil, err
	}
	defer server.Stop()
	ours, tea, tty := b.vigieKeys(dir), b.helloKeys(), b.rawKeys()
	neo, mutt, aerc := b.mailKeys(peers.Neomutt), b.mailKeys(peers.Mutt), b.mailKeys(peers.Aerc)
	us, ut, ur := ours.subject(b), tea.subject(b), tty.subject(b)
	un, um, ua := neo.subject(b), mutt.subject(b), aerc.subject(b)
	turns(ctx, b.Rounds, us, ut, ur, un, um, ua)

	at := " " + count(b.Peer)
	p50 := func(s stat.Samples, err error) figure { return micros(s.Median(), err) }
	p95 := func(s stat.Samples, err error) figure { return micros(s.P95(), err) }
	bytes := func(s stat.Samples, err error) figure { return size(s.Median(), err) }
	return []table.Row{
		row("j to last byte, p95", p95(ours.moves.last, us.err), "teahello 120 fps", p95(tea.moves.last, ut.err), atMost(1.1)),
		row("j to last byte, p95", p95(ours.moves.last, us.err), "aerc"+at, p95(aerc.moves.last, ua.err), atMost(0.7)),
		row("j to last byte, p50", p50(ours.moves.last, us.err), "neomutt"+at, p50(neo.moves.last, un.err), table.Goal{}),
		row("j to last byte, p50", p50(ours.moves.last, us.err), "mutt"+at, p50(mutt.moves.last, um.err), table.Goal{}),
		row("j to last byte, p50", p50(ours.moves.last, us.err), "ttyfloor", p50(tty.moves.last, ur.err), table.Goal{}),
		row("j that scrolls, p95", p95(ours.scrolls.last, us.err), "teahello 120 fps", p95(tea.moves.last, ut.err), atMost(1.1)),
		row("page to last byte, p95", p95(ours.pages.last, us.err), "neomutt"+at, p95(neo.pages.last, un.err), table.Goal{}),
		row("page to last byte, p95", p95(ours.pages.last, us.err), "aerc"+at, p95(aerc.pages.last, ua.err), atMost(0.1)),
		row("bytes of a move without preview", bytes(ours.moves.bytes, us.err), "neomutt"+at, bytes(neo.moves.bytes, un.err), atMost(1.2)),
		row("bytes of a scroll by one without preview", bytes(ours.scrolls.bytes, us.err), "aerc"+at, bytes(aerc.scrolls.bytes, ua.err), table.Goal{}),
		row("bytes of a scroll by one with preview", bytes(ours.scrolls.all, us.err), "aerc"+at, bytes(aerc.scrolls.bytes, ua.err), atMost(0.8)),
		row("bytes of a page without preview", bytes(ours.pages.bytes, us.err), "neomutt"+at, bytes(neo.pages.bytes, un.err), atMost(1.3)),
	}, nil
}

// burst writes a thousand j at once, as from a key held down, and times the
// silence after them; vigie's preview of the last thread comes later.
func burst(ctx context.Context, b *Bench) ([]table.Row, error) {
	dir, server, err := b.served(ctx, b.Big)
	if err != nil {
		return nil, err
	}
	defer server.Stop()
	var ours, mutt, neo held
	mine := ours.subject(b.vigieKeys(dir), 45*time.Millisecond)
	theirs := mutt.subject(b.mailKeys(peers.Mutt), 500*time.Millisecond)
	other := neo.subject(b.mailKeys(peers.Neomutt), 500*time.Millisecond)
	turns(ctx, b.Rounds, mine, theirs, other)

	ms := func(h held, err error) figure { return micros(h.took.Median(), err) }
	at := " " + count(b.Peer)
	r := row("1,000 j at once, until silent", ms(ours, mine.err), "mutt"+at, ms(mutt, theirs.err), atMost(1))
	r.Note = fmt.Sprintf("%.0f B written, mutt %.0f", ours.bytes.Median(), mutt.bytes.Median())
	return []table.Row{
		r,
		row("1,000 j at once, until silent", ms(ours, mine.err), "neomutt"+at, ms(neo, other.err), table.Goal{}),
	}, nil
}

type held struct{ took, bytes stat.Samples }

func (h *held) subject(t *typing, silence time.Duration) *subject {
	return &subject{do: func(ctx context.Context) error {
		s, err := t.open(ctx)
		if err != nil {
			return err
		}
		defer s.Close(t.leave)
		if err := calm(s, t.ready); err != nil {
			return err
		}
		written := make(chan error, 1)
		begun := time.Now()
		go func() { written <- s.Send(strings.Repeat("j", 1000)) }()
		a, err := s.Settle(5*time.Second, silence)
		if err != nil {
			return err
		}
		if err := <-written; err != nil {
			return err
		}
		h.took = append(h.took, us(a.Last.Sub(begun)))
		h.bytes = append(h.bytes, float64(a.Bytes))
		return nil
	}}
}
