package sandbox

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"time"

	"vigie/inbox"
)

// happened turns a change of the world into the update that Telegram sends of
// it. Deletions are told of business accounts only.
func (t *Telegram) happened(c Change) {
	it := c.Item
	b := t.bots[it.Account]
	if b == nil || it.ByBrand() && it.Kind != BrandPost || t.world.Now().Sub(it.At) > telegramKept {
		return
	}
	if it.Kind == Direct && !it.ByBrand() {
		t.Start(it.Account, it.Person)
	}
	direct := it.Kind == Direct && t.Business
	switch {
	case it.Bad && c.What == Wrote:
		t.push(b, obj{"message": obj{"message_id": telegramID(it), "date": "soon", "chat": t.groupChat(b), "text": it.Text}})
	case it.Kind == BrandPost && c.What == Wrote:
		t.push(b, obj{"channel_post": t.channelPost(b, it)})
		t.push(b, obj{"message": t.forward(b, it)})
	case it.Kind == BrandPost:
	case c.What == Wrote && direct:
		t.push(b, obj{"business_message": t.render(b, it, true)})
	case c.What == EditedItem && direct:
		t.push(b, obj{"edited_business_message": t.render(b, it, true)})
	case c.What == DeletedItem && direct:
		t.push(b, obj{"deleted_business_messages": obj{
			"business_connection_id": b.link(), "chat": t.privateChat(it.With), "message_ids": []int64{telegramID(it)},
		}})
	case c.What == Wrote && !it.Deleted:
		t.push(b, obj{"message": t.render(b, it, true)})
	case c.What == EditedItem:
		t.push(b, obj{"edited_message": t.render(b, it, true)})
	}
}

// push adds an update to a bot's queue and wakes who waits for it.
func (t *Telegram) push(b *telegramBot, body obj) {
	t.mu.Lock()
	defer t.mu.Unlock()
	b.serial++
	body["update_id"] = b.serial
	b.queue = append(b.queue, telegramUpdate{id: b.serial, at: t.world.Now(), body: body})
	close(b.news)
	b.news = make(chan struct{})
}

// Push adds an update as a test wants it; its id is chosen here.
func (t *Telegram) Push(account inbox.AccountID, kind string, body map[string]any) {
	t.push(t.bots[account], obj{kind: body})
}

// Start lets a person open a chat with the bot: before, it cannot write there.
func (t *Telegram) Start(account inbox.AccountID, person int) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.bots[account].started[person] = true
}

// Webhook sets or removes a webhook, as another program would.
func (t *Telegram) Webhook(account inbox.AccountID, address string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.bots[account].webhook = address
}

// Member makes the bot another thing in its group and tells it.
func (t *Telegram) Member(account inbox.AccountID, member map[string]any) {
	b := t.bots[account]
	t.mu.Lock()
	old := b.member
	b.member = member
	t.mu.Unlock()
	t.push(b, obj{"my_chat_member": obj{
		"chat": t.groupChat(b), "from": obj{"id": b.owner(), "is_bot": false, "first_name": b.brand.Name}, "date": t.world.Now().Unix(),
		"old_chat_member": old, "new_chat_member": member,
	}})
}

// Connect changes what the owner of the business account allows, and tells it.
func (t *Telegram) Connect(account inbox.AccountID, enabled bool, rights map[string]any) {
	b := t.bots[account]
	t.mu.Lock()
	b.enabled, b.rights = enabled, rights
	body := b.connection(t.world.Now())
	t.mu.Unlock()
	t.push(b, obj{"business_connection": body})
}

// Pending is how many updates of a bot wait to be confirmed.
func (t *Telegram) Pending(account inbox.AccountID) int {
	t.mu.Lock()
	defer t.mu.Unlock()
	b := t.bots[account]
	n := 0
	for _, u := range b.queue {
		if u.id >= b.confirmed {
			n++
		}
	}
	return n
}

