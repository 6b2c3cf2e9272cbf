package door

import (
	"bytes"
	"fmt"
	"io"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"
	"github.com/charmbracelet/x/ansi"
)

// still is a program whose view the test sets.
type still struct{ view tea.View }

func (s *still) Init() tea.Cmd                       { return nil }
func (s *still) Update(tea.Msg) (tea.Model, tea.Cmd) { return s, nil }
func (s *still) View() tea.View                      { return s.view }

func newStill(t *testing.T) (*still, *display, *bytes.Buffer) {
	t.Helper()
	m, out := &still{view: tea.NewView("zero")}, &bytes.Buffer{}
	g := &guard{inner: m, failed: func(where string, r any) { t.Errorf("%s: %v", where, r) }}
	return m, newDisplay(g, out, []string{"TERM=xterm-256color"}, colorprofile.ANSI256, 40, 5), out
}

// step hands a message over as the library does, and says whether the display
// put its frame off.
func step(d *display, msg tea.Msg) (cmd tea.Cmd) {
	_, cmd = d.Update(msg)
	_ = d.View()
	return cmd
}

func TestFramesAreDrawnAtOnceUntilThereAreTooMany(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m, d, out := newStill(t)
		begun := time.Now()
		first := step(d, tea.WindowSizeMsg{Width: 40, Height: 5})
		if out.Len() != 0 || first == nil {
			t.Fatalf("the first frame does not wait for what it is to show: %q", out)
		}
		step(d, first())
		if took := time.Since(begun); took != settling || !strings.Contains(out.String(), "zero") {
			t.Fatalf("the first frame after %v: %q", took, out)
		}
		out.Reset()
		step(d, tea.FocusMsg{})
		if out.Len() != 0 {
			t.Errorf("nothing changed, and %q was written", out)
		}
		drawn := 1
		var later tea.Cmd
		for i := range 20 {
			out.Reset()
			m.view.Content = strings.Repeat("x", i+1)
			if cmd := step(d, tea.FocusMsg{}); cmd != nil {
				later = cmd
			}
			if out.Len() > 0 {
				drawn++
			}
		}
		if drawn != burst || later == nil {
			t.Fatalf("%d frames in no time, %d are allowed", drawn, burst)
		}
		begun = time.Now()
		step(d, later())
		if took := time.Since(begun); took > frameGap || !strings.Contains(out.String(), "x") {
			t.Errorf("after %v: %q", took, out)
		}
	})
}

func TestDisplayAsksForWhatAViewWantsAndGivesItBack(t *testing.T) {
	m, d, out := newStill(t)
	d.next = time.Now()
	m.view.MouseMode = tea.MouseModeAllMotion
	m.view.ReportFocus = true
	m.view.WindowTitle = "title"
	m.view.Cursor = tea.NewCursor(3, 2)
	m.view.Cursor.Shape = tea.CursorBar
	step(d, tea.WindowSizeMsg{Width: 40, Height: 5})
	asked := []string{
		ansi.SetModeAltScreenSaveCursor, ansi.SetModeBracketedPaste, ansi.SetModeFocusEvent, ansi.SetModeMouseAnyEvent,
		ansi.SetWindowTitle("title"), ansi.SetCursorStyle(5), ansi.SetModeTextCursorEnable,
	}
	for _, s := range asked {
		if !strings.Contains(out.String(), s) {
			t.Errorf("%q is missing from %q", s, out)
		}
	}
	step(d, tea.ModeReportMsg{Mode: ansi.ModeSynchronizedOutput, Value: ansi.ModeReset})
	step(d, tea.ModeReportMsg{Mode: ansi.ModeUnicodeCore, Value: ansi.ModeReset})
	out.Reset()
	m.view.MouseMode = tea.MouseModeCellMotion
	m.view.Content = "one"
	step(d, tea.BlurMsg{})
	if s := out.String(); !strings.HasPrefix(s, ansi.SetModeSynchronizedOutput) || !strings.HasSuffix(s, ansi.ResetModeSynchronizedOutput) {
		t.Errorf("not as a whole: %q", s)
	}
	off, on := strings.Index(out.String(), ansi.ResetModeMouseAnyEvent), strings.Index(out.String(), ansi.SetModeMouseButtonEvent)
	if off < 0 || on < off {
		t.Errorf("the mouse: %q", out)
	}
	out.Reset()
	d.close()
	for _, s := range []string{
		ansi.ResetModeAltScreenSaveCursor, ansi.ResetModeBracketedPaste, ansi.ResetModeFocusEvent, ansi.ResetModeMouseButtonEvent,
		ansi.SetWindowTitle(""), ansi.SetCursorStyle(0), ansi.ResetModeUnicodeCore, ansi.PopKittyKeyboard(1),
	} {
		if !strings.Contains(out.String(), s) {
			t.Errorf("%q is missing at the end: %q", s, out)
		}
	}
}

// What the library would write at its next tick is written at once.
func TestSequencesAreWrittenAtOnce(t *testing.T) {
	for name, c := range map[string]struct {
		cmd  tea.Cmd
		want string
	}{
		"background": {tea.RequestBackgroundColor, ansi.RequestBackgroundColor},
		"our own":    {func() tea.Msg { return written("\a") }, "\a"},
	} {
		_, d, out := newStill(t)
		step(d, translate(c.cmd()))
		if out.String() != c.want {
			t.Errorf("%s: %q", name, out)
		}
	}
	_, d, out := newStill(t)
	d.next = time.Now()
	step(d, tea.WindowSizeMsg{Width: 40, Height: 5})
	out.Reset()
	step(d, translate(tea.ClearScreen()))
	if !strings.Contains(out.String(), "zero") {
		t.Errorf("not drawn again: %q", out)
	}
}

// BenchmarkFrame is a step down a list: one view to another with two lines of
// it changed, at 120×40.
func BenchmarkFrame(b *testing.B) {
	m := &still{}
	g := &guard{inner: m, failed: func(where string, r any) { b.Errorf("%s: %v", where, r) }}
	d := newDisplay(g, io.Discard, []string{"TERM=xterm-256color"}, colorprofile.ANSI256, 120, 40)
	var views [2]tea.View
	for i := range views {
		lines := make([]string, 40)
		for y := range lines {
			pen := "\x1b[1m"
			if y == 3+i {
				pen = "\x1b[1;48;5;236m"
			}
			lines[y] = fmt.Sprintf("%s  row %2d\x1b[m of \x1b[38;5;114mwords\x1b[m and more \x1b[38;5;246mwords\x1b[m%85s", pen, y, "")
		}
		views[i] = tea.NewView(strings.Join(lines, "\n"))
	}
	d.next = time.Now()
	step(d, tea.WindowSizeMsg{Width: 120, Height: 40})
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		m.view = views[i%2]
		d.next = time.Now()
		step(d, tea.FocusMsg{})
	}
}
