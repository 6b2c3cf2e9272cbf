package inbox

import (
	"strings"
	"time"

	"vigie/inbox/text"
)

// ThreadID, MessageID, EventID and ActionID are numbers that only grow within
// one store; people type a ThreadID or an ActionID on the command line.
type (
	ThreadID  uint64
	MessageID uint64
	EventID   uint64
	ActionID  uint64
)

// Kind is what a Message is to us.
type Kind string

// The kinds of the bridge format.
const (
	KindComment Kind = "comment"
	KindMention Kind = "mention"
	KindDM      Kind = "dm"
	KindReview  Kind = "review"
	KindWatch   Kind = "watch"
)

// Valid reports whether k is one of the kinds above.
func (k Kind) Valid() bool {
	switch k {
	case KindComment, KindMention, KindDM, KindReview, KindWatch:
		return true
	}
	return false
}

// Origin is how a Message came into the store.
type Origin uint8

// The origins. Only Live messages are unread and counted in figures.
const (
	Live     Origin = iota // collected as it happened
	Backfill               // history fetched at the first connection
	Imported               // read by "vigie import"
	Sent                   // sent by vigie itself
)

// Author is the identity that wrote a Message, as the network showed it then.
type Author struct {
	ID        string // the network's own id, stable; required
	Handle    text.Safe
	Name      text.Safe
	Followers int // last seen; 0 when unknown
	URL       string
}

// AnswersTo is the address that the author wants answers at, when it is not the
// one that they wrote from; elsewhere says that it is of another domain, and so
// perhaps somebody else's. It is empty when answers go to the author.
func (a Author) AnswersTo() (address text.Safe, elsewhere bool) {
	to, ok := strings.CutPrefix(a.URL, "mailto:")
	name, home, _ := strings.Cut(a.Handle.String(), "@")
	if !ok || name == "" || home == "" || strings.EqualFold(to, a.Handle.String()) {
		return text.Safe{}, false
	}
	if url, ok := text.URL(a.URL); ok { // in the letters that its server is found by
		return text.CleanLine(strings.TrimPrefix(url, "mailto:")), text.Host(url) != text.Host("mailto:x@"+home)
	}
	return text.CleanLine(to), true
}

// MostTo is how many of those who got a message are kept.
const MostTo = 50

// ErasedAuthor is the id of whoever wrote a message that a rule of retention
// erased: the same for all, so that nobody can be followed.
const ErasedAuthor = "erased"

// Post is what a Thread hangs under: the own post that was commented on, the
// article a feed entry stands for. Reactions are counters on it, never rows.
type Post struct {
	ID     string // remote id; unique per Account
	Text   text.Safe
	URL    string
	At     time.Time
	Counts Counts
	// Deleted: it is gone from the network; its text is what was last seen.
	Deleted bool
}

// Counts are counters as the network last gave them.
type Counts struct {
	Likes   int
	Reposts int
	Replies int
	Known   bool // false: the network gave none
}

// Media is an attachment. It is listed, never fetched by itself.
type Media struct {
	Kind string // image, video, audio, file
	URL  string
	Alt  text.Safe
}

// Poll is a question with answers to choose from, as the network last told.
type Poll struct {
	Options  []PollOption
	Voters   int       // who voted; 0: not told
	Ends     time.Time // zero: not told or never
	Multiple bool      // more than one answer may be chosen
}

// PollOption is one answer of a Poll.
type PollOption struct {
	Text  text.Safe
	Votes int
}

// Status says what keeps a message from being seen like any other. The zero
// Status is that of a message that is public where it stands.
type Status string

// The statuses.
const (
	StatusHeld    Status = "held"    // waits for moderation
	StatusSpam    Status = "spam"    // lies with the spam
	StatusTrash   Status = "trash"   // lies in the bin
	StatusHidden  Status = "hidden"  // is hidden from what others see
	StatusSuspect Status = "suspect" // came, but nothing proves that it is from whom it says
)

// Valid reports whether s is one of the statuses, zero among them.
func (s Status) Valid() bool {
	switch s {
	case "", StatusHeld, StatusSpam, StatusTrash, StatusHidden, StatusSuspect:
		return true
	}
	return false
}

// Auto says how a Message came to be that no person wrote. Nobody waits for an
// answer to it.
type Auto uint8

// The kinds of automatic messages; the zero Auto is that of what a person wrote.
const (
	ByHand    Auto = iota
	AutoNews       // of a list or a program, and what came back: to be read
	AutoReply      // an answer that nobody wrote: that somebody is away, or that it came
)

// Message is one item of a Thread. A connector fills what it knows and leaves
// ID, Thread, Account and Origin to the store. At is UTC and never zero.
type Message struct {
	ID           MessageID
	Thread       ThreadID
	Account      AccountID
	Origin       Origin
	Remote       string // the network's id; required
	Conversation string // the network's id of the conversation; required on the way in
	Parent       string // remote id of the message this one answers; may be ""
	Kind         Kind
	At           time.Time
	Edited       time.Time // zero: never
	Author       Author
	To           []text.Safe // who else it went to, of ours: who it went to; as the network names them, MostTo of them
	Text         text.Safe
	Warning      text.Safe // what its author wants read before the rest is shown
	Poll         *Poll     // nil: none
	Status       Status
	Lang         string // BCP 47 as the network says; may be ""
	URL          string
	Post         *Post // what it hangs under; nil when there is none
	Media        []Media
	Counts       Counts
	Visibility   string // the network's word: public, unlisted, private, direct
	Rating       int    // reviews: 1 to 5
	// ReplyUntil is until when the network takes an answer to it; zero: what
	// the account's Caps say. It is not kept with the message.
	ReplyUntil time.Time
	Auto       Auto // of a machine of theirs
	Outgoing   bool // written by the account itself
	Deleted    bool // a tombstone: times stay, the text is gone
	Expired    bool // Deleted by a rule of retention, not by the network
	Damaged    bool // its record cannot be read: ID, Thread and At are all that is known
}

// Page is one answer of a connector's Fetch. Messages and Deleted are in any
// order; the cursor covers exactly what is in the page and in Refused.
type Page struct {
	Messages  []Message
	Deleted   []string // remote ids of messages that are gone
	Refused   []Refusal
	Cursor    string
	More      bool          // fetch again at once
	PollAfter time.Duration // the network's own wish; 0: none
}

// Refusal is an item that was not understood: kept out, told and counted.
type Refusal struct {
	Item   string // the network's id, or a position: "line 12"
	Reason string // one clause, without the item's text
	Source bool   // a whole Source, not an item of it: told, and not counted
}
