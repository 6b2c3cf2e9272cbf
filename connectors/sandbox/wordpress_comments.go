package sandbox

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"vigie/inbox"
)

// wordpressZone is the blogs' own time.
var wordpressZone = time.FixedZone("CET", 3600)

// all are the items of a brand that are comments or pingbacks.
func (s *Wordpress) all(b Brand) []Item {
	return s.world.Items(b.Account, func(it Item) bool { return it.Kind == Public && !it.Deleted })
}

// ping reports whether an item is another page that links to the blog.
func (s *Wordpress) ping(it Item) bool { return s.under(it) == wordpressAbout && !it.ByBrand() }

// under is the post or page that an item stands under.
func (s *Wordpress) under(it Item) ItemID {
	if root, err := s.world.Item(it.Root); err == nil && root.Kind == BrandPost {
		return root.ID
	}
	return wordpressAbout
}

// parent is the comment that an item answers; 0: it answers the post. What
// answers a comment that is gone has moved up.
func (s *Wordpress) parent(it Item) ItemID {
	for it.Parent != 0 {
		up, err := s.world.Item(it.Parent)
		if err != nil || up.Kind == BrandPost {
			return 0
		}
		if !up.Deleted {
			return up.ID
		}
		it = up
	}
	return 0
}

var wordpressStatus = map[inbox.Status]string{
	"": "approved", inbox.StatusHeld: "hold", inbox.StatusSpam: "spam", inbox.StatusTrash: "trash",
}

// shown reports whether the user may see an item in a list.
func (s *Wordpress) shown(c wordpressCall, it Item) bool {
	return it.Status == "" || s.can()["moderate_comments"] && c.signed || it.ByBrand() && c.signed
}

// wordpressTime writes a time without its zone.
func wordpressTime(t time.Time) string { return t.Format("2006-01-02T15:04:05") }

// render is a comment as the API has it.
func (s *Wordpress) render(c wordpressCall, it Item) map[string]any {
	post := s.under(it)
	kind, base := "comment", "posts"
	if post == wordpressAbout {
		base = "pages"
	}
	p := s.world.Person(it.Person)
	author, name, mail, site := 0, p.Name, p.Handle+"@"+p.Host, ""
	if it.ByBrand() {
		author, name, mail = wordpressUser, c.brand.Name, c.brand.Handle+"@"+string(c.brand.Account)+".example"
	}
	if s.ping(it) {
		kind, mail, site = "pingback", "", "https://"+p.Handle+".example/carnet"
	}
	raw := wordpressEscape(it.Text)
	content := map[string]any{"rendered": wordpressParagraphs(raw)}
	out := map[string]any{
		"id": it.ID, "post": post, "parent": s.parent(it), "author": author, "author_name": name, "author_url": site,
		"date": wordpressTime(it.At.In(wordpressZone)), "date_gmt": wordpressTime(it.At), "content": content,
		"link": s.link(c, post) + "#comment-" + strconv.FormatInt(int64(it.ID), 10), "status": wordpressStatus[it.Status], "type": kind,
		"author_avatar_urls": wordpressFace(mail),
		"_links": map[string]any{"up": []map[string]any{{
			"embeddable": true, "post_type": strings.TrimSuffix(base, "s"), "href": s.route2(c, fmt.Sprintf("/wp/v2/%s/%d", base, post)),
		}}},
	}
	if c.r.URL.Query().Get("context") == "edit" {
		content["raw"] = raw
		out["author_email"], out["author_ip"], out["author_user_agent"] = mail, "203.0.113.7", "Mozilla/5.0"
	}
	if it.Bad {
		out["date_gmt"], out["content"] = "0000-00-00T00:00:00", false
	}
	return out
}

// route2 is the address of a route.
func (s *Wordpress) route2(c wordpressCall, route string) string {
	if s.Plain {
		return c.base + "/index.php?rest_route=" + url.QueryEscape(route)
	}
	return c.base + "/wp-json" + route
}

// wordpressEscape is what the blog keeps of what people typed.
func wordpressEscape(s string) string {
	return strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", "\r", "").Replace(s)
}

// wordpressParagraphs is what the blog makes of it for readers.
func wordpressParagraphs(s string) string {
	s = strings.ReplaceAll(strings.ReplaceAll(s, "'", "&#8217;"), "...", "&#8230;")
	return "<p>" + strings.ReplaceAll(strings.ReplaceAll(s, "\n\n", "</p>\n<p>"), "\n", "<br />\n") + "</p>\n"
}

func (s *Wordpress) link(c wordpressCall, post ItemID) string {
	if s.Plain {
		return fmt.Sprintf("%s/?p=%d", c.base, post)
	}
	return fmt.Sprintf("%s/billet-%d/", c.base, post)
}

