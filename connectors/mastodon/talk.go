package mastodon

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strconv"

	"vigie/connectors/httpx"
	"vigie/inbox"
)

// talk is a Conversation entity: what the server calls unread.
type talk struct {
	ID     remoteID        `json:"id"`
	Unread bool            `json:"unread"`
	Last   json.RawMessage `json:"last_status"`
}

// markRead tells the server that a direct conversation was read. Of others it
// knows no such thing.
func (c *connector) markRead(ctx context.Context, a inbox.Action) (inbox.Receipt, error) {
	id, err := c.unreadTalk(ctx, a.Conversation)
	switch {
	case err != nil:
		return inbox.Receipt{}, unsent(err)
	case id == "": // it is read there already
		return inbox.Receipt{Remote: a.Target}, nil
	}
	return c.set(ctx, httpx.Request{Method: http.MethodPost, Path: "/api/v1/conversations/" + string(id) + "/read"}, a)
}

// unreadTalk looks for the server's own id of a conversation, which it names
// by nothing that a status tells: it is the one whose newest status belongs
// there. "" means that the server has nothing unread in it.
func (c *connector) unreadTalk(ctx context.Context, conversation string) (remoteID, error) {
	me, err := c.self(ctx)
	if err != nil {
		return "", err
	}
	q := url.Values{"limit": {strconv.Itoa(maxStatuses)}}
	for range findPages {
		res, err := c.call(ctx, httpx.Request{Path: "/api/v1/conversations", Query: q})
		if errors.Is(err, inbox.ErrGone) {
			return "", fmt.Errorf("the server lists no conversations: %w", inbox.ErrUnsupported)
		}
		if err != nil {
			return "", err
		}
		list, err := readList(res.Body)
		if err != nil {
			return "", res.Unreadable(err)
		}
		id, err := c.amongUnread(ctx, me, list, conversation)
		next, more := nextPage(res.Header, list, q.Get("max_id"))
		if err != nil || id != "" || !more {
			return id, err
		}
		q.Set("max_id", string(next))
	}
	return "", fmt.Errorf("it is not among the newest conversations: %w", inbox.ErrGone)
}

func (c *connector) amongUnread(ctx context.Context, me account, list []json.RawMessage, conversation string) (remoteID, error) {
	ids := map[remoteID]remoteID{} // by newest status
	var newest []status
	for _, raw := range list {
		var t talk
		if lenient(raw, &t) != nil || !t.Unread || !sound(t.ID) {
			continue
		}
		if s, err := readStatus(t.Last); err == nil {
			ids[s.ID], newest = t.ID, append(newest, s)
		}
	}
	if err := c.climb(ctx, me, newest); err != nil {
		return "", err
	}
	for _, s := range newest {
		if string(c.place(s).conversation) == conversation {
			return ids[s.ID], nil
		}
	}
	return "", nil
}

// nextPage is where a list goes on; more is false at its end. A server that
// tells no links is paged by the ids of its items, to an empty page.
func nextPage(h http.Header, list []json.RawMessage, at string) (next remoteID, more bool) {
	links := httpx.ParseLink(h.Get("Link"))
	if len(list) == 0 || len(links) > 0 && links["next"] == "" {
		return "", false
	}
	next = linkID(links["next"], "max_id", list, len(list)-1)
	return next, next != "" && string(next) != at
}
