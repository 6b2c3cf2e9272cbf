package sandbox

import (
	"cmp"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"vigie/inbox"
)

// listened are the hashtags that a brand's account listens to.
func listened(b Brand) []string {
	if b.Account == "nordlys-mastodon" {
		return []string{"planning"}
	}
	return nil
}

// public are the statuses of anybody that a search by words or hashtags finds.
func (m *Mastodon) public(account inbox.AccountID, match func(Item) bool) []entry {
	var rows []entry
	for _, it := range m.world.Items(account, match) {
		if !it.Deleted && m.listed(it) && mastodonVisibility(it) == "public" {
			n, _ := m.parse(m.StatusID(it))
			rows = append(rows, entry{n, func() obj { return m.render(it) }})
		}
	}
	return rows
}

func (m *Mastodon) tagged(c mastodonCall) {
	tag := strings.ToLower(c.r.PathValue("tag"))
	one, err := regexp.Compile(`(^|[^\pL\pN_])#` + regexp.QuoteMeta(tag) + `($|[^\pL\pN_])`)
	if err != nil {
		c.refuse(http.StatusNotFound, "Record not found")
		return
	}
	m.page(c, m.public(c.brand.Account, func(it Item) bool { return one.MatchString(strings.ToLower(it.Text)) }), 20, 40)
}

// search finds statuses by a word, newest first, as the server's search engine
// does: min_id bounds the answer from below and does not walk forward.
func (m *Mastodon) search(c mastodonCall) {
	q := c.r.URL.Query()
	words := strings.Fields(strings.ToLower(strings.ReplaceAll(q.Get("q"), `"`, " ")))
	limit := 20
	if n, err := strconv.Atoi(q.Get("limit")); err == nil && n > 0 {
		limit = min(n, 40)
	}
	var rows []entry
	if !m.NoSearch && !m.Fork && q.Get("type") == "statuses" && len(words) > 0 {
		rows = m.public(c.brand.Account, func(it Item) bool {
			mine := q.Get("account_id") == "" || it.ByBrand() == (q.Get("account_id") == m.brandID(c.brand))
			return mine && strings.Contains(strings.ToLower(it.Text), strings.Join(words, " "))
		})
	}
	from, _ := m.parse(q.Get("min_id"))
	to, bounded := m.parse(q.Get("max_id"))
	rows = slices.DeleteFunc(rows, func(e entry) bool { return e.n <= from || bounded && e.n >= to })
	slices.SortFunc(rows, func(a, b entry) int { return cmp.Compare(b.n, a.n) })
	found := []obj{}
	for _, e := range rows[:min(limit, len(rows))] {
		found = append(found, e.render())
	}
	c.answer(obj{"accounts": []any{}, "statuses": found, "hashtags": []any{}})
}
