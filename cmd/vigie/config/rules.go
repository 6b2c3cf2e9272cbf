package config

import (
	"fmt"
	"net"
	"net/mail"
	"net/netip"
	"net/url"
	"path/filepath"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"

	"go.yaml.in/yaml/v3"

	"vigie/connectors"
	"vigie/inbox"
	"vigie/inbox/pattern"
	"vigie/tui/lang"
	"vigie/tui/theme"
)

var (
	idShape    = pattern.Lazy(`^[a-z0-9][a-z0-9._-]{0,39}$`)
	langShape  = pattern.Lazy(`^[a-z]{2}$`)
	colorShape = pattern.Lazy(`^#[0-9a-fA-F]{6}$`)
)

// id checks the id of a thing and that no other of the kind has it; kind and
// scope name what it must be unique in.
func (c *checker) id(n *yaml.Node, path, kind, scope string) {
	at := field(n, "id")
	switch {
	case at == nil:
		c.fail(n, path, "config.missing", "id")
		return
	case !idShape().MatchString(at.Value):
		c.fail(at, join(path, "id"), "config.bad-id", shown(at))
		return
	}
	name := kind + " " + scope + " " + at.Value
	if line, taken := c.first[name]; taken {
		c.fail(at, join(path, "id"), "config.id-taken", at.Value, line)
		return
	}
	c.first[name] = at.Line
}

func (c *checker) need(n *yaml.Node, path string, names ...string) {
	for _, name := range names {
		if field(n, name) == nil {
			c.fail(n, path, "config.missing", name)
		}
	}
}

func (c *checker) server(n *yaml.Node, path string) {
	at := field(n, "listen")
	if at == nil {
		return
	}
	host, port, err := net.SplitHostPort(at.Value)
	_, portErr := strconv.ParseUint(port, 10, 16)
	if _, addrErr := netip.ParseAddr(host); err != nil || portErr != nil || addrErr != nil && host != "localhost" {
		c.fail(at, join(path, "listen"), "config.bad-listen", shown(at))
	}
}

// mostHold is how long an answer may wait, undoable: what is to leave later
// than that has a time of its own.
const mostHold = Duration(time.Hour)

func (c *checker) hold(n *yaml.Node, path string) {
	c.bound(n, path, "hold", func(d Duration) bool { return d > mostHold }, "config.bad-hold", mostHold)
}

// leastRetention is the shortest time that messages are kept: a slip of the
// pen must not erase an inbox.
const leastRetention = Duration(30 * day)

// bound refuses a span that lies beyond a limit. What is no span is told by
// who reads it.
func (c *checker) bound(n *yaml.Node, path, name string, beyond func(Duration) bool, key lang.Key, limit Duration) {
	at := field(n, name)
	if at == nil || at.Kind != yaml.ScalarNode {
		return
	}
	if d, err := ParseDuration(at.Value); err == nil && beyond(d) {
		c.fail(at, join(path, name), key, shown(at), limit.String())
	}
}

func (c *checker) client(n *yaml.Node, path string) {
	c.id(n, path, "client", "")
	c.hold(n, path)
	c.bound(n, path, "retention", func(d Duration) bool { return d < leastRetention }, "config.bad-retention", leastRetention)
	if at := field(n, "name"); at != nil && at.ShortTag() == "!!str" {
		name := "client's name " + strings.ToLower(strings.TrimSpace(at.Value))
		if line, taken := c.first[name]; taken {
			c.fail(at, join(path, "name"), "config.id-taken", at.Value, line)
		} else {
			c.first[name] = at.Line
		}
	}
	if at := field(n, "color"); at != nil && !colorShape().MatchString(at.Value) && !slices.Contains(theme.Words(), at.Value) {
		c.fail(at, join(path, "color"), "config.bad-color", shown(at), strings.Join(theme.Words(), ", "))
	}
	c.guards(n, path)
	c.replies(n, path)
	if at := field(n, "zone"); at != nil && at.Kind == yaml.ScalarNode {
		if _, err := time.LoadLocation(at.Value); err != nil {
			c.fail(at, join(path, "zone"), "config.bad-zone", shown(at))
		}
	}
}

// shortestGuard is how short a word that names a client may be: in letters and
// digits. A shorter one would stop every other answer.
const shortestGuard = 3

