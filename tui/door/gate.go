package door

import (
	"errors"
	"maps"
	"net"
	"net/netip"
	"slices"
	"sync"
	"time"

	"charm.land/ssh"
	gossh "golang.org/x/crypto/ssh"
)

// What one address may do on TCP: a burst of connections, then a slow drip.
const (
	bucketSize   = 30
	bucketPerSec = 2
	maxBuckets   = 4096
)

// maxChannels bounds the session channels of one connection.
const maxChannels = 8

// keyExtension carries the fingerprint of the key that signed, in the
// permissions of a connection: the library keeps there only what belongs to
// the key whose signature it has verified.
const keyExtension = "vigie-key"

// errNotAllowed is all that a visitor learns about a key that may not sign in.
var errNotAllowed = errors.New("key not allowed")

// gate counts the connections of one listener and says who may sign in.
type gate struct {
	door  *Door
	local bool

	mu       sync.Mutex
	visits   map[*visit]struct{}
	gone     chan struct{} // nil until the gate is shut; closed without visits
	unproven int
	buckets  map[netip.Addr]bucket
	swept    time.Time // when full buckets were last thrown away
}

// bucket holds what is left for an address as of a time.
type bucket struct {
	left float64
	at   time.Time
}

func newGate(d *Door, local bool) *gate {
	return &gate{door: d, local: local, visits: map[*visit]struct{}{}, buckets: map[netip.Addr]bucket{}}
}

// visit is one connection.
type visit struct {
	net.Conn
	gate   *gate
	addr   netip.Addr // zero when local
	once   sync.Once
	proven bool // guarded by gate.mu, as is channels
	chans  int
}

type visitKey struct{}

// admit wraps a connection that may go on to the handshake; nil sends it away.
func (g *gate) admit(ctx ssh.Context, conn net.Conn) net.Conn {
	v := &visit{Conn: conn, gate: g, proven: g.local}
	if tcp, ok := conn.RemoteAddr().(*net.TCPAddr); ok {
		v.addr = tcp.AddrPort().Addr().Unmap()
	}
	if why := g.enter(v); why != "" {
		g.door.opts.Log.Warn("door: a connection is sent away", "from", remoteName(conn), "reason", why)
		return nil
	}
	ctx.SetValue(visitKey{}, v)
	return v
}

func (g *gate) enter(v *visit) string {
	g.mu.Lock()
	defer g.mu.Unlock()
	switch {
	case g.gone != nil:
		return "the server stops"
	case len(g.visits) >= g.door.limits.Conns:
		return "too many connections"
	case !v.proven && g.unproven >= g.door.limits.Unproven:
		return "too many that have not signed in"
	case !g.local && !g.drawLocked(v.addr, g.door.opts.Clock.Now()):
		return "too many from its address"
	}
	g.visits[v] = struct{}{}
	if !v.proven {
		g.unproven++
	}
	return ""
}

// shut lets nobody in any more. What it returns is closed when the last
// connection is. The library's own Shutdown does the same with wait groups
// that race with a connection which is just coming in.
func (g *gate) shut() <-chan struct{} {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.gone == nil {
		g.gone = make(chan struct{})
		if len(g.visits) == 0 {
			close(g.gone)
		}
	}
	return g.gone
}

// clear closes every connection, also those that have not signed in yet.
func (g *gate) clear() {
	g.mu.Lock()
	visits := slices.Collect(maps.Keys(g.visits))
	g.mu.Unlock()
	for _, v := range visits {
		_ = v.Close()
	}
}

// drawLocked takes one connection from the bucket of an address; of IPv6, of
// the network of 64 bits that one subscriber has.
func (g *gate) drawLocked(addr netip.Addr, now time.Time) bool {
	if addr.Is6() {
		if net, err := addr.Prefix(64); err == nil {
			addr = net.Addr()
		}
	}
	if len(g.buckets) >= maxBuckets && now.Sub(g.swept) >= time.Second {
		g.swept = now
		for a, b := range g.buckets {
			if b.refilled(now) >= bucketSize {
				delete(g.buckets, a)
			}
		}
	}
	b, known := g.buckets[addr]
	if !known {
		if len(g.buckets) >= maxBuckets {
			return false
		}
		b = bucket{left: bucketSize, at: now}
	}
	left := b.refilled(now)
	if left < 1 {
		return false
	}
	g.buckets[addr] = bucket{left: left - 1, at: now}
	return true
}

