package wordpress

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"time"

	"vigie/connectors/blog"
)

// user is who we are, as far as it is used.
type user struct {
	ID           int64           `json:"id"`
	Name         string          `json:"name"`
	Slug         string          `json:"slug"`
	Link         string          `json:"link"`
	Capabilities map[string]bool `json:"capabilities"`

	role role
}

// may is the role that capabilities make.
func (u user) may() role {
	switch {
	case u.Capabilities["moderate_comments"]:
		return moderator
	case u.Capabilities["edit_posts"]:
		return writer
	}
	return subscriber
}

// comment is a comment, as far as it is used.
type comment struct {
	ID      int64  `json:"id"`
	Post    int64  `json:"post"`
	Parent  int64  `json:"parent"`
	Author  int64  `json:"author"` // a registered user; 0: a visitor
	Name    string `json:"author_name"`
	Email   string `json:"author_email"` // for moderators only
	Site    string `json:"author_url"`
	Date    string `json:"date_gmt"`
	Link    string `json:"link"`
	Status  string `json:"status"`
	Type    string `json:"type"`
	Content struct {
		Raw      *string `json:"raw"` // for moderators only
		Rendered string  `json:"rendered"`
	} `json:"content"`
	Links struct {
		Up []struct {
			Href string `json:"href"`
		} `json:"up"`
	} `json:"_links"`

	at time.Time // parsed, UTC
}

// commentFields are the fields that are asked for: neither addresses of the
// machine nor pictures of who wrote it.
const commentFields = "id,post,parent,author,author_name,author_email,author_url,date_gmt,link,status,type,content,_links"

// dateLayout is a time of the API, without a zone.
const dateLayout = "2006-01-02T15:04:05"

// idOf is the id of an element of a list that may not be understood otherwise.
func idOf(raw []byte) (int64, bool) {
	var item struct {
		ID int64 `json:"id"`
	}
	return item.ID, json.Unmarshal(raw, &item) == nil && item.ID > 0
}

// readComment decodes one comment and refuses it when what is needed is
// missing. The reason holds nothing of its text.
func readComment(raw []byte) (comment, error) {
	var m comment
	if err := blog.Lenient(raw, &m); err != nil {
		return m, errors.New("it is not a comment")
	}
	if m.ID <= 0 || m.Post < 0 || m.Parent < 0 || m.Author < 0 {
		return m, errors.New("the comment has no usable id")
	}
	var err error
	if m.at, err = readTime(m.Date); err != nil {
		return m, fmt.Errorf("comment %d has no usable time", m.ID)
	}
	return m, nil
}

func readTime(s string) (time.Time, error) {
	at, err := time.ParseInLocation(dateLayout, s, time.UTC)
	if err == nil && at.Year() < 1990 { // 0000-00-00 of a draft
		err = errors.New("no time")
	}
	return at, err
}

// readList splits a JSON array into its elements.
func readList(body []byte) ([]json.RawMessage, error) {
	if !bytes.HasPrefix(bytes.TrimSpace(body), []byte("[")) {
		return nil, errors.New("the answer is not a list")
	}
	var list []json.RawMessage
	if err := json.Unmarshal(body, &list); err != nil {
		return nil, err
	}
	return list, nil
}

// sum changes whenever what is shown of a comment changes.
func (m comment) sum() uint32 {
	return blog.Sum(m.Status, m.Type, m.Name, m.Site, m.source())
}

// source is a comment's text as the blog keeps it, or as it shows it to who
// may not edit it.
func (m comment) source() string {
	if m.Content.Raw != nil {
		return *m.Content.Raw
	}
	return m.Content.Rendered
}

// ping reports whether it is no comment but another page that links here.
func (m comment) ping() bool { return m.Type == "pingback" || m.Type == "trackback" }

// state is a status in one letter, as the cursor keeps it.
func (m comment) state() byte {
	switch m.Status {
	case "approved", "":
		return approved
	case "hold":
		return held
	case "spam":
		return spam
	case "trash", "post-trashed":
		return binned
	}
	return other
}

const (
	approved = 'a'
	held     = 'h'
	spam     = 's'
	binned   = 't'
	other    = 'x' // a plug-in's own
)

func number(id int64) string { return strconv.FormatInt(id, 10) }

// readID is the inverse of number.
func readID(s string) (int64, bool) {
	id, err := strconv.ParseInt(s, 10, 64)
	return id, err == nil && id > 0 && number(id) == s
}
