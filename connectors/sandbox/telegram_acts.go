package sandbox

import (
	"encoding/json"
	"slices"
	"strings"
	"time"

	"vigie/inbox"
)

func (t *Telegram) getChatMember(c telegramCall) (any, *telegramError) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if c.number("chat_id") != c.bot.group() {
		return nil, badRequest("chat not found")
	}
	if c.number("user_id") != c.bot.id() {
		return nil, badRequest("user not found")
	}
	out := obj{"user": t.botUser(c.bot)}
	for key, value := range c.bot.member {
		out[key] = value
	}
	return out, nil
}

func (t *Telegram) getBusinessConnection(c telegramCall) (any, *telegramError) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if c.text("business_connection_id") != c.bot.link() {
		return nil, badRequest("business connection not found")
	}
	return c.bot.connection(t.world.Now()), nil
}

// where is the chat that a call names, checked: whether the bot is in it, and
// who is at its other end.
func (t *Telegram) where(c telegramCall) (person int, err *telegramError) {
	chat := c.number("chat_id")
	t.note(c, chat)
	t.mu.Lock()
	defer t.mu.Unlock()
	status, _ := c.bot.member["status"].(string)
	switch {
	case c.has("business_connection_id"):
		if c.text("business_connection_id") != c.bot.link() || !c.bot.enabled {
			return 0, badRequest("business connection not found")
		}
		return telegramPerson(chat), nil
	case chat == c.bot.group() && status == "kicked":
		return 0, forbidden("bot was kicked from the supergroup chat")
	case chat == c.bot.group() && status == "left":
		return 0, forbidden("bot is not a member of the supergroup chat")
	case chat == c.bot.group():
		return 0, nil
	case chat > 0 && t.world.Person(telegramPerson(chat)).ID == 0:
		return 0, badRequest("chat not found")
	case chat > 0 && !c.bot.started[telegramPerson(chat)]:
		return 0, forbidden("bot can't initiate conversation with a user")
	case chat > 0:
		return telegramPerson(chat), nil
	}
	return 0, badRequest("chat not found")
}

// item finds a message of the chat that a call names.
func (t *Telegram) itemOf(c telegramCall, id int64, missing string) (Item, *telegramError) {
	person, refusal := t.where(c)
	if refusal != nil {
		return Item{}, refusal
	}
	it, err := t.world.Item(ItemID(id))
	if err != nil || it.Deleted || it.Account != c.bot.remote() || (person != 0) != (it.Kind == Direct) || person != 0 && it.With != person {
		return Item{}, badRequest(missing)
	}
	return it, nil
}

// may reports whether the bot has a right in the group.
func (t *Telegram) may(b *telegramBot, right string) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return b.member[right] == true
}

func (t *Telegram) sendMessage(c telegramCall) (any, *telegramError) {
	person, refusal := t.where(c)
	if refusal != nil {
		return nil, refusal
	}
	it := Item{Account: c.bot.remote(), Kind: Public, Text: c.text("text")}
	if person != 0 {
		it.Kind, it.With = Direct, person
	}
	switch {
	case c.method != "sendMessage":
		field := strings.ToLower(strings.TrimPrefix(c.method, "send"))
		if it.Text, it.Image = c.text("caption"), strings.TrimPrefix(c.text(field), "attach://"); it.Image == "" {
			return nil, badRequest("there is no " + field + " in the request")
		}
		if units(it.Text) > telegramCaption {
			return nil, badRequest("message caption is too long")
		}
	case strings.TrimSpace(it.Text) == "":
		return nil, badRequest("message text is empty")
	case units(it.Text) > telegramText:
		return nil, badRequest("message is too long")
	}
	if refusal := t.refuseSend(c); refusal != nil {
		return nil, refusal
	}
	var reply struct {
		ID     int64 `json:"message_id"`
		Anyway bool  `json:"allow_sending_without_reply"`
	}
	if c.has("reply_parameters") {
		if json.Unmarshal(c.args["reply_parameters"], &reply) != nil {
			return nil, badRequest("can't parse reply parameters JSON object")
		}
		parent, refusal := t.itemOf(c, reply.ID, "message to be replied not found")
		if refusal != nil && !reply.Anyway {
			return nil, refusal
		}
		it.Parent = parent.ID
	}
	it, err := t.world.Write(it)
	if err != nil {
		return nil, badRequest("message to be replied not found")
	}
	return t.render(c.bot, it, true), nil
}

