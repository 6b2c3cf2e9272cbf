package ghost

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
	// maxText is vigie's own bound, in bytes: Ghost's column takes 1,000,000,000
	// characters (data/schema/schema.js) and its API 50 MB of JSON
	// (web/api/endpoints/admin/app.js), and a page of a hundred comments must be
	// one answer.
	maxText = 65_000
	minPoll = time.Minute
	// askAgain is how long it is believed that the blog takes no comments.
	askAgain = 10 * time.Minute
)

// Info is the network's entry of the registry.
func Info() connectors.Info {
	return connectors.Info{
		Network: "ghost",
		Title:   "Ghost",
		Settings: []connectors.Setting{
			{Key: "server", Required: true},
			{Key: "member"},
			{Key: "token", Secret: true, Required: true},
		},
		Caps: caps(),
		New:  open,
	}
}

// caps is what can be done at best.
func caps() inbox.Caps {
	out := inbox.Caps{
		Streams:        []inbox.Stream{inbox.StreamComments},
		Acts:           map[inbox.ActionKind]inbox.Capability{},
		Reply:          inbox.TextLimit{Max: maxText, Unit: inbox.Bytes},
		ReadsOwnWrites: true, TellsHidden: true, MinPoll: minPoll,
	}
	for _, kind := range inbox.ActionKinds() {
		out.Acts[kind] = inbox.Capability{Why: inbox.CodeUnsupported}
	}
	for _, kind := range []inbox.ActionKind{
		inbox.ActDelete, inbox.ActRemove, inbox.ActHide, inbox.ActUnhide, inbox.ActBlock, inbox.ActUnblock,
	} {
		out.Acts[kind] = inbox.Capability{OK: true, Class: inbox.ClassS}
	}
	out.Acts[inbox.ActReply] = inbox.Capability{OK: true, Class: inbox.ClassC}
	return out
}

// connector is one blog, and one member of it.
type connector struct {
	env     connectors.Env
	setup   connectors.Setup
	client  *httpx.Client
	address string // of the member that answers; "": none

	mu     sync.Mutex
	key    key
	skew   time.Duration   // how far the blog's clock is ahead
	me     member          // zero: not asked for yet, or there is none
	lost   bool            // no member has the address
	shut   bool            // the blog takes no comments
	asked  time.Time       // when that was told
	barred map[string]bool // posts that the member may not comment
	noStop bool            // this Ghost cannot stop a member
	turn   int64           // the next page to look at again; 0: not begun
	team   team
}

// open makes a connector. It makes no call.
func open(env connectors.Env, setup connectors.Setup) (inbox.Connector, error) {
	base, err := blogURL(setup.Settings["server"])
	if err != nil {
		return nil, err
	}
	address := strings.TrimSpace(setup.Settings["member"])
	if address != "" && (!strings.Contains(address, "@") || text.CleanLine(address).String() != address) {
		return nil, inbox.Problem{Code: inbox.CodeMissing, Args: []string{"member"}, Detail: "member is not a mail address"}
	}
	if env.Log == nil {
		env.Log = slog.New(slog.DiscardHandler)
	}
	return &connector{
		env: env, setup: setup, address: address, barred: map[string]bool{},
		client: httpx.New(httpx.Options{
			Base: base, Transport: env.Transport, Log: env.Log, UserAgent: env.UserAgent, Clock: env.Clock,
		}),
	}, nil
}

// blogURL reads the setting "server": the address of the blog as visitors know
// it, or that of its administration.
func blogURL(s string) (*url.URL, error) {
	u, err := httpx.Server(s, "the address of a blog")
	if err != nil {
		return nil, err
	}
	path, _, _ := strings.Cut(u.Path+"/", "/ghost/")
	u.Path = strings.TrimRight(path, "/")
	return u, nil
}

// Check signs in: which blog it is, and who answers there. A member that does
// not exist is an error here, and only here: comments come without one.
func (c *connector) Check(ctx context.Context) (inbox.Identity, error) {
	c.mu.Lock()
	c.me, c.lost = member{}, false
	clear(c.barred)
	c.mu.Unlock()
	s, me, err := c.signIn(ctx)
	if err != nil {
		return inbox.Identity{}, err
	}
	if c.address != "" && me.ID == "" {
		return inbox.Identity{}, inbox.Problem{
			Code: inbox.CodeNoMember, Args: []string{"member"}, Detail: "the blog has no member with the address " + c.address,
		}
	}
	who := inbox.Identity{
		Remote: text.CleanLine(s.UUID).String(), Handle: c.client.Base().Host + c.client.Base().Path,
		Name: text.CleanLine(s.Title).String(), URL: blog.Address(s.URL),
	}
	if me.ID != "" {
		who.Remote, who.Name = me.ID, c.name(&me).String()
	}
	if who.Remote == "" {
		who.Remote = who.Handle
	}
	return who, nil
}

// Caps says what can be done, as far as the blog has told by now.
func (c *connector) Caps() inbox.Caps {
	c.mu.Lock()
	defer c.mu.Unlock()
	out := caps()
	if c.noStop {
		out.Acts[inbox.ActBlock] = inbox.Capability{Why: inbox.CodeUnsupported}
		out.Acts[inbox.ActUnblock] = inbox.Capability{Why: inbox.CodeUnsupported}
	}
	if c.shut {
		out.Acts[inbox.ActReply] = inbox.Capability{Why: inbox.CodeClosed}
	}
	if c.address == "" || c.lost {
		out.Acts[inbox.ActReply] = inbox.Capability{Why: inbox.CodeNoMember}
		out.Acts[inbox.ActDelete] = inbox.Capability{Why: inbox.CodeNoMember}
	}
	return out
}

// ThreadCaps says what can be done in a thread. A post may be for members of a
// kind that ours is not.
func (c *connector) ThreadCaps(t inbox.Thread) inbox.Caps {
	out := c.Caps()
	c.mu.Lock()
	defer c.mu.Unlock()
	if out.Can(inbox.ActReply) && c.barred[t.PostID] {
		out.Acts[inbox.ActReply] = inbox.Capability{Why: inbox.CodeRights}
	}
	return out
}

// Close lets go of connections.
func (c *connector) Close() error {
	c.client.Close()
	return nil
}
