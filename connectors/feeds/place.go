package feeds

import (
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/mmcdole/gofeed"
	ext "github.com/mmcdole/gofeed/extensions"
	"github.com/mmcdole/gofeed/rss"

	"vigie/connectors/htmltext"
	"vigie/inbox"
	"vigie/inbox/pattern"
	"vigie/inbox/text"
)

// spot is what a message is of the whole that it was placed in.
type spot int

// The spots.
const (
	apart  spot = iota // there is no whole
	head               // what the whole begins with
	within             // one of what follows
)

// place says what a message is a part of and sets its words: a comment stands
// under its article, a post in its topic, a story of an aggregator under the
// page that it leads to. Everything else stands for itself.
func (p mapping) place(m *inbox.Message, it *gofeed.Item, discussion string) {
	title := strings.TrimSpace(htmltext.Text(it.Title))
	body := p.body(m, it)
	at := p.comment(m, it, title)
	if at == within && it.Content != "" {
		body = p.answered(m, it) // whole, and says what it answers
	}
	if at == apart {
		at = p.reddit(m, title)
	}
	if at == apart {
		at = p.topic(m, it, title)
	}
	switch {
	case at == apart && discussion != "":
		p.aggregator(m, title, discussion)
	case at == within && body != "":
		title = "" // it is that of the whole, or says nothing
	}
	m.Text = words(title, body)
}

// body is what an item says. A summary is preferred to the whole article.
func (p mapping) body(m *inbox.Message, it *gofeed.Item) string {
	for _, src := range []string{it.Description, it.Content, mediaDescription(it)} {
		if s := cut(readable(tidy(src, m))); s != "" {
			return s
		}
	}
	return ""
}

// under sets what a message hangs under. The place's name is the same in all
// feeds that tell of it.
func (p mapping) under(m *inbox.Message, kind, name, title, link string) {
	id := kind + ":" + name
	if len(id) > maxID || text.CleanLine(id).String() != id {
		id = kind + ":" + digest(name)
	}
	m.Conversation = id
	m.Post = &inbox.Post{ID: id, Text: text.CleanLine(cut(title)), URL: p.feed.address(link)}
}

// commentMark is the end of the address of a comment: of WordPress and others,
// of Blogger and Dotclear.
var commentMark = pattern.Lazy(`#(?:comment-?|c)\d+$`)

// comment places what is a comment on an article, which its address tells
// (#comment-12), or that it names what it answers (RFC 4685).
func (p mapping) comment(m *inbox.Message, it *gofeed.Item, title string) spot {
	page := ""
	if commentMark().MatchString(it.Link) {
		page = withoutFragment(it.Link)
	}
	for _, e := range it.Extensions["thr"]["in-reply-to"] {
		ref, href := strings.TrimSpace(e.Attrs["ref"]), strings.TrimSpace(e.Attrs["href"])
		if page == "" && href != "" {
			page = withoutFragment(href)
		}
		if page == "" {
			page = withoutFragment(ref)
		}
		if commentMark().MatchString(ref) || commentMark().MatchString(href) {
			m.Parent = p.feed.remote(ref)
		}
	}
	if page == "" {
		return apart
	}
	link := articleOf(p.feed.address(page))
	name := canonical(link)
	if name == "" {
		name = page
	}
	p.under(m, "comments", name, p.article(it, title), link)
	return within
}

// articleOf is the address of an article whose comments a page shows.
func articleOf(page string) string {
	u, err := url.Parse(page)
	if err != nil {
		return page
	}
	if first := pageOfComments().ReplaceAllString(u.Path, "/"); first != u.Path {
		u.Path, u.RawPath = first, ""
	}
	if q := u.Query(); q.Has("showComment") {
		q.Del("showComment")
		u.RawQuery = q.Encode()
	}
	return u.String()
}

// answered is the text of a comment without WordPress's "In reply to …." ahead
// of it, which becomes its Parent.
func (p mapping) answered(m *inbox.Message, it *gofeed.Item) string {
	found := inReplyTo().FindStringSubmatchIndex(it.Content)
	if found == nil || !commentMark().MatchString(it.GUID) {
		return cut(spoken(it.Content))
	}
	if m.Parent == "" {
		m.Parent = p.feed.remote(commentMark().ReplaceAllString(it.GUID, it.Content[found[2]:found[3]]))
	}
	return cut(spoken(it.Content[:found[0]] + it.Content[found[1]:]))
}

var (
	pageOfComments = pattern.Lazy(`/comment-page-\d+/?$`)
	inReplyTo      = pattern.Lazy(`^\s*(?:<p>)?[^<]{1,40}<a href="[^"]*(#comment-\d+)"[^>]*>[^<]*</a>\.(?:\s*</p>|\s)`)
)

// How the titles of comments and of their feeds begin, in the languages that
// WordPress and Blogger are most read in.
var (
	commentOn  = pattern.Lazy(`^(?i:comments? on|commentaires? sur|kommentare? zu|comentarios? (?:en|sobre)|comentários? (?:em|sobre)|commenti? (?:su|a)|reacties? op)\s*:?\s+(.+)$`)
	commentBy  = pattern.Lazy(`^(?i:by|par|von|de|por|di|door)\s?: .+$`)
	siteAhead  = pattern.Lazy(`^(?i:comments on [^:]+|commentaires sur [^:]+): (.+)$`)
	separators = [...]string{" by ", " par ", " von ", " de ", " por ", " di ", " door "}
)

