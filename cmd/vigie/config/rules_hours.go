package config

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"

	"vigie/inbox"
)

// spans wants parts of a day that do not overlap; one may stand without a list.
func (c *checker) spans(n *yaml.Node, path string, overnight bool) {
	list := []*yaml.Node{n}
	if n.Kind != yaml.ScalarNode {
		if n.Kind != yaml.SequenceNode {
			c.fail(n, path, "config.not-list", shown(n))
			return
		}
		list = items(n)
	}
	var taken []inbox.Span
	for _, at := range list {
		span, ok := parseSpan(at.Value, overnight)
		switch {
		case at.Kind != yaml.ScalarNode || !ok && !overnight:
			c.fail(at, path, "config.bad-span", shown(at))
		case !ok:
			c.fail(at, path, "config.bad-night", shown(at))
		case slices.ContainsFunc(taken, func(o inbox.Span) bool { return !overnight && span.From < o.To && o.From < span.To }):
			c.fail(at, path, "config.overlap", shown(at))
		default:
			taken = append(taken, span)
		}
	}
}

// hours wants days, each once.
func (c *checker) hours(n *yaml.Node, path string) {
	lines := map[time.Weekday]int{}
	for key := range c.pairs(n, path) {
		days, ok := parseDays(key.Value)
		if !ok {
			c.fail(key, path, "config.bad-days", shown(key))
			continue
		}
		for _, d := range days {
			if line, twice := lines[d]; twice {
				c.fail(key, path, "config.twice", dayWords()[d], line)
				break
			}
			lines[d] = key.Line
		}
	}
}

// kinds wants kinds of message.
func (c *checker) kinds(n *yaml.Node, path string) {
	for key := range c.pairs(n, path) {
		if !inbox.Kind(key.Value).Valid() {
			c.fail(key, path, "config.not-one-of", shown(key), "comment, mention, dm, review, watch")
		}
	}
}

// holiday wants dates. A calendar file is read by CheckPlaces.
func (c *checker) holiday(n *yaml.Node, path string) {
	if n.Kind == yaml.ScalarNode && strings.HasPrefix(n.Value, "/") {
		return
	}
	if n.Kind == yaml.ScalarNode {
		if _, err := Holiday(n.Value).days(0, 0); err == nil {
			return
		}
	}
	c.fail(n, path, "config.bad-holiday", shown(n))
}

// languages wants two letters each.
func (c *checker) languages(n *yaml.Node, path string) {
	for i, at := range items(field(n, "languages")) {
		c.language(at, fmt.Sprintf("%s[%d]", join(path, "languages"), i))
	}
}

func (c *checker) language(at *yaml.Node, path string) {
	if at.ShortTag() == "!!str" && !langShape().MatchString(at.Value) {
		c.fail(at, path, "config.bad-lang", shown(at))
	}
}

// reply wants a text under a short word.
func (c *checker) reply(n *yaml.Node, path string) {
	c.need(n, path, "id", "text")
	if at := field(n, "id"); at != nil && !idShape().MatchString(at.Value) {
		c.fail(at, join(path, "id"), "config.bad-id", shown(at))
	}
	if at := field(n, "lang"); at != nil {
		c.language(at, join(path, "lang"))
	}
	if at := field(n, "network"); at != nil {
		if _, ok := c.registry.Find(inbox.Network(at.Value)); !ok {
			c.fail(at, join(path, "network"), "config.unknown-network", shown(at), c.networks())
		}
	}
}

// replies wants one text for each word, language and network.
func (c *checker) replies(n *yaml.Node, path string) {
	lines := map[string]int{}
	for i, at := range items(field(n, "replies")) {
		if at.Kind != yaml.MappingNode || field(at, "id") == nil {
			continue
		}
		var name []string
		for _, key := range []string{"id", "lang", "network"} {
			if part := field(at, key); part != nil {
				name = append(name, part.Value)
			} else {
				name = append(name, "-")
			}
		}
		whole := strings.Join(name, " ")
		if line, taken := lines[whole]; taken {
			c.fail(at, fmt.Sprintf("%s[%d]", join(path, "replies"), i), "config.id-taken", name[0], line)
			continue
		}
		lines[whole] = at.Line
	}
}
