package mail

import (
	"context"
	"crypto/tls"
	"fmt"
	"net"
	"strconv"
	"strings"
	"time"

	"vigie/connectors/httpx"
	"vigie/inbox"
)

const (
	dialTime = 15 * time.Second
	// Ports that speak TLS from the first byte (RFC 8314); any other is told
	// STARTTLS before anything else.
	portIMAPS = 993
	portSMTPS = 465
)

// server is where to connect to.
type server struct {
	host string
	port int
}

func (s server) String() string { return net.JoinHostPort(s.host, strconv.Itoa(s.port)) }

// implicit reports whether TLS begins with the first byte.
func (s server) implicit() bool { return s.port == portIMAPS || s.port == portSMTPS }

// plain reports whether it may be spoken to without TLS: on this machine only.
func (s server) plain() bool { return !s.implicit() && httpx.Loopback(s.host) }

func (s server) tls(roots *tls.Config) *tls.Config {
	conf := &tls.Config{MinVersion: tls.VersionTLS12, ServerName: s.host}
	if roots != nil {
		conf.RootCAs = roots.RootCAs
	}
	return conf
}

// serverOf reads a host with or without a port.
func serverOf(setting, key string, usual int) (server, error) {
	setting = strings.TrimSpace(setting)
	if setting == "" {
		return server{}, missing(key, "")
	}
	host, port, err := net.SplitHostPort(setting)
	if err != nil {
		host, port = strings.Trim(setting, "[]"), strconv.Itoa(usual)
	}
	n, err := strconv.Atoi(port)
	if err != nil || n < 1 || n > 65535 || host == "" || strings.ContainsAny(host, "/@ \t\r\n") {
		return server{}, missing(key, key+" is not a host, or a host and a port")
	}
	return server{host, n}, nil
}

// dialer opens a connection; conf is nil but in tests.
type dialer func(ctx context.Context, s server) (net.Conn, *tls.Config, error)

// dialed opens connections as Env says.
func dialed(dial func(ctx context.Context, network, address string) (net.Conn, error)) dialer {
	if dial == nil {
		dial = (&net.Dialer{}).DialContext
	}
	return func(ctx context.Context, s server) (net.Conn, *tls.Config, error) {
		conn, err := dial(ctx, "tcp", s.String())
		return conn, nil, err
	}
}

// connect opens a connection, with TLS where that is from the first byte. conf
// is for a later STARTTLS. That it fails is surely nothing sent.
func (c *connector) connect(ctx context.Context, s server) (conn net.Conn, conf *tls.Config, err error) {
	ctx, cancel := context.WithTimeout(ctx, dialTime)
	defer cancel()
	conn, roots, err := c.dial(ctx, s)
	if err != nil {
		return nil, nil, fmt.Errorf("connect to %s: %w: %w", s, inbox.ErrUnreachable, err)
	}
	conf = s.tls(roots)
	if !s.implicit() {
		return conn, conf, nil
	}
	secure := tls.Client(conn, conf)
	if err := secure.HandshakeContext(ctx); err != nil {
		_ = conn.Close() // the handshake's error says more
		return nil, nil, fmt.Errorf("secure the line to %s: %w: %w", s, inbox.ErrUnreachable, err)
	}
	return secure, conf, nil
}
