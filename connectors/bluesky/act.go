package bluesky

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"time"
	"unicode/utf8"

	"github.com/rivo/uniseg"

	"vigie/connectors/httpx"
	"vigie/inbox"
)

// How long a text may be (lexicons app.bsky.feed.post and
// chat.bsky.convo.defs#messageInput): graphemes and bytes of UTF-8.
const (
	maxPost         = 300
	maxPostBytes    = 3000
	maxMessage      = 1000
	maxMessageBytes = 10000
)

// deed is how a kind of action is done, and how it is found to be done.
type deed struct {
	do   func(*Connector, context.Context, inbox.Action) (inbox.Receipt, error)
	find func(*Connector, context.Context, inbox.Action) (inbox.Receipt, bool, error)
}

// postDeeds are the deeds on posts, chatDeeds those on direct messages.
func postDeeds() map[inbox.ActionKind]deed {
	return map[inbox.ActionKind]deed{
		inbox.ActReply:   {(*Connector).reply, (*Connector).findRecord},
		inbox.ActPrivate: {(*Connector).privately, (*Connector).findPrivate},
		inbox.ActLike:    {(*Connector).like, (*Connector).findLike},
		inbox.ActUnlike:  {(*Connector).unlike, (*Connector).findLike},
		inbox.ActHide:    {(*Connector).hide, (*Connector).findHidden},
		inbox.ActUnhide:  {(*Connector).hide, (*Connector).findHidden},
		inbox.ActDelete:  {(*Connector).remove, (*Connector).findRemoved},
		inbox.ActBlock:   {(*Connector).block, (*Connector).findBlock},
		inbox.ActUnblock: {(*Connector).unblock, (*Connector).findBlock},

		inbox.ActMute:     {(*Connector).mute, (*Connector).findMute},
		inbox.ActUnmute:   {(*Connector).mute, (*Connector).findMute},
		inbox.ActLeave:    {(*Connector).leaveThread, (*Connector).findLeftThread},
		inbox.ActRejoin:   {(*Connector).leaveThread, (*Connector).findLeftThread},
		inbox.ActReport:   {(*Connector).report, (*Connector).findReport},
		inbox.ActDetach:   {(*Connector).hide, (*Connector).findHidden},
		inbox.ActReattach: {(*Connector).hide, (*Connector).findHidden},
	}
}

func chatDeeds() map[inbox.ActionKind]deed {
	return map[inbox.ActionKind]deed{
		inbox.ActReply:   {(*Connector).sendMessage, (*Connector).findMessage},
		inbox.ActBlock:   {(*Connector).block, (*Connector).findBlock},
		inbox.ActUnblock: {(*Connector).unblock, (*Connector).findBlock},
		inbox.ActMute:    {(*Connector).mute, (*Connector).findMute},
		inbox.ActUnmute:  {(*Connector).mute, (*Connector).findMute},
		inbox.ActLeave:   {(*Connector).leaveConvo, (*Connector).findLeftConvo},
		inbox.ActRejoin:  {(*Connector).leaveConvo, (*Connector).findLeftConvo},
		inbox.ActReport:  {(*Connector).report, (*Connector).findReport},
		inbox.ActRead:    {(*Connector).markRead, (*Connector).findRead},
	}
}

// deed is what is to be done for an action; ErrUnsupported when its thread
// does not offer it.
func (c *Connector) deed(a inbox.Action) (deed, error) {
	deeds := postDeeds()
	if a.ThreadKind == inbox.KindDM {
		deeds = chatDeeds()
	}
	t := inbox.Thread{Kind: a.ThreadKind, Remote: a.Conversation, PostID: a.PostID, Author: inbox.Author{ID: a.Author}}
	can := c.ThreadCaps(t).Acts[a.Kind]
	switch {
	case can.Why == inbox.CodeClosed:
		return deed{}, fmt.Errorf("%s: %w: %w", a.Kind, inbox.Problem{Code: can.Why, Detail: "answers are limited, or one of the two accounts blocks the other"}, inbox.ErrUnsupported)
	case !can.OK:
		return deed{}, fmt.Errorf("%s: %w", a.Kind, inbox.ErrUnsupported)
	}
	return deeds[a.Kind], nil
}

// Do carries out one action. A reply has a record key of the action's own,
// so that the same action cannot make two; what sets a state is recorded under
// a key of what it is about, or looked at first.
func (c *Connector) Do(ctx context.Context, a inbox.Action) (inbox.Receipt, error) {
	d, err := c.deed(a)
	if err != nil {
		return inbox.Receipt{}, err
	}
	r, err := d.do(c, httpx.ForPerson(ctx), a)
	if err != nil {
		return inbox.Receipt{}, fmt.Errorf("%s: %w", a.Kind, err)
	}
	return r, nil
}

// Find looks whether an action was done: a reply by its record key, a direct
// message by its text, anything else by what is so now. A record under the
// action's key that is not the action's is ErrConflict.
func (c *Connector) Find(ctx context.Context, a inbox.Action) (inbox.Receipt, bool, error) {
	d, err := c.deed(a)
	if err != nil {
		return inbox.Receipt{}, false, fmt.Errorf("find: %w", err)
	}
	r, found, err := d.find(c, httpx.ForPerson(ctx), a)
	if err != nil {
		return inbox.Receipt{}, false, fmt.Errorf("find: %w", err)
	}
	return r, found, nil
}

