package sandbox

import (
	"net/http"
	"slices"
	"strings"
	"unicode/utf8"

	"vigie/inbox"
)

// mastodonBonds is what brands do not want to hear of. The server's mutex
// guards it.
type mastodonBonds struct {
	muted map[bond]bool
	left  map[ItemID]bool   // conversations, by their first item
	apart map[ItemID]ItemID // what was quoted, by what it was taken out of
}

// MastodonReport is what a brand told the moderators.
type MastodonReport struct {
	Account  inbox.AccountID
	Person   int
	Statuses []string
	Category string
	Rules    []string
	Comment  string
	Forward  bool
}

// Reports lists what was told the moderators, oldest first.
func (m *Mastodon) Reports() []MastodonReport {
	m.mu.Lock()
	defer m.mu.Unlock()
	return slices.Clone(m.reports)
}

// quiet reports whether a brand is told nothing of an item.
func (m *Mastodon) quiet(it Item) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.bonds.muted[bond{it.Account, it.Person}] || m.bonds.left[it.Root]
}

func (m *Mastodon) muting(account inbox.AccountID, person int) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.bonds.muted[bond{account, person}]
}

func (m *Mastodon) hasLeft(root ItemID) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.bonds.left[root]
}

// takenFrom is what a status quoted before that was taken out of it; 0: nothing.
func (m *Mastodon) takenFrom(it Item) ItemID {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.bonds.apart[it.ID]
}

// quote is what a status quotes, as a Quote; nil: nothing.
func (m *Mastodon) quote(it Item) any {
	if m.Fork {
		return nil
	}
	if m.takenFrom(it) != 0 {
		return obj{"state": "revoked", "quoted_status": nil}
	}
	if it.Quotes == 0 {
		return nil
	}
	own, err := m.world.Item(it.Quotes)
	if err != nil || own.Deleted {
		return obj{"state": "deleted", "quoted_status": nil}
	}
	return obj{"state": "accepted", "quoted_status": m.render(own)}
}

// mute sets or lifts a mute of a person, by the last word of the path.
func (m *Mastodon) mute(c mastodonCall) {
	p, ok := m.person(c.r.PathValue("id"))
	if !ok {
		c.refuse(http.StatusNotFound, "Record not found")
		return
	}
	on := strings.HasSuffix(c.r.URL.Path, "/mute")
	m.mu.Lock()
	if m.bonds.muted == nil {
		m.bonds.muted = map[bond]bool{}
	}
	was := m.bonds.muted[bond{c.brand.Account, p.ID}]
	m.bonds.muted[bond{c.brand.Account, p.ID}] = on
	m.mu.Unlock()
	said := m.world.Items(c.brand.Account, func(it Item) bool { return it.Person == p.ID })
	if was != on && len(said) > 0 {
		_ = m.world.Did(said[len(said)-1].ID, either(on, inbox.ActMute, inbox.ActUnmute), "") // the item is there
	}
	c.answer(m.relationship(c, p))
}

// muteTalk leaves a conversation, or comes back to it.
func (m *Mastodon) muteTalk(c mastodonCall) {
	it, ok := m.item(c, c.r.PathValue("id"))
	if !ok {
		c.refuse(http.StatusNotFound, "Record not found")
		return
	}
	on := strings.HasSuffix(c.r.URL.Path, "/mute")
	m.mu.Lock()
	if m.bonds.left == nil {
		m.bonds.left = map[ItemID]bool{}
	}
	was := m.bonds.left[it.Root]
	m.bonds.left[it.Root] = on
	m.mu.Unlock()
	if was != on {
		_ = m.world.Did(it.ID, either(on, inbox.ActLeave, inbox.ActRejoin), "") // the item is there
	}
	m.status(c)
}

// revoke takes a status of the brand out of one that quotes it.
func (m *Mastodon) revoke(c mastodonCall) {
	own, ok := m.own(c)
	if !ok {
		return
	}
	quote, there := m.item(c, c.r.PathValue("quote"))
	if !there || quote.Quotes != own.ID && m.takenFrom(quote) != own.ID || m.world.Detach(quote.ID) != nil {
		c.refuse(http.StatusNotFound, "Record not found")
		return
	}
	m.mu.Lock()
	if m.bonds.apart == nil {
		m.bonds.apart = map[ItemID]ItemID{}
	}
	m.bonds.apart[quote.ID] = own.ID
	m.mu.Unlock()
	quote, _ = m.world.Item(quote.ID)
	c.answer(m.render(quote))
}

func (m *Mastodon) report(c mastodonCall) {
	f, ok := c.form()
	if !ok {
		return
	}
	p, there := m.person(f.AccountID)
	rules := mastodonRules()
	switch known := func(id string) bool {
		return slices.ContainsFunc(rules, func(r obj) bool { return r["id"] == id })
	}; {
	case !there:
		c.refuse(http.StatusNotFound, "Record not found")
		return
	case utf8.RuneCountInString(f.Comment) > 1000:
		c.refuse(http.StatusUnprocessableEntity, "Validation failed: Comment is too long (maximum is 1000 characters)")
		return
	case f.Category != "" && !slices.Contains([]string{"spam", "legal", "violation", "other"}, f.Category):
		c.refuse(http.StatusUnprocessableEntity, "'"+f.Category+"' is not a valid category")
		return
	case f.Category == "violation" && !m.Fork && (len(f.Rules) == 0 || !slices.ContainsFunc(f.Rules, known)):
		c.refuse(http.StatusUnprocessableEntity, "Validation failed: Rule ids does not reference valid rules")
		return
	}
	for _, id := range f.Statuses {
		it, ok := m.item(c, id)
		if !ok || it.Person != p.ID {
			c.refuse(http.StatusNotFound, "Record not found")
			return
		}
		_ = m.world.Did(it.ID, inbox.ActReport, f.Comment) // the item is there
	}
	m.mu.Lock()
	m.reports = append(m.reports, MastodonReport{c.brand.Account, p.ID, f.Statuses, f.Category, f.Rules, f.Comment, f.Forward})
	id := len(m.reports)
	m.mu.Unlock()
	c.answer(obj{
		"id": m.spell(uint64(id)), "action_taken": false, "category": f.Category, "comment": f.Comment, "forwarded": f.Forward,
		"created_at": mastodonTime(m.world.Now()), "status_ids": f.Statuses, "rule_ids": f.Rules, "target_account": m.personAccount(p),
	})
}
