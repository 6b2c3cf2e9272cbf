package httpx

import (
	"bufio"
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"sync"
	"sync/atomic"
	"testing"

	"golang.org/x/net/http2"
	"golang.org/x/net/http2/hpack"

	"vigie/inbox"
)

// keyed is a write as an answer is sent.
func keyed() Request {
	return Request{Path: "/x", Write: true, Body: []byte(`{"status":"Oui !"}`), Header: http.Header{"Idempotency-Key": {"01K"}}}
}

// closing is a server that answers one request of a connection and, at the
// worst moment, closes it: when it has read the whole of the next one.
type closing struct {
	net.Listener
	writes atomic.Int32
	conns  atomic.Int32
}

func newClosing(t *testing.T) *closing {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := &closing{Listener: l}
	var all sync.WaitGroup
	all.Go(func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			s.conns.Add(1)
			all.Go(func() { s.serve(conn) })
		}
	})
	t.Cleanup(func() { _ = l.Close(); all.Wait() })
	return s
}

func (s *closing) serve(conn net.Conn) {
	defer conn.Close()
	in := bufio.NewReader(conn)
	for n := 0; ; n++ {
		r, err := http.ReadRequest(in)
		if err != nil {
			return
		}
		_, _ = io.Copy(io.Discard, r.Body)
		if r.Method != http.MethodGet {
			s.writes.Add(1)
		}
		if n > 0 || r.Method != http.MethodGet {
			return
		}
		_, _ = io.WriteString(conn, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}")
	}
}

func (s *closing) url() *url.URL { return &url.URL{Scheme: "http", Host: s.Addr().String()} }

// TestAWriteArrivesAtMostOnce warms a connection up, which its server then
// closes on the next request, and writes: with our own transports, and with a
// foreign one that keeps connections and would send again what it may.
func TestAWriteArrivesAtMostOnce(t *testing.T) {
	foreign := &http.Transport{}
	defer foreign.CloseIdleConnections()
	for name, rt := range map[string]http.RoundTripper{"own": nil, "foreign": foreign} {
		for what, r := range map[string]Request{
			"with a body":    keyed(),
			"without a body": {Method: http.MethodPost, Path: "/x", Write: true, Header: http.Header{"Idempotency-Key": {"01K"}}},
		} {
			s := newClosing(t)
			c := New(Options{Base: s.url(), Transport: rt})
			if _, err := c.Do(t.Context(), Request{Path: "/x"}); err != nil {
				t.Fatal(err)
			}
			_, err := c.Do(t.Context(), r)
			if kind(err) != "uncertain" || errors.Is(err, inbox.ErrUnreachable) {
				t.Errorf("%s transport, %s: %v, want uncertain", name, what, err)
			}
			if n := s.writes.Load(); n != 1 {
				t.Errorf("%s transport, %s: it arrived %d times", name, what, n)
			}
			if name == "own" && s.conns.Load() != 2 {
				t.Errorf("%s: %d connections, want one for the read and one for the write", what, s.conns.Load())
			}
			c.Close()
		}
	}
}

// TestNetHTTPRepeatsAKeyedWrite is why a write's GetBody is taken away: left
// alone, the library repeats it.
func TestNetHTTPRepeatsAKeyedWrite(t *testing.T) {
	s := newClosing(t)
	hc := &http.Client{Transport: &http.Transport{}}
	defer hc.CloseIdleConnections()
	res, err := hc.Get(s.url().String())
	if err != nil {
		t.Fatal(err)
	}
	_, _ = io.Copy(io.Discard, res.Body)
	_ = res.Body.Close()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, s.url().String(), http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Idempotency-Key", "01K")
	if res, err := hc.Do(req); err == nil {
		_ = res.Body.Close()
	}
	if n := s.writes.Load(); n != 2 {
		t.Errorf("net/http sent it %d times: the guard may not be needed any more", n)
	}
}

func TestResetWhileAndAfterTheHeadIsRead(t *testing.T) {
	for name, whole := range map[string]bool{"while it is read": false, "after it is read": true} {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		done := make(chan struct{})
		go func() {
			defer close(done)
			conn, err := l.Accept()
			if err != nil {
				return
			}
			if whole {
				_, _ = http.ReadRequest(bufio.NewReader(conn))
			} else {
				_, _ = conn.Read(make([]byte, 1))
			}
			_ = conn.(*net.TCPConn).SetLinger(0) // close by a reset
			_ = conn.Close()
		}()
		c := New(Options{Base: &url.URL{Scheme: "http", Host: l.Addr().String()}})
		_, err = c.Do(t.Context(), keyed())
		if kind(err) != "uncertain" {
			t.Errorf("%s: %v, want uncertain: the request may have left", name, err)
		}
		_ = l.Close()
		<-done
		c.Close()
	}
}

