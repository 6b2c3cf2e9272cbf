package tui

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"vigie/inbox"
	"vigie/inbox/text"
	"vigie/tui/lang"
)

// strangeWorld is hostileWorld with the text in what configuration, other
// sessions and persons say besides: names of clients, views and contacts, saved
// replies, charters, badges, notes.
func strangeWorld(s string) *fake {
	f := hostileWorld(s)
	line := text.CleanLine(s).String()
	c := &f.clients[0]
	c.Name = s
	c.Contacts = append(c.Contacts, inbox.Contact{ID: "x", Name: s, Role: s, Channel: inbox.ChannelMail})
	c.Charter = inbox.Charter{Address: "vous", Signature: s, Notes: []string{s, "b"}, Words: []inbox.CharterWord{{Word: "oui", Why: s}}}
	c.Replies = []inbox.SavedReply{{ID: "horaires", Text: s}, {ID: s, Text: s}}
	f.desk.saved = []inbox.View{{ID: "strange", Name: s, Query: "has:question", Saved: true}, {ID: "other", Name: "Other", Query: "x", Saved: true}}
	for _, ft := range f.threads {
		ft.t.Lang, ft.t.Feeling = s, inbox.Negative
		if line != "" {
			ft.t.Tags = []string{line, "livraison"}
		}
	}
	who := f.threads[2].t.Author
	f.setPerson(inbox.Person{
		Client: "miette", Identities: []inbox.PersonIdentity{{Account: "miette-masto", Author: who}},
		Badges: []string{line, "vip"}, Notes: []inbox.PersonNote{{At: monday(), Session: s, Text: text.Clean(s)}},
	})
	return f
}

// Whatever stands in what people name and note: each screen keeps its shape at
// each size and in each look.
func TestStrangeNames(t *testing.T) {
	looks := []func(*Options){
		func(*Options) {},
		func(o *Options) { o.Lang, o.Glyphs = lang.English, "ascii" },
		func(o *Options) { o.Emoji, o.Theme = "text", "light" },
		func(o *Options) { o.NoColor, o.Stay = true, false },
		func(o *Options) { o.Linear = true },
	}
	ways := [][]string{
		{"down"},
		{"tab"},
		{":"},
		{":", "paste"},
		{"*", "paste"},
		{"f", "paste"},
		{"down p"},
		{"down p n", "paste"},
		{"down p +", "paste"},
		{"down !"},
		{"down ! enter", "paste"},
		{"g e"},
		{"g l"},
		{"d"},
		{"D"},
		{"g b"},
		{"g a"},
		{"down r", "text:;"},
		{"down r", "paste", "ctrl+p"},
		{"down r", "text:oui", "ctrl+g"},
		{"down r", "text:oui", "ctrl+s"},
		{"down n", "paste"},
		{"F"},
		{"F r", "paste"},
		{"F e e e e"},
		{"x x l"},
		{"v j j"},
		{"down t", "paste"},
		{"down z", "paste"},
		{"down o"},
		{"down v"},
		{"down enter h"},
		{"down y a"},
		{"s"},
		{"?"},
	}
	for i, c := range hostileCases(t) {
		t.Run(c.Name, func(t *testing.T) {
			t.Parallel()
			s := newSim(t, strangeWorld(c.Text), 100, 30, looks[i%len(looks)])
			for j, way := range ways {
				if (i+j)%5 != 0 {
					continue // each text takes a part of the ways, each way many texts
				}
				for _, step := range way {
					if step == "paste" {
						s.send(tea.PasteMsg{Content: c.Text})
						s.rest()
						continue
					}
					s.keys(step)
				}
				sizes := [][2]int{{100, 30}, {20, 5}, {40, 20}, {80, 24}, {160, 50}}
				for _, size := range sizes[:1+(i+j)%2*4] {
					s.send(tea.WindowSizeMsg{Width: size[0], Height: size[1]})
					s.checkShape(fmt.Sprint(way))
				}
				s.send(tea.WindowSizeMsg{Width: 100, Height: 30})
				s.pass(time.Second)
				s.keys("esc esc", "ctrl+x", "enter", "esc esc esc esc esc")
				if s.quit {
					t.Fatalf("%v: esc left the program", way)
				}
				s.keys("home")
			}
		})
	}
}

// checkShape is checkFrame; lines for a screen reader end where their words do.
func (s *sim) checkShape(name string) {
	s.t.Helper()
	if !s.m.linear {
		s.checkFrame(name)
		return
	}
	lines := strings.Split(s.m.View().Content, "\n")
	if len(lines) != s.m.h {
		s.t.Fatalf("%s: %d lines of %d", name, len(lines), s.m.h)
	}
	for _, l := range lines {
		if plain := strip(l); strings.ContainsFunc(plain, forbidden) || s.m.look.Ink.Width(text.CleanLine(plain)) > s.m.window {
			s.t.Fatalf("%s: %q in a window of %d", name, l, s.m.window)
		}
	}
}

// The columns of a list stand one below the other, whatever stands in them.
func TestColumnsAreAligned(t *testing.T) {
	names := []string{
		"Anna", "👩‍🚀 Zoé", "🏳️‍🌈", "❤️ Léa", "⚠️", "👍🏽 Max", "ジョン・スミス", "שלום 123", "مرحبا ١٢٣", "e\u0301lodie", "ก็กี่", "한국어", "Z\u0300\u0301\u0302algo",
		"\u202eevil", "very long name that goes on and on and on and on",
	}
	for _, emoji := range []string{"graphic", "text"} {
		for _, glyphs := range []string{"unicode", "ascii"} {
			for _, width := range []int{80, 100, 120, 160} {
				f := newFake(monday())
				f.clients = testClients()
				f.accounts = []inbox.AccountStatus{account("miette-masto", "miette", "mastodon", "@m")}
				for i, name := range names {
					f.add("miette-masto", nil, theirs(inbox.KindMention, time.Duration(i+1)*time.Minute, author(fmt.Sprint(i), name), "Bonjour "+name+" bonjour"))
				}
				s := newSim(t, f, width, 40, func(o *Options) { o.Emoji, o.Glyphs = emoji, glyphs })
				var ends []int
				for _, l := range s.m.list.View(s.m.look, "", true) {
					plain := strip(l)
					if len([]rune(plain)) == 0 {
						continue
					}
					ends = append(ends, s.m.look.Ink.Width(text.CleanLine(plain)))
				}
				if len(slices.Compact(slices.Sorted(slices.Values(ends)))) != 1 {
					t.Errorf("%s %s %d: rows end at %v", emoji, glyphs, width, ends)
				}
			}
		}
	}
}
