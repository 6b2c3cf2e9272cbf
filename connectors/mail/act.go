package mail

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/emersion/go-imap/v2"

	"vigie/inbox"
)

// Do carries out one action.
func (c *connector) Do(ctx context.Context, a inbox.Action) (inbox.Receipt, error) {
	if err := ctx.Err(); err != nil {
		return inbox.Receipt{}, fmt.Errorf("%s: %w", a.Kind, err)
	}
	thread := inbox.Thread{Kind: a.ThreadKind, Remote: a.Conversation}
	if can := c.ThreadCaps(thread).Acts[a.Kind]; !can.OK {
		return inbox.Receipt{}, fmt.Errorf("%s: %w", a.Kind, inbox.ErrUnsupported)
	}
	switch a.Kind {
	case inbox.ActReply:
		return c.reply(ctx, a)
	case inbox.ActRead:
		return c.read(ctx, a)
	}
	return c.shift(ctx, a)
}

// read tells that the conversation was read, up to the mail that is named.
func (c *connector) read(ctx context.Context, a inbox.Action) (inbox.Receipt, error) {
	err := c.with(ctx, "mark as read", func(s *session) error {
		_, uid, err := c.find(s, a.Target, s.order()) // selects the folder, too
		if err != nil {
			return err
		}
		uids := []imap.UID{uid}
		if !strings.HasPrefix(a.Conversation, hashed) && !strings.HasPrefix(a.Conversation, toldMark) {
			unseen := &imap.SearchCriteria{
				NotFlag: []imap.Flag{imap.FlagSeen}, UID: []imap.UIDSet{span(1, uid)},
				Or: [][2]imap.SearchCriteria{{*byID(a.Conversation), {Header: []imap.SearchCriteriaHeaderField{{Key: "References", Value: "<" + a.Conversation + ">"}}}}},
			}
			more, err := s.search(unseen)
			if err != nil {
				return err
			}
			uids = append(uids, more...)
		}
		// A mark is no change for people: that it is in doubt does not matter.
		return s.Store(imap.UIDSetNum(uids...), &imap.StoreFlags{Op: imap.StoreFlagsAdd, Silent: true, Flags: []imap.Flag{imap.FlagSeen}}, nil).Close()
	})
	return inbox.Receipt{Remote: a.Target}, err
}

// shift moves a mail to where an act wants it.
func (c *connector) shift(ctx context.Context, a inbox.Action) (inbox.Receipt, error) {
	err := c.with(ctx, string(a.Kind), func(s *session) error {
		from, to, status, err := s.way(a.Kind, s.order())
		if err != nil {
			return err
		}
		if _, own := bare(a.Target); own {
			return fmt.Errorf("%s: the mail is our own: %w", a.Kind, inbox.ErrInvalid)
		}
		if _, _, err := c.find(s, a.Target, []string{to}); err == nil {
			return nil // it lies there already
		}
		_, uid, err := c.find(s, a.Target, from)
		if err != nil {
			return err
		}
		signed := status != "" && s.sign(uid)
		if err := s.change(func() error { return s.move(uid, to) }); err != nil {
			return err
		}
		if status == "" || signed {
			return nil // it is fetched again where it lies now
		}
		return c.changed(s, to, a.Target, status)
	})
	return inbox.Receipt{Remote: a.Target}, err
}

// move takes a mail of the selected folder to another one. Without MOVE it is
// copied, and removed once the copy is there; a server that can only remove all
// that is marked is not made to remove what others have marked.
func (s *session) move(uid imap.UID, to string) error {
	one := imap.UIDSetNum(uid)
	if s.caps.Has(imap.CapMove) {
		_, err := s.Move(one, to).Wait()
		return err
	}
	alone := s.caps.Has(imap.CapUIDPlus)
	if !alone {
		marked, err := s.search(&imap.SearchCriteria{Flag: []imap.Flag{imap.FlagDeleted}})
		if err != nil {
			return err
		}
		if len(marked) > 0 {
			return inbox.Problem{Code: inbox.CodeUnsupported, Detail: "move: the server would remove other mails too, which are marked as deleted"}
		}
	}
	if _, err := s.Copy(one, to).Wait(); err != nil {
		return err
	}
	if err := s.Store(one, &imap.StoreFlags{Op: imap.StoreFlagsAdd, Silent: true, Flags: []imap.Flag{imap.FlagDeleted}}, nil).Close(); err != nil {
		return err
	}
	if alone {
		return s.UIDExpunge(one).Close()
	}
	return s.Expunge().Close()
}

// way says from where to where an act takes a mail, and what that makes of it.
func (s *session) way(kind inbox.ActionKind, folders []string) (from []string, to string, status inbox.Status, err error) {
	switch kind {
	case inbox.ActTrash:
		from, to, status = append(folders, s.junk), s.trash, inbox.StatusTrash
	case inbox.ActSpam:
		from, to, status = append(folders, s.trash), s.junk, inbox.StatusSpam
	case inbox.ActRestore:
		from, to = []string{s.trash}, inboxName
	case inbox.ActUnspam:
		from, to = []string{s.junk}, inboxName
	}
	from = slices.DeleteFunc(from, func(f string) bool { return f == "" || f == s.sent })
	if to == "" || len(from) == 0 {
		return nil, "", "", inbox.Problem{Code: inbox.CodeUnsupported, Detail: string(kind) + ": the mailbox has no folder for it"}
	}
	return from, to, status, nil
}

// changed reads a mail where it lies now, so that the next Fetch tells what
// became of it. That this fails is no failure of the act.
func (c *connector) changed(s *session, folder, id string, status inbox.Status) error {
	_, uid, err := c.find(s, id, []string{folder})
	if err != nil {
		return nil // the act is done
	}
	r := &reading{c: c, s: s, folder: folder, validity: s.data.UIDValidity}
	var page inbox.Page
	if err := r.read([]imap.UID{uid}, &page); err != nil {
		return nil // the act is done
	}
	for _, m := range page.Messages {
		m.Status = status
		c.moved = append(c.moved, m)
	}
	return nil
}
