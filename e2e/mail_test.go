//go:build e2e

package e2e

import (
	"bufio"
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"io"
	"math/big"
	"mime"
	"mime/quotedprintable"
	"net/mail"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// MailServer is a real SMTP server on loopback with a Maildir.
type MailServer struct {
	t    *testing.T
	Port string
	dir  string
}

// StartMail starts one; options are those of servers/smtp.py. It ends with
// the test.
func StartMail(t *testing.T, options ...string) *MailServer {
	t.Helper()
	m := &MailServer{t: t, dir: filepath.Join(t.TempDir(), "mail")}
	cmd := exec.Command("/usr/bin/python3", append([]string{"servers/smtp.py", m.dir}, options...)...)
	var errs bytes.Buffer
	cmd.Stderr = &errs
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = in.Close() // this ends it
		if err := cmd.Wait(); err != nil || t.Failed() {
			t.Errorf("the mail server: %v: %s", err, errs.String())
		}
	})
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		t.Fatalf("the mail server does not start (Debian's python3-aiosmtpd is needed): %v", err)
	}
	m.Port = strings.TrimSpace(line)
	return m
}

// Mails are all that arrived, raw.
func (m *MailServer) Mails() []string {
	m.t.Helper()
	files, err := filepath.Glob(filepath.Join(m.dir, "new", "*"))
	if err != nil {
		m.t.Fatal(err)
	}
	var all []string
	for _, f := range files {
		raw, err := os.ReadFile(f)
		if err != nil {
			m.t.Fatal(err)
		}
		all = append(all, string(raw))
	}
	return all
}

// only is the one mail that arrived.
func (m *MailServer) only() string {
	m.t.Helper()
	mails := m.Mails()
	if len(mails) != 1 {
		m.t.Fatalf("%d mails arrived, want 1: %q", len(mails), mails)
	}
	return mails[0]
}

// checkMail reads a mail as a mail program would.
func checkMail(t *testing.T, raw, question string) {
	t.Helper()
	m, err := mail.ReadMessage(strings.NewReader(raw))
	if err != nil {
		t.Fatalf("%v in %s", err, raw)
	}
	head, _, _ := strings.Cut(raw, "\n\n")
	for _, c := range head {
		if c > 126 || c < ' ' && c != '\n' && c != '\t' {
			t.Errorf("%q in the headers: %s", c, head)
		}
	}
	h := m.Header
	to, err := h.AddressList("To")
	if err != nil || len(to) != 1 || to[0].Name != "Léo Ÿ" || to[0].Address != "leo@chez.test" {
		t.Errorf("To %q: %v", h.Get("To"), err)
	}
	from, err := h.AddressList("From")
	if err != nil || len(from) != 1 || from[0].Address != "moi@vigie.test" {
		t.Errorf("From %q: %v", h.Get("From"), err)
	}
	if h.Get("X-MailFrom") != "moi@vigie.test" || h.Get("X-RcptTo") != "leo@chez.test" {
		t.Errorf("envelope from %q to %q", h.Get("X-MailFrom"), h.Get("X-RcptTo"))
	}
	if at, err := h.Date(); err != nil || time.Since(at) > 10*time.Minute || time.Since(at) < -time.Second {
		t.Errorf("Date %q: %v", h.Get("Date"), err)
	}
	if id := h.Get("Message-ID"); len(id) != len("<01JD9Z6M3K8QX0VYB4N7T2WCEF@vigie.test>") || !strings.HasSuffix(id, "@vigie.test>") {
		t.Errorf("Message-ID %q", id)
	}
	subject, err := new(mime.WordDecoder).DecodeHeader(h.Get("Subject"))
	if err != nil || subject != "[Miette] @lea@forum.test sur feeds : votre avis ?" {
		t.Errorf("Subject %q: %v", subject, err)
	}
	kind, params, err := mime.ParseMediaType(h.Get("Content-Type"))
	if err != nil || kind != "text/plain" || params["charset"] != "utf-8" || h.Get("MIME-Version") != "1.0" || h.Get("Content-Transfer-Encoding") != "quoted-printable" {
		t.Errorf("Content-Type %q, MIME-Version %q, %v", h.Get("Content-Type"), h.Get("MIME-Version"), err)
	}
	body, err := io.ReadAll(quotedprintable.NewReader(m.Body))
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"Bonjour Léo Ÿ,", question, "> La boîte est écrasée : « inadmissible » 😡\n> C'est la 3ᵉ fois", "> Nos galettes sont prêtes 🥐",
		"> Ma commande n'est pas arrivée", "https://forum.test/t/1", "@lea@forum.test", "Miette",
	} {
		if !strings.Contains(strings.ReplaceAll(string(body), "\r\n", "\n"), want) {
			t.Errorf("the mail lacks %q:\n%s", want, body)
		}
	}
}

