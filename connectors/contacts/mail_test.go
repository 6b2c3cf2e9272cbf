package contacts

import (
	"bufio"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"errors"
	"io"
	"mime"
	"mime/quotedprintable"
	"net"
	"net/http/httptest"
	"net/mail"
	"net/smtp"
	"strconv"
	"strings"
	"sync"
	"testing"

	"vigie/inbox"
)

func compose(to inbox.Contact, b inbox.Brief) Letter {
	return Letter{
		Subject: "[Miette] " + b.Subject.String() + "\r\nBcc: everybody@e.example",
		Body:    "Bonjour " + to.Name + ",\n\n.\nMa commande est écrasée, " + strings.Repeat("vraiment ", 200) + "\n.\n",
	}
}

func password(word string) func(context.Context) (inbox.Secret, error) {
	return func(context.Context) (inbox.Secret, error) { return inbox.NewSecret(word), nil }
}

var byMail = inbox.Contact{ID: "dir", Name: "Ève, Dir", Channel: inbox.ChannelMail, Address: "eve@e.example"}

func TestMail(t *testing.T) {
	tlsServer := httptest.NewTLSServer(nil)
	defer tlsServer.Close()
	roots := x509.NewCertPool()
	roots.AddCert(tlsServer.Certificate())
	config := &tls.Config{Certificates: tlsServer.TLS.Certificates}
	for _, c := range []struct {
		name, user string
		login      bool
		config     *tls.Config
	}{
		{"this machine", "", false, nil},
		{"starttls, plain", "me", false, config},
		{"starttls, login", "me", true, config},
		{"login in the clear on this machine", "me", true, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			o := &postOffice{login: c.login}
			s := &SMTP{
				Host: "127.0.0.1", Port: o.open(t, c.config), From: "Inès <ines@agence.example>", User: c.user,
				Password: password("s3cret"), TLS: &tls.Config{RootCAs: roots},
			}
			r, err := deliverer(Options{SMTP: s, Compose: compose}).Deliver(t.Context(), byMail, brief(), key)
			if err != nil || r.Remote != "<"+key+"@agence.example>" {
				t.Fatalf("%+v, %v", r, err)
			}
			if len(o.mails) != 1 {
				t.Fatalf("%d mails", len(o.mails))
			}
			m := o.mails[0]
			if m.from != "ines@agence.example" || m.to != "eve@e.example" || m.user != c.user {
				t.Errorf("envelope %+v", m)
			}
			checkMail(t, m.body)
		})
	}
}

func checkMail(t *testing.T, raw string) {
	t.Helper()
	m, err := mail.ReadMessage(strings.NewReader(raw))
	if err != nil {
		t.Fatal(err)
	}
	subject, err := new(mime.WordDecoder).DecodeHeader(m.Header.Get("Subject"))
	if err != nil || subject != "[Miette] Une livraison écrasée Bcc: everybody@e.example" {
		t.Errorf("subject %q, %v", subject, err)
	}
	to, err := m.Header.AddressList("To")
	if err != nil || len(to) != 1 || *to[0] != (mail.Address{Name: "Ève, Dir", Address: "eve@e.example"}) {
		t.Errorf("to %v, %v", to, err)
	}
	from, err := m.Header.AddressList("From")
	if err != nil || *from[0] != (mail.Address{Name: "Inès", Address: "ines@agence.example"}) {
		t.Errorf("from %v, %v", from, err)
	}
	if at, err := m.Header.Date(); err != nil || !at.Equal(noon) {
		t.Errorf("date %v, %v", at, err)
	}
	for name, want := range map[string]string{
		"Message-ID": "<" + key + "@agence.example>", "MIME-Version": "1.0", "Content-Type": "text/plain; charset=utf-8",
		"Content-Transfer-Encoding": "quoted-printable", "Bcc": "",
	} {
		if got := m.Header.Get(name); got != want {
			t.Errorf("%s: %q", name, got)
		}
	}
	body, err := io.ReadAll(quotedprintable.NewReader(m.Body))
	want := compose(byMail, brief()).Body + "\n"
	if got := strings.ReplaceAll(string(body), "\r\n", "\n"); err != nil || strings.TrimRight(got, "\n") != strings.TrimRight(want, "\n") {
		t.Errorf("body (%v)\n got %q\nwant %q", err, got, want)
	}
	for _, line := range strings.Split(raw, "\n") {
		if line = strings.TrimSuffix(line, "\r"); len(line) > 78 && !strings.HasPrefix(line, "Subject") {
			t.Errorf("a line of %d bytes", len(line))
		}
		for _, b := range []byte(line) {
			if b >= 0x80 || b < ' ' {
				t.Errorf("byte %#x in %q", b, line)
			}
		}
	}
}

