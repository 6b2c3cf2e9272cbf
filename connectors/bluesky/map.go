package bluesky

import (
	"crypto/sha256"
	"encoding/base32"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"vigie/inbox"
	"vigie/inbox/text"
)

// profile is an account as it comes with everything it wrote.
type profile struct {
	DID         string `json:"did"`
	Handle      string `json:"handle"`
	DisplayName string `json:"displayName"`

	Viewer relation `json:"viewer"` // how we stand to it
}

func (p profile) author() inbox.Author {
	return inbox.Author{
		ID: p.DID, Handle: text.CleanLine("@" + p.Handle), Name: text.CleanLine(p.DisplayName),
		URL: web + "/profile/" + p.DID,
	}
}

// ref is a strong reference: a record's address and the hash of its content.
type ref struct {
	URI string `json:"uri"`
	CID string `json:"cid"`
}

type replyRef struct {
	Root   ref `json:"root"`
	Parent ref `json:"parent"`
}

// postRecord is a post as its author's program wrote it.
type postRecord struct {
	Type   string          `json:"$type"`
	Text   *string         `json:"text"`
	Langs  []string        `json:"langs"`
	Reply  *replyRef       `json:"reply"`
	Facets json.RawMessage `json:"facets"`
	Embed  json.RawMessage `json:"embed"`
}

// postView is a post as the network shows it.
type postView struct {
	URI         string          `json:"uri"`
	CID         string          `json:"cid"`
	Author      profile         `json:"author"`
	Record      json.RawMessage `json:"record"`
	Embed       json.RawMessage `json:"embed"`
	LikeCount   *int            `json:"likeCount"`
	RepostCount int             `json:"repostCount"`
	ReplyCount  int             `json:"replyCount"`
	IndexedAt   string          `json:"indexedAt"`
	Labels      json.RawMessage `json:"labels"`
	Viewer      struct {
		Like          string `json:"like"`
		ReplyDisabled bool   `json:"replyDisabled"`
		ThreadMuted   bool   `json:"threadMuted"`
	} `json:"viewer"`
	Threadgate struct {
		Record json.RawMessage `json:"record"`
	} `json:"threadgate"` // of a first post
}

// post is a postView understood: its parts are checked and clean.
type post struct {
	uri    atURI
	cid    string
	author profile
	text   text.Safe
	lang   string
	at     time.Time
	reply  *replyRef // nil: the post begins a thread
	quotes string    // address of the post it quotes; ""
	tells  []string  // DIDs of the accounts it mentions
	media  []inbox.Media
	quote  *inbox.Media // what it quotes; nil: nothing
	warns  text.Safe    // what its labels say of it
	hides  []string     // addresses of the answers that are hidden under it
	counts inbox.Counts

	liked  string // address of our like; ""
	closed bool   // we may not reply
	left   bool   // we muted its thread
}

// read understands a post or says in one clause why it cannot be.
func (v postView) read() (post, error) {
	p := post{
		cid: v.CID, author: v.Author, liked: v.Viewer.Like, closed: v.Viewer.ReplyDisabled, left: v.Viewer.ThreadMuted,
		warns: warning(v.Labels), hides: hiddenUnder(v.Threadgate.Record),
	}
	var ok bool
	if p.uri, ok = parseURI(v.URI); !ok || p.uri.Collection != postCollection {
		return post{}, errors.New("its address is not that of a post")
	}
	if v.Author.DID != p.uri.DID {
		return post{}, errors.New("its author does not own its address")
	}
	var r postRecord
	if err := json.Unmarshal(v.Record, &r); err != nil {
		return post{}, fmt.Errorf("its record cannot be read: %w", err)
	}
	if r.Type != postCollection || r.Text == nil {
		return post{}, errors.New("its record is no post with a text")
	}
	if r.Reply != nil && (postDID(r.Reply.Root.URI) == "" || postDID(r.Reply.Parent.URI) == "") {
		return post{}, errors.New("it answers something that is no post")
	}
	at, err := time.Parse(time.RFC3339Nano, v.IndexedAt)
	if err != nil || at.IsZero() {
		return post{}, errors.New("its time cannot be read")
	}
	p.at, p.reply = at.UTC(), r.Reply
	facets := readFacets(r.Facets)
	p.text = text.Clean(unshorten(*r.Text, facets))
	p.tells, p.quotes = mentioned(facets), quoted(r.Embed)
	p.media, p.quote = mediaOf(v.Embed, 0), quoteOf(v.Embed)
	if len(r.Langs) > 0 && validLang(r.Langs[0]) {
		p.lang = r.Langs[0]
	}
	if v.LikeCount != nil {
		p.counts = inbox.Counts{Likes: *v.LikeCount, Reposts: v.RepostCount, Replies: v.ReplyCount, Known: true}
	}
	return p, nil
}

