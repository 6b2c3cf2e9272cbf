package sandbox

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"io"
	"mime"
	"net/mail"
	"strings"

	"github.com/emersion/go-message"
	_ "github.com/emersion/go-message/charset" // reads mails in any charset

	"vigie/inbox"
)

// MailID is the Message-ID of an item's mail, without its brackets.
func (m *Mail) MailID(it Item) string {
	if it.Key != "" {
		return it.Key
	}
	return fmt.Sprintf("item-%d@post.example", it.ID)
}

// Raw is an item's mail as it was delivered.
func (m *Mail) Raw(it Item) []byte {
	m.mu.Lock()
	box := m.boxes[it.Account]
	m.mu.Unlock()
	return m.render(box.brand, it)
}

// ItemOf finds the item that a Message-ID stands for.
func (m *Mail) ItemOf(account inbox.AccountID, id string) (Item, bool) {
	for _, it := range m.world.Items(account, nil) {
		if m.MailID(it) == id {
			return it, true
		}
	}
	return Item{}, false
}

// render spells an item as a mail.
func (m *Mail) render(b Brand, it Item) []byte {
	who := m.world.Person(it.With)
	from, to := mail.Address{Name: who.Name, Address: who.Handle + "@" + who.Host}, mail.Address{Name: b.Name, Address: mailAddress(b)}
	if it.ByBrand() {
		from, to = to, from
	}
	var out bytes.Buffer
	field := func(name, value string) { out.WriteString(name + ": " + value + "\r\n") }
	field("Received", "from post.example by mx."+b.Handle+".example; "+it.At.Format("Mon, 02 Jan 2006 15:04:05 -0700"))
	if !it.Bad { // a mail of nobody cannot be understood
		field("From", from.String())
	}
	field("To", to.String())
	field("Date", it.At.Format("Mon, 02 Jan 2006 15:04:05 -0700"))
	field("Message-ID", "<"+m.MailID(it)+">")
	field("Subject", strings.ReplaceAll(mime.QEncoding.Encode("utf-8", m.subject(it)), "?= =?", "?=\r\n =?"))
	if parent, err := m.world.Item(it.Parent); it.Parent != 0 && err == nil {
		root, _ := m.world.Item(it.Root)
		field("In-Reply-To", "<"+m.MailID(parent)+">")
		refs := "<" + m.MailID(root) + ">"
		if parent.ID != root.ID {
			refs += "\r\n <" + m.MailID(parent) + ">"
		}
		field("References", refs)
	}
	field("MIME-Version", "1.0")
	field("Content-Type", "text/plain; charset=utf-8")
	field("Content-Transfer-Encoding", "base64")
	out.WriteString("\r\n")
	coded := base64.StdEncoding.EncodeToString([]byte(it.Text))
	for len(coded) > 76 {
		out.WriteString(coded[:76] + "\r\n")
		coded = coded[76:]
	}
	out.WriteString(coded + "\r\n")
	return out.Bytes()
}

// subject is that of the first mail of a conversation: its first words, when
// nobody gave it one.
func (m *Mail) subject(it Item) string {
	root, err := m.world.Item(it.Root)
	if err != nil {
		root = it
	}
	s := root.Subject
	if s == "" {
		words := strings.Fields(strings.ToValidUTF8(root.Text, ""))
		s = strings.Join(words[:min(6, len(words))], " ")
		if len(s) > 60 {
			s = strings.ToValidUTF8(s[:60], "")
		}
	}
	if it.ID != it.Root {
		s = "Re: " + s
	}
	return s
}

// arrivedMail is what a mail that was sent says.
type arrivedMail struct {
	id, parent, text string
}

// readMail reads a mail that was sent: its first part of text, with the lines
// of format=flowed joined again.
func readMail(raw []byte) (arrivedMail, error) {
	e, err := message.Read(bytes.NewReader(raw))
	if err != nil {
		return arrivedMail{}, err
	}
	bare := func(name string) string { return strings.Trim(e.Header.Get(name), "<> ") }
	out := arrivedMail{id: bare("Message-Id"), parent: bare("In-Reply-To")}
	err = e.Walk(func(_ []int, part *message.Entity, err error) error {
		kind, params, _ := part.Header.ContentType()
		if err != nil || kind != "text/plain" || out.text != "" {
			return err
		}
		body, err := io.ReadAll(part.Body)
		out.text = strings.TrimSuffix(strings.ReplaceAll(string(body), "\r\n", "\n"), "\n")
		if params["format"] == "flowed" {
			out.text = joinFlowed(out.text)
		}
		return err
	})
	return out, err
}

func joinFlowed(s string) string {
	var out strings.Builder
	lines := strings.Split(s, "\n")
	for i, line := range lines {
		line = strings.TrimPrefix(line, " ")
		out.WriteString(line)
		if i < len(lines)-1 && (!strings.HasSuffix(line, " ") || line == "-- ") {
			out.WriteByte('\n')
		}
	}
	return out.String()
}
