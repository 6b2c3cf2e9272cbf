package feeds

import (
	"net/url"
	"strconv"
	"strings"

	"vigie/inbox"
	"vigie/inbox/pattern"
)

// What forums and aggregators put around a text. Their counters change with
// every reading, and would make an edit of each.
var (
	hackerNews = pattern.Lazy(`(?s)<p>(?:Article|Comments) URL: .*?</p>|<p>Points: (\d+)</p>|<p># Comments: (\d+)</p>`)
	onlyALink  = pattern.Lazy(`^\s*<a href="[^"]*">Comments</a>\s*$`)
	discourse  = pattern.Lazy(`(?s)<p><small>(\d+)[^<\d]{1,40}\d+[^<\d]{1,40}</small></p>\s*(?:<p><a [^>]*>[^<]*</a></p>)?\s*$`)
	phpbb      = pattern.Lazy(`(?s)<p>[^<]{1,60}<(?:a|span) [^>]*>[^<]*</(?:a|span)> — [^<]*</p>\s*<hr ?/?>\s*$`)
	submitted  = pattern.Lazy(`(?s)(?:\s|&#32;)*submitted by(?:\s|&#32;)*<a .*$`)
)

// tidy takes from the HTML of an entry what is not its author's, and notes the
// counters that were in it.
func tidy(src string, m *inbox.Message) string {
	u, err := url.Parse(m.URL)
	if err != nil || src == "" {
		return src
	}
	switch {
	case strings.Contains(src, "Comments URL: "):
		for _, found := range hackerNews().FindAllStringSubmatch(src, -1) {
			m.Counts.Likes = counted(m, found[1], 0, m.Counts.Likes)
			m.Counts.Replies = counted(m, found[2], 0, m.Counts.Replies)
		}
		return hackerNews().ReplaceAllString(src, "")
	case onlyALink().MatchString(src):
		return ""
	case onReddit(u):
		return submitted().ReplaceAllString(src, "")
	case strings.HasSuffix(u.Path, "/viewtopic.php"):
		return phpbb().ReplaceAllString(src, "")
	case discourseTopic().MatchString(u.Path):
		if found := discourse().FindStringSubmatch(src); found != nil {
			m.Counts.Replies = counted(m, found[1], 1, m.Counts.Replies)
		}
		return discourse().ReplaceAllString(src, "")
	}
	return src
}

// counted reads a counter, less what does not count; old when it is none.
func counted(m *inbox.Message, s string, less, old int) int {
	n, err := strconv.Atoi(s)
	if err != nil {
		return old
	}
	m.Counts.Known = true
	return max(n-less, 0)
}
