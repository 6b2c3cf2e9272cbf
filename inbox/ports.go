package inbox

import (
	"context"
	"io"
	"time"
)

// Repo is what the engine needs of a store. Every method is one short
// transaction; none keeps one open while somebody waits for a person. All may
// be called concurrently. Values returned are the caller's own.
type Repo interface {
	Reader
	Writer
	Tender
	// Backup writes a consistent copy while others read and write.
	Backup(ctx context.Context, w io.Writer) error
	Close() error
}

// Reader reads the store. A missing thing is ErrNotFound.
type Reader interface {
	Info(ctx context.Context) (StoreInfo, error)
	// Threads returns a window of a list, in the order of Rank, then of ID.
	Threads(ctx context.Context, q ThreadQuery) (ThreadPage, error)
	Thread(ctx context.Context, id ThreadID) (Thread, error)
	// ThreadOf finds a thread by the network's id of the conversation.
	ThreadOf(ctx context.Context, account AccountID, conversation string) (Thread, error)
	// Messages returns the newest limit messages of a thread that are older
	// than before (zero: all), oldest first. A limit of 0 means all.
	Messages(ctx context.Context, id ThreadID, before time.Time, limit int) ([]Message, error)
	// MessageOf finds a message by the network's id.
	MessageOf(ctx context.Context, account AccountID, remote string) (Message, error)
	// Post finds what threads hang under.
	Post(ctx context.Context, account AccountID, id string) (Post, error)
	// Events returns the events of a thread, oldest first.
	Events(ctx context.Context, id ThreadID) ([]Event, error)
	// EventLog returns up to limit events after one, in the order written.
	EventLog(ctx context.Context, after EventID, limit int) ([]Event, error)
	// LastEvents returns up to limit events before one (0: from the newest),
	// newest first.
	LastEvents(ctx context.Context, before EventID, limit int) ([]Event, error)
	// Search finds messages by the index, newest first by their own time.
	Search(ctx context.Context, req SearchRequest) (SearchPage, error)
	// CountThreads counts the threads of a list by the index, as Threads would
	// return them without Match: exact when Where says all there is to say.
	CountThreads(ctx context.Context, q ThreadQuery) (n int, exact bool, err error)
	// Walk returns threads in (account, conversation) order after one: the
	// order of exports.
	Walk(ctx context.Context, account AccountID, conversation string, limit int) ([]Thread, error)
	Counts(ctx context.Context) (Counters, error)
	StreamStates(ctx context.Context) ([]StreamState, error)
	// Actions returns actions that match, oldest first; nil matches all.
	Actions(ctx context.Context, match func(Action) bool) ([]Action, error)
	// OpenActions returns those that are not Terminal, and those that a person
	// should look at (Trouble).
	OpenActions(ctx context.Context) ([]Action, error)
	Action(ctx context.Context, id ActionID) (Action, error)
	// ThreadActions returns the actions of one thread, oldest first.
	ThreadActions(ctx context.Context, id ThreadID) ([]Action, error)
	Draft(ctx context.Context, id string) (Draft, error)
	// Drafts returns all drafts, those of one thread when id is not 0, in the
	// order in which they were begun.
	Drafts(ctx context.Context, id ThreadID) ([]Draft, error)
	// Sleepers returns threads whose Due time is not after t: snoozes to
	// wake and escalations that are overdue.
	Sleepers(ctx context.Context, t time.Time) ([]ThreadID, error)
	// NextDue is the earliest Due of all threads; zero when there is none.
	NextDue(ctx context.Context) (time.Time, error)
	// Tags are those that threads have, sorted, at most limit of those that
	// begin so; a client narrows to its own as far as that is known.
	Tags(ctx context.Context, begin string, limit int) ([]string, error)
	// Views are those saved by people, in the order saved.
	Views(ctx context.Context) ([]View, error)
	// PersonOf finds the person that an identity of a client belongs to.
	PersonOf(ctx context.Context, client ClientID, account AccountID, author string) (Person, error)
}

