package sandbox

import (
	"encoding/json"
	"net/http"
	"strings"
)

// maxHidden and maxDetached are how many answers a thread's gate may hide, and
// out of how many quotes a post may be taken (lexicons).
const (
	maxHidden   = 300
	maxDetached = 50
)

// stated is a record that is no post: a like, a block, the gate of a thread or
// of a post's quotes.
type stated struct {
	Subject json.RawMessage // a like's strongRef, a block's DID
	Post    string
	Hidden  []string `json:"hiddenReplies"`

	Detached []string `json:"detachedEmbeddingUris"`
}

// about is what a record is about: a post's address, or a person's DID.
func (s stated) about() string {
	var did string
	if json.Unmarshal(s.Subject, &did) == nil {
		return did
	}
	var ref strongRef
	if json.Unmarshal(s.Subject, &ref) == nil && ref.URI != "" {
		return ref.URI
	}
	return s.Post
}

func readStated(raw json.RawMessage) stated {
	var s stated
	_ = json.Unmarshal(raw, &s) // what cannot be read is about nothing
	return s
}

// record returns a record that is no post.
func (b *Bluesky) record(uri string) (json.RawMessage, bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	raw, there := b.records[uri]
	return raw, there
}

// recordAbout is the address of a record of a collection that is about a post
// or person; repo "" looks in everybody's. "" when there is none.
func (b *Bluesky) recordAbout(collection, repo, subject string) string {
	b.mu.Lock()
	defer b.mu.Unlock()
	for uri, raw := range b.records {
		parts := strings.Split(uri, "/")
		if parts[3] == collection && (repo == "" || parts[2] == repo) && readStated(raw).about() == subject {
			return uri
		}
	}
	return ""
}

// recordCID is the content id of a record that is no post.
func recordCID(raw json.RawMessage) string { return cid(string(raw)) }

// Gate returns the threadgate record of a post, as it was written; nil: none.
func (b *Bluesky) Gate(post string) json.RawMessage {
	raw, _ := b.record(strings.Replace(post, postType, gateType, 1))
	return raw
}

// SetGate writes the threadgate record of a post, as another program of the
// account would. nil takes it away.
func (b *Bluesky) SetGate(post string, raw json.RawMessage) {
	b.mu.Lock()
	defer b.mu.Unlock()
	uri := strings.Replace(post, postType, gateType, 1)
	if raw == nil {
		delete(b.records, uri)
		return
	}
	b.records[uri] = raw
}

// gateOf is the gate of a thread as its first post shows it.
func (b *Bluesky) gateOf(it Item) object {
	uri := strings.Replace(b.uri(it), postType, gateType, 1)
	raw, there := b.record(uri)
	if !there {
		return nil
	}
	return object{"uri": uri, "cid": recordCID(raw), "record": raw, "lists": []object{}}
}

// personByDID finds somebody.
func (b *Bluesky) personByDID(did string) (Person, bool) {
	for id := 1; ; id++ {
		p := b.world.Person(id)
		if p.ID == 0 || personDID(p) == did {
			return p, p.ID != 0
		}
	}
}

func (c *bskyCall) putRecord() (any, error) {
	in, uri, err := c.written()
	if err != nil {
		return nil, err
	}
	c.b.writing.Lock()
	defer c.b.writing.Unlock()
	was, there := c.b.record(uri)
	if len(in.Swap) > 0 {
		var want *string
		if json.Unmarshal(in.Swap, &want) != nil || there != (want != nil) || there && *want != recordCID(was) {
			return nil, &xrpcError{http.StatusBadRequest, "InvalidSwap", "Record was at " + recordCID(was)}
		}
	}
	about, err := c.put(in, uri)
	if err != nil {
		return nil, err
	}
	c.b.wrote(Write{Method: "com.atproto.repo.putRecord", Record: uri, Subject: about})
	return object{"uri": uri, "cid": recordCID(in.Record), "commit": commit(uri), "validationStatus": "valid"}, nil
}

// put keeps a record that is no post and lets it take effect. It returns what
// the record is about. The caller holds the writing.
func (c *bskyCall) put(in newRecord, uri string) (string, error) {
	s := readStated(in.Record)
	about := s.about()
	var err error
	switch in.Collection {
	case likeType:
		it, ok := c.b.lookup(about)
		if !ok || c.b.world.Like(it.ID, true) != nil {
			err = invalidRequest("the subject is not there")
		}
	case blockType:
		p, ok := c.b.personByDID(about)
		if !ok || c.b.world.Block(c.me.Account, p.ID, true) != nil {
			err = invalidRequest("the subject is not there")
		}
	case gateType:
		err = c.gate(in.Key, s)
	case quoteGateType:
		err = c.quoteGate(in.Key, s)
	default:
		err = invalidRequest("collection %s is not simulated", in.Collection)
	}
	if err != nil {
		return "", err
	}
	c.b.mu.Lock()
	defer c.b.mu.Unlock()
	c.b.records[uri] = in.Record
	return about, nil
}

// gate lets the gate of a thread of the account take effect. The real server
// believes what it is told of the answers.
func (c *bskyCall) gate(key string, s stated) error {
	root, ok := c.b.lookup(s.Post)
	if !ok || !root.ByBrand() || root.Account != c.me.Account || root.Parent != 0 || !strings.HasSuffix(s.Post, "/"+key) {
		return invalidRequest("a gate stands beside a first post of its own account")
	}
	if len(s.Hidden) > maxHidden {
		return invalidRequest("Invalid %s record: array too big (maximum %d) at $.record.hiddenReplies", gateType, maxHidden)
	}
	hidden := map[string]bool{}
	for _, uri := range s.Hidden {
		hidden[uri] = true
		if it, ok := c.b.lookup(uri); !ok || it.Root != root.ID {
			return invalidRequest("%s is no answer in this thread", uri)
		}
	}
	for _, it := range c.b.world.Conversation(root.ID) {
		if on := hidden[c.b.uri(it)]; on != it.Hidden && !it.Deleted {
			if err := c.b.world.Hide(it.ID, on); err != nil {
				return err
			}
		}
	}
	return nil
}

// drop takes a record away that is no post, and its effect unless another
// record says the same. The caller holds the writing.
func (c *bskyCall) drop(uri string) error {
	raw, _ := c.b.record(uri)
	collection, about := strings.Split(uri, "/")[3], readStated(raw).about()
	c.b.mu.Lock()
	delete(c.b.records, uri)
	c.b.mu.Unlock()
	if c.b.recordAbout(collection, c.did, about) != "" {
		return nil
	}
	switch collection {
	case likeType:
		if it, ok := c.b.lookup(about); ok && !it.Deleted {
			return c.b.world.Like(it.ID, false)
		}
	case blockType:
		if p, ok := c.b.personByDID(about); ok {
			return c.b.world.Block(c.me.Account, p.ID, false)
		}
	case quoteGateType:
		return c.quoteGate(uri[strings.LastIndexByte(uri, '/')+1:], stated{Post: about})
	case gateType:
		return c.gate(uri[strings.LastIndexByte(uri, '/')+1:], stated{Post: about})
	}
	return nil
}
