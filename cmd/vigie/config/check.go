package config

import (
	"fmt"
	"reflect"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"vigie/connectors"
	"vigie/inbox/query"
	"vigie/inbox/text"
	"vigie/tui/lang"
)

// maxValues bounds what aliases may repeat, in values looked at, and
// maxMistakes what is told of one file.
const (
	maxValues   = 100_000
	maxMistakes = 100
)

// checker walks a YAML document along the types of Config.
type checker struct {
	file     string
	registry connectors.Registry
	mistakes []Mistake
	first    map[string]int // where an id was first used: "account miette" → line
	seen     int            // values looked at
	smtp     bool           // a mail server is configured
}

func (c *checker) fail(n *yaml.Node, path string, key lang.Key, args ...any) {
	// A value that is looked at for two reasons, or by an alias, is told once.
	told := func(m Mistake) bool { return m.Line == n.Line && m.Column == n.Column && m.Key == key }
	if len(c.mistakes) == maxMistakes || slices.ContainsFunc(c.mistakes, told) {
		return
	}
	c.mistakes = append(c.mistakes, Mistake{File: c.file, Line: n.Line, Column: n.Column, Path: path, Key: key, Args: args})
}

// value checks one value against the type it is for; one is the tag that
// lists the words it may be.
func (c *checker) value(n *yaml.Node, t reflect.Type, path, one string) {
	if n.Kind == yaml.AliasNode {
		n = n.Alias
	}
	if n.Kind == yaml.ScalarNode && n.Tag == "!!null" {
		return
	}
	if c.seen++; c.seen >= maxValues {
		if c.seen == maxValues {
			c.fail(n, "", "config.too-many")
		}
		return
	}
	switch t {
	case reflect.TypeFor[Secret]():
		c.secret(n, path)
		return
	case reflect.TypeFor[Duration](), reflect.TypeFor[Span]():
		if n.Kind != yaml.ScalarNode {
			c.fail(n, path, "config.not-duration", shown(n))
		} else if _, err := ParseDuration(n.Value); err != nil {
			c.fail(n, path, "config.not-duration", shown(n))
		}
		return
	case reflect.TypeFor[Spans]():
		c.spans(n, path, false)
		return
	case reflect.TypeFor[Nights]():
		c.spans(n, path, true)
		return
	case reflect.TypeFor[Holiday]():
		c.holiday(n, path)
		return
	}
	switch t.Kind() {
	case reflect.Pointer:
		c.value(n, t.Elem(), path, one)
	case reflect.Struct:
		c.structure(n, t, path)
	case reflect.Slice:
		c.list(n, t, path, one)
	case reflect.Map:
		c.table(n, t, path)
	case reflect.Bool:
		c.scalar(n, "!!bool", path, "config.not-bool")
	case reflect.Int:
		c.scalar(n, "!!int", path, "config.not-number")
	default:
		if c.scalar(n, "!!str", path, "config.not-text") && one != "" && !contains(one, n.Value) {
			c.fail(n, path, "config.not-one-of", n.Value, strings.ReplaceAll(one, " ", ", "))
		}
	}
}

func (c *checker) scalar(n *yaml.Node, tag, path string, key lang.Key) bool {
	if n.Kind == yaml.ScalarNode && n.ShortTag() == tag {
		return true
	}
	c.fail(n, path, key, shown(n))
	return false
}

func (c *checker) list(n *yaml.Node, t reflect.Type, path, one string) {
	if n.Kind != yaml.SequenceNode {
		c.fail(n, path, "config.not-list", shown(n))
		return
	}
	for i, item := range n.Content {
		c.value(item, t.Elem(), fmt.Sprintf("%s[%d]", path, i), one)
	}
}

// table checks a mapping whose keys are free, but in lower case.
func (c *checker) table(n *yaml.Node, t reflect.Type, path string) {
	if n.Kind != yaml.MappingNode {
		c.fail(n, path, "config.not-map", shown(n))
		return
	}
	for key, val := range c.pairs(n, path) {
		if key.Value != strings.ToLower(key.Value) || key.Value == "" {
			c.fail(key, path, "config.key-case", key.Value)
		}
		c.value(val, t.Elem(), join(path, key.Value), "")
	}
	switch t {
	case reflect.TypeFor[Keys]():
		c.keys(n, path)
	case reflect.TypeFor[Hours]():
		c.hours(n, path)
	case reflect.TypeFor[Within]():
		c.kinds(n, path)
	}
}

