// Package config is vigie's configuration: its structs, the example made from
// them, and the reading of a YAML file with every mistake named by line.
//
// Secrets are references, never values; the package resolves none.
package config

import "time"

// Config is the whole configuration. The doc tags become the comments of
// config.example.yaml and the eg tags its lines that are commented out; the
// one tags list the words that a setting may be.
type Config struct {
	Language string   `yaml:"language" one:"auto fr en" doc:"language of the interface: auto (from LANG), fr or en"`
	Theme    string   `yaml:"theme" one:"auto dark light contrast mono" doc:"auto (asks the terminal), dark, light, contrast or mono"`
	Glyphs   string   `yaml:"glyphs" one:"unicode ascii" doc:"unicode or ascii"`
	Emoji    string   `yaml:"emoji" one:"graphic text" doc:"graphic, or text: every emoji as its :name:"`
	Mouse    bool     `yaml:"mouse" doc:"clicks and the wheel; hold shift to select text"`
	Linear   bool     `yaml:"linear" doc:"true: a line after another, without boxes, for screen readers"`
	After    string   `yaml:"after" one:"next stay" doc:"after an act on a thread: go to the next one, or stay"`
	Open     []string `yaml:"open" doc:"what shows a link on the machine you sit at, as an argument list; the address is added; without: the system's own"`
	Notify   Notify   `yaml:"notify" doc:"how you hear of what cannot wait: a window that closes, somebody important, an answer that failed"`
	Server   Server   `yaml:"server" doc:"the process that collects, keeps and sends"`
	Hold     Duration `yaml:"hold" doc:"how long an answer waits, undoable, before it is sent; a client may have its own"`
	Backup   Backup   `yaml:"backup" doc:"copies of the store that the server makes by itself, into the data directory"`
	Upkeep   Upkeep   `yaml:"upkeep" doc:"what the server does for the store by itself, in quiet hours"`
	Clients  []Client `yaml:"clients" doc:"the brands you work for; digit n in the terminal selects the n-th"`
	Views    []View   `yaml:"views" doc:"named queries, shown as tabs after the built-in ones"`
	Keys     Keys     `yaml:"keys" doc:"keys by intent, instead of the built-in ones; an empty list takes them away"`
	SMTP     *SMTP    `yaml:"smtp" doc:"the mail server that takes escalations to contacts by mail"`
}

// Keys are key names by intent.
type Keys map[string][]string

// Duration is a time span as people write it: 10s, 5m, 72h, 30d.
type Duration time.Duration

// The values of Server.Mode.
const (
	Background    = "background"
	WhileAttached = "while-attached"
)

// The values of Config.After.
const (
	Next = "next"
	Stay = "stay"
)

// Server is how the server lives.
type Server struct {
	Mode   string `yaml:"mode" one:"background while-attached" doc:"background: goes on when the last terminal leaves; while-attached: ends with it"`
	Listen string `yaml:"listen" eg:"127.0.0.1:2222" doc:"address for SSH over TCP; without: none"`
	Keys   string `yaml:"authorized_keys" eg:"/home/me/.config/vigie/authorized_keys" doc:"public keys that may sign in over TCP; this is where they are looked for"`
}

// Backup is when and where the server copies its store by itself.
type Backup struct {
	Every Duration `yaml:"every" doc:"between copies; nothing is copied while nothing changes"`
	Dir   string   `yaml:"dir" eg:"/mnt/elsewhere/vigie" doc:"another directory for them, best on another disk"`
	Off   bool     `yaml:"off" eg:"true" doc:"make none"`
}

// Upkeep is what the server does for its store by itself.
type Upkeep struct {
	Compact bool `yaml:"compact" doc:"give the disk back a quarter of the store's file and more, when nobody does anything"`
}