// article is the title of the article that a comment's own title, or that of
// its feed, tells; "" when neither does.
func (p mapping) article(it *gofeed.Item, title string) string {
	who := ""
	if len(it.Authors) > 0 && it.Authors[0] != nil {
		who = it.Authors[0].Name
	}
	if m := commentOn().FindStringSubmatch(title); m != nil {
		for _, sep := range separators {
			if rest, ok := strings.CutSuffix(m[1], sep+who); ok && who != "" {
				return rest
			}
		}
		return m[1]
	}
	of := strings.TrimSpace(htmltext.Text(p.of.Title))
	if m := siteAhead().FindStringSubmatch(of); m != nil {
		return m[1]
	}
	if m := commentOn().FindStringSubmatch(of); m != nil && commentBy().MatchString(title) {
		return m[1]
	}
	return ""
}

var (
	discourseTopic = pattern.Lazy(`^(.*/t/)(?:[^/]+/)?(\d+)(?:/(\d+))?$`)
	discourseID    = pattern.Lazy(`-(?:topic|post)-\d+(?:-\d+)?$`)
	nodebbTopic    = pattern.Lazy(`/topic/\d+(?:/[^/]*)?$`)
	nodebbPost     = pattern.Lazy(`/(?:post/\d+|topic/\d+/[^/]+/\d+)$`)
	phpbbTitle     = pattern.Lazy(`^(?:.* • )?(?:Re: ?)*(.+)$`)
)

// topic places the posts of Discourse, NodeBB and phpBB in their topics, as
// far as a feed says which one it is.
func (p mapping) topic(m *inbox.Message, it *gofeed.Item, title string) spot {
	u, err := url.Parse(m.URL)
	if err != nil || m.URL == "" {
		return apart
	}
	link := *u
	home := p.feed.address(p.of.Link)
	t := discourseTopic().FindStringSubmatch(u.Path)
	switch {
	case t != nil && discourseID().MatchString(it.GUID):
		link.Path, link.RawQuery, link.Fragment = strings.TrimSuffix(u.Path, "/"+t[3]), "", ""
		p.under(m, "topic", strings.ToLower(u.Host)+t[1]+t[2], title, link.String())
		if t[3] == "" || t[3] == "1" {
			return head
		}
	case nodebbTopic().MatchString(home) && nodebbPost().MatchString(u.Path):
		p.under(m, "topic", canonical(home), htmltext.Text(p.of.Title), home)
	case strings.HasSuffix(u.Path, "/viewtopic.php") && u.Query().Get("t") != "":
		link.RawQuery, link.Fragment = url.Values{"t": {u.Query().Get("t")}}.Encode(), ""
		p.under(m, "topic", canonical(link.String()), phpbbTitle().ReplaceAllString(title, "$1"), link.String())
	default:
		return apart
	}
	return within
}

var redditPath = pattern.Lazy(`^(/r/[^/]+/comments/([a-z0-9]+)/[^/]*)/?([a-z0-9]*)/?$`)

// reddit places a submission and its comments in one conversation.
func (p mapping) reddit(m *inbox.Message, title string) spot {
	u, err := url.Parse(m.URL)
	if err != nil || !onReddit(u) {
		return apart
	}
	t := redditPath().FindStringSubmatch(u.Path)
	if t == nil {
		return apart
	}
	at := head
	if t[3] != "" {
		at = within
		if _, on, found := strings.Cut(title, " on "); found { // "/u/lea on Its title"
			title = on
		}
	}
	p.under(m, "reddit", t[2], title, "https://www.reddit.com"+t[1]+"/")
	return at
}

func onReddit(u *url.URL) bool {
	host := strings.ToLower(u.Hostname())
	return host == "reddit.com" || strings.HasSuffix(host, ".reddit.com")
}

// aggregator places a story under the page that it leads to: people answer
// where it is discussed.
func (p mapping) aggregator(m *inbox.Message, title, discussion string) {
	name := canonical(m.URL)
	if name == "" {
		name = m.URL
	}
	own := m.Conversation
	p.under(m, "page", name, title, m.URL)
	m.Conversation, m.URL = own, discussion
}

// discussion is where the i-th item is talked about, when that is another site
// than what it leads to; "" for all else, such as the comments of a blog.
func (p mapping) discussion(i int, it *gofeed.Item) string {
	original, ok := p.of.OriginalFeed().(*rss.Feed)
	if !ok || i >= len(original.Items) {
		return ""
	}
	at := p.feed.address(original.Items[i].Comments)
	to, err1 := url.Parse(p.feed.address(it.Link))
	talk, err2 := url.Parse(at)
	if at == "" || err1 != nil || err2 != nil || to.Host == "" || strings.EqualFold(to.Hostname(), talk.Hostname()) {
		return ""
	}
	return at
}

// mediaDescription is what a video says of itself (media:group of YouTube).
func mediaDescription(it *gofeed.Item) string {
	media := it.Extensions["media"]
	for _, g := range slices.Concat(media["group"], []ext.Extension{{Children: media}}) {
		for _, d := range g.Children["description"] {
			if s := strings.TrimSpace(d.Value); s != "" {
				return s
			}
		}
	}
	return ""
}

// countsOf are the counters that a feed tells: of comments by slash and thr,
// of YouTube's approval, of Dailymotion.
func countsOf(it *gofeed.Item) inbox.Counts {
	var c inbox.Counts
	note := func(s string, into *int) {
		if n, err := strconv.Atoi(strings.TrimSpace(s)); err == nil && n >= 0 {
			*into, c.Known = max(*into, n), true
		}
	}
	x := it.Extensions
	for _, e := range slices.Concat(x["slash"]["comments"], x["thr"]["total"], x["dm"]["comments"]) {
		note(e.Value, &c.Replies)
	}
	for _, e := range x["dm"]["favorites"] {
		note(e.Value, &c.Likes)
	}
	for _, g := range x["media"]["group"] {
		for _, community := range g.Children["community"] {
			for _, stars := range community.Children["starRating"] {
				note(stars.Attrs["count"], &c.Likes)
			}
		}
	}
	return c
}