func TestMailAddresses(t *testing.T) {
	o := &postOffice{}
	s := &SMTP{Host: "127.0.0.1", Port: o.open(t, nil), From: "ines@agence.example"}
	d := deliverer(Options{SMTP: s, Compose: compose})
	for _, bad := range []string{
		"", "eve", "eve@e.example\r\nBcc: x@e.example", "eve@e.example\x00", "a@e.example, b@e.example", "<eve@e.example> RCPT TO:<x@e.example>",
		"\"a b\"@e.example", "eve@e.example>", "\"a@b\"@e.example",
	} {
		c := byMail
		c.Address = bad
		if _, err := d.Deliver(t.Context(), c, brief(), key); !errors.Is(err, inbox.ErrInvalid) {
			t.Errorf("%q: %v", bad, err)
		}
	}
	c := byMail
	c.Name = "Eve\r\nBcc: x@e.example"
	if _, err := d.Deliver(t.Context(), c, brief(), key); err != nil || strings.Contains(o.mails[0].body, "\nBcc") {
		t.Errorf("%v, %+v", err, o.mails)
	}
	s.From = "nobody"
	if _, err := d.Deliver(t.Context(), byMail, brief(), key); !errors.Is(err, inbox.ErrInvalid) {
		t.Errorf("from: %v", err)
	}
	if _, err := deliverer(Options{}).Deliver(t.Context(), byMail, brief(), key); inbox.ProblemOf(err).Code != inbox.CodeMissing || !errors.Is(err, inbox.ErrUnsupported) {
		t.Errorf("without a server: %v", err)
	}
}

func TestWrongPassword(t *testing.T) {
	for _, login := range []bool{false, true} {
		o := &postOffice{login: login}
		s := &SMTP{Host: "127.0.0.1", Port: o.open(t, nil), From: "ines@agence.example", User: "me", Password: password("canary-word")}
		_, err := deliverer(Options{SMTP: s, Compose: compose}).Deliver(t.Context(), byMail, brief(), key)
		if !errors.Is(err, inbox.ErrAuth) || strings.Contains(err.Error(), "canary") {
			t.Errorf("login %v: %v", login, err)
		}
	}
}

// clerk is a server that says the same as others until one step, and there
// what it is told; "" hangs up, "wait" says nothing more, from when reached is
// closed.
func clerk(t *testing.T, step, says string) (port int, reached <-chan struct{}) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	waits := make(chan struct{})
	var all sync.WaitGroup
	all.Go(func() {
		c, err := l.Accept()
		if err != nil {
			return
		}
		defer c.Close()
		in := bufio.NewReader(c)
		speak := func(at, usual string) bool {
			if at != step {
				_, err := io.WriteString(c, usual+"\r\n")
				return err == nil
			}
			if says == "wait" {
				close(waits)
				_, _ = in.ReadByte() // until the other side is gone
			}
			if says == "" || says == "wait" {
				return false
			}
			_, err := io.WriteString(c, says+"\r\n")
			return err == nil
		}
		for at, usual := "greet", "220 hello"; speak(at, usual); {
			line, err := in.ReadString('\n')
			if err != nil {
				return
			}
			at, _, _ = strings.Cut(strings.TrimSpace(line), " ")
			usual = map[string]string{"EHLO": "250-clerk\r\n250 8BITMIME", "DATA": "354 go on", "QUIT": "221 bye"}[at]
			if usual == "" {
				usual = "250 ok"
			}
			if at == "DATA" && step != "DATA" {
				if !speak(at, usual) {
					return
				}
				for line != ".\r\n" {
					if line, err = in.ReadString('\n'); err != nil {
						return
					}
				}
				at, usual = "end", "250 taken"
			}
		}
	})
	t.Cleanup(func() {
		_ = l.Close()
		all.Wait()
	})
	return l.Addr().(*net.TCPAddr).Port, waits
}

