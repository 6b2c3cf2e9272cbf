package sandbox

import (
	"net/http"
	"strings"

	"vigie/inbox"
)

// person finds the person whom an account id names.
func (m *Mastodon) person(id string) (Person, bool) {
	n, ok := m.parse(id)
	if !ok || n <= 5000 {
		return Person{}, false
	}
	p := m.world.Person(int(n - 5000))
	return p, p.ID != 0
}

// relationship is how a brand stands to a person, as a Relationship.
func (m *Mastodon) relationship(c mastodonCall, p Person) obj {
	blocking, muting := m.world.Blocked(c.brand.Account, p.ID), m.muting(c.brand.Account, p.ID)
	return obj{
		"id": m.personID(p), "following": false, "followed_by": false, "requested": false, "blocking": blocking,
		"blocked_by": false, "muting": muting, "muting_notifications": muting, "domain_blocking": false, "endorsed": false, "note": "",
	}
}

func (m *Mastodon) relationships(c mastodonCall) {
	q := c.r.URL.Query()
	out := []obj{}
	for _, id := range append(q["id[]"], q["id"]...) {
		if p, ok := m.person(id); ok {
			out = append(out, m.relationship(c, p))
		}
	}
	c.answer(out)
}

// block sets or lifts a block, by the last word of the path.
func (m *Mastodon) block(c mastodonCall) {
	p, ok := m.person(c.r.PathValue("id"))
	if !ok || m.world.Block(c.brand.Account, p.ID, strings.HasSuffix(c.r.URL.Path, "/block")) != nil {
		c.refuse(http.StatusNotFound, "Record not found")
		return
	}
	c.answer(m.relationship(c, p))
}

// talk names a conversation of direct statuses: one with each person in each
// thread, also where the thread itself is public.
type talk struct {
	root   ItemID
	person int
}

func (t talk) number() uint64 { return uint64(t.root)<<20 | uint64(t.person) }

// talks returns the direct statuses of a brand by conversation, each oldest
// first.
func (m *Mastodon) talks(account inbox.AccountID) map[talk][]Item {
	all := map[talk][]Item{}
	for _, it := range m.world.Items(account, func(it Item) bool { return mastodonVisibility(it) == "direct" && !it.Deleted }) {
		t := talk{it.Root, m.other(it)}
		all[t] = append(all[t], it)
	}
	return all
}

// other is the person at the other end of a direct status; 0: nobody.
func (m *Mastodon) other(it Item) int {
	switch {
	case !it.ByBrand():
		return it.Person
	case it.With != 0:
		return it.With
	}
	parent, err := m.world.Item(it.Parent)
	if err != nil {
		return 0
	}
	if parent.ByBrand() && parent.Parent != 0 {
		return m.other(parent)
	}
	return parent.Person
}

// conversation is the state of a conversation whose newest status is last.
func (m *Mastodon) conversation(t talk, last Item) entry {
	n, _ := m.parse(m.StatusID(last))
	return entry{n, func() obj {
		unread := !last.ByBrand() && m.world.ReadUpTo(last.Account, t.person) < last.ID
		return obj{
			"id": m.spell(t.number()), "unread": unread, "last_status": m.render(last),
			"accounts": []any{m.personAccount(m.world.Person(t.person))},
		}
	}}
}

func (m *Mastodon) conversations(c mastodonCall) {
	var rows []entry
	for t, all := range m.talks(c.brand.Account) {
		rows = append(rows, m.conversation(t, all[len(all)-1]))
	}
	m.page(c, rows, 20, 40)
}

func (m *Mastodon) conversationRead(c mastodonCall) {
	n, _ := m.parse(c.r.PathValue("id"))
	for t, all := range m.talks(c.brand.Account) {
		if t.number() == n {
			last := all[len(all)-1]
			m.world.Read(c.brand.Account, t.person, last.ID)
			c.answer(m.conversation(t, last).render())
			return
		}
	}
	c.refuse(http.StatusNotFound, "Record not found")
}
