package feeds

import (
	"cmp"
	"fmt"
	"html"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/mmcdole/gofeed"
	"golang.org/x/net/idna"

	"vigie/connectors/htmltext"
	"vigie/inbox"
	"vigie/inbox/pattern"
	"vigie/inbox/text"
)

const (
	maxID      = 512  // bytes of a remote id
	maxSummary = 4000 // code points of an entry that are kept
	maxMedia   = 10
)

// entry is an item as it will be shown.
type entry struct {
	id      string // remote id
	key     string // of the sighting
	message inbox.Message
	dated   bool
	names   []string // what it is known by in other feeds
	alert   bool     // its address came wrapped by Google Alerts
}

// news maps the entries of a document that were not seen yet, or not like
// this, and that no other of the feeds that are read brought before.
func (f feed) news(d document, before feedState, req inbox.FetchRequest, known *names, read map[string]string) outcome {
	f.from = d.from
	out := outcome{state: before.of(d)}
	out.state.seen = map[string]sighting{}
	entries, fallback := f.entries(d, req.Now), f.undated(d, req.Now)
	left := before.without(entries)
	for i, e := range entries {
		old, seen := before.seen[e.key]
		if _, again := out.state.seen[e.key]; again {
			continue
		}
		now := sighting{content: e.digest()}
		if same, ok := left[now.content]; ok && !seen { // by a new id
			delete(left, now.content)
			old, seen = same, true
		}
		if seen && (old.content == twin || known.lost(e, f, read)) || !seen && known.taken(e, f, read) {
			out.state.seen[e.key] = sighting{content: twin}
			continue
		}
		if !e.dated {
			now.at = fallback
			if seen && !old.at.IsZero() {
				now.at = old.at
			}
			e.message.At = now.at
		}
		out.state.seen[e.key] = now
		switch {
		case seen && old.content == now.content:
		case e.empty():
			out.refused = append(out.refused, inbox.Refusal{
				Item: fmt.Sprintf("entry %d of %s", i+1, f.url.Host), Reason: "has neither link, text nor file",
			})
		case before.seen == nil && req.History > 0 && e.message.At.Before(req.Now.Add(-req.History)):
		case f.wants(e.message):
			known.own(e, f)
			out.messages = append(out.messages, e.message)
		}
	}
	if d.cut || len(entries) == 0 { // what is not there has not left
		for key, old := range before.seen {
			if _, here := out.state.seen[key]; !here && len(out.state.seen) < maxSeen {
				out.state.seen[key] = old
			}
		}
	}
	return out
}

// entries are the newest entries of a document, in its order.
func (f feed) entries(d document, now time.Time) []entry {
	numbers := newest(d.feed.Items)
	items := make([]*gofeed.Item, len(numbers))
	for i, n := range numbers {
		items[i] = d.feed.Items[n]
	}
	m := mapping{feed: f, of: d.feed, twice: f.doubles(items), shared: f.sharedLinks(items), now: now}
	out := make([]entry, len(numbers))
	for i, n := range numbers {
		out[i] = m.entry(n, items[i])
	}
	return out
}

// newest are the numbers of the items that are looked at: all, or of too many
// those of the latest dates, in the order of the document.
func newest(items []*gofeed.Item) []int {
	numbers := make([]int, len(items))
	for i := range items {
		numbers[i] = i
	}
	if len(numbers) <= maxSeen {
		return numbers
	}
	date := func(i int) time.Time {
		if t := cmp.Or(items[i].PublishedParsed, items[i].UpdatedParsed); t != nil {
			return *t
		}
		return time.Time{}
	}
	slices.SortStableFunc(numbers, func(a, b int) int { return date(b).Compare(date(a)) })
	numbers = numbers[:maxSeen]
	slices.Sort(numbers)
	return numbers
}

// without are the sightings whose entries are not among these, by content. A
// feed that gives an entry a new id with every reading has it there.
func (s feedState) without(entries []entry) map[string]sighting {
	left := map[string]sighting{}
	here := map[string]bool{}
	for _, e := range entries {
		here[e.key] = true
	}
	for key, old := range s.seen {
		if !here[key] && old.content != twin {
			left[old.content] = old
		}
	}
	return left
}

// wants reports whether an entry holds one of the words that count, if there are
// any, and none of those that are ruled out.
func (f feed) wants(m inbox.Message) bool {
	low := strings.ToLower(m.Text.String())
	if m.Post != nil {
		low += "\n" + strings.ToLower(m.Post.Text.String())
	}
	holds := func(word string) bool { return strings.Contains(low, word) }
	return !slices.ContainsFunc(f.without, holds) && (len(f.keywords) == 0 || slices.ContainsFunc(f.keywords, holds))
}

// undated is the time of entries that have none: that of their document, else
// the first time that they were seen.
func (f feed) undated(d document, now time.Time) time.Time {
	for _, t := range []*time.Time{d.feed.UpdatedParsed, d.feed.PublishedParsed} {
		if at, ok := sound(t, now); ok {
			return at.Truncate(time.Second)
		}
	}
	return now.UTC().Truncate(time.Second)
}

// sound reports whether a time may be that of something written. The beginning
// of Unix time is what programs write who know none.
func sound(t *time.Time, now time.Time) (time.Time, bool) {
	if t == nil || t.Year() <= 1970 || t.After(now.Add(time.Hour)) {
		return time.Time{}, false
	}
	return t.UTC(), true
}

// doubles are the ids that a document gives to different entries.
func (f feed) doubles(items []*gofeed.Item) map[string]bool {
	link, twice := map[string]string{}, map[string]bool{}
	for _, it := range items {
		if old, ok := link[it.GUID]; it.GUID != "" && ok && old != it.Link+it.Title {
			twice[it.GUID] = true
		}
		link[it.GUID] = it.Link + it.Title
	}
	return twice
}

