package sandbox

import (
	"cmp"
	"encoding/json"
	"net/http"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/rivo/uniseg"
)

const (
	postType = "app.bsky.feed.post"
	likeType = "app.bsky.feed.like"

	sortable = "234567abcdefghijklmnopqrstuvwxyz"
)

// tid writes a number of 63 bits as a record key.
func tid(v uint64) string {
	var s [13]byte
	for i := 12; i >= 0; i-- {
		s[i] = sortable[v&31]
		v >>= 5
	}
	return string(s[:])
}

// itemKey is the record key of an item: its time, to the millisecond, and
// behind that its number, so that the item can be found by its address.
func itemKey(it Item) string {
	n := uint64(it.ID)
	return tid((uint64(it.At.UnixMilli())*1000+n>>10%1000)<<10 | n&1023)
}

// keyItem is the inverse of itemKey.
func keyItem(key string) ItemID {
	var v uint64
	for i := range len(key) {
		v = v<<5 | uint64(max(strings.IndexByte(sortable, key[i]), 0))
	}
	return ItemID(v>>10%1000<<10 | v&1023)
}

// uri is the address of an item.
func (b *Bluesky) uri(it Item) string {
	did := ""
	if it.ByBrand() {
		brand, _ := b.world.Brand(it.Account)
		did = brandDID(brand)
	} else {
		did = personDID(b.world.Person(it.Person))
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	key := cmp.Or(it.Key, b.keys[it.ID], itemKey(it)) // a deleted item has lost its own
	return "at://" + did + "/" + postType + "/" + key
}

// URI is the address that an item has in this network.
func (b *Bluesky) URI(id ItemID) string {
	it, err := b.world.Item(id)
	if err != nil {
		return ""
	}
	if it.Kind == Direct {
		return convoID(it.Account, it.With) + "/" + itemKey(it)
	}
	return b.uri(it)
}

// Lookup finds an item by what URI gave.
func (b *Bluesky) Lookup(uri string) (Item, bool) {
	if convo, key, ok := strings.Cut(uri, "/"); ok && len(convo) == convoLen {
		it, err := b.world.Item(keyItem(key))
		return it, err == nil && b.URI(it.ID) == uri
	}
	return b.lookup(uri)
}

func (b *Bluesky) lookup(uri string) (Item, bool) {
	b.mu.Lock()
	id, chosen := b.items[uri]
	b.mu.Unlock()
	if !chosen {
		id = keyItem(uri[strings.LastIndexByte(uri, '/')+1:])
	}
	it, err := b.world.Item(id)
	return it, err == nil && it.Kind != Direct && b.uri(it) == uri
}

// likeOf is the address of the like that a post got; "" for none.
func (b *Bluesky) likeOf(post string) string {
	b.mu.Lock()
	defer b.mu.Unlock()
	for uri, record := range b.likes {
		if record["subject"].(object)["uri"] == post {
			return uri
		}
	}
	return ""
}

// newRecord is what createRecord takes.
type newRecord struct {
	Repo       string `json:"repo"`
	Collection string `json:"collection"`
	Key        string `json:"rkey"`
	Record     struct {
		Type      string   `json:"$type"`
		Text      *string  `json:"text"`
		CreatedAt string   `json:"createdAt"`
		Langs     []string `json:"langs"`
		Reply     *struct{ Root, Parent strongRef }
		Subject   strongRef `json:"subject"`
		Facets    []struct {
			Index struct {
				Start int `json:"byteStart"`
				End   int `json:"byteEnd"`
			} `json:"index"`
		} `json:"facets"`
	} `json:"record"`
}

type strongRef struct{ URI, CID string }

func (c *bskyCall) createRecord() (any, error) {
	var in newRecord
	if err := json.Unmarshal(c.body, &in); err != nil {
		return nil, invalidRequest("Input must be a valid object: %v", err)
	}
	if err := c.mine(in.Repo); err != nil {
		return nil, err
	}
	if in.Key == "" {
		in.Key = tid(uint64(c.b.world.Now().UnixMicro()) << 10)
	}
	if _, err := time.Parse(time.RFC3339Nano, in.Record.CreatedAt); err != nil || in.Record.Type != in.Collection || len(in.Key) != 13 {
		return nil, invalidRequest("Invalid %s record: bad $type, createdAt or rkey", in.Collection)
	}
	c.b.writing.Lock()
	defer c.b.writing.Unlock()
	uri := "at://" + c.did + "/" + in.Collection + "/" + in.Key
	if c.b.exists(uri) {
		return nil, &xrpcError{http.StatusInternalServerError, "InternalServerError", "Internal Server Error"}
	}
	var err error
	switch in.Collection {
	case postType:
		err = c.createPost(in, uri)
	case likeType:
		err = c.createLike(in, uri)
	default:
		err = invalidRequest("collection %s is not simulated", in.Collection)
	}
	if err != nil {
		return nil, err
	}
	text, subject := "", in.Record.Subject.URI
	if in.Record.Text != nil {
		text = *in.Record.Text
	}
	if in.Record.Reply != nil {
		subject = in.Record.Reply.Parent.URI
	}
	c.b.wrote(Write{Method: "com.atproto.repo.createRecord", Record: uri, Subject: subject, Text: text})
	return object{"uri": uri, "cid": cid(uri + text), "commit": commit(uri), "validationStatus": "valid"}, nil
}

func (c *bskyCall) mine(repo string) error {
	if repo != c.did && repo != brandHandle(c.me) {
		return &xrpcError{http.StatusUnauthorized, "AuthenticationRequired", "Authentication Required"}
	}
	return nil
}

func (b *Bluesky) exists(uri string) bool {
	b.mu.Lock()
	_, liked := b.likes[uri]
	b.mu.Unlock()
	it, ok := b.lookup(uri)
	return liked || ok && !it.Deleted
}

// createPost takes a post or an answer of the account. It is stricter than
// the real server, which believes what it is told of threads and facets.
func (c *bskyCall) createPost(in newRecord, uri string) error {
	r := in.Record
	if r.Text == nil {
		return invalidRequest("Invalid app.bsky.feed.post record: Missing required key \"text\" at $.record")
	}
	if n := uniseg.GraphemeClusterCount(*r.Text); n > 300 || len(*r.Text) > 3000 {
		return invalidRequest("Invalid app.bsky.feed.post record: grapheme too big (maximum 300, got %d) at $.record.text", n)
	}
	for _, f := range r.Facets {
		from, to := f.Index.Start, f.Index.End
		if from < 0 || to <= from || to > len(*r.Text) || !utf8.ValidString((*r.Text)[from:to]) {
			return invalidRequest("a facet from %d to %d does not fit the text", from, to)
		}
	}
	it := Item{Account: c.me.Account, Kind: BrandPost, Text: *r.Text, Key: in.Key}
	if len(r.Langs) > 0 {
		it.Lang = r.Langs[0]
	}
	if r.Reply != nil {
		parent, ok := c.b.lookup(r.Reply.Parent.URI)
		if !ok || parent.Deleted {
			return invalidRequest("the parent %s is not there", r.Reply.Parent.URI)
		}
		root, err := c.b.world.Item(parent.Root)
		if err != nil || c.b.uri(root) != r.Reply.Root.URI || c.b.strong(parent)["cid"] != r.Reply.Parent.CID {
			return invalidRequest("root or parent is not as it was told")
		}
		it.Parent, it.Kind = parent.ID, Public
	}
	it, err := c.b.world.Write(it)
	if err != nil {
		return invalidRequest("%v", err)
	}
	c.b.mu.Lock()
	defer c.b.mu.Unlock()
	c.b.keys[it.ID], c.b.items[uri] = in.Key, it.ID
	return nil
}

func (c *bskyCall) createLike(in newRecord, uri string) error {
	it, ok := c.b.lookup(in.Record.Subject.URI)
	if !ok || c.b.world.Like(it.ID, true) != nil {
		return invalidRequest("the subject is not there")
	}
	c.b.mu.Lock()
	defer c.b.mu.Unlock()
	c.b.likes[uri] = object{
		"$type": likeType, "createdAt": in.Record.CreatedAt,
		"subject": object{"uri": in.Record.Subject.URI, "cid": in.Record.Subject.CID},
	}
	return nil
}

func (c *bskyCall) deleteRecord() (any, error) {
	var in newRecord
	if err := json.Unmarshal(c.body, &in); err != nil {
		return nil, invalidRequest("Input must be a valid object: %v", err)
	}
	if err := c.mine(in.Repo); err != nil {
		return nil, err
	}
	uri := "at://" + c.did + "/" + in.Collection + "/" + in.Key
	if !c.b.exists(uri) {
		return object{}, nil
	}
	c.b.mu.Lock()
	like := c.b.likes[uri]
	delete(c.b.likes, uri)
	c.b.mu.Unlock()
	var err error
	if like != nil {
		if it, ok := c.b.lookup(like["subject"].(object)["uri"].(string)); ok {
			err = c.b.world.Like(it.ID, false)
		}
	} else if it, ok := c.b.lookup(uri); ok {
		err = c.b.world.Delete(it.ID)
	}
	if err != nil {
		return nil, err
	}
	c.b.wrote(Write{Method: "com.atproto.repo.deleteRecord", Record: uri})
	return object{"commit": commit("delete " + uri)}, nil
}

func (c *bskyCall) getRecord() (any, error) {
	uri := "at://" + c.q.Get("repo") + "/" + c.q.Get("collection") + "/" + c.q.Get("rkey")
	c.b.mu.Lock()
	like := c.b.likes[uri]
	c.b.mu.Unlock()
	if like != nil {
		return object{"uri": uri, "cid": cid(uri), "value": like}, nil
	}
	if it, ok := c.b.lookup(uri); ok && !it.Deleted {
		return object{"uri": uri, "cid": c.b.strong(it)["cid"], "value": c.b.record(it)}, nil
	}
	return nil, &xrpcError{http.StatusBadRequest, "RecordNotFound", "Could not locate record: " + uri}
}
