package feeds

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"slices"
	"strconv"
	"strings"
	"time"
)

// cursor is what was seen of each feed, by feed key, and what articles are
// known by in all of them.
type cursor struct {
	feeds map[string]feedState
	names *names
}

// feedState is what was seen of one feed: what conditional requests need, and
// the entries of its latest document.
type feedState struct {
	tag      string // ETag
	modified string // Last-Modified
	seen     map[string]sighting
	keep     time.Duration // how long the document says that it may be kept
	found    bool          // tag and modified are of a document that a page led to
	gone     bool          // its server said that it is gone for good
	moved    string        // digest of the address it moved to for good, told once
	leads    string        // digest of the address that a page led to, told once
}

// sighting is one entry as it was seen.
type sighting struct {
	content string    // digest of what is shown of it, or twin
	at      time.Time // when it was first seen; zero where it has its own time
}

// twin stands for the content of an entry that another feed brought first.
const twin = "="

func (s feedState) zero() bool { return s.seen == nil && !s.gone }

// maxSeen is how many entries of one document are looked at and remembered.
const maxSeen = 2000

// cursorVersion is the version of the cursor's form.
const cursorVersion = 1

type wireCursor struct {
	V     int                 `json:"v"`
	Feeds map[string]wireFeed `json:"feeds"`
	// Names has "name feed entry" for each name, oldest first.
	Names []string `json:"names,omitempty"`
}

// wireFeed spells seen as "id content" or "id content seconds" for each entry.
type wireFeed struct {
	Tag      string   `json:"tag,omitempty"`
	Modified string   `json:"modified,omitempty"`
	Seen     []string `json:"seen"`
	Keep     int64    `json:"keep,omitempty"` // seconds
	Found    bool     `json:"found,omitempty"`
	Gone     bool     `json:"gone,omitempty"`
	Moved    string   `json:"moved,omitempty"`
	Leads    string   `json:"leads,omitempty"`
}

// String spells the cursor, the same for the same sightings.
func (c cursor) String() string {
	w := wireCursor{V: cursorVersion, Feeds: map[string]wireFeed{}, Names: c.names.lines()}
	for key, s := range c.feeds {
		f := wireFeed{
			Tag: s.tag, Modified: s.modified, Seen: []string{}, Keep: int64(s.keep / time.Second),
			Found: s.found, Gone: s.gone, Moved: s.moved, Leads: s.leads,
		}
		for id, g := range s.seen {
			line := id + " " + g.content
			if !g.at.IsZero() {
				line += " " + strconv.FormatInt(g.at.Unix(), 10)
			}
			f.Seen = append(f.Seen, line)
		}
		slices.Sort(f.Seen)
		w.Feeds[key] = f
	}
	b, err := json.Marshal(w)
	if err != nil {
		return "" // strings and numbers can always be spelled
	}
	return string(b)
}

func newCursor() cursor { return cursor{feeds: map[string]feedState{}, names: newNames()} }

// parseCursor reads a cursor; one that cannot be read means to start anew.
func parseCursor(s string) cursor {
	var w wireCursor
	if json.Unmarshal([]byte(s), &w) != nil || w.V != cursorVersion {
		return newCursor()
	}
	c := newCursor()
	var ok bool
	if c.names, ok = parseNames(w.Names); !ok {
		return newCursor()
	}
	for key, f := range w.Feeds {
		seen, ok := parseSeen(f.Seen)
		if !ok {
			return newCursor()
		}
		c.feeds[key] = feedState{
			tag: f.Tag, modified: f.Modified, seen: seen, found: f.Found, gone: f.Gone, moved: f.Moved, leads: f.Leads,
			keep: time.Duration(min(max(f.Keep, 0), int64(maxWait/time.Second))) * time.Second,
		}
	}
	return c
}

// parseSeen reads the lines of sightings; false when one makes no sense.
func parseSeen(lines []string) (map[string]sighting, bool) {
	seen := map[string]sighting{}
	for _, line := range lines {
		words := strings.Fields(line)
		if len(words) < 2 {
			return nil, false
		}
		g := sighting{content: words[1]}
		if len(words) > 2 {
			n, err := strconv.ParseInt(words[2], 10, 64)
			if err != nil {
				return nil, false
			}
			g.at = time.Unix(n, 0).UTC()
		}
		seen[words[0]] = g
	}
	return seen, true
}

// digest is a short name for some words: 72 bits, so that the entries of a
// lifetime do not collide.
func digest(words ...string) string {
	h := sha256.New()
	for _, w := range words {
		h.Write([]byte(strconv.Itoa(len(w))))
		h.Write([]byte{':'})
		h.Write([]byte(w))
	}
	return base64.RawURLEncoding.EncodeToString(h.Sum(nil)[:9])
}
