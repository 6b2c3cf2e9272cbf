package sandbox

import (
	"encoding/json"
	"encoding/xml"
	"fmt"
	"hash/fnv"
	"html"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

	"vigie/inbox"
)

// Source is where an article is told of; each is a feed of its own.
type Source int

// The sources: a press review in RSS, an alert of a search engine in Atom with
// its wrapped links and bold words, and a blog in JSON Feed.
const (
	Press Source = iota
	Alert
	Blog
	sources
)

// Comments are those of a blog, as WordPress tells them; Forum has the posts
// of one, as phpBB does.
const (
	Comments = sources + iota
	Forum
	allSources
)

// Article is one entry of a feed.
type Article struct {
	Site   string // host of the site it stands on: "livres.example"
	Slug   string // of a comment or post: its number
	On     string // of a comment or post: the number of what it is on
	Author string
	Title  string
	Lead   string
	At     time.Time
	Bad    bool // rendered without anything to know it by
}

// Feeds is a server of web feeds: what the web says about brands. Its
// documents grow by an article now and then, carry an ETag, and answer 304.
type Feeds struct {
	world *World
	begun time.Time

	mu    sync.Mutex
	added map[string][]Article // by path
}

var _ Simulation = (*Feeds)(nil)

// NewFeeds makes the server. Its first articles are some days old.
func NewFeeds(w *World) *Feeds {
	return &Feeds{world: w, begun: w.Now(), added: map[string][]Article{}}
}

// feedPath is where a brand's source is served.
func feedPath(account inbox.AccountID, s Source) string {
	return "/" + string(account) + [...]string{"/presse.rss", "/alerte.atom", "/blog.json", "/comments/feed", "/feed.php"}[s]
}

// Access says where a brand's feeds are.
func (f *Feeds) Access(b Brand, base string) Access {
	var urls []string
	for s := range allSources {
		urls = append(urls, base+feedPath(b.Account, s))
	}
	return Access{Lists: map[string][]string{"urls": urls}}
}

// Publish adds an article and returns the id of its entry. Its time is the
// world's now where it has none.
func (f *Feeds) Publish(account inbox.AccountID, s Source, a Article) string {
	f.mu.Lock()
	defer f.mu.Unlock()
	if a.At.IsZero() {
		a.At = f.world.Now()
	}
	path := feedPath(account, s)
	f.added[path] = append(f.added[path], a)
	return a.idIn(s)
}

// idIn is the id of the article's entry in a source.
func (a Article) idIn(s Source) string {
	switch s {
	case Comments:
		return "https://" + a.Site + "/?p=" + a.On + "#comment-" + a.Slug
	case Forum:
		return "https://" + a.Site + "/viewtopic.php?t=" + a.On + "&p=" + a.Slug + "#p" + a.Slug
	}
	return a.id()
}

func (a Article) id() string { return "tag:" + a.Site + ",2026:" + a.Slug }

func (a Article) link() string { return "https://" + a.Site + "/" + a.Slug }

// ServeHTTP serves the feeds.
func (f *Feeds) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	for _, b := range f.world.Brands("feeds") {
		for s := range allSources {
			if r.URL.Path == feedPath(b.Account, s) {
				f.serve(w, r, b, s)
				return
			}
		}
	}
	http.NotFound(w, r)
}

func (f *Feeds) serve(w http.ResponseWriter, r *http.Request, b Brand, s Source) {
	articles := f.articles(b, s)
	render := [...]func(Brand, []Article) (string, []byte, error){renderRSS, renderAtom, renderJSONFeed, renderComments, renderForum}[s]
	kind, body, err := render(b, articles)
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	h := fnv.New64a()
	_, _ = h.Write(body) // a hash takes everything
	tag := fmt.Sprintf(`"%x"`, h.Sum64())
	w.Header().Set("ETag", tag)
	w.Header().Set("Content-Type", kind)
	if slices.Contains(strings.Split(r.Header.Get("If-None-Match"), ", "), tag) {
		w.WriteHeader(http.StatusNotModified)
		return
	}
	_, _ = w.Write(body) // the reader may be gone
}

// articles are what a source holds now, newest first.
func (f *Feeds) articles(b Brand, s Source) []Article {
	f.mu.Lock()
	out := slices.Clone(f.added[feedPath(b.Account, s)])
	f.mu.Unlock()
	switch {
	case f.world.plot == nil:
	case s >= sources:
		out = append(out, talkedOf(b.Client, s, f.begun)...)
	default:
		out = append(out, told(b, s, f.begun, f.world.Now())...)
	}
	slices.SortStableFunc(out, func(x, y Article) int { return y.At.Compare(x.At) })
	return out
}

type rssDocument struct {
	XMLName xml.Name  `xml:"rss"`
	Version string    `xml:"version,attr"`
	Title   string    `xml:"channel>title"`
	Link    string    `xml:"channel>link"`
	Lang    string    `xml:"channel>language"`
	Items   []rssItem `xml:"channel>item"`
}

type rssItem struct {
	Title  string   `xml:"title,omitempty"`
	Link   string   `xml:"link,omitempty"`
	GUID   *rssGUID `xml:"guid"`
	Author string   `xml:"http://purl.org/dc/elements/1.1/ creator,omitempty"`
	Date   string   `xml:"pubDate,omitempty"`
	Text   string   `xml:"description,omitempty"`
}