func TestHandshakeThatFails(t *testing.T) {
	s := newClosing(t) // speaks no TLS
	u := s.url()
	u.Scheme = "https"
	c := New(Options{Base: u})
	defer c.Close()
	_, err := c.Do(t.Context(), keyed())
	if kind(err) != "retry" || !errors.Is(err, inbox.ErrUnreachable) {
		t.Errorf("%v, want retry, unreachable", err)
	}
}

func TestUnknownHost(t *testing.T) {
	c := New(Options{Transport: &http.Transport{DialContext: func(context.Context, string, string) (net.Conn, error) {
		return nil, &net.DNSError{Err: "no such host", Name: "toot.example", IsNotFound: true}
	}}, Base: &url.URL{Scheme: "https", Host: "toot.example"}})
	for _, r := range []Request{keyed(), {Path: "/x"}} {
		_, err := c.Do(t.Context(), r)
		if kind(err) != "retry" || !errors.Is(err, inbox.ErrUnreachable) {
			t.Errorf("write %v: %v, want retry, unreachable", r.Write, err)
		}
	}
}

// TestRefusedStream lets an HTTP/2 server turn a stream away. Our own writes
// never meet that, since they go by HTTP/1.1; a foreign transport that does
// gives an error which net/http words only, so it stays a doubt, and the
// write is not sent again.
func TestRefusedStream(t *testing.T) {
	var streams atomic.Int32
	srv := httptest.NewUnstartedServer(nil)
	srv.EnableHTTP2 = true
	srv.Config.TLSNextProto = map[string]func(*http.Server, *tls.Conn, http.Handler){
		"h2": func(_ *http.Server, conn *tls.Conn, _ http.Handler) { refuseStreams(conn, &streams) },
	}
	srv.StartTLS()
	defer srv.Close()
	base, err := url.Parse(srv.URL)
	if err != nil {
		t.Fatal(err)
	}
	c := New(Options{Base: base, Transport: srv.Client().Transport})
	if _, err := c.Do(t.Context(), keyed()); kind(err) != "uncertain" {
		t.Errorf("%v, want uncertain", err)
	}
	if n := streams.Load(); n != 1 {
		t.Errorf("the write made %d streams", n)
	}
}

func refuseStreams(conn net.Conn, streams *atomic.Int32) {
	defer conn.Close()
	if _, err := io.CopyN(io.Discard, conn, int64(len(http2.ClientPreface))); err != nil {
		return
	}
	framer := http2.NewFramer(conn, conn)
	framer.ReadMetaHeaders = hpack.NewDecoder(4096, nil)
	_ = framer.WriteSettings()
	for {
		f, err := framer.ReadFrame()
		if err != nil {
			return
		}
		switch f := f.(type) {
		case *http2.SettingsFrame:
			if !f.IsAck() {
				_ = framer.WriteSettingsAck()
			}
		case *http2.MetaHeadersFrame:
			streams.Add(1)
			_ = framer.WriteRSTStream(f.StreamID, http2.ErrCodeRefusedStream)
		}
	}
}

// TestOwnWritesSpeakHTTP1 proves that writes take a fresh HTTP/1.1 connection
// each, also where the server offers more.
func TestOwnWritesSpeakHTTP1(t *testing.T) {
	var protos, conns atomic.Int32
	srv := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		protos.Store(int32(r.ProtoMajor))
		_, _ = io.WriteString(w, "{}")
	}))
	srv.EnableHTTP2 = true
	srv.Config.ConnState = func(_ net.Conn, s http.ConnState) {
		if s == http.StateNew {
			conns.Add(1)
		}
	}
	srv.StartTLS()
	defer srv.Close()
	base, err := url.Parse(srv.URL)
	if err != nil {
		t.Fatal(err)
	}
	c := New(Options{Base: base})
	defer c.Close()
	for _, tr := range c.owned {
		tr.TLSClientConfig = srv.Client().Transport.(*http.Transport).TLSClientConfig.Clone()
		tr.TLSClientConfig.NextProtos = nil
	}
	for range 2 {
		if _, err := c.Do(t.Context(), keyed()); err != nil || protos.Load() != 1 {
			t.Fatalf("a write by HTTP/%d: %v", protos.Load(), err)
		}
	}
	if n := conns.Load(); n != 2 {
		t.Errorf("two writes by %d connections", n)
	}
	if _, err := c.Do(t.Context(), Request{Path: "/x"}); err != nil || protos.Load() != 2 {
		t.Errorf("a read by HTTP/%d: %v", protos.Load(), err)
	}
}
