package door

import (
	"fmt"
	"io"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"charm.land/ssh"
	"github.com/charmbracelet/colorprofile"
	uv "github.com/charmbracelet/ultraviolet"
	"github.com/charmbracelet/x/ansi"
	"github.com/charmbracelet/x/vt"
)

// screen is a terminal that a display draws on.
type screen struct {
	*vt.Emulator
	m *still
	d *display
}

func newScreen(t *testing.T, env []string, profile colorprofile.Profile, width, height int) *screen {
	t.Helper()
	s := &screen{Emulator: vt.NewEmulator(width, height), m: &still{}}
	answers := make(chan struct{})
	go func() {
		defer close(answers)
		_, _ = io.Copy(io.Discard, s.Emulator) // what it answers to questions
	}()
	t.Cleanup(func() {
		if pipe, ok := s.InputPipe().(io.Closer); ok {
			_ = pipe.Close()
		}
		<-answers
	})
	g := &guard{inner: s.m, failed: func(where string, r any) { t.Errorf("%s: %v", where, r) }}
	s.d = newDisplay(g, ssh.NewPtyWriter(s), env, profile, width, height)
	return s
}

// show makes the display draw a view at once.
func (s *screen) show(v tea.View, msg tea.Msg) {
	s.m.view = v
	s.d.next = time.Now()
	step(s.d, msg)
}

// compare fails unless two terminals show the same.
func compare(t *testing.T, got, want *screen) {
	t.Helper()
	for y := range want.Height() {
		for x := range want.Width() {
			a, b := shownAt(got, x, y), shownAt(want, x, y)
			if !a.Equal(&b) {
				t.Fatalf("at %d,%d there is %+v, drawn anew %+v:\n%s\nanew:\n%s", x, y, a, b, got.String(), want.String())
			}
		}
	}
	if got.m.view.Cursor != nil && got.CursorPosition() != want.CursorPosition() {
		t.Fatalf("the cursor is at %v, drawn anew at %v", got.CursorPosition(), want.CursorPosition())
	}
}

// shownAt is a cell as it is seen.
func shownAt(s *screen, x, y int) uv.Cell {
	c := s.CellAt(x, y)
	if c == nil || c.Content == "" && c.Width != 0 {
		return uv.EmptyCell
	}
	seen := *c
	const marks = uv.AttrReverse | uv.AttrStrikethrough
	if seen.Content == " " && seen.Style.Attrs&marks == 0 && seen.Style.Underline == 0 {
		seen.Style = uv.Style{Bg: seen.Style.Bg} // of a blank
	}
	return seen
}

// scribbler makes views of what is hard to draw.
type scribbler struct {
	*rand.Rand
	clusters      bool // with characters that the terminal measures as a whole
	width, height int
	lines         []string
}

var scribbles = []string{
	"a", "word", "of words and more words", " ", "        ", "漢字", "日", "한국어", "👨‍👩‍👧", "🇫🇷", "❤️", "1️⃣", "👍🏽", "e\u0301", "a\u0308\u0304\u0323",
	"שלום", "مرحبا", "ﷺ", "नमस्ते", "│", "▌●", "…", "é", "１２", "🙂", "🏴\U000e0067\U000e0062\U000e007f",
}

var pens = []string{"", "\x1b[1m", "\x1b[31m", "\x1b[38;5;110m", "\x1b[38;2;1;200;33m", "\x1b[48;5;238m", "\x1b[7m", "\x1b[4m", "\x1b[1;33;44m", "\x1b[3;9m"}

// word is a scribble. The emulator measures whole characters whether it was
// told to or not: without, only those that are as wide in parts will do.
func (s *scribbler) word() string {
	for {
		w := scribbles[s.IntN(len(scribbles))]
		if s.clusters || ansi.StringWidth(w) == ansi.StringWidthWc(w) {
			return w
		}
	}
}