func TestMailOutcomes(t *testing.T) {
	is := func(kind error) func(error) bool { return func(err error) bool { return errors.Is(err, kind) } }
	sure := func(err error) bool { return isRetry(err) && !isUncertain(err) }
	for _, c := range []struct {
		step, says string
		want       func(error) bool
	}{
		{"", "", func(err error) bool { return err == nil }},
		{"greet", "", sure},
		{"greet", "421 busy", sure},
		{"greet", "554 go away", is(inbox.ErrInvalid)},
		{"greet", "what?", sure},
		{"EHLO", "", sure},
		{"MAIL", "550 who?", is(inbox.ErrInvalid)},
		{"MAIL", "530 sign in first", is(inbox.ErrAuth)},
		{"RCPT", "450 later", sure},
		{"RCPT", "550 no such \x1b[31mmailbox", is(inbox.ErrInvalid)},
		{"DATA", "451 later", sure},
		{"DATA", "", sure},
		{"end", "", isUncertain},
		{"end", "451 disk full", sure},
		{"end", "554 spam", is(inbox.ErrInvalid)},
		{"QUIT", "", func(err error) bool { return err == nil }},
	} {
		port, _ := clerk(t, c.step, c.says)
		s := &SMTP{Host: "127.0.0.1", Port: port, From: "ines@agence.example"}
		_, err := deliverer(Options{SMTP: s, Compose: compose}).Deliver(t.Context(), byMail, brief(), key)
		if !c.want(err) || (err != nil && strings.Contains(err.Error(), "\x1b")) {
			t.Errorf("%s %q: %v", c.step, c.says, err)
		}
	}
}

func TestMailCancelled(t *testing.T) {
	for step, doubtful := range map[string]bool{"greet": false, "RCPT": false, "end": true} {
		port, reached := clerk(t, step, "wait")
		s := &SMTP{Host: "127.0.0.1", Port: port, From: "ines@agence.example"}
		ctx, cancel := context.WithCancel(t.Context())
		done := make(chan error, 1)
		go func() {
			_, err := deliverer(Options{SMTP: s, Compose: func(to inbox.Contact, b inbox.Brief) Letter {
				return compose(to, b)
			}}).Deliver(ctx, byMail, brief(), key)
			done <- err
		}()
		<-reached
		cancel()
		if err := <-done; !errors.Is(err, context.Canceled) || isUncertain(err) != doubtful {
			t.Errorf("%s: %v", step, err)
		}
	}
}

// TestNothingInTheClear: a server elsewhere that offers no TLS gets nothing.
func TestNothingInTheClear(t *testing.T) {
	port, _ := clerk(t, "", "")
	conn, err := net.Dial("tcp", net.JoinHostPort("127.0.0.1", strconv.Itoa(port)))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	c, err := smtp.NewClient(conn, "mail.example")
	if err != nil {
		t.Fatal(err)
	}
	if err := (SMTP{Host: "mail.example", Port: 587}).secure(t.Context(), c); !isRetry(err) || !strings.Contains(err.Error(), "STARTTLS") {
		t.Errorf("got %v", err)
	}
	o := &postOffice{}
	tlsServer := httptest.NewTLSServer(nil)
	defer tlsServer.Close()
	s := &SMTP{Host: "127.0.0.1", Port: o.open(t, &tls.Config{Certificates: tlsServer.TLS.Certificates}), From: "ines@agence.example"}
	if _, err := deliverer(Options{SMTP: s, Compose: compose}).Deliver(t.Context(), byMail, brief(), key); !isRetry(err) || len(o.mails) != 0 {
		t.Errorf("a certificate that nobody signed: %v, %d mails", err, len(o.mails))
	}
}

func TestSubjectIsNotDecodedTwice(t *testing.T) {
	word := "=?utf-8?b?" + base64.StdEncoding.EncodeToString([]byte("\r\nBcc: x@e.example")) + "?="
	from := &mail.Address{Address: "a@e.example"}
	raw := string(message(from, from, "<1@e.example>", Letter{Subject: word, Body: "x"}, noon))
	m, err := mail.ReadMessage(strings.NewReader(raw))
	if err != nil {
		t.Fatal(err)
	}
	if got, err := new(mime.WordDecoder).DecodeHeader(m.Header.Get("Subject")); err != nil || strings.Contains(got, "Bcc") {
		t.Errorf("%q, %v", got, err)
	}
}
