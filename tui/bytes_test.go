package tui

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"github.com/charmbracelet/colorprofile"
	uv "github.com/charmbracelet/ultraviolet"

	"vigie/inbox"
	"vigie/inbox/text"
)

// cable counts what a frame costs on the way to a terminal, drawn as the door
// draws: lines that are as they were are not looked at, and where most changed
// the terminal is told to scroll what only moved.
type cable struct {
	s     *sim
	out   bytes.Buffer
	pen   *uv.TerminalRenderer
	cells uv.ScreenBuffer
	lines []string
}

func newCable(s *sim) *cable {
	w := &cable{s: s, cells: uv.NewScreenBuffer(s.m.w, s.m.h), lines: make([]string, s.m.h)}
	w.pen = uv.NewTerminalRenderer(&w.out, []string{"TERM=xterm-256color"})
	w.pen.SetColorProfile(colorprofile.ANSI256)
	w.pen.SetTabStops(-1)
	w.pen.SetMapNewline(true)
	w.pen.SetFullscreen(true)
	w.pen.SetRelativeCursor(false)
	w.pen.Resize(s.m.w, s.m.h)
	w.frame()
	return w
}

// frame draws what the screen shows now and tells the bytes of it.
func (w *cable) frame() int {
	differ := 0
	for y, line := range strings.Split(w.s.m.View().Content, "\n") {
		if line != w.lines[y] {
			uv.NewStyledString(line).Draw(w.cells, uv.Rect(0, y, w.s.m.w, 1))
			w.lines[y] = line
			differ++
		}
	}
	many := differ > w.s.m.h/4
	w.pen.SetScrollOptim(many)
	for y := 0; many && y < w.s.m.h; y++ {
		w.cells.TouchLine(0, y, w.s.m.w)
	}
	w.pen.Render(w.cells.RenderBuffer)
	n := w.pen.Buffered()
	_ = w.pen.Flush()
	w.out.Reset()
	return n
}

// onCable is a screen of 100×30 on a terminal with 256 colours, in an inbox
// where some threads are due and others wait; wide: some names have characters
// of two cells, whose rows the pen sends whole, with what stands beside them.
func onCable(t *testing.T, wide bool) *cable { return cableOf(t, wide, 100, 30) }

// cableOf is onCable in another window.
func cableOf(t *testing.T, wide bool, width, height int) *cable {
	t.Helper()
	f := world()
	for _, ft := range f.threads {
		if !wide {
			ft.t.Author.Name = text.CleanLine("Zoé " + ft.t.Author.Handle.String())
			ft.t.Snippet = text.CleanLine("Bonjour, où en est ma commande ?")
		}
	}
	for i, id := range f.order {
		if ft := f.threads[id]; i < 6 && ft.t.Split() == inbox.Inbox {
			ft.t.Window, ft.t.Target = monday().Add(time.Duration(i+1)*37*time.Minute), monday().Add(time.Duration(i+1)*30*time.Minute)
			ft.t.Alarm = ft.t.AlarmAt(monday())
		}
	}
	f.sort()
	return newCable(newSim(t, f, width, height, nil))
}

// The bytes of a step of the cursor and of a page; what loads in the rest after
// them is another frame. A step that leaves the screen turns half a page.
func TestBytesOfMoves(t *testing.T) {
	const step, page = 300, 4 << 10
	for _, c := range []struct {
		name, key string
		wide      bool
		most      int
	}{
		{"cursor", "j", false, step},
		{"cursor up", "k", false, step},
		{"wide", "j", true, step},
		{"page", "pgdown", true, page},
		{"page up", "pgup", true, page},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := onCable(t, c.wide)
			if strings.HasSuffix(c.name, "up") {
				w.s.keys("end")
			}
			w.s.keys("j")
			w.frame()
			worst := 0
			for range 20 {
				first, _ := w.s.m.list.At(w.s.m.list.Head())
				w.s.send(press(c.key))
				n := w.frame()
				w.s.rest()
				w.frame()
				if now, _ := w.s.m.list.At(w.s.m.list.Head()); now == first {
					worst = max(worst, n)
				} else if n >= page {
					t.Errorf("%d bytes for another page", n)
				} else if c.most == page {
					worst = max(worst, n)
				}
			}
			if t.Logf("%d bytes at most", worst); worst >= c.most || worst == 0 {
				t.Errorf("%d bytes, want less than %d", worst, c.most)
			}
		})
	}
}

// So does a step where the list has the window to itself, in rows of one line
// with long excerpts.
func TestBytesOfLongRows(t *testing.T) {
	for _, wide := range []bool{false, true} {
		w := cableOf(t, wide, 80, 24)
		worst := 0
		for range 10 {
			w.s.send(press("j"))
			worst = max(worst, w.frame())
			w.s.rest()
			w.frame()
		}
		if t.Logf("wide %v: %d bytes at most", wide, worst); worst >= 300 || worst == 0 {
			t.Errorf("wide %v: %d bytes", wide, worst)
		}
	}
}

// Nothing is sent while nothing happens, but for the minutes that pass.
func TestBytesAtRest(t *testing.T) {
	w := onCable(t, true)
	w.s.keys("j")
	w.s.pass(time.Minute)
	w.frame()
	minutes, worst := 0, 0
	for range 10 * 60 {
		w.s.pass(time.Second)
		n := w.frame()
		if n == 0 {
			continue
		}
		minutes++
		worst = max(worst, n)
	}
	t.Logf("%d frames in 10 minutes, the largest of %d bytes", minutes, worst)
	if minutes > 10 || minutes == 0 {
		t.Errorf("%d frames in 10 minutes", minutes)
	}
	if worst > 1500 {
		t.Errorf("%d bytes for a minute", worst)
	}
}
