package notice

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"flag"
	"io"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net/mail"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/emersion/go-msgauth/authres"

	"vigie/connectors"
	"vigie/connectors/htmltext"
	"vigie/inbox"
)

// With -update the goldens are written anew:
//
//	go test ./connectors/mail/notice -run Corpus -update
var update = flag.Bool("update", false, "write the goldens anew")

func (v Verdict) MarshalText() ([]byte, error) {
	return []byte([]string{"ordinary", "read", "unread", "suspect"}[v]), nil
}

func parsers(t testing.TB) *Parsers {
	t.Helper()
	p, err := New([]connectors.Notification{{
		From: "loom.example", Subject: "^(?P<author>.+) commented on (?P<post>.+)$", Link: "https://loom.example/posts/", Network: "loom",
	}})
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// letter reads a mail as it lies in a mailbox.
func letter(raw []byte) (Mail, bool) {
	m, err := mail.ReadMessage(bytes.NewReader(raw))
	if err != nil {
		return Mail{}, false
	}
	decode := func(s string) string {
		if out, err := new(mime.WordDecoder).DecodeHeader(s); err == nil {
			return out
		}
		return s
	}
	froms := m.Header["From"]
	from, err := mail.ParseAddress(m.Header.Get("From"))
	if err != nil {
		return Mail{}, false
	}
	date, _ := m.Header.Date()
	out := Mail{
		From: strings.ToLower(from.Address), FromName: from.Name, Subject: decode(m.Header.Get("Subject")), Date: date.UTC(),
		MessageID: strings.Trim(m.Header.Get("Message-Id"), "<>"),
		Head:      func(name string) string { return decode(m.Header.Get(name)) },
	}
	var signed []string
	for _, f := range m.Header["Authentication-Results"] {
		id, results, err := authres.Parse(f)
		if err != nil || id != "mx.nordlys.example" {
			continue
		}
		for _, r := range results {
			if d, ok := r.(*authres.DKIMResult); ok && d.Value == authres.ResultPass {
				signed = append(signed, d.Domain)
			}
		}
	}
	out.Proven = func(domain string) bool {
		for _, d := range signed {
			if len(froms) == 1 && (domain == d || strings.HasSuffix(domain, "."+d)) {
				return true
			}
		}
		return false
	}
	parts(&out, m.Header.Get("Content-Type"), m.Header.Get("Content-Transfer-Encoding"), m.Body, 0)
	if out.Text == "" {
		out.Text = htmltext.Text(out.HTML)
	}
	return out, true
}

func parts(out *Mail, kind, encoding string, body io.Reader, depth int) {
	media, params, _ := mime.ParseMediaType(kind)
	if strings.HasPrefix(media, "multipart/") && depth < 5 {
		r := multipart.NewReader(body, params["boundary"])
		for {
			p, err := r.NextRawPart()
			if err != nil {
				return
			}
			parts(out, p.Header.Get("Content-Type"), p.Header.Get("Content-Transfer-Encoding"), p, depth+1)
		}
	}
	switch strings.ToLower(encoding) {
	case "quoted-printable":
		body = quotedprintable.NewReader(body)
	case "base64":
		body = base64.NewDecoder(base64.StdEncoding, body)
	}
	raw, _ := io.ReadAll(body) // as far as it goes
	said := strings.ReplaceAll(string(raw), "\r\n", "\n")
	if media == "text/html" {
		out.HTML = said
	} else {
		out.Text = said
	}
}

func corpus(t testing.TB) []string {
	t.Helper()
	files, err := filepath.Glob("testdata/*/*.eml")
	if err != nil || len(files) < 50 {
		t.Fatalf("%d mails, %v", len(files), err)
	}
	return files
}

func read(t testing.TB, file string) Mail {
	t.Helper()
	raw, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	m, ok := letter(raw)
	if !ok {
		t.Fatalf("%s is no mail", file)
	}
	return m
}

func TestCorpus(t *testing.T) {
	p := parsers(t)
	for _, file := range corpus(t) {
		m := read(t, file)
		got := p.Parse(m)
		if again := p.Parse(m); !reflect.DeepEqual(got, again) {
			t.Errorf("%s: the second time it is %+v", file, again)
		}
		b, err := json.MarshalIndent(got, "", "\t")
		if err != nil {
			t.Fatal(err)
		}
		b = append(b, '\n')
		golden := strings.TrimSuffix(file, ".eml") + ".json"
		if *update {
			if err := os.WriteFile(golden, b, 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(golden)
		if err != nil || !bytes.Equal(want, b) {
			t.Errorf("%s: %v: got %s", file, err, b)
		}
		sound(t, file, m, got)
		name := filepath.Base(file)
		for begin, verdict := range map[string]Verdict{"unknown": Unread, "forged": Suspect, "comment": Read, "message": Read, "mention": Read, "digest": Read, "alert-": Read, "lookalike": Ordinary} {
			if strings.HasPrefix(name, begin) && got.Verdict != verdict {
				t.Errorf("%s: %v", file, got.Verdict)
			}
		}
	}
}

// sound checks what holds for any mail.
func sound(t testing.TB, what string, m Mail, r Reading) {
	t.Helper()
	if (len(r.Notices) > 0) != (r.Verdict == Read) || (r.Network == "") != (r.Verdict == Ordinary) {
		t.Errorf("%s: %+v", what, r)
	}
	if domain := m.From[strings.LastIndexByte(m.From, '@')+1:]; r.Verdict == Read && !m.Proven(domain) {
		t.Errorf("%s: it is read without a proof", what)
	}
	known := map[string]bool{}
	for _, n := range r.Notices {
		if known[n.Item] || n.Item == "" || n.Conversation == "" || n.Author == "" || n.Text == "" || n.Network != r.Network || !n.Kind.Valid() {
			t.Errorf("%s: %+v", what, n)
		}
		known[n.Item] = true
		for _, never := range []string{"javascript:", "data:", "evil.test", "token", "utm_", "n_m=", "mid=", "otp"} {
			if strings.Contains(strings.ToLower(n.Link), never) {
				t.Errorf("%s: link %q", what, n.Link)
			}
		}
		if !strings.HasPrefix(n.Link, "https://") && !strings.HasPrefix(n.Link, "http://") {
			t.Errorf("%s: link %q", what, n.Link)
		}
	}
}

// A digest, and a weekly list, repeat nothing.
func TestNothingTwice(t *testing.T) {
	p := parsers(t)
	for _, pair := range [][3]string{
		{"pinterest/comment-en", "pinterest/digest-en", "1"},
		{"alerti/daily-fr", "alerti/weekly-fr", "2"},
	} {
		items := map[string]bool{}
		for _, n := range p.Parse(read(t, "testdata/"+pair[0]+".eml")).Notices {
			items[n.Item] = true
		}
		again := 0
		for _, n := range p.Parse(read(t, "testdata/"+pair[1]+".eml")).Notices {
			if items[n.Item] {
				again++
			}
		}
		if string(rune('0'+again)) != pair[2] {
			t.Errorf("%s and %s have %d in common", pair[0], pair[1], again)
		}
	}
}

func TestNotUnderstoodIsCounted(t *testing.T) {
	p := parsers(t)
	m := read(t, "testdata/pinterest/unknown-en.eml")
	for range 12 {
		p.Parse(m)
	}
	if got := p.NotUnderstood(); len(got) != 1 || got["pinterest"] != 12 {
		t.Errorf("%v", got)
	}
}

func TestRules(t *testing.T) {
	good := connectors.Notification{From: "loom.example", Link: "loom.example", Network: "loom"}
	for name, spoil := range map[string]func(*connectors.Notification){
		"from":    func(n *connectors.Notification) { n.From = "loom" },
		"network": func(n *connectors.Notification) { n.Network = "" },
		"kind":    func(n *connectors.Notification) { n.Kind = inbox.Kind("like") },
		"subject": func(n *connectors.Notification) { n.Subject = "(" },
		"link":    func(n *connectors.Notification) { n.Link = "javascript:alert(1)" },
	} {
		bad := good
		spoil(&bad)
		if _, err := New([]connectors.Notification{good, bad}); err == nil || !strings.Contains(err.Error(), "notifications[1]") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// Huge and nested mails cost their length.
func TestHuge(t *testing.T) {
	p := parsers(t)
	m := read(t, "testdata/pinterest/comment-en.eml")
	for name, html := range map[string]string{
		"nested":  strings.Repeat("<div><table><tr><td>", 200_000) + m.HTML,
		"links":   strings.Repeat(`<a href="https://www.pinterest.com/pin/1/">x</a> `, 50_000) + m.HTML,
		"events":  strings.Repeat("<p>Léa commented on your Pin</p><p>“a”</p><a href=https://www.pinterest.com/pin/1/>Reply</a>", 5_000),
		"one tag": "<a href=\"https://www.pinterest.com/" + strings.Repeat("a", 1<<20),
	} {
		m.HTML = html
		got := p.Parse(m)
		sound(t, name, m, got)
		if len(got.Notices) > maxNotices {
			t.Errorf("%s: %d notices", name, len(got.Notices))
		}
	}
}

func FuzzParse(f *testing.F) {
	for _, file := range corpus(f) {
		raw, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(raw)
	}
	p := parsers(f)
	f.Fuzz(func(t *testing.T, raw []byte) {
		m, ok := letter(raw)
		if !ok {
			return
		}
		got := p.Parse(m)
		if again := p.Parse(m); !reflect.DeepEqual(got, again) {
			t.Errorf("%+v, then %+v", got, again)
		}
		for _, n := range got.Notices {
			if n.Item == "" || n.Conversation == "" || n.Author == "" || n.Text == "" || !strings.HasPrefix(n.Link, "http") {
				t.Errorf("%+v", n)
			}
		}
	})
}

func BenchmarkParse(b *testing.B) {
	p := parsers(b)
	m := read(b, "testdata/pinterest/digest-en.eml")
	for b.Loop() {
		p.Parse(m)
	}
}