// id names an entry: by its own id, else its link, else what it says. Ids
// that mean something in their feed only are told apart by the feed.
func (f feed) id(it *gofeed.Item, twice map[string]bool) string {
	id := strings.TrimSpace(it.GUID)
	switch {
	case id == "" && it.Link != "":
		id = it.Link
	case id == "":
		return f.key + "/" + digest(it.Title, it.Description, it.Content)
	case twice[it.GUID]:
		return f.key + "/" + digest(id, it.Link, it.Title)
	}
	return f.remote(id)
}

// remote is the remote id of the entry that has an id in its feed.
func (f feed) remote(id string) string {
	switch {
	case len(id) > maxID || text.CleanLine(id).String() != id:
		return f.key + "/" + digest(id)
	case !worldwide().MatchString(id):
		return f.key + "/" + id
	}
	return id
}

// worldwide is what ids look like that no other feed gives to something else.
var worldwide = pattern.Lazy(`^(?:https?://|tag:|urn:).{6}`)

// mapping is what all entries of a document are mapped with.
type mapping struct {
	feed   feed
	of     *gofeed.Feed
	twice  map[string]bool // see feed.doubles
	shared map[string]bool // see feed.sharedLinks
	now    time.Time
}

// entry maps the i-th item of the document.
func (p mapping) entry(i int, it *gofeed.Item) entry {
	f := p.feed
	discussion := p.discussion(i, it)
	if it.GUID == "" && discussion != "" { // its link is the article's
		named := *it
		named.GUID, it = discussion, &named
	}
	id := f.id(it, p.twice)
	m := inbox.Message{
		Remote: id, Conversation: id, Kind: inbox.KindWatch, URL: f.address(it.Link),
		Lang: text.CleanLine(p.of.Language).String(), Media: f.media(it), Counts: countsOf(it),
	}
	published, dated := sound(it.PublishedParsed, p.now)
	updated, changed := sound(it.UpdatedParsed, p.now)
	switch {
	case dated:
		m.At = published
		if changed && updated.After(published.Add(time.Minute)) {
			m.Edited = updated
		}
	case changed:
		m.At, dated = updated, true
	}
	p.place(&m, it, discussion)
	m.Author = f.author(p.of, it, m.URL)
	return entry{
		id: id, key: digest(id), message: m, dated: dated, names: p.namesOf(id, it, m.URL), alert: f.wraps(it.Link),
	}
}

// digest changes with what is shown of an entry.
func (e entry) digest() string {
	m := e.message
	parts := []string{m.Text.String(), cmp.Or(canonical(m.URL), m.URL), m.Author.Name.String()}
	if e.dated {
		parts = append(parts, m.At.String())
	}
	for _, md := range m.Media {
		parts = append(parts, md.URL)
	}
	if m.Post != nil {
		parts = append(parts, m.Conversation, m.Parent, m.Post.Text.String(), m.Post.URL)
	}
	if m.Counts.Known {
		parts = append(parts, fmt.Sprint(m.Counts))
	}
	return digest(parts...)
}

func (e entry) empty() bool {
	return e.message.Text.Empty() && e.message.URL == "" && len(e.message.Media) == 0
}

// words are an entry's title and what it says, without markup.
func words(title, body string) text.Safe {
	switch {
	case title == "" || strings.HasPrefix(body, title):
		return text.Clean(body)
	case body == "":
		return text.Clean(title)
	}
	return text.Clean(title + "\n\n" + body)
}

// readable takes markup away. Text without any keeps its lines. Where the words
// of an article lead is left to the article.
func readable(s string) string { return unmarked(s, htmltext.Text) }

// spoken is readable for what people wrote: where their words lead is told.
func spoken(s string) string { return unmarked(s, htmltext.WithLinks) }

func unmarked(s string, read func(string) string) string {
	if !strings.Contains(s, "<") {
		return strings.TrimSpace(html.UnescapeString(s))
	}
	return strings.TrimSpace(read(s))
}

// cut keeps maxSummary code points.
func cut(s string) string {
	n := 0
	for i := range s {
		if n++; n > maxSummary {
			return s[:i] + "…"
		}
	}
	return s
}

// author is who wrote an entry: a name in a place, the place being the site
// that the entry links to.
func (f feed) author(in *gofeed.Feed, it *gofeed.Item, link string) inbox.Author {
	place := f.key
	handle := text.CleanLine(f.url.Hostname())
	if u, err := url.Parse(link); err == nil && u.Host != "" {
		place = strings.ToLower(u.Hostname())
		if name, err := idna.Display.ToUnicode(place); err == nil {
			place = name
		}
		handle = text.CleanLine(place)
	}
	name := ""
	if len(it.Authors) > 0 && it.Authors[0] != nil {
		name = cmp.Or(it.Authors[0].Name, it.Authors[0].Email)
	}
	a := inbox.Author{ID: place, Handle: handle, Name: text.CleanLine(cut(htmltext.Text(cmp.Or(name, in.Title))))}
	if name != "" {
		a.ID = place + "/" + digest(name)
	}
	return a
}

func (f feed) media(it *gofeed.Item) []inbox.Media {
	var out []inbox.Media
	for _, e := range it.Enclosures {
		if e == nil || len(out) == maxMedia {
			continue
		}
		kind, _, _ := strings.Cut(e.Type, "/")
		switch kind = strings.ToLower(strings.TrimSpace(kind)); kind {
		case "image", "video", "audio":
		default:
			kind = "file"
		}
		if u := f.address(e.URL); u != "" {
			out = append(out, inbox.Media{Kind: kind, URL: u})
		}
	}
	return out
}
