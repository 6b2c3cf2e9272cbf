package bluesky

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"slices"
)

// The entries of the chat service's log that matter (chat.bsky.convo.defs).
const (
	logCreate = "chat.bsky.convo.defs#logCreateMessage"
	logDelete = "chat.bsky.convo.defs#logDeleteMessage"
	logMute   = "chat.bsky.convo.defs#logMuteConvo"
	logUnmute = "chat.bsky.convo.defs#logUnmuteConvo"
)

// maxLeft is how many muted conversations are remembered.
const maxLeft = 500

// mute takes up that a conversation is muted, or no longer; it reports whether
// that is new.
func (c *messagesCursor) mute(convo string, on bool) bool {
	i := slices.Index(c.Left, convo)
	switch {
	case on && i < 0:
		c.Left = append(c.Left, convo)
		c.Left = c.Left[max(len(c.Left)-maxLeft, 0):]
	case !on && i >= 0:
		c.Left = slices.Delete(c.Left, i, i+1)
	default:
		return false
	}
	return true
}

// log reads what happened since the cursor.
func (f *chatFetch) log(ctx context.Context) error {
	for range logPages {
		q := url.Values{}
		if f.cur.Log != "" {
			q.Set("cursor", f.cur.Log)
		}
		var out struct {
			Cursor string            `json:"cursor"`
			Logs   []json.RawMessage `json:"logs"`
		}
		if err := f.c.chatCall(ctx, call{method: "chat.bsky.convo.getLog", query: q}, &out); err != nil {
			return err
		}
		for _, raw := range out.Logs {
			if err := f.entry(ctx, raw); err != nil {
				return err
			}
		}
		if len(out.Logs) == 0 || out.Cursor == "" || out.Cursor == f.cur.Log {
			f.cur.Read = nil // every conversation that moved while its turn came has been read now
			return nil
		}
		f.cur.Log = out.Cursor
	}
	f.page.More = true
	return nil
}

// entry takes one entry of the log.
func (f *chatFetch) entry(ctx context.Context, raw json.RawMessage) error {
	var e struct {
		Type    string          `json:"$type"`
		Convo   string          `json:"convoId"`
		Message json.RawMessage `json:"message"`
		People  []profile       `json:"relatedProfiles"`
	}
	if err := json.Unmarshal(raw, &e); err != nil {
		f.refuse(raw, "", fmt.Errorf("the entry cannot be read: %w", err))
		return nil
	}
	if !slices.Contains([]string{logCreate, logDelete, logMute, logUnmute}, e.Type) {
		return nil
	}
	if !validChatID(e.Convo) {
		f.refuse(raw, "", errors.New("the entry names no conversation"))
		return nil
	}
	f.meet(e.People)
	switch {
	case e.Type == logDelete:
		f.remove(raw, e.Convo, e.Message)
		return nil
	case e.Type == logMute:
		f.cur.mute(e.Convo, true)
		return nil
	case e.Type == logUnmute:
		return f.back(ctx, e.Convo)
	case slices.Contains(f.cur.Left, e.Convo):
		return nil
	}
	if len(f.cur.Read) > 0 {
		if _, done := f.cur.Read[e.Convo]; !done {
			return f.past(ctx, e.Convo) // it holds this message too
		}
	}
	var v chatMessage
	if json.Unmarshal(e.Message, &v) == nil && v.Rev != "" && v.Rev <= max(f.cur.Read[e.Convo], f.again[e.Convo]) {
		return nil // read with the history
	}
	f.take(ctx, e.Convo, e.Message)
	return nil
}

// back reads what came while a conversation was muted.
func (f *chatFetch) back(ctx context.Context, convo string) error {
	if !f.cur.mute(convo, false) {
		return nil
	}
	under := f.cur.Read // the history may still be under way
	f.cur.Read = map[string]string{}
	err := f.past(ctx, convo)
	f.again[convo] = f.cur.Read[convo]
	f.cur.Read = under
	return err
}

func (f *chatFetch) remove(raw json.RawMessage, convo string, message json.RawMessage) {
	var v chatMessage
	if json.Unmarshal(message, &v) != nil || !validChatID(v.ID) {
		f.refuse(raw, convo, errors.New("the deletion names no message"))
		return
	}
	f.page.Deleted = append(f.page.Deleted, messageID(convo, v.ID))
}
