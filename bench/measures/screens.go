package measures

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"time"

	"vigie/bench/floors"
	"vigie/bench/peers"
	"vigie/bench/run"
	"vigie/bench/stat"
	"vigie/bench/table"
)

// startLimit is how long any program may take to show its first screen.
const startLimit = 60 * time.Second

// shown is on vigie's screen when the newest threads are: the corpus's
// authors are all called that.
const shown = "Auteur"

// start times each program from exec to its newest messages on the screen:
// vigie with a server that has to be started, and with one that runs.
func start(ctx context.Context, b *Bench) ([]table.Row, error) {
	var tea, big, mid, small, attach, alot, mutt stat.Samples
	hello := b.teahello(60, &tea)
	bigStart := b.starting(b.Big, &big, &attach)
	midStart := b.starting(b.Mid, &mid, new(stat.Samples))
	smallStart := b.starting(b.Small, &small, new(stat.Samples))
	alotStart := b.opening(peers.Alot, b.Mid, &alot)
	muttStart := b.opening(peers.Mutt, b.Small, &mutt)
	turns(ctx, b.Starts, hello, bigStart, midStart, smallStart, alotStart, muttStart)

	ms := func(s stat.Samples, err error) figure { return micros(s.Median(), err) }
	return []table.Row{
		row("server and first attach, "+count(b.Big), ms(big, bigStart.err), "teahello", ms(tea, hello.err), atMost(5)),
		row("attach to a server, "+count(b.Big), ms(attach, bigStart.err), "teahello", ms(tea, hello.err), atMost(2.5)),
		row("server and first attach, "+count(b.Mid), ms(mid, midStart.err), "alot "+count(b.Mid), ms(alot, alotStart.err), atMost(0.35)),
		row("server and first attach, "+count(b.Small), ms(small, smallStart.err), "mutt "+count(b.Small), ms(mutt, muttStart.err), atMost(0.35)),
		row(fmt.Sprintf("growth, %s ÷ %s", count(b.Big), count(b.Small)), ms(big, bigStart.err), "vigie "+count(b.Small), ms(small, smallStart.err), atMost(1.2)),
	}, nil
}

func (b *Bench) teahello(fps int, into *stat.Samples) *subject {
	return &subject{do: func(ctx context.Context) error {
		for range 3 {
			s, err := b.openHello(ctx, fps)
			if err != nil {
				return err
			}
			err = sinceStart(s, floors.Ready, into)
			s.Close("q")
			if err != nil {
				return err
			}
		}
		return nil
	}}
}

func (b *Bench) openHello(ctx context.Context, fps int) (*run.Session, error) {
	path, err := b.program(ctx, floors.Path(floors.Teahello))
	if err != nil {
		return nil, err
	}
	return run.Open(nil, path, fmt.Sprintf("-fps=%d", fps))
}

func sinceStart(s *run.Session, text string, into *stat.Samples) error {
	at, err := s.UntilText(startLimit, text)
	if err != nil {
		return err
	}
	*into = append(*into, us(at.Sub(s.Started)))
	return nil
}

// starting starts vigie where no server runs, then attaches three times more,
// then ends the server.
func (b *Bench) starting(n int, first, again *stat.Samples) *subject {
	return &subject{do: func(ctx context.Context) error {
		dir, err := b.data(ctx, n)
		if err != nil {
			return err
		}
		for i := range 4 {
			into := again
			if i == 0 {
				into = first
			}
			s, err := b.attach(dir)
			if err != nil {
				return err
			}
			err = sinceStart(s, shown, into)
			if err == nil {
				_, err = s.Settle(200*time.Millisecond, 100*time.Millisecond)
			}
			s.Close("q")
			if err != nil {
				_ = b.stop(ctx, dir) // the first error is the one to tell
				return err
			}
		}
		return b.stop(ctx, dir)
	}}
}

// stop ends the server of a data directory and waits until its process is
// gone.
func (b *Bench) stop(ctx context.Context, dir string) error {
	var st struct {
		Running bool `json:"running"`
		Pid     int  `json:"pid"`
	}
	u, err := b.vigie(dir, "status", "--json").Run(ctx)
	if err != nil {
		return err
	}
	if err := json.Unmarshal(u.Out, &st); err != nil {
		return fmt.Errorf("read the status: %w", err)
	}
	if !st.Running {
		return nil
	}
	if _, err := b.vigie(dir, "stop").Run(ctx); err != nil {
		return err
	}
	for begun := time.Now(); time.Since(begun) < 30*time.Second; time.Sleep(5 * time.Millisecond) {
		if _, err := os.Stat(fmt.Sprintf("/proc/%d", st.Pid)); err != nil {
			return nil
		}
	}
	return fmt.Errorf("the server of %s does not end", dir)
}