// Client is a brand.
type Client struct {
	ID        string    `yaml:"id" doc:"short word, unique; never changes"`
	Name      string    `yaml:"name" doc:"as people write it"`
	Color     string    `yaml:"color" doc:"a name such as green, or #rrggbb; always shown with the name"`
	Zone      string    `yaml:"zone" doc:"IANA time zone; without: this machine's"`
	Hold      *Duration `yaml:"hold" eg:"30s" doc:"see hold above; 0s: sent at once"`
	Retention Span      `yaml:"retention" eg:"730d" doc:"how long messages of threads that are done keep what they say and who said it, 30d at least; without: for ever"`
	Guards    []string  `yaml:"guards" eg:"[\"Crumble'Up\", crumble.example]" doc:"more words that name this client: brands, domains, handles; an answer of another client that holds one is stopped"`
	Hours     Hours     `yaml:"hours" doc:"when it is open, by day or range of days, in its zone; without: always"`
	Holidays  []Holiday `yaml:"holidays" eg:"[2026-12-25, 2026-12-28..2027-01-02, 05-01, /home/me/holidays.ics]" doc:"when it is closed: dates, ranges, days of every year, calendar files (ICS)"`
	Answer    Duration  `yaml:"answer_within" doc:"how soon it wants an answer, in its hours; without: no wish"`
	Answers   Within    `yaml:"answer_within_kinds" doc:"kinds of message that have another: comment, mention, dm, review, watch; 0s: no wish"`
	Quiet     Nights    `yaml:"quiet" eg:"[\"12:00-13:30\", \"20:00-08:00\"]" doc:"when nothing rings for it, in its zone"`
	Charter   Charter   `yaml:"charter" doc:"how it wants to be spoken for"`
	Replies   []Reply   `yaml:"replies" doc:"saved replies"`
	Contacts  []Contact `yaml:"contacts" doc:"people without a seat to whom a thread can be escalated"`
	Accounts  []Account `yaml:"accounts" doc:"the identities you sign in with for this client"`
}

// Contact is somebody to escalate to. Exactly one of Mail, Webhook, Command.
type Contact struct {
	ID      string   `yaml:"id" doc:"short word, unique within the client"`
	Name    string   `yaml:"name" doc:"as people write it"`
	Role    string   `yaml:"role" doc:"for people"`
	Mail    string   `yaml:"mail" doc:"mail address; this, webhook or command"`
	Webhook string   `yaml:"webhook" eg:"https://example.com/hook" doc:"https address that takes a signed POST"`
	Command []string `yaml:"command" eg:"[/usr/local/bin/page, --team, web]" doc:"argument list; the brief comes as JSON on standard input"`
	Secret  Secret   `yaml:"secret" eg:"env:HOOK_SECRET" doc:"signs the webhook"`
}

// Account is a signed-in identity. Which of Server, Handle, URLs, Command and
// the secrets it needs is its network's to say ("vigie networks").
type Account struct {
	ID       string   `yaml:"id" doc:"short word, unique over all clients; never changes"`
	Network  string   `yaml:"network" doc:"one of those that \"vigie networks\" lists"`
	Server   string   `yaml:"server" doc:"address of the server, https://…"`
	Handle   string   `yaml:"handle" eg:"\"@miette@mastodon.example\"" doc:"your name there"`
	User     string   `yaml:"user" eg:"miette" doc:"wordpress, mail: the name you sign in with"`
	Member   string   `yaml:"member" eg:"bonjour@miette.example" doc:"ghost: the mail address of the member that answers in the brand's name"`
	IMAP     string   `yaml:"imap" eg:"imap.miette.example" doc:"mail: where the mailbox is read, host or host:port; without: imap. and the address's domain"`
	SMTP     string   `yaml:"smtp" eg:"smtp.miette.example:587" doc:"mail: where answers are sent; without: smtp. and the address's domain"`
	AuthServ string   `yaml:"authserv" eg:"mx.miette.example" doc:"mail: the name your mail server signs Authentication-Results with; without it nothing proves who wrote"`
	Folders  []string `yaml:"folders" eg:"[INBOX/Contact]" doc:"mail: folders that are read besides INBOX and the one of sent mails"`
	Sent     string   `yaml:"sent" eg:"Sent" doc:"mail: the folder of sent mails, when the server marks none"`
	Notices  []Notice `yaml:"notifications" eg:"[{from: loom.example, subject: '^(?P<author>.+) commented on (?P<post>.+)$', link: 'https://loom.example/posts/', network: loom, kind: comment}]" doc:"mail: mails of networks that vigie does not know and that become threads, answered where their link leads"`
	Chat     string   `yaml:"chat" eg:"did:web:api.bsky.chat" doc:"bluesky: the chat service, when not the usual one"`
	URLs     []string `yaml:"urls" eg:"[https://example.com/feed.xml]" doc:"feeds: their addresses"`
	Words    []string `yaml:"keywords" eg:"[miette, crumble]" doc:"feeds: keep only entries with one of these, and none with one behind a minus ('-recette'); mastodon, bluesky: posts with one of these are watches"`
	Hashtags []string `yaml:"hashtags" eg:"[galette, lyon7]" doc:"mastodon, bluesky: posts with one of these are watches"`
	Quotes   string   `yaml:"quotes" one:"public followers nobody" eg:"nobody" doc:"mastodon: who may quote your answers; without: as the account has it there"`
	Command  []string `yaml:"command" eg:"[/usr/local/bin/forum-bridge]" doc:"bridge: the external program, as an argument list"`
	Token    Secret   `yaml:"token" doc:"mastodon: the access token; telegram: the bot's; ghost: the admin key of an integration; mail: one of OAuth, in place of a password"`
	Password Secret   `yaml:"password" eg:"env:MIETTE_APP_PASSWORD" doc:"bluesky: an app password; wordpress: an application password; mail: the mailbox's"`
	Settings Settings `yaml:"settings" eg:"{board: \"42\"}" doc:"bridge: settings handed to the program as they are"`
	Secrets  Secrets  `yaml:"secrets" eg:"{token: \"env:FORUM_TOKEN\"}" doc:"bridge: secrets handed to the program when it asks"`
	Streams  []string `yaml:"streams" one:"mentions comments messages reviews watch" eg:"[mentions, messages]" doc:"what to collect; without: all the network has"`
	Poll     Duration `yaml:"poll" eg:"2m" doc:"between collections; without: the network's usual"`
	History  Duration `yaml:"history" doc:"how far back the first collection goes"`
	Fresh    Duration `yaml:"fresh" doc:"what is younger than this at the first collection is work, the rest archive"`
	Resend   bool     `yaml:"resend" eg:"true" doc:"send again by itself what was in doubt and is surely not there, where the network only lets us look (class C in \"vigie networks\"); without, you are asked"`
	Deleted  string   `yaml:"deleted" one:"erase keep" doc:"messages deleted on the network: erase or keep their text"`
}

