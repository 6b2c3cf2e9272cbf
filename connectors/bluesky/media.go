package bluesky

import (
	"cmp"
	"encoding/json"
	"net/url"
	"slices"
	"strings"

	"vigie/inbox"
	"vigie/inbox/text"
)

// embedView is what hangs on a post, as the network shows it; one of the
// fields is there, by its type.
type embedView struct {
	Type   string          `json:"$type"`
	Images []imageView     `json:"images"`
	Items  []imageView     `json:"items"` // of a gallery
	Video  string          `json:"playlist"`
	Alt    string          `json:"alt"`
	Card   card            `json:"external"`
	Media  json.RawMessage `json:"media"` // beside a quoted post
}

// card is a link with what its page says of itself.
type card struct {
	URI         string `json:"uri"`
	Title       string `json:"title"`
	Description string `json:"description"`
}

// show says what a card is and what is to be read of it. An animation is a card
// of one of the hosts that Bluesky's own program chooses them from, with the
// description behind a word that says so.
func (c card) show() (kind, alt string) {
	u, err := url.Parse(c.URI)
	if err != nil || !slices.Contains([]string{"media.tenor.com", "static.klipy.com", "t.gifs.bsky.app"}, u.Hostname()) {
		return "link", c.Title
	}
	for _, word := range []string{"alt text: ", "alt: "} {
		if len(c.Description) > len(word) && strings.EqualFold(c.Description[:len(word)], word) {
			return "video", c.Description[len(word):]
		}
	}
	return "video", c.Title
}

type imageView struct {
	Full string `json:"fullsize"`
	Alt  string `json:"alt"`
}

// mediaOf lists what hangs on a post. What cannot be read is left out: the
// post's words count without it.
func mediaOf(raw json.RawMessage, depth int) []inbox.Media {
	var e embedView
	if depth > 1 || len(raw) == 0 || json.Unmarshal(raw, &e) != nil {
		return nil
	}
	var out []inbox.Media
	add := func(kind, address, alt string) {
		if validURL(address) {
			out = append(out, inbox.Media{Kind: kind, URL: address, Alt: text.CleanLine(alt)})
		}
	}
	for _, im := range append(e.Images, e.Items...) {
		add("image", im.Full, im.Alt)
	}
	if e.Video != "" {
		add("video", e.Video, e.Alt)
	}
	if e.Card.URI != "" {
		kind, alt := e.Card.show()
		add(kind, e.Card.URI, alt)
	}
	return append(out, mediaOf(e.Media, depth+1)...)
}

// maxQuote is how much is shown of a quoted post, in code points: a whole one,
// unless its author's program went beyond the limits.
const maxQuote = 300

// quotedView is what a post quotes, as the network shows it: a post, or a list,
// a feed or a starter pack, which have names. What cannot be shown any more, or
// to us, has an address only.
type quotedView struct {
	URI     string  `json:"uri"`
	Author  profile `json:"author"`
	Creator profile `json:"creator"`
	Name    string  `json:"name"`        // of a list
	Title   string  `json:"displayName"` // of a feed
	Value   struct {
		Text string `json:"text"`
	} `json:"value"`
	Record struct {
		Name string `json:"name"` // of a starter pack
	} `json:"record"`
	Embeds []json.RawMessage `json:"embeds"` // what hangs on a quoted post
}

// quoteOf is what is quoted; nil when there is nothing.
func quoteOf(raw json.RawMessage) *inbox.Media {
	var plain struct {
		Record quotedView `json:"record"`
	}
	var beside struct { // media: it is wrapped once more
		Record struct {
			Record quotedView `json:"record"`
		} `json:"record"`
	}
	if len(raw) == 0 || json.Unmarshal(raw, &plain) != nil {
		return nil
	}
	q := plain.Record
	if q.URI == "" && json.Unmarshal(raw, &beside) == nil {
		q = beside.Record.Record
	}
	return q.media()
}

func (q quotedView) media() *inbox.Media {
	u, ok := parseURI(q.URI)
	switch {
	case !ok:
		return nil
	case u.Collection != postCollection:
		if at := recordURL(u); at != "" && q.Creator.DID == u.DID {
			return &inbox.Media{Kind: "link", URL: at, Alt: text.CleanLine(cmp.Or(q.Name, q.Title, q.Record.Name))}
		}
		return nil
	case q.Author.DID != u.DID, q.Author.Handle == "": // gone, behind a block, or taken out
		return &inbox.Media{Kind: "quote", URL: postURL(u)}
	}
	words := []rune(cmp.Or(strings.TrimSpace(q.Value.Text), q.shown()))
	words = words[:min(len(words), maxQuote)]
	return &inbox.Media{Kind: "quote", URL: postURL(u), Alt: text.CleanLine("@" + q.Author.Handle + " : " + string(words))}
}

// shown is what the files of a quoted post show, by their descriptions.
func (q quotedView) shown() string {
	var out []string
	for _, embed := range q.Embeds {
		for _, md := range mediaOf(embed, 0) {
			if !md.Alt.Empty() {
				out = append(out, md.Alt.String())
			}
		}
	}
	return strings.Join(out, ", ")
}

// recordURL is where people see a record that is no post; "" for those that
// have no such place.
func recordURL(u atURI) string {
	switch u.Collection {
	case "app.bsky.feed.generator":
		return web + "/profile/" + u.DID + "/feed/" + u.Key
	case "app.bsky.graph.list":
		return web + "/profile/" + u.DID + "/lists/" + u.Key
	case "app.bsky.graph.starterpack":
		return web + "/starter-pack/" + u.DID + "/" + u.Key
	}
	return ""
}

// validURL reports whether an address may be shown and opened.
func validURL(s string) bool {
	u, err := url.Parse(s)
	return err == nil && len(s) <= maxURI && (u.Scheme == "https" || u.Scheme == "http") && u.Host != "" &&
		text.CleanLine(s).String() == s && !strings.ContainsAny(s, " \"<>")
}

// maxWarning is how many labels of a post are shown.
const maxWarning = 8

// warning is what labels say of a post: those of its author, and those of the
// moderation services that the account's own server asks. The words are the
// network's: "porn", "graphic-media", "!warn". Labels that say nothing of the
// content are left out.
func warning(raw json.RawMessage) text.Safe {
	var labels []struct {
		Value   string `json:"val"`
		Negates bool   `json:"neg"`
	}
	if len(raw) == 0 || json.Unmarshal(raw, &labels) != nil {
		return text.Safe{}
	}
	var words []string
	for _, l := range labels {
		word := text.CleanLine(l.Value).String()
		switch {
		case l.Negates, word == "", len(word) > 128, word == "!no-unauthenticated", word == "!no-promote", word == "bot":
		case slices.Contains(words, word), len(words) == maxWarning:
		default:
			words = append(words, word)
		}
	}
	slices.Sort(words)
	return text.CleanLine(strings.Join(words, ", "))
}

// hiddenUnder lists the answers that the gate of a thread hides.
func hiddenUnder(gate json.RawMessage) []string {
	var g struct {
		Hidden []string `json:"hiddenReplies"`
	}
	if len(gate) == 0 || json.Unmarshal(gate, &g) != nil {
		return nil
	}
	return g.Hidden
}
