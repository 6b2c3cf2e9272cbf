package feeds

import (
	"net/url"
	"strings"
	"unicode/utf8"

	"golang.org/x/net/idna"

	"vigie/inbox/pattern"
)

// canonical spells the address of an article in the one way that all of its
// spellings share: without scheme, www, default port, trailing slash, what
// measures readers, and what asks for the AMP version. "" for the front page
// of a site, which names no article, and for what is no address of the web.
func canonical(link string) string {
	u, err := url.Parse(link)
	if err != nil || u.Host == "" || (u.Scheme != "http" && u.Scheme != "https") {
		return ""
	}
	if inner := outOfCache(u); inner != nil {
		u = inner
	}
	host := strings.TrimSuffix(strings.ToLower(inASCII(u.Host)), ".")
	host = strings.TrimSuffix(strings.TrimSuffix(host, ":80"), ":443")
	for _, prefix := range []string{"www.", "amp."} {
		if rest, ok := strings.CutPrefix(host, prefix); ok && strings.Contains(rest, ".") {
			host = rest
		}
	}
	path := strings.TrimRight(u.EscapedPath(), "/")
	path = strings.TrimSuffix(path, "/amp")
	path = strings.TrimSuffix(strings.TrimSuffix(path, "/index.html"), "/index.php")
	if rest, ok := strings.CutSuffix(path, ".amp.html"); ok {
		path = rest + ".html"
	}
	if firstPost().MatchString(path) {
		path = strings.TrimSuffix(path, "/1")
	}
	query := withoutMeasures(u.Query())
	fragment := u.Fragment
	if measure().MatchString(fragment) || strings.HasPrefix(fragment, ":~:") {
		fragment = ""
	}
	host, path, query = oneVideo(host, path, query)
	if path == "" && query == "" && fragment == "" {
		return ""
	}
	if query != "" {
		path += "?" + query
	}
	if fragment != "" {
		path += "#" + fragment
	}
	return host + path
}

// firstPost is the address of a topic of Discourse by its first post.
var firstPost = pattern.Lazy(`^(?:/.*)?/t/[^/]+/\d+/1$`)

// measure is what parameters are called that change nothing of what is read.
var measure = pattern.Lazy(`^(?i:utm_.*|at_(?:medium|campaign|link|format|ptr).*|fbclid|gclid|dclid|msclkid|yclid|igshid|mc_[ce]id|xtor|cmpid|_hs(?:enc|mi)|ref_src|amp|outputtype|showcomment)(?:=.*)?$`)

// withoutMeasures spells the parameters that say what is to be read, sorted.
func withoutMeasures(q url.Values) string {
	for key, values := range q {
		if strings.EqualFold(key, "ref") && len(values) == 1 && strings.EqualFold(values[0], "rss") || measure().MatchString(key) {
			delete(q, key)
		}
	}
	return q.Encode()
}

// ampCache is where Google keeps copies of articles: /amp/s/site/path,
// /c/s/site/path.
var ampCache = pattern.Lazy(`^/(?:amp|c|v)/(s/)?([^/]+\.[^/]+/.*)$`)

// outOfCache is the address that a copy in Google's cache is of, nil for any
// other address.
func outOfCache(u *url.URL) *url.URL {
	host := strings.ToLower(u.Hostname())
	if !google().MatchString(host) && !strings.HasSuffix(host, ".cdn.ampproject.org") {
		return nil
	}
	m := ampCache().FindStringSubmatch(u.Path)
	if m == nil {
		return nil
	}
	inner, err := url.Parse("https://" + m[2])
	if err != nil {
		return nil
	}
	inner.RawQuery = u.RawQuery
	return inner
}

// oneVideo gives the videos of YouTube one of their four addresses.
func oneVideo(host, path, query string) (string, string, string) {
	switch {
	case host == "youtu.be" && len(path) > 1:
		return "youtube.com", "/watch", "v=" + path[1:]
	case host == "m.youtube.com":
		host = "youtube.com"
	}
	if id, ok := strings.CutPrefix(path, "/shorts/"); ok && host == "youtube.com" {
		return host, "/watch", "v=" + id
	}
	return host, path, query
}

// withoutFragment is the page that an address leads to.
func withoutFragment(link string) string {
	page, _, _ := strings.Cut(link, "#")
	return page
}

// sessionMark is the number of a session, as forums put it into the addresses
// of who keeps no cookies: another with every reading.
var sessionMark = pattern.Lazy(`(?i)([?&])(?:sid|s|phpsessid)=[0-9a-f]{26,64}(&|#|$)|;jsessionid=[0-9a-z.!_-]+`)

func withoutSession(link string) string {
	if !sessionMark().MatchString(link) {
		return link
	}
	return sessionMark().ReplaceAllStringFunc(link, func(mark string) string {
		switch first, last := mark[0], mark[len(mark)-1]; {
		case last == '&':
			return string(first)
		case last == '#':
			return "#"
		}
		return ""
	})
}

// onTheWeb is what an address of the web begins with.
var onTheWeb = pattern.Lazy(`^https?://[^/]`)

// inASCII spells a host, with a port or without, as names are asked for (RFC
// 5891), one that cannot be as it is.
func inASCII(host string) string {
	if !strings.ContainsFunc(host, func(r rune) bool { return r >= utf8.RuneSelf }) {
		return host
	}
	name, port, _ := strings.Cut(host, ":")
	ascii, err := idna.Lookup.ToASCII(name)
	switch {
	case err != nil:
		return host
	case port != "":
		return ascii + ":" + port
	}
	return ascii
}
