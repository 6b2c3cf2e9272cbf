package mail

import (
	"bytes"
	"cmp"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net/mail"
	"net/textproto"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/idna"

	"vigie/inbox"
	"vigie/inbox/text"
)

const (
	flowWidth = 72 // columns of a line (RFC 3676)
	maxChain  = 20 // Message-IDs in References: the first and the last of them
	// maxSubject is how many characters of a subject are answered, and maxTitle
	// how many are shown.
	maxSubject = 250
	maxTitle   = 1000
)

// draft is an answer before it is a mail.
type draft struct {
	from    mail.Address
	id      string
	answers head
	ours    bool // it answers a mail of our own
	orphan  bool // what it answers has no Message-ID
	text    string
	files   []attachment
	at      time.Time
}

// attachment is a file with its content.
type attachment struct {
	inbox.Upload
	content []byte
}

// attachments reads the files that go with an answer.
func (c *connector) attachments(media []inbox.Upload) ([]attachment, error) {
	if len(media) > maxFiles {
		return nil, fmt.Errorf("reply: %d files: %w", len(media), inbox.ErrInvalid)
	}
	var out []attachment
	total := int64(0)
	for _, u := range media {
		if total += u.Size; total > maxFile {
			return nil, inbox.Problem{Code: inbox.CodeMedia, Args: []string{u.Name, "size"}, Detail: "the files are larger than a mail may be"}
		}
		if c.env.Shelf == nil {
			return nil, inbox.Problem{Code: inbox.CodeMedia, Args: []string{u.Name, "missing"}, Detail: "the file is not kept"}
		}
		r, err := c.env.Shelf.Open(u.Sum)
		if err != nil {
			return nil, inbox.Problem{Code: inbox.CodeMedia, Args: []string{u.Name, "missing"}, Detail: "the file is not kept"}
		}
		content, err := io.ReadAll(io.LimitReader(r, maxFile+1))
		if err = errors.Join(err, r.Close()); err != nil || len(content) > maxFile {
			return nil, inbox.Problem{Code: inbox.CodeMedia, Args: []string{u.Name, "size"}, Detail: "the file cannot be read"}
		}
		out = append(out, attachment{u, content})
	}
	return out, nil
}

// recipient is where the answer goes: to who wrote what it answers, or to whom
// we wrote.
func (d draft) recipient() (string, error) {
	to := d.answers.replyTo().address
	if d.ours {
		list := d.answers.people("to")
		if len(list) == 0 {
			return "", fmt.Errorf("reply: the mail names nobody it went to: %w", inbox.ErrInvalid)
		}
		to = list[0].address
	}
	return wireAddress(to)
}

// sendable reports whether an address can stand in a head and in a command.
func sendable(address string) bool {
	_, err := wireAddress(address)
	return err == nil
}

// wireAddress is an address as servers take it: the domain in ASCII.
func wireAddress(address string) (string, error) {
	at := strings.LastIndexByte(address, '@')
	bad := fmt.Errorf("not a mail address: %w", inbox.ErrInvalid)
	if at < 1 || len(address) > 320 || !utf8.ValidString(address) {
		return "", bad
	}
	local, domain := address[:at], address[at+1:]
	if strings.ContainsFunc(local, func(r rune) bool {
		return unicode.IsControl(r) || unicode.IsSpace(r) || strings.ContainsRune("<>()[]\\,;:@\"", r)
	}) {
		return "", bad
	}
	domain, err := asciiDomain(domain)
	if err != nil {
		return "", bad
	}
	return local + "@" + domain, nil
}

func asciiDomain(domain string) (string, error) {
	out, err := idna.Lookup.ToASCII(domain)
	if err != nil || out == "" || strings.ContainsAny(out, " <>\r\n\x00") {
		return "", errors.New("not a domain")
	}
	return out, nil
}

func ascii(s string) bool {
	return !strings.ContainsFunc(s, func(r rune) bool { return r >= utf8.RuneSelf })
}

// subject is that of what is answered, with one "Re:".
func (d draft) subject() string {
	s := cut(d.answers.subject().String(), maxSubject)
	return "Re: " + strings.ReplaceAll(s, "=?", "= ?") // or it would be decoded once more
}

// cut is the beginning of a text, with an ellipsis when it goes on.
func cut(s string, most int) string {
	n := 0
	for i := range s {
		if n++; n > most {
			return s[:i] + "…"
		}
	}
	return s
}

// references is the chain up to what is answered (RFC 5322, 3.6.4).
func (d draft) references() (parent string, chain []string) {
	own := d.answers.ids("message-id")
	if len(own) == 0 || d.orphan {
		return "", nil
	}
	chain = d.answers.ids("references")
	if len(chain) == 0 {
		if chain = d.answers.ids("in-reply-to"); len(chain) > 1 {
			chain = nil
		}
	}
	chain = append(slices.DeleteFunc(chain, func(id string) bool { return id == own[0] }), own[0])
	if over := len(chain) - maxChain; over > 0 {
		chain = slices.Delete(chain, 1, 1+over)
	}
	return own[0], chain
}