// telegramKinds are the kinds of updates that can be asked for.
func telegramKinds() []string {
	return []string{
		"message", "edited_message", "channel_post", "edited_channel_post", "business_connection", "business_message",
		"edited_business_message", "deleted_business_messages", "message_reaction", "message_reaction_count", "inline_query",
		"chosen_inline_result", "callback_query", "shipping_query", "pre_checkout_query", "poll", "poll_answer", "my_chat_member",
		"chat_member", "chat_join_request", "chat_boost", "removed_chat_boost",
	}
}

func (t *Telegram) getUpdates(c telegramCall) (any, *telegramError) {
	limit, timeout := 100, time.Duration(c.number("timeout"))*time.Second
	if n := c.number("limit"); n > 0 {
		limit = int(min(n, 100))
	}
	kinds := telegramKinds()
	if c.has("allowed_updates") {
		if json.Unmarshal(c.args["allowed_updates"], &kinds) != nil {
			return nil, badRequest("can't parse allowed updates: expected an Array of String")
		}
	}
	if t.Hurry {
		timeout = 0
	}
	turn, err := t.begin(c.bot)
	if err != nil {
		return nil, err
	}
	defer t.finish(c.bot, turn)
	timer := time.NewTimer(timeout)
	defer timer.Stop()
	for {
		list, news := t.waiting(c.bot, c.number("offset"), limit, kinds)
		if len(list) > 0 || timeout == 0 {
			return list, nil
		}
		select {
		case <-news:
		case <-timer.C:
			return list, nil
		case <-c.r.Context().Done():
			return list, nil
		case <-turn:
			return nil, &telegramError{
				code: http.StatusConflict,
				text: "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running",
			}
		}
	}
}

// begin ends the poll that waits, as the real server does: a bot has one
// reader.
func (t *Telegram) begin(b *telegramBot) (turn chan struct{}, err *telegramError) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if b.webhook != "" {
		return nil, &telegramError{
			code: http.StatusConflict,
			text: "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first",
		}
	}
	if b.poller != nil {
		close(b.poller)
	}
	b.poller = make(chan struct{})
	return b.poller, nil
}

func (t *Telegram) finish(b *telegramBot, turn chan struct{}) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if b.poller == turn {
		b.poller = nil
	}
}

// waiting confirms what is before the offset and returns what waits, of the
// kinds asked for.
func (t *Telegram) waiting(b *telegramBot, offset int64, limit int, kinds []string) (list []obj, news chan struct{}) {
	t.mu.Lock()
	defer t.mu.Unlock()
	now := t.world.Now()
	b.queue = slices.DeleteFunc(b.queue, func(u telegramUpdate) bool { return now.Sub(u.at) > telegramKept })
	if offset < 0 {
		offset = b.serial + 1 + offset
	}
	if offset > b.confirmed {
		b.confirmed = min(offset, b.serial+1)
	}
	from := b.confirmed
	if t.Keep {
		from = offset
	}
	list = []obj{}
	for _, u := range b.queue {
		asked := slices.ContainsFunc(kinds, func(k string) bool { _, ok := u.body[k]; return ok })
		if u.id >= from && asked && len(list) < limit {
			list = append(list, u.body)
		}
	}
	return list, b.news
}

func (t *Telegram) getWebhookInfo(c telegramCall) (any, *telegramError) {
	t.mu.Lock()
	defer t.mu.Unlock()
	return obj{"url": c.bot.webhook, "has_custom_certificate": false, "pending_update_count": len(c.bot.queue)}, nil
}

// Called lists the methods that a bot called about a chat, with their texts.
func (t *Telegram) Called(account inbox.AccountID, chat int64) []string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return slices.Clone(t.bots[account].said[chat])
}

// note keeps what a bot called about a chat.
func (t *Telegram) note(c telegramCall, chat int64) {
	t.mu.Lock()
	defer t.mu.Unlock()
	c.bot.said[chat] = append(c.bot.said[chat], strings.TrimSpace(c.method+" "+c.text("text")))
}
