package sandbox

import (
	"fmt"
	"html"
	"strings"
	"time"
	"unicode/utf8"

	"vigie/inbox/pattern"
)

// obj is a JSON object.
type obj = map[string]any

// mastodonTime is how the API spells a time.
func mastodonTime(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.000Z") }

// brandID and personID are account ids of the server.
func (m *Mastodon) brandID(b Brand) string {
	for i, other := range m.world.brands {
		if other.Account == b.Account {
			return m.spell(1000 + uint64(i))
		}
	}
	return m.spell(999)
}

// PersonID is how the server spells a person.
func (m *Mastodon) PersonID(id int) string { return m.personID(m.world.Person(id)) }

func (m *Mastodon) personID(p Person) string { return m.spell(5000 + uint64(p.ID)) }

func (m *Mastodon) brandAccount(b Brand) obj {
	return obj{
		"id": m.brandID(b), "username": b.Handle, "acct": b.Handle, "display_name": b.Name, "locked": false, "bot": false,
		"created_at": "2023-03-14T00:00:00.000Z", "note": "<p>" + html.EscapeString(b.Bio) + "</p>",
		"url": "https://" + mastodonHost + "/@" + b.Handle, "followers_count": 2140, "following_count": 311, "statuses_count": 987,
		"emojis": []any{}, "fields": []any{},
	}
}

func (m *Mastodon) personAccount(p Person) obj {
	return obj{
		"id": m.personID(p), "username": p.Handle, "acct": p.Handle + "@" + p.Host, "display_name": p.Name, "locked": false, "bot": false,
		"created_at": "2022-11-05T00:00:00.000Z", "note": "<p>" + html.EscapeString(strings.TrimPrefix(p.Bio, "*")) + "</p>",
		"url": "https://" + p.Host + "/@" + p.Handle, "followers_count": p.Followers, "following_count": 120, "statuses_count": 345,
		"emojis": []any{}, "fields": []any{},
	}
}

func (m *Mastodon) author(it Item) obj {
	if it.ByBrand() {
		b, _ := m.world.Brand(it.Account)
		return m.brandAccount(b)
	}
	return m.personAccount(m.world.Person(it.Person))
}

// mentioned is the account that an item is addressed to; nil: nobody.
func (m *Mastodon) mentioned(it Item) obj {
	switch {
	case it.Aside:
		return nil
	case !it.ByBrand():
		b, _ := m.world.Brand(it.Account)
		return m.brandAccount(b)
	case it.With != 0:
		return m.personAccount(m.world.Person(it.With))
	case it.Parent != 0:
		if parent, err := m.world.Item(it.Parent); err == nil && !parent.ByBrand() {
			return m.personAccount(m.world.Person(parent.Person))
		}
	}
	return nil
}

func mastodonVisibility(it Item) string {
	switch {
	case it.Visibility != "":
		return it.Visibility
	case it.Kind == Direct:
		return "direct"
	}
	return "public"
}

// render is an item as a Status.
func (m *Mastodon) render(it Item) obj {
	account := m.author(it)
	id := m.StatusID(it)
	host := mastodonHost
	if !it.ByBrand() {
		host = m.world.Person(it.Person).Host
	}
	s := obj{
		"id": id, "created_at": mastodonTime(it.At), "in_reply_to_id": nil, "in_reply_to_account_id": nil, "sensitive": it.Warning != "",
		"spoiler_text": it.Warning, "visibility": mastodonVisibility(it), "language": it.Lang, "edited_at": nil, "reblog": nil,
		"uri":           "https://" + host + "/users/" + fmt.Sprint(account["username"]) + "/statuses/" + id,
		"url":           "https://" + host + "/@" + fmt.Sprint(account["username"]) + "/" + id,
		"replies_count": m.answers(it), "reblogs_count": it.Reposts, "favourites_count": it.Likes, "favourited": it.Liked,
		"reblogged": false, "muted": m.hasLeft(it.Root), "bookmarked": false, "account": account, "media_attachments": m.hanging(it),
		"mentions": []any{}, "tags": []any{}, "emojis": []any{}, "card": nil, "poll": m.poll(it), "quote": m.quote(it),
		"quote_approval": obj{"automatic": []string{"public"}, "manual": []string{}, "current_user": "automatic"},
	}
	if it.Parent != 0 {
		if parent, err := m.world.Item(it.Parent); err == nil && !parent.Deleted {
			s["in_reply_to_id"], s["in_reply_to_account_id"] = m.StatusID(parent), m.author(parent)["id"]
		}
	}
	if !it.Edited.IsZero() {
		s["edited_at"] = mastodonTime(it.Edited)
	}
	if it.Image != "" {
		s["media_attachments"] = []any{obj{
			"id": id, "type": "image", "url": "https://files." + host + "/" + id + ".jpg", "description": it.Image,
		}}
	}
	mention := m.mentioned(it)
	if mention != nil {
		s["mentions"] = []any{obj{"id": mention["id"], "username": mention["username"], "url": mention["url"], "acct": mention["acct"]}}
	}
	s["content"] = mastodonHTML(it.Text, mention)
	if it.Bad {
		s["content"], s["account"], s["created_at"] = 5, []any{}, obj{"when": "yesterday"}
	}
	return s
}

// poll is the question that an item asks, as a Poll; nil: none.
func (m *Mastodon) poll(it Item) any {
	if it.Poll == nil {
		return nil
	}
	votes, options := 0, []obj{}
	for _, o := range it.Poll.Options {
		votes += o.Votes
		options = append(options, obj{"title": o.Text.String(), "votes_count": o.Votes})
	}
	out := obj{
		"id": m.StatusID(it), "expires_at": nil, "expired": false, "multiple": it.Poll.Multiple, "votes_count": votes,
		"voters_count": nil, "options": options, "emojis": []any{}, "voted": false, "own_votes": []any{},
	}
	if it.Poll.Multiple {
		out["voters_count"] = it.Poll.Voters
	}
	if !it.Poll.Ends.IsZero() {
		out["expires_at"], out["expired"] = mastodonTime(it.Poll.Ends), !it.Poll.Ends.After(m.world.Now())
	}
	return out
}

// answers counts what answers an item directly.
func (m *Mastodon) answers(it Item) int {
	n := 0
	for _, other := range m.world.Conversation(it.Root) {
		if other.Parent == it.ID && !other.Deleted {
			n++
		}
	}
	return n
}

// mastodonMarkup finds what the server makes links of.
var mastodonMarkup = pattern.Lazy(`https?://[^\s<>"]+|#[\pL\pN_]+`)

// mastodonHTML is a plain text as the server's HTML: paragraphs, breaks,
// mentions, hashtags and links with their invisible parts.
func mastodonHTML(text string, mention obj) string {
	text = strings.ToValidUTF8(text, "\uFFFD")
	var b strings.Builder
	b.WriteString("<p>")
	if mention != nil {
		fmt.Fprintf(&b, `<span class="h-card" translate="no"><a href="%s" class="u-url mention">@<span>%s</span></a></span> `,
			html.EscapeString(fmt.Sprint(mention["url"])), html.EscapeString(fmt.Sprint(mention["username"])))
	}
	for {
		at := mastodonMarkup().FindStringIndex(text)
		if at == nil {
			break
		}
		b.WriteString(mastodonLines(text[:at[0]]))
		if word := text[at[0]:at[1]]; word[0] == '#' {
			fmt.Fprintf(&b, `<a href="https://%s/tags/%s" class="mention hashtag" rel="tag">#<span>%s</span></a>`,
				mastodonHost, html.EscapeString(word[1:]), html.EscapeString(word[1:]))
		} else {
			b.WriteString(mastodonLink(word))
		}
		text = text[at[1]:]
	}
	b.WriteString(mastodonLines(text))
	b.WriteString("</p>")
	return b.String()
}

func mastodonLines(s string) string {
	s = html.EscapeString(s)
	s = strings.ReplaceAll(s, "\n\n", "</p><p>")
	return strings.ReplaceAll(s, "\n", "<br />")
}

// mastodonLink shows at most 30 characters of an address, the rest invisible.
func mastodonLink(address string) string {
	scheme, rest, _ := strings.Cut(address, "://")
	shown, hidden, class := rest, "", ""
	if utf8.RuneCountInString(rest) > 30 {
		r := []rune(rest)
		shown, hidden, class = string(r[:30]), string(r[30:]), "ellipsis"
	}
	return fmt.Sprintf(`<a href="%s" target="_blank" rel="nofollow noopener noreferrer" translate="no"><span class="invisible">%s://</span><span class="%s">%s</span><span class="invisible">%s</span></a>`,
		html.EscapeString(address), scheme, class, html.EscapeString(shown), html.EscapeString(hidden))
}
