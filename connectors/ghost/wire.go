package ghost

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"vigie/connectors/blog"
	"vigie/connectors/httpx"
)

// comment is a comment, as far as it is used.
type comment struct {
	ID string `json:"id"`
	// Parent is the comment that the conversation begins with, and To what it
	// answers among those below; "" of one that answers the post, or the first.
	Parent  string  `json:"parent_id"`
	To      string  `json:"in_reply_to_id"`
	Status  string  `json:"status"`
	HTML    string  `json:"html"`
	Created string  `json:"created_at"`
	Changed string  `json:"edited_at"` // "" or null: its text never was
	Member  *member `json:"member"`    // nil: it was deleted
	Post    post    `json:"post"`

	at     time.Time // parsed, UTC
	edited time.Time // parsed, UTC; zero: never
}

// member is somebody who signed up on the blog. Mail addresses of others are
// never read.
type member struct {
	ID         string `json:"id"`
	Name       string `json:"name"`
	Commenting struct {
		Disabled bool `json:"disabled"`
	} `json:"commenting"`
}

// post is what a comment stands under: a post or a page.
type post struct {
	ID    string `json:"id"`
	Title string `json:"title"`
	URL   string `json:"url"`
}

// The states of a comment.
const (
	published = "published"
	hidden    = "hidden"
	deleted   = "deleted"
)

// isID reports whether a word is an id of Ghost: 24 hexadecimal digits.
func isID(s string) bool {
	return len(s) == 24 && strings.Trim(s, "0123456789abcdef") == ""
}

// idOf is the id of an element of a list that may not be understood otherwise.
func idOf(raw []byte) (string, bool) {
	var item struct {
		ID string `json:"id"`
	}
	_ = blog.Lenient(raw, &item) // what cannot be read has no id
	return item.ID, isID(item.ID)
}

// readComment decodes one comment and refuses it when what is needed is
// missing. The reason holds nothing of its text.
func readComment(raw []byte) (comment, error) {
	var m comment
	if err := blog.Lenient(raw, &m); err != nil {
		return m, errors.New("it is not a comment")
	}
	if !isID(m.ID) || m.Parent != "" && !isID(m.Parent) || m.To != "" && !isID(m.To) {
		return m, errors.New("the comment has no usable id")
	}
	var err error
	if m.at, err = time.Parse(time.RFC3339, m.Created); err != nil || m.at.Year() < 1990 {
		return m, fmt.Errorf("comment %s has no usable time", m.ID)
	}
	m.at = m.at.UTC()
	if at, err := time.Parse(time.RFC3339, m.Changed); err == nil && at.After(m.at) {
		m.edited = at.UTC()
	}
	if m.Member != nil && !isID(m.Member.ID) {
		m.Member = nil
	}
	return m, nil
}

// root is the comment that the conversation begins with.
func (m comment) root() string {
	if m.Parent != "" {
		return m.Parent
	}
	return m.ID
}

// answers is the comment that this one answers; "": none.
func (m comment) answers() string {
	if m.To != "" {
		return m.To
	}
	return m.Parent
}

// by reports whether a member wrote it.
func (m comment) by(id string) bool { return id != "" && m.Member != nil && m.Member.ID == id }

// sum changes whenever what is shown of a comment changes.
func (m comment) sum() uint32 {
	parts := []string{m.Status, m.HTML, m.Post.Title}
	if m.Changed != "" {
		parts = append(parts, m.Changed)
	}
	if m.Member != nil {
		parts = append(parts, m.Member.ID, m.Member.Name)
	}
	return blog.Sum(parts...)
}

// refusal is how Ghost words an error.
type refusal struct {
	Message string `json:"message"`
	Context string `json:"context"`
	Type    string `json:"type"`
	Code    string `json:"code"`
}

// refusalOf reads the words of a refusal; the zero refusal of any other error.
func refusalOf(err error) refusal {
	var se *httpx.StatusError
	var said struct {
		Errors []refusal `json:"errors"`
	}
	if !errors.As(err, &se) || json.Unmarshal(se.Body, &said) != nil || len(said.Errors) == 0 {
		return refusal{}
	}
	return said.Errors[0]
}

// says reports whether a refusal has these words, in whichever place: what
// Ghost explains stands in its context when the message is a general one.
func (r refusal) says(words string) bool {
	return strings.Contains(r.Message, words) || strings.Contains(r.Context, words)
}
