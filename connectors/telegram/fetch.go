package telegram

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"

	"vigie/inbox"
)

// mostUpdates is how many updates one call gives (getUpdates).
const mostUpdates = 100

// Fetch reads the next updates. It confirms what is before its cursor, and
// nothing else: see the package comment.
func (c *connector) Fetch(ctx context.Context, req inbox.FetchRequest) (inbox.Page, error) {
	if req.Stream != inbox.StreamMentions {
		return inbox.Page{}, fmt.Errorf("fetch %q: %w", req.Stream, inbox.ErrUnsupported)
	}
	me, err := c.self(ctx)
	if err != nil {
		return inbox.Page{}, err
	}
	leave, err := c.turn.fetch(ctx)
	if err != nil {
		return inbox.Page{}, err
	}
	defer leave()
	defer c.tellFetched()
	cur := readCursor(req.Cursor)
	list, err := c.pending(ctx, cur)
	if err != nil {
		return inbox.Page{}, err
	}
	limit := mostUpdates
	if req.Limit > 0 {
		limit = min(limit, req.Limit)
	}
	more := len(list) > limit || len(list) == mostUpdates
	list = list[:min(len(list), limit)]
	page, err := c.page(ctx, me, cur, list)
	page.More = more
	return page, err
}

// pending are the updates behind a cursor: those that are held, else what
// Telegram has.
func (c *connector) pending(ctx context.Context, cur cursor) ([]json.RawMessage, error) {
	c.mu.Lock()
	c.stored = cur.offset(c.now())
	if cur.Next >= c.base {
		for len(c.held) > 0 && idOf(c.held[0]) < cur.Next {
			c.held = c.held[1:]
		}
		c.base = cur.Next
	} else {
		c.held = nil // asked from before what is held
	}
	held, offset := slices.Clone(c.held), c.stored
	c.mu.Unlock()
	if len(held) > 0 {
		return held, nil
	}
	list, err := c.updates(ctx, offset, 0)
	if err != nil {
		return nil, err
	}
	list = slices.DeleteFunc(list, func(raw json.RawMessage) bool { id := idOf(raw); return offset > 0 && id > 0 && id < offset })
	c.hold(offset, list)
	return list, nil
}

// hold keeps updates until a cursor confirms them.
func (c *connector) hold(offset int64, list []json.RawMessage) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.held, c.base = slices.Clone(list), offset
}

// updates calls getUpdates. An offset of 0 confirms nothing at all; seconds
// is how long Telegram may wait for something.
func (c *connector) updates(ctx context.Context, offset int64, seconds int) ([]json.RawMessage, error) {
	args := map[string]any{"limit": mostUpdates, "timeout": seconds, "allowed_updates": allowedUpdates()}
	if offset > 0 {
		args["offset"] = offset
	}
	var list []json.RawMessage
	r := request{method: "getUpdates", args: args, bucket: "updates"}
	if seconds > 0 {
		r.timeout = pollTime + pollSlack
	}
	if err := c.call(ctx, r, &list); err != nil {
		return nil, err
	}
	return list[:min(len(list), mostUpdates)], nil
}

// idOf is an update's id; 0: it has none.
func idOf(raw json.RawMessage) int64 {
	u, _ := readUpdate(raw)
	return u.ID
}

// page makes a page of updates. Its cursor covers them, and is stored before
// it is given back and confirms them.
func (c *connector) page(ctx context.Context, me user, cur cursor, list []json.RawMessage) (inbox.Page, error) {
	page := inbox.Page{}
	if len(list) > 0 {
		if span := cur.lost(idOf(list[0]), c.now()); span != "" {
			page.Refused = append(page.Refused, inbox.Refusal{
				Item: "updates " + span, Reason: "not fetched within the 24 hours that Telegram keeps them, and lost",
			})
		}
	}
	bad, at := 0, map[string]int{}
	r := reading{me: me, cur: &cur}
	for i, raw := range list {
		u, err := readUpdate(raw)
		if err == nil {
			err = c.take(r, u, &page, at)
		}
		if err != nil {
			bad++
			item := "update " + number(u.ID)
			if u.ID == 0 {
				item = "update " + strconv.Itoa(i+1) + " of the page"
			}
			page.Refused = append(page.Refused, inbox.Refusal{Item: item, Reason: err.Error()})
		}
		if u.ID >= cur.Next {
			cur.Next, cur.At = u.ID+1, c.now().Unix()
		}
	}
	if len(list) >= 4 && bad*2 > len(list) {
		return inbox.Page{}, &inbox.RetryError{Err: fmt.Errorf("%d of %d updates were not understood", bad, len(list))}
	}
	if err := c.acquaint(ctx, me, page.Messages); err != nil {
		return inbox.Page{}, err
	}
	page.Cursor = cur.String()
	return page, nil
}

// take puts an update into a page. at is where a message is in the page: an
// edit in the same page replaces it.
func (c *connector) take(r reading, u update, page *inbox.Page, at map[string]int) error {
	switch {
	case u.Business != nil:
		return c.connected(*u.Business)
	case u.Membership != nil:
		c.joined(r.cur.first(u.Membership.Chat.ID), u.Membership.Chat, u.Membership.New)
		return nil
	case u.DeletedBusiness != nil:
		d := u.DeletedBusiness
		if !soundWord(d.Connection) || d.Chat.ID == 0 {
			return fmt.Errorf("the deletion names no usable chat")
		}
		for _, id := range d.IDs {
			page.Deleted = append(page.Deleted, spot{connection: d.Connection, chat: d.Chat.ID, id: id}.String())
		}
		return nil
	}
	for _, m := range []*message{u.Message, u.EditedMessage, u.BusinessMessage, u.EditedBusiness} {
		if m == nil {
			continue
		}
		if m.MigrateToChat != 0 {
			r.cur.move(m.Chat.ID, m.MigrateToChat)
		}
		if m.MigrateFrom != 0 {
			r.cur.move(m.MigrateFrom, m.Chat.ID)
		}
		out, keep, err := r.message(*m)
		if err != nil {
			return err
		}
		if !keep {
			continue
		}
		if i, twice := at[out.Remote]; twice {
			page.Messages[i] = out
			continue
		}
		at[out.Remote] = len(page.Messages)
		page.Messages = append(page.Messages, out)
		c.met(out.Conversation, m.Chat)
	}
	return nil
}
