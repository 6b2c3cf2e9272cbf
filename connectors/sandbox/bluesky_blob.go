package sandbox

import (
	"crypto/sha256"
	"encoding/base32"
	"encoding/json"
	"fmt"
	"strings"
)

// maxBlob is how many bytes of a file are taken; an image may have fewer.
const (
	maxBlob      = 5 << 20
	maxBlobImage = 2_000_000
	maxImages    = 4
)

// bskyImage is a picture of a post of the account.
type bskyImage struct {
	Blob struct {
		Type string          `json:"$type"`
		Ref  json.RawMessage `json:"ref"`
		Mime string          `json:"mimeType"`
		Size int             `json:"size"`
	} `json:"image"`
	Alt   *string `json:"alt"`
	Ratio struct {
		Width  int `json:"width"`
		Height int `json:"height"`
	} `json:"aspectRatio"`
}

// blobCID is the content id of a file: a CIDv1 (raw, sha-256).
func blobCID(content []byte) string {
	sum := sha256.Sum256(content)
	return "b" + strings.ToLower(base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString(append([]byte{1, 0x55, 0x12, 0x20}, sum[:]...)))
}

// uploadBlob keeps a file until a record shows it.
func (c *bskyCall) uploadBlob() (any, error) {
	if len(c.body) == 0 || len(c.body) > maxBlob {
		return nil, &xrpcError{413, "PayloadTooLarge", "request entity too large"}
	}
	id := blobCID(c.body)
	c.b.mu.Lock()
	c.b.blobs[id] = c.body
	c.b.mu.Unlock()
	return object{"blob": object{
		"$type": "blob", "ref": object{"$link": id}, "mimeType": c.r.Header.Get("Content-Type"), "size": len(c.body),
	}}, nil
}

// Blob is the content of a file that was uploaded; nil: none such.
func (b *Bluesky) Blob(id string) []byte {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.blobs[id]
}

// PostImages lists the files that a post of the account shows, by content id,
// and their descriptions.
func (b *Bluesky) PostImages(id ItemID) (ids, alts []string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, im := range b.images[id] {
		ids, alts = append(ids, im.link()), append(alts, *im.Alt)
	}
	return ids, alts
}

func (i bskyImage) link() string {
	var ref struct {
		Link string `json:"$link"`
	}
	_ = json.Unmarshal(i.Blob.Ref, &ref) // an unreadable one names no file
	return ref.Link
}

// pictures checks what a new post shows.
func (c *bskyCall) pictures(embed json.RawMessage) ([]bskyImage, error) {
	if len(embed) == 0 {
		return nil, nil
	}
	var e struct {
		Type   string `json:"$type"`
		Images []bskyImage
	}
	if json.Unmarshal(embed, &e) != nil || e.Type != "app.bsky.embed.images" || len(e.Images) > maxImages {
		return nil, invalidRequest("Invalid app.bsky.feed.post record: bad $.record.embed")
	}
	for i, im := range e.Images {
		content := c.b.Blob(im.link())
		switch {
		case im.Alt == nil:
			return nil, invalidRequest("Missing required key \"alt\" at $.record.embed.images[%d]", i)
		case content == nil:
			return nil, &xrpcError{400, "InvalidBlob", "Could not find blob: " + im.link()}
		case len(content) > maxBlobImage || !strings.HasPrefix(im.Blob.Mime, "image/"):
			return nil, invalidRequest("blob too big (maximum %d, got %d) at $.record.embed.images[%d].image", maxBlobImage, len(content), i)
		}
	}
	return e.Images, nil
}

// imageViews are the pictures of a post as the network shows them.
func imageViews(did string, images []bskyImage) object {
	list := []object{}
	for _, im := range images {
		at := fmt.Sprintf("https://cdn.bsky.example/img/%s/%s", did, im.link())
		list = append(list, object{"thumb": at + "/small", "fullsize": at + "/full", "alt": *im.Alt})
	}
	return object{"$type": "app.bsky.embed.images#view", "images": list}
}
