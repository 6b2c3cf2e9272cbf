package sandbox

import (
	"bytes"
	"errors"
	"fmt"
	"maps"
	"net"
	"slices"
	"strings"
	"time"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapserver"
	"github.com/emersion/go-imap/v2/imapserver/imapmemserver"
	"github.com/emersion/go-sasl"

	"vigie/connectors/sandbox/fault"
	"vigie/inbox"
)

// mailSession is one IMAP connection. What it does to a mail is done to the
// item in the world.
type mailSession struct {
	*imapmemserver.UserSession
	server *Mail
	line   net.Conn
	box    *mailbox
	folder string
}

// literal is a mail as APPEND takes it.
type literal struct{ *bytes.Reader }

func newLiteral(raw []byte) literal { return literal{bytes.NewReader(raw)} }
func (l literal) Size() int64       { return l.Reader.Size() }

// errCut ends a command whose connection was ended on purpose.
var errCut = errors.New("the connection was cut")

func (s *mailSession) Close() error {
	if s.UserSession == nil {
		return nil
	}
	return s.UserSession.Close()
}

// AuthenticateMechanisms are the ways to sign in.
func (s *mailSession) AuthenticateMechanisms() []string { return s.server.mechanisms() }

// Authenticate signs in by one of them.
func (s *mailSession) Authenticate(mech string) (sasl.Server, error) {
	return s.server.signIn(mech, s.Login), nil
}

func (s *mailSession) Login(user, password string) error {
	if err := s.meet(false); err != nil {
		return err
	}
	s.server.mu.Lock()
	defer s.server.mu.Unlock()
	for _, box := range s.server.boxes {
		if strings.EqualFold(mailAddress(box.brand), user) {
			if !s.server.opens(password) {
				return imapserver.ErrAuthFailed
			}
			s.box, s.UserSession = box, imapmemserver.NewUserSession(box.user)
			return nil
		}
	}
	return imapserver.ErrAuthFailed
}

// meet is a command that meets the fault that is on.
func (s *mailSession) meet(write bool) error {
	f := s.server.take(write)
	switch f.Kind {
	case fault.Unauthorized:
		return &imap.Error{Type: imap.StatusResponseTypeNo, Code: imap.ResponseCodeAuthenticationFailed, Text: "Authentication failed."}
	case fault.TooMany:
		return &imap.Error{Type: imap.StatusResponseTypeNo, Code: imap.ResponseCodeLimit, Text: slowDown(f.After)}
	case fault.Unavailable:
		return &imap.Error{Type: imap.StatusResponseTypeNo, Code: imap.ResponseCodeUnavailable, Text: slowDown(f.After)}
	case fault.ServerError:
		if !write {
			return &imap.Error{Type: imap.StatusResponseTypeNo, Code: imap.ResponseCodeServerBug, Text: "Internal error occurred."}
		}
		fallthrough
	case fault.Drop, fault.Garbage:
		_ = s.line.Close()
		return errCut
	case fault.Hang:
		s.hang()
		return errCut
	}
	return nil
}

// slowDown are the words with which servers ask to wait.
func slowDown(after time.Duration) string {
	return fmt.Sprintf("Request is throttled. Suggested Backoff Time: %d milliseconds", after.Milliseconds())
}

// hang answers nothing until the client goes away.
func (s *mailSession) hang() {
	_ = s.line.SetReadDeadline(time.Time{})
	_, _ = s.line.Read(make([]byte, 1)) // it waits for us, so that is its end
}

// lose is a command that was carried out and whose answer may be lost.
func (s *mailSession) lose(f fault.Fault) error {
	switch f.Kind {
	case fault.LostAnswer, fault.LostError:
		_ = s.line.Close()
		return errCut
	case fault.LostHang:
		s.hang()
		return errCut
	}
	return nil
}

func (s *mailSession) Select(folder string, o *imap.SelectOptions) (*imap.SelectData, error) {
	if err := s.meet(false); err != nil {
		return nil, err
	}
	data, err := s.UserSession.Select(folder, o)
	if err == nil {
		s.folder = folder
	}
	return data, err
}

