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
	postType  = "app.bsky.feed.post"
	likeType  = "app.bsky.feed.like"
	gateType  = "app.bsky.feed.threadgate"
	blockType = "app.bsky.graph.block"

	quoteGateType = "app.bsky.feed.postgate"

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

// newRecord is what createRecord and putRecord take.
type newRecord struct {
	Repo       string          `json:"repo"`
	Collection string          `json:"collection"`
	Key        string          `json:"rkey"`
	Record     json.RawMessage `json:"record"`
	Swap       json.RawMessage `json:"swapRecord"` // the cid that must be there, or null
}

// newPost is a record of the posts' collection.
type newPost struct {
	Text   *string  `json:"text"`
	Langs  []string `json:"langs"`
	Embed  json.RawMessage
	Reply  *struct{ Root, Parent strongRef }
	Facets []struct {
		Index struct {
			Start int `json:"byteStart"`
			End   int `json:"byteEnd"`
		} `json:"index"`
	} `json:"facets"`
}

type strongRef struct{ URI, CID string }

// written reads a record that is to be written and returns it with its
// address. What every record must have is checked.
func (c *bskyCall) written() (newRecord, string, error) {
	var in newRecord
	if err := json.Unmarshal(c.body, &in); err != nil {
		return in, "", invalidRequest("Input must be a valid object: %v", err)
	}
	if err := c.mine(in.Repo); err != nil {
		return in, "", err
	}
	if in.Key == "" {
		in.Key = tid(uint64(c.b.world.Now().UnixMicro()) << 10)
	}
	var head struct {
		Type      string `json:"$type"`
		CreatedAt string `json:"createdAt"`
	}
	err := json.Unmarshal(in.Record, &head)
	if err == nil {
		_, err = time.Parse(time.RFC3339Nano, head.CreatedAt)
	}
	if err != nil || head.Type != in.Collection || len(in.Key) != 13 {
		return in, "", invalidRequest("Invalid %s record: bad $type, createdAt or rkey", in.Collection)
	}
	return in, "at://" + c.did + "/" + in.Collection + "/" + in.Key, nil
}

func (c *bskyCall) createRecord() (any, error) {
	in, uri, err := c.written()
	if err != nil {
		return nil, err
	}
	c.b.writing.Lock()
	defer c.b.writing.Unlock()
	if c.b.exists(uri) {
		return nil, &xrpcError{http.StatusInternalServerError, "InternalServerError", "Internal Server Error"}
	}
	done, hash := Write{Method: "com.atproto.repo.createRecord", Record: uri}, recordCID(in.Record)
	if in.Collection == postType {
		done.Subject, done.Text, err = c.createPost(in, uri)
		hash = cid(uri + done.Text)
	} else {
		done.Subject, err = c.put(in, uri)
	}
	if err != nil {
		return nil, err
	}
	c.b.wrote(done)
	return object{"uri": uri, "cid": hash, "commit": commit(uri), "validationStatus": "valid"}, nil
}

func (c *bskyCall) mine(repo string) error {
	if repo != c.did && repo != brandHandle(c.me) {
		return &xrpcError{http.StatusUnauthorized, "AuthenticationRequired", "Authentication Required"}
	}
	return nil
}

func (b *Bluesky) exists(uri string) bool {
	if _, there := b.record(uri); there {
		return true
	}
	it, ok := b.lookup(uri)
	return ok && !it.Deleted
}

// createPost takes a post or an answer of the account and returns what it
// answers and its text. It is stricter than the real server, which believes
// what it is told of threads and facets.
func (c *bskyCall) createPost(in newRecord, uri string) (answers, text string, err error) {
	var r newPost
	if json.Unmarshal(in.Record, &r) != nil || r.Text == nil {
		return "", "", invalidRequest("Invalid app.bsky.feed.post record: Missing required key \"text\" at $.record")
	}
	if n := uniseg.GraphemeClusterCount(*r.Text); n > 300 || len(*r.Text) > 3000 {
		return "", "", invalidRequest("Invalid app.bsky.feed.post record: grapheme too big (maximum 300, got %d) at $.record.text", n)
	}
	for _, f := range r.Facets {
		from, to := f.Index.Start, f.Index.End
		if from < 0 || to <= from || to > len(*r.Text) || !utf8.ValidString((*r.Text)[from:to]) {
			return "", "", invalidRequest("a facet from %d to %d does not fit the text", from, to)
		}
	}
	images, err := c.pictures(r.Embed)
	if err != nil {
		return "", "", err
	}
	it := Item{Account: c.me.Account, Kind: BrandPost, Text: *r.Text, Key: in.Key}
	if len(r.Langs) > 0 {
		it.Lang = r.Langs[0]
	}
	if r.Reply != nil {
		answers = r.Reply.Parent.URI
		parent, ok := c.b.lookup(answers)
		if !ok || parent.Deleted {
			return "", "", invalidRequest("the parent %s is not there", answers)
		}
		root, err := c.b.world.Item(parent.Root)
		if err != nil || c.b.uri(root) != r.Reply.Root.URI || c.b.strong(parent)["cid"] != r.Reply.Parent.CID {
			return "", "", invalidRequest("root or parent is not as it was told")
		}
		it.Parent, it.Kind = parent.ID, Public
	}
	if it, err = c.b.world.Write(it); err != nil {
		return "", "", invalidRequest("%v", err)
	}
	c.b.mu.Lock()
	defer c.b.mu.Unlock()
	c.b.keys[it.ID], c.b.items[uri] = in.Key, it.ID
	if len(images) > 0 {
		c.b.images[it.ID] = images
	}
	return answers, *r.Text, nil
}

func (c *bskyCall) deleteRecord() (any, error) {
	var in newRecord
	if err := json.Unmarshal(c.body, &in); err != nil {
		return nil, invalidRequest("Input must be a valid object: %v", err)
	}
	if err := c.mine(in.Repo); err != nil {
		return nil, err
	}
	c.b.writing.Lock()
	defer c.b.writing.Unlock()
	uri := "at://" + c.did + "/" + in.Collection + "/" + in.Key
	if !c.b.exists(uri) {
		return object{}, nil
	}
	var err error
	if it, ok := c.b.lookup(uri); ok {
		err = c.b.world.Delete(it.ID)
	} else {
		err = c.drop(uri)
	}
	if err != nil {
		return nil, err
	}
	c.b.wrote(Write{Method: "com.atproto.repo.deleteRecord", Record: uri})
	return object{"commit": commit("delete " + uri)}, nil
}

func (c *bskyCall) getRecord() (any, error) {
	uri := "at://" + c.q.Get("repo") + "/" + c.q.Get("collection") + "/" + c.q.Get("rkey")
	if raw, there := c.b.record(uri); there {
		return object{"uri": uri, "cid": recordCID(raw), "value": raw}, nil
	}
	if it, ok := c.b.lookup(uri); ok && !it.Deleted {
		return object{"uri": uri, "cid": c.b.strong(it)["cid"], "value": c.b.postRecord(it)}, nil
	}
	return nil, &xrpcError{http.StatusBadRequest, "RecordNotFound", "Could not locate record: " + uri}
}
