package sandbox

import (
	"cmp"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"vigie/inbox"
	"vigie/inbox/text"
)

// listened are the hashtags that a brand's account listens to.
func listened(b Brand) []string {
	if b.Account == "nordlys-mastodon" {
		return []string{"planning"}
	}
	return nil
}

// mastodonToday is what was said on the fediverse this morning that is shown
// first: what a hashtag brings, a question with answers to choose from, a text
// behind a warning, and a post that is quoted.
func (w *World) mastodonToday() error {
	const account = "nordlys-mastodon"
	post, err := w.past(account, Item{Kind: BrandPost, Text: "Calendars that say no for you: the new focus mode is out.", Lang: "en", Likes: 64}, 26*time.Hour)
	if err != nil {
		return err
	}
	votes := []inbox.PollOption{{Text: text.CleanLine("Nordlys"), Votes: 41}, {Text: text.CleanLine("A spreadsheet"), Votes: 38}, {Text: text.CleanLine("Hope"), Votes: 112}}
	for _, said := range []struct {
		who  string
		ago  time.Duration
		item Item
	}{
		{"maya_lindqvist", 50 * time.Minute, Item{Text: "Week 3 without a meeting on Monday. Nobody noticed but everybody is rested. #planning", Aside: true}},
		{"joost_visser", 95 * time.Minute, Item{Text: "What do you plan your week with? #planning", Aside: true, Poll: &inbox.Poll{Options: votes, Voters: 191, Ends: w.Now().Add(9 * time.Hour).Truncate(time.Minute)}}},
		{"ida_holm", 2 * time.Hour, Item{Text: "Focus mode moved my physiotherapy to Sunday at 6. Is there a way to keep it off some calendars?", Warning: "health"}},
		{"sam_okafor", 130 * time.Minute, Item{Text: "If your calendar has to say no for you, who said yes?", Aside: true, Quotes: post.ID}},
	} {
		said.item.Kind, said.item.Lang, said.item.Person = Public, "en", w.somebody(said.who)
		if _, err := w.past(account, said.item, said.ago); err != nil {
			return err
		}
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
