package engine

import (
	"context"
	"slices"
	"strconv"

	"vigie/inbox"
	"vigie/inbox/length"
)

// revise puts another text of an own message into the outbox. It is guarded as
// an answer is in what it says; that somebody wrote meanwhile does not matter.
func (e *Engine) revise(ctx context.Context, by inbox.By, r inbox.ReplyRequest) (inbox.Action, error) {
	if r.Private || len(r.More) > 0 || len(r.Media) > 0 || !r.At.IsZero() {
		return inbox.Action{}, inbox.Problem{Code: inbox.CodeInvalid, Detail: "a correction is one text, for now"}
	}
	a, err := e.prepare(ctx, by, r.Thread, inbox.ActEdit)
	if err != nil {
		return a, err
	}
	q := question{by: by, request: r, client: a.Client}
	if q.thread, err = e.head(ctx, r.Thread); err != nil {
		return a, err
	}
	if q.target, err = e.targetOf(ctx, a, r.Edit); err != nil {
		return a, err
	}
	e.address(&a, &q)
	a.Visibility = q.target.Visibility
	if err := e.objectRevised(ctx, q); err != nil {
		return a, err
	}
	list, err := e.enqueueAll(ctx, by, []inbox.Action{a})
	if err != nil {
		return a, err
	}
	e.replace(ctx, by, list[0])
	return list[0], nil
}

// objectRevised says why an own message should not get that text.
func (e *Engine) objectRevised(ctx context.Context, q question) error {
	if p := tooLong(q.request.Text, limitOf(e.capsOf(q.thread), q.thread.Kind, inbox.ActEdit, len(q.target.Media))); !p.Zero() {
		return p
	}
	if p := gapIn(q.request); !p.Zero() {
		return p
	}
	for _, objection := range []func(context.Context, question) (inbox.Problem, error){e.namesAnother, e.outOfTone} {
		p, err := objection(ctx, q)
		if err != nil {
			return err
		}
		if !p.Zero() && (p.Code == inbox.CodeCharter || !slices.Contains(q.request.Despite, p.Code)) {
			return p
		}
	}
	return nil
}

func tooLong(text string, limit inbox.TextLimit) inbox.Problem {
	l := length.Measure(text, limit)
	if !l.Over() {
		return inbox.Problem{}
	}
	return inbox.Problem{Code: inbox.CodeTooLong, Args: []string{strconv.Itoa(l.Count), strconv.Itoa(l.Limit.Max), string(l.Limit.Unit)}}
}
