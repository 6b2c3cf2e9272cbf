package wordpress

import (
	"net/url"
	"strings"

	"vigie/connectors/blog"
	"vigie/connectors/htmltext"
	"vigie/inbox"
	"vigie/inbox/text"
)

// message is a comment as a message of the conversation that begins with root.
func (c *connector) message(m comment, root int64, under post) inbox.Message {
	out := inbox.Message{
		Remote: number(m.ID), Conversation: number(root), Kind: inbox.KindComment, At: m.at,
		Author: c.author(m), Text: text.Clean(htmltext.WithLinks(m.html())), Status: m.status(), URL: blog.Address(m.Link),
		Outgoing: c.ours(m),
	}
	if m.Parent > 0 {
		out.Parent = number(m.Parent)
	}
	if out.Status != "" {
		out.URL = c.adminURL(m.ID)
	}
	if m.ping() {
		out.Kind = inbox.KindMention
		if site := blog.Address(m.Site); site != "" {
			out.URL = site
		}
	}
	if m.Post > 0 {
		p := inbox.Post{ID: number(m.Post), Text: text.Clean(under.title()), URL: blog.Address(under.Link), At: under.at}
		if p.URL == "" {
			p.URL, _, _ = strings.Cut(blog.Address(m.Link), "#")
		}
		out.Post = &p
	}
	return out
}

// status is what keeps a comment from being seen.
func (m comment) status() inbox.Status {
	switch m.state() {
	case approved:
		return ""
	case held:
		return inbox.StatusHeld
	case spam:
		return inbox.StatusSpam
	case binned:
		return inbox.StatusTrash
	}
	return inbox.StatusHidden
}

// adminURL is the page of wp-admin that moderates a comment.
func (c *connector) adminURL(id int64) string {
	u := c.client.Base().JoinPath("wp-admin", "comment.php")
	u.RawQuery = url.Values{"action": {"editcomment"}, "c": {number(id)}}.Encode()
	return blog.Address(u.String())
}

// html is a comment as a browser reads it.
func (m comment) html() string {
	if m.Content.Raw == nil {
		return m.Content.Rendered
	}
	return fromRaw(*m.Content.Raw)
}

// fromRaw reads a text as the blog keeps it: a line's end is a line's end. In
// what it shows, markup says so.
func fromRaw(raw string) string {
	raw = strings.ReplaceAll(raw, "\r\n", "\n")
	if !hasBlocks(raw) {
		raw = strings.ReplaceAll(raw, "\n", "<br>")
	}
	return raw
}

// hasBlocks reports whether a text says itself where its lines end.
func hasBlocks(raw string) bool {
	raw = strings.ToLower(raw)
	for _, tag := range []string{"<p>", "<p ", "<ul", "<ol", "<div", "<pre", "<blockquote", "<!-- wp:"} {
		if strings.Contains(raw, tag) {
			return true
		}
	}
	return false
}

// toRaw writes a text so that the blog shows each character as it is.
func toRaw(s string) string {
	return strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;").Replace(strings.ReplaceAll(s, "\r\n", "\n"))
}

// plain is a line of HTML without its markup.
func plain(s string) string { return htmltext.Text(s) }

// says reports whether a comment has the words that were sent. What the blog
// shows to who may not edit has its marks made finer than they were typed.
func (m comment) says(sent string) bool {
	shown := htmltext.Text(m.html())
	if m.Content.Raw == nil {
		sent, shown = coarse(sent), coarse(shown)
	}
	return blog.SameText(sent, shown)
}

// coarse undoes what the blog does to marks for readers (core: wptexturize).
func coarse(s string) string {
	return strings.NewReplacer(
		"’", "'", "‘", "'", "′", "'", "“", "\"", "”", "\"", "″", "\"", "«", "\"", "»", "\"",
		"…", "...", "—", "-", "–", "-", "---", "-", "--", "-", "×", "x", "\u00a0", " ", "\u202f", " ",
	).Replace(s)
}
