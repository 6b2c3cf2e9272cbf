package feeds

import (
	"cmp"
	"html"
	"strings"
	"time"

	"github.com/mmcdole/gofeed"
	"github.com/mmcdole/gofeed/atom"
	"github.com/mmcdole/gofeed/rss"

	"vigie/inbox/pattern"
)

// straighten puts right what the parser makes of entries: numbers of sessions
// leave their addresses, content is read by its type, and dates are read that
// it does not know. In RSS an entry gets the address that it is known by where
// it has no other (guid).
func straighten(f *gofeed.Feed) {
	asRSS, _ := f.OriginalFeed().(*rss.Feed)
	asAtom, _ := f.OriginalFeed().(*atom.Feed)
	for i, it := range f.Items {
		switch {
		case asRSS != nil && i < len(asRSS.Items):
			guid := asRSS.Items[i].GUID
			if it.Link == "" && guid != nil && !strings.EqualFold(guid.IsPermalink, "false") && onTheWeb().MatchString(it.GUID) {
				it.Link = it.GUID
			}
		case asAtom != nil && i < len(asAtom.Entries) && asAtom.Entries[i].Content != nil:
			it.Content = byType(asAtom.Entries[i].Content.Type, it.Content)
		}
		it.Link, it.GUID = withoutSession(it.Link), withoutSession(it.GUID)
		it.PublishedParsed = cmp.Or(it.PublishedParsed, dateOf(it.Published))
		it.UpdatedParsed = cmp.Or(it.UpdatedParsed, dateOf(it.Updated))
	}
}

// byType is the content of an entry of Atom as HTML: words that look like
// markup stay words, and a file is none. What has no type may be either, and is
// mostly HTML.
func byType(kind, content string) string {
	kind, _, _ = strings.Cut(strings.ToLower(strings.TrimSpace(kind)), ";")
	switch {
	case kind == "", strings.HasSuffix(kind, "html"), strings.HasSuffix(kind, "xml"):
		return content
	case kind == "text", strings.HasPrefix(kind, "text/"):
		return html.EscapeString(content)
	}
	return ""
}

// mailDate is a date of RFC 822 with all that it may leave out, behind a day of
// the week in whatever language.
var mailDate = pattern.Lazy(`^(?:\p{L}+\.?,? +)?(\d{1,2} [A-Za-z]{3} )(\d\d|\d{4}) +(\d\d:\d\d)(:\d\d)?(?: +([A-Z]{1,4}|[+-]\d{4}))?(?: *\([^()]*\))?$`)

// dateOf reads a date that the parser does not; nil when it is none.
func dateOf(s string) *time.Time {
	m := mailDate().FindStringSubmatch(strings.TrimSpace(s))
	if m == nil {
		return nil
	}
	year := map[int]string{2: "06", 4: "2006"}[len(m[2])]
	t, err := time.Parse("2 Jan "+year+" 15:04:05 -0700", m[1]+m[2]+" "+m[3]+cmp.Or(m[4], ":00")+" "+offsetOf(m[5]))
	if err != nil {
		return nil
	}
	return &t
}

// offsetOf spells a zone of RFC 822 as a number; those of armies, others and
// none as UTC.
func offsetOf(zone string) string {
	switch zone {
	case "EDT":
		return "-0400"
	case "EST", "CDT":
		return "-0500"
	case "CST", "MDT":
		return "-0600"
	case "MST", "PDT":
		return "-0700"
	case "PST":
		return "-0800"
	case "CET":
		return "+0100"
	case "CEST":
		return "+0200"
	}
	if strings.HasPrefix(zone, "+") || strings.HasPrefix(zone, "-") {
		return zone
	}
	return "+0000"
}
