package mastodon

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"time"

	"golang.org/x/text/unicode/norm"

	"vigie/connectors/htmltext"
	"vigie/connectors/httpx"
	"vigie/inbox"
)

const (
	// findPages bounds how far back an own status is looked for.
	findPages = 10
	// findMargin is how much older than its first byte a status may be: the
	// clocks differ.
	findMargin = 10 * time.Minute
)

// Find looks whether an action was done: a reply among the own statuses by
// parent and text, a like or a deletion by its target.
func (c *connector) Find(ctx context.Context, a inbox.Action) (inbox.Receipt, bool, error) {
	if a.FirstWire.IsZero() {
		return inbox.Receipt{}, false, nil
	}
	if !sound(a.Target) {
		return inbox.Receipt{}, false, fmt.Errorf("find %s: the target is no id of a status: %w", a.Kind, inbox.ErrInvalid)
	}
	if a.Kind == inbox.ActReply {
		return c.findReply(ctx, a)
	}
	s, err := c.one(ctx, remoteID(a.Target))
	gone := errors.Is(err, inbox.ErrGone)
	if err != nil && !gone {
		return inbox.Receipt{}, false, err
	}
	done := a.Kind == inbox.ActLike && s.Favourited || a.Kind == inbox.ActDelete && gone
	return inbox.Receipt{Remote: a.Target}, done, nil
}

// findReply walks the own statuses back to before the first byte left. The
// oldest match is the one that was sent first.
func (c *connector) findReply(ctx context.Context, a inbox.Action) (inbox.Receipt, bool, error) {
	me, err := c.self(ctx)
	if err != nil {
		return inbox.Receipt{}, false, err
	}
	want := comparable(a.Text)
	var found *status
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
		since := a.FirstWire.Add(-findMargin - skew(res.Header, c.now()))
		past := len(list) == 0
		for _, s := range readable(list) {
			if past = s.at.Before(since); past {
				break
			}
			if string(s.InReplyTo) == a.Target && comparable(htmltext.Text(s.Content)) == want {
				found = &s
			}
		}
		next := linkID(httpx.ParseLink(res.Header.Get("Link"))["next"], "max_id", list, len(list)-1)
		if past || next == "" || len(list) < maxStatuses {
			if found == nil {
				return inbox.Receipt{}, false, nil
			}
			return receipt(*found), true, nil
		}
		q.Set("max_id", string(next))
	}
	if found != nil {
		return receipt(*found), true, nil
	}
	return inbox.Receipt{}, false, &inbox.RetryError{Err: errors.New("look for an own status: too many newer ones")}
}

// skew is how far the server's clock is from ours.
func skew(h http.Header, now time.Time) time.Duration {
	t, err := http.ParseTime(h.Get("Date"))
	if err != nil {
		return 0
	}
	return min(t.Sub(now).Abs(), 24*time.Hour)
}

// remoteMention finds the host in a mention, which the server leaves out of
// what it shows.
var remoteMention = regexp.MustCompile(`(@[\pL\pN_.-]+)@[\pL\pN.-]+`)

// comparable is a text without what the server adds or leaves out: leading
// mentions, hosts of mentions, spacing, composition.
func comparable(s string) string {
	words := strings.Fields(norm.NFC.String(remoteMention.ReplaceAllString(s, "$1")))
	for len(words) > 0 && strings.HasPrefix(words[0], "@") {
		words = words[1:]
	}
	return strings.Join(words, " ")
}
