package mastodon

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"vigie/inbox"
	"vigie/inbox/text"
)

// told is a status of somebody's as its message.
func told(t *testing.T, fields string) inbox.Message {
	t.Helper()
	s, err := readStatus([]byte(`{"id":"5","created_at":"2026-11-22T08:00:00Z","visibility":"public","account":{"id":"7","acct":"zoe@b.example"},` + fields + `}`))
	if err != nil {
		t.Fatal(err)
	}
	return message(s, account{ID: "1", Username: "miette", Acct: "miette"}, place{conversation: "5", kind: inbox.KindMention})
}

// What a status quotes is shown with it, instead of the line that stands for it;
// what may not be shown keeps that line.
func TestWhatIsQuoted(t *testing.T) {
	const quoted = `{"id":"4","created_at":"2026-11-22T07:00:00Z","url":"https://c.example/4","spoiler_text":%q,"content":"<p>Le crumble</p>","account":{"id":%q,"acct":"leo@c.example"}}`
	const line = `"content":"<p class=\"quote-inline\">RE: <a href=\"https://c.example/4\">https://c.example/4</a></p><p>Voyez ça</p>"`
	quote := func(words string) []inbox.Media {
		return []inbox.Media{{Kind: "quote", URL: "https://c.example/4", Alt: text.CleanLine("@leo@c.example : " + words)}}
	}
	for _, k := range []struct {
		name, state, quoted, text string
		media                     []inbox.Media
	}{
		{"accepted", "accepted", fmt.Sprintf(quoted, "", "9"), "Voyez ça", quote("Le crumble")},
		{"behind a warning", "accepted", fmt.Sprintf(quoted, "cuisine", "9"), "Voyez ça", quote("cuisine")},
		{"without words", "accepted", strings.Replace(fmt.Sprintf(quoted, "", "9"), `<p>Le crumble</p>"`, `","media_attachments":[{"type":"image","url":"https://c.example/1","description":"un crumble"},{"type":"image","url":"https://c.example/2"},{"type":"image","url":"https://c.example/3","description":"le four"}]`, 1), "Voyez ça", quote("un crumble, le four")},
		{"pending", "pending", "null", "RE: https://c.example/4\n\nVoyez ça", nil},
		{"a post of ours", "accepted", fmt.Sprintf(quoted, "", "1"), "Voyez ça", nil},
	} {
		m := told(t, line+`,"quote":{"state":"`+k.state+`","quoted_status":`+k.quoted+`}`)
		if m.Text.String() != k.text || !slices.Equal(m.Media, k.media) || (m.Post != nil) != (k.name == "a post of ours") {
			t.Errorf("%s: %q, %+v, under %+v", k.name, m.Text, m.Media, m.Post)
		}
	}
}

// Whom a status mentions is told with the host, unless two have the same name.
func TestMentionsWithTheirHosts(t *testing.T) {
	const content = `"content":"<p><a class=\"mention\" href=\"https://a.example/@miette\">@miette</a> demandez à @<b>leo</b> ou @max, pas à max@leo.example</p>"`
	for mentions, want := range map[string]string{
		`{"id":"2","acct":"leo@c.example"},{"id":"3","acct":"max"}`:                                      "demandez à @leo@c.example ou @max, pas à max@leo.example",
		`{"id":"2","acct":"leo@c.example"},{"id":"3","acct":"leo@d.example"}`:                            "demandez à @leo ou @max, pas à max@leo.example",
		`{"id":"2","acct":"Leo@c.example"},{"id":"3","acct":"max@d.example"},{"id":"1","acct":"miette"}`: "demandez à @Leo@c.example ou @max@d.example, pas à max@leo.example",
	} {
		if m := told(t, content+`,"mentions":[`+mentions+`]`); m.Text.String() != want {
			t.Errorf("%s: %q, want %q", mentions, m.Text, want)
		}
	}
}