// refuseSend counts a message to the group, and refuses one too many or one
// that the bot may not write.
func (t *Telegram) refuseSend(c telegramCall) *telegramError {
	t.mu.Lock()
	defer t.mu.Unlock()
	b := c.bot
	if c.has("business_connection_id") && b.rights["can_reply"] != true {
		return badRequest("BUSINESS_PEER_INVALID")
	}
	if c.number("chat_id") != b.group() {
		return nil
	}
	if b.member["status"] == "restricted" && b.member["can_send_messages"] != true {
		return badRequest("not enough rights to send text messages to the chat")
	}
	now := t.world.Now()
	b.sends = slices.DeleteFunc(b.sends, func(at time.Time) bool { return now.Sub(at) >= time.Minute })
	if t.Limit > 0 && len(b.sends) >= t.Limit {
		t.refused++
		wait := int((time.Minute-now.Sub(b.sends[0]))/time.Second) + 1
		return &telegramError{code: 429, text: "Too Many Requests: retry after " + time.Duration(wait).String(), wait: wait}
	}
	b.sends = append(b.sends, now)
	return nil
}

// Refused is how many messages came over the limit.
func (t *Telegram) Refused() int {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.refused
}

// editMessage gives a message of the brand another text, or what is under its
// file another caption.
func (t *Telegram) editMessage(c telegramCall) (any, *telegramError) {
	it, refusal := t.itemOf(c, c.number("message_id"), "message to edit not found")
	field, most := "text", telegramText
	if c.method == "editMessageCaption" {
		field, most = "caption", telegramCaption
	}
	switch text := c.text(field); {
	case refusal != nil:
		return nil, refusal
	case !it.ByBrand() || it.Kind == BrandPost:
		return nil, badRequest("message can't be edited")
	case field == "caption" && it.Image == "":
		return nil, badRequest("there is no caption in the message to edit")
	case field == "text" && it.Image != "":
		return nil, badRequest("there is no text in the message to edit")
	case field == "text" && strings.TrimSpace(text) == "":
		return nil, badRequest("message text is empty")
	case units(text) > most:
		return nil, badRequest("MESSAGE_TOO_LONG")
	case text == it.Text:
		return nil, badRequest("message is not modified: specified new message content and reply markup are exactly the same as a current content and reply markup of the message")
	case t.world.Edit(it.ID, text) != nil:
		return nil, badRequest("message to edit not found")
	}
	it, _ = t.world.Item(it.ID)
	return t.render(c.bot, it, true), nil
}

func (t *Telegram) deleteMessage(c telegramCall) (any, *telegramError) {
	it, refusal := t.itemOf(c, c.number("message_id"), "message to delete not found")
	if refusal != nil {
		return nil, refusal
	}
	admin := it.Kind != Direct && t.may(c.bot, "can_delete_messages")
	if old := t.world.Now().Sub(it.At) > telegramOldEnough; !admin && (old || !it.ByBrand() && it.Kind != Direct) {
		return nil, badRequest("message can't be deleted")
	}
	return t.takeAway(it)
}

func (t *Telegram) takeAway(it Item) (any, *telegramError) {
	err := error(nil)
	if it.ByBrand() {
		err = t.world.Delete(it.ID)
	} else {
		err = t.world.Moderate(it.ID, inbox.ActRemove)
	}
	if err != nil {
		return nil, badRequest("message to delete not found")
	}
	return true, nil
}

