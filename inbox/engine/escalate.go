package engine

import (
	"context"
	"time"

	"vigie/inbox"
	"vigie/inbox/text"
)

// briefLines is how much of a thread's history a brief carries.
const briefLines = 20

// Escalate takes a thread to a contact of its client: the brief goes through
// the outbox, the thread waits for the contact until the deadline. The same
// question to the same contact that waits already is that one.
func (e *Engine) Escalate(ctx context.Context, by inbox.By, id inbox.ThreadID, r inbox.EscalateRequest) (inbox.Action, error) {
	e.answering.Lock()
	defer e.answering.Unlock()
	a, err := e.prepare(ctx, by, id, inbox.ActEscalate)
	if err != nil {
		return a, err
	}
	contact, ok := e.contact(a.Client, r.Contact)
	if !ok {
		return a, inbox.Problem{Code: inbox.CodeNotFound, Args: []string{string(r.Contact)}, Detail: "contact of " + string(a.Client)}
	}
	v, err := e.Thread(ctx, id)
	if err != nil {
		return a, err
	}
	brief := briefOf(v, r)
	for _, b := range v.Actions {
		if b.Contact == contact.ID && b.Brief != nil && !b.State.Terminal() && b.Brief.Question == brief.Question && b.Brief.Due.Equal(brief.Due) {
			return b, nil
		}
	}
	a.Contact, a.Brief = contact.ID, &brief
	a.NotBefore = e.now().Add(e.holdOf(a.Client))
	event := inbox.Event{
		Verb: inbox.Escalate, Args: []string{string(contact.ID), contact.Name}, Text: text.Clean(r.Question), Until: r.Due.UTC(),
	}
	if r.Due.IsZero() {
		event.Until = time.Time{}
	}
	return e.enqueue(ctx, by, a, []inbox.Event{event})
}

func briefOf(v inbox.ThreadView, r inbox.EscalateRequest) inbox.Brief {
	b := inbox.Brief{
		Question: text.Clean(r.Question), Due: r.Due, Severity: r.Severity,
		Link: v.Thread.URL, Client: v.Client.Name, Account: v.Account.Handle, Network: v.Account.Network,
		From: v.Thread.Author.Handle, Subject: v.Thread.Title,
	}
	if v.Post != nil {
		b.Context = v.Post.Text
		if b.Link == "" {
			b.Link = v.Post.URL
		}
	}
	for _, m := range v.Messages {
		if m.Damaged {
			continue
		}
		b.History = append(b.History, inbox.BriefLine{At: m.At, Who: m.Author.Handle, Text: m.Text})
		if !m.Outgoing && !m.Deleted {
			b.Quote, b.From = m.Text, m.Author.Handle
		}
	}
	if n := len(b.History); n > briefLines {
		b.History = b.History[n-briefLines:]
	}
	return b
}
