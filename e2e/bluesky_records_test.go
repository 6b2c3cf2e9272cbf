//go:build e2e

package e2e

import (
	"net/url"
	"slices"
)

// records lists what an account's own server keeps of one kind, newest first:
// what truly was written, whatever anybody's index shows.
func records[T any](u *BlueskyUser, collection string) []T {
	u.t.Helper()
	var all []T
	for cursor := ""; ; {
		var page struct {
			Cursor  string
			Records []T
		}
		query := url.Values{"repo": {u.DID}, "collection": {collection}, "limit": {"100"}, "cursor": {cursor}}
		u.must(u.access, "com.atproto.repo.listRecords", query, nil, &page)
		all = append(all, page.Records...)
		if cursor = page.Cursor; cursor == "" {
			return all
		}
	}
}

// Record is a post as its author's own server keeps it.
type Record struct {
	URI   string
	Value struct {
		Text  string
		Reply *struct{ Root, Parent BlueskyRef }
	}
}

// Written lists the posts in the account's repository.
func (u *BlueskyUser) Written() []Record {
	u.t.Helper()
	return records[Record](u, "app.bsky.feed.post")
}

// Wrote is how often a text is among the account's posts.
func (u *BlueskyUser) Wrote(text string) int {
	u.t.Helper()
	n := 0
	for _, r := range u.Written() {
		if r.Value.Text == text {
			n++
		}
	}
	return n
}

// Hides reports whether an answer is hidden under a post of the account.
func (u *BlueskyUser) Hides(ref BlueskyRef) bool {
	u.t.Helper()
	return slices.ContainsFunc(records[struct {
		Value struct{ HiddenReplies []string }
	}](u, "app.bsky.feed.threadgate"),
		func(r struct {
			Value struct{ HiddenReplies []string }
		},
		) bool {
			return slices.Contains(r.Value.HiddenReplies, ref.URI)
		})
}

// Blocks is how often somebody is blocked.
func (u *BlueskyUser) Blocks(who *BlueskyUser) int {
	u.t.Helper()
	n := 0
	for _, r := range records[struct{ Value struct{ Subject string } }](u, "app.bsky.graph.block") {
		if r.Value.Subject == who.DID {
			n++
		}
	}
	return n
}

// Likes reports whether the account likes a post, as others are shown it. That
// and the account's repository must come to say the same.
func (u *BlueskyUser) Likes(ref BlueskyRef, seenBy *BlueskyUser) bool {
	u.t.Helper()
	written, shown := false, false
	u.Until("the repository and others agree about likes", func() bool {
		n := 0
		for _, r := range records[struct{ Value struct{ Subject BlueskyRef } }](u, "app.bsky.feed.like") {
			if r.Value.Subject == ref {
				n++
			}
		}
		var out struct {
			Likes []struct{ Actor struct{ DID string } }
		}
		seenBy.must(seenBy.access, "app.bsky.feed.getLikes", url.Values{"uri": {ref.URI}}, nil, &out)
		m := 0
		for _, l := range out.Likes {
			if l.Actor.DID == u.DID {
				m++
			}
		}
		if n > 1 || m > 1 {
			u.t.Errorf("%s is liked %d times, %d shown", ref.URI, n, m)
		}
		written, shown = n > 0, m > 0
		return written == shown
	})
	return written
}
