package mail

import (
	"slices"

	"github.com/emersion/go-imap/v2"

	"vigie/inbox"
)

// movedByUs is a keyword on mails that vigie puts away. It goes with the mail
// into its new folder, so that any process finds there what became of it: also
// when the one that moved it ended at once.
const movedByUs imap.Flag = "$VigieMoved"

// sign puts the keyword on a mail of the selected folder; false: the server
// keeps none.
func (s *session) sign(uid imap.UID) bool {
	flags := s.data.PermanentFlags
	if !slices.Contains(flags, imap.FlagWildcard) && !slices.Contains(flags, movedByUs) {
		return false
	}
	return s.Store(imap.UIDSetNum(uid), &imap.StoreFlags{Op: imap.StoreFlagsAdd, Silent: true, Flags: []imap.Flag{movedByUs}}, nil).Close() == nil
}

// putAway reads what vigie has moved to the bin and to the spam since the last
// page, and tells its status. What others put there, and spam that arrives
// there, is not read.
func (c *connector) putAway(s *session, known cursor, limit int, page *inbox.Page) error {
	for _, f := range []struct {
		folder string
		status inbox.Status
	}{{s.trash, inbox.StatusTrash}, {s.junk, inbox.StatusSpam}} {
		if f.folder == "" || slices.Contains(s.order(), f.folder) {
			continue
		}
		data, err := s.Status(f.folder, &imap.StatusOptions{UIDNext: true, UIDValidity: true}).Wait()
		if err != nil {
			return err
		}
		pos := known.Folders[f.folder]
		if pos.Validity != data.UIDValidity {
			known.Folders[f.folder] = position{Validity: data.UIDValidity, Last: max(data.UIDNext, 1) - 1}
			continue
		}
		if pos.Last+1 >= data.UIDNext {
			continue
		}
		if known.Folders[f.folder], err = c.putInto(s, f.folder, f.status, pos, limit, page); err != nil {
			return err
		}
	}
	return nil
}

// putInto reads what vigie has moved into a folder.
func (c *connector) putInto(s *session, folder string, status inbox.Status, pos position, limit int, page *inbox.Page) (position, error) {
	data, err := s.choose(folder)
	if err != nil || data.UIDValidity != pos.Validity {
		return pos, err
	}
	uids, err := s.search(&imap.SearchCriteria{UID: []imap.UIDSet{span(pos.Last+1, 0)}, Flag: []imap.Flag{movedByUs}})
	if err != nil {
		return pos, err
	}
	uids = slices.DeleteFunc(uids, func(uid imap.UID) bool { return uid <= pos.Last })
	pos.Last = max(data.UIDNext, 1) - 1
	if len(uids) > limit {
		uids, page.More = uids[:limit], true
		pos.Last = uids[limit-1]
	}
	if len(uids) == 0 {
		return pos, nil
	}
	r := &reading{c: c, s: s, folder: folder, validity: pos.Validity}
	var moved inbox.Page
	if err := r.read(uids, &moved); err != nil {
		return pos, err
	}
	for _, m := range moved.Messages {
		m.Status = status
		page.Messages = append(page.Messages, m)
	}
	return pos, nil
}
