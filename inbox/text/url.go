package text

import (
	"net/mail"
	"net/netip"
	"net/url"
	"strconv"
	"strings"
	"unicode"
)

// URL returns a remote address in the one form that may be shown, linked or
// opened: http, https or mailto, printable ASCII only, the host in lower case
// and punycode. It refuses, with false, every other scheme, user names in an
// address, hosts that cannot be, and anything that does not parse. Of a mailto
// only the address is kept: its fields could attach a file or add readers.
func URL(s string) (string, bool) {
	u, ok := parseURL(s)
	if !ok {
		return "", false
	}
	return u.String(), true
}

// Host returns the host of a remote address in punycode, or the domain of a
// mailto, for people who want to know where a link goes; "" when URL would
// refuse the address.
func Host(s string) string {
	u, ok := parseURL(s)
	if !ok {
		return ""
	}
	if u.Scheme == "mailto" {
		_, domain, _ := strings.Cut(u.Opaque, "@")
		return domain
	}
	return u.Host
}

func parseURL(s string) (*url.URL, bool) {
	s = strings.TrimSpace(s)
	if s == "" || len(s) > MaxLineBytes || strings.ContainsFunc(s, unprintable) {
		return nil, false
	}
	u, err := url.Parse(s)
	if err != nil || u.User != nil {
		return nil, false
	}
	switch u.Scheme {
	case "http", "https":
		return webURL(u)
	case "mailto":
		return mailURL(u)
	}
	return nil, false
}

func unprintable(r rune) bool {
	return r == '\\' || r == unicode.ReplacementChar || !unicode.IsGraphic(r) || unicode.IsSpace(r) || kindOf(r) != kindLetter && kindOf(r) != kindMark
}

func webURL(u *url.URL) (*url.URL, bool) {
	host, ok := asciiHost(u.Hostname())
	if u.Opaque != "" || !ok {
		return nil, false
	}
	if strings.Contains(host, ":") {
		host = "[" + host + "]"
	}
	if port := u.Port(); port != "" {
		if n, err := strconv.ParseUint(port, 10, 16); err != nil || n == 0 {
			return nil, false
		}
		host += ":" + port
	}
	return &url.URL{
		Scheme: u.Scheme, Host: host, Path: u.Path, RawPath: u.RawPath,
		RawQuery: escape(u.RawQuery), Fragment: u.Fragment, RawFragment: u.RawFragment,
	}, true
}

func mailURL(u *url.URL) (*url.URL, bool) {
	if strings.ContainsAny(u.Opaque, "%<>\"") {
		return nil, false
	}
	a, err := mail.ParseAddress(u.Opaque)
	if err != nil || a.Address != u.Opaque {
		return nil, false
	}
	at := strings.LastIndexByte(a.Address, '@')
	host, ok := asciiHost(a.Address[at+1:])
	if !ok || escape(a.Address[:at]) != a.Address[:at] {
		return nil, false
	}
	return &url.URL{Scheme: "mailto", Opaque: a.Address[:at] + "@" + host}, true
}

// escape percent-encodes what may not stand in a query, and leaves the
// encoding that is there alone.
func escape(s string) string {
	var b strings.Builder
	for i := range len(s) {
		c := s[i]
		if c > ' ' && c < 0x7F && !strings.ContainsRune("\"'<>`{|}^", rune(c)) {
			b.WriteByte(c)
			continue
		}
		const hex = "0123456789ABCDEF"
		b.WriteByte('%')
		b.WriteByte(hex[c>>4])
		b.WriteByte(hex[c&15])
	}
	return b.String()
}

// asciiHost returns a host name in lower case and punycode, or an address.
func asciiHost(host string) (string, bool) {
	if strings.Contains(host, ":") {
		a, err := netip.ParseAddr(host)
		return a.String(), err == nil && a.Zone() == ""
	}
	labels := strings.Split(strings.TrimSuffix(strings.ToLower(host), "."), ".")
	for i, l := range labels {
		ascii := true
		for _, r := range l {
			if r >= 0x80 {
				ascii = false
			}
			if !hostRune(r) {
				return "", false
			}
		}
		if !ascii {
			l = "xn--" + punycode(l)
		}
		if l == "" || len(l) > 63 || l[0] == '-' || l[len(l)-1] == '-' {
			return "", false
		}
		labels[i] = l
	}
	out := strings.Join(labels, ".")
	return out, len(out) <= 253
}

// hostRune refuses what the rules for names would map to something else, such
// as full-width letters: the host shown must be the host opened.
func hostRune(r rune) bool {
	if r < 0x80 {
		return r >= 'a' && r <= 'z' || r >= '0' && r <= '9' || r == '-' || r == '_'
	}
	if r >= 0xF900 && r <= 0xFFFF || r >= 0x1D400 && r <= 0x1D7FF {
		return false
	}
	return unicode.IsLetter(r) || unicode.IsMark(r) || unicode.IsDigit(r)
}
