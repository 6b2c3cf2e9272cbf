package bridge

import (
	"unicode/utf8"

	"vigie/inbox/text"
)

// maxQuick is the longest line that is read the quick way, in bytes: its
// strings share the memory of the line.
const maxQuick = 64 << 10

// quick is a message line whose JSON has nothing uncommon about it: known
// fields in any order and once each, no null, plain numbers. Whatever else a
// line may be, fill says no and encoding/json decides.
type quick struct {
	scan
	wireMessage
	v      int
	rating int
	author wireAuthor
	text   text.Safe
	post   wirePost
	counts [2]wireCounts // the message's, the post's
}

// The fields of objects in the order of the format; the index in its table is
// a field's number.
var (
	messageFields = []string{
		"v", "type", "client", "account", "network", "kind", "thread", "id", "parent", "at", "author", "text", "warning", "status", "lang", "url", "post",
		"media", "counts", "rating", "visibility", "outgoing", "edited", "reply_until", "deleted", "expired",
	}
	authorFields = []string{"id", "handle", "name", "followers", "url"}
	postFields   = []string{"id", "text", "url", "at", "counts"}
	mediaFields  = []string{"kind", "url", "alt"}
	countFields  = []string{"likes", "reposts", "replies"}
)

// fill reads a message and reports whether encoding/json would read the same.
func (q *quick) fill(b []byte) bool {
	if len(b) > maxQuick || !utf8.Valid(b) {
		return false
	}
	q.s = string(b)
	for o := q.object(messageFields); q.member(&o); {
		switch o.name {
		case "v":
			q.v = q.number()
			q.V = &q.v
		case "type":
			q.Type = q.word()
			q.bad = q.bad || q.Type != typeMessage
		case "author":
			q.fillAuthor()
		case "text":
			q.text = text.Clean(q.word())
			q.Text = &q.text
		case "warning":
			q.Warning = text.Clean(q.word())
		case "post":
			q.fillPost()
		case "media":
			q.fillMedia()
		case "counts":
			q.Counts = q.fillCounts(&q.counts[0])
		case "rating":
			q.rating = q.number()
			q.Rating = &q.rating
		case "outgoing":
			q.Outgoing = q.truth()
		case "deleted":
			q.Deleted = q.truth()
		case "expired":
			q.Expired = q.truth()
		case "at":
			q.At = q.stamp()
		case "edited":
			q.Edited = q.stamp()
		case "reply_until":
			q.ReplyUntil = q.stamp()
		default:
			*q.place(o.name) = q.word()
		}
	}
	return q.end()
}

// place is where a field that is a mere string goes.
func (q *quick) place(name string) *string {
	switch name {
	case "client":
		return &q.Client
	case "account":
		return &q.Account
	case "network":
		return &q.Network
	case "kind":
		return &q.Kind
	case "thread":
		return &q.Thread
	case "id":
		return &q.ID
	case "parent":
		return &q.Parent
	case "status":
		return &q.Status
	case "lang":
		return &q.Lang
	case "url":
		return &q.URL
	}
	return &q.Visibility
}

func (q *quick) fillAuthor() {
	q.Author = &q.author
	for o := q.object(authorFields); q.member(&o); {
		switch o.name {
		case "id":
			q.author.ID = q.word()
		case "handle":
			q.author.Handle = q.word()
		case "name":
			q.author.Name = q.word()
		case "followers":
			q.author.Followers = q.number()
		case "url":
			q.author.URL = q.word()
		}
	}
}

func (q *quick) fillPost() {
	q.Post = &q.post
	for o := q.object(postFields); q.member(&o); {
		switch o.name {
		case "id":
			q.post.ID = q.word()
		case "text":
			q.post.Text = text.Clean(q.word())
		case "url":
			q.post.URL = q.word()
		case "at":
			q.post.At = q.stamp()
		case "counts":
			q.post.Counts = q.fillCounts(&q.counts[1])
		}
	}
}

func (q *quick) fillCounts(c *wireCounts) *wireCounts {
	for o := q.object(countFields); q.member(&o); {
		switch o.name {
		case "likes":
			c.Likes = q.number()
		case "reposts":
			c.Reposts = q.number()
		case "replies":
			c.Replies = q.number()
		}
	}
	return c
}

func (q *quick) fillMedia() {
	q.Media = []wireMedia{}
	for list := q.list(); q.element(&list); {
		var m wireMedia
		for o := q.object(mediaFields); q.member(&o); {
			switch o.name {
			case "kind":
				m.Kind = q.word()
			case "url":
				m.URL = q.word()
			case "alt":
				m.Alt = text.Clean(q.word())
			}
		}
		q.Media = append(q.Media, m)
	}
}

// stamp reads a time as its UnmarshalJSON does.
func (q *quick) stamp() stamp { return stampOf(q.word()) }