const mailContact = "      - {id: leo, name: Léo Ÿ, role: atelier, mail: leo@chez.test}"

// An escalation from the command line, and one from the screen, arrive at a
// mail server as mails that a mail program reads.
func TestEscalateMail(t *testing.T) {
	open := func(t *testing.T) (*MailServer, *Box) {
		server := StartMail(t)
		return server, deskWith(t, mailContact, fmt.Sprintf("smtp: {host: 127.0.0.1, port: %s, from: moi@vigie.test}\n", server.Port))
	}
	t.Run("command line", func(t *testing.T) {
		server, b := open(t)
		b.Must("escalate", b.One().ID, "--to", "leo", "--question", "Peut-on la remplacer dès mardi ? 🥐", "--due", "+3h")
		checkMail(t, server.only(), "Peut-on la remplacer dès mardi ? 🥐")
	})
	t.Run("screen", func(t *testing.T) {
		server, b := open(t)
		p := NewDesk(t, b.Environ).Open(120, 40)
		p.Command(vigie(t))
		p.Wait("La boîte est écrasée", "À traiter")
		p.Type("!")
		p.Wait("Escalader", "Léo Ÿ", "atelier", "par mail")
		p.Press("Enter")
		p.Type("Peut-on rembourser Léa ? ça presse…")
		p.Press("Enter")
		p.Type("+2h")
		p.Press("Enter")
		p.Wait("escalade (en attente|envoyée)")
		Until(t, "the mail is there", func() bool { return len(server.Mails()) > 0 })
		checkMail(t, server.only(), "Peut-on rembourser Léa ? ça presse…")
		Until(t, "the thread is escalated", func() bool { return len(b.List("state:escalated")) == 1 })
		p.Press("q")
		p.Home(0)
	})
}

// A server that wants a sign-in gets it after STARTTLS; a wrong password is
// told and nothing is sent; with a certificate that nobody vouches for, no
// mail and no password is sent.
func TestEscalateMailSecured(t *testing.T) {
	certificate, key := selfSigned(t)
	server := StartMail(t, "--auth", "moi:mot-de-passe", "--tls", certificate, key)
	for _, c := range []struct{ name, password, trust, state, why string }{
		{"wrong password", "faux", certificate, "retry_wait", "sign-in"},
		{"untrusted certificate", "mot-de-passe", "", "retry_wait", "certificate"},
		{"signed in", "mot-de-passe", certificate, "", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			b := deskWith(t, mailContact, fmt.Sprintf("smtp: {host: localhost, port: %s, from: moi@vigie.test, user: moi, password: 'env:SMTP'}\n", server.Port))
			b.Environ = append(b.Environ, "SMTP="+c.password, "SSL_CERT_FILE="+c.trust)
			b.Serve()
			b.Must("escalate", b.One().ID, "--to", "leo", "--question", "Alors ?", "--no-wait")
			var left []Sent
			Until(t, "the mail is sent or was tried", func() bool {
				left = JSON[Sent](t, b.Must("outbox", "--json"))
				return len(left) == 0 || left[0].Attempt > 0 && left[0].State != "sending"
			})
			if c.state == "" && len(left) > 0 || c.state != "" && (left[0].State != c.state || !strings.Contains(left[0].Problem.Detail, c.why)) {
				t.Errorf("the outbox: %+v", left)
			}
			b.told(t, c.password)
		})
	}
	checkMail(t, server.only(), "Alors ?")
}

// told checks that a secret is in no file of the box.
func (b *Box) told(t *testing.T, secret string) {
	t.Helper()
	err := filepath.WalkDir(b.Dir, func(path string, e os.DirEntry, err error) error {
		if err != nil || !e.Type().IsRegular() {
			return err
		}
		raw, err := os.ReadFile(path)
		if strings.Contains(string(raw), secret) {
			t.Errorf("%s tells the secret", e.Name())
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
}

// selfSigned makes a certificate of localhost.
func selfSigned(t *testing.T) (certificate, key string) {
	t.Helper()
	k, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	c := &x509.Certificate{
		SerialNumber: big.NewInt(1), DNSNames: []string{"localhost"}, IsCA: true, BasicConstraintsValid: true,
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
	}
	der, err := x509.CreateCertificate(rand.Reader, c, c, k.Public(), k)
	if err != nil {
		t.Fatal(err)
	}
	secret, err := x509.MarshalPKCS8PrivateKey(k)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	write := func(name, kind string, b []byte) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: b}), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	return write("certificate.pem", "CERTIFICATE", der), write("key.pem", "PRIVATE KEY", secret)
}
