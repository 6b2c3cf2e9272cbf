package inbox

import (
	"time"

	"vigie/inbox/text"
)

// PersonID numbers the persons of a store.
type PersonID uint64

// Person is what people of one client know of somebody: a reversible grouping
// of identities, with badges and notes. Answers always follow the identity.
// Who has none of these has no Person.
type Person struct {
	ID         PersonID
	Client     ClientID
	Identities []PersonIdentity // the one first known first
	Badges     []string         // sorted, unique; tags by their form: vip, press
	Notes      []PersonNote     // oldest first
}

// PersonIdentity is one author as one account sees them.
type PersonIdentity struct {
	Account AccountID
	Author  Author
}

// PersonNote is a private note on a person.
type PersonNote struct {
	At      time.Time
	Session string
	Line    string // of whose session; "" for one that came before lines did
	Text    text.Safe
}

// BadgesThatRing are the badges whose bearers' messages are told at once.
func BadgesThatRing() []string { return []string{"press", "presse", "vip"} }

// Rings reports whether a message of the person is told at once.
func (p Person) Rings() bool {
	for _, b := range p.Badges {
		for _, r := range BadgesThatRing() {
			if b == r {
				return true
			}
		}
	}
	return false
}

// PersonCard is what is known of who a thread is with, all of it of that
// thread's client.
type PersonCard struct {
	Person   // without ID: nobody has noted anything yet
	Author   Author
	Network  Network
	Messages int  // of theirs
	AtLeast  bool // there may be more messages and threads
	FirstAt  time.Time
	LastAt   time.Time
	Threads  []Thread  // the newest first, at most a handful; the one asked for left out
	Total    int       // threads with them, that one included
	Hidden   int       // messages of theirs that were hidden or deleted by us
	Measures []Measure // the newest first
}

// Measure is what we did to a person on a network and have not taken back, as
// far as the acts of the newest threads with them tell.
type Measure struct {
	Kind    ActionKind // ActBlock or ActMute
	Account AccountID
	Thread  ThreadID  // where it was asked for
	At      time.Time // when it was
	Session string    // by whom, with Line, as of an Action
	Line    string
}
