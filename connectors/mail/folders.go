package mail

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/emersion/go-imap/v2"
	"golang.org/x/text/unicode/norm"

	"vigie/inbox"
	"vigie/inbox/text"
)

// lookAround finds the folders by what the server says they are for, else by
// their usual names; sent and others are those of the settings.
func (s *session) lookAround(sent string, others []string) error {
	options := &imap.ListOptions{}
	if s.caps.Has(imap.CapSpecialUse) {
		options.ReturnSpecialUse = s.caps.Has(imap.Cap("LIST-EXTENDED")) || s.caps.Has(imap.CapIMAP4rev2)
	}
	list, err := s.List("", "*", options).Collect()
	if err != nil {
		return err
	}
	for _, f := range []struct {
		to    *string
		attr  imap.MailboxAttr
		names []string
	}{
		{&s.sent, imap.MailboxAttrSent, []string{"sent", "sent items", "sent messages", "envoyés", "éléments envoyés", "gesendet", "gesendete objekte"}},
		{&s.trash, imap.MailboxAttrTrash, []string{"trash", "deleted items", "deleted messages", "corbeille", "éléments supprimés", "papierkorb"}},
		{&s.junk, imap.MailboxAttrJunk, []string{"junk", "spam", "junk e-mail", "indésirables", "courrier indésirable"}},
	} {
		*f.to = folderFor(list, f.attr, f.names)
	}
	if sent != "" {
		if name, ok := spelled(list, sent); ok {
			s.sent = name
		} else {
			s.lacking = append(s.lacking, sent)
		}
	}
	for _, wanted := range others {
		name, _ := spelled(list, wanted) // a folder may be hidden, and there
		s.folders = append(s.folders, name)
	}
	return nil
}

func folderFor(list []*imap.ListData, attr imap.MailboxAttr, names []string) string {
	byName := ""
	for _, f := range list {
		if slices.Contains(f.Attrs, attr) {
			return f.Mailbox
		}
		last := f.Mailbox
		if f.Delim != 0 {
			last = last[strings.LastIndex(last, string(f.Delim))+1:]
		}
		if byName == "" && slices.Contains(names, strings.ToLower(last)) {
			byName = f.Mailbox
		}
	}
	return byName
}

// spelled is a folder as the server spells it: people write its name with
// another case, another separator, or without the "INBOX" that all stand below.
func spelled(list []*imap.ListData, wanted string) (string, bool) {
	for _, like := range []func(f *imap.ListData) bool{
		func(f *imap.ListData) bool { return f.Mailbox == wanted },
		func(f *imap.ListData) bool { return plainFolder(f.Mailbox, f.Delim) == plainFolder(wanted, f.Delim) },
		func(f *imap.ListData) bool {
			return plainFolder(f.Mailbox, f.Delim) == "inbox/"+plainFolder(wanted, f.Delim)
		},
	} {
		if i := slices.IndexFunc(list, like); i >= 0 {
			return list[i].Mailbox, true
		}
	}
	return wanted, false
}

func plainFolder(name string, delim rune) string {
	if delim != 0 {
		name = strings.ReplaceAll(name, string(delim), "/")
	}
	return strings.ToLower(norm.NFC.String(name))
}

// order lists the folders that are read.
func (s *session) order() []string {
	var out []string
	for _, f := range append([]string{s.sent, inboxName}, s.folders...) {
		if f != "" && !slices.Contains(out, f) {
			out = append(out, f)
		}
	}
	return out
}

// without goes on without a folder that its server refuses; it is told once,
// until it can be read again. Without INBOX there is no going on.
func (c *connector) without(folder string, err error, page *inbox.Page) error {
	if !refuses(folder, err) {
		return fmt.Errorf("folder %q: %w", folder, err)
	}
	c.tellShut(folder, "the server does not let it be read", page)
	return nil
}

// refuses reports whether an error is the server's no to a folder that the
// others can do without. One that it gives for now only, to go slower for one,
// is no such no.
func refuses(folder string, err error) bool {
	var answer *imap.Error
	if folder == inboxName || !errors.As(err, &answer) || answer.Type == imap.StatusResponseTypeBye {
		return false
	}
	switch answer.Code {
	case imap.ResponseCodeUnavailable, imap.ResponseCodeLimit, imap.ResponseCodeServerBug, imap.ResponseCodeInUse:
		return false
	}
	return backoff(answer.Text) == 0
}

// tellLacking tells of folders in the settings that are not there.
func (c *connector) tellLacking(s *session, page *inbox.Page) {
	for _, folder := range s.lacking {
		c.tellShut(folder, "the mailbox has no such folder", page)
	}
}

func (c *connector) tellShut(folder, why string, page *inbox.Page) {
	if c.shut[folder] {
		return
	}
	if c.shut == nil {
		c.shut = map[string]bool{}
	}
	c.shut[folder] = true
	page.Refused = append(page.Refused, inbox.Refusal{Item: "folder " + text.CleanLine(folder).String(), Reason: why})
}

// missingFolder is what is wrong with the folders of the settings; nil:
// nothing.
func (c *connector) missingFolder(s *session) error {
	lacking := slices.Clone(s.lacking)
	for _, folder := range s.folders {
		if _, err := s.choose(folder); refuses(folder, err) {
			lacking = append(lacking, folder)
		} else if err != nil {
			return err
		}
	}
	if len(lacking) == 0 {
		return nil
	}
	return missing("folders", fmt.Sprintf("the mailbox has no folder %q", text.CleanLine(strings.Join(lacking, ", "))))
}
