package bluesky

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"vigie/inbox"
)

const (
	// skew is how far the chat service's clock may be from ours when one of
	// our messages is looked for.
	skew = 5 * time.Minute
	// findPages is how many pages of a conversation are looked through.
	findPages = 20
)

// sendMessage sends a direct message. The service takes no id of ours.
func (c *Connector) sendMessage(ctx context.Context, a inbox.Action) (inbox.Receipt, error) {
	message, err := c.compose(ctx, a)
	if err != nil {
		return inbox.Receipt{}, err
	}
	if !validChatID(a.Conversation) {
		return inbox.Receipt{}, fmt.Errorf("the conversation has no id: %w", inbox.ErrInvalid)
	}
	return c.deliver(ctx, a.Conversation, message)
}

// compose makes the chat service's form of an action's text. The service takes
// no files.
func (c *Connector) compose(ctx context.Context, a inbox.Action) (map[string]any, error) {
	s := a.Text
	if len(a.Media) > 0 {
		return nil, refused(a.Media[0], "chat")
	}
	if err := tooLong(s, maxMessage, maxMessageBytes); err != nil {
		return nil, err
	}
	facets, err := facetsOf(ctx, s, c.resolve)
	if err != nil {
		return nil, before(err)
	}
	message := map[string]any{"text": s}
	if len(facets) > 0 {
		message["facets"] = facets
	}
	return message, nil
}

// deliver sends a composed message into a conversation.
func (c *Connector) deliver(ctx context.Context, convo string, message map[string]any) (inbox.Receipt, error) {
	var out chatMessage
	err := c.chatCall(ctx, call{
		method: "chat.bsky.convo.sendMessage", write: true,
		input: map[string]any{"convoId": convo, "message": message},
	}, &out)
	if err != nil {
		return inbox.Receipt{}, err
	}
	if !validChatID(out.ID) {
		return inbox.Receipt{}, &inbox.UncertainError{Err: errors.New("the answer names no message")}
	}
	return messageReceipt(convo, out), nil
}

func messageReceipt(convo string, v chatMessage) inbox.Receipt {
	r := inbox.Receipt{Remote: messageID(convo, v.ID), URL: convoURL(convo)}
	if at, err := time.Parse(time.RFC3339Nano, v.SentAt); err == nil {
		r.At = at.UTC()
	}
	return r
}

// findMessage looks for a message of ours with exactly the action's text that
// was sent since the action first left. Two of them are ErrConflict: nobody
// can tell whose they are.
func (c *Connector) findMessage(ctx context.Context, a inbox.Action) (inbox.Receipt, bool, error) {
	s, err := c.current(ctx)
	if err != nil {
		return inbox.Receipt{}, false, err
	}
	f := c.newChat(s.DID)
	since := sentAt(a).Add(-skew)
	var found []chatMessage
	at := ""
	for range findPages {
		items, next, err := f.messages(ctx, a.Conversation, at)
		if err != nil {
			return inbox.Receipt{}, false, fmt.Errorf("look for the message: %w", err)
		}
		older := false
		for _, raw := range items {
			var v chatMessage
			if json.Unmarshal(raw, &v) != nil || v.Text == nil {
				continue
			}
			sent, err := time.Parse(time.RFC3339Nano, v.SentAt)
			switch {
			case err != nil:
			case sent.Before(since):
				older = true
			case v.Sender.DID == s.DID && *v.Text == a.Text && validChatID(v.ID):
				found = append(found, v)
			}
		}
		if older || next == "" || next == at || len(items) == 0 {
			return oneOf(a.Conversation, found)
		}
		at = next
	}
	return inbox.Receipt{}, false, errors.New("look for the message: the conversation is too long to look through")
}

func oneOf(convo string, found []chatMessage) (inbox.Receipt, bool, error) {
	switch len(found) {
	case 0:
		return inbox.Receipt{}, false, nil
	case 1:
		return messageReceipt(convo, found[0]), true, nil
	}
	return inbox.Receipt{}, false, fmt.Errorf("look for the message: %d have this text: %w", len(found), inbox.ErrConflict)
}
