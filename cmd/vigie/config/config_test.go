package config

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"vigie/connectors"
	"vigie/inbox"
	"vigie/tui/keys"
	"vigie/tui/lang"
)

// update writes config.example.yaml anew: go test ./cmd/vigie/config -update
var update = flag.Bool("update", false, "write config.example.yaml")

// networks are what accounts are checked against here.
func networks() connectors.Registry {
	return connectors.Registry{
		{Network: "mastodon", Title: "Mastodon", Caps: inbox.Caps{Streams: []inbox.Stream{inbox.StreamMentions, inbox.StreamMessages}}, Settings: []connectors.Setting{{Key: "server", Required: true}, {Key: "token", Secret: true, Required: true}}},
		{Network: "bluesky", Title: "Bluesky", Settings: []connectors.Setting{{Key: "handle", Required: true}, {Key: "server"}, {Key: "chat"}, {Key: "password", Secret: true, Required: true}}},
		{Network: "feeds", Title: "Feeds", Caps: inbox.Caps{Streams: []inbox.Stream{inbox.StreamWatch}}, Settings: []connectors.Setting{{Key: "urls", List: true, Required: true}, {Key: "keywords", List: true}}},
		{Network: "bridge", Title: "Bridge", Settings: []connectors.Setting{{Key: "command", List: true, Required: true}, {Key: "secrets", List: true}}},
	}
}