func (s *scribbler) line() string {
	if s.IntN(6) == 0 {
		return ""
	}
	var b strings.Builder
	for range 1 + s.IntN(12) {
		pen := pens[s.IntN(len(pens))]
		b.WriteString(pen + s.word())
		if pen != "" {
			b.WriteString("\x1b[m")
		}
	}
	out := b.String()
	if s.IntN(3) == 0 { // as wide as the screen, with a style to the end
		out += "\x1b[44m" + strings.Repeat(" ", max(s.width-ansi.StringWidth(out), 0)) + "\x1b[m"
	}
	return out
}

// change makes the next view out of the last one.
func (s *scribbler) change() tea.View {
	for len(s.lines) < s.height {
		s.lines = append(s.lines, s.line())
	}
	s.lines = s.lines[:s.height]
	y := s.IntN(s.height)
	switch s.IntN(8) {
	case 0: // a page
		for i := range s.lines {
			s.lines[i] = s.line()
		}
	case 1, 2: // part of it moves up or down
		part, n := s.lines[y:], 1+s.IntN(max(s.height/2, 1))
		for range n {
			if n%2 == 0 {
				copy(part, part[1:])
				part[len(part)-1] = s.line()
			} else {
				copy(part[1:], part)
				part[0] = s.line()
			}
		}
	case 3: // a dialog opens
		for i := y; i < min(y+8, s.height); i++ {
			s.lines[i] = "\x1b[48;5;236m" + strings.Repeat("─", s.width) + "\x1b[m"
		}
	case 4: // the lower part is empty
		clear(s.lines[y:])
	default:
		for range 1 + s.IntN(3) {
			s.lines[s.IntN(s.height)] = s.line()
		}
	}
	v := tea.NewView(strings.Join(s.lines, "\n"))
	if s.IntN(3) == 0 {
		v.Cursor = tea.NewCursor(s.IntN(s.width), s.IntN(s.height))
	}
	return v
}

// Whatever was there before: the terminal shows what a new one would show.
func TestScreenIsWhatANewOneWouldBe(t *testing.T) {
	terms := []string{"xterm-256color", "tmux-256color", "screen", "linux", "vt100", "dumb", "xterm-kitty"}
	profiles := []colorprofile.Profile{colorprofile.TrueColor, colorprofile.ANSI256, colorprofile.ANSI, colorprofile.ASCII, colorprofile.NoTTY}
	sizes := [][2]int{{120, 40}, {80, 24}, {20, 5}, {200, 60}, {40, 12}, {1, 1}}
	for i, term := range terms {
		for _, clusters := range []bool{false, true} {
			t.Run(fmt.Sprintf("%s %v", term, clusters), func(t *testing.T) {
				t.Parallel()
				env, profile := []string{"TERM=" + term}, profiles[i%len(profiles)]
				s := &scribbler{Rand: rand.New(rand.NewPCG(uint64(i), 7)), clusters: clusters, width: 60, height: 20}
				got := newScreen(t, env, profile, s.width, s.height)
				got.show(s.change(), tea.WindowSizeMsg{Width: s.width, Height: s.height})
				core := tea.ModeReportMsg{Mode: ansi.ModeUnicodeCore, Value: ansi.ModeReset}
				if clusters {
					got.show(s.change(), core)
				}
				for n := range 60 {
					var msg tea.Msg = tea.FocusMsg{}
					if n%20 == 19 {
						size := sizes[s.IntN(len(sizes))]
						s.width, s.height = size[0], size[1]
						got.Resize(s.width, s.height)
						msg = tea.WindowSizeMsg{Width: s.width, Height: s.height}
					}
					v := s.change()
					got.show(v, msg)
					want := newScreen(t, env, profile, s.width, s.height)
					if clusters {
						want.d.learn(core)
					}
					want.show(v, tea.WindowSizeMsg{Width: s.width, Height: s.height})
					compare(t, got, want)
				}
			})
		}
	}
}
