package bluesky

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"strconv"
	"strings"
	"time"

	"vigie/inbox"
	"vigie/inbox/text"
)

const (
	// convoPage is how many conversations one fetch of the history reads.
	convoPage = 10
	// historyPages is how many pages of messages are read of one
	// conversation's history.
	historyPages = 10
	// logPages is how many pages of the log one fetch reads.
	logPages = 20
)

const messageType = "chat.bsky.convo.defs#messageView"

// messagesCursor is where the messages stream stands: at first in the list of
// conversations, whose history is read, then in the service's log.
type messagesCursor struct {
	Version int    `json:"v"`
	Since   int64  `json:"since"` // milliseconds since 1970; nothing older
	Log     string `json:"log"`   // where the log stood when we began, later where we are
	List    bool   `json:"list,omitempty"`
	At      string `json:"at,omitempty"` // place in the list of conversations
	// Read holds the conversations whose history was read and the newest
	// revision read of each, until the log has caught up with it.
	Read map[string]string `json:"read,omitempty"`
	// Left holds the conversations that were muted: their messages are not
	// brought. The oldest are forgotten above maxLeft.
	Left []string `json:"left,omitempty"`
}

// chatMessage is a message of a direct conversation.
type chatMessage struct {
	Type   string          `json:"$type"`
	ID     string          `json:"id"`
	Rev    string          `json:"rev"` // grows within a conversation, as a string
	Text   *string         `json:"text"`
	Facets json.RawMessage `json:"facets"`
	Embed  json.RawMessage `json:"embed"`
	Sender struct {
		DID string `json:"did"`
	} `json:"sender"`
	SentAt string `json:"sentAt"`
}

// chatFetch is one Fetch of the messages stream at work.
type chatFetch struct {
	c       *Connector
	me      string
	cur     messagesCursor
	page    inbox.Page
	people  map[string]profile
	members map[string]bool   // conversations whose members were read
	again   map[string]string // conversations read anew, and the newest revision of each
}

// fetchMessages reads the history of the direct conversations, then the log.
func (c *Connector) fetchMessages(ctx context.Context, req inbox.FetchRequest) (inbox.Page, error) {
	s, err := c.current(ctx)
	if err != nil {
		return inbox.Page{}, fmt.Errorf("fetch messages: %w", err)
	}
	f := c.newChat(s.DID)
	if json.Unmarshal([]byte(req.Cursor), &f.cur) != nil || f.cur.Version != cursorVersion || f.cur.Log == "" && !f.cur.List {
		if err := f.begin(ctx, req.Now.Add(-req.History)); err != nil {
			return inbox.Page{}, fmt.Errorf("fetch messages: %w", err)
		}
	}
	if f.cur.List {
		err = f.history(ctx)
	} else if err = f.log(ctx); errors.Is(err, inbox.ErrInvalid) && f.cur.Log != "" {
		f = c.newChat(s.DID) // the service no longer takes its own cursor
		if err = f.begin(ctx, req.Now.Add(-req.History)); err == nil {
			err = f.history(ctx)
		}
	}
	if err != nil {
		return inbox.Page{}, fmt.Errorf("fetch messages: %w", err)
	}
	b, err := json.Marshal(f.cur)
	f.page.Cursor = string(b)
	return f.page, err
}

func (c *Connector) newChat(me string) *chatFetch {
	return &chatFetch{c: c, me: me, people: map[string]profile{}, members: map[string]bool{}, again: map[string]string{}}
}

// begin notes where the log stands, so that nothing is lost that is written
// while the history is read.
func (f *chatFetch) begin(ctx context.Context, since time.Time) error {
	var out struct {
		Cursor string `json:"cursor"`
	}
	if err := f.c.chatCall(ctx, call{method: "chat.bsky.convo.getLog"}, &out); err != nil {
		return err
	}
	f.cur = messagesCursor{Version: cursorVersion, Since: max(since.UnixMilli(), 1), Log: out.Cursor, List: true, Read: map[string]string{}}
	return nil
}

// history reads one page of the list of conversations, and each one's past.
func (f *chatFetch) history(ctx context.Context) error {
	q := url.Values{"limit": {strconv.Itoa(convoPage)}}
	if f.cur.At != "" {
		q.Set("cursor", f.cur.At)
	}
	var out struct {
		Cursor string            `json:"cursor"`
		Convos []json.RawMessage `json:"convos"`
	}
	if err := f.c.chatCall(ctx, call{method: "chat.bsky.convo.listConvos", query: q}, &out); err != nil {
		return err
	}
	for _, raw := range out.Convos {
		v, err := f.convo(raw)
		switch {
		case err != nil:
			f.refuse(raw, "", err)
			continue
		case v.Muted:
			f.cur.mute(v.ID, true) // whoever left it reads it when they are back
			continue
		}
		if err := f.past(ctx, v.ID); err != nil {
			return err
		}
	}
	f.page.More = true
	if out.Cursor == "" || out.Cursor == f.cur.At || len(out.Convos) == 0 {
		f.cur.List, f.cur.At = false, ""
		return nil
	}
	f.cur.At = out.Cursor
	return nil
}

// convo is a direct conversation.
type convo struct {
	ID      string    `json:"id"`
	Members []profile `json:"members"`
	Muted   bool      `json:"muted"`
}

// convo understands a conversation, and takes up who is in it.
func (f *chatFetch) convo(raw json.RawMessage) (convo, error) {
	var v convo
	if err := json.Unmarshal(raw, &v); err != nil {
		return convo{}, fmt.Errorf("the conversation cannot be read: %w", err)
	}
	if !validChatID(v.ID) {
		return convo{}, errors.New("the conversation has no id")
	}
	f.meet(v.Members)
	f.members[v.ID] = true
	return v, nil
}

