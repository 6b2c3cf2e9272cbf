package feeds

import (
	"errors"
	"net/http"

	"vigie/connectors/httpx"
	"vigie/inbox"
)

// Failing names the feeds that could not be read when they were asked last, and
// those that moved for good.
func (c *connector) Failing() []inbox.Source {
	c.mu.Lock()
	defer c.mu.Unlock()
	var out []inbox.Source
	for i, f := range c.feeds {
		if s, fails := c.failing[f.key]; fails {
			s.Number, s.Host = i+1, f.url.Host
			out = append(out, s)
		}
	}
	return out
}

// judge remembers how a feed is after an answer; one that was not asked is as
// it was.
func (c *connector) judge(f feed, a answer) {
	c.mu.Lock()
	defer c.mu.Unlock()
	switch {
	case a.gone:
		c.failing[f.key] = inbox.Source{Code: inbox.CodeGone}
	case a.err != nil:
		c.failing[f.key] = inbox.Source{Code: codeOf(a.err)}
	case a.asked && a.doc.moved && !a.doc.found:
		c.failing[f.key] = inbox.Source{Code: inbox.CodeMoved, To: a.doc.from.Host}
	case a.asked:
		delete(c.failing, f.key)
	}
}

// codeOf says why a feed could not be read in a word of inbox.
func codeOf(err error) string {
	switch status := httpx.StatusOf(err); {
	case status == http.StatusUnauthorized || status == http.StatusForbidden:
		return inbox.CodeRights
	case status == http.StatusNotFound || status == http.StatusGone:
		return inbox.CodeNotFound
	case errors.Is(err, httpx.ErrTooLarge):
		return inbox.CodeTooLong
	case errors.Is(err, errNoFeed), errors.Is(err, errNotFeed):
		return inbox.CodeStrange
	case status == http.StatusTooManyRequests, status >= 500, errors.Is(err, inbox.ErrResting), errors.Is(err, inbox.ErrUnreachable):
		return inbox.CodeRetry
	}
	return inbox.CodeInvalid
}
