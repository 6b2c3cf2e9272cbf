package mail

import (
	"fmt"
	"strings"
	"testing"
	"time"
	"unicode"

	"vigie/inbox"
)

// hostileMails are mails that somebody made to do harm, by what they try.
func hostileMails() map[string]string {
	deep := strings.Builder{}
	const depth = 300
	for i := range depth {
		fmt.Fprintf(&deep, "Content-Type: multipart/mixed; boundary=B%d\n\n--B%d\n", i, i)
	}
	deep.WriteString("Content-Type: text/plain\n\nThe bottom\n")
	for i := range depth {
		fmt.Fprintf(&deep, "--B%d--\n", depth-1-i)
	}
	parts := "Content-Type: multipart/mixed; boundary=B\n\n" + strings.Repeat("--B\nContent-Type: text/plain\n\npart\n", 500) + "--B--\n"
	refs := "References:" + strings.Repeat(" <r@x>", 10_000) + "\nSubject: x\n\nreferences"
	return map[string]string{
		"10,000 references":         refs,
		"10,000 lines of them":      "References:\n" + strings.Repeat(" <r@x>\n", 10_000) + "Subject: x\n\nreferences",
		"deep MIME":                 deep.String(),
		"500 parts":                 parts,
		"a head without end":        "Subject: " + strings.Repeat("x", 300_000) + "\n\nlong",
		"10,000 fields":             strings.Repeat("X-A: b\n", 10_000) + "Subject: x\n\nfields",
		"unknown charset":           "Content-Type: text/plain; charset=x-klingon\n\ncaf\xe9",
		"unknown encoding":          "Content-Type: text/plain\nContent-Transfer-Encoding: x-uuencode\n\nbegin 644 a",
		"an encoded line break":     "Subject: =?utf-8?Q?Hi=0D=0ABcc:_x@evil.example?=\n\nbreak",
		"an encoded escape":         "Subject: =?utf-8?B?G11QV05FRAc=?=\n\n\x1b]0;pwned\x07\x1b[2J",
		"right to left":             "Subject: \u202Egpj.exe\n\n\u202Ereversed\u2066",
		"a name that is an address": "Reply-To: \"billing@bank.example\" <m@evil.example>\n\nreply",
		"a break in Reply-To":       "Reply-To: =?utf-8?Q?a=0D=0ABcc=3A_x?= <\"a\r\n b\"@evil.example>\n\nreply",
		"broken words":              "Subject: =?utf-8?Q?=ZZ?= =?x?B?!!!?= =?utf-8?B?" + strings.Repeat("=", 5000) + "\n\nwords",
		"no boundary":               "Content-Type: multipart/mixed\n\nnothing",
		"a boundary of quotes":      "Content-Type: multipart/mixed; boundary=\"\"\n\n--\n\nx\n----\n",
		"a bounce of itself":        "Content-Type: multipart/report; boundary=B\n\n--B\nContent-Type: text/plain\n\nback\n--B\nContent-Type: message/rfc822\n\nMessage-ID: <self@x>\nReferences: <self@x>\n\nx\n--B--\n",
		"it answers itself":         "In-Reply-To: <self@x>\nReferences: <self@x>\n\nself",
		"a file name of paths":      "Content-Type: multipart/mixed; boundary=B\n\n--B\nContent-Type: text/plain\n\nfile\n--B\nContent-Type: image/png; name=\"../../\x1b[31metc/passwd\"\nContent-Disposition: attachment; filename=\"../../../etc/passwd\"\n\nx\n--B--\n",
		"HTML bombs":                "Content-Type: text/html\n\n" + strings.Repeat("<div><table>", 30_000) + "bottom",
		"nothing at all":            "\n",
		"zeros":                     "Subject: a\x00b\n\nc\x00d",
	}
}

