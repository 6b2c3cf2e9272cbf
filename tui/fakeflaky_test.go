package tui

import (
	"context"
	"sync"
	"time"

	"vigie/inbox"
)

// flaky is a Backend of which one method fails, while broken is set.
type flaky struct {
	simBackend
	broken *string
	asked  map[string]int // how often each method was asked
	mu     *sync.Mutex    // guards asked: a batch asks from several goroutines
}

func (k flaky) fails(method string) error {
	k.mu.Lock()
	k.asked[method]++
	k.mu.Unlock()
	if *k.broken == method {
		return inbox.Problem{Code: inbox.CodeFull}
	}
	return nil
}

func (k flaky) Accounts(ctx context.Context) (v0 []inbox.AccountStatus, err error) {
	if err = k.fails("Accounts"); err != nil {
		return
	}
	return k.simBackend.Accounts(ctx)
}

func (k flaky) Threads(ctx context.Context, q inbox.ViewQuery) (v0 inbox.ThreadPage, err error) {
	if q.View.ID == pressing().ID { // the number of a deadline, which is missed nowhere
		return k.simBackend.Threads(ctx, q)
	}
	if err = k.fails("Threads"); err != nil {
		return
	}
	return k.simBackend.Threads(ctx, q)
}

func (k flaky) Thread(ctx context.Context, id inbox.ThreadID) (v0 inbox.ThreadView, err error) {
	if err = k.fails("Thread"); err != nil {
		return
	}
	return k.simBackend.Thread(ctx, id)
}

func (k flaky) CountView(ctx context.Context, q inbox.ViewQuery) (v0 int, v1 bool, err error) {
	if err = k.fails("CountView"); err != nil {
		return
	}
	return k.simBackend.CountView(ctx, q)
}

func (k flaky) Counts(ctx context.Context) (v0 inbox.Counters, err error) {
	if err = k.fails("Counts"); err != nil {
		return
	}
	return k.simBackend.Counts(ctx)
}

func (k flaky) Search(ctx context.Context, query string, limit int) (v0 inbox.Found, err error) {
	if err = k.fails("Search"); err != nil {
		return
	}
	return k.simBackend.Search(ctx, query, limit)
}

func (k flaky) SearchSoon(ctx context.Context, query string, limit int) (v0 inbox.Found, err error) {
	if err = k.fails("SearchSoon"); err != nil {
		return
	}
	return k.simBackend.SearchSoon(ctx, query, limit)
}

func (k flaky) IndexState(ctx context.Context) (v0 inbox.IndexInfo, err error) {
	if err = k.fails("IndexState"); err != nil {
		return
	}
	return k.simBackend.IndexState(ctx)
}

func (k flaky) MarkRead(ctx context.Context, by inbox.By, ids []inbox.ThreadID, read bool) error {
	if err := k.fails("MarkRead"); err != nil {
		return err
	}
	return k.simBackend.MarkRead(ctx, by, ids, read)
}

func (k flaky) Tag(ctx context.Context, by inbox.By, ids []inbox.ThreadID, changes []string) error {
	if err := k.fails("Tag"); err != nil {
		return err
	}
	return k.simBackend.Tag(ctx, by, ids, changes)
}

func (k flaky) Note(ctx context.Context, by inbox.By, id inbox.ThreadID, body string) error {
	if err := k.fails("Note"); err != nil {
		return err
	}
	return k.simBackend.Note(ctx, by, id, body)
}

func (k flaky) Done(ctx context.Context, by inbox.By, ids []inbox.ThreadID) error {
	if err := k.fails("Done"); err != nil {
		return err
	}
	return k.simBackend.Done(ctx, by, ids)
}

func (k flaky) Reopen(ctx context.Context, by inbox.By, ids []inbox.ThreadID) error {
	if err := k.fails("Reopen"); err != nil {
		return err
	}
	return k.simBackend.Reopen(ctx, by, ids)
}

