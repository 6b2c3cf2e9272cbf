package bluesky

import (
	"cmp"
	"encoding/json"
	"slices"
	"strings"
	"time"
)

const (
	cursorVersion = 1
	// overlap is how far behind the newest known notification the list is
	// read again: posts can be indexed late and are then sorted by the time
	// their author's program gave.
	overlap = 24 * time.Hour
	// keepKnown is how many posts a cursor remembers; the newest watched of
	// them are looked up at each fetch.
	keepKnown = 150
	watched   = 100
	// ownPosts is how many of our own newest posts are watched for replies.
	ownPosts = 50
	// hiddenTime is how soon what a block hides is looked up again: blocks are
	// lifted elsewhere, too; and hiddenBudget how many of them at each fetch.
	hiddenTime   = 30 * time.Minute
	hiddenBudget = 3
)

// Marks of known posts that are not looked up: gone ones, those that are no
// messages or, for a while, hidden from us, and items that were not understood.
const (
	printGone    = "-"
	printHidden  = "*"
	printRefused = "!"
)

// known is a post that was given out. Print tells a changed one.
type known struct {
	ID    string `json:"u"` // DID/KEY, or a hash of what was refused
	At    int64  `json:"t"` // milliseconds since 1970
	Print string `json:"f"`
	Hid   bool   `json:"h,omitempty"` // it is hidden under our post
	Asked int64  `json:"a,omitempty"` // when a block hid it last, in milliseconds since 1970
}

// again picks those of a list that are to be looked up again, most of them at
// the most; of what a block hides a few, each after a while.
func again(list []known, me string, now time.Time, most int) []known {
	var out []known
	hidden := hiddenBudget
	for _, k := range list {
		switch {
		case k.Print == printGone, k.Print == printRefused, len(out) >= most:
			continue
		case k.Print != printHidden:
		case hidden == 0, strings.HasPrefix(k.ID, me+"/"), now.UnixMilli()-k.Asked < hiddenTime.Milliseconds():
			continue
		default:
			hidden--
		}
		out = append(out, k)
	}
	return out
}

// own is a post of ours and how many replies were there when its thread was
// last read; 0: never.
type own struct {
	Key     string `json:"k"`
	Replies int    `json:"n"`
}

// mentionsCursor is where the mentions stream stands. Times are milliseconds
// since 1970.
type mentionsCursor struct {
	Version int    `json:"v"`
	Since   int64  `json:"since"`         // nothing older is taken from threads
	Floor   int64  `json:"floor"`         // notifications older than this are known
	Top     int64  `json:"top"`           // newest notification of the pass under way
	Cut     int64  `json:"cut,omitempty"` // newest time that was forgotten during the pass, plus 1
	At      string `json:"at,omitempty"`  // where the pass goes on; "" at its start
	// Fresh tells that the pass under way gave something: when it took
	// several fetches, another pass sees what came at the top meanwhile.
	Fresh bool    `json:"fresh,omitempty"`
	Known []known `json:"known,omitempty"` // newest first
	Own   []own   `json:"own,omitempty"`   // newest first
	// Gone holds the addresses of posts of ours that are no longer there and
	// under which threads hang, oldest first.
	Gone []string `json:"gone,omitempty"`
}

// readMentionsCursor decodes a cursor; what cannot be read begins anew, with
// history since then.
func readMentionsCursor(s string, since time.Time) mentionsCursor {
	var c mentionsCursor
	if json.Unmarshal([]byte(s), &c) != nil || c.Version != cursorVersion || c.Floor <= 0 {
		ms := max(since.UnixMilli(), 1)
		return mentionsCursor{Version: cursorVersion, Since: ms, Floor: ms}
	}
	return c
}

func (c *mentionsCursor) encode() (string, error) {
	b, err := json.Marshal(c)
	return string(b), err
}

// find returns the place of a known post, or -1.
func (c *mentionsCursor) find(id string) int {
	return slices.IndexFunc(c.Known, func(k known) bool { return k.ID == id })
}

// remember adds a post or renews its print.
func (c *mentionsCursor) remember(k known) {
	if i := c.find(k.ID); i >= 0 {
		c.Known[i].Print, c.Known[i].Hid, c.Known[i].Asked = k.Print, k.Hid, k.Asked
		return
	}
	c.Known = append(c.Known, k)
}

// settle ends a pass over the notifications: what is older than the overlap,
// or older than all that is remembered, counts as known from now on.
func (c *mentionsCursor) settle() {
	c.Floor = max(c.Floor, c.Top-overlap.Milliseconds(), c.Cut)
	c.At, c.Cut = "", 0
}

// trim keeps the newest posts, in a stable order.
func (c *mentionsCursor) trim() {
	slices.SortFunc(c.Known, func(a, b known) int {
		return cmp.Or(cmp.Compare(b.At, a.At), strings.Compare(a.ID, b.ID))
	})
	if len(c.Known) <= keepKnown {
		return
	}
	cut := c.Known[keepKnown].At + 1
	c.Known = c.Known[:keepKnown]
	if c.At == "" {
		c.Floor = max(c.Floor, cut)
	} else {
		c.Cut = max(c.Cut, cut)
	}
}

// knownID is how a post's address is remembered.
func knownID(u atURI) string { return u.DID + "/" + u.Key }

// uriOf is the inverse of knownID; false for an item that was refused.
func (k known) uriOf() (string, bool) {
	did, key, ok := strings.Cut(k.ID, "/")
	return atURI{DID: did, Collection: postCollection, Key: key}.String(), ok
}
