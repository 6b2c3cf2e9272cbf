package telegram

import (
	"context"
	"errors"
	"strconv"
	"time"

	"vigie/inbox"
)

const (
	// standFor is how long what was learned of a chat counts; Telegram tells of
	// changes by itself, while it is listened to.
	standFor = 6 * time.Hour
	// businessWindow is how long after their newest message people can be
	// answered in the name of a business (BusinessBotRights, can_reply).
	businessWindow = 24 * time.Hour
	// askMost is how many chats one Fetch asks about.
	askMost = 5
)

// standing is what the bot may do in a chat, as far as it has learned.
type standing struct {
	asked    time.Time // zero: nothing was told yet
	kind     string    // of the chat: private, group, supergroup, channel; "": not known
	out      bool      // thrown out, left, blocked, or the connection is over
	mute     bool      // it may not write
	admin    bool
	remove   bool // others' messages
	restrict bool // members
	take     bool // own messages, in a business account
	read     bool // tell as read, in a business account
}

// placeOf names where rights count: a chat, or a business connection.
func placeOf(t talk) string {
	if t.connection != "" {
		return "b" + t.connection
	}
	return number(t.chat)
}

// place is what is known of where a conversation is.
func (c *connector) place(t talk) standing {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.places[placeOf(t)]
}

