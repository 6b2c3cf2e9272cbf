package config

import (
	"errors"
	"fmt"

	"go.yaml.in/yaml/v3"

	"vigie/tui/keys"
	"vigie/tui/lang"
)

// keys lets the key table judge the overrides, one by one and together.
func (c *checker) keys(n *yaml.Node, path string) {
	all, at := map[string][]string{}, map[string]*yaml.Node{}
	for key, val := range c.pairs(n, path) {
		if val.Kind == yaml.AliasNode {
			val = val.Alias
		}
		one := []string{}
		for i, item := range items(val) {
			if item.ShortTag() == "!!str" && !keyName(item.Value) {
				c.fail(item, fmt.Sprintf("%s[%d]", join(path, key.Value), i), "config.bad-key", shown(item))
				continue
			}
			one = append(one, item.Value)
		}
		if _, err := keys.New(map[string][]string{key.Value: nil}); errors.Is(err, keys.ErrUnknown) {
			c.fail(key, path, "config.unknown-intent", key.Value)
			continue
		}
		all[key.Value], at[key.Value] = one, val
	}
	for range len(all) + 1 {
		_, err := keys.New(all)
		var clash *keys.Clash
		if !errors.As(err, &clash) {
			if err != nil {
				c.fail(n, path, "config.bad-keys", err.Error())
			}
			return
		}
		name := string(clash.Intent)
		if at[name] == nil {
			name = string(clash.Other)
		}
		c.clash(at[name], join(path, name), clash)
		all[name] = nil // what else there is
	}
}

// clash tells where a key stands that cannot be there, and why.
func (c *checker) clash(val *yaml.Node, path string, k *keys.Clash) {
	where := val
	for i, item := range items(val) {
		if item.Value == k.Key {
			where, path = item, fmt.Sprintf("%s[%d]", path, i)
			break
		}
	}
	place := sentence{key: lang.Key("scope." + string(k.Scope))}
	switch {
	case errors.Is(k.Why, keys.ErrTyped):
		c.fail(where, path, "config.key-typed", k.Key, string(k.Intent), place)
	case errors.Is(k.Why, keys.ErrBegins):
		c.fail(where, path, "config.key-begins", k.Key, string(k.Intent), place, string(k.Other))
	default:
		c.fail(where, path, "config.key-shared", k.Key, string(k.Intent), string(k.Other), place)
	}
}
