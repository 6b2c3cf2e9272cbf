//go:build e2e

package e2e

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/mail"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// mailPassword is what e2e/servers/mailbox-start.sh takes from anybody.
const mailPassword = "laterne-fjord"

// Mailbox is Debian's Dovecot and aiosmtpd. It is looked at by Python's
// imaplib and through the files that the servers write.
type Mailbox struct {
	t          *testing.T
	imap, smtp string
	dir        string
	user       string
	n          int
}

// NewMailbox starts the servers; they end with the test.
func NewMailbox(t *testing.T) *Mailbox {
	t.Helper()
	root := os.Getenv("VIGIE_E2E_ROOT")
	if root == "" {
		root = "/var/tmp/vigie-e2e"
	}
	cmd := exec.Command("servers/mailbox-start.sh")
	cmd.Env = append(os.Environ(), "VIGIE_E2E_ROOT="+root)
	t.Cleanup(func() {
		stop := exec.Command("servers/mailbox-stop.sh")
		stop.Env = cmd.Env
		if out, err := stop.CombinedOutput(); err != nil {
			t.Errorf("stop the mailbox: %v: %s", err, out)
		}
	})
	var errs bytes.Buffer
	cmd.Stderr = &errs
	out, err := cmd.Output()
	fields := strings.Fields(string(out))
	if err != nil || len(fields) != 3 || fields[0] != "READY" {
		t.Fatalf("start the mailbox: %v: %s%s", err, out, errs.String())
	}
	return &Mailbox{t: t, imap: "127.0.0.1:" + fields[1], smtp: "127.0.0.1:" + fields[2], dir: filepath.Join(root, "mailbox"), user: "support@nordlys.example"}
}

// Deliver lets a mail arrive, the way a delivery agent does.
func (m *Mailbox) Deliver(raw string) {
	m.t.Helper()
	m.n++
	box := filepath.Join(m.dir, "mail", m.user)
	name := fmt.Sprintf("%d.M%dP1.e2e", time.Now().Unix(), m.n)
	raw = strings.ReplaceAll(raw, "\n", "\r\n")
	if err := os.WriteFile(filepath.Join(box, "tmp", name), []byte(raw), 0o644); err != nil {
		m.t.Fatal(err)
	}
	if err := os.Rename(filepath.Join(box, "tmp", name), filepath.Join(box, "new", name)); err != nil {
		m.t.Fatal(err)
	}
}

// Python asks the server by imaplib; M is the connection, what is printed is
// returned.
func (m *Mailbox) Python(body string) string {
	m.t.Helper()
	host, port, _ := strings.Cut(m.imap, ":")
	script := fmt.Sprintf("import imaplib\nM = imaplib.IMAP4(%q, %s)\nM.login(%q, %q)\n%s\nM.logout()\n", host, port, m.user, mailPassword, body)
	cmd := exec.Command("/usr/bin/python3", "-")
	cmd.Stdin = strings.NewReader(script)
	out, err := cmd.CombinedOutput()
	if err != nil {
		m.t.Fatalf("imaplib: %v: %s", err, out)
	}
	return strings.TrimSpace(string(out))
}

// Search counts the mails of a folder that match.
func (m *Mailbox) Search(folder, criteria string) int {
	m.t.Helper()
	out := m.Python(fmt.Sprintf("M.select(%q, True)\nprint(len(M.uid('SEARCH', %q)[1][0].split()))", folder, criteria))
	var n int
	if _, err := fmt.Sscan(out, &n); err != nil {
		m.t.Fatalf("search %s: %s", folder, out)
	}
	return n
}

// Handed is a mail that the SMTP server took.
type Handed struct {
	From string   `json:"from"`
	To   []string `json:"to"`
	*mail.Message
	Body string
}

// Handed lists them in the order in which they came.
func (m *Mailbox) Handed() []Handed {
	m.t.Helper()
	files, err := filepath.Glob(filepath.Join(m.dir, "outside", "[0-9]*[0-9]"))
	if err != nil {
		m.t.Fatal(err)
	}
	var out []Handed
	for _, f := range files {
		raw, err := os.ReadFile(f)
		if err != nil {
			m.t.Fatal(err)
		}
		line, rest, _ := bytes.Cut(raw, []byte("\n"))
		var h Handed
		if err := json.Unmarshal(line, &h); err != nil {
			m.t.Fatal(err)
		}
		if h.Message, err = mail.ReadMessage(bufio.NewReader(bytes.NewReader(rest))); err != nil {
			m.t.Fatal(err)
		}
		body, err := io.ReadAll(h.Message.Body)
		if err != nil {
			m.t.Fatal(err)
		}
		h.Body = string(body)
		out = append(out, h)
	}
	return out
}

