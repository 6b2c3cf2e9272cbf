package sandbox

import (
	"cmp"
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"sync"

	"github.com/rivo/uniseg"

	"vigie/inbox"
)

const (
	// convoLen is the length of a conversation's id.
	convoLen = 12
	// logPage is how many entries getLog gives at a time.
	logPage = 50

	chatDefs = "chat.bsky.convo.defs"
)

// bskyChat is the log of the chat service: every message that came or went,
// under a revision that only grows.
type bskyChat struct {
	mu      sync.Mutex
	log     []chatEvent
	revs    map[ItemID]string // of the messages' making
	opened  map[bond]bool     // conversations that were begun without a message
	refused map[int]string    // by person: why nobody may write to them
}

type chatEvent struct {
	item    ItemID
	account inbox.AccountID
	deleted bool
	rev     string

	muted, unmuted bool // the conversation with with, and no item
	with           int
}

// begin takes up what is there and all that will come: the world and its
// simulations end together.
func (c *bskyChat) begin(w *World) {
	c.revs, c.opened, c.refused = map[ItemID]string{}, map[bond]bool{}, map[int]string{}
	w.Watch(func(ch Change) { c.add(ch.Item, ch.What) })
	for _, b := range w.Brands("bluesky") {
		for _, it := range w.Items(b.Account, nil) {
			c.add(it, Wrote)
		}
	}
}

func (c *bskyChat) add(it Item, what ChangeKind) {
	if it.Kind != Direct || what != Wrote && what != DeletedItem {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if _, there := c.revs[it.ID]; there && what == Wrote {
		return
	}
	rev := tid(uint64(len(c.log)+1) << 20)
	if what == Wrote {
		c.revs[it.ID] = rev
	}
	c.log = append(c.log, chatEvent{item: it.ID, account: it.Account, deleted: what == DeletedItem, rev: rev})
}

// muted notes that an account muted a conversation, or lifted that.
func (c *bskyChat) muted(account inbox.AccountID, person int, on bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	rev := tid(uint64(len(c.log)+1) << 20)
	c.log = append(c.log, chatEvent{account: account, muted: on, unmuted: !on, with: person, rev: rev})
}

func (c *bskyChat) rev(id ItemID) string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.revs[id]
}

// since lists the events of an account behind a revision.
func (c *bskyChat) since(account inbox.AccountID, rev string) []chatEvent {
	c.mu.Lock()
	defer c.mu.Unlock()
	var out []chatEvent
	for _, e := range c.log {
		if e.account == account && e.rev > rev {
			out = append(out, e)
		}
	}
	return out
}

func convoID(account inbox.AccountID, person int) string {
	return "3" + word("convo/"+string(account)+"/"+tid(uint64(person)), convoLen-1)
}

func (c *bskyCall) people(person int) []object {
	return []object{c.b.brandProfile(c.me), c.b.personProfile(c.b.world.Person(person))}
}

// message is a direct message as the chat service shows it.
func (c *bskyCall) message(it Item) object {
	sender := c.did
	if !it.ByBrand() {
		sender = personDID(c.b.world.Person(it.Person))
	}
	m := object{
		"$type": chatDefs + "#messageView", "id": itemKey(it), "rev": c.b.chat.rev(it.ID), "text": it.Text,
		"sender": object{"did": sender}, "sentAt": clockTime(it.At),
	}
	if it.Deleted {
		m["$type"] = chatDefs + "#deletedMessageView"
		delete(m, "text")
	}
	if it.Bad {
		m["sentAt"] = "tantôt"
	}
	return m
}

// convos lists the conversations of the account by person, each newest
// message first.
func (c *bskyCall) convos() map[int][]Item {
	out := map[int][]Item{}
	for _, it := range c.b.world.Items(c.me.Account, func(it Item) bool { return it.Kind == Direct }) {
		out[it.With] = append(out[it.With], it)
	}
	for _, items := range out {
		slices.SortFunc(items, func(a, b Item) int { return strings.Compare(c.b.chat.rev(b.ID), c.b.chat.rev(a.ID)) })
	}
	return out
}

// convo finds a conversation of the account by its id; one that was only
// begun has no messages.
func (c *bskyCall) convo(id string) (int, []Item, error) {
	for person, items := range c.convos() {
		if convoID(c.me.Account, person) == id {
			return person, items, nil
		}
	}
	if person, ok := c.b.chat.begun(c.me.Account, id); ok {
		return person, nil, nil
	}
	return 0, nil, &xrpcError{http.StatusBadRequest, "InvalidConvo", "Convo not found"}
}