// print is a short mark of what can change about a post: its author's names,
// what its labels say, and the record itself for those who write it anew.
func (p post) print() string {
	marks := p.author.Handle + "\x00" + p.author.DisplayName + "\x00" + p.cid
	if !p.warns.Empty() {
		marks += "\x00" + p.warns.String()
	}
	sum := sha256.Sum256([]byte(marks))
	return base32.StdEncoding.EncodeToString(sum[:5])
}

// root is the address of the post that the thread begins with.
func (p post) root() string {
	if p.reply == nil {
		return p.uri.String()
	}
	return p.reply.Root.URI
}

// names reports whether a post mentions an account or quotes a post of it.
func (p post) names(did string) bool {
	return slices.Contains(p.tells, did) || postDID(p.quotes) == did
}

// readFacets decodes a record's facets. Those that cannot be read are as good
// as none.
func readFacets(raw json.RawMessage) []facet {
	var facets []facet
	if len(raw) == 0 || json.Unmarshal(raw, &facets) != nil {
		return nil
	}
	return facets
}

func mentioned(facets []facet) []string {
	var out []string
	for _, f := range facets {
		for _, ft := range f.Features {
			if ft.Type == facetMention {
				out = append(out, ft.DID)
			}
		}
	}
	return out
}

// quoted is the address of the post that a record's embed quotes; "" for any
// other embed.
func quoted(raw json.RawMessage) string {
	var e struct {
		Record struct {
			URI    string `json:"uri"`
			Record ref    `json:"record"` // recordWithMedia wraps once more
		} `json:"record"`
	}
	if len(raw) == 0 || json.Unmarshal(raw, &e) != nil {
		return ""
	}
	for _, uri := range []string{e.Record.URI, e.Record.Record.URI} {
		if postDID(uri) != "" {
			return uri
		}
	}
	return ""
}

// validLang reports whether s can be a language tag (BCP 47).
func validLang(s string) bool {
	return s != "" && len(s) <= 35 && all(s, func(c byte) bool { return alnum(c) || c == '-' })
}

// conversation is the id of the conversation that a post belongs to; partner
// is the other person of the exchange. See the package comment.
func conversation(root, me, partner string) string {
	if postDID(root) == me {
		return root + "#" + partner
	}
	return root
}

// underOurs is the post of ours that a conversation stands under; false for
// any other conversation. It is the inverse of conversation.
func underOurs(remote string) (root string, ours bool) {
	root, _, ours = strings.Cut(remote, "#")
	return root, ours && postDID(root) != ""
}

// message is the post as inbox knows it. partner is the other person, under
// is what the conversation hangs under, if it is known.
func (p post) message(me, partner string, under *inbox.Post) inbox.Message {
	m := inbox.Message{
		Remote: p.uri.String(), Conversation: conversation(p.root(), me, partner),
		Kind: inbox.KindMention, At: p.at, Author: p.author.author(), Text: p.text, Lang: p.lang,
		URL: postURL(p.uri), Post: under, Media: p.media, Counts: p.counts, Warning: p.warns,
		Visibility: "public", Outgoing: p.author.DID == me,
	}
	if p.quote != nil && (under == nil || under.ID != p.quotes) {
		m.Media = append(slices.Clone(m.Media), *p.quote)
	}
	if p.reply == nil {
		return m
	}
	m.Parent = p.reply.Parent.URI
	if postDID(p.reply.Root.URI) == me || postDID(p.reply.Parent.URI) == me {
		m.Kind = inbox.KindComment
	}
	return m
}

// asPost is the post as something that conversations hang under.
func (p post) asPost() *inbox.Post {
	return &inbox.Post{ID: p.uri.String(), Text: p.text, URL: postURL(p.uri), At: p.at, Counts: p.counts}
}
