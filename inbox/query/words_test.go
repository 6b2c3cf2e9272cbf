package query

import (
	"strings"
	"testing"
	"time"

	"vigie/inbox"
	"vigie/inbox/text"
)

func TestMarks(t *testing.T) {
	m := inbox.Message{
		Author: inbox.Author{Handle: text.CleanLine("ines@exemple.fr"), Name: text.CleanLine("Inès")},
		Text:   text.Clean("Vu chez @Paul.B@mastodon.example : #GaletteDesRois, prix@galette.fr https://www.Boutique.exemple.fr/x#y"),
		Media:  []inbox.Media{{Alt: text.CleanLine("#photo sur https://café.fr")}},
	}
	for q, want := range map[string]bool{
		"#galette": true, `"#galette"`: false, `"#GaletteDesRois"`: true, "#des": false, "galette": true, "#y": false, "#photo": true, "#vu": false,
		"@paul": true, "@paul.b@mastodon.example": true, "@paul.b@mastodon": true, `"@paul.b"`: true, `"@paul"`: false, "@paul@mastodon": false,
		"@ines": true, "@ines@exemple.fr": true, "@ines@autre.fr": false, "text:@ines": false, "from:@ines": true, "from:@paul": false, "@galette": false,
		"host:exemple.fr": true, "link:boutique.exemple.fr": true, "host:https://www.boutique.exemple.fr/z": true, "host:outique.exemple.fr": false,
		"host:a.boutique.exemple.fr": false, "host:fr": true, "host:xn--caf-dma.fr": true, "host:CAFÉ.fr": true, "host:mastodon.example": false,
	} {
		if got := parse(t, q).Message(Env{Now: now}, inbox.Thread{}, m); got != want {
			t.Errorf("%s: got %v", q, got)
		}
	}
}

func TestFamilies(t *testing.T) {
	m := func(s string) inbox.Message { return inbox.Message{Text: text.Clean(s), Author: thread().Author} }
	hit := m("Mes colis commandés en juin sont perdus. I ordered horses; 日本語 #livraisons")
	for q, want := range map[string]bool{
		"~commande": true, "~commander": true, "~commandons": true, "~comment": false, "~order": true, "~horse": true, "~hors": false,
		`~"perdue colis"`: true, `~"perdue cheval"`: false, "-~perdu": false, "~beranger": true, "~日": true, "~livraison": true, "~livrer": false,
		"~" + strings.Repeat("a", 100): false, "~#livraison": true,
	} {
		if got := parse(t, q).Message(Env{Now: now}, thread(), hit); got != want {
			t.Errorf("%s: got %v", q, got)
		}
	}
}

// TestConversation holds what a list asks of a thread with its messages: the
// head answers for the newest message, even where an older one differs.
func TestConversation(t *testing.T) {
	th := thread()
	older := inbox.Message{At: now.Add(-50 * time.Hour), Text: text.Clean("un colis"), Author: inbox.Author{Name: text.CleanLine("Paul")}}
	newest := inbox.Message{At: th.LastAt, Text: text.Clean("merci"), Author: th.Author}
	for q, want := range map[string]bool{
		"colis merci": true, "-colis": false, "-absent": true, "after:1d colis": true, "before:1d colis": false, "-before:1d colis": true,
		"from:anna colis": true, "from:paul colis": false, "-from:paul colis": true, "is:read colis": false, `"colis merci"`: false, "": true,
	} {
		if got := parse(t, q).Conversation(Env{Now: now}, th, older, newest); got != want {
			t.Errorf("%q: got %v", q, got)
		}
	}
}
