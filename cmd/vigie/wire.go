package main

import (
	"context"
	"fmt"
	"log/slog"
	"maps"
	"os"
	"reflect"
	"slices"
	"strings"
	"sync"
	"time"

	"vigie/cmd/vigie/config"
	"vigie/connectors"
	"vigie/inbox"
	"vigie/inbox/engine"
	"vigie/store/secrets"
)

// wiring makes an engine's settings of a configuration. It keeps the
// connectors it opened, so that an account whose configuration did not change
// keeps its connector, and with it its sign-in, when another one changes.
type wiring struct {
	registry connectors.Registry
	env      connectors.Env
	resolve  resolver
	lang     string // LANG, for mails when the configuration says auto

	mu   sync.Mutex
	conf config.Config
	open map[inbox.AccountID]opened
}

// resolver turns a reference of the configuration into the secret itself.
type resolver func(ctx context.Context, ref config.Secret) (inbox.Secret, error)

type opened struct {
	client config.Client
	conf   config.Account
	conn   inbox.Connector
}

func newWiring(r connectors.Registry, vault connectors.Vault, log *slog.Logger) *wiring {
	return &wiring{
		registry: r,
		env:      connectors.Env{Clock: wallClock{}, Log: log, Vault: vault, UserAgent: "vigie/" + version()},
		resolve: func(ctx context.Context, ref config.Secret) (inbox.Secret, error) {
			return secrets.Resolve(ctx, secrets.Ref{Ref: ref.Ref, Command: ref.Command})
		},
		lang: os.Getenv("LANG"),
		open: map[inbox.AccountID]opened{},
	}
}

// settings opens the connectors of a configuration. A connector that cannot
// be opened leaves its account visible, with its problem.
func (w *wiring) settings(c config.Config) engine.Settings {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.conf = c
	s := engine.Settings{Hold: time.Duration(c.Hold), Compact: c.Upkeep.Compact}
	open := map[inbox.AccountID]opened{}
	for _, client := range c.Clients {
		s.Clients = append(s.Clients, w.client(client, c.Notify))
		for _, conf := range client.Accounts {
			set := accountOf(client, conf)
			set.Connector, set.Problem = w.connector(client, conf, set.Account)
			if set.Connector != nil {
				open[set.Account.ID] = opened{client, conf, set.Connector}
			}
			s.Accounts = append(s.Accounts, set)
		}
	}
	for _, v := range c.Views {
		s.Views = append(s.Views, inbox.View{ID: v.ID, Name: v.Name, Query: v.Query, Hide: v.Hide})
	}
	w.open = open
	return s
}

func (w *wiring) connector(client config.Client, conf config.Account, acc inbox.Account) (inbox.Connector, inbox.Problem) {
	if old, ok := w.open[acc.ID]; ok && old.client.ID == client.ID && reflect.DeepEqual(old.conf, conf) {
		return old.conn, inbox.Problem{}
	}
	conn, err := w.registry.Open(w.env, w.setup(conf, acc))
	if err != nil {
		return nil, inbox.Problem{Code: inbox.CodeMissing, Args: []string{string(acc.ID)}, Detail: err.Error()}
	}
	return conn, inbox.Problem{}
}

func (w *wiring) setup(conf config.Account, acc inbox.Account) connectors.Setup {
	settings := map[string]string{}
	for k, v := range conf.Settings {
		settings[k] = v
	}
	for k, v := range map[string]string{
		"server": conf.Server, "handle": conf.Handle, "user": conf.User, "member": conf.Member, "chat": conf.Chat,
		"imap": conf.IMAP, "smtp": conf.SMTP, "authserv": conf.AuthServ, "sent": conf.Sent, "quotes": conf.Quotes,
	} {
		if v != "" {
			settings[k] = v
		}
	}
	refs := map[string]config.Secret{"token": conf.Token, "password": conf.Password}
	for key, ref := range conf.Secrets {
		refs[key] = ref
	}
	var notices []connectors.Notification
	for _, n := range conf.Notices {
		notices = append(notices, connectors.Notification{From: n.From, Subject: n.Subject, Link: n.Link, Network: inbox.Network(n.Network), Kind: inbox.Kind(n.Kind)})
	}
	return connectors.Setup{
		Account: acc, Notifications: notices,
		Settings: settings,
		Lists: map[string][]string{
			"urls": conf.URLs, "keywords": conf.Words, "hashtags": conf.Hashtags, "folders": conf.Folders, "secrets": slices.Sorted(maps.Keys(conf.Secrets)),
		},
		Command: conf.Command,
		Secret: func(ctx context.Context, key string) (inbox.Secret, error) {
			ref, ok := refs[key]
			if !ok || ref.Empty() {
				// what "vigie account login" put away
				kept, ok, err := w.env.Vault.Get(acc.ID, key)
				if err != nil || ok {
					return kept, err
				}
				return inbox.Secret{}, inbox.Problem{Code: inbox.CodeMissing, Args: []string{string(acc.ID) + "." + key}, Detail: fmt.Sprintf("%s of account %s", key, acc.ID)}
			}
			return w.resolve(ctx, ref)
		},
	}
}

