package sandbox

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"

	"vigie/inbox"
)

// bskyMutes is what accounts muted. Bluesky's mutex guards it.
type bskyMutes struct {
	people  map[bond]bool
	threads map[string]bool // "ACCOUNT ADDRESS-OF-ROOT"
	convos  map[bond]bool
}

func newMutes() bskyMutes {
	return bskyMutes{people: map[bond]bool{}, threads: map[string]bool{}, convos: map[bond]bool{}}
}

// Report is what the simulated moderation service was told.
type Report struct {
	Reason  string // the lexicon's word: "com.atproto.moderation.defs#reasonSpam"
	Subject string // the address of a post, or CONVO/MESSAGE
	Text    string
}

// Reports returns all that was reported, in order.
func (b *Bluesky) Reports() []Report {
	b.mu.Lock()
	defer b.mu.Unlock()
	return slices.Clone(b.reports)
}

// mutes reports whether the account muted who wrote an item.
func (c *bskyCall) mutes(it Item) bool {
	c.b.mu.Lock()
	defer c.b.mu.Unlock()
	return !it.ByBrand() && c.b.mutes.people[bond{c.me.Account, it.Person}]
}

// left reports whether the account muted the thread of an item.
func (b *Bluesky) left(it Item) bool {
	root, err := b.world.Item(it.Root)
	if err != nil {
		return false
	}
	key := string(it.Account) + " " + b.uri(root)
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.mutes.threads[key]
}

// muteActor sets or lifts a mute of somebody.
func (c *bskyCall) muteActor(on bool) (any, error) {
	var in struct{ Actor string }
	if json.Unmarshal(c.body, &in) != nil || in.Actor == "" {
		return nil, invalidRequest("Input must have the property %q", "actor")
	}
	p, ok := c.b.personByDID(in.Actor)
	if !ok {
		return nil, invalidRequest("Actor not found")
	}
	c.b.mu.Lock()
	was := c.b.mutes.people[bond{c.me.Account, p.ID}]
	c.b.mutes.people[bond{c.me.Account, p.ID}] = on
	c.b.mu.Unlock()
	if was == on {
		return nil, nil
	}
	items := c.b.world.Items(c.me.Account, func(it Item) bool { return it.Person == p.ID })
	if len(items) == 0 {
		return nil, nil
	}
	return nil, c.b.world.Did(items[len(items)-1].ID, either(on, inbox.ActMute, inbox.ActUnmute), "")
}

// muteThread sets or lifts a mute of a thread.
func (c *bskyCall) muteThread(on bool) (any, error) {
	var in struct{ Root string }
	if json.Unmarshal(c.body, &in) != nil || !strings.HasPrefix(in.Root, "at://did:") {
		return nil, invalidRequest("Input must have the property %q", "root")
	}
	key := string(c.me.Account) + " " + in.Root
	c.b.mu.Lock()
	was := c.b.mutes.threads[key]
	c.b.mutes.threads[key] = on
	c.b.mu.Unlock()
	if it, ok := c.b.lookup(in.Root); ok && was != on {
		return nil, c.b.world.Did(it.ID, either(on, inbox.ActLeave, inbox.ActRejoin), "")
	}
	return nil, nil
}

// muteConvo sets or lifts a mute of a conversation.
func (c *bskyCall) muteConvo(on bool) (any, error) {
	var in struct {
		Convo string `json:"convoId"`
	}
	if json.Unmarshal(c.body, &in) != nil {
		return nil, invalidRequest("Input must have the property %q", "convoId")
	}
	person, items, err := c.convo(in.Convo)
	if err != nil {
		return nil, err
	}
	c.b.mu.Lock()
	was := c.b.mutes.convos[bond{c.me.Account, person}]
	c.b.mutes.convos[bond{c.me.Account, person}] = on
	c.b.mu.Unlock()
	if was != on {
		c.b.chat.muted(c.me.Account, person, on)
		if i := slices.IndexFunc(items, func(it Item) bool { return !it.ByBrand() }); i >= 0 {
			if err := c.b.world.Did(items[i].ID, either(on, inbox.ActLeave, inbox.ActRejoin), ""); err != nil {
				return nil, err
			}
		}
	}
	return object{"convo": c.convoView(person, items)}, nil
}

func (c *bskyCall) mutedConvo(person int) bool {
	c.b.mu.Lock()
	defer c.b.mu.Unlock()
	return c.b.mutes.convos[bond{c.me.Account, person}]
}

// createReport takes a report. The real service takes any reason and any
// subject that looks like one; a second report is another one.
func (c *bskyCall) createReport() (any, error) {
	var in struct {
		ReasonType string
		Reason     string
		Subject    struct {
			Type     string `json:"$type"`
			URI, CID string
			Convo    string `json:"convoId"`
			Message  string `json:"messageId"`
			DID      string
		}
	}
	if json.Unmarshal(c.body, &in) != nil || in.ReasonType == "" {
		return nil, invalidRequest("Input must have the property %q", "reasonType")
	}
	about := in.Subject.URI
	switch in.Subject.Type {
	case "com.atproto.repo.strongRef":
	case chatDefs + "#messageRef":
		about = in.Subject.Convo + "/" + in.Subject.Message
	default:
		return nil, invalidRequest("Invalid subject")
	}
	it, ok := c.b.Lookup(about)
	if !ok {
		return nil, invalidRequest("Invalid subject")
	}
	c.b.mu.Lock()
	c.b.reports = append(c.b.reports, Report{Reason: in.ReasonType, Subject: about, Text: in.Reason})
	id := len(c.b.reports)
	c.b.mu.Unlock()
	if err := c.b.world.Did(it.ID, inbox.ActReport, in.Reason); err != nil {
		return nil, err
	}
	var subject any
	var whole map[string]json.RawMessage
	if json.Unmarshal(c.body, &whole) == nil {
		subject = whole["subject"]
	}
	return object{
		"id": id, "reasonType": in.ReasonType, "reason": in.Reason, "subject": subject, "reportedBy": c.did,
		"createdAt": clockTime(c.b.world.Now()),
	}, nil
}

// quoteGate lets the record beside a post of the account take effect: whom it
// takes out of which quotes.
func (c *bskyCall) quoteGate(key string, s stated) error {
	own, ok := c.b.lookup(s.Post)
	if !ok || !own.ByBrand() || own.Account != c.me.Account || !strings.HasSuffix(s.Post, "/"+key) {
		return invalidRequest("a gate stands beside a post of its own account")
	}
	if len(s.Detached) > maxDetached {
		return invalidRequest("Invalid %s record: array too big (maximum %d) at $.record.detachedEmbeddingUris", quoteGateType, maxDetached)
	}
	c.b.mu.Lock()
	quotes := maps.Clone(c.b.quotes)
	c.b.mu.Unlock()
	for id, quoted := range quotes {
		it, err := c.b.world.Item(id)
		if err != nil || quoted != own.ID {
			continue
		}
		on := slices.Contains(s.Detached, c.b.uri(it))
		if c.b.detach(id, on) {
			if err := c.b.world.Did(id, either(on, inbox.ActDetach, inbox.ActReattach), ""); err != nil {
				return err
			}
		}
	}
	return nil
}

// detach notes that an item no longer shows what it quotes, or shows it again,
// and reports whether that is new.
func (b *Bluesky) detach(id ItemID, on bool) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	was := b.detached[id]
	b.detached[id] = on
	return was != on
}
