package contacts

import (
	"bytes"
	"cmp"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"mime"
	"mime/quotedprintable"
	"net"
	"net/mail"
	"net/smtp"
	"net/textproto"
	"slices"
	"strconv"
	"strings"
	"time"

	"vigie/connectors/httpx"
	"vigie/inbox"
	"vigie/inbox/text"
)

const (
	dialTime = 10 * time.Second
	mailTime = 2 * time.Minute // the whole conversation; a server may think over DATA
	// portTLS is submission with TLS from the first byte (RFC 8314).
	portTLS = 465
)

func (d *Deliverer) mail(ctx context.Context, to inbox.Contact, b inbox.Brief, key string) (inbox.Receipt, error) {
	if d.options.SMTP == nil || d.options.Compose == nil {
		return inbox.Receipt{}, missing("smtp")
	}
	s := *d.options.SMTP
	from, err := address(s.From)
	if err != nil {
		return inbox.Receipt{}, fmt.Errorf("smtp.from: %w", err)
	}
	rcpt, err := address(to.Address)
	if err != nil {
		return inbox.Receipt{}, err
	}
	to.Name, to.Role = text.CleanLine(to.Name).String(), text.CleanLine(to.Role).String()
	rcpt.Name = cmp.Or(to.Name, rcpt.Name)
	_, domain, _ := strings.Cut(from.Address, "@")
	id := "<" + key + "@" + domain + ">"
	msg := message(from, rcpt, id, d.options.Compose(to, b), d.options.Clock.Now())
	if err := s.send(ctx, from.Address, rcpt.Address, msg); err != nil {
		return inbox.Receipt{}, err
	}
	return inbox.Receipt{Remote: id}, nil
}

// address reads one mail address and refuses what could become a header or a
// command of its own.
func address(s string) (*mail.Address, error) {
	if strings.ContainsAny(s, "\r\n\x00") {
		return nil, fmt.Errorf("the address holds a line break: %w", inbox.ErrInvalid)
	}
	a, err := mail.ParseAddress(s)
	if err != nil || strings.ContainsAny(a.Address, "\r\n\x00<> ") || strings.Count(a.Address, "@") != 1 {
		return nil, fmt.Errorf("not a mail address: %w", inbox.ErrInvalid)
	}
	return a, nil
}

// message spells a mail (RFC 5322, RFC 2045).
func message(from, to *mail.Address, id string, l Letter, now time.Time) []byte {
	subject := said(strings.ReplaceAll(l.Subject, "=?", "= ?")) // or it would be decoded once more
	var b bytes.Buffer
	for _, h := range [][2]string{
		{"From", from.String()},
		{"To", to.String()},
		{"Date", now.Format(time.RFC1123Z)},
		{"Message-ID", id},
		{"Subject", strings.ReplaceAll(mime.QEncoding.Encode("utf-8", subject), "?= =?", "?=\r\n =?")},
		{"MIME-Version", "1.0"},
		{"Content-Type", "text/plain; charset=utf-8"},
		{"Content-Transfer-Encoding", "quoted-printable"},
	} {
		b.WriteString(h[0] + ": " + h[1] + "\r\n")
	}
	b.WriteString("\r\n")
	body := quotedprintable.NewWriter(&b)
	// Neither fails: a buffer takes everything.
	_, _ = body.Write([]byte(text.Clean(l.Body).String() + "\n"))
	_ = body.Close()
	return b.Bytes()
}

// send speaks SMTP. Until the end of DATA is sent nothing was handed over;
// from then on only the server's answer tells.
func (s SMTP) send(ctx context.Context, from, to string, msg []byte) error {
	ctx, cancel := context.WithTimeout(ctx, mailTime)
	defer cancel()
	conn, err := s.dial(ctx)
	if err != nil {
		return surely(ctx, fmt.Errorf("connect to %s: %w", s.Host, err))
	}
	defer conn.Close()
	stop := context.AfterFunc(ctx, func() { _ = conn.SetDeadline(time.Unix(1, 0)) })
	defer stop()
	c, err := smtp.NewClient(conn, s.Host)
	if err != nil {
		return s.refused(ctx, "greet", err)
	}
	if err := s.secure(ctx, c); err != nil {
		return err
	}
	if err := s.signIn(ctx, c); err != nil {
		return err
	}
	if err := c.Mail(from); err != nil {
		return s.refused(ctx, "sender", err)
	}
	if err := c.Rcpt(to); err != nil {
		return s.refused(ctx, "recipient", err)
	}
	w, err := c.Data()
	if err != nil {
		return s.refused(ctx, "data", err)
	}
	if _, err := w.Write(msg); err != nil {
		return s.refused(ctx, "data", err)
	}
	if err := w.Close(); err != nil {
		var answer *textproto.Error
		if errors.As(err, &answer) {
			return s.refused(ctx, "mail", err)
		}
		return &inbox.UncertainError{Err: fmt.Errorf("%s did not say whether it took the mail: %w", s.Host, cmp.Or(ctx.Err(), err))}
	}
	_ = c.Quit() // the mail is theirs already
	return nil
}

