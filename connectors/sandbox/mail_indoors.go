package sandbox

import (
	"context"
	"fmt"
	"net"
	"sync"
	"syscall"
)

// Indoors serves until Close whoever calls Dial, without a socket: a test in a
// bubble of fake time can wait on it. base is what Access is given.
func (m *Mail) Indoors(ctx context.Context) (base string, err error) {
	m.rooms = map[string]*room{}
	m.fill()
	return m.open(ctx, "127.0.0.1:143 127.0.0.1:587")
}

// Dial connects to an address of a server that is Indoors, as a net.Dialer
// does. Anywhere else, and while it is down, a connection is refused.
func (m *Mail) Dial(ctx context.Context, network, address string) (net.Conn, error) {
	m.mu.Lock()
	r := m.rooms[address]
	m.mu.Unlock()
	if r == nil {
		return nil, fmt.Errorf("dial %s %s: %w", network, address, syscall.ECONNREFUSED)
	}
	here, there := net.Pipe()
	select {
	case r.guests <- there:
		return here, nil
	case <-r.closed:
		return nil, fmt.Errorf("dial %s %s: %w", network, address, syscall.ECONNREFUSED)
	case <-ctx.Done():
		return nil, fmt.Errorf("dial %s %s: %w", network, address, ctx.Err())
	}
}

// listener opens a port, or a room.
func (m *Mail) listener(ctx context.Context, at string) (net.Listener, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.rooms == nil {
		return (&net.ListenConfig{}).Listen(ctx, "tcp", at)
	}
	r := &room{at: at, guests: make(chan net.Conn), closed: make(chan struct{})}
	m.rooms[at] = r
	return r, nil
}

// room is a listener without a socket.
type room struct {
	at     string
	guests chan net.Conn
	once   sync.Once
	closed chan struct{}
}

// Accept implements net.Listener.
func (r *room) Accept() (net.Conn, error) {
	select {
	case conn := <-r.guests:
		return conn, nil
	case <-r.closed:
		return nil, net.ErrClosed
	}
}

// Close implements net.Listener.
func (r *room) Close() error {
	r.once.Do(func() { close(r.closed) })
	return nil
}

// Addr implements net.Listener.
func (r *room) Addr() net.Addr { return roomAddr(r.at) }

type roomAddr string

func (roomAddr) Network() string  { return "pipe" }
func (a roomAddr) String() string { return string(a) }
