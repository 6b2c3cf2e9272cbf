package feeds

import (
	"net/url"
	"slices"
	"strings"

	"github.com/mmcdole/gofeed"

	"vigie/inbox/pattern"
)

// maxNames is how many names of articles an account remembers, the newest: at
// 40 bytes each, and two for most articles.
const maxNames = 3000

// names remembers which entry of which feed brought an article first, by each
// of the article's names. Another feed's copy of it adds nothing.
type names struct {
	order []string // oldest first
	first map[string]owner
}

// owner is the entry that an article was first seen as.
type owner struct{ feed, entry string }

func newNames() *names { return &names{first: map[string]owner{}} }

func (n *names) add(name string, o owner) {
	if _, known := n.first[name]; !known {
		n.order = append(n.order, name)
	}
	n.first[name] = o
}

// lines spells the newest names, oldest first.
func (n *names) lines() []string {
	var out []string
	for _, name := range n.order[max(0, len(n.order)-maxNames):] {
		o := n.first[name]
		out = append(out, name+" "+o.feed+" "+o.entry)
	}
	return out
}

// parseNames reads lines; false when one makes no sense.
func parseNames(lines []string) (*names, bool) {
	n := newNames()
	for _, line := range lines {
		words := strings.Fields(line)
		if len(words) != 3 {
			return nil, false
		}
		n.add(words[0], owner{words[1], words[2]})
	}
	return n, true
}

// taken reports whether an article came before, as another feed's entry. What
// a feed brought that is no longer read is taken over by who has the same
// entry; an alert tells an article of one address once. What a site's own feed
// says of its article nobody hides by telling it first. read has the host of
// each feed that is read.
func (n *names) taken(e entry, f feed, read map[string]string) bool {
	for _, name := range e.names {
		o, known := n.first[name]
		_, there := read[o.feed]
		switch {
		case !known, there && e.home(read[f.key]) && !e.home(read[o.feed]) && !google().MatchString(read[o.feed]):
		case o.feed == f.key && (o.entry == e.key || !e.alert):
		case o.feed == f.key, there, o.entry != e.key:
			return true
		}
	}
	return false
}

// lost reports whether an article that a feed brought is now told by the feed
// of its own site.
func (n *names) lost(e entry, f feed, read map[string]string) bool {
	if e.home(read[f.key]) {
		return false
	}
	return slices.ContainsFunc(e.names, func(name string) bool {
		o, known := n.first[name]
		at := read[o.feed]
		return known && o.feed != f.key && at != "" && (hostOf(e.message.URL) == at || hostOf(e.id) == at)
	})
}

// home reports whether an entry is of a host, by its address and by its id.
func (e entry) home(host string) bool {
	named := hostOf(e.id)
	return host != "" && hostOf(e.message.URL) == host && (named == "" || named == host)
}

// hostOf is the host that an address or an id names; "": none.
func hostOf(id string) string {
	if rest, ok := strings.CutPrefix(id, "tag:"); ok { // RFC 4151
		authority, _, _ := strings.Cut(rest, ",")
		return bareHost(authority)
	}
	u, err := url.Parse(id)
	if err != nil {
		return ""
	}
	return bareHost(u.Host)
}

// bareHost is a host without what its spellings differ in.
func bareHost(host string) string { return strings.TrimPrefix(strings.ToLower(host), "www.") }

// own notes an article that was given out.
func (n *names) own(e entry, f feed) {
	for _, name := range e.names {
		n.add(name, owner{f.key, e.key})
	}
}

// everywhere is what ids look like that mean the same in every feed, besides
// those of worldwide.
var everywhere = pattern.Lazy(`^(?:yt:video:|t[13]_)\S{4}`)

// namesOf are what an article is known by in other feeds: its address, unless
// several entries of the document share it, and its id where that means the
// same in all.
func (p mapping) namesOf(id string, it *gofeed.Item, link string) []string {
	var out []string
	add := func(name string) {
		if n := digest(name); name != "" && !slices.Contains(out, n) {
			out = append(out, n)
		}
	}
	guid := strings.TrimSpace(it.GUID)
	for _, at := range []string{canonical(link), canonical(guid)} {
		if !p.shared[at] && !p.twice[it.GUID] {
			add(at)
		}
	}
	if !strings.HasPrefix(id, p.feed.key+"/") {
		add(id)
	} else if everywhere().MatchString(guid) && !p.twice[it.GUID] {
		add(guid)
	}
	return out
}

// sharedLinks are the addresses that several entries of a document lead to,
// and so name none of them: that of a podcast, of a page of notices.
func (f feed) sharedLinks(items []*gofeed.Item) map[string]bool {
	seen, shared := map[string]bool{}, map[string]bool{}
	for _, it := range items {
		at := canonical(f.address(it.Link))
		if at != "" && seen[at] && !f.wraps(it.Link) {
			shared[at] = true
		}
		seen[at] = true
	}
	return shared
}
