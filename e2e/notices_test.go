//go:build e2e

package e2e

import (
	"fmt"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"
)

// told reads a mail of the corpus of notifications, as of now.
func told(t *testing.T, name string) string {
	t.Helper()
	raw, err := os.ReadFile("../connectors/mail/notice/testdata/" + name + ".eml")
	if err != nil {
		t.Fatal(err)
	}
	now := "Date: " + time.Now().Add(-time.Minute).Format(time.RFC1123Z)
	return regexp.MustCompile(`(?m)^Date: .*$`).ReplaceAllString(strings.ReplaceAll(string(raw), "\r", ""), now)
}

// What networks tell by mail, in a real mailbox: threads with who, what and
// where to answer; nothing twice; a forged one leads nowhere; nothing can be
// answered here, and the server for sending hears nothing.
func TestNotifications(t *testing.T) {
	m := NewMailbox(t)
	m.Python("M.select()") // makes the folders
	names := []string{
		"pinterest/comment-en", "pinterest/digest-en", "pinterest/unknown-en", "pinterest/forged-en", "wordpress/held-fr",
		"xing/message-de", "loom/comment-en", "snapchat/unknown-fr", "alerti/daily-fr", "alerti/weekly-fr",
	}
	var mails []string
	for _, name := range names {
		mails = append(mails, told(t, name))
	}
	deliver := func() {
		for _, raw := range mails {
			m.Deliver(raw)
		}
	}
	deliver()
	b := NewBox(t, "")
	conf := fmt.Sprintf(`language: en
clients:
  - id: nordlys
    name: Nordlys
    accounts:
      - id: nordlys-mail
        network: mail
        handle: "Nordlys Support <%s>"
        imap: %s
        smtp: %s
        authserv: mx.nordlys.example
        password: file:%s
        poll: 10m
        notifications:
          - from: loom.example
            subject: '^(?P<author>.+) commented on (?P<post>.+)$'
            link: https://loom.example/posts/
            network: loom
`, m.user, m.imap, m.smtp, b.Write("password", mailPassword+"\n"))
	b.Write("config.yaml", strings.Replace(conf, "(?P<author>.+)", "(?P<author", 1))
	if s := b.Run("config", "check"); s.Code == 0 || !strings.Contains(s.Out+s.Err, ":16:") {
		t.Errorf("a bad rule, exit %d: %s%s", s.Code, s.Out, s.Err)
	}
	b.Write("config.yaml", conf)
	b.Must("config", "check")
	// Of the digest's three, one was told before; of the weekly three, two.
	first := b.Sync()[0]
	if first.New != 12 || first.Refused != 2 {
		t.Errorf("first collection: %+v", first)
	}
	for query, want := range map[string][4]string{
		`text:"open tomorrow" kind:comment`: {"comment", "Léa Moreau", "told:pinterest:/pin/123456789012345678", "https://www.pinterest.com/pin/123456789012345678/?comment_id=5001"},
		`text:"which bulb"`:                 {"comment", "Tom Kraus", "told:pinterest:/pin/323456789012345678", "https://www.pinterest.com/pin/323456789012345678/?comment_id=5003"},
		`text:dehors`:                       {"comment", "Jérôme Petit", "told:wordpress:https://blog.nordlys.example/2026/11/quelle-ampoule/", "https://blog.nordlys.example/2026/11/quelle-ampoule/"},
		`text:geöffnet`:                     {"dm", "Léa Moreau", "told:xing:/chats/5001-42", "https://www.xing.com/chats/5001-42"},
		`text:oslo`:                         {"comment", "Léa Moreau", "told:loom:https://loom.example/posts/88", "https://loom.example/posts/88#c5"},
		`text:clignote kind:watch`:          {"watch", "forum.example", "told:alerti:https://forum.example/t/12", "https://forum.example/t/12"},
	} {
		r := b.One(query + " is:any")
		if got := [4]string{r.Kind, r.Author.Name, r.Thread, r.URL}; got != want {
			t.Errorf("%s: %q, want %q", query, got, want)
		}
	}
	before := b.Must("export")
	deliver()
	if again := b.Sync()[0]; again.New+again.Edited+again.Deleted != 0 || b.Must("export") != before {
		t.Errorf("again: %+v", again)
	}
	m.forged(b)
	m.linkedOut(b)
	if n := len(m.Handed()); n != 0 {
		t.Errorf("%d mails were handed over", n)
	}
}

// forged claims to be of a network.
func (m *Mailbox) forged(b *Box) {
	m.t.Helper()
	r := b.One("is:suspect")
	if r.URL != "" || r.Kind != "dm" || !strings.HasPrefix(r.Thread, "forged-en.") {
		m.t.Errorf("the forged one: %+v", r)
	}
	if s := b.Run("reply", r.ID, "--text", "Yes!", "--hold", "0s"); s.Code == 0 || !strings.Contains(s.Err, "nothing proves") {
		m.t.Errorf("the forged one was answered, exit %d: %s%s", s.Code, s.Out, s.Err)
	}
}

// linkedOut is answered on the network, and vigie keeps the word of who did.
func (m *Mailbox) linkedOut(b *Box) {
	m.t.Helper()
	for _, query := range []string{`text:"open tomorrow" kind:comment`, "text:geöffnet"} {
		r := b.One("is:any " + query)
		if s := b.Run("reply", r.ID, "--text", "Yes!", "--hold", "0s"); s.Code == 0 || !strings.Contains(s.Err, "on the network itself") {
			m.t.Errorf("it was answered here, exit %d: %s%s", s.Code, s.Out, s.Err)
		}
		b.Must("moderate", r.ID, "read")
		b.Must("answered", r.ID, "Yes, from nine.")
		if r = b.One("is:any id:" + r.ID); r.State != "theirs" {
			m.t.Errorf("after it was answered: %+v", r)
		}
	}
	Until(m.t, "the mails are marked as read", func() bool { return m.Search("INBOX", "SEEN") == 2 })
}
