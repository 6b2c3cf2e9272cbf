package tui

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"vigie/inbox"
	"vigie/inbox/text"
	"vigie/tui/lang"
)

func (n noticed) Notices(_ context.Context, after uint64) ([]inbox.Notice, error) {
	var list []inbox.Notice
	for _, x := range *n.notices {
		if x.Seq > after {
			list = append(list, x)
		}
	}
	return list, nil
}

func (n noticed) Quiet(_ context.Context, until time.Time) error {
	words := "off"
	if !until.IsZero() {
		words = until.Sub(monday()).Truncate(time.Second).String()
	}
	*n.quiet = append(*n.quiet, words)
	return nil
}

// bells is a session with a terminal, and a way to give it notices.
func bells(t *testing.T, change func(*Options)) (*sim, *screenTerminal, func(...inbox.Notice), *[]string) {
	t.Helper()
	term, list, quiet := &screenTerminal{}, []inbox.Notice{{Seq: 1, Why: inbox.NoticeFailed}}, []string{}
	s := newSim(t, world(), 80, 24, func(o *Options) {
		o.Backend = noticed{simBackend{o.Backend.(simBackend).fake}, &list, &quiet}
		o.Terminal, o.Lang = term, lang.English
		if change != nil {
			change(o)
		}
	})
	come := func(ns ...inbox.Notice) {
		for _, n := range ns {
			n.Seq = uint64(len(list) + 1)
			list = append(list, n)
		}
		s.send(changesCameMsg{[]inbox.Change{{Notice: true}}})
	}
	return s, term, come, &quiet
}

func TestNoticesAreTold(t *testing.T) {
	s, term, come, _ := bells(t, nil)
	if got := term.take(); len(got) != 0 {
		t.Fatalf("what was there before is told: %q", got)
	}
	alice := text.CleanLine("Alice")
	come(inbox.Notice{Why: inbox.NoticePerson, Client: "miette", Who: alice})
	if got, want := term.take(), []string{"notify vigie|Miette — Alice wrote"}; !slices.Equal(got, want) {
		t.Fatalf("told %q", got)
	}
	// What comes soon after is told together.
	come(inbox.Notice{Why: inbox.NoticeWindow, Client: "atlas"})
	come(inbox.Notice{Why: inbox.NoticeWindow, Client: "atlas", Number: 2}, inbox.Notice{Why: inbox.NoticeAccount})
	come(inbox.Notice{Why: inbox.NoticeFailed, Client: "clair"}, inbox.Notice{Why: inbox.NoticeEscalation, Client: "clair", Number: 4})
	if got := term.take(); len(got) != 0 {
		t.Fatalf("told at once: %q", got)
	}
	s.pass(tellGap)
	if got, want := term.take(), []string{"notify vigie|Atlas — 3 windows close soon · 1 account wants a new sign-in · Clair — 1 answer was not sent · and 4 more"}; !slices.Equal(got, want) {
		t.Fatalf("told %q", got)
	}
	s.pass(2 * tellGap)
	come(inbox.Notice{Why: inbox.NoticeFailed})
	if got := term.take(); len(got) != 1 {
		t.Errorf("later told %q", got)
	}
}

func TestSomebodyInFrontHearsTheAlarmOnly(t *testing.T) {
	s, term, come, _ := bells(t, nil)
	s.m.Update(tea.FocusMsg{})
	come(inbox.Notice{Why: inbox.NoticePerson})
	if got := term.take(); len(got) != 0 {
		t.Errorf("told %q", got)
	}
	s.pass(tellGap)
	come(inbox.Notice{Why: inbox.NoticeWindow})
	if got := term.take(); !slices.Equal(got, []string{"notify |"}) {
		t.Errorf("told %q", got)
	}
	s.pass(tellGap)
	s.m.Update(tea.BlurMsg{})
	come(inbox.Notice{Why: inbox.NoticePerson})
	if got := term.take(); len(got) != 1 || !strings.Contains(got[0], "vigie|") {
		t.Errorf("told %q", got)
	}
}

func TestTitleIsConstant(t *testing.T) {
	s, _, come, _ := bells(t, nil)
	come(inbox.Notice{Why: inbox.NoticePerson, Who: text.CleanLine("\x1b]0;title\a")})
	if v := s.m.View(); v.WindowTitle != title || !v.ReportFocus {
		t.Errorf("%q, %v", v.WindowTitle, v.ReportFocus)
	}
}

func TestQuiet(t *testing.T) {
	s, _, _, quiet := bells(t, nil)
	for words, want := range map[string]string{
		"1h": "1h0m0s", " 30 min ": "30m0s", "1h30m": "1h30m0s", "off": "off", "fin": "off", "2 heures": "2h0m0s",
		"": "", "xyz": "", "400d": "", "-1h": "", "0s": "",
	} {
		*quiet = nil
		s.run(s.m.quiet(words))
		if got := strings.Join(*quiet, " "); got != want {
			t.Errorf("%q: %s", words, got)
		}
	}
	s.run(s.m.quiet("1h"))
	if !strings.Contains(s.screen(), "quiet until") {
		t.Error("nothing is said")
	}
}
