package mail

import (
	"errors"
	"strings"
	"time"

	"github.com/emersion/go-imap/v2"

	"vigie/inbox"
)

const (
	// unproven begins the ids of those who wrote in our name, as far as anybody
	// can tell: no address begins so.
	unproven = "unproven:"
	// maxWay is how long a mail may be on its way: senders give up before
	// (RFC 5321, 4.5.4.1).
	maxWay = 6 * 24 * time.Hour
	// maxHashed is how many of a folder's newest mails are read to find one that
	// has no Message-ID of its own.
	maxHashed = 300
)

// writer is who a mail says wrote it.
func (h head) writer() (person, bool) {
	for _, name := range []string{"from", "sender"} {
		if list := h.people(name); len(list) > 0 {
			return list[0], true
		}
	}
	return person{}, false
}

// mark tells mails of one Message-ID apart: two copies of a mail have the same.
func (h head) mark() string {
	who, _ := h.writer()
	return who.address + "\n" + h.get("date")
}

// named is the id that a mail is kept by: not its Message-ID when that is
// another mail's, which it would stand for. Programs that give all mails the
// same one exist, and so do those who mean it.
func (r *reading) named(l *letter) (string, error) {
	id := l.id(r.c.domain())
	if strings.HasPrefix(id, hashed) {
		return id, nil
	}
	if p, ok := r.c.index.get(id); ok {
		if p.mark != "" && p.mark != l.mark() {
			id = l.hash()
		}
		return id, nil
	}
	if !r.live || l.uid < 2 {
		return id, nil // what is before it was read by this process
	}
	if err := r.s.at(r.folder); err != nil {
		return "", err
	}
	criteria := byID(id)
	criteria.UID = []imap.UIDSet{span(1, l.uid-1)}
	before, err := r.s.search(criteria)
	if err != nil || len(before) == 0 {
		return id, err
	}
	first, err := r.s.heads(before[:1])
	if err == nil && len(first) == 1 && first[0].mark() != l.mark() {
		id = l.hash()
	}
	return id, err
}

// fromHere reports whether a mail that names us as its writer is a copy of one
// in the folder of sent mails, which tells what we wrote.
func (r *reading) fromHere(l *letter) (bool, error) {
	ids := l.ids("message-id")
	if len(ids) == 0 || r.s.sent == "" {
		return false, nil
	}
	if p, ok := r.c.index.get(ids[0]); ok && p.folder == r.s.sent {
		return true, nil
	}
	there, err := r.c.filed(r.s, ids[0])
	return there, errors.Join(err, r.s.at(r.folder))
}

// at is when a mail was written. One that comes now was written lately,
// whatever its writer's clock says, and none comes from the future.
func (r *reading) at(l *letter) time.Time {
	arrived, now := l.arrived, r.c.env.Clock.Now()
	if arrived.IsZero() || arrived.After(now.Add(time.Hour)) {
		arrived = now
	}
	at := l.head.at(arrived)
	if r.live && !r.sent && at.Before(arrived.Add(-maxWay)) {
		return arrived.UTC()
	}
	return at
}

// by keeps those of some mails of the selected folder that somebody wrote; "":
// all of them.
func (s *session) by(author string, uids []imap.UID) ([]imap.UID, error) {
	author = strings.TrimPrefix(author, unproven)
	if author == "" || len(uids) == 0 {
		return uids, nil
	}
	list, err := s.heads(uids[:min(len(uids), mostLimit)])
	if err != nil {
		return nil, err
	}
	var out []imap.UID
	for _, l := range list {
		if who, ok := l.writer(); ok && who.address == author {
			out = append(out, l.uid)
		}
	}
	return out, nil
}

// uidOfHashed looks in the selected folder for a mail that is known by a hash
// of its head: it may be known where, else the newest mails are read.
func (c *connector) uidOfHashed(s *session, id, folder string) (imap.UID, error) {
	criteria := &imap.SearchCriteria{}
	p, known := c.index.get(id)
	if known = known && p.folder == folder && p.validity == s.data.UIDValidity; known {
		criteria.UID = []imap.UIDSet{span(p.uid, p.uid)}
	}
	uids, err := s.search(criteria)
	if err != nil || len(uids) == 0 {
		return 0, err
	}
	if known {
		return uids[0], nil
	}
	list, err := s.heads(uids[max(0, len(uids)-maxHashed):])
	if err != nil {
		return 0, err
	}
	for _, l := range list {
		if l.hash() == id {
			return l.uid, nil
		}
	}
	return 0, nil
}

// forged reports whether an act answers who wrote in our name.
func forged(a inbox.Action) bool { return strings.HasPrefix(a.Author, unproven) }
