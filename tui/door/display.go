package door

import (
	"bytes"
	"io"
	"reflect"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"
	uv "github.com/charmbracelet/ultraviolet"
	"github.com/charmbracelet/x/ansi"
)

// display draws what a program shows, on the whole of a visitor's terminal, as
// soon as it has changed. The library's own renderer writes on the ticks of a
// timer only: a key waits for the next one, and the timer never stops.
//
// Frames that follow each other closely are drawn at once too, up to burst of
// them; more of them come at one in each frameGap, and the last one always.
//
// Each line of a view says its own styles: none goes on in the next line.
type display struct {
	inner *guard
	out   io.Writer
	frame bytes.Buffer
	pen   *uv.TerminalRenderer // writes to frame
	cells uv.ScreenBuffer
	lines []string // what cells hold, a line each; nil when that is unknown

	begun    bool     // the size came, and with it the first that is worth a frame
	shown    tea.View // as drawn last
	drawn    bool     // shown is on the terminal
	whole    bool     // everything is sent again
	synced   bool     // the terminal takes a frame as a whole
	clusters bool     // the terminal was told to measure whole characters
	due      bool     // a later message draws
	lent     bool     // somebody else has the terminal
	owed     []byte   // sequences to be written when it comes back
	next     time.Time
}

const (
	frameGap = time.Second / 120
	burst    = 4
	// settling is what the first frame waits for the rows that a program reads
	// as it begins: a frame without them would be drawn for nobody.
	settling = 3 * time.Millisecond
	// maxOwed bounds what waits for a terminal that is lent, in bytes: bells
	// and a text for the clipboard.
	maxOwed = 128 << 10
)

type (
	drawMsg  struct{} // draws what was put off
	clearMsg struct{} // draws everything again
	written  string   // a sequence for the terminal

	// lendMsg gives the terminal away: as it was found, and nothing is written
	// until returnMsg. given is closed when that is so.
	lendMsg   struct{ given chan<- struct{} }
	returnMsg struct{}
)

func newDisplay(inner *guard, out io.Writer, env []string, profile colorprofile.Profile, width, height int) *display {
	d := &display{inner: inner, out: out, cells: uv.NewScreenBuffer(width, height), next: time.Now().Add((burst-1)*frameGap + settling)}
	d.pen = uv.NewTerminalRenderer(&d.frame, env)
	d.pen.SetColorProfile(profile)
	d.pen.SetTabStops(-1)
	d.pen.SetMapNewline(true) // out does
	d.pen.SetFullscreen(true)
	d.pen.SetRelativeCursor(false)
	d.pen.Resize(width, height)
	return d
}

func (d *display) Init() tea.Cmd { return d.inner.Init() }

func (d *display) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	var react tea.Cmd
	switch msg := msg.(type) {
	case drawMsg:
		d.due = false
		return d, nil
	case written:
		d.write([]byte(msg))
		return d, nil
	case clearMsg:
		d.whole = true
		return d, nil
	case lendMsg:
		d.lend()
		close(msg.given)
		return d, nil
	case returnMsg:
		d.takeBack()
		return d, nil
	case tea.WindowSizeMsg:
		d.resize(msg.Width, msg.Height)
	case tea.ColorProfileMsg:
		d.pen.SetColorProfile(msg.Profile)
	case tea.ModeReportMsg:
		d.learn(msg)
	case tea.MouseMsg:
		if d.drawn && d.shown.OnMouse != nil {
			react = d.shown.OnMouse(msg)
		}
	}
	_, cmd := d.inner.Update(msg)
	if react != nil {
		cmd = tea.Batch(react, cmd)
	}
	if !d.due {
		if wait := time.Until(d.next) - (burst-1)*frameGap; wait > 0 {
			d.due = true
			cmd = tea.Batch(cmd, tea.Tick(wait, func(time.Time) tea.Msg { return drawMsg{} }))
		}
	}
	return d, cmd
}

// View draws. The library asks for it after each message, once the commands
// that came of it are under way, and shows nothing itself.
func (d *display) View() tea.View {
	if !d.begun || d.due || d.lent {
		return tea.View{}
	}
	v := d.inner.View()
	if d.inner.broken.Load() {
		return tea.View{} // what is there stays until the session ends
	}
	if !d.drawn || d.whole || d.lines == nil || !sameView(d.shown, v) {
		defer d.inner.catch("draw")
		d.draw(v)
	}
	d.shown.OnMouse = v.OnMouse
	return tea.View{}
}

// translate turns a library's message that would write to the terminal into
// one that the display writes at once; the library would at its next tick.
func translate(msg tea.Msg) tea.Msg {
	if msg == nil {
		return nil
	}
	switch reflect.TypeOf(msg).String() { // these messages have no name outside
	case "tea.backgroundColorMsg":
		return written(ansi.RequestBackgroundColor)
	case "tea.clearScreenMsg":
		return clearMsg{}
	}
	return msg
}

// resize takes a new size over; the terminal may have moved everything.
func (d *display) resize(width, height int) {
	d.begun, d.whole, d.lines = true, d.drawn, nil
	d.pen.Resize(width, height)
	d.cells.Touched = nil
	d.cells.Resize(width, height)
}

// learn hears what the terminal can: frames as a whole (mode 2026) and widths
// of whole characters (mode 2027).
func (d *display) learn(msg tea.ModeReportMsg) {
	can := msg.Value == ansi.ModeReset // and is not doing it yet
	switch msg.Mode {
	case ansi.ModeSynchronizedOutput:
		d.synced = d.synced || can
	case ansi.ModeUnicodeCore:
		if !can && msg.Value != ansi.ModeSet && msg.Value != ansi.ModePermanentlySet {
			return
		}
		d.cells.Method, d.lines = ansi.GraphemeWidth, nil
		d.pen.SetGraphemeWidth(true)
		if can && !d.clusters {
			d.clusters = true
			d.write([]byte(ansi.SetModeUnicodeCore))
		}
	}
}

// lend gives the terminal back as it was found, for somebody else to use.
func (d *display) lend() {
	if d.lent {
		return
	}
	d.close()
	d.lent, d.drawn, d.clusters, d.shown = true, false, false, tea.View{}
}

// takeBack makes the terminal ours again: the next frame is a first one.
func (d *display) takeBack() {
	if !d.lent {
		return
	}
	d.lent, d.lines = false, nil
	d.write(d.owed)
	d.owed = nil
}

// write sends to the terminal. One that is gone is noticed where its input ends.
func (d *display) write(b []byte) {
	switch {
	case len(b) == 0:
	case !d.lent:
		_, _ = d.out.Write(b)
	case len(d.owed)+len(b) <= maxOwed:
		d.owed = append(d.owed, b...)
	}
}