type rssGUID struct {
	PermaLink bool   `xml:"isPermaLink,attr"`
	ID        string `xml:",chardata"`
}

func renderRSS(b Brand, articles []Article) (string, []byte, error) {
	d := rssDocument{Version: "2.0", Title: inLang(b, "Revue de presse : ", "In the press: ") + b.Name, Link: "https://presse.example/", Lang: b.Lang}
	for _, a := range articles {
		if a.Bad {
			d.Items = append(d.Items, rssItem{})
			continue
		}
		d.Items = append(d.Items, rssItem{
			Title: html.EscapeString(a.Title), Link: a.link(), GUID: &rssGUID{ID: a.id()}, Author: a.Author,
			Date: a.At.Format(time.RFC1123Z), Text: "<p>" + html.EscapeString(a.Lead) + "</p>",
		})
	}
	return document("application/rss+xml", d)
}

type atomDocument struct {
	XMLName xml.Name    `xml:"http://www.w3.org/2005/Atom feed"`
	ID      string      `xml:"id"`
	Title   string      `xml:"title"`
	Updated string      `xml:"updated"`
	Entries []atomEntry `xml:"entry"`
}

type atomEntry struct {
	ID        string   `xml:"id,omitempty"`
	Title     atomText `xml:"title"`
	Link      atomLink `xml:"link"`
	Published string   `xml:"published,omitempty"`
	Updated   string   `xml:"updated,omitempty"`
	Content   atomText `xml:"content"`
}

type atomText struct {
	Type string `xml:"type,attr"`
	Text string `xml:",chardata"`
}

type atomLink struct {
	Href string `xml:"href,attr"`
}

func renderAtom(b Brand, articles []Article) (string, []byte, error) {
	d := atomDocument{ID: "tag:google.com,2005:reader/user/1/state/com.google/alerts/" + string(b.Client), Title: "Google Alert - " + b.Name}
	if len(articles) > 0 {
		d.Updated = articles[0].At.Format(time.RFC3339)
	}
	bold := func(s string) atomText {
		return atomText{"html", strings.ReplaceAll(html.EscapeString(s), b.Name, "<b>"+b.Name+"</b>")}
	}
	for _, a := range articles {
		if a.Bad {
			d.Entries = append(d.Entries, atomEntry{})
			continue
		}
		at := a.At.Format(time.RFC3339)
		d.Entries = append(d.Entries, atomEntry{
			ID: a.id(), Title: bold(a.Title), Content: bold(a.Lead), Published: at, Updated: at,
			Link: atomLink{"https://www.google.com/url?rct=j&sa=t&url=" + url.QueryEscape(a.link()) + "&ct=ga&cd=1"},
		})
	}
	return document("application/atom+xml", d)
}

func renderJSONFeed(b Brand, articles []Article) (string, []byte, error) {
	items := []map[string]any{}
	for _, a := range articles {
		if a.Bad {
			items = append(items, map[string]any{})
			continue
		}
		items = append(items, map[string]any{
			"id": a.id(), "url": a.link(), "title": a.Title, "content_text": a.Lead,
			"date_published": a.At.Format(time.RFC3339), "authors": []map[string]string{{"name": a.Author}},
		})
	}
	body, err := json.Marshal(map[string]any{
		"version": "https://jsonfeed.org/version/1.1", "title": inLang(b, "Blogs qui parlent de ", "Blogs about ") + b.Name,
		"home_page_url": "https://blogs.example/", "language": b.Lang, "items": items,
	})
	return "application/feed+json", body, err
}

func document(kind string, d any) (string, []byte, error) {
	body, err := xml.Marshal(d)
	return kind + "; charset=utf-8", append([]byte(xml.Header), body...), err
}

func inLang(b Brand, french, english string) string {
	if b.Lang == "fr" {
		return french
	}
	return english
}

// told are the articles of the demonstration that a source has by now: one
// every 20 minutes since the beginning, and before that one every nine hours.
func told(b Brand, s Source, begun, now time.Time) []Article {
	pool := veille(b.Client)
	var out []Article
	n := len(pool) / int(sources)
	for i := range min(n, 10) {
		a := pool[i*int(sources)+int(s)]
		a.At = begun.Add(-time.Duration(i*9+3*int(s)+1) * time.Hour).Truncate(time.Minute)
		out = append(out, a)
	}
	arrived := 0
	if every := 20 * time.Minute; now.After(begun) {
		arrived = int(now.Sub(begun) / every)
	}
	for i := range min(arrived, 1000) {
		if Source(i%int(sources)) != s {
			continue
		}
		a := pool[i%len(pool)]
		a.Slug = fmt.Sprintf("%s-%d", a.Slug, i+1)
		a.Title += fmt.Sprintf(inLang(b, " (suite, %d)", " (update %d)"), i+1)
		a.At = begun.Add(time.Duration(i+1) * 20 * time.Minute).Truncate(time.Minute)
		out = append(out, a)
	}
	return out
}

// veille is what the web says about a client.
func veille(client inbox.ClientID) []Article {
	pool := articlesOf[client]
	out := make([]Article, 0, len(pool))
	for _, line := range pool {
		f := strings.SplitN(line, "|", 5)
		out = append(out, Article{Site: f[0], Slug: f[1], Author: f[2], Title: f[3], Lead: f[4]})
	}
	return out
}
