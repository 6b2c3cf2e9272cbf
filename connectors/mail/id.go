package mail

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"net/mail"
	"slices"
	"strings"
	"time"

	"github.com/emersion/go-imap/v2"

	"vigie/inbox"
)

const (
	// hashed begins what a mail without a Message-ID is known by: the day that it
	// tells and a hash of its head.
	hashed = "head:"
	noDay  = "00000000"
	// stamped stands between a Message-ID and who and when; no Message-ID holds it.
	stamped = " "
	// borrows ends what a mail is known by that says to be ours, and nothing
	// proves it: a copy of one of ours changes nothing of that.
	borrows = "?"
	// maxSame is how many mails that claim to be the same are looked at, and
	// maxDay how many of a day.
	maxSame = 20
	maxDay  = 2000
)

// messageID is a mail's Message-ID; "": it has none that can be trusted to name
// it.
func (h head) messageID() string {
	if ids := h.ids("message-id"); len(ids) > 0 && h.count("message-id") == 1 {
		return ids[0]
	}
	return ""
}

// remote is what a mail is known by. Anybody can write any Message-ID, and
// whoever had a mail of somebody knows theirs, with who wrote it and when: so a
// hash stands behind it of what its head says, whether a machine wrote it, and how
// its body begins; but in the folder of sent mails, which is ours alone. No
// later mail takes an earlier one's place, unless it says the same. It is the
// same after every restart and wherever the mail is moved.
func (h head) remote(sent bool) string {
	id, end := h.messageID(), ""
	if !sent && h.borrowed() {
		end = borrows
	}
	switch {
	case id == "":
		day := noDay
		if date, err := mail.ParseDate(strings.TrimSpace(h.get("date"))); err == nil && date.Year() > 1900 && date.Year() < 10000 {
			day = date.Format("20060102")
		}
		from := "outside\n"
		if sent {
			from = "ours\n"
		}
		return hashed + day + ":" + h.hash(16, from, h.raw) + end
	case sent:
		return id
	}
	var said strings.Builder
	for _, name := range []string{"from", "date", "reply-to", "subject", "in-reply-to", "references", "content-type", "content-transfer-encoding"} {
		value := strings.Join(strings.Fields(h.get(name)), " ")
		if name == "content-type" {
			value = newMarks().learn(value)
		}
		said.WriteString(value + "\n")
	}
	fmt.Fprintln(&said, h.machine(), h.replies())
	return id + stamped + h.hash(8, "", []byte(said.String())) + end
}

// hash is so many bytes of a hash of what a head says and of how the mail's
// body begins. What stands between the parts of a body does not count.
func (h head) hash(size int, from string, what []byte) string {
	sum := sha256.New()
	sum.Write([]byte(from))
	sum.Write(what)
	m := newMarks()
	m.learn(h.get("content-type"))
	for line := range bytes.Lines(h.lead) {
		if said := m.said(strings.TrimSpace(string(line))); said != "" {
			sum.Write([]byte("\n" + said))
		}
	}
	return hex.EncodeToString(sum.Sum(nil)[:size])
}

// bare is the Message-ID in what a mail is known by, and whether it is a mail
// of ours.
func bare(remote string) (id string, ours bool) {
	id, _, theirs := strings.Cut(remote, stamped)
	return id, !theirs && !strings.HasPrefix(remote, hashed) && !strings.HasPrefix(remote, toldMark)
}

// find selects the first of some folders that holds a mail and gives its UID
// there; ErrGone when none does.
func (c *connector) find(s *session, remote string, folders []string) (string, imap.UID, error) {
	for _, folder := range folders {
		if _, err := s.choose(folder); refuses(folder, err) {
			continue
		} else if err != nil {
			return "", 0, err
		}
		uid, err := c.uidOf(s, remote, folder)
		if err != nil || uid != 0 {
			return folder, uid, err
		}
	}
	return "", 0, fmt.Errorf("mail %q: %w", remote, inbox.ErrGone)
}

// uidOf looks for a mail in the selected folder; 0: it is not there.
func (c *connector) uidOf(s *session, remote, folder string) (imap.UID, error) {
	switch {
	case strings.HasPrefix(remote, toldMark):
		return c.uidOfTold(s, remote, folder)
	case strings.HasPrefix(remote, hashed):
		return c.uidOfHashed(s, remote, folder)
	}
	id, _ := bare(remote)
	if !soundID(id) {
		return 0, nil
	}
	uids, err := s.search(byID(id))
	if err != nil {
		return 0, err
	}
	if over := len(uids) - maxSame; over > 0 {
		uids = uids[over:]
	}
	return s.known(remote, folder, uids)
}

