package engine

import (
	"context"

	"vigie/inbox"
)

// Report queues a message of theirs for the network's moderators.
func (e *Engine) Report(_ context.Context, _ inbox.By, _ inbox.ReportRequest) (inbox.Action, error) {
	return inbox.Action{}, inbox.ErrUnsupported
}

// Answered keeps a person's word that they answered on the network itself.
func (e *Engine) Answered(_ context.Context, _ inbox.By, _ inbox.AnsweredRequest) error {
	return inbox.ErrUnsupported
}

// Enclose keeps a file for an answer.
func (e *Engine) Enclose(_ context.Context, _ inbox.By, _ inbox.ThreadID, _, _ string) (inbox.Upload, error) {
	return inbox.Upload{}, inbox.ErrUnsupported
}