// Writer changes the store. Each call is durable when it returns nil.
type Writer interface {
	// Ingest stores a page with its changed threads, events and the stream's
	// next state, all or nothing. The same page twice changes nothing.
	Ingest(ctx context.Context, in Ingest) (IngestResult, error)
	// Act changes threads by events. For each id, decide gets the thread as
	// it is inside the transaction and returns the events to append (none:
	// leave it alone). Apply says what an event does. An error undoes all.
	Act(ctx context.Context, ids []ThreadID, decide func(Thread) ([]Event, error)) ([]Event, error)
	// SaveStream stores a stream's state without messages: failures, waits.
	SaveStream(ctx context.Context, s StreamState) error
	// AddAction stores a new action, gives it its ID and removes the draft it
	// was made of, in one transaction. An action of the same draft that is
	// there already is ErrConflict.
	AddAction(ctx context.Context, a Action, events []Event) (Action, error)
	// AddActions is AddAction for several without events, all or nothing, in
	// their order. One that Follows OneBefore follows the one before it in list.
	AddActions(ctx context.Context, list []Action) ([]Action, error)
	// MoveAction changes an action if it is still in state from (any state
	// when from is ""), else ErrConflict. Events are appended to its thread
	// and the messages of page ingested in the same transaction.
	MoveAction(ctx context.Context, id ActionID, from SendState, change func(*Action) ([]Event, *Ingest, error)) (Action, error)
	// MoveActions changes several actions in one transaction, in the order of
	// ids, and returns those that moved. change gets each as it is inside the
	// transaction; what it refuses is left alone, and so is what is not there or
	// cannot be read. Events are appended to the action's thread. An error undoes
	// all.
	MoveActions(ctx context.Context, ids []ActionID, change func(*Action) (events []Event, moves bool)) ([]Action, error)
	// SaveDraft stores a draft under its ID, which must not be empty.
	SaveDraft(ctx context.Context, d Draft) error
	DropDraft(ctx context.Context, id string) error
	// SaveView stores a view under its ID, in place of one that has it.
	SaveView(ctx context.Context, v View) error
	// DropView removes one; one that is not there is ErrNotFound.
	DropView(ctx context.Context, id string) error
	// SavePerson stores a person, a new one when its ID is 0; an identity
	// leaves the person it belonged to. One without identities is removed.
	SavePerson(ctx context.Context, p Person) (Person, error)
	// Retarget gives the threads that are ours the Target, the Window and the
	// Alarm that fix gives them, in short transactions and without events. It does
	// nothing when the last one that ended had the same mark.
	Retarget(ctx context.Context, mark string, fix func(*Thread)) error
	// NewEpoch marks the store as another copy: nothing queued before it is
	// sent by itself. It returns the new epoch.
	NewEpoch(ctx context.Context) (string, error)
	// Restore puts exported threads' triage and events back, all or nothing;
	// see the import. It returns the places in list of threads that are not
	// there. Doing it again changes nothing. What follows from the triage and
	// the messages is reckoned anew: WaitAt, SortAt, and the Target only by the
	// next Retarget where they wait since another time.
	Restore(ctx context.Context, list []RestoredThread) (missing []int, err error)
}

// Tender keeps a store in order. What it does changes nothing that others
// read; each call may be ended at any point and is gone on with by the next.
type Tender interface {
	// Tend does a short piece of what waits: the index of messages that are
	// not in it. It reports whether more waits.
	Tend(ctx context.Context) (more bool, err error)
	// Index says how far the index is.
	Index(ctx context.Context) (IndexInfo, error)
	// Reindex throws the index away; Tend then makes it anew. Until it is
	// whole, searches read what is missing.
	Reindex(ctx context.Context) error
	// Compaction says what Compact would gain.
	Compaction(ctx context.Context) (Compaction, error)
	// Compact writes the file anew without its free pages, and puts it in its
	// place. Reading goes on meanwhile. With yield it gives up with ErrBusy as
	// soon as somebody wants to change something; else changes wait.
	Compact(ctx context.Context, yield bool) (Compaction, error)
	// Erase makes tombstones of a client's messages that are older than
	// before: what they said and who said it goes from messages, heads, posts, events,
	// and the index; counts and times stay. It handles at most limit messages
	// from a place on (zero: the oldest) and returns the next place, zero at the end.
	// With dry it only counts.
	Erase(ctx context.Context, req EraseRequest) (EraseResult, error)
}

// EraseRequest is a piece of a retention run.
type EraseRequest struct {
	Client ClientID
	Before time.Time
	From   MessageID
	Limit  int // messages looked at in this piece
	Dry    bool
	Now    time.Time
}

// EraseResult is what a piece did.
type EraseResult struct {
	Looked, Erased int
	Threads        int // whose head changed
	Next           MessageID
	// Oldest and Newest are the times of the first and last message erased;
	// zero: none was.
	Oldest, Newest time.Time
}

// RestoredThread is what people made of a thread, as an export has it. Its
// Events replace those the thread has and are numbered from 1.
type RestoredThread struct {
	Account      AccountID
	Conversation string
	Triage       Triage
	Tags         []string
	Priority     int
	Feeling      Feeling
	Events       []Event
}

// StoreInfo describes a store.
type StoreInfo struct {
	Path     string
	ID       string // made once
	Epoch    string // made anew by each restore
	Schema   int
	Bytes    int64
	Messages uint64
	Threads  uint64
	// RolledBack is when the store was taken for another than the one last
	// seen at its place, and Rollback why; zero: never, or a person has
	// acknowledged it.
	RolledBack time.Time
	Rollback   Rollback
}

// Rollback is why a store is taken for another than the one last seen at its
// place. It has got a new epoch then: nothing queued in it is sent by itself.
type Rollback string

// The reasons.
const (
	RollbackTorn  Rollback = "torn"  // one of the file's two tables of contents is unreadable
	RollbackOlder Rollback = "older" // the file is older than what was last seen
	RollbackCopy  Rollback = "copy"  // another copy of the same store
	RollbackOther Rollback = "other" // another store
)

