package config_test

import (
	"strings"
	"testing"

	"vigie/cmd/vigie/config"
	"vigie/connectors/all"
)

func TestAddedAccountsAreRead(t *testing.T) {
	miette := config.Client{ID: "miette", Name: "Miette: pains & co"}
	bluesky := config.Account{ID: "miette-bluesky", Network: "bluesky", Handle: "miette.bsky.social", Password: config.Secret{Ref: "file:/tmp/x"}}
	feeds := config.Account{ID: "miette-feeds", Network: "feeds", URLs: []string{"https://example.com/feed.xml"}}
	for name, raw := range map[string]string{
		"nothing":      "",
		"a comment":    "# only a comment\n",
		"no clients":   "theme: dark # of the night\nclients: []\n",
		"null":         "clients:\n",
		"another":      "clients:\n  # the first\n  - id: atlas\n    name: Atlas\n",
		"itself":       "clients:\n  - {id: miette, name: Miette, accounts: []}\n",
		"the example":  string(config.Example()),
		"its own tail": "clients:\n  - id: clair\n    name: Clair\nhold: 5s\n",
	} {
		before, mistakes := config.Parse("c", []byte(raw), all.Registry())
		if len(mistakes) > 0 {
			t.Fatal(name, mistakes)
		}
		out := []byte(raw)
		for _, a := range []config.Account{bluesky, feeds} {
			var err error
			if out, err = config.Add(out, miette, a); err != nil {
				t.Fatal(name, err)
			}
		}
		conf, mistakes := config.Parse("c", out, all.Registry())
		if len(mistakes) > 0 {
			if name == "the example" { // it has a client of that id, and its account
				continue
			}
			t.Fatalf("%s: %v\n%s", name, mistakes, out)
		}
		if conf.Theme != before.Theme || conf.Hold != before.Hold || len(conf.Clients) < len(before.Clients) {
			t.Errorf("%s: something else changed:\n%s", name, out)
		}
		if strings.Contains(raw, "# of the night") != strings.Contains(string(out), "# of the night") {
			t.Errorf("%s: a comment is lost:\n%s", name, out)
		}
		found := 0
		for _, c := range conf.Clients {
			for _, a := range c.Accounts {
				if a.ID == bluesky.ID && a.Password.Ref == bluesky.Password.Ref || a.ID == feeds.ID && len(a.URLs) == 1 {
					found++
				}
			}
		}
		if found != 2 {
			t.Errorf("%s: %d accounts:\n%s", name, found, out)
		}
	}
	if _, err := config.Add([]byte("- a list\n"), miette, feeds); err == nil {
		t.Error("a list is added to")
	}
	if _, err := config.Add([]byte("a: [\n"), miette, feeds); err == nil {
		t.Error("what cannot be read is added to")
	}
}
