package tui

// The widths at which the screen changes shape, in cells.
const (
	sideFrom    = 120 // views and clients | threads | thread
	wideFrom    = 96  // threads | thread
	stackedFrom = 60  // threads above the thread; narrower: one at a time
	splitHeight = 16  // lower screens show one pane at a time
)

// What is left of list and reader when the split is moved, in cells and lines.
const (
	leastList   = 30
	leastReader = 30
	leastRows   = 4
)

// rect is a place on the screen, in cells.
type rect struct{ x, y, w, h int }

func (r rect) empty() bool { return r.w <= 0 || r.h <= 0 }

func (r rect) holds(x, y int) bool { return x >= r.x && x < r.x+r.w && y >= r.y && y < r.y+r.h }

// beside reports whether the list has the thread's column at its side.
func (l *layout) beside() bool { return !l.list.empty() && l.list.w < l.all.w }

// shape is what the layout depends on besides the size.
type shape struct {
	linear  bool    // one pane at a time, whatever the size
	reading bool    // the thread has the focus
	writing bool    // the composer is open
	sheet   int     // lines a dialog wants, its title included; 0: none
	large   bool    // the dialog takes the whole work area
	solo    bool    // one thread after another: nothing but it
	split   float64 // what the list has of the room for list and reader; 0: its usual part
	banner  int     // lines that say what is wrong with the server
}

// layout says where everything is. Places that are not shown are empty.
type layout struct {
	w, h                                     int
	header, tabs, banner, status, hints      rect
	side, list, reader, composer, sheet, all rect
}

// arrange is pure: a size and a shape give rectangles that never overlap and
// together fill the window.
func arrange(w, h int, s shape) layout {
	l := layout{w: w, h: h}
	top, bottom := 0, h
	if h >= 4 {
		n := 1
		if s.linear && h >= splitHeight && !s.solo {
			n = 2
		}
		l.header, top = rect{0, 0, w, n}, n
	}
	if h >= 10 && (w < sideFrom || s.linear) && w >= 40 && !s.solo {
		l.tabs, top = rect{0, top, w, 1}, top+1
	}
	if h >= 10 && s.banner > 0 {
		n := s.banner
		if h < splitHeight {
			n = 1
		}
		l.banner, top = rect{0, top, w, n}, top+n
	}
	if h >= 12 {
		bottom--
		l.hints = rect{0, bottom, w, 1}
	}
	if h >= 3 {
		bottom--
		l.status = rect{0, bottom, w, 1}
	}
	body := rect{0, top, w, bottom - top}
	switch {
	case s.solo:
		s.reading = true
		l.single(body, s)
	case s.linear:
		l.single(body, s)
	case w >= wideFrom && body.h >= 8:
		l.wide(body, s)
	case w >= stackedFrom && h >= splitHeight:
		l.stacked(body, s)
	default:
		l.single(body, s)
	}
	l.overlay(s)
	return l
}

func (l *layout) wide(b rect, s shape) {
	x := b.x
	if b.w >= sideFrom {
		side := 22
		if b.w >= 160 {
			side = 26
		}
		l.side = rect{b.x, b.y, side, b.h}
		x = side + 1
	}
	rest := b.w - x - 1
	list := min(max(rest*44/100, 36), 84)
	if s.split > 0 {
		list = min(max(int(s.split*float64(rest)), leastList), rest-leastReader)
	}
	l.list = rect{x, b.y, list, b.h}
	l.reader = rect{x + list + 1, b.y, rest - list, b.h}
	l.all = rect{x, b.y, b.w - x, b.h}
	l.write(s)
}

func (l *layout) stacked(b rect, s shape) {
	n := b.h * 11 / 20
	if s.split > 0 {
		n = min(max(int(s.split*float64(b.h)), leastRows), b.h-leastRows)
	}
	switch {
	case s.writing:
		n = 0
	case s.reading:
		n = min(5, b.h/3)
	}
	l.list = rect{b.x, b.y, b.w, n}
	l.reader = rect{b.x, b.y + n, b.w, b.h - n}
	l.all = b
	l.write(s)
}

func (l *layout) single(b rect, s shape) {
	l.all = b
	if s.reading || s.writing {
		l.reader = b
	} else {
		l.list = b
	}
	l.write(s)
}

// write takes the composer's place from the reader's.
func (l *layout) write(s shape) {
	if !s.writing {
		return
	}
	n := min(max(l.reader.h*9/20, 6), 14)
	if l.reader.h-n < 4 {
		n = l.reader.h
	}
	l.composer = rect{l.reader.x, l.reader.y + l.reader.h - n, l.reader.w, n}
	l.reader.h -= n
}

// overlay puts a dialog over the whole work area, or over the lower part of
// the pane it belongs to.
func (l *layout) overlay(s shape) {
	if s.sheet == 0 {
		return
	}
	under := l.reader
	if under.empty() || (under.h < s.sheet && l.list.w == l.all.w) {
		under = l.all
		under.h -= l.composer.h
	}
	if s.large || under.h < 3 {
		under = l.all
		l.sheet = under
		return
	}
	n := min(s.sheet, under.h)
	l.sheet = rect{under.x, under.y + under.h - n, under.w, n}
}

// sheetWidth is how wide a dialog is that does not take the whole work area.
func sheetWidth(w, h int, s shape) int {
	s.sheet = 0
	l := arrange(w, h, s)
	if l.reader.empty() {
		return l.all.w
	}
	return l.reader.w
}
