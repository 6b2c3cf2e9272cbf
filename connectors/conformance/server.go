package conformance

import (
	"net"
	"net/http"
	"strings"
	"sync/atomic"
	"time"
)

// Server serves a simulated network on 127.0.0.1. Calls is safe for concurrent
// use.
type Server struct {
	// URL is where it serves, also after it was down; no slash ends it.
	URL string

	t       T
	handler http.Handler
	calls   atomic.Int64
	http    *http.Server
}

// NewServer starts a server, which ends with the test.
func NewServer(t T, handler http.Handler) *Server {
	t.Helper()
	s := &Server{t: t, handler: handler}
	s.URL = "http://" + s.listen("127.0.0.1:0")
	t.Cleanup(func() { s.Down(true) })
	return s
}

// Calls is how many requests it has got.
func (s *Server) Calls() int { return int(s.calls.Load()) }

// Down ends the server and every connection to it, or starts it again at the
// same address.
func (s *Server) Down(on bool) {
	if on {
		_ = s.http.Close()
		return
	}
	s.listen(strings.TrimPrefix(s.URL, "http://"))
}

// listen serves at an address until the server is closed.
func (s *Server) listen(address string) string {
	s.t.Helper()
	l, err := net.Listen("tcp", address)
	if err != nil {
		s.t.Fatalf("listen: %v", err)
	}
	srv := &http.Server{ReadHeaderTimeout: time.Minute, Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.calls.Add(1)
		s.handler.ServeHTTP(w, r)
	})}
	s.http = srv
	go func() { _ = srv.Serve(l) }() // ends with Close, which is its only error
	return l.Addr().String()
}