func TestExample(t *testing.T) {
	const path = "../../../config.example.yaml"
	if *update {
		if err := os.WriteFile(path, Example(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(raw, Example()) {
		t.Error("config.example.yaml is not what Example gives: go test ./cmd/vigie/config -update")
	}
	got, mistakes := Load(path, networks())
	for _, m := range mistakes {
		t.Error(m)
	}
	want := exampleConfig()
	want.fill()
	if !reflect.DeepEqual(got, want) {
		t.Errorf("loads as\n%+v\nwant\n%+v", got, want)
	}
}

// TestExampleUncommented holds the lines that are commented out against the
// check, too: each setting in it exists and its example is of the right kind.
func TestExampleUncommented(t *testing.T) {
	var out []string
	for line := range strings.Lines(string(Example())) {
		trimmed := strings.TrimLeft(line, " ")
		if rest, ok := strings.CutPrefix(trimmed, "# "); ok && strings.Contains(rest, "  # ") {
			line = line[:len(line)-len(trimmed)] + rest
		}
		out = append(out, line)
	}
	_, mistakes := Parse("example", []byte(strings.Join(out, "")), networks())
	for _, m := range mistakes {
		if m.Key != "config.not-for-network" && m.Key != "config.contact-way" {
			t.Error(m)
		}
	}
	for _, want := range names(reflect.TypeFor[Account]()) {
		if !strings.Contains(strings.Join(out, ""), want+":") {
			t.Errorf("the example does not show %s", want)
		}
	}
}

func TestDefaults(t *testing.T) {
	for name, raw := range map[string]string{"empty": "", "comments": "# nothing\n", "null": "clients:\nkeys:\nsmtp:\n"} {
		conf, mistakes := Parse(name, []byte(raw), nil)
		if len(mistakes) > 0 || conf.Hold != Duration(10*time.Second) || conf.Language != "auto" || !conf.Mouse || conf.SMTP != nil {
			t.Errorf("%s: %+v, %v", name, conf, mistakes)
		}
	}
	conf, mistakes := Load(filepath.Join(t.TempDir(), "none.yaml"), nil)
	if len(mistakes) > 0 || !reflect.DeepEqual(conf, Default()) {
		t.Errorf("no file: %+v, %v", conf, mistakes)
	}
	conf, mistakes = Parse("x", []byte("mouse: false\nhold: 30m\nsmtp: {host: a, from: a@b.example}\n"), nil)
	if len(mistakes) > 0 || conf.Mouse || conf.Hold != Duration(30*time.Minute) || conf.SMTP.Port != 587 {
		t.Errorf("%+v, %v", conf, mistakes)
	}
}

func TestMistakes(t *testing.T) {
	account := func(lines string) string { return "clients:\n- id: a\n  accounts:\n  - " + lines }
	for name, tt := range map[string]struct {
		in   string
		line int
		col  int
		path string
		want string // part of the English sentence
	}{
		"syntax":               {"a: [b\nc", 2, 1, "", "not YAML"},
		"not a mapping":        {"- a\n", 1, 1, "", "settings, one a line"},
		"unknown key":          {"\nlangage: fr\n", 2, 1, "", `"langage"; the nearest: language`},
		"far key":              {"server: {colour: x}", 1, 10, "server", "there are here: mode, listen, authorized_keys"},
		"twice":                {"theme: dark\ntheme: light\n", 2, 1, "", "stands at line 1 already"},
		"not one of":           {"theme: blue\n", 1, 8, "theme", `found "blue"; expected: auto, dark`},
		"not text":             {"clients: [{id: a, name: 12}]", 1, 25, "clients[0].name", `found "12"; expected: a text`},
		"not bool":             {"mouse: maybe", 1, 8, "mouse", "true or false"},
		"not number":           {"smtp: {host: a, from: a@b.example, port: many}", 1, 42, "smtp.port", "whole number"},
		"not duration":         {"hold: 5 minutes", 1, 7, "hold", `found "5 minutes"; expected: a time span`},
		"negative duration":    {"hold: -5s", 1, 7, "hold", "time span"},
		"not a list":           {"clients: {id: a}", 1, 10, "clients", "expected: a list"},
		"list item":            {account("{id: x, network: feeds, urls: [1]}"), 4, 36, "clients[0].accounts[0].urls[0]", "a text"},
		"no id":                {"clients: [{name: A}]", 1, 11, "clients[0]", `"id" is missing`},
		"bad id":               {"clients: [{id: A B}]", 1, 16, "clients[0].id", "short word"},
		"client id taken":      {"clients:\n- id: a\n- id: a\n", 3, 7, "clients[1].id", "taken already at line 2"},
		"account id taken":     {"clients:\n- id: a\n  accounts: [{id: x, network: feeds, urls: [https://u.example]}]\n- id: b\n  accounts: [{id: x, network: feeds, urls: [https://u.example]}]\n", 5, 19, "clients[1].accounts[0].id", "taken already at line 3"},
		"color":                {"clients: [{id: a, color: '#abcde'}]", 1, 26, "clients[0].color", "#rrggbb"},
		"zone":                 {"clients: [{id: a, zone: Europe/Pariss}]", 1, 25, "clients[0].zone", "Europe/Paris"},
		"guard, too short":     {"clients: [{id: a, guards: [ok]}]", 1, 28, "clients[0].guards[0]", "at least 3 letters"},
		"guard of another":     {"clients:\n- id: a\n  guards: [Crumble]\n- id: b\n  guards: [atlas, crumble]\n", 5, 19, "clients[1].guards[1]", "names a client already at line 3"},
		"guard, no text":       {"clients: [{id: a, guards: [123]}]", 1, 28, "clients[0].guards[0]", "a text"},
		"kept too shortly":     {"clients: [{id: a, retention: 3d}]", 1, 30, "clients[0].retention", "30d at least"},
		"backup too often":     {"backup: {every: 5s}", 1, 17, "backup.every", "1m at least"},
		"hold, too long":       {"hold: 10h", 1, 7, "hold", "1h at most"},
		"client's hold":        {"clients: [{id: a, hold: 61m}]", 1, 25, "clients[0].hold", "1h at most"},
		"client's name taken":  {"clients:\n- {id: a, name: Miette}\n- {id: b, name: miette}\n", 3, 17, "clients[1].name", "taken already at line 2"},
		"resend, of no use":    {account("{id: x, network: feeds, urls: [https://u.example], resend: true}"), 4, 64, "clients[0].accounts[0].resend", `"resend" is of no use for Feeds`},
		"backup somewhere":     {"backup: {dir: copies}", 1, 15, "backup.dir", "from the root on"},
		"resend":               {account("{id: x, network: feeds, urls: [https://u.example], resend: perhaps}"), 4, 64, "clients[0].accounts[0].resend", "true or false"},
		"listen":               {"server: {listen: '2222'}", 1, 18, "server.listen", "127.0.0.1:2222"},
		"mail":                 {"smtp: {host: a, from: nobody}", 1, 23, "smtp.from", "anna@example.com"},
		"port":                 {"smtp: {host: a, from: a@b.example, port: 70000}", 1, 42, "smtp.port", "65535"},
		"smtp host":            {"smtp: {from: a@b.example}", 1, 7, "smtp", `"host" is missing`},
		"smtp password":        {"smtp: {host: a, from: a@b.example, user: u}", 1, 7, "smtp", `"password" is missing`},
		"contact two ways":     {"clients: [{id: a, contacts: [{id: c, webhook: 'https://x.example', command: [x]}]}]", 1, 30, "clients[0].contacts[0]", "exactly one"},
		"contact webhook":      {"clients: [{id: a, contacts: [{id: c, webhook: 'http://x.example'}]}]", 1, 47, "clients[0].contacts[0].webhook", "https://"},
		"contact, no smtp":     {"clients: [{id: a, contacts: [{id: c, mail: c@x.example}]}]", 1, 44, "clients[0].contacts[0].mail", "smtp"},
		"unknown network":      {account("{id: x, network: myspace}"), 4, 22, "clients[0].accounts[0].network", "mastodon, bluesky, feeds, bridge"},
		"missing setting":      {account("{id: x, network: mastodon, server: 'https://m.example'}"), 4, 5, "clients[0].accounts[0]", `"token" is missing, which Mastodon needs`},
		"not for network":      {account("{id: x, network: feeds, urls: [https://u.example], chat: c}"), 4, 56, "clients[0].accounts[0]", `"chat" is of no use for Feeds`},
		"server address":       {account("{id: x, network: mastodon, server: m.example, token: 'env:T'}"), 4, 40, "clients[0].accounts[0].server", "https://"},
		"streams":              {account("{id: x, network: feeds, urls: [https://u.example], streams: [likes]}"), 4, 66, "clients[0].accounts[0].streams[0]", "mentions, comments"},
		"literal secret":       {account("{id: x, network: bluesky, handle: h, password: hunter2}"), 4, 52, "clients[0].accounts[0].password", "a secret is not written here"},
		"secret with colon":    {account("{id: x, network: bluesky, handle: h, password: 'hunter:2'}"), 4, 52, "clients[0].accounts[0].password", "a secret is not written here"},
		"number as secret":     {account("{id: x, network: bluesky, handle: h, password: 1234}"), 4, 52, "clients[0].accounts[0].password", "a secret is not written here"},
		"cmd as text":          {account("{id: x, network: bluesky, handle: h, password: 'cmd:pass show'}"), 4, 52, "clients[0].accounts[0].password", "as a list"},
		"empty command":        {account("{id: x, network: bluesky, handle: h, password: {cmd: ['']}}"), 4, 58, "clients[0].accounts[0].password", "as a list"},
		"keyring":              {account("{id: x, network: bluesky, handle: h, password: 'keyring:a'}"), 4, 52, "clients[0].accounts[0].password", "SERVICE/USER"},
		"secret in secrets":    {account("{id: x, network: bridge, command: [c], secrets: {token: abc}}"), 4, 61, "clients[0].accounts[0].secrets.token", "a secret is not written here"},
		"settings key":         {account("{id: x, network: bridge, command: [c], settings: {Board: a}}"), 4, 55, "clients[0].accounts[0].settings", "lower case"},
		"view without query":   {"views: [{id: v}]", 1, 9, "views[0]", `"query" is missing`},
		"view query":           {"views: [{id: v, query: 'a is:red'}]", 1, 24, "views[0].query", `at position 3: "is:" does not know "red"`},
		"unknown intent":       {"keys: {fly: [f]}", 1, 8, "keys", `unknown intent "fly"`},
		"key conflict":         {"keys:\n  done: [E]\n", 2, 10, "keys.done[0]", `"E" would be both "reopen" and "done" (Acts on the thread)`},
		"two of ours":          {"keys:\n  like: [f9]\n  note: [f8, f9]\n", 2, 10, "keys.like[0]", `"f9" would be both "like" and "note"`},
		"key of a text field":  {"keys:\n  visibility: [ctrl+b, v]\n", 2, 24, "keys.visibility[1]", `"v" for "visibility" (While writing): a text field takes that key`},
		"key of a sequence":    {"keys:\n  undo: [g]\n", 2, 10, "keys.undo[0]", `"g" for "undo" (Everywhere): the sequence of "next-due" begins with that key`},
		"feed with password":   {account("{id: x, network: feeds, urls: ['https://u:hunter2@h.example/f']}"), 4, 36, "clients[0].accounts[0].urls[0]", "without user or password"},
		"feed by ftp":          {account("{id: x, network: feeds, urls: ['https://a.example', 'ftp://h/f']}"), 4, 57, "clients[0].accounts[0].urls[1]", "https://"},
		"feed without host":    {account("{id: x, network: feeds, urls: [nonsense]}"), 4, 36, "clients[0].accounts[0].urls[0]", "https://"},
		"empty feed":           {account("{id: x, network: feeds, urls: ['']}"), 4, 36, "clients[0].accounts[0].urls[0]", "https://"},
		"secret setting":       {account("{id: x, network: bridge, command: [c], settings: {password: hunter2}}"), 4, 65, "clients[0].accounts[0].settings.password", `"secrets"`},
		"secret in a word":     {account("{id: x, network: bridge, command: [c], settings: {api_key: hunter2}}"), 4, 64, "clients[0].accounts[0].settings.api_key", `"secrets"`},
		"reference as setting": {account("{id: x, network: bridge, command: [c], settings: {client-secret: 'env:X'}}"), 4, 70, "clients[0].accounts[0].settings.client-secret", `"secrets"`},
		"stream of another":    {account("{id: x, network: mastodon, server: 'https://m.example', token: 'env:T', streams: [mentions, watch]}"), 4, 97, "clients[0].accounts[0].streams[1]", `Mastodon has no stream "watch"; it has: mentions, messages`},
		"built-in view":        {"views: [{id: ours, query: a}]", 1, 14, "views[0].id", `"ours" is the id of a built-in view`},
		"key name":             {"keys: {done: [ctrl+shift+nonsense]}", 1, 15, "keys.done[0]", `found "ctrl+shift+nonsense"; expected: a key`},
		"modifiers in order":   {"keys: {done: [shift+ctrl+e]}", 1, 15, "keys.done[0]", "expected: a key"},
		"empty key":            {"keys: {done: ['']}", 1, 15, "keys.done[0]", "expected: a key"},
		"intent twice":         {"keys:\n  done: [e]\n  done: [e]\n", 3, 3, "keys", "stands at line 2 already"},
		"account key twice":    {account("{id: x, network: feeds, urls: [https://u.example], id: y}"), 4, 56, "clients[0].accounts[0]", "stands at line 4 already"},
		"merged into itself":   {"smtp: &a {<<: *a, host: a, from: a@b.example}", 0, 0, "", "contains itself"},
		"alias in itself":      {"clients: &a [*a]", 1, 10, "clients[0]", "settings, one a line"},
	} {
		conf, mistakes := Parse("c.yaml", []byte(tt.in), networks())
		if len(mistakes) != 1 {
			t.Errorf("%s: %d mistakes: %v", name, len(mistakes), mistakes)
			continue
		}
		m := mistakes[0]
		if m.Line != tt.line || m.Column != tt.col || m.Path != tt.path || !strings.Contains(m.Error(), tt.want) {
			t.Errorf("%s: %+v\n\t%s", name, m, m)
		}
		if s := m.Error() + m.Sentence(lang.For(lang.French)); strings.Contains(s, "hunter") || strings.Contains(s, "1234") || strings.Contains(s, "%!") {
			t.Errorf("%s: says %s", name, s)
		}
		if !reflect.DeepEqual(conf, Default()) {
			t.Errorf("%s: not the default configuration", name)
		}
	}
}

func TestAllMistakesInOrder(t *testing.T) {
	_, mistakes := Parse("c.yaml", []byte("glyphs: x\nclients:\n- id: a\n  zone: Nowhere\n  accounts:\n  - {id: x, network: y}\ntheme: z\n"), networks())
	var lines []int
	for _, m := range mistakes {
		lines = append(lines, m.Line)
	}
	if want := []int{1, 4, 6, 7}; !reflect.DeepEqual(lines, want) {
		t.Errorf("lines %v: %v", lines, mistakes)
	}
	if got := mistakes[0].Error(); got != `c.yaml:1:9: glyphs: found "x"; expected: unicode, ascii` {
		t.Errorf("%s", got)
	}
}

func TestAnchors(t *testing.T) {
	raw := "clients:\n- id: a\n  accounts:\n  - &f {id: x, network: feeds, urls: [https://u.example], poll: 5m}\n  - {<<: *f, id: y}\n"
	conf, mistakes := Parse("c.yaml", []byte(raw), networks())
	if len(mistakes) > 0 || conf.Clients[0].Accounts[1].ID != "y" || conf.Clients[0].Accounts[1].Poll != Duration(5*time.Minute) {
		t.Errorf("%+v, %v", conf.Clients, mistakes)
	}
}

func TestAliasesAreBounded(t *testing.T) {
	many := func(s string) string { return "[" + strings.Repeat(s+", ", 400) + s + "]" }
	raw := "clients:\n- &c\n  id: a\n  accounts:\n  - &a {id: x, network: feeds, urls: " + many("https://u.example") + "}\n" + strings.Repeat("  - *a\n", 400) + strings.Repeat("- *c\n", 100)
	_, mistakes := Parse("c.yaml", []byte(raw), networks())
	if len(mistakes) == 0 || len(mistakes) > 5 {
		t.Errorf("%d mistakes", len(mistakes))
	}
	if !slices.ContainsFunc(mistakes, func(m Mistake) bool { return m.Key == "config.too-many" }) {
		t.Errorf("no limit: %v", mistakes)
	}
}

func TestMistakesAreBounded(t *testing.T) {
	var raw strings.Builder
	for i := range 2 * maxMistakes {
		fmt.Fprintf(&raw, "nonsense-%d: 1\n", i)
	}
	if _, mistakes := Parse("c.yaml", []byte(raw.String()), networks()); len(mistakes) != maxMistakes {
		t.Errorf("%d mistakes", len(mistakes))
	}
}

// TestHoldOfAClient tells a client without a hold from one that wants none.
func TestHoldOfAClient(t *testing.T) {
	conf, mistakes := Parse("c.yaml", []byte("clients: [{id: a}, {id: b, hold: 0s}, {id: c, hold: 5s}]"), networks())
	if len(mistakes) > 0 {
		t.Fatal(mistakes)
	}
	if a, b, c := conf.Clients[0].Hold, conf.Clients[1].Hold, conf.Clients[2].Hold; a != nil || b == nil || *b != 0 || c == nil || *c != Duration(5*time.Second) {
		t.Errorf("%v %v %v", a, b, c)
	}
}

// TestPlaces looks at where backups are to go.
func TestPlaces(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for place, fine := range map[string]bool{
		"": true, dir: true, filepath.Join(dir, "new"): true,
		file: false, filepath.Join(file, "under"): false, filepath.Join(dir, "not", "there"): false,
	} {
		if mistakes := CheckPlaces("c.yaml", Config{Backup: Backup{Dir: place}}); (len(mistakes) == 0) != fine {
			t.Errorf("%s: %v", place, mistakes)
		}
	}
}

// TestBackup reads what is said of backups over what holds without.
func TestBackup(t *testing.T) {
	for in, want := range map[string]Backup{
		"":                                       {Every: Duration(time.Hour)},
		"backup: {off: true}":                    {Every: Duration(time.Hour), Off: true},
		"backup: {every: 15m, dir: /mnt/copies}": {Every: Duration(15 * time.Minute), Dir: "/mnt/copies"},
	} {
		if conf, mistakes := Parse("c.yaml", []byte(in), networks()); len(mistakes) > 0 || conf.Backup != want {
			t.Errorf("%q: %+v, %v", in, conf.Backup, mistakes)
		}
	}
}

// TestOwnKeysAreKeys holds the check of key names against the built-in keys.
func TestOwnKeysAreKeys(t *testing.T) {
	m, err := keys.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, b := range m.In(keys.Root, keys.Thread, keys.List, keys.Reader, keys.Writing, keys.Form, keys.Pick, keys.Outbox, keys.Health) {
		for _, k := range b.Keys {
			if !keyName(k) {
				t.Errorf("%s: %q is taken for no key", b.Intent, k)
			}
		}
	}
	for _, k := range []string{"é", "ctrl+alt+shift+f12", "ctrl++", "+", "g g", "shift+space", "space", "alt+pgdown"} {
		if !keyName(k) {
			t.Errorf("%q is taken for no key", k)
		}
	}
	for _, k := range []string{"", " ", "ctrl+", "f99", "escape", "Enter", "g  g", "\x1b"} {
		if keyName(k) {
			t.Errorf("%q is taken for a key", k)
		}
	}
}

func TestSecretForms(t *testing.T) {
	for in, want := range map[string]Secret{
		"env:A": {Ref: "env:A"}, "file:/x y": {Ref: "file:/x y"}, "age:/x": {Ref: "age:/x"}, "keyring:a/b": {Ref: "keyring:a/b"},
		"[pass, show]": {Command: []string{"pass", "show"}}, "{cmd: [pass, show]}": {Command: []string{"pass", "show"}},
	} {
		conf, mistakes := Parse("c", []byte("smtp: {host: a, from: a@b.example, password: "+quoted(in)+"}"), nil)
		if len(mistakes) > 0 || !reflect.DeepEqual(conf.SMTP.Password, want) {
			t.Errorf("%s: %+v, %v", in, conf.SMTP, mistakes)
		}
	}
}

func quoted(s string) string {
	if strings.ContainsAny(s[:1], "[{") {
		return s
	}
	return "'" + s + "'"
}

func TestDuration(t *testing.T) {
	for in, want := range map[string]time.Duration{"10s": 10 * time.Second, "1h30m": 90 * time.Minute, "30d": 30 * day, "2w": 14 * day, "0s": 0, "24mo": 730 * day, "1mo": 730 * time.Hour, "2y": 730 * day} {
		got, err := ParseDuration(in)
		if err != nil || time.Duration(got) != want {
			t.Errorf("%s: %v, %v", in, got, err)
		}
		if again, err := ParseDuration(got.String()); err != nil || again != got {
			t.Errorf("%s prints %s", in, got)
		}
	}
	for _, in := range []string{"", "5", "-1s", "d", "1.5d", "99999d", "300y", "1M"} {
		if got, err := ParseDuration(in); err == nil {
			t.Errorf("%q: %v", in, got)
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add(Example())
	f.Add([]byte("clients: &a [*a, {<<: *a}]\nkeys: {done: [j, 1]}\nsmtp: {password: {cmd: []}}"))
	f.Fuzz(func(t *testing.T, raw []byte) {
		conf, mistakes := Parse("fuzz", raw, networks())
		for _, m := range mistakes {
			if m.Key == "config.unreadable" {
				t.Errorf("the check let through what cannot be decoded: %v", m)
			}
			if s := m.Error(); strings.Contains(s, "%!") {
				t.Error(s)
			}
		}
		if len(mistakes) > 0 && !reflect.DeepEqual(conf, Default()) {
			t.Error("mistakes, but not the default")
		}
	})
}
