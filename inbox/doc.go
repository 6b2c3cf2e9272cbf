// Package inbox holds the words of vigie as types, the rules that make a
// thread's state follow from events, and the ports through which the engine
// reaches networks and the store. It does no I/O and imports nothing but the
// standard library, inbox/text and inbox/courtesy.
//
// The words:
//
//	Client   a brand the user works for; a hard partition
//	Account  one signed-in identity on one network, belonging to one Client
//	Stream   one kind of inflow of an Account: mentions, comments, messages …
//	Thread   what is triaged; identity (Account, remote thread id)
//	Message  one item of a Thread, in or out; identity (Account, remote id)
//	Action   something to do on a network or to a Contact; a record first
//	Event    an append-only fact with actor and time; undo and audit read it
//	Watch    an entry listened to that is not addressed to us
//	Contact  somebody without a seat to whom a Thread can be escalated
//
// The states of a Thread:
//
//	            message from them              answer of ours
//	(anything) ─────────────────▶ ours ─────────────────────▶ theirs
//	   ▲                          │ │ │
//	   │ wake, reopen, undo       │ │ └─ done ─────▶ done (as of a remote time)
//	   └──────────────────────────┘ └─── snooze ───▶ snoozed (until a time, or an answer)
//	                              └───── escalate ─▶ escalated (to a Contact)
//
// A message of theirs that is newer than the time a thread was done at makes
// it ours again, whatever it was. Unread is a mark beside the state.
package inbox