// met notes what kind of chat a conversation is in. What somebody wrote there
// came to the bot: it is not out, and whoever writes to it takes its answers.
func (c *connector) met(conversation string, in chat) {
	t, ok := readTalk(conversation)
	if !ok {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	s := c.places[placeOf(t)]
	s.kind, s.out = in.Type, false
	c.places[placeOf(t)] = s
	if in.private() && t.connection == "" {
		delete(c.shut, in.ID)
	}
}

// joined takes in what the bot is in a chat now. first is the id that its
// conversations have.
func (c *connector) joined(first int64, in chat, m member) {
	s := standing{asked: c.now(), kind: in.Type}
	switch m.Status {
	case "left", "kicked":
		s.out = true
	case "administrator", "creator":
		s.admin = true
		s.remove, s.restrict = m.Delete || m.Status == "creator", m.Restrict || m.Status == "creator"
	case "restricted":
		s.out, s.mute = !m.IsMember, !m.CanSend
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if s.kind == "" {
		s.kind = c.places[number(first)].kind
	}
	c.places[number(first)] = s
}

// connected takes in what the owner of a business account allows.
func (c *connector) connected(b businessConnection) error {
	if !soundWord(b.ID) {
		return errors.New("the business connection has no usable id")
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.places["b"+b.ID] = standing{
		asked: c.now(), kind: "private", out: !b.Enabled, mute: !b.Rights.Reply,
		remove: b.Rights.DeleteAll, take: b.Rights.DeleteSent || b.Rights.DeleteAll, read: b.Rights.Read,
	}
	return nil
}

// acquaint asks what the bot may do in the chats of a page that it does not
// know yet. What cannot be learned is learned by being refused; only a
// cancelled call is an error.
func (c *connector) acquaint(ctx context.Context, me user, list []inbox.Message) error {
	asked := map[string]bool{}
	for _, m := range list {
		t, ok := readTalk(m.Conversation)
		if name := placeOf(t); !ok || asked[name] || len(asked) == askMost || c.now().Sub(c.place(t).asked) < standFor {
			continue
		}
		where, ok := readSpot(m.Remote)
		if !ok || !t.group() && t.connection == "" {
			continue
		}
		asked[placeOf(t)] = true
		c.ask(ctx, me, t, where)
		if ctx.Err() != nil {
			return ctx.Err()
		}
	}
	return nil
}

func (c *connector) ask(ctx context.Context, me user, t talk, where spot) {
	if t.connection != "" {
		var b businessConnection
		args := map[string]any{"business_connection_id": t.connection}
		if c.call(ctx, request{method: "getBusinessConnection", args: args}, &b) == nil && b.ID == t.connection {
			_ = c.connected(b) // its id is the one that was read
		}
		return
	}
	var m member
	args := map[string]any{"chat_id": where.chat, "user_id": me.ID}
	err := c.call(ctx, request{method: "getChatMember", args: args}, &m)
	if err == nil {
		c.joined(t.chat, chat{ID: where.chat}, m)
	}
	c.learnRefusal(t, err)
}

// learnRefusal notes what a refusal says of a place.
func (c *connector) learnRefusal(t talk, err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	s := c.places[placeOf(t)]
	switch {
	case said(err, "bot was kicked"), said(err, "bot is not a member"), said(err, "bot was blocked by the user"),
		said(err, "user is deactivated"), said(err, "group chat was deactivated"):
		s.out = true
	case t.connection != "" && (said(err, "business connection not found") || said(err, "business_connection_invalid")):
		s.out = true
	case said(err, "restrict/unrestrict"):
		s.restrict, s.admin = false, true
	case said(err, "not enough rights to send"), said(err, "have no rights to send"), said(err, "chat_write_forbidden"):
		s.mute = true
	default:
		return
	}
	s.asked = c.now()
	c.places[placeOf(t)] = s
}

// caps is what an account can do at best.
func caps() inbox.Caps {
	text, state := inbox.Capability{OK: true, Class: inbox.ClassD}, inbox.Capability{OK: true, Class: inbox.ClassS}
	acts := map[inbox.ActionKind]inbox.Capability{inbox.ActReply: text, inbox.ActPrivate: text}
	for _, kind := range []inbox.ActionKind{
		inbox.ActEdit, inbox.ActLike, inbox.ActUnlike, inbox.ActDelete, inbox.ActRemove, inbox.ActBlock, inbox.ActUnblock,
		inbox.ActMute, inbox.ActUnmute, inbox.ActRead,
	} {
		acts[kind] = state
	}
	for _, kind := range inbox.ActionKinds() {
		if _, ok := acts[kind]; !ok {
			acts[kind] = no(inbox.CodeUnsupported)
		}
	}
	limit := inbox.TextLimit{Max: maxText, Unit: inbox.UTF16}
	return inbox.Caps{
		Streams: []inbox.Stream{inbox.StreamMentions}, Acts: acts, Reply: limit, Message: limit,
		Media: inbox.MediaLimit{Max: 1, Bytes: maxFile, Types: []string{"image/*", "video/*", "audio/*", "application/*", "text/*"}, Alone: true, Caption: maxCaption},
		Push:  true, MinPoll: minPoll,
	}
}

// no is what cannot be done, and why.
func no(why string) inbox.Capability { return inbox.Capability{Why: why} }

// Caps implements inbox.Connector.
func (c *connector) Caps() inbox.Caps {
	out := caps()
	c.mu.Lock()
	defer c.mu.Unlock()
	out.Push = c.short < shortMost
	return out
}

// ThreadCaps says what can be done in a conversation: by the kind of chat, by
// the rights that the bot has there as far as it knows, and by who is known to
// take no private message.
func (c *connector) ThreadCaps(t inbox.Thread) inbox.Caps { return c.capsIn(t.Remote) }

func (c *connector) capsIn(conversation string) inbox.Caps {
	out := c.Caps()
	deny := func(why string, kinds ...inbox.ActionKind) {
		for _, kind := range kinds {
			if out.Acts[kind].OK {
				out.Acts[kind] = no(why)
			}
		}
	}
	t, ok := readTalk(conversation)
	if !ok {
		deny(inbox.CodeUnsupported, inbox.ActionKinds()...)
		return out
	}
	s := c.place(t)
	if s.out {
		deny(inbox.CodeOut, inbox.ActionKinds()...)
		return out
	}
	if s.mute {
		deny(inbox.CodeRights, inbox.ActReply, inbox.ActEdit)
	}
	switch {
	case t.group():
		c.denyInGroup(t, s, deny)
	case t.connection != "":
		out.ReplyWindow = businessWindow
		deny(inbox.CodeInPrivate, inbox.ActPrivate, inbox.ActBlock, inbox.ActUnblock, inbox.ActMute, inbox.ActUnmute)
		deny(inbox.CodeUnsupported, inbox.ActLike, inbox.ActUnlike)
		if !s.asked.IsZero() {
			denyUnless(deny, s.remove, inbox.ActRemove)
			denyUnless(deny, s.take, inbox.ActDelete)
			denyUnless(deny, s.read, inbox.ActRead)
		}
	default:
		deny(inbox.CodeInPrivate, inbox.ActPrivate, inbox.ActBlock, inbox.ActUnblock, inbox.ActMute, inbox.ActUnmute)
		deny(inbox.CodeUnsupported, inbox.ActRead)
	}
	return out
}

func (c *connector) denyInGroup(t talk, s standing, deny func(string, ...inbox.ActionKind)) {
	deny(inbox.CodeUnsupported, inbox.ActRead)
	c.mu.Lock()
	shut := c.shut[t.person]
	c.mu.Unlock()
	if shut {
		deny(inbox.CodeClosed, inbox.ActPrivate)
	}
	if t.person < 0 { // somebody who writes in the name of a chat
		deny(inbox.CodeUnsupported, inbox.ActPrivate, inbox.ActMute, inbox.ActUnmute, inbox.ActBlock, inbox.ActUnblock)
	}
	if s.kind == "group" {
		deny(inbox.CodeUnsupported, inbox.ActMute, inbox.ActUnmute)
	}
	if s.asked.IsZero() {
		return
	}
	denyUnless(deny, s.remove, inbox.ActRemove)
	denyUnless(deny, s.restrict, inbox.ActBlock, inbox.ActUnblock, inbox.ActMute, inbox.ActUnmute)
}

func denyUnless(deny func(string, ...inbox.ActionKind), allowed bool, kinds ...inbox.ActionKind) {
	if !allowed {
		deny(inbox.CodeRights, kinds...)
	}
}

// personOf reads a person's id.
func personOf(s string) (int64, bool) {
	n, err := strconv.ParseInt(s, 10, 64)
	return n, err == nil && n > 0
}
