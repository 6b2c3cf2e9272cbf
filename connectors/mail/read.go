package mail

import (
	"errors"
	"maps"
	"slices"
	"strconv"
	"time"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapclient"

	"vigie/connectors/htmltext"
	"vigie/inbox"
)

// letter is a mail as far as it was read.
type letter struct {
	head
	uid      imap.UID
	arrived  time.Time
	plan     plan
	parts    map[string][]byte // by the section's number
	original head              // of a bounce: of the mail that came back
	seen     bool
}

// heads reads heads and structures of mails of the selected folder, by one
// command. What is gone meanwhile is missing.
func (s *session) heads(uids []imap.UID) ([]*letter, error) {
	s.meter.left.Store(maxFetch)
	section := &imap.FetchItemBodySection{Specifier: imap.PartSpecifierHeader, Peek: true, Partial: &imap.SectionPartial{Size: maxHead}}
	lead := &imap.FetchItemBodySection{Specifier: imap.PartSpecifierText, Peek: true, Partial: &imap.SectionPartial{Size: maxLead}}
	cmd := s.Fetch(imap.UIDSetNum(uids...), &imap.FetchOptions{
		UID: true, Flags: true, InternalDate: true, BodyStructure: &imap.FetchItemBodyStructure{Extended: true},
		BodySection: []*imap.FetchItemBodySection{section, lead},
	})
	var out []*letter
	err := eachMail(cmd, func(m *imapclient.FetchMessageBuffer) {
		if !slices.Contains(uids, m.UID) || m.BodyStructure == nil {
			return
		}
		h := readHead(m.FindBodySection(section))
		h.lead, h.us, h.signs = m.FindBodySection(lead), s.us, s.signs
		out = append(out, &letter{
			head: h, uid: m.UID, arrived: m.InternalDate, plan: planOf(m.BodyStructure),
			parts: map[string][]byte{}, seen: slices.Contains(m.Flags, imap.FlagSeen),
		})
	})
	slices.SortFunc(out, func(a, b *letter) int { return int(int64(a.uid) - int64(b.uid)) })
	return out, err
}

// eachMail goes through the answer to FETCH a mail at a time.
func eachMail(cmd *imapclient.FetchCommand, do func(*imapclient.FetchMessageBuffer)) error {
	var failed error
	for m := cmd.Next(); m != nil; m = cmd.Next() {
		whole, err := m.Collect()
		if err != nil {
			failed = err
			break
		}
		do(whole)
	}
	return errors.Join(failed, cmd.Close())
}

// bodies reads parts of mails: a command for each number of a section, however
// many mails have it.
func (s *session) bodies(letters []*letter) error {
	wanted := map[string][]*letter{}
	paths := map[string]*imap.FetchItemBodySection{}
	want := func(l *letter, section *imap.FetchItemBodySection) {
		key := sectionKey(section)
		if !slices.Contains(wanted[key], l) {
			wanted[key], paths[key] = append(wanted[key], l), section
		}
	}
	for _, l := range letters {
		for _, p := range l.plan.texts {
			want(l, p.section())
		}
		if l.plan.html != nil && l.machine() {
			want(l, l.plan.html.section())
		}
		if l.plan.original != nil {
			want(l, l.plan.originalSection())
		}
	}
	for _, key := range slices.Sorted(maps.Keys(wanted)) {
		if err := s.part(wanted[key], key, paths[key]); err != nil {
			return err
		}
	}
	return nil
}

func (p plan) originalSection() *imap.FetchItemBodySection {
	out := &imap.FetchItemBodySection{Part: p.original, Peek: true, Partial: &imap.SectionPartial{Size: maxHead}}
	if p.headOnly {
		out.Specifier = imap.PartSpecifierHeader
	}
	return out
}

func sectionKey(s *imap.FetchItemBodySection) string { return pathName(s.Part) + string(s.Specifier) }

// part reads one section of several mails.
func (s *session) part(letters []*letter, key string, section *imap.FetchItemBodySection) error {
	s.meter.left.Store(maxFetch)
	byUID := map[imap.UID]*letter{}
	var set imap.UIDSet
	for _, l := range letters {
		byUID[l.uid] = l
		set.AddNum(l.uid)
	}
	cmd := s.Fetch(set, &imap.FetchOptions{UID: true, BodySection: []*imap.FetchItemBodySection{section}})
	return eachMail(cmd, func(m *imapclient.FetchMessageBuffer) {
		if l := byUID[m.UID]; l != nil {
			l.parts[key] = m.FindBodySection(section)
		}
	})
}

// text is what a mail says: by it mails are compared.
func (l *letter) text() string { return l.words(htmltext.Text) }

// shown is text for people: where the words of HTML lead is told.
func (l *letter) shown() string { return l.words(htmltext.WithLinks) }

func (l *letter) words(plain func(string) string) string {
	out := ""
	for _, p := range l.plan.texts {
		if s := p.text(l.parts[sectionKey(p.section())], plain); s != "" {
			if out != "" {
				out += "\n\n"
			}
			out += s
		}
	}
	return out
}

// html is a mail's HTML part, if it was read.
func (l *letter) html() string {
	if p := l.plan.html; p != nil {
		return p.source(l.parts[sectionKey(p.section())])
	}
	for _, p := range l.plan.texts {
		if p.html {
			return p.source(l.parts[sectionKey(p.section())])
		}
	}
	return ""
}

// read reads mails and adds what they become to a page.
func (r *reading) read(uids []imap.UID, page *inbox.Page) error {
	letters, err := r.s.heads(uids)
	if err != nil {
		return err
	}
	if err := r.s.bodies(letters); err != nil {
		return err
	}
	here := map[string]bool{} // two copies of one mail are one
	for _, l := range letters {
		if l.plan.original != nil {
			l.original = readHead(l.parts[sectionKey(l.plan.originalSection())])
		} else if l.bounce() {
			l.original = inside(l.text())
		}
		messages, why, err := r.messages(l)
		if err != nil {
			return err
		}
		if why != "" {
			page.Refused = append(page.Refused, inbox.Refusal{Item: r.folder + " " + strconv.FormatUint(uint64(l.uid), 10), Reason: why})
		}
		for _, m := range messages {
			if !here[m.Remote] {
				here[m.Remote] = true
				page.Messages = append(page.Messages, m)
			}
		}
	}
	return nil
}