// guards wants words that can name a client, and one client only.
func (c *checker) guards(n *yaml.Node, path string) {
	for i, at := range items(field(n, "guards")) {
		if at.ShortTag() != "!!str" {
			continue // told as no text
		}
		here := fmt.Sprintf("%s[%d]", join(path, "guards"), i)
		letters := 0
		for _, r := range at.Value {
			if unicode.IsLetter(r) || unicode.IsDigit(r) {
				letters++
			}
		}
		if letters < shortestGuard {
			c.fail(at, here, "config.bad-guard", shown(at), shortestGuard)
			continue
		}
		name := "guard " + strings.ToLower(strings.TrimSpace(at.Value))
		if line, taken := c.first[name]; taken {
			c.fail(at, here, "config.guard-taken", shown(at), line)
			continue
		}
		c.first[name] = at.Line
	}
}

// leastBackup is how often backups may be made at most.
const leastBackup = Duration(time.Minute)

func (c *checker) backup(n *yaml.Node, path string) {
	if at := field(n, "every"); at != nil && at.Kind == yaml.ScalarNode {
		if every, err := ParseDuration(at.Value); err == nil && every < leastBackup {
			c.fail(at, join(path, "every"), "config.bad-every", shown(at), leastBackup.String())
		}
	}
	if at := field(n, "dir"); at != nil && at.ShortTag() == "!!str" && !filepath.IsAbs(at.Value) {
		c.fail(at, join(path, "dir"), "config.bad-dir", shown(at))
	}
}

func (c *checker) contact(n *yaml.Node, path string) {
	client := path[:max(strings.Index(path, ".contacts"), 0)]
	c.id(n, path, "contact", client)
	ways := 0
	for _, way := range []string{"mail", "webhook", "command"} {
		if field(n, way) != nil {
			ways++
		}
	}
	if ways != 1 {
		c.fail(n, path, "config.contact-way")
	}
	if at := field(n, "mail"); at != nil {
		c.address(at, join(path, "mail"))
		if !c.smtp {
			c.fail(at, join(path, "mail"), "config.no-smtp")
		}
	}
	if at := field(n, "webhook"); at != nil {
		c.web(at, join(path, "webhook"))
	}
}

func (c *checker) address(at *yaml.Node, path string) {
	if a, err := mail.ParseAddress(at.Value); err != nil || a.Address != at.Value {
		c.fail(at, path, "config.bad-mail", shown(at))
	}
}

// web wants https, or plain http on this machine, and no sign-in in it.
func (c *checker) web(at *yaml.Node, path string) {
	u, err := url.Parse(at.Value)
	if err != nil || u.Host == "" || u.User != nil {
		c.fail(at, path, "config.bad-url")
		return
	}
	ip, _ := netip.ParseAddr(u.Hostname())
	if u.Scheme != "https" && (u.Scheme != "http" || !ip.IsLoopback() && u.Hostname() != "localhost") {
		c.fail(at, path, "config.bad-url")
	}
}

// accountKeys are the settings that belong to some networks only.
var accountKeys = []string{"server", "user", "member", "imap", "smtp", "authserv", "folders", "sent", "notifications", "chat", "urls", "keywords", "hashtags", "quotes", "command", "token", "password", "settings", "secrets"}

func (c *checker) account(n *yaml.Node, path string) {
	c.id(n, path, "account", "")
	at := field(n, "network")
	if at == nil {
		c.fail(n, path, "config.missing", "network")
		return
	}
	info, ok := c.registry.Find(inbox.Network(at.Value))
	if !ok {
		c.fail(at, join(path, "network"), "config.unknown-network", shown(at), c.networks())
		return
	}
	takes := map[string]bool{"settings": at.Value == "bridge"}
	for _, s := range info.Settings {
		takes[s.Key] = true
		if s.Required && field(n, s.Key) == nil {
			c.fail(n, path, "config.missing-setting", s.Key, info.Title)
		}
	}
	for key := range c.pairs(n, path) {
		if slices.Contains(accountKeys, key.Value) && !takes[key.Value] && field(n, key.Value) != nil {
			c.fail(key, path, "config.not-for-network", key.Value, info.Title)
		}
	}
	if at := field(n, "server"); at != nil {
		c.web(at, join(path, "server"))
	}
	for i, at := range items(field(n, "urls")) {
		u, err := url.Parse(at.Value)
		fit := err == nil && u.Host != "" && u.User == nil && (u.Scheme == "https" || u.Scheme == "http")
		if at.ShortTag() == "!!str" && !fit {
			c.fail(at, fmt.Sprintf("%s[%d]", join(path, "urls"), i), "config.bad-feed")
		}
	}
	if at := field(n, "resend"); at != nil && at.Value == "true" && !mayLook(info) {
		c.fail(at, join(path, "resend"), "config.not-for-network", "resend", info.Title)
	}
	c.streams(n, path, info)
	c.settings(n, path)
}