// known is the newest of some mails of the selected folder that is known by
// that; 0: none.
func (s *session) known(remote, folder string, uids []imap.UID) (imap.UID, error) {
	for chunk := range slices.Chunk(uids, mostLimit) {
		list, err := s.heads(chunk)
		if err != nil {
			return 0, err
		}
		for _, l := range slices.Backward(list) {
			if l.remote(folder == s.sent) == remote {
				return l.uid, nil
			}
		}
	}
	return 0, nil
}

// uidOfHashed looks for a mail without a Message-ID: where it was read, else
// among those of its day.
func (c *connector) uidOfHashed(s *session, remote, folder string) (imap.UID, error) {
	var uids []imap.UID
	if p, ok := c.index.get(remote); ok && p.folder == folder && p.validity == s.data.UIDValidity {
		uids = []imap.UID{p.uid}
	}
	if uid, err := s.known(remote, folder, uids); err != nil || uid != 0 {
		return uid, err
	}
	nameless := imap.SearchCriteria{Header: []imap.SearchCriteriaHeaderField{{Key: "Message-ID"}}}
	ofDay := &imap.SearchCriteria{}
	day, _, _ := strings.Cut(strings.TrimPrefix(remote, hashed), ":")
	if at, err := time.Parse("20060102", day); err == nil {
		ofDay.SentSince, ofDay.SentBefore = at.AddDate(0, 0, -1), at.AddDate(0, 0, 2)
	} else if day != noDay {
		return 0, nil
	}
	narrow := *ofDay
	narrow.Not = []imap.SearchCriteria{nameless}
	for _, criteria := range []*imap.SearchCriteria{&narrow, ofDay} {
		uids, err := s.search(criteria)
		if err != nil {
			return 0, err
		}
		if over := len(uids) - maxDay; over > 0 {
			uids = uids[over:]
		}
		if uid, err := s.known(remote, folder, uids); err != nil || uid != 0 {
			return uid, err
		}
	}
	return 0, nil
}

// parent tells what the mail of a Message-ID is known by, and whether it can be
// read in vigie: it was fetched, or lies where it will be.
func (r *reading) parent(id string) (remote string, there bool, err error) {
	if p, ok := r.c.index.get(id); ok {
		return p.remote, true, nil
	}
	if r.lookups <= 0 {
		return id, false, nil
	}
	r.lookups--
	defer func() { err = errors.Join(err, r.s.at(r.folder)) }()
	for i, folder := range []string{r.folder, r.s.sent, inboxName} {
		if folder == "" || i > 0 && folder == r.folder {
			continue
		}
		h, found, err := r.s.headOf(id, folder)
		if err != nil {
			return id, false, err
		}
		if found {
			return h.remote(folder == r.s.sent), true, nil
		}
	}
	return id, false, nil
}

// copied reports whether a mail that came with our name on it says what a sent
// mail of ours says: then it is a copy and nothing new.
func (r *reading) copied(l *letter, said string) (bool, error) {
	id := l.messageID()
	if id == "" || r.s.sent == "" {
		return false, nil
	}
	sum, err := r.sumOf(id, r.s.sent)
	return sum == digest(said), err
}

// sumOf is the digest of what the mail of a Message-ID says, in the first of
// some folders that has it; "": that is not known.
func (r *reading) sumOf(id string, folders ...string) (sum string, err error) {
	if p, ok := r.c.index.get(id); ok && p.sum != "" && slices.Contains(folders, p.folder) {
		return p.sum, nil
	}
	if r.lookups <= 0 {
		return "", nil
	}
	r.lookups--
	defer func() { err = errors.Join(err, r.s.at(r.folder)) }()
	for _, folder := range folders {
		if folder == "" {
			continue
		}
		if err := r.s.at(folder); err != nil {
			return "", err
		}
		uids, err := r.s.search(byID(id))
		if err != nil {
			return "", err
		}
		if len(uids) == 0 {
			continue
		}
		list, err := r.s.heads(uids[:1])
		if err != nil || len(list) == 0 {
			return "", err
		}
		if err := r.s.bodies(list); err != nil {
			return "", err
		}
		return digest(list[0].text()), nil
	}
	return "", nil
}

// digest is a short hash of what a mail says.
func digest(said string) string {
	sum := sha256.Sum256([]byte(strings.Join(strings.Fields(said), " ")))
	return string(sum[:8])
}
