package bluesky

import (
	"context"
	"encoding/json"
	"fmt"
	"net/url"

	"vigie/inbox"
)

// Mutes lie with the network's view, not in our repository; nobody else is
// told of them. A muted author, or thread, makes no notification any more.

// mute mutes the author, or lifts that.
func (c *Connector) mute(ctx context.Context, a inbox.Action) (inbox.Receipt, error) {
	if _, err := c.other(ctx, a.Author); err != nil {
		return inbox.Receipt{}, before(err)
	}
	method := "app.bsky.graph.muteActor"
	if a.Kind == inbox.ActUnmute {
		method = "app.bsky.graph.unmuteActor"
	}
	err := c.call(ctx, call{method: method, write: true, input: map[string]string{"actor": a.Author}}, nil)
	return inbox.Receipt{Remote: a.Author}, err
}

// other checks that somebody is another account than ours, which it returns.
func (c *Connector) other(ctx context.Context, did string) (me string, err error) {
	s, err := c.current(ctx)
	if err == nil && (!validDID(did) || did == s.DID) {
		err = fmt.Errorf("the author is no other account: %w", inbox.ErrInvalid)
	}
	return s.DID, err
}

// relation is how the account stands to another one.
type relation struct {
	Blocking  string `json:"blocking"`  // address of our block; ""
	BlockedBy bool   `json:"blockedBy"` // they block us
	Muted     bool   `json:"muted"`     // by us, or by a list of ours
	MutedBy   *struct {
		URI string `json:"uri"`
	} `json:"mutedByList"`
}

// relationTo reads how we stand to another account; one that is not shown has
// none.
func (c *Connector) relationTo(ctx context.Context, did string) (relation, error) {
	var v struct {
		Viewer relation `json:"viewer"`
	}
	err := c.call(ctx, call{method: "app.bsky.actor.getProfile", query: url.Values{"actor": {did}}}, &v)
	if err != nil && !notShown(err) {
		return relation{}, fmt.Errorf("read the author's profile: %w", err)
	}
	return v.Viewer, nil
}

func (c *Connector) findMute(ctx context.Context, a inbox.Action) (inbox.Receipt, bool, error) {
	if _, err := c.other(ctx, a.Author); err != nil {
		return inbox.Receipt{}, false, err
	}
	r, err := c.relationTo(ctx, a.Author)
	muted := r.Muted && r.MutedBy == nil
	return inbox.Receipt{Remote: a.Author}, err == nil && muted == (a.Kind == inbox.ActMute), err
}

// leaveThread mutes the thread of a conversation under somebody else's post,
// or lifts that.
func (c *Connector) leaveThread(ctx context.Context, a inbox.Action) (inbox.Receipt, error) {
	if postDID(a.Conversation) == "" {
		return inbox.Receipt{}, fmt.Errorf("the conversation is no thread: %w", inbox.ErrInvalid)
	}
	method := "app.bsky.graph.muteThread"
	if a.Kind == inbox.ActRejoin {
		method = "app.bsky.graph.unmuteThread"
	}
	err := c.call(ctx, call{method: method, write: true, input: map[string]string{"root": a.Conversation}}, nil)
	return inbox.Receipt{Remote: a.Conversation}, err
}

// findLeftThread looks at what is still shown of the thread: its first post,
// or the one that was acted on.
func (c *Connector) findLeftThread(ctx context.Context, a inbox.Action) (inbox.Receipt, bool, error) {
	uris := []string{a.Conversation}
	if postDID(a.Target) != "" && a.Target != a.Conversation {
		uris = append(uris, a.Target)
	}
	views, err := c.getPosts(ctx, uris)
	if err != nil {
		return inbox.Receipt{}, false, fmt.Errorf("read the thread: %w", err)
	}
	if len(views) == 0 {
		return inbox.Receipt{}, false, inbox.ErrGone
	}
	return inbox.Receipt{Remote: a.Conversation}, views[0].Viewer.ThreadMuted == (a.Kind == inbox.ActLeave), nil
}

// leaveConvo mutes a direct conversation, or lifts that. The service has a way
// to leave one as well; from there only a new message of the other's leads
// back.
func (c *Connector) leaveConvo(ctx context.Context, a inbox.Action) (inbox.Receipt, error) {
	if !validChatID(a.Conversation) {
		return inbox.Receipt{}, fmt.Errorf("the conversation has no id: %w", inbox.ErrInvalid)
	}
	method := "chat.bsky.convo.muteConvo"
	if a.Kind == inbox.ActRejoin {
		method = "chat.bsky.convo.unmuteConvo"
	}
	err := c.chatCall(ctx, call{method: method, write: true, input: map[string]string{"convoId": a.Conversation}}, nil)
	return inbox.Receipt{Remote: a.Conversation}, err
}

func (c *Connector) findLeftConvo(ctx context.Context, a inbox.Action) (inbox.Receipt, bool, error) {
	var out struct {
		Convo json.RawMessage `json:"convo"`
	}
	err := c.chatCall(ctx, call{method: "chat.bsky.convo.getConvo", query: url.Values{"convoId": {a.Conversation}}}, &out)
	if err != nil {
		return inbox.Receipt{}, false, err
	}
	v, err := c.newChat("").convo(out.Convo)
	if err != nil {
		return inbox.Receipt{}, false, fmt.Errorf("read the conversation: %w", err)
	}
	return inbox.Receipt{Remote: a.Conversation}, v.Muted == (a.Kind == inbox.ActLeave), nil
}
