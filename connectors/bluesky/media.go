package bluesky

import (
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
	Type   string      `json:"$type"`
	Images []imageView `json:"images"`
	Items  []imageView `json:"items"` // of a gallery
	Video  string      `json:"playlist"`
	Alt    string      `json:"alt"`
	Card   struct {
		URI   string `json:"uri"`
		Title string `json:"title"`
	} `json:"external"`
	Media json.RawMessage `json:"media"` // beside a quoted post
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
		add("link", e.Card.URI, e.Card.Title)
	}
	return append(out, mediaOf(e.Media, depth+1)...)
}

// maxQuote is how much is shown of a quoted post, in code points: a whole one,
// unless its author's program went beyond the limits.
const maxQuote = 300

// quoteOf is the post that is quoted, as the network shows it; nil when there
// is none, or none that may be seen.
func quoteOf(raw json.RawMessage) *inbox.Media {
	type quoted struct {
		URI    string  `json:"uri"`
		Author profile `json:"author"`
		Value  struct {
			Text string `json:"text"`
		} `json:"value"`
	}
	var e struct {
		Record struct {
			quoted
			Record quoted `json:"record"` // beside media it is wrapped once more
		} `json:"record"`
	}
	if len(raw) == 0 || json.Unmarshal(raw, &e) != nil {
		return nil
	}
	for _, q := range []quoted{e.Record.quoted, e.Record.Record} {
		u, ok := parseURI(q.URI)
		if !ok || u.Collection != postCollection || q.Author.DID != u.DID {
			continue
		}
		words := []rune(q.Value.Text)
		words = words[:min(len(words), maxQuote)]
		return &inbox.Media{Kind: "quote", URL: postURL(u), Alt: text.CleanLine("@" + q.Author.Handle + " : " + string(words))}
	}
	return nil
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
