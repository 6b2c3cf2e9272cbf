package bluesky

import (
	"context"
	"fmt"
	"strings"

	"vigie/inbox"
)

// maxReport and maxReportBytes are how long a report's words may be, in
// graphemes and bytes (lexicon com.atproto.moderation.createReport).
const (
	maxReport      = 2000
	maxReportBytes = 20000
	// reasonPrefix is what the network's words for reasons begin with
	// (com.atproto.moderation.defs): every moderation service knows these, the
	// finer ones of tools.ozone.report.defs not every one.
	reasonPrefix = "com.atproto.moderation.defs#reason"
)

// reasons are the words that a report may give as its reason.
func reasons() []string {
	return []string{"spam", "rude", "misleading", "sexual", "violation", "other"}
}

// reasonType is the network's word for a reason; "" for one it has not.
func reasonType(word string) string {
	for _, r := range reasons() {
		if r == word {
			return reasonPrefix + strings.ToUpper(r[:1]) + r[1:]
		}
	}
	return ""
}

// report tells the moderation service that the account's own server names of a
// message. A second report is a second one: nothing tells that it was made.
func (c *Connector) report(ctx context.Context, a inbox.Action) (inbox.Receipt, error) {
	reason := reasonType(a.Reason)
	if reason == "" {
		return inbox.Receipt{}, fmt.Errorf("a report's reason is one of %s: %w", strings.Join(reasons(), ", "), inbox.ErrInvalid)
	}
	if err := tooLong(a.Text, maxReport, maxReportBytes); err != nil {
		return inbox.Receipt{}, err
	}
	subject, err := c.reported(ctx, a)
	if err != nil {
		return inbox.Receipt{}, before(err)
	}
	input := map[string]any{"reasonType": reason, "subject": subject}
	if a.Text != "" {
		input["reason"] = a.Text
	}
	var out struct {
		ID int64 `json:"id"`
	}
	err = c.call(ctx, call{method: "com.atproto.moderation.createReport", write: true, input: input}, &out)
	if err != nil {
		return inbox.Receipt{}, err
	}
	return inbox.Receipt{Remote: fmt.Sprintf("%d", out.ID)}, nil
}

// reported names what a report is about: a post as it is now, or a direct
// message.
func (c *Connector) reported(ctx context.Context, a inbox.Action) (map[string]string, error) {
	if _, err := c.other(ctx, a.Author); err != nil {
		return nil, err
	}
	if a.ThreadKind == inbox.KindDM {
		convo, message, ok := strings.Cut(a.Target, "/")
		if !ok || convo != a.Conversation || !validChatID(convo) || !validChatID(message) {
			return nil, fmt.Errorf("not a message of this conversation: %w", inbox.ErrInvalid)
		}
		return map[string]string{
			"$type": "chat.bsky.convo.defs#messageRef", "did": a.Author, "convoId": convo, "messageId": message,
		}, nil
	}
	p, err := c.target(ctx, a.Target)
	if err != nil {
		return nil, err
	}
	return map[string]string{"$type": "com.atproto.repo.strongRef", "uri": p.uri.String(), "cid": p.cid}, nil
}

// findReport cannot be answered: reports are shown to moderators only.
func (c *Connector) findReport(context.Context, inbox.Action) (inbox.Receipt, bool, error) {
	return inbox.Receipt{}, false, fmt.Errorf("the network does not show reports to those who make them: %w", inbox.ErrUnsupported)
}
