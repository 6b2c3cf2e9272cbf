package inbox

import (
	"time"

	"vigie/inbox/text"
)

// Digest is what happened from one time to another, by client.
type Digest struct {
	Since, Until time.Time
	Clients      []ClientDigest // in the order of the configuration
}

// ClientDigest is what happened at one client. Messages that were imported,
// fetched as history or listened to do not count.
type ClientDigest struct {
	Client    ClientID
	Received  []KindCount // messages of others by network and kind, most first
	Watched   int         // entries of watches
	Persons   int         // who wrote them
	Answered  int         // answers of ours, here or elsewhere
	Done      int         // threads
	Snoozed   int
	Escalated int
	Missed    int // windows that closed without an answer
	Hidden    int // messages hidden, deleted, authors blocked
	Failed    int // acts that could not be done
	// As it is at Until.
	Waiting int // threads that are ours
	Overdue int // of them past their deadline
	Closing int // of them with a window that is about to close
	// First are those of them that come first in lists, at most MostFirst.
	First []Thread
}

// MostFirst is how many threads a digest names of each client.
const MostFirst = 3

// KindCount counts messages of others.
type KindCount struct {
	Network  Network
	Kind     Kind
	Messages int
}

// Total is the number of messages received.
func (d ClientDigest) Total() int {
	n := 0
	for _, r := range d.Received {
		n += r.Messages
	}
	return n
}

// Logged is an event with the thread it is about.
type Logged struct {
	Event  Event
	Thread Thread
}

// Notice is something that a person should hear of at once.
type Notice struct {
	Seq    uint64 // grows
	At     time.Time
	Why    NoticeWhy
	Client ClientID
	Thread ThreadID // 0: about more than one
	Who    text.Safe
	Number int // how many it stands for; at least 1
}

// NoticeWhy is what a Notice is about.
type NoticeWhy string

// What is told at once.
const (
	NoticeWindow     NoticeWhy = "window"     // a window is about to close
	NoticePerson     NoticeWhy = "person"     // somebody with a badge that rings has written
	NoticeFailed     NoticeWhy = "failed"     // an answer could not be sent, or is in doubt
	NoticeEscalation NoticeWhy = "escalation" // an escalation is overdue
	NoticeAccount    NoticeWhy = "account"    // an account's sign-in ended, or will within days
)

// Place is where a session was when it ended, for the next one of its line.
type Place struct {
	View    string // id
	Client  ClientID
	Filter  string
	Thread  ThreadID // under the cursor
	Reading bool     // it had the focus
	Draft   string   // id of the draft that was being written
}

// Source is one of several that an account reads, a feed for one, and what is
// wrong with it.
type Source struct {
	Number int    `json:"number"` // its place in the configuration, from 1
	Host   string `json:"host"`   // never a whole address, which may be a secret
	Code   string `json:"code"`   // one of the Codes
	To     string `json:"to"`     // the host that it moved to; "" unless it did
}

// Budget is what is left of one of a network's limits.
type Budget struct {
	Name  string // the network's own word for it, "" for its only one
	Left  int
	Limit int
	Reset time.Time // zero: not known
}
