package bluesky

import (
	"context"
	"fmt"
	"strings"

	"vigie/inbox"
)

// contextWatch is how many posts are read around one that is watched: the
// thread is other people's.
const contextWatch = 40

// contextDepth is how many levels of answers are read around a conversation.
const contextDepth = 20

// Context reads the rest of a conversation: what stands above the posts that
// concern us, our own answers, and in an exchange under a post of ours
// everything between us and the other person.
func (c *Connector) Context(ctx context.Context, t inbox.Thread) (inbox.Page, error) {
	if t.Kind == inbox.KindDM {
		return c.messagesAround(ctx, t)
	}
	root, partner, _ := strings.Cut(t.Remote, "#")
	if postDID(root) == "" {
		return inbox.Page{}, fmt.Errorf("context of a thread that is no post: %w", inbox.ErrGone)
	}
	s, err := c.current(ctx)
	if err != nil {
		return inbox.Page{}, fmt.Errorf("context: %w", err)
	}
	f := &fetch{c: c, me: s.DID, now: c.clock.Now(), posts: map[string]post{}, lost: map[string]bool{}}
	thread, err := c.getThread(ctx, root, contextDepth, 0)
	if err != nil {
		return inbox.Page{}, fmt.Errorf("context: %w", err)
	}
	posts := f.flatten(thread)
	if t.Kind == inbox.KindWatch {
		posts = posts[:min(len(posts), contextWatch)]
		for _, p := range posts {
			m := p.message(f.me, p.author.DID, f.hangsUnder(p))
			m.Conversation, m.Kind = t.Remote, inbox.KindWatch
			f.page.Messages = append(f.page.Messages, m)
		}
		return f.page, nil
	}
	wanted, err := f.around(ctx, posts, partner)
	if err != nil {
		return inbox.Page{}, fmt.Errorf("context: %w", err)
	}
	for _, p := range posts {
		if who, ok := wanted[p.uri.String()]; ok {
			m := p.message(f.me, who, f.hangsUnder(p))
			m.Conversation = t.Remote
			if f.hidden(p) {
				m.Status = inbox.StatusHidden
			}
			f.page.Messages = append(f.page.Messages, m)
		}
	}
	return f.page, nil
}

// around chooses the posts of a thread that belong to a conversation, each
// with the other person of its exchange. With a partner, the root is ours and
// the exchange with that person is meant; without, all that concerns us, and
// what stands above it.
func (f *fetch) around(ctx context.Context, posts []post, partner string) (map[string]string, error) {
	wanted := map[string]string{}
	for _, p := range posts {
		who, err := f.partner(ctx, p)
		if err != nil {
			return nil, err
		}
		switch {
		case who == "":
		case partner != "":
			if who == partner {
				wanted[p.uri.String()] = who
			}
		case p.concerns(f.me) || p.names(f.me):
			f.above(p, wanted)
		}
	}
	return wanted, nil
}

// above adds a post and all that it answers to what is wanted.
func (f *fetch) above(p post, wanted map[string]string) {
	for {
		uri := p.uri.String()
		if _, there := wanted[uri]; there {
			return
		}
		wanted[uri] = p.author.DID
		if p.reply == nil {
			return
		}
		next, ok := f.posts[p.reply.Parent.URI]
		if !ok {
			return
		}
		p = next
	}
}

// messagesAround reads the newest messages of a direct conversation.
func (c *Connector) messagesAround(ctx context.Context, t inbox.Thread) (inbox.Page, error) {
	if !validChatID(t.Remote) {
		return inbox.Page{}, fmt.Errorf("context of a conversation without an id: %w", inbox.ErrGone)
	}
	s, err := c.current(ctx)
	if err != nil {
		return inbox.Page{}, fmt.Errorf("context: %w", err)
	}
	f := c.newChat(s.DID)
	items, _, err := f.messages(ctx, t.Remote, "")
	if err != nil {
		return inbox.Page{}, fmt.Errorf("context: %w", err)
	}
	for _, raw := range items {
		f.take(ctx, t.Remote, raw)
	}
	return f.page, nil
}