// A hostile mail becomes a clean message of its writer's, or is refused; the
// mails around it arrive, and its answer goes to no more than one address.
func TestHostileMails(t *testing.T) {
	for name, mail := range hostileMails() {
		t.Run(name, func(t *testing.T) {
			n := newNetwork(t, false)
			n.server.Deliver(ourAccount, raw("before@x", "Subject: Order\n", "before"))
			n.server.Deliver(ourAccount, []byte(strings.ReplaceAll("From: Mallory <m@evil.example>\nMessage-ID: <self@x>\n"+mail, "\n", "\r\n")))
			n.server.Deliver(ourAccount, raw("after@x", "Subject: Order\n", "after"))
			c := n.open()
			defer c.Close()
			got := n.patient(c)
			one(t, got, "before")
			one(t, got, "after")
			for _, m := range got {
				if id, _ := bare(m.Remote); id != "self@x" && m.Author.ID == "m@evil.example" && !strings.HasPrefix(id, hashed) {
					t.Errorf("it is known by %q", m.Remote)
				}
				words := []string{m.Author.Handle.String(), m.Author.Name.String(), m.Post.Text.String(), m.Remote, m.Conversation, m.Parent, m.Author.ID, m.Author.URL}
				for _, f := range m.Media {
					words = append(words, f.Alt.String())
				}
				for _, w := range words {
					if strings.ContainsFunc(w, unicode.IsControl) || strings.ContainsAny(w, "\u202E\u2066") || len(w) > 100_000 {
						t.Errorf("a line of it is %.200q", w)
					}
				}
				if strings.ContainsAny(m.Text.String(), "\x1b\x07\x00\u202E") {
					t.Errorf("its text is %.200q", m.Text)
				}
				if m.Author.ID != "m@evil.example" || m.Author.URL == "" {
					continue
				}
				_, err := c.Do(t.Context(), inbox.Action{Kind: inbox.ActReply, Key: "K", Target: m.Remote, Author: m.Author.ID, Conversation: m.Conversation, Text: "Hello", ThreadKind: inbox.KindDM})
				for _, sent := range n.server.Sent() {
					head, _, _ := strings.Cut(string(sent.Raw), "\r\n\r\n")
					if len(sent.To) != 1 || sent.To[0] != "m@evil.example" && sent.To[0] != strings.TrimPrefix(m.Author.URL, "mailto:") || strings.Contains(head, "\nBcc") || len(head) > 9000 {
						t.Errorf("the answer went to %q with\n%.2000s", sent.To, head)
					}
				}
				if err != nil && len(n.server.Sent()) != 0 {
					t.Errorf("it was sent, and failed: %v", err)
				}
			}
		})
	}
}

// patient reads all like the engine, which asks again after failures: some
// servers hang up over some mails.
func (n *network) patient(c inbox.Connector) (out []inbox.Message) {
	n.t.Helper()
	cursor := ""
	for tries := 0; ; {
		p, err := c.Fetch(n.t.Context(), inbox.FetchRequest{Stream: inbox.StreamMessages, Cursor: cursor, History: time.Hour, Now: n.clock.Now()})
		if err != nil {
			if tries++; tries > 30 {
				n.t.Fatalf("fetch: %v", err)
			}
			continue
		}
		if out, cursor = append(out, p.Messages...), p.Cursor; !p.More {
			return out
		}
	}
}

func FuzzBelow(f *testing.F) {
	f.Add("Merci\n\n-----Original Message-----\nFrom: a\nSent: b\nTo: c\n\ntext")
	f.Add("Oui\n\nLe 3 mars 2026, Léa <l@x.y> a écrit :\n\ntext")
	f.Fuzz(func(t *testing.T, s string) {
		for _, b := range belows(s) {
			if b.begin <= 0 || strings.TrimSpace(s[:b.begin]) == "" || strings.TrimSpace(b.quote) == "" || !strings.HasSuffix(s[b.begin:], b.quote) {
				t.Errorf("%+v of %q", b, s)
			}
		}
	})
}

func FuzzRemote(f *testing.F) {
	f.Add([]byte("From: a@b.c\r\nDate: Mon, 23 Nov 2026 07:00:00 +0000\r\nMessage-ID: <a@b>\r\n\r\n"), []byte("From: d@e.f\r\nMessage-ID: <a@b>\r\n\r\n"))
	f.Fuzz(func(t *testing.T, a, b []byte) {
		x, y := readHead(a), readHead(b)
		if x.remote(false) != readHead(a).remote(false) {
			t.Error("it is not the same twice")
		}
		if x.remote(false) == y.remote(true) {
			t.Errorf("a stranger's mail and ours are both %q", y.remote(true))
		}
		from, _ := x.people("from"), y.people("from")
		if other := y.people("from"); len(from) > 0 && len(other) > 0 && from[0].address != other[0].address && x.remote(false) == y.remote(false) {
			t.Errorf("two writers' mails are both %q", x.remote(false))
		}
	})
}
