package mail

import (
	"github.com/emersion/go-imap/v2"
)

// place is what is known of a mail that was read.
type place struct {
	remote       string // what the mail is known by
	sum          string // of what it says; "": not known
	conversation string
	folder       string
	validity     uint32
	uid          imap.UID
}

// maxKnown is how many mails are known at least, and half of how many at most.
const maxKnown = 20_000

// index knows the mails that were read, the newest of them. The zero value is
// ready.
type index struct{ young, old map[string]place }

// put keeps where a mail is. Of two that claim the same Message-ID the first
// one counts.
func (x *index) put(id string, p place) {
	if old, ok := x.get(id); ok && old.remote != p.remote {
		return
	}
	if len(x.young) >= maxKnown || x.young == nil {
		x.young, x.old = make(map[string]place), x.young
	}
	x.young[id] = p
}

func (x *index) get(id string) (place, bool) {
	if p, ok := x.young[id]; ok {
		return p, true
	}
	p, ok := x.old[id]
	return p, ok
}

// maxClimb is how far up a conversation is followed mail by mail, and
// maxLookups how many are looked up for one page.
const (
	maxClimb   = 5
	maxLookups = 20
)

// reading is one page of a folder being read.
type reading struct {
	c        *connector
	s        *session
	folder   string
	validity uint32
	sent     bool // the folder of sent mails
	live     bool // what comes now, not history
	lookups  int  // that may still be made
}

// conversation names what a mail belongs to.
func (r *reading) conversation(h head, id string) (string, error) {
	refs, parents := h.ids("references"), h.ids("in-reply-to")
	if len(parents) == 0 && len(refs) > 0 {
		parents = refs[len(refs)-1:]
	}
	if len(parents) == 0 {
		return id, nil
	}
	if p, ok := r.c.index.get(parents[0]); ok {
		return p.conversation, nil
	}
	if len(refs) > 0 {
		return refs[0], nil
	}
	return r.climb(parents[0])
}

// climb follows a mail that tells only what it answers, up to the first one.
func (r *reading) climb(id string) (string, error) {
	top := id
	for range maxClimb {
		if p, ok := r.c.index.get(top); ok {
			return p.conversation, nil
		}
		if r.lookups <= 0 {
			return top, nil
		}
		r.lookups--
		h, found, err := r.s.headOf(top, r.folder)
		if err != nil || !found {
			return top, err
		}
		if refs := h.ids("references"); len(refs) > 0 {
			return refs[0], nil
		}
		parents := h.ids("in-reply-to")
		if len(parents) == 0 {
			return top, nil
		}
		top = parents[0]
	}
	return top, nil
}

// byID matches mails by their Message-ID.
func byID(id string) *imap.SearchCriteria {
	return &imap.SearchCriteria{Header: []imap.SearchCriteriaHeaderField{{Key: "Message-ID", Value: "<" + id + ">"}}}
}

// headOf reads the head of a mail that lies in a folder.
func (s *session) headOf(id, folder string) (head, bool, error) {
	if err := s.at(folder); err != nil {
		return head{}, false, err
	}
	uids, err := s.search(byID(id))
	if err != nil || len(uids) == 0 {
		return head{}, false, err
	}
	list, err := s.heads(uids[:1])
	if err != nil || len(list) == 0 {
		return head{}, false, err
	}
	return list[0].head, true, nil
}
