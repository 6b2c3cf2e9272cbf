// Package notice reads the mails by which a network tells that something
// happened on it: a comment, a message, a mention. It has a table of networks,
// makes no call and keeps nothing but counts.
package notice

import (
	"sync"
	"time"

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
	Text         string // plain
	Post         string // title of what it hangs under; ""
	PostID       string // "" when there is no post
	Link         string // https, where to answer; "" without
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

// Parsers reads the mails of all networks that are known. The zero value knows
// none. It is safe for concurrent use.
type Parsers struct {
	mu     sync.Mutex
	unread map[inbox.Network]int
}

// Parse reads one mail. There are notices only with the verdict Read.
func (p *Parsers) Parse(Mail) ([]Notice, Verdict) {
	return nil, Ordinary
}

// NotUnderstood counts the mails of each network that were not understood since
// the start.
func (p *Parsers) NotUnderstood() map[inbox.Network]int {
	p.mu.Lock()
	defer p.mu.Unlock()
	out := make(map[inbox.Network]int, len(p.unread))
	for n, times := range p.unread {
		out[n] = times
	}
	return out
}
