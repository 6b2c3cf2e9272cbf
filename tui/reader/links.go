package reader

import (
	"slices"
	"strings"

	"vigie/inbox"
	"vigie/inbox/text"
)

// LinkKind is where a Link comes from.
type LinkKind uint8

// The kinds of links.
const (
	LinkText  LinkKind = iota // in the text of the message
	LinkPage                  // the message itself on its network
	LinkPost                  // the post it hangs under
	LinkMedia                 // an attachment
)

// Link is an address that may be opened or copied: as inbox/text allows it.
type Link struct {
	Kind  LinkKind
	URL   string // "" for an attachment without an address that may be opened
	Host  string
	Media inbox.Media // of LinkMedia
}

// Links are the addresses of a message: its own page, those in its text and
// the post it hangs under, each once.
func Links(m inbox.Message, post *inbox.Post) []Link {
	var out []Link
	add := func(kind LinkKind, raw string) {
		url, ok := text.URL(raw)
		if ok && !slices.ContainsFunc(out, func(l Link) bool { return l.URL == url }) {
			out = append(out, Link{Kind: kind, URL: url, Host: text.Host(raw)})
		}
	}
	add(LinkPage, m.URL)
	for _, url := range addresses(m.Text.String()) {
		add(LinkText, url)
	}
	if post != nil {
		add(LinkPost, post.URL)
	}
	return out
}

// MediaLinks are the attachments of a message.
func MediaLinks(m inbox.Message) []Link {
	var out []Link
	for _, media := range m.Media {
		link := Link{Kind: LinkMedia, Media: media}
		if url, ok := text.URL(media.URL); ok {
			link.URL, link.Host = url, text.Host(media.URL)
		}
		out = append(out, link)
	}
	return out
}

// mostLinks is how many addresses of one text are looked for.
const mostLinks = 40

// addresses are the web addresses in a text, as they are written.
func addresses(s string) []string {
	var out []string
	for len(out) < mostLinks {
		i := strings.Index(s, "http")
		if i < 0 {
			return out
		}
		s = s[i:]
		word := s
		if end := strings.IndexAny(s, " \t\n<>\"«»“”"); end >= 0 {
			word = s[:end]
		}
		s = s[len(word):]
		if !strings.HasPrefix(word, "http://") && !strings.HasPrefix(word, "https://") {
			continue
		}
		word = trimmed(word)
		if _, ok := text.URL(word); ok {
			out = append(out, word)
		}
	}
	return out
}

// trimmed takes the punctuation of the sentence off the end of an address.
func trimmed(url string) string {
	for {
		short := strings.TrimRight(url, ".,;:!?…'’*_")
		if strings.HasSuffix(short, ")") && strings.Count(short, "(") < strings.Count(short, ")") {
			short = strings.TrimSuffix(short, ")")
		}
		if short == url {
			return url
		}
		url = short
	}
}

// Subject is the message that keys about a message are for: the chosen one,
// else the newest of theirs, else the newest.
func (m *Model) Subject() (inbox.Message, bool) {
	if c := m.Chosen().Message; c != nil {
		return *c, true
	}
	newest := -1
	for i, msg := range m.view.Messages {
		if !m.loaded || msg.Damaged {
			continue
		}
		if newest < 0 || !msg.Outgoing || m.view.Messages[newest].Outgoing {
			newest = i
		}
	}
	if newest < 0 {
		return inbox.Message{}, false
	}
	return m.view.Messages[newest], true
}

// WithMedia is the message whose attachments are meant: the chosen one, else
// the newest that has some.
func (m *Model) WithMedia() (inbox.Message, bool) {
	if c := m.Chosen().Message; c != nil {
		return *c, len(c.Media) > 0
	}
	for _, msg := range slices.Backward(m.view.Messages) {
		if len(msg.Media) > 0 {
			return msg, true
		}
	}
	return inbox.Message{}, false
}

// HasLinks reports whether the thread is shown and has a message with an
// address in its text.
func (m *Model) HasLinks(id inbox.ThreadID) bool { return m.loaded && m.id == id && m.links }
