package telegram

import (
	"cmp"
	"context"
	"errors"
	"fmt"

	"vigie/connectors/httpx"
	"vigie/inbox"
)

// liking is the reaction that a like is.
const liking = "👍"

// deed is an action with its names taken apart.
type deed struct {
	inbox.Action
	talk   talk
	target spot
}

// Do carries out an action.
func (c *connector) Do(ctx context.Context, a inbox.Action) (inbox.Receipt, error) {
	if !c.capsIn(a.Conversation).Can(a.Kind) {
		return inbox.Receipt{}, fmt.Errorf("%s in %q: %w", a.Kind, cmp.Or(a.ThreadKind, "this conversation"), inbox.ErrUnsupported)
	}
	d := deed{Action: a}
	var ok bool
	if d.target, ok = readSpot(a.Target); !ok {
		return inbox.Receipt{}, fmt.Errorf("%s: the target is no message: %w", a.Kind, inbox.ErrInvalid)
	}
	d.talk, _ = readTalk(a.Conversation)
	if d.talk.connection != d.target.connection {
		return inbox.Receipt{}, fmt.Errorf("%s: the target is in another conversation: %w", a.Kind, inbox.ErrInvalid)
	}
	ctx = httpx.ForPerson(ctx)
	r, err := c.carryOut(ctx, d)
	c.learnFrom(d, err)
	return r, err
}

func (c *connector) carryOut(ctx context.Context, d deed) (inbox.Receipt, error) {
	switch d.Kind {
	case inbox.ActReply, inbox.ActPrivate:
		return c.write(ctx, d)
	case inbox.ActEdit:
		return c.edit(ctx, d)
	case inbox.ActDelete, inbox.ActRemove:
		return c.remove(ctx, d)
	case inbox.ActLike, inbox.ActUnlike:
		reaction := []any{}
		if d.Kind == inbox.ActLike {
			reaction = append(reaction, map[string]string{"type": "emoji", "emoji": liking})
		}
		return c.set(ctx, d, "setMessageReaction", map[string]any{"chat_id": d.target.chat, "message_id": d.target.id, "reaction": reaction})
	case inbox.ActRead:
		err := c.call(ctx, request{method: "readBusinessMessage", write: true, args: map[string]any{
			"business_connection_id": d.talk.connection, "chat_id": d.target.chat, "message_id": d.target.id,
		}}, nil)
		return inbox.Receipt{Remote: d.Target}, err
	}
	return c.restrict(ctx, d)
}

// set makes a call that sets a state.
func (c *connector) set(ctx context.Context, d deed, method string, args map[string]any) (inbox.Receipt, error) {
	err := c.call(ctx, request{method: method, args: args, write: true, bucket: bucket(d.target.chat)}, nil)
	return inbox.Receipt{Remote: d.Target}, err
}

// edit gives an own message another text.
func (c *connector) edit(ctx context.Context, d deed) (inbox.Receipt, error) {
	args := map[string]any{"chat_id": d.target.chat, "message_id": d.target.id, "text": d.Text}
	if d.target.connection != "" {
		args["business_connection_id"] = d.target.connection
	}
	if err := c.pace.take(d.target.chat, c.now()); err != nil {
		return inbox.Receipt{}, err
	}
	r, err := c.set(ctx, d, "editMessageText", args)
	if said(err, "there is no text in the message to edit") { // a photo's words are its caption
		delete(args, "text")
		args["caption"] = d.Text
		r, err = c.set(ctx, d, "editMessageCaption", args)
	}
	if said(err, "message is not modified") {
		err = nil
	}
	return r, err
}

// remove takes a message away, an own one or theirs.
func (c *connector) remove(ctx context.Context, d deed) (inbox.Receipt, error) {
	if d.target.connection != "" {
		return c.set(ctx, d, "deleteBusinessMessages", map[string]any{
			"business_connection_id": d.target.connection, "message_ids": []int64{d.target.id},
		})
	}
	return c.set(ctx, d, "deleteMessage", map[string]any{"chat_id": d.target.chat, "message_id": d.target.id})
}

// restrict bans or silences a member of a group, or takes that back.
func (c *connector) restrict(ctx context.Context, d deed) (inbox.Receipt, error) {
	who, ok := personOf(d.Author)
	if c.mu.Lock(); who == c.me.ID {
		ok = false
	}
	c.mu.Unlock()
	if !ok {
		return inbox.Receipt{}, fmt.Errorf("%s: it names no other person: %w", d.Kind, inbox.ErrInvalid)
	}
	args := map[string]any{"chat_id": d.target.chat, "user_id": who}
	method := "restrictChatMember"
	switch d.Kind {
	case inbox.ActBlock:
		method = "banChatMember"
	case inbox.ActUnblock:
		method = "unbanChatMember"
		args["only_if_banned"] = true // else it throws a member out
	default:
		args["permissions"] = permissions(d.Kind == inbox.ActUnmute)
		args["use_independent_chat_permissions"] = true
	}
	r, err := c.set(ctx, d, method, args)
	r.Remote = d.Author
	return r, err
}

// permissions are those of a member: to write in every way, or in none. What
// else the group lets its members do is not given back by hand.
func permissions(on bool) map[string]bool {
	out := map[string]bool{}
	for _, what := range []string{
		"can_send_messages", "can_send_audios", "can_send_documents", "can_send_photos", "can_send_videos", "can_send_video_notes",
		"can_send_voice_notes", "can_send_polls", "can_send_other_messages", "can_add_web_page_previews",
	} {
		out[what] = on
	}
	return out
}

// learnFrom notes what an outcome says of the chat and of who is in it.
func (c *connector) learnFrom(d deed, err error) {
	if err == nil {
		return
	}
	closed := said(err, "can't initiate conversation") || said(err, "bot was blocked by the user") || said(err, "user is deactivated")
	if d.Kind == inbox.ActPrivate {
		if who, ok := personOf(d.Author); ok && (closed || errors.Is(err, inbox.ErrUnsupported)) {
			c.mu.Lock()
			c.shut[who] = true
			c.mu.Unlock()
		}
		return
	}
	c.learnRefusal(d.talk, err)
	if said(err, "not enough rights") || said(err, "chat_admin_required") || said(err, "message can't be deleted") {
		c.denied(d)
	}
}

// denied notes that a right is lacking.
func (c *connector) denied(d deed) {
	if !d.talk.group() {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	s := c.places[placeOf(d.talk)]
	if s.asked.IsZero() { // nothing was known: the other rights are left as they may be
		s.remove, s.restrict = true, true
	}
	s.asked = c.now()
	switch {
	case d.Kind == inbox.ActRemove:
		s.remove = false
	case d.Kind.OfAuthor():
		s.restrict = false
	}
	c.places[placeOf(d.talk)] = s
}