func (k flaky) Nap(ctx context.Context, by inbox.By, ids []inbox.ThreadID, words string) error {
	if err := k.fails("Nap"); err != nil {
		return err
	}
	return k.simBackend.Nap(ctx, by, ids, words)
}

func (k flaky) Feel(ctx context.Context, by inbox.By, ids []inbox.ThreadID, f inbox.Feeling) error {
	if err := k.fails("Feel"); err != nil {
		return err
	}
	return k.simBackend.Feel(ctx, by, ids, f)
}

func (k flaky) Promote(ctx context.Context, by inbox.By, id inbox.ThreadID) error {
	if err := k.fails("Promote"); err != nil {
		return err
	}
	return k.simBackend.Promote(ctx, by, id)
}

func (k flaky) Escalate(ctx context.Context, by inbox.By, id inbox.ThreadID, e inbox.EscalateRequest) (v0 inbox.Action, err error) {
	if err = k.fails("Escalate"); err != nil {
		return
	}
	return k.simBackend.Escalate(ctx, by, id, e)
}

func (k flaky) Undo(ctx context.Context, by inbox.By) (v0 inbox.Undid, err error) {
	if err = k.fails("Undo"); err != nil {
		return
	}
	return k.simBackend.Undo(ctx, by)
}

func (k flaky) Redo(ctx context.Context, by inbox.By) (v0 inbox.Undid, err error) {
	if err = k.fails("Redo"); err != nil {
		return
	}
	return k.simBackend.Redo(ctx, by)
}

func (k flaky) Reply(ctx context.Context, by inbox.By, r inbox.ReplyRequest) (v0 inbox.Action, err error) {
	if err = k.fails("Reply"); err != nil {
		return
	}
	return k.simBackend.Reply(ctx, by, r)
}

func (k flaky) Perform(ctx context.Context, by inbox.By, id inbox.ThreadID, kind inbox.ActionKind, message string) (v0 inbox.Action, err error) {
	if err = k.fails("Perform"); err != nil {
		return
	}
	return k.simBackend.Perform(ctx, by, id, kind, message)
}

func (k flaky) PerformAll(ctx context.Context, by inbox.By, ids []inbox.ThreadID, kind inbox.ActionKind) (v0 inbox.Performed, err error) {
	if err = k.fails("PerformAll"); err != nil {
		return
	}
	return k.simBackend.PerformAll(ctx, by, ids, kind)
}

func (k flaky) CancelAction(ctx context.Context, by inbox.By, id inbox.ActionID) (v0 inbox.Action, err error) {
	if err = k.fails("CancelAction"); err != nil {
		return
	}
	return k.simBackend.CancelAction(ctx, by, id)
}

func (k flaky) RetryAction(ctx context.Context, by inbox.By, id inbox.ActionID) error {
	if err := k.fails("RetryAction"); err != nil {
		return err
	}
	return k.simBackend.RetryAction(ctx, by, id)
}

func (k flaky) ConfirmAction(ctx context.Context, by inbox.By, id inbox.ActionID) error {
	if err := k.fails("ConfirmAction"); err != nil {
		return err
	}
	return k.simBackend.ConfirmAction(ctx, by, id)
}

func (k flaky) DropAction(ctx context.Context, by inbox.By, id inbox.ActionID) error {
	if err := k.fails("DropAction"); err != nil {
		return err
	}
	return k.simBackend.DropAction(ctx, by, id)
}

func (k flaky) Outbox(ctx context.Context) (v0 []inbox.Action, err error) {
	if err = k.fails("Outbox"); err != nil {
		return
	}
	return k.simBackend.Outbox(ctx)
}

func (k flaky) OpenDraft(ctx context.Context, by inbox.By, r inbox.DraftRequest) (v0 inbox.Draft, err error) {
	if err = k.fails("OpenDraft"); err != nil {
		return
	}
	return k.simBackend.OpenDraft(ctx, by, r)
}

func (k flaky) SaveDraft(ctx context.Context, by inbox.By, d inbox.Draft) error {
	if err := k.fails("SaveDraft"); err != nil {
		return err
	}
	return k.simBackend.SaveDraft(ctx, by, d)
}

