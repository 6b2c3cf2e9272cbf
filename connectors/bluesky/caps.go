package bluesky

import (
	"sync"

	"vigie/inbox"
)

const (
	// maxImages and maxImage are the lexicon's limits (app.bsky.embed.images):
	// images of a post, and bytes of each.
	maxImages = 4
	maxImage  = 2_000_000
	// maxAlt is how long a description Bluesky's own programs take, in code
	// points; the lexicon names no limit.
	maxAlt = 2000
)

// accountCaps is what an account can do at best.
func accountCaps() inbox.Caps {
	caps := inbox.Caps{
		Streams: []inbox.Stream{inbox.StreamMentions, inbox.StreamMessages, inbox.StreamWatch},
		Acts: map[inbox.ActionKind]inbox.Capability{
			inbox.ActReply:   {OK: true, Class: inbox.ClassB},
			inbox.ActPrivate: {OK: true, Class: inbox.ClassC},
			inbox.ActReport:  {OK: true, Class: inbox.ClassD},
			inbox.ActEdit:    {Why: inbox.CodeUnsupported},
		},
		Reply:   inbox.TextLimit{Max: maxPost, Unit: inbox.Graphemes, MaxBytes: maxPostBytes},
		Message: inbox.TextLimit{Max: maxMessage, Unit: inbox.Graphemes, MaxBytes: maxMessageBytes},
		Media:   inbox.MediaLimit{Max: maxImages, Bytes: maxImage, Types: pictureTypes(), Alt: maxAlt, Alone: true},
		Reasons: reasons(),
		MinPoll: minPoll,
	}
	for _, kind := range []inbox.ActionKind{
		inbox.ActLike, inbox.ActUnlike, inbox.ActHide, inbox.ActUnhide, inbox.ActDelete, inbox.ActBlock, inbox.ActUnblock,
		inbox.ActMute, inbox.ActUnmute, inbox.ActLeave, inbox.ActRejoin, inbox.ActDetach, inbox.ActReattach, inbox.ActRead,
	} {
		caps.Acts[kind] = inbox.Capability{OK: true, Class: inbox.ClassS}
	}
	return caps
}

// threadCaps is what can be done in one thread, as far as its name tells.
//
// In a direct conversation the chat service takes no id of ours, has no
// likes and no files, and deletes only for oneself. Elsewhere, that something
// was read can only be told for all notifications at once, which nobody asked
// for; answers can be hidden under our own posts only, which the name of the
// conversation tells, and our posts be taken out of what quotes them only where
// the thread hangs under such a post. What stands under our own post cannot be
// left: the network would keep everybody's answers from us.
func threadCaps(t inbox.Thread) inbox.Caps {
	caps := accountCaps()
	without := func(why string, kinds ...inbox.ActionKind) {
		for _, kind := range kinds {
			caps.Acts[kind] = inbox.Capability{Why: why}
		}
	}
	if t.Kind == inbox.KindDM {
		caps.Acts[inbox.ActReply] = inbox.Capability{OK: true, Class: inbox.ClassC}
		caps.Media = inbox.MediaLimit{}
		without(inbox.CodeInPrivate, inbox.ActPrivate, inbox.ActLike, inbox.ActUnlike, inbox.ActHide, inbox.ActUnhide, inbox.ActDelete,
			inbox.ActDetach, inbox.ActReattach)
		return caps
	}
	without(inbox.CodeUnsupported, inbox.ActRead)
	_, ours := underOurs(t.Remote)
	if ours {
		without(inbox.CodeUnsupported, inbox.ActLeave, inbox.ActRejoin)
	} else {
		without(inbox.CodeNotOurs, inbox.ActHide, inbox.ActUnhide)
	}
	if ours || postDID(t.PostID) == "" {
		without(inbox.CodeNotOurs, inbox.ActDetach, inbox.ActReattach)
	}
	return caps
}

// maxLearned is how many threads and people something is known of.
const maxLearned = 5000

// learned is what the network's views have told of where we may answer. It
// lasts as long as the connector and is safe for concurrent use.
type learned struct {
	mu     sync.Mutex
	closed map[string]bool // first posts whose author lets us not answer
	apart  map[string]bool // DIDs of people whom a block keeps from us, or us from them
}

// saw takes up what a post shows of us and its author.
func (l *learned) saw(p post) {
	l.mu.Lock()
	defer l.mu.Unlock()
	note(&l.closed, p.root(), p.closed)
	note(&l.apart, p.author.DID, p.author.Viewer.BlockedBy)
}

// block takes up that a block stands between us and somebody, or no longer.
func (l *learned) block(did string, stands bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	note(&l.apart, did, stands)
}

func note(set *map[string]bool, key string, is bool) {
	switch {
	case !is:
		delete(*set, key)
	case *set == nil || len(*set) >= maxLearned:
		*set = map[string]bool{key: true} // what still is so will be seen again
	default:
		(*set)[key] = true
	}
}

// narrow takes away what is known to be refused in a thread.
func (l *learned) narrow(caps inbox.Caps, t inbox.Thread) inbox.Caps {
	root := t.Remote
	if post, ours := underOurs(t.Remote); ours {
		root = post
	}
	l.mu.Lock()
	closed, apart := l.closed[root], l.apart[t.Author.ID]
	l.mu.Unlock()
	refused := []inbox.ActionKind{}
	switch {
	case apart:
		refused = []inbox.ActionKind{inbox.ActReply, inbox.ActPrivate, inbox.ActLike}
	case closed:
		refused = []inbox.ActionKind{inbox.ActReply}
	}
	for _, kind := range refused {
		if caps.Can(kind) {
			caps.Acts[kind] = inbox.Capability{Why: inbox.CodeClosed}
		}
	}
	return caps
}

// Caps says what the account can do. Watches need words to look for.
func (c *Connector) Caps() inbox.Caps {
	caps := accountCaps()
	if len(c.words) == 0 {
		caps.Streams = caps.Streams[:2]
	}
	return caps
}

// ThreadCaps says what can be done in a thread, as its name and what was seen
// of it tell.
func (c *Connector) ThreadCaps(t inbox.Thread) inbox.Caps { return c.learned.narrow(threadCaps(t), t) }
