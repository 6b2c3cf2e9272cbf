package sandbox

import (
	"time"

	"vigie/inbox"
)

// MastodonNotice is something that the server, or one of its moderators, tells
// a brand.
type MastodonNotice struct {
	// Type is the notification's: "moderation_warning",
	// "severed_relationships", "admin.report", "admin.sign_up".
	Type   string
	Action string   // of a warning: "delete_statuses"; of a severance: "domain_block"; of a report: its category
	Text   string   // the moderator's words, or the reporter's
	About  []ItemID // statuses it is about
	Target string   // of a severance: who is cut off
	Person int      // who reported, or signed up
	at     time.Time
}

// Notify tells a brand something.
func (m *Mastodon) Notify(account inbox.AccountID, n MastodonNotice) {
	n.at = m.world.Now()
	m.mu.Lock()
	defer m.mu.Unlock()
	m.notices[account] = append(m.notices[account], n)
}

// told lists what a brand was told, of the types that are wanted.
func (m *Mastodon) told(b Brand, wanted func(kind string) bool) []entry {
	m.mu.Lock()
	defer m.mu.Unlock()
	var rows []entry
	for i, n := range m.notices[b.Account] {
		if wanted(n.Type) {
			rows = append(rows, entry{600_000 + uint64(i), func() obj { return m.notice(b, n, i) }})
		}
	}
	return rows
}

// notice is one of them as a Notification.
func (m *Mastodon) notice(b Brand, n MastodonNotice, i int) obj {
	ids := []string{}
	for _, id := range n.About {
		if it, err := m.world.Item(id); err == nil {
			ids = append(ids, m.StatusID(it))
		}
	}
	id, at, own := m.spell(uint64(i+1)), mastodonTime(n.at), m.brandAccount(b)
	out := obj{"id": m.spell(600_000 + uint64(i)), "type": n.Type, "created_at": at, "account": own}
	switch n.Type {
	case "moderation_warning":
		out["moderation_warning"] = obj{
			"id": id, "action": n.Action, "text": n.Text, "status_ids": ids, "target_account": own, "appeal": nil, "created_at": at,
		}
	case "severed_relationships":
		out["event"] = obj{
			"id": id, "type": n.Action, "purged": false, "target_name": n.Target, "followers_count": 12, "following_count": 3, "created_at": at,
		}
	case "admin.report":
		out["account"] = m.personAccount(m.world.Person(n.Person))
		out["report"] = obj{
			"id": id, "action_taken": false, "category": n.Action, "comment": n.Text, "forwarded": false, "created_at": at,
			"status_ids": ids, "rule_ids": nil, "target_account": obj{"id": "77", "username": "vendeur", "acct": n.Target, "display_name": "Vendeur"},
		}
	case "admin.sign_up":
		out["account"] = m.personAccount(m.world.Person(n.Person))
	}
	return out
}
