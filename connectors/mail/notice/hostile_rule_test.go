package notice

import (
	"testing"

	"vigie/connectors"
)

// A rule's mail leads to the rule's host or to nothing: no link that only looks
// like one of it is taken.
func TestRuleTakesNoOtherLink(t *testing.T) {
	p, err := New([]connectors.Notification{{From: "burrow.example", Subject: `^(?P<author>.+) wrote$`, Link: "burrow.example", Network: "burrow"}})
	if err != nil {
		t.Fatal(err)
	}
	for link, want := range map[string]string{
		"https://burrow.example/n/7":                    "https://burrow.example/n/7",
		"javascript:alert(1)//burrow.example":           "",
		"data:text/html,burrow.example":                 "",
		"https://elsewhere.example/burrow.example":      "",
		"https://burrow.example@elsewhere.example/n/7":  "",
		"https://elsewhere.example\\@burrow.example/":   "",
		"https://burrow.example.elsewhere.example/n/7":  "",
		"https://notburrow.example/n/7":                 "",
		"https://b\u0075rr\u043ew.example/n/7":          "",
		"https://elsewhere.example/?u=burrow.example/7": "",
	} {
		m := Mail{
			From: "news@burrow.example", Subject: "Ana wrote", Text: "Hello", MessageID: "a@burrow.example",
			HTML: `<p>Hello</p><a href="` + link + `">Read it</a>`, Head: func(string) string { return "" }, Proven: func(string) bool { return true },
		}
		got := ""
		if r := p.Parse(m); r.Verdict == Read && len(r.Notices) == 1 {
			got = r.Notices[0].Link
		}
		if got != want {
			t.Errorf("%s leads to %q", link, got)
		}
	}
}
