package main

import (
	"context"
	"strings"
	"time"

	"vigie/cmd/vigie/config"
	"vigie/connectors/contacts"
	"vigie/inbox"
	"vigie/tui/lang"
)

// Deliver takes a brief to a contact by the configuration of the moment.
func (w *wiring) Deliver(ctx context.Context, to inbox.Contact, b inbox.Brief, key string) (inbox.Receipt, error) {
	w.mu.Lock()
	conf := w.conf
	w.mu.Unlock()
	return contacts.New(w.delivery(conf)).Deliver(ctx, to, b, key)
}

func (w *wiring) delivery(conf config.Config) contacts.Options {
	o := contacts.Options{
		UserAgent: w.env.UserAgent, Clock: w.env.Clock, Log: w.env.Log,
		WebhookSecret: func(ctx context.Context, to inbox.Contact) (inbox.Secret, error) {
			ref := hookSecret(conf, to)
			if ref.Empty() {
				return inbox.Secret{}, nil
			}
			return w.resolve(ctx, ref)
		},
	}
	if conf.SMTP == nil {
		return o
	}
	smtp := *conf.SMTP
	o.SMTP = &contacts.SMTP{
		Host: smtp.Host, Port: smtp.Port, From: smtp.From, User: smtp.User,
		Password: func(ctx context.Context) (inbox.Secret, error) { return w.resolve(ctx, smtp.Password) },
	}
	p := w.printer()
	o.Compose = func(to inbox.Contact, b inbox.Brief) contacts.Letter {
		return contacts.Letter{
			Subject: p.T("brief.subject", b.Client, b.From.String(), string(b.Network)),
			Body:    letter(p, to, b),
		}
	}
	return o
}

// printer writes in the language of the configuration, for what is not said
// to a session.
func (w *wiring) printer() lang.Printer {
	w.mu.Lock()
	defer w.mu.Unlock()
	return lang.For(lang.Choose(w.conf.Language, w.lang))
}

// hookSecret finds what signs a contact's webhook. A contact is known by its
// id and address: ids are unique within a client only.
func hookSecret(conf config.Config, to inbox.Contact) config.Secret {
	for _, c := range conf.Clients {
		for _, k := range c.Contacts {
			if inbox.ContactID(k.ID) == to.ID && k.Webhook == to.Address {
				return k.Secret
			}
		}
	}
	return config.Secret{}
}

// letter writes a brief as the text of a mail.
func letter(p lang.Printer, to inbox.Contact, b inbox.Brief) string {
	var w strings.Builder
	line := func(key lang.Key, args ...any) { w.WriteString(p.T(key, args...) + "\n") }
	quote := func(s string) { w.WriteString("> " + strings.ReplaceAll(s, "\n", "\n> ") + "\n") }
	line("brief.hello", to.Name)
	w.WriteString("\n")
	if !b.Question.Empty() {
		w.WriteString(b.Question.String() + "\n\n")
	}
	if !b.Due.IsZero() {
		line("brief.due", moment(b.Due))
	}
	if b.Severity != "" {
		line("brief.severity", b.Severity)
	}
	w.WriteString("\n")
	line("brief.wrote", b.From.String(), string(b.Network), b.Account)
	quote(b.Quote.String())
	if b.Link != "" {
		w.WriteString(b.Link + "\n")
	}
	if !b.Context.Empty() {
		w.WriteString("\n")
		line("brief.context")
		quote(b.Context.String())
	}
	if len(b.History) > 1 {
		w.WriteString("\n")
		line("brief.history")
		for _, h := range b.History {
			w.WriteString("\n" + moment(h.At) + "  " + h.Who.String() + "\n")
			quote(h.Text.String())
		}
	}
	w.WriteString("\n")
	line("brief.end", b.Client)
	return w.String()
}

// moment writes a time for somebody whose time zone is not known.
func moment(t time.Time) string { return t.Local().Format("2006-01-02 15:04 -07:00") }
