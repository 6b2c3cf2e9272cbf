package length_test

import (
	"testing"

	"vigie/inbox"
	"vigie/inbox/length"
)

func TestMeasure(t *testing.T) {
	mastodon := inbox.TextLimit{Max: 500, Unit: inbox.Characters, URLLength: 23, LocalMentions: true}
	cases := []struct {
		name, text string
		limit      inbox.TextLimit
		want       int
	}{
		{"letters", "été", inbox.TextLimit{Unit: inbox.Characters}, 3},
		{"bytes", "été", inbox.TextLimit{Unit: inbox.Bytes}, 5},
		{"utf-16", "a😀", inbox.TextLimit{Unit: inbox.UTF16}, 3},
		{"code points of a family", "👨‍👩‍👧", inbox.TextLimit{Unit: inbox.Characters}, 5},
		{"a family is one grapheme", "👨‍👩‍👧", inbox.TextLimit{Unit: inbox.Graphemes}, 1},
		{"an accent of its own", "e\u0301", inbox.TextLimit{Unit: inbox.Graphemes}, 1},
		{"no unit means characters", "abc", inbox.TextLimit{}, 3},
		{"a link has its own length", "voir https://example.com/a/very/long/path?with=query ici", mastodon, 5 + 23 + 4},
		{"a short link too", "http://a.b", mastodon, 23},
		{"punctuation behind a link counts", "(https://example.com).", mastodon, 1 + 23 + 2},
		{"a scheme alone is no link", "https://", mastodon, 8},
		{"of a mention only the user counts", "@alice@mastodon.social bonjour", mastodon, 6 + 8},
		{"and what follows the host", "@alice@mastodon.social, oui", mastodon, 6 + 1 + 4},
		{"a local mention counts whole", "@alice bonjour", mastodon, 14},
		{"an address is no mention", "moi@example.com", mastodon, 15},
		{"a scheme in capitals", "HTTPS://exemple.fr/a/b/c/d/e/f/g/h", mastodon, 23},
		{"a link within a letter's word", "xhttps://exemple.fr", mastodon, 19},
		{"behind a letter without case", "見てhttps://exemple.fr/a", mastodon, 2 + 23},
		{"two links in a word", "https://exemple.fr,https://exemple.org!", mastodon, 23 + 1 + 23 + 1},
		{"a bracket that the link opened", "https://fr.wikipedia.org/wiki/Pain_(aliment)", mastodon, 23},
		{"and one that it did not", "(https://fr.wikipedia.org/wiki/Pain)", mastodon, 1 + 23 + 1},
		{"between angles", "<https://exemple.fr/a>", mastodon, 1 + 23 + 1},
		{"nothing behind the scheme", "http://...", mastodon, 10},
		{"a mention in brackets", "(@ines@mastodon.social)", mastodon, 1 + 5 + 1},
		{"mentions without a space", "@ines@a.fr,@lea@b.fr", mastodon, 5 + 1 + 4},
		{"the dot of a sentence", "à @ines@a.fr.", mastodon, 2 + 5 + 1},
		{"a mention in a link", "https://a.fr/@ines@b.fr", mastodon, 23},
		{"behind a letter it is an address", "e@ines@a.fr", mastodon, 11},
		{"lines", "a\n\nb", mastodon, 4},
		{"empty", "", mastodon, 0},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			if got := length.Measure(c.text, c.limit).Count; got != c.want {
				t.Errorf("%q counts %d, want %d", c.text, got, c.want)
			}
		})
	}
}

func TestOver(t *testing.T) {
	limit := inbox.TextLimit{Max: 3, Unit: inbox.Graphemes, MaxBytes: 8}
	for text, want := range map[string]bool{"abc": false, "abcd": true, "éééé": true, "👨‍👩‍👧": true, "": false} {
		if got := length.Measure(text, limit).Over(); got != want {
			t.Errorf("%q over: %v, want %v", text, got, want)
		}
	}
	if length.Measure("whatever", inbox.TextLimit{}).Over() {
		t.Error("without a limit nothing is too long")
	}
}
