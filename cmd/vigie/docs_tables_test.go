package main

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"vigie/connectors/all"
	"vigie/inbox"
	"vigie/tui/keys"
	"vigie/tui/lang"
)

// With -update the key sheets are written anew:
//
//	go test ./cmd/vigie -run KeySheets -update
var update = flag.Bool("update", false, "write the generated pages anew")

// TestNetworkPagesAgreeWithTheRegistry compares the table that each network's
// page begins with with what the network's connector declares.
func TestNetworkPagesAgreeWithTheRegistry(t *testing.T) {
	for _, info := range all.Registry() {
		path := "docs/networks/" + string(info.Network) + ".md"
		told := map[string]string{}
		for _, m := range regexp.MustCompile(`(?m)^\| (\w[\w ]*) \| (.*?) \|$`).FindAllStringSubmatch(page(t, path), -1) {
			if _, twice := told[m[1]]; !twice {
				told[m[1]] = strings.Trim(m[2], "`")
			}
		}
		for name, want := range capsTable(networkRowOf(info), info.Caps) {
			if unsaid := told[name] == "" && want == "no"; told[name] != want && !unsaid {
				t.Errorf("%s says %s: %q, the connector %q", path, name, told[name], want)
			}
		}
	}
}

// capsTable is the table of a network's page.
func capsTable(r networkRow, caps inbox.Caps) map[string]string {
	table := map[string]string{
		"streams": strings.Join(r.Streams, " "), "push": "no", "answer limit": "none", "message limit": "none", "visibilities": "–",
		"settings": strings.Join(r.Settings, " "), "secrets": "–", "least pause": "none",
	}
	for _, kind := range inbox.ActionKinds() {
		table[string(kind)] = "no"
		if class, ok := r.Acts[string(kind)]; ok {
			table[string(kind)] = "class " + class
		}
	}
	if r.Push {
		table["push"] = "yes"
	}
	for name, l := range map[string]inbox.TextLimit{"answer limit": caps.Reply, "message limit": caps.Message} {
		if l.Max > 0 {
			table[name] = strconv.Itoa(l.Max) + " " + string(l.Unit)
		}
	}
	if len(caps.Visibilities) > 0 {
		table["visibilities"] = strings.Join(caps.Visibilities, " ")
	}
	if len(r.Secrets) > 0 {
		table["secrets"] = strings.Join(r.Secrets, " ")
	}
	if caps.MinPoll > 0 {
		table["least pause"] = caps.MinPoll.String()
	}
	return table
}

// sheetWords are the words of the key sheets that are not in the program.
var sheetWords = map[lang.Tag][]string{
	lang.English: {"Keys", "Made from the key table by a test; do not edit. Keys with a space between them are pressed one after the other. The names in the last column are what `keys:` in the configuration takes.", "key", "does", "name"},
	lang.French:  {"Touches", "Fait par un test à partir de la table des touches ; ne pas modifier. Des touches séparées par une espace se frappent à la suite. Les noms de la dernière colonne sont ceux que prend `keys:` dans la configuration.", "touche", "effet", "nom"},
}

// keySheet writes the table of keys for people.
func keySheet(t *testing.T, tag lang.Tag) string {
	t.Helper()
	m, err := keys.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	p, words := lang.For(tag), sheetWords[tag]
	var b strings.Builder
	fmt.Fprintf(&b, "# %s\n\n%s\n", words[0], words[1])
	scopes := []keys.Scope{keys.List, keys.Reader, keys.Thread, keys.Root, keys.Writing, keys.Form, keys.Searching, keys.Pick, keys.Outbox, keys.Drafts, keys.Moderating, keys.Attaching, keys.LinkingOut, keys.Health, keys.Card, keys.Links, keys.EscalationBox, keys.JournalBox, keys.Digesting, keys.DayEnding, keys.Welcome}
	for _, scope := range scopes {
		fmt.Fprintf(&b, "\n## %s\n\n| %s | %s | %s |\n|---|---|---|\n", p.T(lang.Key("scope."+string(scope))), words[2], words[3], words[4])
		for _, binding := range m.In(scope) {
			shown := make([]string, len(binding.Keys))
			for i, k := range binding.Keys {
				shown[i] = "`" + k + "`"
			}
			fmt.Fprintf(&b, "| %s | %s | %s |\n", strings.Join(shown, " "), p.T(binding.Help), binding.Intent)
		}
	}
	return b.String()
}

// TestKeySheets compares the key sheets with the table; -update writes them.
func TestKeySheets(t *testing.T) {
	for path, tag := range map[string]lang.Tag{"docs/keys.md": lang.English, "docs/keys.fr.md": lang.French} {
		want := keySheet(t, tag)
		if *update {
			if err := os.WriteFile(filepath.Join("..", "..", path), []byte(want), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		if page(t, path) != want {
			t.Errorf("%s is not what the table says: go test ./cmd/vigie -run KeySheets -update", path)
		}
	}
}
