package mail

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"vigie/connectors/mail/notice"
	"vigie/inbox"
	"vigie/inbox/text"
)

// messages is what a mail becomes: one message, or as many as the things that
// a network tells by it; else why it is refused.
func (r *reading) messages(l *letter) ([]inbox.Message, string, error) {
	from := l.writers()
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
	at := place{remote: remote, sum: digest(said), conversation: conversation, folder: r.folder, validity: r.validity, uid: l.uid}
	claims := !r.sent && r.c.ours(from[0].address) // anybody can write our name
	if claims {
		if copied, err := r.copied(l, said); err != nil || copied {
			return nil, "", err
		}
	}
	r.c.index.put(id, at)
	var tells notice.Reading
	if !r.sent && !claims {
		if tells = r.c.notices.Parse(r.mail(l, from[0], said, id)); tells.Verdict == notice.Read {
			return r.told(l, tells.Notices), "", nil
		}
	}
	parent, rest, err := r.folded(l, said)
	if err != nil {
		return nil, "", err
	}
	title := text.CleanLine(cut(l.subject().String(), maxTitle))
	switch {
	case strings.TrimSpace(said) == "" && len(l.plan.media) == 0: // some say all in the subject
		rest = title.String()
	case rest == said: // nothing of it is folded away
		rest = l.shown()
	}
	m := inbox.Message{
		Remote: remote, Parent: parent, Conversation: conversation, Kind: inbox.KindDM, At: r.at(l),
		Author: inbox.Author{
			ID: from[0].address, Handle: text.CleanLine(from[0].address), Name: text.CleanLine(from[0].name), URL: reach(l.head, r.sent),
		},
		To:   r.others(l, from[0]),
		Text: text.Clean(strings.TrimRight(rest, " \t\r\n")), Media: l.plan.media, Outgoing: r.sent, Auto: automatic(l.head, r.sent),
		Post: &inbox.Post{ID: conversation, Text: title},
	}
	switch {
	case !r.sent && l.borrowed():
		m.Author.ID, m.Author.URL, m.Status = unproven+from[0].address, "", inbox.StatusSuspect
	case tells.Verdict == notice.Suspect:
		m.Author.URL, m.Status = "", inbox.StatusSuspect
	}
	return []inbox.Message{m}, r.doubt(l, tells), nil
}

// doubt is why a network's mail stays a mail; "": it does not, or is none.
func (r *reading) doubt(l *letter, tells notice.Reading) string {
	switch {
	case tells.Verdict == notice.Suspect && r.c.authserv == "":
		return fmt.Sprintf("nothing proves that it is of %s: the account lacks authserv (the mail says %q)", tells.Network, l.signer())
	case tells.Verdict == notice.Unread:
		return fmt.Sprintf("not understood, it stays a mail (of %s since the start: %d)", tells.Network, r.c.notices.NotUnderstood()[tells.Network])
	}
	return ""
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

// unproven begins the ids of those who wrote in our name, as far as anybody can
// tell: no address begins so.
const unproven = "unproven:"

// others are who else got a mail; of one of ours, who got it.
func (r *reading) others(l *letter, from person) (out []text.Safe) {
	for _, p := range append(l.people("to"), l.people("cc")...) {
		to := text.CleanLine(p.address)
		if len(out) < inbox.MostTo && !r.c.ours(p.address) && p.address != from.address && !slices.Contains(out, to) {
			out = append(out, to)
		}
	}
	return out
}

// reach is where the author can be written to; "": nowhere.
func reach(h head, own bool) string {
	if own || h.machine() {
		return ""
	}
	return "mailto:" + h.replyTo().address
}

// automatic says whether a machine wrote a mail.
func automatic(h head, own bool) inbox.Auto {
	switch {
	case own || !h.machine():
		return inbox.ByHand
	case h.replies():
		return inbox.AutoReply
	}
	return inbox.AutoNews
}

// at is when a mail came. One that comes now is of now, whatever its writer's
// clock says, and none comes from the future.
func (r *reading) at(l *letter) time.Time {
	arrived, now := l.arrived, r.c.env.Clock.Now()
	if arrived.IsZero() || arrived.After(now.Add(time.Hour)) {
		arrived = now
	}
	if r.live && !r.sent {
		return arrived.UTC()
	}
	return l.at(arrived, r.sent)
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
		return parent, said[:begin], nil
	}
	places := belows(said)
	if !there || len(places) == 0 {
		return parent, said, nil
	}
	sum, err := r.sumOf(parents[0], r.s.sent, r.folder)
	if err != nil {
		return "", said, err
	}
	for _, p := range places {
		if sum != "" && digest(p.quote) == sum {
			return parent, said[:p.begin], nil
		}
	}
	return parent, said, nil
}

// mail is a mail as the parsers of notifications read it.
func (r *reading) mail(l *letter, from person, said, id string) notice.Mail {
	return notice.Mail{
		From: from.address, FromName: from.name, Subject: l.decoded("subject").String(), Date: l.at(l.arrived, true), MessageID: id,
		Text: said, HTML: l.html(), Head: func(name string) string { return l.decoded(name).String() },
		Proven: l.proven(r.c.authserv),
	}
}
