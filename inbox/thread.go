package inbox

import (
	"slices"
	"time"

	"vigie/inbox/text"
)

// State says who owes the next move.
type State uint8

// The states. Their order is the order of the tabs, not of importance.
const (
	Ours State = iota
	Theirs
	Snoozed
	Escalated
	Done
)

// States lists all states in order.
func States() []State { return []State{Ours, Theirs, Snoozed, Escalated, Done} }

var stateWords = [...]string{"ours", "theirs", "snoozed", "escalated", "done"}

// String returns the word of the bridge format and the query language.
func (s State) String() string {
	if int(s) < len(stateWords) {
		return stateWords[s]
	}
	return "state?"
}

// ParseState is the inverse of String.
func ParseState(word string) (State, bool) {
	i := slices.Index(stateWords[:], word)
	return State(max(i, 0)), i >= 0
}

// Split is the pile a Thread lies in.
type Split uint8

// Inbox is what must be triaged; Watches is what is only listened to.
const (
	Inbox Split = iota
	Watches
)

// Escalation is where a Thread was taken to, and until when an answer is due.
type Escalation struct {
	Contact  ContactID
	Name     text.Safe // of the contact, as it was then
	At       time.Time
	Due      time.Time // zero: no deadline
	Question text.Safe
}

// Triage is the part of a Thread that acts change. An Event keeps the Triage
// before it, which is all that undo needs.
type Triage struct {
	State      State
	Unread     bool
	Until      time.Time   // snoozed until; zero while Snoozed: until they answer
	Nap        NapRule     // how it is snoozed, and then how it came back
	Dozes      bool        // snoozed: a message that only thanks does not wake it
	WokeAt     time.Time   // when its snooze ended or its escalation was overdue; zero: neither since
	DoneAt     time.Time   // remote time of the newest message it was done at
	Escalation *Escalation // nil: not escalated
	Promoted   bool        // a watch that became a thread
}

// Thread is the head of what is triaged. It holds what a list row needs; the
// messages and events are read apart.
type Thread struct {
	ID      ThreadID
	Account AccountID
	Client  ClientID
	Network Network
	Remote  string // the network's id of the conversation
	Kind    Kind   // of its first message
	Triage
	Tags     []string // sorted, unique
	Priority int
	Author   Author       // who we answer: the newest author that is not us and can be
	Title    text.Safe    // one line: what the conversation is about
	Snippet  text.Safe    // one line of the newest message
	Status   Status       // of that message
	FirstAt  time.Time    // of the oldest message
	LastAt   time.Time    // of the newest message, either side
	InAt     time.Time    // of the newest message of theirs; zero: none
	OutAt    time.Time    // of the newest message of ours; zero: none
	SortAt   time.Time    // of what happened last: the age in a list
	WaitAt   time.Time    // of the first message of theirs that no answer of ours followed; zero: none waits
	Target   time.Time    // by when the client wants it answered; zero: no wish
	Window   time.Time    // until when the network takes an answer; zero: for ever
	Alarm    Alarm        // how near the end of the Window is
	Lang     string       // of what they write, as two letters; "" when not known
	Feeling  Feeling      // as a person marked it
	Rank     Rank         // its place in lists, as the store has it
	Statuses StatusCounts // of what they wrote and what is there
	Messages int
	Notes    int
	Events   int    // also the number of the newest event
	PostID   string // remote id of the Post it hangs under
	URL      string
	LastOut  bool // the newest message is ours
	OutSent  bool // the newest message of ours was sent by vigie: by who saw what was collected
}

// Split says in which pile the thread lies.
func (t Thread) Split() Split {
	if t.Kind == KindWatch && !t.Promoted {
		return Watches
	}
	return Inbox
}

// Open reports whether the thread is not done.
func (t Thread) Open() bool { return t.State != Done }

// Expired reports whether a rule of retention erased what the thread's messages
// said, all of them.
func (t Thread) Expired() bool {
	return t.Author.ID == ErasedAuthor && t.Title.Empty() && t.Snippet.Empty()
}

// Due is when vigie itself has something to do: the end of a snooze, the
// deadline of an escalation, or the next alarm of a window. Zero: nothing.
func (t Thread) Due() time.Time {
	switch {
	case t.State == Snoozed:
		return t.Until
	case t.State == Escalated && t.Escalation != nil:
		return t.Escalation.Due
	case t.State == Ours && t.Split() == Inbox:
		return t.nextAlarm()
	}
	return time.Time{}
}

// HasTag reports whether the thread carries the tag.
func (t Thread) HasTag(tag string) bool {
	_, ok := slices.BinarySearch(t.Tags, tag)
	return ok
}
