package contacts

import (
	"crypto/tls"
	"io"
	"net"
	"sync"
	"testing"

	"github.com/emersion/go-sasl"
	server "github.com/emersion/go-smtp"
)

// postOffice is a real SMTP server in memory.
type postOffice struct {
	mu    sync.Mutex
	mails []posted
	login bool // it knows LOGIN alone
}

type posted struct{ from, to, user, body string }

func (o *postOffice) NewSession(*server.Conn) (server.Session, error) {
	return &counter{office: o}, nil
}

// counter is one conversation.
type counter struct {
	office *postOffice
	at     posted
}

func (c *counter) AuthMechanisms() []string {
	if c.office.login {
		return []string{"LOGIN"}
	}
	return []string{"PLAIN", "LOGIN"}
}

func (c *counter) Auth(mech string) (sasl.Server, error) {
	check := func(user, password string) error {
		if user != "me" || password != "s3cret" {
			return &server.SMTPError{Code: 535, EnhancedCode: server.EnhancedCode{5, 7, 8}, Message: "no: " + password}
		}
		c.at.user = user
		return nil
	}
	if mech == "LOGIN" {
		return &loginServer{check: check}, nil
	}
	return sasl.NewPlainServer(func(_, user, password string) error { return check(user, password) }), nil
}

type loginServer struct {
	check func(user, password string) error
	said  []string
}

func (l *loginServer) Next(b []byte) ([]byte, bool, error) {
	if b != nil {
		l.said = append(l.said, string(b))
	}
	switch len(l.said) {
	case 0:
		return []byte("Username:"), false, nil
	case 1:
		return []byte("Password:"), false, nil
	}
	return nil, true, l.check(l.said[0], l.said[1])
}

func (c *counter) Mail(from string, _ *server.MailOptions) error {
	c.at.from = from
	return nil
}

func (c *counter) Rcpt(to string, _ *server.RcptOptions) error {
	c.at.to = to
	return nil
}

func (c *counter) Data(r io.Reader) error {
	b, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	c.at.body = string(b)
	c.office.mu.Lock()
	defer c.office.mu.Unlock()
	c.office.mails = append(c.office.mails, c.at)
	return nil
}

func (c *counter) Reset()        {}
func (c *counter) Logout() error { return nil }

func (o *postOffice) open(t *testing.T, config *tls.Config) (port int) {
	t.Helper()
	s := server.NewServer(o)
	s.Domain, s.TLSConfig, s.AllowInsecureAuth, s.EnableSMTPUTF8 = "mail.example", config, true, true
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan error, 1)
	go func() { done <- s.Serve(l) }()
	t.Cleanup(func() {
		_ = s.Close()
		<-done
	})
	return l.Addr().(*net.TCPAddr).Port
}
