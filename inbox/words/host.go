package words

import (
	"bytes"
	"slices"
	"strings"
	"unicode/utf8"

	"golang.org/x/net/idna"
)

// Host is a host as a query names it: links to it are looked for, and those to
// its subdomains. The zero Host is none.
type Host struct{ mark string }

// maxHost is how long the name of a host may be, in bytes (RFC 1035, 2.3.4).
const maxHost = 253

// ParseHost reads the name of a host, in Unicode or punycode, alone or in a
// link. False says that there is none.
func ParseHost(s string) (Host, bool) {
	if _, rest, found := strings.Cut(s, "://"); found {
		s = rest
	}
	if i := strings.IndexAny(s, "/?#"); i >= 0 {
		s = s[:i]
	}
	s = s[strings.LastIndexByte(s, '@')+1:]
	s, _, _ = strings.Cut(s, ":")
	s = strings.ToLower(strings.Trim(s, "."))
	if len(s) > maxHost {
		return Host{}, false
	}
	if strings.ContainsFunc(s, func(r rune) bool { return r >= utf8.RuneSelf }) {
		ascii, err := idna.Lookup.ToASCII(s)
		if err != nil || len(ascii) > maxHost {
			return Host{}, false
		}
		s = ascii
	}
	labels := strings.Split(s, ".")
	if slices.ContainsFunc(labels, badLabel) {
		return Host{}, false
	}
	slices.Reverse(labels)
	return Host{"/" + strings.Join(labels, ".")}, true
}

func badLabel(l string) bool {
	return l == "" || strings.ContainsFunc(l, func(r rune) bool {
		return r != '-' && r != '_' && (r < '0' || r > '9') && (r < 'a' || r > 'z')
	})
}

// In reports whether a section has a link to the host or a subdomain.
func (h Host) In(section []byte) bool {
	if h.mark == "" {
		return false
	}
	for at := []byte(" " + h.mark); ; {
		i := bytes.Index(section, at)
		if i < 0 {
			return false
		}
		section = section[i+len(at):]
		if len(section) == 0 || section[0] == ' ' || section[0] == '.' {
			return true
		}
	}
}

// Has reports whether a token is the mark of the host or a subdomain.
func (h Host) Has(token string) bool {
	rest, ok := strings.CutPrefix(token, h.mark)
	return h.mark != "" && ok && (rest == "" || rest[0] == '.')
}

// Token returns what all tokens that may be meant begin with. With exact Has
// decides which of them are; the others are too long to tell.
func (h Host) Token() (begin string, exact bool) {
	return cut(h.mark), len(h.mark) <= maxWhole
}
