package mail

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"net"
	"slices"
	"time"

	"github.com/emersion/go-imap/v2"

	"vigie/inbox"
)

const (
	cursorVersion = 1
	maxCursor     = 64 << 10 // bytes
	usualLimit    = 50       // mails of a page
	mostLimit     = 100
	fetchTime     = 5 * time.Minute
	// poisoned is how often one mail's answer makes no sense, in quarters, before
	// it is refused and the others go on. That the server hangs up over it counts
	// for a quarter: it may be the line.
	poisoned = 12
)

// cursor is where each folder stands.
type cursor struct {
	V       int                 `json:"v"`
	Folders map[string]position `json:"f"`
}

// position is where one folder stands. While Upto is set, history is read: of
// the UIDs up to it only what came on Since or later.
type position struct {
	Validity uint32   `json:"v"`
	Last     imap.UID `json:"u"`
	Upto     imap.UID `json:"h,omitempty"`
	Since    string   `json:"s,omitempty"`
}

// readCursor reads a cursor; what cannot be read begins anew.
func readCursor(s string) cursor {
	var cur cursor
	if len(s) > maxCursor || json.Unmarshal([]byte(s), &cur) != nil || cur.V != cursorVersion || cur.Folders == nil {
		cur = cursor{Folders: map[string]position{}}
	}
	for name, p := range cur.Folders {
		if _, err := time.Parse(time.DateOnly, p.Since); p.Since != "" && err != nil {
			delete(cur.Folders, name)
		}
	}
	cur.V = cursorVersion
	return cur
}

func (cur cursor) String() string {
	b, _ := json.Marshal(cur) // words and numbers only
	return string(b)
}

// backlog is what a search gave and was not read yet, so that a large mailbox
// is searched once and not for every page.
type backlog struct {
	folder   string
	validity uint32
	after    imap.UID
	end      imap.UID // UIDs up to here were searched
	uids     []imap.UID
}

// trouble is a mail whose answer cannot be read, and how few are asked for at
// once to find it.
type trouble struct {
	limit int // 0: no trouble
	uid   imap.UID
	times int // in quarters, see poisoned
}

// Fetch reads the next page: sent mails first, so that what is answered is
// known, then INBOX and the other folders.
func (c *connector) Fetch(ctx context.Context, req inbox.FetchRequest) (inbox.Page, error) {
	if req.Stream != inbox.StreamMessages {
		return inbox.Page{}, fmt.Errorf("fetch %q: %w", req.Stream, inbox.ErrUnsupported)
	}
	bounded, cancel := context.WithTimeout(ctx, fetchTime)
	defer cancel()
	var page inbox.Page
	err := c.with(bounded, "read the mailbox", func(s *session) error {
		page = inbox.Page{}
		return c.page(s, req, &page)
	})
	if err != nil {
		if ctx.Err() == nil && bounded.Err() != nil {
			err = &inbox.RetryError{Err: errors.New("the mailbox takes too long")}
		}
		return inbox.Page{}, err
	}
	return page, nil
}

func (c *connector) page(s *session, req inbox.FetchRequest, page *inbox.Page) error {
	cur := readCursor(req.Cursor)
	limit := req.Limit
	if limit <= 0 {
		limit = usualLimit
	}
	limit = min(limit, mostLimit)
	if c.trouble.limit > 0 {
		limit = min(limit, c.trouble.limit)
	}
	folders := s.order()
	known := cursor{V: cursorVersion, Folders: map[string]position{}}
	for _, folder := range folders {
		known.Folders[folder] = cur.Folders[folder]
	}
	for _, folder := range []string{s.trash, s.junk} {
		if folder != "" {
			known.Folders[folder] = cur.Folders[folder]
		}
	}
	c.tellLacking(s, page)
	begun, err := c.goOn(s, known, limit, page)
	if err != nil {
		if err = c.without(c.todo.folder, err, page); err != nil {
			return err
		}
		c.todo = backlog{}
	}
	for _, folder := range folders {
		if begun {
			break
		}
		pos, err := c.folder(s, folder, known.Folders[folder], req, limit, page)
		if err != nil {
			if err = c.without(folder, err, page); err != nil {
				return err
			}
			continue
		}
		delete(c.shut, folder)
		known.Folders[folder] = pos
		if page.More {
			break
		}
	}
	if !page.More {
		if err := c.putAway(s, known, limit, page); err != nil {
			return fmt.Errorf("what was put away: %w", err)
		}
	}
	page.Messages = append(page.Messages, c.moved...)
	c.moved = nil
	maps.DeleteFunc(known.Folders, func(_ string, p position) bool { return p == position{} })
	page.Cursor = known.String()
	c.mu.Lock()
	if c.deaf {
		page.PollAfter = minPoll
	}
	c.mu.Unlock()
	return nil
}

