package tui

import (
	"fmt"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"

	"vigie/inbox"
	"vigie/inbox/text"
	"vigie/tui/lang"
)

// moderationScreens are the screens of moderating, reporting, correcting,
// attaching and answering elsewhere, and of what they are about: a world, and
// how to get to each.
func moderationScreens() map[string]struct {
	world func() *fake
	play  func(*sim)
} {
	type screen = struct {
		world func() *fake
		play  func(*sim)
	}
	all := func() *fake {
		f := world()
		f.everything()
		return f
	}
	keys := func(names ...string) func(*sim) {
		return func(s *sim) {
			s.on(s.t, "Alice Martin")
			s.m.seen["miette-masto"] = true
			s.keys("enter")
			for _, k := range names {
				s.keys(k)
			}
		}
	}
	return map[string]screen{
		"all":        {all, keys("m")},
		"all-end":    {all, keys("m", "end")},
		"blog":       {blog, keys("m")},
		"held":       {blog, keys()},
		"held-list":  {blog, func(s *sim) { s.on(s.t, "Alice Martin") }},
		"ask-remove": {all, keys("m", "x")},
		"batch-spam": {all, func(s *sim) { s.keys("1", "x x x", "m", "s") }},
		"report":     {all, keys("m", "r", "down", "text:Insultes répétées depuis lundi")},
		"report-ask": {all, keys("m", "r", "down", "text:Insultes répétées depuis lundi", "enter")},
		"edit":       {all, keys("m", "E", "text: Ou à midi.")},
		"editing":    {all, keys("m", "E", "text: Ou à midi.", "ctrl+s")},
		"attach":     {all, keys("r", "text:Voici.", "ctrl+o", "text:/srv/galette.jpg", "enter", "enter")},
		"attached": {all, keys("r", "text:Voici.", "ctrl+o", "text:/srv/galette.jpg", "enter", "text:Une galette dorée sur une table", "enter",
			"ctrl+o", "text:/srv/b.png", "enter", "enter", "enter")},
		"files":    {all, keys("r", "ctrl+o", "text:/srv/galette.jpg", "enter", "text:Une galette dorée sur une table", "enter", "ctrl+o")},
		"away":     {all, func(s *sim) { s.keys("w", "r", "text:Merci pour cette critique.") }},
		"linkout":  {all, func(s *sim) { s.keys("w", "r", "text:Merci pour cette critique.", "ctrl+s") }},
		"suspect":  {suspected, keys("o")},
		"warning":  {shaded, keys("; ; ; ;")},
		"poll":     {shaded, keys("; ; ; ; h")},
		"audience": {followed, func(s *sim) { s.keys("g a") }},
	}
}

// suspected is a world where nothing proves who wrote.
func suspected() *fake {
	f := world()
	ft := f.threads[1]
	ft.messages[2].Status, ft.t.Status = inbox.StatusSuspect, inbox.StatusSuspect
	ft.messages[2].Text = text.Clean("Votre compte va fermer : https://evil.example/login")
	f.noReply = inbox.CodeReadOnly
	return f
}

// followed is a world whose networks tell who is at the other end.
func followed() *fake {
	f := world()
	f.accounts[0].Identity = inbox.Identity{Handle: "@miette@piaille.fr", Name: "Miette, boulangerie", Audience: &inbox.Audience{Followers: 1284, Following: 96, Posts: 402}}
	f.accounts[2].Identity = inbox.Identity{Handle: "@nordlys@fosstodon.org", Audience: &inbox.Audience{Followers: 12}}
	return f
}

func TestGoldenModeration(t *testing.T) {
	for name, screen := range moderationScreens() {
		for _, size := range writingSizes() {
			for _, tag := range []lang.Tag{lang.French, lang.English} {
				name := fmt.Sprintf("moderation-%s-%dx%d-%s", name, size[0], size[1], tag)
				t.Run(name, func(t *testing.T) {
					t.Parallel()
					s := newSim(t, screen.world(), size[0], size[1], func(o *Options) { o.Lang, o.By.Line = tag, "me" })
					screen.play(s)
					golden(t, name, s.screen())
					mono := newSim(t, screen.world(), size[0], size[1], func(o *Options) { o.Lang, o.By.Line, o.NoColor = tag, "me", true })
					if screen.play(mono); !*update && mono.screen() != s.screen() {
						t.Errorf("without colours it says something else:\n%s", mono.screen())
					}
				})
			}
		}
	}
}

// Every one of them has the window's size at every size and in every look.
func TestFrameModeration(t *testing.T) {
	looks := map[string]func(*Options){
		"plain": func(*Options) {},
		"ascii": func(o *Options) { o.Glyphs = "ascii" },
		"mono":  func(o *Options) { o.NoColor = true },
	}
	for name, screen := range moderationScreens() {
		for look, change := range looks {
			t.Run(name+" "+look, func(t *testing.T) {
				t.Parallel()
				s := newSim(t, screen.world(), 120, 40, change)
				screen.play(s)
				for w := 20; w <= 200; w += 30 {
					for _, h := range []int{5, 6, 8, 10, 12, 15, 20, 24, 40, 60} {
						s.send(tea.WindowSizeMsg{Width: w, Height: h})
						s.checkFrame(name)
					}
				}
				if look == "ascii" && strings.ContainsAny(s.screen(), "●▌│━─…✓✗↩◷✎▼▲→") {
					t.Fatalf("a sign that is not ASCII:\n%s", s.screen())
				}
				if look == "mono" && coloured(s.m.View().Content) {
					t.Fatal("a colour in the mono theme")
				}
			})
		}
	}
}

// A screen reader hears statuses, warnings and polls in words.
func TestLinearModeration(t *testing.T) {
	for name, screen := range moderationScreens() {
		t.Run(name, func(t *testing.T) {
			s := newSim(t, screen.world(), 80, 40, linearly)
			screen.play(s)
			if i := strings.IndexFunc(s.screen(), drawn); i >= 0 {
				t.Fatalf("a sign is left:\n%s", s.screen())
			}
			want := map[string][]string{
				"held":    {"EN ATTENTE", "les autres ne le voient pas"},
				"suspect": {"EXPÉDITEUR NON PROUVÉ", "ses liens ne s'ouvrent"},
				"warning": {"AVERTISSEMENT", "h montre le texte"},
				"poll":    {"SONDAGE", "Galette", "24", "60 %"},
			}
			s.wants(want[name]...)
		})
	}
}
