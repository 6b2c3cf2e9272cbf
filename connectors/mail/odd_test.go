package mail

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"vigie/inbox"
)

// oddMails are mails of people whose programs have ways of their own.
func oddMails() map[string]string {
	const photo = "Content-Type: image/png; name=broken.png\nContent-ID: <x>\nContent-Transfer-Encoding: base64\n\niVBORw==\n"
	var crowd strings.Builder
	for i := range 1500 {
		fmt.Fprintf(&crowd, " \"Somebody of number %d, with a long name\" <%d@list.example>,\n", i, i)
	}
	return map[string]string{
		"a photo among the words": "Content-Type: multipart/related; boundary=R\n\n--R\nContent-Type: multipart/alternative; boundary=A\n\n" +
			"--A\nContent-Type: text/plain\n\nIt came so:\n--A\nContent-Type: text/html\n\n<p>It came so: <img src=\"cid:x\"></p>\n--A--\n--R\n" + photo + "--R--\n",
		"a photo in the HTML": "Content-Type: multipart/alternative; boundary=A\n\n--A\nContent-Type: text/plain\n\nIt came so:\n--A\nContent-Type: multipart/related; boundary=R\n\n" +
			"--R\nContent-Type: text/html\n\n<p>It came so: <img src=\"cid:x\"></p>\n--R\n" + photo + "--R--\n--A--\n",
		"a text with a file's name": "Content-Type: multipart/mixed; boundary=M\n\n--M\nContent-Type: text/plain; name=body.txt\nContent-Disposition: inline; filename=body.txt\n\nIt came so:\n" +
			"--M\nContent-Type: text/plain; name=notes.txt\nContent-Disposition: inline; filename=notes.txt\n\nnotes\n--M\n" + photo + "--M--\n",
		"a scanner's line in another charset": "Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 8bit\n\nWhere is No\u00ebl\u2019s parcel?\n-- \nv\xe9rifi\xe9\n",
		"another charset, told as UTF-8":      "Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 8bit\n\nL\x92\xe9t\xe9 \x93chaud\x94 \x80\n",
		"all in the subject":                  "Subject: Re: Closed on Monday?\nContent-Type: text/plain\n\n\n",
		"a crowd before the writer":           "To:" + crowd.String() + " last@list.example\nSubject: Hello\n\nTo all of you",
	}
}

func TestOddMails(t *testing.T) {
	for name, want := range map[string]struct{ text, media string }{
		"a photo among the words":             {"It came so:", "image broken.png"},
		"a photo in the HTML":                 {"It came so:", "image broken.png"},
		"a text with a file's name":           {"It came so:", "file notes.txt, image broken.png"},
		"a scanner's line in another charset": {"Where is Noël’s parcel?\n-- \nvérifié", ""},
		"another charset, told as UTF-8":      {"L’été “chaud” €", ""},
		"all in the subject":                  {"Closed on Monday?", ""},
		"a crowd before the writer":           {"To all of you", ""},
	} {
		t.Run(name, func(t *testing.T) {
			n := newNetwork(t, false)
			head, body, _ := strings.Cut(oddMails()[name], "\n\n")
			n.server.Deliver(ourAccount, []byte(strings.ReplaceAll(head+"\nFrom: lea@post.example\nMessage-ID: <odd@x>\n\n"+body, "\n", "\r\n")))
			c := n.open()
			defer c.Close()
			got, _, _ := n.all(c, "", time.Hour)
			if len(got) != 1 {
				t.Fatalf("%d messages", len(got))
			}
			var media []string
			for _, m := range got[0].Media {
				media = append(media, m.Kind+" "+m.Alt.String())
			}
			if got[0].Text.String() != want.text || strings.Join(media, ", ") != want.media {
				t.Errorf("%q with %q, want %q with %q", got[0].Text, media, want.text, want.media)
			}
			if len(got[0].To) > inbox.MostTo || slices.Contains(media, "") {
				t.Errorf("to %d people, %q", len(got[0].To), media)
			}
		})
	}
}

// That somebody is away is told in many ways.
func TestAway(t *testing.T) {
	for _, lines := range []string{
		"Subject: Abwesenheitsnotiz: Bestellung\nX-Auto-Response-Suppress: All\nIn-Reply-To: <a@x>",
		"Subject: =?utf-8?Q?Hans_Meier_ist_au=C3=9Fer_Haus_=28R=C3=BCckkehr_am_30=2E11=2E=29?=\nAuto-Submitted: auto-generated\nIn-Reply-To: <a@x>",
		"Subject: Automatische Antwort: Bestellung\nAuto-Submitted: auto-generated\nX-Auto-Response-Suppress: All\nReferences: <a@x>",
	} {
		if h := readHead([]byte("From: a@b.example\n" + lines + "\n\n")); !h.machine() || !h.replies() {
			t.Errorf("%q: a machine's: %t, an answer: %t", lines, h.machine(), h.replies())
		}
	}
	if readHead([]byte("From: a@b.example\nSubject: Absence de ma fille\n\n")).replies() {
		t.Error("a person's mail counts as a machine's")
	}
}

// A copy of a mail of ours that lacks the proof changes nothing of the one that
// has it.
func TestCopyWithoutProof(t *testing.T) {
	n := newNetwork(t, false)
	n.access.Settings["authserv"] = "mx.nordlys.example"
	mail := from(ourselfs, morning, "news@nordlys.example", "Subject: News\n", "We open on Sunday.")
	n.server.Deliver(ourAccount, append([]byte("Authentication-Results: mx.nordlys.example; dkim=pass header.d=nordlys.example\r\n"), mail...))
	c := n.open()
	defer func() { _ = c.Close() }()
	first, at, _ := n.all(c, "", time.Hour)
	n.server.Deliver(ourAccount, mail)
	_ = c.Close()
	c = n.open()
	forged, _, _ := n.all(c, at, time.Hour)
	if len(first) != 1 || first[0].Status != "" || len(forged) != 1 || forged[0].Status != inbox.StatusSuspect || forged[0].Remote == first[0].Remote {
		t.Fatalf("%+v\n%+v", first, forged)
	}
	for _, m := range []inbox.Message{first[0], forged[0]} {
		if _, err := c.Do(t.Context(), inbox.Action{Kind: inbox.ActTrash, Key: "K", Target: m.Remote, Conversation: m.Conversation, ThreadKind: inbox.KindDM}); err != nil {
			t.Errorf("to the bin with %q: %v", m.Remote, err)
		}
	}
	if in := n.lies(c.(*connector), inboxName); in != 0 {
		t.Errorf("%d mails are still in INBOX", in)
	}
}