// before is the error of a read that a write needs first: nothing was done,
// whatever went wrong.
func before(err error) error {
	var retry *inbox.RetryError
	for _, kind := range []error{inbox.ErrAuth, inbox.ErrGone, inbox.ErrInvalid, inbox.ErrUnsupported, inbox.ErrConflict} {
		if errors.Is(err, kind) {
			return err
		}
	}
	if err == nil || errors.As(err, &retry) {
		return err
	}
	return &inbox.RetryError{Err: err}
}

// tooLong checks a text against the network's two limits, and that it is text.
func tooLong(s string, graphemes, bytes int) error {
	if !utf8.ValidString(s) {
		return fmt.Errorf("the text is not UTF-8: %w", inbox.ErrInvalid)
	}
	if n := uniseg.GraphemeClusterCount(s); n > graphemes || len(s) > bytes {
		return fmt.Errorf("the text has %d graphemes and %d bytes, at most %d and %d are taken: %w",
			n, len(s), graphemes, bytes, inbox.ErrInvalid)
	}
	return nil
}

// outPost is a reply as a record.
type outPost struct {
	Type      string     `json:"$type"`
	Text      string     `json:"text"`
	Facets    []facet    `json:"facets,omitempty"`
	Reply     replyRef   `json:"reply"`
	Langs     []string   `json:"langs,omitempty"`
	Embed     *outImages `json:"embed,omitempty"`
	CreatedAt string     `json:"createdAt"`
}

func (c *Connector) reply(ctx context.Context, a inbox.Action) (inbox.Receipt, error) {
	if err := tooLong(a.Text, maxPost, maxPostBytes); err != nil {
		return inbox.Receipt{}, err
	}
	files, err := c.pictures(a)
	if err != nil {
		return inbox.Receipt{}, before(err)
	}
	parent, err := c.target(ctx, a.Target)
	if err != nil {
		return inbox.Receipt{}, before(err)
	}
	c.learned.saw(parent)
	if parent.closed {
		return inbox.Receipt{}, fmt.Errorf("its author does not let us answer: %w", inbox.ErrUnsupported)
	}
	facets, err := facetsOf(ctx, a.Text, c.resolve)
	if err != nil {
		return inbox.Receipt{}, before(err)
	}
	embed, err := c.upload(ctx, files)
	if err != nil {
		return inbox.Receipt{}, before(err)
	}
	here := ref{URI: parent.uri.String(), CID: parent.cid}
	record := outPost{
		Type: postCollection, Text: a.Text, Facets: facets,
		Reply: replyRef{Root: here, Parent: here}, CreatedAt: stamp(sentAt(a)), Embed: embed,
	}
	if parent.reply != nil {
		record.Reply.Root = parent.reply.Root
	}
	if parent.lang != "" {
		record.Langs = []string{parent.lang} // answered in the language of the question
	}
	return c.createRecord(ctx, a, record)
}

// sentAt is when an action first left, which a repetition does not change.
func sentAt(a inbox.Action) time.Time {
	if a.FirstWire.IsZero() {
		return a.CreatedAt
	}
	return a.FirstWire
}

// errBlocked: the network shows neither account what the other writes.
var errBlocked = fmt.Errorf("one of the two accounts blocks the other: %w", inbox.ErrUnsupported)

// target reads the post that an action is about, as it is now; errBlocked
// when a block hides it.
func (c *Connector) target(ctx context.Context, uri string) (post, error) {
	if postDID(uri) == "" {
		return post{}, fmt.Errorf("the target is no post: %w", inbox.ErrInvalid)
	}
	views, err := c.getPosts(ctx, []string{uri})
	if err != nil {
		return post{}, fmt.Errorf("read the target: %w", err)
	}
	if len(views) == 0 {
		return post{}, fmt.Errorf("read the target: %w", c.whyNotShown(ctx, uri))
	}
	p, err := views[0].read()
	if err != nil {
		return post{}, fmt.Errorf("read the target: %w: %w", err, inbox.ErrInvalid)
	}
	return p, nil
}

// whyNotShown says why a post is not among those that were asked for.
func (c *Connector) whyNotShown(ctx context.Context, uri string) error {
	thread, err := c.getThread(ctx, uri, 0, 0)
	if err != nil {
		return err
	}
	var v threadNode
	switch {
	case json.Unmarshal(thread, &v) != nil || len(v.Post) > 0:
		return errors.New("it is shown and is not") // between the two questions; another try will tell
	case v.Blocked:
		return errBlocked
	}
	return inbox.ErrGone
}

// resolve finds the DID of a handle; "" when nobody has it.
func (c *Connector) resolve(ctx context.Context, handle string) (string, error) {
	var out struct {
		DID string `json:"did"`
	}
	err := c.call(ctx, call{method: "com.atproto.identity.resolveHandle", query: url.Values{"handle": {handle}}}, &out)
	switch {
	case errors.Is(err, inbox.ErrGone), errors.Is(err, inbox.ErrInvalid):
		return "", nil
	case err != nil:
		return "", fmt.Errorf("look up a mentioned handle: %w", err)
	case !validDID(out.DID):
		return "", nil
	}
	return out.DID, nil
}
