package conformance

import (
	"context"
	"time"

	"vigie/connectors"
	"vigie/connectors/sandbox/fault"
	"vigie/inbox"
)

// T is what a check needs of its surroundings; *testing.T has it, and so may
// a command that tests a program for its author.
type T interface {
	Name() string
	Helper()
	Context() context.Context
	Cleanup(func())
	TempDir() string
	Logf(format string, args ...any)
	Errorf(format string, args ...any)
	Fatalf(format string, args ...any) // ends the check
	Skipf(format string, args ...any)  // ends the check
}

// Harness is a connector and how to give it a network.
type Harness struct {
	// Info is the connector's entry of the registry.
	Info connectors.Info
	// New makes a network of one check's own, empty of messages for us. What
	// it starts, it ends by t.Cleanup.
	New func(t T) Rig
	// Hostile are further texts of strangers, besides the suite's own.
	Hostile []string
}

// Rig is a network under control and the account on it. A nil func means
// that the network has no such thing, or that it cannot be controlled.
type Rig struct {
	// Connector signs in afresh: another connector of the same account on the
	// same network. The suite closes what it opens.
	Connector func() inbox.Connector
	// Account is the account's id, as the connector's Setup has it.
	Account inbox.AccountID
	// Kinds are the kinds of items that Say can make; at least one.
	Kinds []inbox.Kind
	// History is how far back a first fetch goes; 0: 30 days.
	History time.Duration
	// Now is the time that network and connector share; nil: the machine's.
	Now func() time.Time
	// Advance moves that time; nil: it moves by itself.
	Advance func(time.Duration)

	// Say lets a stranger write to the account: a new item, in a conversation
	// of its own, seen by a fetch that begins after Say returns. It returns the
	// item's remote id as the connector will spell it.
	Say func(kind inbox.Kind, text string) string
	// Edit changes the text of a said item; Delete takes it away.
	Edit   func(id, text string)
	Delete func(id string)
	// Spoil adds one item that cannot be understood to what is fetched next,
	// between good ones.
	Spoil func()

	// Sent counts what the account has on the network with exactly this text;
	// nil for a network that is only read.
	Sent func(text string) int
	// Liked counts the account's likes of an item; nil: no likes.
	Liked func(id string) int

	// Ledger tells what the network itself knows of an action's kind on what
	// the action names (its target, author or conversation; for a text, the
	// text): how often it was carried out, changes only, and whether its effect
	// stands now. Nil: nobody counts.
	Ledger func(a inbox.Action) (times int, stands bool)
	// Moderate gives a said item a status, on the network itself; nil: items have
	// none there.
	Moderate func(id string, s inbox.Status)
	// Shelve keeps content where the connector's Env.Shelf has it, and gives its
	// sum; Files are the files that the account's message with exactly that text
	// has on the network. Nil: files cannot be looked at.
	Shelve func(content []byte) (sum string)
	Files  func(text string) []inbox.Upload
	// Calls is how many requests the network has got; nil: nobody counts.
	Calls func() int

	// Fault makes every request from now on go wrong as told, until the next
	// call; the zero Fault ends it. Nil: faults cannot be made.
	Fault func(Fault)
	// Down makes the network unreachable: no connection can be opened, until it
	// is called with false. Nil: it cannot.
	Down func(bool)
	// Secrets are the values that the connector was given as secrets, and what
	// the network gave it in exchange: tokens. They must be told to nobody.
	Secrets func() []string
	// Log returns all that the connector has logged, at any level.
	Log func() string
}

// Fault is something that goes wrong between a connector and its network.
type Fault = fault.Fault

// FaultKind is what goes wrong.
type FaultKind = fault.Kind

// The faults, as package fault tells them.
const (
	None         = fault.None
	Unauthorized = fault.Unauthorized
	TooMany      = fault.TooMany
	ServerError  = fault.ServerError
	Drop         = fault.Drop
	LostAnswer   = fault.LostAnswer
	Hang         = fault.Hang
	Huge         = fault.Huge
	Garbage      = fault.Garbage
	Unavailable  = fault.Unavailable
	LostError    = fault.LostError
	LostHang     = fault.LostHang
)
