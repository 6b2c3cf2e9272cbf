package config

import (
	"bytes"
	"fmt"
	"maps"
	"reflect"
	"slices"

	"go.yaml.in/yaml/v3"
)

// Add returns a configuration file with one account more, of the client with
// this id, who is added where there is none. What the file holds stays as it
// is, comments included; raw may be empty. Of the client id and name are
// written, of the account all words, lists and references to secrets that it
// has. The caller checks the result (Parse).
func Add(raw []byte, c Client, a Account) ([]byte, error) {
	var root yaml.Node
	if err := yaml.Unmarshal(raw, &root); err != nil {
		return nil, fmt.Errorf("read the configuration: %w", err)
	}
	if root.Kind == 0 || root.Content[0].Kind == yaml.ScalarNode && root.Content[0].Value == "" {
		root = yaml.Node{Kind: yaml.DocumentNode, Content: []*yaml.Node{{Kind: yaml.MappingNode}}}
	}
	top := root.Content[0]
	if top.Kind != yaml.MappingNode {
		return nil, fmt.Errorf("add to the configuration: it is no list of settings")
	}
	clients := list(top, "clients")
	client := byID(clients, c.ID)
	if client == nil {
		client = &yaml.Node{Kind: yaml.MappingNode}
		set(client, "id", c.ID)
		set(client, "name", c.Name)
		clients.Content = append(clients.Content, client)
	}
	account := &yaml.Node{Kind: yaml.MappingNode}
	fill(account, a)
	accounts := list(client, "accounts")
	accounts.Content = append(accounts.Content, account)
	var out bytes.Buffer
	w := yaml.NewEncoder(&out)
	w.SetIndent(2)
	if err := w.Encode(&root); err != nil {
		return nil, fmt.Errorf("write the configuration: %w", err)
	}
	return out.Bytes(), w.Close()
}

// fill writes what an account has of words, lists of words and references.
func fill(m *yaml.Node, a Account) {
	v := reflect.ValueOf(a)
	for i := range v.NumField() {
		key := v.Type().Field(i).Tag.Get("yaml")
		switch value := v.Field(i).Interface().(type) {
		case string:
			if value != "" {
				set(m, key, value)
			}
		case Secret:
			if value.Ref != "" {
				set(m, key, value.Ref)
			}
		case []string:
			for _, s := range value {
				l := list(m, key)
				l.Content = append(l.Content, word(s))
			}
		case Settings:
			under(m, key, value, func(s string) string { return s })
		case Secrets:
			under(m, key, value, func(s Secret) string { return s.Ref })
		}
	}
}

// under writes what a key has by names, unless it is nothing.
func under[M ~map[string]V, V any](m *yaml.Node, key string, values M, spell func(V) string) {
	if len(values) == 0 {
		return
	}
	v := &yaml.Node{Kind: yaml.MappingNode}
	for _, name := range slices.Sorted(maps.Keys(values)) {
		set(v, name, spell(values[name]))
	}
	m.Content = append(m.Content, word(key), v)
}

// list is the list under a key, which is made where it is missing or empty.
func list(m *yaml.Node, key string) *yaml.Node {
	for i := 0; i+1 < len(m.Content); i += 2 {
		if m.Content[i].Value != key {
			continue
		}
		if v := m.Content[i+1]; v.Kind == yaml.SequenceNode {
			v.Style &^= yaml.FlowStyle
			return v
		}
		m.Content[i+1] = &yaml.Node{Kind: yaml.SequenceNode}
		return m.Content[i+1]
	}
	v := &yaml.Node{Kind: yaml.SequenceNode}
	m.Content = append(m.Content, word(key), v)
	return v
}

func byID(l *yaml.Node, id string) *yaml.Node {
	for _, m := range l.Content {
		for i := 0; i+1 < len(m.Content); i += 2 {
			if m.Content[i].Value == "id" && m.Content[i+1].Value == id {
				return m
			}
		}
	}
	return nil
}

func set(m *yaml.Node, key, value string) { m.Content = append(m.Content, word(key), word(value)) }

// word is a string, quoted where YAML would take it for something else.
func word(s string) *yaml.Node {
	n := &yaml.Node{}
	n.SetString(s)
	return n
}
