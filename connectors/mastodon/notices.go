package mastodon

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"time"

	"vigie/inbox"
	"vigie/inbox/text"
)

// noticeRest is the least time between two looks at what moderators tell.
const noticeRest = 5 * time.Minute

// notices reads the next page of what the server and its moderators tell: what
// they did to the account, who was cut off from it, and, to an account that
// moderates, reports and sign-ups. Own statuses that moderators took down are
// told as deleted. A server that knows no such notifications is not asked
// again.
func (c *connector) notices(ctx context.Context, me account, req inbox.FetchRequest) (*pass, error) {
	p := &pass{req: req, me: me, cur: readCursor(req.Cursor), since: req.Now.Add(-req.History)}
	c.mu.Lock()
	unheard := c.unheard
	c.mu.Unlock()
	if unheard {
		return p, nil
	}
	first := p.cur.Notes == mark{}
	q := url.Values{"types[]": {"moderation_warning", "severed_relationships", "admin.report", "admin.sign_up"}}
	items, err := c.list(ctx, p, "/api/v1/notifications", q, &p.cur.Notes, maxNotes)
	if errors.Is(err, inbox.ErrInvalid) && first {
		c.mu.Lock()
		c.unheard = true
		c.mu.Unlock()
		return p, nil
	}
	if err != nil {
		return nil, err
	}
	var oldest time.Time
	for i, raw := range items {
		var n notification
		at := time.Time{}
		if err := lenient(raw, &n); err == nil && sound(n.ID) {
			at, _ = time.Parse(time.RFC3339, n.At)
		}
		if at.IsZero() {
			p.refuse(fmt.Sprint("notice ", i+1, " of the page"), errors.New("it has no usable id or time"))
			continue
		}
		if oldest = at.UTC(); oldest.Before(p.since) {
			continue
		}
		if m, ok := c.notice(n, oldest); ok {
			p.page.Messages = append(p.page.Messages, m)
		}
		if n.Type == "moderation_warning" && n.Warning.Action == "delete_statuses" {
			for _, id := range n.Warning.Statuses {
				if sound(id) {
					p.page.Deleted = append(p.page.Deleted, string(id))
				}
			}
		}
	}
	p.stop(&p.cur.Notes, oldest)
	p.page.PollAfter = max(p.page.PollAfter, noticeRest)
	return p, tooBad(len(items), len(p.page.Refused))
}

// notice is one of them as a message of a conversation of its own, in the
// server's own words. It is answered on the server alone, where its address
// leads.
func (c *connector) notice(n notification, at time.Time) (inbox.Message, bool) {
	base := strings.TrimRight(c.client.Base().String(), "/")
	id := "notice-" + string(n.ID)
	m := inbox.Message{Remote: id, Conversation: id, Kind: inbox.KindReview, At: at, Author: c.moderators()}
	var words []string
	switch n.Type {
	case "moderation_warning":
		words = []string{n.Warning.Action, n.Warning.Text}
		if sound(n.Warning.ID) {
			m.URL = base + "/disputes/strikes/" + string(n.Warning.ID)
		}
	case "severed_relationships":
		words = []string{n.Event.Type, fmt.Sprintf("%s (-%d, -%d)", n.Event.Target, max(n.Event.Followers, 0), max(n.Event.Following, 0))}
		m.URL = base + "/severed_relationships"
	case "admin.report", "admin.sign_up":
		if !sound(n.Account.ID) {
			return m, false
		}
		m.Author, m.URL = author(n.Account), base+"/admin/accounts/"+string(n.Account.ID)
		if n.Type == "admin.report" {
			words = []string{n.Report.Category, "@" + n.Report.Target.Acct, n.Report.Comment}
			m.URL = base + "/admin/reports/" + url.PathEscape(string(n.Report.ID))
		}
	default:
		return m, false // a server that does not know the filter
	}
	m.Text = text.Clean(strings.TrimSpace(strings.Join(append([]string{n.Type}, words...), "\n")))
	return m, true
}

// moderators are who speaks where the server names nobody.
func (c *connector) moderators() inbox.Author {
	host := c.client.Base().Host
	c.mu.Lock()
	if c.server.Domain != "" {
		host = c.server.Domain
	}
	c.mu.Unlock()
	name := text.CleanLine(host)
	return inbox.Author{ID: "moderators", Handle: name, Name: name}
}
