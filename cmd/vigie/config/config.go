// Package config is vigie's configuration: its structs, the example made from
// them, and the reading of a YAML file with every mistake named by line.
//
// Secrets are references, never values; the package resolves none.
package config

import (
	"time"
)

// Config is the whole configuration. The doc tags become the comments of
// config.example.yaml.
type Config struct {
	Language string   `yaml:"language" doc:"language of the interface: auto (from LANG), fr or en"`
	Theme    string   `yaml:"theme" doc:"auto (asks the terminal), dark, light, contrast or mono"`
	Glyphs   string   `yaml:"glyphs" doc:"unicode or ascii"`
	Emoji    string   `yaml:"emoji" doc:"graphic, or text: emoji of several code points as :name:"`
	Mouse    bool     `yaml:"mouse" doc:"clicks and the wheel; hold shift to select text"`
	Server   Server   `yaml:"server" doc:"the process that collects, keeps and sends"`
	Hold     Duration `yaml:"hold" doc:"how long an answer waits, undoable, before it is sent; a client may have its own"`
	Clients  []Client `yaml:"clients" doc:"the brands you work for; digit n in the terminal selects the n-th"`
	Views    []View   `yaml:"views" doc:"named queries, shown as tabs after the built-in ones"`
	Keys     Keys     `yaml:"keys" doc:"keys by intent, instead of the built-in ones"`
	SMTP     *SMTP    `yaml:"smtp" doc:"the mail server that takes escalations to contacts by mail"`
}

// Keys are key names by intent.
type Keys map[string][]string

// Duration is a time span as people write it: 10s, 5m, 72h, 30d.
type Duration time.Duration

// Server is how the server lives.
type Server struct {
	Mode   string `yaml:"mode" doc:"background: goes on when the last terminal leaves; while-attached: ends with it"`
	Listen string `yaml:"listen" doc:"address for SSH over TCP, such as 127.0.0.1:2222; empty: none"`
	Keys   string `yaml:"authorized_keys" doc:"file of the public keys that may sign in over TCP"`
}

// Client is a brand.
type Client struct {
	ID       string    `yaml:"id" doc:"short word, unique; never changes"`
	Name     string    `yaml:"name" doc:"as people write it"`
	Color    string    `yaml:"color" doc:"a name such as green, or #rrggbb; always shown with the name"`
	Zone     string    `yaml:"zone" doc:"IANA time zone; empty: this machine's"`
	Hold     Duration  `yaml:"hold" doc:"see hold above"`
	Guards   []string  `yaml:"guards" doc:"words, handles and domains that belong to this brand alone"`
	Contacts []Contact `yaml:"contacts" doc:"people without a seat to whom a thread can be escalated"`
	Accounts []Account `yaml:"accounts" doc:"the identities you sign in with for this client"`
}

// Contact is somebody to escalate to. Exactly one of Mail, Webhook, Command.
type Contact struct {
	ID      string   `yaml:"id" doc:"short word, unique within the client"`
	Name    string   `yaml:"name" doc:"as people write it"`
	Role    string   `yaml:"role" doc:"for people"`
	Mail    string   `yaml:"mail" doc:"mail address"`
	Webhook string   `yaml:"webhook" doc:"https address that takes a signed POST"`
	Command []string `yaml:"command" doc:"argument list; the brief comes as JSON on standard input"`
	Secret  Secret   `yaml:"secret" doc:"signs the webhook"`
}

// Account is a signed-in identity. Which of Server, Handle, URLs, Command and
// the secrets it needs is its network's to say ("vigie networks").
type Account struct {
	ID       string   `yaml:"id" doc:"short word, unique over all clients; never changes"`
	Network  string   `yaml:"network" doc:"mastodon, bluesky, feeds or bridge"`
	Server   string   `yaml:"server" doc:"address of the server, https://…"`
	Handle   string   `yaml:"handle" doc:"your name there"`
	Chat     string   `yaml:"chat" doc:"bluesky: the chat service, when not the usual one"`
	URLs     []string `yaml:"urls" doc:"feeds: their addresses"`
	Words    []string `yaml:"words" doc:"feeds: keep only entries with one of these"`
	Command  []string `yaml:"command" doc:"bridge: the external program, as an argument list"`
	Token    Secret   `yaml:"token" doc:"mastodon: the access token"`
	Password Secret   `yaml:"password" doc:"bluesky: an app password"`
	Settings Settings `yaml:"settings" doc:"bridge: settings handed to the program as they are"`
	Streams  []string `yaml:"streams" doc:"what to collect; empty: all the network has"`
	Poll     Duration `yaml:"poll" doc:"between collections; empty: the network's usual"`
	History  Duration `yaml:"history" doc:"how far back the first collection goes"`
	Fresh    Duration `yaml:"fresh" doc:"what is younger than this at the first collection is work, the rest archive"`
	Deleted  string   `yaml:"deleted" doc:"messages deleted on the network: erase or keep their text"`
}

// Settings are words by key.
type Settings map[string]string

// View is a named query.
type View struct {
	ID    string `yaml:"id" doc:"short word, unique"`
	Name  string `yaml:"name" doc:"shown on the tab"`
	Query string `yaml:"query" doc:"in the query language, see docs/query.md"`
}

// SMTP is the mail server for escalations.
type SMTP struct {
	Host     string `yaml:"host"`
	Port     int    `yaml:"port" doc:"587 with STARTTLS, 465 with TLS"`
	From     string `yaml:"from" doc:"the sender's address"`
	User     string `yaml:"user" doc:"empty: no sign-in"`
	Password Secret `yaml:"password" doc:"a secret reference"`
}

// Secret is a reference to a secret: env:NAME, file:PATH, keyring:SERVICE/USER,
// age:FILE, or a list: the command that prints it. The value itself is refused.
type Secret struct {
	Ref     string
	Command []string
}

// Empty reports whether there is no reference.
func (s Secret) Empty() bool { return s.Ref == "" && len(s.Command) == 0 }
