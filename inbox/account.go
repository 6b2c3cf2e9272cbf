package inbox

import "time"

// ClientID names a Client: a short word of the configuration, unique.
type ClientID string

// AccountID names an Account: a short word of the configuration, unique over
// all Clients. It survives a new token.
type AccountID string

// Network is the network's name as connectors register it: "mastodon".
type Network string

// Client is a brand the user works for.
type Client struct {
	ID       ClientID
	Name     string        // as people write it: "Miette"
	Color    string        // "#rrggbb" or a palette word; never the only sign
	Zone     string        // IANA time zone
	Hold     time.Duration // how long an answer waits, undoable, before it is sent; negative: the configuration's own
	Contacts []Contact
	// Guards are words that name this client: brands, handles, domains. An
	// answer of another client that holds one is stopped. The client's name
	// and its accounts' handles count without being listed.
	Guards []string
	// Retention is how long its messages keep what they say and who said it; 0:
	// for ever.
	Retention time.Duration
	Hours     Hours                  // when it is open; zero: always
	Target    time.Duration          // by when it wants an answer, in its hours; 0: no wish
	Targets   map[Kind]time.Duration // of kinds that have another; 0: no wish
	Quiet     []Span                 // of a day in its zone: nothing rings
	Charter   Charter
	Replies   []SavedReply
}

// Account is one signed-in identity on one network.
type Account struct {
	ID      AccountID
	Client  ClientID
	Network Network
	Handle  string // as configured or as the network says, for people
	Server  string // where it is, as configured: an address, a program; "": where the network is
}

// Stream is one kind of inflow of an Account.
type Stream string

// The streams that exist.
const (
	StreamMentions Stream = "mentions" // mentions and answers to own posts
	StreamComments Stream = "comments"
	StreamMessages Stream = "messages" // direct messages
	StreamReviews  Stream = "reviews"
	StreamWatch    Stream = "watch"
)

// StreamState is what the scheduler remembers of one Stream. The cursor is
// the connector's own, opaque here, and only ever moves in the transaction
// that stores what it passed.
type StreamState struct {
	Account AccountID
	Stream  Stream
	Cursor  string
	Begun   bool      // false until the first fetch is stored: that one is backfill
	NextAt  time.Time // not before
	LastAt  time.Time // last attempt
	OKAt    time.Time // last success
	Fails   int       // in a row
	Problem Problem   // of the last attempt, zero when it went well
	Refused uint64    // items not understood, ever
}

// ContactID names a Contact within its Client.
type ContactID string

// Channel is how a Contact is reached.
type Channel string

// The channels that exist.
const (
	ChannelMail    Channel = "mail"
	ChannelWebhook Channel = "webhook"
	ChannelCommand Channel = "command"
)

// Contact is somebody without a seat to whom a Thread can be escalated.
type Contact struct {
	ID      ContactID
	Name    string
	Role    string
	Channel Channel
	Address string   // mail address or webhook URL
	Command []string // argument list; the brief comes as JSON on standard input
}