func (b bucket) refilled(now time.Time) float64 {
	return min(bucketSize, b.left+bucketPerSec*max(0, now.Sub(b.at).Seconds()))
}

// prove counts the connection as signed in.
func (v *visit) prove() {
	v.gate.mu.Lock()
	defer v.gate.mu.Unlock()
	if !v.proven {
		v.proven = true
		v.gate.unproven--
	}
}

// channel adds n to the number of open channels; false when there are too many.
func (v *visit) channel(n int) bool {
	v.gate.mu.Lock()
	defer v.gate.mu.Unlock()
	if v.chans+n > maxChannels {
		return false
	}
	v.chans += n
	return true
}

// Write fails when the visitor takes nothing for the write limit: the
// connection is then of no use any more.
func (v *visit) Write(p []byte) (int, error) {
	if err := v.Conn.SetWriteDeadline(time.Now().Add(v.gate.door.limits.Write)); err != nil {
		return 0, err
	}
	return v.Conn.Write(p)
}

// Close may be called more than once.
func (v *visit) Close() error {
	v.once.Do(func() {
		v.gate.mu.Lock()
		defer v.gate.mu.Unlock()
		delete(v.gate.visits, v)
		if !v.proven {
			v.gate.unproven--
		}
		if v.gate.gone != nil && len(v.gate.visits) == 0 {
			close(v.gate.gone)
		}
	})
	return v.Conn.Close()
}

// config is the SSH configuration of one connection.
func (g *gate) config(ctx ssh.Context) *gossh.ServerConfig {
	config := &gossh.ServerConfig{
		MaxAuthTries: 3,
		Config: gossh.Config{
			KeyExchanges: []string{gossh.KeyExchangeMLKEM768X25519, gossh.KeyExchangeCurve25519},
			Ciphers:      []string{gossh.CipherAES128GCM, gossh.CipherChaCha20Poly1305, gossh.CipherAES256GCM},
		},
	}
	if g.local {
		config.NoClientAuth = true
		return config
	}
	v, _ := ctx.Value(visitKey{}).(*visit)
	config.PublicKeyAuthAlgorithms = []string{
		gossh.KeyAlgoED25519, gossh.KeyAlgoSKED25519, gossh.KeyAlgoSKECDSA256,
		gossh.KeyAlgoECDSA256, gossh.KeyAlgoECDSA384, gossh.KeyAlgoECDSA521,
		gossh.KeyAlgoRSASHA256, gossh.KeyAlgoRSASHA512,
	}
	config.PublicKeyCallback = func(meta gossh.ConnMetadata, public gossh.PublicKey) (*gossh.Permissions, error) {
		key, ok := g.door.keys.find(public)
		if !ok || v == nil || !key.admits(v.addr, g.door.opts.Clock.Now()) {
			g.door.opts.Log.Info("door: a key is not allowed", "from", label(meta.RemoteAddr().String()),
				"user", label(meta.User()), "key", gossh.FingerprintSHA256(public))
			return nil, errNotAllowed
		}
		return &gossh.Permissions{Extensions: map[string]string{keyExtension: key.Finger}}, nil
	}
	config.VerifiedPublicKeyCallback = func(_ gossh.ConnMetadata, _ gossh.PublicKey, perms *gossh.Permissions, _ string) (*gossh.Permissions, error) {
		v.prove()
		return perms, nil
	}
	return config
}

// visitor says who a connection is, from what the library has verified; false
// when its key may not, or no longer, be here.
func (g *gate) visitor(v *visit, conn *gossh.ServerConn) (Visitor, bool) {
	if g.local {
		return Visitor{Name: "local", User: g.door.user, Local: true, Role: RoleAdmin, Clipboard: true}, true
	}
	if conn.Permissions == nil {
		return Visitor{}, false
	}
	key, ok := g.door.keys.holds(conn.Permissions.Extensions[keyExtension])
	if !ok || !key.admits(v.addr, g.door.opts.Clock.Now()) {
		return Visitor{}, false
	}
	user := label(conn.User())
	return Visitor{
		Name: "ssh " + user + "@" + v.addr.String(), User: user, Role: key.Role, Clients: key.Clients,
		Key: key.Name, Finger: key.Finger, Clipboard: key.Clipboard,
		commandsOnly: !key.Terminal,
	}, true
}