// mail spells the answer (RFC 5322).
func (d draft) mail(to string) ([]byte, error) {
	from, err := wireAddress(d.from.Address)
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	parent, chain := d.references()
	header := [][2]string{
		{"From", (&mail.Address{Name: text.CleanLine(d.from.Name).String(), Address: from}).String()},
		{"To", (&mail.Address{Name: d.toName(), Address: to}).String()},
		{"Date", d.at.UTC().Format("Mon, 02 Jan 2006 15:04:05 -0700")},
		{"Message-ID", "<" + d.id + ">"},
		{"Subject", strings.ReplaceAll(mime.QEncoding.Encode("utf-8", d.subject()), "?= =?", "?=\r\n =?")},
		{"MIME-Version", "1.0"},
	}
	if parent != "" {
		header = append(header, [2]string{"In-Reply-To", "<" + parent + ">"}, [2]string{"References", "<" + strings.Join(chain, ">\r\n <") + ">"})
	}
	for _, h := range header {
		b.WriteString(h[0] + ": " + h[1] + "\r\n")
	}
	if len(d.files) == 0 {
		writeHeader(&b, textHeader())
		b.WriteString("\r\n")
		writeText(&b, d.text)
		return b.Bytes(), nil
	}
	err = d.mixed(&b)
	return b.Bytes(), err
}

func (d draft) toName() string {
	if d.ours {
		return ""
	}
	return d.answers.replyTo().name
}

func textHeader() textproto.MIMEHeader {
	return textproto.MIMEHeader{
		"Content-Type":              {"text/plain; charset=utf-8; format=flowed"},
		"Content-Transfer-Encoding": {"quoted-printable"},
	}
}

func writeHeader(b *bytes.Buffer, h textproto.MIMEHeader) {
	for _, name := range []string{"Content-Type", "Content-Transfer-Encoding"} {
		b.WriteString(name + ": " + h.Get(name) + "\r\n")
	}
}

// writeText writes a text the way textHeader says.
func writeText(w io.Writer, s string) {
	q := quotedprintable.NewWriter(w)
	// Neither fails: a buffer takes everything.
	_, _ = q.Write([]byte(flow(s)))
	_ = q.Close()
}

// mixed writes the text with its files, and what goes before them.
func (d draft) mixed(b *bytes.Buffer) error {
	w := multipart.NewWriter(b)
	fmt.Fprintf(b, "Content-Type: multipart/mixed; boundary=%q\r\n\r\n", w.Boundary())
	body, err := w.CreatePart(textHeader())
	if err != nil {
		return err
	}
	writeText(body, d.text)
	for _, f := range d.files {
		name := text.CleanLine(f.Name).String()
		kind, _, err := mime.ParseMediaType(f.Type)
		if err != nil || strings.HasPrefix(kind, "multipart/") {
			kind = "application/octet-stream"
		}
		h := textproto.MIMEHeader{
			"Content-Type":              {kind},
			"Content-Transfer-Encoding": {"base64"},
			"Content-Disposition":       {cmp.Or(mime.FormatMediaType("attachment", map[string]string{"filename": name}), "attachment")},
		}
		if f.Alt != "" {
			h.Set("Content-Description", strings.ReplaceAll(mime.QEncoding.Encode("utf-8", text.CleanLine(f.Alt).String()), "?= =?", "?=\r\n =?"))
		}
		part, err := w.CreatePart(h)
		if err != nil {
			return err
		}
		if err := writeBase64(part, f.content); err != nil {
			return err
		}
	}
	return w.Close()
}

func writeBase64(w io.Writer, content []byte) error {
	const line = 57 // bytes that make 76 characters
	for chunk := range slices.Chunk(content, line) {
		if _, err := io.WriteString(w, base64.StdEncoding.EncodeToString(chunk)+"\r\n"); err != nil {
			return err
		}
	}
	return nil
}

// flow wraps a text so that its reader can join the lines again (RFC 3676).
func flow(s string) string {
	var out strings.Builder
	for line := range strings.SplitSeq(strings.ReplaceAll(s, "\r\n", "\n"), "\n") {
		if line != "-- " {
			line = strings.TrimRight(line, " ")
		}
		for {
			head, rest := wrapped(line)
			if strings.HasPrefix(head, " ") || strings.HasPrefix(head, ">") || strings.HasPrefix(head, "From ") {
				out.WriteByte(' ')
			}
			out.WriteString(head + "\r\n")
			if rest == "" {
				break
			}
			line = rest
		}
	}
	return out.String()
}

// wrapped cuts a line after the last space that fits; what is cut ends with it.
func wrapped(line string) (head, rest string) {
	if utf8.RuneCountInString(line) <= flowWidth {
		return line, ""
	}
	width, last := 0, 0
	for i, r := range line {
		if width++; width > flowWidth && last > 0 {
			break
		}
		if r == ' ' && i+1 < len(line) {
			last = i + 1
		}
	}
	if last == 0 || strings.TrimLeft(line[last:], " ") == "" {
		return line, ""
	}
	return line[:last], line[last:]
}