// Notice is what makes a mail of a network a thread.
type Notice struct {
	From    string `yaml:"from" doc:"the address that it writes from, or its domain; the mail must be signed by that (DKIM)"`
	Subject string `yaml:"subject" doc:"a regular expression, its groups author and post are kept; without: any"`
	Link    string `yaml:"link" doc:"host, or beginning of the address, that the link leads to"`
	Network string `yaml:"network" doc:"its name, a short word"`
	Kind    string `yaml:"kind" one:"comment mention dm review watch" doc:"what it tells; without: comment"`
}

// Settings are words by key, keys in lower case.
type Settings map[string]string

// Secrets are references by name, names in lower case.
type Secrets map[string]Secret

// View is a named query.
type View struct {
	ID    string `yaml:"id" doc:"short word, unique"`
	Name  string `yaml:"name" doc:"shown on the tab"`
	Query string `yaml:"query" doc:"in the query language, see docs/query.md"`
	Hide  bool   `yaml:"hide" eg:"true" doc:"show no tab while it is empty"`
}

// SMTP is the mail server for escalations.
type SMTP struct {
	Host     string `yaml:"host" doc:"its name"`
	Port     int    `yaml:"port" doc:"587 with STARTTLS, 465 with TLS"`
	From     string `yaml:"from" doc:"the sender's address"`
	User     string `yaml:"user" doc:"without: no sign-in"`
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

// Default is the configuration of somebody who wrote none.
func Default() Config {
	return Config{
		Language: "auto", Theme: "auto", Glyphs: "unicode", Emoji: "graphic", Mouse: true, After: Next,
		Notify: Notify{Bell: true, Desktop: "auto"},
		Server: Server{Mode: Background},
		Hold:   Duration(10 * time.Second),
		Backup: Backup{Every: Duration(time.Hour)},
		Upkeep: Upkeep{Compact: true},
	}
}

const day = 24 * time.Hour

// fill gives accounts and mail what they leave open.
func (c *Config) fill() {
	for i := range c.Clients {
		for j := range c.Clients[i].Accounts {
			a := &c.Clients[i].Accounts[j]
			if a.History == 0 {
				a.History = Duration(30 * day)
			}
			if a.Fresh == 0 {
				a.Fresh = Duration(3 * day)
			}
			if a.Deleted == "" {
				a.Deleted = "erase"
			}
		}
	}
	if c.SMTP != nil && c.SMTP.Port == 0 {
		c.SMTP.Port = 587
	}
}
