package soak

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"slices"
	"sync"
	"testing"
	"time"

	"vigie/connectors/sandbox"
	"vigie/inbox"
)

// indoors carries calls to simulated networks without a socket, so that a day
// can pass in fake time, and notes when each was made.
type indoors struct {
	mu       sync.Mutex
	networks map[string]inbox.Network // by host
	handlers map[string]http.Handler
	calls    map[inbox.Network][]time.Time
}

func newIndoors() *indoors {
	return &indoors{networks: map[string]inbox.Network{}, handlers: map[string]http.Handler{}, calls: map[inbox.Network][]time.Time{}}
}

// serve puts a simulation at an address.
func (i *indoors) serve(t *testing.T, n inbox.Network, base string, sim sandbox.Simulation) {
	t.Helper()
	handler, ok := sim.(http.Handler)
	if !ok {
		t.Fatalf("%s speaks no HTTP", n)
	}
	host := base[len("http://"):]
	i.networks[host], i.handlers[host] = n, handler
}

// most is how many calls a network got, and the most within a period.
func (i *indoors) most(n inbox.Network, period time.Duration) (all, most int) {
	i.mu.Lock()
	defer i.mu.Unlock()
	list := slices.SortedFunc(slices.Values(i.calls[n]), time.Time.Compare)
	first := 0
	for last, at := range list {
		for at.Sub(list[first]) >= period {
			first++
		}
		most = max(most, last-first+1)
	}
	return len(list), most
}

// RoundTrip implements http.RoundTripper.
func (i *indoors) RoundTrip(r *http.Request) (*http.Response, error) {
	n, handler := i.networks[r.URL.Host], i.handlers[r.URL.Host]
	i.note(n)
	if handler == nil {
		return nil, errors.New("nobody is at " + r.URL.Host)
	}
	ctx, cancel := context.WithCancel(r.Context())
	in := r.Clone(ctx)
	in.RequestURI, in.RemoteAddr, in.Host = r.URL.RequestURI(), "127.0.0.1:1", r.URL.Host
	if in.Body == nil {
		in.Body = http.NoBody
	}
	body, w := io.Pipe()
	out := &answer{header: http.Header{}, body: w, begun: make(chan struct{})}
	go func() {
		defer cancel()
		handler.ServeHTTP(out, in)
		out.begin(http.StatusOK)
		_ = w.Close()
	}()
	select {
	case <-out.begun:
	case <-r.Context().Done():
		cancel()
		_ = body.CloseWithError(r.Context().Err())
		return nil, r.Context().Err()
	}
	return &http.Response{
		StatusCode: out.status, Status: http.StatusText(out.status), Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Header: out.sent, Body: hangup{body, cancel}, ContentLength: -1, Request: r,
	}, nil
}

// tap is a dial to a network that notes each connection, and each thing that
// is said on it, as a call.
func (i *indoors) tap(n inbox.Network, dial dialFunc) dialFunc {
	return func(ctx context.Context, network, address string) (net.Conn, error) {
		i.note(n)
		conn, err := dial(ctx, network, address)
		if err != nil {
			return nil, err
		}
		return &wiretap{Conn: conn, said: func() { i.note(n) }}, nil
	}
}

// note is a call that is made now.
func (i *indoors) note(n inbox.Network) {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.calls[n] = append(i.calls[n], time.Now())
}

// dialFunc is what connectors.Env takes.
type dialFunc = func(ctx context.Context, network, address string) (net.Conn, error)

// wiretap is a connection that tells when something is said on it.
type wiretap struct {
	net.Conn
	said func()
}

func (w *wiretap) Write(b []byte) (int, error) {
	w.said()
	return w.Conn.Write(b)
}

// hangup ends the server's side when the client closes the body.
type hangup struct {
	*io.PipeReader
	cancel context.CancelFunc
}

func (h hangup) Close() error {
	h.cancel()
	return h.PipeReader.Close()
}

// answer is the server's side of an answer.
type answer struct {
	header http.Header
	sent   http.Header // as it was when the answer began
	status int
	once   sync.Once
	begun  chan struct{}
	body   *io.PipeWriter
}

func (a *answer) begin(status int) {
	a.once.Do(func() {
		a.status, a.sent = status, a.header.Clone()
		close(a.begun)
	})
}

func (a *answer) Header() http.Header    { return a.header }
func (a *answer) WriteHeader(status int) { a.begin(status) }
func (a *answer) Flush()                 { a.begin(http.StatusOK) }

func (a *answer) Write(b []byte) (int, error) {
	a.begin(http.StatusOK)
	return a.body.Write(b)
}
