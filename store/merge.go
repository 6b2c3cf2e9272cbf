package store

import (
	"errors"
	"slices"

	"vigie/inbox"
	"vigie/inbox/text"
)

// merge is a stored message with what a newer version of it brings. What a
// stream may leave out is kept when it is left out: the same message comes
// by several streams, and they must not undo each other.
func merge(old, m inbox.Message) inbox.Message {
	out := old
	out.Text, out.Media, out.Edited = m.Text, m.Media, m.Edited
	out.Warning, out.Status, out.Auto = m.Warning, m.Status, m.Auto
	if len(m.Media) == 0 {
		out.Media = nil
	}
	out.Author = mergeAuthor(old.Author, m.Author)
	out.Counts = mergeCounts(old.Counts, m.Counts)
	out.Parent = known(m.Parent, old.Parent)
	out.Lang = known(m.Lang, old.Lang)
	out.URL = known(m.URL, old.URL)
	out.Visibility = known(m.Visibility, old.Visibility)
	if len(m.To) > 0 {
		out.To = m.To
	}
	if m.Post != nil {
		out.Post = m.Post
	}
	if m.Rating != 0 {
		out.Rating = m.Rating
	}
	if m.Poll != nil {
		out.Poll = m.Poll
	}
	return out
}

func known(now, before string) string {
	if now == "" {
		return before
	}
	return now
}

func mergeAuthor(old, a inbox.Author) inbox.Author {
	if a.ID != old.ID {
		return a
	}
	if a.Handle.Empty() {
		a.Handle = old.Handle
	}
	if a.Name.Empty() {
		a.Name = old.Name
	}
	if a.Followers == 0 {
		a.Followers = old.Followers
	}
	a.URL = known(a.URL, old.URL)
	return a
}

func mergeCounts(old, c inbox.Counts) inbox.Counts {
	if !c.Known {
		return old
	}
	return c
}

// sameMessage compares what merge may change.
func sameMessage(a, b inbox.Message) bool {
	return a.Text == b.Text && a.Edited.Equal(b.Edited) && a.Author == b.Author &&
		a.Counts == b.Counts && a.Parent == b.Parent && a.Lang == b.Lang && a.URL == b.URL &&
		a.Visibility == b.Visibility && a.Rating == b.Rating && a.Status == b.Status && a.Warning == b.Warning && a.Auto == b.Auto &&
		postID(a) == postID(b) && slices.Equal(a.Media, b.Media) && slices.Equal(a.To, b.To) && samePoll(a.Poll, b.Poll)
}

func samePoll(a, b *inbox.Poll) bool {
	if a == nil || b == nil {
		return a == b
	}
	return a.Voters == b.Voters && a.Ends.Equal(b.Ends) && a.Multiple == b.Multiple && slices.Equal(a.Options, b.Options)
}

// withCounts is a message with the counters of another version of it, the votes
// of the same poll among them, and with its language: none is for anybody to
// look at again.
func withCounts(m, of inbox.Message) inbox.Message {
	m.Counts, m.Author.Followers, m.Lang = of.Counts, of.Author.Followers, of.Lang
	if m.Poll != nil && of.Poll != nil && slices.EqualFunc(m.Poll.Options, of.Poll.Options, func(a, b inbox.PollOption) bool { return a.Text == b.Text }) {
		voted := *of.Poll
		voted.Ends, voted.Multiple = m.Poll.Ends, m.Poll.Multiple
		m.Poll = &voted
	}
	return m
}

func postID(m inbox.Message) string {
	if m.Post == nil {
		return ""
	}
	return m.Post.ID
}

// savePost stores the post a message brings and leaves its id in the message.
// A post is kept once for all messages under it; it makes no event.
func (g *ingestion) savePost(m *inbox.Message) error {
	if m.Post == nil {
		return nil
	}
	key := pairKey(g.in.Account.ID, m.Post.ID)
	old, ok := g.posts[m.Post.ID]
	if !ok {
		p, err := g.post(key)
		switch {
		case err == nil:
			old = &p
		case !errors.Is(err, inbox.ErrNotFound) && !errors.Is(err, inbox.ErrDamaged):
			return err
		}
	}
	now := *m.Post
	if old != nil {
		if m.Auto != inbox.ByHand { // a machine's subject names no conversation of people
			now.Text = text.Safe{}
		}
		now = mergePost(*old, now)
	}
	m.Post = &inbox.Post{ID: now.ID}
	g.posts[now.ID] = &now
	if old != nil && samePost(*old, now) {
		return nil
	}
	e := g.begin()
	putPost(&e, &now)
	return g.put(bPosts, key, e)
}

func mergePost(old, p inbox.Post) inbox.Post {
	if p.Text.Empty() {
		p.Text = old.Text
	}
	if p.At.IsZero() {
		p.At = old.At
	}
	p.URL = known(p.URL, old.URL)
	p.Counts = mergeCounts(old.Counts, p.Counts)
	return p
}

func samePost(a, b inbox.Post) bool {
	return a.Text == b.Text && a.URL == b.URL && a.At.Equal(b.At) && a.Counts == b.Counts && a.Deleted == b.Deleted
}

func (r *rtx) post(key []byte) (inbox.Post, error) {
	d, err := r.record(bPosts, key)
	if err != nil {
		return inbox.Post{}, err
	}
	return getPost(d)
}
