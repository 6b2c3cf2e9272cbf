package bluesky

import (
	"context"
	"encoding/json"
	"fmt"
	"net/url"
	"strings"

	"vigie/inbox"
)

// privately answers a public message by a direct message to its author.
func (c *Connector) privately(ctx context.Context, a inbox.Action) (inbox.Receipt, error) {
	message, err := c.compose(ctx, a)
	if err != nil {
		return inbox.Receipt{}, err
	}
	convo, err := c.convoWith(ctx, a.Author)
	if err != nil {
		return inbox.Receipt{}, before(err)
	}
	r, err := c.deliver(ctx, convo, message)
	r.Conversation = convo
	return r, err
}

// convoWith is the id of the conversation with somebody; it is begun when
// there is none.
func (c *Connector) convoWith(ctx context.Context, did string) (string, error) {
	if !validDID(did) {
		return "", fmt.Errorf("the author is not known: %w", inbox.ErrInvalid)
	}
	var out struct {
		Convo json.RawMessage `json:"convo"`
	}
	err := c.chatCall(ctx, call{method: "chat.bsky.convo.getConvoForMembers", query: url.Values{"members": {did}}}, &out)
	why := ""
	switch {
	case err == nil:
		v, err := c.newChat("").convo(out.Convo)
		if err != nil {
			return "", fmt.Errorf("begin a conversation: %w", err)
		}
		return v.ID, nil
	case named(err, "RecipientNotFound"):
		return "", fmt.Errorf("the author is no longer there: %w", inbox.ErrGone)
	case named(err, "BlockedActor", "BlockedSubject"):
		why = "one of the two accounts blocks the other"
	case named(err, "MessagesDisabled"):
		why = "the author takes no direct messages"
	case named(err, "NotFollowedBySender"):
		why = "the author takes direct messages only from accounts they follow"
	case named(err, "AccountSuspended"):
		why = "one of the two accounts is suspended"
	default:
		return "", fmt.Errorf("begin a conversation: %w", err)
	}
	return "", fmt.Errorf("%s: %w", why, inbox.ErrUnsupported)
}

// findPrivate looks for a private answer; where no conversation is, none can
// be.
func (c *Connector) findPrivate(ctx context.Context, a inbox.Action) (inbox.Receipt, bool, error) {
	if !validDID(a.Author) {
		return inbox.Receipt{}, false, fmt.Errorf("the author is not known: %w", inbox.ErrInvalid)
	}
	var out struct {
		Convo json.RawMessage `json:"convo"`
	}
	err := c.chatCall(ctx, call{method: "chat.bsky.convo.getConvoAvailability", query: url.Values{"members": {a.Author}}}, &out)
	if err != nil || len(out.Convo) == 0 {
		return inbox.Receipt{}, false, err
	}
	v, err := c.newChat("").convo(out.Convo)
	if err != nil {
		return inbox.Receipt{}, false, fmt.Errorf("look for the conversation: %w", err)
	}
	a.Conversation = v.ID
	r, found, err := c.findMessage(ctx, a)
	if found {
		r.Conversation = a.Conversation
	}
	return r, found, err
}

// markRead tells the chat service that a conversation was read up to the
// action's target, or whole when that is none of its messages.
func (c *Connector) markRead(ctx context.Context, a inbox.Action) (inbox.Receipt, error) {
	if !validChatID(a.Conversation) {
		return inbox.Receipt{}, fmt.Errorf("the conversation has no id: %w", inbox.ErrInvalid)
	}
	input := map[string]string{"convoId": a.Conversation}
	if convo, message, ok := strings.Cut(a.Target, "/"); ok && convo == a.Conversation && validChatID(message) {
		input["messageId"] = message
	}
	err := c.chatCall(ctx, call{method: "chat.bsky.convo.updateRead", write: true, input: input}, nil)
	return inbox.Receipt{Remote: a.Target}, err
}

// findRead looks whether nothing is left to read in a conversation.
func (c *Connector) findRead(ctx context.Context, a inbox.Action) (inbox.Receipt, bool, error) {
	var out struct {
		Convo struct {
			Unread *int `json:"unreadCount"`
		} `json:"convo"`
	}
	err := c.chatCall(ctx, call{method: "chat.bsky.convo.getConvo", query: url.Values{"convoId": {a.Conversation}}}, &out)
	if err != nil || out.Convo.Unread == nil || *out.Convo.Unread > 0 {
		return inbox.Receipt{}, false, err
	}
	return inbox.Receipt{Remote: a.Target}, true, nil
}
