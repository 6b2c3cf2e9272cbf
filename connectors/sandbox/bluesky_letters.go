package sandbox

import (
	"encoding/json"
	"net/http"

	"vigie/inbox"
)

// RefuseMessages lets a person take no direct messages, for a reason that
// getConvoForMembers names, such as "MessagesDisabled"; "" takes them again.
func (b *Bluesky) RefuseMessages(person int, reason string) {
	b.chat.mu.Lock()
	defer b.chat.mu.Unlock()
	b.chat.refused[person] = reason
}

// begun finds a conversation that was begun by its id.
func (c *bskyChat) begun(account inbox.AccountID, id string) (int, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for b := range c.opened {
		if b.account == account && convoID(account, b.person) == id {
			return b.person, true
		}
	}
	return 0, false
}

// refusal is why a person takes no messages of the account; nil: they do.
func (c *bskyCall) refusal(person int) *xrpcError {
	c.b.chat.mu.Lock()
	name := c.b.chat.refused[person]
	c.b.chat.mu.Unlock()
	if c.b.world.Blocked(c.me.Account, person) {
		name = "BlockedSubject"
	}
	if name == "" {
		return nil
	}
	return &xrpcError{http.StatusBadRequest, name, "recipient takes no messages"}
}

// unread counts what the person wrote since the account told what it read.
func (c *bskyCall) unread(person int, items []Item) int {
	n, read := 0, c.b.world.ReadUpTo(c.me.Account, person)
	for _, it := range items {
		if !it.ByBrand() && !it.Deleted && it.ID > read {
			n++
		}
	}
	return n
}

// member is the person that the account asks to talk to.
func (c *bskyCall) member() (Person, error) {
	var other []string
	for _, did := range c.q["members"] {
		if did != c.did {
			other = append(other, did)
		}
	}
	if len(other) != 1 {
		return Person{}, invalidRequest("a conversation has two members")
	}
	p, ok := c.b.personByDID(other[0])
	if !ok {
		return Person{}, &xrpcError{http.StatusBadRequest, "RecipientNotFound", "recipient not found"}
	}
	return p, nil
}

func (c *bskyCall) getConvoForMembers() (any, error) {
	p, err := c.member()
	if err != nil {
		return nil, err
	}
	if why := c.refusal(p.ID); why != nil {
		return nil, why
	}
	c.b.chat.mu.Lock()
	c.b.chat.opened[bond{c.me.Account, p.ID}] = true
	c.b.chat.mu.Unlock()
	return object{"convo": c.convoView(p.ID, c.convos()[p.ID])}, nil
}

func (c *bskyCall) getConvoAvailability() (any, error) {
	p, err := c.member()
	if err != nil {
		return nil, err
	}
	out := object{"canChat": c.refusal(p.ID) == nil}
	if person, items, err := c.convo(convoID(c.me.Account, p.ID)); err == nil {
		out["convo"] = c.convoView(person, items)
	}
	return out, nil
}

// updateRead notes what the account has read: up to a message, or all.
func (c *bskyCall) updateRead() (any, error) {
	var in struct {
		Convo   string `json:"convoId"`
		Message string `json:"messageId"`
	}
	if json.Unmarshal(c.body, &in) != nil {
		return nil, invalidRequest("Input must have the property %q", "convoId")
	}
	person, items, err := c.convo(in.Convo)
	if err != nil {
		return nil, err
	}
	var upTo ItemID
	for _, it := range items {
		if in.Message == "" || itemKey(it) == in.Message {
			upTo = max(upTo, it.ID)
		}
	}
	if upTo == 0 && in.Message != "" {
		return nil, invalidRequest("no such message")
	}
	c.b.world.Read(c.me.Account, person, upTo)
	c.b.wrote(Write{Method: "chat.bsky.convo.updateRead", Record: in.Convo, Subject: in.Message})
	return object{"convo": c.convoView(person, items)}, nil
}
