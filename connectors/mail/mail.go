package mail

import (
	"cmp"
	"context"
	"log/slog"
	"net/mail"
	"strings"
	"sync"
	"time"

	"vigie/connectors"
	"vigie/connectors/mail/notice"
	"vigie/inbox"
	"vigie/inbox/text"
)

const (
	// minPoll is for servers without IDLE.
	minPoll  = time.Minute
	maxText  = 100_000  // characters of an answer
	maxFile  = 18 << 20 // bytes: with base64 below the 25 MB that most servers take
	maxFiles = 10
)

// Info is the network's entry of the registry.
func Info() connectors.Info {
	return connectors.Info{
		Network: "mail",
		Title:   "Mail",
		Settings: []connectors.Setting{
			{Key: "handle", Required: true},
			{Key: "imap"},
			{Key: "smtp"},
			{Key: "user"},
			{Key: "password", Secret: true},
			{Key: "token", Secret: true},
			{Key: "authserv"},
			{Key: "folders", List: true},
			{Key: "sent"},
			{Key: "notifications", List: true},
		},
		Caps: caps(inbox.Capability{OK: true, Class: inbox.ClassB}),
		New:  open,
	}
}

// caps is what a mailbox can do; reply says how surely an answer is sent once.
func caps(reply inbox.Capability) inbox.Caps {
	limit := inbox.TextLimit{Max: maxText, Unit: inbox.Characters}
	out := inbox.Caps{
		Streams:        []inbox.Stream{inbox.StreamMessages},
		Acts:           map[inbox.ActionKind]inbox.Capability{},
		Reply:          limit,
		Message:        limit,
		Media:          inbox.MediaLimit{Max: maxFiles, Bytes: maxFile, Alt: 500, Alone: true},
		ReadsOwnWrites: reply.Class == inbox.ClassB,
		Push:           true,
		MinPoll:        minPoll,
	}
	for _, kind := range inbox.ActionKinds() {
		out.Acts[kind] = inbox.Capability{Why: inbox.CodeUnsupported}
	}
	for _, kind := range []inbox.ActionKind{inbox.ActRead, inbox.ActTrash, inbox.ActRestore, inbox.ActSpam, inbox.ActUnspam} {
		out.Acts[kind] = inbox.Capability{OK: true, Class: inbox.ClassS}
	}
	out.Acts[inbox.ActPrivate] = inbox.Capability{Why: inbox.CodeInPrivate}
	out.Acts[inbox.ActReply] = reply
	return out
}

// connector is one mailbox.
type connector struct {
	env      connectors.Env
	setup    connectors.Setup
	me       mail.Address
	imap     server
	smtp     server
	authserv string
	folders  []string // besides INBOX
	notices  *notice.Parsers
	dial     dialer

	gate  chan struct{} // holds one: the right to use the connection
	yield chan struct{} // asks Wait to let go of it
	// Guarded by the gate.
	line    *session
	todo    backlog
	index   index
	trouble trouble
	moved   []inbox.Message // whose status an act has changed
	seen    uint32          // UIDNEXT of INBOX when it was read last
	shut    map[string]bool // folders that are told not to be readable

	mu     sync.Mutex
	files  bool // the server files what it sends
	deaf   bool // it has no IDLE
	closed bool
}

// open makes a connector. It makes no call.
func open(env connectors.Env, setup connectors.Setup) (inbox.Connector, error) {
	if env.Log == nil {
		env.Log = slog.New(slog.DiscardHandler)
	}
	c := &connector{
		env: env, setup: setup, dial: dialed(env.Dial), gate: make(chan struct{}, 1), yield: make(chan struct{}, 1),
		authserv: strings.ToLower(strings.TrimSpace(setup.Settings["authserv"])), folders: setup.Lists["folders"],
	}
	var err error
	if c.notices, err = notice.New(setup.Notifications); err != nil {
		return nil, missing("notifications", err.Error())
	}
	me, err := mail.ParseAddress(setup.Settings["handle"])
	if err != nil || !sendable(me.Address) {
		return nil, missing("handle", "handle is not a mail address")
	}
	c.me = *me
	if c.imap, err = serverOf(cmp.Or(setup.Settings["imap"], "imap."+c.domain()), "imap", portIMAPS); err != nil {
		return nil, err
	}
	if c.smtp, err = serverOf(cmp.Or(setup.Settings["smtp"], "smtp."+c.domain()), "smtp", portSMTPS); err != nil {
		return nil, err
	}
	c.files = filesByItself(c.smtp.host)
	return c, nil
}

// filesByItself names the providers that file what they are given to send.
func filesByItself(host string) bool {
	switch strings.ToLower(host) {
	case "smtp.gmail.com", "smtp.office365.com", "smtp-mail.outlook.com":
		return true
	}
	return false
}

func missing(key, detail string) error {
	return inbox.Problem{Code: inbox.CodeMissing, Args: []string{key}, Detail: detail}
}

// Check signs in to the mailbox and looks which folders it has, and to the
// server that sends.
func (c *connector) Check(ctx context.Context) (inbox.Identity, error) {
	err := c.with(ctx, "sign in", func(s *session) error {
		if _, err := s.choose(inboxName); err != nil {
			return err
		}
		return c.missingFolder(s)
	})
	if err != nil {
		return inbox.Identity{}, err
	}
	client, hangUp, err := c.smtpSession(ctx)
	if err != nil {
		return inbox.Identity{}, err
	}
	defer hangUp()
	_ = client.Quit() // we are who we say: that is all
	address := strings.ToLower(c.me.Address)
	return inbox.Identity{
		Remote: address, Handle: text.CleanLine(c.me.Address).String(),
		Name: text.CleanLine(cmp.Or(c.me.Name, c.me.Address)).String(),
	}, nil
}

// Caps says what the mailbox can do, as far as its servers have told by now.
func (c *connector) Caps() inbox.Caps {
	c.mu.Lock()
	defer c.mu.Unlock()
	reply := inbox.Capability{OK: true, Class: inbox.ClassC}
	if c.files {
		reply.Class = inbox.ClassB
	}
	out := caps(reply)
	out.Push = !c.deaf
	return out
}

// ThreadCaps says what can be done in a thread. Whoever cannot be written to
// has no address: machines, lists, bounces, and what a network told by mail.
func (c *connector) ThreadCaps(t inbox.Thread) inbox.Caps {
	out := c.Caps()
	switch {
	case !out.Can(inbox.ActReply):
	case strings.HasPrefix(t.Author.ID, unproven), t.Status == inbox.StatusSuspect && t.Author.URL == "":
		out.Acts[inbox.ActReply] = inbox.Capability{Why: inbox.CodeSuspect}
	case strings.HasPrefix(t.Remote, toldMark):
		out.Acts[inbox.ActReply] = inbox.Capability{Why: inbox.CodeReadOnly}
	case t.Author.ID != "" && t.Author.URL == "" && !c.ours(t.Author.ID):
		out.Acts[inbox.ActReply] = inbox.Capability{Why: inbox.CodeMachine}
	}
	return out
}

// ours reports whether an address is the account's own.
func (c *connector) ours(address string) bool {
	return strings.EqualFold(address, c.me.Address)
}

// user is the name to sign in with.
func (c *connector) user() string { return cmp.Or(c.setup.Settings["user"], c.me.Address) }

// Close ends the connection; whoever waits comes back.
func (c *connector) Close() error {
	c.mu.Lock()
	c.closed = true
	c.mu.Unlock()
	c.askForLine()
	c.gate <- struct{}{}
	defer c.leave()
	c.hangUp()
	return nil
}
