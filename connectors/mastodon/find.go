package mastodon

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"golang.org/x/text/unicode/norm"

	"vigie/connectors/htmltext"
	"vigie/connectors/httpx"
	"vigie/inbox"
	"vigie/inbox/pattern"
)

const (
	// findPages bounds how far back a list is looked through.
	findPages = 10
	// findMargin is how far outside the time of sending a status may be, the
	// clocks' difference apart.
	findMargin = 5 * time.Minute
)

// Find looks whether an action was done: a text among the own statuses by
// parent, text and time, a state by reading it. Two statuses that might both
// be the text are ErrConflict.
func (c *connector) Find(ctx context.Context, a inbox.Action) (inbox.Receipt, bool, error) {
	if a.FirstWire.IsZero() {
		return inbox.Receipt{}, false, nil
	}
	if !sound(a.Target) {
		return inbox.Receipt{}, false, fmt.Errorf("find %s: the target is no id of a status: %w", a.Kind, inbox.ErrInvalid)
	}
	ctx = httpx.ForPerson(ctx)
	r := inbox.Receipt{Remote: a.Target}
	switch a.Kind {
	case inbox.ActReply, inbox.ActPrivate:
		return c.findAnswer(ctx, a)
	case inbox.ActLike, inbox.ActUnlike, inbox.ActDelete:
		s, err := c.one(ctx, remoteID(a.Target))
		gone := errors.Is(err, inbox.ErrGone)
		switch {
		case gone:
			return r, a.Kind == inbox.ActDelete, nil
		case err != nil:
			return inbox.Receipt{}, false, err
		}
		return r, a.Kind == inbox.ActLike && s.Favourited || a.Kind == inbox.ActUnlike && !s.Favourited, nil
	case inbox.ActLeave, inbox.ActRejoin, inbox.ActDetach, inbox.ActEdit:
		s, err := c.one(ctx, remoteID(a.Target))
		return r, err == nil && carried(a, s), err
	case inbox.ActBlock, inbox.ActUnblock, inbox.ActMute, inbox.ActUnmute:
		return c.findRelation(ctx, a)
	case inbox.ActRead:
		id, err := c.unreadTalk(ctx, a.Conversation)
		return r, err == nil && id == "", err
	}
	return inbox.Receipt{}, false, fmt.Errorf("find %s: %w", a.Kind, inbox.ErrUnsupported)
}

// carried reports whether a status is as an action would have it.
func carried(a inbox.Action, s status) bool {
	switch a.Kind {
	case inbox.ActLeave:
		return s.Muted
	case inbox.ActRejoin:
		return !s.Muted
	case inbox.ActDetach:
		_, quotes := s.quoted()
		return !quotes
	}
	return sameText(a.Text, htmltext.Text(s.Content)) // an edit
}

func (c *connector) findRelation(ctx context.Context, a inbox.Action) (inbox.Receipt, bool, error) {
	who, err := c.authorOf(ctx, a)
	if err != nil {
		return inbox.Receipt{}, false, err
	}
	res, err := c.call(ctx, httpx.Request{Path: "/api/v1/accounts/relationships", Query: url.Values{"id[]": {string(who)}}})
	if err != nil {
		return inbox.Receipt{}, false, err
	}
	var list []struct {
		ID       remoteID `json:"id"`
		Blocking bool     `json:"blocking"`
		Muting   bool     `json:"muting"`
	}
	if err := res.Decode(&list); err != nil {
		return inbox.Receipt{}, false, err
	}
	for _, r := range list {
		if r.ID == who {
			stands := map[inbox.ActionKind]bool{
				inbox.ActBlock: r.Blocking, inbox.ActUnblock: !r.Blocking, inbox.ActMute: r.Muting, inbox.ActUnmute: !r.Muting,
			}
			return inbox.Receipt{Remote: string(who)}, stands[a.Kind], nil
		}
	}
	return inbox.Receipt{}, false, res.Unreadable(errors.New("it names another account"))
}

