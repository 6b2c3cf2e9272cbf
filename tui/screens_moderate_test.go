package tui

import (
	"strings"
	"testing"

	"vigie/inbox"
	"vigie/inbox/text"
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
