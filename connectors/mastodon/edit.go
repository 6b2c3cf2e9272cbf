package mastodon

import (
	"cmp"
	"context"
	"net/http"
	"strings"

	"vigie/connectors/httpx"
	"vigie/inbox"
	"vigie/inbox/pattern"
)

// edit gives an own status another text and keeps all else as it is: the
// server drops what is not said again. A poll cannot be said again without
// losing its votes, so that a status with one is not edited.
func (c *connector) edit(ctx context.Context, a inbox.Action) (inbox.Receipt, error) {
	s, err := c.ownStatus(ctx, a)
	if err != nil {
		return inbox.Receipt{}, unsent(err)
	}
	if s.Poll != nil {
		return inbox.Receipt{}, refusedBy(inbox.Problem{Code: inbox.CodeUnsupported, Detail: "edit: it asks a question whose votes would be lost"}, inbox.ErrUnsupported)
	}
	path := "/api/v1/statuses/" + a.Target
	form := map[string]any{"status": renamed(a.Text, s), "spoiler_text": s.Spoiler, "sensitive": s.Sensitive, "media_ids": mediaIDs(s)}
	if l := language(s.Language); l != "" {
		form["language"] = l
	}
	res, err := c.write(ctx, scopeOf(a.Kind), httpx.Request{Method: http.MethodPut, Path: path, JSON: form})
	if err != nil {
		return inbox.Receipt{}, c.without(ctx, a.Kind, path, err)
	}
	after, err := readStatus(res.Body)
	if err != nil {
		return inbox.Receipt{}, res.Unreadable(err)
	}
	return inbox.Receipt{Remote: a.Target, URL: address(after), At: after.edited}, nil
}

// ownStatus reads the status of ours that an action is about.
func (c *connector) ownStatus(ctx context.Context, a inbox.Action) (status, error) {
	me, err := c.self(ctx)
	if err != nil {
		return status{}, err
	}
	s, err := c.one(ctx, remoteID(a.Target))
	if err == nil && s.Account.ID != me.ID {
		err = refusedBy(inbox.Problem{Code: inbox.CodeNotOurs, Detail: string(a.Kind) + ": it is not ours"}, inbox.ErrInvalid)
	}
	return s, err
}

func mediaIDs(s status) []string {
	out := []string{}
	for _, md := range s.Media {
		if md.ID != "" {
			out = append(out, string(md.ID))
		}
	}
	return out
}

// shownMention finds a mention, with or without its host.
var shownMention = pattern.Lazy(`(^|[^\pL\pN_@./-])@([\pL\pN_.-]*[\pL\pN_])(@[\pL\pN_.:-]+)?`)

// named is a text with the hosts of all whom a status mentions: what a server
// shows of a mention lacks them. A name that two of them share stays as it is.
func named(s string, of status) string {
	return shownMention().ReplaceAllStringFunc(s, func(found string) string {
		part := shownMention().FindStringSubmatch(found)
		whole := ""
		for _, m := range of.Mentions {
			name, _, away := strings.Cut(m.Acct, "@")
			switch {
			case part[3] != "" || !strings.EqualFold(name, part[2]):
			case !away || whole != "":
				return found
			default:
				whole = part[1] + "@" + m.Acct
			}
		}
		return cmp.Or(whole, found)
	})
}

// renamed is a corrected text in which everybody is called as the server knows
// them; and whom a status answers is mentioned in it.
func renamed(s string, was status) string {
	s = named(s, was)
	for _, m := range was.Mentions {
		if was.InReplyTo != "" && m.ID == was.AnswersTo {
			s = addressed(s, []string{m.Acct})
		}
	}
	return s
}