func (t *Telegram) deleteBusinessMessages(c telegramCall) (any, *telegramError) {
	var ids []int64
	if json.Unmarshal(c.args["message_ids"], &ids) != nil || len(ids) == 0 {
		return nil, badRequest("message identifiers are not specified")
	}
	t.mu.Lock()
	rights, known := c.bot.rights, c.text("business_connection_id") == c.bot.link() && c.bot.enabled
	t.mu.Unlock()
	if !known {
		return nil, badRequest("business connection not found")
	}
	for _, id := range ids {
		it, err := t.world.Item(ItemID(id))
		switch {
		case err != nil || it.Deleted || it.Account != c.bot.remote() || it.Kind != Direct:
			return nil, badRequest("message to delete not found")
		case rights["can_delete_all_messages"] != true && !(it.ByBrand() && rights["can_delete_sent_messages"] == true):
			return nil, badRequest("not enough rights to delete the message")
		}
		if _, refusal := t.takeAway(it); refusal != nil {
			return nil, refusal
		}
	}
	return true, nil
}

func (t *Telegram) setMessageReaction(c telegramCall) (any, *telegramError) {
	it, refusal := t.itemOf(c, c.number("message_id"), "message to react not found")
	if refusal != nil {
		return nil, refusal
	}
	var reaction []struct {
		Type  string `json:"type"`
		Emoji string `json:"emoji"`
	}
	if c.has("reaction") && json.Unmarshal(c.args["reaction"], &reaction) != nil || len(reaction) > 1 {
		return nil, badRequest("REACTION_INVALID")
	}
	if len(reaction) == 1 && (reaction[0].Type != "emoji" || !slices.Contains([]string{"👍", "❤", "🔥", "🎉", "👏"}, reaction[0].Emoji)) {
		return nil, badRequest("REACTION_INVALID")
	}
	if t.world.Like(it.ID, len(reaction) == 1) != nil {
		return nil, badRequest("message to react not found")
	}
	return true, nil
}

// member is the person whom a call names, if the bot may do it.
func (t *Telegram) member(c telegramCall) (int, *telegramError) {
	if _, refusal := t.where(c); refusal != nil {
		return 0, refusal
	}
	who := telegramPerson(c.number("user_id"))
	switch {
	case c.number("chat_id") > 0:
		return 0, badRequest("can't restrict members of a private chat")
	case !t.may(c.bot, "can_restrict_members"):
		return 0, badRequest("not enough rights to restrict/unrestrict chat member")
	case t.world.Person(who).ID == 0:
		return 0, badRequest("user not found")
	}
	return who, nil
}

func (t *Telegram) banChatMember(c telegramCall) (any, *telegramError) {
	who, refusal := t.member(c)
	if refusal != nil {
		return nil, refusal
	}
	on := c.method == "banChatMember"
	if !on && !c.flag("only_if_banned") {
		return nil, badRequest("USER_NOT_PARTICIPANT") // it would throw a member out
	}
	if t.world.Block(c.bot.remote(), who, on) != nil {
		return nil, badRequest("user not found")
	}
	return true, nil
}

func (t *Telegram) restrictChatMember(c telegramCall) (any, *telegramError) {
	who, refusal := t.member(c)
	if refusal != nil {
		return nil, refusal
	}
	var may map[string]bool
	if json.Unmarshal(c.args["permissions"], &may) != nil {
		return nil, badRequest("can't parse permissions JSON object")
	}
	theirs := t.world.Items(c.bot.remote(), func(it Item) bool { return it.Person == who })
	kind := either(may["can_send_messages"], inbox.ActUnmute, inbox.ActMute)
	if len(theirs) == 0 || t.world.Did(theirs[0].ID, kind, "") != nil {
		return nil, badRequest("user not found")
	}
	return true, nil
}

func (t *Telegram) readBusinessMessage(c telegramCall) (any, *telegramError) {
	it, refusal := t.itemOf(c, c.number("message_id"), "message not found")
	if refusal != nil {
		return nil, refusal
	}
	t.mu.Lock()
	may := c.bot.rights["can_read_messages"] == true
	t.mu.Unlock()
	if !may {
		return nil, badRequest("not enough rights to read messages")
	}
	t.world.Read(c.bot.remote(), it.With, it.ID)
	return true, nil
}
