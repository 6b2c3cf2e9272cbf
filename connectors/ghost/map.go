package ghost

import (
	"html"
	"strings"

	"vigie/connectors/blog"
	"vigie/connectors/htmltext"
	"vigie/inbox"
	"vigie/inbox/text"
)

// message is a comment as a message of its conversation.
func (c *connector) message(m comment, me member) inbox.Message {
	out := inbox.Message{
		Remote: m.ID, Conversation: m.root(), Parent: m.answers(), Kind: inbox.KindComment, At: m.at, Edited: m.edited,
		Author: c.author(m), Text: text.Clean(htmltext.WithLinks(m.HTML)), Outgoing: c.ours(m, me), URL: m.url(),
	}
	if m.Status != published {
		out.Status, out.URL = inbox.StatusHidden, c.adminURL()
	}
	if isID(m.Post.ID) {
		out.Post = &inbox.Post{ID: m.Post.ID, Text: text.Clean(m.Post.Title), URL: blog.Address(m.Post.URL)}
	}
	return out
}

// url is where a comment stands, as the blog's own mails write it; "" when the
// post has no address.
func (m comment) url() string {
	if blog.Address(m.Post.URL) == "" {
		return ""
	}
	return blog.Address(m.Post.URL + "#ghost-comments-" + m.ID)
}

// adminURL is the page of the administration that lists comments.
func (c *connector) adminURL() string {
	u := c.client.Base().JoinPath("ghost") // shares nothing with the base
	u.Path += "/"
	u.Fragment = "/comments"
	return blog.Address(u.String())
}

// author is who wrote a comment. Of a member who was deleted nothing is told.
func (c *connector) author(m comment) inbox.Author {
	if m.Member == nil {
		return inbox.Author{ID: "deleted", Name: text.CleanLine("Deleted member")} // the blog's own word
	}
	return inbox.Author{ID: m.Member.ID, Name: c.name(m.Member)}
}

func (c *connector) name(m *member) text.Safe {
	if name := text.CleanLine(m.Name); !name.Empty() {
		return name
	}
	return text.CleanLine("Anonymous") // the blog's own word
}

// toHTML writes a text so that the blog shows each character as it is: a
// paragraph for each part between empty lines.
func toHTML(s string) string {
	s = strings.Trim(strings.ReplaceAll(s, "\r\n", "\n"), "\n")
	var out strings.Builder
	for part := range strings.SplitSeq(s, "\n\n") {
		if part = strings.Trim(part, "\n"); part != "" {
			out.WriteString("<p>" + strings.ReplaceAll(html.EscapeString(part), "\n", "<br>") + "</p>")
		}
	}
	return out.String()
}
