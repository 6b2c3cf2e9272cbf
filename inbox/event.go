package inbox

import (
	"time"

	"vigie/inbox/text"
)

// Actor is who made an Event happen.
type Actor string

// The actors. A figure about people's work counts Human and Native only.
const (
	Human  Actor = "human"  // in vigie, by a key or a command
	Rule   Actor = "rule"   // by a rule of the configuration, or by time
	Native Actor = "native" // on the network itself, seen in the feed
	Import Actor = "import" // by "vigie import"
	System Actor = "system" // by vigie: wake-ups, outcomes of sending
)

// Verb is what happened.
type Verb string

// The verbs.
const (
	Received Verb = "received" // Message
	Edited   Verb = "edited"   // Message
	Removed  Verb = "removed"  // Message: the network took it away
	Read     Verb = "read"
	Unread   Verb = "unread"
	Replied  Verb = "replied"   // Message or Action
	Acted    Verb = "acted"     // Action: liked, hidden …; Args: kind
	Tagged   Verb = "tagged"    // Args: "+a" "-b", only what changed
	Noted    Verb = "noted"     // Text
	Snoozing Verb = "snoozed"   // Until; Args: "reply" or "noreply" for the NapRule, "dozes"
	Woke     Verb = "woke"      // the snooze ended
	Escalate Verb = "escalated" // Args: contact; Until: the deadline; Text: the question
	Overdue  Verb = "overdue"   // the escalation's deadline passed
	Finished Verb = "done"      // Until: the remote time it was done at
	Reopened Verb = "reopened"
	Promoted Verb = "promoted"
	Undone   Verb = "undone"   // Undoes; or Action, with its kind in Args, that was taken out of the outbox
	Prior    Verb = "priority" // Args: the new one; Append adds the one before
	Failed   Verb = "failed"   // Action could not be done
	Felt     Verb = "felt"     // Args: the sentiment; Append adds the one before
	// Moderated: the status of a message of theirs is another, and not by an act
	// of ours. Args: the status it has, the one before.
	Moderated Verb = "moderated" // Message
	Alarmed   Verb = "alarmed"   // Args: the Alarm as a number; Until: the end of the window

	// Confirmed is an Undid's only: a person's word that an Action is there.
	Confirmed Verb = "confirmed"
	// Known is a change of what is known of a person. It writes no event; undo
	// tells of it.
	Known Verb = "known"
)

// Event is an append-only fact about a Thread.
type Event struct {
	ID      EventID
	Thread  ThreadID
	N       int // 1 for the thread's first event
	At      time.Time
	Actor   Actor
	Session string // which terminal or command; for audit
	Line    string // whose undo history it belongs to, see By
	Step    uint64 // all events of one act carry the same number, which grows; 0: nothing to undo
	Of      uint64 // the Step that it takes back or does again; 0: neither
	Verb    Verb
	Message string // remote id of the message it is about
	Action  ActionID
	Args    []string
	Text    text.Safe
	Until   time.Time
	Undoes  int     // N of the event that this one takes back
	Before  *Triage // as it was, when this event changed it; Append fills it
	After   *Triage // Undone only: what to go back to
}