// ThreadQuery asks for a window of a list. Its cost depends on Limit and on
// how many of the rows that Where leaves Match refuses, never on the size of
// the inbox.
type ThreadQuery struct {
	Client ClientID // "": all clients
	Split  Split
	States []State           // empty: all but Done
	Where  Cond              // narrows by the index; the zero Cond does not
	Match  func(Thread) bool // the exact answer by the head; nil: all
	After  ListCursor        // zero: from the top
	Limit  int
	// Budget ends the walk after so many rows looked at; 0: no limit.
	Budget int
}

// ListCursor is a place in a list: that of a thread with that rank.
type ListCursor struct {
	Rank Rank
	ID   ThreadID
}

// Zero reports whether the cursor is the top of the list.
func (c ListCursor) Zero() bool { return c.ID == 0 }

// ThreadPage is a window of a list.
type ThreadPage struct {
	Threads []Thread
	Next    ListCursor // where the next window begins
	More    bool       // there may be more behind Next
	Damaged int        // threads passed over whose record cannot be read
	// Sure says of each of Threads whether Where alone decided that it matches:
	// its messages need not be asked. A shorter one says nothing of the others.
	Sure []bool
}

// Hit is a message found, with its thread.
type Hit struct {
	Thread  Thread
	Message Message
}

// Counter counts the threads of one client, account, split and state.
type Counter struct {
	Client  ClientID
	Account AccountID
	Split   Split
	State   State
	Total   int
	Unread  int
}

// Counters are all Counter values that are not zero, kept incrementally.
type Counters []Counter

// Sum adds the counters that match; an empty client means all clients.
func (cs Counters) Sum(client ClientID, split Split, states ...State) (total, unread int) {
	for _, c := range cs {
		if c.Split != split || (client != "" && c.Client != client) {
			continue
		}
		for _, s := range states {
			if c.State == s {
				total += c.Total
				unread += c.Unread
			}
		}
	}
	return total, unread
}

// Ingest is a page on its way into the store.
type Ingest struct {
	Account  Account
	Messages []Message
	Deleted  []string
	// Moderated gives messages that are there another status: by remote id.
	Moderated map[string]Status
	// TellsHidden: a message that does not say that it is hidden is not, see Caps.
	TellsHidden bool
	// EditsUndated: a message that tells no time of a change is no late delivery,
	// see Caps; when its words are others, they were changed about Now.
	EditsUndated bool
	Origin       Origin // of messages that are new
	Actor        Actor  // of the events; Import writes no events
	Now          time.Time
	// HistoryBefore: new Live messages older than this are stored as Backfill.
	HistoryBefore time.Time
	Stream        *StreamState // stored in the same transaction; nil: none
	// Target says by when a client wants a message answered that came at a
	// time, zero: no wish. Nil: nobody asks. It is called inside the
	// transaction.
	Target func(client ClientID, kind Kind, at time.Time) time.Time
	// KeepDeleted keeps the text of messages that the network deleted.
	KeepDeleted bool
}

// OriginOf is how a message that is new came in: as the page says, but what
// is older than HistoryBefore is history.
func (in Ingest) OriginOf(m Message) Origin {
	if in.Origin == Live && m.At.Before(in.HistoryBefore) {
		return Backfill
	}
	return in.Origin
}

// IngestResult says what an Ingest changed. Threads are those changed.
type IngestResult struct {
	New, Edited, Deleted, Unchanged int
	Threads                         []ThreadID
}

// Draft is an answer or a note being written, bound to thread and identity. A
// thread may have several: two people who write at once never overwrite each
// other.
type Draft struct {
	ID         string // made once, when it is begun
	Thread     ThreadID
	Account    AccountID
	Text       string // as typed; may be anything a keyboard or a paste gives
	Visibility string
	Parent     string // remote id of the message answered; "": the newest of theirs
	Note       bool   // a private note, not an answer
	Private    bool   // a private answer
	BegunAt    time.Time
	SavedAt    time.Time
	Session    string
	Line       string    // who writes it, see By
	SeenN      int       // number of the thread's newest event when the draft began
	SendAt     time.Time // when the answer is to be sent; zero: no time was asked for
	Rest       int       // bytes of Text behind the cursor
	Media      []Upload  // what goes with the answer
	Edit       string    // remote id of the own message that Text is to replace
}

// Shelf keeps the content of uploads, by its sum, beside the store. It is safe
// for concurrent use.
type Shelf interface {
	// Put keeps what r holds, at most limit bytes of it (0: as much as there
	// is), and gives its size and sum once that is durable. More is ErrTooLarge
	// and kept nowhere.
	Put(ctx context.Context, r io.Reader, limit int64) (size int64, sum string, err error)
	// Open gives the content back; ErrNotFound when it is not there.
	Open(sum string) (io.ReadCloser, error)
	// Drop takes away all whose sum keep refuses and that is older than before.
	Drop(ctx context.Context, before time.Time, keep func(sum string) bool) error
}

// Change tells sessions what to read again: ids, never content. A zero Change
// with All set means: everything.
type Change struct {
	Thread  ThreadID
	Account AccountID
	Outbox  bool
	Health  bool
	Session bool // presence changed
	Notice  bool // there are new notices
	Views   bool // a view was saved or dropped
	All     bool
}

// Clock tells the time; tests bring their own.
type Clock interface {
	Now() time.Time
}
