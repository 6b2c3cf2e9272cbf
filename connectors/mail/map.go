package mail

import (
	"strings"

	"vigie/connectors/mail/notice"
	"vigie/inbox"
	"vigie/inbox/text"
)

// messages is what a mail becomes: one message, or as many as the things that
// a network tells by it; else why it is refused.
func (r *reading) messages(l *letter) ([]inbox.Message, string, error) {
	from, ok := l.writer()
	if !ok {
		return nil, "it names nobody who wrote it", nil
	}
	own, forged := r.sent, false
	if !own && r.c.ours(from.address) {
		copied, err := r.fromHere(l)
		if copied || err != nil {
			return nil, "", err
		}
		own = l.proven(r.c.authserv)(r.c.domain())
		forged = !own // anybody can write our name
	}
	id, err := r.named(l)
	if err != nil {
		return nil, "", err
	}
	if forged {
		id = l.hash()
	}
	conversation, err := r.belongs(l, id)
	if err != nil {
		return nil, "", err
	}
	r.c.index.put(id, place{conversation, r.folder, r.validity, l.uid, l.mark()})
	said := l.text()
	var tells notice.Reading
	if !own && !forged {
		if tells = r.c.notices.Parse(r.mail(l, from, said, id)); tells.Verdict == notice.Read {
			return r.told(l, tells.Notices), "", nil
		}
	}
	if said, err = r.folded(l, said); err != nil {
		return nil, "", err
	}
	m := inbox.Message{
		Remote: id, Conversation: conversation, Kind: inbox.KindDM, At: r.at(l),
		Author: inbox.Author{
			ID: from.address, Handle: text.CleanLine(from.address), Name: text.CleanLine(from.name), URL: reach(l.head, own, conversation != id),
		},
		Text: text.Clean(strings.TrimRight(said, " \t\r\n")), Media: l.plan.media, Outgoing: own,
		Post: &inbox.Post{ID: conversation, Text: l.subject()},
	}
	if parents := l.ids("in-reply-to"); len(parents) > 0 {
		m.Parent = parents[0]
	}
	if forged {
		m.Author.ID, m.Author.URL, m.Status = unproven+from.address, "", inbox.StatusSuspect
	}
	if tells.Verdict == notice.Suspect {
		m.Status, m.Author.URL = inbox.StatusSuspect, ""
	}
	why := ""
	if tells.Verdict == notice.Unread {
		why = "a notification of " + string(tells.Network) + " that is not understood: it stays a mail"
	}
	return []inbox.Message{m}, why, nil
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

// reach is where the author can be written to; "": nowhere. A machine's word
// within a conversation does not end it.
func reach(h head, own, within bool) string {
	if own || h.machine() && !(within && h.passing()) {
		return ""
	}
	return "mailto:" + h.replyTo()
}

// domain is that of our address.
func (c *connector) domain() string {
	return strings.ToLower(c.me.Address[strings.LastIndexByte(c.me.Address, '@')+1:])
}

// folded is what a mail says without what it quotes at its end, when that can
// be read anyway.
func (r *reading) folded(l *letter, said string) (string, error) {
	begin, ok := quotedTail(said)
	if !ok {
		return said, nil
	}
	parents := l.ids("in-reply-to")
	if len(parents) == 0 {
		return said, nil
	}
	there, err := r.there(parents[0])
	if err != nil || !there {
		return said, err
	}
	return said[:begin], nil
}

// mail is a mail as the parsers of notifications read it.
func (r *reading) mail(l *letter, from person, said, id string) notice.Mail {
	return notice.Mail{
		From: from.address, FromName: from.name, Subject: l.decoded("subject").String(), Date: r.at(l), MessageID: id,
		Text: said, HTML: l.html(), Head: func(name string) string { return l.decoded(name).String() },
		Proven: l.proven(r.c.authserv),
	}
}
