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

// cursor is what was seen of each feed, by feed key.
type cursor map[string]feedState

// feedState is what was seen of one feed: what conditional requests need, and
// the entries of its latest document.
type feedState struct {
	tag      string // ETag
	modified string // Last-Modified
	seen     map[string]sighting
}

// sighting is one entry as it was seen.
type sighting struct {
	content string    // digest of what is shown of it
	at      time.Time // when it was first seen; zero where it has its own time
}

func (s feedState) zero() bool { return s.tag == "" && s.modified == "" && s.seen == nil }

// maxSeen is how many entries of one document are looked at and remembered.
const maxSeen = 2000

// cursorVersion is the version of the cursor's form.
const cursorVersion = 1

type wireCursor struct {
	V     int                 `json:"v"`
	Feeds map[string]wireFeed `json:"feeds"`
}

// wireFeed spells seen as "id content" or "id content seconds" for each entry.
type wireFeed struct {
	Tag      string   `json:"tag,omitempty"`
	Modified string   `json:"modified,omitempty"`
	Seen     []string `json:"seen"`
}

// String spells the cursor, the same for the same sightings.
func (c cursor) String() string {
	w := wireCursor{V: cursorVersion, Feeds: map[string]wireFeed{}}
	for key, s := range c {
		f := wireFeed{Tag: s.tag, Modified: s.modified, Seen: []string{}}
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

// parseCursor reads a cursor; one that cannot be read means to start anew.
func parseCursor(s string) cursor {
	var w wireCursor
	if json.Unmarshal([]byte(s), &w) != nil || w.V != cursorVersion {
		return cursor{}
	}
	c := cursor{}
	for key, f := range w.Feeds {
		state := feedState{tag: f.Tag, modified: f.Modified, seen: map[string]sighting{}}
		for _, line := range f.Seen {
			words := strings.Fields(line)
			if len(words) < 2 {
				return cursor{}
			}
			g := sighting{content: words[1]}
			if len(words) > 2 {
				n, err := strconv.ParseInt(words[2], 10, 64)
				if err != nil {
					return cursor{}
				}
				g.at = time.Unix(n, 0).UTC()
			}
			state.seen[words[0]] = g
		}
		c[key] = state
	}
	return c
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
