package sandbox

import (
	"cmp"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
)

func (m *Mastodon) verifyCredentials(c mastodonCall) {
	a := m.brandAccount(c.brand)
	a["source"] = obj{"privacy": "public", "language": c.brand.Lang}
	c.answer(a)
}

// entry is one row of a listing, with the number that pages go by.
type entry struct {
	n      uint64
	render func() obj
}

// page answers one page of a listing, newest first, with its Link header.
func (m *Mastodon) page(c mastodonCall, rows []entry, usual, most int) {
	slices.SortFunc(rows, func(a, b entry) int { return cmp.Compare(b.n, a.n) })
	q := c.r.URL.Query()
	limit := usual
	if n, err := strconv.Atoi(q.Get("limit")); err == nil && n > 0 {
		limit = min(n, most)
	}
	bound := func(name string) (uint64, bool) {
		if q.Get(name) == "" {
			return 0, false
		}
		n, _ := m.parse(q.Get(name)) // what is no id counts as 0, as on the real server
		return n, true
	}
	if n, ok := bound("max_id"); ok {
		rows = slices.DeleteFunc(rows, func(e entry) bool { return e.n >= n })
	}
	if n, ok := bound("since_id"); ok {
		rows = slices.DeleteFunc(rows, func(e entry) bool { return e.n <= n })
	}
	if n, ok := bound("min_id"); ok {
		rows = slices.DeleteFunc(rows, func(e entry) bool { return e.n <= n })
		rows = rows[max(0, len(rows)-limit):]
	}
	rows = rows[:min(limit, len(rows))]
	out := make([]obj, 0, len(rows))
	for _, e := range rows {
		out = append(out, e.render())
	}
	if len(rows) > 0 {
		link := func(rel, key string, n uint64) string {
			p := url.Values{"limit": {strconv.Itoa(limit)}, key: {m.spell(n)}}
			return fmt.Sprintf(`<http://%s%s?%s>; rel="%s"`, c.r.Host, c.r.URL.Path, p.Encode(), rel)
		}
		links := link("prev", "min_id", rows[0].n)
		if len(rows) == limit {
			links = link("next", "max_id", rows[len(rows)-1].n) + ", " + links
		}
		c.w.Header().Set("Link", links)
	}
	c.answer(out)
}

func (m *Mastodon) accountStatuses(c mastodonCall) {
	if c.r.PathValue("id") != m.brandID(c.brand) {
		c.refuse(http.StatusNotFound, "Record not found")
		return
	}
	replies := c.r.URL.Query().Get("exclude_replies") != "true"
	var rows []entry
	for _, it := range m.world.Items(c.brand.Account, Item.ByBrand) {
		if !it.Deleted && m.listed(it) && (replies || it.Parent == 0) {
			n, _ := m.parse(m.StatusID(it))
			rows = append(rows, entry{n, func() obj { return m.render(it) }})
		}
	}
	m.page(c, rows, 20, 40)
}

// listed reports whether the server's lists show an item by now.
func (m *Mastodon) listed(it Item) bool { return m.Lag <= 0 || !it.At.After(m.world.Now().Add(-m.Lag)) }

// notification is what tells the brand of an item, or of a like of one.
func (m *Mastodon) notification(it Item, kind string) entry {
	n := uint64(it.ID)*2 + 700_000
	account := m.author(it)
	if kind == "favourite" {
		n++
		account = m.personAccount(m.world.Person(1 + int(it.ID)%20))
	}
	return entry{n, func() obj {
		return obj{"id": m.spell(n), "type": kind, "created_at": mastodonTime(it.At), "account": account, "status": m.render(it)}
	}}
}

// mastodonNews is the type of notification by which a brand hears of an item;
// "": it does not.
func mastodonNews(it Item) string {
	switch {
	case it.ByBrand():
		return ""
	case it.Quotes != 0:
		return "quote"
	case it.Aside:
		return ""
	}
	return "mention"
}

func (m *Mastodon) notifications(c mastodonCall) {
	q := c.r.URL.Query()
	types, without := q["types[]"], q["exclude_types[]"]
	for _, kind := range types {
		if known := []string{"mention", "favourite", "reblog", "follow", "poll", "status", "admin.sign_up"}; m.Fork && !slices.Contains(known, kind) {
			c.refuse(http.StatusBadRequest, "Bad Request: unknown notification type "+kind)
			return
		}
	}
	wanted := func(kind string) bool {
		return (len(types) == 0 || slices.Contains(types, kind)) && !slices.Contains(without, kind)
	}
	rows := m.told(c.brand, wanted)
	for _, it := range m.world.Items(c.brand.Account, func(it Item) bool { return !it.Deleted && m.listed(it) }) {
		if kind := mastodonNews(it); kind != "" && wanted(kind) && !m.quiet(it) {
			rows = append(rows, m.notification(it, kind))
		}
		if it.ByBrand() && it.Likes > 0 && wanted("favourite") {
			rows = append(rows, m.notification(it, "favourite"))
		}
	}
	m.page(c, rows, 40, 80)
}

func (m *Mastodon) status(c mastodonCall) {
	it, ok := m.item(c, c.r.PathValue("id"))
	if !ok {
		c.refuse(http.StatusNotFound, "Record not found")
		return
	}
	c.answer(m.render(it))
}

// maxStatuses is how many statuses can be asked for at once.
const maxStatuses = 20

func (m *Mastodon) statuses(c mastodonCall) {
	ids := c.r.URL.Query()["id[]"]
	switch {
	case m.Fork:
		c.refuse(http.StatusNotFound, "Not Found")
		return
	case len(ids) > maxStatuses:
		c.refuse(http.StatusUnprocessableEntity, "Validation failed: too many statuses")
		return
	}
	out := []obj{}
	for _, id := range ids {
		if it, ok := m.item(c, id); ok {
			out = append(out, m.render(it))
		}
	}
	c.answer(out)
}

func (m *Mastodon) context(c mastodonCall) {
	it, ok := m.item(c, c.r.PathValue("id"))
	if !ok {
		c.refuse(http.StatusNotFound, "Record not found")
		return
	}
	all := m.world.Conversation(it.Root)
	byID := map[ItemID]Item{}
	for _, o := range all {
		byID[o.ID] = o
	}
	ancestors, descendants := []obj{}, []obj{}
	for up, ok := byID[it.Parent]; ok && !up.Deleted; up, ok = byID[up.Parent] {
		ancestors = append([]obj{m.render(up)}, ancestors...)
	}
	below := map[ItemID]bool{it.ID: true}
	for _, o := range all {
		if below[o.Parent] && !o.Deleted {
			below[o.ID] = true
			descendants = append(descendants, m.render(o))
		}
	}
	c.answer(obj{"ancestors": ancestors, "descendants": descendants})
}

// acct is how a person is addressed.
func acct(p Person) string { return "@" + p.Handle + "@" + p.Host }

// stripMention takes the leading mention of a person off a text.
func stripMention(text string, p Person) (string, bool) {
	if len(text) >= len(acct(p)) && strings.EqualFold(text[:len(acct(p))], acct(p)) {
		return strings.TrimLeft(text[len(acct(p)):], " \n"), true
	}
	return text, strings.Contains(strings.ToLower(text), strings.ToLower(acct(p)))
}
