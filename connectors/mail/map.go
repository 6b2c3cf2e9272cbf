package mail

import (
	"fmt"
	"cmp"
	"strings"

	"vigie/connectors/mail/notice"
	"vigie/inbox"
	"vigie/inbox/text"
)

// messages is what a mail becomes: one message, or as many as the things that
// a network tells by it; else why it is refused.
func (r *reading) messages(l *letter) ([]inbox.Message, string, error) {
	from := l.people("from")
	if len(from) == 0 {
		from = l.people("sender")
	}
	if len(from) == 0 {
		return nil, "it names nobody who wrote it", nil
	}
	remote := l.remote(r.sent)
	id := cmp.Or(l.messageID(), remote)
	conversation, err := r.belongs(l, id)
	if err != nil {
		return nil, "", err
	}
	said := l.text()
	at := place{remote: remote, conversation: conversation, folder: r.folder, validity: r.validity, uid: l.uid}
	if r.sent {
		at.sum = digest(said)
	}
	claims := !r.sent && r.c.ours(from[0].address) // anybody can write our name
	if claims {
		if copied, err := r.copied(l, said); err != nil || copied {
			return nil, "", err
		}
	}
	r.c.index.put(id, at)
	verdict := notice.Ordinary
	if !r.sent && !claims {
		var told []notice.Notice
		if told, verdict = r.c.notices.Parse(r.mail(l, from[0], said, id)); verdict == notice.Read {
			return r.told(l, told), "", nil
		}
	}
	parent, said, err := r.folded(l, said)
	if err != nil {
		return nil, "", err
	}
	m := inbox.Message{
		Remote: remote, Parent: parent, Conversation: conversation, Kind: inbox.KindDM, At: l.at(l.arrived, r.sent),
		Author: inbox.Author{
			ID: from[0].address, Handle: text.CleanLine(from[0].address), Name: text.CleanLine(from[0].name), URL: reach(l.head, r.sent),
		},
		Text: text.Clean(strings.TrimRight(said, " \t\r\n")), Media: l.plan.media, Outgoing: r.sent,
		Post: &inbox.Post{ID: conversation, Text: l.subject()},
	}
	if verdict == notice.Suspect || claims && !l.proven(r.c.authserv)(r.c.domain()) {
		m.Status = inbox.StatusSuspect
	}
	return []inbox.Message{m}, "", nil
}

// belongs names the conversation: that of the mail that came back, for a
// bounce.
func (r *reading) belongs(l *letter, id string) (string, error) {
	if l.bounce() {
		if back := l.original.ids("message-id"); len(back) > 0 {
			if p, ok := r.c.index.get(back[0]); ok {
				return p.conversation, nil
			}
			return r.conversation(l.original, back[0])
		}
	}
	return r.conversation(l.head, id)
}

// reach is where the author can be written to; "": nowhere.
func reach(h head, own bool) string {
	if own || h.machine() {
		return ""
	}
	return "mailto:" + h.replyTo()
}

// domain is that of our address.
func (c *connector) domain() string {
	return strings.ToLower(c.me.Address[strings.LastIndexByte(c.me.Address, '@')+1:])
}

// folded is what a mail answers, and what it says without what it quotes at its
// end, when that can be read anyway.
func (r *reading) folded(l *letter, said string) (parent, rest string, err error) {
	parents := l.ids("in-reply-to")
	if len(parents) == 0 {
		return "", said, nil
	}
	parent, there, err := r.parent(parents[0])
	if err != nil {
		return "", said, err
	}
	if begin, ok := quotedTail(said); ok && there {
		said = said[:begin]
	}
	return parent, said, nil
}

// mail is a mail as the parsers of notifications read it.
func (r *reading) mail(l *letter, from person, said, id string) notice.Mail {
	return notice.Mail{
		From: from.address, FromName: from.name, Subject: l.decoded("subject").String(), Date: l.at(l.arrived, false), MessageID: id,
		Text: said, HTML: l.html(), Head: func(name string) string { return l.decoded(name).String() },
		Proven: l.proven(r.c.authserv),
	}
}

// told is what a network tells by a mail. It is answered there, where the link
// leads.
func (r *reading) told(l *letter, list []notice.Notice) []inbox.Message {
	var out []inbox.Message
	for _, n := range list {
		network := text.CleanLine(string(n.Network)).String() + ":"
		m := inbox.Message{
			Remote: network + text.CleanLine(n.Item).String(), Conversation: network + text.CleanLine(n.Conversation).String(),
			Kind: n.Kind, At: n.At.UTC(), Text: text.Clean(n.Text),
			Author: inbox.Author{ID: network + text.CleanLine(n.Author).String(), Handle: text.CleanLine(n.Author), Name: text.CleanLine(n.AuthorName)},
		}
		if n.At.IsZero() {
			m.At = l.at(l.arrived, false)
		}
		if link, ok := text.URL(n.Link); ok {
			m.URL = link
		}
		if n.Post != "" || n.PostID != "" {
			m.Post = &inbox.Post{ID: network + text.CleanLine(cmp.Or(n.PostID, n.Conversation)).String(), Text: text.CleanLine(n.Post)}
		}
		out = append(out, m)
	}
	return out
}