// networks are those that can be configured.
func (c *checker) networks() string {
	var known []string
	for _, i := range c.registry {
		known = append(known, string(i.Network))
	}
	return strings.Join(known, ", ")
}

// mayLook reports whether a network may have texts of class C: what a server,
// or an external program, promises for itself is known only when it runs.
func mayLook(info connectors.Info) bool {
	return info.Network == "bridge" || info.Caps.Can(inbox.ActReply) || info.Caps.Can(inbox.ActPrivate)
}

// streams wants those that the network has.
func (c *checker) streams(n *yaml.Node, path string, info connectors.Info) {
	var has []string
	for _, s := range info.Caps.Streams {
		has = append(has, string(s))
	}
	setting, _ := fieldOf(reflect.TypeFor[Account](), "streams")
	for i, at := range items(field(n, "streams")) {
		if contains(setting.Tag.Get("one"), at.Value) && !slices.Contains(has, at.Value) {
			c.fail(at, fmt.Sprintf("%s[%d]", join(path, "streams"), i), "config.no-stream", info.Title, at.Value, strings.Join(has, ", "))
		}
	}
}

// secretWords are the parts of a setting's name that speak of a secret.
var secretWords = []string{"password", "passwd", "passphrase", "pass", "token", "secret", "key", "apikey", "credential", "credentials"}

// settings refuses what is called a secret: settings are handed on as they
// stand, secrets by reference. What stands there is not repeated.
func (c *checker) settings(n *yaml.Node, path string) {
	at := field(n, "settings")
	if at == nil || at.Kind != yaml.MappingNode {
		return
	}
	apart := func(r rune) bool { return strings.ContainsRune("-_. ", r) }
	for key, val := range c.pairs(at, join(path, "settings")) {
		if val.Kind == yaml.AliasNode {
			val = val.Alias
		}
		named := slices.ContainsFunc(strings.FieldsFunc(key.Value, apart), func(w string) bool { return slices.Contains(secretWords, w) })
		if named && val.Kind == yaml.ScalarNode && val.Value != "" && val.ShortTag() == "!!str" {
			c.fail(val, join(join(path, "settings"), key.Value), "config.secret-setting", key.Value)
		}
	}
}

func (c *checker) mailServer(n *yaml.Node, path string) {
	c.need(n, path, "host", "from")
	if at := field(n, "from"); at != nil {
		c.address(at, join(path, "from"))
	}
	if at := field(n, "port"); at != nil && at.ShortTag() == "!!int" {
		if _, err := strconv.ParseUint(at.Value, 10, 16); err != nil {
			c.fail(at, join(path, "port"), "config.bad-port", shown(at))
		}
	}
	if field(n, "user") != nil {
		c.need(n, path, "password")
	}
}

// secret wants a reference. What stands there instead is not repeated: it may
// be the secret.
func (c *checker) secret(n *yaml.Node, path string) {
	if n.Kind == yaml.MappingNode {
		if cmd := field(n, "cmd"); cmd != nil && len(n.Content) == 2 {
			n = cmd
		}
	}
	if n.Kind == yaml.SequenceNode {
		for _, item := range n.Content {
			if item.Kind != yaml.ScalarNode || item.ShortTag() != "!!str" {
				c.fail(item, path, "config.bad-command")
				return
			}
		}
		if len(n.Content) == 0 || n.Content[0].Value == "" {
			c.fail(n, path, "config.bad-command")
		}
		return
	}
	kind, rest, _ := strings.Cut(n.Value, ":")
	key := lang.Key("config.literal-secret")
	switch {
	case n.Kind != yaml.ScalarNode || n.ShortTag() != "!!str":
	case kind == "cmd":
		key = "config.bad-command"
	case rest == "" || strings.TrimSpace(rest) != rest:
	case kind == "env", kind == "file", kind == "age":
		return
	case kind == "keyring":
		if service, user, ok := strings.Cut(rest, "/"); ok && service != "" && user != "" {
			return
		}
		key = "config.bad-keyring"
	}
	c.fail(n, path, key)
}
