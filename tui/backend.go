package tui

import (
	"context"
	"time"

	"vigie/inbox"
)

// Backend is what a session needs of the engine. Every call may wait for the
// store and is therefore made from a tea.Cmd, never from Update or View. All
// methods are safe for concurrent use and honour ctx.
type Backend interface {
	// Clients in the order of the configuration; digit n selects the n-th.
	Clients() []inbox.Client
	// Accounts in the order of the configuration, with their health.
	Accounts(ctx context.Context) ([]inbox.AccountStatus, error)
	// Trouble is what is wrong with the server itself; zero: nothing.
	Trouble() inbox.Problem
	// Views are the named queries of the configuration and the built-in ones.
	Views() []inbox.View

	Threads(ctx context.Context, q inbox.ViewQuery) (inbox.ThreadPage, error)
	Thread(ctx context.Context, id inbox.ThreadID) (inbox.ThreadView, error)
	// CountView counts the threads of a view, whatever its window; without exact
	// there may be more.
	CountView(ctx context.Context, q inbox.ViewQuery) (n int, exact bool, err error)
	Counts(ctx context.Context) (inbox.Counters, error)
	// Search looks through every message ever stored; limit 0 returns all hits.
	Search(ctx context.Context, query string, limit int) (inbox.Found, error)
	// SearchSoon gives the same hits without waiting for a long count: its
	// total may be "at least".
	SearchSoon(ctx context.Context, query string, limit int) (inbox.Found, error)
	// IndexState says how far the index of the searches is made.
	IndexState(ctx context.Context) (inbox.IndexInfo, error)

	// Acts on threads. Each is one undoable step, whatever the number of
	// threads, and returns what it changed.
	MarkRead(ctx context.Context, by inbox.By, ids []inbox.ThreadID, read bool) error
	Tag(ctx context.Context, by inbox.By, ids []inbox.ThreadID, changes []string) error
	Note(ctx context.Context, by inbox.By, id inbox.ThreadID, body string) error
	Done(ctx context.Context, by inbox.By, ids []inbox.ThreadID) error
	Reopen(ctx context.Context, by inbox.By, ids []inbox.ThreadID) error
	// Nap puts threads to sleep as the words say (package when), in the time
	// zone of each thread's client.
	Nap(ctx context.Context, by inbox.By, ids []inbox.ThreadID, words string) error
	// Feel marks the sentiment of threads.
	Feel(ctx context.Context, by inbox.By, ids []inbox.ThreadID, f inbox.Feeling) error
	Promote(ctx context.Context, by inbox.By, id inbox.ThreadID) error
	Escalate(ctx context.Context, by inbox.By, id inbox.ThreadID, e inbox.EscalateRequest) (inbox.Action, error)
	// Undo takes back the session's last act; Redo the last Undo. They say
	// what they took back, and with an error what they did not; an empty Undid
	// means there was nothing.
	Undo(ctx context.Context, by inbox.By) (inbox.Undid, error)
	Redo(ctx context.Context, by inbox.By) (inbox.Undid, error)

	// Reply queues an answer: held for the client's hold, then sent.
	Reply(ctx context.Context, by inbox.By, r inbox.ReplyRequest) (inbox.Action, error)
	// Perform queues an act without text: like, hide, delete, block, read and
	// their inverses. An empty message means the newest of theirs.
	Perform(ctx context.Context, by inbox.By, id inbox.ThreadID, kind inbox.ActionKind, message string) (inbox.Action, error)
	// Report queues a message of theirs for the network's moderators.
	Report(ctx context.Context, by inbox.By, r inbox.ReportRequest) (inbox.Action, error)
	// Answered keeps a person's word that they answered on the network itself:
	// the thread is theirs then, and nothing is sent.
	Answered(ctx context.Context, by inbox.By, r inbox.AnsweredRequest) error
	// Enclose keeps a file of the machine that the server runs on, for an answer
	// in a thread; what the thread's network does not take is CodeMedia.
	Enclose(ctx context.Context, by inbox.By, id inbox.ThreadID, path, alt string) (inbox.Upload, error)
	// PerformAll queues an act on the newest message of theirs of each thread, as
	// one undoable step. Threads of several clients are refused (CodeClients).
	PerformAll(ctx context.Context, by inbox.By, ids []inbox.ThreadID, kind inbox.ActionKind) (inbox.Performed, error)
	// CancelAction takes a held action back; its text becomes the draft.
	CancelAction(ctx context.Context, by inbox.By, id inbox.ActionID) (inbox.Action, error)
	// RetryAction sends a failed or doubtful one again, as a new attempt.
	RetryAction(ctx context.Context, by inbox.By, id inbox.ActionID) error
	// ConfirmAction says that a doubtful one is there.
	ConfirmAction(ctx context.Context, by inbox.By, id inbox.ActionID) error
	// DropAction gives one up.
	DropAction(ctx context.Context, by inbox.By, id inbox.ActionID) error
	Outbox(ctx context.Context) ([]inbox.Action, error)

	// OpenDraft gives the draft to write on, begun or new.
	OpenDraft(ctx context.Context, by inbox.By, r inbox.DraftRequest) (inbox.Draft, error)
	SaveDraft(ctx context.Context, by inbox.By, d inbox.Draft) error
	DropDraft(ctx context.Context, by inbox.By, id string) error
	// Drafts lists those of a thread, or all for 0, in the order begun.
	Drafts(ctx context.Context, id inbox.ThreadID) ([]inbox.Draft, error)

	// Tags are those that threads have and that begin so, at most limit.
	Tags(ctx context.Context, begin string, limit int) ([]string, error)
	// SaveView keeps a view as a tab, in place of one with its ID; DropView
	// takes a saved one away. Views that the configuration has are refused.
	SaveView(ctx context.Context, v inbox.View) error
	DropView(ctx context.Context, id string) error

	// Person is the card of who a thread is with.
	Person(ctx context.Context, id inbox.ThreadID) (inbox.PersonCard, error)
	// Badge adds and removes badges ("+vip", "-press") of who a thread is with.
	Badge(ctx context.Context, by inbox.By, id inbox.ThreadID, changes []string) error
	// PersonNote adds a private note on who a thread is with.
	PersonNote(ctx context.Context, by inbox.By, id inbox.ThreadID, body string) error
	// Link says that two threads of one client are with the same person;
	// Unlink takes the identity of a thread out of its person.
	Link(ctx context.Context, by inbox.By, id, with inbox.ThreadID) error
	Unlink(ctx context.Context, by inbox.By, id inbox.ThreadID) error

	// Digest tells what happened since; Log the events before one (0: the
	// newest), newest first.
	Digest(ctx context.Context, since time.Time) (inbox.Digest, error)
	Log(ctx context.Context, before inbox.EventID, limit int) ([]inbox.Logged, error)
	// Notices are those after one; Quiet silences all that do not come from
	// a person with a badge, until a time.
	Notices(ctx context.Context, after uint64) ([]inbox.Notice, error)
	Quiet(ctx context.Context, until time.Time) error
	// Place is where the line's last session was; SavePlace tells where this is.
	Place(by inbox.By) (inbox.Place, bool)
	SavePlace(by inbox.By, p inbox.Place)

	// Sync asks for a collection of these accounts (none: all) soon.
	Sync(accounts ...inbox.AccountID)
	// Compose tells the other sessions what this one is writing, by thread and
	// draft; 0 and "": nothing.
	Compose(by inbox.By, id inbox.ThreadID, draft string)
	// Sessions lists who is attached.
	Sessions() []inbox.SessionInfo
	// Subscribe returns a subscription to changes; Close it.
	Subscribe() Subscription
}

// Subscription delivers changes, coalesced: a slow session gets fewer and
// larger batches and never blocks the engine.
type Subscription interface {
	// Next waits for changes and returns all that are pending. It fails when
	// ctx ends or the engine stops.
	Next(ctx context.Context) ([]inbox.Change, error)
	Close()
}
