package mail

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"errors"
	"io"
	"log"
	"math/big"
	"net"
	"net/mail"
	"sync/atomic"
	"testing"
	"time"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapserver"
	"github.com/emersion/go-imap/v2/imapserver/imapmemserver"
	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"

	"vigie/connectors"
	"vigie/connectors/conformance"
	"vigie/inbox"
)

// authority is a certificate authority of one's own.
type authority struct {
	t     *testing.T
	cert  *x509.Certificate
	key   *ecdsa.PrivateKey
	roots *x509.CertPool
}

func newAuthority(t *testing.T) *authority {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	model := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "test"}, NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign,
	}
	der, err := x509.CreateCertificate(rand.Reader, model, model, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	a := &authority{t: t, key: key, roots: x509.NewCertPool()}
	if a.cert, err = x509.ParseCertificate(der); err != nil {
		t.Fatal(err)
	}
	a.roots.AddCert(a.cert)
	return a
}

// server is the TLS of a server of that name.
func (a *authority) server(name string) *tls.Config {
	a.t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		a.t.Fatal(err)
	}
	model := &x509.Certificate{SerialNumber: big.NewInt(2), DNSNames: []string{name}, NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour)}
	der, err := x509.CreateCertificate(rand.Reader, model, a.cert, &key.PublicKey, a.key)
	if err != nil {
		a.t.Fatal(err)
	}
	return &tls.Config{MinVersion: tls.VersionTLS12, Certificates: []tls.Certificate{{Certificate: [][]byte{der}, PrivateKey: key}}}
}

// post is a mail server that counts the passwords that it was told.
type post struct {
	imap, smtp string // where it listens
	told       atomic.Int32
}

type countedIMAP struct {
	imapserver.Session
	post *post
}

func (s *countedIMAP) Login(user, password string) error {
	s.post.told.Add(1)
	return s.Session.Login(user, password)
}

type countedSMTP struct {
	smtp.Session
	post *post
}

func (s *countedSMTP) AuthMechanisms() []string { return []string{sasl.Plain} }
func (s *countedSMTP) Reset()                   {}
func (s *countedSMTP) Logout() error            { return nil }

func (s *countedSMTP) Auth(string) (sasl.Server, error) {
	return sasl.NewPlainServer(func(string, string, string) error { s.post.told.Add(1); return nil }), nil
}

// newPost serves with TLS from the first byte, by STARTTLS, or without.
func newPost(t *testing.T, implicit bool, conf *tls.Config) *post {
	t.Helper()
	p := &post{}
	box := imapmemserver.NewUser("support@nordlys.example", "secret")
	if err := box.Create("INBOX", nil); err != nil {
		t.Fatal(err)
	}
	users := imapmemserver.New()
	users.AddUser(box)
	quiet := log.New(io.Discard, "", 0)
	is := imapserver.New(&imapserver.Options{
		NewSession: func(*imapserver.Conn) (imapserver.Session, *imapserver.GreetingData, error) {
			return &countedIMAP{users.NewSession(), p}, nil, nil
		},
		Caps: imap.CapSet{imap.CapIMAP4rev1: {}}, TLSConfig: conf, InsecureAuth: conf == nil || implicit, Logger: quiet,
	})
	ss := smtp.NewServer(smtp.BackendFunc(func(*smtp.Conn) (smtp.Session, error) { return &countedSMTP{post: p}, nil }))
	ss.Domain, ss.TLSConfig, ss.AllowInsecureAuth, ss.ErrorLog = "smtp.test", conf, conf == nil || implicit, quiet
	if implicit {
		ss.TLSConfig = nil
	}
	listen := func(serve func(net.Listener) error) string {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		if implicit {
			l = tls.NewListener(l, conf)
		}
		go func() { _ = serve(l) }() // ends with Close, which is its only error
		return l.Addr().String()
	}
	p.imap, p.smtp = listen(is.Serve), listen(ss.Serve)
	t.Cleanup(func() { _, _ = is.Close(), ss.Close() })
	return p
}

