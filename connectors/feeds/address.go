package feeds

import (
	"cmp"
	"net/url"
	"strings"

	"vigie/inbox/pattern"
	"vigie/inbox/text"
)

// address is a link as it can be opened: whole, of the web, and without the
// wrapper of Google Alerts. "" when there is none.
func (f feed) address(link string) string {
	link = strings.TrimSpace(link)
	if link == "" || text.CleanLine(link).String() != link {
		return ""
	}
	u, err := f.base().Parse(link)
	if err != nil {
		return ""
	}
	if real := unwrapped(u); real != nil {
		u = real
	}
	if (u.Scheme != "http" && u.Scheme != "https") || u.Host == "" {
		return ""
	}
	u.Host = inASCII(u.Host)
	return u.String()
}

// base is what relative links are of: the address of the document without its
// sign-in.
func (f feed) base() *url.URL {
	u := *cmp.Or(f.from, f.url)
	u.User = nil
	return &u
}

// wraps reports whether a link is one of Google Alerts' wrappers.
func (f feed) wraps(link string) bool {
	u, err := f.base().Parse(strings.TrimSpace(link))
	return err == nil && unwrapped(u) != nil
}

// google is a host that wraps the links of its alerts.
var google = pattern.Lazy(`^(?:www\.)?google\.(?:[a-z]{2,3}|com?\.[a-z]{2})$`)

// unwrapped is the address behind https://www.google.com/url?url=…, nil for
// any other.
func unwrapped(u *url.URL) *url.URL {
	if !google().MatchString(strings.ToLower(u.Hostname())) || u.Path != "/url" {
		return nil
	}
	q := u.Query()
	real, err := url.Parse(cmp.Or(q.Get("url"), q.Get("q")))
	if err != nil || !real.IsAbs() {
		return nil
	}
	return real
}
