package bluesky

import (
	"cmp"
	"context"
	"net/url"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"vigie/inbox/pattern"
)

// The types of a facet's feature (lexicon app.bsky.richtext.facet).
const (
	facetMention = "app.bsky.richtext.facet#mention"
	facetLink    = "app.bsky.richtext.facet#link"
	facetTag     = "app.bsky.richtext.facet#tag"
)

// maxTag is how long a hashtag may be, in code points; the lexicon's limit is
// 64 graphemes and 640 bytes.
const maxTag = 64

// facet marks a part of a text. Its places count bytes of UTF-8.
type facet struct {
	Index struct {
		Start int `json:"byteStart"`
		End   int `json:"byteEnd"`
	} `json:"index"`
	Features []feature `json:"features"`
}

type feature struct {
	Type string `json:"$type"`
	DID  string `json:"did,omitempty"`
	URI  string `json:"uri,omitempty"`
	Tag  string `json:"tag,omitempty"`
}

// Each pattern begins at the text's start or behind a space or an opening
// bracket; the last group is the part that is marked.
var (
	linkPattern    = pattern.Lazy(`(?i)(^|[\s(\[{"'«“‘])(https?://[^\s<>"«»]+)`)
	mentionPattern = pattern.Lazy(`(^|[\s(\[{"'«“‘])(@(?:[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?\.)+[a-zA-Z](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?)`)
	tagPattern     = pattern.Lazy(`(^|[\s(\[{"'«“‘])([#＃][^\s#＃]+)`)
)

// facetsOf finds the links, mentions and hashtags of a text. resolve gives a
// handle's DID, or "" for one that nobody has, which then stays plain text.
func facetsOf(ctx context.Context, text string, resolve func(ctx context.Context, handle string) (string, error)) ([]facet, error) {
	var out []facet
	add := func(start, end int, f feature) {
		for _, o := range out {
			if start < o.Index.End && o.Index.Start < end {
				return
			}
		}
		var fc facet
		fc.Index.Start, fc.Index.End = start, end
		fc.Features = []feature{f}
		out = append(out, fc)
	}
	for _, m := range linkPattern().FindAllStringSubmatchIndex(text, -1) {
		uri := trimLink(text[m[4]:m[5]])
		if u, err := url.Parse(uri); err == nil && u.Host != "" {
			add(m[4], m[4]+len(uri), feature{Type: facetLink, URI: uri})
		}
	}
	for _, m := range mentionPattern().FindAllStringSubmatchIndex(text, -1) {
		if r, _ := utf8.DecodeRuneInString(text[m[5]:]); r == '@' || r == '_' || r != utf8.RuneError && unicode.IsLetter(r) {
			continue // the word goes on: no handle
		}
		did, err := resolve(ctx, text[m[4]+1:m[5]])
		if err != nil {
			return nil, err
		}
		if did != "" {
			add(m[4], m[5], feature{Type: facetMention, DID: did})
		}
	}
	for _, m := range tagPattern().FindAllStringSubmatchIndex(text, -1) {
		word := trimTag(text[m[4]:m[5]])
		if _, size := utf8.DecodeRuneInString(word); validTag(word[size:]) {
			add(m[4], m[4]+len(word), feature{Type: facetTag, Tag: word[size:]})
		}
	}
	slices.SortFunc(out, func(a, b facet) int { return a.Index.Start - b.Index.Start })
	return out, nil
}

// trimLink takes off the punctuation that ends a sentence and closing
// brackets that the link did not open.
func trimLink(s string) string {
	for s != "" {
		r, size := utf8.DecodeLastRuneInString(s)
		switch {
		case strings.ContainsRune(".,;:!?'\"»”’…", r):
		case r == ')' && strings.Count(s, "(") < strings.Count(s, ")"):
		case r == ']' && strings.Count(s, "[") < strings.Count(s, "]"):
		case r == '}' && strings.Count(s, "{") < strings.Count(s, "}"):
		default:
			return s
		}
		s = s[:len(s)-size]
	}
	return s
}

// trimTag takes the punctuation off the end of a hashtag.
func trimTag(s string) string {
	return strings.TrimRightFunc(s, func(r rune) bool { return unicode.IsPunct(r) && r != '#' && r != '＃' })
}

// validTag reports whether a word can be a hashtag: not only digits.
func validTag(s string) bool {
	return s != "" && utf8.RuneCountInString(s) <= maxTag && len(s) <= 640 && utf8.ValidString(s) &&
		strings.ContainsFunc(s, func(r rune) bool { return !unicode.IsDigit(r) && r != 0xFE0F && r != 0x20E3 })
}

// unshorten writes the whole address where a link's text is one without its
// beginning, or cut off with an ellipsis, as Bluesky's own programs do:
// "example.org/a/lo...". Behind other words it tells where they lead.
func unshorten(words string, facets []facet) string {
	var b strings.Builder
	done, told := 0, 0
	for _, f := range sorted(facets) {
		start, end := f.Index.Start, f.Index.End
		uri := f.link()
		if start < done || uri == "" || !f.within(words) {
			continue
		}
		shown := words[start:end]
		switch same := plainly(shown) == plainly(uri); {
		case same && strings.Contains(shown, "://"):
			continue
		case same, strings.HasSuffix(shown, "..."), strings.HasSuffix(shown, "…"):
			b.WriteString(words[done:start] + uri)
		case told < maxLinks && validURL(uri):
			told++
			b.WriteString(words[done:end] + " (" + uri + ")")
		default:
			continue
		}
		done = end
	}
	b.WriteString(words[done:])
	return b.String()
}

// maxLinks is of how many words of a text it is told where they lead.
const maxLinks = 100

func sorted(facets []facet) []facet {
	return slices.SortedStableFunc(slices.Values(facets), func(a, b facet) int { return cmp.Compare(a.Index.Start, b.Index.Start) })
}

// link is where a facet leads; "" where it is no link.
func (f facet) link() string {
	for _, ft := range f.Features {
		if ft.Type == facetLink && len(ft.URI) <= maxURI {
			return ft.URI
		}
	}
	return ""
}

// within reports whether a facet marks a part of a text, between two letters.
func (f facet) within(text string) bool {
	start, end := f.Index.Start, f.Index.End
	return start >= 0 && start < end && end <= len(text) && utf8.RuneStart(text[start]) && (end == len(text) || utf8.RuneStart(text[end]))
}

// plainly is an address without what programs leave out when they show it.
func plainly(uri string) string {
	uri = strings.ToLower(strings.TrimSpace(uri))
	uri = strings.TrimPrefix(strings.TrimPrefix(uri, "https://"), "http://")
	return strings.TrimSuffix(uri, "/")
}
