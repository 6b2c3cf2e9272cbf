package emoji_test

import (
	"testing"
	"unicode/utf8"

	"vigie/inbox/emoji"
)

func TestIs(t *testing.T) {
	for cluster, want := range map[string]bool{
		"😊": true, "👨‍👩‍👧": true, "🇫🇷": true, "1️⃣": true, "#⃣": true, "❤": true, "©️": true, "👍🏽": true, "☎": true, "⭐": true,
		"©": false, "1": false, "#": false, "a": false, "é": false, "→": false, "…": false, "☎\uFE0E": false, "日": false, "✓": false, "": false, "\xff": false,
	} {
		if got := emoji.Is(cluster); got != want {
			t.Errorf("%q: %v", cluster, got)
		}
		if r, _ := utf8.DecodeRuneInString(cluster); want && !emoji.MayBegin(r) {
			t.Errorf("%q may not begin one", cluster)
		}
	}
}
