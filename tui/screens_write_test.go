package tui

import (
	"fmt"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"vigie/inbox"
	"vigie/tui/lang"
)

// writingScreens are the screens of writing: how to get to each.
func writingScreens(t *testing.T) map[string]func(*sim) {
	begin := func(s *sim, key, body string) inbox.Thread {
		s.f.caps = map[inbox.ActionKind]inbox.Capability{inbox.ActPrivate: {OK: true, Class: inbox.ClassA}}
		th := s.on(t, "Claire Dupont")
		s.m.seen[th.Account] = true
		s.keys(key, "text:"+body)
		return th
	}
	news := func(s *sim, th inbox.Thread) {
		who := author("claire.d@piaille.fr", "Claire Dupont")
		s.f.now = s.f.now.Add(2 * time.Minute)
		s.f.arrive(th.ID, theirs(inbox.KindDM, -minute, who, "Ah, elle vient d'arriver ! Le carton est un peu abîmé, mais la brioche est parfaite. Merci beaucoup 😊"))
		s.f.another(th.ID, "Merci Claire, ravis que tout soit là !")
		s.pass(time.Second)
	}
	return map[string]func(*sim){
		"meanwhile": func(s *sim) { news(s, begin(s, "r", "Bonjour Claire, nous cherchons.")) },
		"guard": func(s *sim) {
			news(s, begin(s, "r", "Bonjour Claire, nous cherchons."))
			s.keys("ctrl+s")
		},
		"composing": func(s *sim) {
			th := begin(s, "r", "Bonjour Claire.")
			s.f.sessions[1].Composing = th.ID
			s.f.changed(inbox.Change{Session: true})
			s.pass(time.Second)
			s.keys("ctrl+s")
		},
		"otherclient": func(s *sim) {
			begin(s, "r", "Bonjour, voyez avec Atlas !")
			s.keys("ctrl+s")
			s.keys("text:mie")
		},
		"private": func(s *sim) { begin(s, "R", "Votre adresse, s'il vous plaît ?") },
		"later": func(s *sim) {
			begin(s, "r", "Bonjour Claire.")
			s.keys("ctrl+t", "text:demain 9h")
		},
		"planned": func(s *sim) {
			begin(s, "r", "Bonjour Claire.")
			s.keys("ctrl+t", "text:demain 9h", "enter")
		},
		"unsaved": func(s *sim) {
			s.f.full = inbox.ErrFull
			begin(s, "r", "Bonjour Claire.")
		},
		"drafts": func(s *sim) {
			s.f.begun3(t)
			s.keys("g b")
		},
		"drop": func(s *sim) {
			s.f.begun3(t)
			s.keys("g b", "x")
		},
	}
}

func TestGoldenWriting(t *testing.T) {
	for name, play := range writingScreens(t) {
		for _, size := range [][2]int{{80, 24}, {120, 40}, {40, 12}} {
			for _, tag := range []lang.Tag{lang.French, lang.English} {
				name := fmt.Sprintf("write-%s-%dx%d-%s", name, size[0], size[1], tag)
				t.Run(name, func(t *testing.T) {
					t.Parallel()
					s := newSim(t, world(), size[0], size[1], func(o *Options) { o.Lang, o.By.Line = tag, "me" })
					play(s)
					golden(t, name, s.screen())
				})
			}
		}
	}
}

// Every screen of writing has the window's size at every size and in every look.
func TestFrameWriting(t *testing.T) {
	looks := map[string]func(*Options){
		"plain": func(*Options) {},
		"ascii": func(o *Options) { o.Glyphs = "ascii" },
		"mono":  func(o *Options) { o.NoColor = true },
	}
	for name, play := range writingScreens(t) {
		for look, change := range looks {
			t.Run(name+" "+look, func(t *testing.T) {
				t.Parallel()
				s := newSim(t, world(), 120, 40, change)
				play(s)
				for w := 20; w <= 200; w += 20 {
					for _, h := range []int{5, 6, 8, 10, 12, 15, 16, 20, 24, 40, 60} {
						s.send(tea.WindowSizeMsg{Width: w, Height: h})
						s.checkFrame(name)
					}
				}
				if look == "ascii" && strings.ContainsAny(s.screen(), "●▌│━─…✓✗↩◷✎▼") {
					t.Fatalf("a sign that is not ASCII:\n%s", s.screen())
				}
				if look == "mono" && coloured(s.m.View().Content) {
					t.Fatal("a colour in the mono theme")
				}
			})
		}
	}
}
