package door

import (
	"fmt"
	"image/color"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"
	uv "github.com/charmbracelet/ultraviolet"
	"github.com/charmbracelet/x/ansi"
)

// draw brings the terminal from what it shows to a view.
func (d *display) draw(v tea.View) {
	first := !d.drawn
	if first || d.whole {
		d.pen.Erase()
	}
	d.fill(v.Content)
	d.ask(v)
	d.pen.Render(d.cells.RenderBuffer)
	if v.Cursor != nil {
		d.pen.MoveTo(v.Cursor.X, v.Cursor.Y)
	}
	d.send(v)
	d.shown, d.drawn, d.whole = v, true, false
	if now := time.Now(); first || d.next.Before(now) {
		d.next = now
	}
	d.next = d.next.Add(frameGap)
}

// fill takes the lines that differ from those drawn last into cells. When they
// are few the pen looks at no other line: it would send one with a wide
// character again whether it differs or not. When they are many it looks for
// lines that only moved, and when the last one is blank it erases a line too
// many from the screen: both concern all of them.
func (d *display) fill(content string) {
	width, height := d.cells.Width(), d.cells.Height()
	lines := make([]string, height)
	copy(lines, strings.Split(content, "\n"))
	differ := 0
	for y, line := range lines {
		if d.lines == nil || line != d.lines[y] {
			differ++
			uv.NewStyledString(inert(line)).Draw(plain{d.cells}, uv.Rect(0, y, width, 1))
		}
	}
	d.lines = lines
	few := differ <= height/4 && !blank(d.cells.Line(height-1))
	d.pen.SetScrollOptim(!few)
	for y := 0; y < height && !few; y++ {
		d.cells.TouchLine(0, y, width)
	}
}

// plain takes nothing from a view but what is to be seen: no link, and no
// sequence that the library hands on as a cell without a width.
type plain struct{ uv.ScreenBuffer }

func (p plain) SetCell(x, y int, c *uv.Cell) {
	if c != nil {
		if c.Width == 0 {
			return
		}
		c.Link = uv.Link{}
	}
	p.ScreenBuffer.SetCell(x, y, c)
}

func blank(line uv.Line) bool {
	for _, c := range line {
		if c != uv.EmptyCell {
			return false
		}
	}
	return true
}

// send writes what the pen has drawn, with what keeps a cursor from being seen
// on its way, and before the first frame the way to a screen of its own.
func (d *display) send(v tea.View) {
	had, has := d.drawn && d.shown.Cursor != nil, v.Cursor != nil
	changed := !d.drawn || had != has
	updates := d.pen.Buffered() > 0
	flickers := updates && had && has && !d.synced
	var before, after string
	if changed && !has || flickers {
		before = ansi.ResetModeTextCursorEnable
	}
	if changed && has || flickers {
		after = ansi.SetModeTextCursorEnable
	}
	if d.synced && updates {
		before, after = ansi.SetModeSynchronizedOutput+before, after+ansi.ResetModeSynchronizedOutput
	}
	d.frame.Reset()
	if !d.drawn {
		// A terminal that shows what it does not understand shows it on the
		// screen that is about to be erased.
		d.frame.WriteString(ansi.ResetModifyOtherKeys + ansi.SetModeAltScreenSaveCursor)
		d.frame.WriteString(ansi.RequestModeSynchronizedOutput + ansi.RequestModeUnicodeCore)
	}
	d.frame.WriteString(before)
	_ = d.pen.Flush() // to frame
	d.frame.WriteString(after)
	d.write(d.frame.Bytes())
}

// mode is something a view may ask of the terminal.
type mode struct {
	on, off string
	wanted  bool
}

func modes(v tea.View) [4]mode {
	return [...]mode{
		{ansi.SetModeBracketedPaste, ansi.ResetModeBracketedPaste, !v.DisableBracketedPasteMode},
		{ansi.SetModeFocusEvent, ansi.ResetModeFocusEvent, v.ReportFocus},
		{ansi.SetModeMouseButtonEvent + ansi.SetModeMouseExtSgr, ansi.ResetModeMouseButtonEvent + ansi.ResetModeMouseExtSgr, v.MouseMode == tea.MouseModeCellMotion},
		{ansi.SetModeMouseAnyEvent + ansi.SetModeMouseExtSgr, ansi.ResetModeMouseAnyEvent + ansi.ResetModeMouseExtSgr, v.MouseMode == tea.MouseModeAllMotion},
	}
}

