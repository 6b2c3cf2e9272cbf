// Package attach is the client of the door on this machine: it connects a
// terminal, or the streams of one command, to the running server through its
// Unix socket.
//
// It speaks SSH, as the door does, but proves nothing by keys: either end asks
// the kernel who the other one is, and both must be the same user. It starts
// no server and runs no program.
package attach

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"strings"
	"time"

	gossh "golang.org/x/crypto/ssh"

	"vigie/tui/door/wire"
)

// Errors of this package.
var (
	// ErrNotRunning: nobody answers on the socket.
	ErrNotRunning = errors.New("no server is running")
	// ErrForeign: who answers is another user's process.
	ErrForeign = errors.New("the server belongs to another user")
	// ErrNoTerminal: standard input or output is not a terminal.
	ErrNoTerminal = errors.New("not a terminal")
	// ErrLost: the connection ended before the server had said how it went.
	ErrLost = errors.New("the link to the server is lost")
	// ErrNothingDone goes with ErrLost when the server took no command yet.
	ErrNothingDone = errors.New("nothing was begun")
)

// Exit codes that no server gave.
const (
	ExitLost        = 69  // EX_UNAVAILABLE of sysexits(3)
	ExitInterrupted = 130 // 128 + SIGINT: the context ended
)

// Limits of waiting. A server answers in milliseconds; one that is stopped, or
// on a machine that is swapping, may take its time.
const (
	dialTimeout      = 2 * time.Second
	handshakeTimeout = 10 * time.Second
)

// Options say where the server is and what this side looks like.
type Options struct {
	Socket string
	// Stdin and Stdout are the terminal of Shell; Exec is given its own.
	Stdin, Stdout *os.File
	// Environ is this process's environment: what the door lets through is
	// sent, the rest stays here.
	Environ []string
	// Language is "auto", "fr" or "en": of the few sentences that Shell writes.
	Language string
	// Opener is the program that opens a web address, with its arguments; nil:
	// $BROWSER, else the desktop's own.
	Opener []string
	// Errands are the commands that a screen may have run on the terminal: a
	// program with its arguments by the name of package wire. None is run that
	// is not here.
	Errands map[string][]string
}

// Running reports whether a server of this user answers on the socket. It
// connects and says nothing, so it is done as soon as the kernel is; it waits 2
// s at most, where a server takes no more connections. A shorter wait is over on
// a busy machine before this process has its turn, and the server taken for gone.
func Running(ctx context.Context, socket string) bool {
	ctx, cancel := context.WithTimeout(ctx, dialTimeout)
	defer cancel()
	conn, err := dial(ctx, socket)
	if err != nil {
		return false
	}
	return conn.Close() == nil
}

// dial connects and makes sure of the user at the other end.
func dial(ctx context.Context, socket string) (net.Conn, error) {
	var d net.Dialer
	conn, err := d.DialContext(ctx, "unix", socket)
	if err != nil {
		return nil, fmt.Errorf("connect to %s: %w: %w", socket, ErrNotRunning, err)
	}
	if err := wire.CheckPeer(conn, os.Geteuid()); err != nil {
		_ = conn.Close()
		return nil, fmt.Errorf("connect to %s: %w: %w", socket, ErrForeign, err)
	}
	return conn, nil
}

// link is an open session channel.
type link struct {
	gossh.Channel
	conn     gossh.Conn
	requests <-chan *gossh.Request
}

// connect opens a session channel. The key exchange is the fastest of those
// that the door offers: between two processes of one user on one machine
// there is no stranger to keep out, on the wire or in the future.
func connect(ctx context.Context, socket string) (*link, error) {
	dialing, cancel := context.WithTimeout(ctx, dialTimeout)
	defer cancel()
	raw, err := dial(dialing, socket)
	if err != nil {
		return nil, err
	}
	if err := raw.SetDeadline(time.Now().Add(handshakeTimeout)); err != nil {
		_ = raw.Close()
		return nil, fmt.Errorf("set a deadline: %w", err)
	}
	stop := context.AfterFunc(ctx, func() { _ = raw.Close() })
	defer stop()
	conn, channels, requests, err := gossh.NewClientConn(raw, socket, &gossh.ClientConfig{
		Config: gossh.Config{
			KeyExchanges: []string{gossh.KeyExchangeCurve25519},
			Ciphers:      []string{gossh.CipherAES128GCM, gossh.CipherChaCha20Poly1305},
		},
		User:              wire.User,
		ClientVersion:     "SSH-2.0-vigie",
		HostKeyAlgorithms: []string{gossh.KeyAlgoED25519},
		// The peer's user is known already; the server's key here is not.
		HostKeyCallback: func(string, net.Addr, gossh.PublicKey) error { return nil },
	})
	if err != nil {
		_ = raw.Close()
		return nil, fmt.Errorf("sign in to the server: %w: %w: %w", ErrNothingDone, ErrLost, err)
	}
	go gossh.DiscardRequests(requests)
	go refuse(channels)
	ch, reqs, err := conn.OpenChannel("session", nil)
	if err != nil {
		_ = conn.Close()
		return nil, fmt.Errorf("open a session: %w: %w: %w", ErrNothingDone, ErrLost, err)
	}
	if err := raw.SetDeadline(time.Time{}); err != nil {
		_ = conn.Close()
		return nil, fmt.Errorf("clear the deadline: %w", err)
	}
	return &link{Channel: ch, conn: conn, requests: reqs}, nil
}

// refuse turns away what a server has no reason to ask of us.
func refuse(channels <-chan gossh.NewChannel) {
	for ch := range channels {
		_ = ch.Reject(gossh.Prohibited, "not here")
	}
}

// send makes a request without waiting for the answer: only the last one of a
// session is waited for, so that a session opens in one round trip.
func (l *link) send(name string, payload any) error {
	if _, err := l.SendRequest(name, false, gossh.Marshal(payload)); err != nil {
		return fmt.Errorf("send %s: %w", name, err)
	}
	return nil
}

// start sends the variables and the request that makes something run.
func (l *link) start(environ []string, name string, payload []byte) error {
	sent := map[string]bool{}
	for i := len(environ) - 1; i >= 0; i-- { // of two with one name the last counts
		name, value, _ := strings.Cut(environ[i], "=")
		if sent[name] || !wire.Allowed(name, value) {
			continue
		}
		sent[name] = true
		if err := l.send("env", struct{ Name, Value string }{name, value}); err != nil {
			return err
		}
	}
	ok, err := l.SendRequest(name, true, payload)
	if err != nil {
		return fmt.Errorf("send %s: %w: %w", name, ErrLost, err)
	}
	if !ok {
		return fmt.Errorf("the server refuses %s: %w", name, ErrLost)
	}
	return nil
}

// status waits until the server has closed the channel and returns the exit
// code it gave; false when it gave none. heard is called for each other request
// of the server and says whether it is granted; what it does of it must come
// after it has returned.
func (l *link) status(heard func(name string, payload []byte) bool) (int, bool) {
	code, known := 0, false
	for req := range l.requests {
		granted := false
		if req.Type != "exit-status" {
			granted = heard(req.Type, req.Payload)
		} else {
			var s struct{ Status uint32 }
			if gossh.Unmarshal(req.Payload, &s) == nil {
				code, known = int(s.Status), true
			}
		}
		if req.WantReply {
			_ = req.Reply(granted, nil)
		}
	}
	return code, known
}
