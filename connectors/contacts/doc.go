// Package contacts takes the brief of an escalated thread to somebody without
// a seat: by mail, by a signed webhook, or by a command. docs/escalation.md
// says what they get.
//
// Every error says whether the brief may have arrived: a RetryError when it
// surely did not and a later try is worth it, an UncertainError when nobody
// can know, ErrInvalid and its kin when it was refused for good.
package contacts

import (
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"time"

	"vigie/connectors/httpx"
	"vigie/inbox"
	"vigie/inbox/pattern"
	"vigie/inbox/text"
)

// Options set up a Deliverer.
type Options struct {
	// SMTP is the server that mail leaves by; nil: mail cannot be sent.
	SMTP *SMTP
	// Compose writes the mail of a brief, in the language of the user. It is
	// needed with SMTP.
	Compose func(to inbox.Contact, b inbox.Brief) Letter
	// WebhookSecret returns what signs the webhooks of a contact; an empty
	// secret: they are not signed. Nil: none is.
	WebhookSecret func(ctx context.Context, to inbox.Contact) (inbox.Secret, error)
	// AllowHosts are hosts of private networks that webhooks may call.
	AllowHosts []string
	UserAgent  string
	Clock      inbox.Clock
	Log        *slog.Logger // nil: no log
	// Resolver finds addresses; nil: the machine's. For tests.
	Resolver *net.Resolver
}

// SMTP is a mail server and how to sign in there.
type SMTP struct {
	Host string
	Port int    // 465: TLS from the first byte; else STARTTLS is required, but on this machine
	From string // sender, "Name <address>" or an address
	User string // "": no sign-in
	// Password is asked for when it is needed.
	Password func(ctx context.Context) (inbox.Secret, error)
	// TLS is for servers with certificates of their own; nil: the system's.
	TLS *tls.Config
}

// Letter is a mail's words: one line, and plain text of many.
type Letter struct {
	Subject string
	Body    string
}

// Deliverer delivers briefs. It is safe for concurrent use, keeps no
// connection and starts no goroutine that outlives a call.
type Deliverer struct {
	options Options
	hooks   *httpx.Client
	limit   time.Duration // what a command may take
}

var _ inbox.Deliverer = (*Deliverer)(nil)

// New makes a Deliverer. It makes no call.
func New(o Options) *Deliverer {
	return &Deliverer{
		options: o,
		limit:   commandTime,
		hooks: httpx.New(httpx.Options{
			Transport: guarded(o.AllowHosts, o.Resolver), Log: o.Log, UserAgent: o.UserAgent, Clock: o.Clock,
			Public: true, // an address can be a secret: errors name the host alone
		}),
	}
}

// keys are what an action's key looks like; it becomes part of headers.
var keys = pattern.Lazy(`^[A-Za-z0-9_-]{1,64}$`)

// Deliver takes a brief to a contact, once. The key names the delivery for
// whoever gets it: the same key is the same delivery.
func (d *Deliverer) Deliver(ctx context.Context, to inbox.Contact, b inbox.Brief, key string) (inbox.Receipt, error) {
	if err := ctx.Err(); err != nil {
		return inbox.Receipt{}, err
	}
	if !keys().MatchString(key) {
		return inbox.Receipt{}, fmt.Errorf("deliver to %s: the key is malformed: %w", to.ID, inbox.ErrInvalid)
	}
	var r inbox.Receipt
	var err error
	switch to.Channel {
	case inbox.ChannelMail:
		r, err = d.mail(ctx, to, b, key)
	case inbox.ChannelWebhook:
		r, err = d.webhook(ctx, to, b, key)
	case inbox.ChannelCommand:
		r, err = d.command(ctx, to, b, key)
	default:
		err = inbox.ErrUnsupported
	}
	if err != nil {
		return inbox.Receipt{}, fmt.Errorf("deliver to %s: %w", to.ID, err)
	}
	r.At = d.options.Clock.Now().UTC()
	return r, nil
}

// missing is a delivery that the configuration does not allow.
func missing(setting string) error {
	return fmt.Errorf("%w: %w", inbox.ErrUnsupported, inbox.Problem{
		Code: inbox.CodeMissing, Args: []string{setting}, Detail: setting + " is not set",
	})
}

// BriefVersion is the version of the JSON form of a brief.
const BriefVersion = 1

// wireBrief is a brief as webhooks and commands get it.
type wireBrief struct {
	V        int         `json:"v"`
	Type     string      `json:"type"`
	Key      string      `json:"key"`
	Contact  wireContact `json:"contact"`
	Client   string      `json:"client"`
	Account  string      `json:"account"`
	Network  string      `json:"network"`
	Subject  string      `json:"subject"`
	Question string      `json:"question"`
	Severity string      `json:"severity,omitempty"`
	Due      *time.Time  `json:"due,omitempty"`
	Link     string      `json:"link,omitempty"`
	From     string      `json:"from"`
	Quote    string      `json:"quote"`
	Context  string      `json:"context,omitempty"`
	History  []wireLine  `json:"history"`
}

type wireContact struct {
	ID   string `json:"id"`
	Name string `json:"name,omitempty"`
	Role string `json:"role,omitempty"`
}

type wireLine struct {
	At   time.Time `json:"at"`
	Who  string    `json:"who"`
	Text string    `json:"text"`
}

// briefJSON spells a brief: one line of JSON.
func briefJSON(to inbox.Contact, b inbox.Brief, key string) ([]byte, error) {
	w := wireBrief{
		V: BriefVersion, Type: "escalation", Key: key,
		Contact: wireContact{ID: string(to.ID), Name: to.Name, Role: to.Role},
		Client:  b.Client, Account: b.Account, Network: string(b.Network),
		Subject: b.Subject.String(), Question: b.Question.String(), Severity: b.Severity, Link: b.Link,
		From: b.From.String(), Quote: b.Quote.String(), Context: b.Context.String(), History: []wireLine{},
	}
	if !b.Due.IsZero() {
		due := b.Due.UTC()
		w.Due = &due
	}
	for _, l := range b.History {
		w.History = append(w.History, wireLine{At: l.At.UTC(), Who: l.Who.String(), Text: l.Text.String()})
	}
	out, err := json.Marshal(w)
	if err != nil {
		return nil, fmt.Errorf("spell the brief: %w", inbox.ErrInvalid)
	}
	return out, nil
}

// said makes one short clean line of what a server or program said.
func said(s string) string {
	line := text.CleanLine(s).String()
	n := 0
	for i := range line {
		if n++; n > 200 {
			return line[:i] + "…"
		}
	}
	return line
}

// surely is a failure before anything was handed over.
func surely(ctx context.Context, err error) error {
	if cause := ctx.Err(); cause != nil && !errors.Is(err, cause) {
		err = fmt.Errorf("%w: %w", cause, err)
	}
	return &inbox.RetryError{Err: err}
}
