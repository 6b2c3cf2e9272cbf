package length

import (
	"strings"
	"unicode"

	"vigie/inbox"
)

// Cuts splits a text that somebody is writing: a change costs what is around
// it, and not the whole text. The zero one is ready; it is for one goroutine.
type Cuts struct {
	text  string
	limit inbox.TextLimit
	list  []cut
}

// A cut is where a part begins, the part, and up to where the text was looked
// at to end it.
type cut struct {
	at, reach int
	part      string
}

// Split is the package's Split, of a text like the one before.
func (c *Cuts) Split(text string, limit inbox.TextLimit) []string {
	text = strings.TrimSpace(text)
	if limit != c.limit {
		*c = Cuts{limit: limit}
	}
	if text != c.text {
		c.list = c.again(text)
		c.text = text
	}
	parts := make([]string, len(c.list))
	for i, p := range c.list {
		parts[i] = p.part
	}
	return parts
}

// again cuts a text: as the one before, up to its first change, and from the
// first cut behind the last one on.
func (c *Cuts) again(text string) []cut {
	front, back := same(c.text, text)
	var list []cut
	for _, old := range c.list {
		if old.reach > front {
			break
		}
		list = append(list, old)
	}
	at := 0
	if n := len(list); n > 0 {
		at = c.list[n].at // what was looked at to the end has no part behind it
	}
	more := len(text) - len(c.text)
	for old := c.list[len(list):]; at < len(text); {
		for len(old) > 0 && old[0].at+more < at {
			old = old[1:]
		}
		if len(old) > 0 && old[0].at+more == at && len(text)-at <= back {
			for _, p := range old {
				if p.reach != whole {
					p.reach += more
				}
				p.at += more
				list = append(list, p)
			}
			break
		}
		n, reach := cutAt(text[at:], c.limit)
		if reach != whole {
			reach += at
		}
		list = append(list, cut{at, reach, strings.TrimSpace(text[at : at+n])})
		at += n
		at += len(text[at:]) - len(strings.TrimLeftFunc(text[at:], unicode.IsSpace))
	}
	return list
}

// same is how many bytes two texts have in common at their beginning, and how
// many at their end.
func same(a, b string) (front, back int) {
	short := min(len(a), len(b))
	for front < short && a[front] == b[front] {
		front++
	}
	for back < short && a[len(a)-1-back] == b[len(b)-1-back] {
		back++
	}
	return front, back
}