// letter spells a mail of Léa's.
func letter(id, subject, more, body string) string {
	return fmt.Sprintf("From: =?utf-8?Q?L=C3=A9a_Moreau?= <lea@post.example>\nTo: support@nordlys.example\nDate: %s\nMessage-ID: <%s>\nSubject: %s\n%sMIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 8bit\n\n%s\n",
		time.Now().Format(time.RFC1123Z), id, subject, more, body)
}

// answered checks that an answer was handed over once, with the right head, and
// lies once in the folder of sent mails.
func (m *Mailbox) answered(text, parent string) {
	m.t.Helper()
	var found []Handed
	for _, h := range m.Handed() {
		if strings.Contains(h.Body, text) {
			found = append(found, h)
		}
	}
	if len(found) != 1 {
		m.t.Fatalf("%q was handed over %d times", text, len(found))
	}
	h := found[0]
	if h.From != m.user || len(h.To) != 1 || h.To[0] != "lea@post.example" {
		m.t.Errorf("envelope: from %q to %q", h.From, h.To)
	}
	if h.Header.Get("In-Reply-To") != "<"+parent+">" || !strings.Contains(h.Header.Get("References"), "<"+parent+">") {
		m.t.Errorf("it answers %q, references %q", h.Header.Get("In-Reply-To"), h.Header.Get("References"))
	}
	if s := h.Header.Get("Subject"); s != "Re: Order 42" {
		m.t.Errorf("subject %q", s)
	}
	id := h.Header.Get("Message-Id")
	Until(m.t, "the answer lies with the sent mails", func() bool { return m.Search("Sent", "HEADER Message-ID "+id) == 1 })
}

// Box is a vigie with that mailbox.
func (m *Mailbox) Box() *Box {
	m.t.Helper()
	b := NewBox(m.t, "")
	b.Write("config.yaml", fmt.Sprintf(`language: fr
hold: 0s
clients:
  - id: nordlys
    name: Nordlys
    zone: Europe/Paris
    accounts:
      - id: nordlys-mail
        network: mail
        handle: "Nordlys Support <%s>"
        imap: %s
        smtp: %s
        password: file:%s
        poll: 10m
`, m.user, m.imap, m.smtp, b.Write("password", mailPassword+"\n")))
	return b
}

// The main job with a real mailbox: collect, be told of new mail, answer from
// the command line and in the terminal, mark as read, move to the bin and back.
func TestMailbox(t *testing.T) {
	m := NewMailbox(t)
	m.Python("M.select()") // makes the folders
	m.Deliver(letter("order42@post.example", "Order 42", "", "Bonjour, où est ma commande ?"))
	m.Deliver(letter("order42b@post.example", "Re: Order 42", "In-Reply-To: <order42@post.example>\nReferences: <order42@post.example>\n", "Toujours rien…\n\nLe lun. 23 nov. 2026 à 08:00, Léa a écrit :\n> Bonjour, où est ma commande ?"))
	m.Deliver(letter("same@post.example", "Order 42", "", "Another order, the same subject."))
	b := m.Box()
	b.Must("config", "check")
	if p := b.Sync()[0]; p.New != 3 || p.Refused != 0 {
		t.Fatalf("first collection: %+v", p)
	}
	if rows := b.List("is:any"); len(rows) != 2 {
		t.Errorf("%d threads, want 2: %+v", len(rows), rows)
	}
	row := b.One("is:any text:commande")
	if row.Messages != 2 || row.Author.Handle != "lea@post.example" || row.Author.Name != "Léa Moreau" || row.Thread != "order42@post.example" {
		t.Errorf("the thread: %+v", row)
	}
	if show := b.Must("show", row.ID); strings.Contains(show, "a écrit") || !strings.Contains(show, "Toujours rien") {
		t.Errorf("the quote is not cut, or too much is: %s", show)
	}
	b.same("after the first collection")
	if n := m.Search("INBOX", "SEEN"); n != 0 {
		t.Errorf("collecting has marked %d mails as read", n)
	}
	m.byCommand(b, row)
	m.onScreen(b, row)
	m.moves(b)
	m.anew(b)
}

