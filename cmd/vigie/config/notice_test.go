package config

import (
	"strings"
	"testing"

	"vigie/connectors"
)

func TestNotifications(t *testing.T) {
	mail := connectors.Registry{{Network: "mail", Title: "Mail", Settings: []connectors.Setting{{Key: "notifications", List: true}}}}
	conf := func(rule string) []byte {
		return []byte("clients:\n- id: a\n  accounts:\n  - id: x\n    network: mail\n    notifications:\n    - " + rule)
	}
	got, mistakes := Parse("x", conf("{from: loom.example, subject: '^(?P<author>.+) commented on (?P<post>.+)$', link: 'https://loom.example/posts/', network: loom, kind: review}"), mail)
	if len(mistakes) > 0 {
		t.Fatal(mistakes)
	}
	want := Notice{From: "loom.example", Subject: "^(?P<author>.+) commented on (?P<post>.+)$", Link: "https://loom.example/posts/", Network: "loom", Kind: "review"}
	if n := got.Clients[0].Accounts[0].Notices; len(n) != 1 || n[0] != want {
		t.Errorf("%+v", n)
	}
	for name, tt := range map[string]struct {
		rule string
		col  int
		want string
	}{
		"nothing":     {"{subject: a}", 7, `"from" is missing`},
		"no domain":   {"{from: loom, link: loom.example, network: loom}", 14, "a mail address or a domain"},
		"no link":     {"{from: loom.example, link: 'javascript:alert(1)', network: loom}", 34, "expected: a host"},
		"sign-in":     {"{from: loom.example, link: 'https://u:p@loom.example/', network: loom}", 34, "expected: a host"},
		"pattern":     {"{from: loom.example, subject: '(', link: loom.example, network: loom}", 37, "no regular expression"},
		"group":       {"{from: loom.example, subject: '(?P<who>.)', link: loom.example, network: loom}", 37, "author and post"},
		"kind":        {"{from: loom.example, link: loom.example, network: loom, kind: like}", 69, "comment, mention, dm, review, watch"},
		"network":     {"{from: loom.example, link: loom.example, network: The Loom}", 57, "short word"},
		"unknown key": {"{form: loom.example, from: loom.example, link: loom.example, network: loom}", 8, "the nearest: from"},
	} {
		_, mistakes := Parse("x", conf(tt.rule), mail)
		if len(mistakes) == 0 || mistakes[0].Line != 7 || mistakes[0].Column != tt.col || !strings.Contains(mistakes[0].Error(), tt.want) {
			t.Errorf("%s: %v", name, mistakes)
		}
	}
}
