package htmltext

import (
	"slices"
	"strings"

	"golang.org/x/net/html"

	"vigie/inbox/text"
)

const (
	// maxLinks is how many addresses of one text are told.
	maxLinks = 100
	// maxLink is how long an address is told whole, in bytes; of a longer one
	// the host is.
	maxLink = 500
)

// depart keeps where the words that follow lead.
func (w *writer) depart(z *html.Tokenizer, more bool) {
	if !w.links || w.told >= maxLinks {
		return
	}
	href, mention := "", false
	for more {
		var key, val []byte
		key, val, more = z.TagAttr()
		switch string(key) {
		case "href":
			href = string(val)
		case "class":
			mention = slices.ContainsFunc(strings.Fields(string(val)), func(c string) bool { return c == "mention" || c == "hashtag" })
		}
	}
	if url, ok := text.URL(href); ok {
		w.leads, w.from, w.mention = url, w.b.Len(), mention
	}
}

// arrive tells where the words led that were read, unless they say so. What is
// no words, as a picture without any, leads nowhere.
func (w *writer) arrive() {
	url := w.leads
	w.leads = ""
	if url == "" {
		return
	}
	words := strings.TrimSpace(w.b.String()[w.from:])
	if words == "" || says(words, url) || w.mention && (named(words) || named(w.b.String()[max(w.from-1, 0):])) {
		return
	}
	w.told++
	if len(url) > maxLink {
		url = text.Host(url) + "/…"
	}
	w.b.WriteString(" (" + strings.TrimPrefix(url, "mailto:") + ")")
}

// named reports whether words are those of a mention or a hashtag: any author
// can mark any link as one.
func named(words string) bool {
	return strings.HasPrefix(words, "@") || strings.HasPrefix(words, "#")
}

// says reports whether words are an address, but for what a browser adds.
func says(words, url string) bool {
	if strings.ContainsAny(words, " \n") {
		return false
	}
	for _, scheme := range []string{"", "https://", "mailto:"} {
		if said, ok := text.URL(scheme + words); ok && bare(said) == bare(url) {
			return true
		}
	}
	return false
}

// bare is an address without its scheme and what else does not matter.
func bare(url string) string {
	for _, begin := range []string{"https://", "http://", "mailto:", "www."} {
		url = strings.TrimPrefix(url, begin)
	}
	return strings.TrimSuffix(url, "/")
}