// yearsBefore and yearsAfter are the years around this one whose holidays are
// read of a calendar that has them for ever.
const (
	yearsBefore = 1
	yearsAfter  = 10
)

// client is a client with its holidays and quiet hours. A calendar that cannot
// be read is told in the log and by "vigie config check": a file that is away
// must not keep a server from starting.
func (w *wiring) client(c config.Client, n config.Notify) inbox.Client {
	client := clientOf(c)
	year := w.env.Clock.Now().Year()
	closed, err := c.Closed(year-yearsBefore, year+yearsAfter)
	if err != nil {
		w.env.Log.Error("read holidays", "client", c.ID, "error", err)
	}
	client.Hours = hoursOf(c.Hours.Week(), closed)
	if len(client.Quiet) == 0 {
		client.Quiet = n.Quiet.Spans()
	}
	return client
}

// hoursOf: who is closed on some days and says no more is open on the others.
func hoursOf(week [7][]inbox.Span, closed []inbox.Day) inbox.Hours {
	h := inbox.Hours{Week: week, Closed: closed}
	if h.Zero() && len(closed) > 0 {
		for d := range h.Week {
			h.Week[d] = []inbox.Span{{From: 0, To: 24 * time.Hour}}
		}
	}
	return h
}

func clientOf(c config.Client) inbox.Client {
	client := inbox.Client{
		ID: inbox.ClientID(c.ID), Name: c.Name, Color: c.Color, Zone: c.Zone,
		Hold: -1, Guards: c.Guards, Retention: time.Duration(c.Retention.Duration),
	}
	if c.Hold != nil {
		client.Hold = time.Duration(*c.Hold)
	}
	if client.Name == "" {
		client.Name = c.ID
	}
	client.Target = time.Duration(c.Answer)
	for kind, d := range c.Answers {
		if client.Targets == nil {
			client.Targets = map[inbox.Kind]time.Duration{}
		}
		client.Targets[inbox.Kind(kind)] = time.Duration(d)
	}
	client.Quiet = c.Quiet.Spans()
	client.Charter = charterOf(c.Charter)
	for _, r := range c.Replies {
		client.Replies = append(client.Replies, inbox.SavedReply{ID: r.ID, Lang: r.Lang, Network: inbox.Network(r.Network), Text: r.Text})
	}
	for _, k := range c.Contacts {
		contact := inbox.Contact{ID: inbox.ContactID(k.ID), Name: k.Name, Role: k.Role}
		switch {
		case k.Mail != "":
			contact.Channel, contact.Address = inbox.ChannelMail, k.Mail
		case k.Webhook != "":
			contact.Channel, contact.Address = inbox.ChannelWebhook, k.Webhook
		default:
			contact.Channel, contact.Command = inbox.ChannelCommand, k.Command
		}
		client.Contacts = append(client.Contacts, contact)
	}
	return client
}

func charterOf(c config.Charter) inbox.Charter {
	charter := inbox.Charter{
		Address: c.Address, Signature: c.Signature, Languages: c.Languages, Notes: c.Notes,
	}
	if c.Emoji == "none" {
		charter.Emoji = c.Emoji
	}
	for _, w := range c.Words {
		charter.Words = append(charter.Words, inbox.CharterWord{Word: w.Word, Why: w.Why, Block: w.Block})
	}
	return charter
}

// serverOf is the server at an address, however that is spelled.
func serverOf(address string) string {
	if _, place, found := strings.Cut(address, "://"); found {
		address = place
	}
	return strings.ToLower(strings.TrimRight(address, "/"))
}

// placeOf is where an account is: the servers that its mail comes from and goes
// to, a program's command, or its server.
func placeOf(a config.Account) string {
	switch {
	case a.IMAP != "" || a.SMTP != "":
		return strings.TrimSpace(strings.Join([]string{a.User, serverOf(a.IMAP), serverOf(a.SMTP)}, " "))
	case len(a.Command) > 0:
		return strings.Join(a.Command, " ")
	}
	return serverOf(a.Server)
}

func accountOf(c config.Client, a config.Account) engine.AccountSettings {
	set := engine.AccountSettings{
		Account: inbox.Account{
			ID: inbox.AccountID(a.ID), Client: inbox.ClientID(c.ID), Network: inbox.Network(a.Network), Handle: a.Handle,
			Server: placeOf(a),
		},
		Poll:        time.Duration(a.Poll),
		History:     time.Duration(a.History),
		Fresh:       time.Duration(a.Fresh),
		KeepDeleted: a.Deleted == "keep",
		Resend:      a.Resend,
	}
	for _, s := range a.Streams {
		set.Streams = append(set.Streams, inbox.Stream(s))
	}
	return set
}
