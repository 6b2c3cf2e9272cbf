package config

import (
	"errors"
	"slices"

	"go.yaml.in/yaml/v3"

	"vigie/inbox/query"
	"vigie/tui/lang"
)

// builtinViews are the ids of the views that are always there.
var builtinViews = []string{"ours", "theirs", "escalated", "snoozed", "done", "watches"}

func (c *checker) view(n *yaml.Node, path string) {
	c.id(n, path, "view", "")
	if at := field(n, "id"); at != nil && slices.Contains(builtinViews, at.Value) {
		c.fail(at, join(path, "id"), "config.builtin-view", at.Value)
	}
	at := field(n, "query")
	if at == nil {
		c.fail(n, path, "config.missing", "query")
		return
	}
	var bad *query.ParseError
	if _, err := query.Parse(at.Value); errors.As(err, &bad) {
		why := sentence{key: lang.Key("query." + string(bad.Reason))}
		for _, a := range bad.Args {
			why.args = append(why.args, a)
		}
		c.fail(at, join(path, "query"), "config.bad-query", bad.Pos+1, why)
	}
}