// opening starts a mail program.
func (b *Bench) opening(name string, n int, into *stat.Samples) *subject {
	warm := false
	return &subject{do: func(ctx context.Context) error {
		sc, err := b.screen(ctx, name, n)
		if err != nil {
			return err
		}
		times := 1
		if !warm {
			times, warm = 2, true // the first opening may fill a cache of headers
		}
		for i := range times {
			s, err := sc.Open()
			if err != nil {
				return err
			}
			var took stat.Samples
			err = sinceStart(s, sc.Ready, &took)
			s.Close(sc.Leave)
			if err != nil {
				return err
			}
			if i == times-1 {
				*into = append(*into, took...)
			}
		}
		return nil
	}}
}

// screen is a mail program over n messages; alot with its database.
func (b *Bench) screen(ctx context.Context, name string, n int) (peers.Screen, error) {
	s, err := b.set(n)
	if err != nil {
		return peers.Screen{}, err
	}
	if name == peers.Alot {
		if s, err = b.indexed(ctx, peers.Notmuch, n); err != nil {
			return peers.Screen{}, err
		}
	}
	sc, ok := s.Screen(name)
	if !ok {
		return sc, b.absent(name)
	}
	return sc, nil
}

// idle measures programs at rest with a terminal open: memory that no file
// backs, and time on the CPU. Of vigie both processes count.
func idle(ctx context.Context, b *Bench) ([]table.Row, error) {
	var big, small, alot, tea resting
	bigIdle := b.restingServer(b.Big, &big)
	smallIdle := b.restingServer(b.Small, &small)
	alotIdle := &subject{do: func(ctx context.Context) error {
		sc, err := b.screen(ctx, peers.Alot, b.Mid)
		if err != nil {
			return err
		}
		s, err := sc.Open()
		if err != nil {
			return err
		}
		defer s.Close(sc.Leave)
		return alot.watch(s, sc.Ready)
	}}
	teaIdle := &subject{do: func(ctx context.Context) error {
		s, err := b.openHello(ctx, 60)
		if err != nil {
			return err
		}
		defer s.Close("q")
		return tea.watch(s, floors.Ready)
	}}
	turns(ctx, max(1, b.Rounds-1), bigIdle, teaIdle, smallIdle, alotIdle)

	anon := func(r resting, err error) figure { return size(r.anon.Median(), err) }
	busy := func(r resting, err error) figure {
		return figure{table.Figure{Value: r.cpu.Median(), Unit: table.MsPerSec}, err}
	}
	return []table.Row{
		row("memory not backed by a file, "+count(b.Big), anon(big, bigIdle.err), "alot "+count(b.Mid), anon(alot, alotIdle.err), atMost(0.5)),
		row(fmt.Sprintf("the same, %s ÷ %s", count(b.Big), count(b.Small)), anon(big, bigIdle.err), "vigie "+count(b.Small), anon(small, smallIdle.err), atMost(1.2)),
		row("time on the CPU", busy(big, bigIdle.err), "teahello 60 fps", busy(tea, teaIdle.err), atMost(1)),
	}, nil
}

// resting is what programs use at rest.
type resting struct {
	anon stat.Samples // bytes
	cpu  stat.Samples // milliseconds a second
}

// watch waits until a program shows a text, lets it come to rest, and then
// watches it and the processes more.
func (r *resting) watch(s *run.Session, text string, more ...int) error {
	const settle, length = 3 * time.Second, 5 * time.Second
	if _, err := s.UntilText(startLimit, text); err != nil {
		return err
	}
	if _, err := s.Settle(settle, settle); err != nil {
		return err
	}
	pids := append([]int{s.Pid()}, more...)
	before := onCPU(pids)
	begun := time.Now()
	if _, err := s.Settle(length, length); err != nil {
		return err
	}
	spent := onCPU(pids) - before
	r.cpu = append(r.cpu, float64(spent.Microseconds())/1000/time.Since(begun).Seconds())
	var anon int64
	for _, pid := range pids {
		anon += run.UsageOf(pid).Anon
	}
	r.anon = append(r.anon, float64(anon))
	return nil
}

func onCPU(pids []int) time.Duration {
	var sum time.Duration
	for _, pid := range pids {
		sum += run.OnCPU(pid)
	}
	return sum
}

func (b *Bench) restingServer(n int, into *resting) *subject {
	return &subject{do: func(ctx context.Context) error {
		dir, server, err := b.served(ctx, n)
		if err != nil {
			return err
		}
		defer server.Stop()
		s, err := b.attach(dir)
		if err != nil {
			return err
		}
		defer s.Close("q")
		return into.watch(s, shown, server.Pid)
	}}
}