func (s *mailSession) List(w *imapserver.ListWriter, _ string, patterns []string, _ *imap.ListOptions) error {
	if err := s.meet(false); err != nil {
		return err
	}
	for _, name := range slices.Sorted(maps.Keys(mailFolders())) {
		for _, p := range patterns {
			if !imapserver.MatchList(name, '/', "", p) {
				continue
			}
			data := &imap.ListData{Mailbox: name, Delim: '/'}
			if attr := mailFolders()[name]; attr != "" && !s.server.Plain {
				data.Attrs = []imap.MailboxAttr{attr}
			}
			if err := w.WriteList(data); err != nil {
				return err
			}
			break
		}
	}
	return nil
}

func (s *mailSession) Search(kind imapserver.NumKind, c *imap.SearchCriteria, o *imap.SearchOptions) (*imap.SearchData, error) {
	if err := s.meet(false); err != nil {
		return nil, err
	}
	return s.UserSession.Search(kind, c, o)
}

func (s *mailSession) Fetch(w *imapserver.FetchWriter, set imap.NumSet, o *imap.FetchOptions) error {
	if err := s.meet(false); err != nil {
		return err
	}
	return s.UserSession.Fetch(w, set, o)
}

func (s *mailSession) Store(w *imapserver.FetchWriter, set imap.NumSet, flags *imap.StoreFlags, o *imap.StoreOptions) error {
	f := s.server.peek(false)
	if err := s.meet(false); err != nil {
		return err
	}
	if err := s.UserSession.Store(w, set, flags, o); err != nil {
		return err
	}
	if slices.Contains(flags.Flags, imap.FlagSeen) && flags.Op == imap.StoreFlagsAdd {
		for _, it := range s.items(set) {
			s.server.world.Read(it.Account, it.With, it.ID)
		}
	}
	return s.lose(f)
}

// items are the items of the selected folder that a set of UIDs names.
func (s *mailSession) items(set imap.NumSet) []Item {
	uids, _ := set.(imap.UIDSet)
	s.server.mu.Lock()
	var ids []ItemID
	for uid, id := range s.box.folders[s.folder] {
		if uids.Contains(uid) {
			ids = append(ids, id)
		}
	}
	s.server.mu.Unlock()
	slices.Sort(ids)
	var out []Item
	for _, id := range ids {
		if it, err := s.server.world.Item(id); err == nil {
			out = append(out, it)
		}
	}
	return out
}

func (s *mailSession) Append(folder string, r imap.LiteralReader, o *imap.AppendOptions) (*imap.AppendData, error) {
	if err := s.meet(false); err != nil {
		return nil, err
	}
	s.server.mu.Lock()
	defer s.server.mu.Unlock()
	return s.UserSession.Append(folder, r, o)
}

// Move moves mails; to move one into the bin, or to the spam, is a deed.
func (s *mailSession) Move(w *imapserver.MoveWriter, set imap.NumSet, to string) error {
	f := s.server.peek(true)
	if err := s.meet(true); err != nil {
		return err
	}
	moved := s.items(set)
	s.server.mu.Lock()
	next := imap.UID(0)
	if data, err := s.box.user.Status(to, &imap.StatusOptions{UIDNext: true}); err == nil {
		next = data.UIDNext
	}
	err := s.UserSession.Move(w, set, to)
	if err == nil {
		s.follow(set, to, next)
	}
	s.server.mu.Unlock()
	if err != nil {
		return err
	}
	for _, it := range moved {
		if kind := moveMeans(s.folder, to); kind != "" {
			if err := s.server.world.Moderate(it.ID, kind); err != nil {
				return err
			}
		}
	}
	return s.lose(f)
}

// follow notes where mails lie after a move: they keep their order. The caller
// holds the mutex.
func (s *mailSession) follow(set imap.NumSet, to string, next imap.UID) {
	uids, _ := set.(imap.UIDSet)
	from := s.box.folders[s.folder]
	for _, uid := range slices.Sorted(maps.Keys(from)) {
		if uids.Contains(uid) {
			s.box.folders[to][next] = from[uid]
			delete(from, uid)
			next++
		}
	}
}

func moveMeans(from, to string) inbox.ActionKind {
	switch {
	case to == "Trash":
		return inbox.ActTrash
	case to == "Junk":
		return inbox.ActSpam
	case to == "INBOX" && from == "Trash":
		return inbox.ActRestore
	case to == "INBOX" && from == "Junk":
		return inbox.ActUnspam
	}
	return ""
}
