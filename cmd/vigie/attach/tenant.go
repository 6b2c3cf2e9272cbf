package attach

import (
	"context"
	"errors"
	"fmt"
	"io"
	"sync"
	"sync/atomic"

	"github.com/muesli/cancelreader"
	gossh "golang.org/x/crypto/ssh"
	"golang.org/x/term"

	"vigie/tui/door/wire"
)

// tenant shares one terminal between a session and the programs that the
// session asks for: an editor, an opener, an errand.
type tenant struct {
	o     Options
	link  *link
	saved *term.State // of the terminal, before raw mode

	screen output
	keys   cancelreader.CancelReader // nil while nothing is read
	typed  chan struct{}             // closed when no key is on its way any more

	errands sync.WaitGroup
	busy    atomic.Bool // an errand is under way
	lent    atomic.Bool // a program has the terminal
	kept    string      // the file with a text that could not be handed back
}

// listen sends what is typed to the session.
func (t *tenant) listen() error {
	keys, err := cancelreader.NewReader(t.o.Stdin)
	if err != nil {
		return fmt.Errorf("read the terminal: %w", err)
	}
	typed := make(chan struct{})
	t.keys, t.typed = keys, typed
	go func() {
		defer close(typed)
		if _, err := io.Copy(t.link.Channel, keys); !errors.Is(err, cancelreader.ErrCanceled) {
			_ = t.link.CloseWrite() // the terminal is gone
		}
	}()
	return nil
}

// deafen stops listen. What was typed and not read yet stays where it is.
func (t *tenant) deafen() {
	if t.keys == nil {
		return
	}
	if t.keys.Cancel() {
		<-t.typed
	}
	_ = t.keys.Close()
	t.keys = nil
}

// asked hears a request of the server. One errand runs at a time.
func (t *tenant) asked(ctx context.Context, name string, payload []byte) bool {
	run, ok := t.errand(ctx, name, payload)
	if !ok || !t.busy.CompareAndSwap(false, true) {
		return false
	}
	t.errands.Go(func() {
		done := run()
		t.busy.Store(false)
		_, err := t.link.SendRequest(wire.DoneRequest, false, gossh.Marshal(done.Done))
		if done.settle != nil {
			done.settle(err == nil && ctx.Err() == nil)
		}
	})
	return true
}

// ending is the result of an errand; settle, which may be nil, hears whether it was told.
type ending struct {
	wire.Done
	settle func(told bool)
}

func (t *tenant) errand(ctx context.Context, name string, payload []byte) (func() ending, bool) {
	switch name {
	case wire.EditRequest:
		var r wire.Edit
		if gossh.Unmarshal(payload, &r) == nil && len(r.Text) <= wire.MaxText {
			return func() ending { return t.edit(ctx, r) }, true
		}
	case wire.OpenRequest:
		var r wire.Open
		if gossh.Unmarshal(payload, &r) == nil && len(r.URL) <= wire.MaxURL {
			return func() ending { return ending{Done: wire.Done{ID: r.ID, Result: t.open(ctx, r.URL)}} }, true
		}
	case wire.RunRequest:
		var r wire.Run
		if gossh.Unmarshal(payload, &r) == nil {
			return func() ending { return ending{Done: wire.Done{ID: r.ID, Result: t.run(ctx, r)}} }, true
		}
	}
	return nil, false
}

// lend gives the terminal, as it was found, to use, once the first shown bytes
// of the session are on it; then the session has it again. It fails when the
// terminal cannot be given back to the session.
func (t *tenant) lend(shown uint64, use func() uint32) uint32 {
	if !t.screen.hold(shown) {
		return wire.Failed
	}
	defer t.screen.free()
	t.deafen()
	t.lent.Store(true)
	_ = term.Restore(int(t.o.Stdin.Fd()), t.saved)
	result := use()
	_, _ = term.MakeRaw(int(t.o.Stdin.Fd()))
	t.lent.Store(false)
	t.tellSize()
	if err := t.listen(); err != nil {
		_ = t.link.conn.Close()
		return wire.Failed
	}
	return result
}

// output is the terminal as it is written to. It can be held, so that nobody else writes.
type output struct {
	w     io.Writer
	mu    sync.Mutex
	moved *sync.Cond
	n     uint64 // bytes written
	held  bool
	over  bool // nothing more is written
}

func (s *output) start(w io.Writer) {
	s.w, s.moved = w, sync.NewCond(&s.mu)
}

// Write waits while the screen is held.
func (s *output) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for s.held {
		s.moved.Wait()
	}
	n, err := s.w.Write(p)
	s.n += uint64(max(n, 0))
	s.moved.Broadcast()
	return n, err
}

// hold waits until so many bytes are written, and keeps later ones from it;
// false when they never will be.
func (s *output) hold(shown uint64) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	for s.n < shown && !s.over {
		s.moved.Wait()
	}
	s.held = s.n >= shown
	return s.held
}

func (s *output) free() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.held = false
	s.moved.Broadcast()
}

func (s *output) end() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.over = true
	s.moved.Broadcast()
}
