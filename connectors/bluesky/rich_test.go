package bluesky

import (
	"encoding/json"
	"slices"
	"testing"

	"vigie/inbox"
	"vigie/inbox/text"
)

func TestAnimations(t *testing.T) {
	for embed, want := range map[string]inbox.Media{
		`{"external":{"uri":"https://media.tenor.com/a/chat.gif?hh=1","title":"cat","description":"Alt: un chat qui dort"}}`: {Kind: "video", URL: "https://media.tenor.com/a/chat.gif?hh=1", Alt: text.CleanLine("un chat qui dort")},
		`{"external":{"uri":"https://media.tenor.com/a/chat.gif","title":"cat","description":""}}`:                           {Kind: "video", URL: "https://media.tenor.com/a/chat.gif", Alt: text.CleanLine("cat")},
		`{"external":{"uri":"https://media.tenor.com.evil.example/a","title":"cat","description":"Alt: x"}}`:                 {Kind: "link", URL: "https://media.tenor.com.evil.example/a", Alt: text.CleanLine("cat")},
	} {
		if got := mediaOf(json.RawMessage(embed), 0); len(got) != 1 || got[0] != want {
			t.Errorf("%s: %+v", embed, got)
		}
	}
}

// What is quoted is told whatever it is, also when it may not be seen.
func TestWhatIsQuoted(t *testing.T) {
	post := "at://" + them + "/app.bsky.feed.post/3l"
	quote := inbox.Media{Kind: "quote", URL: web + "/profile/" + them + "/post/3l"}
	for embed, want := range map[string]inbox.Media{
		`{"record":{"$type":"app.bsky.embed.record#viewNotFound","uri":"` + post + `","notFound":true}}`:                                                                       quote,
		`{"record":{"$type":"app.bsky.embed.record#viewBlocked","uri":"` + post + `","blocked":true,"author":{"did":"` + them + `"}}}`:                                         {Kind: "quote", URL: quote.URL},
		`{"record":{"record":{"$type":"app.bsky.embed.record#viewDetached","uri":"` + post + `","detached":true}},"media":{}}`:                                                 quote,
		`{"record":{"$type":"app.bsky.feed.defs#generatorView","uri":"at://` + them + `/app.bsky.feed.generator/pain","creator":{"did":"` + them + `"},"displayName":"Pain"}}`: {Kind: "link", URL: web + "/profile/" + them + "/feed/pain", Alt: text.CleanLine("Pain")},
		`{"record":{"$type":"app.bsky.graph.defs#listView","uri":"at://` + them + `/app.bsky.graph.list/l","creator":{"did":"` + them + `"},"name":"Lyon"}}`:                   {Kind: "link", URL: web + "/profile/" + them + "/lists/l", Alt: text.CleanLine("Lyon")},
		`{"record":{"uri":"at://` + them + `/app.bsky.graph.starterpack/s","creator":{"did":"` + them + `"},"record":{"name":"Premiers pas"}}}`:                                {Kind: "link", URL: web + "/starter-pack/" + them + "/s", Alt: text.CleanLine("Premiers pas")},
		`{"record":{"$type":"app.bsky.labeler.defs#labelerView","uri":"at://` + them + `/app.bsky.labeler.service/self","creator":{"did":"` + them + `"}}}`:                    {},
		// Without words it is told by what its pictures show.
		`{"record":{"$type":"app.bsky.embed.record#viewRecord","uri":"` + post + `","author":{"did":"` + them + `","handle":"zoe.test"},"value":{"text":" "},"embeds":[{"$type":"app.bsky.embed.images#view","images":[{"fullsize":"https://cdn.example/1","alt":"un crumble"},{"fullsize":"https://cdn.example/2","alt":""},{"fullsize":"https://cdn.example/3","alt":"le four"}]}]}}`: {Kind: "quote", URL: quote.URL, Alt: text.CleanLine("@zoe.test : un crumble, le four")},
		`{"record":{"$type":"app.bsky.embed.record#viewRecord","uri":"` + post + `","author":{"did":"` + them + `","handle":"zoe.test"},"value":{"text":"Voilà"},"embeds":[{"$type":"app.bsky.embed.images#view","images":[{"fullsize":"https://cdn.example/1","alt":"un crumble"}]}]}}`:                                                                                                {Kind: "quote", URL: quote.URL, Alt: text.CleanLine("@zoe.test : Voilà")},
		`{"record":{"uri":"nonsense"}}`: {},
	} {
		got := quoteOf(json.RawMessage(embed))
		if got == nil {
			got = &inbox.Media{}
		}
		if *got != want {
			t.Errorf("%s:\n%+v, want %+v", embed, *got, want)
		}
	}
}

// A direct message may be nothing but a post that is shared.
func TestMessageWithAPost(t *testing.T) {
	var v chatMessage
	raw := `{"$type":"chat.bsky.convo.defs#messageView","id":"m1","rev":"1","text":"","sender":{"did":"` + them + `"},"sentAt":"2026-11-22T08:00:00Z",
		"embed":{"$type":"app.bsky.embed.record#view","record":{"$type":"app.bsky.embed.record#viewRecord","uri":"at://` + them + `/app.bsky.feed.post/3l",
		"author":{"did":"` + them + `","handle":"zoe.test"},"value":{"text":"Le crumble"}}}}`
	if err := json.Unmarshal([]byte(raw), &v); err != nil {
		t.Fatal(err)
	}
	m, err := (&chatFetch{people: map[string]profile{}}).read("c1", v)
	want := []inbox.Media{{Kind: "quote", URL: web + "/profile/" + them + "/post/3l", Alt: text.CleanLine("@zoe.test : Le crumble")}}
	if err != nil || !m.Text.Empty() || !slices.Equal(m.Media, want) {
		t.Errorf("%+v %v", m, err)
	}
}
