// Package notice reads the mails by which a network tells that something
// happened on it: a comment, a message, a mention. It has a table of networks
// and the user's own rules, makes no call, follows no link and keeps nothing
// but counts.
//
// The templates were written from knowledge of what such mails look like, not
// from recorded mails: networks change them without notice. What a template
// does not fit stays a mail and is counted.
package notice

import (
	"errors"
	"fmt"
	"maps"
	"strings"
	"sync"
	"time"

	"vigie/connectors"
	"vigie/inbox"
)

// Mail is one incoming mail, decoded. Its words are a stranger's: whoever makes
// a message of them cleans them first.
type Mail struct {
	From      string // address, lower case
	FromName  string
	Subject   string
	Date      time.Time // UTC; never zero
	MessageID string    // without angle brackets
	// Text is what the mail says as plain text: its text part, or its HTML part
	// made into text when there is no other.
	Text string
	// HTML is the HTML part, "" without one; at most a few hundred kilobytes,
	// and perhaps cut.
	HTML string
	// Head gives a header field, decoded, "" when it is not there.
	Head func(name string) string
	// Proven reports whether the mailbox's own server says that the mail was
	// signed (dkim=pass) by this domain or by one above it. Never nil.
	Proven func(domain string) bool
}

// Notice is one thing that happened on a network, as a mail tells it. A digest
// gives several.
type Notice struct {
	Network      inbox.Network // "pinterest"
	Kind         inbox.Kind
	Conversation string // stable: by the id of the post or the talk in the link; required
	Item         string // stable id of the thing itself; required, unique within the network
	Author       string // the network's id or name of who did it; required
	AuthorName   string // as people write it
	Text         string // plain; never empty
	Post         string // title of what it hangs under; ""
	PostID       string // "" when there is no post
	Link         string // where to answer, without what tracks; http where a blog or forum has no better
	At           time.Time
}

// Verdict is what became of a mail.
type Verdict int

// The verdicts.
const (
	Ordinary Verdict = iota // of no network that is known here: a mail like any other
	Read                    // understood; the notices say what happened
	Unread                  // of a network that is known, and not understood
	Suspect                 // claims to be of a network that is known, and nothing proves it
)

// Reading is what became of a mail. There are notices only with the verdict
// Read; Network is "" with Ordinary.
type Reading struct {
	Verdict Verdict
	Network inbox.Network
	Notices []Notice
}

// Parsers reads the mails of all networks that are known, by the table and by
// rules of the user's own. It is safe for concurrent use.
type Parsers struct {
	rules  []rule
	mu     sync.Mutex
	unread map[inbox.Network]int
}

// New takes the user's rules, which come before the table. It fails when one
// makes no sense.
func New(rules []connectors.Notification) (*Parsers, error) {
	p := &Parsers{unread: map[inbox.Network]int{}}
	var errs []error
	for i, r := range rules {
		one, err := ruleOf(r)
		if err != nil {
			errs = append(errs, fmt.Errorf("notifications[%d]: %w", i, err))
			continue
		}
		p.rules = append(p.rules, one)
	}
	return p, errors.Join(errs...)
}

// Parse reads one mail.
func (p *Parsers) Parse(m Mail) Reading {
	out := p.parse(m)
	if out.Verdict == Unread {
		p.mu.Lock()
		p.unread[out.Network]++
		p.mu.Unlock()
	}
	return out
}

func (p *Parsers) parse(m Mail) Reading {
	domain := m.From[strings.LastIndexByte(m.From, '@')+1:]
	if domain == "" {
		return Reading{}
	}
	for i := range p.rules {
		r := &p.rules[i]
		if !r.fits(m, domain) {
			continue
		}
		return judge(m, domain, r.network, r.read(m))
	}
	for i := range senders {
		if s := &senders[i]; s.sends(m.From, domain) {
			return judge(m, domain, s.network, s.read(m))
		}
	}
	for _, own := range []func(Mail, string) []Notice{wordpress, phpbb} {
		// Anybody may have a blog or a forum: without a proof it is a mail like
		// any other.
		if list := own(m, domain); len(list) > 0 && m.Proven(domain) {
			return Reading{Read, list[0].Network, list}
		}
	}
	return Reading{}
}

// judge weighs what a mail of a known sender says.
func judge(m Mail, domain string, network inbox.Network, list []Notice) Reading {
	switch {
	case !m.Proven(domain):
		return Reading{Verdict: Suspect, Network: network}
	case len(list) == 0:
		return Reading{Verdict: Unread, Network: network}
	}
	return Reading{Read, network, list}
}

// Senders are what the addresses hold that the mails of a network come from,
// one of which told the item.
func (p *Parsers) Senders(n inbox.Network, item string) []string {
	var out []string
	for _, r := range p.rules {
		if r.network == n {
			out = append(out, r.from)
		}
	}
	for _, s := range senders {
		if s.network == n {
			out = append(append(out, s.only...), s.domains...)
		}
	}
	switch n {
	case "wordpress":
		out = append(out, "wordpress@")
	case "phpbb":
		host, _, _ := strings.Cut(item, "/")
		out = append(out, host)
	}
	return out
}

// NotUnderstood counts the mails of each network that were not understood since
// the start.
func (p *Parsers) NotUnderstood() map[inbox.Network]int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return maps.Clone(p.unread)
}