// ask sets the terminal as a view wants it: modes, title, keyboard, cursor.
func (d *display) ask(v tea.View) {
	var before [4]mode
	if d.drawn {
		before = modes(d.shown)
	}
	after := modes(v)
	for i, m := range after {
		if before[i].wanted && !m.wanted {
			d.tell(m.off)
		}
	}
	for i, m := range after {
		if m.wanted && !before[i].wanted {
			d.tell(m.on)
		}
	}
	if v.WindowTitle != d.shown.WindowTitle {
		d.tell(ansi.SetWindowTitle(v.WindowTitle))
	}
	switch flags := keyboard(v.KeyboardEnhancements); {
	case !d.drawn:
		d.tell(ansi.SetModifyOtherKeys2 + ansi.PushKittyKeyboard(flags) + ansi.RequestKittyKeyboard)
	case v.KeyboardEnhancements != d.shown.KeyboardEnhancements:
		d.tell(ansi.SetModifyOtherKeys2 + ansi.KittyKeyboard(flags, 1) + ansi.RequestKittyKeyboard)
	}
	if c := cursorColor(v.Cursor); c != cursorColor(d.shown.Cursor) {
		if c == "" {
			d.tell(ansi.ResetCursorColor)
		} else {
			d.tell(ansi.SetCursorColor(c))
		}
	}
	if s := cursorStyle(v.Cursor); s != cursorStyle(d.shown.Cursor) {
		d.tell(ansi.SetCursorStyle(s))
	}
}

// tell puts a sequence into the frame.
func (d *display) tell(sequence string) { _, _ = d.pen.WriteString(sequence) }

// keyboard is what the kitty keyboard protocol calls a view's wishes.
func keyboard(k tea.KeyboardEnhancements) int {
	flags := ansi.KittyDisambiguateEscapeCodes
	for flag, wanted := range map[int]bool{
		ansi.KittyReportEventTypes:           k.ReportEventTypes,
		ansi.KittyReportAlternateKeys:        k.ReportAlternateKeys,
		ansi.KittyReportAllKeysAsEscapeCodes: k.ReportAllKeysAsEscapeCodes,
		ansi.KittyReportAssociatedKeys:       k.ReportAssociatedText,
	} {
		if wanted {
			flags |= flag
		}
	}
	return flags
}

// cursorStyle is the argument of DECSCUSR; 0: the terminal's own.
func cursorStyle(c *tea.Cursor) int {
	switch {
	case c == nil:
		return 0
	case c.Blink:
		return 2*int(c.Shape) + 1
	}
	return 2*int(c.Shape) + 2
}

func cursorColor(c *tea.Cursor) string {
	if c == nil || c.Color == nil {
		return ""
	}
	rgb, _ := color.NRGBAModel.Convert(c.Color).(color.NRGBA)
	return fmt.Sprintf("#%02x%02x%02x", rgb.R, rgb.G, rgb.B)
}

// sameView reports whether two views look and behave the same, but for what
// the mouse does.
func sameView(a, b tea.View) bool {
	if (a.Cursor == nil) != (b.Cursor == nil) || a.Cursor != nil && *a.Cursor != *b.Cursor {
		return false
	}
	return a.Content == b.Content && a.WindowTitle == b.WindowTitle && modes(a) == modes(b) &&
		a.KeyboardEnhancements == b.KeyboardEnhancements
}

// close gives the terminal back as it was found.
func (d *display) close() {
	if !d.drawn {
		return
	}
	out := ansi.ResetModifyOtherKeys + ansi.PopKittyKeyboard(1) + ansi.ResetStyle
	out += ansi.CursorPosition(1, d.cells.Height()) // for one without a second screen
	out += ansi.ResetModeAltScreenSaveCursor
	if d.shown.Cursor == nil {
		out += ansi.SetModeTextCursorEnable
	}
	for _, m := range modes(d.shown) {
		if m.wanted {
			out += m.off
		}
	}
	if d.shown.WindowTitle != "" {
		out += ansi.SetWindowTitle("")
	}
	if cursorStyle(d.shown.Cursor) != 0 {
		out += ansi.SetCursorStyle(0)
	}
	if cursorColor(d.shown.Cursor) != "" {
		out += ansi.ResetCursorColor
	}
	if d.clusters {
		out += ansi.ResetModeUnicodeCore
	}
	d.write([]byte(out))
}
