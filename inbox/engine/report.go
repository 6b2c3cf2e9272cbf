package engine

import (
	"context"
	"slices"
	"strings"
	"time"

	"vigie/inbox"
	"vigie/inbox/text"
)

// reportLimit is how long what is said to moderators may be.
func reportLimit() inbox.TextLimit { return inbox.TextLimit{Max: 1000, Unit: inbox.Characters} }

// Report queues a message of theirs for the network's moderators. It waits for
// the client's hold; once it left it cannot be taken back. The same message
// reported twice while the first waits is that one; once it left, or may have, it
// is refused (CodeReported) unless the request says Anyway.
func (e *Engine) Report(ctx context.Context, by inbox.By, r inbox.ReportRequest) (inbox.Action, error) {
	e.answering.Lock()
	defer e.answering.Unlock()
	a, err := e.prepare(ctx, by, r.Thread, inbox.ActReport)
	if err != nil {
		return a, err
	}
	t, err := e.head(ctx, r.Thread)
	if err != nil {
		return a, err
	}
	reasons := e.capsOf(t).Reasons
	if (r.Reason != "" || len(reasons) > 0) && !slices.Contains(reasons, r.Reason) {
		return a, inbox.Problem{Code: inbox.CodeInvalid, Args: []string{r.Reason, strings.Join(reasons, " ")}, Detail: "a report's reason: " + strings.Join(reasons, ", ")}
	}
	a.Text, a.Reason = strings.TrimSpace(r.Text), r.Reason
	if p := tooLong(a.Text, reportLimit()); !p.Zero() {
		return a, p
	}
	m, err := e.targetOf(ctx, a, r.Message)
	if err != nil {
		return a, err
	}
	a.Target, a.Author = m.Remote, m.Author.ID
	list, err := e.repo.ThreadActions(ctx, r.Thread)
	if err != nil {
		return a, err
	}
	if same, ok := lastWish(list, a); ok {
		return same, nil
	}
	if p := e.reported(list, a.Target); !p.Zero() && !r.Anyway {
		return a, p
	}
	a.NotBefore = e.now().Add(e.holdOf(a.Client))
	return e.enqueue(ctx, by, a, nil)
}

// reported tells of the last report of a message that was made, or may have
// been.
func (e *Engine) reported(list []inbox.Action, target string) inbox.Problem {
	for _, a := range slices.Backward(list) {
		if a.Kind == inbox.ActReport && a.Target == target && (a.State == inbox.Accepted || a.State == inbox.Verified || a.MayBeThere()) {
			at := a.CreatedAt
			if !a.LastWire.IsZero() {
				at = a.LastWire
			}
			return inbox.Problem{Code: inbox.CodeReported, Args: []string{e.nameOf(a.Session), at.UTC().Format(time.RFC3339)}}
		}
	}
	return inbox.Problem{}
}

// Answered keeps a person's word that they answered on the network itself: the
// thread is theirs then, and nothing is sent. It is a step of undo; a draft of
// the same thread that it was is dropped.
func (e *Engine) Answered(ctx context.Context, by inbox.By, r inbox.AnsweredRequest) error {
	if d, err := e.repo.Draft(ctx, r.Draft); r.Draft != "" && err == nil && d.Thread != r.Thread {
		return inbox.Problem{Code: inbox.CodeNotFound, Args: []string{r.Draft}, Detail: "a draft of another thread"}
	}
	said := text.Clean(strings.TrimSpace(r.Text))
	native := by
	native.Actor = inbox.Native
	err := e.undoable(ctx, native, []inbox.ThreadID{r.Thread}, func(inbox.Thread) ([]inbox.Event, error) {
		return one(inbox.Event{Verb: inbox.Replied, Text: said}), nil
	})
	if err != nil || r.Draft == "" {
		return err
	}
	return e.DropDraft(ctx, by, r.Draft)
}

// draftAgain keeps the text of a step of Answered as a draft, before the step
// is taken back: what somebody wrote is never lost. It gives the draft, "" for
// none.
func (e *Engine) draftAgain(ctx context.Context, by inbox.By, s step) (string, error) {
	ev, ok := onTheirWord(s.events)
	if !ok {
		return "", nil
	}
	t, err := e.head(ctx, ev.Thread)
	if err != nil {
		return "", err
	}
	d := inbox.Draft{ID: newKey(e.now()), Thread: t.ID, Account: t.Account, Text: ev.Text.String(), SeenN: t.Events}
	return d.ID, e.SaveDraft(ctx, by, d)
}

// wordAgain drops what draftAgain kept, once the step is done again, unless
// somebody went on writing it. A draft that stays does not make it fail.
func (e *Engine) wordAgain(ctx context.Context, by inbox.By, events []inbox.Event) {
	ev, ok := onTheirWord(events)
	if !ok {
		return
	}
	drafts, err := e.repo.Drafts(ctx, ev.Thread)
	for _, d := range drafts {
		if err == nil && d.Line == by.Line && d.Text == ev.Text.String() && !d.Note {
			err = e.DropDraft(ctx, by, d.ID)
		}
	}
}

// onTheirWord is the event of Answered among those of a step, when it has a
// text.
func onTheirWord(events []inbox.Event) (inbox.Event, bool) {
	for _, ev := range events {
		if ev.Verb == inbox.Replied && ev.Actor == inbox.Native && ev.Text.String() != "" {
			return ev, true
		}
	}
	return inbox.Event{}, false
}
