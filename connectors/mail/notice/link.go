package notice

import (
	"net/url"
	"slices"
	"strings"
)

// place is what an address of a network leads to. The path is matched segment
// by segment: {id} and {item} are kept, * is anything, and a first ** any
// number of them. Of the query only the keys that are named here are kept:
// none that tracks, and none that signs in.
type place struct {
	path  string
	ids   []string // keys of the query that name the post, required
	items []string // keys that name the thing itself; may be missing
	keep  []string // keys that only lead there
	host  bool     // another host is another place
}

// target is where a link leads.
type target struct {
	id   string // of the post or the talk
	item string // of the thing itself; "" when the link names none
	link string
}

// at matches an address with a place.
func (p place) at(u *url.URL) (target, bool) {
	want, got := segments(p.path), segments(u.Path)
	if len(want) > 0 && want[0] == "**" {
		want = want[1:]
		if len(got) < len(want) {
			return target{}, false
		}
		got = got[len(got)-len(want):]
	}
	if len(want) != len(got) {
		return target{}, false
	}
	var t target
	id := ""
	if p.host {
		id = hostOf(u)
	}
	for i, w := range want {
		name, value, ok := segment(w, got[i])
		switch {
		case !ok:
			return target{}, false
		case name == "item":
			t.item, w = value, ""
		case name == "id":
			w = strings.Replace(w, "{id}", value, 1)
		}
		id += "/" + w
	}
	asked, kept := u.Query(), url.Values{}
	for _, key := range p.ids {
		value := asked.Get(key)
		if value == "" {
			return target{}, false
		}
		id += "?" + key + "=" + value
		kept.Set(key, value)
	}
	for _, key := range p.items {
		if value := asked.Get(key); value != "" {
			t.item += key + "=" + value + ";"
			kept.Set(key, value)
		}
	}
	for _, key := range p.keep {
		if asked.Has(key) {
			kept.Set(key, asked.Get(key))
		}
	}
	clean := url.URL{Scheme: u.Scheme, Host: strings.ToLower(u.Host), Path: u.Path, RawPath: u.RawPath, RawQuery: kept.Encode()}
	t.id, t.link = id, clean.String()
	return t, len(t.id) < 400 && len(t.item) < 400
}

func segments(path string) []string {
	return strings.FieldsFunc(path, func(r rune) bool { return r == '/' })
}

func segment(want, got string) (name, value string, ok bool) {
	if want == "*" {
		return "", "", true
	}
	before, rest, field := strings.Cut(want, "{")
	if !field {
		return "", "", want == got
	}
	name, after, _ := strings.Cut(rest, "}")
	value, ok = strings.CutPrefix(got, before)
	if !ok {
		return "", "", false
	}
	value, ok = strings.CutSuffix(value, after)
	return name, value, ok && value != ""
}

// carriers are the keys by which a tracking address names where it leads.
var carriers = []string{"url", "u", "next", "redirect", "redirect_to", "redirect_uri", "redirectUrl", "target", "dest", "destination", "to", "link", "goto", "ru", "q", "r"}

// unwrap finds where a link of some hosts leads, by its address alone. What
// comes out may be of any host; ok is false for what should not be opened.
func unwrap(href string, hosts []string) (*url.URL, bool) {
	u, err := url.Parse(href)
	if err != nil || hostOf(u) == "" {
		return nil, false
	}
	const deepest = 3
	for range deepest {
		inner := carried(u, hosts)
		if inner == nil {
			break
		}
		u = inner
	}
	return u, hostOf(u) != ""
}

// carried is the address that one of the network's own carries.
func carried(u *url.URL, hosts []string) *url.URL {
	if !below(hostOf(u), hosts) {
		return nil
	}
	asked := u.Query()
	for _, key := range carriers {
		value := asked.Get(key)
		var inner *url.URL
		var err error
		switch {
		case strings.HasPrefix(value, "https://"), strings.HasPrefix(value, "http://"):
			inner, err = url.Parse(value)
		case strings.HasPrefix(value, "/") && !strings.HasPrefix(value, "//"):
			inner, err = u.Parse(value)
		default:
			continue
		}
		if err == nil && hostOf(inner) != "" {
			return inner
		}
	}
	return nil
}

// honest reports whether the words of a link do not name another host than the
// one it leads to.
func honest(words string, u *url.URL) bool {
	words = strings.ToLower(strings.TrimSpace(words))
	said, err := url.Parse(words)
	if !strings.HasPrefix(words, "http://") && !strings.HasPrefix(words, "https://") {
		if !strings.HasPrefix(words, "www.") {
			return true
		}
		said, err = url.Parse("https://" + words)
	}
	bare := func(host string) string { return strings.TrimPrefix(strings.ToLower(host), "www.") }
	return err == nil && bare(said.Hostname()) == bare(u.Hostname())
}

// tracks are the keys of a query that only tell who came from where.
func tracks(key string) bool {
	key = strings.ToLower(key)
	return strings.HasPrefix(key, "utm_") || slices.Contains([]string{"fbclid", "gclid", "msclkid", "mc_cid", "mc_eid", "xtor", "cmpid", "at_medium", "at_campaign", "ref_src"}, key)
}

// untracked is an address without what tracks, nor what follows "#".
func untracked(u *url.URL) *url.URL {
	out := *u
	asked := u.Query()
	for key := range asked {
		if tracks(key) {
			asked.Del(key)
		}
	}
	if len(asked) < len(u.Query()) {
		out.RawQuery = asked.Encode()
	}
	out.Host, out.Fragment, out.RawFragment = strings.ToLower(out.Host), "", ""
	return &out
}
