package tui

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"vigie/inbox"
	"vigie/tui/lang"
)

// sim runs a Model without a terminal: commands run at once, one after the
// other, and time passes only when told to.
type sim struct {
	t      testing.TB
	m      *Model
	f      *fake
	timers []simTimer
	quit   bool
	others []tea.Msg // messages that only a terminal understands
}

type simTimer struct {
	at time.Time
	f  func() tea.Msg
}

// simBackend never waits for changes: there are some, or none.
type simBackend struct{ *fake }

type simSub struct{ fakeSub }

func (s simSub) Next(context.Context) ([]inbox.Change, error) { return s.f.take(), nil }

func (b simBackend) Subscribe() Subscription { return simSub{fakeSub{b.fake}} }

func newSim(t testing.TB, f *fake, w, h int, change func(*Options)) *sim {
	t.Helper()
	s := &sim{t: t, f: f}
	o := Options{
		Backend: simBackend{f}, By: inbox.By{Actor: inbox.Human, Session: "here"}, Lang: lang.French,
		Theme: "dark", Width: w, Height: h, Mouse: true, Clock: func() time.Time { return f.now },
	}
	o.Stay = true // what is acted on stays in sight
	if change != nil {
		change(&o)
	}
	m, err := New(o)
	if err != nil {
		t.Fatal(err)
	}
	m.timer = func(d time.Duration, g func() tea.Msg) tea.Cmd {
		return func() tea.Msg {
			s.timers = append(s.timers, simTimer{f.now.Add(d), g})
			return nil
		}
	}
	s.m = m
	s.run(m.Init())
	s.rest()
	return s
}

// run runs a command and all that follows from it.
func (s *sim) run(cmd tea.Cmd) {
	if cmd == nil {
		return
	}
	switch msg := cmd().(type) {
	case nil:
	case tea.BatchMsg:
		for _, c := range msg {
			s.run(c)
		}
	case tea.QuitMsg:
		s.quit = true
		if err := s.m.Flush(context.Background()); err != nil { // as the door does
			s.t.Error(err)
		}
	default:
		s.send(msg)
	}
}

func (s *sim) send(msg tea.Msg) {
	if known(msg) {
		_, cmd := s.m.Update(msg)
		s.run(cmd)
		return
	}
	s.others = append(s.others, msg)
}

// known leaves out Bubble Tea's own requests to the terminal.
func known(msg tea.Msg) bool {
	switch msg.(type) {
	case tea.KeyPressMsg, tea.PasteMsg, tea.WindowSizeMsg, tea.MouseClickMsg, tea.MouseReleaseMsg, tea.MouseMotionMsg, tea.MouseWheelMsg, tea.BackgroundColorMsg, tea.ModeReportMsg:
		return true
	}
	name := typeName(msg)
	return strings.HasPrefix(name, "tui.")
}

// pass lets time pass and fires what comes due, in order.
func (s *sim) pass(d time.Duration) {
	end := s.f.now.Add(d)
	for range 1000 {
		if len(s.timers) == 0 {
			break
		}
		i := 0
		for j := range s.timers {
			if s.timers[j].at.Before(s.timers[i].at) {
				i = j
			}
		}
		if s.timers[i].at.After(end) {
			break
		}
		t := s.timers[i]
		s.timers = slices.Delete(s.timers, i, i+1)
		s.f.now = t.at
		s.send(t.f())
	}
	s.f.now = end
}

// rest lets everything settle that follows within a moment.
func (s *sim) rest() { s.pass(400 * time.Millisecond) }

// keys presses keys: names parted by spaces, or "text:…" typed letter by letter.
func (s *sim) keys(names ...string) {
	for _, n := range names {
		if body, ok := strings.CutPrefix(n, "text:"); ok {
			for _, r := range body {
				s.send(typed(r))
			}
			continue
		}
		for _, k := range strings.Fields(n) {
			s.send(press(k))
		}
	}
	s.rest()
}

func typed(r rune) tea.KeyPressMsg {
	if r == '\n' {
		return tea.KeyPressMsg{Code: tea.KeyEnter}
	}
	return tea.KeyPressMsg{Code: r, Text: string(r)}
}

// press makes a key press of its name.
func press(name string) tea.KeyPressMsg {
	special := map[string]rune{
		"enter": tea.KeyEnter, "esc": tea.KeyEscape, "tab": tea.KeyTab, "up": tea.KeyUp, "down": tea.KeyDown,
		"left": tea.KeyLeft, "right": tea.KeyRight, "home": tea.KeyHome, "end": tea.KeyEnd, "pgup": tea.KeyPgUp,
		"pgdown": tea.KeyPgDown, "backspace": tea.KeyBackspace, "delete": tea.KeyDelete, "space": tea.KeySpace, "f1": tea.KeyF1,
	}
	var k tea.Key
	for {
		rest, ok := strings.CutPrefix(name, "ctrl+")
		if ok {
			k.Mod, name = k.Mod|tea.ModCtrl, rest
			continue
		}
		rest, ok = strings.CutPrefix(name, "shift+")
		if ok {
			k.Mod, name = k.Mod|tea.ModShift, rest
			continue
		}
		rest, ok = strings.CutPrefix(name, "alt+")
		if !ok {
			break
		}
		k.Mod, name = k.Mod|tea.ModAlt, rest
	}
	if c, ok := special[name]; ok {
		k.Code = c
		if name == "space" && k.Mod == 0 {
			k.Text = " "
		}
		return tea.KeyPressMsg(k)
	}
	k.Code = []rune(name)[0]
	if k.Mod == 0 {
		k.Text = name
	}
	return tea.KeyPressMsg(k)
}

// screen is the frame as plain text.
func (s *sim) screen() string { return strip(s.m.View().Content) }

// strip takes the styles away; what else is there stays.
func strip(frame string) string {
	var b strings.Builder
	for {
		before, rest, found := strings.Cut(frame, "\x1b[")
		b.WriteString(before)
		if !found {
			return b.String()
		}
		end := strings.IndexFunc(rest, func(r rune) bool { return r >= '@' && r <= '~' })
		if end < 0 || rest[end] != 'm' {
			b.WriteString("\x1b[")
			frame = rest
			continue
		}
		frame = rest[end+1:]
	}
}

// wants fails unless the screen shows all the texts.
func (s *sim) wants(texts ...string) {
	s.t.Helper()
	screen := s.screen()
	for _, want := range texts {
		if !strings.Contains(screen, want) {
			s.t.Fatalf("the screen does not show %q:\n%s", want, screen)
		}
	}
}

// lacks fails if the screen shows one of the texts.
func (s *sim) lacks(texts ...string) {
	s.t.Helper()
	screen := s.screen()
	for _, bad := range texts {
		if strings.Contains(screen, bad) {
			s.t.Fatalf("the screen shows %q:\n%s", bad, screen)
		}
	}
}