// search is one look through the own statuses.
type search struct {
	action       inbox.Action
	since, until time.Time
	found        []status
	past         bool // what is older than the action was reached
	unread       int  // statuses that could not be understood
}

// findAnswer walks the own statuses back to before the first byte left,
// without a gap: what cannot be read to there is no sure no.
func (c *connector) findAnswer(ctx context.Context, a inbox.Action) (inbox.Receipt, bool, error) {
	me, err := c.self(ctx)
	if err != nil {
		return inbox.Receipt{}, false, err
	}
	look := search{action: a}
	q := url.Values{"limit": {strconv.Itoa(maxStatuses)}, "exclude_reblogs": {"true"}}
	for range findPages {
		res, err := c.call(ctx, httpx.Request{Path: "/api/v1/accounts/" + string(me.ID) + "/statuses", Query: q})
		if err != nil {
			return inbox.Receipt{}, false, err
		}
		list, err := readList(res.Body)
		if err != nil {
			return inbox.Receipt{}, false, res.Unreadable(err)
		}
		now := c.now()
		margin := findMargin + httpx.Skew(res.Header, now).Abs()
		look.since, look.until = a.FirstWire.Add(-margin), now.Add(margin)
		look.page(list)
		next, more := nextPage(res.Header, list, q.Get("max_id"))
		if look.past || !more {
			return look.result()
		}
		q.Set("max_id", string(next))
	}
	return inbox.Receipt{}, false, &inbox.RetryError{Err: errors.New("look for an own status: too many newer ones")}
}

func (l *search) page(list []json.RawMessage) {
	for _, raw := range list {
		s, err := readStatus(raw)
		switch {
		case err != nil:
			l.unread++
		case s.at.Before(l.since):
			l.past = true
			return
		case !s.at.After(l.until) && l.matches(s):
			l.found = append(l.found, s)
		}
	}
}

// matches reports whether a status is what the action would have become.
func (l *search) matches(s status) bool {
	a := l.action
	if a.ThreadKind != "" {
		direct := a.Kind == inbox.ActPrivate || a.Visibility == "direct" || a.ThreadKind == inbox.KindDM
		if s.direct() != direct {
			return false
		}
	}
	return string(s.InReplyTo) == a.Target && sameText(a.Text, htmltext.Text(s.Content))
}

func (l *search) result() (inbox.Receipt, bool, error) {
	switch {
	case len(l.found) > 1:
		return inbox.Receipt{}, false, fmt.Errorf("%d own statuses with this text answer it: %w", len(l.found), inbox.ErrConflict)
	case len(l.found) == 1:
		return receipt(l.action, l.found[0]), true, nil
	case l.unread > 0:
		return inbox.Receipt{}, false, &inbox.RetryError{Err: fmt.Errorf("look for an own status: %d could not be read", l.unread)}
	}
	return inbox.Receipt{}, false, nil
}

// remoteMention finds the host in a mention, which the server leaves out of
// what it shows.
var remoteMention = pattern.Lazy(`(@[\pL\pN_.-]+)@[\pL\pN.-]+`)

// sameText reports whether a shown text is one that was sent: but for the
// mentions that were put before it, the hosts of mentions, spacing and
// composition.
func sameText(sent, shown string) bool {
	typed, want := comparable(sent)
	all, got := comparable(shown)
	return want == got && !slices.ContainsFunc(typed, func(m string) bool { return !slices.Contains(all, m) })
}

// comparable splits a text into the mentions it begins with, in lower case,
// and the rest, each free of what differs between what is sent and shown.
func comparable(s string) (to []string, rest string) {
	words := strings.Fields(norm.NFC.String(remoteMention().ReplaceAllString(s, "$1")))
	for len(words) > 0 && strings.HasPrefix(words[0], "@") {
		to, words = append(to, strings.ToLower(words[0])), words[1:]
	}
	return to, strings.Join(words, " ")
}
