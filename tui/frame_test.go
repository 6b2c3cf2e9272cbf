package tui

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"vigie/inbox"
	"vigie/inbox/text"
)

// stage is a screen to be tested: how to get there from the start.
type stage struct {
	name string
	keys []string
	prep func(*sim)
}

// stages are all the screens there are.
func stages() []stage {
	return []stage{
		{name: "list"},
		{name: "second", keys: []string{"j"}},
		{name: "reader", keys: []string{"j enter"}},
		{name: "marked", keys: []string{"x x"}},
		{name: "composer", keys: []string{"j r", "text:Bonjour, oui, bien sûr.\nÀ demain !"}},
		{name: "first-send", keys: []string{"j r", "text:Bonjour", "ctrl+s"}},
		{name: "note", keys: []string{"j n", "text:Voir avec Paul."}},
		{name: "tag", keys: []string{"j t"}},
		{name: "snooze", keys: []string{"j z", "text:demain 9h"}},
		{name: "escalate", keys: []string{"j j j !"}},
		{name: "search", keys: []string{"/", "text:test"}},
		{name: "filter", keys: []string{"f", "text:test", "enter"}},
		{name: "palette", keys: []string{":", "text:esc"}},
		{name: "help", keys: []string{"?"}},
		{name: "link", keys: []string{"j o"}},
		{name: "accounts", keys: []string{"g a"}},
		{name: "outbox", prep: (*sim).troubled, keys: []string{"g o"}},
		{name: "troubled", prep: (*sim).troubled, keys: []string{"j enter"}},
		{name: "stuck", prep: (*sim).manyStuck, keys: []string{"k k"}},
		{name: "moderate", prep: (*sim).moderated, keys: []string{"j enter , m"}},
		{name: "ask-hide", prep: (*sim).moderated, keys: []string{"j m h"}},
		{name: "banner", prep: (*sim).full},
		{name: "escalated", keys: []string{"tab tab"}},
		{name: "watches", keys: []string{"w"}},
		{name: "empty", keys: []string{"4"}},
		{name: "sequence", keys: []string{"g"}},
		{name: "marking", keys: []string{"v j j"}},
		{name: "mark-by", keys: []string{"*", "text:cli"}},
		{name: "refused-text", prep: func(s *sim) { s.f.noReply = inbox.CodeMachine }, keys: []string{"r"}},
		{name: "filter-wrong", keys: []string{"f", "text:auteur:x et"}},
		{name: "batch", keys: []string{"1 v j j l"}},
		{name: "command", keys: []string{":", "text:snooze d"}},
		{name: "focus", keys: []string{"1 F"}},
		{name: "focus-writing", keys: []string{"1 F r", "text:Oui."}},
		{name: "focus-summary", keys: []string{"1 F e enter e enter esc"}},
	}
}

// troubled puts answers in every state into the outbox.
func (s *sim) troubled() {
	states := []inbox.SendState{inbox.Queued, inbox.Sending, inbox.RetryWait, inbox.Uncertain, inbox.NeedsYou, inbox.FailedAct, inbox.Accepted}
	t := s.f.threads[s.f.order[1]].t
	for i, st := range states {
		a := inbox.Action{
			ID: inbox.ActionID(100 + i), Kind: inbox.ActReply, Client: t.Client, Account: t.Account, Thread: t.ID,
			Text: fmt.Sprintf("Réponse %s", st), State: st, CreatedAt: s.f.now, Session: "there",
		}
		if st.Trouble() {
			a.Problem = inbox.Problem{Code: inbox.CodeUncertain, Detail: "timeout"}
		}
		s.f.actions = append(s.f.actions, a)
	}
	s.run(s.m.loadOutbox())
	s.rest()
}

func (s *sim) play(st stage) {
	if st.prep != nil {
		st.prep(s)
	}
	s.keys(st.keys...)
}

// checkFrame fails unless the frame has exactly the window's size.
func (s *sim) checkFrame(name string) {
	s.t.Helper()
	v := s.m.View()
	lines := strings.Split(v.Content, "\n")
	if len(lines) != s.m.h {
		s.t.Fatalf("%s at %dx%d: %d lines", name, s.m.w, s.m.h, len(lines))
	}
	for i, l := range lines {
		plain := strip(l)
		if strings.ContainsFunc(plain, forbidden) {
			s.t.Fatalf("%s at %dx%d: line %d holds a control: %q", name, s.m.w, s.m.h, i, l)
		}
		if w := s.m.look.Ink.Width(text.CleanLine(plain)); w != s.m.w {
			s.t.Fatalf("%s at %dx%d: line %d is %d cells: %q", name, s.m.w, s.m.h, i, w, plain)
		}
	}
	if c := v.Cursor; c != nil && (c.X < 0 || c.Y < 0 || c.X >= s.m.w || c.Y >= s.m.h) {
		s.t.Fatalf("%s at %dx%d: the cursor is at %d,%d", name, s.m.w, s.m.h, c.X, c.Y)
	}
}

// forbidden are the characters that must not reach a terminal from a text.
func forbidden(r rune) bool {
	switch {
	case r < ' ', r >= 0x7f && r < 0xa0, r >= 0x202a && r <= 0x202e, r >= 0x2066 && r <= 0x2069, r == 0x200e, r == 0x200f, r == 0x061c:
		return true
	}
	return false
}

// coloured reports whether a frame sets a colour.
func coloured(frame string) bool {
	for _, seq := range strings.Split(frame, "\x1b[")[1:] {
		params, _, _ := strings.Cut(seq, "m")
		for _, p := range strings.Split(params, ";") {
			if len(p) == 2 && (p[0] == '3' || p[0] == '4' || p[0] == '9') {
				return true
			}
		}
	}
	return false
}

// Before anything is loaded, without clients, and when loads fail there is a
// frame too.
func TestFrameWithoutData(t *testing.T) {
	t.Run("starting", func(t *testing.T) {
		m, err := New(Options{Backend: world(), Clock: monday})
		if err != nil {
			t.Fatal(err)
		}
		s := &sim{t: t, m: m}
		s.checkFrame("starting")
	})
	t.Run("onboarding", func(t *testing.T) {
		s := newSim(t, newFake(monday()), 80, 24, nil)
		s.wants("Bienvenue dans vigie", "vigie demo")
		s.keys("j r e enter ? esc")
		s.checkFrame("onboarding")
	})
	t.Run("failing", func(t *testing.T) {
		f := world()
		s := newSim(t, f, 80, 24, func(o *Options) { o.Backend = broken{simBackend{f}} })
		s.wants("✗")
		s.checkFrame("failing")
	})
}

// broken is a Backend whose store cannot be read.
type broken struct{ simBackend }

func (broken) Threads(context.Context, inbox.ViewQuery) (inbox.ThreadPage, error) {
	return inbox.ThreadPage{}, inbox.ErrDamaged
}
