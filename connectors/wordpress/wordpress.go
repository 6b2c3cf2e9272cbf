package wordpress

import (
	"context"
	"log/slog"
	"net/url"
	"strings"
	"sync"
	"time"

	"vigie/connectors"
	"vigie/connectors/blog"
	"vigie/connectors/httpx"
	"vigie/inbox"
	"vigie/inbox/text"
)

const (
	// maxText is what the column of a comment holds (core:
	// wp_get_comment_fields_max_lengths).
	maxText = 65525
	// minPoll keeps a small host's five calls a poll far apart.
	minPoll = time.Minute
)

// Info is the network's entry of the registry.
func Info() connectors.Info {
	return connectors.Info{
		Network: "wordpress",
		Title:   "WordPress",
		Settings: []connectors.Setting{
			{Key: "server", Required: true},
			{Key: "user", Required: true},
			{Key: "password", Secret: true, Required: true},
		},
		Caps: caps(moderator),
		New:  open,
	}
}

// role is what the user may do on the blog. The zero role is not known yet.
type role int

const (
	subscriber role = iota + 1 // reads what is published
	writer                     // writes posts
	moderator                  // sees and moderates all comments
)

func caps(r role) inbox.Caps {
	limit := inbox.TextLimit{Max: maxText, Unit: inbox.Bytes}
	out := inbox.Caps{
		Streams: []inbox.Stream{inbox.StreamComments},
		Acts:    map[inbox.ActionKind]inbox.Capability{},
		Reply:   limit, ReadsOwnWrites: true, EditsUndated: true, MinPoll: minPoll,
	}
	for _, kind := range inbox.ActionKinds() {
		out.Acts[kind] = inbox.Capability{Why: inbox.CodeUnsupported}
	}
	out.Acts[inbox.ActReply] = inbox.Capability{OK: true, Class: inbox.ClassC}
	for _, kind := range moderating() {
		out.Acts[kind] = inbox.Capability{OK: true, Class: inbox.ClassS}
		if r == subscriber || r == writer {
			out.Acts[kind] = inbox.Capability{Why: inbox.CodeRights}
		}
	}
	return out
}

// moderating lists the acts that take the right to moderate.
func moderating() []inbox.ActionKind {
	return []inbox.ActionKind{
		inbox.ActEdit, inbox.ActDelete, inbox.ActApprove, inbox.ActHold, inbox.ActSpam, inbox.ActUnspam,
		inbox.ActTrash, inbox.ActRestore, inbox.ActRemove,
	}
}

// connector is one user of one blog.
type connector struct {
	env    connectors.Env
	setup  connectors.Setup
	client *httpx.Client

	mu       sync.Mutex
	password inbox.Secret
	me       user
	asked    time.Time      // when me was
	way      way            // how the API is reached; unknown before it was asked
	key      []byte         // of the hash of mail addresses
	posts    map[int64]post // what comments stand under
	team     team
	noBin    bool  // the blog deletes at once
	turn     int64 // the next page to look at again is below this id
}

// open makes a connector. It makes no call.
func open(env connectors.Env, setup connectors.Setup) (inbox.Connector, error) {
	base, err := blogURL(setup.Settings["server"])
	if err != nil {
		return nil, err
	}
	if strings.TrimSpace(setup.Settings["user"]) == "" {
		return nil, inbox.Problem{Code: inbox.CodeMissing, Args: []string{"user"}}
	}
	if env.Log == nil {
		env.Log = slog.New(slog.DiscardHandler)
	}
	return &connector{
		env: env, setup: setup, posts: map[int64]post{}, team: team{members: map[int64]bool{}},
		client: httpx.New(httpx.Options{
			Base: base, Transport: env.Transport, Log: env.Log, UserAgent: env.UserAgent, Clock: env.Clock,
		}),
	}, nil
}

// blogURL reads the setting "server": the address of the blog as visitors know
// it, with or without what its API is called by.
func blogURL(s string) (*url.URL, error) {
	u, err := httpx.Server(s, "the address of a blog")
	if err != nil {
		return nil, err
	}
	for _, end := range []string{"/index.php", "/wp-json", "/wp-admin"} {
		u.Path = strings.TrimRight(strings.TrimSuffix(u.Path, end), "/")
	}
	return u, nil
}

// Check signs in: who we are, and what we may do there.
func (c *connector) Check(ctx context.Context) (inbox.Identity, error) {
	me, err := c.signIn(ctx)
	if err != nil {
		return inbox.Identity{}, err
	}
	name := text.CleanLine(plain(me.Name)).String()
	return inbox.Identity{
		Remote: number(me.ID), Handle: text.CleanLine(me.Slug).String() + "@" + c.client.Base().Host + c.client.Base().Path,
		Name: name, URL: blog.Address(me.Link),
	}, nil
}

// Caps says what the user may do, as far as the blog has told by now.
func (c *connector) Caps() inbox.Caps {
	c.mu.Lock()
	defer c.mu.Unlock()
	out := caps(c.me.role)
	if c.noBin && out.Can(inbox.ActTrash) {
		out.Acts[inbox.ActTrash] = inbox.Capability{Why: inbox.CodeUnsupported}
	}
	return out
}

// ThreadCaps says what can be done in a thread. A page that mentions a post is
// answered there; a post whose comments are closed takes no answer.
func (c *connector) ThreadCaps(t inbox.Thread) inbox.Caps {
	out := c.Caps()
	switch {
	case t.Kind == inbox.KindMention:
		out.Acts[inbox.ActReply] = inbox.Capability{Why: inbox.CodeReadOnly}
		out.Acts[inbox.ActEdit] = inbox.Capability{Why: inbox.CodeReadOnly}
		out.Acts[inbox.ActDelete] = inbox.Capability{Why: inbox.CodeReadOnly}
	case c.shut(t.PostID):
		out.Acts[inbox.ActReply] = inbox.Capability{Why: inbox.CodeClosed}
	}
	return out
}

// Close lets go of connections.
func (c *connector) Close() error {
	c.client.Close()
	return nil
}