func (k flaky) DropDraft(ctx context.Context, by inbox.By, id string) error {
	if err := k.fails("DropDraft"); err != nil {
		return err
	}
	return k.simBackend.DropDraft(ctx, by, id)
}

func (k flaky) Drafts(ctx context.Context, id inbox.ThreadID) (v0 []inbox.Draft, err error) {
	if err = k.fails("Drafts"); err != nil {
		return
	}
	return k.simBackend.Drafts(ctx, id)
}

func (k flaky) Tags(ctx context.Context, begin string, limit int) (v0 []string, err error) {
	if err = k.fails("Tags"); err != nil {
		return
	}
	return k.simBackend.Tags(ctx, begin, limit)
}

func (k flaky) SaveView(ctx context.Context, v inbox.View) error {
	if err := k.fails("SaveView"); err != nil {
		return err
	}
	return k.simBackend.SaveView(ctx, v)
}

func (k flaky) DropView(ctx context.Context, id string) error {
	if err := k.fails("DropView"); err != nil {
		return err
	}
	return k.simBackend.DropView(ctx, id)
}

func (k flaky) Person(ctx context.Context, id inbox.ThreadID) (v0 inbox.PersonCard, err error) {
	if err = k.fails("Person"); err != nil {
		return
	}
	return k.simBackend.Person(ctx, id)
}

func (k flaky) Badge(ctx context.Context, by inbox.By, id inbox.ThreadID, changes []string) error {
	if err := k.fails("Badge"); err != nil {
		return err
	}
	return k.simBackend.Badge(ctx, by, id, changes)
}

func (k flaky) PersonNote(ctx context.Context, by inbox.By, id inbox.ThreadID, body string) error {
	if err := k.fails("PersonNote"); err != nil {
		return err
	}
	return k.simBackend.PersonNote(ctx, by, id, body)
}

func (k flaky) Link(ctx context.Context, by inbox.By, id, with inbox.ThreadID) error {
	if err := k.fails("Link"); err != nil {
		return err
	}
	return k.simBackend.Link(ctx, by, id, with)
}

func (k flaky) Unlink(ctx context.Context, by inbox.By, id inbox.ThreadID) error {
	if err := k.fails("Unlink"); err != nil {
		return err
	}
	return k.simBackend.Unlink(ctx, by, id)
}

func (k flaky) Digest(ctx context.Context, since time.Time) (v0 inbox.Digest, err error) {
	if err = k.fails("Digest"); err != nil {
		return
	}
	return k.simBackend.Digest(ctx, since)
}

func (k flaky) Log(ctx context.Context, before inbox.EventID, limit int) (v0 []inbox.Logged, err error) {
	if err = k.fails("Log"); err != nil {
		return
	}
	return k.simBackend.Log(ctx, before, limit)
}

func (k flaky) Notices(ctx context.Context, after uint64) (v0 []inbox.Notice, err error) {
	if err = k.fails("Notices"); err != nil {
		return
	}
	return k.simBackend.Notices(ctx, after)
}

func (k flaky) Quiet(ctx context.Context, until time.Time) error {
	if err := k.fails("Quiet"); err != nil {
		return err
	}
	return k.simBackend.Quiet(ctx, until)
}

func (k flaky) Report(ctx context.Context, by inbox.By, r inbox.ReportRequest) (v0 inbox.Action, err error) {
	if err = k.fails("Report"); err != nil {
		return
	}
	return k.simBackend.Report(ctx, by, r)
}

func (k flaky) Answered(ctx context.Context, by inbox.By, r inbox.AnsweredRequest) error {
	if err := k.fails("Answered"); err != nil {
		return err
	}
	return k.simBackend.Answered(ctx, by, r)
}

func (k flaky) Enclose(ctx context.Context, by inbox.By, id inbox.ThreadID, path, alt string) (v0 inbox.Upload, err error) {
	if err = k.fails("Enclose"); err != nil {
		return
	}
	return k.simBackend.Enclose(ctx, by, id, path, alt)
}