func (c *checker) structure(n *yaml.Node, t reflect.Type, path string) {
	if n.Kind != yaml.MappingNode {
		c.fail(n, path, "config.not-map", shown(n))
		return
	}
	if t == reflect.TypeFor[Config]() {
		c.smtp = field(n, "smtp") != nil
	}
	for key, val := range c.pairs(n, path) {
		f, ok := fieldOf(t, key.Value)
		if !ok {
			c.unknown(key, t, path)
			continue
		}
		c.value(val, f.Type, join(path, key.Value), f.Tag.Get("one"))
	}
	switch t {
	case reflect.TypeFor[Config]():
		c.hold(n, path)
	case reflect.TypeFor[Server]():
		c.server(n, path)
	case reflect.TypeFor[Backup]():
		c.backup(n, path)
	case reflect.TypeFor[Client]():
		c.client(n, path)
	case reflect.TypeFor[Charter]():
		c.languages(n, path)
	case reflect.TypeFor[Word]():
		c.need(n, path, "word")
	case reflect.TypeFor[Reply]():
		c.reply(n, path)
	case reflect.TypeFor[Contact]():
		c.contact(n, path)
	case reflect.TypeFor[Account]():
		c.account(n, path)
	case reflect.TypeFor[Notice]():
		c.notice(n, path)
	case reflect.TypeFor[View]():
		c.view(n, path)
	case reflect.TypeFor[SMTP]():
		c.mailServer(n, path)
	}
}

func (c *checker) unknown(key *yaml.Node, t reflect.Type, path string) {
	if near := query.Nearest(key.Value, names(t)); near != "" {
		c.fail(key, path, "config.unknown-key", key.Value, near)
		return
	}
	c.fail(key, path, "config.unknown-key-far", key.Value, strings.Join(names(t), ", "))
}

// pairs walks the keys of a mapping, those merged into it too, and complains
// about keys that stand there twice.
func (c *checker) pairs(n *yaml.Node, path string) func(func(k, v *yaml.Node) bool) {
	return func(yield func(k, v *yaml.Node) bool) {
		lines := map[string]int{}
		for i := 0; i+1 < len(n.Content); i += 2 {
			key, val := n.Content[i], n.Content[i+1]
			if key.Tag == "!!merge" {
				continue // what is merged is checked where it is written
			}
			if line, twice := lines[key.Value]; twice {
				c.fail(key, path, "config.twice", key.Value, line)
				continue
			}
			lines[key.Value] = key.Line
			if !yield(key, val) {
				return
			}
		}
	}
}

// items are the values of a list, aliases followed; of anything else, none.
func items(n *yaml.Node) []*yaml.Node {
	if n == nil || n.Kind != yaml.SequenceNode {
		return nil
	}
	all := slices.Clone(n.Content)
	for i, item := range all {
		if item.Kind == yaml.AliasNode {
			all[i] = item.Alias
		}
	}
	return all
}

// field returns the value of a key of a mapping, nil when there is none or it
// is empty. Merged mappings are looked into.
func field(n *yaml.Node, name string) *yaml.Node {
	// A mapping merged into itself is refused later, by the decoder.
	const maxMerges = 8
	for range maxMerges {
		found, merged := own(n, name)
		if found != nil || merged == nil {
			return found
		}
		n = merged
	}
	return nil
}

// own looks in the mapping itself, and returns what is merged into it.
func own(n *yaml.Node, name string) (found, merged *yaml.Node) {
	for i := 0; i+1 < len(n.Content); i += 2 {
		key, val := n.Content[i], n.Content[i+1]
		if val.Kind == yaml.AliasNode {
			val = val.Alias
		}
		switch {
		case key.Value == name && val.Tag != "!!null" && (val.Value != "" || len(val.Content) > 0):
			return val, nil
		case key.Tag == "!!merge" && val.Kind == yaml.MappingNode:
			merged = val
		}
	}
	return nil, merged
}

func fieldOf(t reflect.Type, name string) (reflect.StructField, bool) {
	for i := range t.NumField() {
		if f := t.Field(i); f.Tag.Get("yaml") == name {
			return f, true
		}
	}
	return reflect.StructField{}, false
}

func names(t reflect.Type) []string {
	var all []string
	for i := range t.NumField() {
		all = append(all, t.Field(i).Tag.Get("yaml"))
	}
	return all
}

// shown is what stands in the file, in a few words.
func shown(n *yaml.Node) string {
	const longest = 40
	switch n.Kind {
	case yaml.MappingNode:
		return "{…}"
	case yaml.SequenceNode:
		return "[…]"
	}
	r := []rune(text.CleanLine(n.Value).String())
	if len(r) > longest {
		return string(r[:longest]) + "…"
	}
	return string(r)
}

func join(path, name string) string {
	if path == "" {
		return name
	}
	return path + "." + name
}

func contains(list, word string) bool {
	for w := range strings.FieldsSeq(list) {
		if w == word {
			return true
		}
	}
	return false
}
