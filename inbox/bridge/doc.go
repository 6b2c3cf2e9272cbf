// Package bridge reads and writes the bridge format, version 1: one JSON
// object a line, which import, export and external connectors share. The
// format itself is a promise to others and stands in docs/bridge.md.
//
// The package does no I/O but through the reader and writer it is given. All
// text that comes in is cleaned here, and nothing is written that would not be
// read back: what Writer gives, Reader takes, and writing that again gives the
// same bytes.
package bridge

import (
	"fmt"

	"vigie/inbox"
)

// Version is the version of the format, the value of "v" in each line.
const Version = 1

// MaxLine is the longest line that is read, in bytes without the line feed.
// Longer ones are refused without being held in memory.
const MaxLine = 4 << 20

// Line is one line: exactly one of its fields is set.
type Line struct {
	Message *MessageLine
	Thread  *ThreadLine
	Event   *EventLine // notes too: events whose verb is noted
}

// MessageLine is a message with the ids of the configuration it belongs to.
// Message.Account and Message.Conversation name its account and thread; ID,
// Thread and Origin belong to one store and are not in the format.
type MessageLine struct {
	Client  inbox.ClientID // "" when the line does not say
	Network inbox.Network  // "" when the line does not say
	Message inbox.Message
}

// ThreadLine is what people made of a thread: enough to restore its Triage.
type ThreadLine struct {
	Account      inbox.AccountID
	Conversation string
	Triage       inbox.Triage
	Tags         []string // sorted, unique
	Priority     int
	Feeling      inbox.Feeling
}

// EventLine is one event of a thread. Its ID, Thread and Action belong to one
// store and are not in the format; N orders the events of a thread and is what
// Undoes refers to, 0 when the line does not say.
type EventLine struct {
	Account      inbox.AccountID
	Conversation string
	Event        inbox.Event
}

// LineError says why a line was refused. The lines after it are not touched
// by that.
type LineError struct {
	Line   int      // from 1; 0: not part of a stream
	Code   Code     // why; each has a sentence in French and English
	Args   []string // what stands in the sentence: names of fields, numbers
	Reason string   // the sentence in English, for logs: one clause without the line's text
}

func (e *LineError) Error() string {
	if e.Line == 0 {
		return e.Reason
	}
	return fmt.Sprintf("line %d: %s", e.Line, e.Reason)
}
