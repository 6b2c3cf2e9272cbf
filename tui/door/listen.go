package door

import (
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"time"

	"charm.land/ssh"
	"charm.land/wish/v2"
	gossh "golang.org/x/crypto/ssh"

	"vigie/tui/door/wire"
)

// maxSocketPath is the longest path of a Unix socket in bytes: sun_path of
// unix(7) is 108 with its final NUL, and 104 elsewhere.
const maxSocketPath = 103

func (d *Door) openLocal() error {
	listener, err := listenUnix(d.opts.Socket)
	if err != nil {
		return err
	}
	// Nobody knows this key, and nobody has to: the path, its mode and the
	// kernel's word about the peer tell the local client whom it talks to.
	_, key, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		return errors.Join(err, listener.Close())
	}
	signer, err := gossh.NewSignerFromKey(key)
	if err != nil {
		return errors.Join(err, listener.Close())
	}
	d.local, err = d.entrance(&ownListener{Listener: listener, door: d}, signer, true)
	return err
}

func (d *Door) openRemote() error {
	addr, err := listenAddress(d.opts.Listen)
	if err != nil {
		return err
	}
	if d.opts.HostKeyPath == "" || d.opts.AuthorizedKeysPath == "" {
		return errors.New("the paths of the host key and of the keys that may sign in are needed")
	}
	if d.keys, err = openKeyring(d.opts.AuthorizedKeysPath, d.opts.Log); err != nil {
		return err
	}
	signer, err := hostKey(d.opts.HostKeyPath)
	if err != nil {
		return err
	}
	listener, err := net.Listen("tcp", addr)
	if err != nil {
		return err
	}
	if tcp, ok := listener.Addr().(*net.TCPAddr); ok && tcp.IP.IsUnspecified() {
		d.opts.Log.Warn("door: listening on every address of this machine", "addr", tcp.String())
	}
	d.remote, err = d.entrance(listener, signer, false)
	return err
}

// entrance makes wish's server for a listener, with a channel handler of our
// own in the place of the library's: see serveChannel.
func (d *Door) entrance(l net.Listener, signer gossh.Signer, local bool) (*entrance, error) {
	g := newGate(d, local)
	server, err := wish.NewServer(wish.WithVersion("vigie"), func(s *ssh.Server) error {
		s.AddHostKey(signer)
		s.HandshakeTimeout = d.limits.Handshake
		s.ConnCallback = g.admit
		s.ServerConfigCallback = g.config
		s.ConnectionFailedCallback = func(conn net.Conn, err error) {
			level := slog.LevelInfo
			if local {
				level = slog.LevelDebug // somebody looked whether a server runs
			}
			d.opts.Log.Log(context.Background(), level, "door: sign-in failed", "from", remoteName(conn), "err", label(err.Error()))
		}
		s.ChannelHandlers = map[string]ssh.ChannelHandler{"session": d.serveChannel}
		// Left nil, these would be filled from tables that others may change.
		s.RequestHandlers = map[string]ssh.RequestHandler{}
		s.SubsystemHandlers = map[string]ssh.SubsystemHandler{}
		return nil
	})
	if err != nil {
		return nil, errors.Join(err, l.Close())
	}
	return &entrance{listener: l, server: server, gate: g}, nil
}

// listenAddress puts 127.0.0.1 where no host is given.
func listenAddress(s string) (string, error) {
	host, port, err := net.SplitHostPort(s)
	if err != nil {
		return "", err
	}
	if host == "" {
		host = "127.0.0.1"
	}
	return net.JoinHostPort(host, port), nil
}

// listenUnix makes a socket with mode 0600, in place of one that nobody
// answers on any more.
func listenUnix(path string) (net.Listener, error) {
	if len(path) > maxSocketPath {
		return nil, fmt.Errorf("the path has %d bytes, a socket's may have %d", len(path), maxSocketPath)
	}
	if err := safeDir(filepath.Dir(path)); err != nil {
		return nil, err
	}
	if err := clearStale(path); err != nil {
		return nil, err
	}
	l, err := net.Listen("unix", path)
	if err != nil {
		return nil, err
	}
	// Between the two calls others may connect, and are sent away by their uid.
	if err := os.Chmod(path, 0o600); err != nil {
		return nil, errors.Join(err, l.Close())
	}
	return l, nil
}

// safeDir makes a directory of ours, or makes sure that nobody else can put
// another socket in the place of ours.
func safeDir(dir string) error {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	info, err := os.Stat(dir)
	if err != nil {
		return err
	}
	if !ours(info) || info.Mode().Perm()&0o022 != 0 {
		return fmt.Errorf("directory %s (mode %v) must be yours and writable by you alone", dir, info.Mode())
	}
	return nil
}

func clearStale(path string) error {
	info, err := os.Lstat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	if info.Mode().Type() != fs.ModeSocket {
		return errors.New("something else than a socket is there")
	}
	conn, err := net.DialTimeout("unix", path, time.Second)
	if err == nil {
		return errors.Join(ErrRunning, conn.Close())
	}
	return os.Remove(path)
}

// ownListener lets in the connections of the user we run as, and no others.
type ownListener struct {
	net.Listener
	door *Door
}

func (l *ownListener) Accept() (net.Conn, error) {
	for {
		conn, err := l.Listener.Accept()
		if err != nil {
			return nil, err
		}
		err = wire.CheckPeer(conn, os.Geteuid())
		if err == nil {
			return conn, nil
		}
		l.door.opts.Log.Warn("door: a local connection is refused", "err", err)
		_ = conn.Close()
	}
}

func remoteName(conn net.Conn) string {
	if conn == nil || conn.RemoteAddr() == nil {
		return ""
	}
	return label(conn.RemoteAddr().String())
}
