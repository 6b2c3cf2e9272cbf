package tui

import (
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"
	"github.com/rivo/uniseg"

	"vigie/inbox/text"
)

// The real cursor stands before the character that a key would delete, at each
// place of a text of any script, in the composer and in the fields of dialogs.
func TestCaretInAnyScript(t *testing.T) {
	for _, body := range []string{"日本語 👩‍🚀❤️ a", "日本語 🏳️‍🌈⚠️ a", "日本語👍🏽 a", "日本語 שלום 12 مرحبا ٣ e\u0301te\u0301 Z\u0300\u0301x नमस्ते ก็กี่ 한국"} {
		caretIn(t, body)
	}
}

func caretIn(t *testing.T, body string) {
	var clusters []string
	for g := uniseg.NewGraphemes(body); g.Next(); {
		clusters = append(clusters, g.Str())
	}
	for name, key := range map[string]string{"composer": "r", "search": "/", "tag": "t", "palette": ":", "mark": "*"} {
		for _, emoji := range []string{"graphic", "text"} {
			t.Run(name+" "+emoji, func(t *testing.T) {
				s := newSim(t, world(), 200, 40, func(o *Options) { o.Emoji = emoji })
				s.on(t, "Claire Dupont")
				s.keys(key)
				s.send(tea.PasteMsg{Content: body})
				s.rest()
				ink := s.m.look.Ink
				for i := len(clusters); ; i-- {
					v := s.m.View()
					if v.Cursor == nil {
						t.Fatal("no cursor")
					}
					line := strip(strings.Split(v.Content, "\n")[v.Cursor.Y])
					first := strings.Index(line, text.CleanLine("日本語").String())
					if first < 0 {
						t.Fatalf("the text is not on the cursor's line %q", line)
					}
					want := ink.Width(text.CleanLine(line[:first]))
					for _, cl := range clusters[:i] {
						want += s.m.look.Width(cl)
					}
					if v.Cursor.X != want {
						t.Errorf("before %q the cursor is at %d, want %d", strings.Join(clusters[i:], ""), v.Cursor.X, want)
					}
					if i == 0 {
						return
					}
					s.send(press("left"))
				}
			})
		}
	}
}