func (m *Mailbox) byCommand(b *Box, row Row) {
	m.t.Helper()
	b.Must("reply", row.ID, "--text", "Elle part demain matin ☕")
	Until(m.t, "the answer is handed over", func() bool { return len(m.Handed()) == 1 })
	m.answered("Elle part demain matin", "order42b@post.example")
	b.Must("sync")
	if p := b.Sync()[0]; p.New+p.Edited != 0 {
		m.t.Errorf("collected again after the answer: %+v", p)
	}
	if got := b.One("is:any id:" + row.ID); got.Messages != 3 || got.State != "theirs" {
		m.t.Errorf("after the answer: %+v", got)
	}
}

// onScreen is told of a new mail within seconds, and answers it.
func (m *Mailbox) onScreen(b *Box, row Row) {
	m.t.Helper()
	p := NewDesk(m.t, b.Environ).Open(120, 40)
	p.Command(vigie(m.t))
	p.Wait("À traiter", "the same subject")
	m.Deliver(letter("order42c@post.example", "Re: Order 42", "In-Reply-To: <order42b@post.example>\nReferences: <order42@post.example>\n <order42b@post.example>\n", "Reçue, merci ! Et la facture ?"))
	if took := p.Wait("Et la facture"); took > 30*time.Second {
		m.t.Errorf("the new mail was seen after %s: it was not pushed", took)
	}
	p.Type("fid:" + row.ID)
	p.Press("Enter")
	p.Wait(`▌.*Léa Moreau`)
	p.Press("Enter")
	p.Type("r")
	p.Wait("PRIVÉ · Nordlys → Léa Moreau")
	p.Type("La voici, à bientôt !")
	p.Press("C-s")
	p.Wait("Premier envoi", "au nom de : Nordlys")
	p.accept("Premier envoi")
	Until(m.t, "the answer is handed over", func() bool { return len(m.Handed()) == 2 })
	m.answered("La voici", "order42c@post.example")
	p.Press("Escape")
	p.Press("Escape")
	p.Type("q")
	p.Type("q")
	p.Close()
}

// moves marks as read, moves into the bin and back.
func (m *Mailbox) moves(b *Box) {
	m.t.Helper()
	row := b.One("is:any text:another")
	b.Must("moderate", row.ID, "read")
	Until(m.t, "it is marked as read", func() bool { return m.Search("INBOX", "SEEN HEADER Message-ID <same@post.example>") == 1 })
	b.Must("moderate", row.ID, "trash")
	Until(m.t, "it lies in the bin", func() bool {
		return m.Search("Trash", "HEADER Message-ID <same@post.example>") == 1 && m.Search("INBOX", "HEADER Message-ID <same@post.example>") == 0
	})
	b.Must("moderate", row.ID, "restore")
	Until(m.t, "it lies in the inbox again", func() bool { return m.Search("INBOX", "HEADER Message-ID <same@post.example>") == 1 })
	b.Must("sync")
}

// anew gives the mailbox 5,000 more mails and another UIDVALIDITY: nothing is
// lost, nothing comes twice.
func (m *Mailbox) anew(b *Box) {
	m.t.Helper()
	const many = 5000
	for i := range many {
		m.Deliver(letter(fmt.Sprintf("many%d@post.example", i), fmt.Sprintf("Question %d", i), "", fmt.Sprintf("Vous ouvrez demain ? (%d)", i)))
	}
	begun := time.Now()
	got := 0
	Until(m.t, "all is collected", func() bool {
		for _, p := range b.Sync() {
			got += p.New
		}
		return got >= many || len(b.List("is:any text:ouvrez", "--limit", "6000")) >= many
	})
	m.t.Logf("%d mails in %s", many, time.Since(begun).Round(time.Millisecond))
	before := len(b.List("is:any", "--limit", "9000"))
	if before != many+2 {
		m.t.Errorf("%d threads, want %d", before, many+2)
	}
	list := filepath.Join(m.dir, "mail", m.user, "dovecot-uidlist")
	if err := os.Remove(list); err != nil {
		m.t.Fatal(err)
	}
	for _, pattern := range []string{"dovecot.index*"} {
		files, _ := filepath.Glob(filepath.Join(m.dir, "mail", m.user, pattern))
		for _, f := range files {
			if err := os.Remove(f); err != nil {
				m.t.Fatal(err)
			}
		}
	}
	Until(m.t, "the server is over it", func() bool { return b.Run("sync").Code == 0 }) // "Mailbox was deleted under us"
	if p := b.Sync()[0]; p.New != 0 {
		m.t.Errorf("after another UIDVALIDITY: %+v", p)
	}
	if after := len(b.List("is:any", "--limit", "9000")); after != before {
		m.t.Errorf("after another UIDVALIDITY: %d threads, before %d", after, before)
	}
}
