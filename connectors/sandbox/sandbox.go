// Package sandbox holds simulated social networks: HTTP servers on loopback
// that speak the real APIs, for the demonstration and for tests. It never
// calls another machine and keeps nothing on disk.
//
// One World holds what people and brands write to each other; a Simulation
// for each network renders it through that network's API and takes what the
// account sends. The content of the demonstration is in content/*.txt.
package sandbox

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"math/rand/v2"
	"net"
	"net/http"
	"slices"
	"time"

	"vigie/inbox"
)

// Options set up a Sandbox.
type Options struct {
	Clock inbox.Clock // nil: the machine's
	Seed  uint64      // another seed makes another history
	// Empty leaves out history, arrivals and answers: for tests.
	Empty bool
	// Every is the average time between two arrivals; 0: 9 s. Negative: none.
	Every time.Duration
	// Networks limits what is started; nil: all.
	Networks []inbox.Network
}

// Account is what a configuration needs to use a simulated account.
type Account struct {
	Brand
	Settings map[string]string   // "server": "http://127.0.0.1:…"
	Lists    map[string][]string // "urls"
	Secrets  map[string]string   // "token"
}

// Access is how one account is reached on one simulated network.
type Access struct {
	Settings map[string]string
	Lists    map[string][]string
	Secrets  map[string]string
}

// Simulation is one network's server: the world in that network's API. It is
// an http.Handler, or a Listener.
type Simulation interface {
	// Access says how a brand is reached when the server stands at base, an
	// address without a slash at the end.
	Access(b Brand, base string) Access
}

// Listener is a Simulation that does not speak HTTP.
type Listener interface {
	// Listen opens its ports on 127.0.0.1 and serves them until Close. base is
	// what Access is given.
	Listen(ctx context.Context) (base string, err error)
	Close() error
}

// Sandbox is a world with its servers.
type Sandbox struct {
	world    *World
	servers  []*http.Server
	closers  []io.Closer // what servers have handed over
	accounts []Account
	cancel   context.CancelFunc
	done     chan struct{}
}

// simulations is the list of networks that can be simulated.
func simulations() map[inbox.Network]func(*World) Simulation {
	return map[inbox.Network]func(*World) Simulation{
		"bluesky":   func(w *World) Simulation { return NewBluesky(w) },
		"feeds":     func(w *World) Simulation { return NewFeeds(w) },
		"ghost":     func(w *World) Simulation { return NewGhost(w) },
		"mail":      func(w *World) Simulation { return NewMail(w) },
		"mastodon":  func(w *World) Simulation { return NewMastodon(w) },
		"minigram":  func(w *World) Simulation { return NewMinigram(w) },
		"telegram":  func(w *World) Simulation { return NewTelegram(w) },
		"wordpress": func(w *World) Simulation { return NewWordpress(w) },
	}
}

// Simulate makes the simulation of a network over a world; false for a network
// that has none.
func Simulate(n inbox.Network, w *World) (Simulation, bool) {
	made, ok := simulations()[n]
	if !ok {
		return nil, false
	}
	return made(w), true
}

// NewWorld makes a world with its history, which ends at the clock's now.
func NewWorld(o Options) (*World, error) {
	w := &World{
		clock: o.Clock, rng: rand.New(rand.NewPCG(o.Seed, 0x7669676965)), brands: brands(),
		watches: map[int]func(Change){},
	}
	if w.clock == nil {
		w.clock = machineClock{}
	}
	if o.Empty {
		return w, nil
	}
	p, err := newPlot()
	if err != nil {
		return nil, err
	}
	w.plot = p
	if err := p.history(w); err != nil {
		return nil, err
	}
	if err := p.today(w); err != nil {
		return nil, err
	}
	return w, nil
}

// Start opens a server for each network, on a free port of 127.0.0.1, and
// lets the world live until ctx ends or Close is called.
func Start(ctx context.Context, o Options) (*Sandbox, error) {
	w, err := NewWorld(o)
	if err != nil {
		return nil, fmt.Errorf("make the simulated world: %w", err)
	}
	ctx, cancel := context.WithCancel(ctx)
	s := &Sandbox{world: w, cancel: cancel, done: make(chan struct{})}
	table := simulations()
	for _, network := range slices.Sorted(maps.Keys(table)) {
		if o.Networks != nil && !slices.Contains(o.Networks, network) {
			continue
		}
		if err := s.serve(ctx, network, table[network](w)); err != nil {
			cancel()
			close(s.done)
			return nil, errors.Join(err, s.Close())
		}
	}
	go func() {
		defer close(s.done)
		w.live(ctx, o)
	}()
	return s, nil
}

func (s *Sandbox) serve(ctx context.Context, network inbox.Network, sim Simulation) error {
	if c, ok := sim.(io.Closer); ok {
		s.closers = append(s.closers, c)
	}
	base, err := s.listen(ctx, sim)
	if err != nil {
		return fmt.Errorf("open a port for %s: %w", network, err)
	}
	for _, b := range s.world.Brands(network) {
		a := sim.Access(b, base)
		s.accounts = append(s.accounts, Account{Brand: b, Settings: a.Settings, Lists: a.Lists, Secrets: a.Secrets})
	}
	return nil
}

func (s *Sandbox) listen(ctx context.Context, sim Simulation) (base string, err error) {
	if own, ok := sim.(Listener); ok {
		return own.Listen(ctx)
	}
	handler, ok := sim.(http.Handler)
	if !ok {
		return "", errors.New("it serves nothing")
	}
	l, err := (&net.ListenConfig{}).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	srv := &http.Server{
		Handler: handler, ReadHeaderTimeout: 10 * time.Second,
		BaseContext: func(net.Listener) context.Context { return ctx },
	}
	s.servers = append(s.servers, srv)
	go func() { _ = srv.Serve(l) }() // ends with Close, which is its only error
	return "http://" + l.Addr().String(), nil
}

// World is what goes on in the sandbox.
func (s *Sandbox) World() *World { return s.world }

// Accounts lists the simulated accounts: the clients in their order, and the
// networks of each by name.
func (s *Sandbox) Accounts() []Account {
	var out []Account
	seen := map[inbox.ClientID]bool{}
	for _, b := range s.world.Brands("") {
		if seen[b.Client] {
			continue
		}
		seen[b.Client] = true
		for _, a := range s.accounts {
			if a.Client == b.Client {
				out = append(out, a)
			}
		}
	}
	return out
}

// Close ends the world and its servers.
func (s *Sandbox) Close() error {
	s.cancel()
	var errs []error
	for _, srv := range s.servers {
		errs = append(errs, srv.Close())
	}
	for _, c := range s.closers {
		errs = append(errs, c.Close())
	}
	<-s.done
	return errors.Join(errs...)
}

// machineClock is the machine's clock.
type machineClock struct{}

func (machineClock) Now() time.Time { return time.Now() }