func (s SMTP) dial(ctx context.Context) (net.Conn, error) {
	ctx, cancel := context.WithTimeout(ctx, dialTime)
	defer cancel()
	conn, err := (&net.Dialer{}).DialContext(ctx, "tcp", net.JoinHostPort(s.Host, strconv.Itoa(s.Port)))
	if err != nil || s.Port != portTLS {
		return conn, err
	}
	secure := tls.Client(conn, s.tls())
	if err := secure.HandshakeContext(ctx); err != nil {
		_ = conn.Close() // the handshake's error says more
		return nil, err
	}
	return secure, nil
}

func (s SMTP) tls() *tls.Config {
	c := &tls.Config{}
	if s.TLS != nil {
		c = s.TLS.Clone()
	}
	c.ServerName = cmp.Or(c.ServerName, s.Host)
	c.MinVersion = max(c.MinVersion, tls.VersionTLS12)
	return c
}

// secure turns to TLS. Nothing is said in the clear but to this machine.
func (s SMTP) secure(ctx context.Context, c *smtp.Client) error {
	if err := c.Hello("localhost"); err != nil {
		return s.refused(ctx, "greet", err)
	}
	if s.Port == portTLS {
		return nil
	}
	offered, _ := c.Extension("STARTTLS")
	switch {
	case !offered && httpx.Loopback(s.Host):
		return nil
	case !offered:
		return surely(ctx, fmt.Errorf("%s offers no STARTTLS", s.Host))
	}
	if err := c.StartTLS(s.tls()); err != nil {
		return surely(ctx, fmt.Errorf("secure the line to %s: %w", s.Host, err))
	}
	return nil
}

func (s SMTP) signIn(ctx context.Context, c *smtp.Client) error {
	if s.User == "" {
		return nil
	}
	if s.Password == nil {
		return missing("smtp.password")
	}
	password, err := s.Password(ctx)
	if err != nil {
		return surely(ctx, fmt.Errorf("password of the mail server: %w", err))
	}
	ok, ways := c.Extension("AUTH")
	var auth smtp.Auth
	switch words := strings.Fields(strings.ToUpper(ways)); {
	case !ok:
		return fmt.Errorf("%w: %s offers no sign-in", inbox.ErrAuth, s.Host)
	case slices.Contains(words, "PLAIN"):
		auth = smtp.PlainAuth("", s.User, password.Reveal(), s.Host)
	case slices.Contains(words, "LOGIN"):
		auth = &loginAuth{user: s.User, password: password}
	default:
		return fmt.Errorf("%w: %s offers neither PLAIN nor LOGIN", inbox.ErrAuth, s.Host)
	}
	err = c.Auth(auth)
	var answer *textproto.Error
	if errors.As(err, &answer) && answer.Code >= 500 {
		return fmt.Errorf("%w: %s: %d", inbox.ErrAuth, s.Host, answer.Code) // its words may repeat ours
	}
	if err != nil {
		return s.refused(ctx, "sign-in", err)
	}
	return nil
}

// refused says what a failure before the end of DATA, or the server's no,
// means.
func (s SMTP) refused(ctx context.Context, step string, err error) error {
	var answer *textproto.Error
	if !errors.As(err, &answer) {
		return surely(ctx, fmt.Errorf("%s: %s: %w", s.Host, step, err))
	}
	told := fmt.Errorf("%s refused the %s: %d %s", s.Host, step, answer.Code, said(answer.Msg))
	switch {
	case answer.Code == 530 || answer.Code == 535:
		return fmt.Errorf("%w: %w", inbox.ErrAuth, told)
	case answer.Code >= 500:
		return fmt.Errorf("%w: %w", inbox.ErrInvalid, told)
	}
	return &inbox.RetryError{Err: told}
}

// loginAuth is the LOGIN mechanism, which some servers have alone. It is used
// on secured lines and on this machine only, as secure sees to.
type loginAuth struct {
	user     string
	password inbox.Secret
	step     int
}

func (a *loginAuth) Start(*smtp.ServerInfo) (string, []byte, error) { return "LOGIN", nil, nil }

func (a *loginAuth) Next(_ []byte, more bool) ([]byte, error) {
	if !more {
		return nil, nil
	}
	a.step++
	switch a.step {
	case 1:
		return []byte(a.user), nil
	case 2:
		return []byte(a.password.Reveal()), nil
	}
	return nil, errors.New("the server asks for more than LOGIN has")
}