// client is a connector that takes the servers for what their names say.
func (p *post) client(t *testing.T, imapAt, smtpAt string, roots *x509.CertPool) *connector {
	t.Helper()
	made, err := Info().New(connectors.Env{Clock: conformance.NewClock(time.Now())}, connectors.Setup{
		Account:  inbox.Account{ID: ourAccount, Network: "mail"},
		Settings: map[string]string{"handle": (&mail.Address{Address: "support@nordlys.example"}).String(), "imap": imapAt, "smtp": smtpAt},
		Secret: func(_ context.Context, key string) (inbox.Secret, error) {
			return inbox.NewSecret(map[string]string{"password": "secret"}[key]), nil
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	c := made.(*connector)
	c.dial = func(ctx context.Context, s server) (net.Conn, *tls.Config, error) {
		at := p.imap
		if s == c.smtp {
			at = p.smtp
		}
		conn, err := (&net.Dialer{}).DialContext(ctx, "tcp", at)
		return conn, &tls.Config{RootCAs: roots}, err
	}
	t.Cleanup(func() { _ = c.Close() })
	return c
}

// The password is told to a server that proves its name, and to no other: not
// to one with a certificate for another name, or of an unknown authority, nor to
// one that offers no TLS, nor to one that somebody took its STARTTLS from.
func TestTLS(t *testing.T) {
	good, other := newAuthority(t), newAuthority(t)
	for name, c := range map[string]struct {
		implicit   bool
		conf       *tls.Config
		imap, smtp string
		want       bool
	}{
		"from the first byte":             {true, good.server("mx.test"), "mx.test", "mx.test", true},
		"starttls":                        {false, good.server("mx.test"), "mx.test:143", "mx.test:587", true},
		"from the first byte, wrong name": {true, good.server("evil.test"), "mx.test", "mx.test", false},
		"from the first byte, unknown":    {true, other.server("mx.test"), "mx.test", "mx.test", false},
		"starttls, wrong name":            {false, good.server("evil.test"), "mx.test:143", "mx.test:587", false},
		"starttls, unknown":               {false, other.server("mx.test"), "mx.test:143", "mx.test:587", false},
		"no starttls":                     {false, nil, "mx.test:143", "mx.test:587", false},
		"plain on a port of tls":          {false, nil, "mx.test", "mx.test", false},
		"plain on this machine":           {false, nil, "127.0.0.1:143", "127.0.0.1:587", true},
	} {
		t.Run(name, func(t *testing.T) {
			p := newPost(t, c.implicit, c.conf)
			client := p.client(t, c.imap, c.smtp, good.roots)
			for what, do := range map[string]func() error{
				"imap": func() error { return client.with(t.Context(), "sign in", func(*session) error { return nil }) },
				"smtp": func() error {
					line, hangUp, err := client.smtpSession(t.Context())
					if err == nil {
						defer hangUp()
						err = line.Quit()
					}
					return err
				},
			} {
				before := p.told.Load()
				err := do()
				var retry *inbox.RetryError
				if c.want && (err != nil || p.told.Load() != before+1) {
					t.Errorf("%s: %v; the password was told %d times", what, err, p.told.Load()-before)
				} else if !c.want && (!errors.As(err, &retry) || p.told.Load() != before) {
					t.Errorf("%s: %v; the password was told %d times", what, err, p.told.Load()-before)
				}
			}
		})
	}
}

// A wrong setting of the server that sends is told by Check, and not by the
// first answer.
func TestCheckSignsInToSend(t *testing.T) {
	n := newNetwork(t, false)
	n.access.Settings["smtp"] = "127.0.0.1:1"
	c := n.open()
	defer c.Close()
	if _, err := c.Check(t.Context()); !errors.Is(err, inbox.ErrUnreachable) {
		t.Errorf("check: %v", err)
	}
}
