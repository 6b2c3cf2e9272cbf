package config

import (
	"net/mail"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"vigie/inbox/pattern"
)

var domainShape = pattern.Lazy(`^(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z0-9-]{2,}$`)

// notice checks a rule for the mails of a network.
func (c *checker) notice(n *yaml.Node, path string) {
	c.need(n, path, "from", "link", "network")
	domain := func(s string) bool { return domainShape().MatchString(strings.ToLower(s)) }
	if at := field(n, "from"); at != nil {
		if a, err := mail.ParseAddress(at.Value); !domain(at.Value) && (err != nil || a.Address != at.Value) {
			c.fail(at, join(path, "from"), "config.bad-sender", shown(at))
		}
	}
	if at := field(n, "link"); at != nil {
		u, err := url.Parse(at.Value)
		if !domain(at.Value) && (err != nil || u.Scheme != "https" && u.Scheme != "http" || u.User != nil || u.Port() != "" || !domain(u.Host)) {
			c.fail(at, join(path, "link"), "config.bad-link", shown(at))
		}
	}
	if at := field(n, "network"); at != nil && !idShape().MatchString(at.Value) {
		c.fail(at, join(path, "network"), "config.bad-id", shown(at))
	}
	if at := field(n, "subject"); at != nil && at.ShortTag() == "!!str" {
		expr, err := regexp.Compile(at.Value)
		switch {
		case err != nil:
			c.fail(at, join(path, "subject"), "config.bad-pattern", shown(at))
		case slices.ContainsFunc(expr.SubexpNames(), func(name string) bool { return name != "" && name != "author" && name != "post" }):
			c.fail(at, join(path, "subject"), "config.bad-group", shown(at))
		}
	}
}