// comments is the list, as strict as the real one about what may be asked.
func (s *Wordpress) comments(c wordpressCall) {
	q, err := readWordpressQuery(c.r.URL.Query())
	if err != nil {
		c.refuse(http.StatusBadRequest, "rest_invalid_param", "Invalid parameter(s): "+err.Error())
		return
	}
	can := s.can()
	if q.edit && !(c.signed && can["moderate_comments"]) {
		c.forbid("rest_forbidden_context", "Sorry, you are not allowed to edit comments.")
		return
	}
	if (q.status != "approve" || q.kind != "comment" || q.author != 0) && !(c.signed && can["edit_posts"]) {
		c.forbid("rest_forbidden_param", "Query parameter not permitted: status, type")
		return
	}
	found := slices.DeleteFunc(s.all(c.brand), func(it Item) bool { return !s.matches(q, it) })
	slices.SortFunc(found, func(a, b Item) int { return q.sign * int(a.ID-b.ID) })
	total, offset := len(found), q.offset
	if offset == 0 {
		offset = q.perPage * (q.page - 1)
	}
	found = found[min(offset, total):min(offset+q.perPage, total)]
	list := []map[string]any{}
	for _, it := range found {
		if s.shown(c, it) {
			list = append(list, s.render(c, it))
		}
	}
	pages := (total + q.perPage - 1) / q.perPage
	c.w.Header().Set("X-WP-Total", strconv.Itoa(total))
	c.w.Header().Set("X-WP-TotalPages", strconv.Itoa(pages))
	if q.page < pages {
		next := c.r.URL.Query()
		next.Set("page", strconv.Itoa(q.page+1))
		c.w.Header().Set("Link", fmt.Sprintf(`<%s?%s>; rel="next"`, s.route2(c, "/wp/v2/comments"), next.Encode()))
	}
	c.answer(http.StatusOK, list)
}

// wordpressQuery is what a list is asked for.
type wordpressQuery struct {
	edit                  bool
	status, kind          string
	page, perPage, offset int
	sign                  int // of the order by id
	include, parent, post []int64
	author                int64
}

// readWordpressQuery reads what a list is asked for. Its error is the name of
// the parameter that cannot be.
func readWordpressQuery(v url.Values) (wordpressQuery, error) {
	q := wordpressQuery{status: "approve", kind: "comment", page: 1, perPage: 10, sign: -1}
	for key, into := range map[string]*string{"status": &q.status, "type": &q.kind} {
		if w := v.Get(key); w != "" {
			*into = w
		}
	}
	most := map[string]int{"page": 1 << 30, "per_page": 100, "offset": 1 << 30}
	for key, into := range map[string]*int{"page": &q.page, "per_page": &q.perPage, "offset": &q.offset} {
		if w := v.Get(key); w != "" {
			n, err := strconv.Atoi(w)
			if err != nil || n < 0 || n == 0 && key != "offset" || n > most[key] {
				return q, errors.New(key)
			}
			*into = n
		}
	}
	for key, into := range map[string]*[]int64{"include": &q.include, "parent": &q.parent, "post": &q.post} {
		for word := range strings.SplitSeq(v.Get(key), ",") {
			if word == "" {
				continue
			}
			n, err := strconv.ParseInt(word, 10, 64)
			if err != nil {
				return q, errors.New(key)
			}
			*into = append(*into, n)
		}
	}
	q.author, _ = strconv.ParseInt(v.Get("author"), 10, 64)
	switch w := v.Get("context"); w {
	case "", "view", "embed":
	case "edit":
		q.edit = true
	default:
		return q, errors.New("context")
	}
	if w := v.Get("order"); w == "asc" {
		q.sign = 1
	} else if w != "" && w != "desc" {
		return q, errors.New("order")
	}
	if w := v.Get("orderby"); !slices.Contains([]string{"", "date", "date_gmt", "id", "include", "post", "parent", "type"}, w) {
		return q, errors.New("orderby")
	}
	return q, nil
}

// matches reports whether a list that is asked for so holds an item. "all" is
// what is published or held, "any" is everything, and a word that does not
// exist is nothing.
func (s *Wordpress) matches(q wordpressQuery, it Item) bool {
	status := wordpressStatus[it.Status]
	right := status == q.status
	switch q.status {
	case "any":
		right = true
	case "all":
		right = status == "approved" || status == "hold"
	case "approve":
		right = status == "approved"
	}
	kind := "comment"
	if s.ping(it) {
		kind = "pingback"
	}
	if q.kind != "all" && q.kind != kind && (q.kind != "pings" || kind != "pingback") {
		return false
	}
	in := func(list []int64, id ItemID) bool { return len(list) == 0 || slices.Contains(list, int64(id)) }
	return right && in(q.include, it.ID) && in(q.parent, s.parent(it)) && in(q.post, s.under(it)) &&
		(q.author == 0 || it.ByBrand() && q.author == wordpressUser)
}