// folder reads the next page of a folder, if there is one.
func (c *connector) folder(s *session, folder string, pos position, req inbox.FetchRequest, limit int, page *inbox.Page) (position, error) {
	data, err := s.choose(folder)
	if err != nil {
		return pos, err
	}
	if data.UIDValidity == 0 {
		return pos, errors.New("it tells no UIDVALIDITY")
	}
	if pos.Validity != data.UIDValidity {
		pos = position{Validity: data.UIDValidity, Since: req.Now.Add(-req.History).UTC().Format(time.DateOnly)}
		pos.Upto = max(data.UIDNext, 1) - 1
	}
	if data.UIDNext == 0 || pos.Last+1 < data.UIDNext {
		if err := c.search(s, folder, pos, data); err != nil {
			return pos, err
		}
		if pos, err = c.step(s, folder, pos, limit, page); err != nil {
			return pos, err
		}
	}
	if pos.Last >= pos.Upto {
		pos.Upto, pos.Since = 0, ""
	}
	if folder == inboxName && !page.More {
		c.seen = uint32(pos.Last) + 1
	}
	return pos, nil
}

// step reads the next mails of what a search gave.
func (c *connector) step(s *session, folder string, pos position, limit int, page *inbox.Page) (position, error) {
	take := c.todo.uids[:min(limit, len(c.todo.uids))]
	if err := c.take(s, folder, pos, take, page); err != nil {
		return pos, err
	}
	c.todo.uids = c.todo.uids[len(take):]
	page.More = len(c.todo.uids) > 0
	if page.More {
		pos.Last = take[len(take)-1]
	} else {
		pos.Last = max(c.todo.end, pos.Last)
	}
	c.todo.after = pos.Last
	return pos, nil
}

// goOn reads on where the last page ended, if it ended within a folder, and
// leaves what is new meanwhile to a later page: to select a large folder anew
// takes its server long.
func (c *connector) goOn(s *session, known cursor, limit int, page *inbox.Page) (bool, error) {
	t := &c.todo
	pos, ok := known.Folders[t.folder]
	if !ok || len(t.uids) == 0 || t.validity != pos.Validity || t.after != pos.Last {
		return false, nil
	}
	if err := s.at(t.folder); err != nil {
		return false, err
	}
	if s.data.UIDValidity != t.validity {
		return false, nil
	}
	pos, err := c.step(s, t.folder, pos, limit, page)
	if err != nil {
		return false, err
	}
	if pos.Last >= pos.Upto {
		pos.Upto, pos.Since = 0, ""
	}
	known.Folders[t.folder], page.More = pos, true
	return true, nil
}

// search finds what is to be read after a position, once for many pages.
func (c *connector) search(s *session, folder string, pos position, data *imap.SelectData) error {
	t := &c.todo
	if t.folder == folder && t.validity == pos.Validity && t.after == pos.Last && len(t.uids) > 0 {
		return nil
	}
	end := imap.UID(0)
	if data.UIDNext > 0 {
		end = data.UIDNext - 1
	}
	var found []imap.UID
	from := pos.Last
	if pos.Upto > from {
		since, _ := time.Parse(time.DateOnly, pos.Since)
		old, err := s.search(&imap.SearchCriteria{UID: []imap.UIDSet{span(from+1, pos.Upto)}, Since: since})
		if err != nil {
			return err
		}
		found, from = old, pos.Upto
	}
	if end == 0 || end > from {
		recent, err := s.search(&imap.SearchCriteria{UID: []imap.UIDSet{span(from+1, end)}})
		if err != nil {
			return err
		}
		found = append(found, recent...)
	}
	// "n:*" gives the last mail even when it is older.
	found = slices.DeleteFunc(found, func(uid imap.UID) bool { return uid <= pos.Last })
	if end == 0 && len(found) > 0 {
		end = found[len(found)-1]
	}
	*t = backlog{folder: folder, validity: pos.Validity, after: pos.Last, end: end, uids: found}
	return nil
}

// span is the UIDs of a range; to 0: to the last one.
func span(from, to imap.UID) imap.UIDSet { return imap.UIDSet{{Start: from, Stop: to}} }

// take reads mails and what they become. A mail whose answer breaks the
// connection again and again is refused, so that the others arrive.
func (c *connector) take(s *session, folder string, pos position, uids []imap.UID, page *inbox.Page) error {
	if len(uids) == 0 {
		return nil
	}
	if t := &c.trouble; t.limit == 1 && t.uid == uids[0] && t.times >= poisoned && len(uids) == 1 {
		page.Refused = append(page.Refused, inbox.Refusal{Item: fmt.Sprintf("%s %d", folder, uids[0]), Reason: "the server's answer cannot be read"})
		c.trouble = trouble{}
		return nil
	}
	r := &reading{c: c, s: s, folder: folder, validity: pos.Validity, sent: folder == s.sent}
	if pos.Upto == 0 {
		r.live, r.lookups = true, maxLookups
	}
	err := r.read(uids, page)
	if err == nil {
		c.trouble = trouble{}
		return nil
	}
	weight := 0
	switch {
	case senseless(err):
		weight = 4
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		weight = 1
	}
	if t := &c.trouble; weight > 0 && t.limit == 1 && t.uid == uids[0] {
		t.times += weight
	} else if weight > 0 {
		*t = trouble{limit: max(1, len(uids)/4), uid: uids[0]}
	}
	return err
}

// senseless reports whether a server's answer was not understood, as opposed to
// not given.
func senseless(err error) bool {
	var answer *imap.Error
	var network net.Error
	return !errors.As(err, &answer) && !errors.As(err, &network) && !settled(err) &&
		!errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) && !errors.Is(err, net.ErrClosed)
}