func (f *chatFetch) meet(people []profile) {
	for _, p := range people {
		if validDID(p.DID) {
			f.people[p.DID] = p
		}
	}
}

// past reads a conversation from its newest message down to Since, once.
func (f *chatFetch) past(ctx context.Context, convo string) error {
	if _, done := f.cur.Read[convo]; done {
		return nil
	}
	if f.cur.Read == nil {
		f.cur.Read = map[string]string{}
	}
	f.cur.Read[convo] = ""
	at := ""
	for range historyPages {
		items, next, err := f.messages(ctx, convo, at)
		if err != nil {
			return err
		}
		older := false
		for _, raw := range items {
			v, at, ok := f.take(ctx, convo, raw)
			older = older || ok && at.UnixMilli() < f.cur.Since
			f.cur.Read[convo] = max(f.cur.Read[convo], v.Rev)
		}
		if older || next == "" || next == at || len(items) == 0 {
			return nil
		}
		at = next
	}
	return nil
}

// messages reads one page of a conversation, newest first.
func (f *chatFetch) messages(ctx context.Context, convo, at string) ([]json.RawMessage, string, error) {
	q := url.Values{"convoId": {convo}, "limit": {strconv.Itoa(maxLimit)}}
	if at != "" {
		q.Set("cursor", at)
	}
	var out struct {
		Cursor   string            `json:"cursor"`
		Messages []json.RawMessage `json:"messages"`
		People   []profile         `json:"relatedProfiles"`
	}
	if err := f.c.chatCall(ctx, call{method: "chat.bsky.convo.getMessages", query: q}, &out); err != nil {
		return nil, "", err
	}
	f.meet(out.People)
	return out.Messages, out.Cursor, nil
}

// take understands a message and adds it to the page, unless it is older than
// Since. What is no message of a person (a
// deleted one, the service's own notes) is passed over. It returns when the
// message was sent.
func (f *chatFetch) take(ctx context.Context, convo string, raw json.RawMessage) (chatMessage, time.Time, bool) {
	var v chatMessage
	if err := json.Unmarshal(raw, &v); err != nil {
		f.refuse(raw, convo, fmt.Errorf("the message cannot be read: %w", err))
		return v, time.Time{}, false
	}
	if v.Type != "" && v.Type != messageType {
		return v, time.Time{}, false
	}
	if _, known := f.people[v.Sender.DID]; !known {
		f.askMembers(ctx, convo)
	}
	m, err := f.read(convo, v)
	if err != nil {
		f.refuse(raw, convo, err)
		return v, time.Time{}, false
	}
	if m.At.UnixMilli() >= f.cur.Since {
		f.page.Messages = append(f.page.Messages, m)
	}
	return v, m.At, true
}

// askMembers reads who is in a conversation, once. Without an answer the
// messages come without names.
func (f *chatFetch) askMembers(ctx context.Context, convo string) {
	if f.members[convo] {
		return
	}
	f.members[convo] = true
	var out struct {
		Convo json.RawMessage `json:"convo"`
	}
	err := f.c.chatCall(ctx, call{method: "chat.bsky.convo.getConvo", query: url.Values{"convoId": {convo}}}, &out)
	if err == nil {
		_, err = f.convo(out.Convo)
	}
	if err != nil {
		f.c.log.Warn("read a conversation's members", "account", f.c.account, "error", err)
	}
}

// read makes a message of what the chat service gives.
func (f *chatFetch) read(convo string, v chatMessage) (inbox.Message, error) {
	at, err := time.Parse(time.RFC3339Nano, v.SentAt)
	switch {
	case !validChatID(v.ID):
		return inbox.Message{}, errors.New("the message has no id")
	case v.Text == nil:
		return inbox.Message{}, errors.New("the message has no text")
	case !validDID(v.Sender.DID):
		return inbox.Message{}, errors.New("the message has no sender")
	case err != nil || at.IsZero():
		return inbox.Message{}, errors.New("the message's time cannot be read")
	}
	who, ok := f.people[v.Sender.DID]
	if !ok {
		who = profile{DID: v.Sender.DID}
	}
	author := who.author()
	if who.Handle == "" {
		author.Handle = text.CleanLine(who.DID)
	}
	var media []inbox.Media
	if shared := quoteOf(v.Embed); shared != nil {
		media = append(media, *shared)
	}
	return inbox.Message{
		Remote: messageID(convo, v.ID), Conversation: convo, Kind: inbox.KindDM, At: at.UTC(), Author: author,
		Text: text.Clean(unshorten(*v.Text, readFacets(v.Facets))), URL: convoURL(convo),
		Media: media, Visibility: "direct", Outgoing: v.Sender.DID == f.me,
	}, nil
}

func (f *chatFetch) refuse(raw json.RawMessage, convo string, why error) {
	id := fingerprint(raw)
	if convo != "" {
		id = messageID(convo, id)
	}
	f.page.Refused = append(f.page.Refused, refusal("", id, why))
}

// messageID is a message's remote id: the service's ids are told apart only
// within a conversation.
func messageID(convo, id string) string { return convo + "/" + id }

func convoURL(convo string) string { return web + "/messages/" + convo }

// validChatID reports whether s can be an id of the chat service: a short
// word of letters and digits.
func validChatID(s string) bool {
	return s != "" && len(s) <= 128 && all(s, func(c byte) bool { return alnum(c) || strings.IndexByte("._:-", c) >= 0 })
}