func (c *bskyCall) convoView(person int, items []Item) object {
	v := object{
		"id": convoID(c.me.Account, person), "rev": tid(0), "members": c.people(person),
		"muted": c.mutedConvo(person), "status": "accepted", "unreadCount": c.unread(person, items),
		"kind": object{"$type": chatDefs + "#directConvo"},
	}
	if len(items) > 0 {
		v["rev"], v["lastMessage"] = c.b.chat.rev(items[0].ID), c.message(items[0])
	}
	return v
}

func (c *bskyCall) listConvos() (any, error) {
	limit, err := c.number("limit", 50, 1, 100)
	if err != nil {
		return nil, err
	}
	views := []object{}
	for person, items := range c.convos() {
		v := c.convoView(person, items)
		if at := c.q.Get("cursor"); at == "" || v["rev"].(string) < at {
			views = append(views, v)
		}
	}
	slices.SortFunc(views, func(a, b object) int { return cmp.Compare(b["rev"].(string), a["rev"].(string)) })
	out := object{}
	if len(views) > limit {
		views = views[:limit]
		out["cursor"] = views[limit-1]["rev"]
	}
	out["convos"] = views
	return out, nil
}

func (c *bskyCall) getConvo() (any, error) {
	person, items, err := c.convo(c.q.Get("convoId"))
	if err != nil {
		return nil, err
	}
	return object{"convo": c.convoView(person, items)}, nil
}

func (c *bskyCall) getMessages() (any, error) {
	limit, err := c.number("limit", 50, 1, 100)
	if err != nil {
		return nil, err
	}
	person, items, err := c.convo(c.q.Get("convoId"))
	if err != nil {
		return nil, err
	}
	if at := c.q.Get("cursor"); at != "" {
		items = slices.DeleteFunc(items, func(it Item) bool { return c.b.chat.rev(it.ID) >= at })
	}
	out := object{"relatedProfiles": c.people(person)}
	if len(items) > limit {
		items = items[:limit]
		out["cursor"] = c.b.chat.rev(items[limit-1].ID)
	}
	list := make([]object, 0, len(items))
	for _, it := range items {
		list = append(list, c.message(it))
	}
	out["messages"] = list
	return out, nil
}

func (c *bskyCall) getLog() (any, error) {
	at := c.q.Get("cursor")
	if at != "" && len(at) != len(tid(0)) {
		return nil, invalidRequest("Malformed cursor")
	}
	events := c.b.chat.since(c.me.Account, at)
	logs := []object{}
	if at == "" {
		at = tid(0)
		if len(events) > 0 {
			at = events[len(events)-1].rev
		}
		return object{"logs": logs, "cursor": at}, nil
	}
	for _, e := range events[:min(len(events), logPage)] {
		if e.muted || e.unmuted {
			name := map[bool]string{true: "#logMuteConvo", false: "#logUnmuteConvo"}[e.muted]
			logs = append(logs, object{"$type": chatDefs + name, "rev": e.rev, "convoId": convoID(c.me.Account, e.with)})
			at = e.rev
			continue
		}
		it, err := c.b.world.Item(e.item)
		if err != nil {
			return nil, err
		}
		entry := object{
			"$type": chatDefs + "#logCreateMessage", "rev": e.rev, "convoId": convoID(c.me.Account, it.With),
			"message": c.message(it), "relatedProfiles": c.people(it.With),
		}
		if e.deleted {
			entry["$type"] = chatDefs + "#logDeleteMessage"
		}
		logs, at = append(logs, entry), e.rev
	}
	return object{"logs": logs, "cursor": at}, nil
}

func (c *bskyCall) sendMessage() (any, error) {
	var in struct {
		Convo   string `json:"convoId"`
		Message struct {
			Text *string `json:"text"`
		} `json:"message"`
	}
	if err := json.Unmarshal(c.body, &in); err != nil || in.Message.Text == nil {
		return nil, invalidRequest("Input must have the property %q", "message")
	}
	text := *in.Message.Text
	if uniseg.GraphemeClusterCount(text) > 1000 || len(text) > 10000 {
		return nil, invalidRequest("grapheme too big (maximum 1000)")
	}
	person, items, err := c.convo(in.Convo)
	if err != nil {
		return nil, err
	}
	if why := c.refusal(person); why != nil {
		return nil, invalidRequest("recipient takes no messages: %s", why.name)
	}
	it := Item{Account: c.me.Account, Kind: Direct, With: person, Text: text}
	if last := slices.IndexFunc(items, func(i Item) bool { return !i.Deleted }); last >= 0 {
		it.Parent = items[last].ID
	}
	if it, err = c.b.world.Write(it); err != nil {
		return nil, err
	}
	c.b.wrote(Write{Method: "chat.bsky.convo.sendMessage", Record: c.b.URI(it.ID), Text: text})
	return c.message(it), nil
}
