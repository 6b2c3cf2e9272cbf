package bluesky

import (
	"context"
	"errors"
	"slices"

	"vigie/inbox"
)

// maxGone is how many vanished posts of ours are remembered.
const maxGone = 50

// vanished notes the posts of ours that the list of the newest ones no longer
// holds though they are as new: deleted elsewhere, or taken down. Threads that
// hang under them are told of it. whole: the list holds all that there are.
func (f *fetch) vanished(ctx context.Context, mine []post, whole bool) error {
	listed, oldest := map[string]bool{}, ""
	for _, p := range mine {
		uri := p.uri.String()
		if i := slices.Index(f.cur.Gone, uri); i >= 0 {
			f.cur.Gone, f.lost[uri] = slices.Delete(f.cur.Gone, i, i+1), true // it is back
		}
		listed[p.uri.Key] = true
		if oldest == "" || p.uri.Key < oldest {
			oldest = p.uri.Key // keys sort by time
		}
	}
	budget := goneBudget
	for _, o := range f.cur.Own {
		if listed[o.Key] || !whole && o.Key < oldest || budget == 0 {
			continue
		}
		budget--
		uri := atURI{DID: f.me, Collection: postCollection, Key: o.Key}.String()
		_, err := f.c.getThread(ctx, uri, 0, 0)
		switch {
		case errors.Is(err, inbox.ErrGone):
			f.gone(uri)
		case err != nil:
			return err
		}
	}
	return nil
}

// missed notes the posts of ours that fresh ones hang under and that are not
// shown, when our own repository has them no longer.
func (f *fetch) missed(ctx context.Context, fresh []post) error {
	budget := goneBudget
	for _, p := range fresh {
		under := p.under(f.me)
		u, ours := parseURI(under)
		if _, shown := f.posts[under]; !ours || shown || slices.Contains(f.cur.Gone, under) || budget == 0 {
			continue
		}
		budget--
		rec, err := f.c.getRecord(ctx, u)
		if err != nil {
			return err
		}
		if !rec.there {
			f.gone(under)
		}
	}
	return nil
}

// gone remembers that a post of ours is gone.
func (f *fetch) gone(uri string) {
	delete(f.posts, uri)
	f.lost[uri] = true
	if !slices.Contains(f.cur.Gone, uri) {
		f.cur.Gone = append(f.cur.Gone, uri)
		f.cur.Gone = f.cur.Gone[max(len(f.cur.Gone)-maxGone, 0):]
	}
}

// hidden reports whether an answer is hidden under our post: as that post
// shows, or where it was not read, as it was when it was.
func (f *fetch) hidden(p post) bool {
	uri := p.uri.String()
	if root, read := f.posts[p.root()]; read && root.author.DID == f.me && root.counts.Known {
		return slices.Contains(root.hides, uri)
	}
	i := f.cur.find(knownID(p.uri))
	return i >= 0 && f.cur.Known[i].Hid
}

// unwanted reports whether somebody's post is not to be brought: its author is
// muted, or the thread is, unless that is our own.
func (f *fetch) unwanted(p post) bool {
	return p.author.DID != f.me && (p.author.Viewer.Muted || p.left && postDID(p.root()) != f.me)
}
