package mail

import (
	"cmp"
	"strings"

	"github.com/emersion/go-imap/v2"

	"vigie/connectors/mail/notice"
	"vigie/inbox"
	"vigie/inbox/text"
)

// toldMark begins the ids of what a network told by a mail: those of mails do
// not begin so.
const toldMark = "told:"

// maxTold is how many mails of a network are read to find the one that told
// something.
const maxTold = 100

// told is what a network tells by a mail. It is answered there, where the link
// leads: its author has no address here.
func (r *reading) told(l *letter, list []notice.Notice) []inbox.Message {
	var out []inbox.Message
	for _, n := range list {
		network := toldMark + text.CleanLine(string(n.Network)).String() + ":"
		m := inbox.Message{
			Remote: network + text.CleanLine(n.Item).String(), Conversation: network + text.CleanLine(n.Conversation).String(),
			Kind: n.Kind, At: n.At.UTC(), Text: text.Clean(n.Text),
			Author: inbox.Author{ID: network + text.CleanLine(n.Author).String(), Handle: text.CleanLine(n.Author[strings.LastIndexByte(n.Author, '/')+1:]), Name: text.CleanLine(n.AuthorName)},
		}
		if n.At.IsZero() {
			m.At = l.at(l.arrived, true)
		}
		if link, ok := text.URL(n.Link); ok {
			m.URL = link
		}
		m.Post = &inbox.Post{
			ID:   network + text.CleanLine(cmp.Or(n.PostID, n.Conversation)).String(),
			Text: text.CleanLine(strings.TrimSuffix(string(n.Network)+": "+n.Post, ": ")),
		}
		r.c.index.put(m.Remote, place{remote: m.Remote, conversation: m.Conversation, folder: r.folder, validity: r.validity, uid: l.uid})
		out = append(out, m)
	}
	return out
}

// uidOfTold looks in the selected folder for the mail by which something was
// told: it may be known, else the newest mails of its network are read.
func (c *connector) uidOfTold(s *session, id, folder string) (imap.UID, error) {
	known := func() imap.UID {
		if p, ok := c.index.get(id); ok && p.folder == folder && p.validity == s.data.UIDValidity {
			return p.uid
		}
		return 0
	}
	if uid := known(); uid != 0 {
		found, err := s.search(&imap.SearchCriteria{UID: []imap.UIDSet{span(uid, uid)}})
		if err != nil || len(found) > 0 {
			return uid, err
		}
	}
	network, item, _ := strings.Cut(strings.TrimPrefix(id, toldMark), ":")
	for _, from := range c.notices.Senders(inbox.Network(network), item) {
		uids, err := s.search(&imap.SearchCriteria{Header: []imap.SearchCriteriaHeaderField{{Key: "From", Value: from}}})
		if err != nil {
			return 0, err
		}
		if len(uids) == 0 {
			continue
		}
		r := &reading{c: c, s: s, folder: folder, validity: s.data.UIDValidity}
		var page inbox.Page
		if err := r.read(uids[max(0, len(uids)-maxTold):], &page); err != nil {
			return 0, err
		}
		for _, m := range page.Messages {
			if uid := known(); m.Remote == id && uid != 0 {
				return uid, nil
			}
		}
	}
	return 0, nil
}
